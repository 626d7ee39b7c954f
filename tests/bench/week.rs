//! A week of a large community in a few minutes: `cargo bench --bench week`.
//!
//! 100,000 people and 2,000 groups ask, edit, play and come and go, day after day, against a Bot API server that does
//! nothing but hand out updates and take requests. The bot is a process of its own with its database on disk; its clock is
//! a value that this program moves on. Each day the folder is changed, and for an hour Telegram answers every fifth request
//! with 429. On the first four days the bot is killed at noon and started again; the last three it runs through.
//!
//! Compared with each other: every question and its reply, every round and its result. Printed for each day: memory,
//! the size of the database, and how many people the bot knows by then. From the third day on the database may grow only
//! with the people, and memory not at all from the fifth, when nothing empties it any more.

mod memory;

use std::collections::{HashMap, HashSet, VecDeque};
use std::fs;
use std::io::{BufRead as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path as UrlPath, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::post;
use faqbot::bot::{Bot, Config};
use faqbot::clock::ManualClock;
use faqbot::faq_folder::live::{Folder, RECHECK};
use faqbot::storage::Storage;
use faqbot::time::Timestamp;
use serde_json::{Value, json};
use tokio::sync::Notify;

const TOKEN: &str = "123456789:week-test-token-for-loopback-only-00";
/// Monday, 2026-06-01, 00:00 UTC.
const START: i64 = 1_780_272_000_000;

const N_PEOPLE: u64 = 100_000;
const N_GROUPS: u64 = 2_000;
const DAYS: u64 = 7;
/// Days on which the bot is killed.
const N_RESTARTS: u64 = 4;
/// What happens in an hour.
const QUESTIONS: u64 = 700;
const GROUP_QUESTIONS: u64 = 80;
const EDITS: u64 = 30;
const JOINS: u64 = 5;
const ROUNDS: u64 = 8;
const PLAYERS: u64 = 3;

/// A bot that is stuck does not keep us for ever.
const LIMIT: Duration = Duration::from_secs(120);

const TEXTS: [&str; 6] = [
    "how much is amazon investing in anthropic",
    "what did anthropic promise to spend on aws?",
    "wat is the ratio of spending to investment",
    "is this deal good for amazon",
    "who is the best goalkeeper in the world",
    "thanks!",
];

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("threads can be started");
    if let Ok(url) = std::env::var("WEEK_BOT") {
        runtime.block_on(bot(&url));
        return;
    }
    // `cargo test` runs benches as well, to see whether they still work; this one has nothing quick to test.
    if std::env::args().any(|argument| argument == "--bench") {
        runtime.block_on(week());
    }
}

/// The bot, with a clock that standard input moves on, in milliseconds a line.
async fn bot(url: &str) {
    let now = std::env::var("WEEK_NOW").expect("it is set").parse().expect("a number");
    let clock = ManualClock::at(Timestamp(now));
    let storage = Storage::open_alone("sqlite://bot.db").await.expect("the folder is ours");
    let folder = Folder::open(Path::new("faq")).expect("it was copied");
    let mut config = Config::new(TOKEN, storage, folder.library());
    config.api_url = Some(url.to_owned());
    config.clock = Arc::new(clock.clone());
    config.rates = None;
    let _watched = folder.watch(RECHECK).expect("a thread");
    let mut bot = Bot::start(config).await.expect("the server knows the token");
    let moved = tokio::task::spawn_blocking(move || {
        for line in std::io::stdin().lock().lines() {
            let millis = line.expect("it is text").parse().expect("a number");
            clock.advance(Duration::from_millis(millis));
        }
    });
    tokio::select! {
        error = bot.failed() => panic!("{error:#}"),
        _ = moved => {}
    }
}

/// What the server knows.
#[derive(Default)]
struct World {
    now: i64,
    updates: VecDeque<(u64, String)>,
    n_updates: u64,
    n_messages: u64,
    n_taps: u64,
    n_polls: u64,
    /// Private chats with a question that has no reply yet, and how many.
    open: HashMap<i64, u32>,
    n_open: u64,
    /// Everybody who has asked in private so far.
    known: HashSet<i64>,
    /// Questions of groups without a reply.
    n_open_in_groups: u64,
    n_rounds: u64,
    n_results: u64,
    n_requests: u64,
    n_refused: u64,
    is_storm: bool,
}

#[derive(Clone, Default)]
struct Server {
    world: Arc<Mutex<World>>,
    news: Arc<Notify>,
}

fn person(id: i64) -> Value {
    json!({ "id": id, "is_bot": false, "first_name": format!("P{id}") })
}

