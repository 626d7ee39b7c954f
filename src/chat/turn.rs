//! One step under way: the state as it becomes, and what is asked for so far.

use super::conversation::{Context, Conversation};
use super::{Effect, Outgoing, Record, Tap};
use crate::rich_text::RichText;
use crate::texts::{Text, Texts, Value};
use crate::time::Timestamp;

pub(super) struct Turn<'a> {
    pub(super) context: Context<'a>,
    pub(super) now: Timestamp,
    pub(super) conversation: Conversation,
    pub(super) effects: Vec<Effect>,
}

impl<'a> Turn<'a> {
    pub(super) fn texts(&self) -> &'a Texts {
        &self.context.library.texts
    }

    pub(super) fn say(&self, text: Text, values: &[(&str, Value)]) -> RichText {
        self.texts().say(text, values)
    }

    pub(super) fn label(&self, text: Text) -> String {
        self.texts().label(text, &[])
    }

    pub(super) fn send(&mut self, outgoing: Outgoing) {
        self.effects.push(Effect::Send(outgoing));
    }

    pub(super) fn record(&mut self, record: Record) {
        self.effects.push(Effect::Record(record));
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
        self.send(Outgoing::toast(tap, &self.texts().label(text, values), true));
    }
}
