//! `faqbot backup` and `faqbot restore`.

use std::path::PathBuf;
use std::process::ExitCode;

use super::print::print;
use crate::settings::GivenDatabase;
use crate::storage;

/// Write a consistent copy of the bot's SQLite database, also while the bot runs.
///
/// For Postgres use `pg_dump`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  faqbot backup faqbot-monday.db    of the database that DATABASE_URL names
  faqbot restore faqbot-monday.db   puts it back, while no bot runs on the database")]
pub(crate) struct BackupArguments {
    /// The copy; the file must not exist yet.
    #[arg(value_name = "FILE")]
    file: PathBuf,

    #[command(flatten)]
    database: GivenDatabase,
}

/// Put a copy made by `faqbot backup` in the place of the bot's database. The bot must not be running.
///
/// The database that was there is kept beside it, with the ending `.before-restore`, and a number if there is one already.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  faqbot restore faqbot-monday.db   in place of the database that DATABASE_URL names")]
pub(crate) struct RestoreArguments {
    /// The copy.
    #[arg(value_name = "FILE")]
    file: PathBuf,

    #[command(flatten)]
    database: GivenDatabase,
}

pub(crate) fn backup(arguments: &BackupArguments) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(storage::backup(&arguments.database.url(), &arguments.file))?;
    print(&format!("Copied to {}.\n", arguments.file.display()))?;
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn restore(arguments: &RestoreArguments) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let former = runtime.block_on(storage::restore(&arguments.database.url(), &arguments.file))?;
    let kept = former.map(|former| format!(" The former database is kept as {}.", former.display()));
    print(&format!("Restored from {}.{}\n", arguments.file.display(), kept.unwrap_or_default()))?;
    Ok(ExitCode::SUCCESS)
}
