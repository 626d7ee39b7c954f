//! The chats for which something waits, and when each may be written to next.
//!
//! Every chat has a lane: a queue, a pace, and at most one request under way. Pure: the time is handed in.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::time::Duration;

use super::booking::Candidate;
use super::pacing::{ChatPace, Rates};
use super::queue::{Queue, Queued};
use crate::chat::{ChatId, Priority};
use crate::storage::bit;
use crate::supervise::Backoff;
use crate::time::Timestamp;

/// The lanes of all chats.
#[derive(Debug, Default)]
pub(super) struct Lanes {
    lanes: HashMap<ChatId, Lane>,
    /// Chats that may send now, the next one first.
    ready: VecDeque<ChatId>,
    /// Chats that may send later, and when.
    resting: BTreeSet<(Timestamp, ChatId)>,
    /// The groups that became supergroups since the start: a request may still be under way to the former id.
    moved: HashMap<ChatId, ChatId>,
    /// The partitions that have become ours since the outbox was last read: older requests than those known of may
    /// wait there, so nothing goes to their chats yet.
    unread: u64,
    rates: Option<Rates>,
}

/// One chat's queue and pace.
#[derive(Debug)]
struct Lane {
    queue: Queue,
    pace: ChatPace,
    stage: Stage,
    backoff: Backoff,
}

impl Default for Lane {
    fn default() -> Lane {
        Lane {
            queue: Queue::default(),
            pace: ChatPace::default(),
            stage: Stage::default(),
            backoff: Backoff::for_network(),
        }
    }
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Nothing waits, or the outbox was not read for it yet.
    #[default]
    Idle,
    Ready,
    Resting(Timestamp),
    /// A request is under way, or its result is being recorded.
    Busy,
    /// The group has another id; the engine is moving it.
    Moving,
}

/// How long the pace of a chat is remembered for which nothing waits.
const REMEMBERED: Duration = Duration::from_secs(61);

impl Lanes {
    /// No rates: as fast as possible, except where Telegram asks to wait.
    pub(super) fn new(rates: Option<Rates>) -> Lanes {
        Lanes { rates, ..Lanes::default() }
    }

    /// Adds a request; [`Lanes::plan`] is to follow.
    pub(super) fn push(&mut self, chat: ChatId, entry: Queued) {
        self.lanes.entry(chat).or_default().queue.push(entry);
    }

    /// Leaves out unimportant requests in a group for which too much waits, and returns them.
    pub(super) fn shed(&mut self, chat: ChatId) -> Vec<Queued> {
        let lane = self.lanes.get_mut(&chat).filter(|_| chat.is_group());
        lane.map(|lane| lane.queue.shed()).unwrap_or_default()
    }

    /// Decides when a chat that is not busy sends next.
    pub(super) fn plan(&mut self, chat: ChatId, now: Timestamp) {
        let Some(lane) = self.lanes.get_mut(&chat) else { return };
        if matches!(lane.stage, Stage::Busy | Stage::Moving | Stage::Ready) {
            return;
        }
        if let Stage::Resting(until) = lane.stage {
            self.resting.remove(&(until, chat));
        }
        lane.stage = Stage::Idle;
        if self.unread & bit(chat) != 0 {
            return;
        }
        let earliest = if lane.queue.is_empty() {
            if lane.pace.is_rested(now) {
                self.lanes.remove(&chat);
                return;
            }
            now + REMEMBERED
        } else {
            lane.earliest(chat, self.rates.as_ref())
        };
        if earliest <= now {
            lane.stage = Stage::Ready;
            self.ready.push_back(chat);
        } else {
            lane.stage = Stage::Resting(earliest);
            self.resting.insert((earliest, chat));
        }
    }

    fn unplan(&mut self, chat: ChatId, stage: Stage) {
        match stage {
            Stage::Ready => self.ready.retain(|other| *other != chat),
            Stage::Resting(until) => {
                self.resting.remove(&(until, chat));
            }
            Stage::Idle | Stage::Busy | Stage::Moving => {}
        }
    }

