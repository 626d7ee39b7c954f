//! The real bot over HTTP, through everything that people do: nothing it sends is refused by the strict server, and
//! all of it is checked against the official specification where that is at hand.

use faqbot::preview::people::TapId;
use faqbot::preview::seen::Seen;
use faqbot::preview::world::{ChatId, MessageId, PersonId, World};

use super::shell::rig::{LIMIT, bot, telegram};

/// Waits for a message of the bot that contains this text, and is newer than `after`.
async fn sees(world: &World, chat: impl Into<ChatId>, after: MessageId, text: &str) -> Seen {
    let chat = chat.into();
    let fits = |message: &Seen| message.is_from_bot && message.id > after && shown(message).contains(text);
    match world.wait_for_message(chat, LIMIT, fits).await {
        Ok(message) => message,
        Err(_) => panic!("the bot does not say {text:?}, but: {:#?}", world.messages(chat)),
    }
}

fn shown(message: &Seen) -> &str {
    message.poll.as_ref().map_or(&message.text, |poll| &poll.question)
}

/// Writes, and waits for the reply.
async fn ask(world: &World, person: PersonId, chat: impl Into<ChatId>, text: &str, expected: &str) -> Seen {
    let chat = chat.into();
    let asked = world.say(person, chat, text).expect("people may write here");
    sees(world, chat, asked, expected).await
}

/// Taps the button, and waits until the bot has answered the tap.
async fn tap(
    world: &World,
    person: PersonId,
    chat: impl Into<ChatId>,
    message: &Seen,
    button: &str,
) -> TapId {
    let tap = world.tap(person, chat, message.id, button).expect("the button is there");
    world.answer_to(&tap, LIMIT).await.expect("the bot answers every tap");
    tap
}

#[tokio::test]
async fn everything_people_do_is_taken_by_telegram() {
    let server = telegram().await;
    let bot = bot(&server).await;
    let world = server.world();
    let (ada, bruno) = (world.person("Ada"), world.person("<b>Bruno</b> & *co*"));

    // In private: questions, buttons, browsing, inline.
    world.start(ada, None).expect("a chat can be opened");
    ask(world, ada, ada, "/help", "/topics").await;
    let answer = ask(world, ada, ada, "wen is the libary open", "Tuesday to Saturday").await;
    tap(world, ada, ada, &answer, "👍").await;
    tap(world, ada, ada, &answer, "👎").await;
    tap(world, ada, ada, &answer, "What does a library card cost?").await;
    sees(world, ada, answer.id, "€20").await;
    let question = world.say(ada, ada, "do you have wifi").expect("Ada may write");
    let answer = sees(world, ada, question, "library").await;
    world.edit(ada, ada, question, "how much is a card").expect("Ada may edit");
    world
        .wait_for_message(ada, LIMIT, |it| it.id == answer.id && it.is_edited)
        .await
        .expect("the answer is edited");
    let topics = ask(world, ada, ada, "/topics", "What I can answer").await;
    tap(world, ada, ada, &topics, "Borrowing").await;
    world
        .wait_for_message(ada, LIMIT, |it| it.id == topics.id && it.text == "Borrowing")
        .await
        .expect("it turns");
    for text in [
        "/glossary",
        "/define reference book",
        "/about",
        "/privacy",
        "/top",
        "/practice",
        "/daily",
        "/forgetme",
        "/nonsense",
        "🚀",
        "/ask",
    ] {
        ask(world, ada, ada, text, "").await;
    }
    let guest = world.guest_message(ada, "@preview_bot when are you open?");
    let answer = world.results_of(&guest, LIMIT).await.expect("the bot answers as a guest");
    assert_eq!(answer.results.len(), 1, "{answer:?}");
    let inline = world.inline_query(ada, ada, "late book");
    assert!(!world.results_of(&inline, LIMIT).await.expect("the bot answers").results.is_empty());

    // In a forum topic: the hello, a question, settings.
    let forum = world.forum("Newsroom", ada, &[bruno]);
    world.add_bot(ada, forum).expect("the bot may be added");
    sees(world, forum, MessageId(0), "Hello!").await;
    ask(world, bruno, forum, "/ask when are you open", "Tuesday to Saturday").await;
    ask(world, bruno, forum, "@preview_bot is there wifi?", "library").await;
    let settings = ask(world, ada, forum, "/settings", "Group settings").await;
    tap(world, ada, forum, &settings, "Seconds per question: 20").await;

    // A round of two.
    let lobby = ask(world, ada, forum, "/quiz 2 30", "Quiz").await;
    tap(world, ada, forum, &lobby, "🙋 Join").await;
    tap(world, bruno, forum, &lobby, "🙋 Join").await;
    tap(world, ada, forum, &lobby, "▶ Start now").await;
    for number in ["1/2", "2/2"] {
        let poll = sees(world, forum, lobby.id, number).await;
        let right = poll.poll.as_ref().expect("it is a poll").correct[0];
        world.vote(ada, forum, poll.id, &[right]).expect("Ada may vote");
        world.vote(bruno, forum, poll.id, &[1 - right.min(1)]).expect("Bruno may vote");
    }
    let result = sees(world, forum, lobby.id, "Quiz finished").await;
    assert!(result.text.contains("🥇 Ada – 2 of 2"), "{}", result.text);
    assert!(result.text.contains("🥈 <b>Bruno</b> & *co* – 0 of 2"), "{}", result.text);
    let table = ask(world, bruno, forum, "/top", "This week").await;
    assert!(table.text.contains("(you)"), "{}", table.text);

    let refused: Vec<_> = world.requests().into_iter().filter(|request| request.status == 400).collect();
    assert!(refused.is_empty(), "{refused:#?}");
    bot.shutdown().await;
}

#[tokio::test]
async fn a_group_keeps_its_settings_when_it_becomes_a_supergroup() {
    let server = telegram().await;
    let bot = bot(&server).await;
    let world = server.world();
    let ada = world.person("Ada");
    let group = world.group("Club", ada, &[]);
    world.add_bot(ada, group).expect("the bot may be added");
    sees(world, group, MessageId(0), "Hello!").await;
    let settings = ask(world, ada, group, "/settings", "Group settings").await;
    tap(world, ada, group, &settings, "Seconds per question: 20").await;
    let has_changed = |it: &Seen| it.id == settings.id && labels(it).contains("Seconds per question: 30");
    world.wait_for_message(group, LIMIT, has_changed).await.expect("the list shows it");

    let supergroup = world.migrate(ada, group).expect("Ada may");
    let settings = ask(world, ada, supergroup, "/settings", "Group settings").await;
    assert!(labels(&settings).contains("Seconds per question: 30"), "{settings:#?}");
    assert!(
        !world.messages(supergroup).iter().any(|it| it.text.contains("Hello!")),
        "it has been introduced"
    );
    bot.shutdown().await;
}

/// The labels of the buttons, one a line.
fn labels(message: &Seen) -> String {
    let labels: Vec<&str> = message.buttons.iter().flatten().map(|button| button.text.as_str()).collect();
    labels.join("\n")
}
