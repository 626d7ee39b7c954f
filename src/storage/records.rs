//! What outlives the conversations: counts, misses and thumbs; and what is read back from them.

use std::collections::BTreeMap;

use anyhow::Context as _;
use sqlx::any::AnyRow;

use super::{Arrival, Place, Transaction, Waiting, column, rows_of_parameters, text};
use crate::chat::{
    ChatId, Day, Event, MessageId, Miss, MissReason, PersonId, Read, Record, Response, Rows, noted,
};
use crate::knowledge::Id;
use crate::matching::MOST_LETTERS;
use crate::time::Timestamp;

/// How many days [`Read::Stats`] looks back, today included.
const N_DAYS: i64 = 14;
/// The longest list of misses that a conversation reads: grouping them is work that other chats wait for.
const MOST_MISSES: i64 = 1_000;
/// More misses than anybody will read.
const ALL_MISSES: i64 = 10_000;
/// Telegram takes at most 50 results of an inline query.
const MOST_ASKED: i64 = 50;

pub(super) const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// The `counts.what` of finished rounds, beside the names of the outcomes.
const ROUND: &str = "round";

impl Transaction {
    /// Writes a record of a chat. Returns the rows that wait for a step because of it.
    pub async fn record(
        &mut self,
        chat: ChatId,
        record: &Record,
        now: Timestamp,
    ) -> anyhow::Result<Vec<Waiting>> {
        self.record_all(&[(chat, record)], now).await
    }

    /// Writes the records of many chats. Returns the rows that wait for a step because of it.
    ///
    /// Rows that chats share are written once each and in the order of their keys, so that two bots on one database
    /// that count the same things wait for each other without a deadlock.
    pub async fn record_all(
        &mut self,
        records: &[(ChatId, &Record)],
        now: Timestamp,
    ) -> anyhow::Result<Vec<Waiting>> {
        let mut counts: BTreeMap<(&str, &str), i64> = BTreeMap::new();
        let mut misses: BTreeMap<&str, (MissReason, i64)> = BTreeMap::new();
        let mut scores = Vec::new();
        let mut responses: Vec<&Response> = Vec::new();
        let mut miss = |question, why| {
            let (last, n) = misses.entry(question).or_insert((why, 0));
            (*last, *n) = (why, *n + 1);
        };
        for (chat, record) in records {
            match record {
                Record::Asked { outcome, entry, .. } => {
                    let entry = entry.as_ref().map_or("", |entry| entry.as_str());
                    *counts.entry((outcome.name(), entry)).or_default() += 1;
                }
                Record::Round { .. } => *counts.entry((ROUND, "")).or_default() += 1,
                Record::Miss { question, why } => miss(question.as_str(), *why),
                Record::Feedback { message, person, entry, up, question } => {
                    let was_down = self.thumb(*chat, *message, *person, entry, *up, now).await?;
                    if let (false, false, Some(question)) = (*up, was_down, question) {
                        miss(question.as_str(), MissReason::Disliked);
                    }
                }
                Record::Score { person, .. } => scores.push((person.id, *chat, *record)),
                Record::Responses(answered) => responses.extend(answered),
                Record::Practice { person, on } => self.practice(*person, *on).await?,
                Record::Forget { .. }
                | Record::SettleMisses { .. }
                | Record::ReopenMisses { .. }
                | Record::Tell { .. } => {}
            }
        }
        self.count(&counts, now).await?;
        for (question, (why, n)) in misses {
            self.miss(question, why, n, now).await?;
        }
        scores.sort_by_key(|(person, chat, _)| (*person, *chat));
        for (_, chat, record) in scores {
            self.score(chat, record, now).await?;
        }
        self.keep_responses(&responses, now).await?;
        let mut waiting = Vec::new();
        for (_, record) in records {
            match record {
                Record::Forget { person } => waiting.extend(self.forget(*person, now).await?),
                Record::Tell { chat, event } => {
                    let (place, event) = (Place::Chat(*chat), Event::clone(event));
                    let arrival = Arrival { update_id: None, place, event };
                    waiting.extend(self.receive(&[arrival], now).await?);
                }
                Record::SettleMisses { questions } => self.settle(questions, Some(now)).await?,
                Record::ReopenMisses { questions } => self.settle(questions, None).await?,
                _ => {}
            }
        }
        Ok(waiting)
    }

