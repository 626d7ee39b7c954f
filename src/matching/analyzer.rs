//! What the matcher knows about the languages of a folder.

use super::lexicon::{ENGLISH, English};
use super::normalize::plain_words;
use super::stem::{hindi_stem, stem};
use super::training::asking_words;
use crate::language::{Language, keyboard};
use crate::quantity::Locales;

/// Which rules and lists apply to a folder: those of English only where it is English, in part at least.
///
/// Read without them, a German "im" is "I am", and a Portuguese "em" is "them".
#[derive(Debug, Clone)]
pub(crate) struct Analyzer {
    english: Option<&'static English>,
    parts_at_apostrophes: bool,
    is_hindi: bool,
    locales: Locales,
    /// The main one first.
    languages: Vec<Language>,
    /// The stems of the words used to ask what something is, in languages other than English.
    asking: Vec<String>,
}

/// Languages in which an apostrophe separates an article or an ending from its word: "l'argent", "Ankara'da".
const PARTING: [&str; 5] = ["fr", "it", "ca", "oc", "tr"];

impl Analyzer {
    pub(crate) fn new(languages: &[Language]) -> Analyzer {
        let is_english = languages.contains(&Language::ENGLISH);
        let mut analyzer = Analyzer {
            english: is_english.then(|| &*ENGLISH),
            locales: Locales::of(languages),
            languages: languages.to_vec(),
            parts_at_apostrophes: !is_english && languages.iter().any(|it| PARTING.contains(&it.base())),
            is_hindi: languages.iter().any(|it| it.base() == "hi"),
            asking: Vec::new(),
        };
        let others: Vec<Language> = languages.iter().copied().filter(|it| *it != Language::ENGLISH).collect();
        let words = asking_words(&others).flat_map(|word| plain_words(word, &analyzer));
        analyzer.asking = words.map(|word| analyzer.stem(&word)).collect();
        analyzer
    }

    /// The folder's main language.
    pub(crate) fn language(&self) -> Language {
        self.languages.first().copied().unwrap_or_default()
    }

    pub(crate) fn languages(&self) -> &[Language] {
        &self.languages
    }

    /// Whether people may have typed with a Latin keyboard on instead of the language's own.
    pub(crate) fn has_keyboard(&self) -> bool {
        self.languages.iter().any(|language| keyboard::has_layout(*language))
    }

    pub(crate) fn is_english(&self) -> bool {
        self.english.is_some()
    }

    pub(crate) fn parts_at_apostrophes(&self) -> bool {
        self.parts_at_apostrophes
    }

    /// The lists of general English, where they apply.
    pub(crate) fn english(&self) -> Option<&'static English> {
        self.english
    }

    /// How numbers are written.
    pub(crate) fn locales(&self) -> &Locales {
        &self.locales
    }

    /// The stem of a normalised word.
    pub(crate) fn stem(&self, word: &str) -> String {
        let stem = stem(word);
        if self.is_hindi { hindi_stem(&stem) } else { stem }
    }

    /// Whether it is a common word of the language.
    pub(crate) fn has(&self, word: &str) -> bool {
        self.english.is_some_and(|english| english.has(word))
    }

    /// Whether a stem is of a word that carries no topic.
    pub(crate) fn is_function_stem(&self, stem: &str) -> bool {
        self.asking.iter().any(|it| it == stem)
            || self.english.is_some_and(|english| english.is_function_stem(stem))
    }
}
