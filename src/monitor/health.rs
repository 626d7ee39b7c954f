//! Whether a bot can do its work right now.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::chat::Library;
use crate::faq_folder::live::Trouble;
use crate::storage::{Backlog, Storage};
use crate::supervise::causes;

/// How long the database may take to answer before it counts as out of reach.
const DATABASE_LIMIT: Duration = Duration::from_secs(2);

/// Where to check. Cheap to clone.
#[derive(Clone)]
pub struct Health {
    pub(crate) storage: Storage,
    /// True while updates come in.
    pub(crate) receiving: watch::Receiver<bool>,
    pub(crate) library: watch::Receiver<Arc<Library>>,
    pub(crate) trouble: watch::Receiver<Option<Trouble>>,
    pub(crate) username: String,
}

/// How far a bot has come.
#[derive(Clone)]
pub enum Stage {
    /// The database is not open yet.
    Opening,
    /// Telegram has not said yet who the bot is.
    Introducing,
    Started(Health),
}

impl Stage {
    /// What `/readyz` says.
    pub(super) async fn report(&self) -> Report {
        const NOT_YET: &str = "not reached yet; see the log";
        let (database, telegram) = match self {
            Stage::Started(health) => return health.report().await,
            Stage::Opening => (NOT_YET, "not asked yet"),
            Stage::Introducing => ("ok", NOT_YET),
        };
        Report {
            ready: false,
            bot: String::new(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            database: database.to_owned(),
            telegram: telegram.to_owned(),
            folder: "read".to_owned(),
        }
    }

    /// How much waits, if the database says so, and whether questions are answered.
    pub(super) async fn numbers(&self) -> (Option<Backlog>, bool) {
        let Stage::Started(health) = self else { return (None, false) };
        let waiting = health.backlog().await.ok();
        (waiting, health.is_ready(waiting.is_some()))
    }
}

/// The content of `/readyz`, which `faqbot status` prints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Whether questions are answered: database and Telegram can be reached, and there is something to answer.
    pub ready: bool,
    /// Its username; empty until Telegram has told it.
    pub bot: String,
    pub version: String,
    pub database: String,
    pub telegram: String,
    pub folder: String,
}

impl Health {
    /// How much waits in the inbox and the outbox.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub(super) async fn backlog(&self) -> anyhow::Result<Backlog> {
        let count = async {
            let mut transaction = self.storage.begin().await?;
            transaction.backlog().await
        };
        tokio::time::timeout(DATABASE_LIMIT, count).await?
    }

    /// Whether the database answers; an error says why not.
    pub(super) async fn database(&self) -> Result<(), String> {
        match tokio::time::timeout(DATABASE_LIMIT, self.storage.begin()).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(causes(&error)),
            Err(_) => Err(format!("no answer within {DATABASE_LIMIT:?}")),
        }
    }

    /// Whether questions are answered, given whether the database was reached.
    pub(super) fn is_ready(&self, has_database: bool) -> bool {
        has_database && *self.receiving.borrow() && self.n_answers() > 0
    }

    fn n_answers(&self) -> usize {
        let library = self.library.borrow();
        library.knowledge.entries.len() + library.knowledge.terms.len()
    }

    /// Checks everything that the bot needs.
    pub async fn report(&self) -> Report {
        let database = self.database().await;
        let is_receiving = *self.receiving.borrow();
        let n_entries = self.n_answers();
        let broken = self.trouble.borrow().as_ref().map(|trouble| trouble.places.len());
        Report {
            ready: self.is_ready(database.is_ok()),
            bot: self.username.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            database: database.err().unwrap_or_else(|| "ok".to_owned()),
            telegram: if is_receiving { "ok" } else { "no updates come in; see the log" }.to_owned(),
            folder: match broken {
                _ if n_entries == 0 => "nothing to answer with; see `faqbot check`".to_owned(),
                None => format!("ok, {n_entries} answers"),
                Some(1) => format!("errors in 1 file, {n_entries} answers; see `faqbot check`"),
                Some(n) => format!("errors in {n} files, {n_entries} answers; see `faqbot check`"),
            },
        }
    }
}
