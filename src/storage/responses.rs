//! How people answered questions: for practice, and for judging how good a question is.

use std::collections::HashSet;

use anyhow::Context as _;

use super::{Transaction, column, padded, parameters, rows_of_parameters, text};
use crate::chat::{PersonId, Response};
use crate::quiz::ItemTally;
use crate::quiz::practice::Review;
use crate::time::Timestamp;

/// The most rows in one statement: SQLite takes 32,766 parameters.
const ROWS: usize = 500;

/// The most answers of one person that are read, the last ones.
const MOST_REVIEWS: i64 = 3_000;

/// The most questions reported, those answered most often.
const MOST_ITEMS: i64 = 10_000;

impl Transaction {
    /// Keeps how people answered, except for those who do not want it kept.
    ///
    /// In the order of the keys, so that two bots on one database that keep the same do not deadlock.
    pub(super) async fn keep_responses(
        &mut self,
        responses: &[&Response],
        now: Timestamp,
    ) -> anyhow::Result<()> {
        if responses.is_empty() {
            return Ok(());
        }
        let without = self.without_practice(responses).await?;
        let mut kept: Vec<&Response> =
            responses.iter().copied().filter(|it| !without.contains(&it.person.0)).collect();
        kept.sort_by(|a, b| (a.person, &a.question).cmp(&(b.person, &b.question)));
        kept.dedup_by(|a, b| (a.person, &a.question) == (b.person, &b.question));
        for kept in kept.chunks(ROWS) {
            let sql = format!(
                "INSERT INTO responses (person, question, at, is_right, rest, practised) VALUES {} \
                 ON CONFLICT (person, question, at) DO NOTHING",
                rows_of_parameters(kept.len(), 6)
            );
            let insert = kept.iter().fold(self.query_of(sql), |insert, it| {
                insert
                    .bind(it.person.0)
                    .bind(text(&it.question))
                    .bind(now.0)
                    .bind(i64::from(it.right))
                    .bind(it.rest.map(i64::from))
                    .bind(i64::from(it.practised))
            });
            self.execute(insert).await.context("keeping how people answered")?;
        }
        Ok(())
    }

    async fn without_practice(&mut self, responses: &[&Response]) -> anyhow::Result<HashSet<i64>> {
        let people: HashSet<i64> = responses.iter().map(|response| response.person.0).collect();
        let people = padded(people);
        let sql =
            format!("SELECT person FROM without_practice WHERE person IN ({})", parameters(1, people.len()));
        let select = people.iter().fold(self.query_of(sql), |select, person| select.bind(*person));
        let rows = self.rows(select).await.context("reading who wants no answers kept")?;
        rows.iter().map(|row| column(row, "person")).collect()
    }

    /// `/practice` and `/practice off`: the latter deletes what is kept, and keeps nothing from then on.
    pub(super) async fn practice(&mut self, person: PersonId, on: bool) -> anyhow::Result<()> {
        let statements: &[&'static str] = match on {
            true => &["DELETE FROM without_practice WHERE person = $1"],
            false => &[
                "DELETE FROM responses WHERE person = $1",
                "INSERT INTO without_practice (person) VALUES ($1) ON CONFLICT (person) DO NOTHING",
            ],
        };
        for sql in statements {
            self.execute(sqlx::query(*sql).bind(person.0)).await.context("switching practice")?;
        }
        Ok(())
    }

    /// The last answers of a person, in no order.
    pub(super) async fn reviews(&mut self, person: PersonId) -> anyhow::Result<Vec<Review>> {
        let sql = "SELECT question, at, is_right, practised FROM responses WHERE person = $1 \
             ORDER BY at DESC LIMIT $2";
        let rows = self.rows(sqlx::query(sql).bind(person.0).bind(MOST_REVIEWS)).await;
        rows.context("reading what somebody answered")?
            .iter()
            .map(|row| {
                Ok(Review {
                    question: column(row, "question")?,
                    at: Timestamp(column(row, "at")?),
                    right: column::<i64>(row, "is_right")? != 0,
                    practised: column::<i64>(row, "practised")? != 0,
                })
            })
            .collect()
    }

    /// How questions were answered in quizzes, those with most answers first. In practice they are already known, which
    /// says nothing about them.
    pub(super) async fn items(&mut self) -> anyhow::Result<Vec<(String, ItemTally)>> {
        let sql = "SELECT question, CAST(COUNT(*) AS INT8) AS answers, CAST(SUM(is_right) AS INT8) AS n_right, \
             CAST(COUNT(rest) AS INT8) AS pairs, \
             CAST(SUM(CASE WHEN rest IS NULL THEN 0 ELSE is_right END) AS INT8) AS pairs_right, \
             CAST(COALESCE(SUM(rest), 0) AS INT8) AS rest, \
             CAST(COALESCE(SUM(rest * is_right), 0) AS INT8) AS rest_right, \
             CAST(COALESCE(SUM(rest * rest), 0) AS INT8) AS rest_squared \
             FROM responses WHERE practised = 0 GROUP BY question ORDER BY 2 DESC, 1 LIMIT $1";
        let rows = self.rows(sqlx::query(sql).bind(MOST_ITEMS)).await;
        rows.context("reading how questions were answered")?
            .iter()
            .map(|row| {
                let number =
                    |name| Ok::<_, anyhow::Error>(u64::try_from(column::<i64>(row, name)?).unwrap_or(0));
                let tally = ItemTally {
                    answers: number("answers")?,
                    right: number("n_right")?,
                    pairs: number("pairs")?,
                    pairs_right: number("pairs_right")?,
                    rest: number("rest")?,
                    rest_right: number("rest_right")?,
                    rest_squared: number("rest_squared")?,
                };
                Ok((column(row, "question")?, tally))
            })
            .collect()
    }
}
