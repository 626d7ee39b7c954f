//! How fast the bot may send: in one chat, in one group, and in total.

use std::collections::VecDeque;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::chat::{ChatId, Priority};
use crate::time::Timestamp;

/// The rates that are kept. Edits count with sends.
///
/// The defaults are what the Bot API's FAQ asks for: about one message a second in a chat with short bursts, 20 a
/// minute in a group, about 30 a second in total. It gives no number for a burst; 5 is a cautious one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rates {
    /// How many messages one chat gets at once, before it has to wait.
    pub burst: u32,
    /// How many messages one chat gets per second after that.
    pub per_second: u32,
    /// How many messages one group gets in any 60 seconds.
    pub group_per_minute: u32,
    /// How many messages all chats together get in any second.
    pub overall_per_second: u32,
}

impl Default for Rates {
    fn default() -> Rates {
        Rates { burst: 5, per_second: 1, group_per_minute: 20, overall_per_second: 30 }
    }
}

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

/// What was sent to one chat lately.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct ChatPace {
    /// When an even flow of everything sent so far would let the next message go.
    flow: Option<Timestamp>,
    /// When the last messages to a group went out, oldest first.
    minute: VecDeque<Timestamp>,
    /// Telegram asked to wait until then.
    held_until: Option<Timestamp>,
}

impl ChatPace {
    /// When the next message of this priority may go; it may lie in the past.
    ///
    /// Of a group's messages per minute, some are reserved for what is more urgent: somebody who floods it does not
    /// hold up a quiz.
    pub(crate) fn earliest(&self, chat: ChatId, priority: Priority, rates: Option<&Rates>) -> Timestamp {
        let held = self.earliest_uncounted();
        let Some(rates) = rates else { return held };
        let burst = interval(rates) * rates.burst.saturating_sub(1);
        let flow = self.flow.map_or(held, |flow| flow - burst);
        let whole = count(rates.group_per_minute);
        let share = match priority {
            Priority::Quiz => whole,
            Priority::Prompt | Priority::Housekeeping => (whole * 3 / 4).max(1),
            Priority::Chatter => (whole / 2).max(1),
        };
        // The one after which the share of a minute was used up.
        let last = self.minute.len().checked_sub(share).and_then(|index| self.minute.get(index));
        let minute = last.filter(|_| chat.is_group()).map_or(held, |last| *last + MINUTE);
        held.max(flow).max(minute)
    }

    /// When the next request that Telegram does not count may go.
    pub(crate) fn earliest_uncounted(&self) -> Timestamp {
        self.held_until.unwrap_or(Timestamp(i64::MIN))
    }

    pub(crate) fn sent(&mut self, chat: ChatId, rates: Option<&Rates>, now: Timestamp) {
        let Some(rates) = rates else { return };
        self.flow = Some(self.flow.map_or(now, |flow| flow.max(now)) + interval(rates));
        if chat.is_group() {
            self.minute.push_back(now);
            while self.minute.len() > count(rates.group_per_minute) {
                self.minute.pop_front();
            }
        }
    }

    /// Messages that another bot has sent to the chat count as well: of both, the later.
    pub(crate) fn join(&mut self, other: ChatPace) {
        self.flow = self.flow.max(other.flow);
        self.held_until = self.held_until.max(other.held_until);
        if (self.minute.back(), self.minute.len()) < (other.minute.back(), other.minute.len()) {
            self.minute = other.minute;
        }
    }

    /// Goes on from a copy to which something was added, keeping any wait that Telegram has asked for since.
    pub(crate) fn follow(&mut self, copy: ChatPace) {
        *self = ChatPace { held_until: self.held_until.max(copy.held_until), ..copy };
    }

    pub(crate) fn hold_until(&mut self, time: Timestamp) {
        self.held_until = Some(self.held_until.map_or(time, |held| held.max(time)));
    }

    /// The past no longer matters.
    pub(crate) fn is_rested(&self, now: Timestamp) -> bool {
        self.held_until.is_none_or(|time| time <= now)
            && self.flow.is_none_or(|time| time <= now)
            && self.minute.back().is_none_or(|time| *time + MINUTE <= now)
    }
}

/// What was sent to all chats within the last second.
#[derive(Debug, Default)]
pub(crate) struct OverallPace {
    second: VecDeque<Timestamp>,
}

impl OverallPace {
    /// When the next message may go to any chat; it may lie in the past.
    pub(crate) fn earliest(&self, rates: Option<&Rates>) -> Timestamp {
        match (rates, self.second.front()) {
            (Some(rates), Some(oldest)) if self.second.len() >= count(rates.overall_per_second) => {
                *oldest + SECOND
            }
            _ => Timestamp(i64::MIN),
        }
    }

