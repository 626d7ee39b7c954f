//! Nothing is left of somebody who is to be forgotten: not in rows that wait to be thrown away, not in free pages, and not
//! in the write-ahead log.
//!
//! Deleted data is overwritten at once (`secure_delete`). Two things are needed for a moment longer: the chats that
//! know the person have yet to forget them, and a quiz in their private chat is yet to be closed. Then the write-ahead log
//! is emptied as well. On Postgres the pages are left to its vacuum and the log to its archive.

use std::sync::atomic::Ordering;

use super::{Dialect, Storage};

impl Storage {
    /// Notes that somebody is to be forgotten.
    pub(super) fn expect_traces(&self) {
        self.has_traces.store(true, Ordering::Relaxed);
    }

    /// Sweeps away what is left of forgotten people, once nothing needs it any more. To be called after a commit;
    /// with nobody to forget it costs nothing. Failures are retried with the next one.
    pub(super) async fn sweep_traces(&self) {
        if !self.has_traces.load(Ordering::Relaxed) {
            return;
        }
        match self.try_to_sweep().await {
            Ok(true) => self.has_traces.store(false, Ordering::Relaxed),
            Ok(false) => {}
            Err(error) => tracing::debug!("traces of somebody who is forgotten stay for now: {error}"),
        }
    }

    /// False: something still needs them.
    async fn try_to_sweep(&self) -> sqlx::Result<bool> {
        // `forget` has set these to the year 1970. What has come since belongs to the same chat.
        let sent = "DELETE FROM sent WHERE chat IN (SELECT chat FROM sent WHERE at = 0) \
             AND chat NOT IN (SELECT chat FROM outbox)";
        sqlx::query(sent).execute(&self.pool).await?;
        let waiting = "SELECT (SELECT COUNT(*) FROM sent WHERE at = 0) + (SELECT COUNT(*) FROM inbox \
             WHERE done_at IS NULL AND event LIKE '{\"Forget\"%') AS n";
        let n_waiting: i64 = sqlx::query_scalar(waiting).fetch_one(&self.pool).await?;
        if n_waiting > 0 {
            return Ok(false);
        }
        match self.dialect {
            Dialect::Sqlite => {
                let checkpoint = "PRAGMA wal_checkpoint(TRUNCATE)";
                let is_busy: i64 = sqlx::query_scalar(checkpoint).fetch_one(&self.pool).await?;
                Ok(is_busy == 0)
            }
            Dialect::Postgres => Ok(true),
        }
    }
}
