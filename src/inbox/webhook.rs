//! Updates that Telegram delivers: each is stored before it is acknowledged.

use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Extension, Request, State};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use teloxide::payloads::GetWebhookInfo;
use teloxide::requests::Payload;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::poll::{ReceiverParts, store};
use crate::http::{self, Connection, Limits};
use crate::supervise::{Backoff, causes};
use crate::telegram::api::{CallError, read_json};
use crate::telegram::decode::ALLOWED_UPDATES;

/// The header in which Telegram sends the secret.
const SECRET_HEADER: &str = "x-telegram-bot-api-secret-token";
/// How many updates Telegram may deliver at the same time; its own default, which allows up to 100.
const AT_ONCE: usize = 40;
/// What strangers can take up. Telegram's own updates take a moment and a few kilobytes: the largest is a message with
/// everything that may be in it, 4,096 characters and 100 buttons.
const LIMITS: Limits = Limits {
    n_connections: 2 * AT_ONCE,
    head: Duration::from_secs(10),
    body: Duration::from_secs(10),
    body_bytes: 128 * 1024,
};

/// How often to ask whether updates still wait, and for how long at most.
const CATCH_UP_PAUSE: Duration = Duration::from_millis(200);
const CATCH_UP: Duration = Duration::from_secs(30);
/// The longest it takes until several bots have a leader.
const CHOICE: Duration = Duration::from_secs(2);
/// How long Telegram waits for an update to be stored before it is asked to deliver it again. Less than a proxy in
/// front waits (`deploy/several` has 5 s): while the database is away, the bot should not be taken for one that hangs,
/// and be left out when the database is back.
const STORE_LIMIT: Duration = Duration::from_secs(3);
/// How long a request under way may still take when the bot stops.
const LAST_WAIT: Duration = Duration::from_secs(5);

/// `setWebhook`, without the certificate for which teloxide's own sends a form.
#[derive(Serialize)]
struct SetWebhook<'a> {
    url: &'a str,
    secret_token: &'a str,
    max_connections: usize,
    allowed_updates: [&'static str; ALLOWED_UPDATES.len()],
}

impl Payload for SetWebhook<'_> {
    type Output = bool;
    const NAME: &'static str = "SetWebhook";
}

/// Serves the webhook until `stop` becomes true, after informing Telegram of its address.
///
/// # Errors
///
/// When Telegram does not know the token, or does not accept the address. Everything else is waited out.
pub async fn serve(
    parts: ReceiverParts,
    listener: TcpListener,
    url: String,
    secret: SecretString,
    mut stop: watch::Receiver<bool>,
) -> anyhow::Result<()> {
    // The last layer comes first: without the secret, nothing is read but the head of a request.
    let router = Router::new()
        .fallback(take)
        .with_state(parts.clone())
        .layer(middleware::from_fn_with_state(LIMITS, http::whole_body))
        .layer(middleware::from_fn_with_state(secret.clone(), check_secret));
    let mut serving = tokio::spawn(http::serve(listener, router, LIMITS, stop.clone()));
    let announced = tokio::select! {
        announced = announce_if_leader(&parts, &url, secret.expose_secret()) => announced,
        _ = stop.wait_for(|stop| *stop) => Ok(()),
    };
    if let Err(error) = announced {
        serving.abort();
        return Err(error);
    }
    tokio::select! {
        () = catch_up(&parts) => {}
        _ = stop.wait_for(|stop| *stop) => {}
    }
    parts.receiving.send_replace(true);
    if !parts.share.borrow().leads {
        // The leader may end before it has informed Telegram.
        let (parts, mut stop) = (parts.clone(), stop.clone());
        tokio::spawn(async move {
            let mut share = parts.share.clone();
            tokio::select! {
                leads = share.wait_for(|share| share.leads) => if leads.is_err() { return },
                _ = stop.wait_for(|stop| *stop) => return,
            }
            tokio::select! {
                announced = announce(&parts, &url, secret.expose_secret()) => {
                    if let Err(error) = announced {
                        tracing::error!("{}", causes(&error));
                    }
                }
                _ = stop.wait_for(|stop| *stop) => {}
            }
        });
    }
    let overdue = async {
        let _ = stop.wait_for(|stop| *stop).await;
        tokio::time::sleep(LAST_WAIT).await;
    };
    tokio::select! {
        served = &mut serving => served?,
        // Somebody holds a connection open with half a request on it.
        () = overdue => serving.abort(),
    }
    Ok(())
}