    /// Takes the next request of the chat whose turn it is. The chat is busy until [`Lanes::free`].
    pub(super) fn next(&mut self, now: Timestamp) -> Option<Candidate> {
        while let Some(chat) = self.ready.pop_front() {
            let Some(lane) = self.lanes.get_mut(&chat) else { continue };
            let Some(entry) = lane.queue.pop() else {
                lane.stage = Stage::Idle;
                continue;
            };
            lane.stage = Stage::Busy;
            return Some(Candidate { chat, entry, pace: lane.pace.clone(), at: now });
        }
        None
    }

    /// What was under way to a chat is over.
    pub(super) fn free(&mut self, chat: ChatId, now: Timestamp) {
        if let Some(lane) = self.lanes.get_mut(&chat) {
            if lane.stage == Stage::Busy {
                lane.stage = Stage::Idle;
            }
            self.plan(chat, now);
        }
    }

    /// Puts a request of a chat whose turn it was back where it was, or into the supergroup that the group has become
    /// meanwhile, to be sent from a time on.
    pub(super) fn put_back(&mut self, chat: ChatId, entry: Queued, from: Timestamp, now: Timestamp) {
        let to = self.moved_to(chat).unwrap_or(chat);
        let lane = self.lanes.entry(to).or_default();
        lane.pace.hold_until(from);
        lane.queue.put_back(entry);
        // A supergroup may have something of its own under way.
        if to == chat { self.free(chat, now) } else { self.plan(to, now) }
    }

    /// Lets go on those who have rested.
    pub(super) fn wake(&mut self, now: Timestamp) {
        while let Some((until, chat)) = self.resting.first().copied()
            && until <= now
        {
            self.resting.remove(&(until, chat));
            if let Some(lane) = self.lanes.get_mut(&chat) {
                lane.stage = Stage::Idle;
            }
            self.plan(chat, now);
        }
    }

    pub(super) fn has_ready(&self) -> bool {
        !self.ready.is_empty()
    }

    /// When the next chat has rested.
    pub(super) fn next_rested(&self) -> Option<Timestamp> {
        self.resting.first().map(|(until, _)| *until)
    }

    /// A message is about to go out.
    pub(super) fn sent(&mut self, chat: ChatId, now: Timestamp) {
        if let Some(lane) = self.lanes.get_mut(&chat) {
            lane.pace.sent(chat, self.rates.as_ref(), now);
        }
    }

    /// The pace after a request that was booked: see [`ChatPace::follow`].
    pub(super) fn follow(&mut self, chat: ChatId, pace: ChatPace) {
        if let Some(lane) = self.lanes.get_mut(&chat) {
            lane.pace.follow(pace);
        }
    }

    /// Other bots have written to the chat at this pace.
    pub(super) fn join(&mut self, chat: ChatId, pace: ChatPace, now: Timestamp) {
        if !pace.is_rested(now) {
            self.lanes.entry(chat).or_default().pace.join(pace);
            self.plan(chat, now);
        }
    }

    /// A request to the chat went through: the next failure is a first one.
    pub(super) fn got_through(&mut self, chat: ChatId) {
        if let Some(lane) = self.lanes.get_mut(&chat) {
            lane.backoff.reset();
        }
    }

    /// How long to wait before the next attempt.
    pub(super) fn pause(&mut self, chat: ChatId) -> Duration {
        self.lanes.get_mut(&chat).map_or_else(|| Backoff::for_network().pause(), |lane| lane.backoff.pause())
    }

    /// Takes everything that waits for a chat.
    pub(super) fn drain(&mut self, chat: ChatId) -> Vec<Queued> {
        self.lanes.get_mut(&chat).map(|lane| lane.queue.drain()).unwrap_or_default()
    }

    /// Drops requests with no rows left, and returns the rows they stood for.
    pub(super) fn keep(&mut self, is_there: impl Fn(i64) -> bool, now: Timestamp) -> Vec<i64> {
        let (mut gone, mut changed) = (Vec::new(), Vec::new());
        for (chat, lane) in &mut self.lanes {
            let of_this = lane.queue.keep(&is_there);
            if !of_this.is_empty() {
                changed.push(*chat);
                gone.extend(of_this);
            }
        }
        changed.into_iter().for_each(|chat| self.plan(chat, now));
        gone
    }

