//! Delivers updates to the bot's webhook: those of a chat one after the other until each is accepted, those of several
//! chats at the same time.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::JoinSet;

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
    let mut busy = HashSet::new();
    let mut under_way = JoinSet::new();
    loop {
        changes.borrow_and_update();
        while let Some((webhook, lane, update)) = next(world, &busy) {
            busy.insert(lane.clone());
            let world = world.clone();
            under_way.spawn(async move {
                match tokio::time::timeout(PATIENCE, post(&webhook, &update)).await {
                    Ok(Ok(())) => confirm(&world, &update),
                    Ok(Err(error)) => note(&world, error).await,
                    Err(_) => note(&world, "Read timeout expired".to_owned()).await,
                }
                lane
            });
        }
        tokio::select! {
            Some(delivered) = under_way.join_next() => {
                busy.remove(&delivered.expect("delivering does not panic"));
            }
            changed = changes.changed() => {
                if changed.is_err() {
                    return;
                }
            }
        }
    }
}

/// What may be delivered along with what is under way, and its lane.
fn next(world: &World, busy: &HashSet<String>) -> Option<(Webhook, String, Value)> {
    world.quietly(|state, now| {
        let webhook = state.webhook.clone()?;
        let (lane, update) =
            state.updates.oldest_beside(busy, now).filter(|_| busy.len() < webhook.max_connections)?;
        Some((webhook, lane, update))
    })
}

fn confirm(world: &World, update: &Value) {
    let id = update["update_id"].as_i64().expect("updates are numbered");
    world.change(|state, _| state.updates.accepted(id));
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
