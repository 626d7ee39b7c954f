//! A chat on paper: people act by script, the bot's effects are written down as a person would see them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use faqbot::chat::{
    Action, BusinessConnection, BusinessEvent, BusinessMessage, BusinessTarget, Button, CAPTION_LIMIT,
    Chance, ChangedFolder, ChatId, ChatKind, Context, Conversation, Done, Effect, Event, Failure,
    FolderChange, FolderNews, GuestQuery, InlineQuery, Key, Library, Me, Membership, Message, MessageId,
    MessageRef, Miss, MissReason, Outgoing, Person, PersonId, Read, Record, RepliedMessage, Request,
    Response, Rows, Sender, Standing, TableRows, TableView, Tap, Thread, ThreadId, Vote, step,
};
use faqbot::faq_folder;
use faqbot::knowledge::{self, Severity, Source};
use faqbot::language::Language;
use faqbot::quiz::ItemTally;
use faqbot::quiz::practice::Review;
use faqbot::rich_text::{RichText, Style};
use faqbot::time::Timestamp;

/// Monday, 2026-06-01, 12:00 UTC.
const START: Timestamp = Timestamp(1_780_315_200_000);

/// Who may be in a chat. Cleo is an admin of the group, Olga owns the bot; `Admin` posts anonymously. Eve is in
/// no group. Where more are needed, there are `P1`, `P2` and so on.
const PEOPLE: [(&str, i64); 6] =
    [("Ana", 11), ("Ben", 12), ("Cleo", 13), ("Dan", 14), ("Eve", 15), ("Olga", 99)];

pub(crate) fn library(folder: &Path) -> Library {
    library_with(folder, |text| text)
}

/// A folder of its own for a chat in which owners change it.
fn copy_of(folder: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().expect("a place for temporary files");
    for entry in fs::read_dir(folder).expect("it exists") {
        let entry = entry.expect("it can be read");
        fs::copy(entry.path(), copy.path().join(entry.file_name())).expect("it can be copied");
    }
    copy
}

/// The folder with its texts changed.
fn library_with(folder: &Path, change: impl Fn(String) -> String) -> Library {
    let mut paths: Vec<_> =
        fs::read_dir(folder).expect("it exists").map(|entry| entry.expect("it can be read").path()).collect();
    paths.sort();
    let sources: Vec<Source> = paths
        .iter()
        .map(|path| Source {
            path: path.display().to_string(),
            text: change(fs::read_to_string(path).expect("it is text")),
        })
        .collect();
    let (knowledge, diagnostics) = knowledge::parse(&sources);
    let sound = diagnostics.iter().all(|diagnostic| diagnostic.severity != Severity::Error);
    assert!(sound, "{}", knowledge::render(&diagnostics, &sources, false));
    Library::new(knowledge, "2026-06-01")
}

pub(crate) struct Stage<'a> {
    folder: &'a Path,
    library: Rc<Library>,
    me: Me,
    kind: ChatKind,
    thread: Option<ThreadId>,
    /// The message that a chain of replies begins with.
    chain: Option<MessageId>,
    conversation: Conversation,
    /// The other conversation: that of the connection to a business account or, while that is stepped, the first.
    beside: Conversation,
    in_business: bool,
    /// The rights that the account gives the bot.
    connection: Option<BusinessConnection>,
    /// When customers wrote.
    sent: BTreeMap<MessageId, Timestamp>,
    /// Why customers cannot be written to.
    business_failure: Option<Failure>,
    now: Timestamp,
    /// The last message's id.
    n_messages: i64,
    ids: BTreeMap<Key, MessageId>,
    /// The bot's messages in the chat, by number.
    posted: BTreeMap<MessageId, Posted>,
    /// What people wrote.
    written: BTreeMap<MessageId, String>,
    /// Names of people who call themselves something else.
    names: BTreeMap<PersonId, String>,
    /// The languages of people's apps.
    apps: BTreeMap<PersonId, Language>,
    /// Why the next poll cannot be sent.
    poll_failure: Option<Failure>,
    /// Polls stay on their way until this is over.
    polls_are_stuck: bool,
    /// Telegram's answer on who is in the group.
    membership: Answer,
    stuck: Vec<Outgoing>,
    /// The folder as owners have changed it.
    changed: Option<tempfile::TempDir>,
    /// Why the folder cannot be changed next time.
    change_failure: Option<Failure>,
    scores: Vec<Score>,
    /// Somebody's answers, and when they came.
    responses: Vec<(Timestamp, Response)>,
    /// Those who want none of their answers kept.
    without_practice: Vec<PersonId>,
    misses: Vec<Miss>,
    settled: Vec<Miss>,
    paper: String,
}

/// Somebody's score in a round.
struct Score {
    at: Timestamp,
    person: Person,
    round: String,
    right: u32,
    asked: u32,
    total_ms: i64,
    topic: Option<String>,
}

/// The result of a question to Telegram.
#[derive(PartialEq)]
enum Answer {
    Given,
    Refused,
    OnItsWay,
}

#[derive(Clone)]
struct Posted {
    text: String,
    buttons: Vec<Vec<Button>>,
    reply_to: Option<MessageId>,
    /// For a poll: its key, and the indices of the right options.
    poll: Option<(Key, Vec<usize>)>,
}

