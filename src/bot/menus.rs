//! Keeps the menus as the folder words them, including after it has changed.

use std::sync::Arc;

use tokio::sync::watch;

use crate::chat::{self, Library};
use crate::storage::{Share, Storage};
use crate::supervise::{Backoff, causes};
use crate::telegram::{self, Api, Shown};

/// Sets the menus whenever they differ from what was last set, as the database remembers it: a change that the bot's
/// owner makes in @BotFather stays until the folder's wording changes.
pub(super) async fn keep_menus(
    api: Api,
    storage: Storage,
    mut library: watch::Receiver<Arc<Library>>,
    mut share: watch::Receiver<Share>,
    mut stop: watch::Receiver<bool>,
) -> anyhow::Result<()> {
    loop {
        tokio::select! {
            leads = share.wait_for(|share| share.leads) => if leads.is_err() { return Ok(()) },
            _ = stop.wait_for(|stop| *stop) => return Ok(()),
        }
        let menus = chat::menus(&library.borrow_and_update());
        let mut shown = remembered(&storage).await;
        let mut backoff = Backoff::for_network();
        loop {
            let before = shown.clone();
            let set = tokio::select! {
                set = telegram::set_menus(&api, &menus, &mut shown) => Some(set),
                _ = stop.wait_for(|stop| *stop) => None,
            };
            if shown != before {
                remember(&storage, &shown).await;
            }
            match set {
                None => return Ok(()),
                Some(Ok(None)) => break,
                Some(Ok(Some(refusal))) => {
                    tracing::warn!("Telegram does not take all of the menus: {refusal}");
                    break;
                }
                Some(Err(error)) => {
                    let wait = error.wait().max(backoff.pause());
                    tracing::debug!("cannot set the menus yet ({error}); trying again in {wait:?}");
                    tokio::select! {
                        () = tokio::time::sleep(wait) => {}
                        _ = stop.wait_for(|stop| *stop) => return Ok(()),
                    }
                }
            }
        }
        tokio::select! {
            changed = library.changed() => if changed.is_err() { return Ok(()) },
            _ = stop.wait_for(|stop| *stop) => return Ok(()),
        }
    }
}

/// The menus set last. If they cannot be read, they are set again.
async fn remembered(storage: &Storage) -> Shown {
    let read = storage.shown_menus().await;
    let shown = read.unwrap_or_else(|error| {
        tracing::debug!("cannot read which menus are shown: {}", causes(&error));
        None
    });
    shown.and_then(|shown| serde_json::from_str(&shown).ok()).unwrap_or_default()
}

async fn remember(storage: &Storage, shown: &Shown) {
    let shown = serde_json::to_string(shown).expect("a map of texts is plain JSON");
    if let Err(error) = storage.menus_are_shown(&shown).await {
        // They are set again at the next start.
        tracing::debug!("cannot note which menus are shown: {}", causes(&error));
    }
}
