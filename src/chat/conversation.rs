//! The state of one chat, and the step that moves it on.

use serde::{Deserialize, Serialize};

use super::answered::Answered;
use super::callback_data::Press;
use super::command::{self, Ask, Command};
use super::owners::Pending as PendingMiss;
use super::pace::Pace;
use super::play::Play;
use super::settings::{AdminAsk, Settings};
use super::turn::Turn;
use super::{
    ChatKind, Done, Effect, Event, Key, Library, Membership, Message, Outgoing, PersonId, Request, Rows,
    Sender, Tap,
};
use crate::matching::QUESTION_MARKS;
use crate::texts::Text;
use crate::time::Timestamp;

/// What a step may look at besides the chat's own state.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    pub library: &'a Library,
    pub me: &'a Me,
    /// The people who run this bot.
    pub owners: &'a [PersonId],
}

/// Who the bot is on Telegram.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    pub id: PersonId,
    /// Without the `@`.
    pub username: String,
    /// Privacy mode was off at the start: it sees everything that is written in groups which it was added to since.
    pub reads_all_group_messages: bool,
}

/// What the bot remembers of one chat between two events. A chat that was never heard of has the default.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Conversation {
    pub(super) settings: Settings,
    /// It has said hello to this group.
    pub(super) greeted: bool,
    /// It is an admin of this group.
    admin: bool,
    pub(super) pace: Pace,
    /// What it answered lately, oldest first.
    pub(super) answered: Vec<Answered>,
    pub(super) play: Play,
    /// What waits for word on whether somebody is an admin.
    pub(super) admin_asks: Vec<(Key, AdminAsk)>,
    /// Phrasings on their way into the folder.
    pub(super) pending_misses: Vec<PendingMiss>,
    /// Short notices and when to delete them.
    pub(super) litter: Vec<(Key, Timestamp)>,
}

impl Conversation {
    /// When the next [`Event::Tick`] is due.
    pub fn due(&self) -> Option<Timestamp> {
        let litter = self.litter.iter().map(|(_, due)| *due).min();
        // The oldest is the first.
        let answered = self.answered.first().map(Answered::due);
        [self.play.due(), litter, answered, self.pace.due()].into_iter().flatten().min()
    }
}

/// Advances one chat by one event.
///
/// Total: any event may come in any state. One that no longer applies (a tap on an old keyboard, an early
/// tick) changes nothing and asks for nothing.
pub fn step(
    context: Context<'_>,
    conversation: Conversation,
    event: Event,
    now: Timestamp,
) -> (Conversation, Vec<Effect>) {
    let mut turn = Turn { context, now, conversation, effects: Vec::new() };
    match event {
        Event::Message(message) => turn.message(&message),
        Event::Edited(message) => turn.edited(&message),
        Event::Tap(tap) => turn.tap(&tap),
        Event::Vote(vote) => turn.vote(vote),
        Event::Inline(query) => turn.inline(&query),
        Event::Membership(membership) => turn.membership(&membership),
        Event::Migrated => turn.migrated(),
        Event::Done { key, done: Done::Admin(is_admin) } => turn.admin_answer(&key, is_admin),
        Event::Done { key, done: Done::Written } => turn.miss_written(&key, None),
        Event::Done { key, done: Done::Message(_) } => turn.sent(&key),
        Event::Done { done: Done::Nothing, .. } => {}
        Event::Failed { key, failure } => {
            turn.admin_answer(&key, false);
            turn.miss_written(&key, Some(&failure));
            turn.not_sent(&key, &failure);
            turn.answer_failed(&key, &failure);
        }
        Event::Rows { read, rows } => turn.rows(read, rows),
        Event::Forget { person } => turn.forget(person),
        Event::Folder(news) => turn.folder_news(&news),
        Event::Tick => turn.tick(),
    }
    (turn.conversation, turn.effects)
}