impl<'a> Stage<'a> {
    /// A chat with a bot that has this library, made from this folder.
    pub(crate) fn new(folder: &'a Path, library: &Rc<Library>) -> Self {
        Stage {
            folder,
            library: library.clone(),
            me: Me { id: PersonId(1), username: "library_bot".into(), reads_all_group_messages: false },
            kind: ChatKind::Private,
            thread: None,
            chain: None,
            conversation: Conversation::default(),
            beside: Conversation::default(),
            in_business: false,
            connection: None,
            sent: BTreeMap::new(),
            business_failure: None,
            now: START,
            n_messages: 0,
            ids: BTreeMap::new(),
            posted: BTreeMap::new(),
            written: BTreeMap::new(),
            names: BTreeMap::new(),
            apps: BTreeMap::new(),
            poll_failure: None,
            polls_are_stuck: false,
            membership: Answer::Given,
            stuck: Vec::new(),
            changed: None,
            change_failure: None,
            scores: Vec::new(),
            responses: Vec::new(),
            without_practice: Vec::new(),
            misses: Vec::new(),
            settled: Vec::new(),
            paper: String::new(),
        }
    }

    /// Plays the comments and `>` lines of a script, and writes the whole chat down again.
    pub(crate) fn replay(mut self, script: &str) -> String {
        let mut blank = false;
        for line in script.lines() {
            if let Some(act) = line.strip_prefix("> ") {
                if blank || !self.paper.is_empty() && !self.paper.ends_with("\n\n") {
                    self.paper.push('\n');
                }
                writeln!(self.paper, "{line}").expect("writing to a string");
                self.act(act);
            } else if line.starts_with('#') {
                if !self.paper.is_empty() && !self.paper.ends_with("\n\n") && !self.last_line_is_comment() {
                    self.paper.push('\n');
                }
                writeln!(self.paper, "{line}").expect("writing to a string");
            }
            blank = false;
        }
        self.paper
    }

    fn last_line_is_comment(&self) -> bool {
        self.paper.lines().last().is_some_and(|line| line.starts_with('#'))
    }

    fn act(&mut self, act: &str) {
        if let Some(kind) = act.strip_prefix("in ") {
            (self.kind, self.thread) = match kind {
                "private" => (ChatKind::Private, None),
                "a group" => (ChatKind::Group, None),
                "a channel's direct messages" => {
                    (ChatKind::DirectMessages, Some(ThreadId::direct_messages(5_000_000_011)))
                }
                "the comments" => (ChatKind::Supergroup, Some(ThreadId::comments(MessageId(70)))),
                "a chain of replies" => (ChatKind::Supergroup, None),
                "a topic of the private chat" => (ChatKind::Private, Some(ThreadId(7))),
                "a forum topic" => (ChatKind::Supergroup, Some(ThreadId(7))),
                "another topic" => (ChatKind::Supergroup, Some(ThreadId(8))),
                other => panic!("no such chat: {other}"),
            };
            self.chain = (kind == "a chain of replies").then_some(MessageId(70));
        } else if let Some(time) = act.strip_prefix("wait ") {
            self.wait(duration(time));
        } else if let Some(change) = act.strip_prefix("the bot is ") {
            let (was_member, member, admin) = match change {
                "added" => (false, true, false),
                "added as an admin" => (false, true, true),
                "made an admin" => (true, true, true),
                "no admin any more" => (true, true, false),
                "removed" => (true, false, false),
                other => panic!("how can a bot be {other}"),
            };
            let membership = Membership { chat: self.kind, member, was_member, admin };
            self.event(Event::Membership(membership));
        } else if act == "the group becomes a supergroup" {
            // Its messages have stayed behind, and so has what was known about them.
            self.ids.clear();
            self.posted.clear();
            self.written.clear();
            self.kind = ChatKind::Supergroup;
            self.event(Event::Migrated);
        } else if let Some(id) = act.strip_prefix("somebody deletes (") {
            let id = id.trim_end_matches(')').parse().expect("the number of a message");
            self.posted.remove(&MessageId(id)).expect("it is the bot's");
        } else if let Some(change) = act.strip_prefix("the folder says ") {
            let (new, old) = change.split_once(" for ").expect("one text for another");
            self.library = Rc::new(library_with(self.folder, |text| text.replace(old, new)));
        } else if act == "privacy mode is off" {
            self.me.reads_all_group_messages = true;
        } else if act == "polls are forbidden" {
            self.poll_failure = Some(Failure::NoRights);
        } else if act == "polls are refused" {
            self.poll_failure = Some(Failure::Other("Bad Request: no such polls".into()));
        } else if act == "polls get stuck" {
            self.polls_are_stuck = true;
        } else if act == "members cannot be asked for" {
            self.membership = Answer::Refused;
        } else if act == "word on members gets stuck" {
            self.membership = Answer::OnItsWay;
        } else if act == "what is stuck arrives" {
            (self.polls_are_stuck, self.membership) = (false, Answer::Given);
            for outgoing in std::mem::take(&mut self.stuck) {
                self.carry_out(outgoing);
            }
        } else if act == "the account's owner takes the right to reply while an answer is on its way" {
            self.business_failure = Some(Failure::NoRights);
        } else if act == "the bot forgets the connection" {
            self.beside = Conversation::default();
        } else if act == "the folder is broken" {
            let diagnostics = "library.toml, line 7: this is no TOML.".into();
            self.event(Event::Folder(FolderNews::Broken { diagnostics }));
        } else if let Some(name) = act.strip_prefix("the picture ") {
            let name = name.strip_suffix(" is gone").expect("is gone").to_owned();
            let reason = "No such file or directory (os error 2)".into();
            self.event(Event::Folder(FolderNews::Picture { name, reason }));
        } else if act == "the folder is mended" {
            self.event(Event::Folder(FolderNews::Mended));
        } else if act == "the folder cannot be written" {
            self.change_failure = Some(Failure::Other("writing faq/added.toml: Permission denied".into()));
        } else if let Some(question) = act.strip_prefix("another owner settles ") {
            self.misses.retain(|miss| miss.question != question);
        } else if let Some(change) = act.strip_prefix("somebody writes ") {
            let (new, old) = change.split_once(" for ").expect("one text for another");
            let file = self.changed_folder().join("added.toml");
            let text = fs::read_to_string(&file).expect("there is one");
            assert!(text.contains(old), "{text}");
            fs::write(&file, text.replace(old, new)).expect("it can be written");
        } else if act == "polls are allowed" {
            self.poll_failure = None;
        } else if act == "the bot restarts" {
            let stored = serde_json::to_string(&self.conversation).expect("states can be stored");
            self.conversation = serde_json::from_str(&stored).expect("and read again");
        } else {
            self.person_acts(act);
        }
    }

