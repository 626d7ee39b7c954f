//! Wrong numbers that might be right.

use std::cmp::Ordering;

use super::Fact;
use super::value::{Bound, Value};
use crate::quantity::Locales;
use crate::quiz::shuffle::Shuffler;
use crate::stable_hash::stable_hash;

/// How many distractors a number gets: with the right answer four options, which fit a phone without scrolling.
const WANTED: usize = 3;

/// How many of them may be values of other figures. These are the hardest, since people have read them; but if
/// all of them were, the largest figure of a folder would always be the largest option.
const MAX_BORROWED: usize = 2;

/// How many figures are looked at for that, those nearest in size: enough for two on either side.
const MAX_OFFERED: usize = 12;

/// A figure more than this many times larger or smaller is not a rival: it is obviously wrong.
const MAX_BORROWED_FACTOR: f64 = 25.0;

/// Wrong values in the notation of the right one, or none if it is not a single number.
///
/// Some are values of other figures with the same unit, some are made up: as round as the right value, and neither
/// far from it nor too near. How many are below it is left to chance, so that its rank reveals nothing; the same
/// value always gets the same ones.
pub(super) fn for_value(correct: &str, facts: &[Fact], locales: &Locales) -> Vec<String> {
    let Some(correct) = Value::read(correct, locales) else { return vec![] };
    let mut shuffler = Shuffler::new(stable_hash(correct.text()));
    let n_below = match correct.bound() {
        // "over $10 billion" would also be true where "over $13 billion" is.
        Bound::AtLeast => 0,
        Bound::AtMost => WANTED,
        Bound::None => shuffler.below(WANTED + 1),
    };
    let mut choice = Choice { correct: &correct, n_below, chosen: Vec::new() };
    let mut nearest: Vec<(f64, &Value)> = facts
        .iter()
        .filter_map(|fact| fact.value.as_ref())
        .filter(|value| value.unit() == correct.unit())
        .map(|value| (value.factor(&correct), value))
        .filter(|(factor, _)| *factor <= MAX_BORROWED_FACTOR)
        .collect();
    nearest.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    let nearest = nearest.into_iter().take(MAX_OFFERED);
    let borrowed: Vec<Value> = nearest.filter_map(|(_, value)| correct.borrow(value)).collect();
    let mut invented = correct.invent();
    shuffler.shuffle(&mut invented);
    choice.fill(&borrowed, &invented);
    // Where one side does not have enough, the other makes up for it.
    if correct.bound() == Bound::None {
        for n_below in 0..=WANTED {
            choice.n_below = n_below;
            choice.fill(&borrowed, &invented);
        }
    }
    choice.chosen.into_iter().map(|value| value.text().to_owned()).collect()
}

/// Distractors as they are picked.
struct Choice<'a> {
    correct: &'a Value,
    /// How many should be smaller than the right value.
    n_below: usize,
    chosen: Vec<Value>,
}

impl Choice<'_> {
    fn fill(&mut self, borrowed: &[Value], invented: &[Value]) {
        for value in borrowed {
            if self.chosen.iter().filter(|chosen| borrowed.contains(chosen)).count() < MAX_BORROWED {
                self.offer(value);
            }
        }
        for value in invented {
            self.offer(value);
        }
    }

    /// Takes a value if there is a place on its side, and it differs enough from the others.
    fn offer(&mut self, value: &Value) {
        let side = value.cmp_size(self.correct);
        let n_on_side = self.chosen.iter().filter(|chosen| chosen.cmp_size(self.correct) == side).count();
        let places = match side {
            Ordering::Less => self.n_below,
            Ordering::Greater => WANTED - self.n_below,
            Ordering::Equal => 0,
        };
        let is_apart =
            value.is_apart(self.correct) && self.chosen.iter().all(|chosen| value.is_apart(chosen));
        if n_on_side < places && self.chosen.len() < WANTED && is_apart {
            self.chosen.push(value.clone());
        }
    }
}
