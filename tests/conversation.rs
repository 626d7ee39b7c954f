//! Whatever happens in a chat, in whatever order: the bot does not panic, and asks for nothing that Telegram
//! would refuse.

use std::path::Path;
use std::time::Duration;

use proptest::prelude::*;

use faqbot::chat::{
    Action, Button, Chance, ChatKind, Context, Conversation, Done, Effect, Event, Failure, InlineQuery, Key,
    Me, Membership, Message, MessageId, Outgoing, Person, PersonId, Read, RepliedMessage, Request, Rows,
    Sender, Standing, TableRows, Tap, ThreadId, Vote, step,
};
use faqbot::quiz::ItemTally;
use faqbot::quiz::practice::Review;
use faqbot::rich_text::{RichText, utf16_len};
use faqbot::time::Timestamp;

use super::transcripts::stage;

/// The parts of one event of a random chat; ids and keys are filled in from what the bot has sent so far.
#[derive(Debug, Clone)]
enum Act {
    Write {
        who: u8,
        text: String,
        reply: bool,
        edited: bool,
    },
    Tap {
        who: u8,
        button: usize,
    },
    Forge {
        who: u8,
        data: String,
    },
    Vote {
        who: u8,
        option: usize,
    },
    Wait(u32),
    Inline(String),
    Fail(usize),
    Restart,
    Join,
    /// The group becomes a supergroup; Telegram reports it twice.
    Migrate,
    Forget {
        who: u8,
    },
}

fn act() -> impl Strategy<Value = Act> {
    let commands = prop::sample::select(vec![
        "/start",
        "/start wifi",
        "/help",
        "/ask when are you open",
        "/ask",
        "/topics",
        "/glossary",
        "/define",
        "/define reference book",
        "/quiz",
        "/quiz 3 5",
        "/guess 3 5",
        "/guess",
        "5 billion",
        "about €20",
        "/quiz 1",
        "/quiz 30 600 fees",
        "/stop",
        "/top",
        "/top month",
        "/top fees",
        "/daily",
        "/daily 09:00 Europe/Kyiv",
        "/daily 25:00 nowhere",
        "/daily off",
        "/practice",
        "/practice off",
        "/about",
        "/privacy",
        "/forgetme",
        "/settings",
        "/misses",
        "/stats",
        "/why",
        "/nonsense",
        "@library_bot wifi?",
        "how much is a card",
        "and the late fee",
        "thanks",
        "is there a concert",
    ]);
    let text = prop_oneof![4 => commands.prop_map(str::to_owned), 1 => r"\PC{0,80}", 1 => r"[<>&*_`\[\]()/@\\ a]{0,40}"];
    prop_oneof![
        6 => (0_u8..5, text, any::<bool>(), prop::bool::weighted(0.1))
            .prop_map(|(who, text, reply, edited)| Act::Write { who, text, reply, edited }),
        6 => (0_u8..5, any::<usize>()).prop_map(|(who, button)| Act::Tap { who, button }),
        1 => (0_u8..5, r"[a-zA-Z+:-]{0,3}:?\PC{0,62}").prop_map(|(who, data)| Act::Forge { who, data }),
        4 => (0_u8..5, 0_usize..7).prop_map(|(who, option)| Act::Vote { who, option }),
        4 => (0_u32..700_000).prop_map(Act::Wait),
        1 => r"\PC{0,40}".prop_map(Act::Inline),
        1 => any::<usize>().prop_map(Act::Fail),
        1 => Just(Act::Restart),
        1 => Just(Act::Join),
        1 => Just(Act::Migrate),
        1 => (0_u8..5).prop_map(|who| Act::Forget { who }),
    ]
}

/// A chat in which everything that the bot asks for happens at once.
struct Chat<'a> {
    context: Context<'a>,
    kind: ChatKind,
    conversation: Conversation,
    now: Timestamp,
    n_messages: i64,
    buttons: Vec<String>,
    polls: Vec<Key>,
    reports: Vec<Key>,
    fail_next: bool,
}

impl<'a> Chat<'a> {
    fn new(context: Context<'a>, kind: ChatKind) -> Self {
        Chat {
            context,
            kind,
            conversation: Conversation::default(),
            now: Timestamp(1_780_315_200_000),
            n_messages: 0,
            buttons: Vec::new(),
            polls: Vec::new(),
            reports: Vec::new(),
            fail_next: false,
        }
    }

