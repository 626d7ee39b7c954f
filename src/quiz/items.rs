//! How good a question is, judged by people's answers: item analysis.
//!
//! Difficulty and discrimination are those of Crocker and Algina, *Introduction to Classical and Modern Test Theory* (1986),
//! chapter 14. The discrimination is the point-biserial correlation with the rest of the round, without the question itself.

use serde::{Deserialize, Serialize};

/// How many answers are needed before anything is said about a question.
const MIN_ANSWERS: u64 = 20;

/// A question that a smaller fraction than this has right is too hard, or wrong.
const MIN_RIGHT: f64 = 0.1;

/// A discrimination below this means that those who know more miss the question more often. Zero, but for chance.
const MIN_DISCRIMINATION: f64 = -0.1;

/// How many answers alongside others are needed for that: with 30, the standard error of a correlation is 0.18.
const MIN_PAIRS: u64 = 30;

/// The counts for one question: sums, from which the numbers follow.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemTally {
    pub answers: u64,
    pub right: u64,
    /// Answers of people who answered other questions of the round as well.
    pub pairs: u64,
    pub pairs_right: u64,
    /// The fraction of the others they had right, in thousandths, summed up.
    pub rest: u64,
    /// The same of those who had this question right.
    pub rest_right: u64,
    pub rest_squared: u64,
}

/// A fault of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemFlaw {
    /// More than nine in ten miss it.
    TooHard,
    /// Nobody misses it.
    TooEasy,
    /// Those who know more miss it more often.
    Misleading,
}

impl ItemTally {
    /// The fraction that has it right, 0 to 1: the item difficulty, `p`. `None` without an answer.
    pub fn difficulty(&self) -> Option<f64> {
        (self.answers > 0).then(|| self.right as f64 / self.answers as f64)
    }

    /// How well it separates those who know from those who do not, −1 to 1: the correlation of having it right with
    /// having the rest of the round right. `None` where all are alike.
    pub fn discrimination(&self) -> Option<f64> {
        let [n, x, y, xy, yy] =
            [self.pairs, self.pairs_right, self.rest, self.rest_right, self.rest_squared].map(|it| it as f64);
        let spread = (n * x - x * x) * (n * yy - y * y);
        (spread > 0.0).then(|| (n * xy - x * y) / spread.sqrt())
    }

    /// The flaw to look into; `None` for a sound question, and for one with too few answers.
    pub fn flaw(&self) -> Option<ItemFlaw> {
        let right = self.difficulty().filter(|_| self.answers >= MIN_ANSWERS)?;
        if right < MIN_RIGHT {
            return Some(ItemFlaw::TooHard);
        }
        if self.right == self.answers {
            return Some(ItemFlaw::TooEasy);
        }
        let misleads = self.discrimination().is_some_and(|it| it < MIN_DISCRIMINATION);
        (misleads && self.pairs >= MIN_PAIRS).then_some(ItemFlaw::Misleading)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Whether it was right, and how many of four others were.
    fn tally(answers: &[(bool, u64)]) -> ItemTally {
        let mut tally = ItemTally::default();
        for &(right, others) in answers {
            let (right, rest) = (u64::from(right), others * 250);
            tally.answers += 1;
            tally.right += right;
            tally.pairs += 1;
            tally.pairs_right += right;
            tally.rest += rest;
            tally.rest_right += right * rest;
            tally.rest_squared += rest * rest;
        }
        tally
    }

    #[test]
    fn difficulty_and_discrimination_are_those_of_the_textbook() {
        // By hand: the means are 3 and 1, the standard deviation of all is √(5/3); (3 − 1)/√(5/3) · √(½ · ½) = 0.7746.
        let tally = tally(&[(true, 4), (true, 3), (true, 2), (false, 2), (false, 1), (false, 0)]);
        assert_eq!(tally.difficulty(), Some(0.5));
        let discrimination = tally.discrimination().expect("people differ");
        assert!((discrimination - 0.774_6).abs() < 0.000_1, "{discrimination}");
        assert_eq!(ItemTally::default().difficulty(), None);
        assert_eq!(ItemTally::default().discrimination(), None);
    }

    #[test]
    fn questions_that_nearly_all_miss_or_have_right_are_looked_at() {
        let of = |right: usize, n: usize| tally(&(0..n).map(|it| (it < right, 2)).collect::<Vec<_>>()).flaw();
        assert_eq!(of(1, 20), Some(ItemFlaw::TooHard));
        assert_eq!(of(2, 20), None, "nine in ten are not more than nine in ten");
        assert_eq!(of(19, 20), None);
        assert_eq!(of(20, 20), Some(ItemFlaw::TooEasy));
        assert_eq!((of(0, 19), of(19, 19)), (None, None), "too few have answered");
    }

    #[test]
    fn a_question_that_those_miss_who_know_more_is_looked_at() {
        let backwards: Vec<(bool, u64)> =
            (0..30).map(|n| if n < 15 { (true, 1) } else { (false, 3) }).collect();
        assert_eq!(tally(&backwards).discrimination(), Some(-1.0));
        assert_eq!(tally(&backwards).flaw(), Some(ItemFlaw::Misleading));
        assert_eq!(tally(&backwards[1..]).flaw(), None, "too few have answered");
    }

    proptest! {
        #[test]
        fn a_discrimination_is_a_correlation(answers in prop::collection::vec((any::<bool>(), 0..=4_u64), 0..60)) {
            let tally = tally(&answers);
            let turned: Vec<(bool, u64)> = answers.iter().map(|(right, others)| (!right, *others)).collect();
            match (tally.discrimination(), self::tally(&turned).discrimination()) {
                (Some(one), Some(other)) => {
                    prop_assert!((-1.000_001..=1.000_001).contains(&one), "{one}");
                    prop_assert!((one + other).abs() < 0.000_001, "{one} and {other}");
                }
                (one, other) => prop_assert_eq!(one, other),
            }
        }
    }
}
