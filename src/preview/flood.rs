//! Telegram's limits on how fast a bot may send.

use std::collections::{BTreeMap, VecDeque};

use super::state::{ChatId, Millis};

/// Messages a chat takes at once before its pace of one a second counts.
///
/// Telegram allows "short bursts" without giving a number; this is five, and one for jitter.
const CHAT_BURST: i64 = 6;

/// Milliseconds after which a chat takes one more message.
const CHAT_PACE: Millis = 1000;

/// Messages a group takes within a minute.
const GROUP_PER_MINUTE: usize = 20;

/// Messages a bot may send within a second, to all chats together.
const OVERALL_PER_SECOND: usize = 30;

/// When the bot sent, as far back as the limits look. Edits count like messages.
#[derive(Debug, Default)]
pub(crate) struct Flood {
    /// For each chat, the time at which its burst is whole again.
    whole_at: BTreeMap<ChatId, Millis>,
    groups: BTreeMap<ChatId, VecDeque<Millis>>,
    overall: VecDeque<Millis>,
}

impl Flood {
    /// Counts one message, or returns in how many seconds to try again; a refusal is not counted.
    pub(crate) fn admit(&mut self, chat: Option<ChatId>, is_group: bool, now: Millis) -> Result<(), u64> {
        let mut wait = until_free(&mut self.overall, OVERALL_PER_SECOND, 1000, now);
        if let Some(chat) = chat {
            let whole_at = self.whole_at.get(&chat).copied().unwrap_or(now).max(now);
            wait = wait.max(whole_at + CHAT_PACE - CHAT_BURST * CHAT_PACE - now);
            if is_group {
                let sent = self.groups.entry(chat).or_default();
                wait = wait.max(until_free(sent, GROUP_PER_MINUTE, 60_000, now));
            }
            if wait <= 0 {
                self.whole_at.insert(chat, whole_at + CHAT_PACE);
                if is_group {
                    self.groups.entry(chat).or_default().push_back(now);
                }
            }
        }
        if wait > 0 {
            return Err(wait.unsigned_abs().div_ceil(1000));
        }
        self.overall.push_back(now);
        Ok(())
    }
}

/// Milliseconds until fewer than `limit` of the times lie within the window; forgets older ones.
fn until_free(times: &mut VecDeque<Millis>, limit: usize, window: Millis, now: Millis) -> Millis {
    while times.front().is_some_and(|at| at + window <= now) {
        times.pop_front();
    }
    match times.len().checked_sub(limit) {
        Some(over) => times[over] + window - now,
        None => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHAT: ChatId = ChatId(1);

    #[test]
    fn a_chat_takes_a_burst_and_then_one_a_second() {
        let mut flood = Flood::default();
        for _ in 0..CHAT_BURST {
            assert_eq!(flood.admit(Some(CHAT), false, 0), Ok(()));
        }
        assert_eq!(flood.admit(Some(CHAT), false, 0), Err(1));
        assert_eq!(flood.admit(Some(CHAT), false, 999), Err(1));
        assert_eq!(flood.admit(Some(CHAT), false, 1000), Ok(()));
        assert_eq!(flood.admit(Some(CHAT), false, 1000), Err(1));
        assert_eq!(flood.admit(Some(ChatId(2)), false, 1000), Ok(()));
    }

    #[test]
    fn a_group_takes_twenty_a_minute() {
        let mut flood = Flood::default();
        for second in 0..20 {
            assert_eq!(flood.admit(Some(CHAT), true, second * 1000), Ok(()));
        }
        assert_eq!(flood.admit(Some(CHAT), true, 20_000), Err(40));
        assert_eq!(flood.admit(Some(CHAT), true, 60_000), Ok(()));
    }

    #[test]
    fn a_bot_sends_thirty_a_second() {
        let mut flood = Flood::default();
        for chat in 0..30 {
            assert_eq!(flood.admit(Some(ChatId(chat)), false, 0), Ok(()));
        }
        assert_eq!(flood.admit(Some(ChatId(99)), false, 1), Err(1));
        assert_eq!(flood.admit(None, false, 1), Err(1));
        assert_eq!(flood.admit(Some(ChatId(99)), false, 1000), Ok(()));
    }
}
