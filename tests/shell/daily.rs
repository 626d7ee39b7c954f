//! One question a day, and practice, over HTTP: what may happen to them, on both databases.

use std::sync::Arc;
use std::time::Duration;

use faqbot::bot::{Bot, Config};
use faqbot::clock::{Clock as _, ManualClock};
use faqbot::preview::faults::{Failure, Fault};
use faqbot::preview::seen::Seen;
use faqbot::preview::server::{Clock, Options};
use faqbot::preview::world::{ChatId, MessageId, PersonId, World};
use faqbot::storage::Storage;
use faqbot::time::Timestamp;
use sqlx::{AnyConnection, Connection as _, Row as _};

use super::process::{Place, Running};
use super::rig::{LIMIT, Telegram, config_on, telegram, telegram_with};
use crate::database::{self, skip};
use crate::folder::TempFolder;

const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A database, a Telegram, and a clock that both they and bots use: Monday 2026-01-05, 12:00 UTC.
struct Rig {
    clock: ManualClock,
    server: Telegram,
    url: String,
}

impl Rig {
    async fn new(url: String) -> Rig {
        let clock = ManualClock::at(Timestamp(1_767_614_400_000));
        let shared = clock.clone();
        let clock_of_server = Clock::new(move || shared.now().0);
        let server = telegram_with(Options { clock: clock_of_server, ..Options::default() }).await;
        Rig { clock, server, url }
    }

    fn world(&self) -> &World {
        self.server.world()
    }

    async fn start(&self) -> Bot {
        let storage = Storage::open_alone(&self.url).await.expect("the database is there");
        let config = Config { clock: Arc::new(self.clock.clone()), ..config_on(&self.server, storage) };
        Bot::start(config).await.expect("the server knows the token")
    }

    async fn says(&self, chat: impl Into<ChatId>, text: &str) -> Seen {
        let chat = chat.into();
        let newest = |world: &World| {
            let mut messages = world.messages(chat).into_iter().rev();
            messages.find(|it| it.is_from_bot && it.text.contains(text))
        };
        match self.world().wait_for(LIMIT, newest).await {
            Ok(message) => message,
            Err(error) => panic!("nobody says {text:?}: {error}\n{:#?}", self.world().messages(chat)),
        }
    }

    /// Waits until `n` daily questions were sent to a chat; returns the last one.
    async fn asked(&self, chat: impl Into<ChatId>, n: usize) -> Seen {
        let chat = chat.into();
        let nth = |world: &World| daily_polls(world, chat).into_iter().nth(n - 1);
        match self.world().wait_for(LIMIT, nth).await {
            Ok(message) => message,
            Err(error) => panic!("no question {n}: {error}\n{:#?}", self.world().messages(chat)),
        }
    }

    /// Waits until the bot has fetched everything that people did.
    async fn all_fetched(&self) {
        let fetched = |world: &World| (world.n_waiting_updates() == 0).then_some(());
        self.world().wait_for(LIMIT, fetched).await.expect("the bot fetches");
    }

    /// Writes in a chat, and waits for the bot's reply.
    async fn ask(&self, person: PersonId, chat: impl Into<ChatId>, text: &str, answer: &str) -> Seen {
        let chat = chat.into();
        let asked = self.world().say(person, chat, text).expect("members may write");
        let says = |it: &Seen| it.is_from_bot && it.id > asked && it.text.contains(answer);
        match self.world().wait_for_message(chat, LIMIT, says).await {
            Ok(message) => message,
            Err(error) => panic!("nobody says {answer:?}: {error}\n{:#?}", self.world().messages(chat)),
        }
    }

    /// Waits for the next daily question of a chat, and until the bot has recorded that it was sent: a message sent to
    /// the chat after it shows that.
    async fn asks(&self, person: PersonId, chat: ChatId, n: usize) -> Seen {
        let asked = self.asked(chat, n).await;
        self.ask(person, chat, "/top@preview_bot month", "").await;
        asked
    }
}

