//! Smaller folders cut out of a large one: what it would be, had somebody written fewer phrasings.

use faqbot::knowledge::{Knowledge, Phrasing};

/// A pseudo-random order that is the same on every machine.
///
/// A linear congruential generator (Knuth's MMIX constants).
#[derive(Debug, Clone)]
pub struct Shuffle {
    state: u64,
}

impl Shuffle {
    pub fn new(seed: u64) -> Shuffle {
        let mut shuffle = Shuffle { state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(1) };
        for _ in 0..8 {
            shuffle.below(2);
        }
        shuffle
    }

    /// A number from 0 to one less than this.
    pub fn below(&mut self, end: usize) -> usize {
        self.state =
            self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 33) as usize % end.max(1)
    }

    /// Puts items into a random order.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for place in (1..items.len()).rev() {
            let other = self.below(place + 1);
            items.swap(place, other);
        }
    }
}

/// What a smaller folder keeps.
#[derive(Debug, Clone, Copy)]
pub struct Kept {
    /// How many phrasings of each entry and term, beside its question or name, at random; `None`: all.
    pub n_phrasings: Option<usize>,
    /// Whether it keeps its out-of-scope groups, each with one example more than an entry has phrasings.
    pub groups: bool,
}

/// A folder with fewer phrasings, and those that it has lost, in a random order.
pub fn smaller(knowledge: &Knowledge, kept: Kept, shuffle: &mut Shuffle) -> Knowledge {
    let mut small = knowledge.clone();
    let mut cut = |phrasings: &mut Vec<Phrasing>, more: usize| {
        shuffle.shuffle(phrasings);
        phrasings.truncate(kept.n_phrasings.map_or(usize::MAX, |n| n.saturating_add(more)));
    };
    small.entries.iter_mut().for_each(|it| cut(&mut it.phrasings, 0));
    small.terms.iter_mut().for_each(|it| cut(&mut it.phrasings, 0));
    small.out_of_scope.iter_mut().for_each(|it| cut(&mut it.examples, 1));
    small.small_talk.iter_mut().for_each(|it| cut(&mut it.examples, 1));
    if !kept.groups {
        small.out_of_scope.clear();
    }
    small
}