    /// Only the chats of the partitions in `kept` stay as they are; those of `share` are read before anything goes to
    /// them, the others are another bot's. What is under way goes on. Returns the rows that no longer wait here.
    pub(super) fn take_share(&mut self, share: u64, kept: u64) -> Vec<i64> {
        self.unread = (self.unread & kept) | (share & !kept);
        let mut forgotten = Vec::new();
        let mut left = Vec::new();
        for (chat, lane) in self.lanes.iter_mut().filter(|(chat, _)| kept & bit(**chat) == 0) {
            let rows = lane.queue.drain();
            forgotten.extend(rows.iter().flat_map(Queued::seqs));
            if lane.stage != Stage::Busy {
                left.push((*chat, lane.stage));
            }
        }
        for (chat, stage) in left {
            self.unplan(chat, stage);
            self.lanes.remove(&chat);
        }
        forgotten
    }

    /// The outbox has been read for the whole share; its rows have been added.
    pub(super) fn have_read(&mut self, now: Timestamp) {
        let unread = std::mem::take(&mut self.unread);
        let chats: Vec<ChatId> = self.lanes.keys().copied().filter(|chat| unread & bit(*chat) != 0).collect();
        chats.into_iter().for_each(|chat| self.plan(chat, now));
    }

    /// The partitions of chats with something under way.
    pub(super) fn busy(&self) -> u64 {
        let busy = self.lanes.iter().filter(|(_, lane)| lane.stage == Stage::Busy);
        busy.fold(0, |mask, (chat, _)| mask | bit(*chat))
    }

    /// A group has become a supergroup: what waits for it goes there.
    pub(super) fn move_to(&mut self, from: ChatId, to: ChatId, now: Timestamp) {
        self.moved.insert(from, to);
        let Some(mut lane) = self.lanes.remove(&from) else { return };
        self.unplan(from, lane.stage);
        let target = self.lanes.entry(to).or_default();
        lane.queue.drain().into_iter().for_each(|entry| target.queue.put_back(entry));
        self.plan(to, now);
    }

    /// Telegram says that a group has another id, which the engine does not know yet: it waits until then.
    pub(super) fn wait_for_move(&mut self, chat: ChatId, entry: Queued) {
        if let Some(lane) = self.lanes.get_mut(&chat) {
            lane.queue.put_back(entry);
            lane.stage = Stage::Moving;
        }
    }

    /// The supergroup that a group has become.
    pub(super) fn moved_to(&self, chat: ChatId) -> Option<ChatId> {
        self.moved.get(&chat).copied()
    }
}