    fn play(&mut self, act: Act) {
        let (kind, thread) = (self.kind, (self.kind == ChatKind::Supergroup).then_some(ThreadId(7)));
        let event = match act {
            Act::Write { who, text, reply, edited } => {
                self.n_messages += 1;
                let sender = match who {
                    4 => Sender::AnonymousAdmin,
                    _ => Sender::Person(person(who)),
                };
                let reply_to = reply.then(|| RepliedMessage {
                    id: MessageId(self.n_messages - 1),
                    mine: who.is_multiple_of(2),
                    text: Some(text.clone()),
                });
                let (id, text) = (MessageId(self.n_messages), (!text.is_empty()).then_some(text));
                let message = Message {
                    id,
                    chat: kind,
                    thread,
                    chain: None,
                    sender,
                    text,
                    reply_to,
                    sent_at: None,
                    forwarded: false,
                    chance: Chance { seed: id.0.unsigned_abs(), name: id.0.unsigned_abs() },
                    quote: None,
                    addresses_others: false,
                    formatted: None,
                    has_attachment: false,
                };
                if edited { Event::Edited(message) } else { Event::Message(message) }
            }
            Act::Tap { who, button } => {
                let Some(data) = self.buttons.get(button % self.buttons.len().max(1)).cloned() else {
                    return;
                };
                self.tap(who, data)
            }
            Act::Forge { who, data } => self.tap(who, data),
            Act::Vote { who, option } => {
                let Some(poll) = self.polls.last().cloned() else { return };
                Event::Vote(Vote { poll, person: person(who), options: vec![option] })
            }
            Act::Wait(ms) => return self.wait(Duration::from_millis(ms.into())),
            Act::Inline(query) => Event::Inline(InlineQuery { id: "1".into(), person: person(0), query }),
            Act::Fail(index) => {
                self.fail_next = true;
                let Some(key) = self.reports.get(index % self.reports.len().max(1)).cloned() else { return };
                Event::Failed { key, failure: Failure::NoRights }
            }
            Act::Restart => {
                let stored = serde_json::to_string(&self.conversation).expect("a state can be stored");
                let read: Conversation = serde_json::from_str(&stored).expect("a state can be read again");
                assert_eq!(read, self.conversation);
                return;
            }
            Act::Join => {
                Event::Membership(Membership { chat: kind, member: true, was_member: false, admin: false })
            }
            Act::Migrate => {
                if self.kind == ChatKind::Group {
                    self.kind = ChatKind::Supergroup;
                    self.event(Event::Migrated);
                }
                Event::Migrated
            }
            Act::Forget { who } => Event::Forget { person: person(who).id },
        };
        self.event(event);
    }

    fn tap(&self, who: u8, data: String) -> Event {
        Event::Tap(Tap {
            query: "tap".into(),
            person: person(who),
            chat: self.kind,
            thread: (self.kind == ChatKind::Supergroup).then_some(ThreadId(7)),
            chain: None,
            message: MessageId(self.n_messages),
            reply_to: Some(RepliedMessage {
                id: MessageId(self.n_messages),
                mine: who.is_multiple_of(2),
                text: Some("a question".into()),
            }),
            data,
            // So that forged data gets past the first door as well.
            forged: false,
            chance: Chance::default(),
        })
    }

    fn wait(&mut self, time: Duration) {
        let end = self.now + time;
        let mut n_ticks = 0;
        while let Some(due) = self.conversation.due().filter(|due| *due <= end) {
            self.now = self.now.max(due);
            self.event(Event::Tick);
            n_ticks += 1;
            assert!(n_ticks < 1_000, "a tick leaves its own time behind: {:?}", self.conversation);
        }
        self.now = end;
    }

