//! Short notices of a group, which are deleted after a while.

use serde::{Deserialize, Serialize};

use super::Key;
use crate::time::Timestamp;

/// The most notices that are remembered in a chat.
const N_MESSAGES: usize = 100;

/// The messages that are to go, and when.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Ephemeral {
    messages: Vec<(Key, Timestamp)>,
}

impl Ephemeral {
    /// Delete what was sent under this key at that time.
    pub(super) fn add(&mut self, key: Key, due: Timestamp) {
        if self.messages.len() < N_MESSAGES {
            self.messages.push((key, due));
        }
    }

    /// What was sent under this key has become worth keeping.
    pub(super) fn keep(&mut self, key: &Key) {
        self.messages.retain(|(known, _)| known != key);
    }

    /// When the next of them is to be deleted.
    pub(super) fn due(&self) -> Option<Timestamp> {
        self.messages.iter().map(|(_, due)| *due).min()
    }

    /// Those whose time has come, which are removed.
    pub(super) fn take_due(&mut self, now: Timestamp) -> Vec<Key> {
        let messages = std::mem::take(&mut self.messages);
        let (due, waiting): (Vec<_>, Vec<_>) = messages.into_iter().partition(|(_, due)| *due <= now);
        self.messages = waiting;
        due.into_iter().map(|(key, _)| key).collect()
    }

    pub(super) fn clear(&mut self) {
        self.messages.clear();
    }
}
