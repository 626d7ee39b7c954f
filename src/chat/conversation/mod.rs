//! The state of one chat, and the step that moves it on.
//!
//! An event is handed to the owner of the state that it is about: here what Telegram and the database answer, in
//! [`messages`], [`taps`] and [`group`] what people do. [`admin_only`] holds back what only admins may do.

mod admin_only;
mod forgetting;
mod group;
mod messages;
mod taps;

use serde::{Deserialize, Serialize};

use super::admins::Admins;
use super::answers::Answers;
use super::business::{self, BusinessEvent, Customers};
use super::comments::Posts;
use super::daily::Daily;
use super::ephemeral::Ephemeral;
use super::language::ChatLanguage;
use super::misses::{Desk, PendingMisses};
use super::pace::Pace;
use super::play::{self, Play};
use super::practice::{self, Reminder};
use super::settings::Settings;
use super::turn::Turn;
use super::{
    Context, Done, Effect, Event, Failure, Key, KeyPurpose, MessageRef, Outgoing, Read, Request, Rows, guest,
    inline, items, owners,
};
use crate::time::Timestamp;
pub(super) use messages::by_owner;
use messages::pacer;

/// What the bot remembers of one chat between two events. An unknown chat has the default.
///
/// Each kind of state has an owner, which alone has access to it; here they are put together.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Conversation {
    settings: Settings,
    #[serde(skip_serializing_if = "ChatLanguage::is_default")]
    language: ChatLanguage,
    /// It has said hello to this group.
    greeted: bool,
    /// It is an admin of this group.
    admin: bool,
    pace: Pace,
    #[serde(rename = "answered")]
    answers: Answers,
    play: Play,
    #[serde(skip_serializing_if = "is_default")]
    daily: Daily,
    #[serde(skip_serializing_if = "is_default")]
    reminder: Reminder,
    #[serde(rename = "admin_asks")]
    admins: Admins,
    pending_misses: PendingMisses,
    #[serde(skip_serializing_if = "Desk::is_empty")]
    desk: Desk,
    #[serde(rename = "litter")]
    ephemeral: Ephemeral,
    #[serde(skip_serializing_if = "Posts::is_empty")]
    posts: Posts,
    /// In the conversation of a connection to a business account: what is known of its customers.
    #[serde(skip_serializing_if = "Option::is_none")]
    customers: Option<Box<Customers>>,
    /// In the private chat of an owner: their connection.
    #[serde(skip_serializing_if = "Option::is_none")]
    business: Option<business::Link>,
}

/// Advances one chat by one event.
///
/// Total: any event may come in any state. One that no longer applies (a tap on an old keyboard, an early
/// tick) changes nothing and asks for nothing.
pub fn step(
    context: Context<'_>,
    mut conversation: Conversation,
    event: Event,
    now: Timestamp,
) -> (Conversation, Vec<Effect>) {
    let context = conversation.language.context(context, &event);
    let ephemeral = std::mem::take(&mut conversation.ephemeral);
    let mut turn = Turn::new(context, now, ephemeral, conversation.settings.notice_lifetime());
    turn.is_quiet = conversation.settings.quiet_now(now).is_some();
    conversation.take_turn(&mut turn, event);
    let (ephemeral, effects) = turn.done();
    conversation.ephemeral = ephemeral;
    (conversation, effects)
}

impl Conversation {
    /// When the next [`Event::Tick`] is due.
    pub fn due(&self) -> Option<Timestamp> {
        let due = [
            self.play.due(),
            self.daily.due(),
            self.reminder.due(),
            self.ephemeral.due(),
            self.answers.due(),
            self.pace.due(),
            self.customers.as_ref().and_then(|it| it.due()),
        ];
        due.into_iter().flatten().min()
    }

    /// When the round that sent this poll has something to do next, or when the question of the day closes.
    pub fn due_of_poll(&self, poll: &Key) -> Option<Timestamp> {
        self.play.due_of_poll(poll).or_else(|| self.daily.due_of_poll(poll))
    }

    /// Hands an event to the owners of the state that it is about.
    fn take_turn(&mut self, turn: &mut Turn<'_>, mut event: Event) {
        self.posts.find_thread(&mut event);
        self.note_topic(&event);
        turn.asker = event.person().map(|person| person.id);
        match event {
            Event::Message(message) => self.message(turn, &message),
            Event::Edited(message) => self.edited(turn, &message),
            Event::Tap(tap) => self.tap(turn, &tap),
            Event::Vote(vote) => {
                self.daily.vote(turn, &vote);
                self.play.vote(turn, vote);
            }
            // Beyond that nothing is said: the list that is shown stays.
            Event::Inline(query) if !self.pace.allows_inline(query.person.id, turn.now) => {}
            Event::Inline(query) => inline::answer(turn, &query),
            Event::Guest(query) => {
                // There is nowhere to say that it is too much.
                if self.pace.allows_message(pacer(&query.message), turn.now).go_on {
                    guest::answer(turn, &query);
                }
            }
            Event::Business(BusinessEvent::News(news)) => business::news(&mut self.business, turn, news),
            Event::Business(event) => {
                self.customers.get_or_insert_default().happened(turn, &mut self.pace, event);
            }
            Event::Membership(membership) => self.membership(turn, &membership),
            Event::Migrated => self.migrated(turn),
            Event::Done { key, done: Done::Admin(is_admin) } => self.admin_answer(turn, &key, is_admin),
            Event::Done { key, done: Done::Member(is_member) } => {
                self.play.heard_of_member(turn, &key, is_member);
                self.daily.heard_of_member(turn, &key, is_member);
            }
            Event::Done { key, done: Done::Written } => self.pending_misses.written(turn, &key, None),
            Event::Done { key, done: Done::Changed(changed) } => self.desk.changed(turn, &key, &changed),
            Event::Done { done: Done::Connection(connection), .. } => {
                let customers = self.customers.get_or_insert_default();
                customers.connected(turn, &mut self.pace, *connection);
            }
            Event::Done { key, done: Done::Message(_) } => {
                self.daily.sent(turn, &key);
                self.play.sent(turn, &key);
                if let Some(customers) = &mut self.customers {
                    customers.sent(&key);
                }
            }
            Event::Done { done: Done::Nothing, .. } => {}
            Event::Failed { key, failure } => self.failed(turn, &key, &failure),
            Event::Rows { read, rows } => self.rows(turn, read, rows),
            Event::Forget { person } => self.forget(turn, person),
            Event::Folder(news) => owners::folder_news(turn, &news),
            Event::Tick => self.tick(turn),
        }
    }

