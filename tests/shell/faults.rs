//! Trouble on Telegram's side, and in the bot itself.

use std::sync::Arc;

use faqbot::chat::{self, Event};
use faqbot::preview::faults::{Failure, Fault};
use faqbot::preview::server::Options;
use faqbot::preview::world::World;
use faqbot::shell::{Config, Shell};
use faqbot::storage::Storage;

use super::rig::{LIMIT, QUESTION, answered, bot, config, config_on, telegram, telegram_with};
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
    assert!(
        polls
            .iter()
            .all(|poll| poll.params["allowed_updates"].as_array().is_some_and(|kinds| kinds.len() == 6))
    );
}

#[tokio::test]
async fn an_update_is_stored_before_it_is_confirmed() {
    let server = telegram().await;
    let world = server.world();
    let folder = TempFolder::new();
    let storage = Storage::open(&folder.database_url()).await.expect("the file is made");
    // Nothing can be sent, so the question stays under way after it was stored.
    let hold = world.fail(Fault::new(Failure::Hang).method("sendMessage"));
    let bot = Shell::start(config_on(&server, storage)).await.expect("the server knows the token");
    let ada = world.person("Ada");
    world.say(ada, ada, QUESTION).expect("Ada may write");
    let confirmed = |world: &World| (world.n_waiting_updates() == 0).then_some(());
    world.wait_for(LIMIT, confirmed).await.expect("it is confirmed");
    drop(bot);
    hold.release();
    // Another bot on the same file knows what is to be sent; Telegram has forgotten the question.
    let storage = Storage::open(&folder.database_url()).await.expect("the file is there");
    let bot = Shell::start(config_on(&server, storage)).await.expect("the server knows the token");
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
    let error = Shell::start(config).await.map(|_| ()).expect_err("it cannot start").to_string();
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
    let server = telegram_with(Options::default()).await;
    let folder = TempFolder::new();
    let storage = Storage::open(&folder.database_url()).await.expect("the file is made");
    let step = |context: chat::Context<'_>, conversation, event: Event, now| {
        if matches!(&event, Event::Message(message) if message.text.as_deref() == Some("boom")) {
            panic!("a defect");
        }
        chat::step(context, conversation, event, now)
    };
    let config = Config { step: Arc::new(step), ..config_on(&server, storage) };
    let bot = Shell::start(config).await.expect("the server knows the token");
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
