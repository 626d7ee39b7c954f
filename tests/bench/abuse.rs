//! How long a bystander waits while others try to stop the bot: `cargo bench --bench abuse`.
//!
//! The bot is a process of its own, as an operator runs it, with its database on disk and the shipped folder; Telegram's
//! side is the server of the preview, over HTTP on this machine. Each scenario is one in which an earlier version kept
//! others waiting for minutes, or took memory without end. Nothing goes on for longer than its limit.

mod memory;
mod process;

use std::fs;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use faqbot::chat::{ChatId as BotChatId, MissReason, Record};
use faqbot::clock::{Clock as _, SystemClock};
use faqbot::preview::server::{Options, Server};
use faqbot::preview::world::{ChatId, PersonId, World};
use faqbot::storage::Storage;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use self::process::Running;

/// Nobody waits for longer than this.
const LIMIT: Duration = Duration::from_secs(120);
const QUESTION: &str = "How much is Amazon investing in Anthropic?";
const SECRET: &str = "a-secret-for-loopback-only";

fn main() {
    // `cargo test` runs benches as well, to see whether they still work; this one has nothing quick to test.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let runtime = tokio::runtime::Runtime::new().expect("threads can be started");
    runtime.block_on(async {
        costly_questions().await;
        long_misses().await;
        inline_queries().await;
        a_flood_in_a_group().await;
        bodies_without_a_secret().await;
        half_sent_requests().await;
    });
}

fn say(line: &str) {
    writeln!(std::io::stdout(), "{line}").expect("somebody reads");
}

/// How long something took, or that it took too long.
fn shown(wait: Option<Duration>) -> String {
    wait.map_or_else(|| format!("over {} s", LIMIT.as_secs()), |wait| format!("{:.2} s", wait.as_secs_f64()))
}

/// A bot, its Telegram, and what it runs in.
struct Rig {
    server: Server,
    bot: Running,
}

impl Rig {
    /// `prepare` may set more of the environment.
    async fn new(name: &str, prepare: impl FnOnce(&World, &mut Command)) -> Rig {
        let server = Server::start(([127, 0, 0, 1], 0).into(), Options::default()).await;
        let server = server.expect("a free loopback port");
        let mut command = Command::new(env!("CARGO_BIN_EXE_faqbot"));
        command.arg("run").env("FAQ_DIR", concat!(env!("CARGO_MANIFEST_DIR"), "/faq"));
        command.env("TELOXIDE_TOKEN", Options::default().token).env("TELOXIDE_API_URL", server.url());
        prepare(server.world(), &mut command);
        let bot = Running::start(&mut command, &format!("abuse-{name}"));
        let rig = Rig { server, bot };
        // It is up when it answers.
        rig.wait_for_answer().await.expect("the bot starts");
        rig
    }

    fn world(&self) -> &World {
        self.server.world()
    }

    /// How long somebody who has asked nothing before waits for an answer in private.
    async fn wait_for_answer(&self) -> Option<Duration> {
        let person = self.world().person("Bystander");
        self.wait_for_reply(person, person, QUESTION, "billion").await
    }

    /// How long it takes from somebody's words to the bot's that contain `expected`.
    async fn wait_for_reply(
        &self,
        person: PersonId,
        chat: impl Into<ChatId>,
        text: &str,
        expected: &str,
    ) -> Option<Duration> {
        let (world, chat) = (self.world(), chat.into());
        let asked = Instant::now();
        let id = world.say(person, chat, text).expect("they may write");
        let is_there = |world: &World| {
            let mut messages = world.messages(chat).into_iter().rev();
            messages
                .find(|it| it.is_from_bot && it.id.0 > id.0 && it.text.contains(expected))
                .map(|_| asked.elapsed())
        };
        world.wait_for(LIMIT, is_there).await.ok()
    }
}

/// Words of the shipped folder with a slip in each, a different one for each number: nothing is more work to read.
struct NearWords {
    words: Vec<String>,
}

