//! Who is in which group, remembered for a while: people who play one round play the next.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::Deserialize;
use teloxide::payloads::GetChatMember;
use teloxide::types as wire;

use crate::chat::{ChatId, PersonId};
use crate::telegram::api::{Api, CallError};
use crate::time::Timestamp;

/// How long somebody who was in a group counts as a member without asking again.
const YES_COUNTS: Duration = Duration::from_secs(60 * 60);
/// The same for somebody who was not. Short: a person who joins because of that tries again at once.
const NO_COUNTS: Duration = Duration::from_secs(10);
/// The most people remembered, of all groups together.
const MOST: usize = 20_000;

/// Telegram's recent answers. Cheap to clone; clones share what they know.
#[derive(Debug, Clone, Default)]
pub(super) struct Members(Arc<Mutex<HashMap<(ChatId, PersonId), Heard>>>);

#[derive(Debug, Clone, Copy)]
struct Heard {
    at: Timestamp,
    is_member: bool,
}

impl Heard {
    fn counts(self, now: Timestamp) -> bool {
        now.since(self.at) < if self.is_member { YES_COUNTS } else { NO_COUNTS }
    }
}

#[derive(Deserialize)]
struct Member {
    status: String,
    /// For somebody with restricted rights.
    #[serde(default)]
    is_member: bool,
}

impl Member {
    fn is_in(&self) -> bool {
        match self.status.as_str() {
            "restricted" => self.is_member,
            status => !matches!(status, "left" | "kicked"),
        }
    }
}

impl Members {
    /// Whether a person is in a chat. Asks Telegram if the last answer is too old.
    pub(super) async fn ask(
        &self,
        api: &Api,
        chat: ChatId,
        person: PersonId,
        now: Timestamp,
    ) -> Result<bool, CallError> {
        if let Some(is_member) = self.remembered(chat, person, now) {
            return Ok(is_member);
        }
        let Ok(id) = u64::try_from(person.0) else { return Ok(false) };
        let member: Member = api.call(&GetChatMember::new(wire::ChatId(chat.0), wire::UserId(id))).await?;
        let heard = Heard { at: now, is_member: member.is_in() };
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.retain(|_, heard| heard.counts(now));
        }
        if known.len() < MOST {
            known.insert((chat, person), heard);
        }
        Ok(heard.is_member)
    }

    fn remembered(&self, chat: ChatId, person: PersonId, now: Timestamp) -> Option<bool> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&(chat, person)).filter(|heard| heard.counts(now)).map(|heard| heard.is_member)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_has_left_or_was_thrown_out_is_not_in_the_chat() {
        #[track_caller]
        fn check(json: &str, expected: bool) {
            let member: Member = serde_json::from_str(json).expect("a member");
            assert_eq!(member.is_in(), expected, "{json}");
        }
        for status in ["creator", "administrator", "member", "of a version to come"] {
            check(&format!(r#"{{"status": "{status}", "user": {{"id": 7}}}}"#), true);
        }
        for status in ["left", "kicked", "restricted"] {
            check(&format!(r#"{{"status": "{status}"}}"#), false);
        }
        check(r#"{"status": "restricted", "is_member": true}"#, true);
    }
}
