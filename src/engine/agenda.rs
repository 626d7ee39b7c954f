//! Whose turn it is: what waits for a step, by chat, and when chats are due.

use std::collections::{BTreeSet, HashMap, VecDeque};

use crate::chat::ChatId;
use crate::storage::Waiting;
use crate::time::Timestamp;

/// How many events one transaction takes at most. More share the wait for the disk; fewer answer sooner.
const BATCH: usize = 64;
/// How many of them may be of one chat, so that a flood in one chat leaves room for the others.
const PER_CHAT: usize = 4;

/// What waits, in memory: numbers only, the events stay in the inbox.
#[derive(Debug, Default)]
pub(crate) struct Agenda {
    /// Waiting rows of a chat, in the order of arrival. Chats without any are not in it.
    queues: HashMap<ChatId, VecDeque<i64>>,
    /// The chats that have waiting rows, the next one first.
    turns: VecDeque<ChatId>,
    timers: BTreeSet<(Timestamp, ChatId)>,
    due: HashMap<ChatId, Timestamp>,
}

/// What one chat contributes to a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pick {
    pub(crate) chat: ChatId,
    pub(crate) seqs: Vec<i64>,
    /// Its time has come, and nothing that arrived before waits any longer.
    pub(crate) tick: bool,
}

impl Agenda {
    pub(crate) fn add(&mut self, waiting: &[Waiting]) {
        for Waiting { seq, chat } in waiting {
            let queue = self.queues.entry(*chat).or_default();
            if queue.is_empty() {
                self.turns.push_back(*chat);
            }
            // Nearly always the newest; a vote that had to wait for its poll is older.
            let place = queue.iter().rposition(|other| other <= seq).map_or(0, |before| before + 1);
            if place == 0 || queue[place - 1] != *seq {
                queue.insert(place, *seq);
            }
        }
    }

    /// The next batch: a few rows of each chat in turn. It stays on the agenda until [`Agenda::done`].
    pub(crate) fn pick(&self, now: Timestamp, with_timers: bool) -> Vec<Pick> {
        let mut picks = Vec::new();
        let mut room = BATCH;
        for chat in &self.turns {
            if room == 0 {
                break;
            }
            let queue = &self.queues[chat];
            let seqs: Vec<i64> = queue.iter().copied().take(PER_CHAT.min(room)).collect();
            room -= seqs.len();
            let tick =
                with_timers && seqs.len() == queue.len() && self.due.get(chat).is_some_and(|due| *due <= now);
            picks.push(Pick { chat: *chat, seqs, tick });
        }
        if with_timers {
            let due = self.timers.iter().take_while(|(due, _)| *due <= now).map(|(_, chat)| *chat);
            let idle = due.filter(|chat| !self.queues.contains_key(chat)).take(room);
            picks.extend(idle.map(|chat| Pick { chat, seqs: Vec::new(), tick: true }));
        }
        picks
    }

    /// Takes a batch off; its chats come after all others.
    pub(crate) fn done(&mut self, picks: &[Pick]) {
        for Pick { chat, seqs, .. } in picks {
            if let Some(queue) = self.queues.get_mut(chat) {
                queue.retain(|seq| !seqs.contains(seq));
            }
        }
        let n_rows = picks.iter().filter(|pick| !pick.seqs.is_empty()).count();
        for _ in 0..n_rows.min(self.turns.len()) {
            let chat = self.turns.pop_front().expect("there are at least this many turns");
            if self.queues[&chat].is_empty() {
                self.queues.remove(&chat);
            } else {
                self.turns.push_back(chat);
            }
        }
    }

    pub(crate) fn set_due(&mut self, chat: ChatId, due: Option<Timestamp>) {
        if let Some(former) = self.due.remove(&chat) {
            self.timers.remove(&(former, chat));
        }
        if let Some(due) = due {
            self.due.insert(chat, due);
            self.timers.insert((due, chat));
        }
    }

    /// A group has another id now.
    pub(crate) fn moved(&mut self, from: ChatId, to: ChatId) {
        self.set_due(from, None);
        if let Some(queue) = self.queues.remove(&from) {
            self.turns.retain(|chat| *chat != from);
            self.add(&queue.into_iter().map(|seq| Waiting { seq, chat: to }).collect::<Vec<_>>());
        }
    }

    /// When the next chat is due.
    pub(crate) fn next_due(&self) -> Option<Timestamp> {
        self.timers.first().map(|(due, _)| *due)
    }

    /// How many rows wait for their step.
    pub(crate) fn n_waiting(&self) -> usize {
        self.queues.values().map(VecDeque::len).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agenda(rows: &[(i64, i64)]) -> Agenda {
        let mut agenda = Agenda::default();
        agenda.add(
            &rows.iter().map(|(seq, chat)| Waiting { seq: *seq, chat: ChatId(*chat) }).collect::<Vec<_>>(),
        );
        agenda
    }

    fn seqs(picks: &[Pick]) -> Vec<i64> {
        picks.iter().flat_map(|pick| pick.seqs.clone()).collect()
    }

    #[test]
    fn a_flood_in_one_chat_leaves_the_others_their_turn() {
        let mut rows: Vec<(i64, i64)> = (1..=10_000).map(|seq| (seq, 1)).collect();
        rows.push((10_001, 2));
        let mut agenda = agenda(&rows);
        let picks = agenda.pick(Timestamp(0), true);
        assert_eq!(seqs(&picks), [1, 2, 3, 4, 10_001]);
        agenda.done(&picks);
        assert_eq!(seqs(&agenda.pick(Timestamp(0), true)), [5, 6, 7, 8]);
        assert_eq!(agenda.n_waiting(), 9_996);
    }

    #[test]
    fn a_vote_that_waited_for_its_poll_keeps_its_place() {
        let mut agenda = agenda(&[(5, 1), (7, 1)]);
        agenda.add(&[Waiting { seq: 6, chat: ChatId(1) }, Waiting { seq: 6, chat: ChatId(1) }]);
        assert_eq!(seqs(&agenda.pick(Timestamp(0), true)), [5, 6, 7]);
    }

    #[test]
    fn a_timer_comes_after_what_arrived_before() {
        let mut agenda = agenda(&(1..=5).map(|seq| (seq, 1)).collect::<Vec<_>>());
        agenda.set_due(ChatId(1), Some(Timestamp(10)));
        agenda.set_due(ChatId(2), Some(Timestamp(20)));
        assert_eq!(agenda.next_due(), Some(Timestamp(10)));
        let picks = agenda.pick(Timestamp(10), true);
        assert_eq!(picks, [Pick { chat: ChatId(1), seqs: vec![1, 2, 3, 4], tick: false }]);
        agenda.done(&picks);
        let picks = agenda.pick(Timestamp(10), true);
        assert_eq!(picks, [Pick { chat: ChatId(1), seqs: vec![5], tick: true }]);
        agenda.done(&picks);
        agenda.set_due(ChatId(1), None);
        assert_eq!(agenda.pick(Timestamp(19), true), []);
        assert_eq!(agenda.pick(Timestamp(20), false), []);
        assert_eq!(agenda.pick(Timestamp(20), true), [Pick { chat: ChatId(2), seqs: vec![], tick: true }]);
    }

    #[test]
    fn a_group_that_moves_takes_its_rows_along() {
        let mut agenda = agenda(&[(1, -5), (2, -100), (3, -5)]);
        agenda.moved(ChatId(-5), ChatId(-100));
        assert_eq!(
            agenda.pick(Timestamp(0), true),
            [Pick { chat: ChatId(-100), seqs: vec![1, 2, 3], tick: false }]
        );
    }
}