    fn person_acts(&mut self, act: &str) {
        let (name, rest) = act.split_once([' ', ':']).unwrap_or((act, ""));
        let sender = match PEOPLE.iter().find(|(known, _)| *known == name) {
            Some((name, id)) => {
                let id = PersonId(*id);
                let name = self.names.get(&id).cloned().unwrap_or_else(|| (*name).into());
                Sender::Person(Person { language: self.apps.get(&id).copied(), ..Person::new(id, name) })
            }
            None if name == "Admin" => Sender::AnonymousAdmin,
            None if name.starts_with('P') => {
                let number: i64 = name[1..].parse().unwrap_or_else(|_| panic!("nobody is called {name:?}"));
                Sender::Person(Person::new(PersonId(1_000 + number), format!("Player {number}")))
            }
            None if name == "Channel" => Sender::Channel,
            None => panic!("nobody is called {name:?}"),
        };
        let person = match &sender {
            Sender::Person(person) => person.clone(),
            _ => Person::new(PersonId(1_087_968_824), "Group"),
        };
        let rest = rest.trim_start();
        if act[name.len()..].starts_with(':') {
            self.say(sender, Some(rest), None);
        } else if let Some(label) = rest.strip_prefix("taps ") {
            match label.split_once(" under (") {
                Some((label, id)) => {
                    let id = id.trim_end_matches(')').parse().expect("the number of a message");
                    self.tap(person, label.trim_matches(['[', ']']), Some(MessageId(id)));
                }
                None => self.tap(person, label.trim_matches(['[', ']']), None),
            }
        } else if let Some(name) = rest.strip_prefix("is called ") {
            self.names.insert(person.id, name.to_owned());
        } else if let Some(code) = rest.strip_prefix("uses Telegram in ") {
            self.apps.insert(person.id, Language::from_code(code).expect("the code of a language"));
        } else if let Some(text) = rest.strip_prefix("forwards: ") {
            let id = self.next_id();
            let message = Message { forwarded: true, ..self.message(id, sender, Some(text), None) };
            self.event(Event::Message(message));
        } else if let Some(data) = rest.strip_prefix("forges ") {
            self.forge(person, data);
        } else if let Some(option) = rest.strip_prefix("votes ") {
            // Somebody who posts anonymously votes as the group, somebody who posts as a channel as that.
            let voter = match sender {
                Sender::AnonymousAdmin => Person::new(PersonId(-100), "Friends of the library"),
                Sender::Channel => Person::new(PersonId(-200), "News t.me/ad"),
                _ => person,
            };
            self.vote(voter, option);
        } else if let Some(text) = rest.strip_prefix("replies to the bot: ") {
            let last = self.posted.keys().next_back().copied().expect("the bot has said something");
            self.say(sender, Some(text), Some(last));
        } else if let Some(rest) = rest.strip_prefix("replies to (") {
            let (id, text) = rest.split_once("): ").expect("(number of a message): text");
            let id = MessageId(id.parse().expect("the number of a message"));
            self.say(sender, Some(text), Some(id));
        } else if let Some(rest) = rest.strip_prefix("quotes [") {
            let (quote, text) = rest.split_once("]: ").expect("[what is quoted]: text");
            let id = self.next_id();
            self.written.insert(id, text.to_owned());
            let quote = Some(quote.to_owned());
            let message = Message { quote, ..self.message(id, sender, Some(text), None) };
            self.event(Event::Message(message));
        } else if let Some(rest) = rest.strip_prefix("replies to ") {
            let (id, text) = self.written_as(rest);
            self.say(sender, Some(&text), Some(id));
        } else if let Some(rest) = rest.strip_prefix("edits ") {
            let (id, text) = self.written_as(rest);
            self.written.insert(id, text.clone());
            let message = self.message(id, sender, Some(&text), None);
            self.event(Event::Edited(message));
        } else if let Some(quote) = rest.strip_prefix("deletes [") {
            let (id, _) = self.written_as(&format!("[{quote}: "));
            self.written.remove(&id);
            let replies = self.posted.values_mut().filter(|posted| posted.reply_to == Some(id));
            replies.for_each(|posted| posted.reply_to = None);
        } else if let Some(marked) = rest.strip_prefix("writes formatted: ") {
            // Telegram turns the marks into formatting.
            let marked = marked.replace("\\n", "\n");
            let text = faqbot::rich_text::markdown(&marked).text;
            let id = self.next_id();
            let message = Message { formatted: Some(marked), ..self.message(id, sender, Some(&text), None) };
            self.event(Event::Message(message));
        } else if let Some(n) = rest.strip_prefix("writes so many letters: ") {
            // Telegram sends a longer text as several messages.
            let text = "long ".repeat(n.parse::<usize>().expect("a number") / 5);
            for part in text.as_bytes().chunks(4_095) {
                self.say(sender.clone(), Some(std::str::from_utf8(part).expect("plain letters")), None);
            }
        } else if let Some(caption) = rest.strip_prefix("sends a photo: ") {
            let id = self.next_id();
            let message = self.message(id, sender, Some(caption), None);
            self.event(Event::Message(Message { has_attachment: true, ..message }));
        } else if rest == "sends a sticker" {
            self.say(sender, None, None);
        } else if let Some(text) = rest.strip_prefix("writes elsewhere: ") {
            let id = self.next_id();
            let message =
                Message { chat: ChatKind::Supergroup, ..self.message(id, sender, Some(text), None) };
            self.event(Event::Guest(GuestQuery { id: "guest".into(), message }));
        } else if let Some(query) = rest.strip_prefix("types @library_bot") {
            let query = query.trim().to_owned();
            self.event(Event::Inline(InlineQuery { id: "inline".into(), person, query }));
        } else if rest.contains("the bot") && self.account(&person, rest) {
        } else if let Some(rest) = rest.strip_prefix("writes to ") {
            let (to, text) = rest.split_once(": ").expect("name: text");
            self.in_account(sender, &person, to, text, false, None);
        } else if let Some(rest) = rest.strip_prefix("is away from ") {
            let (to, text) = rest.split_once(": ").expect("name: text");
            self.in_account(sender, &person, to, text, true, None);
        } else if let Some(rest) = rest.strip_prefix("rewrites to ") {
            let (to, rest) = rest.split_once(' ').expect("name [old]: text");
            let (id, text) = self.written_as(rest);
            self.in_account(sender, &person, to, &text, false, Some(id));
        } else if let Some(rest) = rest.strip_prefix("takes back from Olga [") {
            let (id, _) = self.written_as(&format!("[{}: ", rest));
            let (chat, messages) = (ChatId(person.id.0), vec![id]);
            self.step_in(true, Event::Business(BusinessEvent::Deleted { chat, messages }));
        } else if rest == "wishes to be forgotten" {
            self.event(Event::Forget { person: person.id });
            if self.connection.is_some() {
                self.step_in(true, Event::Forget { person: person.id });
            }
        } else {
            panic!("what is: {act}");
        }
    }

