//! `faqbot set-aside`: what the bot could not handle.

use std::process::ExitCode;

use anyhow::Context as _;

use super::print::print;
use crate::settings::GivenDatabase;
use crate::storage::{SetAside, Storage, Transaction};

/// List what the bot could not handle, and why: updates, events and timers of its own, states of chats.
///
/// It is kept for 30 days. Each is a defect: report it with its reason.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  faqbot set-aside              of the database that DATABASE_URL names
  faqbot set-aside --show 12    what is stored of the one with this number")]
pub(crate) struct Arguments {
    /// Print what is stored of one. It may hold what people wrote.
    #[arg(long, value_name = "NUMBER")]
    show: Option<i64>,

    #[command(flatten)]
    database: GivenDatabase,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let database_url = arguments.database.url();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let text = runtime.block_on(async {
        let storage = Storage::open_existing(&database_url).await?;
        let mut transaction = storage.begin().await?;
        let text = match arguments.show {
            Some(seq) => shown(&mut transaction, seq).await,
            None => listed(&mut transaction).await,
        };
        drop(transaction);
        storage.close().await;
        text
    })?;
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}

async fn listed(transaction: &mut Transaction) -> anyhow::Result<String> {
    let all = transaction.all_set_aside().await?;
    Ok(if all.is_empty() { "Nothing is set aside.\n".to_owned() } else { all.iter().map(line).collect() })
}

/// One line; its number comes first.
fn line(it: &SetAside) -> String {
    let update = it.update_id.map_or(String::new(), |id| format!(" {id}"));
    let chat = it.chat.map_or(String::new(), |chat| format!(" of chat {}", chat.0));
    format!("{}  {}  {}{update}{chat}: {}\n", it.seq, it.at.day(), it.what, it.reason)
}

async fn shown(transaction: &mut Transaction, seq: i64) -> anyhow::Result<String> {
    let stored = transaction.stored_aside(seq).await?;
    let stored = stored.with_context(|| {
        format!(
            "nothing is set aside under the number {seq}; `faqbot set-aside` lists what is, with its numbers"
        )
    })?;
    Ok(if stored.is_empty() {
        "It is a timer; nothing else is stored of it.\n".into()
    } else {
        stored + "\n"
    })
}
