//! Long polling with its conflicts, and webhooks.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::raw::Rig;

const SOON: Duration = Duration::from_secs(5);
const ACTIVE: &str = "409 Conflict: can't use getUpdates method while webhook is active; use \
                      deleteWebhook to delete the webhook first";

#[tokio::test]
async fn a_waiting_poll_returns_when_something_happens() {
    let rig = Rig::start().await;
    rig.updates().await;
    let waiting = rig.call("getUpdates", json!({"timeout": 50, "allowed_updates": ["message"]}));
    let say = async {
        rig.world.wait_for(SOON, |world| world.has_poller().then_some(())).await.unwrap();
        rig.world.say(rig.ada, rig.ada, "hello").unwrap();
    };
    let (answer, ()) = tokio::join!(waiting, say);
    assert_eq!(answer["result"][0]["message"]["text"], "hello");
    assert_eq!(rig.world.n_waiting_updates(), 1);
}

#[tokio::test]
async fn a_second_poller_ends_the_first() {
    let rig = Rig::start().await;
    rig.updates().await;
    let first = rig.error("getUpdates", json!({"timeout": 50}));
    let second = async {
        rig.world.wait_for(SOON, |world| world.has_poller().then_some(())).await.unwrap();
        rig.call("getUpdates", json!({})).await
    };
    let (first, second) = tokio::join!(first, second);
    assert_eq!(
        first,
        "409 Conflict: terminated by other getUpdates request; make sure that only one bot instance \
         is running"
    );
    assert_eq!(second["ok"], true);
}

#[tokio::test]
async fn stopping_the_server_ends_a_waiting_poll() {
    let rig = Rig::start().await;
    rig.updates().await;
    let world = rig.world.clone();
    let Rig { server, .. } = rig;
    let address = server.address();
    let token = faqbot::preview::server::Options::default().token;
    let poll = tokio::spawn(async move {
        let request = format!(
            "POST /bot{token}/getUpdates HTTP/1.1\r\nHost: {address}\r\nContent-Length: 14\r\nConnection: close\r\n\r\n\
             {{\"timeout\":50}}"
        );
        let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    });
    world.wait_for(SOON, |world| world.has_poller().then_some(())).await.unwrap();
    tokio::time::timeout(SOON, server.stop()).await.unwrap();
    assert!(poll.await.unwrap().ends_with(r#"{"ok":true,"result":[]}"#));
    assert!(TcpListener::bind(address).await.is_ok());
}

#[tokio::test]
async fn stopping_the_server_waits_neither_for_half_a_request_nor_for_the_bots_answer() {
    let rig = Rig::start().await;
    let address = rig.server.address();
    let mut half = tokio::net::TcpStream::connect(address).await.unwrap();
    half.write_all(b"POST /preview/act HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{")
        .await
        .unwrap();
    // The server takes connections in order, so it has read the half when it answers this.
    rig.updates().await;
    let world = rig.world.clone();
    let waiting = world.inline_query(rig.ada, rig.ada, "x");
    let answer = world.results_of(&waiting, 100 * SOON);
    let stopped = tokio::time::timeout(SOON, rig.server.stop());
    let (answer, stopped) = tokio::join!(tokio::time::timeout(SOON, answer), stopped);
    assert!(answer.expect("it ends with the server").is_err());
    stopped.expect("it ends by itself");
    drop(half);
}

/// Accepts one request and answers it with a status; returns the head and the body.
async fn accept(listener: &TcpListener, status: &str) -> (String, Value) {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut request = String::new();
    let mut buffer = [0; 4096];
    loop {
        let n = stream.read(&mut buffer).await.unwrap();
        request.push_str(&String::from_utf8_lossy(&buffer[..n]));
        let Some((head, body)) = request.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: ")).unwrap();
        if body.len() == length.parse::<usize>().unwrap() {
            break;
        }
    }
    let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");
    stream.write_all(answer.as_bytes()).await.unwrap();
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    (head.to_owned(), serde_json::from_str(body).unwrap())
}

#[tokio::test]
async fn a_webhook_gets_each_update_until_it_takes_it() {
    let rig = Rig::start().await;
    rig.updates().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    rig.ok("setWebhook", json!({"url": url, "secret_token": "s3cret"})).await;
    assert_eq!(rig.error("getUpdates", json!({})).await, ACTIVE);

    rig.world.say(rig.ada, rig.ada, "hello").unwrap();
    let (head, first) = accept(&listener, "500 Oops").await;
    assert!(head.starts_with("POST /hook HTTP/1.1"), "{head}");
    assert!(head.contains("X-Telegram-Bot-Api-Secret-Token: s3cret"), "{head}");
    let (_, again) = accept(&listener, "200 OK").await;
    assert_eq!((&first, &first["message"]["text"]), (&again, &json!("hello")));
    rig.world.wait_for(SOON, |world| (world.n_waiting_updates() == 0).then_some(())).await.unwrap();
    let info = rig.ok("getWebhookInfo", json!({})).await;
    assert_eq!(info["last_error_message"], "Wrong response from the webhook: HTTP/1.1 500 Oops");

    rig.ok("deleteWebhook", json!({})).await;
    rig.ok("getUpdates", json!({})).await;
    assert_eq!(
        rig.error("setWebhook", json!({"url": "https://192.0.2.1/"})).await,
        "400 Bad Request: bad webhook: the preview delivers to http://127.0.0.1:PORT/… only"
    );
}