    /// What was looked up in the database.
    fn rows(&mut self, turn: &mut Turn<'_>, read: Read, rows: Rows) {
        match (read, rows) {
            (Read::Table { view, person, at }, Rows::Table(found)) => {
                play::table::show(turn, &view, person, &at, &found);
            }
            (Read::Reviews { purpose, .. }, Rows::Reviews(reviews)) => {
                practice::read(turn, &mut self.play, &mut self.reminder, purpose, &reviews);
            }
            (Read::Items { reply_to, thread }, Rows::Items(items)) => {
                items::show(turn, reply_to, thread, &items);
            }
            (Read::Misses { act, at }, Rows::Misses(misses)) => {
                self.desk.act(turn, act, at, &misses);
            }
            (Read::Stats { reply_to, thread }, Rows::Stats(days)) => {
                owners::show_stats(turn, reply_to, thread, &days);
            }
            (Read::MostAsked { inline }, Rows::MostAsked(ids)) => inline::most_asked(turn, inline, &ids),
            (Read::KeyOf { purpose, .. }, Rows::KeyOf(key)) => match purpose {
                KeyPurpose::Explain { reply_to, thread } => {
                    let question = key.as_ref().and_then(|key| self.answers.question_of(key));
                    owners::show_why(turn, reply_to, thread, key.as_ref(), question);
                }
                KeyPurpose::Reply { message, edited } => {
                    self.reply_to_own(turn, key.as_ref(), &message, edited);
                }
            },
            _ => {}
        }
    }

    /// A request was not carried out. The owner of its key knows what to do.
    fn failed(&mut self, turn: &mut Turn<'_>, key: &Key, failure: &Failure) {
        self.admin_answer(turn, key, false);
        self.play.heard_of_member(turn, key, true);
        self.daily.heard_of_member(turn, key, true);
        self.pending_misses.written(turn, key, Some(failure));
        self.desk.failed(turn, key, failure);
        self.play.not_sent(turn, key, failure);
        self.daily.not_sent(turn, key, failure);
        self.answers.pointer_failed(turn, key, failure);
        if let Some(customers) = &mut self.customers {
            customers.failed(turn, key, failure);
        }
    }

    fn tick(&mut self, turn: &mut Turn<'_>) {
        let due = turn.ephemeral.take_due(turn.now);
        self.answers.note_deleted(&due);
        self.answers.forget_old(turn.now);
        self.pace.forget_old(turn.now);
        if let Some(customers) = &mut self.customers {
            customers.forget_old(turn.now);
        }
        for key in due {
            let delete = Request::Delete { message: MessageRef::Key(key) };
            turn.send(Outgoing::request(None, delete).housekeeping());
        }
        self.play.tick(turn);
        self.daily.tick(turn);
        self.reminder.tick(turn);
    }
}

/// State that a chat never used leaves no trace in what is stored.
fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What version 0.1.0 stored of a chat. Chats from it must load, and during an upgrade it reads what
    /// a newer version writes.
    const STORED: &str = r#"{
        "settings": {"only_admins_start": true, "n_questions": 5, "seconds": 15, "unasked": true, "tidy_minutes": 5},
        "greeted": true,
        "admin": true,
        "pace": {"7": {"from": 1000, "messages": 2, "taps": 1, "told": true}},
        "answered": [
            {"key": "answer:4", "thread": 9, "n_parts": 1, "text": "how much?",
             "says": {"Entry": {"id": "price", "hash": 12}}, "at": 2000},
            {"key": "answer:5", "thread": 9, "n_parts": 1, "text": "what is the price?",
             "says": {"Above": {"answer": "answer:4", "id": "price"}}, "at": 2500},
            {"key": "rest:6:price", "thread": null, "n_parts": 2, "text": null, "says": "Else", "at": 3000}
        ],
        "play": {"rounds": [], "history": HISTORY, "wishes": [[9, {"n_questions": 3, "seconds": 20, "topic": "prices"}]]},
        "admin_asks": [["admin:set:l:7", {"ChangeSetting": {"setting": "Length", "tap": {
            "query": "q", "person": {"id": 7, "name": "Ada"}, "chat": "Group", "thread": null, "message": 8,
            "reply_to": null, "data": "set:l"}}}]],
        "pending_misses": [{"key": "add:0123456789ab", "questions": ["how much"], "id": "price", "at": {"Edit": 3}}],
        "litter": [["notice:3", 300000]]
    }"#;

    #[test]
    fn a_stored_chat_is_read_and_written_as_ever() {
        let history = serde_json::to_string(&crate::quiz::History::default()).expect("a history");
        let stored: serde_json::Value =
            serde_json::from_str(&STORED.replace("HISTORY", &history)).expect("JSON");
        let read: Conversation = serde_json::from_value(stored.clone()).expect("a chat");
        assert_eq!(serde_json::to_value(&read).expect("a chat"), stored);
    }
}
