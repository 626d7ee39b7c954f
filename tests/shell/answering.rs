use std::sync::Arc;

use faqbot::bot::Bot;
use faqbot::chat::{self, Event};
use faqbot::storage::Storage;
use serde_json::{Value, json};

use super::rig::{ANSWER, LIMIT, QUESTION, answered, bot, config, config_on, telegram};
use crate::folder::TempFolder;

#[tokio::test]
async fn a_question_is_answered() {
    let server = telegram().await;
    let bot = bot(&server).await;
    let world = server.world();
    let ada = world.person("Ada");
    world.say(ada, ada, QUESTION).expect("Ada may write");
    answered(world, ada, 1).await;
    bot.shutdown().await;
}

/// While Ada's step goes on, Bob is answered, also by a second step that has to look something up.
#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_takes_long_holds_up_nobody_else() {
    let server = telegram().await;
    let world = server.world();
    let mut config = config(&server).await;
    let (go_on, until) = std::sync::mpsc::channel::<()>();
    let until = std::sync::Mutex::new(until);
    config.step = Arc::new(move |context: chat::Context<'_>, conversation, event: Event, now| {
        if matches!(&event, Event::Message(message) if message.text.as_deref() == Some("long")) {
            until.lock().expect("nobody panics").recv_timeout(LIMIT).expect("Bob is answered meanwhile");
        }
        chat::step(context, conversation, event, now)
    });
    let bot = Bot::start(config).await.expect("the server knows the token");
    let (ada, bob) = (world.person("Ada"), world.person("Bob"));
    world.say(ada, ada, "long").expect("Ada may write");
    world.say(ada, ada, QUESTION).expect("Ada may write");
    for n in 1..=3 {
        world.say(bob, bob, QUESTION).expect("Bob may write");
        answered(world, bob, n).await;
    }
    assert!(world.messages(ada).iter().all(|it| !it.is_from_bot), "Ada's messages keep their order");
    go_on.send(()).expect("the step waits for it");
    answered(world, ada, 1).await;
    bot.shutdown().await;
}

/// Telegram does not inform a bot that somebody has deleted its message.
#[tokio::test]
async fn an_answer_that_somebody_deletes_is_given_anew_when_it_is_edited_or_pointed_to() {
    let server = telegram().await;
    let bot = bot(&server).await;
    let world = server.world();
    let (ada, bob) = (world.person("Ada"), world.person("Bob"));
    let group = world.group("Readers", ada, &[bob]);
    world.add_bot(ada, group).expect("an admin may");
    let ask = |who, what: &str| world.say(who, group, format!("/ask {what}").as_str()).expect("they may");
    let delete_answer = |text: &str| {
        let is_answer = |it: &faqbot::preview::seen::Seen| it.is_from_bot && it.text.contains(text);
        let answer = world.messages(group).into_iter().find(is_answer).expect("it stands there");
        world.delete(group, answer.id).expect("an admin may");
    };
    let question = ask(ada, "What does a library card cost?");
    let about_cards = "a year for adults";
    world.wait_for_message(group, LIMIT, |it| it.text.contains(about_cards)).await.expect("an answer");

    delete_answer(about_cards);
    world.edit(ada, group, question, &format!("/ask {QUESTION}")).expect("Ada may");
    answered(world, group, 1).await;

    delete_answer(ANSWER);
    ask(bob, QUESTION);
    answered(world, group, 1).await;
    bot.shutdown().await;
}

#[tokio::test]
async fn the_menus_are_set_in_the_words_of_the_folder() {
    let server = telegram().await;
    let bot = bot(&server).await;
    let commands = |world: &faqbot::preview::world::World| world.commands("all_group_chats", "");
    let commands = server.world().wait_for(LIMIT, commands).await.expect("the menus are set");
    assert!(commands.to_string().contains("quiz"), "{commands}");
    bot.shutdown().await;
}