    /// Notes since when misses need no attention; none: they need it again.
    async fn settle(&mut self, questions: &[String], at: Option<Timestamp>) -> anyhow::Result<()> {
        for question in questions {
            let update = "UPDATE misses SET settled_at = $1 WHERE question = $2";
            let update = sqlx::query(update).bind(at.map(|it| it.0)).bind(text(question));
            self.execute(update).await.context("settling a miss")?;
        }
        Ok(())
    }

    /// Keeps a thumb. Returns whether the same person had it down before.
    async fn thumb(
        &mut self,
        chat: ChatId,
        message: MessageId,
        person: PersonId,
        entry: &Id,
        up: bool,
        now: Timestamp,
    ) -> anyhow::Result<bool> {
        let select =
            "SELECT up FROM feedback WHERE chat = $1 AND message = $2 AND person = $3 AND entry = $4";
        let select =
            sqlx::query(select).bind(chat.0).bind(message.0).bind(person.0).bind(text(entry.as_str()));
        let former = self.rows(select).await.context("looking for a thumb")?;
        let was_down = match former.first() {
            Some(row) => column::<i64>(row, "up")? == 0,
            None => false,
        };
        let insert = "INSERT INTO feedback (chat, message, person, entry, up, at) \
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (chat, message, person, entry) \
             DO UPDATE SET up = excluded.up, at = excluded.at";
        let insert = sqlx::query(insert)
            .bind(chat.0)
            .bind(message.0)
            .bind(person.0)
            .bind(text(entry.as_str()))
            .bind(i64::from(up))
            .bind(now.0);
        self.execute(insert).await.context("keeping a thumb")?;
        Ok(was_down)
    }

    async fn count(&mut self, counts: &BTreeMap<(&str, &str), i64>, now: Timestamp) -> anyhow::Result<()> {
        if counts.is_empty() {
            return Ok(());
        }
        let sql = format!(
            "INSERT INTO counts (day, what, entry, n) VALUES {} \
             ON CONFLICT (day, what, entry) DO UPDATE SET n = counts.n + excluded.n",
            rows_of_parameters(counts.len(), 4)
        );
        let insert = self.query_of(sql);
        let insert = counts.iter().fold(insert, |insert, ((what, entry), n)| {
            insert.bind(now.day()).bind((*what).to_owned()).bind(text(entry)).bind(*n)
        });
        self.execute(insert).await.context("counting")?;
        Ok(())
    }

    /// Shortens what an earlier version has noted at full length to what is noted now, a few at a time. Texts that
    /// become the same are counted together; they stay open if one of them is.
    pub(super) async fn shorten_misses(&mut self) -> anyhow::Result<()> {
        const MOST: i64 = 500;
        let sql = "SELECT question, why, n, first_at, last_at, settled_at FROM misses \
             WHERE LENGTH(question) > $1 ORDER BY question LIMIT $2";
        let longest = i64::try_from(MOST_LETTERS).unwrap_or(i64::MAX);
        let rows =
            self.rows(sqlx::query(sql).bind(longest).bind(MOST)).await.context("reading long misses")?;
        for row in &rows {
            let long: String = column(row, "question")?;
            let short = noted(&long);
            if short == long {
                continue;
            }
            let insert = "INSERT INTO misses (question, why, n, first_at, last_at, settled_at) \
                 VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (question) DO UPDATE SET n = misses.n + excluded.n, \
                 first_at = CASE WHEN excluded.first_at < misses.first_at THEN excluded.first_at ELSE misses.first_at END, \
                 last_at = CASE WHEN excluded.last_at > misses.last_at THEN excluded.last_at ELSE misses.last_at END, \
                 settled_at = CASE WHEN excluded.settled_at IS NULL THEN NULL ELSE misses.settled_at END";
            let insert = sqlx::query(insert)
                .bind(text(&short))
                .bind(column::<String>(row, "why")?)
                .bind(column::<i64>(row, "n")?)
                .bind(column::<i64>(row, "first_at")?)
                .bind(column::<i64>(row, "last_at")?)
                .bind(column::<Option<i64>>(row, "settled_at")?);
            self.execute(insert).await.context("shortening a miss")?;
            let delete = sqlx::query("DELETE FROM misses WHERE question = $1").bind(long);
            self.execute(delete).await.context("shortening a miss")?;
        }
        Ok(())
    }

