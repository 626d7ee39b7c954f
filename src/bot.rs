//! The running bot: everything that goes on side by side, started and stopped in one place.
//!
//! ```text
//! Telegram ──▶ receiver ──▶ inbox ──▶ engine ──▶ outbox ──▶ sender ──▶ Telegram
//!                             └──────── one database ─────────┘
//! ```
//!
//! `faqbot run`, the preview and the tests start the same thing.

mod menus;
mod same_folder;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use tokio::task::{JoinError, JoinHandle, JoinSet};

use crate::chat::{self, ChatId, Event, FolderNews, Library, Me, Miss, PersonId};
use crate::clock::{Clock, SystemClock};
use crate::engine::{self, Engine, Step};
use crate::faq_folder;
use crate::faq_folder::live::{Folder, Trouble};
use crate::inbox::{self, Inbox};
use crate::monitor::Health;
use crate::outbox::{self, ChangeFolder, Pictures, Rates, Sender};
use crate::settings::Webhook;
use crate::storage::{Arrival, LOOK, Place, Share, Storage};
use crate::supervise::{Backoff, causes};
use crate::telegram::{self, Api, CALL_LIMIT, CallError, Decode};
use menus::keep_menus;
use same_folder::SameFolder;

/// What a bot is started with.
pub struct Config {
    pub token: SecretString,
    /// A Bot API server of one's own; none: Telegram's.
    pub api_url: Option<String>,
    pub owners: Vec<PersonId>,
    /// None: no pace is kept.
    pub rates: Option<Rates>,
    pub storage: Storage,
    pub library: watch::Receiver<Arc<Library>>,
    pub clock: Arc<dyn Clock>,
    pub step: Arc<Step>,
    pub decode: Decode,
    pub change_folder: Arc<ChangeFolder>,
    /// Where the pictures lie that the folder names.
    pub pictures: Option<PathBuf>,
    /// What is wrong with the folder; the owners are informed of changes.
    pub trouble: watch::Receiver<Option<Trouble>>,
    /// None: long polling.
    pub webhook: Option<Webhook>,
    /// How long Telegram may take to answer a call.
    pub call_limit: Duration,
}

impl Config {
    /// A bot with the machine's clock that keeps Telegram's pace and cannot change its folder.
    pub fn new(
        token: impl Into<SecretString>,
        storage: Storage,
        library: watch::Receiver<Arc<Library>>,
    ) -> Config {
        Config {
            token: token.into(),
            api_url: None,
            owners: Vec::new(),
            rates: Some(Rates::default()),
            storage,
            library,
            clock: Arc::new(SystemClock),
            step: Arc::new(chat::step),
            decode: telegram::decode,
            change_folder: Arc::new(|_, _| anyhow::bail!("this bot may not change its folder")),
            pictures: None,
            trouble: watch::Sender::new(None).subscribe(),
            webhook: None,
            call_limit: CALL_LIMIT,
        }
    }
}

impl Config {
    /// Follows a folder: owners change it, and hear when it breaks.
    pub fn follow(&mut self, folder: &Folder) {
        let path = folder.path().to_owned();
        self.pictures = Some(path.clone());
        self.library = folder.library();
        self.trouble = folder.trouble();
        self.change_folder = Arc::new(move |change, only_check| {
            let changed = faq_folder::change(&path, change, only_check)?;
            if let Some(edit) = &changed.edit {
                tracing::info!("an owner has changed {}", path.join(&edit.path).display());
            }
            Ok(changed)
        });
    }
}

/// A running bot. It has to be stopped with [`Bot::shutdown`]; dropped, it breaks off in the middle of its work.
pub struct Bot {
    me: Arc<Me>,
    storage: Storage,
    health: Health,
    stop: watch::Sender<bool>,
    /// Ends when the bot cannot go on.
    receiver: JoinHandle<anyhow::Result<()>>,
    workers: JoinSet<anyhow::Result<()>>,
}

/// How long the shutdown may take: a service manager that asks for the end soon kills whatever has not ended.
const LAST_MOMENTS: Duration = Duration::from_secs(9);

