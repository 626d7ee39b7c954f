//! `kill -9` at any moment loses nothing.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use faqbot::bot::{Bot, Config};
use faqbot::clock::{Clock as _, ManualClock};
use faqbot::preview::faults::{Failure, Fault};
use faqbot::preview::server::{Clock, Options};
use faqbot::preview::world::{ChatId, MessageId, PersonId, World};
use faqbot::settings::Webhook;
use faqbot::storage::Storage;
use faqbot::time::Timestamp;

use super::process::{Place, Running};
use super::rig::{ANSWER, LIMIT, QUESTION, config_on, telegram, telegram_with};
use super::webhook::{SECRET, free_port};
use crate::folder::TempFolder;

const QUESTIONS: [(&str, &str); 2] = [(QUESTION, ANSWER), ("How long may I keep a book?", "four weeks")];

/// How often each person got each answer.
fn answers(world: &World, people: &[PersonId]) -> BTreeMap<(PersonId, usize), usize> {
    let mut counts = BTreeMap::new();
    for person in people {
        let messages = world.messages(*person);
        for (index, (_, answer)) in QUESTIONS.iter().enumerate() {
            let n = messages.iter().filter(|it| it.is_from_bot && it.text.contains(answer)).count();
            counts.insert((*person, index), n);
        }
    }
    counts
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_that_is_killed_again_and_again_answers_every_question() {
    let server = telegram().await;
    let world = server.world();
    let place = Place::new();
    let people: Vec<PersonId> = (0..30).map(|n| world.person(&format!("Person {n}"))).collect();
    // The network does its part: polls fail, and some answers never reach the bot although they were sent.
    world.fail(Fault::new(Failure::BadGateway).method("getUpdates").every(4));
    world.fail(Fault::new(Failure::Garbage).method("getMe").every(3));
    let cut = Fault::new(Failure::Cut).method("sendMessage").every(9).after_effect();
    world.fail(cut);
    let mut moment = chaos_seed();
    let mut n_kills = 0;
    for (round, (question, _)) in QUESTIONS.iter().enumerate() {
        for (index, person) in people.iter().enumerate() {
            world.say(*person, *person, *question).expect("people may write");
            if index % 6 != round {
                continue;
            }
            // The bot runs until the server has seen this many more requests, and dies there.
            let until = world.requests().len() + random(&mut moment) + 1;
            let bot = Running(place.command(&server.url()).spawn().expect("the binary was built"));
            let seen = |world: &World| (world.requests().len() >= until).then_some(());
            let seen = world.wait_for(LIMIT, seen).await;
            drop(bot);
            n_kills += 1;
            seen.expect("the bot makes requests");
        }
    }
    let bot = Running(place.command(&server.url()).spawn().expect("the binary was built"));
    let all = |world: &World| answers(world, &people).values().all(|n| *n > 0).then_some(());
    let answered = world.wait_for(LIMIT, all).await;
    drop(bot);
    answered.expect("every question is answered");
    let n_cut = world.requests_of("sendMessage").len() / 9;
    for person in &people {
        // A chat has at most one message under way, and that one a crash or a cut can repeat.
        let n: usize = answers(world, &[*person]).values().sum();
        assert!(n <= QUESTIONS.len() + n_kills + n_cut, "{n} answers for {person:?} over {n_kills} crashes");
    }
}

/// The seed of the moments of the crashes. Any will do: `CHAOS_SEED=2 cargo test crashing` tries others.
fn chaos_seed() -> u64 {
    std::env::var("CHAOS_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(0x5EED)
}

fn random(moment: &mut u64) -> usize {
    *moment = moment.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    usize::try_from(*moment >> 60).expect("four bits")
}

/// A poll that is open and that somebody has not voted in yet.
fn unanswered(
    world: &World,
    group: ChatId,
    players: &[PersonId],
) -> Option<(PersonId, MessageId, usize, usize)> {
    let open = world.messages(group).into_iter().filter_map(|it| Some((it.id, it.poll?)));
    open.filter(|(_, poll)| !poll.is_closed).find_map(|(message, poll)| {
        let player = players.iter().find(|player| !poll.has_voted(**player))?;
        Some((*player, message, poll.correct[0], poll.options.len()))
    })
}

fn ranking(world: &World, group: ChatId) -> Option<String> {
    world.messages(group).into_iter().map(|it| it.text).find(|text| text.contains("🥇"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quiz_over_many_crashes_counts_every_vote() {
    let server = telegram().await;
    let world = server.world();
    let place = Place::new();
    let start = || Running(place.command(&server.url()).spawn().expect("the binary was built"));
    let mut bot = start();
    let players = [world.person("Ada"), world.person("Bob"), world.person("Cy")];
    let group = world.supergroup("Tea", players[0], &players[1..]);
    world.add_bot(players[0], group).expect("the founder may");
    world.say(players[0], group, "/quiz@preview_bot 3 60").expect("members may write");
    start_round(world, group, &players).await;
    world.fail(Fault::new(Failure::internal()).method("getUpdates").every(5));
    world.fail(Fault::new(Failure::BadGateway).method("sendPoll").every(3));
    world.fail(Fault::new(Failure::Cut).method("sendMessage").every(3).after_effect());
    world.fail(Fault::new(Failure::Garbage).method("stopPoll").every(2).after_effect());

    let mut moment = chaos_seed();
    let mut n_kills = 0;
    let table = loop {
        let next = |world: &World| match ranking(world, group) {
            Some(table) => Some(Err(table)),
            None => unanswered(world, group, &players).map(Ok),
        };
        let (player, message, correct, n_options) =
            match world.wait_for(LIMIT, next).await.expect("the round goes on") {
                Ok(poll) => poll,
                Err(table) => break table,
            };
        // Bob never knows; the others always do.
        let option = if player == players[1] { (correct + 1) % n_options } else { correct };
        world.vote(player, group, message, &[option]).expect("the poll is open");
        if player != players[0] {
            // During whatever it is doing after this many more requests, or when it has nothing more to do.
            let until = world.requests().len() + random(&mut moment) % 4;
            let seen = |world: &World| (world.requests().len() >= until).then_some(());
            let _ = world.wait_for(Duration::from_millis(500), seen).await;
            drop(bot);
            bot = start();
            n_kills += 1;
        }
    };
    drop(bot);
    assert!(n_kills >= 6, "{n_kills} crashes");
    for line in ["Ada – 3 of 3", "Cy – 3 of 3", "Bob – 0 of 3"] {
        assert!(table.contains(line), "{line} is not in:\n{table}");
    }
}

#[tokio::test]
async fn a_vote_that_was_cast_while_the_bot_was_away_counts() {
    vote_while_away(None).await;
}

#[tokio::test]
async fn a_vote_that_was_cast_while_the_webhook_was_away_counts() {
    let listen = free_port();
    let url = format!("http://{listen}/");
    vote_while_away(Some(Webhook { url, listen, secret: SECRET.to_owned().into() })).await;
}

async fn vote_while_away(webhook: Option<Webhook>) {
    let clock = ManualClock::at(Timestamp(1_767_614_400_000));
    let shared = clock.clone();
    let server =
        telegram_with(Options { clock: Clock::new(move || shared.now().0), ..Options::default() }).await;
    let world = server.world();
    let folder = TempFolder::new();
    let start = async || {
        let storage = Storage::open(&folder.database_url()).await.expect("the file is ours");
        let clock = Arc::new(clock.clone());
        let config = Config { clock, webhook: webhook.clone(), ..config_on(&server, storage) };
        Bot::start(config).await.expect("the server knows the token")
    };
    let bot = start().await;
    let players = [world.person("Ada"), world.person("Bob")];
    let group = world.supergroup("Tea", players[0], &players[1..]);
    world.add_bot(players[0], group).expect("the founder may");
    world.say(players[0], group, "/quiz@preview_bot 1 60").expect("members may write");
    start_round(world, group, &players).await;
    let poll = |world: &World| unanswered(world, group, &players);
    let (_, message, correct, _) = world.wait_for(LIMIT, poll).await.expect("the question comes");
    bot.shutdown().await;

    world.vote(players[0], group, message, &[correct]).expect("the poll is open");
    clock.advance(Duration::from_secs(300));
    let bot = start().await;
    let closed = |world: &World| (!world.requests_of("stopPoll").is_empty()).then_some(());
    world.wait_for(LIMIT, closed).await.expect("the question is closed");
    clock.advance(Duration::from_secs(30));
    let table = world.wait_for(LIMIT, |world| ranking(world, group)).await.expect("the round ends");
    assert!(table.contains("Ada – 1 of 1"), "{table}");
    bot.shutdown().await;
}

/// Gets everybody ready in the lobby, and starts the round.
async fn start_round(world: &World, group: ChatId, players: &[PersonId]) {
    let lobby = |world: &World| {
        world
            .messages(group)
            .into_iter()
            .find(|it| it.button_texts().iter().any(|text| text.contains("Start now")))
    };
    let lobby = world.wait_for(LIMIT, lobby).await.expect("the lobby opens").id;
    for &player in players {
        world.tap(player, group, lobby, "🙋 Join").expect("the button is there");
    }
    world.tap(players[0], group, lobby, "▶ Start now").expect("the button is there");
}
