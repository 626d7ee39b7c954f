//! What must survive: the inbox, the chats' states, the outbox, and what is counted and kept for tables.
//!
//! Every change is made inside a [`Transaction`]. On SQLite one bot owns the database, and all transactions go through
//! one connection: they happen one after another. On Postgres several bots may share it: see `shares.rs`.
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
mod pictures;
mod records;
mod responses;
mod results;
#[cfg(test)]
pub(crate) mod scratch;
mod shares;
mod signs;
mod traces;
mod upkeep;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use anyhow::Context as _;
use sqlx::AnyPool;
use sqlx::any::{Any, AnyArguments, AnyRow};
use sqlx::pool::PoolConnection;
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, Row as _};

pub use backlog::Backlog;
pub use chats::{Stored, Unreadable};
pub use copy::{backup, restore};
pub use inbox::{Arrival, Kept, Place, SetAside, Waiting};
pub use open::OpenError;
pub(crate) use open::without_password;
pub use outbox::{OutboxRow, Settled};
pub use results::ResultRow;
pub use shares::{FORMAT, Share};
pub(crate) use shares::{LOOK, bit};
use shares::{Owned, Shares};

/// The database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Storage {
    pool: AnyPool,
    dialect: Dialect,
    shares: Shares,
    /// The next number for a row of `inbox`, `outbox` or `set_aside`.
    next_seq: Arc<AtomicI64>,
    /// Whether traces of somebody who is to be forgotten may be left.
    has_traces: Arc<AtomicBool>,
    /// For the one bot on a SQLite file.
    _lock: Option<Arc<lock::InstanceLock>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dialect {
    Sqlite,
    Postgres,
}

/// Changes that happen together or not at all. Dropped without [`Transaction::commit`], it changes nothing.
pub struct Transaction {
    inner: Inner,
    storage: Storage,
}

enum Inner {
    Begun(sqlx::Transaction<'static, Any>),
    /// On the connection that holds the locks: see [`Storage::begin_with`].
    Owned(Owned),
    /// Each statement by itself: see [`Storage::look`].
    Single(PoolConnection<Any>),
}

impl Storage {
    pub async fn begin(&self) -> anyhow::Result<Transaction> {
        let statement = match self.dialect {
            // A deferred transaction that reads first could fail later, when it turns to writing.
            Dialect::Sqlite => "BEGIN IMMEDIATE",
            Dialect::Postgres => "BEGIN",
        };
        let inner = match self.pool.begin_with(statement).await {
            // A transaction that the database has aborted by itself, for want of disk for example, still seems open to
            // the connection. Only a new connection gets out of that.
            Err(sqlx::Error::InvalidSavePointStatement) => {
                self.pool.acquire().await.context("connecting to the database")?.close().await.ok();
                self.pool.begin_with(statement).await
            }
            begun => begun,
        };
        Ok(self.transaction(Inner::Begun(inner.context("beginning a transaction")?)))
    }

    /// Begins a transaction that can only succeed while a share is this bot's own.
    ///
    /// # Errors
    ///
    /// When it no longer is, and when the database cannot be reached.
    pub(crate) async fn begin_with(&self, share: Share) -> anyhow::Result<Transaction> {
        match self.shares.begin(share.epoch).await? {
            Some(owned) => Ok(self.transaction(Inner::Owned(owned))),
            None => self.begin().await,
        }
    }

    fn transaction(&self, inner: Inner) -> Transaction {
        Transaction { inner, storage: self.clone() }
    }

    /// Which chats are this bot's own.
    pub(crate) fn shares(&self) -> &Shares {
        &self.shares
    }

    /// For reading: each statement sees what is committed when it begins, and nobody has to wait for it.
    pub async fn look(&self) -> anyhow::Result<Transaction> {
        let inner = Inner::Single(self.pool.acquire().await.context("connecting to the database")?);
        Ok(self.transaction(inner))
    }

    /// Waits for what is under way and closes the file.
    pub async fn close(&self) {
        self.shares.close().await;
        self.pool.close().await;
    }
}

impl Transaction {
    pub async fn commit(self) -> anyhow::Result<()> {
        match self.inner {
            Inner::Begun(inner) => inner.commit().await.context("committing to the database")?,
            Inner::Owned(inner) => inner.end("COMMIT").await.context("committing to the database")?,
            Inner::Single(_) => return Ok(()),
        }
        self.storage.sweep_traces().await;
        Ok(())
    }

