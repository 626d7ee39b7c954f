//! How fast the bot sends; the clock stands still until the test moves it on.

use std::sync::Arc;
use std::time::Duration;

use faqbot::bot::{Bot, Config};
use faqbot::chat::{Context, Conversation, Effect, Event, Key, MessageRef, Outgoing, Priority, Request};
use faqbot::clock::{Clock as _, ManualClock};
use faqbot::outbox::Rates;
use faqbot::preview::faults::{Failure, Fault};
use faqbot::preview::server::{Clock, Options};
use faqbot::preview::world::{ChatId, PersonId, World};
use faqbot::rich_text::RichText;
use faqbot::storage::Storage;
use faqbot::time::Timestamp;

use super::rig::{LIMIT, Telegram, config, telegram_with};

fn plain(text: String) -> RichText {
    RichText { text, entities: Vec::new() }
}

fn send(text: String, key: Option<&str>) -> Effect {
    let request = Request::Message {
        text: plain(text),
        buttons: Vec::new(),
        reply_to: None,
        only_as_reply: false,
        silent: false,
        picture: None,
    };
    let key = key.map(|key| Key(key.into()));
    Effect::Send(Outgoing {
        key,
        business: None,
        thread: None,
        request,
        priority: Priority::Prompt,
        asker: None,
        report: false,
    })
}

/// A conversation that follows orders: `say 3` sends three messages, `edit 3` one and three edits of it, `poll` a
/// poll that is stopped at once, and a message, `open` a poll, and `close` stops it.
fn obey(
    _: Context<'_>,
    conversation: Conversation,
    event: Event,
    _: Timestamp,
) -> (Conversation, Vec<Effect>) {
    let Event::Message(message) = event else { return (conversation, Vec::new()) };
    let text = message.text.unwrap_or_default();
    let (verb, n) = text.split_once(' ').unwrap_or((&text, "1"));
    let n: usize = n.parse().expect("the tests write numbers");
    let effects = match verb {
        "say" => (1..=n).map(|i| send(format!("{i} of {n}"), None)).collect(),
        "edit" => {
            let edit = |i| {
                let message = MessageRef::Key(Key("edited".into()));
                let request = Request::Edit {
                    message,
                    text: plain(format!("edit {i}")),
                    buttons: Vec::new(),
                    or_reply_to: None,
                };
                let outgoing = Outgoing {
                    key: None,
                    business: None,
                    thread: None,
                    request,
                    priority: Priority::Prompt,
                    asker: None,
                    report: false,
                };
                Effect::Send(outgoing)
            };
            std::iter::once(send("first".into(), Some("edited"))).chain((1..=n).map(edit)).collect()
        }
        "poll" | "open" | "close" => {
            let key = || Key("poll".into());
            let poll = Request::Poll {
                question: "Well?".into(),
                options: vec!["Yes".into(), "No".into(), "Perhaps".into()],
                correct: vec![0],
                explanation: plain(String::new()),
                seconds: 20,
                reply_to: None,
                picture: None,
                explanation_picture: None,
            };
            let request = |key, request| {
                let priority = Priority::Quiz;
                Effect::Send(Outgoing {
                    key,
                    business: None,
                    thread: None,
                    request,
                    priority,
                    asker: None,
                    report: false,
                })
            };
            let stop = Request::StopPoll { message: MessageRef::Key(key()) };
            let (open, close) = (request(Some(key()), poll), request(None, stop));
            match verb {
                "open" => vec![open],
                "close" => vec![close],
                _ => vec![open, close, send("over".into(), None)],
            }
        }
        other => panic!("no such verb: {other}"),
    };
    (conversation, effects)
}

struct Rig {
    server: Telegram,
    clock: ManualClock,
    storage: Storage,
    bot: Bot,
}

/// A server that answers 429 as Telegram does, and a bot that keeps Telegram's pace; both use the same clock.
async fn rig() -> Rig {
    rig_with(Arc::new(obey)).await
}

async fn rig_with(step: Arc<faqbot::engine::Step>) -> Rig {
    let clock = ManualClock::at(Timestamp(1_767_614_400_000));
    let shared = clock.clone();
    let mut options =
        Options { flood_limits: true, clock: Clock::new(move || shared.now().0), ..Options::default() };
    options.bot.privacy_mode = false;
    let server = telegram_with(options).await;
    let base = config(&server).await;
    let storage = base.storage.clone();
    let config = Config { rates: Some(Rates::default()), clock: Arc::new(clock.clone()), step, ..base };
    let bot = Bot::start(config).await.expect("the server knows the token");
    Rig { server, clock, storage, bot }
}

