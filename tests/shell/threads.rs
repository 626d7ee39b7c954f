//! A question in a part of a chat is answered there, over HTTP.

use faqbot::preview::draft::Draft;

use super::rig::{ANSWER, LIMIT, QUESTION, bot, telegram};

#[tokio::test]
async fn direct_messages_to_a_channel_are_answered_to_each_sender() {
    let server = telegram().await;
    let bot = bot(&server).await;
    let world = server.world();
    let (ada, bob) = (world.person("Ada"), world.person("Bob"));
    let chat = world.direct_messages("News", ada, &[bob]);
    world.say(bob, chat, QUESTION).expect("Bob may write");
    let answer = world.wait_for_message(chat, LIMIT, |it| it.text.contains(ANSWER)).await.expect("an answer");
    assert_eq!(answer.topic.map(|topic| topic.0), Some(bob.0));
    world.say(bob, chat, "/quiz").expect("Bob may write");
    world.wait_for_message(chat, LIMIT, |it| it.text.contains("no polls")).await.expect("a word about it");
    assert!(world.requests_of("sendPoll").is_empty());
    bot.shutdown().await;
}

#[tokio::test]
async fn comments_are_answered_below_the_post_and_a_quiz_is_played_there() {
    let server = telegram().await;
    let bot = bot(&server).await;
    let world = server.world();
    let (ada, bob) = (world.person("Ada"), world.person("Bob"));
    let channel = world.channel("News", ada);
    let group = world.supergroup("Readers of News", ada, &[bob]);
    world.add_bot(ada, group).expect("an admin may");
    let post = world.post(channel, group, "We open on Tuesday. When is the library open?").expect("a post");
    let ask = Draft::text(&format!("/ask {QUESTION}")).reply_to(post);
    let comment = world.say(bob, group, ask).expect("Bob may write");
    let answer =
        world.wait_for_message(group, LIMIT, |it| it.text.contains(ANSWER)).await.expect("an answer");
    assert_eq!(answer.reply_to, Some(comment));

    // A reply to a comment names the post by its number alone.
    world.say(bob, group, Draft::text("/quiz 1 10").reply_to(comment)).expect("Bob may write");
    let lobby = world.wait_for_message(group, LIMIT, |it| it.text.contains("Quiz")).await.expect("a lobby");
    assert_eq!(lobby.reply_to, Some(post));
    world.tap(bob, group, lobby.id, "▶ Start now").expect("Bob has started it");
    let poll = world.wait_for_message(group, LIMIT, |it| it.poll.is_some()).await.expect("a poll");
    assert_eq!(poll.reply_to, Some(post));
    bot.shutdown().await;
}

#[tokio::test]
async fn a_topic_of_a_private_chat_keeps_its_answers_and_its_quiz() {
    let server = telegram().await;
    let bot = bot(&server).await;
    let world = server.world();
    let ada = world.person("Ada");
    let topic = world.open_topic(ada, ada.into(), "Books").expect("Ada may");
    world.say(ada, ada, Draft::text(QUESTION).in_topic(topic)).expect("Ada may write");
    let answer = world.wait_for_message(ada, LIMIT, |it| it.text.contains(ANSWER)).await.expect("an answer");
    assert_eq!(answer.topic, Some(topic));
    world.say(ada, ada, Draft::text("/quiz 1").in_topic(topic)).expect("Ada may write");
    let poll = world.wait_for_message(ada, LIMIT, |it| it.poll.is_some()).await.expect("a poll");
    assert_eq!(poll.topic, Some(topic));
    bot.shutdown().await;
}