    /// A miss that was settled stays settled, however often it is asked again.
    async fn miss(&mut self, question: &str, why: MissReason, n: i64, now: Timestamp) -> anyhow::Result<()> {
        let insert = "INSERT INTO misses (question, why, n, first_at, last_at) VALUES ($1, $2, $3, $4, $4) \
             ON CONFLICT (question) DO UPDATE \
             SET n = misses.n + excluded.n, why = excluded.why, last_at = excluded.last_at";
        let insert = sqlx::query(insert).bind(text(question)).bind(reason_name(why)).bind(n).bind(now.0);
        self.execute(insert).await.context("noting a miss")?;
        Ok(())
    }

    /// Deletes what is stored about a person, and makes every chat that may know them forget them.
    ///
    /// Messages sent to them in private are still needed to close a quiz there; [`super::traces`] sweeps them away.
    async fn forget(&mut self, person: PersonId, now: Timestamp) -> anyhow::Result<Vec<Waiting>> {
        self.storage.expect_traces();
        for sql in [
            "DELETE FROM scores WHERE person = $1",
            "DELETE FROM responses WHERE person = $1",
            "DELETE FROM without_practice WHERE person = $1",
            "DELETE FROM players WHERE person = $1",
            "DELETE FROM feedback WHERE person = $1",
            "DELETE FROM polls WHERE chat = $1",
            "UPDATE sent SET at = 0 WHERE chat = $1",
            "DELETE FROM set_aside WHERE chat = $1",
        ] {
            self.execute(sqlx::query(sql).bind(person.0)).await.context("forgetting a person")?;
        }
        self.forget_set_aside(person).await?;
        let arrivals: Vec<Arrival> = self
            .chats_that_know(person)
            .await?
            .into_iter()
            .map(|chat| Arrival {
                update_id: None,
                place: Place::Chat(chat),
                event: Event::Forget { person },
            })
            .collect();
        let mut waiting = Vec::new();
        for arrivals in arrivals.chunks(500) {
            waiting.extend(self.receive(arrivals, now).await?);
        }
        Ok(waiting)
    }

    /// Deletes the events that contain a person's id, and not only as a part of another number.
    async fn forget_set_aside(&mut self, person: PersonId) -> anyhow::Result<()> {
        let id = person.0.to_string();
        let select =
            sqlx::query("SELECT seq, event FROM set_aside WHERE event LIKE $1").bind(format!("%{id}%"));
        let rows = self.rows(select).await.context("looking for a person")?;
        for row in &rows {
            if has_number(&column::<String>(row, "event")?, &id) {
                let delete =
                    sqlx::query("DELETE FROM set_aside WHERE seq = $1").bind(column::<i64>(row, "seq")?);
                self.execute(delete).await.context("forgetting a person")?;
            }
        }
        Ok(())
    }

    /// Answers a question of a chat's conversation.
    pub async fn read(&mut self, chat: ChatId, read: &Read, now: Timestamp) -> anyhow::Result<Rows> {
        Ok(match read {
            Read::Table { view, .. } => self.table(chat, view, now).await?,
            Read::Reviews { person, .. } => Rows::Reviews(self.reviews(*person).await?),
            Read::Items { .. } => Rows::Items(self.items().await?),
            Read::Misses { .. } => Rows::Misses(self.newest_misses().await?),
            Read::Stats { .. } => Rows::Stats(self.days(now).await?),
            Read::MostAsked { .. } => Rows::MostAsked(self.most_asked().await?),
            Read::KeyOf { message, .. } => Rows::KeyOf(self.key_of(chat, *message).await?),
        })
    }

    /// The misses that nobody has settled, newest first.
    pub async fn misses(&mut self) -> anyhow::Result<Vec<Miss>> {
        self.misses_up_to(ALL_MISSES).await
    }

    /// Those of them that a conversation reads.
    pub async fn newest_misses(&mut self) -> anyhow::Result<Vec<Miss>> {
        self.misses_up_to(MOST_MISSES).await
    }

