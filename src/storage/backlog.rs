//! How much waits.

use anyhow::Context as _;

use super::{Transaction, column};

/// What has arrived or was decided, and is not done yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backlog {
    /// Updates that wait for their step.
    pub n_updates: i64,
    /// Requests that wait to be sent.
    pub n_requests: i64,
}

impl Transaction {
    /// Counts what waits.
    pub async fn backlog(&mut self) -> anyhow::Result<Backlog> {
        let sql = "SELECT (SELECT COUNT(*) FROM inbox WHERE done_at IS NULL AND chat IS NOT NULL) AS n_updates, \
             (SELECT COUNT(*) FROM outbox) AS n_requests";
        let rows = self.rows(sqlx::query(sql)).await.context("counting what waits")?;
        let row = rows.first().context("counting what waits")?;
        Ok(Backlog { n_updates: column(row, "n_updates")?, n_requests: column(row, "n_requests")? })
    }
}
