//! What must survive: the inbox, the chats' states, the outbox, and what is counted and kept for tables.
//!
//! One process owns the database. Every change is made inside a [`Transaction`]; all of them go through one
//! connection, so they happen one after another and none ever waits for another's lock.
//!
//! SQLite runs with a write-ahead log and `synchronous = FULL`: what was committed survives a power loss.
//! The statements are those that Postgres takes as well (`$1` parameters, `INT8`, `ON CONFLICT`).

mod backlog;
mod chats;
mod copy;
mod inbox;
mod lock;
mod modes;
mod open;
mod outbox;
mod records;
mod traces;
mod upkeep;

use anyhow::Context as _;
use sqlx::AnyPool;
use sqlx::any::{Any, AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, Row as _};

pub use backlog::Backlog;
pub use chats::Stored;
pub use copy::{backup, restore};
pub use inbox::{Arrival, Kept, Place, SetAside, Waiting};
pub use open::OpenError;
pub(crate) use open::without_password;
pub use outbox::{OutboxRow, Settled};

/// The database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Storage {
    pool: AnyPool,
    dialect: Dialect,
    /// The next number for a row of `inbox`, `outbox` or `set_aside`.
    next_seq: std::sync::Arc<std::sync::atomic::AtomicI64>,
    /// Whether traces of somebody who is to be forgotten may be left.
    has_traces: std::sync::Arc<std::sync::atomic::AtomicBool>,
    /// Of the one bot on a SQLite file.
    _lock: Option<std::sync::Arc<lock::InstanceLock>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dialect {
    Sqlite,
    Postgres,
}

/// Changes that happen together or not at all. Dropped without [`Transaction::commit`], nothing has happened.
pub struct Transaction {
    inner: sqlx::Transaction<'static, Any>,
    storage: Storage,
}

impl Storage {
    pub async fn begin(&self) -> anyhow::Result<Transaction> {
        let statement = match self.dialect {
            // A deferred transaction that reads first could fail later, when it turns to writing.
            Dialect::Sqlite => "BEGIN IMMEDIATE",
            Dialect::Postgres => "BEGIN",
        };
        let inner = match self.pool.begin_with(statement).await {
            // What the database has broken off by itself, for want of disk for example, the connection believes to
            // go on. Only a new one gets out of that.
            Err(sqlx::Error::InvalidSavePointStatement) => {
                self.pool.acquire().await.context("connecting to the database")?.close().await.ok();
                self.pool.begin_with(statement).await
            }
            begun => begun,
        };
        let inner = inner.context("beginning a transaction")?;
        Ok(Transaction { inner, storage: self.clone() })
    }

    /// Waits for what is under way and closes the file.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

impl Transaction {
    pub async fn commit(self) -> anyhow::Result<()> {
        self.inner.commit().await.context("committing to the database")?;
        self.storage.sweep_traces().await;
        Ok(())
    }

    fn next_seq(&self) -> i64 {
        self.storage.next_seq.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
    }

    async fn execute(&mut self, query: Query<'_, Any, AnyArguments>) -> anyhow::Result<u64> {
        Ok(query.execute(&mut *self.inner).await?.rows_affected())
    }

    async fn rows(&mut self, query: Query<'_, Any, AnyArguments>) -> anyhow::Result<Vec<AnyRow>> {
        Ok(query.fetch_all(&mut *self.inner).await?)
    }
}

/// A statement whose only variable part is how many parameters it has.
fn query_of<'q>(sql: String) -> Query<'q, Any, AnyArguments> {
    // Statements of many lengths would push each other out of the statement cache.
    sqlx::query(AssertSqlSafe(sql)).persistent(false)
}

/// `($1,$2),($3,$4)`: places for `n_rows` rows of `n_columns` parameters each.
fn rows_of_parameters(n_rows: usize, n_columns: usize) -> String {
    let row = |row: usize| {
        let places: Vec<String> =
            (1..=n_columns).map(|column| format!("${}", row * n_columns + column)).collect();
        format!("({})", places.join(","))
    };
    (0..n_rows).map(row).collect::<Vec<_>>().join(",")
}

/// `$1,$2,$3`, counting on from `first`.
fn parameters(first: usize, n: usize) -> String {
    (first..first + n).map(|number| format!("${number}")).collect::<Vec<_>>().join(",")
}

/// The column of a row; that it is there and of this type is the schema's promise.
fn column<'r, T>(row: &'r AnyRow, name: &str) -> anyhow::Result<T>
where
    T: sqlx::Decode<'r, Any> + sqlx::Type<Any>,
{
    row.try_get(name).with_context(|| format!("reading the column {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_numbered_through() {
        assert_eq!(rows_of_parameters(2, 3), "($1,$2,$3),($4,$5,$6)");
        assert_eq!(parameters(2, 3), "$2,$3,$4");
    }
}