    /// An act of a business account's owner concerning the bot. Returns whether it is one.
    fn account(&mut self, person: &Person, act: &str) -> bool {
        let connection = self.connection.get_or_insert(BusinessConnection {
            id: "olga".into(),
            owner: person.clone(),
            owner_chat: ChatId(person.id.0),
            is_enabled: true,
            can_reply: true,
            can_delete: false,
        });
        connection.owner = person.clone();
        match act {
            "connects the bot" => (connection.is_enabled, connection.can_reply) = (true, true),
            "lets the bot only read" => connection.can_reply = false,
            "lets the bot reply" => connection.can_reply = true,
            "lets the bot delete" => connection.can_delete = true,
            "disconnects the bot" => connection.is_enabled = false,
            _ => return false,
        }
        self.business_failure = None;
        let connection = connection.clone();
        self.step_in(true, Event::Business(BusinessEvent::Connection(connection)));
        true
    }

    /// Somebody writes in a chat between the owner of the account and a customer, or edits what they wrote there.
    fn in_account(
        &mut self,
        sender: Sender,
        person: &Person,
        to: &str,
        text: &str,
        is_automatic: bool,
        edited: Option<MessageId>,
    ) {
        let owner = self.connection.as_ref().map_or(PersonId(99), |it| it.owner.id);
        let other = PEOPLE.iter().find(|(name, _)| *name == to).expect("somebody who is known").1;
        let chat = ChatId(if person.id == owner { other } else { person.id.0 });
        let id = edited.unwrap_or_else(|| self.next_id());
        self.written.insert(id, text.to_owned());
        let sent_at = *self.sent.entry(id).or_insert(self.now);
        let message = Message {
            chat: ChatKind::Private,
            thread: None,
            sent_at: Some(sent_at),
            ..self.message(id, sender, Some(text), None)
        };
        let message = BusinessMessage { connection: "olga".into(), chat, message, is_automatic };
        let event = if edited.is_some() { BusinessEvent::Edited } else { BusinessEvent::Message };
        self.step_in(true, Event::Business(event(message)));
    }

    /// Steps the conversation of the connection, or the one that people see.
    fn step_in(&mut self, business: bool, event: Event) {
        let was_in = self.in_business;
        self.turn_to(business);
        self.event(event);
        self.turn_to(was_in);
    }

    fn turn_to(&mut self, business: bool) {
        if self.in_business != business {
            std::mem::swap(&mut self.conversation, &mut self.beside);
            self.in_business = business;
        }
    }

    /// Splits `[what somebody wrote]: text`, and finds the message.
    fn written_as(&self, rest: &str) -> (MessageId, String) {
        let (quote, text) = rest.split_once("]: ").expect("[what was written]: text");
        let quote = quote.trim_start_matches('[');
        let found = self.written.iter().rev().find(|(_, text)| *text == quote);
        (*found.unwrap_or_else(|| panic!("nobody wrote {quote:?}")).0, text.to_owned())
    }

    fn message(
        &self,
        id: MessageId,
        sender: Sender,
        text: Option<&str>,
        reply_to: Option<MessageId>,
    ) -> Message {
        Message {
            id,
            chat: self.kind,
            thread: self.thread,
            chain: self.chain,
            sender,
            text: text.map(str::to_owned),
            reply_to: reply_to.map(|id| self.replied(id)),
            sent_at: None,
            forwarded: false,
            chance: Chance::default(),
            quote: None,
            addresses_others: false,
            formatted: None,
            has_attachment: false,
        }
    }

    fn replied(&self, id: MessageId) -> RepliedMessage {
        let posted = self.posted.get(&id).map(|it| it.text.clone());
        let mine = posted.is_some();
        RepliedMessage { id, mine, text: posted.or_else(|| self.written.get(&id).cloned()) }
    }