#[tokio::test]
async fn an_owner_gets_a_menu_with_the_commands_for_owners() {
    let server = telegram().await;
    let world = server.world();
    let (olga, ada) = (world.person("Olga"), world.person("Ada"));
    let mut config = config(&server).await;
    config.owners = vec![chat::PersonId(olga.0)];
    let bot = Bot::start(config).await.expect("the server knows the token");
    for person in [ada, olga] {
        world.start(person, None).expect("everybody may write");
    }
    let scope = format!("chat {}", olga.0);
    let menu = |world: &faqbot::preview::world::World| world.commands(&scope, "");
    let menu = world.wait_for(LIMIT, menu).await.expect("the menu is set").to_string();
    assert!(menu.contains("misses") && menu.contains("topics"), "{menu}");
    assert_eq!(world.commands(&format!("chat {}", ada.0), ""), None);
    bot.shutdown().await;
}

#[tokio::test]
async fn whatever_people_send_is_handled_and_costs_nobody_else_an_answer() {
    let server = telegram().await;
    let world = server.world();
    let folder = TempFolder::new();
    let storage = Storage::open(&folder.database_url()).await.expect("the file is made");
    let bot = Bot::start(config_on(&server, storage)).await.expect("the server knows the token");
    let (mallory, ada) = (world.person("<b>M</b> *_[`"), world.person("Ada"));
    world.start(mallory, None).expect("everybody may write");
    let from = json!({"id": mallory, "is_bot": false, "first_name": "<b>M</b> *_[`\u{202e}"});
    let chat = json!({"id": mallory, "type": "private"});
    let zalgo = "e\u{301}\u{302}\u{303}\u{304}".repeat(800);
    for (n, text) in [
        zalgo.as_str(),
        &"wifi ".repeat(819),
        "\u{202e}\u{200f}\u{2066}nepo yrarbil eht si nehw",
        "\u{0}\u{fffd}\u{feff}",
        "<a href='x'>wifi</a> **`_",
        "/start x-_%00../..",
        "/start",
        "/define \u{200d}",
    ]
    .into_iter()
    .enumerate()
    {
        let message = json!({"message_id": 500 + n, "date": 1, "chat": chat, "from": from, "text": text});
        world.inject(json!({ "message": message }));
    }
    let tapped = json!({"message_id": 1, "date": 0, "chat": chat});
    for data in ["", "o:", "o:wifi:x", "q:999999999999999999999", &"🚀".repeat(16), &"x".repeat(5_000)] {
        let tap = json!({"id": "1", "from": from, "chat_instance": "1", "message": tapped, "data": data});
        world.inject(json!({ "callback_query": tap }));
    }
    for n in 0..40 {
        let query =
            json!({"id": n.to_string(), "from": from, "query": "late book ".repeat(n % 5), "offset": ""});
        world.inject(json!({ "inline_query": query }));
    }
    world.inject(json!({"poll_answer": {"poll_id": "7", "user": from, "option_ids": [99, -1]}}));
    world.inject(json!({"message": Value::Null}));
    world.say(ada, ada, QUESTION).expect("Ada may write");
    answered(world, ada, 1).await;
    let inline = |world: &faqbot::preview::world::World| {
        (world.requests_of("answerInlineQuery").len() >= 40).then_some(())
    };
    world.wait_for(LIMIT, inline).await.expect("every query is answered");
    bot.shutdown().await;

    let refused = |it: &faqbot::preview::world::Request| {
        !it.method.starts_with("answer") && it.status != 200 && it.status != 0
    };
    let refused: Vec<_> = world.requests().into_iter().filter(refused).collect();
    assert!(refused.is_empty(), "{refused:?}");
    let storage = Storage::open(&folder.database_url()).await.expect("the file is there");
    let mut transaction = storage.begin().await.expect("it works");
    assert_eq!(transaction.all_set_aside().await.expect("read"), []);
    assert_eq!(transaction.waiting().await.expect("read"), []);
}