impl Lane {
    /// When its next request may go; it may lie in the past.
    fn earliest(&self, chat: ChatId, rates: Option<&Rates>) -> Timestamp {
        // In private nothing is held up by others.
        let priority = if chat.is_group() { self.queue.priority() } else { Priority::Quiz };
        let earliest = if self.queue.ends_poll() {
            self.pace.earliest_uncounted()
        } else {
            self.pace.earliest(chat, priority, rates)
        };
        self.queue.others_until().map_or(earliest, |until| earliest.max(until))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outbox::queue::tests::outgoing;
    use crate::storage::OutboxRow;

    const CHAT: ChatId = ChatId(7);
    const NOW: Timestamp = Timestamp(1_000_000);

    fn entry(seq: i64) -> Queued {
        let outgoing = outgoing(&seq.to_string());
        OutboxRow { seq, chat: CHAT, created_at: NOW, outgoing, begun_at: None }.into()
    }

    fn next(lanes: &mut Lanes) -> Option<i64> {
        lanes.next(NOW).map(|turn| turn.entry.first_seq())
    }

    #[test]
    fn a_chat_has_one_request_under_way() {
        let mut lanes = Lanes::new(None);
        lanes.push(CHAT, entry(1));
        lanes.push(CHAT, entry(2));
        lanes.plan(CHAT, NOW);
        assert_eq!((next(&mut lanes), next(&mut lanes)), (Some(1), None));
        assert_eq!(lanes.busy(), bit(CHAT));
        lanes.free(CHAT, NOW);
        assert_eq!((next(&mut lanes), lanes.busy()), (Some(2), bit(CHAT)));
        lanes.free(CHAT, NOW);
        assert_eq!((next(&mut lanes), lanes.busy()), (None, 0));
    }

    #[test]
    fn what_is_put_back_goes_first_when_its_time_has_come() {
        let mut lanes = Lanes::new(None);
        lanes.push(CHAT, entry(1));
        lanes.push(CHAT, entry(2));
        lanes.plan(CHAT, NOW);
        let turn = lanes.next(NOW).expect("one is ready");
        let later = NOW + Duration::from_secs(3);
        lanes.put_back(CHAT, turn.entry, later, NOW);
        assert_eq!((next(&mut lanes), lanes.next_rested()), (None, Some(later)));
        lanes.wake(later);
        assert_eq!(next(&mut lanes), Some(1));
    }

    #[test]
    fn of_a_chat_that_comes_from_another_bot_all_is_read_before_anything_goes() {
        let mut lanes = Lanes::new(None);
        lanes.take_share(u64::MAX, 0);
        lanes.push(CHAT, entry(2));
        lanes.plan(CHAT, NOW);
        assert_eq!(next(&mut lanes), None);
        lanes.push(CHAT, entry(1));
        lanes.have_read(NOW);
        assert_eq!(next(&mut lanes), Some(1));
    }

    #[test]
    fn a_chat_that_goes_to_another_bot_is_forgotten_but_for_what_is_under_way() {
        let mut lanes = Lanes::new(None);
        let other = ChatId(8);
        for (chat, seq) in [(CHAT, 1), (CHAT, 2), (other, 3)] {
            lanes.push(chat, entry(seq));
            lanes.plan(chat, NOW);
        }
        assert_eq!(next(&mut lanes), Some(1));
        let mut forgotten = lanes.take_share(0, 0);
        forgotten.sort_unstable();
        assert_eq!((forgotten, lanes.busy(), lanes.has_ready()), (vec![2, 3], bit(CHAT), false));
        lanes.free(CHAT, NOW);
        assert_eq!((lanes.busy(), next(&mut lanes)), (0, None));
    }

    #[test]
    fn what_is_done_elsewhere_is_no_longer_waited_for() {
        let mut lanes = Lanes::new(None);
        let until = NOW + Duration::from_secs(10);
        lanes.push(CHAT, Queued { others_until: Some(until), ..entry(1) });
        lanes.push(CHAT, entry(2));
        lanes.plan(CHAT, NOW);
        assert_eq!((next(&mut lanes), lanes.next_rested()), (None, Some(until)));
        assert_eq!(lanes.keep(|seq| seq != 1, NOW), [1]);
        assert_eq!(next(&mut lanes), Some(2));
    }

    #[test]
    fn what_waits_for_a_group_goes_to_the_supergroup() {
        let mut lanes = Lanes::new(None);
        let (group, supergroup) = (ChatId(-5), ChatId(-1_000_000_000_005));
        lanes.push(group, entry(1));
        lanes.push(group, entry(2));
        lanes.plan(group, NOW);
        let turn = lanes.next(NOW).expect("one is ready");
        lanes.wait_for_move(group, turn.entry);
        lanes.free(group, NOW);
        assert_eq!(next(&mut lanes), None);
        lanes.move_to(group, supergroup, NOW);
        assert_eq!(lanes.moved_to(group), Some(supergroup));
        let turn = lanes.next(NOW).expect("it goes on");
        assert_eq!((turn.chat, turn.entry.first_seq()), (supergroup, 1));
        // What was still under way to the former id comes back while the supergroup is busy.
        lanes.put_back(group, entry(0), NOW, NOW);
        assert_eq!((next(&mut lanes), lanes.busy()), (None, bit(supergroup)));
        lanes.free(supergroup, NOW);
        assert_eq!(next(&mut lanes), Some(0));
    }
}
