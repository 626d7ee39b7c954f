//! What people write, and whose part of the conversation it is.

use super::{Conversation, forgetting};
use crate::chat::admins::AdminAsk;
use crate::chat::command::{self, Ask, Command};
use crate::chat::turn::Turn;
use crate::chat::{
    ChatKind, Key, KeyPurpose, Message, MessageId, MissReason, PersonId, Read, Sender, answers, browse,
    business, misses, owners, play, practice,
};
use crate::matching::is_question;
use crate::texts::Text;

impl Conversation {
    pub(super) fn message(&mut self, turn: &mut Turn<'_>, message: &Message) {
        if matches!(message.sender, Sender::Bot) || message.chat == ChatKind::Channel {
            return;
        }
        if self.play.guess(turn, message) || self.desk_takes(turn, message, false) {
            return;
        }
        let ask = command::read(message, turn.context.me);
        if self.settings.is_off_in(message.thread) && !leads_back(&ask) {
            return;
        }
        match ask {
            Ask::Nothing => {}
            Ask::NoText => self.only_text(turn, message),
            // It is the channel that is asked: as with a business account's customers, the bot answers when it is sure.
            Ask::Overheard(text) if message.chat == ChatKind::DirectMessages => {
                if !self.answers.answer_if_sure(turn, message, text) && is_question(text) {
                    answers::miss(turn, text, MissReason::Unknown);
                }
            }
            Ask::Overheard(text) => {
                let is_quiet = self.settings.quiet_now(turn.now).is_some();
                if self.settings.answers_unasked() && !is_quiet && is_question(text) {
                    self.answers.answer_if_sure(turn, message, text);
                }
            }
            Ask::Command { command, .. } if command.is_for_owners() && !by_owner(turn, message) => {
                self.unknown_command(turn, message);
            }
            Ask::Command { command: Command::Language, .. }
                if !turn.context.folder.has_several_languages() =>
            {
                self.unknown_command(turn, message);
            }
            Ask::UnknownCommand => self.unknown_command(turn, message),
            Ask::Command { command, arguments } if self.in_time(turn, message) => {
                self.command(turn, message, command, arguments);
            }
            Ask::Question(question) if self.in_time(turn, message) => {
                self.answers.answer(turn, message, &question);
            }
            Ask::Reply { to, .. } => ask_for_key(turn, to, message, false),
            Ask::Command { .. } | Ask::Question(_) => {}
        }
    }

    /// Only questions are answered again: an edited `/quiz` starts nothing.
    pub(super) fn edited(&mut self, turn: &mut Turn<'_>, message: &Message) {
        if matches!(message.sender, Sender::Bot) || message.chat == ChatKind::Channel {
            return;
        }
        // An edited guess counts as another one, sent now.
        if self.play.guess(turn, &Message { sent_at: None, ..message.clone() })
            || self.settings.is_off_in(message.thread)
            || self.desk_takes(turn, message, true)
        {
            return;
        }
        match command::read(message, turn.context.me) {
            Ask::Question(question) if !question.is_empty() && self.in_time(turn, message) => {
                self.answers.answer_edited(turn, message, &question);
            }
            Ask::Command { command: Command::Ask, arguments }
                if !arguments.is_empty() && self.in_time(turn, message) =>
            {
                self.answers.answer_edited(turn, message, arguments);
            }
            Ask::Reply { to, .. } => ask_for_key(turn, to, message, true),
            Ask::Overheard(text)
                if self.settings.answers_unasked() || message.chat == ChatKind::DirectMessages =>
            {
                self.answers.answer_edited_if_sure(turn, message, text);
            }
            _ => {}
        }
    }

    /// Whether a message is what an owner was asked to type for a missed question. A command is not, and ends it.
    fn desk_takes(&mut self, turn: &mut Turn<'_>, message: &Message, edited: bool) -> bool {
        if message.chat != ChatKind::Private || !by_owner(turn, message) {
            return false;
        }
        if message.text.as_deref().is_some_and(|text| text.trim_start().starts_with('/')) {
            if !edited {
                self.desk.leave();
            }
            return false;
        }
        self.desk.take(turn, message, edited)
    }

    /// Whether a reply to one of the bot's messages is a question depends on what that message is, which is looked up.
    pub(super) fn reply_to_own(
        &mut self,
        turn: &mut Turn<'_>,
        key: Option<&Key>,
        message: &Message,
        edited: bool,
    ) {
        let Ask::Reply { text, .. } = command::read(message, turn.context.me) else { return };
        if !key.is_none_or(takes_questions) || !self.in_time(turn, message) {
            return;
        }
        match edited {
            false => self.answers.answer(turn, message, text),
            true => self.answers.answer_edited(turn, message, text),
        }
    }

