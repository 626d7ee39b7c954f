//! Fetches updates and stores them before acknowledging them to Telegram.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use serde::Serialize;
use serde_json::Value;
use teloxide::payloads::DeleteWebhook;
use teloxide::requests::Payload;
use tokio::sync::watch;

use super::put::{Inbox, Unreadable};
use crate::chat::{Chance, Me};
use crate::clock::Clock;
use crate::monitor;
use crate::storage::Share;
use crate::supervise::{Backoff, caught, causes};
use crate::telegram::api::{Api, CallError};
use crate::telegram::decode::{ALLOWED_UPDATES, Decode, update_id};

/// What a receiver works with.
#[derive(Clone)]
pub struct ReceiverParts {
    pub api: Api,
    pub inbox: Inbox,
    pub clock: Arc<dyn Clock>,
    pub me: Arc<Me>,
    /// Of several bots, one polls and one sets the webhook.
    pub share: watch::Receiver<Share>,
    /// Becomes true when updates come in, false while they cannot.
    pub receiving: Arc<watch::Sender<bool>>,
    /// [`decode()`](crate::telegram::decode()), except where a test checks that the bot survives a broken one.
    pub decode: Decode,
}

/// How long Telegram holds a request open while there are no updates. It allows up to 50 s.
const POLL: Duration = Duration::from_secs(50);

/// `getUpdates`, with the updates as they come: teloxide's own types would lose anything newer than they are.
#[derive(Serialize)]
struct GetUpdates {
    offset: i64,
    limit: u8,
    timeout: u64,
    /// Sent every time: Telegram remembers the last list it was given, no matter by whom.
    allowed_updates: [&'static str; ALLOWED_UPDATES.len()],
}

impl Payload for GetUpdates {
    type Output = Vec<Value>;
    const NAME: &'static str = "GetUpdates";
}

/// Polls until `stop` becomes true.
///
/// # Errors
///
/// When Telegram no longer knows the token. Everything else is waited out.
pub async fn poll(parts: ReceiverParts, mut stop: watch::Receiver<bool>) -> anyhow::Result<()> {
    let (mut share, mut share_lost) = (parts.share.clone(), parts.share.clone());
    let mut offset = 0;
    let mut backoff = Backoff::for_network();
    let mut is_in_trouble = false;
    let mut webhook_removed = false;
    // The first answer comes at once, so that it is soon known whether updates come in.
    let mut timeout = 0;
    loop {
        tokio::select! {
            share = share.wait_for(|share| share.receives) => { share?; }
            _ = stop.wait_for(|stop| *stop) => return Ok(()),
        }
        let request = GetUpdates { offset, limit: 100, timeout, allowed_updates: ALLOWED_UPDATES };
        let result = tokio::select! {
            result = fetch(&parts, &request, &mut webhook_removed) => result,
            // Another bot polls from now on.
            _ = share_lost.wait_for(|share| !share.receives) => {
                (offset, timeout) = (0, 0);
                continue;
            }
            _ = stop.wait_for(|stop| *stop) => return Ok(()),
        };
        let mut asked_to_wait = Duration::ZERO;
        let error = match result {
            Ok(updates) => match store(&parts, &updates).await {
                Ok(()) => {
                    offset = updates.iter().filter_map(update_id).max().map_or(offset, |last| last + 1);
                    if updates.is_empty() || timeout > 0 {
                        parts.receiving.send_if_modified(|receiving| !std::mem::replace(receiving, true));
                        timeout = POLL.as_secs();
                    }
                    backoff.reset();
                    if std::mem::take(&mut is_in_trouble) {
                        tracing::info!("updates come in again");
                    }
                    continue;
                }
                // The offset stays: Telegram will deliver these updates again.
                Err(error) => format!("cannot store updates: {}", causes(&error)),
            },
            Err(error) if error.is_wrong_token() => {
                anyhow::bail!(
                    "Telegram does not know this token (any more); get it from @BotFather and set TELOXIDE_TOKEN"
                )
            }
            Err(CallError::Refused { code: 409, .. }) => {
                "another program fetches this bot's updates; make sure that only one runs with this token"
                    .to_owned()
            }
            Err(CallError::TooMany(wait)) => {
                asked_to_wait = wait;
                "Telegram asks to wait".to_owned()
            }
            Err(error) => error.to_string(),
        };
        parts.receiving.send_if_modified(|receiving| std::mem::replace(receiving, false));
        (timeout, is_in_trouble) = (0, true);
        let pause = backoff.pause().max(asked_to_wait);
        tracing::warn!("no updates: {error}; trying again in {pause:?}");
        let wake = parts.clock.now() + pause;
        tokio::select! {
            () = parts.clock.sleep_until(wake) => {}
            _ = stop.wait_for(|stop| *stop) => return Ok(()),
        }
    }
}

async fn fetch(
    parts: &ReceiverParts,
    request: &GetUpdates,
    webhook_removed: &mut bool,
) -> Result<Vec<Value>, CallError> {
    if !*webhook_removed {
        // While a webhook is set, Telegram refuses polling. Pending updates are kept.
        parts.api.call::<_, Value>(&DeleteWebhook::new()).await?;
        *webhook_removed = true;
    }
    let result = parts.api.call_held(request, Duration::from_secs(request.timeout)).await;
    if let Err(CallError::Refused { code: 409, description }) = &result
        && description.contains("webhook")
    {
        *webhook_removed = false;
    }
    result
}

/// Stores updates; returns when they are safe. One that cannot be read because of a defect is set aside.
///
/// # Errors
///
/// When the database does not take them.
pub(crate) async fn store(parts: &ReceiverParts, updates: &[Value]) -> anyhow::Result<()> {
    let mut arrivals = Vec::with_capacity(updates.len());
    let mut failed = Vec::new();
    for update in updates {
        monitor::counted_update(update);
        match caught(|| (parts.decode)(update, &parts.me)) {
            Ok(arrival) => arrivals.extend(arrival),
            Err(reason) => {
                let update_id = update_id(update);
                tracing::error!(update = update_id, reason, "an update is set aside");
                failed.push(Unreadable { update_id, text: update.to_string(), reason });
            }
        }
    }
    for chance in arrivals.iter_mut().filter_map(|arrival| arrival.event.chance_mut()) {
        let draw = || getrandom::u64().context("drawing a random number");
        *chance = Chance { seed: draw()?, name: draw()? };
    }
    let n_skipped = updates.len() - arrivals.len() - failed.len();
    if n_skipped > 0 {
        tracing::debug!(n_skipped, "updates that do not concern this bot");
    }
    if arrivals.is_empty() && failed.is_empty() {
        return Ok(());
    }
    parts.inbox.put_with_unreadable(arrivals, failed, parts.clock.now()).await
}
