//! How fast one person may ask: so that nobody floods a chat through the bot.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::PersonId;
use crate::time::Timestamp;

/// The window in which a person's messages are counted.
const WINDOW: Duration = Duration::from_secs(60);

/// How many questions, commands and taps that post a message are answered a minute. Telegram lets a bot post 20
/// messages a minute into a group.
const N_MESSAGES: u32 = 20;

/// How many of them a minute are answered in a group before everybody is limited to their [`SHARE`]: a few people
/// together fill a group as well as one alone.
const N_IN_GROUP: u32 = 20;

/// How many of them a minute are answered for one person where many ask.
const SHARE: u32 = 3;

/// How many inline queries a minute are answered: each letter that somebody types may be one.
const N_INLINE: u32 = 60;

/// How many taps a minute have an effect: people tap through lists faster than they type.
const N_TAPS: u32 = 60;

/// Nobody's count is kept longer, even in a chat that has fallen silent.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);

/// What each person did within a minute. Whenever somebody does something, all but the last minute is dropped.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Pace(BTreeMap<PersonId, Minute>);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Minute {
    from: Timestamp,
    messages: u32,
    taps: u32,
    #[serde(default, skip_serializing_if = "is_zero")]
    inline: u32,
    /// Has been asked to slow down.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    slowed_down: bool,
    /// Has been informed that only text can be read.
    #[serde(default, rename = "told")]
    heard_only_text: bool,
}

fn is_zero(n: &u32) -> bool {
    *n == 0
}

/// Whether to go on with a message, and whether to say why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Allowed {
    pub(super) go_on: bool,
    pub(super) say_so: bool,
}

impl Pace {
    pub(super) fn allows_message(&mut self, person: PersonId, now: Timestamp) -> Allowed {
        self.forget_old(now);
        let n_answered: u32 = self.0.values().map(|minute| minute.messages).sum();
        let limit = if n_answered >= N_IN_GROUP { SHARE } else { N_MESSAGES };
        let minute = self.minute(person, now);
        if minute.messages < limit {
            minute.messages += 1;
            return Allowed { go_on: true, say_so: false };
        }
        Allowed { go_on: false, say_so: !std::mem::replace(&mut minute.slowed_down, true) }
    }

    pub(super) fn allows_inline(&mut self, person: PersonId, now: Timestamp) -> bool {
        let minute = self.minute(person, now);
        minute.inline = minute.inline.saturating_add(1);
        minute.inline <= N_INLINE
    }

    pub(super) fn allows_tap(&mut self, person: PersonId, now: Timestamp) -> bool {
        let minute = self.minute(person, now);
        minute.taps = minute.taps.saturating_add(1);
        minute.taps <= N_TAPS
    }

    /// Whether to say that only text can be read: once a minute, as an album is as many messages as it has pictures.
    pub(super) fn may_say_only_text(&mut self, person: PersonId, now: Timestamp) -> bool {
        !std::mem::replace(&mut self.minute(person, now).heard_only_text, true)
    }

    pub(super) fn forget(&mut self, person: PersonId) {
        self.0.remove(&person);
    }

    /// When the oldest count is to be forgotten.
    pub(super) fn due(&self) -> Option<Timestamp> {
        self.0.values().map(|minute| minute.from + KEPT).min()
    }

    pub(super) fn forget_old(&mut self, now: Timestamp) {
        // A minute that begins in the future is over as well: the clock was set back.
        self.0.retain(|_, minute| minute.from <= now && now.since(minute.from) < WINDOW);
    }

    fn minute(&mut self, person: PersonId, now: Timestamp) -> &mut Minute {
        self.forget_old(now);
        self.0.entry(person).or_insert(Minute {
            from: now,
            messages: 0,
            taps: 0,
            inline: 0,
            slowed_down: false,
            heard_only_text: false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp(1_767_614_400_000);

    /// How many of `n` messages are answered.
    fn n_answered(pace: &mut Pace, person: i64, n: usize, now: Timestamp) -> usize {
        (0..n).filter(|_| pace.allows_message(PersonId(person), now).go_on).count()
    }

    #[test]
    fn many_who_flood_a_group_leave_something_to_each() {
        let mut pace = Pace::default();
        let flood: usize = (1..=11).map(|person| n_answered(&mut pace, person, 30, NOON)).sum();
        assert_eq!(flood, 20 + 10 * 3);
        assert_eq!(n_answered(&mut pace, 12, 30, NOON), 3, "a bystander has a share as well");
        assert_eq!(n_answered(&mut pace, 12, 30, NOON + WINDOW), 20, "a minute later it is forgotten");
    }

    #[test]
    fn a_clock_that_was_set_back_silences_nobody() {
        let mut pace = Pace::default();
        assert_eq!(n_answered(&mut pace, 1, 30, NOON), 20);
        assert_eq!(n_answered(&mut pace, 1, 30, NOON - KEPT), 20);
    }
}
