//! A folder of thousands of questions, and a thousand groups that play at once: `cargo bench --bench quiz`; the former
//! alone: `cargo bench --bench quiz -- large`.
//!
//! The bot is a process of its own, as an operator runs it, with its database on disk and the shipped folder; only
//! its pace is off, since one bot may send 30 messages a second and a thousand groups would wait for that alone.
//! Telegram's side is the server of the preview, over HTTP.
//!
//! All votes of a question are cast in one go, in every group, and the time is taken until the bot has closed the
//! last poll. In the last question the groups vote one after the other while all rounds are open: how long a vote takes
//! when nothing waits. In the end every result is read, and compared with how everybody voted.

mod large_quiz;
mod memory;
mod process;

use std::io::Write as _;
use std::process::Command;
use std::time::{Duration, Instant};

use faqbot::preview::server::{Options, Server};
use faqbot::preview::world::{ChatId, MessageId, PersonId, World};

use self::process::Running;

const N_GROUPS: usize = 1_000;
const N_PLAYERS: usize = 5;
const N_QUESTIONS: usize = 5;

/// A bot that is stuck does not keep us for ever.
const LIMIT: Duration = Duration::from_secs(300);

fn main() {
    // `cargo test` runs benches as well, to see whether they still work; this one has nothing quick to test.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    writeln!(std::io::stdout(), "{}", large_quiz::measure()).expect("somebody reads");
    if std::env::args().any(|argument| argument == "large") {
        return;
    }
    let runtime = tokio::runtime::Runtime::new().expect("threads can be started");
    let report = runtime.block_on(measure());
    writeln!(std::io::stdout(), "{report}").expect("somebody reads");
}

/// A group, and those who play in it.
struct Group {
    chat: ChatId,
    players: Vec<PersonId>,
}

/// The poll of the question that is open in a group.
struct Asked {
    message: MessageId,
    right: usize,
}

impl Group {
    fn new(world: &World, index: usize) -> Group {
        let players: Vec<PersonId> =
            (0..N_PLAYERS).map(|player| world.person(&format!("Player {player}"))).collect();
        let chat = world.supergroup(&format!("Group {index}"), players[0], &players[1..]);
        world.add_bot(players[0], chat).expect("the founder may");
        Group { chat, players }
    }

    /// The buttons of the lobby, as soon as it is there.
    async fn lobby(&self, world: &World) -> MessageId {
        let lobby = world
            .wait_for_message(self.chat, LIMIT, |it| it.button_texts().contains(&"▶ Start now"))
            .await
            .expect("the lobby opens");
        lobby.id
    }

    async fn asked(&self, world: &World, number: usize) -> Asked {
        let number = format!("{number}/");
        let is_asked = |it: &faqbot::preview::seen::Seen| {
            it.poll.as_ref().is_some_and(|poll| poll.question.starts_with(&number))
        };
        let message = world.wait_for_message(self.chat, LIMIT, is_asked).await.expect("the question comes");
        let right = message.poll.expect("it was looked for").correct[0];
        Asked { message: message.id, right }
    }

    /// Player n knows the questions from the n-th on.
    fn vote(&self, world: &World, number: usize, asked: &Asked, player: usize) {
        let option = if number > player { asked.right } else { usize::from(asked.right == 0) };
        world.vote(self.players[player], self.chat, asked.message, &[option]).expect("the poll is open");
    }

    async fn closes(&self, world: &World, asked: &Asked) {
        let is_closed =
            |world: &World| world.message(self.chat, asked.message)?.poll?.is_closed.then_some(());
        world.wait_for(LIMIT, is_closed).await.expect("the bot closes the poll when all have voted");
    }

    /// How many right answers the result gives to everybody together, checked against their votes.
    async fn result(&self, world: &World) -> usize {
        let result = world
            .wait_for_message(self.chat, LIMIT, |it| it.text.contains("Quiz finished"))
            .await
            .expect("the round ends");
        for player in 0..N_PLAYERS {
            let line = format!("Player {player} – {} of {N_QUESTIONS}", N_QUESTIONS - player);
            assert!(result.text.contains(&line), "{line} is not in:\n{}", result.text);
        }
        (0..N_PLAYERS).map(|player| N_QUESTIONS - player).sum()
    }
}

