//! A line between a bot and its Postgres on which everything takes a while longer.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::Instant;

/// The address of the other end: data sent to the server from here arrives this much later. Answers come at once, so
/// that a round trip takes just that much longer.
pub(crate) async fn slow_line(to: SocketAddr, by: Duration) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free loopback port");
    let at = listener.local_addr().expect("it is bound");
    tokio::spawn(async move {
        while let Ok((bot, _)) = listener.accept().await {
            let server = TcpStream::connect(to).await.expect("Postgres is there");
            // Small packets should not wait for one another.
            let _ = (bot.set_nodelay(true), server.set_nodelay(true));
            let (mut from_bot, mut to_bot) = bot.into_split();
            let (mut from_server, mut to_server) = server.into_split();
            let (said, mut heard) = mpsc::unbounded_channel::<(Instant, Vec<u8>)>();
            tokio::spawn(async move {
                let mut buffer = vec![0; 64 * 1024];
                while let Ok(n @ 1..) = from_bot.read(&mut buffer).await {
                    if said.send((Instant::now() + by, buffer[..n].to_vec())).is_err() {
                        return;
                    }
                }
            });
            tokio::spawn(async move {
                while let Some((at, bytes)) = heard.recv().await {
                    tokio::time::sleep_until(at).await;
                    if to_server.write_all(&bytes).await.is_err() {
                        return;
                    }
                }
            });
            tokio::spawn(async move { tokio::io::copy(&mut from_server, &mut to_bot).await });
        }
    });
    at
}
