//! Trouble on Telegram's side, and in the bot itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use faqbot::bot::{Bot, Config};
use faqbot::chat::{self, Event};
use faqbot::clock::{Clock, ManualClock, SystemClock};
use faqbot::preview::faults::{Failure, Fault};
use faqbot::preview::server::Options;
use faqbot::preview::world::{PersonId, World};
use faqbot::settings::Webhook;
use faqbot::storage::{Arrival, Storage};
use faqbot::telegram::{ALLOWED_UPDATES, decode};
use faqbot::time::Timestamp;
use sqlx::{AnyConnection, Connection as _, Executor as _};

use super::rig::{ANSWER, LIMIT, QUESTION, answered, bot, config, config_on, telegram, telegram_with};
use super::webhook::{SECRET, free_port};
use crate::folder::TempFolder;

#[tokio::test]
async fn trouble_while_sending_is_waited_out() {
    for failure in [Failure::internal(), Failure::BadGateway, Failure::Cut, Failure::Garbage] {
        let server = telegram().await;
        let world = server.world();
        world.fail(Fault::new(failure.clone()).method("sendMessage").times(2));
        let bot = bot(&server).await;
        let ada = world.person("Ada");
        world.say(ada, ada, QUESTION).expect("Ada may write");
        answered(world, ada, 1).await;
        bot.shutdown().await;
    }
}

