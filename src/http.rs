//! Serves HTTP/1.1 within limits: how many connections there are, how long a request takes to arrive, how large it is.
//!
//! Half a request, a silent connection, or a thousand of them cost nobody else an answer: where there is no
//! room for a new connection, the oldest one that is not yet trusted makes room.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Extension, Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

/// The limits of a server.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) n_connections: usize,
    /// How long the head of a request may take to arrive; also how long a connection may stay silent.
    pub(crate) head: Duration,
    /// How long the body of a request may take to arrive.
    pub(crate) body: Duration,
    /// The largest body, in bytes.
    pub(crate) body_bytes: usize,
}

/// The connection over which a request came: an [`Extension`] of each request.
#[derive(Debug, Clone, Default)]
pub(crate) struct Connection(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    is_trusted: AtomicBool,
    closing: Notify,
}

impl Connection {
    /// It is trusted: it is not closed to make room for another one.
    pub(crate) fn trust(&self) {
        self.0.is_trusted.store(true, Ordering::Relaxed);
    }

    /// Ends the connection without an answer; what is under way on it is dropped.
    pub(crate) async fn cut(&self) -> ! {
        self.0.closing.notify_one();
        std::future::pending().await
    }
}

/// Waits for the whole body of a request, within the limits, before anything inside this layer sees it. Decisions that
/// need only the head belong outside it.
pub(crate) async fn whole_body(State(limits): State<Limits>, request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    match tokio::time::timeout(limits.body, to_bytes(body, limits.body_bytes)).await {
        Ok(Ok(body)) => next.run(Request::from_parts(head, Body::from(body))).await,
        Ok(Err(_)) => StatusCode::PAYLOAD_TOO_LARGE.into_response(),
        Err(_) => StatusCode::REQUEST_TIMEOUT.into_response(),
    }
}

/// Serves until `stop` becomes true, and then until the requests under way are answered. Dropped, it ends at once.
///
/// The router is to have [`whole_body`] as a layer.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    mut stop: watch::Receiver<bool>,
) {
    let mut tasks = JoinSet::new();
    let mut open: Vec<Weak<Inner>> = Vec::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            // Connections that have ended are forgotten.
            Some(_) = tasks.join_next() => continue,
            _ = stop.wait_for(|stop| *stop) => break,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) => {
                // An error of the process, such as too many open files, or of one connection that is already gone.
                tracing::debug!("cannot accept a connection: {error}");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        open.retain(|connection| connection.strong_count() > 0);
        if open.len() >= limits.n_connections && !make_room(&mut open) {
            continue;
        }
        let connection = Connection::default();
        open.push(Arc::downgrade(&connection.0));
        tasks.spawn(serve_connection(stream, router.clone(), limits, connection, stop.clone()));
    }
    drop(listener);
    while tasks.join_next().await.is_some() {}
}

/// Closes the oldest connection that is not trusted. False: there is none.
fn make_room(open: &mut Vec<Weak<Inner>>) -> bool {
    let is_stranger =
        |it: &Weak<Inner>| it.upgrade().is_some_and(|it| !it.is_trusted.load(Ordering::Relaxed));
    let Some(index) = open.iter().position(is_stranger) else { return false };
    if let Some(stranger) = open.remove(index).upgrade() {
        stranger.closing.notify_one();
    }
    true
}

async fn serve_connection(
    stream: TcpStream,
    router: Router,
    limits: Limits,
    connection: Connection,
    mut stop: watch::Receiver<bool>,
) {
    // Answers are small, and somebody waits for each of them.
    let _ = stream.set_nodelay(true);
    let service = TowerToHyperService::new(router.layer(Extension(connection.clone())));
    let mut builder = Builder::new(TokioExecutor::new()).http1_only();
    builder.http1().timer(TokioTimer::new()).header_read_timeout(limits.head);
    let mut served = std::pin::pin!(builder.serve_connection(TokioIo::new(stream), service));
    tokio::select! {
        // It was cut, is half a request, or is gone: there is nobody to answer.
        _ = served.as_mut() => return,
        () = connection.0.closing.notified() => return,
        _ = stop.wait_for(|stop| *stop) => served.as_mut().graceful_shutdown(),
    }
    tokio::select! {
        _ = served => {}
        () = connection.0.closing.notified() => {}
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use axum::routing::any;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::sync::mpsc;

    use super::*;

    /// A server that takes two connections; requests to `/friend` are trusted, and answered when `stop` is true.
    async fn server() -> (SocketAddr, watch::Sender<bool>, mpsc::UnboundedReceiver<()>) {
        let limits = Limits {
            n_connections: 2,
            head: Duration::from_millis(100),
            body: Duration::from_millis(100),
            body_bytes: 10,
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free loopback port");
        let address = listener.local_addr().expect("it is bound");
        let stop = watch::Sender::new(false);
        let stopping = stop.subscribe();
        let (arrived, arrivals) = mpsc::unbounded_channel();
        let friend = |Extension(connection): Extension<Connection>| async move {
            connection.trust();
            arrived.send(()).expect("the test listens");
            let _ = stopping.clone().wait_for(|stop| *stop).await;
            "done"
        };
        let router = Router::new()
            .route("/friend", any(friend))
            .fallback(|| async { "hello" })
            .layer(axum::middleware::from_fn_with_state(limits, whole_body));
        tokio::spawn(serve(listener, router, limits, stop.subscribe()));
        (address, stop, arrivals)
    }

    async fn send(to: SocketAddr, request: &str) -> TcpStream {
        let mut stream = TcpStream::connect(to).await.expect("it listens");
        stream.write_all(request.as_bytes()).await.expect("it takes requests");
        stream
    }

    async fn answer(stream: &mut TcpStream) -> String {
        let mut answer = vec![0; 1000];
        let read = tokio::time::timeout(Duration::from_secs(20), stream.read(&mut answer)).await;
        let n = read.expect("it answers or closes").unwrap_or(0);
        String::from_utf8_lossy(&answer[..n]).lines().next().unwrap_or_default().to_owned()
    }

    #[tokio::test]
    async fn a_request_that_does_not_arrive_is_not_waited_for() {
        let (address, _stop, _) = server().await;
        for (request, expected) in [
            ("", ""),
            ("GET / HTTP/1.1\r\nHost:", ""),
            ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf", "HTTP/1.1 408 Request Timeout"),
            (
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n12345678901",
                "HTTP/1.1 413 Payload Too Large",
            ),
            ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nok", "HTTP/1.1 200 OK"),
        ] {
            let mut stream = send(address, request).await;
            assert_eq!(answer(&mut stream).await, expected, "{request}");
        }
    }

    #[tokio::test]
    async fn a_stranger_makes_room_and_a_friend_does_not() {
        const FRIEND: &str = "GET /friend HTTP/1.1\r\nHost: x\r\n\r\n";
        const STRANGER: &str = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
        let (address, stop, mut arrivals) = server().await;
        let mut friends = Vec::new();
        for expected in ["HTTP/1.1 200 OK", ""] {
            friends.push(send(address, FRIEND).await);
            arrivals.recv().await.expect("it arrives");
            let mut stranger = send(address, STRANGER).await;
            assert_eq!(answer(&mut stranger).await, expected, "{} friends", friends.len());
        }
        stop.send_replace(true);
        for friend in &mut friends {
            assert_eq!(answer(friend).await, "HTTP/1.1 200 OK");
        }
    }
}