impl NearWords {
    fn new() -> NearWords {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("faq");
        let mut words = Vec::new();
        for entry in fs::read_dir(folder).expect("the folder is shipped") {
            let path = entry.expect("it can be read").path();
            if path.extension().is_some_and(|it| it == "toml") {
                let text = fs::read_to_string(path).expect("it can be read");
                let long = text.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| word.len() > 5);
                words.extend(long.map(str::to_ascii_lowercase));
            }
        }
        words.sort();
        words.dedup();
        NearWords { words }
    }

    /// At most this many letters.
    fn text(&self, number: usize, n_letters: usize) -> String {
        let mut text = String::new();
        for index in 0.. {
            let at = (number * 7_919 + index * 31) % self.words.len();
            let mut word = self.words[at].clone().into_bytes();
            let slip = (number + index) % (word.len() - 1);
            word.swap(slip, slip + 1);
            word[slip] = b'a' + u8::try_from((number + index) % 26).expect("a letter");
            let word = String::from_utf8(word).expect("letters");
            if text.len() + word.len() + 1 > n_letters {
                return text;
            }
            text.push_str(&word);
            text.push(' ');
        }
        text
    }
}

/// 64 accounts ask the questions that take longest to read, as often as one may in a minute.
async fn costly_questions() {
    let rig = Rig::new("questions", |_, _| {}).await;
    let near = NearWords::new();
    let people: Vec<PersonId> = (0..64).map(|n| rig.world().person(&format!("P{n}"))).collect();
    for n in 0..20 {
        for (index, person) in people.iter().enumerate() {
            let text = near.text(n * people.len() + index, 4_096);
            rig.world().say(*person, *person, text).expect("they may write");
        }
    }
    let mut waits = Vec::new();
    for _ in 0..5 {
        waits.push(rig.wait_for_answer().await);
    }
    let worst = waits.iter().map(|wait| wait.unwrap_or(LIMIT)).max();
    say(&format!(
        "64 accounts ask 20 questions of 4,096 near-words each: five bystanders, one after the other, wait {} at most",
        shown(worst.filter(|worst| *worst < LIMIT))
    ));
}

