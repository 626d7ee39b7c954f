//! Opening the database, and saying in one sentence why it cannot be opened.

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64};
use std::time::{Duration, Instant};

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AnyPool, AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _, Row as _};

use super::lock::InstanceLock;
use super::shares::{SILENCE_MS, Shares};
use super::signs::check_sessions;
use super::{Dialect, Storage, column};
use crate::clock::Clock;
use crate::time::Timestamp;

/// Why a database cannot be used, with what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error(
        "there is no database {file} yet: the bot makes it when it runs (`faqbot run`); \
         if it runs elsewhere, name its database in DATABASE_URL"
    )]
    Missing { file: String },
    #[error(
        "DATABASE_URL is `{given}`, which is no database this build can open; \
         write for example sqlite://faqbot.db"
    )]
    Url { given: String },
    #[error(
        "the database {place} was made by an older faqbot; start the bot once (`faqbot run`), \
         which brings it up to date"
    )]
    Old { place: String },
    #[error(
        "cannot open the database {place} ({reason}); \
         check that the folder exists and can be written to by the user that runs faqbot, \
         and that the file is a faqbot database"
    )]
    Open { place: String, reason: String },
    #[error(
        "cannot open the database {place} ({reason}); check that the server knows the user and the database"
    )]
    Connect { place: String, reason: String },
    #[error("cannot reach the database {place} ({reason}); check that the server runs and can be reached")]
    Unreachable { place: String, reason: String },
    #[error("the database {place} is locked by another program; let that finish what it does, or end it")]
    Busy { place: String },
    #[error("the disk is full, so that the database {place} cannot be written; make some room")]
    Full { place: String },
    #[error(
        "the disk does not take what the database {place} writes ({reason}); \
         check that it works and has room"
    )]
    Disk { place: String, reason: String },
    #[error(
        "another faqbot works on the database {place}; stop it first, or give this one another DATABASE_URL"
    )]
    InUse { place: String },
    #[error(
        "the user of the database {place} may not create tables there ({reason}); \
         as its owner: GRANT CREATE ON SCHEMA public TO that user"
    )]
    Rights { place: String, reason: String },
    #[error("the server of the database {place} is Postgres {version}; faqbot needs Postgres 14 or newer")]
    TooOld { place: String, version: String },
    #[error(
        "between faqbot and the database {place} is a pooler that hands out connections by transaction; \
         faqbot needs a session of its own: name the database itself, or set pool_mode=session"
    )]
    Pooled { place: String },
    #[error(
        "cannot bring the database {place} up to date ({reason}); \
         it may be damaged, or written by a newer faqbot"
    )]
    Migrate { place: String, reason: String },
}

impl OpenError {
    /// Whether it may pass by itself, so that waiting helps.
    pub fn may_pass(&self) -> bool {
        matches!(
            self,
            OpenError::Unreachable { .. }
                | OpenError::Busy { .. }
                | OpenError::Full { .. }
                | OpenError::Disk { .. }
        )
    }
}

impl Storage {
    /// Opens the database that a URL names, creates it when missing, and brings its tables up to date.
    ///
    /// # Errors
    ///
    /// When the URL is invalid, or the database cannot be opened, written or migrated.
    pub async fn open(url: &str) -> Result<Storage, OpenError> {
        Storage::open_as(url, Access::Make).await
    }

    /// Opens as [`Storage::open`] does, for a bot that works on it.
    ///
    /// Several bots may share a Postgres: see [`Share`](super::Share). A SQLite file belongs to one bot, which holds it
    /// by an [`InstanceLock`].
    ///
    /// # Errors
    ///
    /// When another bot works on it, when it may only be read, and as [`Storage::open`].
    pub async fn open_alone(url: &str) -> Result<Storage, OpenError> {
        Storage::open_as(url, Access::Alone).await
    }

