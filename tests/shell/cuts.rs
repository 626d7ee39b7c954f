//! A network that breaks off at the worst moments: just before a COMMIT arrives, and just before its answer does.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use faqbot::bot::Bot;
use faqbot::preview::world::{ChatId, PersonId, World};
use faqbot::storage::Storage;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::rig::{ANSWER, LIMIT, QUESTION, config_on, telegram};
use crate::database;

/// One in this many COMMITs is cut.
const EVERY: usize = 4;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Cut {
    BeforeCommit,
    /// It is done; the answer to it gets lost.
    AfterCommit,
}

/// Sits between a bot and its Postgres.
async fn cable(to: SocketAddr, cut: Cut, n_commits: Arc<AtomicUsize>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free loopback port");
    let at = listener.local_addr().expect("it is bound");
    tokio::spawn(async move {
        while let Ok((bot, _)) = listener.accept().await {
            let Ok(server) = TcpStream::connect(to).await else { continue };
            tokio::spawn(carry(bot, server, cut, n_commits.clone()));
        }
    });
    at
}

/// Carries data both ways until one side hangs up, or a COMMIT is cut.
async fn carry(
    mut bot: TcpStream,
    mut server: TcpStream,
    cut: Cut,
    n_commits: Arc<AtomicUsize>,
) -> Option<()> {
    let (mut asked, mut answered) = (vec![0; 64 * 1024], vec![0; 64 * 1024]);
    loop {
        tokio::select! {
            n = bot.read(&mut asked) => {
                let said = &asked[..n.ok().filter(|n| *n > 0)?];
                let is_commit = said.windows(7).any(|it| it == b"COMMIT\0");
                if is_commit && n_commits.fetch_add(1, Ordering::Relaxed) % EVERY == EVERY - 1 {
                    if cut == Cut::AfterCommit {
                        server.write_all(said).await.ok()?;
                        // It has answered, so it is done; the answer is lost.
                        let _ = server.read(&mut answered).await;
                    }
                    return None;
                }
                server.write_all(said).await.ok()?;
            }
            n = server.read(&mut answered) => {
                let n = n.ok().filter(|n| *n > 0)?;
                bot.write_all(&answered[..n]).await.ok()?;
            }
        }
    }
}

fn n_answers(world: &World, person: PersonId) -> usize {
    let answers = world.messages(ChatId::from(person)).into_iter();
    answers.filter(|it| it.is_from_bot && it.text.contains(ANSWER)).count()
}

async fn check(cut: Cut) {
    let Some(url) = database::postgres().await else { return database::skip("a network that breaks off") };
    let (before, rest) = url.split_once("127.0.0.1:").expect("it is on loopback");
    let (port, rest) = rest.split_once('/').expect("it names a database");
    let to = SocketAddr::from(([127, 0, 0, 1], port.parse().expect("a port")));
    // The tables are made over an intact cable.
    Storage::open(&url).await.expect("the schema is empty").close().await;
    let n_commits = Arc::new(AtomicUsize::new(0));
    let at = cable(to, cut, n_commits.clone()).await;

    let server = telegram().await;
    let world = server.world();
    let url = format!("{before}{at}/{rest}");
    let storage = loop {
        // The work of the start is begun again, as `faqbot run` does.
        if let Ok(storage) = Storage::open_alone(&url).await {
            break storage;
        }
    };
    let bot = loop {
        if let Ok(bot) = Bot::start(config_on(&server, storage.clone())).await {
            break bot;
        }
    };
    let people: Vec<PersonId> = (0..20).map(|n| world.person(&format!("Person {n}"))).collect();
    for round in 1..=5 {
        for person in &people {
            world.say(*person, *person, QUESTION).expect("they may write");
        }
        for person in &people {
            let done = |world: &World| (n_answers(world, *person) >= round).then_some(());
            world.wait_for(LIMIT, done).await.expect("everybody is answered");
        }
    }
    bot.shutdown().await;
    // How many there are depends on how many people share one.
    assert!(n_commits.load(Ordering::Relaxed) > 3 * EVERY, "{n_commits:?} is too few to say anything");
    for person in &people {
        assert_eq!(n_answers(world, *person), 5, "nothing comes twice while the bot lives");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_lies_and_nothing_comes_twice_when_the_answer_to_a_commit_is_lost() {
    check(Cut::AfterCommit).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_lies_and_nothing_comes_twice_when_a_commit_is_lost() {
    check(Cut::BeforeCommit).await;
}
