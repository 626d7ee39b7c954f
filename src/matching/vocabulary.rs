//! The stems that are told apart, with a number each.

use std::collections::HashMap;

/// A stem's number. Stems that neither the folder nor the thesaurus has share [`Stem::UNKNOWN`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Stem(pub(crate) u32);

impl Stem {
    pub(crate) const UNKNOWN: Stem = Stem(u32::MAX);

    /// The number as an index into a table of all known stems.
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// Numbers stems in the order in which they are first added.
#[derive(Debug, Clone, Default)]
pub(crate) struct Vocabulary {
    numbers: HashMap<String, Stem>,
}

impl Vocabulary {
    pub(crate) fn add(&mut self, stem: &str) -> Stem {
        if let Some(known) = self.numbers.get(stem) {
            return *known;
        }
        let next = Stem(u32::try_from(self.numbers.len()).expect("a folder has fewer than 2³² stems"));
        self.numbers.insert(stem.to_owned(), next);
        next
    }

    pub(crate) fn get(&self, stem: &str) -> Stem {
        self.numbers.get(stem).copied().unwrap_or(Stem::UNKNOWN)
    }

    pub(crate) fn len(&self) -> usize {
        self.numbers.len()
    }
}
