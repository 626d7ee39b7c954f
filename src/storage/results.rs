//! The results of quizzes: scores, and the tables made from them.

use std::collections::HashMap;

use anyhow::Context as _;
use sqlx::AssertSqlSafe;

use super::records::{DAY_MS, number, week_start};
use super::{Transaction, column, text};
use crate::chat::{ChatId, Person, PersonId, Record, Rows, Standing, TableRows, TableView};
use crate::quiz::{DAILY_TOPIC, streak};
use crate::time::Timestamp;

/// The most topics that a chat's table offers, those with most rounds: more than there is room for in buttons.
const MOST_TOPICS: i64 = 8;

/// Longer streaks are cut.
const LONGEST_STREAK: i64 = 400;

/// What a person did in one round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultRow {
    pub at: Timestamp,
    pub chat: i64,
    pub round: String,
    /// The topic, if one was requested; `/daily` and `/guess` are topics of their own.
    pub topic: Option<String>,
    pub person: i64,
    pub name: String,
    pub right: i64,
    pub asked: i64,
    /// Milliseconds over all questions of the round.
    pub total_ms: i64,
}

impl Transaction {
    pub(super) async fn score(
        &mut self,
        chat: ChatId,
        record: &Record,
        now: Timestamp,
    ) -> anyhow::Result<()> {
        let Record::Score { round, person, thread, right, asked, total_ms, topic } = record else {
            return Ok(());
        };
        self.name_player(person).await?;
        let insert = "INSERT INTO scores (chat, round, person, thread, n_right, n_asked, total_ms, at, topic) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (chat, round, person) DO NOTHING";
        let insert = sqlx::query(insert)
            .bind(chat.0)
            .bind(round.clone())
            .bind(person.id.0)
            .bind(thread.map(|thread| thread.0))
            .bind(i64::from(*right))
            .bind(i64::from(*asked))
            .bind(*total_ms)
            .bind(now.0)
            .bind(topic.as_deref().map(text));
        self.execute(insert).await.context("keeping a score")?;
        Ok(())
    }

    /// A player has the most recent name in all tables.
    async fn name_player(&mut self, person: &Person) -> anyhow::Result<()> {
        let insert = "INSERT INTO players (person, name) VALUES ($1, $2) \
             ON CONFLICT (person) DO UPDATE SET name = excluded.name";
        let insert = sqlx::query(insert).bind(person.id.0).bind(text(&person.name));
        self.execute(insert).await.context("keeping a player's name")?;
        Ok(())
    }

    /// A chat's table, and which other tables it has.
    pub(super) async fn table(
        &mut self,
        chat: ChatId,
        view: &TableView,
        now: Timestamp,
    ) -> anyhow::Result<Rows> {
        let any = "SELECT person FROM scores WHERE chat = $1 LIMIT 1";
        let any = self.rows(sqlx::query(any).bind(chat.0)).await.context("looking for scores")?;
        if any.is_empty() {
            return Ok(Rows::Table(TableRows::default()));
        }
        let standings = self.standings(chat, view, now).await?;
        Ok(Rows::Table(TableRows { standings, topics: self.topics(chat).await?, has_scores: true }))
    }

