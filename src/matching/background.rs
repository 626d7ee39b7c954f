//! What people ask any bot, whatever it is for: the weather, sums, jokes, trivia, other products, their day.
//!
//! It stands for "none of these" where a folder says nothing of what it leaves open, and shows which words are common
//! in questions about anything.

use once_cell::sync::Lazy;

use super::analyzer::Analyzer;
use super::index::{Index, ReadText};
use super::normalize;
use super::spelling::stem_of;
use super::thesaurus::Thesaurus;
use super::vocabulary::{Stem, Vocabulary};
use crate::language::Language;

/// A question a line, in groups with headings.
static QUESTIONS: &str = include_str!("lexicon/background.txt");

/// The questions, to be compared with.
static INDEX: Lazy<Index> = Lazy::new(|| {
    let english = Analyzer::new(&[Language::ENGLISH]);
    let mut vocabulary = Vocabulary::new(&english);
    let thesaurus = Thesaurus::new(&[], &mut vocabulary, &english);
    let read =
        |question| ReadText::exact(&normalize::words(question, &english), &vocabulary, &thesaurus, &english);
    let texts: Vec<(ReadText, usize)> =
        questions().map(read).enumerate().map(|(n, text)| (text, n)).collect();
    Index::new(&texts, texts.len())
});

/// The questions as they are written.
pub(crate) fn questions() -> impl Iterator<Item = &'static str> {
    QUESTIONS.lines().filter(|line| !line.starts_with('#') && !line.is_empty())
}

/// From this similarity on, a text is one of the questions, word for word.
const EXACT: f64 = 0.9999;

/// How alike a text is to the nearest of them: 0 to 1. One of the questions is compared with the others, so that they
/// can be asked to find out what the likeness says.
pub(crate) fn likeness(text: &ReadText) -> f64 {
    let similarities = INDEX.similarities(text).into_iter();
    similarities.filter(|it| *it < EXACT).fold(0.0, f64::max)
}

/// How many of the questions have each stem of general English.
static WITH_STEM: Lazy<Vec<u32>> = Lazy::new(|| {
    let english = Analyzer::new(&[Language::ENGLISH]);
    let vocabulary = Vocabulary::new(&english);
    let mut with = vec![0; vocabulary.len()];
    for question in questions() {
        let mut stems: Vec<Stem> = normalize::words(question, &english)
            .iter()
            .map(|it| vocabulary.get(&stem_of(it, &english)))
            .collect();
        stems.sort_unstable();
        stems.dedup();
        stems.into_iter().filter(|it| *it != Stem::UNKNOWN).for_each(|it| with[it.index()] += 1);
    }
    with
});

/// How much rarer a stem that none of the questions has is than one that all have.
static GREATEST: Lazy<f64> = Lazy::new(|| libm::log(1.0 + questions().count() as f64));

/// How rare a stem is in questions about anything, 0 to 1: 1 for one that none of them has.
pub(crate) fn rarity(stem: Stem) -> f64 {
    let with = if stem == Stem::UNKNOWN { 0 } else { WITH_STEM.get(stem.index()).copied().unwrap_or(0) };
    let greatest = *GREATEST;
    1.0 - libm::log(1.0 + f64::from(with)) / greatest
}

/// How likely a stem is in questions about anything.
pub(crate) fn likelihood(stem: Stem) -> f64 {
    let with = if stem == Stem::UNKNOWN { 0 } else { WITH_STEM.get(stem.index()).copied().unwrap_or(0) };
    (f64::from(with) + 0.5) / (*N_QUESTIONS + 1.0)
}

static N_QUESTIONS: Lazy<f64> = Lazy::new(|| questions().count() as f64);

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn there_are_a_thousand_questions_and_more_none_of_them_twice() {
        let different: HashSet<&str> = questions().collect();
        assert_eq!(different.len(), questions().count());
        assert!(different.len() >= 1000, "{}", different.len());
    }

    #[test]
    fn a_word_that_is_in_many_questions_is_less_rare_than_another() {
        let vocabulary = Vocabulary::new(&Analyzer::new(&[Language::ENGLISH]));
        let [common, seldom] = ["long", "umbrella"].map(|word| rarity(vocabulary.get(word)));
        assert!(common < seldom && seldom < rarity(Stem::UNKNOWN), "{common} {seldom}");
    }
}
