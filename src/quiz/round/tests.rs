//! Rounds as they are played, and what is true whatever happens.

use proptest::prelude::*;

use super::phase::LOBBY_WAIT;
use super::*;
use crate::quantity::Locales;
use crate::quiz::question::{QuestionKind, ReadUp};

/// A round at the table: events are called by name, effects are read as text.
struct Table {
    round: Round,
    now: Timestamp,
    /// All effects so far.
    effects: Vec<Effect>,
    /// The same as text, since it was last read.
    heard: Vec<String>,
    /// Word on whether somebody is in the chat comes at once.
    word_comes: bool,
}

const ANN: i64 = 1;
const BOB: i64 = 2;
const CARL: i64 = 3;
/// Is not in the chat.
const EVE: i64 = 666;
/// An admin who writes as the group.
const ANONYMOUS: i64 = 0;

fn player(id: i64) -> Player {
    let name = match id {
        ANN => "Ann".to_owned(),
        BOB => "Bob".to_owned(),
        CARL => "Carl".to_owned(),
        id => format!("Player {id}"),
    };
    Player { id: PlayerId(id), name }
}

/// Question n leads to entry n; its right option is the first.
fn deck(n_questions: usize) -> Vec<Question> {
    let question = |n: usize| Question {
        id: format!("q{n}"),
        kind: QuestionKind::Written,
        prompt: format!("Question {n}?"),
        options: vec!["right".into(), "wrong".into(), "also wrong".into()],
        keys: vec![0],
        n_kept: 0,
        difficulty: None,
        tags: Vec::new(),
        guess: None,
        picture: None,
        explanation_picture: None,
        explanation: String::new(),
        read_up: Some(ReadUp { id: format!("entry-{n}").as_str().into(), title: format!("Entry {n}") }),
        section: None,
        topics: Vec::new(),
    };
    (1..=n_questions).map(question).collect()
}

impl Table {
    /// Ann asks for a round of 20 s a question.
    fn group(n_questions: usize) -> Table {
        Table::start(Mode::Group, n_questions)
    }

    fn private(n_questions: usize) -> Table {
        Table::start(Mode::Private, n_questions)
    }

    fn start(mode: Mode, n_questions: usize) -> Table {
        Table::started_by(ANN, mode, n_questions)
    }

    fn started_by(starter: i64, mode: Mode, n_questions: usize) -> Table {
        let now = Timestamp(1_000_000);
        let (round, effects) = start(mode, deck(n_questions), 20, player(starter), now);
        let (empty, no_effects) = (round.clone(), Vec::new());
        let mut table = Table { round: empty, now, effects: no_effects, heard: Vec::new(), word_comes: true };
        table.take(round, effects);
        table
    }

    /// Ann and Bob are ready, ten seconds have passed, and the first poll is open.
    fn playing(n_questions: usize) -> Table {
        let mut table = Table::group(n_questions);
        table.join(ANN).join(BOB).after(10_000).sent();
        table.heard.clear();
        table
    }

    fn event(&mut self, event: Event) -> &mut Table {
        let (round, effects) = step(self.round.clone(), event, self.now);
        self.take(round, effects);
        self
    }

    fn take(&mut self, round: Round, effects: Vec<Effect>) {
        self.round = round;
        for effect in effects {
            match effect {
                Effect::AskMember { player } if self.word_comes => {
                    self.member(player.0, player.0 != EVE);
                }
                Effect::AskMember { .. } => {}
                effect => {
                    self.heard.push(shown(&self.round, &effect));
                    self.effects.push(effect);
                }
            }
        }
    }

    fn member(&mut self, id: i64, is_member: bool) -> &mut Table {
        self.event(Event::Member { player: PlayerId(id), is_member })
    }

    fn join(&mut self, id: i64) -> &mut Table {
        self.event(Event::Join { player: player(id) })
    }

    fn vote(&mut self, id: i64, option: usize) -> &mut Table {
        let poll = PollNumber(self.round.last_poll);
        self.event(Event::Vote { poll, player: player(id), options: vec![option], at: self.now })
    }

    fn guess(&mut self, id: i64, guess: &str) -> &mut Table {
        self.event(Event::Guess { player: player(id), guess: number(guess), at: self.now })
    }

    fn sent(&mut self) -> &mut Table {
        self.event(Event::PollSent { poll: PollNumber(self.round.last_poll), at: self.now })
    }

    fn failed(&mut self, why: SendFailure) -> &mut Table {
        self.event(Event::PollFailed { poll: PollNumber(self.round.last_poll), why })
    }

    fn stop(&mut self, id: i64, is_admin: bool) -> &mut Table {
        self.event(Event::Stop { player: PlayerId(id), is_admin })
    }

    /// Time passes, with one tick at its end.
    fn after(&mut self, ms: i64) -> &mut Table {
        self.now = Timestamp(self.now.0 + ms);
        self.event(Event::Tick)
    }

    /// The effects since the last time, as text.
    #[track_caller]
    fn hears(&mut self, expected: &str) -> &mut Table {
        let heard = std::mem::take(&mut self.heard);
        assert_eq!(heard.join("; "), expected);
        self
    }
}

