//! The page's side of the server: what it shows to whom, and whom it refuses to talk to.

use std::time::Duration;

use faqbot::preview::server::{Options, Server};
use faqbot::preview::stage;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::raw::Rig;

async fn state(rig: &Rig, query: &str) -> Value {
    let (status, body) = rig.http("GET", &format!("/preview/state?{query}"), "", "").await;
    assert_eq!(status, 200);
    serde_json::from_str(&body).unwrap()
}

async fn act(rig: &Rig, act: Value) -> Value {
    let (_, body) = rig.http("POST", "/preview/act", "application/json", &act.to_string()).await;
    serde_json::from_str(&body).unwrap()
}

#[tokio::test]
async fn files_come_from_this_server_alone() {
    let rig = Rig::start().await;
    let (status, page) = rig.http("GET", "/", "", "").await;
    assert_eq!(status, 200);
    for path in page.split('"').filter(|it| it.starts_with("/page/")) {
        let (status, content) = rig.http("GET", path, "", "").await;
        assert_eq!((status, content.is_empty()), (200, false), "{path}");
        let foreign =
            content.contains("//cdn") || content.contains("@import") || content.contains("innerHTML");
        assert!(!foreign, "{path}");
    }
}

#[tokio::test]
async fn other_sites_are_refused() {
    let rig = Rig::start().await;
    let own = rig.server.address().to_string();
    let get = async |host: &str| rig.http_as(host, "GET", "/", &[], "").await;
    assert_eq!(get("example.org").await, (403, "the preview answers only as 127.0.0.1 or localhost".into()));
    assert_eq!(get(&own).await.0, 200);
    assert_eq!(get("localhost:1").await.0, 200);

    let notice = json!({"do": "dismiss_notice"}).to_string();
    let post = async |origin: &str| {
        let headers = [("Origin", origin), ("Content-Type", "text/plain")];
        rig.http_as(&own, "POST", "/preview/act", &headers, &notice).await
    };
    assert_eq!(
        post("https://example.org").await,
        (403, "the preview takes no orders from pages of other sites".into())
    );
    assert_eq!(post("null").await.0, 403);
    // An origin that is not ASCII is still an origin.
    assert_eq!(post("http://ä.example").await.0, 403);
    let path = format!("/bot{}/getMe", Options::default().token);
    let headers = [("Origin", "https://example.org"), ("Content-Type", "text/plain")];
    assert_eq!(rig.http_as(&own, "POST", &path, &headers, "{}").await.0, 403);
    assert_eq!(post(&format!("http://{own}")).await, (200, r#"{"ok":true}"#.into()));
}

#[tokio::test]
async fn an_image_in_another_sites_page_reaches_nothing() {
    let rig = Rig::start().await;
    let own = rig.server.address().to_string();
    let token = Options::default().token;
    // A browser sends no `Origin` with the loading of `<img src="…">`.
    for method in ["getUpdates?offset=999999999", "setWebhook?url=http://127.0.0.1:1/", "getMe"] {
        for verb in ["GET", "HEAD"] {
            let headers = [("Sec-Fetch-Site", "cross-site")];
            let (status, body) =
                rig.http_as(&own, verb, &format!("/bot{token}/{method}"), &headers, "").await;
            assert_eq!((status, body.as_str()), (405, ""), "{verb} {method}");
        }
    }
    // Nothing was confirmed, and no webhook was set.
    assert_eq!(rig.updates().await.len(), 1);
}

#[tokio::test]
async fn no_other_site_shows_the_page_in_a_frame() {
    let rig = Rig::start().await;
    let answer = rig.raw("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await;
    let answer = answer.to_lowercase();
    assert!(
        answer.contains("frame-ancestors 'none'") && answer.contains("x-frame-options: deny"),
        "{answer}"
    );
}

#[tokio::test]
async fn only_so_many_pages_hear_of_changes() {
    let rig = Rig::start().await;
    let mut streams = Vec::new();
    loop {
        let mut stream = tokio::net::TcpStream::connect(rig.server.address()).await.unwrap();
        let request = "GET /preview/events HTTP/1.1\r\nHost: localhost\r\n\r\n";
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).await.unwrap();
        if answer.ends_with(b"503") {
            break;
        }
        streams.push(stream);
        assert!(streams.len() <= 64, "there is an end to it");
    }
    assert_eq!(rig.http("GET", "/preview/state", "", "").await.0, 200);
}

#[tokio::test]
async fn only_loopback_addresses_are_listened_on() {
    let error = Server::start("0.0.0.0:0".parse().unwrap(), Options::default()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "0.0.0.0 can be reached from other machines; the preview listens on a loopback address only, \
         for example 127.0.0.1:0"
    );
}

#[tokio::test]
async fn each_person_sees_their_own_screen() {
    let rig = Rig::start().await;
    let stage = stage::set(&rig.world).unwrap();
    let commands = |name: &str| json!([{"command": name, "description": "…"}]);
    let scope = json!({"type": "all_chat_administrators"});
    rig.ok("setMyCommands", json!({"commands": commands("ask")})).await;
    rig.ok("setMyCommands", json!({"commands": commands("settings"), "scope": scope})).await;
    rig.ok("sendMessage", json!({"chat_id": stage.group, "text": "hello"})).await;

    let screen = async |person: usize| {
        let query = format!("person={}&chat={}", stage.people[person].0, stage.group.0);
        state(&rig, &query).await
    };
    let admin = screen(0).await;
    assert_eq!(admin["open"]["commands"], commands("settings"));
    let member = screen(1).await;
    assert_eq!(member["open"]["commands"], commands("ask"));
    let row = |screen: &Value| {
        let chats = screen["chats"].as_array().unwrap();
        chats.iter().find(|it| it["id"] == json!(stage.group)).unwrap().clone()
    };
    assert_eq!(row(&member)["n_unread"], 2);
    let last = row(&member)["last"]["id"].clone();
    act(&rig, json!({"do": "read", "person": stage.people[1], "chat": stage.group, "message": last})).await;
    assert_eq!(row(&screen(1).await)["n_unread"], 0);
    assert_eq!(row(&screen(2).await)["n_unread"], 2);
}

#[tokio::test]
async fn the_group_that_is_there_at_the_start_can_become_a_supergroup() {
    let rig = Rig::start().await;
    let stage = stage::set(&rig.world).unwrap();
    let ada = stage.people[0];
    let moved = act(&rig, json!({"do": "migrate", "person": ada, "chat": stage.group})).await;
    assert_eq!(moved["ok"], true, "{moved}");
    let chats = state(&rig, &format!("person={}", ada.0)).await["chats"].take();
    let chats: Vec<_> = chats.as_array().unwrap().iter().map(|it| (&it["title"], &it["id"])).collect();
    let groups: Vec<_> = chats.iter().filter(|(title, _)| **title == "Reading circle").collect();
    assert_eq!(groups, [&(&json!("Reading circle"), &moved["chat"])]);
}

#[tokio::test]
async fn the_key_of_a_quiz_is_shown_to_those_who_have_voted() {
    let rig = Rig::start().await;
    let stage = stage::set(&rig.world).unwrap();
    let quiz = json!({
        "chat_id": stage.group, "question": "?", "type": "quiz", "is_anonymous": false,
        "options": [{"text": "a"}, {"text": "b"}], "correct_option_ids": [1], "explanation": "because",
    });
    let message = rig.ok("sendPoll", quiz).await["message_id"].clone();
    let poll = async |person: usize| {
        let query = format!("person={}&chat={}", stage.people[person].0, stage.group.0);
        let screen = state(&rig, &query).await;
        screen["open"]["messages"].as_array().unwrap().last().unwrap()["poll"].clone()
    };
    let vote = json!({"do": "vote", "person": stage.people[0], "chat": stage.group, "message": message, "options": [0]});
    assert_eq!(act(&rig, vote.clone()).await, json!({"ok": true}));
    assert_eq!(act(&rig, vote).await, json!({"ok": false, "error": "a vote in this poll cannot be changed"}));
    let voter = poll(0).await;
    assert_eq!((&voter["mine"], &voter["correct"]), (&json!([0]), &json!([1])));
    assert_eq!((&voter["explanation"], &voter["options"][0]["n_votes"]), (&json!("because"), &json!(1)));
    let other = poll(1).await;
    assert_eq!((&other["correct"], &other["explanation"]), (&json!([]), &json!("")));
    assert_eq!((&other["options"][0]["n_votes"], &other["n_voters"]), (&json!(0), &json!(1)));
}

#[tokio::test]
async fn a_tap_on_the_page_brings_the_bots_note_back() {
    let rig = Rig::start().await;
    let sent = rig.ok("sendMessage", json!({"chat_id": rig.ada, "text": "hi"})).await;
    rig.updates().await;
    let tap =
        json!({"do": "tap", "person": rig.ada, "chat": rig.ada, "message": sent["message_id"], "data": "m"});
    let answer = async {
        let soon = Duration::from_secs(5);
        rig.world.wait_for(soon, |world| (world.n_waiting_updates() > 0).then_some(())).await.unwrap();
        let id = rig.updates().await[0]["callback_query"]["id"].clone();
        rig.ok("answerCallbackQuery", json!({"callback_query_id": id, "text": "Thanks"})).await;
    };
    let (result, ()) = tokio::join!(act(&rig, tap), answer);
    assert_eq!(result["answer"], json!({"text": "Thanks", "is_alert": false}));
    assert_eq!(
        act(&rig, json!({"do": "dance"})).await["error"].as_str().map(|it| &it[..28]),
        Some("the page asked for nonsense:")
    );
}

#[tokio::test]
async fn a_notice_stays_until_it_is_hidden() {
    let rig = Rig::start().await;
    rig.world.set_notice(vec!["error: <b>no</b>".into()]);
    assert_eq!(state(&rig, "").await["notice"], json!(["error: <b>no</b>"]));
    act(&rig, json!({"do": "dismiss_notice"})).await;
    assert_eq!(state(&rig, "").await["notice"], json!([]));
}
