//! Anything that comes too late, or refers to something gone, costs nobody else an answer.

use faqbot::bot::Bot;
use faqbot::preview::draft::Draft;
use faqbot::preview::faults::{Failure, Fault};
use faqbot::preview::server::{Clock, Options};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use super::rig::{ANSWER, LIMIT, QUESTION, answered, bot, config, telegram, telegram_with};

/// Telegram has given up waiting for the answer to a mention in a chat that the bot is not in.
#[tokio::test]
async fn a_guest_query_that_is_answered_too_late_is_over() {
    let ahead = Arc::new(AtomicI64::new(0));
    let clock = {
        let (ahead, system) = (ahead.clone(), Clock::system());
        Clock::new(move || system.now() + ahead.load(Ordering::Relaxed))
    };
    let server = telegram_with(Options { clock, ..Options::default() }).await;
    let world = server.world();
    let ada = world.person("Ada");
    let config = config(&server).await;
    world.guest_message(ada, "@preview_bot When is the library open?");
    ahead.store(60_000, Ordering::Relaxed);
    let bot = Bot::start(config).await.expect("the server knows the token");
    world.say(ada, ada, QUESTION).expect("Ada may write");
    answered(world, ada, 1).await;
    let refused = |world: &faqbot::preview::world::World| {
        (world.requests_of("answerGuestQuery").len() == 1)
            .then(|| world.requests_of("answerGuestQuery").remove(0))
    };
    let refused = world.wait_for(LIMIT, refused).await.expect("it is tried");
    assert_eq!(refused.status, 400, "{refused:?}");
    // A second question is answered, and the first is not tried again.
    world.say(ada, ada, "What does a library card cost?").expect("Ada may write");
    world.wait_for_message(ada, LIMIT, |it| it.text.contains("a year for adults")).await.expect("an answer");
    assert_eq!(world.requests_of("answerGuestQuery").len(), 1);
    bot.shutdown().await;
}

/// Telegram keeps the quote of a message after the message itself is gone.
#[tokio::test]
async fn a_question_that_is_gone_is_answered_and_so_is_a_quote_of_one() {
    let server = telegram().await;
    let world = server.world();
    let (ada, bob) = (world.person("Ada"), world.person("Bob"));
    let group = world.group("Readers", ada, &[bob]);
    world.add_bot(ada, group).expect("an admin may");
    let hold = world.fail(Fault::new(Failure::internal()).method("sendMessage").chat(group));
    let bot = bot(&server).await;
    let question = world.say(bob, group, Draft::text(&format!("/ask {QUESTION}"))).expect("Bob may write");
    let tried = |world: &faqbot::preview::world::World| {
        world.requests_of("sendMessage").iter().any(|it| it.params.to_string().contains(ANSWER)).then_some(())
    };
    world.wait_for(LIMIT, tried).await.expect("an answer is on its way");
    world.delete(group, question).expect("Bob may");
    hold.release();
    let answer =
        world.wait_for_message(group, LIMIT, |it| it.text.contains(ANSWER)).await.expect("an answer");
    assert_eq!(answer.reply_to, None);

    world.inject(serde_json::json!({ "message": {
        "message_id": 900, "date": 1, "chat": {"id": group, "type": "group", "title": "Readers"},
        "from": {"id": ada, "is_bot": false, "first_name": "Ada"}, "text": "@preview_bot",
        "quote": {"text": "What does a library card cost?", "position": 0}
    }}));
    world
        .wait_for_message(group, LIMIT, |it| it.text.contains("a year for adults"))
        .await
        .expect("an answer");
    bot.shutdown().await;
}