    fn event(&mut self, event: Event) {
        let (conversation, effects) =
            step(self.context, std::mem::take(&mut self.conversation), event, self.now);
        self.conversation = conversation;
        for effect in effects {
            match effect {
                Effect::Send(outgoing) => self.send(outgoing),
                Effect::Record(_) => {}
                Effect::Read(read) => {
                    let rows = match &read {
                        Read::Table { .. } => Rows::Table(table()),
                        Read::Reviews { .. } => Rows::Reviews(self.reviews()),
                        Read::Items { .. } => Rows::Items(self.items()),
                        Read::Misses { .. } => Rows::Misses(Vec::new()),
                        Read::Stats { .. } => Rows::Stats(Vec::new()),
                        Read::MostAsked { .. } => Rows::MostAsked(Vec::new()),
                        Read::KeyOf { .. } => Rows::KeyOf(self.reports.last().cloned()),
                    };
                    self.event(Event::Rows { read, rows });
                }
            }
        }
    }

    /// Every question was missed before; some were practised since.
    fn reviews(&self) -> Vec<Review> {
        let at = self.now - Duration::from_secs(3_600);
        let ids = self.question_ids().into_iter().enumerate();
        ids.map(|(n, question)| Review { question, at, right: false, practised: n % 3 == 0 }).collect()
    }

    /// Every question is missed.
    fn items(&self) -> Vec<(String, ItemTally)> {
        let tally = ItemTally { answers: 50, ..ItemTally::default() };
        self.question_ids().into_iter().map(|question| (question, tally)).collect()
    }

    fn question_ids(&self) -> Vec<String> {
        let questions = &self.context.library.questions;
        questions.quiz.iter().chain(&questions.guesses).map(|question| question.id.clone()).collect()
    }

    fn send(&mut self, outgoing: Outgoing) {
        self.n_messages += 1;
        check(&outgoing.request);
        let Outgoing { key, request, report, .. } = outgoing;
        let done = match request {
            Request::Message { buttons, .. }
            | Request::Edit { buttons, .. }
            | Request::EditButtons { buttons, .. } => {
                let data = buttons.into_iter().flatten().filter_map(|button| match button.action {
                    Action::Tap(data) => Some(data),
                    Action::Url(_) => None,
                });
                self.buttons.extend(data);
                Done::Message(MessageId(self.n_messages))
            }
            Request::Poll { .. } => {
                self.polls.extend(key.clone());
                Done::Message(MessageId(self.n_messages))
            }
            Request::AskAdmin { .. } => Done::Admin(self.n_messages % 2 == 0),
            Request::AskMember { .. } if self.n_messages % 5 == 0 => return,
            Request::AskMember { .. } => Done::Member(self.n_messages % 3 == 0),
            _ => Done::Nothing,
        };
        self.reports.extend(key.clone());
        if let (Some(key), true) = (key, report) {
            let failed = std::mem::take(&mut self.fail_next);
            self.event(if failed {
                Event::Failed { key, failure: Failure::Other("refused".into()) }
            } else {
                Event::Done { key, done }
            });
        }
    }
}

fn person(who: u8) -> Person {
    let names = ["Ana", "<b>Ben</b> *Ben*", "Cleo\u{202e}\u{202e}", "", "مرحبا 🚀"];
    Person::new(PersonId(10 + i64::from(who)), names[usize::from(who) % names.len()])
}

/// A table with a line, and as many topics as there are at most.
fn table() -> TableRows {
    let person = person(1);
    let standing = Standing { person, right: 3, asked: 5, rounds: 1, total_ms: 9_000, streak: 3 };
    let topics = (0..7).map(|n| format!("{n}{}", "ж".repeat(23))).chain(["/daily".to_owned()]);
    TableRows { standings: vec![standing], topics: topics.collect(), has_scores: true }
}

