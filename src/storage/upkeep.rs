//! Throwing away what nobody can ask for any more.

use std::time::Duration;

use anyhow::Context as _;

use super::Transaction;
use crate::time::Timestamp;

const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What is thrown away, and how old it must be.
const UPKEEP: [(&str, Duration); 9] = [
    // Telegram delivers an update again for up to 24 hours.
    ("DELETE FROM inbox WHERE done_at < $1", HOUR.saturating_mul(26)),
    // A vote in a poll that this database never knew: sent by a former installation with the same token.
    ("DELETE FROM inbox WHERE chat IS NULL AND received_at < $1", HOUR),
    // A bot can edit and delete its messages for 48 hours; buttons and replies may come later.
    ("DELETE FROM sent WHERE at < $1", DAY.saturating_mul(60)),
    // Only asked for when the same person gives the same message another thumb.
    ("DELETE FROM feedback WHERE at < $1", DAY.saturating_mul(60)),
    ("DELETE FROM pace WHERE at < $1", HOUR),
    ("DELETE FROM polls WHERE at < $1", DAY.saturating_mul(7)),
    ("DELETE FROM set_aside WHERE at < $1", DAY.saturating_mul(30)),
    ("DELETE FROM misses WHERE last_at < $1", DAY.saturating_mul(180)),
    ("DELETE FROM responses WHERE at < $1", DAY.saturating_mul(365)),
];

/// How long it is known how often something happened: the statistics look back two weeks, and "most asked" means most
/// asked in this time.
const COUNTED: Duration = DAY.saturating_mul(180);

/// The most questions kept as misses; beyond that, the oldest go.
const MOST_MISSES: i64 = 20_000;

/// The most answers to quiz questions that are kept; beyond that, the oldest go. They take about 20 MB.
const MOST_RESPONSES: i64 = 200_000;

impl Transaction {
    /// Deletes what has become too old. To be called about once an hour.
    pub async fn upkeep(&mut self, now: Timestamp) -> anyhow::Result<()> {
        for (sql, age) in UPKEEP {
            self.execute(sqlx::query(sql).bind((now - age).0)).await.context("deleting what is too old")?;
        }
        let counts = sqlx::query("DELETE FROM counts WHERE day < $1").bind((now - COUNTED).day());
        self.execute(counts).await.context("deleting the oldest counts")?;
        let sql = "DELETE FROM misses WHERE question IN \
             (SELECT question FROM misses ORDER BY last_at DESC, question LIMIT 1000000 OFFSET $1)";
        self.execute(sqlx::query(sql).bind(MOST_MISSES)).await.context("deleting the oldest misses")?;
        let sql = "DELETE FROM responses WHERE at < \
             (SELECT at FROM responses ORDER BY at DESC LIMIT 1 OFFSET $1)";
        self.execute(sqlx::query(sql).bind(MOST_RESPONSES)).await.context("deleting the oldest answers")?;
        self.shorten_misses().await
    }
}
