//! Whose turn it is: what waits for a step, by chat, and when chats are due.
//!
//! It is a cache of what the inbox and the states of the chats say, and is read again from time to time.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::time::Duration;

use crate::chat::ChatId;
use crate::storage::Waiting;
use crate::time::Timestamp;

/// How many events one transaction takes at most. More share the wait for the disk; fewer answer sooner.
const BATCH: usize = 64;
/// How many of them may be from one chat, so that a flood in one chat leaves room for the others.
const PER_CHAT: usize = 4;
/// How far a chat that has had no time lately is ahead of those that use all they get.
const HEAD_START: Duration = Duration::from_millis(250);

/// What waits, in memory: numbers only, the events stay in the inbox.
///
/// Chats take turns by what their steps have cost (start-time fair queueing): the turn of a chat comes when it has
/// had no more time than the others, so that one whose questions are costly only delays itself.
#[derive(Debug, Default)]
pub(crate) struct Agenda {
    /// Waiting rows of a chat, in the order of their steps. Chats without any are not in it.
    queues: HashMap<ChatId, Queue>,
    /// The chats that have waiting rows, the next one first.
    turns: BTreeSet<(Duration, u64, ChatId)>,
    /// The turn that was taken last. Unused time is not saved up for longer than a head start.
    now_at: Duration,
    /// Chats whose steps have taken more than that, and how much.
    paid_until: HashMap<ChatId, Duration>,
    n_turns: u64,
    timers: BTreeSet<(Timestamp, ChatId)>,
    due: HashMap<ChatId, Timestamp>,
}

