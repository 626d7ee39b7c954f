//! The state of one chat, and the step that moves it on.

use serde::{Deserialize, Serialize};

use super::admins::{AdminAsk, Admins};
use super::answers::{self, Answers};
use super::business::{self, BusinessEvent, Customers};
use super::callback_data::{ChatSetting, Press};
use super::command::{self, Ask, Command};
use super::comments::Posts;
use super::daily::Daily;
use super::ephemeral::Ephemeral;
use super::language::{self, ChatLanguage};
use super::misses::{self, Desk, PendingMisses};
use super::owners;
use super::pace::Pace;
use super::play::{self, Play};
use super::practice::{self, Reminder};
use super::quiet::QuietHours;
use super::settings::Settings;
use super::turn::Turn;
use super::{
    ChatKind, Done, Effect, Event, Failure, Key, KeyPurpose, Library, Membership, Message, MessageId,
    MessageRef, MissAct, MissReason, Outgoing, Person, PersonId, Read, Record, Request, Rows, Sender, Tap,
    Thread, ThreadId, browse, guest, inline, items,
};
use crate::language::Language;
use crate::matching::is_question;
use crate::quiz::Question;
use crate::rich_text::RichText;
use crate::texts::{Text, Texts, Value};
use crate::time::Timestamp;

/// What a step may look at besides the chat's own state.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// In the language that is spoken here.
    pub library: &'a Library,
    /// In the main language of the folder, with all others.
    pub(super) folder: &'a Library,
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
    /// Privacy mode was off at the start: it sees everything written in groups it has been added to since.
    pub reads_all_group_messages: bool,
}

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

impl<'a> Context<'a> {
    /// What the bot knows; it speaks the main language of the folder until more is known.
    pub fn new(folder: &'a Library, me: &'a Me, owners: &'a [PersonId]) -> Context<'a> {
        Context { library: folder, folder, me, owners }
    }

    pub(super) fn texts(self) -> &'a Texts {
        &self.library.texts
    }

    pub(super) fn say(self, text: Text, values: &[(&str, Value)]) -> RichText {
        self.texts().say(text, values)
    }

    pub(super) fn label(self, text: Text) -> String {
        self.texts().label(text, &[])
    }