async fn measure() -> String {
    let options = Options { kept_requests: 100, ..Options::default() };
    let server = Server::start(([127, 0, 0, 1], 0).into(), options).await.expect("a free loopback port");
    let world = server.world();
    let bot = start(&server.url());
    world.wait_for(LIMIT, |world| world.has_poller().then_some(())).await.expect("the bot starts");
    let before = bot.memory();

    let groups: Vec<Group> = (0..N_GROUPS).map(|index| Group::new(world, index)).collect();
    for group in &groups {
        let wish = format!("/quiz@preview_bot {N_QUESTIONS} 600");
        world.say(group.players[0], group.chat, wish).expect("members may write");
    }
    for group in &groups {
        let lobby = group.lobby(world).await;
        for player in &group.players {
            world.tap(*player, group.chat, lobby, "🙋 Join").expect("the button is there");
        }
        world.tap(group.players[0], group.chat, lobby, "▶ Start now").expect("the button is there");
    }

    let mut n_votes = 0;
    let (mut bursts, mut cpu) = (Duration::ZERO, Duration::ZERO);
    for number in 1..N_QUESTIONS {
        let mut asked = Vec::with_capacity(N_GROUPS);
        for group in &groups {
            asked.push(group.asked(world, number).await);
        }
        let (begin, cpu_before) = (Instant::now(), bot.cpu());
        for player in 0..N_PLAYERS {
            for (group, asked) in groups.iter().zip(&asked) {
                group.vote(world, number, asked, player);
                n_votes += 1;
            }
        }
        for (group, asked) in groups.iter().zip(&asked) {
            group.closes(world, asked).await;
        }
        bursts += begin.elapsed();
        cpu += bot.cpu() - cpu_before;
    }
    let n_in_bursts = n_votes;

    let mut asked = Vec::with_capacity(N_GROUPS);
    for group in &groups {
        asked.push(group.asked(world, N_QUESTIONS).await);
    }
    let playing = bot.memory();
    for (group, asked) in groups.iter().zip(&asked) {
        for player in 1..N_PLAYERS {
            group.vote(world, N_QUESTIONS, asked, player);
            n_votes += 1;
        }
    }
    world
        .wait_for(LIMIT, |world| (world.n_waiting_updates() == 0).then_some(()))
        .await
        .expect("all is fetched");
    let mut waits = Vec::with_capacity(N_GROUPS);
    for (group, asked) in groups.iter().zip(&asked) {
        let begin = Instant::now();
        group.vote(world, N_QUESTIONS, asked, 0);
        n_votes += 1;
        group.closes(world, asked).await;
        waits.push(begin.elapsed());
    }
    waits.sort();
    let at = |share: f64| waits[((waits.len() - 1) as f64 * share) as usize];
    let (median, p99, worst) = (at(0.5), at(0.99), at(1.0));

    let mut n_right = 0;
    for group in &groups {
        n_right += group.result(world).await;
    }
    format!(
        "{N_GROUPS} groups of {N_PLAYERS}, {N_QUESTIONS} questions each: {n_votes} votes\n  \
         all at once    {:>6.0} votes/s, {:.2} ms of processor time a vote, with the polls that they close\n  \
         one by one     from the vote to the closed poll: median {median:.1?}, p99 {p99:.1?}, worst {worst:.1?}\n  \
         memory         {before:.1} MB before, {playing:.1} MB while all play, {:.1} MB after\n  \
         in the results {n_right} right answers in {N_GROUPS} rankings, as they were voted: nothing is lost",
        n_in_bursts as f64 / bursts.as_secs_f64(),
        cpu.as_secs_f64() * 1_000.0 / n_in_bursts as f64,
        bot.memory(),
    )
}

/// faqbot with the shipped folder.
fn start(url: &str) -> Running {
    let mut command = Command::new(env!("CARGO_BIN_EXE_faqbot"));
    command
        .arg("run")
        .env("FAQ_DIR", concat!(env!("CARGO_MANIFEST_DIR"), "/faq"))
        .env("TELOXIDE_TOKEN", Options::default().token)
        .env("TELOXIDE_API_URL", url);
    Running::start(&mut command, "quiz")
}
