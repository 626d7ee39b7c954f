//! Trouble on demand, as it looks on the wire.

use std::sync::atomic::Ordering;

use faqbot::preview::faults::{Failure, Fault};
use faqbot::preview::server::Options;
use serde_json::json;

use super::messages::with_clock;
use super::raw::Rig;

#[tokio::test]
async fn failures_come_as_asked_and_then_stop() {
    let rig = Rig::start().await;
    let path = format!("/bot{}/sendMessage", Options::default().token);
    let body = json!({"chat_id": rig.ada, "text": "hi"}).to_string();
    let send = async |failure: Failure| {
        rig.world.fail(Fault::new(failure).method("sendMessage").times(1));
        rig.http("POST", &path, "application/json", &body).await
    };
    let (status, answer) = send(Failure::internal()).await;
    assert_eq!(
        (status, answer.as_str()),
        (500, r#"{"description":"Internal Server Error","error_code":500,"ok":false}"#)
    );
    let (status, answer) = send(Failure::BadGateway).await;
    assert_eq!((status, answer.starts_with("<html>")), (502, true));
    let (status, answer) = send(Failure::TooManyRequests(7)).await;
    assert_eq!(status, 429);
    assert!(answer.contains(r#""description":"Too Many Requests: retry after 7""#), "{answer}");
    assert!(answer.contains(r#""parameters":{"retry_after":7}"#), "{answer}");
    assert_eq!(send(Failure::Cut).await, (0, String::new()));
    let (status, answer) = send(Failure::Garbage).await;
    assert_eq!((status, serde_json::from_str::<serde_json::Value>(&answer).is_err()), (200, true));
    assert_eq!(send(Failure::unauthorized()).await.0, 401);

    assert_eq!(rig.world.last_from_bot(rig.ada), None);
    rig.ok("sendMessage", json!({"chat_id": rig.ada, "text": "hi"})).await;
    let statuses: Vec<u16> = rig.world.requests_of("sendMessage").iter().map(|it| it.status).collect();
    assert_eq!(statuses, [500, 502, 429, 0, 200, 401, 200]);
}

#[tokio::test]
async fn an_answer_can_be_lost_after_the_deed() {
    let rig = Rig::start().await;
    rig.world.fail(Fault::new(Failure::Cut).chat(rig.ada).times(1).after_effect());
    let path = format!("/bot{}/sendMessage", Options::default().token);
    let body = json!({"chat_id": rig.ada, "text": "hi"}).to_string();
    assert_eq!(rig.http("POST", &path, "application/json", &body).await.0, 0);
    assert_eq!(rig.world.last_from_bot(rig.ada).unwrap().text, "hi");
}

#[tokio::test]
async fn a_request_hangs_until_it_is_released() {
    let rig = Rig::start().await;
    let hang = rig.world.fail(Fault::new(Failure::Hang).after_effect().method("sendMessage"));
    let send = rig.call("sendMessage", json!({"chat_id": rig.ada, "text": "hi"}));
    let release = async {
        let soon = std::time::Duration::from_secs(5);
        rig.world.wait_for_message(rig.ada, soon, |it| it.text == "hi").await.unwrap();
        assert_eq!(rig.world.requests_of("sendMessage").len(), 0);
        hang.release();
    };
    let (answer, ()) = tokio::join!(send, release);
    assert_eq!(answer["result"]["text"], "hi");
}

#[tokio::test]
async fn a_bot_that_sends_too_fast_has_to_wait() {
    let (options, time) = with_clock();
    let rig = Rig::with(Options { flood_limits: true, ..options }).await;
    let send = async || rig.call("sendMessage", json!({"chat_id": rig.ada, "text": "hi"})).await;
    let mut n_sent = 0;
    let refused = loop {
        let answer = send().await;
        if answer["ok"] != true {
            break answer;
        }
        n_sent += 1;
    };
    assert_eq!(n_sent, 6);
    assert_eq!(
        refused,
        json!({
            "ok": false, "error_code": 429, "description": "Too Many Requests: retry after 1",
            "parameters": {"retry_after": 1},
        })
    );
    time.fetch_add(1000, Ordering::Relaxed);
    assert_eq!(send().await["ok"], true);
}