impl Bot {
    /// Asks Telegram who the bot is, until there is an answer, and starts everything.
    ///
    /// # Errors
    ///
    /// When Telegram does not know the token, the address of the Bot API is invalid, or the database cannot
    /// be read. Problems that may pass by themselves are waited out.
    pub async fn start(config: Config) -> anyhow::Result<Bot> {
        let api = Api::new(config.token.expose_secret(), config.api_url.as_deref(), config.call_limit)?;
        let me = Arc::new(introduce(&api).await?);
        let (stop, stopped) = watch::channel(false);
        let (notices, noticed) = mpsc::unbounded_channel();
        let (posted, posts) = mpsc::unbounded_channel();
        config.storage.claim(me.id.0).await?;
        let shares = config.storage.shares().clone();
        // So that a lone bot has its share at once. If this fails, it is tried again from now on.
        if let Err(error) = shares.look().await {
            tracing::warn!("{}", causes(&error));
        }
        let inbox = Inbox::new(config.storage.clone(), notices.clone());
        let receiving = Arc::new(watch::Sender::new(false));

        let owners: Arc<[PersonId]> = config.owners.into();
        let news = News {
            owners: owners.clone(),
            inbox: inbox.clone(),
            clock: config.clock.clone(),
            share: shares.watch(),
        };
        let membership = Membership {
            storage: config.storage.clone(),
            same_folder: SameFolder::new(config.storage.clone(), config.library.clone()),
            clock: config.clock.clone(),
            receiving: receiving.clone(),
            polls: config.webhook.is_none(),
        };
        let engine = engine::EngineParts {
            storage: config.storage.clone(),
            clock: config.clock.clone(),
            step: config.step,
            library: config.library.clone(),
            me: me.clone(),
            owners: owners.clone(),
            receiving: receiving.subscribe(),
        };
        let engine = Engine::new(engine, noticed, posted).await?;
        let sender = outbox::SenderParts {
            api: api.clone(),
            storage: config.storage.clone(),
            clock: config.clock.clone(),
            rates: config.rates,
            inbox: inbox.clone(),
            change_folder: config.change_folder,
            pictures: Arc::new(Pictures::new(config.pictures, owners.to_vec())),
            call_limit: config.call_limit,
        };
        let sender = Sender::new(sender, posts).await?;
        let health = Health {
            storage: config.storage.clone(),
            receiving: receiving.subscribe(),
            library: config.library.clone(),
            trouble: config.trouble.clone(),
            username: me.username.clone(),
        };
        let receiver = inbox::ReceiverParts {
            api: api.clone(),
            inbox,
            clock: config.clock,
            me: me.clone(),
            share: shares.watch(),
            receiving,
            decode: config.decode,
        };
        let receiver = match config.webhook {
            None => tokio::spawn(inbox::poll(receiver, stopped.clone())),
            Some(Webhook { url, listen, secret }) => {
                let listener = TcpListener::bind(listen).await.map_err(|error| {
                    anyhow::anyhow!(
                        "cannot listen on {listen} ({error}); set WEBHOOK_LISTEN to a free address"
                    )
                })?;
                tokio::spawn(inbox::serve_webhook(receiver, listener, url, secret, stopped.clone()))
            }
        };
        let mut workers = JoinSet::new();
        workers.spawn(engine.run(stopped.clone()));
        workers.spawn(sender.run(stopped.clone()));
        workers.spawn(read_misses(config.storage.clone(), config.library.clone(), stopped.clone()));
        workers.spawn(keep_menus(
            api,
            config.storage.clone(),
            config.library,
            shares.watch(),
            stopped.clone(),
        ));
        workers.spawn(membership.keep(notices, stopped.clone()));
        workers.spawn(news.notify_owners(config.trouble, stopped));
        Ok(Bot { me, storage: config.storage, health, stop, receiver, workers })
    }

    pub fn me(&self) -> &Me {
        &self.me
    }

    /// Where to check whether it can do its work.
    pub fn health(&self) -> Health {
        self.health.clone()
    }

    /// Ends when the bot cannot go on, with the reason: Telegram does not know its token any more, or a part of the
    /// bot has broken down and only a new start gets it going again.
    pub async fn failed(&mut self) -> anyhow::Error {
        let broken = async {
            while let Some(ended) = self.workers.join_next().await {
                if let Some(error) = failure(ended) {
                    return error;
                }
            }
            std::future::pending().await
        };
        tokio::select! {
            ended = &mut self.receiver => {
                failure(ended).unwrap_or_else(|| anyhow::anyhow!("the receiver has stopped by itself"))
            }
            error = broken => error,
        }
    }

