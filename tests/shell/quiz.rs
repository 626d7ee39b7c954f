//! Rounds of the quiz over HTTP: many players, and what may happen to a round.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use faqbot::bot::{Bot, Config};
use faqbot::chat::{self, Library, MessageId as BotMessageId, Read, Rows, TableAt, TableView};
use faqbot::clock::ManualClock;
use faqbot::knowledge::{Source, parse};
use faqbot::preview::faults::{Failure, Fault};
use faqbot::preview::seen::Seen;
use faqbot::preview::server::{Clock, Options};
use faqbot::preview::world::{ChatId, MessageId, PersonId, World};
use faqbot::storage::Storage;
use faqbot::time::Timestamp;
use tokio::sync::watch;

use super::rig::{LIMIT, Telegram, config_on, telegram_with};
use crate::folder::TempFolder;

/// A bot, its Telegram, and a clock that both use.
struct Rig {
    clock: ManualClock,
    server: Telegram,
    folder: TempFolder,
}

/// The time to read an explanation, and a little more.
const READING: Duration = Duration::from_secs(4);

impl Rig {
    async fn new() -> Rig {
        use faqbot::clock::Clock as _;
        let clock = ManualClock::at(Timestamp(1_767_614_400_000));
        let shared = clock.clone();
        let clock_of_server = Clock::new(move || shared.now().0);
        let server = telegram_with(Options { clock: clock_of_server, ..Options::default() }).await;
        Rig { clock, server, folder: TempFolder::new() }
    }

    fn world(&self) -> &World {
        self.server.world()
    }

    async fn storage(&self) -> Storage {
        Storage::open(&self.folder.database_url()).await.expect("the file is ours")
    }

    async fn config(&self) -> Config {
        Config { clock: Arc::new(self.clock.clone()), ..config_on(&self.server, self.storage().await) }
    }

    async fn start(&self) -> Bot {
        Bot::start(self.config().await).await.expect("the server knows the token")
    }

    /// Waits for the newest message of the bot that fits.
    async fn sees(&self, group: ChatId, what: &str, fits: impl Fn(&Seen) -> bool) -> Seen {
        let newest = |world: &World| world.messages(group).into_iter().rev().find(&fits);
        match self.world().wait_for(LIMIT, newest).await {
            Ok(message) => message,
            Err(error) => panic!("{what} does not come: {error}\n{:#?}", self.world().messages(group)),
        }
    }

    async fn says(&self, group: ChatId, text: &str) -> Seen {
        self.sees(group, text, |it| it.is_from_bot && it.text.contains(text)).await
    }

    /// Waits for the open poll with this number in front: "2/5".
    async fn asks(&self, group: ChatId, number: &str) -> Seen {
        let is_asked = |it: &Seen| {
            it.poll.as_ref().is_some_and(|poll| !poll.is_closed && poll.question.starts_with(number))
        };
        self.sees(group, number, is_asked).await
    }

    async fn closes(&self, group: ChatId, message: MessageId) {
        let is_closed = |world: &World| world.message(group, message)?.poll?.is_closed.then_some(());
        self.world().wait_for(LIMIT, is_closed).await.expect("the poll is closed");
    }

    async fn tap(&self, person: PersonId, group: ChatId, button: &str) {
        let shown = self.sees(group, button, |it| it.button_texts().contains(&button)).await;
        let tap = self.world().tap(person, group, shown.id, button).expect("the button is there");
        self.world().answer_to(&tap, LIMIT).await.expect("the bot answers every tap");
    }

    /// Opens a lobby with `/quiz …`, gets everybody ready and starts.
    async fn begin(&self, group: ChatId, wish: &str, players: &[PersonId]) {
        self.world().say(players[0], group, format!("/quiz@preview_bot {wish}")).expect("members may write");
        for &player in players {
            self.tap(player, group, "🙋 Join").await;
        }
        self.tap(players[0], group, "▶ Start now").await;
    }

    /// Ada, Bob and a group of theirs with the bot in it.
    fn people(&self) -> ([PersonId; 2], ChatId) {
        let world = self.world();
        let players = [world.person("Ada"), world.person("Bob")];
        let group = world.supergroup("Tea", players[0], &players[1..]);
        world.add_bot(players[0], group).expect("the founder may");
        (players, group)
    }

    fn n_messages(&self, group: ChatId, text: &str) -> usize {
        self.world().messages(group).iter().filter(|it| it.is_from_bot && it.text.contains(text)).count()
    }
}

fn vote_right(world: &World, player: PersonId, group: ChatId, poll: &Seen) {
    let correct = &poll.poll.as_ref().expect("it is a poll").correct;
    world.vote(player, group, poll.id, correct).expect("the poll is open");
}

