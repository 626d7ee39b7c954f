//! Several bots on one Postgres, as processes, and what may happen to them.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use faqbot::bot::Bot;
use faqbot::chat::Event;
use faqbot::preview::server::Options;
use faqbot::preview::world::{ChatId, MessageId, PersonId, Request, World};
use faqbot::storage::{Arrival, Place as Whose, Storage};
use sqlx::{AnyConnection, Connection as _, Executor as _};
use tokio::net::{TcpListener, TcpStream};

use super::process::{Place, Running};
use super::rig::{ANSWER, LIMIT, QUESTION, Telegram, answered, config_on, telegram, telegram_with};
use super::webhook::free_port;
use crate::database::{self, skip};
use crate::folder::TempFolder;

const OTHER_QUESTION: &str = "What does a library card cost?";
/// Part of the answer to it.
const OTHER_ANSWER: &str = "a year for adults";

/// Three bots behind one address, as behind a reverse proxy: one that is gone or hangs up is skipped.
pub(super) struct Several {
    place: Place,
    url: String,
    server: String,
    front: SocketAddr,
    ports: [SocketAddr; 3],
    bots: [Option<Running>; 3],
    /// Who may change their folder.
    owner: i64,
}

impl Several {
    pub(super) async fn start(server: &Telegram, url: String) -> Several {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free loopback port");
        let front = listener.local_addr().expect("it is bound");
        let ports = [free_port(), free_port(), free_port()];
        tokio::spawn(pass_on(listener, ports));
        let mut several = Several {
            place: Place::new(),
            url,
            server: server.url(),
            front,
            ports,
            bots: [None, None, None],
            owner: server.world().person("Olga").0,
        };
        (0..3).for_each(|n| several.start_again(n));
        several
    }

    /// Ends a bot as `kill -9` does, and starts it again.
    fn start_again(&mut self, n: usize) {
        self.bots[n] = None;
        let mut command = self.place.command(&self.server);
        command
            .env("DATABASE_URL", &self.url)
            .env("WEBHOOK_URL", format!("http://{}/", self.front))
            .env("WEBHOOK_LISTEN", self.ports[n].to_string())
            .env("WEBHOOK_SECRET", "the-secret-of-this-test")
            .env("OWNER_IDS", self.owner.to_string())
            // Telegram's limits apply to all of them together.
            .env("PACING", "telegram");
        // The clocks of their machines are ten minutes apart.
        if let Some(library) = other_clock() {
            let minutes = 10 * i32::try_from(n).expect("it is small") - 10;
            command
                .env("LD_PRELOAD", library)
                .env("FAKETIME", format!("{minutes:+}m"))
                .env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        }
        if std::env::var_os("SHOW_LOGS").is_some() {
            command.env("RUST_LOG", "debug,hyper=warn,sqlx=warn").stderr(Stdio::inherit());
        }
        self.bots[n] = Some(Running(command.spawn().expect("the binary was built")));
    }

    fn signal(&self, n: usize, signal: &str) {
        let bot = self.bots[n].as_ref().expect("it was started");
        let kill = Command::new("kill").arg(format!("-{signal}")).arg(bot.0.id().to_string()).status();
        assert!(kill.expect("there is a kill command").success());
    }

    /// Ends the connections that hold the locks of all three.
    async fn cut_off(&self) {
        let schema = self.url.rsplit('=').next().expect("it names a schema");
        let sql = format!(
            "SELECT pg_terminate_backend(pid) FROM (SELECT DISTINCT pid FROM pg_locks WHERE locktype = 'advisory' \
             AND classid::int8 = (hashtext('faqbot:{schema}')::int8 & 4294967295)) AS bots"
        );
        database::execute(&sql).await;
    }
}

/// From libfaketime, where it is installed: it makes a program see another time than the machine's.
fn other_clock() -> Option<PathBuf> {
    let folders = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib"];
    folders.iter().map(|it| PathBuf::from(it).join("faketime/libfaketime.so.1")).find(|it| it.exists())
}

