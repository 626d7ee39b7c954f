//! What waits to be sent to one chat, and which goes next.

use std::collections::{HashMap, VecDeque};

use super::express::Express;
use crate::chat::{Key, MessageRef, Outgoing, PersonId, Priority, Request};
use crate::storage::OutboxRow;
use crate::time::Timestamp;

/// A request with the rows of the outbox that it stands for: more than one where edits were merged.
#[derive(Debug, Clone)]
pub(crate) struct Queued {
    /// Ordered; the last row is the one whose content counts.
    pub(crate) rows: Vec<QueuedRow>,
    pub(crate) created_at: Timestamp,
    pub(crate) outgoing: Outgoing,
    /// A poll that was to be stopped before it was sent: nothing is left to do.
    pub(crate) is_called_off: bool,
    /// Another bot has begun it, and may have it under way until then.
    pub(crate) others_until: Option<Timestamp>,
}

/// One row of an entry, and the key under which it expects its result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct QueuedRow {
    pub(crate) seq: i64,
    pub(crate) report: Option<Key>,
}

/// From this many messages waiting for a group, unimportant ones are left out: they would come minutes late, and hold
/// up the rest.
const MOST_WAITING: usize = 10;

/// The requests of one chat in the order of their steps.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    entries: VecDeque<Queued>,
    /// When each person's turn was last, counted in turns. Empty where nothing waits.
    turns: HashMap<Option<PersonId>, u64>,
    n_turns: u64,
}

impl From<OutboxRow> for Queued {
    fn from(row: OutboxRow) -> Queued {
        let report = row.outgoing.key.clone().filter(|_| row.outgoing.report);
        Queued {
            rows: vec![QueuedRow { seq: row.seq, report }],
            created_at: row.created_at,
            outgoing: row.outgoing,
            is_called_off: false,
            others_until: None,
        }
    }
}

impl Queued {
    /// The numbers of its rows.
    pub(crate) fn seqs(&self) -> impl Iterator<Item = i64> {
        self.rows.iter().map(|row| row.seq)
    }

    pub(crate) fn first_seq(&self) -> i64 {
        self.rows[0].seq
    }

    /// Whether Telegram counts it against its rates: it counts what puts something into a chat.
    pub(crate) fn is_counted(&self) -> bool {
        !self.is_called_off
            && matches!(
                self.outgoing.request,
                Request::Message { .. }
                    | Request::ForceReply { .. }
                    | Request::Edit { .. }
                    | Request::EditButtons { .. }
                    | Request::Poll { .. }
            )
    }

    fn is_chatter(&self) -> bool {
        self.outgoing.priority == Priority::Chatter
    }

    fn is_stop(&self) -> bool {
        matches!(self.outgoing.request, Request::StopPoll { .. })
    }

    /// Whether it waits for nothing else in its chat.
    pub(crate) fn express(&self) -> Option<Express> {
        match self.outgoing.request {
            Request::AnswerTap { .. }
            | Request::AnswerInline { .. }
            | Request::AnswerGuest { .. }
            | Request::AskAdmin { .. }
            | Request::AskConnection { .. }
            | Request::SetCommands { .. }
            | Request::AddPhrasing { .. }
            | Request::ChangeFolder { .. } => Some(Express::Urgent),
            Request::AskMember { .. } => Some(Express::Inquiry),
            _ => None,
        }
    }

    /// The message that it changes.
    fn target(&self) -> Option<&MessageRef> {
        match &self.outgoing.request {
            Request::Edit { message, .. }
            | Request::EditButtons { message, .. }
            | Request::Delete { message }
            | Request::StopPoll { message } => Some(message),
            _ => None,
        }
    }

    fn reply_to(&self) -> Option<&MessageRef> {
        match &self.outgoing.request {
            Request::Message { reply_to, .. }
            | Request::ForceReply { reply_to, .. }
            | Request::Poll { reply_to, .. } => reply_to.as_ref(),
            _ => None,
        }
    }

    /// Whether `self` must wait for `earlier`: it changes or replies to what `earlier` sends or changes.
    fn depends_on(&self, earlier: &Queued) -> bool {
        let same_key = |message: Option<&MessageRef>| match (message, &earlier.outgoing.key) {
            (Some(MessageRef::Key(key)), Some(sent)) => key == sent,
            _ => false,
        };
        same_key(self.target())
            || same_key(self.reply_to())
            || (self.target().is_some() && self.target() == earlier.target())
    }

    fn is_edit(&self) -> bool {
        matches!(self.outgoing.request, Request::Edit { .. } | Request::EditButtons { .. })
    }