/// An owner asks for a thousand long misses, as soon as the bot is up and then again.
async fn long_misses() {
    let folder = std::env::temp_dir().join(format!("faqbot-abuse-noted-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("the system's folder for such things can be written");
    let database = format!("sqlite://{}", folder.join("bot.db").display());
    let near = NearWords::new();
    note(&database, (0..1_000).map(|n| near.text(n, 4_096))).await;
    let mut owner = None;
    let rig = Rig::new("misses", |world, command| {
        let person = world.person("Owner");
        owner = Some(person);
        command.env("DATABASE_URL", &database).env("OWNER_IDS", person.0.to_string());
    })
    .await;
    let owner = owner.expect("there is one");
    let (first, bystander) =
        tokio::join!(rig.wait_for_reply(owner, owner, "/misses", "Unanswered"), rig.wait_for_answer());
    let second = rig.wait_for_reply(owner, owner, "/misses", "Unanswered").await;
    say(&format!(
        "1,000 misses of 4,096 near-words, /misses as soon as the bot is up: the owner waits {}, a bystander {}; the next \
         time the owner waits {}",
        shown(first),
        shown(bystander),
        shown(second)
    ));
    drop(rig);
    // Leftovers in the system's temporary folder do no harm.
    let _ = fs::remove_dir_all(&folder);
}

async fn note(database: &str, questions: impl Iterator<Item = String>) {
    let storage = Storage::open(database).await.expect("the file can be made");
    let mut transaction = storage.begin().await.expect("nobody else has it");
    let misses = questions.map(|question| Record::Miss { question, why: MissReason::Unknown });
    let misses: Vec<Record> = misses.collect();
    let records: Vec<(BotChatId, &Record)> = misses.iter().map(|miss| (BotChatId(1), miss)).collect();
    transaction.record_all(&records, SystemClock.now()).await.expect("noted");
    transaction.commit().await.expect("noted");
    storage.close().await;
}

/// One account types after the bot's name as fast as it can.
async fn inline_queries() {
    let rig = Rig::new("inline", |_, _| {}).await;
    let near = NearWords::new();
    let person = rig.world().person("Typist");
    let before = rig.bot.cpu();
    for n in 0..500 {
        rig.world().inline_query(person, person, &near.text(n, 256));
    }
    let wait = rig.wait_for_answer().await;
    let cpu = (rig.bot.cpu() - before).as_secs_f64();
    say(&format!(
        "500 inline queries of 256 near-words from one account: a bystander waits {}, {cpu:.1} s of processor time",
        shown(wait)
    ));
}

/// Eleven accounts flood a group, at the pace that Telegram allows the bot.
async fn a_flood_in_a_group() {
    let rig = Rig::new("flood", |_, command| {
        command.env("PACING", "telegram");
    })
    .await;
    let world = rig.world();
    let crowd: Vec<PersonId> = (0..11).map(|n| world.person(&format!("P{n}"))).collect();
    let bystander = world.person("Ada");
    let mut members = crowd.clone();
    members.push(bystander);
    let group = world.supergroup("Flood", crowd[0], &members);
    world.add_bot(crowd[0], group).expect("the founder may");
    for n in 0..300 {
        let text = format!("/ask@preview_bot blorb {n} wumpus");
        world.say(crowd[n % crowd.len()], group, text).expect("members may write");
    }
    let quiz = rig.wait_for_reply(bystander, group, "/quiz@preview_bot 1 30", "Joined: Ada").await;
    let answer =
        rig.wait_for_reply(bystander, group, &format!("/ask@preview_bot {QUESTION}"), "billion").await;
    say(&format!(
        "11 accounts with 300 nonsense /ask in a group: a bystander's quiz opens after {}, their question is answered {} \
         later",
        shown(quiz),
        shown(answer)
    ));
}

async fn with_webhook(name: &str) -> (Rig, SocketAddr) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free loopback port");
    let listen = listener.local_addr().expect("it is bound");
    drop(listener);
    let rig = Rig::new(name, |_, command| {
        command.env("WEBHOOK_URL", format!("http://{listen}/bot"));
        command.env("WEBHOOK_LISTEN", listen.to_string()).env("WEBHOOK_SECRET", SECRET);
    })
    .await;
    (rig, listen)
}

/// 400 connections bring a megabyte each that nobody asked for.
async fn bodies_without_a_secret() {
    let (rig, listen) = with_webhook("bodies").await;
    let before = rig.bot.memory();
    let mut open = Vec::new();
    for _ in 0..400 {
        if let Ok(stream) = TcpStream::connect(listen).await {
            open.push(tokio::spawn(bring(stream, 1_000_000)));
        }
    }
    let wait = rig.wait_for_answer().await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    let after = rig.bot.memory();
    let n_refused = open.len();
    open.iter().for_each(tokio::task::JoinHandle::abort);
    say(&format!(
        "{n_refused} connections bring 1 MB each without the secret: memory {before:.0} → {after:.0} MB, a bystander waits {}",
        shown(wait)
    ));
}

/// Sends a body for as long as it is accepted, and reads the answer.
async fn bring(mut stream: TcpStream, n_bytes: usize) {
    let head = format!("POST /bot HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n", n_bytes + 1);
    // It may be refused at any moment.
    if stream.write_all(head.as_bytes()).await.is_ok() && stream.write_all(&vec![b' '; n_bytes]).await.is_ok()
    {
        let _ = stream.read(&mut [0; 64]).await;
    }
}

/// 1,100 connections begin a request and never end it.
async fn half_sent_requests() {
    let (rig, listen) = with_webhook("half").await;
    let mut open = Vec::new();
    for _ in 0..1_100 {
        let Ok(mut stream) = TcpStream::connect(listen).await else { break };
        if stream.write_all(b"POST /bot HTTP/1.1\r\nHost: x\r\nContent-").await.is_ok() {
            open.push(stream);
        }
    }
    let wait = rig.wait_for_answer().await;
    say(&format!("{} half-sent requests held open: a bystander waits {}", open.len(), shown(wait)));
}
