//! Watching a running bot, and copying its database while it runs.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Command, Stdio};

use serde_json::Value;

use super::process::{Place, Running};
use super::rig::{ANSWER, LIMIT, QUESTION, telegram};

fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free loopback port");
    listener.local_addr().expect("it is bound")
}

/// Status line and body of a `GET`.
fn get(address: SocketAddr, path: &str) -> (String, String) {
    let mut stream = TcpStream::connect(address).expect("the bot listens");
    stream.set_read_timeout(Some(LIMIT)).expect("a socket takes a limit");
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {address}\r\n\r\n").expect("it takes requests");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers with text");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
    (head.lines().next().unwrap_or_default().to_owned(), body.to_owned())
}

/// The metrics that a text names, and which of their results and outcomes, as in `result="failed"`.
fn asked_for(text: &str) -> (Vec<&str>, Vec<String>) {
    let is_over = |c: char| !c.is_ascii_alphanumeric() && c != '_';
    let name = |at: usize| text[at..].split(is_over).next().unwrap_or_default();
    let names = text.match_indices("faqbot_").map(|(at, _)| name(at)).collect();
    // In JSON, quotes have a backslash before them; `=~` takes several values.
    let plain = text.replace('\\', "").replace("=~", "=");
    let mut labels = Vec::new();
    for label in ["result", "outcome"] {
        for rest in plain.split(&format!("{label}=\"")).skip(1) {
            let values = rest.split('"').next().unwrap_or_default();
            labels.extend(values.split('|').map(|value| format!("{label}=\"{value}\"")));
        }
    }
    (names, labels)
}