    /// Takes over a later edit of the same message.
    fn merge(&mut self, later: Queued) {
        self.rows.extend(later.rows);
        self.others_until = self.others_until.max(later.others_until);
        self.outgoing.priority = self.outgoing.priority.min(later.outgoing.priority);
        self.outgoing.request = match (self.outgoing.request.clone(), later.outgoing.request) {
            (Request::Edit { message, text, or_reply_to, .. }, Request::EditButtons { buttons, .. }) => {
                Request::Edit { message, text, buttons, or_reply_to }
            }
            (_, later) => later,
        };
    }
}

impl Queue {
    /// Adds a request, in the order of the outbox; an edit is merged with one of the same message that waits before it.
    pub(crate) fn push(&mut self, entry: Queued) {
        if entry.is_edit() {
            let is_earlier = |other: &&mut Queued| other.first_seq() < entry.first_seq();
            let earlier = self.entries.iter_mut().filter(is_earlier);
            let former = earlier.rev().find(|other| entry.depends_on(other));
            if let Some(former) = former
                && former.is_edit()
                && former.target() == entry.target()
            {
                former.merge(entry);
                return;
            }
        }
        self.put_back(entry);
    }

    /// Puts back a request that could not be sent yet, where it was.
    pub(crate) fn put_back(&mut self, entry: Queued) {
        let place = self.entries.iter().rposition(|other| other.first_seq() < entry.first_seq());
        self.entries.insert(place.map_or(0, |before| before + 1), entry);
    }

    /// Takes the next request: the end of a poll first, then by urgency and in turn among people, except that none
    /// overtakes what it depends on. A poll whose stop waits behind it is called off, together with the stop.
    pub(crate) fn pop(&mut self) -> Option<Queued> {
        let mut entry = self.pop_in_order()?;
        if let Some(stop) = self.take_stop_of(&entry) {
            entry.rows.extend(stop.rows);
            entry.is_called_off = true;
        }
        Some(entry)
    }

    fn take_stop_of(&mut self, poll: &Queued) -> Option<Queued> {
        let index = self.stop_of(poll)?;
        self.entries.remove(index)
    }

    fn stop_of(&self, poll: &Queued) -> Option<usize> {
        if !matches!(poll.outgoing.request, Request::Poll { .. }) {
            return None;
        }
        self.entries.iter().position(|other| other.is_stop() && other.depends_on(poll))
    }

    /// The first request that ends a poll and need not wait: Telegram does not count it, and until then people vote in vain.
    fn end_of_poll(&self) -> Option<usize> {
        (0..self.entries.len()).find(|index| {
            let entry = &self.entries[*index];
            (entry.is_stop() || self.stop_of(entry).is_some()) && !self.is_blocked(*index)
        })
    }

    /// Whether a request is waiting that Telegram does not count.
    pub(crate) fn ends_poll(&self) -> bool {
        self.end_of_poll().is_some()
    }

    /// The most urgent request that depends on no earlier one; among equals, that of the person who waits longest for
    /// their turn, and of theirs the oldest.
    fn next(&self) -> Option<usize> {
        if let Some(index) = self.end_of_poll() {
            return Some(index);
        }
        let rank = |index: &usize| {
            let outgoing = &self.entries[*index].outgoing;
            (outgoing.priority, self.turns.get(&outgoing.asker).copied().unwrap_or(0), *index)
        };
        let first = (0..self.entries.len()).min_by_key(rank)?;
        if !self.is_blocked(first) {
            return Some(first);
        }
        let mut ranked: Vec<usize> = (0..self.entries.len()).collect();
        ranked.sort_by_key(rank);
        ranked.into_iter().find(|index| !self.is_blocked(*index))
    }

    fn is_blocked(&self, index: usize) -> bool {
        let entry = &self.entries[index];
        self.entries.iter().take(index).any(|earlier| entry.depends_on(earlier))
    }

    fn pop_in_order(&mut self) -> Option<Queued> {
        let entry = self.next().and_then(|index| self.entries.remove(index))?;
        self.n_turns += 1;
        self.turns.insert(entry.outgoing.asker, self.n_turns);
        if self.entries.is_empty() {
            self.turns.clear();
        }
        Some(entry)
    }

    /// Until when another bot may have something of this chat under way: it must not come after what is sent then.
    pub(crate) fn others_until(&self) -> Option<Timestamp> {
        self.entries.iter().filter_map(|entry| entry.others_until).max()
    }

    /// How urgent the next request is.
    pub(crate) fn priority(&self) -> Priority {
        self.next().map_or(Priority::Chatter, |index| self.entries[index].outgoing.priority)
    }