#[tokio::test]
async fn trouble_while_fetching_loses_no_question() {
    for failure in [
        Failure::internal(),
        Failure::BadGateway,
        Failure::Cut,
        Failure::Garbage,
        Failure::Error { code: 409, description: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running".into() },
    ] {
        let server = telegram().await;
        let world = server.world();
        let ada = world.person("Ada");
        world.say(ada, ada, QUESTION).expect("Ada may write");
        world.fail(Fault::new(failure.clone()).method("getUpdates").times(2));
        let bot = bot(&server).await;
        answered(world, ada, 1).await;
        bot.shutdown().await;
    }
}

#[tokio::test]
async fn a_call_that_is_never_answered_is_given_up_and_made_again() {
    for method in ["getMe", "deleteWebhook", "getUpdates", "sendMessage"] {
        let server = telegram().await;
        let world = server.world();
        world.fail(Fault::new(Failure::Hang).method(method).times(1));
        let config = Config { call_limit: Duration::from_millis(200), ..config(&server).await };
        let bot = Bot::start(config).await.expect("the server knows the token");
        let ada = world.person("Ada");
        world.say(ada, ada, QUESTION).expect("Ada may write");
        answered(world, ada, 1).await;
        bot.shutdown().await;
    }
}

#[tokio::test]
async fn hours_without_network_lose_no_question() {
    let clock = ManualClock::at(Timestamp(1_767_614_400_000));
    let shared = clock.clone();
    let options =
        Options { clock: faqbot::preview::server::Clock::new(move || shared.now().0), ..Options::default() };
    let server = telegram_with(options).await;
    let world = server.world();
    let config = Config { clock: Arc::new(clock.clone()), ..config(&server).await };
    let bot = Bot::start(config).await.expect("the server knows the token");
    let (ada, bob) = (world.person("Ada"), world.person("Bob"));
    world.say(ada, ada, QUESTION).expect("Ada may write");
    answered(world, ada, 1).await;
    let polling = |world: &World| world.has_poller().then_some(());
    world.wait_for(LIMIT, polling).await.expect("it polls");
    let outage = world.fail(Fault::new(Failure::Cut));
    // Ada's question comes with the poll that is under way, and cannot be answered; Bob's waits at Telegram.
    world.say(ada, ada, QUESTION).expect("Ada may write");
    let tried = |world: &World| (world.requests_of("sendMessage").len() > 1).then_some(());
    world.wait_for(LIMIT, tried).await.expect("the bot tries to answer");
    world.say(bob, bob, QUESTION).expect("Bob may write");
    for _hour in 0..12 {
        clock.advance(Duration::from_secs(60 * 60));
        let n_polls = world.requests_of("getUpdates").len();
        go_on_until(&clock, world, |world| world.requests_of("getUpdates").len() > n_polls).await;
    }
    outage.release();
    let n_answers = |world: &World, chat: PersonId| {
        world.messages(chat).iter().filter(|it| it.is_from_bot && it.text.contains(ANSWER)).count()
    };
    go_on_until(&clock, world, |world| n_answers(world, ada) == 2 && n_answers(world, bob) == 1).await;
    bot.shutdown().await;
}

/// Moves the clock on by the bot's longest pause, again and again: it may begin to wait after the clock has moved.
async fn go_on_until(clock: &ManualClock, world: &World, done: impl Fn(&World) -> bool) {
    let deadline = std::time::Instant::now() + LIMIT;
    while world.wait_for(Duration::from_millis(20), |world| done(world).then_some(())).await.is_err() {
        assert!(std::time::Instant::now() < deadline, "the bot does not try again");
        clock.advance(Duration::from_secs(15));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_another_program_holds_is_waited_for() {
    let server = telegram().await;
    let world = server.world();
    let folder = TempFolder::new();
    let storage = Storage::open(&folder.database_url()).await.expect("the file is made");
    let bot = Bot::start(config_on(&server, storage)).await.expect("the server knows the token");
    let ada = world.person("Ada");
    world.say(ada, ada, QUESTION).expect("Ada may write");
    answered(world, ada, 1).await;

    let mut other = AnyConnection::connect(&folder.database_url()).await.expect("the file is there");
    other.execute("BEGIN IMMEDIATE").await.expect("it is free for a moment");
    // A poll without a timeout is one after trouble.
    let n_troubles =
        |world: &World| world.requests_of("getUpdates").iter().filter(|it| it.params["timeout"] == 0).count();
    let before = n_troubles(world);
    world.say(ada, ada, QUESTION).expect("Ada may write");
    let trouble = |world: &World| (n_troubles(world) > before).then_some(());
    world.wait_for(LIMIT, trouble).await.expect("the bot cannot store the question, and asks for it again");
    assert_eq!(world.n_waiting_updates(), 1, "what is not stored is not confirmed");
    other.execute("ROLLBACK").await.expect("nothing was written");
    answered(world, ada, 2).await;
    bot.shutdown().await;
}

/// A clock that can be broken: anything that waits by it then panics. The receiver does not, as long as all is well.
struct BreakableClock(AtomicBool);

impl Clock for BreakableClock {
    fn now(&self) -> Timestamp {
        SystemClock.now()
    }

    fn sleep_until(&self, time: Timestamp) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
        assert!(!self.0.load(Ordering::Relaxed), "a defect");
        SystemClock.sleep_until(time)
    }
}

#[tokio::test]
async fn a_part_that_breaks_down_ends_the_bot_so_that_it_is_started_again() {
    let server = telegram().await;
    let clock = Arc::new(BreakableClock(AtomicBool::new(false)));
    let config = Config { clock: clock.clone(), ..config(&server).await };
    let mut bot = Bot::start(config).await.expect("the server knows the token");
    let world = server.world();
    let ada = world.person("Ada");
    world.say(ada, ada, QUESTION).expect("Ada may write");
    answered(world, ada, 1).await;
    clock.0.store(true, Ordering::Relaxed);
    world.say(ada, ada, QUESTION).expect("Ada may write");
    let error = tokio::time::timeout(LIMIT, bot.failed()).await.expect("it is noticed").to_string();
    assert!(error.contains("start it again"), "{error}");
    bot.shutdown().await;
}

#[tokio::test]
async fn every_poll_says_which_updates_are_wanted() {
    let server = telegram().await;
    let world = server.world();
    world.fail(Fault::new(Failure::internal()).method("getUpdates").times(1));
    let bot = bot(&server).await;
    let ada = world.person("Ada");
    for n in 1..=3 {
        world.say(ada, ada, QUESTION).expect("Ada may write");
        let heard = |world: &World| {
            (world.messages(ada).iter().filter(|it| it.is_from_bot).count() >= n).then_some(())
        };
        world.wait_for(LIMIT, heard).await.expect("an answer comes");
    }
    bot.shutdown().await;
    let polls = world.requests_of("getUpdates");
    assert!(polls.len() >= 3);
    assert!(polls.iter().all(|poll| {
        poll.params["allowed_updates"].as_array().is_some_and(|kinds| kinds.len() == ALLOWED_UPDATES.len())
    }));
}

#[tokio::test]
async fn an_update_is_stored_before_it_is_confirmed() {
    let server = telegram().await;
    let world = server.world();
    let folder = TempFolder::new();
    let storage = Storage::open(&folder.database_url()).await.expect("the file is made");
    // Nothing can be sent, so the question stays under way after it was stored.
    let hold = world.fail(Fault::new(Failure::Hang).method("sendMessage"));
    let bot = Bot::start(config_on(&server, storage)).await.expect("the server knows the token");
    let ada = world.person("Ada");
    world.say(ada, ada, QUESTION).expect("Ada may write");
    let confirmed = |world: &World| (world.n_waiting_updates() == 0).then_some(());
    world.wait_for(LIMIT, confirmed).await.expect("it is confirmed");
    drop(bot);
    hold.release();
    // Another bot on the same file knows what is to be sent; Telegram has forgotten the question.
    let storage = Storage::open(&folder.database_url()).await.expect("the file is there");
    let bot = Bot::start(config_on(&server, storage)).await.expect("the server knows the token");
    answered(world, ada, 1).await;
    bot.shutdown().await;
}

#[tokio::test]
async fn a_start_without_network_waits_for_it() {
    let server = telegram().await;
    server.world().fail(Fault::new(Failure::Cut).times(2));
    let bot = bot(&server).await;
    assert_eq!(bot.me().username, "preview_bot");
    bot.shutdown().await;
}

#[tokio::test]
async fn a_token_that_nobody_has_ends_the_start() {
    let server = telegram().await;
    let mut config = config(&server).await;
    config.token = "1:nobody-has-this-token-000000000000".into();
    let error = Bot::start(config).await.map(|_| ()).expect_err("it cannot start").to_string();
    assert!(error.contains("@BotFather") && !error.contains("nobody-has"), "{error}");
}

#[tokio::test]
async fn a_token_that_is_revoked_ends_the_bot() {
    let server = telegram().await;
    let mut bot = bot(&server).await;
    server.world().fail(Fault::new(Failure::unauthorized()));
    let ada = server.world().person("Ada");
    server.world().say(ada, ada, QUESTION).expect("Ada may write");
    let error = tokio::time::timeout(LIMIT, bot.failed()).await.expect("it finds out").to_string();
    assert!(error.contains("@BotFather"), "{error}");
    bot.shutdown().await;
}

#[tokio::test]
async fn a_panic_in_one_update_is_set_aside_and_everyone_else_is_served() {
    boom_is_set_aside(|config| {
        config.step = Arc::new(|context: chat::Context<'_>, conversation, event: Event, now| {
            if matches!(&event, Event::Message(message) if message.text.as_deref() == Some("boom")) {
                panic!("a defect");
            }
            chat::step(context, conversation, event, now)
        });
    })
    .await;
}

#[tokio::test]
async fn a_panic_while_an_update_is_read_is_set_aside_as_well() {
    boom_is_set_aside(|config| config.decode = decode_without_boom).await;
}

#[tokio::test]
async fn a_panic_while_an_update_of_the_webhook_is_read_is_set_aside_as_well() {
    let listen = free_port();
    let url = format!("http://{listen}/");
    boom_is_set_aside(|config| {
        config.decode = decode_without_boom;
        config.webhook = Some(Webhook { url, listen, secret: SECRET.to_owned().into() });
    })
    .await;
}

fn decode_without_boom(update: &serde_json::Value, me: &chat::Me) -> Option<Arrival> {
    assert_ne!(update["message"]["text"], "boom", "a defect");
    decode(update, me)
}

/// A bot with a defect that shows when somebody says "boom".
async fn boom_is_set_aside(break_it: impl FnOnce(&mut Config)) {
    let server = telegram_with(Options::default()).await;
    let folder = TempFolder::new();
    let storage = Storage::open(&folder.database_url()).await.expect("the file is made");
    let mut config = config_on(&server, storage);
    break_it(&mut config);
    let bot = Bot::start(config).await.expect("the server knows the token");
    let world = server.world();
    let (ada, bob) = (world.person("Ada"), world.person("Bob"));
    world.say(ada, ada, "boom").expect("Ada may write");
    world.say(ada, ada, QUESTION).expect("Ada may write");
    world.say(bob, bob, QUESTION).expect("Bob may write");
    answered(world, ada, 1).await;
    answered(world, bob, 1).await;
    bot.shutdown().await;
    let storage = Storage::open(&folder.database_url()).await.expect("the file is there");
    let mut transaction = storage.begin().await.expect("it works");
    let aside = transaction.all_set_aside().await.expect("read");
    assert_eq!(aside.len(), 1);
    assert!(aside[0].update_id.is_some() && aside[0].reason.contains("panic"), "{aside:?}");
    assert_eq!(transaction.waiting().await.expect("read"), []);
}

#[tokio::test]
async fn an_update_from_the_future_is_still_a_question() {
    let server = telegram().await;
    let bot = bot(&server).await;
    let world = server.world();
    let ada = world.person("Ada");
    world.start(ada, None).expect("Ada may write");
    let chat = serde_json::json!({"id": ada, "type": "private", "mood": 7});
    world.inject(serde_json::json!({"telepathy": {"from": 1}}));
    world.inject(serde_json::json!({"message": {
        "message_id": 900, "date": 1, "chat": chat, "from": {"id": ada, "is_bot": false, "first_name": "Ada"},
        "text": QUESTION, "entities": [{"type": "hologram", "offset": 0, "length": 3}]
    }}));
    answered(world, ada, 1).await;
    bot.shutdown().await;
}
