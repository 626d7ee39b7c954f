//! Days of a chat, and what is true whatever happens.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::quiz::{PlayerId, QuestionKind};

const HOUR: i64 = 60 * 60 * 1_000;

fn pool(n: usize) -> Vec<Question> {
    let question = |n: usize| Question {
        id: format!("q{n}"),
        kind: QuestionKind::Written,
        prompt: format!("Question {n}?"),
        options: vec!["right".into(), "wrong".into()],
        keys: vec![0],
        n_kept: 0,
        difficulty: None,
        explanation: String::new(),
        read_up: None,
        section: None,
        topics: Vec::new(),
        tags: Vec::new(),
        guess: None,
        picture: None,
        explanation_picture: None,
    };
    (0..n).map(question).collect()
}

fn player(id: i64) -> Player {
    Player { id: PlayerId(id), name: format!("P{id}") }
}

/// Every day at nine, in UTC.
fn at_nine() -> DailyTime {
    DailyTime::parse("9").expect("a time")
}

/// A chat whose questions arrive, and the time.
struct Days {
    pool: Vec<Question>,
    daily: Daily,
    now: Timestamp,
}

impl Days {
    fn new(n_questions: usize) -> Days {
        let now = Timestamp(0);
        Days { pool: pool(n_questions), daily: Daily::new(at_nine(), 7, now), now }
    }

    fn event(&mut self, event: Event) -> Vec<Effect> {
        let (daily, effects) = step(self.daily.clone(), &self.pool, event, self.now);
        self.daily = daily;
        effects
    }

    /// Lets time pass until the next question, which is sent; none: it is over. Returns other effects with it.
    fn next(&mut self) -> (Option<Question>, Vec<Effect>) {
        let mut others = Vec::new();
        while let Some(due) = self.daily.due() {
            self.now = due;
            for effect in self.event(Event::Tick) {
                if let Effect::Ask { poll, question, .. } = effect {
                    self.event(Event::Sent { poll, at: self.now });
                    return (Some(*question), others);
                }
                others.push(effect);
            }
        }
        (None, others)
    }

    fn vote(&mut self, id: i64) -> Vec<Effect> {
        let poll = self.daily.last_poll;
        self.event(Event::Vote { poll, player: player(id), options: vec![0], at: self.now })
    }
}

#[test]
fn no_question_comes_again_before_all_were_asked() {
    let mut days = Days::new(4);
    let mut asked = Vec::new();
    for _ in 0..12 {
        asked.push(days.next().0.expect("it goes on").id);
        days.vote(1);
    }
    for four in asked.chunks(4) {
        assert_eq!(four.iter().collect::<BTreeSet<_>>().len(), 4, "{asked:?}");
    }
    assert!(asked.windows(2).all(|two| two[0] != two[1]), "{asked:?}");
}

#[test]
fn after_five_days_without_a_vote_it_waits_and_says_so_once() {
    let mut days = Days::new(9);
    let (mut n_asked, mut announced) = (0, Vec::new());
    loop {
        let (question, others) = days.next();
        announced.extend(others.into_iter().filter(|effect| *effect == Effect::SayOnHold));
        if question.is_none() {
            break;
        }
        n_asked += 1;
    }
    assert_eq!((n_asked, announced.len(), days.daily.on_hold()), (5, 1, Some(Hold::NobodyVotes)));
    days.daily.resume(days.now);
    assert!(days.next().0.is_some());
}

#[test]
fn one_vote_in_five_days_is_enough() {
    let mut days = Days::new(9);
    for day in 0..20 {
        assert!(days.next().0.is_some(), "day {day}");
        if day % 5 == 4 {
            days.vote(1);
        }
    }
}

#[test]
fn a_vote_says_what_it_was_and_when() {
    let mut days = Days::new(9);
    let question = days.next().0.expect("a question");
    days.now = Timestamp(days.now.0 + 5_000);
    let expected =
        Effect::Count { poll: 1, player: player(1), question: question.id.clone(), right: true, ms: 5_000 };
    let right = question.keys.clone();
    let vote = |options, poll, at| Event::Vote { poll, player: player(1), options, at };
    assert_eq!(days.event(vote(right.clone(), 1, days.now)), [expected]);
    assert_eq!(days.event(vote(vec![7], 1, days.now)), [], "there is no such option");
    assert_eq!(days.event(vote(right.clone(), 2, days.now)), [], "nor such a poll");
    assert_eq!(days.event(vote(right, 1, Timestamp(days.now.0 + 24 * HOUR))), [], "it is closed by then");
}