/// Opens a round of four questions in a group, which both then play. The ranking comes when it is over.
pub(super) async fn begin_round(
    world: &World,
    group: ChatId,
    players: [PersonId; 2],
) -> tokio::task::JoinHandle<String> {
    world.say(players[0], group, "/quiz@preview_bot 4 600").expect("members may write");
    for (player, button) in [(players[0], "🙋 Join"), (players[1], "🙋 Join"), (players[0], "▶ Start now")]
    {
        let shown = |world: &World| {
            world.messages(group).into_iter().find(|it| it.button_texts().contains(&button)).map(|it| it.id)
        };
        let lobby = world.wait_for(LIMIT, shown).await.expect("a lobby opens");
        let tap = world.tap(player, group, lobby, button).expect("the button is there");
        world.answer_to(&tap, LIMIT).await.expect("every tap is answered");
    }
    tokio::spawn(play(world.clone(), group, players))
}

/// Every vote has counted once.
pub(super) fn check_ranking(ranking: &str) {
    assert!(ranking.contains("🥇 Ada – 4 of 4") && ranking.contains("🥈 Bob – 0 of 4"), "{ranking}");
}

/// Plays a round that others begin, as people do: votes in each poll, Ada right, Bob wrong. Returns the ranking.
async fn play(world: World, group: ChatId, [ada, bob]: [PersonId; 2]) -> String {
    let mut voted: HashSet<MessageId> = HashSet::new();
    loop {
        let news = |world: &World| {
            let messages = world.messages(group);
            let ranking = messages.iter().find(|it| it.is_from_bot && it.text.contains("Quiz finished"));
            let is_new = |id: &MessageId| !voted.contains(id);
            let open = messages
                .iter()
                .find(|it| is_new(&it.id) && it.poll.as_ref().is_some_and(|poll| !poll.is_closed));
            ranking.or(open).cloned()
        };
        let seen = world.wait_for(4 * LIMIT, news).await.expect("the round goes on");
        let Some(poll) = seen.poll else { return seen.text };
        let right = poll.correct[0];
        for (player, option) in [(ada, right), (bob, (right + 1) % poll.options.len())] {
            // It may have been closed at this very moment.
            let _ = world.vote(player, group, seen.id, &[option]);
        }
        voted.insert(seen.id);
    }
}

/// How long a bot may hang before others are asked instead of it, as in `deploy/several`.
const PATIENCE: Duration = Duration::from_secs(5);

/// Passes each connection on to the next bot that takes it.
async fn pass_on(listener: TcpListener, ports: [SocketAddr; 3]) {
    let turn = Arc::new(AtomicUsize::new(0));
    // Like a proxy, it leaves out for a while a bot that did not answer.
    let back_at = Arc::new(Mutex::new([Instant::now(); 3]));
    while let Ok((mut from, _)) = listener.accept().await {
        let (turn, back_at) = (turn.clone(), back_at.clone());
        tokio::spawn(async move {
            for _ in 0..ports.len() {
                let n = turn.fetch_add(1, Ordering::Relaxed) % ports.len();
                if back_at.lock().expect("nobody panics")[n] > Instant::now() {
                    continue;
                }
                if let Ok(mut to) = TcpStream::connect(ports[n]).await {
                    let passed = tokio::io::copy_bidirectional(&mut from, &mut to);
                    if tokio::time::timeout(PATIENCE, passed).await.is_err() {
                        back_at.lock().expect("nobody panics")[n] = Instant::now() + 2 * PATIENCE;
                    }
                    return;
                }
            }
        });
    }
}

/// The numbers of the rounds whose questions were answered in a chat, in order: the two kinds of questions take turns.
fn answers(world: &World, chat: ChatId) -> Vec<usize> {
    let messages = world.messages(chat);
    let kinds = messages.into_iter().filter(|it| it.is_from_bot).filter_map(|it| {
        let kind = if it.text.contains(ANSWER) { Some(0) } else { None };
        kind.or(it.text.contains(OTHER_ANSWER).then_some(1))
    });
    kinds.collect()
}