    fn command(&mut self, turn: &mut Turn<'_>, message: &Message, command: Command, arguments: &str) {
        match command {
            Command::Start => {
                owners::set_menu(turn, message);
                browse::start(turn, message, arguments);
            }
            Command::Help => {
                owners::set_menu(turn, message);
                browse::help(turn, message);
            }
            Command::Ask => self.ask(turn, message, arguments),
            Command::Topics => browse::topics(turn, message),
            Command::Glossary => browse::glossary(turn, message),
            Command::Define => browse::define(turn, message, arguments),
            Command::Quiz | Command::Guess if message.chat == ChatKind::DirectMessages => {
                let values = [("username", turn.context.me.username.as_str().into())];
                turn.notice(message, Text::QuizNotHere, &values);
            }
            Command::Quiz | Command::Guess if self.refuse_while_quiet(turn, message) => {}
            Command::Quiz => {
                let ask = self.play.quiz(turn, &self.settings, message, arguments, false);
                self.if_admin(turn, ask);
            }
            Command::Guess => {
                let ask = self.play.quiz(turn, &self.settings, message, arguments, true);
                self.if_admin(turn, ask);
            }
            Command::Stop => {
                let ask = self.play.stop(turn, message);
                self.if_admin(turn, ask);
            }
            Command::Top => play::table::ask(turn, &self.daily, message, arguments),
            Command::Daily => {
                let ask = self.daily.command(turn, message, arguments);
                self.if_admin(turn, ask);
            }
            Command::Practice => practice::command(turn, &mut self.reminder, message, arguments),
            Command::About => browse::about(turn, message),
            Command::Privacy => turn.reply(message, Text::Privacy, &[]),
            Command::ForgetMe => forgetting::confirm(turn, message),
            Command::Settings | Command::Quiet
                if matches!(message.chat, ChatKind::Private | ChatKind::DirectMessages) =>
            {
                turn.reply(message, Text::SettingsOnlyGroups, &[]);
            }
            Command::Settings => {
                self.for_admins(turn, message, AdminAsk::ShowSettings { message: message.clone() });
            }
            Command::Quiet => {
                let arguments = arguments.to_owned();
                self.for_admins(turn, message, AdminAsk::SetQuiet { message: message.clone(), arguments });
            }
            Command::Language => {
                self.for_admins(turn, message, AdminAsk::ShowLanguages { message: message.clone() });
            }
            Command::Misses => misses::misses(turn, message),
            Command::Stats => owners::stats(turn, message),
            Command::Why => owners::why(turn, message),
            Command::Business => business::command(&mut self.business, turn, message, arguments),
        }
    }

    /// `/ask question`; as a reply to somebody's message, without a question of its own, that message's text.
    fn ask(&mut self, turn: &mut Turn<'_>, message: &Message, arguments: &str) {
        let question =
            if arguments.is_empty() { command::replied_words(message) } else { arguments.to_owned() };
        self.answers.answer(turn, message, &question);
    }

    /// In quiet hours no quiz starts; says so, and returns whether it is so.
    fn refuse_while_quiet(&self, turn: &mut Turn<'_>, message: &Message) -> bool {
        let Some(hours) = self.settings.quiet_now(turn.now) else { return false };
        turn.notice(message, Text::QuizQuiet, &[("time", hours.end().into())]);
        true
    }

    /// In a group it may be meant for another bot: it gets no reply, and does not count.
    fn unknown_command(&mut self, turn: &mut Turn<'_>, message: &Message) {
        if message.chat == ChatKind::Private && self.in_time(turn, message) {
            turn.reply(message, Text::UnknownCommand, &[]);
        }
    }

    fn only_text(&mut self, turn: &mut Turn<'_>, message: &Message) {
        let Sender::Person(person) = &message.sender else { return };
        if self.pace.may_say_only_text(person.id, turn.now) {
            turn.reply(message, Text::OnlyText, &[]);
        }
    }

    /// Whether this person asks at an acceptable pace. The first message beyond it gets a polite word, the
    /// others silence.
    fn in_time(&mut self, turn: &mut Turn<'_>, message: &Message) -> bool {
        let allowed = self.pace.allows_message(pacer(message), turn.now);
        if allowed.say_so {
            turn.notice(message, Text::SlowDown, &[]);
        }
        allowed.go_on
    }

    /// A command that only admins may give. Channels are nobody's admin.
    fn for_admins(&mut self, turn: &mut Turn<'_>, message: &Message, ask: AdminAsk) {
        match &message.sender {
            Sender::Person(_) | Sender::AnonymousAdmin => self.if_admin(turn, Some(ask)),
            Sender::Channel | Sender::Bot => {}
        }
    }
}

/// What works in a topic in which the bot is off: switching it back on, and ending a quiz that runs there.
fn leads_back(ask: &Ask<'_>) -> bool {
    matches!(ask, Ask::Command { command: Command::Settings | Command::Stop, .. })
}

/// Whose pace a message counts for.
pub(super) fn pacer(message: &Message) -> PersonId {
    /// Somebody who writes as a channel or as the group has no name here; all of them share one pace.
    const NAMELESS: PersonId = PersonId(0);
    match &message.sender {
        Sender::Person(person) => person.id,
        _ => NAMELESS,
    }
}

fn ask_for_key(turn: &mut Turn<'_>, replied: MessageId, message: &Message, edited: bool) {
    let purpose = KeyPurpose::Reply { message: Box::new(message.clone()), edited };
    turn.read(Read::KeyOf { message: replied, purpose });
}

/// Whether a reply to a message sent under this key asks something: below an answer people go on asking; below a poll,
/// a lobby, a ranking or a notice they talk to each other.
fn takes_questions(key: &Key) -> bool {
    let kind = key.0.split(':').next().unwrap_or_default();
    !matches!(kind, "lobby" | "poll" | "daily" | "pause" | "result" | "table" | "notice")
}

pub(in crate::chat) fn by_owner(turn: &Turn<'_>, message: &Message) -> bool {
    matches!(&message.sender, Sender::Person(person) if turn.context.is_owner(person))
}
