//! Starts and stops the server: one listener for the Bot API and the page.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::{Router, middleware};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::state::PersonId;
use super::world::World;
use super::{api, guard, page, webhook};
use crate::http::{self, Limits};

/// The bot's account as Telegram knows it.
#[derive(Debug, Clone)]
pub struct BotAccount {
    pub id: PersonId,
    pub first_name: String,
    pub username: String,
    /// Groups show it only what is meant for it. On by default, as on Telegram.
    pub privacy_mode: bool,
    /// Whether a plain mention gets through privacy mode: reports differ, so tests try both.
    pub sees_mentions: bool,
}

/// The time in milliseconds since 1970; a test may bring its own.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> i64 + Send + Sync>);

impl Clock {
    pub fn new(now: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    #[expect(clippy::disallowed_methods, reason = "Telegram's side has a clock of its own")]
    pub fn system() -> Self {
        Self::new(|| {
            let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
            i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
        })
    }

    pub fn now(&self) -> i64 {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

/// How the server behaves; the default suits the page and most tests.
#[derive(Debug, Clone)]
pub struct Options {
    pub token: String,
    pub bot: BotAccount,
    /// Answers 429 as Telegram does to a bot that sends too fast. Off by default.
    pub flood_limits: bool,
    pub clock: Clock,
    /// It may listen on all addresses: those of a container are reached only through ports that are published. The
    /// page still answers by no other name than 127.0.0.1 or localhost.
    pub in_container: bool,
    /// The language of new people's apps; two letters.
    pub language: &'static str,
    /// How many requests are kept for [`World::requests`]; older ones are forgotten.
    pub kept_requests: usize,
    /// Knows pictures in polls, which came with Bot API 10.
    pub knows_poll_media: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            token: "110201543:preview-token-for-loopback-only-0000".into(),
            bot: BotAccount {
                id: PersonId(110_201_543),
                first_name: "Preview".into(),
                username: "preview_bot".into(),
                privacy_mode: true,
                sees_mentions: true,
            },
            flood_limits: false,
            clock: Clock::system(),
            in_container: false,
            language: "en",
            kept_requests: 10_000,
            knows_poll_media: true,
        }
    }
}

/// Room for a bot with all its requests, and a few pages. What strangers can take up is small enough.
const LIMITS: Limits = Limits {
    n_connections: 512,
    head: Duration::from_secs(10),
    body: Duration::from_secs(10),
    // The largest photo, and a little.
    body_bytes: 11 * 1024 * 1024,
};

/// How long the last answers may take when the server stops: all that they wait for has ended by then.
const LAST_ANSWERS: Duration = Duration::from_secs(1);

/// A running server. It ends with [`Server::stop`], or at once when it is dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    world: World,
    closing: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Server {
    /// Listens on a loopback address; port 0 takes any free one.
    ///
    /// # Errors
    ///
    /// When the address is taken, or can be reached from other machines: anybody who reaches the
    /// server can read and write every chat in it.
    pub async fn start(listen: SocketAddr, options: Options) -> io::Result<Self> {
        if !listen.ip().is_loopback() && !options.in_container {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                format!(
                    "{} can be reached from other machines; the preview listens on a loopback \
                     address only, for example 127.0.0.1:{}",
                    listen.ip(),
                    listen.port()
                ),
            ));
        }
        let listener = TcpListener::bind(listen).await?;
        let address = listener.local_addr()?;
        let world = World::new(options);
        let closing = watch::Sender::new(false);

        let router = Router::new()
            .merge(api::router())
            .merge(page::router())
            .layer(middleware::from_fn_with_state(LIMITS, http::whole_body))
            .layer(middleware::from_fn(guard::check))
            .with_state(world.clone());
        let tasks = vec![
            tokio::spawn(http::serve(listener, router, LIMITS, closing.subscribe())),
            tokio::spawn(webhook::deliver(world.clone(), closing.subscribe())),
        ];
        Ok(Self { address, world, closing, tasks })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where a bot in this process finds the API, and a person the page: the address without a path.
    pub fn url(&self) -> String {
        if self.address.ip().is_unspecified() {
            return format!("http://127.0.0.1:{}", self.address.port());
        }
        format!("http://{}", self.address)
    }

    pub fn world(&self) -> &World {
        &self.world
    }

    /// Ends waiting requests, answers those under way, and frees the address.
    ///
    /// A request that is not complete by then is not waited for: dropping the server ends the rest.
    pub async fn stop(mut self) {
        self.world.close();
        self.closing.send_replace(true);
        for task in &mut self.tasks {
            // A task that panicked has already said so; there is nothing left to stop.
            let _ = tokio::time::timeout(LAST_ANSWERS, task).await;
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}