fn daily_polls(world: &World, chat: ChatId) -> Vec<Seen> {
    let polls = world.messages(chat).into_iter();
    polls.filter(|it| it.poll.as_ref().is_some_and(|poll| poll.question.starts_with("📅"))).collect()
}

/// An open poll of this chat.
async fn poll(it: &Rig, chat: impl Into<ChatId>) -> Seen {
    let is_open = |it: &Seen| it.poll.as_ref().is_some_and(|poll| !poll.is_closed);
    it.world().wait_for_message(chat, LIMIT, is_open).await.expect("the question comes")
}

fn vote(world: &World, person: PersonId, chat: impl Into<ChatId>, asked: &Seen, is_right: bool) {
    let poll = asked.poll.as_ref().expect("it is a poll");
    let wrong = (0..poll.options.len()).find(|option| !poll.correct.contains(option)).expect("one is wrong");
    let options = if is_right { poll.correct.clone() } else { vec![wrong] };
    world.vote(person, chat, asked.id, &options).expect("the poll is open");
}

/// Plays on SQLite, and on Postgres where there is one.
async fn on_both<F: Future<Output = ()>>(play: impl Fn(String) -> F) {
    let folder = TempFolder::new();
    play(folder.database_url()).await;
    match database::postgres().await {
        Some(url) => play(url).await,
        None => skip("one question a day on Postgres"),
    }
}

#[tokio::test]
async fn a_question_a_day_survives_restarts_moves_and_lost_rights() {
    on_both(async |url| {
        let it = Rig::new(url).await;
        let world = it.world();
        let bot = it.start().await;
        let (ada, bob) = (world.person("Ada"), world.person("Bob"));
        let group = world.group("Tea", ada, &[bob]);
        world.add_bot(ada, group).expect("the founder may");
        it.ask(bob, group, "/daily@preview_bot 9 Kyiv", "only admins").await;
        it.ask(ada, group, "/daily@preview_bot 9 Kyiv", "at 09:00 (Europe/Kyiv)").await;

        // 9:00 there is 7:00 UTC in winter.
        it.clock.advance(18 * HOUR);
        bot.shutdown().await;
        it.clock.advance(HOUR);
        let bot = it.start().await;
        let first = it.asks(bob, group, 1).await;
        // Telegram keeps unfetched updates for 24 hours.
        it.clock.advance(HOUR);
        vote(world, ada, group, &first, true);
        bot.shutdown().await;
        // Telegram keeps a vote cast while the bot is away; it was in time.
        vote(world, bob, group, &first, false);
        it.clock.advance(23 * HOUR);
        let bot = it.start().await;
        let second = it.asks(bob, group, 2).await;
        vote(world, ada, group, &second, true);
        // A vote counts once the bot has learnt that the person is in the group.
        let mut table = it.ask(bob, group, "/top@preview_bot month", "this month").await;
        for _ in 0..50 {
            if table.text.contains("Ada – 2 of 2") {
                break;
            }
            table = it.ask(bob, group, "/top@preview_bot month", "this month").await;
        }
        assert!(table.text.contains("Ada – 2 of 2") && table.text.contains("Bob – 0 of 1"), "{}", table.text);

        let supergroup = world.migrate(ada, group).expect("the founder may");
        it.all_fetched().await;
        it.clock.advance(DAY);
        let third = it.asks(bob, supergroup, 1).await;
        vote(world, ada, supergroup, &third, true);
        it.all_fetched().await;
        world.allow_polls(supergroup, false).expect("an admin may");
        let n_messages = world.messages(supergroup).len();
        it.clock.advance(DAY);
        let refused =
            |world: &World| world.requests_of("sendPoll").iter().any(|it| it.status == 400).then_some(());
        world.wait_for(LIMIT, refused).await.expect("the bot tries");
        let n_tries = world.requests_of("sendPoll").len();
        // A message sent after it shows that the bot knows.
        it.ask(bob, supergroup, "/top@preview_bot month", "this month").await;
        it.clock.advance(3 * DAY);
        let status = it.ask(bob, supergroup, "/daily@preview_bot", "Once I may send polls").await;
        assert_eq!(world.messages(supergroup).len(), n_messages + 4, "without a word until then: {status:?}");
        world.allow_polls(supergroup, true).expect("an admin may");
        it.ask(ada, supergroup, "/daily@preview_bot", "at 09:00 (Europe/Kyiv)").await;
        it.clock.advance(DAY);
        it.asked(supergroup, 2).await;
        assert_eq!(world.requests_of("sendPoll").len(), n_tries + 1);
        let table = it.ask(bob, supergroup, "/top@preview_bot month", "this month").await;
        assert!(table.text.contains("Ada – 3 of 3"), "{}", table.text);
        bot.shutdown().await;
    })
    .await;
}

