//! The bot under load, compared with a bare teloxide echo bot, in the same run: `cargo bench --bench load`.
//!
//! Both run as processes of their own against a Bot API server that does nothing but hand out messages and take
//! replies. faqbot keeps its database on disk and answers from the shipped folder without a pace; the echo bot
//! stores nothing and sends every text back with the stock dispatcher.
//!
//! With `LOAD_POSTGRES_URL=postgres://…` (a database to make schemas in) one bot on Postgres is measured as well, and three
//! that share one; of those one is stopped and another killed at the end, and it is measured how long the others take
//! to answer all their chats. Then one whose Postgres is 5 ms farther away, and how fast updates by webhook are stored.
//!
//! Reported for each: the time from "the update can be fetched" to "the reply has arrived" at a steady rate, how many
//! questions a second it gets through when they all wait at once, its memory, and its cost while nobody asks.

mod intake;
mod memory;
mod process;
mod slow_line;
mod stored;

use std::collections::{HashMap, VecDeque};
use std::io::Write as _;
use std::net::SocketAddr;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::post;
use serde_json::{Value, json};
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Executor as _};
use teloxide::prelude::*;
use tokio::sync::Notify;

use self::process::Running;
use self::stored::{Steps, free_port};

const TOKEN: &str = "123456789:load-test-token-for-loopback-only-00";

/// Questions a second while the reply times are taken.
const RATE: u64 = 1_000;
const STEADY: Duration = Duration::from_secs(20);
/// Questions that wait at once while the throughput is taken.
const N_BACKLOG: u64 = 100_000;
/// The bot slows down anybody who asks more than 20 questions a minute; this many people do not.
const N_PEOPLE: i64 = 40_000;
const IDLE: Duration = Duration::from_secs(10);
/// A bot that is stuck does not keep us for ever.
const LIMIT: Duration = Duration::from_secs(300);

const QUESTIONS: [&str; 5] = [
    "how much is amazon investing in anthropic",
    "what did anthropic promise to spend on aws?",
    "wat is the ratio of spending to investment",
    "who else invested in anthropic",
    "is this deal good for amazon",
];

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("threads can be started");
    if let Ok(url) = std::env::var("LOAD_ECHO") {
        runtime.block_on(echo(&url));
        return;
    }
    // `cargo test` runs benches as well, to see whether they still work; this one has nothing quick to test.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let postgres = std::env::var("LOAD_POSTGRES_URL").is_ok();
    let on_postgres = [BotKind::OnPostgres(1), BotKind::OnPostgres(3)].into_iter().filter(|_| postgres);
    for bot in [BotKind::Faqbot].into_iter().chain(on_postgres).chain([BotKind::Echo]) {
        if is_wanted(bot.name()) {
            say(&runtime.block_on(measure(bot)));
        }
    }
    if postgres && is_wanted("far") {
        say(&runtime.block_on(far_away()));
    }
    for kind in [BotKind::Faqbot].into_iter().chain(postgres.then_some(BotKind::OnPostgres(1))) {
        if is_wanted("posts") {
            say(&runtime.block_on(take_posts(kind)));
        }
    }
}

/// Whether the command line names a measurement, or none at all.
fn is_wanted(name: &str) -> bool {
    let mut named = std::env::args().skip(1).filter(|it| !it.starts_with('-')).peekable();
    named.peek().is_none() || named.any(|it| it == name)
}

fn say(report: &str) {
    writeln!(std::io::stdout(), "{report}").expect("somebody reads");
}

/// The other side of the comparison: the first example of teloxide's documentation.
async fn echo(url: &str) {
    let bot = Bot::new(TOKEN).set_api_url(url.parse().expect("it is our own address"));
    let handler = Update::filter_message().endpoint(|bot: Bot, message: Message| async move {
        if let Some(text) = message.text() {
            bot.send_message(message.chat.id, text).await?;
        }
        respond(())
    });
    Dispatcher::builder(bot, handler).build().dispatch().await;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum BotKind {
    Faqbot,
    /// How many, on one schema.
    OnPostgres(usize),
    Echo,
}

impl BotKind {
    /// By which the command line names it.
    fn name(self) -> &'static str {
        match self {
            BotKind::Faqbot => "sqlite",
            BotKind::OnPostgres(1) => "postgres",
            BotKind::OnPostgres(_) => "three",
            BotKind::Echo => "echo",
        }
    }
}

/// What the server knows: updates that wait, and when each chat's questions became available.
#[derive(Default)]
struct World {
    updates: VecDeque<(u64, String)>,
    n_updates: u64,
    asked: HashMap<i64, VecDeque<Instant>>,
    waits: Vec<Duration>,
    n_replies: u64,
}

