//! Updates that Telegram delivers by itself.

use faqbot::bot::{Bot, Config};
use faqbot::settings::Webhook;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::rig::{LIMIT, QUESTION, answered, config, telegram};

pub(super) const SECRET: &str = "a-secret-of-the-test";

/// A port that was free a moment ago.
pub(super) fn free_port() -> std::net::SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free loopback port");
    listener.local_addr().expect("it is bound")
}

#[tokio::test]
async fn a_question_comes_by_webhook() {
    let server = telegram().await;
    let listen = free_port();
    let webhook = Webhook { url: format!("http://{listen}/bot"), listen, secret: SECRET.to_owned().into() };
    let config = Config { webhook: Some(webhook), ..config(&server).await };
    let bot = Bot::start(config).await.expect("the server takes the webhook");
    let world = server.world();
    let ada = world.person("Ada");
    world.say(ada, ada, QUESTION).expect("Ada may write");
    answered(world, ada, 1).await;
    assert!(world.requests_of("getUpdates").is_empty());
    assert_eq!(world.requests_of("setWebhook")[0].params["max_connections"], 40);

    // Somebody else finds the address.
    let forged = r#"{"update_id":1,"message":{"message_id":9,"date":1,"chat":{"id":1,"type":"private"},"from":{"id":1,"is_bot":false,"first_name":"M"},"text":QUESTION}}"#;
    for secret in ["", "X-Telegram-Bot-Api-Secret-Token: guess\r\n"] {
        let status = post(listen, secret, forged).await;
        assert!(status.starts_with("HTTP/1.1 401"), "{status}");
    }
    let status = post(listen, "X-Telegram-Bot-Api-Secret-Token: a-secret-of-the-test\r\n", "garbage").await;
    assert!(status.starts_with("HTTP/1.1 400"), "{status}");
    tokio::time::timeout(LIMIT, bot.shutdown()).await.expect("it stops");
}

#[tokio::test]
async fn half_a_request_holds_up_no_shutdown() {
    let server = telegram().await;
    let listen = free_port();
    let webhook = Webhook { url: format!("http://{listen}/bot"), listen, secret: SECRET.to_owned().into() };
    let config = Config { webhook: Some(webhook), ..config(&server).await };
    let bot = Bot::start(config).await.expect("the server takes the webhook");
    let mut stream = tokio::net::TcpStream::connect(listen).await.expect("it listens");
    stream
        .write_all(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{")
        .await
        .expect("it takes requests");
    let begin = std::time::Instant::now();
    bot.shutdown().await;
    assert!(begin.elapsed() < std::time::Duration::from_secs(10));
}

#[tokio::test]
async fn strangers_neither_have_a_body_read_nor_keep_updates_out() {
    let server = telegram().await;
    let listen = free_port();
    let webhook = Webhook { url: format!("http://{listen}/bot"), listen, secret: SECRET.to_owned().into() };
    let config = Config { webhook: Some(webhook), ..config(&server).await };
    let bot = Bot::start(config).await.expect("the server takes the webhook");

    // A body is announced that never comes; the answer does not wait for it.
    let promise = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n";
    let mut stranger = connect(listen, &format!("{promise}\r\n")).await;
    assert!(first_line(&mut stranger).await.starts_with("HTTP/1.1 401"));
    // Nor is more read than an update can have, with the secret or without.
    let too_long = "x".repeat(129 * 1024);
    let status = post(listen, &format!("X-Telegram-Bot-Api-Secret-Token: {SECRET}\r\n"), &too_long).await;
    assert!(status.starts_with("HTTP/1.1 413"), "{status}");

    // Hundreds hold half a request; the next one to come gets in, and the oldest of them makes room.
    let mut halves = Vec::new();
    for _ in 0..300 {
        halves.push(connect(listen, promise).await);
    }
    let world = server.world();
    let ada = world.person("Ada");
    world.say(ada, ada, QUESTION).expect("Ada may write");
    answered(world, ada, 1).await;
    assert_eq!(first_line(&mut halves[0]).await, "", "it was closed without a word");
    tokio::time::timeout(LIMIT, bot.shutdown()).await.expect("it stops");
}

async fn connect(to: std::net::SocketAddr, begin: &str) -> tokio::net::TcpStream {
    let mut stream = tokio::net::TcpStream::connect(to).await.expect("it listens");
    stream.write_all(begin.as_bytes()).await.expect("it takes requests");
    stream
}

/// The answer, or nothing if the connection is closed instead.
async fn first_line(stream: &mut tokio::net::TcpStream) -> String {
    let mut answer = vec![0; 1000];
    let read =
        tokio::time::timeout(LIMIT, stream.read(&mut answer)).await.expect("it does not wait for more");
    String::from_utf8_lossy(&answer[..read.unwrap_or(0)]).lines().next().unwrap_or_default().to_owned()
}

async fn post(to: std::net::SocketAddr, header: &str, body: &str) -> String {
    let mut stream = tokio::net::TcpStream::connect(to).await.expect("it listens");
    let request = format!(
        "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{header}Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.expect("it takes requests");
    first_line(&mut stream).await
}
