//! Practice: a missed question comes back when the person is about to forget it.
//!
//! The days come from FSRS, the free spaced repetition scheduler, with its default weights: nine in ten should be right
//! when a question comes back. Only the answers are stored; what is due follows from them.

use std::collections::BTreeMap;

use chrono::DateTime;
use rs_fsrs::{Card, FSRS, Parameters, Rating, State};
use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// The most questions in a session.
pub const SESSION: usize = 10;

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// Questions that are due within this many milliseconds of the first come in one session with it.
const TOGETHER_MS: i64 = DAY_MS / 2;

/// One answer of one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// The [`Question::id`](super::Question::id).
    pub question: String,
    pub at: Timestamp,
    pub right: bool,
    /// In practice, not in a quiz.
    pub practised: bool,
}

/// A question that somebody has missed at least once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recall {
    pub question: String,
    /// When they are about to forget it.
    pub due: Timestamp,
    /// It was missed in a quiz, and not practised since: it is worth a look at once.
    pub is_new: bool,
    /// It was missed the last time but one, and right the last time.
    pub is_learnt: bool,
}

/// When there is something to practise again, and how many questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Return {
    /// Not before the time it was asked for.
    pub at: Timestamp,
    pub n_questions: usize,
}

/// What somebody has to practise, the first due first. Questions they have always had right are left out, and so are
/// those that are not in the folder (any more).
pub fn recalls(reviews: &[Review], exists: impl Fn(&str) -> bool) -> Vec<Recall> {
    let mut by_question: BTreeMap<&str, Vec<&Review>> = BTreeMap::new();
    for review in reviews {
        by_question.entry(&review.question).or_default().push(review);
    }
    let mut recalls: Vec<Recall> = by_question
        .into_iter()
        .filter(|(question, reviews)| reviews.iter().any(|review| !review.right) && exists(question))
        .filter_map(|(question, mut reviews)| {
            reviews.sort_by_key(|review| review.at);
            recall(question, &reviews)
        })
        .collect();
    recalls.sort_by(|one, other| one.due.cmp(&other.due).then_with(|| one.question.cmp(&other.question)));
    recalls
}

/// The questions of a session: those that are due, then those that were missed lately.
pub fn session(recalls: &[Recall], now: Timestamp) -> Vec<&str> {
    let due = recalls.iter().filter(|recall| recall.due <= now);
    let new = recalls.iter().filter(|recall| recall.due > now && recall.is_new);
    due.chain(new).map(|recall| recall.question.as_str()).take(SESSION).collect()
}

/// When to come back; `None`: there is nothing to practise.
pub fn come_back(recalls: &[Recall], now: Timestamp) -> Option<Return> {
    let n_ready = recalls.iter().filter(|recall| recall.due <= now || recall.is_new).count();
    if n_ready > 0 {
        return Some(Return { at: now, n_questions: n_ready.min(SESSION) });
    }
    let at = recalls.iter().map(|recall| recall.due).min()?;
    let n_questions =
        recalls.iter().filter(|recall| recall.due.0 <= at.0.saturating_add(TOGETHER_MS)).count();
    Some(Return { at, n_questions: n_questions.min(SESSION) })
}

/// How many days there are until then, including one that has begun.
pub fn days_until(at: Timestamp, now: Timestamp) -> u32 {
    let ms = i64::try_from(at.since(now).as_millis()).unwrap_or(i64::MAX);
    u32::try_from(ms.div_euclid(DAY_MS) + i64::from(ms.rem_euclid(DAY_MS) > 0)).unwrap_or(u32::MAX)
}