    async fn misses_up_to(&mut self, limit: i64) -> anyhow::Result<Vec<Miss>> {
        let sql = "SELECT question, why, n, first_at, last_at FROM misses WHERE settled_at IS NULL \
             ORDER BY last_at DESC, question LIMIT $1";
        let rows = self.rows(sqlx::query(sql).bind(limit)).await.context("reading the misses")?;
        rows.iter()
            .map(|row| {
                Ok(Miss {
                    question: column(row, "question")?,
                    why: reason_named(&column::<String>(row, "why")?),
                    count: number(row, "n")?,
                    first: Timestamp(column(row, "first_at")?),
                    last: Timestamp(column(row, "last_at")?),
                })
            })
            .collect()
    }

    async fn days(&mut self, now: Timestamp) -> anyhow::Result<Vec<Day>> {
        let dates: Vec<String> =
            (0..N_DAYS).rev().map(|back| Timestamp(now.0 - back * DAY_MS).day()).collect();
        let sql =
            "SELECT day, what, CAST(SUM(n) AS INT8) AS n FROM counts WHERE day >= $1 GROUP BY day, what";
        let rows =
            self.rows(sqlx::query(sql).bind(dates[0].clone())).await.context("reading the statistics")?;
        let mut days: Vec<Day> = dates.into_iter().map(|date| Day { date, ..Day::default() }).collect();
        for row in &rows {
            let date: String = column(row, "day")?;
            let what: String = column(row, "what")?;
            let n = number(row, "n")?;
            let Some(day) = days.iter_mut().find(|day| day.date == date) else { continue };
            match what.as_str() {
                "answer" => day.answer = n,
                "choose" => day.choose = n,
                "unknown" => day.unknown = n,
                "small_talk" => day.small_talk = n,
                "out_of_scope" => day.out_of_scope = n,
                ROUND => day.rounds = n,
                _ => {}
            }
        }
        Ok(days)
    }

    async fn most_asked(&mut self) -> anyhow::Result<Vec<Id>> {
        let sql = "SELECT entry FROM counts WHERE entry <> '' AND what IN ('answer', 'opened') GROUP BY entry \
             ORDER BY SUM(n) DESC, entry LIMIT $1";
        let rows = self.rows(sqlx::query(sql).bind(MOST_ASKED)).await.context("reading the most asked")?;
        rows.iter().map(|row| Ok(Id(column::<String>(row, "entry")?.into()))).collect()
    }
}

pub(super) fn number(row: &AnyRow, name: &str) -> anyhow::Result<u32> {
    let number: i64 = column(row, name)?;
    Ok(u32::try_from(number).unwrap_or(if number < 0 { 0 } else { u32::MAX }))
}

/// Whether a text contains a number as a whole.
fn has_number(text: &str, number: &str) -> bool {
    let is_digit = |letter: Option<char>| letter.is_some_and(|it| it.is_ascii_digit());
    text.match_indices(number).any(|(start, _)| {
        let (before, after) = (&text[..start], &text[start + number.len()..]);
        !is_digit(before.chars().next_back()) && !is_digit(after.chars().next())
    })
}

fn reason_name(reason: MissReason) -> &'static str {
    match reason {
        MissReason::Unknown => "unknown",
        MissReason::NoneOfThese => "none_of_these",
        MissReason::Disliked => "disliked",
    }
}

fn reason_named(name: &str) -> MissReason {
    match name {
        "none_of_these" => MissReason::NoneOfThese,
        "disliked" => MissReason::Disliked,
        _ => MissReason::Unknown,
    }
}

/// When the week began: Monday 00:00 UTC, as in ISO 8601.
pub(super) fn week_start(now: Timestamp) -> Timestamp {
    // 1970-01-01 was a Thursday, three days after a Monday.
    let days = now.0.div_euclid(DAY_MS);
    Timestamp(((days + 3).div_euclid(7) * 7 - 3) * DAY_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_week_begins_on_monday() {
        let monday = 20_458; // 2026-01-05
        assert_eq!(Timestamp(monday * DAY_MS).day(), "2026-01-05");
        for day in 0..7 {
            let late = Timestamp((monday + day + 1) * DAY_MS - 1);
            assert_eq!(week_start(late), Timestamp(monday * DAY_MS));
        }
        assert_eq!(week_start(Timestamp(monday * DAY_MS - 1)), Timestamp((monday - 7) * DAY_MS));
    }
}