#[derive(Clone, Default)]
struct Server {
    world: Arc<Mutex<World>>,
    news: Arc<Notify>,
    replies: Arc<Notify>,
}

impl Server {
    fn world(&self) -> std::sync::MutexGuard<'_, World> {
        self.world.lock().expect("nobody panics while holding it")
    }

    fn ask(&self, n: u64) {
        let mut world = self.world();
        let now = Instant::now();
        for _ in 0..n {
            world.n_updates += 1;
            let id = world.n_updates;
            world.updates.push_back((id, question(id).to_string()));
            world.asked.entry(person(id)).or_default().push_back(now);
        }
        drop(world);
        self.news.notify_waiters();
    }

    async fn replied(&self, n: u64) {
        let all = async {
            loop {
                let replied = self.replies.notified();
                if self.world().n_replies >= n {
                    return;
                }
                replied.await;
            }
        };
        tokio::time::timeout(LIMIT, all).await.expect("the bot replies");
    }

    async fn updates(&self, params: &Value) -> String {
        let offset = params["offset"].as_u64().unwrap_or(0);
        let limit = usize::try_from(params["limit"].as_u64().unwrap_or(100)).expect("it is small");
        let deadline =
            tokio::time::Instant::now() + Duration::from_secs(params["timeout"].as_u64().unwrap_or(0));
        loop {
            let news = self.news.notified();
            let batch = {
                let mut world = self.world();
                while world.updates.front().is_some_and(|(id, _)| *id < offset) {
                    world.updates.pop_front();
                }
                world.updates.iter().take(limit).map(|(_, update)| update.clone()).collect::<Vec<_>>()
            };
            if !batch.is_empty() || tokio::time::timeout_at(deadline, news).await.is_err() {
                return format!(r#"{{"ok":true,"result":[{}]}}"#, batch.join(","));
            }
        }
    }

    fn reply(&self, params: &Value) -> String {
        let chat = params["chat_id"].as_i64().expect("a reply names its chat");
        let now = Instant::now();
        let mut world = self.world();
        if let Some(asked) = world.asked.get_mut(&chat).and_then(VecDeque::pop_front) {
            world.waits.push(now - asked);
        }
        world.n_replies += 1;
        let id = 1_000_000 + world.n_replies;
        drop(world);
        self.replies.notify_waiters();
        let chat = json!({ "id": chat, "type": "private", "first_name": "P" });
        json!({ "ok": true, "result": { "message_id": id, "date": 1, "chat": chat, "text": "x" } })
            .to_string()
    }
}

fn person(update: u64) -> i64 {
    i64::try_from(update).expect("not that many") % N_PEOPLE + 1_000
}

/// An update in which somebody asks something.
fn question(id: u64) -> Value {
    let text = QUESTIONS[usize::try_from(id).expect("not that many") % QUESTIONS.len()];
    let chat = json!({ "id": person(id), "type": "private", "first_name": "P" });
    let from = json!({ "id": person(id), "is_bot": false, "first_name": "P" });
    let message = json!({ "message_id": id, "date": 1, "chat": chat, "from": from, "text": text });
    json!({ "update_id": id, "message": message })
}

async fn serve(
    State(server): State<Server>,
    Path((_, method)): Path<(String, String)>,
    body: Bytes,
) -> impl IntoResponse {
    let params: Value = serde_json::from_slice(&body).unwrap_or_default();
    let answer = match method.to_lowercase().as_str() {
        "getupdates" => server.updates(&params).await,
        "sendmessage" => server.reply(&params),
        "getme" => json!({ "ok": true, "result": {
            "id": 1, "is_bot": true, "first_name": "Load", "username": "load_bot", "can_join_groups": true,
            "can_read_all_group_messages": false, "supports_inline_queries": true,
            "can_connect_to_business": false, "has_main_web_app": false
        }})
        .to_string(),
        "getwebhookinfo" => r#"{"ok":true,"result":{"url":"","pending_update_count":0}}"#.to_owned(),
        "getmycommands" => r#"{"ok":true,"result":[]}"#.to_owned(),
        "getmydescription" => r#"{"ok":true,"result":{"description":""}}"#.to_owned(),
        "getmyshortdescription" => r#"{"ok":true,"result":{"short_description":""}}"#.to_owned(),
        _ => r#"{"ok":true,"result":true}"#.to_owned(),
    };
    ([(CONTENT_TYPE, "application/json")], answer)
}