    pub(crate) fn sent(&mut self, rates: Option<&Rates>, now: Timestamp) {
        let Some(rates) = rates else { return };
        self.second.push_back(now);
        while self.second.len() > count(rates.overall_per_second) {
            self.second.pop_front();
        }
    }
}

fn interval(rates: &Rates) -> Duration {
    SECOND / rates.per_second.max(1)
}

pub(crate) fn count(n: u32) -> usize {
    usize::try_from(n.max(1)).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// When each of `n` messages goes out that all wait from the beginning, in seconds.
    fn schedule(chat: ChatId, n: usize) -> Vec<i64> {
        let rates = Rates::default();
        let mut pace = ChatPace::default();
        let mut now = Timestamp(0);
        (0..n)
            .map(|_| {
                now = now.max(pace.earliest(chat, Priority::Quiz, Some(&rates)));
                pace.sent(chat, Some(&rates), now);
                now.0 / 1000
            })
            .collect()
    }

    #[test]
    fn a_burst_then_one_a_second() {
        assert_eq!(schedule(ChatId(1), 9), [0, 0, 0, 0, 0, 1, 2, 3, 4]);
    }

    #[test]
    fn a_group_gets_no_more_than_twenty_in_any_minute() {
        let times = schedule(ChatId(-1), 100);
        for window in times.windows(21) {
            assert!(window[20] - window[0] >= 60, "{window:?}");
        }
        assert_eq!(times[19], 15);
        assert_eq!(times[20], 60);
    }

    #[test]
    fn all_chats_together_get_no_more_than_thirty_in_any_second() {
        let rates = Rates::default();
        let mut pace = OverallPace::default();
        let mut now = Timestamp(0);
        let mut times = Vec::new();
        for _ in 0..90 {
            now = now.max(pace.earliest(Some(&rates)));
            pace.sent(Some(&rates), now);
            times.push(now.0);
        }
        assert_eq!((times[29], times[30], times[60]), (0, 1000, 2000));
    }

    #[test]
    fn a_chat_that_changes_hands_keeps_its_pace() {
        let (chat, rates) = (ChatId(-1), Rates::default());
        let mut first = ChatPace::default();
        let mut second = ChatPace::default();
        for n in 0..20 {
            // All at the same moment, and then only once the burst is over.
            let at = if n < 5 { Timestamp(0) } else { first.earliest(chat, Priority::Quiz, Some(&rates)) };
            first.sent(chat, Some(&rates), at);
            let stored = serde_json::to_string(&first).expect("it can be written");
            second.join(serde_json::from_str(&stored).expect("it can be read"));
            assert_eq!(second, first, "after {n}");
        }
        assert_eq!(second.earliest(chat, Priority::Quiz, Some(&rates)), Timestamp(60_000));
        let copy = second.clone();
        second.hold_until(Timestamp(90_000));
        second.follow(copy);
        assert_eq!(second.earliest(chat, Priority::Quiz, Some(&rates)), Timestamp(90_000));
    }

    #[test]
    fn a_wait_that_telegram_asks_for_is_kept_even_without_rates() {
        let mut pace = ChatPace::default();
        pace.hold_until(Timestamp(9_000));
        pace.hold_until(Timestamp(3_000));
        assert_eq!(pace.earliest(ChatId(1), Priority::Quiz, None), Timestamp(9_000));
        assert!(!pace.is_rested(Timestamp(8_999)));
        assert!(pace.is_rested(Timestamp(9_000)));
    }

    #[test]
    fn a_quiz_is_not_held_up_by_what_is_said_besides() {
        let (group, rates) = (ChatId(-1), Rates::default());
        let mut pace = ChatPace::default();
        let mut now = Timestamp(0);
        let mut sent = |priority, by: i64| {
            let mut n = 0;
            while pace.earliest(group, priority, Some(&rates)) <= Timestamp(by) {
                now = now.max(pace.earliest(group, priority, Some(&rates)));
                pace.sent(group, Some(&rates), now);
                n += 1;
            }
            n
        };
        assert_eq!(sent(Priority::Chatter, 30_000), 10);
        assert_eq!(sent(Priority::Prompt, 30_000), 5);
        assert_eq!(sent(Priority::Quiz, 30_000), 5);
        assert_eq!(sent(Priority::Quiz, 30_000), 0);
    }
}