fn group(chat: i64) -> Value {
    json!({ "id": chat, "type": "supergroup", "title": format!("G{chat}") })
}

impl World {
    fn push(&mut self, kind: &str, body: &Value) {
        self.n_updates += 1;
        let id = self.n_updates;
        self.updates.push_back((id, json!({ "update_id": id, kind: body }).to_string()));
    }

    fn message(&mut self, kind: &str, chat: &Value, from: i64, id: Option<u64>, text: &str) -> u64 {
        self.n_messages += u64::from(id.is_none());
        let id = id.unwrap_or(self.n_messages);
        let entities = match text.strip_prefix('/') {
            Some(_) => {
                let length = text.find(' ').unwrap_or(text.len());
                json!([{ "type": "bot_command", "offset": 0, "length": length }])
            }
            None => json!([]),
        };
        let body = json!({ "message_id": id, "date": self.now / 1_000, "edit_date": self.now / 1_000, "chat": chat,
            "from": person(from), "text": text, "entities": entities });
        self.push(kind, &body);
        id
    }

    fn ask(&mut self, from: i64, text: &str) -> u64 {
        *self.open.entry(from).or_default() += 1;
        self.known.insert(from);
        self.n_open += 1;
        let chat = json!({ "id": from, "type": "private", "first_name": "P" });
        self.message("message", &chat, from, None, text)
    }

    fn tap(&mut self, chat: i64, message: u64, from: i64, data: &str) {
        self.n_taps += 1;
        let message = json!({ "message_id": message, "date": self.now / 1_000, "chat": group(chat), "text": "x",
            "from": { "id": 1, "is_bot": true, "first_name": "Week", "username": "week_bot" } });
        let body = json!({ "id": self.n_taps.to_string(), "from": person(from), "message": message,
            "chat_instance": "1", "data": data });
        self.push("callback_query", &body);
    }

    /// Takes a request, and makes people react to it.
    fn take(&mut self, method: &str, params: &Value) -> Value {
        self.n_requests += 1;
        if self.is_storm && self.n_requests.is_multiple_of(5) && method.starts_with("send") {
            self.n_refused += 1;
            return json!({ "ok": false, "error_code": 429, "description": "Too Many Requests: retry after 1",
                "parameters": { "retry_after": 1 } });
        }
        let chat = params["chat_id"].as_i64().unwrap_or_default();
        let result = match method {
            "getme" => json!({ "id": 1, "is_bot": true, "first_name": "Week", "username": "week_bot",
                "can_join_groups": true, "can_read_all_group_messages": false, "supports_inline_queries": true,
                "can_connect_to_business": false, "has_main_web_app": false }),
            "getmycommands" => json!([]),
            "getchatmember" => {
                json!({ "status": "member", "user": person(params["user_id"].as_i64().unwrap_or(1)) })
            }
            "sendmessage" | "sendpoll" => {
                self.n_messages += 1;
                let id = self.n_messages;
                let mut message =
                    json!({ "message_id": id, "date": self.now / 1_000, "chat": { "id": chat } });
                if method == "sendpoll" {
                    message["poll"] = self.poll(params);
                } else if chat > 0 {
                    if let Some(open) = self.open.get_mut(&chat).filter(|open| **open > 0) {
                        *open -= 1;
                        self.n_open -= 1;
                    }
                } else {
                    self.posted_in_group(chat, id, params);
                }
                message
            }
            "stoppoll" => json!({ "id": "0", "question": "x", "options": [], "total_voter_count": 0,
                "is_closed": true, "is_anonymous": false, "type": "quiz", "allows_multiple_answers": false }),
            _ => json!(true),
        };
        json!({ "ok": true, "result": result })
    }

    /// A poll comes: those who joined vote.
    fn poll(&mut self, params: &Value) -> Value {
        self.n_polls += 1;
        let poll = self.n_polls.to_string();
        let chat = params["chat_id"].as_i64().unwrap_or_default();
        for player in players(chat) {
            let option = (self.n_polls + player.unsigned_abs()) % 2;
            let body = json!({ "poll_id": poll, "user": person(player), "option_ids": [option] });
            self.push("poll_answer", &body);
        }
        json!({ "id": poll, "question": "x", "options": [], "total_voter_count": 0, "is_closed": false,
            "is_anonymous": false, "type": "quiz", "allows_multiple_answers": false })
    }

