//! Opening the database, and saying in one sentence why it cannot be opened.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{AnyConnection, ConnectOptions as _, Connection as _, Executor as _};

use super::{Dialect, Storage, column};

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
        "DATABASE_URL names a Postgres database, but this binary was built without Postgres; \
         build it with `--features postgres`, or use sqlite://faqbot.db"
    )]
    NoPostgres,
    #[error(
        "cannot open the database {place} ({reason}); \
         check that the folder exists and can be written to, and that the file is a faqbot database"
    )]
    Open { place: String, reason: String },
    #[error("cannot open the database {place} ({reason}); check that the server runs and knows the user")]
    Connect { place: String, reason: String },
    #[error(
        "another faqbot works on the database {place}; stop it first, or give this one another DATABASE_URL"
    )]
    InUse { place: String },
    #[error(
        "cannot bring the database {place} up to date ({reason}); \
         it may be in use by another program, damaged, or written by a newer faqbot"
    )]
    Migrate { place: String, reason: String },
}

impl Storage {
    /// Opens the database that a URL names, makes it when missing, and brings its tables up to date.
    ///
    /// # Errors
    ///
    /// When the URL makes no sense, or the database cannot be opened, written or migrated.
    pub async fn open(url: &str) -> Result<Storage, OpenError> {
        Storage::open_as(url, false).await
    }

    /// Opens as [`Storage::open`] does, for the one bot that works on it: what waits and whose turn it is are held
    /// in memory, so a second one would not see what the first does.
    ///
    /// Here a Postgres refuses the second. For a SQLite file, [`super::InstanceLock`] does.
    ///
    /// # Errors
    ///
    /// When another bot works on it, when it may only be read, and as [`Storage::open`].
    pub async fn open_alone(url: &str) -> Result<Storage, OpenError> {
        Storage::open_as(url, true).await
    }

    async fn open_as(url: &str, alone: bool) -> Result<Storage, OpenError> {
        let (dialect, url) = read_url(url)?;
        let locks = alone && dialect == Dialect::Postgres;
        let place = place(&url);
        sqlx::any::install_default_drivers();

        let options: AnyConnectOptions = url.parse().map_err(|_| OpenError::Url { given: url.clone() })?;
        let options = options.disable_statement_logging();
        let opening = |error| {
            let (place, reason) = (place.clone(), reason(&error));
            match dialect {
                Dialect::Sqlite => OpenError::Open { place, reason },
                Dialect::Postgres => OpenError::Connect { place, reason },
            }
        };
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
        if locks && !take_lock(&mut first).await.map_err(opening)? {
            return Err(OpenError::InUse { place });
        }
        first.close().await.map_err(opening)?;
        let pool = AnyPoolOptions::new()
            .max_connections(1)
            .acquire_timeout(ACQUIRE)
            .min_connections(0)
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(dialect == Dialect::Postgres)
            .after_connect(move |connection, _| {
                Box::pin(async move {
                    if dialect == Dialect::Sqlite {
                        connection.execute(SQLITE_SETTINGS).await?;
                    }
                    // The connection that does the work holds the lock: who loses it has lost the other as well.
                    if locks && !take_lock(connection).await? {
                        return Err(sqlx::Error::Protocol("another faqbot works on this database".into()));
                    }
                    Ok(())
                })
            })
            .connect_with(options)
            .await
            .map_err(opening)?;

        let migrate = |reason| OpenError::Migrate { place: place.clone(), reason };
        sqlx::migrate!("src/storage/migrations")
            .run(&pool)
            .await
            .map_err(|error| migrate(error.to_string()))?;
        let largest = "SELECT COALESCE(MAX(seq), 0) AS seq FROM (SELECT MAX(seq) AS seq FROM inbox \
             UNION ALL SELECT MAX(seq) FROM outbox UNION ALL SELECT MAX(seq) FROM set_aside) AS numbers";
        let row = sqlx::query(largest).fetch_one(&pool).await.map_err(|error| migrate(reason(&error)))?;
        let largest: i64 = column(&row, "seq").map_err(|error| migrate(format!("{error:#}")))?;
        Ok(Storage { pool, dialect, next_seq: Arc::new(AtomicI64::new(largest + 1)) })
    }

    /// Opens a database that a bot has made.
    ///
    /// # Errors
    ///
    /// When there is none, and as [`Storage::open`].
    pub async fn open_existing(url: &str) -> Result<Storage, OpenError> {
        match sqlite_file(url) {
            Some(file) if !file.exists() => Err(OpenError::Missing { file: file.display().to_string() }),
            _ => Storage::open(url).await,
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

/// `FULL` costs one wait for the disk per commit, which a batch of updates shares; with `NORMAL` a power loss
/// could take back the last commits, after Telegram was told to forget those updates.
const SQLITE_SETTINGS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
     PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON;";

/// How long one may wait for the connection, or for a new one to be made, before that counts as trouble. Longer than
/// the 5 s for which SQLite waits for another program.
const ACQUIRE: Duration = Duration::from_secs(10);

/// Takes the lock of the one bot on a Postgres; it is held until the connection ends. False: another holds it.
async fn take_lock(connection: &mut AnyConnection) -> sqlx::Result<bool> {
    // Locks are shared by a whole database; "faqb" and the schema tell ours apart.
    let sql = "SELECT pg_try_advisory_lock(1717661026, hashtext(current_schema()))";
    sqlx::query_scalar(sql).fetch_one(connection).await
}

/// Which kind of database a URL names, and the URL with what is needed to make it when missing.
fn read_url(given: &str) -> Result<(Dialect, String), OpenError> {
    let given = given.trim();
    if given.starts_with("postgres://") || given.starts_with("postgresql://") {
        return if cfg!(feature = "postgres") {
            Ok((Dialect::Postgres, given.to_owned()))
        } else {
            Err(OpenError::NoPostgres)
        };
    }
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

/// How to name a database to the operator: the file, or the URL without its password.
fn place(url: &str) -> String {
    match sqlite_file(url) {
        Some(file) => file.display().to_string(),
        None => without_password(url),
    }
}

/// The file of a SQLite database; none for one in memory.
pub(super) fn sqlite_file(url: &str) -> Option<PathBuf> {
    let rest = url.trim().strip_prefix("sqlite:")?;
    let rest = rest.strip_prefix("//").unwrap_or(rest);
    let file = rest.split('?').next().unwrap_or(rest);
    (file != ":memory:").then(|| Path::new(file).to_owned())
}

fn without_password(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if scheme < at => format!("{}://…{}", &url[..scheme], &url[at..]),
        _ => url.to_owned(),
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
    fn a_missing_file_is_to_be_made() {
        let read = |url| read_url(url).map(|(_, url)| url).map_err(|error| error.to_string());
        assert_eq!(read("sqlite://faqbot.db").as_deref(), Ok("sqlite://faqbot.db?mode=rwc"));
        assert_eq!(
            read("sqlite://a.db?cache=private").as_deref(),
            Ok("sqlite://a.db?cache=private&mode=rwc")
        );
        assert_eq!(read("sqlite://a.db?mode=ro").as_deref(), Ok("sqlite://a.db?mode=ro"));
        assert!(read("mysql://me:secret@host/db").is_err_and(|error| !error.contains("secret")));
        assert!(read("sqlite://").is_err());
        assert!(read("").is_err());
    }
}