    async fn standings(
        &mut self,
        chat: ChatId,
        view: &TableView,
        now: Timestamp,
    ) -> anyhow::Result<Vec<Standing>> {
        // The daily questions have a table of their own: somebody who plays no rounds should not lead theirs.
        let others = "(topic IS NULL OR topic <> $3)";
        let (clause, topic, since) = match view {
            TableView::Week => (others, DAILY_TOPIC, week_start(now)),
            TableView::Ever => (others, DAILY_TOPIC, Timestamp(i64::MIN)),
            TableView::Daily { since } => ("topic = $3", DAILY_TOPIC, *since),
            TableView::Topic(topic) => ("topic = $3", topic.as_str(), Timestamp(i64::MIN)),
        };
        let sql = format!(
            "SELECT scores.person, players.name, CAST(SUM(n_right) AS INT8) AS n_right, \
             CAST(SUM(n_asked) AS INT8) AS n_asked, CAST(COUNT(*) AS INT8) AS n_rounds, \
             CAST(SUM(total_ms) AS INT8) AS total_ms \
             FROM scores JOIN players ON players.person = scores.person \
             WHERE chat = $1 AND at >= $2 AND {clause} GROUP BY scores.person, players.name \
             ORDER BY 3 DESC, 6, 1"
        );
        let select = sqlx::query(AssertSqlSafe(sql)).bind(chat.0).bind(since.0).bind(text(topic));
        let rows = self.rows(select).await.context("reading the table")?;
        let streaks = if rows.is_empty() { HashMap::new() } else { self.streaks(chat, now).await? };
        rows.iter()
            .map(|row| {
                let person = column(row, "person")?;
                Ok(Standing {
                    person: Person::new(PersonId(person), column::<String>(row, "name")?),
                    right: number(row, "n_right")?,
                    asked: number(row, "n_asked")?,
                    rounds: number(row, "n_rounds")?,
                    total_ms: column(row, "total_ms")?,
                    streak: streaks.get(&person).copied().unwrap_or(0),
                })
            })
            .collect()
    }

    /// The topics of a chat's rounds, the most frequent first.
    async fn topics(&mut self, chat: ChatId) -> anyhow::Result<Vec<String>> {
        let sql = "SELECT topic FROM scores WHERE chat = $1 AND topic IS NOT NULL GROUP BY topic \
             ORDER BY COUNT(DISTINCT round) DESC, topic LIMIT $2";
        let rows = self.rows(sqlx::query(sql).bind(chat.0).bind(MOST_TOPICS)).await;
        rows.context("reading the topics")?.iter().map(|row| column(row, "topic")).collect()
    }

    /// On how many days in a row, up to today or yesterday (UTC), each person has played in a chat; those who have not
    /// are missing.
    async fn streaks(&mut self, chat: ChatId, now: Timestamp) -> anyhow::Result<HashMap<i64, u32>> {
        let today = now.0.div_euclid(DAY_MS);
        let sql = "SELECT DISTINCT person, at / 86400000 AS day FROM scores WHERE chat = $1 AND at >= $2 \
             AND person IN (SELECT person FROM scores WHERE chat = $1 AND at >= $3) ORDER BY 1, 2 DESC";
        let select =
            sqlx::query(sql).bind(chat.0).bind((today - LONGEST_STREAK) * DAY_MS).bind((today - 1) * DAY_MS);
        let rows = self.rows(select).await.context("reading who has played on which days")?;
        let mut days: HashMap<i64, Vec<i64>> = HashMap::new();
        for row in &rows {
            days.entry(column(row, "person")?).or_default().push(column(row, "day")?);
        }
        Ok(days.into_iter().map(|(person, days)| (person, streak(&days, today))).collect())
    }

    /// What people did in the rounds that count, oldest first.
    pub async fn results(&mut self) -> anyhow::Result<Vec<ResultRow>> {
        let sql = "SELECT at, chat, round, topic, scores.person, players.name, n_right, n_asked, total_ms \
             FROM scores JOIN players ON players.person = scores.person ORDER BY at, chat, round, scores.person";
        let rows = self.rows(sqlx::query(sql)).await.context("reading the results")?;
        rows.iter()
            .map(|row| {
                Ok(ResultRow {
                    at: Timestamp(column(row, "at")?),
                    chat: column(row, "chat")?,
                    round: column(row, "round")?,
                    topic: column(row, "topic")?,
                    person: column(row, "person")?,
                    name: column(row, "name")?,
                    right: column(row, "n_right")?,
                    asked: column(row, "n_asked")?,
                    total_ms: column(row, "total_ms")?,
                })
            })
            .collect()
    }
}