fn shown(round: &Round, effect: &Effect) -> String {
    match effect {
        Effect::ShowLobby => {
            let ready: Vec<&str> = round.ready().map(|player| player.name.as_str()).collect();
            match round.phase() {
                Phase::Countdown { .. } => format!("lobby: {}, about to start", ready.join(" and ")),
                _ => {
                    format!("lobby: {}", if ready.is_empty() { "nobody".into() } else { ready.join(" and ") })
                }
            }
        }
        Effect::Begin => "begin".into(),
        Effect::SendPoll { poll, number, of, question, .. } => {
            format!("poll {}: {number}/{of} {}", poll.0, question.prompt)
        }
        Effect::ClosePoll { poll, .. } => format!("close {}", poll.0),
        Effect::ShowGuesses { poll } => format!("{} guessed {}", round.guesses().len(), poll.0),
        Effect::Reveal { poll } => {
            let names: Vec<&str> = round.guesses().iter().map(|(player, _)| player.name.as_str()).collect();
            format!("reveal {}: {}", poll.0, names.join(", "))
        }
        Effect::AskMember { player } => format!("is {} in the chat", player.0),
        Effect::SayPaused { reason } => format!("paused: {reason:?}"),
        Effect::SayResumed => "resumed".into(),
        Effect::Refuse { what } => format!("refused: {what:?}"),
        Effect::Finish { summary } => {
            let place = |standing: &crate::quiz::Ranked| {
                let (place, name) = (standing.place, &standing.player.name);
                format!("{place}. {name} {}/{} {} ms", standing.right, summary.asked, standing.total_ms)
            };
            let mut lines = vec![format!("{:?}", summary.ending)];
            lines.extend(summary.ranking.iter().map(place));
            lines.join(", ")
        }
    }
}

/// A number that is sent where $5 billion is right.
fn number(text: &str) -> Guess {
    Guess::read(text, "$5 billion", &Locales::default()).expect("a number")
}

impl Table {
    /// Like [`Table::group`], with questions to answer with a number: it is $5 billion.
    fn guesses(mode: Mode, n_questions: usize) -> Table {
        let mut table = Table::start(mode, n_questions);
        for question in &mut table.round.deck {
            (question.guess, question.options) = (Some("$5 billion".into()), Vec::new());
        }
        table
    }
}

#[test]
fn the_nearest_number_wins_and_a_later_one_takes_the_place_of_an_earlier_one() {
    let mut table = Table::guesses(Mode::Group, 1);
    table.event(Event::Join { player: player(ANN) }).event(Event::Join { player: player(BOB) });
    table
        .after(10_000)
        .sent()
        .hears("lobby: Ann; lobby: Ann and Bob, about to start; begin; poll 1: 1/1 Question 1?");
    table.guess(ANN, "5").hears("1 guessed 1");
    table.guess(BOB, "$4.5 billion").hears("2 guessed 1");
    table.guess(ANN, "9").guess(CARL, "5,000").hears("3 guessed 1");
    // A number sent in time may still be on its way when the time is up.
    table.after(20_000).hears("");
    let late = Event::Guess { player: player(ANN), guess: number("5"), at: table.now };
    table.event(late).hears("");
    table.after(1_500);
    let Some(Effect::Finish { summary }) = table.effects.last() else { panic!("{:?}", table.effects) };
    let ranking: Vec<(&str, usize)> =
        summary.ranking.iter().map(|it| (it.player.name.as_str(), it.right)).collect();
    assert_eq!(ranking, [("Bob", 1), ("Ann", 0), ("Carl", 0)]);
    assert_eq!(table.heard.first().map(String::as_str), Some("close 1"));
    assert_eq!(table.heard.get(1).map(String::as_str), Some("reveal 1: Bob, Ann, Carl"));
}

#[test]
fn of_equally_near_numbers_the_earlier_wins() {
    let mut table = Table::guesses(Mode::Group, 1);
    table.event(Event::StartNow { player: player(ANN), is_admin: true }).sent();
    table.guess(BOB, "6").after(2_000).guess(ANN, "4").after(1_000).guess(BOB, "6 billion").after(30_000);
    let names: Vec<String> = table.round.guesses().iter().map(|(player, _)| player.name.clone()).collect();
    assert_eq!(names, ["Ann", "Bob"]);
}

#[test]
fn alone_one_number_is_sent_and_a_tenth_is_near_enough() {
    for (guess, right) in [("5.4", 1), ("6", 0), ("-5", 0)] {
        let mut table = Table::guesses(Mode::Private, 1);
        table.sent().guess(ANN, guess);
        let Some(Effect::Finish { summary }) = table.effects.last() else { panic!("{:?}", table.effects) };
        assert_eq!(summary.ranking[0].right, right, "{guess}");
    }
}

#[test]
fn of_several_right_options_all_are_to_be_chosen_and_none_besides() {
    let mut deck = deck(1);
    deck[0].keys = vec![0, 2];
    let now = Timestamp(0);
    let vote = |options: &[usize]| {
        let (round, _) = start(Mode::Private, deck.clone(), 20, player(ANN), now);
        let (round, _) = step(round, Event::PollSent { poll: PollNumber(1), at: now }, now);
        let vote =
            Event::Vote { poll: PollNumber(1), player: player(ANN), options: options.to_vec(), at: now };
        let (_, effects) = step(round, vote, now);
        effects.iter().find_map(|effect| match effect {
            Effect::Finish { summary } => Some(summary.ranking[0].right),
            _ => None,
        })
    };
    assert_eq!(vote(&[0, 2]), Some(1));
    assert_eq!(vote(&[2, 0, 2]), Some(1));
    assert_eq!(vote(&[0]), Some(0));
    assert_eq!(vote(&[0, 1, 2]), Some(0));
    assert_eq!(vote(&[]), None);
    assert_eq!(vote(&[0, 3]), None, "there is no such option");
}