    /// Finishes what is under way, leaves the rest in the database, and closes it. Takes less than ten seconds.
    pub async fn shutdown(mut self) {
        self.stop.send_replace(true);
        let finish = async {
            if !self.receiver.is_finished() {
                // An error this late changes nothing any more.
                let _ = (&mut self.receiver).await;
            }
            while let Some(ended) = self.workers.join_next().await {
                if let Some(error) = failure(ended) {
                    tracing::error!("{}", causes(&error));
                }
            }
            self.storage.close().await;
        };
        if tokio::time::timeout(LAST_MOMENTS, finish).await.is_err() {
            tracing::warn!("not all that was under way could be finished; the next start goes on with it");
        }
    }
}

/// Why a part of the bot has ended, if that was not an orderly end.
fn failure(ended: Result<anyhow::Result<()>, JoinError>) -> Option<anyhow::Error> {
    match ended {
        Ok(result) => result.err(),
        // The log says where it panicked.
        Err(error) if error.is_panic() => {
            Some(anyhow::anyhow!("a part of the bot has broken down; start it again, nothing is lost"))
        }
        Err(error) => Some(error.into()),
    }
}

/// One bot among several on a database.
struct Membership {
    storage: Storage,
    same_folder: SameFolder,
    clock: Arc<dyn Clock>,
    receiving: Arc<watch::Sender<bool>>,
    polls: bool,
}

/// How long updates count as coming in after the one that polls has noted it.
const RECEIVED_COUNTS: Duration = Duration::from_secs(5);

/// The folders of several bots are compared at every fifth look: every two seconds.
const FOLDER_EVERY: u64 = 5;

impl Membership {
    /// Takes its share of the work, shows that it is there, and is notified of what the others have stored.
    async fn keep(mut self, notices: engine::Notices, mut stop: watch::Receiver<bool>) -> anyhow::Result<()> {
        if !self.storage.shares().is_shared() {
            return Ok(());
        }
        let mut in_trouble = false;
        let storage = self.storage.clone();
        let look = async {
            for n_looks in 1_u64.. {
                tokio::time::sleep(LOOK).await;
                let mut looked = self.storage.shares().look().await;
                if looked.is_ok() && self.polls {
                    looked = self.share_receiving().await;
                }
                if looked.is_ok() && n_looks.is_multiple_of(FOLDER_EVERY) {
                    looked = self.same_folder.compare().await;
                }
                let was_in_trouble = std::mem::replace(&mut in_trouble, looked.is_err());
                match looked {
                    Ok(()) if was_in_trouble => tracing::info!("the work is shared again"),
                    Err(error) if !was_in_trouble => {
                        tracing::warn!("{}; trying again until it works", causes(&error))
                    }
                    Ok(()) | Err(_) => {}
                }
            }
        };
        tokio::select! {
            () = look => {}
            () = storage.listen(notices) => {}
            _ = stop.wait_for(|stop| *stop) => {}
        }
        // What is under way is finished with the share that there is.
        Ok(())
    }

    /// Only one of several polls; the others hear from it whether updates come in.
    async fn share_receiving(&self) -> anyhow::Result<()> {
        let now = self.clock.now();
        if self.storage.shares().now().receives {
            if *self.receiving.borrow() {
                self.storage.receiving(now).await?;
            }
            return Ok(());
        }
        let at = self.storage.received_at().await?;
        let is_receiving = at.is_some_and(|at| now.since(at) < RECEIVED_COUNTS);
        self.receiving.send_if_modified(|was| std::mem::replace(was, is_receiving) != is_receiving);
        Ok(())
    }
}

/// Informs those who run the bot when its folder breaks or is repaired.
struct News {
    owners: Arc<[PersonId]>,
    inbox: Inbox,
    clock: Arc<dyn Clock>,
    /// Of several bots with the same folder, only one sends the news.
    share: watch::Receiver<Share>,
}