    fn say(&mut self, sender: Sender, text: Option<&str>, reply_to: Option<MessageId>) {
        let id = self.next_id();
        let text = text.map(|text| text.replace("\\n", "\n"));
        if let Some(text) = &text {
            self.written.insert(id, text.clone());
        }
        let message = self.message(id, sender, text.as_deref(), reply_to);
        self.event(Event::Message(message));
    }

    /// Taps the lowest button with this label, or the one under this message.
    fn tap(&mut self, person: Person, label: &str, under: Option<MessageId>) {
        let fits = |id: &MessageId| under.is_none_or(|under| under == *id);
        let found = self.posted.iter().rev().filter(|(id, _)| fits(id)).find_map(|(id, posted)| {
            let button = posted.buttons.iter().flatten().find(|button| button.label == label)?;
            Some((*id, button.action.clone(), posted.reply_to))
        });
        let Some((message, action, reply_to)) = found else {
            panic!("no button says {label:?} in:\n{}", self.paper)
        };
        match action {
            Action::Url(url) => self.line(&format!("({url} opens)")),
            Action::Tap(data) => {
                assert!((1..=64).contains(&data.len()), "callback_data is 1 to 64 bytes: {data}");
                self.press(person, message, reply_to, data);
            }
        }
    }

    /// Taps a button that may not be there, under the last message or a given one.
    fn forge(&mut self, person: Person, data: &str) {
        let last = self.posted.keys().next_back().copied().unwrap_or(MessageId(1));
        let (data, message) = match data.split_once(" under (") {
            Some((data, id)) => {
                (data, MessageId(id.trim_end_matches(')').parse().expect("the number of a message")))
            }
            None => (data, last),
        };
        self.press(person, message, None, data.to_owned());
    }

    fn press(&mut self, person: Person, message: MessageId, reply_to: Option<MessageId>, data: String) {
        let reply_to = reply_to.map(|id| self.replied(id));
        let (chat, thread, chain) = (self.kind, self.thread, self.chain);
        let shown = self.posted.get(&message).into_iter().flat_map(|posted| posted.buttons.iter().flatten());
        let forged = !shown.into_iter().any(|button| button.action == Action::Tap(data.clone()));
        let tap = Tap {
            query: "tap".into(),
            person,
            chat,
            thread,
            chain,
            message,
            reply_to,
            data,
            forged,
            chance: Chance::default(),
        };
        self.event(Event::Tap(tap));
    }

    /// Votes in the last poll: `right`, `half right` for one of several right options, `wrong` for the first wrong option, `wrong too` for the second, or `nothing`
    /// to take the vote back.
    fn vote(&mut self, person: Person, choice: &str) {
        let (key, correct) = self
            .posted
            .values()
            .rev()
            .find_map(|posted| posted.poll.clone())
            .expect("there is a poll to vote in");
        let wrong =
            |n: usize| (0..).filter(|option| !correct.contains(option)).nth(n).expect("numbers do not end");
        let options = match choice {
            "right" => correct,
            "half right" => correct[..1].to_vec(),
            "wrong" => vec![wrong(0)],
            "wrong too" => vec![wrong(1)],
            "nothing" => vec![],
            other => panic!("no such vote: {other}"),
        };
        self.event(Event::Vote(Vote { poll: key, person, options }));
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
        let library = self.library.clone();
        let context = Context::new(&library, &self.me, &[PersonId(99)]);
        let conversation = std::mem::take(&mut self.conversation);
        let (conversation, effects) = step(context, conversation, event, self.now);
        self.conversation = conversation;
        for effect in effects {
            match effect {
                Effect::Send(outgoing) => self.carry_out(outgoing),
                Effect::Record(record) => self.record(record),
                Effect::Read(read) => {
                    let rows = self.look_up(&read);
                    self.event(Event::Rows { read, rows });
                }
            }
        }
    }

