//! The folder's words as written in Latin letters by people who have no other keyboard at hand.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::word_list::WordList;
use crate::language::{Language, romanization};

/// Words of one language, by their keys in Latin letters.
#[derive(Debug, Clone)]
pub(crate) struct LatinWords {
    pub(crate) language: Language,
    keys: WordList,
    /// The words of a key, each with the cost of taking a slip for it.
    words: BTreeMap<String, Vec<(String, f64)>>,
}

/// How many slips a key of this many letters may have: it is shorter than the word, and short ones soon become others.
fn most_slips(n_letters: usize) -> usize {
    match n_letters {
        0..=3 => 0,
        4..=6 => 1,
        _ => 2,
    }
}

impl LatinWords {
    /// `None` where the language is written in Latin letters anyway, or in a script whose words have no keys.
    pub(crate) fn new<'w>(
        language: Language,
        words: impl Iterator<Item = (&'w str, f64)>,
    ) -> Option<LatinWords> {
        romanization::has_keys(language)?;
        let mut by_key: BTreeMap<String, Vec<(String, f64)>> = BTreeMap::new();
        for (word, cost) in words {
            let key = romanization::key_of_word(word, language).filter(|key| !key.is_empty());
            if let Some(key) = key {
                by_key.entry(key).or_default().push((word.to_owned(), cost));
            }
        }
        let keys = WordList::new(by_key.keys().map(|key| (Cow::Owned(key.clone()), 0.0)));
        Some(LatinWords { language, keys, words: by_key })
    }

    /// The words that may be meant, each with the number of slips in its key and its cost.
    pub(crate) fn meant(&self, typed: &str) -> Vec<(&str, usize, f64)> {
        let keys = romanization::keys_of_latin(typed, self.language);
        let near = keys.iter().flat_map(|key| self.keys.near(key, most_slips(key.chars().count())));
        let words = near.filter_map(|(known, slips)| Some((self.words.get(known.text.as_ref())?, slips)));
        words
            .flat_map(|(words, slips)| words.iter().map(move |(word, cost)| (word.as_str(), slips, *cost)))
            .collect()
    }
}