impl Rig {
    fn world(&self) -> &World {
        self.server.world()
    }

    fn say(&self, person: PersonId, chat: impl Into<ChatId>, text: &str) {
        self.world().say(person, chat, text).expect("people may write here");
    }

    /// Waits until the bot has written this many messages in a chat.
    async fn written(&self, chat: impl Into<ChatId>, n: usize) {
        let chat = chat.into();
        let enough = |world: &World| (self.n_written_in(world, chat) >= n).then_some(());
        self.world().wait_for(LIMIT, enough).await.expect("the messages come");
    }

    fn n_written_in(&self, world: &World, chat: ChatId) -> usize {
        world.messages(chat).iter().filter(|message| message.is_from_bot).count()
    }

    fn n_written(&self, chat: impl Into<ChatId>) -> usize {
        self.n_written_in(self.world(), chat.into())
    }

    fn n_429(&self) -> usize {
        self.world().requests().iter().filter(|request| request.status == 429).count()
    }
}

#[tokio::test]
async fn ten_thousand_waiting_messages_in_one_chat_do_not_delay_another() {
    let it = rig().await;
    let (flood, ada) = (it.world().person("Flood"), it.world().person("Ada"));
    it.say(flood, flood, "say 10000");
    it.written(flood, 5).await;
    it.say(ada, ada, "say 1");
    // The clock has not moved at all.
    it.written(ada, 1).await;
    assert_eq!(it.n_written(flood), 5, "a burst, and no more");
    for second in 1..=20 {
        it.clock.advance(Duration::from_secs(1));
        it.written(flood, 5 + second).await;
    }
    assert_eq!(it.n_written(flood), 25);
    assert_eq!(it.n_429(), 0, "Telegram never had to ask for a slower pace");
    it.bot.shutdown().await;
}

#[tokio::test]
async fn a_group_gets_fifteen_answers_a_minute_and_a_quiz_the_rest() {
    let it = rig().await;
    let ada = it.world().person("Ada");
    let group = it.world().supergroup("Tea", ada, &[]);
    it.world().add_bot(ada, group).expect("the founder may");
    it.say(ada, group, "say 30");
    it.written(group, 5).await;
    for second in 1..=10 {
        it.clock.advance(Duration::from_secs(1));
        it.written(group, 5 + second).await;
    }
    it.clock.advance(Duration::from_secs(9));
    it.say(ada, ada, "say 1");
    it.written(ada, 1).await;
    assert_eq!(it.n_written(group), 15);
    it.say(ada, group, "open");
    it.written(group, 16).await;
    it.clock.advance(Duration::from_secs(40));
    it.say(ada, ada, "say 1");
    it.written(ada, 2).await;
    assert_eq!(it.n_written(group), 16);
    it.clock.advance(Duration::from_secs(1));
    it.written(group, 20).await;
    assert_eq!(it.n_429(), 0);
    it.bot.shutdown().await;
}

