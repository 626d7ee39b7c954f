//! Starts and stops the server: one listener for the Bot API and the page.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::extract::connect_info::Connected;
use axum::middleware;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::state::PersonId;
use super::world::World;
use super::{api, guard, page, webhook};

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

/// Tells the time in milliseconds since 1970; a test may bring its own.
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

    pub(crate) fn now(&self) -> i64 {
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
    /// How many requests are kept for [`World::requests`]; older ones are forgotten.
    pub kept_requests: usize,
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
            kept_requests: 10_000,
        }
    }
}

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
    /// When the address is taken, or can be reached from other machines: whoever reaches the
    /// server can read and write every chat in it.
    pub async fn start(listen: SocketAddr, options: Options) -> io::Result<Self> {
        if !listen.ip().is_loopback() {
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
            .layer(middleware::from_fn(guard::check))
            .with_state(world.clone());
        let served =
            axum::serve(CuttableListener(listener), router.into_make_service_with_connect_info::<Cut>())
                .with_graceful_shutdown(closed(closing.subscribe()));
        let tasks = vec![
            tokio::spawn(async move {
                if let Err(error) = served.await {
                    tracing::error!("the preview's server ended: {error}");
                }
            }),
            tokio::spawn(webhook::deliver(world.clone(), closing.subscribe())),
        ];
        Ok(Self { address, world, closing, tasks })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where a bot finds the API: the address without a path.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn world(&self) -> &World {
        &self.world
    }

    /// Ends waiting requests, answers those under way, and frees the address.
    ///
    /// A request that is not whole by then is not waited for: dropping the server ends what is left.
    pub async fn stop(mut self) {
        self.world.close();
        self.closing.send_replace(true);
        for task in &mut self.tasks {
            // A task that panicked has said so already; there is nothing left to stop.
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

async fn closed(mut closing: watch::Receiver<bool>) {
    // An error means that the server is gone, which is closed as well.
    let _ = closing.wait_for(|closing| *closing).await;
}

/// Accepts connections that a fault can cut without an answer.
struct CuttableListener(TcpListener);

impl Listener for CuttableListener {
    type Io = CuttableStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let (stream, address) = Listener::accept(&mut self.0).await;
        // Answers are small and somebody waits for each of them.
        let _ = stream.set_nodelay(true);
        (CuttableStream { stream, cut: Cut::default() }, address)
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.0.local_addr()
    }
}

/// Ends a connection: nothing more is written to it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cut(Arc<AtomicBool>);

impl Cut {
    pub(crate) fn cut(&self) {
        self.0.store(true, Ordering::Release);
    }

    fn check(&self) -> io::Result<()> {
        if self.0.load(Ordering::Acquire) {
            return Err(io::Error::new(io::ErrorKind::ConnectionReset, "cut by a fault"));
        }
        Ok(())
    }
}

impl Connected<IncomingStream<'_, CuttableListener>> for Cut {
    fn connect_info(stream: IncomingStream<'_, CuttableListener>) -> Self {
        stream.io().cut.clone()
    }
}

struct CuttableStream {
    stream: TcpStream,
    cut: Cut,
}

impl AsyncRead for CuttableStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for CuttableStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.cut.check()?;
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