    fn posted_in_group(&mut self, chat: i64, id: u64, params: &Value) {
        let rows = params["reply_markup"]["inline_keyboard"].as_array().cloned().unwrap_or_default();
        let buttons: Vec<&Value> = rows.iter().filter_map(Value::as_array).flatten().collect();
        let data = |label: &str| {
            let has = |it: &&&Value| it["text"].as_str().is_some_and(|text| text.contains(label));
            buttons.iter().find(has).and_then(|it| it["callback_data"].as_str().map(str::to_owned))
        };
        if let (Some(join), Some(start)) = (data("Join"), data("Start")) {
            for player in players(chat) {
                self.tap(chat, id, player, &join);
            }
            self.tap(chat, id, players(chat)[0], &start);
        } else if data("Play again").is_some() {
            self.n_results += 1;
        } else if params["reply_parameters"].is_object() && self.n_open_in_groups > 0 {
            self.n_open_in_groups -= 1;
        }
    }
}

/// Who plays in a group.
fn players(chat: i64) -> [i64; PLAYERS as usize] {
    let first = chat.abs() % 90_000 + 1_000;
    [first, first + 1, first + 2]
}

async fn serve(
    State(server): State<Server>,
    UrlPath((_, method)): UrlPath<(String, String)>,
    body: Bytes,
) -> impl IntoResponse {
    let params: Value = serde_json::from_slice(&body).unwrap_or_default();
    let method = method.to_lowercase();
    let answer = if method == "getupdates" {
        server.updates(&params).await
    } else {
        let answer = server.world().take(&method, &params).to_string();
        server.news.notify_waiters();
        answer
    };
    ([(CONTENT_TYPE, "application/json")], answer)
}

impl Server {
    fn world(&self) -> std::sync::MutexGuard<'_, World> {
        self.world.lock().expect("nobody panics while holding it")
    }

    async fn updates(&self, params: &Value) -> String {
        let offset = params["offset"].as_u64().unwrap_or(0);
        let timeout = Duration::from_secs(params["timeout"].as_u64().unwrap_or(0));
        let deadline = tokio::time::Instant::now() + timeout;
        loop {
            let news = self.news.notified();
            let batch: Vec<String> = {
                let mut world = self.world();
                while world.updates.front().is_some_and(|(id, _)| *id < offset) {
                    world.updates.pop_front();
                }
                world.updates.iter().take(100).map(|(_, update)| update.clone()).collect()
            };
            if !batch.is_empty() || tokio::time::timeout_at(deadline, news).await.is_err() {
                return format!(r#"{{"ok":true,"result":[{}]}}"#, batch.join(","));
            }
        }
    }

    /// The next hour; all that people do in it comes at once.
    fn hour(&self, hour: u64) {
        let mut world = self.world();
        world.is_storm = hour % 24 == 20;
        let mut random = hour.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        let mut draw = |below: u64| {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            i64::try_from(random % below).expect("it is small")
        };
        for n in 0..QUESTIONS {
            let from = 1_000 + draw(N_PEOPLE);
            let text = TEXTS[usize::try_from(draw(TEXTS.len() as u64)).expect("it is small")];
            let id = world.ask(from, text);
            if n < EDITS {
                let chat = json!({ "id": from, "type": "private", "first_name": "P" });
                world.message("edited_message", &chat, from, Some(id), TEXTS[0]);
            }
        }
        for _ in 0..GROUP_QUESTIONS {
            let chat = -1_000_000_000_000 - draw(N_GROUPS);
            world.n_open_in_groups += 1;
            world.message(
                "message",
                &group(chat),
                1_000 + draw(N_PEOPLE),
                None,
                &format!("/ask {}", TEXTS[0]),
            );
        }
        for _ in 0..JOINS {
            let chat = -1_000_000_000_000 - draw(N_GROUPS);
            let member = |status: &str| json!({ "status": status, "user": { "id": 1, "is_bot": true, "first_name": "Week" } });
            let body = json!({ "chat": group(chat), "from": person(1_000), "date": world.now / 1_000,
                "old_chat_member": member("left"), "new_chat_member": member("member") });
            world.push("my_chat_member", &body);
        }
        for n in 0..ROUNDS {
            // A group plays once an hour at most, so that no round meets another.
            let groups = i64::try_from(N_GROUPS / ROUNDS).expect("it is small");
            let chat = -1_000_000_000_000
                - i64::try_from(n).expect("it is small") * groups
                - draw(N_GROUPS / ROUNDS);
            world.n_rounds += 1;
            world.message("message", &group(chat), players(chat)[0], None, "/quiz@week_bot 3 10");
        }
        drop(world);
        self.news.notify_waiters();
    }
}

/// The bot's process.
struct Running {
    child: Child,
    time: ChildStdin,
}

