//! The distinct stems, with a number each.

use std::collections::HashMap;

use super::analyzer::Analyzer;
use super::thesaurus::GENERAL;

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

/// Numbers stems: those of general English first, then a folder's in the order in which they are first added.
#[derive(Debug, Clone)]
pub(crate) struct Vocabulary {
    is_english: bool,
    own: HashMap<String, Stem>,
}

impl Vocabulary {
    pub(crate) fn new(analyzer: &Analyzer) -> Vocabulary {
        Vocabulary { is_english: analyzer.is_english(), own: HashMap::new() }
    }

    pub(crate) fn add(&mut self, stem: &str) -> Stem {
        let known = self.get(stem);
        if known != Stem::UNKNOWN {
            return known;
        }
        let next = Stem(u32::try_from(self.len()).expect("a folder has fewer than 2³² stems"));
        self.own.insert(stem.to_owned(), next);
        next
    }

    pub(crate) fn get(&self, stem: &str) -> Stem {
        let general = if self.is_english { GENERAL.vocabulary.get(stem) } else { None };
        let known = general.or_else(|| self.own.get(stem));
        known.copied().unwrap_or(Stem::UNKNOWN)
    }

    pub(crate) fn len(&self) -> usize {
        GENERAL.vocabulary.len() + self.own.len()
    }
}
