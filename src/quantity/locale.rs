//! How languages write numbers, units and dates: each word with its English equivalent, from `locales.toml`.
//!
//! Translated into English, every language is read by the same rules.

use std::collections::{BTreeMap, HashMap};

use once_cell::sync::{Lazy, OnceCell};
use serde::Deserialize;

use crate::language::{Language, letters};

/// By the code of their language.
static LOCALES: Lazy<BTreeMap<String, Locale>> =
    Lazy::new(|| toml::from_str(include_str!("locales.toml")).expect("the shipped table is sound"));

/// How one language differs from English.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Locale {
    /// "1.500,5" is English "1,500.5".
    #[serde(rename = "decimal-comma")]
    pub(super) has_decimal_comma: bool,
    /// "12/11/2023" is the 12th of November.
    #[serde(rename = "day-first")]
    pub(super) is_day_first: bool,
    /// Sets of twelve months, such as those in full and those in short.
    pub(super) months: Vec<String>,
    /// The English word, and its equivalents.
    words: BTreeMap<String, String>,
    #[serde(skip)]
    by_word: OnceCell<HashMap<String, &'static str>>,
}

/// The months in English, as [`Locale::months`] are translated.
pub(super) const ENGLISH_MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// There is one of each language.
impl PartialEq for Locale {
    fn eq(&self, other: &Locale) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Locale {
    /// The English word for a word. It is looked up in lower case, without accents.
    pub(super) fn translated(&'static self, word: &str) -> Option<&'static str> {
        self.by_word().get(word).copied()
    }

    fn by_word(&'static self) -> &'static HashMap<String, &'static str> {
        self.by_word.get_or_init(|| {
            let months = self.months.iter().flat_map(|months| months.split_whitespace().zip(ENGLISH_MONTHS));
            let words = self.words.iter().flat_map(|(english, forms)| {
                forms.split_whitespace().map(move |form| (form, english.as_str()))
            });
            // Units win over months: a word that is both, such as "mar", is more likely not a month.
            months.chain(words).map(|(word, english)| (letters::plain(word), english)).collect()
        })
    }

    /// Whether a word is that of a scale with another ending than in the table: «миллионы» beside «миллион».
    pub(super) fn is_scale_with_ending(&'static self, word: &str) -> bool {
        const SCALES: [&str; 6] = ["thousand", "lakh", "million", "crore", "billion", "trillion"];
        /// Shorter words begin many others.
        const SHORTEST: usize = 5;
        const LONGEST_ENDING: usize = 3;
        let n_letters = word.chars().count();
        let stems = (SHORTEST..n_letters).filter(|n| n_letters - n <= LONGEST_ENDING);
        stems
            .filter_map(|n| word.char_indices().nth(n))
            .any(|(end, _)| self.translated(&word[..end]).is_some_and(|english| SCALES.contains(&english)))
    }

    /// The longest known word that a text begins with, in bytes: for scripts without spaces.
    pub(super) fn prefix(&'static self, text: &str) -> Option<usize> {
        const LONGEST: usize = 6;
        let ends = text.char_indices().map(|(index, letter)| index + letter.len_utf8()).take(LONGEST);
        ends.filter(|end| self.translated(&letters::plain(&text[..*end])).is_some()).last()
    }
}

/// The locales of a folder's languages; none for English, and for languages that are not known here.
pub(super) fn locales(languages: &[Language]) -> Vec<&'static Locale> {
    languages.iter().filter_map(|language| LOCALES.get(language.base())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_locale_has_whole_years_and_one_meaning_for_a_word() {
        for (code, locale) in LOCALES.iter() {
            for months in &locale.months {
                assert_eq!(months.split_whitespace().count(), 12, "{code}: {months}");
            }
            let mut forms: Vec<&str> = locale.words.values().flat_map(|it| it.split_whitespace()).collect();
            let n_forms = forms.len();
            forms.sort_unstable();
            forms.dedup();
            assert_eq!(forms.len(), n_forms, "{code} has a word that means two things");
        }
    }
}