/// Checks a request against the limits of the Bot API.
fn check(request: &Request) {
    match request {
        Request::Message { text, buttons, .. } | Request::Edit { text, buttons, .. } => {
            check_text(text, 1, 4096);
            check_buttons(buttons);
        }
        Request::EditButtons { buttons, .. } => check_buttons(buttons),
        Request::ForceReply { text, .. } => check_text(text, 1, 4096),
        Request::Poll { question, options, correct, explanation, seconds, .. } => {
            assert!((1..=300).contains(&question.chars().count()), "{question}");
            assert!((2..=12).contains(&options.len()) && !correct.is_empty());
            assert!(correct.is_sorted_by(|a, b| a < b) && correct.iter().all(|id| *id < options.len()));
            assert!(options.iter().all(|option| (1..=100).contains(&option.chars().count())), "{options:?}");
            check_text(explanation, 0, 200);
            assert!(explanation.text.matches('\n').count() <= 2);
            assert!((5..=2_628_000).contains(seconds));
        }
        Request::AnswerTap { text, .. } => assert!(text.chars().count() <= 200),
        Request::AnswerInline { results, .. } => {
            assert!(results.len() <= 50);
            for result in results {
                assert!((1..=64).contains(&result.id.len()));
                check_text(&result.text, 1, 4096);
                check_buttons(&result.buttons);
            }
        }
        Request::AnswerGuest { result, .. } => {
            check_text(&result.text, 1, 4096);
            check_buttons(&result.buttons);
        }
        Request::Delete { .. }
        | Request::StopPoll { .. }
        | Request::AskAdmin { .. }
        | Request::AskConnection { .. }
        | Request::SetCommands { .. }
        | Request::AskMember { .. }
        | Request::AddPhrasing { .. }
        | Request::ChangeFolder { .. } => {}
    }
}

fn check_text(text: &RichText, least: usize, most: usize) {
    assert!((least..=most).contains(&text.n_chars()), "{} characters", text.n_chars());
    assert!(least == 0 || !text.text.trim().is_empty(), "a blank message");
    let length = utf16_len(&text.text);
    assert!(text.entities.iter().all(|entity| entity.length > 0 && entity.offset + entity.length <= length));
}

fn check_buttons(rows: &[Vec<Button>]) {
    assert!(rows.len() <= 100);
    for button in rows.iter().flatten() {
        assert!(!button.label.trim().is_empty());
        match &button.action {
            Action::Tap(data) => assert!((1..=64).contains(&data.len()), "{data}"),
            Action::Url(url) => assert!(url.starts_with("https://"), "{url}"),
        }
    }
}

#[test]
fn any_chat_stays_within_telegrams_limits() {
    let library = stage::library(Path::new("tests/transcripts/folder"));
    let me = Me { id: PersonId(1), username: "library_bot".into(), reads_all_group_messages: true };
    let context = Context::new(&library, &me, &[PersonId(11)]);
    let kinds = prop::sample::select(vec![ChatKind::Private, ChatKind::Group, ChatKind::Supergroup]);
    let config = ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(kind in kinds, acts in prop::collection::vec(act(), 1..60))| {
        let mut chat = Chat::new(context, kind);
        for act in acts {
            chat.play(act);
        }
        // A quiz ends by itself when everybody has gone, and so do daily questions.
        chat.wait(Duration::from_secs(20 * 24 * 60 * 60));
        prop_assert_eq!(chat.conversation.due(), None);
    });
}

/// Each letter that somebody types after the bot's name is a query, which has to be searched for.
#[test]
fn inline_queries_have_a_pace_for_each_person() {
    let library = stage::library(Path::new("tests/transcripts/folder"));
    let me = Me { id: PersonId(1), username: "library_bot".into(), reads_all_group_messages: false };
    let context = Context::new(&library, &me, &[]);
    let mut now = Timestamp(1_780_315_200_000);
    let mut conversation = Conversation::default();
    let mut is_answered = |who: u8, now: Timestamp| {
        let query = InlineQuery { id: "1".into(), person: person(who), query: "wifi".into() };
        let (next, effects) = step(context, std::mem::take(&mut conversation), Event::Inline(query), now);
        conversation = next;
        !effects.is_empty()
    };
    let n_answered = (0..500).filter(|_| is_answered(0, now)).count();
    assert_eq!(n_answered, 60);
    assert!(is_answered(1, now), "another person has a pace of their own");
    now = now + Duration::from_secs(60);
    assert!(is_answered(0, now), "a minute later it is forgotten");
}

