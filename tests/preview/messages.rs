//! Sending, editing and deleting, with the texts of everything that can go wrong.

use faqbot::preview::draft::Draft;
use faqbot::preview::server::{Clock, Options};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use super::raw::Rig;

/// Options with a clock that a test sets, in milliseconds.
pub(crate) fn with_clock() -> (Options, Arc<AtomicI64>) {
    let time = Arc::new(AtomicI64::new(1_700_000_000_000));
    let shown = time.clone();
    let clock = Clock::new(move || shown.load(Ordering::Relaxed));
    (Options { clock, ..Options::default() }, time)
}

#[tokio::test]
async fn requests_that_telegram_would_refuse_are_refused_with_the_reason() {
    let rig = Rig::start().await;
    let ada = rig.ada.0;
    let stranger = rig.world.person("Stranger").0;
    let send = async |params: Value| rig.error("sendMessage", params).await;
    for (params, expected) in [
        (json!({"text": "hi"}), "400 Bad Request: chat_id is empty"),
        (json!({"chat_id": ada}), "400 Bad Request: message text is empty"),
        (json!({"chat_id": ada, "text": " \n"}), "400 Bad Request: message text is empty"),
        (json!({"chat_id": ada, "text": "x".repeat(4097)}), "400 Bad Request: message is too long"),
        (json!({"chat_id": 12345, "text": "hi"}), "400 Bad Request: chat not found"),
        (json!({"chat_id": stranger, "text": "hi"}), "400 Bad Request: chat not found"),
        (
            json!({"chat_id": ada, "text": "hi", "reply_parameters": {"message_id": 99}}),
            "400 Bad Request: message to be replied not found",
        ),
        (
            json!({"chat_id": ada, "text": "hi", "message_thread_id": 5}),
            "400 Bad Request: message thread not found",
        ),
        (
            json!({"chat_id": ada, "text": "<b>hi</b>", "parse_mode": "HTML"}),
            "400 Bad Request: unknown parameter \"parse_mode\"",
        ),
        (
            json!({"chat_id": ada, "text": "hi", "entities": [{"type": "underline", "offset": 0, "length": 2}]}),
            "400 Bad Request: entities of the type \"underline\" are not served here",
        ),
        (
            json!({"chat_id": ada, "text": "hi", "entities": [{"type": "bold", "offset": 1, "length": 2}]}),
            "400 Bad Request: entity bold at 1+2 is not inside the text",
        ),
        (
            json!({"chat_id": ada, "text": "hi", "reply_to_message_id": 1}),
            "400 Bad Request: unknown parameter \"reply_to_message_id\"",
        ),
        (json!({"chat_id": ada, "text": 5}), "400 Bad Request: parameter \"text\" must be a String"),
        (
            json!({"chat_id": ada, "text": "hi", "reply_markup":
                {"inline_keyboard": [[{"text": "a", "callback_data": "x".repeat(65)}]]}}),
            "400 Bad Request: BUTTON_DATA_INVALID",
        ),
        (
            json!({"chat_id": ada, "text": "hi", "reply_markup": {"inline_keyboard": [[{"text": "a"}]]}}),
            "400 Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
    ] {
        assert_eq!(send(params.clone()).await, expected, "{params}");
    }
    assert_eq!(rig.error("sendMesage", json!({})).await, "404 Not Found");
    assert_eq!(rig.world.last_from_bot(rig.ada), None);
}

#[tokio::test]
async fn a_longest_message_is_counted_in_characters_and_its_entities_in_utf_16() {
    let rig = Rig::start().await;
    let bold = json!([{"type": "bold", "offset": 0, "length": 8192}]);
    let text = "🙂".repeat(4096);
    rig.ok("sendMessage", json!({"chat_id": rig.ada, "text": text, "entities": bold})).await;
    let seen = rig.world.last_from_bot(rig.ada).unwrap();
    assert_eq!((seen.text.chars().count(), seen.entities[0].length), (4096, 8192));
}

#[tokio::test]
async fn a_reply_to_a_message_that_is_gone_can_be_sent_without_it() {
    let rig = Rig::start().await;
    let reply = json!({"message_id": 99, "allow_sending_without_reply": true});
    let sent =
        rig.ok("sendMessage", json!({"chat_id": rig.ada, "text": "hi", "reply_parameters": reply})).await;
    assert_eq!(sent.get("reply_to_message"), None);
}

#[tokio::test]
async fn edits_need_a_change_and_a_message_of_the_bots_own() {
    let rig = Rig::start().await;
    let theirs = rig.world.say(rig.ada, rig.ada, "mine").unwrap();
    let keyboard = json!({"inline_keyboard": [[{"text": "More", "callback_data": "m"}]]});
    let sent =
        rig.ok("sendMessage", json!({"chat_id": rig.ada, "text": "one", "reply_markup": keyboard})).await;
    let quiz = json!({
        "chat_id": rig.ada, "question": "?", "type": "quiz", "is_anonymous": false,
        "options": [{"text": "a"}, {"text": "b"}], "correct_option_ids": [0],
    });
    let poll = rig.ok("sendPoll", quiz).await;
    let edit = async |message: &Value, text: &str, markup: Value| {
        let mut params = json!({"chat_id": rig.ada, "message_id": message, "text": text});
        if !markup.is_null() {
            params["reply_markup"] = markup;
        }
        rig.error("editMessageText", params).await
    };
    let id = &sent["message_id"];
    assert_eq!(
        edit(id, "one", keyboard.clone()).await,
        "400 Bad Request: message is not modified: specified new message content and reply markup \
         are exactly the same as a current content and reply markup of the message"
    );
    assert_eq!(edit(&json!(theirs), "x", json!(null)).await, "400 Bad Request: message can't be edited");
    assert_eq!(edit(&json!(999), "x", json!(null)).await, "400 Bad Request: message to edit not found");
    assert_eq!(
        edit(&poll["message_id"], "x", json!(null)).await,
        "400 Bad Request: there is no text in the message to edit"
    );

    // Without a keyboard in the request, the edit takes the keyboard away.
    rig.ok("editMessageText", json!({"chat_id": rig.ada, "message_id": id, "text": "one"})).await;
    let seen = rig.world.messages(rig.ada).into_iter().find(|it| it.text == "one").unwrap();
    assert!(seen.buttons.is_empty() && seen.is_edited);
    let markup = json!({"chat_id": rig.ada, "message_id": id, "reply_markup": keyboard});
    rig.ok("editMessageReplyMarkup", markup).await;
    assert_eq!(rig.world.message(rig.ada, seen.id).unwrap().button_texts(), ["More"]);
}

#[tokio::test]
async fn messages_are_deleted_within_two_days() {
    let (options, time) = with_clock();
    let rig = Rig::with(options).await;
    let send = async || {
        let sent = rig.ok("sendMessage", json!({"chat_id": rig.ada, "text": "hi"})).await;
        json!({"chat_id": rig.ada, "message_id": sent["message_id"]})
    };
    let first = send().await;
    rig.ok("deleteMessage", first.clone()).await;
    assert_eq!(rig.error("deleteMessage", first).await, "400 Bad Request: message to delete not found");

    let second = send().await;
    time.fetch_add(48 * 3600 * 1000 + 1, Ordering::Relaxed);
    assert_eq!(
        rig.error("deleteMessage", second.clone()).await,
        "400 Bad Request: message can't be deleted for everyone"
    );
    let left: Vec<String> = rig.world.messages(rig.ada).into_iter().map(|it| it.text).collect();
    assert_eq!(left, ["/start", "hi"]);
}

#[tokio::test]
async fn messages_arrive_as_telegram_describes_them() {
    let rig = Rig::start().await;
    rig.updates().await;
    let text = rig.world.say(rig.ada, rig.ada, "🙂 /ask@preview_bot see https://example.org").unwrap();
    rig.world.say(rig.ada, rig.ada, Draft::sticker().reply_to(text)).unwrap();
    rig.world.say(rig.ada, rig.ada, Draft::photo("a #caption").forwarded()).unwrap();
    rig.world.edit(rig.ada, rig.ada, text, "changed").unwrap();
    let updates = rig.updates().await;

    let entities = &updates[0]["message"]["entities"];
    assert_eq!(entities[0], json!({"type": "bot_command", "offset": 3, "length": 16}));
    assert_eq!(entities[1]["type"], "url");
    assert_eq!(updates[1]["message"].get("text"), None);
    assert_eq!(updates[1]["message"]["sticker"]["emoji"], "👋");
    assert_eq!(updates[1]["message"]["reply_to_message"]["message_id"], json!(text));
    assert_eq!(updates[2]["message"]["caption_entities"][0]["type"], "hashtag");
    assert_eq!(updates[2]["message"]["forward_origin"]["type"], "hidden_user");
    assert_eq!(updates[3]["edited_message"]["text"], "changed");
    assert!(updates[3]["edited_message"]["edit_date"].is_i64());
    for text in ["x".repeat(4097), " ".to_owned()] {
        let said = rig.world.say(rig.ada, rig.ada, text.as_str()).unwrap_err();
        assert_eq!(said.to_string(), "a message has 1 to 4096 characters");
        let sent = rig.world.say(rig.ada, rig.ada, "hi").unwrap();
        let edited = rig.world.edit(rig.ada, rig.ada, sent, &text).unwrap_err();
        assert_eq!(edited.to_string(), "a message has 1 to 4096 characters");
    }
}

#[tokio::test]
async fn requests_are_read_as_json() {
    let rig = Rig::start().await;
    let token = Options::default().token;
    let path = format!("/bot{token}/SENDmessage");
    let hi = json!({"chat_id": rig.ada, "text": "hi"}).to_string();
    let (status, body) = rig.http("POST", &path, "application/json", &hi).await;
    assert_eq!(status, 200, "{body}");
    let (status, body) =
        rig.http("POST", &path, "application/x-www-form-urlencoded", "chat_id=1&text=hi").await;
    assert_eq!(status, 400);
    assert!(body.contains("Bad Request: Can't parse HTTP message body: object expected"), "{body}");
    let (status, body) = rig.http("POST", "/bot1:wrong/getMe", "application/json", "{}").await;
    assert_eq!(
        (status, body.as_str()),
        (401, r#"{"description":"Unauthorized","error_code":401,"ok":false}"#)
    );
    let texts: Vec<String> = rig.world.messages(rig.ada).into_iter().map(|it| it.text).collect();
    assert_eq!(texts, ["/start", "hi"]);
}
