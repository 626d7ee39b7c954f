//! The binary itself, as an operator runs it.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Instant;

use faqbot::bot::Bot;
use faqbot::chat::{self, ChatId, Conversation, Event};
use faqbot::preview::faults::{Failure, Fault};
use faqbot::preview::server::{Options, Server};
use faqbot::storage::{Arrival, Place as Whose, Storage, Stored};
use faqbot::supervise::log_panics_by_place;
use sqlx::{AnyConnection, Connection as _, Executor as _};

use super::rig::{ANSWER, FOLDER, LIMIT, QUESTION, answered, config, telegram};
use crate::folder::TempFolder;

/// A place to run the binary in: its folder, its database.
pub(super) struct Place(TempFolder);

impl Place {
    pub(super) fn new() -> Place {
        let folder = TempFolder::new();
        let faq = folder.path().join("faq");
        std::fs::create_dir(&faq).expect("the folder is ours");
        std::fs::write(faq.join("library.toml"), FOLDER).expect("the folder is ours");
        Place(folder)
    }

    /// `faqbot run` against a server, with a caller's changes.
    pub(super) fn command(&self, server_url: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_faqbot"));
        command.arg("run");
        self.settle(command, server_url)
    }

    /// Makes a command run here, with the settings for a server.
    fn settle(&self, mut command: Command, server_url: &str) -> Command {
        command
            .current_dir(self.path())
            .env_clear()
            .env("TELOXIDE_TOKEN", Options::default().token)
            .env("TELOXIDE_API_URL", server_url)
            .env("DATABASE_URL", "sqlite://faqbot.db")
            .env("PACING", "off")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    pub(super) fn path(&self) -> &Path {
        self.0.path()
    }
}

/// A process that does not outlive its test.
pub(super) struct Running(pub(super) Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[track_caller]
fn check_refused(place: &Place, server: &Server, settings: &[(&str, &str)], expected: &str) {
    let child = place
        .command(&server.url())
        .env("RUST_LOG", "off")
        .envs(settings.iter().copied())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary was built");
    let (ended, end) = std::sync::mpsc::channel();
    std::thread::spawn(move || ended.send(child.wait_with_output()));
    let output = end.recv_timeout(LIMIT).unwrap_or_else(|_| panic!("{settings:?}: it runs"));
    let output = output.expect("it is our child");
    let printed = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "{settings:?}");
    assert!(printed.contains(expected) && printed.trim().lines().count() == 1, "{settings:?}: {printed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_settings_are_one_sentence_with_what_to_do() {
    let server = telegram().await;
    let place = Place::new();
    std::fs::create_dir(place.path().join("empty")).expect("the folder is ours");
    for (settings, expected) in [
        (("TELOXIDE_TOKEN", ""), "@BotFather"),
        (("TELOXIDE_TOKEN", "hello"), "looks like 123456789:"),
        (("TELOXIDE_TOKEN", "1:nobody-has-this-token-000000000000"), "Telegram does not know this token"),
        (("FAQ_DIR", "nowhere"), "nowhere"),
        (("FAQ_DIR", "empty"), "empty"),
        (("DATABASE_URL", "sqlite://no/such/folder/faqbot.db"), "check that the folder"),
        (("TELOXIDE_API_URL", "not an address"), "TELOXIDE_API_URL"),
        (("TELOXIDE_API_URL", "ftp://localhost"), "TELOXIDE_API_URL"),
        (("TELOXIDE_API_URL", "localhost:8081"), "TELOXIDE_API_URL"),
        (("PACING", "fast"), "write telegram, off"),
        (("RUST_LOG", "what=ever=x"), "RUST_LOG"),
        (("RUST_LOG", "warning"), "`warning`, which is not a level"),
        (("RUST_LOG", "faqbot=debug, verbose"), "`verbose`, which is not a level"),
    ] {
        check_refused(&place, &server, &[settings], expected);
    }
}

/// The reason why a bot has ended must not be the one line that a program cannot read.
#[tokio::test(flavor = "multi_thread")]
async fn a_log_in_json_ends_in_json() {
    let server = telegram().await;
    let place = Place::new();
    for (name, value, expected) in [
        ("OWNER_IDS", "ada", "OWNER_IDS holds `ada`"),
        ("TELOXIDE_TOKEN", "1:nobody-has-this-token-000000000000", "Telegram does not know this token"),
    ] {
        let mut command = place.command(&server.url());
        command.env(name, value).env("LOG_FORMAT", "json").stderr(Stdio::piped());
        let output = tokio::task::spawn_blocking(move || command.output()).await.expect("waited");
        let output = output.expect("the binary was built");
        assert_eq!(output.status.code(), Some(1));
        let log = String::from_utf8(output.stderr).expect("it is text");
        let lines: Vec<serde_json::Value> =
            log.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"))).collect();
        let last = lines.last().expect("it says why");
        assert_eq!(last["level"], "ERROR", "{log}");
        assert!(last["message"].as_str().is_some_and(|it| it.contains(expected)), "{log}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_says_when_updates_come_in_again() {
    let server = telegram().await;
    let world = server.world();
    let conflict = Failure::Error { code: 409, description: "Conflict: terminated by other request".into() };
    let fault = world.fail(Fault::new(conflict).method("getUpdates"));
    let place = Place::new();
    let mut command = place.command(&server.url());
    let mut bot = Running(command.stderr(Stdio::piped()).spawn().expect("the binary was built"));
    let asked =
        |world: &faqbot::preview::world::World| (!world.requests_of("getUpdates").is_empty()).then_some(());
    world.wait_for(LIMIT, asked).await.expect("it asks for updates");
    fault.release();
    log_says(&mut bot, &["updates come in again"]);
}

/// After a downgrade nobody else would tell the operator why people get no answer.
#[tokio::test(flavor = "multi_thread")]
async fn the_log_says_that_chats_wait_for_a_newer_bot() {
    let server = telegram().await;
    let place = Place::new();
    let url = format!("sqlite:{}/faqbot.db", place.path().display());
    let storage = Storage::open(&url).await.expect("the file is made");
    let mut it = storage.begin().await.expect("it works");
    let (chat, now) = (ChatId(7), faqbot::time::Timestamp(1_767_614_400_000));
    let arrival = Arrival { update_id: Some(1), place: Whose::Chat(chat), event: Event::Tick };
    it.receive(&[arrival], now).await.expect("stored");
    it.commit().await.expect("committed");
    storage.close().await;
    let mut newer = AnyConnection::connect(&url).await.expect("it is there");
    newer.execute("UPDATE inbox SET version = 1000").await.expect("it may");
    newer.close().await.expect("closed");
    let mut command = place.command(&server.url());
    let mut bot = Running(command.stderr(Stdio::piped()).spawn().expect("the binary was built"));
    log_says(&mut bot, &["WARN", "a newer faqbot has written to some chats"]);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_signal_ends_the_bot_in_good_order() {
    for signal in ["TERM", "INT"] {
        let server = telegram().await;
        let place = Place::new();
        let mut bot = Running(place.command(&server.url()).spawn().expect("the binary was built"));
        let world = server.world();
        let ada = world.person("Ada");
        world.say(ada, ada, QUESTION).expect("Ada may write");
        answered(world, ada, 1).await;
        let sent = Instant::now();
        self::signal(signal, &bot.0);
        let status =
            tokio::task::spawn_blocking(move || bot.0.wait()).await.expect("waited").expect("it ends");
        assert_eq!(status.code(), Some(0), "after SIG{signal}");
        assert!(sent.elapsed() < std::time::Duration::from_secs(10));
    }
}

#[cfg(unix)]
fn signal(name: &str, process: &Child) {
    let kill = Command::new("kill").arg(format!("-{name}")).arg(process.id().to_string()).status();
    assert!(kill.expect("there is a kill command").success());
}

/// Reads the log of a bot until a line says this.
fn log_says(bot: &mut Running, expected: &[&str]) {
    let log = bot.0.stderr.take().expect("it is piped");
    let (lines, line) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        BufReader::new(log).lines().map_while(Result::ok).try_for_each(|it| lines.send(it))
    });
    loop {
        let line = line.recv_timeout(LIMIT).expect("it says what is wrong");
        if expected.iter().all(|it| line.contains(it)) {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn problems_of_the_folder_at_the_start_are_in_the_log() {
    let server = telegram().await;
    let place = Place::new();
    std::fs::write(place.path().join("faq/broken.toml"), "[[entry]]\nanwser = 1\n").expect("it is ours");
    let mut command = place.command(&server.url());
    let mut bot = Running(command.stderr(Stdio::piped()).spawn().expect("the binary was built"));
    log_says(&mut bot, &["the folder has errors", "left out"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_cannot_be_written_is_not_blamed_on_telegram() {
    let server = telegram().await;
    let world = server.world();
    let place = Place::new();
    let owner = world.person("Olga");
    world.start(owner, None).expect("Olga may write");
    let mut command = place.command(&server.url());
    command.env("OWNER_IDS", owner.0.to_string()).stderr(Stdio::piped());
    let mut bot = Running(command.spawn().expect("the binary was built"));
    world.say(owner, owner, "how tall is mount everest").expect("Olga may write");
    world
        .wait_for_message(owner, LIMIT, |it| it.text.contains("I don't have an answer to that"))
        .await
        .expect("a reply");
    world.say(owner, owner, "/misses").expect("Olga may write");
    let is_list = |it: &faqbot::preview::seen::Seen| it.is_from_bot && it.text.contains("mount everest");
    let list = world.wait_for_message(owner, LIMIT, is_list).await.expect("the list");
    std::fs::remove_dir_all(place.path().join("faq")).expect("the folder is ours");
    let add = list.button_texts().into_iter().find(|text| text.contains("print or copy")).expect("offered");
    world.tap(owner, owner, list.id, add).expect("it can be tapped");
    log_says(&mut bot, &["cannot change the folder"]);
}

/// No network, as far as a bot can tell; and a signal during the start is obeyed.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_cannot_be_looked_up_is_waited_for_until_a_signal_comes() {
    let place = Place::new();
    // Longer than a part of a name may be, so that no server is asked for it.
    let mut command = place.command(&format!("http://{}.test", "x".repeat(64)));
    let child = command.stderr(Stdio::piped()).spawn().expect("the binary was built");
    let mut bot = Running(child);
    log_says(&mut bot, &["cannot reach Telegram yet", "dns error", "trying again"]);
    signal("TERM", &bot.0);
    let status = tokio::task::spawn_blocking(move || bot.0.wait()).await.expect("waited").expect("it ends");
    assert_eq!(status.code(), Some(0));
}

/// The disk is full only for the bot: it may not make a file larger. `prlimit` is part of every Linux.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_waited_out() {
    let server = telegram().await;
    let world = server.world();
    let place = Place::new();
    let mut command = Command::new("sh");
    // Without this the system would end the process at the limit, which a full disk does not.
    command.args(["-c", "trap '' XFSZ; exec \"$0\" run", env!("CARGO_BIN_EXE_faqbot")]);
    let bot = Running(place.settle(command, &server.url()).spawn().expect("there is a shell"));
    let ada = world.person("Ada");
    world.say(ada, ada, QUESTION).expect("Ada may write");
    answered(world, ada, 1).await;

    let limit = |bytes: &str| {
        let pid = bot.0.id().to_string();
        let set = Command::new("prlimit").args(["--pid", &pid, &format!("--fsize={bytes}:")]).status();
        assert!(set.expect("there is a prlimit command").success());
    };
    limit("1");
    let n_troubles = |world: &faqbot::preview::world::World| {
        world.requests_of("getUpdates").iter().filter(|it| it.params["timeout"] == 0).count()
    };
    let before = n_troubles(world);
    world.say(ada, ada, QUESTION).expect("Ada may write");
    let trouble = |world: &faqbot::preview::world::World| (n_troubles(world) > before).then_some(());
    world.wait_for(LIMIT, trouble).await.expect("the bot cannot store the question, and asks for it again");
    assert_eq!(world.n_waiting_updates(), 1, "what is not stored is not confirmed");
    limit("unlimited");
    answered(world, ada, 2).await;
}

/// Another program holds the database at the start; that is waited out, and a signal is obeyed during the wait.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_locked_database_is_waited_out() {
    let server = telegram().await;
    let places = [Place::new(), Place::new()];
    let mut holders = Vec::new();
    sqlx::any::install_default_drivers();
    for place in &places {
        let url = format!("sqlite://{}/faqbot.db?mode=rwc", place.path().display());
        let mut holder = AnyConnection::connect(&url).await.expect("the file is made");
        holder.execute("PRAGMA journal_mode = WAL; BEGIN EXCLUSIVE").await.expect("nobody else has it");
        holders.push(holder);
    }
    let start = |place: &Place| {
        Running(place.command(&server.url()).stderr(Stdio::piped()).spawn().expect("the binary was built"))
    };
    let (mut waiting, mut stopped) = (start(&places[0]), start(&places[1]));
    log_says(&mut stopped, &["faqbot.db is locked by another program", "trying again"]);
    signal("TERM", &stopped.0);
    let status =
        tokio::task::spawn_blocking(move || stopped.0.wait()).await.expect("waited").expect("it ends");
    assert_eq!(status.code(), Some(0));

    log_says(&mut waiting, &["faqbot.db is locked by another program", "trying again"]);
    holders[0].execute("ROLLBACK").await.expect("it is held");
    let ada = server.world().person("Ada");
    server.world().say(ada, ada, QUESTION).expect("Ada may write");
    answered(server.world(), ada, 1).await;
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_is_full_at_the_start_is_waited_out() {
    let server = telegram().await;
    let place = Place::new();
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' XFSZ; ulimit -S -f 0; exec \"$0\" run", env!("CARGO_BIN_EXE_faqbot")]);
    let mut command = place.settle(command, &server.url());
    let mut bot = Running(command.stderr(Stdio::piped()).spawn().expect("there is a shell"));
    log_says(&mut bot, &["the disk does not take", "has room", "trying again"]);
    let pid = bot.0.id().to_string();
    let set = Command::new("prlimit").args(["--pid", &pid, "--fsize=unlimited:"]).status();
    assert!(set.expect("there is a prlimit command").success());
    let ada = server.world().person("Ada");
    server.world().say(ada, ada, QUESTION).expect("Ada may write");
    answered(server.world(), ada, 1).await;
}

#[tokio::test]
async fn set_aside_updates_are_listed_without_their_text() {
    let place = Place::new();
    let url = format!("sqlite:{}/faqbot.db", place.path().display());
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_faqbot"));
        command.arg("set-aside").args(arguments);
        let mut command = place.settle(command, "http://127.0.0.1:1");
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).output().expect("the binary was built")
    };
    let output = run(&[]);
    let printed = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && printed.contains("there is no database"), "{printed}");

    let storage = Storage::open(&url).await.expect("the file is made");
    let mut it = storage.begin().await.expect("it works");
    let event = faqbot::chat::Event::Folder(faqbot::chat::FolderNews::Broken { diagnostics: "xyzzy".into() });
    let arrival = Arrival { update_id: Some(77), place: Whose::Chat(ChatId(5)), event };
    let now = faqbot::time::Timestamp(1_767_614_400_000);
    let waiting = it.receive(&[arrival], now).await.expect("stored");
    let kept = it.kept(&[(waiting[0].chat, waiting[0].seq)]).await.expect("read");
    it.set_aside(&kept[0], "panic at src/x.rs:1:2", now).await.expect("set aside");
    let own = Arrival { update_id: None, place: Whose::Chat(ChatId(5)), event: Event::Migrated };
    let waiting = it.receive(&[own], now).await.expect("stored");
    let kept = it.kept(&[(waiting[0].chat, waiting[0].seq)]).await.expect("read");
    it.set_aside(&kept[0], "panic at src/x.rs:3:4", now).await.expect("set aside");
    it.set_aside_tick(ChatId(5), "the timer does not move on", now).await.expect("set aside");
    let met: Conversation = serde_json::from_str(r#"{"greeted":true}"#).expect("a state");
    it.save(&[Stored { chat: ChatId(5), conversation: &met }]).await.expect("saved");
    it.set_aside_state(ChatId(5), "unreadable state: it is odd", now).await.expect("set aside");
    it.commit().await.expect("committed");
    storage.close().await;
    let output = run(&[]);
    let printed = String::from_utf8_lossy(&output.stdout);
    let numbered =
        |line: &str| line.split_once("  ").map(|(number, rest)| (number.to_owned(), rest.to_owned()));
    let (numbers, lines): (Vec<String>, Vec<String>) = printed.lines().filter_map(numbered).unzip();
    let expected = [
        "2026-01-05  update 77 of chat 5: panic at src/x.rs:1:2",
        "2026-01-05  event of chat 5: panic at src/x.rs:3:4",
        "2026-01-05  timer of chat 5: the timer does not move on",
        "2026-01-05  state of chat 5: unreadable state: it is odd",
    ];
    assert_eq!(lines, expected);
    let show = |number: &str| {
        let output = run(&["--show", number]);
        String::from_utf8([output.stdout, output.stderr].concat()).expect("it prints text")
    };
    assert!(show(&numbers[0]).contains("xyzzy"));
    assert_eq!(show(&numbers[1]), "\"Migrated\"\n");
    assert_eq!(show(&numbers[2]), "It is a timer; nothing else is stored of it.\n");
    assert!(show("999999").contains("`faqbot set-aside` lists what is"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_token_is_in_no_log() {
    let server = telegram().await;
    let world = server.world();
    let place = Place::new();
    let log = place.path().join("log");
    let file = std::fs::File::create(&log).expect("the folder is ours");
    for (method, failure) in [
        ("getMe", Failure::Cut),
        ("getMe", Failure::Garbage),
        ("getUpdates", Failure::internal()),
        ("getUpdates", Failure::Cut),
        ("sendMessage", Failure::BadGateway),
        ("sendMessage", Failure::Cut),
    ] {
        world.fail(Fault::new(failure).method(method).times(1));
    }
    let mut command = place.command(&server.url());
    command.env("RUST_LOG", "trace").env("RUST_BACKTRACE", "full").stderr(file);
    let mut bot = Running(command.spawn().expect("the binary was built"));
    let ada = world.person("Ada");
    let secret_question = "When is the library open, dear xyzzy?";
    world.say(ada, ada, secret_question).expect("Ada may write");
    answered(world, ada, 1).await;
    // Now the token is revoked, and the bot ends by itself.
    world.fail(Fault::new(Failure::unauthorized()));
    world.say(ada, ada, secret_question).expect("Ada may write");
    let status = tokio::task::spawn_blocking(move || bot.0.wait());
    let status =
        tokio::time::timeout(LIMIT, status).await.expect("it ends").expect("waited").expect("it ends");
    assert!(!status.success());
    let log = std::fs::read_to_string(log).expect("it was written");
    let token = Options::default().token;
    let (_, secret) = token.split_once(':').expect("a token has two parts");
    assert!(log.len() > 1_000, "the log is worth reading: {log}");
    assert!(!log.contains(secret), "the token is in the log");
    assert!(!log.contains("xyzzy"), "people's words are in the log");
}

#[tokio::test]
async fn a_panic_shows_neither_the_token_nor_what_was_written() {
    // The log and what happens on a panic belong to a process, so this test runs itself in another one.
    const INSIDE: &str = "FAQBOT_TEST_PANICS";
    if std::env::var_os(INSIDE).is_some() {
        return panic_with_all_it_knows().await;
    }
    let mut command = Command::new(std::env::current_exe().expect("it runs"));
    let itself = "shell::process::a_panic_shows_neither_the_token_nor_what_was_written";
    command.args(["--exact", itself, "--nocapture"]).env(INSIDE, "1");
    let output = command.env("RUST_BACKTRACE", "full").output().expect("it runs");
    let printed = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(output.status.success() && printed.contains("1 passed"), "{printed}");
    assert!(printed.contains("TRACE") && printed.contains("a panic"), "the log is worth reading: {printed}");
    let token = Options::default().token;
    let (_, secret) = token.split_once(':').expect("a token has two parts");
    assert!(!printed.contains(secret), "the token is in the log");
    assert!(!printed.contains("xyzzy"), "people's words are in the log");
}

async fn panic_with_all_it_knows() {
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(std::io::stderr)
        .init();
    log_panics_by_place();
    let server = telegram().await;
    let mut config = config(&server).await;
    config.step = Arc::new(|context: chat::Context<'_>, conversation, event: Event, now| {
        let token = Options::default().token;
        match &event {
            Event::Message(message) if message.text.as_deref() == Some("xyzzy") => {
                panic!("{token}: {event:?}")
            }
            _ => chat::step(context, conversation, event, now),
        }
    });
    let bot = Bot::start(config).await.expect("the server knows the token");
    let ada = server.world().person("Ada");
    server.world().say(ada, ada, "xyzzy").expect("Ada may write");
    server.world().say(ada, ada, QUESTION).expect("Ada may write");
    answered(server.world(), ada, 1).await;
    bot.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_saved_change_of_the_folder_is_live_and_a_broken_one_is_not() {
    let server = telegram().await;
    let world = server.world();
    let place = Place::new();
    let owner = world.person("Olga");
    world.start(owner, None).expect("Olga may write");
    let mut command = place.command(&server.url());
    let _bot = Running(command.env("OWNER_IDS", owner.0.to_string()).spawn().expect("it was built"));
    let ada = world.person("Ada");
    world.say(ada, ada, QUESTION).expect("Ada may write");
    answered(world, ada, 1).await;

    let save =
        |text: &str| std::fs::write(place.path().join("faq/library.toml"), text).expect("the folder is ours");
    save(&FOLDER.replace(ANSWER, "Monday to Friday").replace("answer =", "anwser ="));
    let warned = |world: &faqbot::preview::world::World| {
        world.messages(owner).into_iter().find(|it| it.is_from_bot && it.text.contains("anwser"))
    };
    world.wait_for(LIMIT, warned).await.expect("the owner hears about it");
    let bob = world.person("Bob");
    world.say(bob, bob, QUESTION).expect("Bob may write");
    answered(world, bob, 1).await;

    save(&FOLDER.replace(ANSWER, "Monday to Friday"));
    // A question asked before the change is live still gets the old answer.
    let deadline = Instant::now() + LIMIT;
    loop {
        let asker = world.person("Cy");
        world.say(asker, asker, QUESTION).expect("Cy may write");
        let answer = world
            .wait_for_message(asker, LIMIT, |it| it.is_from_bot && it.text.contains("The library is open"))
            .await;
        if answer.expect("there is an answer").text.contains("Monday to Friday") {
            break;
        }
        assert!(Instant::now() < deadline, "the change is not live");
    }
}
