//! One step under way: what it may look at, and what is asked for so far.

use std::time::Duration;

use super::callback_data::mark_language;
use super::ephemeral::Ephemeral;
use super::{
    ChatKind, Context, Effect, Key, Message, Outgoing, PersonId, Priority, Read, Record, Request, Tap,
};
use crate::rich_text::RichText;
use crate::texts::{Text, Value};
use crate::time::Timestamp;

/// Handed to every owner of state: it says what is to happen, and keeps nothing of the chat but which messages
/// are to be deleted later.
pub(super) struct Turn<'a> {
    pub(super) context: Context<'a>,
    pub(super) now: Timestamp,
    pub(super) ephemeral: Ephemeral,
    /// The person who caused the event.
    pub(super) asker: Option<PersonId>,
    /// The group has quiet hours: what is sent makes no sound.
    pub(super) is_quiet: bool,
    /// How long the notices of a group stay; `None`: for good.
    notice_lifetime: Option<Duration>,
    effects: Vec<Effect>,
}

impl<'a> Turn<'a> {
    pub(super) fn new(
        context: Context<'a>,
        now: Timestamp,
        ephemeral: Ephemeral,
        notice_lifetime: Option<Duration>,
    ) -> Turn<'a> {
        Turn { context, now, ephemeral, asker: None, is_quiet: false, notice_lifetime, effects: Vec::new() }
    }

    pub(super) fn done(self) -> (Ephemeral, Vec<Effect>) {
        (self.ephemeral, self.effects)
    }

    pub(super) fn say(&self, text: Text, values: &[(&str, Value)]) -> RichText {
        self.context.say(text, values)
    }

    pub(super) fn label(&self, text: Text) -> String {
        self.context.label(text)
    }

    pub(super) fn send(&mut self, mut outgoing: Outgoing) {
        outgoing.asker = self.asker;
        if self.is_quiet {
            outgoing = outgoing.silently();
        }
        if self.context.folder.has_several_languages()
            && let Request::Message { buttons, .. } | Request::Edit { buttons, .. } = &mut outgoing.request
        {
            mark_language(buttons, self.context.library.language());
        }
        self.effects.push(Effect::Send(outgoing));
    }

    /// Sends something that belongs to a quiz: before everything else.
    pub(super) fn send_first(&mut self, outgoing: Outgoing) {
        self.send(Outgoing { priority: Priority::Quiz, ..outgoing });
    }

    pub(super) fn record(&mut self, record: Record) {
        self.effects.push(Effect::Record(record));
    }

    pub(super) fn read(&mut self, read: Read) {
        self.effects.push(Effect::Read(read));
    }

    /// A reply with this text.
    pub(super) fn reply(&mut self, message: &Message, text: Text, values: &[(&str, Value)]) {
        self.send(Outgoing::reply(message, self.say(text, values)));
    }

    /// A short notice; in a group it is deleted after a while if the admins have set it.
    pub(super) fn notice(&mut self, message: &Message, text: Text, values: &[(&str, Value)]) {
        let key = Key(format!("notice:{}", message.id.0));
        self.send(Outgoing::reply(message, self.say(text, values)).key(key.clone()));
        self.delete_later(message.chat, key);
    }

    /// The message sent under this key is worth nothing after a while, and little now.
    pub(super) fn delete_later(&mut self, chat: ChatKind, key: Key) {
        for effect in &mut self.effects {
            if let Effect::Send(outgoing) = effect
                && outgoing.key.as_ref() == Some(&key)
                && matches!(outgoing.request, Request::Message { .. })
            {
                outgoing.priority = Priority::Chatter;
            }
        }
        if let Some(lifetime) = self.notice_lifetime
            && chat != ChatKind::Private
        {
            self.ephemeral.add(key, self.now + lifetime);
        }
    }

    /// Ends a tap without a word.
    pub(super) fn settle(&mut self, tap: &Tap) {
        self.send(Outgoing::toast(tap, "", false));
    }

    /// Ends a tap with a word that fades by itself.
    pub(super) fn toast(&mut self, tap: &Tap, text: Text) {
        self.send(Outgoing::toast(tap, &self.label(text), false));
    }

    /// Ends a tap with a word that the person has to close.
    pub(super) fn alert(&mut self, tap: &Tap, text: Text, values: &[(&str, Value)]) {
        self.send(Outgoing::toast(tap, &self.context.texts().label(text, values), true));
    }
}