#[test]
fn a_round_that_an_earlier_version_stored_goes_on() {
    let stored = |round: &Round| serde_json::to_string(round).expect("a round can be stored");
    let mut table = Table::private(2);
    table.sent().vote(ANN, 1);
    let text = stored(&table.round);
    assert!(text.contains(r#""key":0"#) && text.contains(r#""o":1"#), "{text}");
    assert_eq!(serde_json::from_str::<Round>(&text).expect("it is read"), table.round);
}

#[test]
fn a_round_of_two() {
    let mut table = Table::group(2);
    // Ann started it, and so is ready.
    table.hears("lobby: Ann");
    table.join(ANN).hears("");
    table.join(BOB).hears("lobby: Ann and Bob, about to start");
    table.after(9_999).hears("");
    table.after(1).hears("begin; poll 1: 1/2 Question 1?");
    table.sent().hears("");
    table.after(2_000).vote(ANN, 0).hears("");
    table.after(1_000).vote(BOB, 1).hears("close 1");
    table.after(2_999).hears("");
    table.after(1).hears("poll 2: 2/2 Question 2?");
    table.sent().after(4_000).vote(BOB, 0).hears("");
    table.after(15_999).hears("");
    // Ann's second answer never came: it counts with the whole 20 s.
    table.after(1).hears("close 2; Played, 1. Bob 1/2 7000 ms, 2. Ann 1/2 22000 ms");
    assert_eq!(table.round.due(), None);
}

#[test]
fn a_lobby_that_nobody_comes_to_ends() {
    Table::group(2).after(299_999).hears("lobby: Ann").after(1).hears("TooFewCame");
    // An anonymous admin has no seat. Each newcomer keeps the lobby open for others.
    let mut table = Table::started_by(ANONYMOUS, Mode::Group, 2);
    table.after(299_999).join(BOB).hears("lobby: nobody; lobby: Bob");
    table.after(299_999).hears("").after(1).hears("TooFewCame");
}

#[test]
fn a_second_tap_on_ready_changes_nothing() {
    let mut table = Table::started_by(ANONYMOUS, Mode::Group, 2);
    table.join(BOB).join(BOB).hears("lobby: nobody; lobby: Bob");
    assert_eq!(table.round.phase(), Phase::Lobby { closes: table.now + LOBBY_WAIT });
}

#[test]
fn only_the_starter_and_admins_start_now() {
    let start_now = |id, is_admin| Event::StartNow { player: player(id), is_admin };
    let mut table = Table::started_by(ANONYMOUS, Mode::Group, 1);
    table.join(BOB).event(start_now(BOB, false)).hears("lobby: nobody; lobby: Bob; refused: StartNow");
    table.event(start_now(CARL, true)).hears("begin; poll 1: 1/1 Question 1?");
    // The admin only started it: only Bob is waited for.
    table.sent().vote(BOB, 0).hears("close 1; Played, 1. Bob 1/1 0 ms");

    let mut table = Table::group(1);
    table.event(start_now(ANN, false)).hears("lobby: Ann; begin; poll 1: 1/1 Question 1?");
    table.sent().vote(ANN, 0).hears("close 1; Played, 1. Ann 1/1 0 ms");
}

#[test]
fn a_round_that_an_admin_starts_without_anybody_ready_waits_out_the_time() {
    let mut table = Table::started_by(ANONYMOUS, Mode::Group, 1);
    table.event(Event::StartNow { player: player(CARL), is_admin: true }).sent();
    table.vote(BOB, 0).vote(CARL, 1).hears("lobby: nobody; begin; poll 1: 1/1 Question 1?");
    table.after(20_000).hears("close 1; Played, 1. Bob 1/1 0 ms, 2. Carl 0/1 0 ms");
}

#[test]
fn the_first_choice_counts_and_only_while_the_poll_is_open() {
    let mut table = Table::playing(2);
    table.vote(ANN, 1).vote(ANN, 0);
    table.after(20_000).vote(BOB, 0).hears("close 1");
    assert_eq!(
        table.round.answers(PlayerId(ANN)),
        [Answer { question: 0, options: vec![1], guess: None, ms: 0 }]
    );
    assert_eq!(table.round.answers(PlayerId(BOB)), []);
}

#[test]
fn a_vote_after_the_time_does_not_count_even_before_the_poll_is_closed() {
    let mut table = Table::playing(2);
    table.now = table.now + Duration::from_secs(20);
    table.vote(ANN, 0).vote(BOB, 0);
    table.event(Event::Tick).hears("close 1");
    assert_eq!(table.round.answers(PlayerId(ANN)), []);
}

#[test]
fn a_vote_may_overtake_the_news_that_its_poll_was_sent() {
    let mut table = Table::group(1);
    table.join(BOB).after(10_000);
    table.vote(ANN, 0).sent().after(500).vote(BOB, 0);
    table.hears(
        "lobby: Ann; lobby: Ann and Bob, about to start; begin; poll 1: 1/1 Question 1?; close 1; \
         Played, 1. Ann 1/1 0 ms, 2. Bob 1/1 500 ms",
    );
}

#[test]
fn latecomers_are_ranked_and_not_waited_for() {
    let mut table = Table::playing(2);
    table.join(CARL).vote(CARL, 0).vote(ANN, 0).vote(BOB, 0).hears("close 1");
    table.after(3_000).sent().vote(ANN, 0).vote(BOB, 0);
    table.hears(
        "poll 2: 2/2 Question 2?; close 2; Played, 1. Ann 2/2 0 ms, 1. Bob 2/2 0 ms, 3. Carl 1/2 20000 ms",
    );
}

#[test]
fn equals_share_a_place() {
    let mut table = Table::playing(1);
    table.vote(4, 1).vote(3, 0).vote(ANN, 0).after(1).vote(BOB, 0);
    table.hears("close 1; Played, 1. Ann 1/1 0 ms, 1. Carl 1/1 0 ms, 3. Bob 1/1 1 ms, 4. Player 4 0/1 0 ms");
}

#[test]
fn two_questions_without_a_vote_pause_the_round() {
    let mut table = Table::playing(4);
    table.after(20_000).hears("close 1");
    table.after(3_000).sent().after(20_000).hears("poll 2: 2/4 Question 2?; close 2; paused: NobodyVotes");
    table.after(3_600_000).hears("");
    table.event(Event::Resume).hears("resumed; poll 3: 3/4 Question 3?");
    table.sent().after(20_000).after(3_000).sent().hears("close 3; poll 4: 4/4 Question 4?");
    // The last question ends the round, with votes or without.
    table.after(20_000).hears("close 4; Played");
}

#[test]
fn a_vote_between_keeps_the_round_going() {
    let mut table = Table::playing(5);
    table.after(20_000).after(3_000).sent().vote(ANN, 0).after(20_000).after(3_000).sent().after(20_000);
    table.hears("close 1; poll 2: 2/5 Question 2?; close 2; poll 3: 3/5 Question 3?; close 3");
}

#[test]
fn a_pause_that_nobody_ends_becomes_the_end() {
    let mut table = Table::playing(4);
    table.vote(ANN, 0).vote(BOB, 1).after(3_000).sent().after(20_000).after(3_000).sent().after(20_000);
    table.heard.clear();
    table.after(6 * 3_600_000 - 1).hears("");
    table.after(1).hears("NotResumed, 1. Ann 1/3 40000 ms, 2. Bob 0/3 40000 ms");
}

#[test]
fn without_the_right_to_send_polls_the_round_waits_for_it() {
    let mut table = Table::playing(3);
    table.vote(ANN, 0).vote(BOB, 0).after(3_000).failed(SendFailure::NoRights);
    table.hears("close 1; poll 2: 2/3 Question 2?; paused: NoRights");
    table.event(Event::Resume).failed(SendFailure::NoRights);
    table.hears("resumed; poll 3: 2/3 Question 2?; paused: NoRights");
    // With the rights back, no question is lost.
    table.event(Event::Resume).sent().vote(ANN, 0).vote(BOB, 0);
    table.hears("resumed; poll 4: 2/3 Question 2?; close 4");
}

#[test]
fn a_question_that_telegram_does_not_take_is_left_out() {
    let mut table = Table::playing(3);
    table.vote(ANN, 0).vote(BOB, 0).after(3_000).failed(SendFailure::Other);
    table.hears("close 1; poll 2: 2/3 Question 2?; poll 3: 2/2 Question 3?");
    table.failed(SendFailure::Other).hears("Played, 1. Ann 1/1 0 ms, 1. Bob 1/1 0 ms");

    let mut table = Table::group(4);
    table.event(Event::StartNow { player: player(ANN), is_admin: false });
    table.failed(SendFailure::Other).failed(SendFailure::Other);
    table.hears("lobby: Ann; begin; poll 1: 1/4 Question 1?; poll 2: 1/3 Question 2?; paused: CannotSend");
}

#[test]
fn a_poll_that_is_not_heard_of_pauses_and_goes_on_when_it_is() {
    let mut table = Table::playing(3);
    table.vote(ANN, 0).vote(BOB, 0).after(3_000).after(299_999).hears("close 1; poll 2: 2/3 Question 2?");
    table.after(1).hears("paused: NotSent { poll: PollNumber(2) }");
    table.after(600_000).sent().hears("resumed");
    // Its clock starts when it was sent.
    table.after(1_000).vote(ANN, 0).after(18_999).hears("").after(1).hears("close 2");
}

#[test]
fn a_vote_in_a_poll_that_was_not_heard_of_counts_and_proves_that_it_was_sent() {
    let mut table = Table::playing(3);
    table.vote(ANN, 0).vote(BOB, 0).after(3_000).after(300_000);
    table.heard.clear();
    table.after(1_000).vote(BOB, 0).hears("resumed").after(500).sent().hears("");
    table.vote(ANN, 0).hears("close 2");
}

#[test]
fn resuming_gives_up_the_poll_that_was_not_heard_of() {
    let mut table = Table::playing(3);
    table.vote(ANN, 0).vote(BOB, 0).after(3_000).after(300_000);
    table.heard.clear();
    table.event(Event::Resume).hears("close 2; resumed; poll 3: 2/3 Question 2?");
    table.event(Event::PollSent { poll: PollNumber(2), at: table.now }).hears("");
    assert!(matches!(table.round.phase(), Phase::Sending { poll: PollNumber(3), .. }));
}

#[test]
fn the_starter_and_admins_stop() {
    let mut table = Table::playing(3);
    table.vote(BOB, 0).stop(BOB, false).hears("refused: Stop");
    // A question that is cut short does not count for anybody, but was seen all the same.
    table.stop(ANN, false).hears("close 1; Stopped");
    let Some(Effect::Finish { summary }) = table.effects.last() else { panic!("the round is over") };
    assert_eq!((summary.asked, summary.questions.len(), summary.missed.len()), (0, 1, 0));
    table.stop(ANN, false).hears("");
    Table::playing(3).stop(CARL, true).hears("close 1; Stopped");
    Table::group(3).stop(ANN, false).hears("lobby: Ann; Stopped");
}

#[test]
fn nobody_wins_by_stopping() {
    let mut table = Table::playing(3);
    table.after(1_000).vote(BOB, 0).after(1_000).vote(ANN, 0).after(3_000).sent();
    table.after(500).vote(ANN, 0);
    table.heard.clear();
    table.stop(ANN, false).hears("close 2; Stopped, 1. Bob 1/1 1000 ms, 2. Ann 1/1 2000 ms");
}

/// The group, as which an admin who stays anonymous votes.
const GROUP: i64 = -100;

#[test]
fn an_anonymous_admin_is_waited_for_under_one_name_only() {
    let mut table = Table::playing(3);
    // It becomes clear in the first question who it is; from then on the quiz goes on with the votes.
    table.vote(GROUP, 0).vote(BOB, 0).hears("").after(20_000).hears("close 1").after(3_000).sent();
    table.heard.clear();
    table.vote(BOB, 0).hears("").vote(GROUP, 1).hears("close 2");
    assert_eq!(in_hindsight(&table.round).questions[0].silent, 0);
    // Somebody who has voted under their own name is waited for.
    let mut table = Table::playing(3);
    table.vote(GROUP, 0).vote(ANN, 0).vote(BOB, 0).after(3_000).sent();
    table.heard.clear();
    table.vote(GROUP, 0).vote(BOB, 0).hears("");
}

#[test]
fn stopping_while_a_poll_is_on_its_way_closes_it() {
    let mut table = Table::group(3);
    table.join(ANN).join(BOB).after(10_000);
    table.heard.clear();
    table.stop(ANN, false).hears("close 1; Stopped");
    table.sent().hears("");
}

#[test]
fn after_a_long_silence_of_the_bot_the_round_goes_on_question_by_question() {
    let mut table = Table::playing(3);
    table.vote(ANN, 0).after(3_600_000).hears("close 1");
    table.after(3_600_000).hears("poll 2: 2/3 Question 2?");
    // The second question has all its time, though the round began hours ago.
    table.sent().after(19_999).hears("").vote(ANN, 0).vote(BOB, 0).hears("close 2");
}

#[test]
fn alone_the_round_starts_at_once_and_goes_on_with_the_vote() {
    let mut table = Table::private(2);
    table.hears("poll 1: 1/2 Question 1?");
    table.sent().after(5_000).vote(ANN, 1).hears("close 1");
    table.after(1_499).hears("").after(1).hears("poll 2: 2/2 Question 2?");
    table.sent().vote(ANN, 0).hears("close 2; Played, 1. Ann 1/2 5000 ms");
}

#[test]
fn alone_a_question_without_an_answer_closes_and_two_of_them_pause() {
    let mut table = Table::private(3);
    table.sent().after(20_000).after(1_500).sent().after(20_000);
    table.hears("poll 1: 1/3 Question 1?; close 1; poll 2: 2/3 Question 2?; close 2; paused: NobodyVotes");
    table.event(Event::Resume).hears("resumed; poll 3: 3/3 Question 3?");
}

#[test]
fn in_a_private_round_others_have_no_vote() {
    let mut table = Table::private(2);
    table.join(BOB).sent().vote(BOB, 0).hears("poll 1: 1/2 Question 1?");
    table.stop(ANN, false).hears("close 1; Stopped");
}

#[test]
fn a_forgotten_player_leaves_no_trace() {
    let mut table = Table::playing(2);
    table.vote(BOB, 0).event(Event::Forget { player: PlayerId(BOB) }).hears("");
    assert!(!serde_json::to_string(&table.round).expect("a round is plain data").contains("Bob"));
    // Nobody but Ann is waited for now.
    table.vote(ANN, 0).hears("close 1");
    // With Ann gone too, only admins can stop it.
    table.event(Event::Forget { player: PlayerId(ANN) }).stop(ANN, false).hears("refused: Stop");
    table.stop(CARL, true).hears("Stopped");

    let mut lobby = Table::group(2);
    lobby.join(ANN).join(BOB);
    lobby.heard.clear();
    lobby.event(Event::Forget { player: PlayerId(BOB) }).hears("lobby: Ann").after(10_000).hears("");

    let mut waiting = Table::playing(2);
    waiting.vote(ANN, 0).event(Event::Forget { player: PlayerId(BOB) }).hears("close 1");

    let mut alone = Table::private(2);
    alone.sent().event(Event::Forget { player: PlayerId(ANN) });
    alone.hears("poll 1: 1/2 Question 1?; close 1; Forgotten");

    let mut over = Table::playing(1);
    over.vote(ANN, 0).vote(BOB, 0).event(Event::Forget { player: PlayerId(BOB) });
    assert!(!serde_json::to_string(&over.round).expect("a round is plain data").contains("Bob"));
}

#[test]
fn a_player_goes_by_the_last_name() {
    let mut table = Table::playing(1);
    let renamed = Player { id: PlayerId(ANN), name: "Anna".into() };
    table.event(Event::Vote { poll: PollNumber(1), player: renamed, options: vec![0], at: table.now });
    table.vote(BOB, 1).hears("close 1; Played, 1. Anna 1/1 0 ms, 2. Bob 0/1 0 ms");
}

#[test]
fn the_subject_missed_most_is_to_be_read_first() {
    let mut table = Table::playing(3);
    table.vote(ANN, 0).vote(BOB, 1).after(3_000).sent().vote(ANN, 1).after(20_000).after(3_000).sent();
    table.heard.clear();
    table.vote(ANN, 0).vote(BOB, 0);
    let Some(Effect::Finish { summary }) = table.effects.pop() else { panic!("the round is over") };
    let missed: Vec<(&str, usize)> =
        summary.missed.iter().map(|missed| (missed.read_up.id.as_str(), missed.misses)).collect();
    assert_eq!(missed, [("entry-2", 2), ("entry-1", 1)]);
    let results: Vec<(usize, usize, usize)> =
        summary.questions.iter().map(|result| (result.votes, result.wrong, result.silent)).collect();
    assert_eq!(results, [(2, 1, 0), (1, 1, 1), (2, 0, 0)]);
    assert!(summary.counts_for_table);
}

#[test]
fn a_round_with_one_voter_does_not_count_for_the_table() {
    let mut table = Table::playing(1);
    table.vote(ANN, 0).after(20_000);
    let Some(Effect::Finish { summary }) = table.effects.pop() else { panic!("the round is over") };
    assert!(!summary.counts_for_table);
}

#[test]
fn a_chat_that_votes_has_no_place_and_makes_no_round_count() {
    let mut table = Table::playing(1);
    table.vote(ANN, 0).vote(-100, 0).after(20_000);
    let Some(Effect::Finish { summary }) = table.effects.pop() else { panic!("the round is over") };
    let ranked: Vec<i64> = summary.ranking.iter().map(|standing| standing.player.id.0).collect();
    assert_eq!(ranked, [ANN]);
    assert!(!summary.counts_for_table);
}

#[test]
fn outsiders_have_no_place_and_are_not_waited_for() {
    let mut table = Table::group(1);
    table.join(EVE).hears("lobby: Ann; lobby: Ann and Player 666, about to start; lobby: Ann");
    // She may tap as often as she likes, and is asked about once.
    table.join(EVE).hears("");
    assert!(table.round.is_outsider(PlayerId(EVE)));
    table.join(BOB).after(10_000).sent().vote(EVE, 0).vote(ANN, 0).vote(BOB, 1);
    table.hears(
        "lobby: Ann and Bob, about to start; begin; poll 1: 1/1 Question 1?; close 1; \
         Played, 1. Ann 1/1 0 ms, 2. Bob 0/1 0 ms",
    );
}

#[test]
fn a_vote_of_somebody_unknown_counts_once_it_is_known_who_they_are() {
    let mut table = Table::playing(1);
    table.word_comes = false;
    table.vote(CARL, 0).vote(EVE, 0).vote(ANN, 0).vote(BOB, 1).hears("close 1");
    assert!(matches!(table.round.phase(), Phase::Counting { .. }));
    // Nothing changes in a round that is over except for the pending answer.
    table.stop(ANN, true).join(9).after(1_000).hears("");
    table.member(EVE, false).hears("");
    table.member(CARL, true).hears("Played, 1. Ann 1/1 0 ms, 1. Carl 1/1 0 ms, 3. Bob 0/1 0 ms");
}

#[test]
fn the_ranking_waits_for_word_for_five_seconds() {
    let mut table = Table::playing(1);
    table.word_comes = false;
    table.vote(CARL, 0).vote(ANN, 0).vote(BOB, 1).hears("close 1").after(4_999).hears("").after(1);
    table.hears("Played, 1. Ann 1/1 0 ms, 1. Carl 1/1 0 ms, 3. Bob 0/1 0 ms").member(CARL, false).hears("");
}

#[test]
fn somebody_unknown_who_is_forgotten_is_not_waited_for() {
    let mut table = Table::playing(1);
    table.word_comes = false;
    table.vote(CARL, 0).vote(ANN, 0).vote(BOB, 1).event(Event::Forget { player: PlayerId(CARL) });
    table.hears("close 1; Played, 1. Ann 1/1 0 ms, 2. Bob 0/1 0 ms");
}

#[test]
fn a_question_that_only_an_outsider_keeps_open_is_closed() {
    let mut table = Table::group(1);
    table.word_comes = false;
    table.join(BOB).join(EVE).after(10_000).sent().vote(ANN, 0).vote(BOB, 0);
    table.heard.clear();
    table.member(ANN, true).member(BOB, true).member(EVE, false);
    table.hears("close 1; Played, 1. Ann 1/1 0 ms, 1. Bob 1/1 0 ms");
}

#[test]
fn a_round_without_questions_is_over_at_once() {
    Table::group(0).hears("Played");
    Table::private(0).hears("Played");
}

#[test]
fn a_stored_round_is_small() {
    let mut table = Table::playing(5);
    for id in 10..60 {
        table.vote(id, 0);
    }
    let empty = serde_json::to_string(&Table::playing(5).round).expect("a round is plain data").len();
    let full = serde_json::to_string(&table.round).expect("a round is plain data").len();
    assert!((full - empty) / 50 < 100, "{} bytes for each player with one answer", (full - empty) / 50);
}

/// Events that may happen at any time: most fit the phase, some come too late, too early or never should.
#[derive(Debug, Clone)]
enum Happening {
    Event(Event),
    /// The awaited event: the poll is sent, the time has come.
    Expected,
    Vote {
        id: i64,
        option: usize,
    },
    Guess {
        id: i64,
        guess: &'static str,
    },
    Wait {
        ms: i64,
    },
}

fn happening() -> impl Strategy<Value = Happening> {
    let id = 1..6_i64;
    let poll = (0..8_u32).prop_map(PollNumber);
    let at = (0..2_000_000_i64).prop_map(Timestamp);
    let guess =
        prop::sample::select(vec!["5", "$4 billion", "7bn", "-3", "99999999999", "five years", "2023"]);
    let why = prop_oneof![Just(SendFailure::NoRights), Just(SendFailure::Other)];
    prop_oneof![
        6 => Just(Happening::Expected),
        6 => (id.clone(), 0..4_usize).prop_map(|(id, option)| Happening::Vote { id, option }),
        2 => (0..60_000_i64).prop_map(|ms| Happening::Wait { ms }),
        2 => id.clone().prop_map(|id| Happening::Event(Event::Join { player: player(id) })),
        1 => (id.clone(), any::<bool>())
            .prop_map(|(id, is_admin)| Happening::Event(Event::StartNow { player: player(id), is_admin })),
        1 => (poll.clone(), at.clone()).prop_map(|(poll, at)| Happening::Event(Event::PollSent { poll, at })),
        1 => (poll.clone(), why).prop_map(|(poll, why)| Happening::Event(Event::PollFailed { poll, why })),
        1 => (poll, id.clone(), 0..4_usize, at).prop_map(|(poll, id, option, at)| {
            Happening::Event(Event::Vote { poll, player: player(id), options: vec![option], at })
        }),
        6 => (id.clone(), guess).prop_map(|(id, guess)| Happening::Guess { id, guess }),
        1 => Just(Happening::Event(Event::Tick)),
        1 => Just(Happening::Event(Event::Resume)),
        1 => (id.clone(), prop::bool::weighted(0.1))
            .prop_map(|(id, is_admin)| Happening::Event(Event::Stop { player: PlayerId(id), is_admin })),
        4 => (id.clone(), prop::bool::weighted(0.7))
            .prop_map(|(id, is_member)| Happening::Event(Event::Member { player: PlayerId(id), is_member })),
        1 => id.prop_map(|id| Happening::Event(Event::Forget { player: PlayerId(id) })),
    ]
}

impl Table {
    fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Event(event) => self.event(event),
            Happening::Vote { id, option } => self.vote(id, option),
            Happening::Guess { id, guess } => self.guess(id, guess),
            Happening::Wait { ms } => {
                self.now = Timestamp(self.now.0 + ms);
                self
            }
            Happening::Expected => match (self.round.phase(), self.round.due()) {
                (Phase::Sending { .. }, _) => self.sent(),
                (_, Some(due)) => {
                    self.now = self.now.max(due);
                    self.event(Event::Tick)
                }
                (_, None) => self.event(Event::Tick),
            },
        };
    }

    /// What is true at every moment.
    fn check(&self) {
        let round = &self.round;
        assert!(round.asked <= round.deck.len());
        for seat in round.seats() {
            let questions: Vec<usize> = seat.answers.iter().map(|answer| answer.question).collect();
            assert!(questions.is_sorted_by(|a, b| a < b), "one vote for each question");
            for answer in &seat.answers {
                assert!(answer.question < round.asked && answer.ms >= 0);
                let question = &round.deck[answer.question];
                assert_eq!(answer.guess.is_some(), question.is_guess());
                assert!(answer.options.iter().all(|it| *it < question.options.len().max(1)));
            }
        }
        assert_eq!(round.due().is_none(), round.is_finished());
        let stored = serde_json::to_string(round).expect("a round is plain data");
        assert_eq!(serde_json::from_str::<Round>(&stored).expect("as it was stored"), *round);
    }

    /// Nothing that came too late or too early has any effect.
    fn check_stale(&self) {
        let round = &self.round;
        let polls: Vec<PollNumber> = round.phase.poll().into_iter().collect();
        let mut stale = vec![];
        for poll in (0..=round.last_poll + 1).map(PollNumber).filter(|poll| !polls.contains(poll)) {
            stale.push(Event::PollSent { poll, at: self.now });
            stale.push(Event::PollFailed { poll, why: SendFailure::NoRights });
            stale.push(Event::Vote { poll, player: player(ANN), options: vec![0], at: self.now });
        }
        if round.due().is_none_or(|due| self.now < due) {
            stale.push(Event::Tick);
        }
        if !matches!(round.phase, Phase::Open { .. }) || !round.question().is_some_and(Question::is_guess) {
            stale.push(Event::Guess { player: player(ANN), guess: number("5"), at: self.now });
        }
        if !matches!(round.phase, Phase::Paused { .. }) {
            stale.push(Event::Resume);
        }
        if round.is_finished() {
            stale.push(Event::Join { player: player(9) });
            stale.push(Event::StartNow { player: player(ANN), is_admin: true });
            stale.push(Event::Stop { player: PlayerId(ANN), is_admin: true });
        }
        for event in stale {
            let (after, effects) = step(round.clone(), event.clone(), self.now);
            assert_eq!((&after, effects.as_slice()), (round, &[][..]), "{event:?}");
        }
    }
}

