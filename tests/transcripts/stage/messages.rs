//! The messages of the chat.

use std::collections::BTreeMap;

use faqbot::chat::{Button, Key, MessageId, MessageRef, RepliedMessage};

#[derive(Default)]
pub(super) struct Messages {
    /// The last message's id.
    last: i64,
    ids: BTreeMap<Key, MessageId>,
    /// The bot's, by number.
    pub(super) posted: BTreeMap<MessageId, Posted>,
    /// What people wrote.
    written: BTreeMap<MessageId, String>,
}

#[derive(Clone)]
pub(super) struct Posted {
    pub(super) text: String,
    pub(super) buttons: Vec<Vec<Button>>,
    pub(super) reply_to: Option<MessageId>,
    /// For a poll: its key, and the indices of the right options.
    pub(super) poll: Option<(Key, Vec<usize>)>,
}

impl Messages {
    /// Splits `[what somebody wrote]: text`, and finds the message.
    pub(super) fn written_as(&self, rest: &str) -> (MessageId, String) {
        let (quote, text) = rest.split_once("]: ").expect("[what was written]: text");
        let quote = quote.trim_start_matches('[');
        let found = self.written.iter().rev().find(|(_, text)| *text == quote);
        (*found.unwrap_or_else(|| panic!("nobody wrote {quote:?}")).0, text.to_owned())
    }

    pub(super) fn resolve(&self, message: &MessageRef) -> Option<MessageId> {
        match message {
            MessageRef::Id(id) => Some(*id),
            MessageRef::Key(key) => self.ids.get(key).copied(),
        }
    }

    pub(super) fn next_id(&mut self) -> MessageId {
        self.last += 1;
        MessageId(self.last)
    }

    pub(super) fn replied(&self, id: MessageId) -> RepliedMessage {
        let posted = self.posted.get(&id).map(|it| it.text.clone());
        let mine = posted.is_some();
        RepliedMessage { id, mine, text: posted.or_else(|| self.written.get(&id).cloned()) }
    }

    /// Somebody wrote a message, or has changed it.
    pub(super) fn write(&mut self, id: MessageId, text: String) {
        self.written.insert(id, text);
    }

    /// Somebody has deleted what they wrote: replies to it reply to nothing.
    pub(super) fn delete_written(&mut self, id: MessageId) {
        self.written.remove(&id);
        let replies = self.posted.values_mut().filter(|posted| posted.reply_to == Some(id));
        replies.for_each(|posted| posted.reply_to = None);
    }

    /// The bot's message is in the chat.
    pub(super) fn post(&mut self, id: MessageId, key: Option<&Key>, posted: Posted) {
        if let Some(key) = key {
            self.ids.insert(key.clone(), id);
        }
        self.posted.insert(id, posted);
    }

    /// The bot's last message.
    pub(super) fn last_posted(&self) -> Option<MessageId> {
        self.posted.keys().next_back().copied()
    }

    pub(super) fn key_of(&self, message: MessageId) -> Option<Key> {
        self.ids.iter().find(|(_, id)| **id == message).map(|(key, _)| key.clone())
    }

    /// All stay behind, and so does what was known about them.
    pub(super) fn leave_behind(&mut self) {
        *self = Messages { last: self.last, ..Messages::default() };
    }
}
