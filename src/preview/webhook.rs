//! Delivers updates to the bot's webhook, one after the other, until each is accepted.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;

use super::state::Webhook;
use super::world::World;

/// How long the bot may take to accept an update.
const PATIENCE: Duration = Duration::from_secs(10);
/// Pause before an update that was not accepted is sent again.
const PAUSE: Duration = Duration::from_millis(200);

/// The address and path of a webhook on this machine; `None` for any other.
pub(crate) fn target(url: &str) -> Option<(SocketAddr, &str)> {
    let rest = url.strip_prefix("http://")?;
    let path_at = rest.find('/').unwrap_or(rest.len());
    let host = rest[..path_at].replace("localhost", "127.0.0.1");
    let address: SocketAddr = host.parse().ok()?;
    let path = if path_at < rest.len() { &rest[path_at..] } else { "/" };
    let is_plain = path.bytes().all(|byte| byte.is_ascii_graphic());
    (address.ip().is_loopback() && is_plain).then_some((address, path))
}

pub(crate) async fn deliver(world: World, mut closing: watch::Receiver<bool>) {
    tokio::select! {
        () = deliver_for_ever(&world) => {}
        _ = closing.wait_for(|closing| *closing) => {}
    }
}

async fn deliver_for_ever(world: &World) {
    let mut changes = world.changes();
    loop {
        changes.borrow_and_update();
        while let Some((webhook, update)) = next(world) {
            match tokio::time::timeout(PATIENCE, post(&webhook, &update)).await {
                Ok(Ok(())) => confirm(world, &update),
                Ok(Err(error)) => note(world, error).await,
                Err(_) => note(world, "Read timeout expired".to_owned()).await,
            }
        }
        if changes.changed().await.is_err() {
            return;
        }
    }
}

fn next(world: &World) -> Option<(Webhook, Value)> {
    world.quietly(|state, now| {
        let webhook = state.webhook.clone()?;
        let update = state.updates.oldest(1, now).pop()?;
        Some((webhook, update))
    })
}

fn confirm(world: &World, update: &Value) {
    let id = update["update_id"].as_i64().expect("updates are numbered");
    world.change(|state, _| state.updates.confirm(id + 1));
}

/// Remembers the error for getWebhookInfo, and lets the bot recover for a moment.
async fn note(world: &World, error: String) {
    world.change(|state, now| {
        if let Some(webhook) = &mut state.webhook {
            webhook.last_error = Some((now, error));
        }
    });
    tokio::time::sleep(PAUSE).await;
}

/// One HTTP/1.1 request on a connection of its own; any 2xx answer accepts the update.
async fn post(webhook: &Webhook, update: &Value) -> Result<(), String> {
    let (address, path) = target(&webhook.url).ok_or("the address is not on this machine")?;
    let body = update.to_string();
    let secret = match &webhook.secret {
        Some(secret) => format!("X-Telegram-Bot-Api-Secret-Token: {secret}\r\n"),
        None => String::new(),
    };
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n{secret}Connection: close\r\n\r\n{body}",
        body.len()
    );
    let exchange = async {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.take(64 * 1024).read_to_end(&mut answer).await?;
        std::io::Result::Ok(answer)
    };
    let answer = exchange.await.map_err(|error| error.to_string())?;
    let answer = String::from_utf8_lossy(&answer);
    let status = answer.split(' ').nth(1).unwrap_or_default();
    if answer.starts_with("HTTP/1.") && status.len() == 3 && status.starts_with('2') {
        Ok(())
    } else {
        Err(format!("Wrong response from the webhook: {}", answer.lines().next().unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_webhook_is_on_this_machine() {
        let path = |url| target(url).map(|(_, path)| path);
        assert_eq!(path("http://127.0.0.1:8443/hook/x"), Some("/hook/x"));
        assert_eq!(path("http://localhost:8443"), Some("/"));
        assert_eq!(path("http://[::1]:80/a"), Some("/a"));
        assert_eq!(path("https://127.0.0.1:8443/"), None);
        assert_eq!(path("http://192.0.2.1:80/"), None);
        assert_eq!(path("http://127.0.0.1:80/a b"), None);
    }
}