fn question(round: usize) -> &'static str {
    if round.is_multiple_of(2) { QUESTION } else { OTHER_QUESTION }
}

/// Every question is answered, in order, and none twice except those that were being answered when something happened.
#[tokio::test(flavor = "multi_thread")]
async fn three_bots_answer_everybody_whatever_happens_to_them() {
    let Some(url) = database::postgres().await else { return skip("several bots on one database") };
    let server = telegram_with(Options { flood_limits: true, ..Options::default() }).await;
    let world = server.world();
    let mut several = Several::start(&server, url).await;
    let players = [world.person("Ada"), world.person("Bob")];
    let group = world.supergroup("Tea", players[0], &players[1..]);
    world.add_bot(players[0], group).expect("the founder may");
    let people: Vec<PersonId> = (0..24).map(|n| world.person(&format!("Person {n}"))).collect();
    let all_answered = async |n: usize, of: &[PersonId]| {
        for person in of {
            let chat = ChatId::from(*person);
            let done = |world: &World| {
                let mut answers = answers(world, chat);
                answers.dedup();
                (answers.len() >= n).then_some(())
            };
            let done = world.wait_for(2 * LIMIT, done).await;
            done.unwrap_or_else(|_| panic!("{chat:?}: {:?} of {n} rounds", answers(world, chat)));
        }
    };
    let ask = |round: usize| {
        for person in &people {
            world.say(*person, *person, question(round)).expect("they may write");
        }
    };
    ask(0);
    all_answered(1, &people).await;
    let round = begin_round(world, group, players).await;
    let n_rounds = 7;
    for round in 1..n_rounds {
        ask(round);
        // In the middle of it, as far as one person can tell.
        all_answered(round + 1, &people[..1]).await;
        let victim = round % 3;
        match round {
            1 | 4 => several.start_again(victim),
            2 | 5 => {
                several.signal(victim, "STOP");
                ask_and_continue(&several, victim, async || all_answered(round + 1, &people).await).await;
            }
            _ => several.cut_off().await,
        }
    }
    all_answered(n_rounds, &people).await;
    check_ranking(&round.await.expect("nobody panics"));
    // On a busy machine, messages sent in one second may arrive in the next, so that some are refused for a moment and
    // sent again. The limit of a minute in a group leaves room for that.
    let requests = world.requests();
    let refused: Vec<_> = requests.iter().filter(|it| it.status == 429).collect();
    let is_short = |it: &&Request| it.response["parameters"]["retry_after"] == 1;
    assert!(refused.iter().all(is_short), "too fast for a group: {refused:#?}");
    assert!(refused.len() < requests.len() / 4, "{} of {} were too fast", refused.len(), requests.len());
    // Twice a bot is killed, twice one hangs; a third of the chats or, while another starts, half of them are its own,
    // and of each one request may be under way.
    let (n_victims, mut n_double) = (4, 0);
    for person in &people {
        let mut answers = answers(world, (*person).into());
        let n_all = answers.len();
        answers.dedup();
        assert!(n_all - answers.len() <= n_victims, "{person:?} got too much twice");
        let expected: Vec<usize> = (0..n_rounds).map(|round| round % 2).collect();
        assert_eq!(answers, expected, "{person:?} was answered in another order");
        n_double += n_all - answers.len();
    }
    assert!(n_double <= n_victims * people.len() / 2, "{n_double} answers came twice");
}

/// The others go on without one that hangs; then it wakes up and thinks it is still its turn.
async fn ask_and_continue(several: &Several, victim: usize, answered: impl AsyncFnOnce()) {
    answered().await;
    several.signal(victim, "CONT");
}