    /// Rolls everything back.
    pub async fn roll_back(self) -> anyhow::Result<()> {
        match self.inner {
            Inner::Begun(inner) => inner.rollback().await.context("rolling back"),
            Inner::Owned(inner) => inner.end("ROLLBACK").await.context("rolling back"),
            Inner::Single(_) => Ok(()),
        }
    }

    /// The number of a new row: `$n`, which is bound to [`Transaction::next_seq`].
    ///
    /// Postgres counts by itself, since several bots may write to it; within a transaction its numbers increase.
    fn seq_place(&self, n: usize) -> String {
        match self.storage.dialect {
            Dialect::Sqlite => format!("${n}"),
            Dialect::Postgres => format!("COALESCE(${n}, nextval('row_numbers'))"),
        }
    }

    /// The number of a new row, where it is known beforehand.
    fn next_seq(&self) -> Option<i64> {
        let next = || self.storage.next_seq.fetch_add(1, Ordering::Relaxed);
        (self.storage.dialect == Dialect::Sqlite).then(next)
    }

    async fn execute(&mut self, query: Query<'_, Any, AnyArguments>) -> anyhow::Result<u64> {
        Ok(match &mut self.inner {
            Inner::Begun(inner) => query.execute(&mut **inner).await?,
            Inner::Owned(inner) => query.execute(inner.connection()).await?,
            Inner::Single(inner) => query.execute(&mut **inner).await?,
        }
        .rows_affected())
    }

    async fn rows(&mut self, query: Query<'_, Any, AnyArguments>) -> anyhow::Result<Vec<AnyRow>> {
        Ok(match &mut self.inner {
            Inner::Begun(inner) => query.fetch_all(&mut **inner).await?,
            Inner::Owned(inner) => query.fetch_all(inner.connection()).await?,
            Inner::Single(inner) => query.fetch_all(&mut **inner).await?,
        })
    }

    /// A statement in which only the number of parameters varies.
    fn query_of<'q>(&self, sql: String) -> Query<'q, Any, AnyArguments> {
        // In SQLite, statements of many lengths would push each other out of the cache, and preparing one only takes
        // processor time; with Postgres it is a round trip over the network.
        sqlx::query(AssertSqlSafe(sql)).persistent(self.storage.dialect == Dialect::Postgres)
    }
}

/// The same numbers, the last one repeated until their number is a power of two: a statement then has few lengths.
fn padded(numbers: impl IntoIterator<Item = i64>) -> Vec<i64> {
    let mut numbers: Vec<i64> = numbers.into_iter().collect();
    if let Some(last) = numbers.last().copied() {
        numbers.resize(numbers.len().next_power_of_two(), last);
    }
    numbers
}

/// A text from outside, in a form that both databases can store: Postgres takes no U+0000.
fn text(given: &str) -> String {
    given.replace('\0', "\u{FFFD}")
}

/// `($1,$2),($3,$4)`: places for `n_rows` rows of `n_columns` parameters each.
fn rows_of_parameters(n_rows: usize, n_columns: usize) -> String {
    rows_that_begin_with(n_rows, n_columns, |n| format!("${n}"))
}

/// The same, where the first column of a row is written differently.
fn rows_that_begin_with(n_rows: usize, n_columns: usize, first: impl Fn(usize) -> String) -> String {
    let row = |row: usize| {
        let rest = (2..=n_columns).map(|column| format!("${}", row * n_columns + column));
        let places: Vec<String> = std::iter::once(first(row * n_columns + 1)).chain(rest).collect();
        format!("({})", places.join(","))
    };
    (0..n_rows).map(row).collect::<Vec<_>>().join(",")
}

/// `$1,$2,$3`, counting on from `first`.
fn parameters(first: usize, n: usize) -> String {
    (first..first + n).map(|number| format!("${number}")).collect::<Vec<_>>().join(",")
}

/// The column of a row; the schema guarantees that it exists and is of this type.
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
        assert_eq!(padded([4, 7, 9]), [4, 7, 9, 9]);
    }
}