    fn carry_out(&mut self, outgoing: Outgoing) {
        if self.polls_are_stuck && matches!(outgoing.request, Request::Poll { .. }) {
            self.line("(the poll is on its way)");
            return self.stuck.push(outgoing);
        }
        if self.membership == Answer::OnItsWay && matches!(outgoing.request, Request::AskMember { .. }) {
            return self.stuck.push(outgoing);
        }
        if let (Some(_), Some(failure)) = (&outgoing.business, self.business_failure.clone()) {
            self.line("(Telegram refuses)");
            let Some(key) = outgoing.key.filter(|_| outgoing.report) else { return };
            return self.event(Event::Failed { key, failure });
        }
        let Outgoing { key, business, thread, request, priority, asker, report } = outgoing;
        let done = match request {
            Request::Message { text, buttons, reply_to, only_as_reply, silent: _, picture } => {
                let reply_to = reply_to.and_then(|reference| self.resolve(&reference));
                if only_as_reply && !reply_to.is_some_and(|id| self.posted.contains_key(&id)) {
                    let (key, failure) = (key.expect("it is reported"), Failure::MessageGone);
                    return self.event(Event::Failed { key, failure });
                }
                let id = self.next_id();
                let to = match reply_to {
                    Some(to) if to.0 + 1 == id.0 => String::new(),
                    Some(to) => format!(" to ({})", to.0),
                    None => String::new(),
                };
                let place = match &business {
                    Some(BusinessTarget { chat, .. }) => {
                        let customer = PEOPLE.iter().find(|(_, id)| *id == chat.0).expect("a customer").0;
                        format!(" in Olga's chat with {customer}")
                    }
                    None => place(thread),
                };
                self.line(&format!("({}){to}{place}", id.0));
                if let Some(picture) = picture {
                    assert!(text.n_chars() <= CAPTION_LIMIT, "a caption has {} characters", text.n_chars());
                    self.line(&format!("  🖼 {}", picture.0));
                }
                self.show(&text, &buttons);
                if let Some(key) = &key {
                    self.ids.insert(key.clone(), id);
                }
                self.posted.insert(id, Posted { text: text.text, buttons, reply_to, poll: None });
                Done::Message(id)
            }
            Request::Edit { message, text, buttons, or_reply_to } => {
                let Some(id) = self.resolve(&message) else {
                    return self.line(&format!("(edits {message:?})"));
                };
                if !self.posted.contains_key(&id) {
                    self.line(&format!("({} is gone)", id.0));
                    let Some(reply_to) = or_reply_to.map(MessageRef::Id) else { return };
                    let (reply_to, only_as_reply, silent, picture) = (Some(reply_to), false, false, None);
                    let request =
                        Request::Message { text, buttons, reply_to, only_as_reply, silent, picture };
                    return self.carry_out(Outgoing {
                        key,
                        business,
                        thread,
                        request,
                        priority,
                        asker,
                        report,
                    });
                }
                self.line(&format!("({}) becomes", id.0));
                self.show(&text, &buttons);
                if let Some(posted) = self.posted.get_mut(&id) {
                    (posted.text, posted.buttons) = (text.text, buttons);
                }
                Done::Message(id)
            }
            Request::EditButtons { message, buttons } => {
                let Some(id) = self.resolve(&message) else { return };
                self.line(&format!("({}) has other buttons", id.0));
                self.show(&RichText::default(), &buttons);
                if let Some(posted) = self.posted.get_mut(&id) {
                    posted.buttons = buttons;
                }
                Done::Message(id)
            }
            Request::Delete { message } => {
                let Some(id) = self.resolve(&message) else { return };
                self.line(&format!("({}) is deleted", id.0));
                self.posted.remove(&id);
                Done::Nothing
            }
            Request::Poll {
                question,
                options,
                correct,
                explanation,
                seconds,
                picture,
                explanation_picture,
                ..
            } => {
                if let Some(failure) = self.poll_failure.clone() {
                    self.line("(the poll cannot be sent)");
                    let key = key.expect("polls have keys");
                    return self.event(Event::Failed { key, failure });
                }
                let id = self.next_id();
                let place = match thread.map(ThreadId::thread) {
                    // A forum's polls are where its other messages are.
                    Some(Thread::Topic(_)) if self.kind != ChatKind::Private => String::new(),
                    _ => place(thread),
                };
                self.line(&format!("({}) poll{place}, {seconds} s: {question}", id.0));
                if let Some(picture) = picture {
                    self.line(&format!("  🖼 {}", picture.0));
                }
                for (index, option) in options.iter().enumerate() {
                    self.line(&format!("  {} {option}", if correct.contains(&index) { "●" } else { "○" }));
                }
                self.line(&format!("  ({})", explanation.text.replace('\n', " / ")));
                if let Some(picture) = explanation_picture {
                    self.line(&format!("  (🖼 {})", picture.0));
                }
                let key = key.clone().expect("polls have keys");
                self.ids.insert(key.clone(), id);
                let poll = Some((key, correct));
                self.posted.insert(id, Posted { text: question, buttons: Vec::new(), reply_to: None, poll });
                Done::Message(id)
            }
            Request::StopPoll { message } => {
                let Some(id) = self.resolve(&message) else { return };
                self.line(&format!("({}) is closed", id.0));
                Done::Nothing
            }
            Request::ForceReply { text, placeholder, reply_to } => {
                let reply_to = reply_to.and_then(|reference| self.resolve(&reference));
                let id = self.next_id();
                self.line(&format!("({}) asks for a reply: {placeholder}", id.0));
                self.show(&text, &[]);
                if let Some(key) = &key {
                    self.ids.insert(key.clone(), id);
                }
                self.posted.insert(id, Posted { text: text.text, buttons: Vec::new(), reply_to, poll: None });
                Done::Message(id)
            }
            Request::AnswerTap { text, alert, .. } => {
                if !text.is_empty() {
                    self.line(&format!("({}: {text})", if alert { "alert" } else { "toast" }));
                }
                Done::Nothing
            }
            Request::AnswerInline { results, .. } => {
                for result in results {
                    self.line(&format!("- {}: {}", result.title, result.description));
                }
                Done::Nothing
            }
            Request::AnswerGuest { result, .. } => {
                self.line("(as a guest)");
                self.show(&result.text, &result.buttons);
                Done::Nothing
            }
            Request::SetCommands { commands } => {
                let names: Vec<String> = commands.iter().map(|(name, _)| format!("/{name}")).collect();
                self.line(&format!("(the menu: {})", names.join(" ")));
                Done::Nothing
            }
            Request::AskAdmin { person } => Done::Admin(person == PersonId(13)),
            Request::AskConnection { .. } => {
                self.line("(asks what the connection allows)");
                match &self.connection {
                    Some(connection) => Done::Connection(Box::new(connection.clone())),
                    None => {
                        let (key, failure) = (key.expect("it is reported"), Failure::NoRights);
                        return self.event(Event::Failed { key, failure });
                    }
                }
            }
            Request::AskMember { .. } if self.membership == Answer::Refused => {
                let key = key.expect("such questions have keys");
                let failure = Failure::Other("Bad Request: CHAT_ADMIN_REQUIRED".into());
                return self.event(Event::Failed { key, failure });
            }
            Request::AskMember { person } => Done::Member(person != PersonId(15)),
            Request::AddPhrasing { .. } => panic!("nobody asks for this any more"),
            Request::ChangeFolder { change, only_check } => match self.change_folder(&change, only_check) {
                Ok(changed) => Done::Changed(changed),
                Err(failure) => {
                    let key = key.expect("changes have keys");
                    return self.event(Event::Failed { key, failure });
                }
            },
        };
        if let (true, Some(key)) = (report, key) {
            self.event(Event::Done { key, done });
        }
    }