fn recall(question: &str, reviews: &[&Review]) -> Option<Recall> {
    // Without chance, so that the same answers always give the same days; and in days, not minutes.
    let parameters = Parameters { enable_fuzz: false, enable_short_term: false, ..Parameters::default() };
    let scheduler = FSRS::new(parameters);
    let mut card: Option<Card> = None;
    for review in reviews {
        let at = DateTime::from_timestamp_millis(review.at.0)?;
        let before = card.take().unwrap_or_else(|| Card {
            due: at,
            last_review: at,
            state: State::New,
            ..Card::default()
        });
        let rating = if review.right { Rating::Good } else { Rating::Again };
        card = Some(scheduler.next(before, at, rating).card);
    }
    let last = reviews.last()?;
    let before = reviews.len().checked_sub(2).map(|before| reviews[before]);
    Some(Recall {
        question: question.to_owned(),
        due: Timestamp(card?.due.timestamp_millis()),
        is_new: !last.right && !last.practised,
        is_learnt: last.right && before.is_some_and(|before| !before.right),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn review(question: &str, day: i64, right: bool) -> Review {
        Review { question: question.into(), at: Timestamp(day * DAY_MS), right, practised: false }
    }

    fn practised(question: &str, day: i64, right: bool) -> Review {
        Review { practised: true, ..review(question, day, right) }
    }

    fn all(reviews: &[Review]) -> Vec<Recall> {
        recalls(reviews, |_| true)
    }

    #[test]
    fn only_what_was_missed_is_practised() {
        let reviews = [review("known", 0, true), review("missed", 0, false)];
        assert_eq!(session(&all(&reviews), Timestamp(0)), ["missed"], "at once, since it was missed");
        assert_eq!(recalls(&reviews, |_| false), [], "it has left the folder");
    }

    #[test]
    fn practised_questions_wait_until_they_are_due() {
        let reviews = [review("q", 0, false), practised("q", 0, false)];
        let recalls = all(&reviews);
        assert_eq!(session(&recalls, Timestamp(0)), Vec::<&str>::new());
        let back = come_back(&recalls, Timestamp(0)).expect("it comes back");
        assert_eq!((back.at, back.n_questions), (Timestamp(DAY_MS), 1));
        assert_eq!(session(&recalls, back.at), ["q"]);
    }

    #[test]
    fn each_right_answer_puts_a_question_off_for_longer() {
        let mut reviews = vec![review("q", 0, false)];
        let mut gaps = Vec::new();
        let mut day = 1;
        for _ in 0..5 {
            reviews.push(practised("q", day, true));
            let due = all(&reviews)[0].due.0 / DAY_MS;
            gaps.push(due - day);
            day = due;
        }
        assert!(gaps.is_sorted_by(|a, b| a < b), "{gaps:?}");
        // A miss brings it back soon.
        reviews.push(practised("q", day, false));
        let gap = all(&reviews)[0].due.0 / DAY_MS - day;
        assert!((1..=7).contains(&gap), "{gap}");
    }

    #[test]
    fn a_missed_question_that_is_right_now_is_learnt() {
        let mut reviews = vec![review("q", 0, false)];
        assert!(!all(&reviews)[0].is_learnt);
        reviews.push(practised("q", 1, true));
        assert!(all(&reviews)[0].is_learnt);
        reviews.push(practised("q", 4, true));
        assert!(!all(&reviews)[0].is_learnt, "it was known before");
    }

    #[test]
    fn a_session_has_ten_questions_those_longest_due_first() {
        let reviews: Vec<Review> = (0..15).map(|n| review(&format!("q{n:02}"), 14 - n, false)).collect();
        let recalls = all(&reviews);
        let session = session(&recalls, Timestamp(40 * DAY_MS));
        assert_eq!((session.len(), session[0]), (SESSION, "q14"));
    }

    #[test]
    fn a_begun_day_counts() {
        let days = |ms| days_until(Timestamp(1_000 + ms), Timestamp(1_000));
        assert_eq!([0, 1, DAY_MS, DAY_MS + 1, -5].map(days), [0, 1, 1, 2, 0]);
    }

    proptest! {
        #[test]
        fn whatever_was_answered_what_is_due_lies_days_behind_the_last_answer(
            answers in prop::collection::vec((0..4_u8, 0..4_000_000_000_000_i64, any::<bool>(), any::<bool>()), 0..40),
            now in 0..5_000_000_000_000_i64,
        ) {
            let reviews: Vec<Review> = answers
                .iter()
                .map(|&(question, at, right, practised)| {
                    Review { question: format!("q{question}"), at: Timestamp(at), right, practised }
                })
                .collect();
            let recalls = all(&reviews);
            for recall in &recalls {
                let last = reviews.iter().filter(|it| it.question == recall.question).map(|it| it.at.0).max();
                prop_assert!(last.is_some_and(|last| recall.due.0 >= last + DAY_MS));
            }
            let back = come_back(&recalls, Timestamp(now));
            prop_assert_eq!(back.is_some(), !recalls.is_empty());
            if let Some(back) = back {
                prop_assert!(back.at >= Timestamp(now) && (1..=SESSION).contains(&back.n_questions));
                prop_assert!(!session(&recalls, back.at).is_empty(), "what is promised is there");
            }
            let session = session(&recalls, Timestamp(now));
            prop_assert!(session.len() <= SESSION);
            prop_assert!(session.iter().all(|id| reviews.iter().any(|it| it.question == **id && !it.right)));
        }
    }
}
