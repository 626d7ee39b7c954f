//! General English, as much of it as an FAQ needs: what short forms stand for, which words carry no topic, which are
//! words at all, and which mean nearly the same.
//!
//! The four lists were written by hand for this matcher, from no data set: everyday buying, money, travel, home,
//! health, computers and business, not the subject of any one folder. A folder's own `[synonyms]` are added to them.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use once_cell::sync::Lazy;

use super::stem::stem;
use super::word_list::WordList;

/// Words of grammar, courtesy and chat: `the`, `could`, `pls`, `bro`. They say nothing about the topic.
static FUNCTION_WORDS: &str = include_str!("function.txt");

/// Common words that are in no group of synonyms. They are words, so they are not mended.
static COMMON_WORDS: &str = include_str!("words.txt");

/// A group a line: words and word groups (`look_for`) that mean nearly the same. A word may be in several.
static SYNONYMS: &str = include_str!("synonyms.txt");

/// A short form a line (`can't`, `u`), with the words that it stands for.
static SHORT_FORMS: &str = include_str!("short-forms.txt");

/// The short forms, read once.
static WRITTEN_OUT: Lazy<BTreeMap<&'static str, Vec<&'static str>>> = Lazy::new(|| {
    let forms = entries(SHORT_FORMS).map(str::split_whitespace);
    forms.filter_map(|mut words| Some((words.next()?, words.collect()))).collect()
});

/// The cost of taking a slip for a word of grammar, or one that has synonyms, if the folder does not use it.
const EVERYDAY: f64 = 0.3;

/// The same for all other words, and for short forms: they are not mended, but hardly ever meant.
const SELDOM_MEANT: f64 = 0.8;

/// The lists, read once.
pub(crate) static ENGLISH: Lazy<English> = Lazy::new(English::read);

#[derive(Debug)]
pub(crate) struct English {
    words: WordList,
    /// The stems of words that are not words themselves.
    other_stems: BTreeSet<String>,
    function_stems: BTreeSet<String>,
}

/// The lines of a list without headings.
fn entries(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty())
}

/// The words that a short form stands for, if it is one: a contraction that no rule covers, or a form typed in chats.
pub(crate) fn written_out(word: &str) -> Option<&'static [&'static str]> {
    WRITTEN_OUT.get(word).map(Vec::as_slice)
}

/// Groups of synonyms, each member a sequence of stems. They are needed while a folder loads, so they are not kept.
pub(crate) fn synonyms() -> impl Iterator<Item = Vec<Vec<String>>> {
    entries(SYNONYMS)
        .map(|line| line.split_whitespace().map(|member| member.split('_').map(stem).collect()).collect())
}

impl English {
    fn read() -> English {
        let function_words: Vec<&str> = FUNCTION_WORDS.split_whitespace().collect();
        let mut everyday: BTreeSet<&str> = function_words.iter().copied().collect();
        everyday.extend(WRITTEN_OUT.values().flatten());
        everyday
            .extend(entries(SYNONYMS).flat_map(str::split_whitespace).flat_map(|member| member.split('_')));
        let mut words: BTreeSet<&str> = COMMON_WORDS.split_whitespace().collect();
        words.extend(&everyday);
        let cost = |word: &str| {
            if everyday.contains(word) && !WRITTEN_OUT.contains_key(word) { EVERYDAY } else { SELDOM_MEANT }
        };
        English {
            other_stems: words
                .iter()
                .map(|word| stem(word))
                .filter(|stem| !words.contains(stem.as_str()))
                .collect(),
            words: WordList::new(words.iter().map(|word| (Cow::Borrowed(*word), cost(word)))),
            function_stems: function_words.iter().flat_map(|word| [(*word).to_owned(), stem(word)]).collect(),
        }
    }

    /// Whether it is a common word, or a form of one.
    pub(crate) fn has(&self, word: &str) -> bool {
        let stem = stem(word);
        self.words.has(word) || self.words.has(&stem) || self.other_stems.contains(&stem)
    }

    /// Whether a stem is of a word that carries no topic.
    pub(crate) fn is_function_stem(&self, stem: &str) -> bool {
        self.function_stems.contains(stem)
    }

    /// All words.
    pub(crate) fn words(&self) -> &WordList {
        &self.words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_common_words_are_words() {
        for word in ["mountain", "mountains", "investing", "pls"] {
            assert!(ENGLISH.has(word), "{word}");
        }
        for word in ["antrhopic", "mattrss", "xqzt"] {
            assert!(!ENGLISH.has(word), "{word}");
        }
    }
}