    async fn open_as(url: &str, access: Access) -> Result<Storage, OpenError> {
        let alone = access == Access::Alone;
        let given = url.trim();
        let (dialect, url) = read_url(given)?;
        let is_shared = alone && dialect == Dialect::Postgres;
        let file = sqlite_file(&url)?;
        let place = match &file {
            Some(file) => file.display().to_string(),
            None => without_password(given),
        };
        sqlx::any::install_default_drivers();

        if let Some(file) = file.as_ref().filter(|_| !url.contains("mode=ro")) {
            super::modes::keep_to_the_owner(file);
        }
        let lock = match file.filter(|_| alone) {
            Some(file) => Some(Arc::new(InstanceLock::take(&file)?)),
            None => None,
        };
        let options: AnyConnectOptions = url.parse().map_err(|_| OpenError::Url { given: url.clone() })?;
        let options = options.disable_statement_logging();
        let opening = |error: sqlx::Error| failure(dialect, &place, &error);
        // A pool would go on trying for half a minute before it says what is wrong.
        let mut first = options.connect().await.map_err(opening)?;
        if dialect == Dialect::Sqlite {
            first.execute(SQLITE_SETTINGS).await.map_err(opening)?;
        }
        if alone && dialect == Dialect::Sqlite {
            // Nothing has been written yet where the schema is up to date.
            let try_out = "BEGIN IMMEDIATE; CREATE TABLE may_write (x INT8); ROLLBACK";
            first.execute(try_out).await.map_err(opening)?;
        }
        let shares = if is_shared {
            let mut second = options.connect().await.map_err(opening)?;
            check_sessions(&mut first, &mut second, &place).await?;
            // Locks are shared by a whole database; the schema distinguishes ours.
            let asked = Instant::now();
            let sql = "SELECT hashtext('faqbot:' || current_schema()) AS class, hashtext(current_schema()) AS schema, \
                 CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS INT8) AS now";
            check_version(&mut first, &place).await?;
            let row = second.fetch_one(sql).await.map_err(opening)?;
            let number = |name: &str| row.try_get::<i32, _>(name).map_err(opening);
            let shares = Shares::shared(options.clone(), url.clone(), number("class")?, number("schema")?);
            shares.clock().set(Timestamp(row.try_get("now").map_err(opening)?), asked);
            second.close().await.map_err(opening)?;
            shares
        } else {
            Shares::all()
        };
        first.close().await.map_err(opening)?;
        let pool = AnyPoolOptions::new()
            .max_connections(if is_shared { 4 } else { 1 })
            .acquire_timeout(ACQUIRE)
            .min_connections(0)
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(dialect == Dialect::Postgres && !is_shared)
            .after_connect(move |connection, _| {
                Box::pin(async move {
                    if dialect == Dialect::Sqlite {
                        connection.execute(SQLITE_SETTINGS).await?;
                    }
                    if is_shared {
                        // A bot that hangs in the middle of a transaction must not hold up the others.
                        let limit = format!("SET idle_in_transaction_session_timeout = {SILENCE_MS}");
                        connection.execute(AssertSqlSafe(limit)).await?;
                    }
                    Ok(())
                })
            })
            .connect_with(options)
            .await
            .map_err(opening)?;

        let migrate = |reason| OpenError::Migrate { place: place.clone(), reason };
        match access {
            Access::Make | Access::Alone => bring_up_to_date(&pool, dialect).await.map_err(|error| {
                let (MigrateError::Execute(cause) | MigrateError::ExecuteMigration(cause, _)) = &error else {
                    return migrate(error.to_string());
                };
                Some(failure(dialect, &place, cause))
                    .filter(|it| it.may_pass() || matches!(it, OpenError::Rights { .. }))
                    .unwrap_or_else(|| migrate(error.to_string()))
            })?,
            Access::Look => {
                if !is_up_to_date(&pool).await {
                    return Err(OpenError::Old { place });
                }
            }
        }
        let largest = "SELECT COALESCE(MAX(seq), 0) AS seq FROM (SELECT MAX(seq) AS seq FROM inbox \
             UNION ALL SELECT MAX(seq) FROM outbox UNION ALL SELECT MAX(seq) FROM set_aside) AS numbers";
        let row = sqlx::query(largest).fetch_one(&pool).await.map_err(opening)?;
        let largest: i64 = column(&row, "seq").map_err(|error| migrate(format!("{error:#}")))?;
        Ok(Storage {
            pool,
            dialect,
            shares,
            next_seq: Arc::new(AtomicI64::new(largest + 1)),
            has_traces: Arc::new(AtomicBool::new(true)),
            _lock: lock,
        })
    }

    /// The time of a database that several bots may share, which they all use; none: that of the machine will do.
    pub fn clock(&self) -> Option<Arc<dyn Clock>> {
        self.shares.is_shared().then(|| Arc::new(self.shares.clock()) as Arc<dyn Clock>)
    }

    /// Opens a database that a bot has created, and leaves its tables as they are.
    ///
    /// # Errors
    ///
    /// When there is none, when it is an older one, and as [`Storage::open`].
    pub async fn open_existing(url: &str) -> Result<Storage, OpenError> {
        match sqlite_file(url)? {
            Some(file) if !file.exists() => Err(OpenError::Missing { file: file.display().to_string() }),
            _ => Storage::open_as(url, Access::Look).await,
        }
    }