#[tokio::test]
async fn a_person_who_has_blocked_the_bot_is_left_alone() {
    on_both(async |url| {
        let it = Rig::new(url).await;
        let world = it.world();
        let bot = it.start().await;
        let ada = world.person("Ada");
        it.ask(ada, ada, "/daily 13:00", "at 13:00 (UTC)").await;
        world.block_bot(ada, true);
        it.all_fetched().await;
        it.clock.advance(HOUR);
        let refused =
            |world: &World| world.requests_of("sendPoll").iter().any(|it| it.status == 403).then_some(());
        world.wait_for(LIMIT, refused).await.expect("the bot tries");
        for _ in 0..6 {
            it.clock.advance(DAY);
        }
        world.block_bot(ada, false);
        it.ask(ada, ada, "/daily off", "No more daily questions").await;
        assert_eq!(world.requests_of("sendPoll").len(), 1);
        assert!(daily_polls(world, ada.into()).is_empty());
        bot.shutdown().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_bots_on_one_database_one_asks() {
    let Some(url) = database::postgres().await else { return skip("one question a day of two bots") };
    let server = telegram().await;
    let world = server.world();
    let place = Place::new();
    let start = || {
        let mut command = place.command(&server.url());
        Running(command.env("DATABASE_URL", &url).spawn().expect("the binary was built"))
    };
    let bots = [start(), start()];
    let people: Vec<PersonId> = (0..8).map(|n| world.person(&format!("Person {n}"))).collect();
    let says = async |person: PersonId, asked: MessageId, text: &str| {
        let says = |it: &Seen| it.is_from_bot && it.id > asked && it.text.contains(text);
        world.wait_for_message(person, LIMIT, says).await.expect("the bot answers");
    };
    for person in &people {
        let asked = world.say(*person, *person, "/daily 09:00").expect("they may write");
        says(*person, asked, "at 09:00 (UTC)").await;
    }
    for person in &people {
        make_due(&url, *person).await;
    }
    for person in &people {
        let is_asked = |world: &World| (!daily_polls(world, (*person).into()).is_empty()).then_some(());
        world.wait_for(LIMIT, is_asked).await.expect("the question comes");
    }
    for person in &people {
        let asked = world.say(*person, *person, "/top month").expect("they may write");
        says(*person, asked, "No scores yet").await;
    }
    assert_eq!(world.requests_of("sendPoll").len(), people.len(), "each chat was asked once");
    drop(bots);
}

#[tokio::test]
async fn practice_and_its_reminder_survive_restarts() {
    on_both(async |url| {
        let it = Rig::new(url).await;
        let world = it.world();
        let bot = it.start().await;
        let ada = world.person("Ada");
        world.say(ada, ada, "/quiz 1 60").expect("she may write");
        let asked = poll(&it, ada).await;
        vote(world, ada, ada, &asked, false);
        it.says(ada, "0 of 1").await;
        it.clock.advance(HOUR);
        it.ask(ada, ada, "/practice", "1 question you missed before").await;
        let asked = poll(&it, ada).await;
        bot.shutdown().await;
        vote(world, ada, ada, &asked, true);
        let bot = it.start().await;
        let end = it.says(ada, "Come back in 3 days").await;
        assert!(end.text.contains("Learnt"), "{}", end.text);
        let tap = world.tap(ada, ada, end.id, "🔔 Remind me").expect("the button is there");
        world.answer_to(&tap, LIMIT).await.expect("every tap is answered");
        bot.shutdown().await;
        it.clock.advance(3 * DAY + HOUR);
        let bot = it.start().await;
        it.says(ada, "Time to practice").await;
        it.clock.advance(10 * DAY);
        it.ask(ada, ada, "/practice off", "Practice is off").await;
        it.ask(ada, ada, "/practice", "There is nothing to practice yet").await;
        let n_reminders =
            world.messages(ada).iter().filter(|it| it.text.contains("Time to practice")).count();
        assert_eq!(n_reminders, 1);
        bot.shutdown().await;
    })
    .await;
}

/// The process itself, killed during whatever it is doing when the question is due.
#[tokio::test(flavor = "multi_thread")]
async fn a_question_a_day_survives_kill_9() {
    on_both(async |url| {
        let server = telegram().await;
        let world = server.world();
        let place = Place::new();
        let start = || {
            let mut command = place.command(&server.url());
            Running(command.env("DATABASE_URL", &url).spawn().expect("the binary was built"))
        };
        let ada = world.person("Ada");
        let chat = ChatId::from(ada);
        let bot = start();
        world.say(ada, ada, "/daily 09:00").expect("she may write");
        let is_set = |it: &Seen| it.is_from_bot && it.text.contains("at 09:00 (UTC)");
        world.wait_for_message(ada, LIMIT, is_set).await.expect("the bot answers");
        drop(bot);
        make_due(&url, ada).await;

        world.fail(Fault::new(Failure::BadGateway).method("sendPoll").every(2));
        for n_requests in [1, 2, 4] {
            let until = world.requests().len() + n_requests;
            let bot = start();
            let seen = |world: &World| (world.requests().len() >= until).then_some(());
            world.wait_for(LIMIT, seen).await.expect("the bot makes requests");
            drop(bot);
        }
        let bot = start();
        let is_asked = |world: &World| (!daily_polls(world, chat).is_empty()).then_some(());
        world.wait_for(LIMIT, is_asked).await.expect("the question comes");
        // A message sent to a chat after the question shows that this was recorded.
        let asked = world.say(ada, ada, "/daily").expect("she may write");
        let is_answered = |it: &Seen| it.is_from_bot && it.id > asked && it.text.contains("at 09:00 (UTC)");
        world.wait_for_message(ada, LIMIT, is_answered).await.expect("the bot goes on");
        drop(bot);
        let polls = daily_polls(world, chat);
        // In each crash the one that is under way may be sent again.
        assert!(polls.len() <= 1 + 3, "{polls:#?}");
        vote(world, ada, ada, polls.last().expect("it came"), true);
        let bot = start();
        let is_idle = |world: &World| (world.n_waiting_updates() == 0).then_some(());
        world.wait_for(LIMIT, is_idle).await.expect("the vote is fetched");
        world.say(ada, ada, "/top month").expect("she may write");
        let table = |it: &Seen| it.is_from_bot && it.text.contains("Ada – 1 of 1");
        world.wait_for_message(ada, LIMIT, table).await.expect("the vote counts once");
        drop(bot);
    })
    .await;
}

/// Puts the time of a chat's next question into the past.
async fn make_due(url: &str, person: PersonId) {
    let mut database = AnyConnection::connect(url).await.expect("the bot has made it");
    let select = sqlx::query("SELECT state, due_at FROM chats WHERE chat = $1").bind(person.0);
    let row = select.fetch_one(&mut database).await.expect("the chat is known");
    let (state, due): (String, i64) = (row.get("state"), row.get("due_at"));
    let now = faqbot::clock::SystemClock.now().0 - 1_000;
    let mine: serde_json::Value = serde_json::from_str(&state).expect("a state");
    assert_eq!(mine["daily"]["daily"]["next"], due, "{state}");
    let state = state.replace(&format!("\"next\":{due}"), &format!("\"next\":{now}"));
    let update = sqlx::query("UPDATE chats SET state = $1, due_at = $2 WHERE chat = $3");
    update.bind(state).bind(now).bind(person.0).execute(&mut database).await.expect("it may");
    database.close().await.expect("it has nothing left to do");
}
