//! A chat on paper: people act by script, the bot's effects are written down as a person would see them.

mod business;
mod cast;
mod database;
mod folder;
mod messages;
mod paper;
mod people;
mod script;
mod telegram;

use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use faqbot::chat::{
    Chance, ChatId, ChatKind, Context, Conversation, Effect, Event, Library, Me, MessageId, PersonId, Record,
    ThreadId, step,
};
use faqbot::time::Timestamp;

use super::forms;
use business::Business;
use cast::Cast;
use database::Database;
use folder::Folder;
pub(crate) use folder::library;
use messages::Messages;
use paper::Paper;
use telegram::Telegram;

/// Monday, 2026-06-01, 12:00 UTC.
const START: Timestamp = Timestamp(1_780_315_200_000);

pub(crate) struct Stage<'a> {
    folder: Folder<'a>,
    me: Me,
    kind: ChatKind,
    thread: Option<ThreadId>,
    /// The message that a chain of replies begins with.
    chain: Option<MessageId>,
    conversation: Conversation,
    business: Business,
    now: Timestamp,
    cast: Cast,
    messages: Messages,
    telegram: Telegram,
    database: Database,
    paper: Paper,
}

impl<'a> Stage<'a> {
    /// A chat with a bot that has this library, made from this folder.
    pub(crate) fn new(folder: &'a Path, library: &Rc<Library>) -> Self {
        Stage {
            folder: Folder::new(folder, library),
            me: Me { id: PersonId(1), username: "library_bot".into(), reads_all_group_messages: false },
            kind: ChatKind::Private,
            thread: None,
            chain: None,
            conversation: Conversation::default(),
            business: Business::default(),
            now: START,
            cast: Cast::default(),
            messages: Messages::default(),
            telegram: Telegram::default(),
            database: Database::default(),
            paper: Paper::default(),
        }
    }

    /// Plays the comments and `>` lines of a script, and writes the whole chat down again.
    pub(crate) fn replay(mut self, script: &str) -> String {
        for line in script.lines() {
            if let Some(act) = line.strip_prefix("> ") {
                self.paper.act(line);
                self.act(act);
            } else if line.starts_with('#') {
                self.paper.comment(line);
            }
        }
        self.paper.as_str().to_owned()
    }

    /// Lets time pass, with every tick that falls due on the way.
    fn wait(&mut self, time: Duration) {
        let end = self.now + time;
        // A due time in the past would tick for ever.
        for _ in 0..1_000 {
            match self.conversation.due() {
                Some(due) if due <= end => {
                    self.now = self.now.max(due);
                    self.event(Event::Tick);
                }
                _ => break,
            }
        }
        self.now = end;
    }

    fn event(&mut self, mut event: Event) {
        let message = match &event {
            Event::Message(message) | Event::Edited(message) => message.id,
            Event::Tap(tap) => tap.message,
            _ => MessageId(0),
        };
        if let Some(chance) = event.chance_mut() {
            // Different from message to message, and the same in each run.
            let (time, message) = (self.now.0.unsigned_abs(), message.0.unsigned_abs());
            *chance = Chance { seed: time ^ message.rotate_left(32), name: time ^ (message << 44) };
        }
        forms::note("event", &event);
        let library = self.folder.library.clone();
        let context = Context::new(&library, &self.me, &[PersonId(99)]);
        let conversation = std::mem::take(&mut self.conversation);
        let (conversation, effects) = step(context, conversation, event, self.now);
        forms::note("state", &conversation);
        self.conversation = conversation;
        for effect in effects {
            match effect {
                Effect::Send(outgoing) => {
                    forms::note("request", &outgoing);
                    self.carry_out(outgoing);
                }
                Effect::Record(Record::Tell { chat, event }) => {
                    self.step_in(chat == ChatId::of_connection("olga"), *event);
                }
                Effect::Record(record) => self.database.record(record, self.now, &mut self.paper),
                Effect::Read(read) => {
                    let rows = self.database.look_up(&read, &self.messages, self.now);
                    self.event(Event::Rows { read, rows });
                }
            }
        }
    }
}