    /// A database that is gone when the last clone of it is dropped.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub async fn in_memory() -> Result<Storage, OpenError> {
        Storage::open("sqlite::memory:").await
    }
}

/// The oldest Postgres that is still supported by its makers, and that we know to work.
const OLDEST_POSTGRES: i32 = 14;

async fn check_version(connection: &mut sqlx::AnyConnection, place: &str) -> Result<(), OpenError> {
    let opening = |error: sqlx::Error| failure(Dialect::Postgres, place, &error);
    let sql = "SELECT CAST(current_setting('server_version_num') AS INT4) AS number, \
         current_setting('server_version') AS version";
    let row = connection.fetch_one(sql).await.map_err(opening)?;
    let number: i32 = row.try_get("number").map_err(opening)?;
    match row.try_get("version").map_err(opening)? {
        version if is_too_old(number) => Err(OpenError::TooOld { place: place.to_owned(), version }),
        _ => Ok(()),
    }
}

/// 140005 is 14.5; before 10 there were three parts, 90624 is 9.6.24.
fn is_too_old(version_number: i32) -> bool {
    version_number / 10_000 < OLDEST_POSTGRES
}

/// The purpose of opening a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Access {
    /// To look at what a bot has created, or to change a row.
    Look,
    /// To create it when it is missing.
    Make,
    /// For the bot.
    Alone,
}

/// All changes of the tables, oldest first.
fn migrations() -> Migrator {
    sqlx::migrate!("src/storage/migrations")
}

/// Brings the tables up to date. Those that a newer faqbot has changed are left as they are: changes only add.
async fn bring_up_to_date(pool: &AnyPool, dialect: Dialect) -> Result<(), MigrateError> {
    migrations().set_ignore_missing(true).run(pool).await?;
    if dialect == Dialect::Postgres {
        let mut connection = pool.acquire().await?;
        connection.execute(ROW_NUMBERS).await?;
    }
    Ok(())
}

/// SQLite has no sequences; there the one bot counts. The lock keeps bots that start at once from making it twice; no bot holds it
/// for longer (the number before it, "faqb", is that of a lock that every bot holds as long as it runs).
const ROW_NUMBERS: &str = "DO $$ BEGIN \
     PERFORM pg_advisory_xact_lock(1717661027, hashtext(current_schema())); \
     IF to_regclass('row_numbers') IS NULL THEN \
         CREATE SEQUENCE row_numbers; \
         PERFORM setval('row_numbers', (SELECT COALESCE(MAX(seq), 0) + 1 FROM ( \
             SELECT seq FROM inbox UNION ALL SELECT seq FROM outbox UNION ALL SELECT seq FROM set_aside) AS numbers)); \
     END IF; \
     END $$";

async fn is_up_to_date(pool: &AnyPool) -> bool {
    let newest = migrations().iter().map(|migration| migration.version).max();
    let sql = "SELECT MAX(version) FROM _sqlx_migrations WHERE success";
    let made: Result<Option<i64>, _> = sqlx::query_scalar(sql).fetch_one(pool).await;
    made.is_ok_and(|made| made >= newest)
}

/// `FULL` costs one wait for the disk per commit, which a batch of updates shares; with `NORMAL` a power loss
/// could take back the last commits, after Telegram was told to forget those updates. Deleted data is overwritten, and
/// nothing is sorted in files elsewhere: a forgotten person leaves no trace (see [`super::traces`]).
const SQLITE_SETTINGS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
     PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY;";

/// How long a caller may wait for the connection, or for a new one to be made, before that counts as trouble. Longer
/// than the 5 s for which SQLite waits for another program.
const ACQUIRE: Duration = Duration::from_secs(10);

/// Which kind of database a URL names, and the URL with the options for creating it when missing.
fn read_url(given: &str) -> Result<(Dialect, String), OpenError> {
    let given = given.trim();
    if given.starts_with("postgres://") || given.starts_with("postgresql://") {
        // Statements are made in many lengths; preparing one again is a round trip over the network.
        let joint = if given.contains('?') { '&' } else { '?' };
        return Ok((Dialect::Postgres, format!("{given}{joint}statement-cache-capacity=500")));
    }
    let given = &*without_slashes_before_a_drive(given);
    let Some(rest) = given.strip_prefix("sqlite:") else {
        return Err(OpenError::Url { given: without_password(given) });
    };
    if rest.trim_matches('/').is_empty() {
        return Err(OpenError::Url { given: given.to_owned() });
    }
    if rest == ":memory:" || rest.contains("mode=") {
        return Ok((Dialect::Sqlite, given.to_owned()));
    }
    let joint = if rest.contains('?') { '&' } else { '?' };
    Ok((Dialect::Sqlite, format!("{given}{joint}mode=rwc")))
}