    fn changed_folder(&mut self) -> std::path::PathBuf {
        self.changed.get_or_insert_with(|| copy_of(self.folder)).path().to_owned()
    }

    /// Does to a copy of the folder what the bot does to its own; it goes live at once.
    fn change_folder(&mut self, change: &FolderChange, only_check: bool) -> Result<ChangedFolder, Failure> {
        let dir = self.changed_folder();
        if !only_check && let Some(failure) = self.change_failure.take() {
            self.line("(the folder cannot be written)");
            return Err(failure);
        }
        let changed = faq_folder::change(&dir, change, only_check).map_err(|error| {
            Failure::Other(format!("{error:#}").replace(&dir.display().to_string(), "faq"))
        })?;
        if let Some(edit) = &changed.edit {
            self.line(&format!("(writes into {})", edit.path));
            for line in edit.inserted.trim().lines() {
                self.line(&format!("  | {line}"));
            }
        } else if !only_check {
            self.line("(puts the folder back as it was)");
        }
        if !only_check {
            self.library = Rc::new(library(&dir));
        }
        Ok(changed)
    }

    fn record(&mut self, record: Record) {
        match record {
            Record::Miss { question, why } => self.miss(question, why),
            Record::Feedback { up: false, question: Some(question), .. } => {
                self.miss(question, MissReason::Disliked)
            }
            Record::Score { round, person, right, asked, total_ms, topic, .. } => {
                let known = |it: &Score| it.round == round && it.person.id == person.id;
                if !self.scores.iter().any(known) {
                    self.scores.push(Score { at: self.now, person, round, right, asked, total_ms, topic });
                }
            }
            Record::Responses(responses) => {
                let kept = responses
                    .into_iter()
                    .filter(|response| !self.without_practice.contains(&response.person));
                self.responses.extend(kept.map(|response| (self.now, response)));
            }
            Record::Practice { person, on } => {
                self.without_practice.retain(|known| *known != person);
                if !on {
                    self.without_practice.push(person);
                    self.responses.retain(|(_, response)| response.person != person);
                }
            }
            Record::SettleMisses { questions } => {
                let (settled, open) = std::mem::take(&mut self.misses)
                    .into_iter()
                    .partition(|it| questions.contains(&it.question));
                self.misses = open;
                self.settled.extend::<Vec<Miss>>(settled);
            }
            Record::ReopenMisses { questions } => {
                let (open, settled) = std::mem::take(&mut self.settled)
                    .into_iter()
                    .partition(|it| questions.contains(&it.question));
                self.settled = settled;
                self.misses.extend::<Vec<Miss>>(open);
            }
            Record::Forget { person } => {
                self.line("(everything about this person is deleted)");
                self.scores.retain(|score| score.person.id != person);
                self.responses.retain(|(_, response)| response.person != person);
            }
            Record::Tell { chat, event } => {
                let to_business = chat == ChatId::of_connection("olga");
                self.step_in(to_business, *event);
            }
            Record::Asked { .. } | Record::Feedback { .. } | Record::Round { .. } => {}
        }
    }

    fn miss(&mut self, question: String, why: MissReason) {
        self.line(&format!("(noted as missed: {question:?})"));
        match self.misses.iter_mut().find(|miss| miss.question == question) {
            Some(miss) => (miss.count, miss.why, miss.last) = (miss.count + 1, why, self.now),
            None => {
                self.misses.push(Miss { question, why, count: 1, first: self.now, last: self.now });
            }
        }
    }

    fn look_up(&self, read: &Read) -> Rows {
        match read {
            Read::Table { view, .. } => Rows::Table(TableRows {
                standings: self.standings(view),
                topics: self.topics(),
                has_scores: !self.scores.is_empty(),
            }),
            Read::Reviews { person, .. } => Rows::Reviews(self.reviews(*person)),
            Read::Items { .. } => Rows::Items(self.items()),
            Read::Misses { .. } => Rows::Misses(self.misses.clone()),
            Read::Stats { .. } => Rows::Stats(vec![
                faqbot::chat::Day { date: "2026-05-31".into(), answer: 6, unknown: 2, ..Default::default() },
                faqbot::chat::Day {
                    date: "2026-06-01".into(),
                    answer: 3,
                    choose: 1,
                    small_talk: 1,
                    out_of_scope: 2,
                    rounds: 1,
                    ..Default::default()
                },
            ]),
            Read::MostAsked { .. } => Rows::MostAsked(vec!["wifi".into()]),
            Read::KeyOf { message, .. } => {
                Rows::KeyOf(self.ids.iter().find(|(_, id)| *id == message).map(|(key, _)| key.clone()))
            }
        }
    }

    fn standings(&self, view: &TableView) -> Vec<Standing> {
        let is_daily = |it: &Score| it.topic.as_deref() == Some("/daily");
        let counts = |it: &&Score| match view {
            TableView::Week => it.at >= monday(self.now) && !is_daily(it),
            TableView::Ever => !is_daily(it),
            TableView::Daily { since } => it.at >= *since && is_daily(it),
            TableView::Topic(topic) => it.topic.as_ref() == Some(topic),
        };
        let mut standings: Vec<Standing> = Vec::new();
        for score in self.scores.iter().filter(counts) {
            match standings.iter_mut().find(|it| it.person.id == score.person.id) {
                Some(it) => {
                    it.right += score.right;
                    it.asked += score.asked;
                    it.total_ms += score.total_ms;
                    it.rounds += 1;
                }
                None => standings.push(Standing {
                    person: score.person.clone(),
                    right: score.right,
                    asked: score.asked,
                    rounds: 1,
                    total_ms: score.total_ms,
                    streak: self.streak(score.person.id),
                }),
            }
        }
        standings.sort_by_key(|it| (std::cmp::Reverse(it.right), it.total_ms));
        standings
    }