/// Runs another command of `faqbot` beside the bot: returns its output, its complaint, and whether it ended well.
fn beside(place: &Place, arguments: &[&str]) -> (String, String, bool) {
    let output = Command::new(env!("CARGO_BIN_EXE_faqbot"))
        .args(arguments)
        .current_dir(place.path())
        .env_clear()
        .env("DATABASE_URL", "sqlite://faqbot.db")
        .stdin(Stdio::null())
        .output()
        .expect("the binary was built");
    let text = |bytes| String::from_utf8(bytes).expect("it prints text");
    (text(output.stdout), text(output.stderr), output.status.success())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_bot_reports_health_and_metrics_without_names_or_words() {
    let server = telegram().await;
    let world = server.world();
    let place = Place::new();
    let address = free_address();
    let mut command = place.command(&server.url());
    command.env("METRICS_LISTEN", address.to_string());
    let _bot = Running(command.spawn().expect("the binary was built"));
    let ada = world.person("Ada Lovelace");
    world.start(ada, None).expect("Ada may write");
    world.say(ada, ada, QUESTION).expect("Ada may write");
    world.wait_for_message(ada, LIMIT, |it| it.text.contains(ANSWER)).await.expect("an answer");

    // The question above has been answered, so updates come in; the listener follows the bot's start.
    let reached = || TcpStream::connect(address).is_ok();
    world.wait_for(LIMIT, |_| reached().then_some(())).await.expect("it listens");
    assert_eq!(get(address, "/healthz"), ("HTTP/1.0 200 OK".to_owned(), "ok\n".to_owned()));
    let (status, body) = get(address, "/readyz");
    let report: Value = serde_json::from_str(&body).expect("it is JSON");
    assert_eq!(status, "HTTP/1.0 200 OK", "{body}");
    assert_eq!((&report["ready"], &report["database"]), (&true.into(), &"ok".into()));
    // That the answer was sent is recorded a moment after Ada has it.
    let all_written = async {
        loop {
            let (_, metrics) = get(address, "/metrics");
            if metrics.contains("faqbot_outbox_waiting 0") {
                return metrics;
            }
            tokio::task::yield_now().await;
        }
    };
    let metrics = tokio::time::timeout(LIMIT, all_written).await.expect("nothing waits");
    for line in [
        "faqbot_updates_total{kind=\"message\"} 2",
        "faqbot_questions_total{outcome=\"answer\"} 1",
        "faqbot_answer_confidence_count{outcome=\"answer\"} 1",
        "faqbot_answer_confidence_bucket{outcome=\"answer\",le=\"0.97\"}",
        "faqbot_requests_total{result=\"done\"}",
        // What has not happened yet is there as well: Prometheus sees the first one as an increase.
        "faqbot_requests_total{result=\"failed\"} 0",
        "faqbot_questions_total{outcome=\"out_of_scope\"} 0",
        "faqbot_rounds_total 0",
        "faqbot_step_seconds_count 2",
        "faqbot_inbox_waiting 0",
        "faqbot_outbox_waiting 0",
        "faqbot_folder_versions_total 1",
        "faqbot_ready 1",
        "faqbot_build_info{version=",
    ] {
        assert!(metrics.contains(line), "{line} is not in\n{metrics}");
    }
    // What the dashboard and the alerts ask for is there.
    for text in [include_str!("../../deploy/grafana.json"), include_str!("../../docs/watching.md")] {
        let (names, labels) = asked_for(text);
        assert!(names.len() > 5 && !labels.is_empty(), "{names:?} {labels:?}");
        for name in names {
            let metric = name.strip_suffix("_bucket").unwrap_or(name);
            assert!(metrics.contains(&format!("# TYPE {metric} ")), "{name} is not in\n{metrics}");
        }
        for label in labels {
            assert!(metrics.contains(&label), "{label} is not in\n{metrics}");
        }
    }
    for private in ["Ada", "library", &ada.0.to_string()] {
        assert!(!metrics.contains(private) && !body.contains(private), "{private}: {metrics}{body}");
    }

    let (output, _, is_ready) = beside(&place, &["status", "--metrics-listen", &address.to_string()]);
    assert!(is_ready && output.contains(": ready\ndatabase  ok\ntelegram  ok\nfolder    ok, "), "{output}");
    let nobody = free_address().to_string();
    let (_, complaint, ended_well) = beside(&place, &["status", "--metrics-listen", &nobody]);
    assert!(!ended_well && complaint.contains("no bot answers"), "{complaint}");
}

/// A probe must not take a bot that waits for Telegram for a dead one, and an operator wants to see what it waits for.
#[tokio::test(flavor = "multi_thread")]
async fn a_bot_that_still_waits_for_telegram_says_so() {
    let place = Place::new();
    let address = free_address();
    let mut command = place.command(&format!("http://{}", free_address()));
    command.env("METRICS_LISTEN", address.to_string());
    let _bot = Running(command.spawn().expect("the binary was built"));
    let introducing = async {
        loop {
            if TcpStream::connect(address).is_ok() {
                let (status, body) = get(address, "/readyz");
                if body.contains(r#""database":"ok","telegram":"not reached yet"#) {
                    return status;
                }
            }
            tokio::task::yield_now().await;
        }
    };
    let status = tokio::time::timeout(LIMIT, introducing).await.expect("its database is opened");
    assert_eq!(status, "HTTP/1.0 503 Service Unavailable");
    assert_eq!(get(address, "/healthz").1, "ok\n");
    let (_, metrics) = get(address, "/metrics");
    assert!(metrics.contains("faqbot_ready 0"), "{metrics}");
    let (output, _, is_ready) = beside(&place, &["status", "--metrics-listen", &address.to_string()]);
    assert!(!is_ready && output.starts_with("faqbot ") && output.contains(": not ready\n"), "{output}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_made_while_the_bot_runs_can_be_put_back_once_it_has_ended() {
    let server = telegram().await;
    let world = server.world();
    let place = Place::new();
    let bot = Running(place.command(&server.url()).spawn().expect("the binary was built"));
    let ada = world.person("Ada");
    world.start(ada, None).expect("Ada may write");
    world.say(ada, ada, "how tall is mount everest").expect("Ada may write");
    world.wait_for(LIMIT, |it| (it.messages(ada).len() >= 4).then_some(())).await.expect("a reply to each");

    let (output, complaint, copied) = beside(&place, &["backup", "copy.db"]);
    assert!(copied && output == "Copied to copy.db.\n", "{output}{complaint}");
    let (_, complaint, copied) = beside(&place, &["backup", "copy.db"]);
    assert!(!copied && complaint.contains("copy.db exists already"), "{complaint}");
    let (_, complaint, restored) = beside(&place, &["restore", "copy.db"]);
    assert!(!restored && complaint.contains("another faqbot works on the database"), "{complaint}");
    drop(bot);

    std::fs::write(place.path().join("noise.db"), "not a database").expect("the folder is ours");
    let (_, complaint, restored) = beside(&place, &["restore", "noise.db"]);
    assert!(!restored && complaint.contains("noise.db is damaged, or not a copy"), "{complaint}");
    let (_, complaint, restored) = beside(&place, &["restore", "copy.db"]);
    assert!(restored, "{complaint}");
    let (misses, complaint, listed) = beside(&place, &["misses"]);
    assert!(listed && misses.contains("mount everest"), "{misses}{complaint}");
    let kept = place.path().join("faqbot.db.before-restore");
    assert!(kept.exists() && !place.path().join("faqbot.db.restoring").exists());
    let original = std::fs::read(&kept).expect("it can be read");
    let (output, complaint, restored) = beside(&place, &["restore", "copy.db"]);
    assert!(restored && output.contains("faqbot.db.before-restore-2"), "{output}{complaint}");
    assert!(std::fs::read(&kept).expect("it is still there") == original, "the first one is kept");
}
