//! A bot, a server, and people.

use std::ops::Deref;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use faqbot::bot::{Bot, Config};
use faqbot::chat::Library;
use faqbot::knowledge::{Source, parse};
use faqbot::preview::server::{Options, Server};
use faqbot::preview::world::World;
use faqbot::storage::Storage;
use tokio::sync::watch;

/// How long anything may take on a busy machine before a test gives up; no test waits that long.
pub(crate) const LIMIT: Duration = Duration::from_secs(30);

/// The folder that the bot knows: a small library.
pub(super) const FOLDER: &str = include_str!("../transcripts/folder/library.toml");

pub(super) const QUESTION: &str = "When is the library open?";
/// Part of the answer to it.
pub(super) const ANSWER: &str = "Tuesday to Saturday";

pub(super) fn library() -> watch::Receiver<Arc<Library>> {
    static LIBRARY: LazyLock<Arc<Library>> = LazyLock::new(|| {
        let source = Source { path: "library.toml".into(), text: FOLDER.into() };
        let (knowledge, _) = parse(&[source]);
        Arc::new(Library::new(knowledge, "2026-01-01"))
    });
    watch::Sender::new(LIBRARY.clone()).subscribe()
}

/// A Telegram of one's own.
pub(crate) async fn telegram() -> Telegram {
    telegram_with(Options::default()).await
}

pub(super) async fn telegram_with(options: Options) -> Telegram {
    Telegram(Server::start(([127, 0, 0, 1], 0).into(), options).await.expect("a free loopback port"))
}

/// A server that at the end of a test checks all the bot's requests against the official specification.
pub(crate) struct Telegram(Server);

impl Deref for Telegram {
    type Target = Server;

    fn deref(&self) -> &Server {
        &self.0
    }
}

impl Drop for Telegram {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            crate::spec::hold(self.0.world());
        }
    }
}

/// The configuration of a bot for this server: no pace, a database in memory, or on Postgres where there is one to
/// test on.
pub(super) async fn config(server: &Server) -> Config {
    let storage = match crate::database::postgres().await {
        // Opened like one of several that could share it.
        Some(url) => Storage::open_alone(&url).await.expect("the schema is empty"),
        None => Storage::in_memory().await.expect("a database in memory"),
    };
    config_on(server, storage)
}

pub(super) fn config_on(server: &Server, storage: Storage) -> Config {
    let mut config = Config::new(Options::default().token, storage, library());
    config.api_url = Some(server.url());
    config.rates = None;
    config
}

pub(crate) async fn bot(server: &Server) -> Bot {
    Bot::start(config(server).await).await.expect("the server knows the token")
}

/// Whether the bot has answered a question in this chat, by now or soon.
pub(super) async fn answered(world: &World, chat: impl Into<faqbot::preview::world::ChatId>, n: usize) {
    let chat = chat.into();
    let all = |world: &World| {
        let answers =
            world.messages(chat).into_iter().filter(|it| it.is_from_bot && it.text.contains(ANSWER));
        (answers.count() >= n).then_some(())
    };
    world.wait_for(LIMIT, all).await.expect("the answers come");
}