#[test]
fn a_second_tap_on_a_button_for_admins_ends_the_first_one() {
    let library = stage::library(Path::new("tests/transcripts/folder"));
    let me = Me { id: PersonId(1), username: "library_bot".into(), reads_all_group_messages: false };
    let context = Context::new(&library, &me, &[]);
    let now = Timestamp(1_780_315_200_000);
    let message = Message {
        id: MessageId(1),
        chat: ChatKind::Group,
        thread: None,
        chain: None,
        sender: Sender::Person(person(0)),
        text: Some("/quiz 1".into()),
        reply_to: None,
        sent_at: None,
        forwarded: false,
        chance: Chance::default(),
        quote: None,
        addresses_others: false,
        formatted: None,
        has_attachment: false,
    };
    let (conversation, effects) = step(context, Conversation::default(), Event::Message(message), now);
    let start = effects.into_iter().find_map(|effect| match effect {
        Effect::Send(Outgoing { request: Request::Message { buttons, .. }, .. }) => {
            buttons.into_iter().flatten().find(|button| button.label.contains("Start now"))
        }
        _ => None,
    });
    let Some(Button { action: Action::Tap(data), .. }) = start else { panic!("a lobby has buttons") };

    // Somebody who is not the starter taps twice before Telegram has said who the admins are.
    let tap = |query: &str| {
        Event::Tap(Tap {
            query: query.into(),
            person: person(1),
            chat: ChatKind::Group,
            thread: None,
            chain: None,
            message: MessageId(2),
            reply_to: None,
            data: data.clone(),
            forged: false,
            chance: Chance::default(),
        })
    };
    let (conversation, _) = step(context, conversation, tap("first"), now);
    let (_, effects) = step(context, conversation, tap("second"), now);
    let ended: Vec<String> = effects
        .into_iter()
        .filter_map(|effect| match effect {
            Effect::Send(Outgoing { request: Request::AnswerTap { query, .. }, .. }) => Some(query),
            _ => None,
        })
        .collect();
    assert_eq!(ended, ["first"]);
}

#[test]
fn an_admin_who_taps_two_settings_at_once_changes_both() {
    let library = stage::library(Path::new("tests/transcripts/folder"));
    let me = Me { id: PersonId(1), username: "library_bot".into(), reads_all_group_messages: false };
    let context = Context::new(&library, &me, &[]);
    let now = Timestamp(1_780_315_200_000);
    let mut conversation = Conversation::default();
    let mut asks = Vec::new();
    let mut shown = Vec::new();
    for data in ["set:w", "set:l"] {
        let tap = Event::Tap(Tap {
            query: data.into(),
            person: person(1),
            chat: ChatKind::Group,
            thread: None,
            chain: None,
            message: MessageId(2),
            reply_to: None,
            data: data.into(),
            forged: false,
            chance: Chance::default(),
        });
        let (next, effects) = step(context, conversation, tap, now);
        conversation = next;
        asks.extend(effects.into_iter().filter_map(|effect| match effect {
            Effect::Send(Outgoing { key, request: Request::AskAdmin { .. }, .. }) => key,
            _ => None,
        }));
    }
    for key in asks {
        let (next, effects) = step(context, conversation, Event::Done { key, done: Done::Admin(true) }, now);
        conversation = next;
        shown.extend(effects.into_iter().filter_map(|effect| match effect {
            Effect::Send(Outgoing { request: Request::Edit { buttons, .. }, .. }) => Some(buttons),
            _ => None,
        }));
    }
    let last = shown.last().expect("the settings are shown");
    let labels: Vec<&str> = last.iter().flatten().map(|button| button.label.as_str()).take(2).collect();
    assert_eq!(labels, ["Who can start a quiz: admins", "Questions per quiz: 10"]);
}

/// A message has at most 4,096 characters (Bot API).
#[test]
fn the_longest_messages_are_answered_like_any() {
    let library = stage::library(Path::new("tests/transcripts/folder"));
    let me = Me { id: PersonId(1), username: "library_bot".into(), reads_all_group_messages: false };
    let context = Context::new(&library, &me, &[]);
    for kind in [ChatKind::Private, ChatKind::Supergroup] {
        let mut chat = Chat::new(context, kind);
        for (who, words) in
            ["z", "when are you open? ", "🚀", "مرحبا", "<b>*_`[", "e\u{301}", "/ask "].iter().enumerate()
        {
            for command in ["/ask ", "@library_bot ", "/define ", "/start ", "/quiz ", ""] {
                let text: String = command.chars().chain(words.chars().cycle()).take(4_096).collect();
                let n_messages = chat.n_messages;
                let act =
                    |edited| Act::Write { who: who as u8 % 4, text: text.clone(), reply: false, edited };
                chat.play(act(false));
                let is_addressed = kind == ChatKind::Private || !command.is_empty() || words.starts_with('/');
                assert_eq!(chat.n_messages > n_messages + 1, is_addressed, "{command}{words}");
                chat.play(act(true));
                chat.wait(Duration::from_secs(60));
            }
        }
    }
}

