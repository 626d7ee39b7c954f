//! Copies of a SQLite database: made while a bot works on it, and put back while none does.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};

use super::lock::InstanceLock;
use super::modes::{beside, restrict};
use super::open::sqlite_file;

/// Writes a consistent copy of the database into a new file, also while a bot works on it.
///
/// # Errors
///
/// When the database is not SQLite or is not there, the file already exists, or it cannot be written.
pub async fn backup(url: &str, to: &Path) -> anyhow::Result<()> {
    let file = existing_file(url)?;
    ensure!(!to.exists(), "{} exists already; name a new file, so that no older copy is lost", to.display());
    let mut connection = SqliteConnectOptions::new()
        .filename(&file)
        .read_only(true)
        .connect()
        .await
        .with_context(|| format!("opening {}", file.display()))?;
    let name = to.to_str().context("the name of the copy must be text")?;
    let copied = sqlx::query("VACUUM INTO $1").bind(name).execute(&mut connection).await;
    connection.close().await.ok();
    copied.with_context(|| format!("writing the copy {}", to.display()))?;
    private(to)
}

/// Puts a copy in the place of the database. The former one is kept beside it; returns its new name.
///
/// # Errors
///
/// When a bot works on the database, the copy is damaged or not a database of faqbot, or it cannot be written. The
/// database is then left untouched.
pub async fn restore(url: &str, from: &Path) -> anyhow::Result<Option<PathBuf>> {
    let file = sqlite_file(url)?.context(NOT_SQLITE)?;
    ensure!(from.exists(), "there is no file {}", from.display());
    check(from).await?;
    // Beside the database, so that it can take its place in one step.
    let fresh = beside(&file, ".restoring");
    fs::copy(from, &fresh).with_context(|| format!("copying {}", from.display()))?;
    private(&fresh)?;
    let put = async {
        if !file.exists() {
            fs::rename(&fresh, &file)?;
            return anyhow::Ok(None);
        }
        // Held until the file has been exchanged.
        let _lock = InstanceLock::take(&file)?;
        fold_log(&file).await.context("reading the database that is to be replaced")?;
        let former = free_name(&file)?;
        fs::rename(&file, &former)?;
        for log in ["-wal", "-shm"] {
            // They belong to the former database, which no longer needs them.
            let _ = fs::remove_file(beside(&file, log));
        }
        fs::rename(&fresh, &file)?;
        Ok(Some(former))
    };
    let result = put.await;
    if result.is_err() {
        let _ = fs::remove_file(&fresh);
    }
    result.with_context(|| format!("replacing {}", file.display()))
}

const NOT_SQLITE: &str = "DATABASE_URL does not name a SQLite file; for Postgres use pg_dump and pg_restore";

fn existing_file(url: &str) -> anyhow::Result<PathBuf> {
    let file = sqlite_file(url)?.context(NOT_SQLITE)?;
    ensure!(file.exists(), "there is no database {}; set DATABASE_URL to the bot's", file.display());
    Ok(file)
}

/// Whether a file is a whole database that a faqbot has made.
async fn check(file: &Path) -> anyhow::Result<()> {
    let open = SqliteConnectOptions::new().filename(file).read_only(true).immutable(true);
    let damaged = || format!("{} is damaged, or not a copy of a faqbot database", file.display());
    let mut connection = open.connect().await.with_context(damaged)?;
    let integrity: String = sqlx::query_scalar("PRAGMA integrity_check")
        .fetch_one(&mut connection)
        .await
        .with_context(damaged)?;
    let n_tables: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM sqlite_master WHERE name IN ('inbox', 'outbox', 'chats', '_sqlx_migrations')",
    )
    .fetch_one(&mut connection)
    .await
    .with_context(damaged)?;
    connection.close().await.ok();
    if integrity != "ok" || n_tables != 4 {
        bail!("{}", damaged());
    }
    Ok(())
}

/// Moves the content of the write-ahead log into the file itself, so that the file is whole under another name.
async fn fold_log(file: &Path) -> sqlx::Result<()> {
    let mut connection: SqliteConnection = SqliteConnectOptions::new().filename(file).connect().await?;
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut connection).await?;
    connection.close().await
}

/// It holds names and questions: only the user that runs the bot may read it.
fn private(file: &Path) -> anyhow::Result<()> {
    restrict(file).with_context(|| format!("protecting {}", file.display()))
}

/// A name for the former database that no earlier one has.
fn free_name(file: &Path) -> anyhow::Result<PathBuf> {
    let endings = (1..1000).map(|n| if n == 1 { String::new() } else { format!("-{n}") });
    let mut names = endings.map(|ending| beside(file, &format!(".before-restore{ending}")));
    names.find(|name| !name.exists()).context("a thousand former databases are kept already; delete some")
}