fn start(
    kind: BotKind,
    at: SocketAddr,
    database: Option<&str>,
    metrics: SocketAddr,
    number: usize,
) -> Running {
    let mut command = match kind {
        BotKind::Faqbot | BotKind::OnPostgres(_) => Command::new(env!("CARGO_BIN_EXE_faqbot")),
        BotKind::Echo => Command::new(std::env::current_exe().expect("we are a program")),
    };
    if let Some(database) = database {
        command.env("DATABASE_URL", database);
    }
    if kind != BotKind::Echo {
        command.arg("run").env("FAQ_DIR", concat!(env!("CARGO_MANIFEST_DIR"), "/faq"));
        command.env("METRICS_LISTEN", metrics.to_string());
    }
    let url = format!("http://{at}");
    command.env("TELOXIDE_TOKEN", TOKEN).env("TELOXIDE_API_URL", &url).env("LOAD_ECHO", &url);
    Running::start(&mut command, &format!("load-{kind:?}-{number}"))
}

/// An empty schema.
async fn schema(kind: BotKind) -> Option<String> {
    let BotKind::OnPostgres(n_bots) = kind else { return None };
    let server = std::env::var("LOAD_POSTGRES_URL").expect("it was looked for");
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(&server).await.expect("LOAD_POSTGRES_URL can be reached");
    let sql = format!("DROP SCHEMA IF EXISTS load_{n_bots} CASCADE; CREATE SCHEMA load_{n_bots}");
    connection.execute(AssertSqlSafe(sql)).await.expect("schemas can be made");
    Some(format!("{server}?options[search_path]=load_{n_bots}"))
}

/// A server, its address, and its task.
async fn telegram() -> (Server, SocketAddr, tokio::task::JoinHandle<std::io::Result<()>>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free loopback port");
    let at = listener.local_addr().expect("it is bound");
    let server = Server::default();
    let router = Router::new().route("/{token}/{method}", post(serve)).with_state(server.clone());
    (server, at, tokio::spawn(axum::serve(listener, router).into_future()))
}

/// One bot whose Postgres answers 5 ms later.
async fn far_away() -> String {
    const LATER: Duration = Duration::from_millis(5);
    const N_QUESTIONS: u64 = 5_000;
    let (server, at, serving) = telegram().await;
    let url = schema(BotKind::OnPostgres(1)).await.expect("there is one");
    let (before, rest) = url.split_once('@').expect("LOAD_POSTGRES_URL names a user");
    let (host, rest) = rest.split_once('/').expect("LOAD_POSTGRES_URL names a database");
    let host = if host.contains(':') { host.to_owned() } else { format!("{host}:5432") };
    let to = tokio::net::lookup_host(host).await.expect("it has an address").next().expect("at least one");
    let line = slow_line::slow_line(to, LATER).await;
    let bot = start(BotKind::OnPostgres(1), at, Some(&format!("{before}@{line}/{rest}")), free_port(), 9);
    server.ask(1);
    server.replied(1).await;
    let begin = Instant::now();
    server.ask(N_QUESTIONS);
    server.replied(1 + N_QUESTIONS).await;
    let rate = N_QUESTIONS as f64 / begin.elapsed().as_secs_f64();
    drop(bot);
    serving.abort();
    format!(
        "faqbot, Postgres 5 ms farther away\n  {N_QUESTIONS} at once              {rate:>7.0} questions/s\n"
    )
}

/// One bot whose updates come by webhook.
async fn take_posts(kind: BotKind) -> String {
    const N_POSTS: u64 = 10_000;
    const SECRET: &str = "the-secret-of-this-measurement";
    let (_, at, serving) = telegram().await;
    let database = schema(kind).await;
    let listen = free_port();
    let mut command = Command::new(env!("CARGO_BIN_EXE_faqbot"));
    command
        .arg("run")
        .env("FAQ_DIR", concat!(env!("CARGO_MANIFEST_DIR"), "/faq"))
        .env("TELOXIDE_TOKEN", TOKEN)
        .env("TELOXIDE_API_URL", format!("http://{at}"))
        .env("WEBHOOK_URL", format!("http://{listen}/"))
        .env("WEBHOOK_LISTEN", listen.to_string())
        .env("WEBHOOK_SECRET", SECRET);
    if let Some(database) = &database {
        command.env("DATABASE_URL", database);
    }
    let bot = Running::start(&mut command, &format!("load-posts-{kind:?}"));
    let bodies = (1..=N_POSTS).map(|id| question(id).to_string()).collect();
    let rate = intake::posts_per_second(listen, SECRET, bodies).await;
    drop(bot);
    serving.abort();
    let name = if database.is_some() { "faqbot on Postgres" } else { "faqbot, database on disk" };
    format!(
        "{name}\n  {N_POSTS} posts to the webhook    {rate:>7.0} stored a second, while they are answered\n"
    )
}