/// Eleven accounts ask three hundred things without an answer, and somebody else wants to play.
#[tokio::test]
async fn a_few_people_cannot_silence_a_group() {
    let it = rig_with(Arc::new(faqbot::chat::step)).await;
    let world = it.world();
    let flood: Vec<PersonId> = (0..11).map(|n| world.person(&format!("Flood {n}"))).collect();
    let (ada, bob) = (world.person("Ada"), world.person("Bob"));
    let group = world.supergroup("Tea", ada, &[&flood[..], &[bob]].concat());
    world.add_bot(ada, group).expect("the founder may");
    for n in 0..300 {
        it.say(flood[n % flood.len()], group, &format!("/ask zyx{n} qwv{n}"));
    }
    it.written(group, 5).await;
    it.say(ada, group, "/quiz@preview_bot");
    it.say(bob, group, "/ask When is the library open?");
    let said = |text: &str| {
        it.world().messages(group).iter().any(|message| message.is_from_bot && message.text.contains(text))
    };
    // All of it is handled before the clock has moved at all.
    let handled = async {
        while world.n_waiting_updates() > 0
            || !it.storage.begin().await.expect("it works").waiting().await.expect("read").is_empty()
        {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(LIMIT, handled).await.expect("it is handled");
    let mut waited = 0;
    while !(said("🎲") && said("Tuesday to Saturday")) {
        assert!(waited < 20, "a bystander waits for more than {waited} s");
        // The bot's messages of this second are sent once somebody else has had an answer.
        let other = world.person("Other");
        it.say(other, other, "/top");
        it.written(other, 1).await;
        it.clock.advance(Duration::from_secs(1));
        waited += 1;
    }
    assert_eq!(it.n_429(), 0);
    it.bot.shutdown().await;
}

#[tokio::test]
async fn a_chat_that_telegram_slows_down_waits_alone_and_as_long_as_asked() {
    let it = rig().await;
    let (ada, bob) = (it.world().person("Ada"), it.world().person("Bob"));
    it.world().fail(Fault::new(Failure::TooManyRequests(30)).method("sendMessage").chat(ada).times(1));
    it.say(ada, ada, "say 2");
    let refused = |world: &World| world.requests().iter().any(|request| request.status == 429).then_some(());
    it.world().wait_for(LIMIT, refused).await.expect("the bot tries at once");
    it.say(bob, bob, "say 1");
    it.written(bob, 1).await;
    it.clock.advance(Duration::from_secs(29));
    it.say(bob, bob, "say 1");
    it.written(bob, 2).await;
    assert_eq!(it.n_written(ada), 0);
    it.clock.advance(Duration::from_secs(1));
    it.written(ada, 2).await;
    assert_eq!(it.n_429(), 1);
    it.bot.shutdown().await;
}

#[tokio::test]
async fn edits_that_wait_become_one() {
    let it = rig().await;
    let ada = it.world().person("Ada");
    it.say(ada, ada, "edit 100");
    let last = |world: &World| world.last_from_bot(ada).filter(|message| message.text == "edit 100");
    it.world().wait_for(LIMIT, last).await.expect("the last edit wins");
    let n_edits = it.world().requests_of("editMessageText").len();
    assert!(n_edits <= 2, "{n_edits} edits");
    it.bot.shutdown().await;
}

#[tokio::test]
async fn a_poll_that_is_stopped_while_it_waits_is_not_sent() {
    let it = rig().await;
    let ada = it.world().person("Ada");
    it.say(ada, ada, "poll");
    it.written(ada, 1).await;
    assert_eq!(it.world().last_from_bot(ada).map(|message| message.text), Some("over".into()));
    assert!(it.world().requests_of("sendPoll").is_empty() && it.world().requests_of("stopPoll").is_empty());
    it.bot.shutdown().await;
}

#[tokio::test]
async fn a_poll_is_stopped_at_once_however_much_waits_for_its_group() {
    let it = rig().await;
    let ada = it.world().person("Ada");
    let group = it.world().supergroup("Tea", ada, &[]);
    it.world().add_bot(ada, group).expect("the founder may");
    it.say(ada, group, "open");
    it.written(group, 1).await;
    it.say(ada, group, "say 30");
    it.written(group, 5).await;
    it.say(ada, group, "close");
    // The clock has not moved at all.
    let is_closed = |world: &World| {
        let mut polls = world.messages(group).into_iter().filter_map(|message| message.poll);
        polls.any(|poll| poll.is_closed).then_some(())
    };
    it.world().wait_for(LIMIT, is_closed).await.expect("the poll is closed");
    assert_eq!((it.n_written(group), it.n_429()), (5, 0));
    it.bot.shutdown().await;
}

#[tokio::test]
async fn nothing_waits_for_a_person_who_blocks_the_bot() {
    let it = rig().await;
    let (ada, bob) = (it.world().person("Ada"), it.world().person("Bob"));
    it.say(ada, ada, "say 50");
    it.written(ada, 5).await;
    it.world().block_bot(ada, true);
    it.clock.advance(Duration::from_secs(1));
    let refused = |world: &World| world.requests().iter().any(|request| request.status == 403).then_some(());
    it.world().wait_for(LIMIT, refused).await.expect("the bot finds out");
    it.clock.advance(Duration::from_secs(600));
    it.say(bob, bob, "say 1");
    it.written(bob, 1).await;
    let n_403 = it.world().requests().iter().filter(|request| request.status == 403).count();
    assert_eq!(n_403, 1, "it does not knock 45 times");
    it.bot.shutdown().await;
}

#[tokio::test]
async fn waiting_messages_follow_a_group_that_becomes_a_supergroup() {
    let it = rig().await;
    let ada = it.world().person("Ada");
    let group = it.world().group("Tea", ada, &[]);
    it.world().add_bot(ada, group).expect("the founder may");
    it.say(ada, group, "say 12");
    it.written(group, 5).await;
    let supergroup = it.world().migrate(ada, group).expect("the founder may");
    for _ in 0..3 {
        it.clock.advance(Duration::from_secs(1));
    }
    // As a chat of its own it gets a burst again.
    it.written(supergroup, 5).await;
    for second in 1..=2 {
        it.clock.advance(Duration::from_secs(1));
        it.written(supergroup, 5 + second).await;
    }
    assert_eq!((it.n_written(group), it.n_written(supergroup)), (5, 7));
    it.bot.shutdown().await;
}
