//! The webhook of a running bot: a socket that takes anything.

use std::net::SocketAddr;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use faqbot::bot::{Bot, Config};
use faqbot::chat::Library;
use faqbot::knowledge::Knowledge;
use faqbot::preview::server::{Options, Server};
use faqbot::settings::Webhook;
use faqbot::storage::Storage;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;

/// Is in the corpus, so that inputs get past the first check.
const SECRET: &str = "a-secret-of-the-search";
/// A bot that does not answer is a finding.
const LIMIT: Duration = Duration::from_secs(8);

struct Running {
    runtime: Runtime,
    listen: SocketAddr,
    _bot: Bot,
    _server: Server,
}

static RUNNING: LazyLock<Running> = LazyLock::new(|| {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let (server, bot, listen) = runtime.block_on(async {
        let server = Server::start(([127, 0, 0, 1], 0).into(), Options::default()).await;
        let server = server.expect("a free loopback port");
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free loopback port");
        let listen = listener.local_addr().expect("it is bound");
        drop(listener);
        let library = Arc::new(Library::new(Knowledge::default(), "2026-06-01"));
        let library = tokio::sync::watch::Sender::new(library).subscribe();
        let storage = Storage::in_memory().await.expect("a database in memory");
        let mut config = Config::new(Options::default().token, storage, library);
        config.api_url = Some(server.url());
        config.rates = None;
        let secret = SECRET.to_owned().into();
        config.webhook = Some(Webhook { url: format!("http://{listen}/"), listen, secret });
        let bot = Bot::start(config).await.expect("the server takes the webhook");
        (server, bot, listen)
    });
    Running { runtime, listen, _bot: bot, _server: server }
});

/// Whatever comes, the connection ends soon, with an answer in HTTP or none.
pub(crate) fn door(bytes: &[u8]) {
    let Running { runtime, listen, .. } = &*RUNNING;
    let answer = runtime.block_on(async {
        let mut stream = TcpStream::connect(listen).await.expect("it listens");
        let mut answer = Vec::new();
        let talk = async {
            // It may be refused at any moment.
            let _ = stream.write_all(bytes).await;
            let _ = stream.shutdown().await;
            let _ = stream.read_to_end(&mut answer).await;
        };
        tokio::time::timeout(LIMIT, talk).await.expect("it ends");
        answer
    });
    assert!(answer.is_empty() || answer.starts_with(b"HTTP/1."), "{}", answer.escape_ascii());
}