/// An owner's addition goes through one bot and is answered by all: they share the folder.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_an_owner_types_reaches_all_bots() {
    let Some(url) = database::postgres().await else { return skip("an owner's answer on several bots") };
    let server = telegram().await;
    let world = server.world();
    let several = Several::start(&server, url).await;
    let until = async |person: PersonId, part: &str| {
        let last = |world: &World| world.last_from_bot(person).filter(|seen| seen.text.contains(part));
        world.wait_for(LIMIT, last).await.unwrap_or_else(|error| panic!("{part:?}: {error}"))
    };
    const MISSED: &str = "how tall is mount everest";
    let olga = PersonId(several.owner);
    world.start(olga, None).expect("she may write");
    let ana = world.person("Ana");
    world.say(ana, ana, MISSED).expect("people may write");
    until(ana, "I don't have an answer").await;
    world.say(olga, olga, "/misses").expect("she may write");
    let list = until(olga, MISSED).await;
    world.tap(olga, olga, list.id, "✍️ New answer").expect("it can be tapped");
    until(olga, "Send the answer").await;
    world.say(olga, olga, "It is 8,849 m tall.").expect("she may write");
    let ask = until(olga, "This is what people will see").await;
    world.tap(olga, olga, ask.id, "✅ Add").expect("it can be tapped");
    until(olga, "Added as a new entry").await;
    // A bot checks every few seconds whether its folder has changed. This many people do not all share one bot.
    let all_have_it = async {
        let mut n_in_a_row = 0;
        for n in 0.. {
            let person = world.person(&format!("Person {n}"));
            world.say(person, person, MISSED).expect("people may write");
            let reply = world.wait_for(LIMIT, |world: &World| world.last_from_bot(person)).await;
            let has_it = reply.expect("a bot replies").text.contains("8,849 m");
            n_in_a_row = if has_it { n_in_a_row + 1 } else { 0 };
            if n_in_a_row == 16 {
                return;
            }
        }
    };
    tokio::time::timeout(LIMIT, all_have_it).await.expect("each bot has the answer");
}

/// While bots are upgraded one after the other, an older one may find rows that it cannot read.
#[tokio::test]
async fn rows_written_by_a_newer_bot_wait_for_it() {
    let server = telegram().await;
    let world = server.world();
    let folder = TempFolder::new();
    let storage = Storage::open(&folder.database_url()).await.expect("the file is made");
    let (ada, bob) = (world.person("Ada"), world.person("Bob"));
    let arrival = |update_id| Arrival {
        update_id: Some(update_id),
        place: Whose::Chat(faqbot::chat::ChatId(ada.0)),
        event: Event::Tick,
    };
    let now = faqbot::time::Timestamp(1_767_614_400_000);
    let mut it = storage.begin().await.expect("it works");
    it.receive(&[arrival(1), arrival(2)], now).await.expect("stored");
    it.commit().await.expect("committed");
    let mut newer = AnyConnection::connect(&folder.database_url()).await.expect("it is there");
    let sql = "UPDATE inbox SET version = 1000, event = '{\"Unheard\": \"of\"}' WHERE update_id = 1";
    newer.execute(sql).await.expect("it may");

    let bot = Bot::start(config_on(&server, storage.clone())).await.expect("the server knows the token");
    world.say(bob, bob, QUESTION).expect("Bob may write");
    answered(world, bob, 1).await;
    // Rows that are read again are left again.
    world.say(bob, bob, QUESTION).expect("Bob may write");
    answered(world, bob, 2).await;
    let mut look = storage.look().await.expect("it works");
    assert_eq!(look.waiting().await.expect("read").len(), 2, "what comes after it waits as well");
    assert_eq!(look.all_set_aside().await.expect("read"), []);
    drop(look);
    let sql = "UPDATE inbox SET version = 1, event = '\"Tick\"' WHERE update_id = 1";
    newer.execute(sql).await.expect("it may");
    let done = async {
        while !storage.look().await.expect("it works").waiting().await.expect("read").is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(LIMIT, done).await.expect("what can be read is done within a second");
    bot.shutdown().await;
}
