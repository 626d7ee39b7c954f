//! `faqbot set-aside`: the updates that the bot could not handle.

use std::process::ExitCode;

use super::print::print;
use crate::settings;
use crate::storage::Storage;

/// List the updates that the bot could not handle, and why.
///
/// They are kept for 30 days. Each is a defect: report it with its reason.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  faqbot set-aside              of the database that DATABASE_URL names")]
pub(crate) struct Arguments {}

pub(crate) fn run(_: &Arguments) -> anyhow::Result<ExitCode> {
    let database_url = settings::database_url(settings::from_environment);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let lines = runtime.block_on(async {
        let storage = Storage::open_existing(&database_url).await?;
        let mut transaction = storage.begin().await?;
        let lines: Vec<String> = transaction
            .all_set_aside()
            .await?
            .into_iter()
            .map(|it| {
                let update = it.update_id.map_or("timer".to_owned(), |id| format!("update {id}"));
                let chat = it.chat.map_or(String::new(), |chat| format!(" of chat {}", chat.0));
                format!("{}  {update}{chat}: {}\n", it.at.day(), it.reason)
            })
            .collect();
        drop(transaction);
        storage.close().await;
        anyhow::Ok(lines)
    })?;
    let text = if lines.is_empty() { "Nothing is set aside.\n".to_owned() } else { lines.concat() };
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}