    fn streak(&self, person: PersonId) -> u32 {
        let day = |at: Timestamp| at.0.div_euclid(24 * 3_600_000);
        let scores = self.scores.iter().filter(|score| score.person.id == person);
        let days: std::collections::BTreeSet<i64> = scores.map(|score| day(score.at)).collect();
        faqbot::quiz::streak(&days.into_iter().rev().collect::<Vec<_>>(), day(self.now))
    }

    fn topics(&self) -> Vec<String> {
        let mut topics: BTreeMap<&str, usize> = BTreeMap::new();
        for topic in self.scores.iter().filter_map(|score| score.topic.as_deref()) {
            *topics.entry(topic).or_default() += 1;
        }
        let mut topics: Vec<(&str, usize)> = topics.into_iter().collect();
        topics.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
        topics.into_iter().map(|(topic, _)| topic.to_owned()).collect()
    }

    fn reviews(&self, person: PersonId) -> Vec<Review> {
        let own = self.responses.iter().filter(|(_, response)| response.person == person);
        own.map(|(at, response)| Review {
            question: response.question.clone(),
            at: *at,
            right: response.right,
            practised: response.practised,
        })
        .collect()
    }

    /// Each answer stands for ten people.
    fn items(&self) -> Vec<(String, ItemTally)> {
        let mut items: BTreeMap<String, ItemTally> = BTreeMap::new();
        for (_, response) in self.responses.iter().filter(|(_, response)| !response.practised) {
            let tally = items.entry(response.question.clone()).or_default();
            let (right, rest) = (u64::from(response.right), response.rest.map(u64::from));
            tally.answers += 10;
            tally.right += 10 * right;
            if let Some(rest) = rest {
                tally.pairs += 10;
                tally.pairs_right += 10 * right;
                tally.rest += 10 * rest;
                tally.rest_right += 10 * right * rest;
                tally.rest_squared += 10 * rest * rest;
            }
        }
        items.into_iter().collect()
    }

    fn resolve(&self, message: &MessageRef) -> Option<MessageId> {
        match message {
            MessageRef::Id(id) => Some(*id),
            MessageRef::Key(key) => self.ids.get(key).copied(),
        }
    }

    fn next_id(&mut self) -> MessageId {
        self.n_messages += 1;
        MessageId(self.n_messages)
    }

    fn show(&mut self, text: &RichText, buttons: &[Vec<Button>]) {
        for line in with_marks(text).lines() {
            let n_chars = line.chars().count();
            if n_chars > 1_000 {
                let start: String = line.chars().take(40).collect();
                self.line(&format!("  {start}… ({n_chars} characters)"));
            } else {
                self.line(&format!("  {line}"));
            }
        }
        for row in buttons {
            let row: Vec<String> = row.iter().map(|button| format!("[{}]", button.label)).collect();
            self.line(&format!("  {}", row.join(" ")));
        }
    }

    fn line(&mut self, line: &str) {
        writeln!(self.paper, "{}", line.trim_end()).expect("writing to a string");
    }
}

/// The place in a chat where something is posted.
fn place(thread: Option<ThreadId>) -> String {
    match thread.map(ThreadId::thread) {
        None => String::new(),
        Some(Thread::Topic(id)) => format!(" in topic {id}"),
        Some(Thread::DirectMessages(id)) => format!(" in the direct messages of {id}"),
        Some(Thread::Comments(post)) => format!(" in the comments on ({})", post.0),
    }
}

/// Formatting as Markdown marks.
fn with_marks(text: &RichText) -> String {
    let mark = |style: &Style| match style {
        Style::Bold => "**",
        Style::Italic => "_",
        Style::Strikethrough => "~~",
        Style::Spoiler => "||",
        Style::Blockquote => ">",
        Style::Code => "`",
        Style::Pre => "```",
        Style::TextLink { .. } => "~",
    };
    let mut marked = String::new();
    let mut at = 0;
    for c in text.text.chars().map(Some).chain([None]) {
        for entity in text.entities.iter().rev().filter(|entity| entity.offset + entity.length == at) {
            marked.push_str(mark(&entity.style));
        }
        for entity in text.entities.iter().filter(|entity| entity.offset == at) {
            marked.push_str(mark(&entity.style));
        }
        if let Some(c) = c {
            marked.push(c);
            at += c.len_utf16();
        }
    }
    marked
}

/// When the week began: Monday, 0:00 UTC. (The first day of 1970 was a Thursday.)
fn monday(now: Timestamp) -> Timestamp {
    const DAY: i64 = 24 * 3_600_000;
    Timestamp(now.0 - (now.0 + 3 * DAY).rem_euclid(7 * DAY))
}

/// `31s`, `5m`, `6h`, `300ms`.
fn duration(text: &str) -> Duration {
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let number: u64 = text[..text.len() - unit.len()].parse().expect("a number");
    match unit {
        "ms" => Duration::from_millis(number),
        "s" => Duration::from_secs(number),
        "m" => Duration::from_secs(number * 60),
        "h" => Duration::from_secs(number * 3_600),
        other => panic!("no such unit: {other}"),
    }
}