/// Waits until Telegram has delivered what it kept while the bot was away. It may contain votes that were cast in
/// time, so no timer runs before that.
async fn catch_up(parts: &ReceiverParts) {
    let caught_up = async {
        let mut backoff = Backoff::for_network();
        loop {
            match parts.api.call::<_, WebhookInfo>(&GetWebhookInfo::new()).await {
                Ok(WebhookInfo { pending_update_count: 0 }) => return,
                Ok(_) => tokio::time::sleep(CATCH_UP_PAUSE).await,
                Err(error) => {
                    tracing::debug!("cannot see how many updates wait ({error}); trying again");
                    tokio::time::sleep(error.wait().max(backoff.pause())).await;
                }
            }
        }
    };
    // On a busy bot there is always something on its way.
    let _ = tokio::time::timeout(CATCH_UP, caught_up).await;
}

/// The few fields we need of `getWebhookInfo`.
#[derive(Deserialize)]
struct WebhookInfo {
    pending_update_count: u64,
}

/// Of several bots, one informs Telegram of their address. Which one is known soon after the start.
async fn announce_if_leader(parts: &ReceiverParts, url: &str, secret: &str) -> anyhow::Result<()> {
    let mut share = parts.share.clone();
    match tokio::time::timeout(CHOICE, share.wait_for(|share| share.leads)).await {
        Ok(leads) => drop(leads?),
        Err(_) => return Ok(()),
    }
    announce(parts, url, secret).await
}

async fn announce(parts: &ReceiverParts, url: &str, secret: &str) -> anyhow::Result<()> {
    let request =
        SetWebhook { url, secret_token: secret, max_connections: AT_ONCE, allowed_updates: ALLOWED_UPDATES };
    let mut backoff = Backoff::for_network();
    loop {
        let error = match parts.api.call::<_, bool>(&request).await {
            Ok(_) => return Ok(()),
            Err(error) if error.is_wrong_token() => {
                anyhow::bail!(
                    "Telegram does not know this token; get it from @BotFather and set TELOXIDE_TOKEN"
                )
            }
            Err(CallError::Refused { description, .. }) => {
                anyhow::bail!("Telegram does not take WEBHOOK_URL: {description}")
            }
            Err(error) => error,
        };
        let wait = error.wait().max(backoff.pause());
        tracing::warn!("cannot set the webhook yet ({error}); trying again in {wait:?}");
        tokio::time::sleep(wait).await;
    }
}

/// A request with the secret is from Telegram. Any path will do: a proxy in front may have cut it.
async fn check_secret(
    State(secret): State<SecretString>,
    Extension(connection): Extension<Connection>,
    request: Request,
    next: Next,
) -> Response {
    let given = request.headers().get(SECRET_HEADER).map(|value| value.as_bytes()).unwrap_or_default();
    if !same(given, secret.expose_secret().as_bytes()) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    connection.trust();
    next.run(request).await
}

async fn take(State(parts): State<ReceiverParts>, body: Bytes) -> StatusCode {
    let Some(update) = read_json::<Value>(&String::from_utf8_lossy(&body)) else {
        return StatusCode::BAD_REQUEST;
    };
    let stored = tokio::time::timeout(STORE_LIMIT, store(&parts, &[update])).await;
    match stored.unwrap_or_else(|_| Err(anyhow::anyhow!("the database does not answer"))) {
        Ok(()) => StatusCode::OK,
        Err(error) => {
            tracing::error!("cannot store an update ({}); Telegram will bring it again", causes(&error));
            StatusCode::SERVICE_UNAVAILABLE
        }
    }
}

/// Compares in a time that does not reveal how much of a guess is right.
fn same(given: &[u8], secret: &[u8]) -> bool {
    given.len() == secret.len()
        && given.iter().zip(secret).fold(0, |differing, (a, b)| differing | (a ^ b)) == 0
}