#[derive(Debug)]
struct Queue {
    rows: VecDeque<Waiting>,
    turn: (Duration, u64),
    /// The largest numbers that were ever in it: rows beyond them go to the end without a look at the others.
    last: (i64, i64),
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
        for row in waiting {
            let chat = row.chat;
            if !self.queues.contains_key(&chat) {
                let head_start = self.now_at.saturating_sub(HEAD_START);
                let turn = self.paid_until.get(&chat).map_or(head_start, |paid| head_start.max(*paid));
                let turn = self.next_turn(turn, chat);
                self.queues.insert(chat, Queue { rows: VecDeque::new(), turn, last: (i64::MIN, i64::MIN) });
            }
            let Queue { rows, last, .. } = self.queues.get_mut(&chat).expect("it has just been looked for");
            let update = row.update_id.unwrap_or(i64::MAX);
            let is_last = row.seq > last.0 && update > last.1;
            *last = (last.0.max(row.seq), last.1.max(row.update_id.unwrap_or(i64::MIN)));
            if is_last {
                rows.push_back(*row);
                continue;
            }
            if rows.iter().any(|other| other.seq == row.seq) {
                continue;
            }
            // Nearly always the newest; a vote that had to wait for its poll is older.
            let mut place = rows.iter().rposition(|other| other.seq < row.seq).map_or(0, |before| before + 1);
            // Telegram numbers its updates; those that came at the same time may have been stored the other way round.
            if let Some(update) = row.update_id {
                let later = |other: &Waiting| other.update_id.is_some_and(|other| other > update);
                place = rows.iter().position(later).map_or(place, |later| later.min(place));
            }
            rows.insert(place, *row);
        }
    }

    fn next_turn(&mut self, at: Duration, chat: ChatId) -> (Duration, u64) {
        self.n_turns += 1;
        self.turns.insert((at, self.n_turns, chat));
        (at, self.n_turns)
    }

    /// Forgets the other chats.
    pub(crate) fn keep(&mut self, is_kept: impl Fn(ChatId) -> bool) {
        self.queues.retain(|chat, _| is_kept(*chat));
        self.turns.retain(|(_, _, chat)| is_kept(*chat));
        self.timers.retain(|(_, chat)| is_kept(*chat));
        self.due.retain(|chat, _| is_kept(*chat));
    }

    /// Puts what the database says in the place of what is remembered: all that waits, and the chats that are due by
    /// `until`. Whose turn it is stays, and so do later timers.
    pub(crate) fn reread(&mut self, waiting: &[Waiting], due: Vec<(Timestamp, ChatId)>, until: Timestamp) {
        for queue in self.queues.values_mut() {
            queue.rows.clear();
            queue.last = (i64::MIN, i64::MIN);
        }
        self.add(waiting);
        let turns = &mut self.turns;
        self.queues.retain(|chat, queue| {
            if queue.rows.is_empty() {
                turns.remove(&(queue.turn.0, queue.turn.1, *chat));
            }
            !queue.rows.is_empty()
        });
        self.timers = self.timers.split_off(&(until, ChatId(i64::MAX)));
        self.due.retain(|_, due| *due > until);
        for (due, chat) in due {
            self.set_due(chat, Some(due));
        }
    }

    /// The next batch: a few rows of each chat in turn, except those of chats that are busy. It stays on the agenda
    /// until [`Agenda::done`].
    pub(crate) fn pick(&self, now: Timestamp, with_timers: bool, busy: &HashSet<ChatId>) -> Vec<Pick> {
        let mut picks = Vec::new();
        let mut room = BATCH;
        // Where many wait, each gets less at a time, so that the last of them has its turn sooner.
        let per_chat = (BATCH / self.turns.len().max(1)).clamp(1, PER_CHAT);
        for (_, _, chat) in &self.turns {
            if room == 0 {
                break;
            }
            if busy.contains(chat) {
                continue;
            }
            let rows = &self.queues[chat].rows;
            let seqs: Vec<i64> = rows.iter().map(|row| row.seq).take(per_chat.min(room)).collect();
            room -= seqs.len();
            let tick =
                with_timers && seqs.len() == rows.len() && self.due.get(chat).is_some_and(|due| *due <= now);
            picks.push(Pick { chat: *chat, seqs, tick });
        }
        if with_timers {
            let due = self.timers.iter().take_while(|(due, _)| *due <= now).map(|(_, chat)| *chat);
            let idle = due.filter(|chat| !self.queues.contains_key(chat) && !busy.contains(chat)).take(room);
            picks.extend(idle.map(|chat| Pick { chat, seqs: Vec::new(), tick: true }));
        }
        picks
    }

    /// Takes a chat's part of a batch off the agenda, and notes how long its steps took.
    pub(crate) fn done(&mut self, pick: &Pick, cost: Duration) {
        let chat = pick.chat;
        let Some(queue) = self.queues.get_mut(&chat) else { return };
        if pick.seqs.is_empty() {
            return;
        }
        queue.rows.retain(|row| !pick.seqs.contains(&row.seq));
        let (at, number) = queue.turn;
        self.turns.remove(&(at, number, chat));
        self.now_at = self.now_at.max(at);
        let paid = at + cost;
        if queue.rows.is_empty() {
            self.queues.remove(&chat);
            self.paid_until.insert(chat, paid);
        } else {
            let turn = self.next_turn(paid, chat);
            self.queues.get_mut(&chat).expect("it has rows").turn = turn;
        }
        if self.paid_until.len() > 2 * BATCH {
            let now_at = self.now_at;
            self.paid_until.retain(|_, paid| *paid + HEAD_START > now_at);
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
            self.turns.remove(&(queue.turn.0, queue.turn.1, from));
            self.add(&queue.rows.into_iter().map(|row| Waiting { chat: to, ..row }).collect::<Vec<_>>());
        }
    }

    /// When the next chat is due.
    pub(crate) fn next_due(&self, busy: &HashSet<ChatId>) -> Option<Timestamp> {
        self.timers.iter().find(|(_, chat)| !busy.contains(chat)).map(|(due, _)| *due)
    }

    /// How many rows wait for their step.
    pub(crate) fn n_waiting(&self) -> usize {
        self.queues.values().map(|queue| queue.rows.len()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(seq: i64, chat: i64) -> Waiting {
        Waiting { seq, chat: ChatId(chat), update_id: None }
    }

    fn agenda(rows: &[(i64, i64)]) -> Agenda {
        let mut agenda = Agenda::default();
        agenda.add(&rows.iter().map(|(seq, chat)| row(*seq, *chat)).collect::<Vec<_>>());
        agenda
    }

    fn pick(agenda: &Agenda, now: i64, with_timers: bool) -> Vec<Pick> {
        agenda.pick(Timestamp(now), with_timers, &HashSet::new())
    }

    fn done(agenda: &mut Agenda, picks: &[Pick]) {
        picks.iter().for_each(|pick| agenda.done(pick, Duration::from_micros(50)));
    }

    fn seqs(picks: &[Pick]) -> Vec<i64> {
        picks.iter().flat_map(|pick| pick.seqs.clone()).collect()
    }

    #[test]
    fn a_flood_in_one_chat_leaves_the_others_their_turn() {
        let mut rows: Vec<(i64, i64)> = (1..=10_000).map(|seq| (seq, 1)).collect();
        rows.push((10_001, 2));
        let mut agenda = agenda(&rows);
        let picks = pick(&agenda, 0, true);
        assert_eq!(seqs(&picks), [1, 2, 3, 4, 10_001]);
        done(&mut agenda, &picks);
        assert_eq!(seqs(&pick(&agenda, 0, true)), [5, 6, 7, 8]);
        assert_eq!(agenda.n_waiting(), 9_996);
    }

    #[test]
    fn chats_whose_steps_are_costly_wait_for_one_that_has_had_no_time() {
        // A hundred chats with twenty questions each that take 50 ms.
        let rows: Vec<(i64, i64)> = (0..2_000).map(|n| (n, n % 100 + 1)).collect();
        let mut agenda = agenda(&rows);
        let costly = Duration::from_millis(50);
        for _ in 0..40 {
            // The time of a batch is over after a few of them.
            for pick in pick(&agenda, 0, true).iter().take(3) {
                agenda.done(pick, costly);
            }
        }
        agenda.add(&[row(5_000, 777)]);
        let chats: Vec<i64> = pick(&agenda, 0, true).iter().map(|pick| pick.chat.0).collect();
        assert_eq!(chats[0], 777, "{chats:?}");
        // It pays for its own steps as they do.
        agenda.done(&pick(&agenda, 0, true)[0], 10 * costly);
        agenda.add(&[row(5_001, 777)]);
        let chats: Vec<i64> = pick(&agenda, 0, true).iter().map(|pick| pick.chat.0).collect();
        assert!(!chats.contains(&777), "{chats:?}");
    }

    #[test]
    fn a_busy_chat_is_passed_over_and_keeps_its_turn() {
        let mut agenda = agenda(&[(1, 1), (2, 2)]);
        agenda.set_due(ChatId(3), Some(Timestamp(5)));
        let busy = HashSet::from([ChatId(1), ChatId(3)]);
        assert_eq!(seqs(&agenda.pick(Timestamp(9), true, &busy)), [2]);
        assert_eq!(agenda.next_due(&busy), None);
        assert_eq!(seqs(&pick(&agenda, 9, true)), [1, 2]);
    }

    #[test]
    fn a_vote_that_waited_for_its_poll_keeps_its_place() {
        let mut agenda = agenda(&[(5, 1), (7, 1)]);
        agenda.add(&[row(6, 1), row(6, 1)]);
        assert_eq!(seqs(&pick(&agenda, 0, true)), [5, 6, 7]);
    }

    #[test]
    fn updates_go_by_telegrams_numbers_however_they_came() {
        let mut agenda = Agenda::default();
        let update = |seq, update_id| Waiting { seq, chat: ChatId(1), update_id };
        agenda.add(&[update(1, Some(11)), update(2, None), update(3, Some(10)), update(4, Some(12))]);
        assert_eq!(seqs(&pick(&agenda, 0, true)), [3, 1, 2, 4]);
    }

    #[test]
    fn what_the_database_says_counts() {
        let mut agenda = agenda(&[(1, 1), (2, 2)]);
        agenda.set_due(ChatId(2), Some(Timestamp(5)));
        agenda.set_due(ChatId(4), Some(Timestamp(20)));
        agenda.set_due(ChatId(5), Some(Timestamp(30)));
        let due = vec![(Timestamp(7), ChatId(3)), (Timestamp(8), ChatId(5))];
        agenda.reread(&[row(2, 2), row(3, 3)], due, Timestamp(10));
        assert_eq!(seqs(&pick(&agenda, 6, true)), [2, 3]);
        assert_eq!((agenda.n_waiting(), agenda.next_due(&HashSet::new())), (2, Some(Timestamp(7))));
        for chat in [3, 5] {
            agenda.set_due(ChatId(chat), None);
        }
        assert_eq!(agenda.next_due(&HashSet::new()), Some(Timestamp(20)), "what is due later stays");
    }

    #[test]
    fn a_timer_comes_after_what_arrived_before() {
        let mut agenda = agenda(&(1..=5).map(|seq| (seq, 1)).collect::<Vec<_>>());
        agenda.set_due(ChatId(1), Some(Timestamp(10)));
        agenda.set_due(ChatId(2), Some(Timestamp(20)));
        assert_eq!(agenda.next_due(&HashSet::new()), Some(Timestamp(10)));
        let picks = pick(&agenda, 10, true);
        assert_eq!(picks, [Pick { chat: ChatId(1), seqs: vec![1, 2, 3, 4], tick: false }]);
        done(&mut agenda, &picks);
        let picks = pick(&agenda, 10, true);
        assert_eq!(picks, [Pick { chat: ChatId(1), seqs: vec![5], tick: true }]);
        done(&mut agenda, &picks);
        agenda.set_due(ChatId(1), None);
        assert_eq!(pick(&agenda, 19, true), []);
        assert_eq!(pick(&agenda, 20, false), []);
        assert_eq!(pick(&agenda, 20, true), [Pick { chat: ChatId(2), seqs: vec![], tick: true }]);
    }

    #[test]
    fn a_group_that_moves_takes_its_rows_along() {
        let mut agenda = agenda(&[(1, -5), (2, -100), (3, -5)]);
        agenda.moved(ChatId(-5), ChatId(-100));
        assert_eq!(pick(&agenda, 0, true), [Pick { chat: ChatId(-100), seqs: vec![1, 2, 3], tick: false }]);
    }
}
