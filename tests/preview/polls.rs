//! Polls: what can be sent, who may vote, and the updates that the bot gets.

use std::sync::atomic::Ordering;

use faqbot::preview::world::MessageId;
use serde_json::{Value, json};

use super::messages::with_clock;
use super::raw::Rig;

fn quiz(chat: impl serde::Serialize) -> Value {
    json!({
        "chat_id": chat, "question": "How much?", "type": "quiz", "is_anonymous": false,
        "options": [{"text": "$5"}, {"text": "$50"}], "correct_option_ids": [1],
    })
}

async fn sent(rig: &Rig, params: Value) -> (MessageId, Value) {
    let mut message = rig.ok("sendPoll", params).await;
    let id = serde_json::from_value(message["message_id"].take()).unwrap();
    (id, message["poll"].take())
}

#[tokio::test]
async fn polls_that_telegram_would_refuse_are_refused_with_the_reason() {
    let rig = Rig::start().await;
    let with = |name: &str, value: Value| {
        let mut params = quiz(rig.ada);
        params[name] = value;
        params
    };
    let option = |text: &str| json!({ "text": text });
    for (params, expected) in [
        (with("question", json!("x".repeat(301))), "poll question length must not exceed 300"),
        (with("question", json!(" ")), "poll question must be non-empty"),
        (with("options", json!([])), "poll must have at least one answer option"),
        (with("options", json!([option(&"x".repeat(101))])), "poll options length must not exceed 100"),
        (with("options", json!([option("")])), "poll options must be non-empty"),
        (with("options", json!(vec![option("x"); 13])), "poll can't have more than 12 options"),
        (with("correct_option_ids", json!([])), "correct quiz option list must be non-empty"),
        (with("correct_option_ids", json!([1, 0])), "correct quiz options must be in increasing order"),
        (with("correct_option_ids", json!([2])), "wrong correct option ID specified"),
        (with("explanation", json!("x".repeat(201))), "message is too long"),
        (with("explanation", json!("a\nb\nc\nd")), "too many line feeds in the poll explanation"),
        (with("open_period", json!(4)), "poll open period must be between 5 and 2628000 seconds"),
        (with("type", json!("test")), "unsupported poll type specified"),
        (with("options", json!(["a", "b"])), "parameter \"options[0]\" must be an Object"),
        (with("correct_option_id", json!(1)), "unknown parameter \"correct_option_id\""),
    ] {
        let said = rig.error("sendPoll", params.clone()).await;
        assert_eq!(said, format!("400 Bad Request: {expected}"), "{params}");
    }
    let channel = rig.world.channel("News", rig.ada);
    rig.world.add_bot(rig.ada, channel).unwrap();
    assert_eq!(
        rig.error("sendPoll", quiz(channel)).await,
        "400 Bad Request: non-anonymous polls can't be sent to channel chats"
    );
    let group = rig.group();
    rig.world.allow_polls(group, false).unwrap();
    assert_eq!(
        rig.error("sendPoll", quiz(group)).await,
        "400 Bad Request: not enough rights to send polls to the chat"
    );
}

#[tokio::test]
async fn a_vote_in_a_quiz_counts_once_and_arrives_without_its_chat() {
    let rig = Rig::start().await;
    let group = rig.group();
    rig.updates().await;
    let (message, poll) = sent(&rig, quiz(group)).await;
    assert_eq!(poll["correct_option_ids"], json!([1]));
    rig.world.vote(rig.ada, group, message, &[0]).unwrap();
    let vote = |options: &[usize]| rig.world.vote(rig.ada, group, message, options).unwrap_err().to_string();
    assert_eq!(vote(&[1]), "a vote in this poll cannot be changed");
    assert_eq!(vote(&[]), "a vote in this poll cannot be changed");

    let updates = rig.updates().await;
    assert_eq!(updates.len(), 1);
    let answer = &updates[0]["poll_answer"];
    assert_eq!(answer["poll_id"], poll["id"]);
    assert_eq!(answer["user"]["first_name"], "Ada");
    assert_eq!(answer["option_ids"], json!([0]));
    assert_eq!(answer["option_persistent_ids"][0], poll["options"][0]["persistent_id"]);
    assert_eq!(answer.get("chat"), None);

    let seen = rig.world.message(group, message).unwrap().poll.unwrap();
    assert_eq!((seen.n_voters, seen.options[0].voters.as_slice()), (1, ["Ada".to_owned()].as_slice()));
}

#[tokio::test]
async fn votes_of_chats_and_changed_votes_arrive_too() {
    let rig = Rig::start().await;
    let group = rig.group();
    rig.updates().await;
    let mut params = quiz(group);
    params["allows_revoting"] = json!(true);
    let (message, _) = sent(&rig, params).await;
    rig.world.vote(rig.ada, group, message, &[0]).unwrap();
    rig.world.vote(rig.ada, group, message, &[]).unwrap();
    rig.world.vote(group, group, message, &[1]).unwrap();
    let updates = rig.updates().await;
    assert_eq!(updates[1]["poll_answer"]["option_ids"], json!([]));
    assert_eq!(updates[2]["poll_answer"]["voter_chat"]["id"], json!(group));
    assert_eq!(updates[2]["poll_answer"].get("user"), None);
}

#[tokio::test]
async fn anonymous_polls_have_counts_and_no_names() {
    let rig = Rig::start().await;
    rig.updates().await;
    let params =
        json!({"chat_id": rig.ada, "question": "When?", "options": [{"text": "Mon"}, {"text": "Tue"}]});
    let (message, poll) = sent(&rig, params).await;
    assert_eq!((&poll["is_anonymous"], &poll["type"]), (&json!(true), &json!("regular")));
    rig.world.vote(rig.ada, rig.ada, message, &[1]).unwrap();
    let updates = rig.updates().await;
    assert_eq!(updates[0]["poll"]["options"][1]["voter_count"], 1);
    let seen = rig.world.message(rig.ada, message).unwrap().poll.unwrap();
    assert_eq!((seen.options[1].n_votes, seen.options[1].voters.len()), (1, 0));
}

#[tokio::test]
async fn a_poll_that_runs_out_closes_without_a_word_to_the_bot() {
    let (options, time) = with_clock();
    let rig = Rig::with(options).await;
    rig.updates().await;
    let mut params = quiz(rig.ada);
    params["open_period"] = json!(20);
    let (message, _) = sent(&rig, params).await;
    time.fetch_add(20_000, Ordering::Relaxed);
    assert!(rig.world.message(rig.ada, message).unwrap().poll.unwrap().is_closed);
    let refusal = rig.world.vote(rig.ada, rig.ada, message, &[1]).unwrap_err();
    assert_eq!(refusal.to_string(), "the poll is closed");
    assert_eq!(rig.updates().await, [] as [Value; 0]);

    let stop = json!({"chat_id": rig.ada, "message_id": message});
    assert_eq!(rig.ok("stopPoll", stop.clone()).await["is_closed"], true);
    assert_eq!(rig.error("stopPoll", stop).await, "400 Bad Request: poll has already been closed");
    assert_eq!(
        rig.error("stopPoll", json!({"chat_id": rig.ada, "message_id": 1})).await,
        "400 Bad Request: message with poll to stop not found"
    );
}