fn in_hindsight(round: &Round) -> Summary {
    Summary::of(round, Ending::Stopped, round.asked)
}

proptest! {
    #[test]
    fn whatever_happens_a_round_stays_sound_and_ends(
        happenings in prop::collection::vec(happening(), 0..60),
        n_questions in 0..6_usize,
        mode in prop_oneof![Just(Mode::Group), Just(Mode::Private)],
    ) {
        let mut table = Table::start(mode, n_questions);
        table.word_comes = false;
        for question in table.round.deck.iter_mut().skip(1).step_by(2) {
            (question.guess, question.options) = (Some("$5 billion".into()), Vec::new());
        }
        for happening in happenings {
            table.happen(happening);
            table.check();
            table.check_stale();
        }
        // Left to itself, it ends: a step for each poll, each closing, each pause and each reading time.
        for _ in 0..4 * n_questions + 5 {
            if let Some(due) = table.round.due() {
                table.now = table.now.max(due);
                table.event(Event::Tick);
            }
        }
        prop_assert!(table.round.is_finished());

        let summaries: Vec<&Summary> = table.effects.iter().filter_map(|effect| match effect {
            Effect::Finish { summary } => Some(summary),
            _ => None,
        }).collect();
        prop_assert_eq!(summaries.len(), 1);
        for standing in &summaries[0].ranking {
            prop_assert!(standing.right <= standing.answered && standing.answered <= summaries[0].asked);
        }

        // Every poll that was asked for is closed once, unless it failed.
        let closed: Vec<PollNumber> = table.effects.iter().filter_map(|effect| match effect {
            Effect::ClosePoll { poll, .. } => Some(*poll),
            _ => None,
        }).collect();
        prop_assert!(closed.is_sorted_by(|a, b| a < b));
        prop_assert!(summaries[0].asked <= closed.len());
    }

    #[test]
    fn the_ranking_depends_on_nothing_but_the_votes(
        votes in prop::collection::vec((1..8_i64, 0..3_usize, 0..5_000_i64), 0..40),
        order in any::<u64>(),
    ) {
        let mut table = Table::playing(6);
        for (id, option, ms) in votes {
            table.now = Timestamp(table.now.0 + ms);
            table.vote(id, option);
            if !matches!(table.round.phase(), Phase::Open { .. }) {
                table.happen(Happening::Expected);
                table.happen(Happening::Expected);
            }
        }
        let mut other = table.round.clone();
        let mut seats = other.seats().to_vec();
        crate::quiz::shuffle::Shuffler::new(order).shuffle(&mut seats);
        let seats = serde_json::to_value(seats).expect("seats can be stored");
        other.seats = serde_json::from_value(seats).expect("and read again");
        let (one, other) = (in_hindsight(&table.round), in_hindsight(&other));
        prop_assert_eq!(&one, &other);
        // Everybody's answers are there once each, with how the same person did in the others.
        for standing in &one.ranking {
            let own: Vec<_> = one.responses.iter().filter(|it| it.player == standing.player.id).collect();
            let questions: std::collections::BTreeSet<_> = own.iter().map(|it| &it.question).collect();
            prop_assert_eq!((own.len(), questions.len()), (standing.answered, standing.answered));
            prop_assert_eq!(own.iter().filter(|it| it.right).count(), standing.right);
            for response in own {
                let others = standing.answered - 1;
                let right = standing.right - usize::from(response.right);
                let rest = (others > 0).then(|| u32::try_from(right * 1_000 / others).expect("small"));
                prop_assert_eq!(response.rest, rest);
            }
        }
        // Better ones rank higher, equal ones share the place.
        for pair in one.ranking.windows(2) {
            let merit = |standing: &crate::quiz::Ranked| (std::cmp::Reverse(standing.right), standing.total_ms);
            prop_assert!(merit(&pair[0]) <= merit(&pair[1]));
            prop_assert_eq!(merit(&pair[0]) == merit(&pair[1]), pair[0].place == pair[1].place);
        }
    }
}
