//! How fast updates get into the inbox by webhook.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// As many as Telegram opens by default.
const N_CONNECTIONS: usize = 40;

/// Posts all bodies to a webhook over Telegram's 40 connections. Returns how many a second were stored.
///
/// # Panics
///
/// When one is not accepted, or nothing listens within ten seconds.
pub(crate) async fn posts_per_second(at: SocketAddr, secret: &str, bodies: Vec<String>) -> f64 {
    let deadline = Instant::now() + Duration::from_secs(10);
    while TcpStream::connect(at).await.is_err() {
        assert!(Instant::now() < deadline, "nobody listens");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let (n, bodies) = (bodies.len(), Arc::new(bodies));
    let next = Arc::new(AtomicUsize::new(0));
    let head = format!("POST / HTTP/1.1\r\nHost: {at}\r\nX-Telegram-Bot-Api-Secret-Token: {secret}\r\n");
    let begin = Instant::now();
    let mut posting = JoinSet::new();
    for _ in 0..N_CONNECTIONS {
        let (bodies, next, head) = (bodies.clone(), next.clone(), head.clone());
        posting.spawn(async move {
            let mut stream = TcpStream::connect(at).await.expect("it listens");
            let mut answer = vec![0; 4096];
            while let Some(body) = bodies.get(next.fetch_add(1, Ordering::Relaxed)) {
                let request = format!("{head}Content-Length: {}\r\n\r\n{body}", body.len());
                stream.write_all(request.as_bytes()).await.expect("it listens");
                // An answer without a body comes in one piece.
                let n = stream.read(&mut answer).await.expect("it answers");
                assert!(
                    answer[..n].starts_with(b"HTTP/1.1 200"),
                    "{}",
                    String::from_utf8_lossy(&answer[..n])
                );
            }
        });
    }
    posting.join_all().await;
    n as f64 / begin.elapsed().as_secs_f64()
}