impl Turn<'_> {
    fn message(&mut self, message: &Message) {
        if matches!(message.sender, Sender::Bot) || message.chat == ChatKind::Channel {
            return;
        }
        match command::read(message, self.context.me) {
            Ask::Nothing => {}
            Ask::NoText => self.only_text(message),
            Ask::Overheard(text) => {
                if self.conversation.settings.unasked && text.ends_with(QUESTION_MARKS) {
                    self.answer_if_sure(message, text);
                }
            }
            Ask::Command { command, .. } if command.is_for_owners() && !self.by_owner(message) => {
                self.unknown_command(message);
            }
            Ask::UnknownCommand => self.unknown_command(message),
            Ask::Command { command, arguments } if self.in_time(message) => {
                self.command(message, command, arguments);
            }
            Ask::Question(question) if self.in_time(message) => self.answer(message, &question),
            Ask::Command { .. } | Ask::Question(_) => {}
        }
    }

    /// In a group it may be meant for another bot: it gets no word, and does not count.
    fn unknown_command(&mut self, message: &Message) {
        if message.chat == ChatKind::Private && self.in_time(message) {
            self.send(Outgoing::reply(message, self.say(Text::UnknownCommand, &[])));
        }
    }

    fn only_text(&mut self, message: &Message) {
        let Sender::Person(person) = &message.sender else { return };
        if self.conversation.pace.may_tell(person.id, self.now) {
            self.send(Outgoing::reply(message, self.say(Text::OnlyText, &[])));
        }
    }

    fn command(&mut self, message: &Message, command: Command, arguments: &str) {
        match command {
            Command::Start => self.start(message, arguments),
            Command::Help => self.help(message),
            Command::Ask => self.ask(message, arguments),
            Command::Topics => self.topics(message),
            Command::Glossary => self.glossary(message),
            Command::Define => self.define(message, arguments),
            Command::Quiz => self.quiz(message, arguments),
            Command::Stop => self.stop(message),
            Command::Top => self.top(message),
            Command::About => self.about(message),
            Command::Privacy => self.send(Outgoing::reply(message, self.say(Text::Privacy, &[]))),
            Command::ForgetMe => self.ask_to_forget(message),
            Command::Settings => self.settings(message),
            Command::Misses => self.misses(message),
            Command::Stats => self.stats(message),
            Command::Why => self.why(message),
        }
    }

    /// `/ask question`; as a reply to somebody's message, without a question of its own, that message's text.
    fn ask(&mut self, message: &Message, arguments: &str) {
        let question =
            if arguments.is_empty() { command::replied_words(message) } else { arguments.to_owned() };
        self.answer(message, &question);
    }

    /// Only questions are answered anew: an edited `/quiz` starts nothing.
    fn edited(&mut self, message: &Message) {
        if matches!(message.sender, Sender::Bot) || message.chat == ChatKind::Channel {
            return;
        }
        match command::read(message, self.context.me) {
            Ask::Question(question) if !question.is_empty() && self.in_time(message) => {
                self.answer_edited(message, &question);
            }
            Ask::Command { command: Command::Ask, arguments }
                if !arguments.is_empty() && self.in_time(message) =>
            {
                self.answer_edited(message, arguments);
            }
            Ask::Overheard(text) if self.conversation.settings.unasked => {
                self.answer_edited_if_sure(message, text);
            }
            _ => {}
        }
    }

    fn tap(&mut self, tap: &Tap) {
        if !self.conversation.pace.allows_tap(tap.person.id, self.now) {
            return self.toast(tap, Text::SlowDown);
        }
        match Press::read(&tap.data) {
            None => self.toast(tap, Text::OldButton),
            Some(Press::Open(id)) => self.open(tap, &id),
            Some(Press::ReadOn(id)) => self.read_on(tap, &id),
            Some(Press::Pick(id)) => self.pick(tap, &id),
            Some(Press::NoneOfThese) => self.none_of_these(tap),
            Some(Press::Thumb { up, id }) => self.thumb(tap, &id, up),
            Some(Press::Topics { page }) => self.show_sections(tap, page),
            Some(Press::Section { section, page }) => self.show_section(tap, &section, page),
            Some(Press::Topic { section, page, id }) => self.show_topic(tap, section, page, &id),
            Some(Press::Glossary { page }) => self.show_glossary(tap, page),
            Some(Press::Term { page, id }) => self.show_term(tap, page, &id),
            Some(Press::Quiz { what, round }) => self.quiz_press(tap, what, &round),
            Some(Press::Again) => self.quiz_again(tap),
            Some(Press::Setting(setting)) => self.press_setting(tap, setting),
            Some(Press::Forget { sure }) => self.press_forget(tap, sure),
            Some(Press::Misses { page }) => self.press_misses(tap, page),
            Some(Press::AddMiss { miss, id }) => self.press_add_miss(tap, miss, id),
            Some(Press::IgnoreMiss { miss, page }) => self.press_ignore_miss(tap, miss, page),
        }
    }

    fn rows(&mut self, read: super::Read, rows: Rows) {
        use super::Read;
        match (read, rows) {
            (Read::Table { person, reply_to, thread }, Rows::Table { week, ever }) => {
                self.show_table(person, reply_to, thread, &week, &ever);
            }
            (Read::Misses { act, at }, Rows::Misses(misses)) => self.show_misses(act, at, &misses),
            (Read::Stats { reply_to, thread }, Rows::Stats(days)) => self.show_stats(reply_to, thread, &days),
            (Read::MostAsked { inline }, Rows::MostAsked(ids)) => self.inline_most_asked(inline, &ids),
            (Read::KeyOf { reply_to, thread, .. }, Rows::KeyOf(key)) => {
                self.show_why(reply_to, thread, key.as_ref())
            }
            _ => {}
        }
    }

    /// Says hello once; whoever removes and adds the bot again has met it. A quiz that waits says so again.
    fn membership(&mut self, membership: &Membership) {
        let group = matches!(membership.chat, ChatKind::Group | ChatKind::Supergroup);
        self.conversation.admin = membership.admin;
        if !group || !membership.member || membership.was_member {
            return;
        }
        if !self.conversation.greeted {
            self.conversation.greeted = true;
            self.greet();
        }
        self.quiz_returned();
    }

    fn greet(&mut self) {
        let sight = if self.sees_everything() { Text::SeesEverything } else { Text::SeesOnlyWhatIsMeant };
        let username = self.context.me.username.as_str();
        let values = [("username", username.into()), ("sight", self.say(sight, &[]).into())];
        self.send(Outgoing::message(None, self.say(Text::GroupHello, &values)).silently());
    }

    /// Whether Telegram shows the bot all that is written in this group.
    pub(super) fn sees_everything(&self) -> bool {
        self.context.me.reads_all_group_messages || self.conversation.admin
    }

    /// The messages have stayed behind in the former group, and a supergroup counts its own from 1 again: what is
    /// known of single messages would be about others. Everything else goes on.
    fn migrated(&mut self) {
        self.conversation.answered.clear();
        self.conversation.litter.clear();
        self.quiz_migrated();
    }

    fn tick(&mut self) {
        let now = self.now;
        let litter = std::mem::take(&mut self.conversation.litter);
        let (due, waiting): (Vec<_>, Vec<_>) = litter.into_iter().partition(|(_, due)| *due <= now);
        self.conversation.litter = waiting;
        let due: Vec<Key> = due.into_iter().map(|(key, _)| key).collect();
        self.forget_deleted(&due);
        self.forget_answered();
        self.conversation.pace.forget_old(now);
        for key in due {
            let delete = Request::Delete { message: super::MessageRef::Key(key) };
            self.send(Outgoing::request(None, delete).housekeeping());
        }
        self.tick_quiz();
    }

    /// Whether this person has asked at a bearable pace. The first message beyond it gets a polite word, the
    /// others silence.
    fn in_time(&mut self, message: &Message) -> bool {
        /// Who writes as a channel or as the group has no name here; all of them share one pace.
        const NAMELESS: PersonId = PersonId(0);
        let person = match &message.sender {
            Sender::Person(person) => person.id,
            _ => NAMELESS,
        };
        let allowed = self.conversation.pace.allows_message(person, self.now);
        if allowed.say_so {
            self.notice(message, Text::SlowDown, &[]);
        }
        allowed.go_on
    }

    fn by_owner(&self, message: &Message) -> bool {
        matches!(&message.sender, Sender::Person(person) if self.is_owner(person))
    }

    /// A short notice in a group, deleted after a while if its admins wish so.
    pub(super) fn notice(&mut self, message: &Message, text: Text, values: &[(&str, crate::texts::Value)]) {
        let key = Key(format!("notice:{}", message.id.0));
        self.send(Outgoing::reply(message, self.say(text, values)).key(key.clone()));
        self.litter(message.chat, key);
    }

    pub(super) fn litter(&mut self, chat: ChatKind, key: Key) {
        /// A chat keeps at most so many notices in mind.
        const N_LITTER: usize = 100;
        let Some(after) = self.conversation.settings.tidy() else { return };
        if chat != ChatKind::Private && self.conversation.litter.len() < N_LITTER {
            self.conversation.litter.push((key, self.now + after));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What version 0.1.0 stored of a chat. Chats that it left behind must load, and during an upgrade it reads what
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