/// The file of a SQLite database, as it is opened; none for one in memory, and for other databases.
pub(super) fn sqlite_file(url: &str) -> Result<Option<PathBuf>, OpenError> {
    let url = without_slashes_before_a_drive(url.trim());
    let Some(rest) = url.strip_prefix("sqlite:") else { return Ok(None) };
    let (name, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    if name.trim_start_matches('/') == ":memory:" || parameters.split('&').any(|it| it == "mode=memory") {
        return Ok(None);
    }
    let options: Result<SqliteConnectOptions, _> = url.parse();
    let options = options.map_err(|_| OpenError::Url { given: url.to_string() })?;
    Ok(Some(options.get_filename().to_owned()))
}

/// `sqlite://C:\bot\faqbot.db` and `sqlite:///C:/bot/faqbot.db` as `sqlite:C:/bot/faqbot.db`: behind two slashes a URL
/// has a host, and behind three the path begins with a slash, which Windows does not know before a drive.
fn without_slashes_before_a_drive(url: &str) -> Cow<'_, str> {
    let Some(rest) = url.strip_prefix("sqlite:") else { return url.into() };
    let (name, parameters) = rest.split_at(rest.find('?').unwrap_or(rest.len()));
    let name = name.trim_start_matches('/');
    match name.as_bytes() {
        [drive, b':', b'/' | b'\\', ..] if drive.is_ascii_alphabetic() => {
            format!("sqlite:{}{parameters}", name.replace('\\', "/")).into()
        }
        _ => url.into(),
    }
}

/// A URL as it may be shown: the part between `://` and `@` is left out.
pub(crate) fn without_password(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if scheme < at => format!("{}://…{}", &url[..scheme], &url[at..]),
        _ => url.to_owned(),
    }
}

/// The meaning of an error that a database gives while it is opened.
fn failure(dialect: Dialect, place: &str, error: &sqlx::Error) -> OpenError {
    let (place, reason) = (place.to_owned(), reason(error));
    let code = error.as_database_error().and_then(|error| error.code()).unwrap_or_default();
    match (dialect, error) {
        (Dialect::Sqlite, sqlx::Error::PoolTimedOut) => OpenError::Busy { place },
        // The last byte is the kind of error: <https://sqlite.org/rescode.html>.
        (Dialect::Sqlite, _) => match code.parse::<i32>().map(|code| code & 0xff) {
            Ok(5 | 6) => OpenError::Busy { place },
            Ok(10) => OpenError::Disk { place, reason },
            Ok(13) => OpenError::Full { place },
            _ => OpenError::Open { place, reason },
        },
        (Dialect::Postgres, sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut) => {
            OpenError::Unreachable { place, reason }
        }
        // It is starting, or full: <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
        (Dialect::Postgres, _) if code.starts_with("57P") || code.starts_with("53") => {
            OpenError::Unreachable { place, reason }
        }
        (Dialect::Postgres, _) if code == "42501" => OpenError::Rights { place, reason },
        (Dialect::Postgres, _) => OpenError::Connect { place, reason },
    }
}

/// The innermost message, without the names of the layers it came through.
fn reason(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(error) => error.message().to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn postgres_is_old_before_14() {
        assert!(is_too_old(90_624) && is_too_old(130_022));
        assert!(!is_too_old(140_000) && !is_too_old(170_002));
    }

    #[test]
    fn a_missing_file_is_to_be_made() {
        let read = |url| read_url(url).map(|(_, url)| url).map_err(|error| error.to_string());
        assert_eq!(read("sqlite://faqbot.db").as_deref(), Ok("sqlite://faqbot.db?mode=rwc"));
        assert_eq!(
            read("sqlite://a.db?cache=private").as_deref(),
            Ok("sqlite://a.db?cache=private&mode=rwc")
        );
        assert_eq!(read("sqlite://a.db?mode=ro").as_deref(), Ok("sqlite://a.db?mode=ro"));
        for url in ["sqlite:C:/bot/my.db", r"sqlite://C:\bot\my.db", "sqlite:///C:/bot/my.db"] {
            assert_eq!(read(url).as_deref(), Ok("sqlite:C:/bot/my.db?mode=rwc"));
            let file = sqlite_file(url).map_err(|error| error.to_string());
            assert_eq!(file, Ok(Some("C:/bot/my.db".into())));
        }
        assert!(read("mysql://me:secret@host/db").is_err_and(|error| !error.contains("secret")));
        assert!(read("sqlite://").is_err());
        assert!(read("").is_err());
    }
}
