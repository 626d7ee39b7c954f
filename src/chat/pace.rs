//! How fast one person may ask: so that nobody floods a chat through the bot.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::PersonId;
use crate::time::Timestamp;

/// The window in which a person's messages are counted.
const WINDOW: Duration = Duration::from_secs(60);

/// So many questions, commands and taps that post a message are answered a minute. Telegram lets a bot post 20
/// messages a minute into a group.
const N_MESSAGES: u32 = 20;

/// So many taps a minute have an effect: people tap through lists faster than they type.
const N_TAPS: u32 = 60;

/// Nobody's count is kept longer, even in a chat that has fallen silent.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);

/// What each person did within a minute. Whenever somebody does something, only those of the last minute stay.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Pace(BTreeMap<PersonId, Minute>);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Minute {
    from: Timestamp,
    messages: u32,
    taps: u32,
    /// Has been told that only text can be read.
    #[serde(default)]
    told: bool,
}

/// Whether to go on with a message, and whether to say why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Allowed {
    pub(super) go_on: bool,
    pub(super) say_so: bool,
}

impl Pace {
    pub(super) fn allows_message(&mut self, person: PersonId, now: Timestamp) -> Allowed {
        let minute = self.minute(person, now);
        minute.messages = minute.messages.saturating_add(1);
        Allowed { go_on: minute.messages <= N_MESSAGES, say_so: minute.messages == N_MESSAGES + 1 }
    }

    pub(super) fn allows_tap(&mut self, person: PersonId, now: Timestamp) -> bool {
        let minute = self.minute(person, now);
        minute.taps = minute.taps.saturating_add(1);
        minute.taps <= N_TAPS
    }

    /// Whether to say that only text can be read: once a minute, for an album is as many messages as it has pictures.
    pub(super) fn may_tell(&mut self, person: PersonId, now: Timestamp) -> bool {
        !std::mem::replace(&mut self.minute(person, now).told, true)
    }

    pub(super) fn forget(&mut self, person: PersonId) {
        self.0.remove(&person);
    }

    /// When the oldest count is to be forgotten.
    pub(super) fn due(&self) -> Option<Timestamp> {
        self.0.values().map(|minute| minute.from + KEPT).min()
    }

    pub(super) fn forget_old(&mut self, now: Timestamp) {
        self.0.retain(|_, minute| now.since(minute.from) < WINDOW);
    }

    fn minute(&mut self, person: PersonId, now: Timestamp) -> &mut Minute {
        self.forget_old(now);
        self.0.entry(person).or_insert(Minute { from: now, messages: 0, taps: 0, told: false })
    }
}