    /// Leaves out unimportant requests where too much waits: of the person with the most of them, the newest first.
    /// Returns what is no longer to be sent.
    pub(crate) fn shed(&mut self) -> Vec<Queued> {
        let mut shed = Vec::new();
        while self.entries.iter().filter(|entry| entry.is_counted()).count() > MOST_WAITING {
            let mut n_of: HashMap<Option<PersonId>, usize> = HashMap::new();
            for entry in self.entries.iter().filter(|entry| entry.is_chatter()) {
                *n_of.entry(entry.outgoing.asker).or_default() += 1;
            }
            let chatter = (0..self.entries.len()).filter(|index| self.entries[*index].is_chatter());
            let most = chatter.max_by_key(|index| (n_of[&self.entries[*index].outgoing.asker], *index));
            let Some(entry) = most.and_then(|index| self.entries.remove(index)) else { break };
            shed.push(entry);
        }
        shed
    }

    /// Drops the requests with no rows left, and returns the rows they stood for.
    pub(crate) fn keep(&mut self, is_there: impl Fn(i64) -> bool) -> Vec<i64> {
        let mut dropped = Vec::new();
        self.entries.retain(|entry| {
            let stays = entry.seqs().any(&is_there);
            if !stays {
                dropped.extend(entry.seqs());
            }
            stays
        });
        dropped
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Takes everything.
    pub(crate) fn drain(&mut self) -> Vec<Queued> {
        self.entries.drain(..).collect()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::chat::{ChatId, MessageId};
    use crate::rich_text::RichText;

    /// A message to be sent under its own text as its key.
    pub(in crate::outbox) fn outgoing(text: &str) -> Outgoing {
        keyed(Some(text), Priority::Prompt, message(text, None))
    }

    fn keyed(key: Option<&str>, priority: Priority, request: Request) -> Outgoing {
        let key = key.map(|key| Key(key.into()));
        Outgoing { key, business: None, thread: None, request, priority, asker: None, report: false }
    }

    fn plain(text: &str) -> RichText {
        RichText { text: text.into(), entities: Vec::new() }
    }

    fn entry(seq: i64, key: Option<&str>, priority: Priority, request: Request) -> Queued {
        let outgoing = keyed(key, priority, request);
        OutboxRow { seq, chat: ChatId(1), created_at: Timestamp(0), outgoing, begun_at: None }.into()
    }

    fn message(text: &str, reply_to: Option<&str>) -> Request {
        let reply_to = reply_to.map(|key| MessageRef::Key(Key(key.into())));
        Request::Message {
            text: plain(text),
            buttons: Vec::new(),
            reply_to,
            only_as_reply: false,
            silent: false,
            picture: None,
        }
    }

    fn edit(of: &str, text: &str) -> Request {
        let message = MessageRef::Key(Key(of.into()));
        Request::Edit { message, text: plain(text), buttons: Vec::new(), or_reply_to: None }
    }

    fn order(queue: &mut Queue) -> Vec<Vec<i64>> {
        std::iter::from_fn(|| queue.pop())
            .map(|entry| entry.rows.iter().map(|row| row.seq).collect())
            .collect()
    }

    const PROMPT: Priority = Priority::Prompt;
    const HOUSEKEEPING: Priority = Priority::Housekeeping;

    #[test]
    fn prompt_requests_go_first_and_keep_their_order() {
        let mut queue = Queue::default();
        queue.push(entry(1, None, HOUSEKEEPING, message("a", None)));
        queue.push(entry(2, None, PROMPT, message("b", None)));
        queue.push(entry(3, None, PROMPT, message("c", None)));
        assert_eq!(order(&mut queue), [[2], [3], [1]]);
    }

    #[test]
    fn nothing_overtakes_what_it_depends_on() {
        let mut queue = Queue::default();
        queue.push(entry(1, None, HOUSEKEEPING, message("chatter", None)));
        queue.push(entry(2, Some("lobby"), HOUSEKEEPING, message("lobby", None)));
        queue.push(entry(3, None, PROMPT, edit("lobby", "two are in")));
        queue.push(entry(4, None, PROMPT, message("go", Some("lobby"))));
        assert_eq!(order(&mut queue), [[1], [2], [3], [4]]);
    }

    #[test]
    fn waiting_edits_of_a_message_become_one() {
        let mut queue = Queue::default();
        queue.push(entry(1, None, HOUSEKEEPING, edit("lobby", "one")));
        queue.push(entry(2, None, PROMPT, message("other", None)));
        queue.push(entry(3, None, PROMPT, edit("lobby", "two")));
        let buttons =
            Request::EditButtons { message: MessageRef::Key(Key("lobby".into())), buttons: vec![vec![]] };
        queue.push(entry(4, None, HOUSEKEEPING, buttons));
        let merged = queue.pop().expect("there is one");
        assert_eq!(merged.rows.iter().map(|row| row.seq).collect::<Vec<_>>(), [1, 3, 4]);
        assert!(matches!(
            merged.outgoing.request,
            Request::Edit { text, buttons, .. } if text == plain("two") && buttons.len() == 1
        ));
        assert_eq!(order(&mut queue), [[2]]);
    }

    #[test]
    fn an_edit_is_not_merged_across_the_deletion_of_its_message() {
        let mut queue = Queue::default();
        let message = MessageRef::Id(MessageId(5));
        let edit = |text| Request::Edit {
            message: message.clone(),
            text: plain(text),
            buttons: Vec::new(),
            or_reply_to: None,
        };
        queue.push(entry(1, None, PROMPT, edit("one")));
        queue.push(entry(2, None, PROMPT, Request::Delete { message: message.clone() }));
        queue.push(entry(3, None, PROMPT, edit("two")));
        assert_eq!(order(&mut queue), [[1], [2], [3]]);
    }

    #[test]
    fn a_poll_is_called_off_when_its_stop_waits_behind_it() {
        let poll = |seq, key| {
            let request = Request::Poll {
                question: "?".into(),
                options: vec!["a".into(), "b".into()],
                correct: vec![0],
                explanation: plain(""),
                seconds: 20,
                reply_to: None,
                picture: None,
                explanation_picture: None,
            };
            entry(seq, Some(key), PROMPT, request)
        };
        let stop = |key: &str| Request::StopPoll { message: MessageRef::Key(Key(key.into())) };
        let mut queue = Queue::default();
        queue.push(poll(1, "first"));
        let under_way = queue.pop().expect("there is one");
        assert!(!under_way.is_called_off && under_way.is_counted());
        queue.push(entry(2, None, PROMPT, stop("another")));
        queue.push(entry(3, None, PROMPT, stop("first")));
        queue.push(poll(4, "second"));
        // It did not get through, and is no longer wanted.
        queue.put_back(under_way);
        let first = queue.pop().expect("there are four");
        assert!(first.is_called_off && !first.is_counted());
        assert_eq!(first.rows.iter().map(|row| row.seq).collect::<Vec<_>>(), [1, 3]);
        assert!(std::iter::from_fn(|| queue.pop()).all(|entry| !entry.is_called_off));
    }

    #[test]
    fn a_poll_is_stopped_before_anything_else_is_said() {
        let stop = Request::StopPoll { message: MessageRef::Key(Key("poll".into())) };
        let mut queue = Queue::default();
        queue.push(entry(1, None, PROMPT, message("an answer", None)));
        assert!(!queue.ends_poll());
        queue.push(entry(2, None, PROMPT, stop));
        assert!(queue.ends_poll());
        assert_eq!(order(&mut queue), [[2], [1]]);
    }

    fn entry_of(seq: i64, asker: i64, priority: Priority) -> Queued {
        let mut entry = entry(seq, None, priority, message("x", None));
        entry.outgoing.asker = Some(PersonId(asker));
        entry
    }

    #[test]
    fn everybody_has_their_turn_and_a_quiz_goes_first() {
        let mut queue = Queue::default();
        for seq in 1..=4 {
            queue.push(entry_of(seq, 1, PROMPT));
        }
        queue.push(entry_of(5, 2, PROMPT));
        queue.push(entry_of(6, 2, PROMPT));
        queue.push(entry_of(7, 3, Priority::Quiz));
        assert_eq!(queue.priority(), Priority::Quiz);
        assert_eq!(order(&mut queue), [[7], [1], [5], [2], [6], [3], [4]]);
    }

    #[test]
    fn what_is_worth_little_is_left_out_where_too_much_waits() {
        let mut queue = Queue::default();
        for seq in 1..=30 {
            queue.push(entry_of(seq, 1 + seq % 3, Priority::Chatter));
        }
        queue.push(entry_of(31, 4, Priority::Chatter));
        queue.push(entry_of(32, 5, PROMPT));
        let shed = queue.shed();
        assert_eq!(shed.len(), 22);
        // The person who floods loses first; the answer and the bystander's word are left.
        assert!(shed.iter().all(|entry| entry.first_seq() < 31), "{shed:?}");
        assert_eq!(order(&mut queue)[0], [32]);

        let mut answers = Queue::default();
        for seq in 1..=30 {
            answers.push(entry_of(seq, 1, PROMPT));
        }
        assert!(answers.shed().is_empty(), "an answer is never left out");
    }

    #[test]
    fn what_is_put_back_keeps_its_place() {
        let mut queue = Queue::default();
        for seq in 1..=3 {
            queue.push(entry(seq, None, PROMPT, message("x", None)));
        }
        let first = queue.pop().expect("there are three");
        queue.put_back(first);
        assert_eq!(order(&mut queue), [[1], [2], [3]]);
    }
}