async fn measure(kind: BotKind) -> String {
    let (server, at, serving) = telegram().await;

    let database = schema(kind).await;
    let n_bots = if let BotKind::OnPostgres(n_bots) = kind { n_bots } else { 1 };
    let started = Instant::now();
    let metrics: Vec<SocketAddr> =
        if kind == BotKind::Echo { Vec::new() } else { (0..n_bots).map(|_| free_port()).collect() };
    let port_of = |number: usize| metrics.get(number).copied().unwrap_or(at);
    let mut bots: Vec<Running> =
        (0..n_bots).map(|n| start(kind, at, database.as_deref(), port_of(n), n)).collect();
    let memory_of = |bots: &[Running]| bots.iter().map(Running::memory).sum::<f64>();
    let cpu_of = |bots: &[Running]| bots.iter().map(Running::cpu).sum::<Duration>();
    server.ask(1);
    server.replied(1).await;
    let first = started.elapsed();
    let idle_memory = memory_of(&bots);
    let cpu = cpu_of(&bots);
    tokio::time::sleep(IDLE).await;
    let idle_cpu = cpu_of(&bots) - cpu;

    // A steady rate, in steps of a few milliseconds.
    server.world().waits.clear();
    let cpu = cpu_of(&bots);
    let steps = Steps::of(&metrics);
    let mut ticks = tokio::time::interval(Duration::from_millis(5));
    let begin = Instant::now();
    let mut n_asked = 0;
    while begin.elapsed() < STEADY {
        ticks.tick().await;
        let due = u64::try_from(begin.elapsed().as_millis()).expect("it is short") * RATE / 1_000;
        server.ask(due - n_asked);
        n_asked = due;
    }
    server.replied(1 + n_asked).await;
    let steady_cpu = cpu_of(&bots) - cpu;
    let stored = if metrics.is_empty() {
        String::new()
    } else {
        let soon = Steps::of(&metrics).soon_since(steps);
        format!("  of them                      {soon:.2} % stored within 50 ms of their arrival\n")
    };
    let mut waits = std::mem::take(&mut server.world().waits);
    waits.sort();
    let at = |share: f64| waits[((waits.len() - 1) as f64 * share) as usize];
    let (median, p99, worst) = (at(0.5), at(0.99), at(1.0));
    let steady_memory = memory_of(&bots);

    // All at once.
    let begin = Instant::now();
    server.ask(N_BACKLOG);
    server.replied(1 + n_asked + N_BACKLOG).await;
    let throughput = N_BACKLOG as f64 / begin.elapsed().as_secs_f64();
    let memory = memory_of(&bots);
    let n_asked = 1 + n_asked + N_BACKLOG;
    let mut takeover = String::new();
    if n_bots > 1 {
        // The last one to start neither polls nor leads. One question from each partition.
        bots.pop();
        let killed = Instant::now();
        server.ask(64);
        server.replied(n_asked + 64).await;
        let after_kill = killed.elapsed();
        let hung = bots.pop().expect("two are left");
        hung.signal("STOP");
        let stopped = Instant::now();
        server.ask(64);
        server.replied(n_asked + 128).await;
        takeover = format!(
            "  one is killed: all its chats are answered after {after_kill:.2?}\n  \
               one hangs: all its chats are answered after {:.2?}\n",
            stopped.elapsed()
        );
        hung.signal("CONT");
    }
    drop(bots);
    serving.abort();

    let name = match kind {
        BotKind::Faqbot => "faqbot, database on disk".to_owned(),
        BotKind::OnPostgres(1) => "faqbot on Postgres".to_owned(),
        BotKind::OnPostgres(n_bots) => format!("{n_bots} faqbots on one Postgres"),
        BotKind::Echo => "teloxide echo, stores nothing".to_owned(),
    };
    format!(
        "{name}\n  \
         start to first reply      {first:>10.2?}\n  \
         idle                      {idle_memory:>7.1} MB, {:.2} % of a core\n  \
         {RATE} questions/s for {:.0} s:  median {median:.1?}, p99 {p99:.1?}, worst {worst:.1?}; {:.0} % of a core, {steady_memory:.1} MB\n\
         {stored}  {N_BACKLOG} at once            {throughput:>7.0} questions/s, {memory:.1} MB after {} questions\n{takeover}",
        idle_cpu.as_secs_f64() / IDLE.as_secs_f64() * 100.0,
        STEADY.as_secs_f64(),
        steady_cpu.as_secs_f64() / STEADY.as_secs_f64() * 100.0,
        n_asked,
    )
}
