//! Requests that wait for nothing else in their chat: Telegram does not count them.

use std::collections::VecDeque;

use super::queue::Queued;
use crate::chat::ChatId;

/// The two kinds of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Express {
    /// Somebody waits for it: a little clock turns on a button.
    Urgent,
    /// Whether somebody is in a group. A crowd may come at once, and nobody waits.
    Inquiry,
}

/// Those of one kind: how many are under way, and those waiting for room.
#[derive(Debug)]
pub(super) struct ExpressQueue {
    waiting: VecDeque<(ChatId, Queued)>,
    n_under_way: usize,
    most_under_way: usize,
}

impl ExpressQueue {
    pub(super) fn new(most_under_way: usize) -> ExpressQueue {
        ExpressQueue { waiting: VecDeque::new(), n_under_way: 0, most_under_way }
    }

    pub(super) fn push(&mut self, chat: ChatId, entry: Queued) {
        self.waiting.push_back((chat, entry));
    }

    /// The next one, if there is room for it; it counts as under way.
    pub(super) fn begin(&mut self) -> Option<(ChatId, Queued)> {
        if self.n_under_way >= self.most_under_way {
            return None;
        }
        let next = self.waiting.pop_front()?;
        self.n_under_way += 1;
        Some(next)
    }

    /// One that was put off is under way again, and keeps its place.
    pub(super) fn resume(&mut self) {
        self.n_under_way += 1;
    }

    pub(super) fn ended(&mut self) {
        self.n_under_way -= 1;
    }

    pub(super) fn n_under_way(&self) -> usize {
        self.n_under_way
    }

    /// Gives up the chats that are not kept, and returns what waited for them.
    pub(super) fn give_up(&mut self, is_kept: impl Fn(ChatId) -> bool) -> Vec<Queued> {
        let (kept, given_up) =
            std::mem::take(&mut self.waiting).into_iter().partition(|(chat, _)| is_kept(*chat));
        self.waiting = kept;
        let given_up: VecDeque<(ChatId, Queued)> = given_up;
        given_up.into_iter().map(|(_, entry)| entry).collect()
    }
}
