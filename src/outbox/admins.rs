//! Who is an admin where, remembered for a while: each tap on a button that only admins may use asks this.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::Deserialize;
use teloxide::payloads::GetChatAdministrators;
use teloxide::types as wire;

use crate::chat::{ChatId, PersonId};
use crate::telegram::api::{Api, CallError};
use crate::time::Timestamp;

/// How long somebody who was an admin counts as one without asking again.
const YES_COUNTS: Duration = Duration::from_secs(5 * 60);
/// The same for somebody who was not one. Short: a person who has just been made an admin tries again at once.
const NO_COUNTS: Duration = Duration::from_secs(10);

/// The admins of chats, as Telegram last reported. Cheap to clone; clones share what they know.
#[derive(Debug, Clone, Default)]
pub(super) struct Admins(Arc<Mutex<HashMap<ChatId, Told>>>);

#[derive(Debug)]
struct Told {
    at: Timestamp,
    admins: HashSet<PersonId>,
}

#[derive(Deserialize)]
struct Admin {
    user: User,
}

#[derive(Deserialize)]
struct User {
    id: i64,
}

impl Admins {
    /// Whether a person is an admin of a chat. Asks Telegram if the last answer is too old.
    pub(super) async fn ask(
        &self,
        api: &Api,
        chat: ChatId,
        person: PersonId,
        now: Timestamp,
    ) -> Result<bool, CallError> {
        if let Some(is_admin) = self.remembered(chat, person, now) {
            return Ok(is_admin);
        }
        let admins: Vec<Admin> = api.call(&GetChatAdministrators::new(wire::ChatId(chat.0))).await?;
        let admins: HashSet<PersonId> = admins.iter().map(|admin| PersonId(admin.user.id)).collect();
        let is_admin = admins.contains(&person);
        let mut chats = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        chats.retain(|_, told| now.since(told.at) < YES_COUNTS);
        chats.insert(chat, Told { at: now, admins });
        Ok(is_admin)
    }

    fn remembered(&self, chat: ChatId, person: PersonId, now: Timestamp) -> Option<bool> {
        let chats = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let told = chats.get(&chat)?;
        let is_admin = told.admins.contains(&person);
        let counts = if is_admin { YES_COUNTS } else { NO_COUNTS };
        (now.since(told.at) < counts).then_some(is_admin)
    }
}