#[test]
fn without_rights_it_waits_without_a_word() {
    let mut days = Days::new(9);
    days.next();
    let failed = Event::Failed { poll: 1, why: SendFailure::NoRights };
    assert_eq!(days.event(failed), []);
    assert_eq!((days.daily.on_hold(), days.daily.due()), (Some(Hold::NoRights), None));
}

#[test]
fn of_questions_that_are_not_taken_three_are_tried_on_a_day() {
    let mut days = Days::new(9);
    let mut ids = vec![days.next().0.expect("a question").id];
    for poll in 1..=3 {
        for effect in days.event(Event::Failed { poll, why: SendFailure::Other }) {
            let Effect::Ask { question, .. } = effect else { panic!("{effect:?}") };
            ids.push(question.id);
        }
    }
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 3, "{ids:?}");
    assert!(days.next().0.is_some(), "another day");
}

#[test]
fn a_question_that_is_too_late_is_left_out() {
    let mut days = Days::new(9);
    let nine = days.daily.due().expect("it is on");
    days.now = Timestamp(nine.0 + 12 * HOUR);
    assert!(matches!(days.event(Event::Tick)[..], [Effect::Ask { .. }]));
    let mut days = Days::new(9);
    days.now = Timestamp(nine.0 + 12 * HOUR + 1);
    assert_eq!(days.event(Event::Tick), []);
    assert_eq!(days.daily.due(), Some(Timestamp(nine.0 + 24 * HOUR)));
}

#[test]
fn without_questions_nothing_happens_until_there_are_some() {
    let mut days = Days::new(0);
    days.now = days.daily.due().expect("it is on");
    assert_eq!(days.event(Event::Tick), []);
    days.pool = pool(1);
    assert!(days.next().0.is_some());
    days.vote(1);
    assert!(days.next().0.is_some(), "the only one comes again");
}

proptest! {
    #[test]
    fn whatever_happens_there_is_one_question_a_day_and_time_moves_on(
        events in prop::collection::vec((0..7_u8, 0..5_u32, 1..4_i64, 0..3_usize, 0..40_i64), 0..80),
        n_questions in 0..4_usize,
    ) {
        let mut days = Days::new(n_questions);
        days.daily = Daily::new(DailyTime::parse("9 Europe/Kyiv").expect("a time"), 7, days.now);
        let mut days_asked = BTreeSet::new();
        for (kind, poll, id, option, hours) in events {
            days.now = Timestamp(days.now.0 + hours * HOUR);
            let at = days.now;
            let (before, is_tick) = (days.daily.clone(), kind > 3);
            let event = match kind {
                0 => Event::Sent { poll, at },
                1 => Event::Failed { poll, why: if id == 1 { SendFailure::NoRights } else { SendFailure::Other } },
                2 => Event::Moved,
                3 => Event::Vote { poll, player: player(id), options: vec![option], at },
                _ => Event::Tick,
            };
            let effects = days.event(event);
            for effect in &effects {
                match effect {
                    Effect::Ask { seconds, poll, .. } => {
                        let due = before.next;
                        prop_assert!(!is_tick || due <= at && days_asked.insert(due), "asked twice on a day");
                        prop_assert!((60..=26 * 60 * 60).contains(seconds));
                        prop_assert_eq!(*poll, before.last_poll + 1);
                    }
                    Effect::Count { poll, .. } => prop_assert_eq!(before.open().map(|it| it.0), Some(*poll)),
                    Effect::Close { poll } => prop_assert_eq!(before.open().map(|it| it.0), Some(*poll)),
                    Effect::SayOnHold => prop_assert_eq!(before.on_hold(), None),
                }
            }
            if is_tick {
                prop_assert!(days.daily.due().is_none_or(|due| due > at));
            }
            if before.due().is_none_or(|due| due > at) && is_tick {
                prop_assert_eq!(&days.daily, &before, "an early tick");
                prop_assert!(effects.is_empty());
            }
            let stored = serde_json::to_string(&days.daily).expect("plain data");
            prop_assert_eq!(&serde_json::from_str::<Daily>(&stored).expect("as stored"), &days.daily);
        }
    }
}
