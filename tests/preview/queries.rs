//! Taps on buttons and inline queries, answered in time and too late.

use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::{Value, json};

use super::messages::with_clock;
use super::raw::Rig;

const SOON: Duration = Duration::from_secs(5);
const TOO_OLD: &str = "400 Bad Request: query is too old and response timeout expired or query ID is invalid";

#[tokio::test]
async fn a_tap_is_answered_once_and_in_time() {
    let (options, time) = with_clock();
    let rig = Rig::with(options).await;
    let keyboard = json!({"inline_keyboard": [[{"text": "More", "callback_data": "m"}]]});
    rig.ok("sendMessage", json!({"chat_id": rig.ada, "text": "hi", "reply_markup": keyboard})).await;
    rig.updates().await;
    let message = rig.world.last_from_bot(rig.ada).unwrap().id;
    assert_eq!(
        rig.world.tap(rig.ada, rig.ada, message, "Less").unwrap_err().to_string(),
        "the message has no button “Less”"
    );
    let tap = rig.world.tap(rig.ada, rig.ada, message, "More").unwrap();
    let query = rig.updates().await[0]["callback_query"].clone();
    assert_eq!((&query["data"], &query["message"]["text"]), (&json!("m"), &json!("hi")));

    let answer = |text: &str| json!({"callback_query_id": query["id"], "text": text, "show_alert": true});
    assert_eq!(
        rig.error("answerCallbackQuery", answer(&"x".repeat(201))).await,
        "400 Bad Request: MESSAGE_TOO_LONG"
    );
    rig.ok("answerCallbackQuery", answer("There you are")).await;
    let seen = rig.world.answer_to(&tap, SOON).await.unwrap();
    assert_eq!((seen.text.as_deref(), seen.is_alert), (Some("There you are"), true));
    assert_eq!(rig.error("answerCallbackQuery", answer("again")).await, TOO_OLD);

    rig.world.tap_data(rig.ada, rig.ada, message, "forged").unwrap();
    let late = rig.updates().await[0]["callback_query"]["id"].clone();
    time.fetch_add(150_001, Ordering::Relaxed);
    assert_eq!(rig.error("answerCallbackQuery", json!({"callback_query_id": late})).await, TOO_OLD);
}

#[tokio::test]
async fn an_inline_result_is_sent_via_the_bot() {
    let rig = Rig::start().await;
    let group = rig.group();
    rig.updates().await;
    let query = rig.world.inline_query(rig.ada, group, "how much");
    let update = rig.updates().await[0]["inline_query"].clone();
    assert_eq!((&update["query"], &update["chat_type"]), (&json!("how much"), &json!("group")));

    let result = |id: &str| {
        json!({
            "type": "article", "id": id, "title": "Sum", "description": "in short",
            "input_message_content": {"message_text": "$5"},
            "reply_markup": {"inline_keyboard": [[{"text": "More", "callback_data": "m"}]]},
        })
    };
    let answer =
        |results: Vec<Value>| json!({"inline_query_id": update["id"], "results": results, "cache_time": 0});
    assert_eq!(
        rig.error("answerInlineQuery", answer(vec![result("a"), result("a")])).await,
        "400 Bad Request: RESULT_ID_DUPLICATE"
    );
    assert_eq!(
        rig.error("answerInlineQuery", answer(vec![result(&"x".repeat(65))])).await,
        "400 Bad Request: RESULT_ID_INVALID"
    );
    rig.ok("answerInlineQuery", answer(vec![result("a")])).await;
    let offered = rig.world.results_of(&query, SOON).await.unwrap();
    assert_eq!((offered.results[0].title.as_str(), offered.cache_time), ("Sum", 0));

    let message = rig.world.choose(&query, "a", group, None).unwrap();
    let updates = rig.updates().await;
    assert_eq!(updates[0]["message"]["via_bot"]["username"], "preview_bot");
    rig.world.tap(rig.ada, group, message, "More").unwrap();
    let tapped = rig.updates().await[0]["callback_query"].clone();
    assert_eq!((tapped.get("message"), tapped["inline_message_id"].is_string()), (None, true));
    assert_eq!(rig.world.message(group, message).unwrap().text, "$5");
}

#[tokio::test]
async fn an_inline_query_is_answered_within_half_a_minute() {
    let (options, time) = with_clock();
    let rig = Rig::with(options).await;
    rig.updates().await;
    rig.world.inline_query(rig.ada, rig.ada, "x");
    let id = rig.updates().await[0]["inline_query"]["id"].clone();
    time.fetch_add(30_001, Ordering::Relaxed);
    assert_eq!(rig.error("answerInlineQuery", json!({"inline_query_id": id, "results": []})).await, TOO_OLD);
}