impl Running {
    fn start(url: &str, folder: &Path, now: i64) -> Running {
        let mut child = Command::new(std::env::current_exe().expect("we are a program"))
            .current_dir(folder)
            .env("WEEK_BOT", url)
            .env("WEEK_NOW", now.to_string())
            .stdin(Stdio::piped())
            .spawn()
            .expect("we can be started again");
        let time = child.stdin.take().expect("it is piped");
        Running { child, time }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // As `kill -9` does it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Moves the bot's clock on, a second at a time, until all that was asked is answered and all rounds are over.
async fn settle(server: &Server, bot: &mut Running) {
    let begin = Instant::now();
    loop {
        let (done, left) = {
            let mut world = server.world();
            world.now += 1_000;
            let done = world.n_open == 0 && world.n_results == world.n_rounds && world.updates.len() <= 100;
            (done, (world.n_open, world.n_rounds - world.n_results, world.n_open_in_groups))
        };
        bot.time.write_all(b"1000\n").expect("the bot runs");
        if done {
            return;
        }
        assert!(begin.elapsed() < LIMIT, "without a reply: {left:?} (private, rounds, groups)");
        // Real time for the bot's real work; its own clock stands still during this.
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn week() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free loopback port");
    let url = format!("http://{}", listener.local_addr().expect("it is bound"));
    let server = Server::default();
    server.world().now = START;
    let router = Router::new().route("/{token}/{method}", post(serve)).with_state(server.clone());
    tokio::spawn(axum::serve(listener, router).into_future());

    let folder = Place::new();
    let begin = Instant::now();
    let mut bot = Running::start(&url, &folder.0, START);
    let mut days = Vec::new();
    for day in 0..DAYS {
        for hour in 0..24 {
            server.hour(day * 24 + hour);
            if hour == 12 && day < N_RESTARTS {
                // In the middle of it.
                tokio::time::sleep(Duration::from_millis(50)).await;
                drop(bot);
                bot = Running::start(&url, &folder.0, server.world().now);
            }
            if hour == 6 {
                folder.change(day);
            }
            settle(&server, &mut bot).await;
            let rest = START + i64::try_from((day * 24 + hour + 1) * 3_600_000).expect("it is small");
            let left = rest - std::mem::replace(&mut server.world().now, rest);
            writeln!(bot.time, "{}", left.max(0)).expect("the bot runs");
        }
        let (memory, size) = (memory::memory_of(bot.child.id()), folder.size());
        let n_known = server.world().known.len();
        writeln!(
            std::io::stdout(),
            "day {}  {memory:>6.1} MB of memory, database {size:>6.1} MB, {n_known} people",
            day + 1
        )
        .expect("somebody reads");
        days.push((memory, size / n_known as f64));
    }
    let world = server.world();
    writeln!(
        std::io::stdout(),
        "{} updates, {} requests of which {} were refused with 429, {} rounds, in {:.0} s: \
         every question was answered and every round ended",
        world.n_updates,
        world.n_requests,
        world.n_refused,
        world.n_rounds,
        begin.elapsed().as_secs_f64()
    )
    .expect("somebody reads");
    let (_, early) = days[2];
    let (_, late) = days[days.len() - 1];
    assert!(late < early * 1.1, "the database grows: from {early} MB for each person on day 3 to {late} MB");
    let (early, _) = days[usize::try_from(N_RESTARTS).expect("it is small")];
    let (late, _) = days[days.len() - 1];
    // A changed folder is fitted beside the one in use, which leaves holes.
    assert!(late < early * 1.4, "memory grows: {early:.1} MB on day 5, {late:.1} MB on the last");
}

/// The bot's folder, with a copy of the shipped `faq`.
struct Place(PathBuf);

impl Place {
    fn new() -> Place {
        let place = std::env::temp_dir().join(format!("faqbot-week-{}", std::process::id()));
        copy(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/faq")), &place.join("faq"));
        Place(place)
    }

    fn change(&self, day: u64) {
        let text = format!(
            "[[small_talk]]\nid = \"day-{day}\"\nexamples = [\"what day is it on day {day}\"]\nreply = \"Day {day}.\"\n"
        );
        fs::write(self.0.join("faq/today.toml"), text).expect("the folder is ours");
    }

    /// Of the database with its log, in megabytes.
    fn size(&self) -> f64 {
        let bytes = |name: &str| fs::metadata(self.0.join(name)).map_or(0, |it| it.len());
        (bytes("bot.db") + bytes("bot.db-wal")) as f64 / 1e6
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // Leftovers in the system's temporary folder do no harm.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the system's folder for such things can be written");
    for entry in fs::read_dir(from).expect("it is in the repository") {
        let entry = entry.expect("it can be read");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), &target).expect("the folder is ours");
        }
    }
}