/// A folder with `n` questions of one kind.
fn questions(n: usize) -> watch::Receiver<Arc<Library>> {
    let mut folder = String::new();
    for n in 1..=n {
        let options = r#"correct = "This"
distractors = ["That", "Neither", "Both"]"#;
        writeln!(folder, "[[quiz]]\nprompt = \"What about number {n}?\"\n{options}").expect("text grows");
    }
    let (knowledge, _) = parse(&[Source { path: "faq/quiz.toml".into(), text: folder }]);
    watch::Sender::new(Arc::new(Library::new(knowledge, "2026-01-01"))).subscribe()
}

/// A player in one group can look at the buttons of another, and at the clock.
#[tokio::test]
async fn nothing_that_people_see_foretells_a_round() {
    let it = Rig::new().await;
    let bot = it.start().await;
    let world = it.world();
    let mut polls = Vec::new();
    let mut names = Vec::new();
    for _ in 0..6 {
        // The same message at the same time, so that everything that could be reckoned with is the same.
        let ((players, group), wish) = (it.people(), "/quiz@preview_bot 3 60");
        let cause = world.say(players[0], group, wish).expect("members may write");
        let lobby = it.says(group, "Tap Join").await;
        let data = lobby.buttons.iter().flatten().find_map(|button| button.callback_data.clone());
        names.push((cause, data.expect("a lobby has buttons")));
        it.tap(players[0], group, "▶ Start now").await;
        let poll = it.asks(group, "1/3").await.poll.expect("it is a poll");
        polls.push((poll.question, poll.options.into_iter().map(|option| option.text).collect::<Vec<_>>()));
    }
    assert!(names.iter().all(|(cause, _)| *cause == names[0].0), "{names:?}");
    assert!(names.iter().any(|(_, name)| *name != names[0].1), "{names:?}");
    assert!(polls.iter().any(|poll| *poll != polls[0]), "{polls:?}");
    // Nor does a forwarded poll take votes elsewhere.
    assert!(world.requests_of("sendPoll").iter().all(|request| request.params["protect_content"] == true));
    bot.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_round_of_fifty_players_and_twenty_questions_counts_every_vote() {
    const N_PLAYERS: usize = 50;
    const N_QUESTIONS: usize = 20;
    let it = Rig::new().await;
    let config = Config { library: questions(N_QUESTIONS), ..it.config().await };
    let bot = Bot::start(config).await.expect("the server knows the token");
    let world = it.world();
    let players: Vec<PersonId> = (0..N_PLAYERS).map(|n| world.person(&format!("Player {n}"))).collect();
    let group = world.supergroup("Hall", players[0], &players[1..]);
    world.add_bot(players[0], group).expect("the founder may");
    // The first player knows everything, the last one nearly nothing.
    let knows = |player: usize, question: usize| (question * 7) % N_PLAYERS >= player;

    it.begin(group, &format!("{N_QUESTIONS} 600"), &players).await;
    for question in 1..=N_QUESTIONS {
        let message = it.asks(group, &format!("{question}/{N_QUESTIONS}")).await;
        let poll = message.poll.as_ref().expect("it is a poll");
        for (index, &player) in players.iter().enumerate() {
            let right = poll.correct[0];
            let option = if knows(index, question) { right } else { (right + 1) % poll.options.len() };
            world.vote(player, group, message.id, &[option]).expect("the poll is open");
        }
        // The last of those who were ready closes it; had a vote been lost, nothing would.
        it.closes(group, message.id).await;
        it.clock.advance(READING);
    }
    let ranking = it.says(group, "Quiz finished").await.text;
    assert!(ranking.contains("🥇 Player 0 – 20 of 20") && ranking.contains("and 30 more"), "{ranking}");
    bot.shutdown().await;

    let storage = it.storage().await;
    let mut transaction = storage.begin().await.expect("it works");
    let at = TableAt::Edit(BotMessageId(1));
    let read = Read::Table { view: TableView::Ever, person: None, at };
    let rows = transaction.read(chat::ChatId(group.0), &read, Timestamp(0)).await.expect("read");
    let Rows::Table(found) = rows else { panic!("no table: {rows:?}") };
    let mut counted: Vec<(String, u32)> =
        found.standings.into_iter().map(|standing| (standing.person.name, standing.right)).collect();
    counted.sort();
    let right = |player| (1..=N_QUESTIONS).filter(|&question| knows(player, question)).count();
    let mut expected: Vec<(String, u32)> = (0..N_PLAYERS)
        .map(|player| (format!("Player {player}"), u32::try_from(right(player)).expect("20 at most")))
        .collect();
    expected.sort();
    assert_eq!(counted, expected);
}

#[tokio::test]
async fn a_question_that_was_due_while_the_bot_was_away_closes_and_the_round_goes_on() {
    let it = Rig::new().await;
    let bot = it.start().await;
    let (players, group) = it.people();
    it.begin(group, "2 60", &players).await;
    let first = it.asks(group, "1/2").await;
    vote_right(it.world(), players[0], group, &first);
    bot.shutdown().await;

    it.clock.advance(Duration::from_secs(3_600));
    let bot = it.start().await;
    let is_stopped = |world: &World| (world.requests_of("stopPoll").len() == 1).then_some(());
    it.world().wait_for(LIMIT, is_stopped).await.expect("the overdue question is closed");
    it.clock.advance(READING);
    let second = it.asks(group, "2/2").await;
    for player in players {
        vote_right(it.world(), player, group, &second);
    }
    let ranking = it.says(group, "Quiz finished").await.text;
    assert!(ranking.contains("🥇 Ada – 2 of 2") && ranking.contains("🥈 Bob – 1 of 2"), "{ranking}");
    bot.shutdown().await;
}

#[tokio::test]
async fn a_poll_that_somebody_deletes_holds_up_nothing() {
    let it = Rig::new().await;
    let bot = it.start().await;
    let (players, group) = it.people();
    it.begin(group, "2 30", &players).await;
    let first = it.asks(group, "1/2").await;
    vote_right(it.world(), players[0], group, &first);
    it.world().delete(group, first.id).expect("an admin may");
    // Nobody can vote any more; the time closes the question.
    let is_counted = |world: &World| (world.n_waiting_updates() == 0).then_some(());
    it.world().wait_for(LIMIT, is_counted).await.expect("the vote is fetched");
    it.clock.advance(Duration::from_secs(30));
    let is_stopped = |world: &World| (world.requests_of("stopPoll").len() == 1).then_some(());
    it.world().wait_for(LIMIT, is_stopped).await.expect("the bot closes what is gone");
    it.clock.advance(READING);
    let second = it.asks(group, "2/2").await;
    vote_right(it.world(), players[1], group, &second);
    vote_right(it.world(), players[0], group, &second);
    let ranking = it.says(group, "Quiz finished").await.text;
    assert!(ranking.contains("🥇 Ada – 2 of 2"), "{ranking}");
    bot.shutdown().await;
}

#[tokio::test]
async fn a_round_that_may_send_no_polls_says_so_once_and_waits() {
    let it = Rig::new().await;
    let bot = it.start().await;
    let (players, group) = it.people();
    it.begin(group, "2 30", &players).await;
    let first = it.asks(group, "1/2").await;
    it.world().allow_polls(group, false).expect("an admin may");
    for player in players {
        vote_right(it.world(), player, group, &first);
    }
    it.closes(group, first.id).await;
    it.clock.advance(READING);
    it.says(group, "I'm not allowed to send polls here").await;
    it.clock.advance(Duration::from_secs(3_600));
    it.world().allow_polls(group, true).expect("an admin may");
    it.tap(players[1], group, "▶ Resume").await;
    let second = it.asks(group, "2/2").await;
    assert_eq!(
        it.n_messages(group, "I'm not allowed to send polls here"),
        0,
        "the pause is over, and says so"
    );
    assert_eq!(it.n_messages(group, "Back to the quiz"), 1);
    for player in players {
        vote_right(it.world(), player, group, &second);
    }
    it.says(group, "Quiz finished").await;
    bot.shutdown().await;
}

#[tokio::test]
async fn a_round_goes_on_when_the_bot_is_back_in_its_group() {
    let it = Rig::new().await;
    let bot = it.start().await;
    let (players, group) = it.people();
    it.begin(group, "2 30", &players).await;
    let first = it.asks(group, "1/2").await;
    for player in players {
        vote_right(it.world(), player, group, &first);
    }
    it.closes(group, first.id).await;
    it.world().remove_bot(players[0], group).expect("the founder may");
    it.clock.advance(READING);
    // The question, and the message that the quiz waits.
    let is_refused = |world: &World| {
        let refused = world.requests().iter().filter(|request| request.status == 403).count();
        (refused == 2).then_some(())
    };
    it.world().wait_for(LIMIT, is_refused).await.expect("the bot tries to go on");
    it.world().add_bot(players[0], group).expect("the founder may");
    it.tap(players[1], group, "▶ Resume").await;
    let second = it.asks(group, "2/2").await;
    for player in players {
        vote_right(it.world(), player, group, &second);
    }
    it.says(group, "Quiz finished").await;
    bot.shutdown().await;
}

#[tokio::test]
async fn stopping_while_a_poll_is_being_sent_closes_it() {
    let it = Rig::new().await;
    let bot = it.start().await;
    let (players, group) = it.people();
    let hold = it.world().fail(Fault::new(Failure::Hang).method("sendPoll").after_effect());
    it.begin(group, "2 30", &players).await;
    let first = it.asks(group, "1/2").await;
    it.world().say(players[0], group, "/stop@preview_bot").expect("members may write");
    let is_fetched = |world: &World| (world.n_waiting_updates() == 0).then_some(());
    it.world().wait_for(LIMIT, is_fetched).await.expect("the command is fetched");
    hold.release();
    it.closes(group, first.id).await;
    bot.shutdown().await;
}

#[tokio::test]
async fn a_round_its_table_and_the_settings_move_with_the_group() {
    let it = Rig::new().await;
    let bot = it.start().await;
    let world = it.world();
    let players = [world.person("Ada"), world.person("Bob")];
    let group = world.group("Tea", players[0], &players[1..]);
    world.add_bot(players[0], group).expect("the founder may");
    world.say(players[0], group, "/settings@preview_bot").expect("members may write");
    it.tap(players[0], group, "Seconds per question: 20").await;
    it.begin(group, "1", &players).await;
    let only = it.asks(group, "1/1 ").await;
    for player in players {
        vote_right(world, player, group, &only);
    }
    it.says(group, "Quiz finished").await;
    it.begin(group, "2", &players).await;
    let first = it.asks(group, "1/2").await;
    vote_right(world, players[0], group, &first);
    let is_counted = |world: &World| (world.n_waiting_updates() == 0).then_some(());
    world.wait_for(LIMIT, is_counted).await.expect("the vote is fetched");

    let supergroup = world.migrate(players[0], group).expect("the founder may");
    world.wait_for(LIMIT, is_counted).await.expect("the news is fetched");
    // The first question stays behind in the old group; its time, 30 s by the settings, closes it.
    it.clock.advance(Duration::from_secs(31));
    world.say(players[1], supergroup, "/top@preview_bot").expect("members may write");
    it.says(supergroup, "Ada – 1 point").await;
    it.clock.advance(READING);
    let second = it.asks(supergroup, "2/2").await;
    assert_eq!(second.poll.as_ref().and_then(|poll| poll.open_period), Some(30));
    for player in players {
        vote_right(world, player, supergroup, &second);
    }
    let ranking = it.says(supergroup, "Quiz finished").await.text;
    assert!(ranking.contains("🥇 Ada – 2 of 2") && ranking.contains("🥈 Bob – 1 of 2"), "{ranking}");
    bot.shutdown().await;
}

#[tokio::test]
async fn a_lobby_and_a_pause_are_shown_again_where_the_group_has_gone() {
    let it = Rig::new().await;
    let bot = it.start().await;
    let world = it.world();
    let players = [world.person("Ada"), world.person("Bob")];
    for is_paused in [false, true] {
        let group = world.group("Tea", players[0], &players[1..]);
        world.add_bot(players[0], group).expect("the founder may");
        if is_paused {
            world.allow_polls(group, false).expect("an admin may");
            it.begin(group, "1", &players).await;
            it.says(group, "I'm not allowed to send polls here").await;
        } else {
            world.say(players[0], group, "/quiz@preview_bot 1").expect("members may write");
            it.tap(players[0], group, "🙋 Join").await;
        }
        let supergroup = world.migrate(players[0], group).expect("the founder may");
        if is_paused {
            it.tap(players[1], supergroup, "▶ Resume").await;
        } else {
            it.says(supergroup, "Joined: Ada").await;
            it.tap(players[1], supergroup, "🙋 Join").await;
            it.tap(players[0], supergroup, "▶ Start now").await;
        }
        it.asks(supergroup, "1/1").await;
        assert_eq!(it.n_messages(supergroup, "Tap Join"), 0, "there is one lobby, and it is over");
    }
    bot.shutdown().await;
}

#[tokio::test]
async fn somebody_from_outside_who_votes_is_not_ranked() {
    let rig = Rig::new().await;
    let bot = rig.start().await;
    let ([ada, bob], group) = rig.people();
    let eve = rig.world().person("Eve");
    for round in 1..=2 {
        rig.begin(group, "1 30", &[ada, bob]).await;
        let poll = rig.asks(group, "1/1").await;
        for player in [eve, bob, ada] {
            vote_right(rig.world(), player, group, &poll);
        }
        let over = |_: &World| (rig.n_messages(group, "Quiz finished") == round).then_some(());
        rig.world().wait_for(LIMIT, over).await.expect("the round ends");
        let result = rig.says(group, "Quiz finished").await.text;
        assert!(result.contains("Ada") && result.contains("Bob") && !result.contains("Eve"), "{result}");
    }
    // Telegram was asked about each once, and not again in the next round.
    assert_eq!(rig.world().requests_of("getChatMember").len(), 3);
    bot.shutdown().await;
}