    /// The question of this id, in whatever language it is.
    pub(super) fn question(self, id: &str) -> Option<&'a Question> {
        let here = self.library.question(id);
        here.or_else(|| self.folder.in_all_languages().find_map(|library| library.question(id)))
    }

    /// The questions of the quiz in the language that is spoken here; in the main one, if there are none in it.
    pub(super) fn quiz_pool(self) -> &'a [Question] {
        let own = &self.library.questions.quiz;
        if own.is_empty() { &self.folder.questions.quiz } else { own }
    }

    pub(super) fn is_owner(self, person: &Person) -> bool {
        self.owners.contains(&person.id)
    }

    /// A question that the folder answers, to show how asking works.
    pub(super) fn example(self) -> String {
        let first = self.library.knowledge.entries.first();
        first.map_or("…".into(), |entry| entry.question.text.clone())
    }
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

    /// A group with topics has a setting for each.
    fn note_topic(&mut self, event: &Event) {
        let (Event::Message(Message { chat, thread, .. }) | Event::Tap(Tap { chat, thread, .. })) = event
        else {
            return;
        };
        let is_topic = matches!(thread.map(ThreadId::thread), Some(Thread::Topic(_)));
        if is_topic && *chat == ChatKind::Supergroup {
            self.settings.note_topic();
        }
    }

    fn message(&mut self, turn: &mut Turn<'_>, message: &Message) {
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
    fn reply_to_own(&mut self, turn: &mut Turn<'_>, key: Option<&Key>, message: &Message, edited: bool) {
        let Ask::Reply { text, .. } = command::read(message, turn.context.me) else { return };
        if !key.is_none_or(takes_questions) || !self.in_time(turn, message) {
            return;
        }
        match edited {
            false => self.answers.answer(turn, message, text),
            true => self.answers.answer_edited(turn, message, text),
        }
    }

    /// In a group it may be meant for another bot: it gets no reply, and does not count.
    fn unknown_command(&mut self, turn: &mut Turn<'_>, message: &Message) {
        if message.chat == ChatKind::Private && self.in_time(turn, message) {
            turn.reply(message, Text::UnknownCommand, &[]);
        }
    }

    fn only_text(&mut self, turn: &mut Turn<'_>, message: &Message) {
        let Sender::Person(person) = &message.sender else { return };
        if self.pace.may_tell(person.id, turn.now) {
            turn.reply(message, Text::OnlyText, &[]);
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
            Command::ForgetMe => ask_to_forget(turn, message),
            Command::Settings => self.show_settings(turn, message),
            Command::Quiet => self.quiet(turn, message, arguments),
            Command::Language => self.show_languages(turn, message),
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

    /// Only questions are answered again: an edited `/quiz` starts nothing.
    fn edited(&mut self, turn: &mut Turn<'_>, message: &Message) {
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

    fn tap(&mut self, turn: &mut Turn<'_>, tap: &Tap) {
        if !self.pace.allows_tap(tap.person.id, turn.now) {
            return turn.toast(tap, Text::SlowDown);
        }
        match Press::read(&tap.data) {
            None => turn.toast(tap, Text::OldButton),
            Some(press) if tap.forged && press.is_about_its_message() => turn.toast(tap, Text::OldButton),
            Some(Press::Open(id)) => self.answers.open(turn, &mut self.pace, tap, &id),
            Some(Press::Nearest(id)) => self.answers.open_nearest(turn, &mut self.pace, tap, &id),
            Some(Press::ReadOn(id)) => self.answers.read_on(turn, &mut self.pace, tap, &id),
            Some(Press::Pick(id)) => self.answers.pick(turn, tap, &id),
            Some(Press::NoneOfThese) => self.answers.none_of_these(turn, tap),
            Some(Press::Thumb { up, id }) => self.answers.thumb(turn, tap, &id, up),
            Some(Press::Topics { page }) => browse::show_sections(turn, tap, page),
            Some(Press::Section { section, page }) => browse::show_section(turn, tap, &section, page),
            Some(Press::Topic { section, page, id }) => browse::show_topic(turn, tap, section, page, &id),
            Some(Press::Glossary { page }) => browse::show_glossary(turn, tap, page),
            Some(Press::Term { page, id }) => browse::show_term(turn, tap, page, &id),
            Some(Press::Quiz { what, round }) => {
                let ask = self.play.press(turn, tap, what, &round);
                self.if_admin(turn, ask);
            }
            Some(Press::Again)
                if tap.chat != ChatKind::Private && self.settings.quiet_now(turn.now).is_some() =>
            {
                let end = self.settings.quiet_now(turn.now).map(QuietHours::end).unwrap_or_default();
                turn.alert(tap, Text::QuizQuiet, &[("time", end.into())]);
            }
            Some(Press::Again) => {
                let ask = self.play.again(turn, &self.settings, tap);
                self.if_admin(turn, ask);
            }
            Some(Press::Table(press)) => play::table::press(turn, &self.daily, tap, press),
            Some(Press::Remind) => self.reminder.press(turn, tap),
            Some(Press::Setting(setting)) => {
                self.if_admin(turn, Some(AdminAsk::ChangeSetting { tap: tap.clone(), setting }));
            }
            Some(Press::Language(language)) => self.press_language(turn, tap, language),
            Some(Press::Forget { sure }) => self.press_forget(turn, tap, sure),
            Some(Press::Business { on }) => business::press(&mut self.business, turn, tap, on),
            Some(Press::Misses { page }) => misses::press(turn, tap, MissAct::Show { page }),
            Some(Press::AddMiss { miss, id }) => misses::press(turn, tap, MissAct::Add { miss, id }),
            Some(Press::IgnoreMiss { miss, page }) => {
                misses::press(turn, tap, MissAct::Ignore { miss, page });
            }
            Some(Press::BeginDraft { draft, miss, page }) => {
                misses::press(turn, tap, MissAct::Begin { miss, page, draft });
            }
            Some(Press::FoundPage { miss, page }) => misses::press(turn, tap, MissAct::Find { miss, page }),
            Some(Press::NotCovered { miss, page }) => {
                misses::press(turn, tap, MissAct::ChooseGroup { miss, page });
            }
            Some(Press::WriteDraft { miss }) => misses::press(turn, tap, MissAct::Write { miss }),
            Some(Press::UndoMiss { miss }) => self.desk.press_undo(turn, tap, &miss),
        }
    }

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

    /// A request that only an admin may make is carried out once Telegram has said that the person is one.
    fn if_admin(&mut self, turn: &mut Turn<'_>, ask: Option<AdminAsk>) {
        if let Some(ask) = ask.and_then(|ask| self.admins.ask(turn, ask)) {
            self.as_admin(turn, ask, true);
        }
    }

    /// Telegram has said whether somebody is an admin. No answer counts as no.
    fn admin_answer(&mut self, turn: &mut Turn<'_>, key: &Key, is_admin: bool) {
        if let Some(ask) = self.admins.answered(key) {
            self.as_admin(turn, ask, is_admin);
        }
    }

    fn as_admin(&mut self, turn: &mut Turn<'_>, ask: AdminAsk, is_admin: bool) {
        match ask {
            AdminAsk::StartQuiz { message, arguments, guess } if is_admin => {
                self.play.open(turn, &self.settings, &message, &arguments, guess);
            }
            AdminAsk::StartQuiz { message, .. } => turn.notice(&message, Text::QuizOnlyAdmins, &[]),
            AdminAsk::StartAgain { tap } if is_admin => self.play.open_again(turn, &self.settings, &tap),
            AdminAsk::StartAgain { tap } => turn.alert(&tap, Text::QuizOnlyAdmins, &[]),
            AdminAsk::StartNow { tap, round } => self.play.start_now(turn, &tap, &round, is_admin),
            AdminAsk::StopByMessage { message } => self.play.stop_by_message(turn, &message, is_admin),
            AdminAsk::StopByTap { tap, round } => self.play.stop_by_tap(turn, &tap, &round, is_admin),
            AdminAsk::SetDaily { message, arguments } if is_admin => {
                self.daily.set(turn, &message, &arguments);
            }
            AdminAsk::SetDaily { message, arguments } => self.daily.refuse(turn, &message, &arguments),
            AdminAsk::ShowSettings { message } if is_admin => self.settings.show(turn, &message),
            AdminAsk::SetQuiet { message, arguments } if is_admin => {
                self.settings.set_quiet(turn, &message, &arguments);
            }
            AdminAsk::ShowLanguages { message } if is_admin => language::show(turn, &message),
            AdminAsk::ShowSettings { message }
            | AdminAsk::SetQuiet { message, .. }
            | AdminAsk::ShowLanguages { message } => {
                turn.notice(&message, Text::SettingsOnlyAdmins, &[]);
            }
            AdminAsk::ChangeSetting { tap, setting } if is_admin => {
                if setting == ChatSetting::Language {
                    self.language.choose_next(turn);
                }
                let sees_everything = self.sees_everything(turn.context);
                self.settings.change(turn, &tap, setting, sees_everything);
            }
            AdminAsk::ChooseLanguage { tap, language } if is_admin => {
                self.choose_language(turn, &tap, &language)
            }
            AdminAsk::ChangeSetting { tap, .. } | AdminAsk::ChooseLanguage { tap, .. } => {
                turn.toast(&tap, Text::SettingsOnlyAdmins)
            }
        }
    }

    fn show_settings(&mut self, turn: &mut Turn<'_>, message: &Message) {
        match &message.sender {
            _ if matches!(message.chat, ChatKind::Private | ChatKind::DirectMessages) => {
                turn.reply(message, Text::SettingsOnlyGroups, &[])
            }
            Sender::AnonymousAdmin => self.settings.show(turn, message),
            Sender::Person(_) => {
                self.if_admin(turn, Some(AdminAsk::ShowSettings { message: message.clone() }));
            }
            Sender::Channel | Sender::Bot => {}
        }
    }

    fn quiet(&mut self, turn: &mut Turn<'_>, message: &Message, arguments: &str) {
        match &message.sender {
            _ if matches!(message.chat, ChatKind::Private | ChatKind::DirectMessages) => {
                turn.reply(message, Text::SettingsOnlyGroups, &[]);
            }
            Sender::AnonymousAdmin => self.settings.set_quiet(turn, message, arguments),
            Sender::Person(_) => {
                let ask = AdminAsk::SetQuiet { message: message.clone(), arguments: arguments.to_owned() };
                self.if_admin(turn, Some(ask));
            }
            Sender::Channel | Sender::Bot => {}
        }
    }

    /// In a folder in one language there is nothing to choose.
    fn show_languages(&mut self, turn: &mut Turn<'_>, message: &Message) {
        match &message.sender {
            _ if message.chat == ChatKind::Private => language::show(turn, message),
            Sender::AnonymousAdmin => language::show(turn, message),
            Sender::Person(_) => {
                self.if_admin(turn, Some(AdminAsk::ShowLanguages { message: message.clone() }));
            }
            Sender::Channel | Sender::Bot => {}
        }
    }

    /// In quiet hours no quiz starts; says so, and returns whether it is so.
    fn refuse_while_quiet(&self, turn: &mut Turn<'_>, message: &Message) -> bool {
        let Some(hours) = self.settings.quiet_now(turn.now) else { return false };
        turn.notice(message, Text::QuizQuiet, &[("time", hours.end().into())]);
        true
    }

    fn press_language(&mut self, turn: &mut Turn<'_>, tap: &Tap, language: Language) {
        if turn.context.folder.in_language(language).is_none() {
            return turn.toast(tap, Text::OldButton);
        }
        let language = language.code().to_owned();
        match tap.chat {
            ChatKind::Private => self.choose_language(turn, tap, &language),
            _ => self.if_admin(turn, Some(AdminAsk::ChooseLanguage { tap: tap.clone(), language })),
        }
    }

    fn choose_language(&mut self, turn: &mut Turn<'_>, tap: &Tap, code: &str) {
        if let Some(language) = Language::from_code(code) {
            self.language.choose(turn, language);
        }
        language::show_chosen(turn, tap);
    }

    /// Says hello once, not again when the bot is removed and added back. A quiz that waits says so again.
    fn membership(&mut self, turn: &mut Turn<'_>, membership: &Membership) {
        let group = matches!(membership.chat, ChatKind::Group | ChatKind::Supergroup);
        self.admin = membership.admin;
        if !group || !membership.member || membership.was_member {
            return;
        }
        if !self.greeted {
            self.greeted = true;
            self.greet(turn);
        }
        self.play.returned(turn);
    }

    fn greet(&self, turn: &mut Turn<'_>) {
        let sees_everything = self.sees_everything(turn.context);
        let sight = if sees_everything { Text::SeesEverything } else { Text::SeesOnlyWhatIsMeant };
        let username = turn.context.me.username.as_str();
        let values = [("username", username.into()), ("sight", turn.say(sight, &[]).into())];
        turn.send(Outgoing::message(None, turn.say(Text::GroupHello, &values)).silently());
    }

    /// Whether Telegram shows the bot all that is written in this group.
    fn sees_everything(&self, context: Context<'_>) -> bool {
        context.me.reads_all_group_messages || self.admin
    }

    /// The messages have stayed behind in the former group, and a supergroup counts its own from 1 again: anything
    /// known about single messages would be about others. Everything else goes on.
    fn migrated(&mut self, turn: &mut Turn<'_>) {
        self.answers.clear();
        turn.ephemeral.clear();
        self.play.migrated(turn);
        self.daily.migrated(turn);
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

    /// Whether this person asks at an acceptable pace. The first message beyond it gets a polite word, the
    /// others silence.
    fn in_time(&mut self, turn: &mut Turn<'_>, message: &Message) -> bool {
        let allowed = self.pace.allows_message(pacer(message), turn.now);
        if allowed.say_so {
            turn.notice(message, Text::SlowDown, &[]);
        }
        allowed.go_on
    }

    fn press_forget(&mut self, turn: &mut Turn<'_>, tap: &Tap, sure: bool) {
        // The question is in the person's own chat; a forged button elsewhere deletes nothing.
        if tap.chat != ChatKind::Private {
            return turn.toast(tap, Text::OldButton);
        }
        turn.settle(tap);
        if sure {
            turn.record(Record::Forget { person: tap.person.id });
            // Ends a quiz and the daily questions; then this chat is an unknown one.
            self.forget(turn, tap.person.id);
            self.daily.end(turn);
            turn.ephemeral.clear();
            *self = Conversation::default();
        }
        let text = if sure { Text::Forgotten } else { Text::Kept };
        turn.send(Outgoing::edit_tapped(tap, turn.say(text, &[]), Vec::new()));
    }

    /// Somebody wishes to be forgotten: nothing about them stays in this chat's state.
    fn forget(&mut self, turn: &mut Turn<'_>, person: PersonId) {
        self.answers.forget(person);
        self.pace.forget(person);
        self.admins.forget(person);
        self.daily.forget(person);
        self.play.forget(turn, person);
        if let Some(customers) = &mut self.customers {
            customers.forget(person);
        }
    }
}

/// State that a chat never used leaves no trace in what is stored.
fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

fn ask_to_forget(turn: &mut Turn<'_>, message: &Message) {
    if message.chat != ChatKind::Private {
        let values = [("username", turn.context.me.username.as_str().into())];
        return turn.notice(message, Text::ForgetInPrivate, &values);
    }
    let buttons = vec![vec![
        Press::Forget { sure: true }.button(turn.label(Text::ForgetButton)),
        Press::Forget { sure: false }.button(turn.label(Text::KeepButton)),
    ]];
    turn.send(Outgoing::reply(message, turn.say(Text::ForgetAsk, &[])).buttons(buttons));
}

/// What works in a topic in which the bot is off: switching it back on, and ending a quiz that runs there.
fn leads_back(ask: &Ask<'_>) -> bool {
    matches!(ask, Ask::Command { command: Command::Settings | Command::Stop, .. })
}

/// Whose pace a message counts for.
fn pacer(message: &Message) -> PersonId {
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

pub(super) fn by_owner(turn: &Turn<'_>, message: &Message) -> bool {
    matches!(&message.sender, Sender::Person(person) if turn.context.is_owner(person))
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