impl News {
    /// Sends news when the folder breaks, when other files are broken than before, and when all is repaired; not each
    /// time that somebody saves the same file with a mistake in it. What was wrong at the start is in the log.
    async fn notify_owners(
        self,
        mut trouble: watch::Receiver<Option<Trouble>>,
        mut stop: watch::Receiver<bool>,
    ) -> anyhow::Result<()> {
        trouble.mark_unchanged();
        let notify = async {
            let mut reported = None;
            while trouble.changed().await.is_ok() {
                let now = trouble.borrow_and_update().clone();
                let news = match &now {
                    Some(trouble) if reported.as_ref() != Some(&trouble.places) => {
                        FolderNews::Broken { diagnostics: first_lines(trouble) }
                    }
                    None if reported.is_some() => FolderNews::Fixed,
                    _ => continue,
                };
                reported = now.map(|trouble| trouble.places);
                if !self.share.borrow().leads {
                    continue;
                }
                if let Err(error) = self.notify(&news).await {
                    tracing::error!("cannot notify the owners about the folder: {}", causes(&error));
                }
            }
        };
        tokio::select! {
            () = notify => {}
            _ = stop.wait_for(|stop| *stop) => {}
        }
        Ok(())
    }

    /// Puts news into the inbox of the private chat with each owner; a private chat has the id of its person.
    async fn notify(&self, news: &FolderNews) -> anyhow::Result<()> {
        let arrival = |owner: &PersonId| Arrival {
            update_id: None,
            place: Place::Chat(ChatId(owner.0)),
            event: Event::Folder(news.clone()),
        };
        let arrivals: Vec<Arrival> = self.owners.iter().map(arrival).collect();
        self.inbox.put(&arrivals, self.clock.now()).await
    }
}

/// As much as one wants to read on a phone, and the files with an error that is not shown; the log has all of it.
fn first_lines(trouble: &Trouble) -> String {
    const N_LINES: usize = 16;
    let end = trouble.text.match_indices('\n').nth(N_LINES - 1).map(|(newline, _)| newline);
    let Some(end) = end else { return trouble.text.to_string() };
    let shown = &trouble.text[..end];
    let others = trouble.places.iter().filter(|place| !shown.contains(place.as_str()));
    let others: Vec<&str> = others.map(String::as_str).collect();
    match others.as_slice() {
        [] => format!("{shown}\n…"),
        others => format!("{shown}\n… and in {}", others.join(", ")),
    }
}

/// Asks Telegram who the bot is until there is an answer.
async fn introduce(api: &Api) -> anyhow::Result<Me> {
    let mut backoff = Backoff::for_network();
    loop {
        match telegram::get_me(api).await {
            Ok(me) => return Ok(me),
            Err(error) if error.is_wrong_token() => anyhow::bail!(
                "Telegram does not know this token; copy it once more from @BotFather into TELOXIDE_TOKEN"
            ),
            Err(CallError::Refused { code, description }) => {
                return Err(anyhow::anyhow!("{code} {description}"))
                    .context("asking Telegram who the bot is");
            }
            Err(error) => {
                let wait = error.wait().max(backoff.pause());
                tracing::warn!("cannot reach Telegram yet ({error}); trying again in {wait:?}");
                tokio::time::sleep(wait).await;
            }
        }
    }
}

/// Reads the misses that the owners may ask for, so that they need not wait; again after each change of the folder.
/// New ones are read as they come.
async fn read_misses(
    storage: Storage,
    mut library: watch::Receiver<Arc<Library>>,
    mut stop: watch::Receiver<bool>,
) -> anyhow::Result<()> {
    let read = async {
        loop {
            let current = library.borrow_and_update().clone();
            match newest_misses(&storage).await {
                Ok(misses) => {
                    for some in misses.chunks(10) {
                        let (some, library) = (some.to_vec(), current.clone());
                        let reading = move || some.iter().for_each(|miss| library.read_miss(&miss.question));
                        if tokio::task::spawn_blocking(reading).await.is_err() {
                            break;
                        }
                    }
                }
                // They are read when somebody asks for them.
                Err(error) => tracing::debug!("cannot read the misses ahead: {}", causes(&error)),
            }
            if library.changed().await.is_err() {
                return;
            }
        }
    };
    tokio::select! {
        () = read => {}
        _ = stop.wait_for(|stop| *stop) => {}
    }
    Ok(())
}

async fn newest_misses(storage: &Storage) -> anyhow::Result<Vec<Miss>> {
    storage.look().await?.newest_misses().await
}