/// How many messages the bot sends in a minute in which it gets `n` of these.
fn n_replies(n: i64, message: impl Fn(i64) -> Message) -> usize {
    let library = stage::library(Path::new("tests/transcripts/folder"));
    let me = Me { id: PersonId(1), username: "library_bot".into(), reads_all_group_messages: false };
    let context = Context::new(&library, &me, &[]);
    let mut conversation = Conversation::default();
    let mut n_replies = 0;
    for id in 1..=n {
        let now = Timestamp(1_767_614_400_000 + id * 500);
        let (next, effects) = step(context, conversation, Event::Message(message(id)), now);
        n_replies += effects.iter().filter(|it| matches!(it, Effect::Send(_))).count();
        conversation = next;
    }
    n_replies
}

#[test]
fn a_flood_gets_one_warning_and_then_silence() {
    let of = |chat, sender: Sender, text: Option<&'static str>| {
        n_replies(100, move |id| Message {
            id: MessageId(id),
            chat,
            thread: None,
            chain: None,
            sender: sender.clone(),
            text: text.map(str::to_owned),
            reply_to: None,
            sent_at: None,
            forwarded: false,
            chance: Chance::default(),
            quote: None,
            addresses_others: false,
            formatted: None,
            has_attachment: false,
        })
    };
    let ada = || Sender::Person(person(1));
    for (what, n) in [
        ("questions", of(ChatKind::Private, ada(), Some("is there wifi?"))),
        ("an anonymous admin", of(ChatKind::Supergroup, Sender::AnonymousAdmin, Some("/ask is there wifi?"))),
        ("a channel", of(ChatKind::Supergroup, Sender::Channel, Some("/ask is there wifi?"))),
    ] {
        assert_eq!(n, 21, "{what}: twenty answers, and one word about the pace");
    }
    assert_eq!(
        of(ChatKind::Private, ada(), None),
        1,
        "stickers: one word in a minute that only text is read"
    );
    assert_eq!(of(ChatKind::Supergroup, Sender::Bot, Some("/ask is there wifi?")), 0, "bots get no answer");
}

#[test]
fn commands_for_other_bots_do_not_count() {
    let n = n_replies(100, |id| Message {
        id: MessageId(id),
        chat: ChatKind::Supergroup,
        thread: None,
        chain: None,
        sender: Sender::Person(person(1)),
        text: Some(["/roll", "/stats", "/roll@dice_bot", "/help@library_bot"][id as usize % 4].into()),
        reply_to: None,
        sent_at: None,
        forwarded: false,
        chance: Chance::default(),
        quote: None,
        addresses_others: false,
        formatted: None,
        has_attachment: false,
    });
    assert_eq!(n, 21, "twenty times help, and one word about the pace");
}

#[test]
fn a_flood_of_taps_is_slowed_down_like_one_of_messages() {
    let library = stage::library(Path::new("tests/transcripts/folder"));
    let me = Me { id: PersonId(1), username: "library_bot".into(), reads_all_group_messages: false };
    let context = Context::new(&library, &me, &[]);
    let mut conversation = Conversation::default();
    let mut n_posted = 0;
    for id in 1..=60 {
        let now = Timestamp(1_767_614_400_000 + id * 500);
        let tap = Event::Tap(Tap {
            query: "tap".into(),
            person: person(1),
            chat: ChatKind::Private,
            thread: None,
            chain: None,
            message: MessageId(2),
            reply_to: None,
            data: "o:wifi".into(),
            forged: false,
            chance: Chance::default(),
        });
        let (next, effects) = step(context, conversation, tap, now);
        let posts =
            |it: &&Effect| matches!(it, Effect::Send(Outgoing { request: Request::Message { .. }, .. }));
        n_posted += effects.iter().filter(posts).count();
        conversation = next;
    }
    assert_eq!(n_posted, 20);
}
