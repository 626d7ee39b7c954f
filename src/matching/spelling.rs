//! Mends slips of the finger: words that neither the folder nor English has, but nearly.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use strsim::normalized_levenshtein;

use super::analyzer::Analyzer;
use super::latin_words::LatinWords;
use super::normalize::{Word, plain_words};
use super::vocabulary::{Stem, Vocabulary};
use super::word_list::WordList;
use crate::language::romanization::{in_latin, in_own_letters};
use crate::language::{Language, script_of};
use crate::quantity::{Quantity, Unit};

/// How one word of a text is read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Reading {
    pub(crate) typed: String,
    pub(crate) value: Option<Quantity>,
    /// The words it may have been meant to be, likeliest first, if what was typed is not certain.
    alternatives: Vec<Alternative>,
    /// What it may stand for, likeliest first, with a share each; the shares add up to at most 1.
    pub(crate) stems: Vec<(Stem, f64)>,
    /// Spellings whose letters count, with a share each; the shares add up to 1.
    pub(crate) spellings: Vec<(String, f64)>,
    /// The likeliest word, or two words that were run together, if it was mended.
    pub(crate) mended: Option<String>,
    /// It carries no topic: grammar, courtesy, chat.
    pub(crate) is_function: bool,
    /// It is a word of the folder or of common English, as typed or as mended.
    pub(crate) is_word: bool,
}

/// A word, or two that were run together, that a slip may have been meant to be.
#[derive(Debug, Clone, PartialEq)]
struct Alternative {
    words: Vec<(String, Stem)>,
    slips: usize,
    share: f64,
}

impl Alternative {
    fn new(
        text: &str,
        slips: usize,
        share: f64,
        vocabulary: &Vocabulary,
        analyzer: &Analyzer,
    ) -> Alternative {
        let stem = |word: &str| vocabulary.get(&analyzer.stem(word));
        let words = text.split(' ').map(|word| (word.to_owned(), stem(word))).collect();
        Alternative { words, slips, share }
    }

    fn text(&self) -> String {
        let words: Vec<&str> = self.words.iter().map(|(word, _)| word.as_str()).collect();
        words.join(" ")
    }
}

impl Reading {
    /// The word as it is.
    pub(crate) fn exact(word: &Word, vocabulary: &Vocabulary, analyzer: &Analyzer) -> Reading {
        let stem = stem_of(word, analyzer);
        Reading {
            alternatives: Vec::new(),
            stems: vec![(vocabulary.get(&stem), 1.0)],
            spellings: vec![(letters_of(word, analyzer), 1.0)],
            mended: None,
            is_function: word.value.is_none() && analyzer.is_function_stem(&stem),
            is_word: word.value.is_some() || analyzer.has(&word.text),
            typed: word.text.clone(),
            value: word.value,
        }
    }

    /// How many slips were mended in it.
    pub(crate) fn slips(&self) -> usize {
        self.alternatives.first().map_or(0, |it| it.slips)
    }

    /// Whether it is read as one thing only.
    pub(crate) fn is_settled(&self) -> bool {
        self.alternatives.len() < 2
    }

    /// Divides the shares of the alternatives again, each by what it had and by its support.
    ///
    /// A proper word that was typed keeps at least its share: a better fit is still a guess.
    pub(crate) fn settle(&mut self, analyzer: &Analyzer, support: impl Fn(Stem) -> f64) {
        let total = |alternatives: &[Alternative]| alternatives.iter().map(|it| it.share).sum::<f64>();
        let before = total(&self.alternatives);
        for it in &mut self.alternatives {
            let sum: f64 = it.words.iter().map(|(_, stem)| support(*stem)).sum();
            it.share *= sum / it.words.len() as f64;
        }
        let scale = before / total(&self.alternatives);
        self.alternatives.iter_mut().for_each(|it| it.share *= scale);
        if let [typed, other] = &mut self.alternatives[..]
            && typed.slips == 0
            && typed.share < 1.0 - OTHER_WORD
        {
            (typed.share, other.share) = (1.0 - OTHER_WORD, OTHER_WORD);
        }
        self.read_as_alternatives(analyzer);
    }

    /// Takes over the alternatives.
    fn read_as_alternatives(&mut self, analyzer: &Analyzer) {
        self.alternatives.sort_by(|a, b| b.share.total_cmp(&a.share));
        self.stems.clear();
        self.spellings.truncate(1);
        let mut typed = 1.0;
        for it in &self.alternatives {
            // Without a slip it is the word itself, in other letters.
            let as_typed = if it.slips == 0 { 0.0 } else { AS_TYPED };
            for (word, stem) in &it.words {
                match self.stems.iter_mut().find(|(known, _)| known == stem) {
                    Some((_, sum)) => *sum = (*sum + it.share).min(1.0),
                    None => self.stems.push((*stem, it.share)),
                }
                if *word != self.typed {
                    self.spellings.push((word.clone(), it.share * (1.0 - as_typed)));
                }
            }
            if it.words[0].0 != self.typed {
                typed -= it.share * (1.0 - as_typed);
            }
        }
        self.stems.sort_by(|a, b| b.1.total_cmp(&a.1));
        self.spellings[0].1 = typed;
        let Some(best) = self.alternatives.first() else { return };
        self.is_function = best.words.iter().all(|(word, _)| analyzer.is_function_stem(&analyzer.stem(word)));
        self.mended = Some(best.text()).filter(|text| *text != self.typed);
    }

    pub(crate) fn share_of(&self, stem: Stem) -> f64 {
        self.stems.iter().find(|(it, _)| *it == stem).map_or(0.0, |(_, share)| *share)
    }
}

/// The stem of a word; of a value, a name shared by all its notations. Money and bare numbers are not
/// distinguished ("5 billion" is "$5 billion"), nor are the days of a month.
pub(crate) fn stem_of(word: &Word, analyzer: &Analyzer) -> String {
    let Some(Quantity { value, unit }) = word.value else { return analyzer.stem(&word.text) };
    match unit {
        Unit::Date => format!("#{}", value.floor() / 100),
        Unit::Plain | Unit::Currency(_) => format!("#{}/{}", value.numerator(), value.denominator()),
        unit => format!("#{unit:?} {}/{}", value.numerator(), value.denominator()),
    }
}

/// The letters that are compared: of a value those of one notation, whatever it was written in.
fn letters_of(word: &Word, analyzer: &Analyzer) -> String {
    word.value.map_or_else(|| word.text.clone(), |value| plain_words(&value.to_string(), analyzer).concat())
}

/// The words of the folder, besides those that its language is known to have.
#[derive(Debug, Clone)]
pub(crate) struct Speller {
    pub(crate) analyzer: Analyzer,
    /// The stems of the folder's words.
    stems: BTreeSet<String>,
    /// It costs less to take a slip for a word that the folder uses often.
    own: WordList,
    /// The same words in Latin letters, where the folder is written in others.
    latin: Option<LatinWords>,
}

/// The words read in a message so far: each is corrected once, however often it comes and in however many sentences.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    readings: HashMap<String, Reading>,
    /// Unknown words in Latin letters are read as words of the folder written so.
    in_latin_letters: bool,
}

impl Memory {
    /// For a message in Latin letters.
    pub(crate) fn in_latin_letters() -> Memory {
        Memory { in_latin_letters: true, ..Memory::default() }
    }
}

/// At most this many different words of a message are mended. People write far fewer that the folder does not have;
/// finding what was meant takes up to 100 µs a word.
const MAX_MENDED: usize = 32;

/// How many slips are mended in a word of this many letters: more and more, while too few words are near enough. With
/// one less for each length the first answers to questions with typos are half a point worse, with one more no better.
fn rounds(n_letters: usize) -> &'static [usize] {
    match n_letters {
        0..=2 => &[1, 2],
        3..=5 => &[1, 2, 3],
        _ => &[1, 2, 3, 5],
    }
}

/// Words with fewer letters are not mended: too many words are one slip away.
const SHORTEST: usize = 2;
/// Words with more letters are not mended: they are not meant as words.
const LONGEST: usize = 50;
/// Shorter words are not taken for another word of the folder.
const SHORTEST_OTHER_WORD: usize = 3;
/// The share of the folder's word where another one was typed.
const OTHER_WORD: f64 = 0.4;
/// A first letter is rarely wrong.
const OTHER_FIRST_LETTER: f64 = 0.3;
/// The cost for each e-fold of how often the folder uses the word.
const PER_LOG_FREQUENCY: f64 = -0.2;
/// Two words run together: about one slip.
const RUN_TOGETHER: f64 = 0.9;
/// The cost for a word that shares the key of what was typed in Latin letters, but not a single letter.
const OTHER_LETTERS: f64 = 2.0;
/// How many of the likeliest words are considered.
const MAX_CANDIDATES: usize = 4;
/// How fast a word loses its share as its cost grows: share ∝ exp(−SHARPNESS · cost).
const SHARPNESS: f64 = 2.0;
/// The share of the letters as typed beside those of the mended word.
const AS_TYPED: f64 = 0.25;

impl Speller {
    pub(crate) fn new<'a>(words: impl Iterator<Item = &'a str>, analyzer: Analyzer) -> Speller {
        let mut frequency: BTreeMap<String, usize> = BTreeMap::new();
        for word in words {
            *frequency.entry(word.to_owned()).or_default() += 1;
        }
        let stems = frequency.keys().map(|word| analyzer.stem(word)).collect();
        let own: Vec<(String, f64)> = frequency
            .into_iter()
            .map(|(word, count)| (word, PER_LOG_FREQUENCY * libm::log(count as f64)))
            .collect();
        let costs = own.iter().map(|(word, cost)| (word.as_str(), *cost));
        let latin = LatinWords::new(analyzer.language(), costs);
        let own = WordList::new(own.into_iter().map(|(word, cost)| (Cow::Owned(word), cost)));
        Speller { analyzer, stems, own, latin }
    }

    pub(crate) fn has(&self, word: &str) -> bool {
        self.own.has(word) || self.analyzer.has(word)
    }

    /// Reads a word: as typed if it is known, else as the words that it may have been meant to be.
    pub(crate) fn read(&self, word: &Word, vocabulary: &Vocabulary, memory: &mut Memory) -> Reading {
        if word.value.is_some() || self.own.has(&word.text) {
            return Reading { is_word: true, ..Reading::exact(word, vocabulary, &self.analyzer) };
        }
        if let Some(reading) = memory.readings.get(&word.text) {
            return reading.clone();
        }
        if memory.readings.len() >= MAX_MENDED {
            return Reading::exact(word, vocabulary, &self.analyzer);
        }
        let reading = match &self.latin {
            Some(latin) if memory.in_latin_letters && is_latin(&word.text) => {
                self.read_latin(word, latin, vocabulary)
            }
            _ => self.mend(word, vocabulary),
        };
        memory.readings.insert(word.text.clone(), reading.clone());
        reading
    }

    /// Reads a word that the folder does not have.
    fn mend(&self, word: &Word, vocabulary: &Vocabulary) -> Reading {
        let mut reading = Reading::exact(word, vocabulary, &self.analyzer);
        // «млн» is not a slip of «млрд», nor "billones" of "millones".
        if self.analyzer.locales().counts(&word.text) {
            return Reading { is_word: true, ..reading };
        }
        reading.is_word |= reading.stems[0].0 != Stem::UNKNOWN;
        let n_letters = word.text.chars().count();
        if reading.is_word && n_letters >= SHORTEST_OTHER_WORD {
            self.consider_other_word(&mut reading, vocabulary);
        }
        if !(SHORTEST..=LONGEST).contains(&n_letters)
            || reading.is_word
            || stands_alone(&word.text)
            || word.text.bytes().any(|byte| byte.is_ascii_digit())
        {
            return reading;
        }
        self.mend_to(self.candidates(&word.text, n_letters), &mut reading, vocabulary);
        reading
    }

    /// Reads a word in Latin letters as one of the folder's own script.
    fn read_latin(&self, word: &Word, latin: &LatinWords, vocabulary: &Vocabulary) -> Reading {
        let mut reading = Reading::exact(word, vocabulary, &self.analyzer);
        // Latin letters would be like no word of the folder.
        if let Some(written) = in_own_letters(&word.text, latin.language) {
            reading.spellings = vec![(written, 1.0)];
        }
        let meant = latin.meant(&word.text).into_iter();
        let candidates = meant.map(|(text, slips, cost)| {
            let unlike = 1.0 - normalized_levenshtein(&word.text, &in_latin(text));
            let cost = slips as f64 + cost + OTHER_LETTERS * unlike;
            Candidate { text: text.to_owned(), slips, cost }
        });
        self.mend_to(likeliest(candidates.collect()), &mut reading, vocabulary);
        reading
    }

    /// Reads a word as the candidates, likeliest first.
    fn mend_to(&self, candidates: Vec<Candidate>, reading: &mut Reading, vocabulary: &Vocabulary) {
        let Some(best) = candidates.first() else { return };
        let likelihood = |it: &Candidate| libm::exp(SHARPNESS * (best.cost - it.cost));
        let total: f64 = candidates.iter().map(likelihood).sum();
        let alternative = |it: &Candidate| {
            Alternative::new(&it.text, it.slips, likelihood(it) / total, vocabulary, &self.analyzer)
        };
        reading.alternatives = candidates.iter().map(alternative).collect();
        reading.is_word = true;
        reading.read_as_alternatives(&self.analyzer);
    }

    /// A slip can make another word: "cowl" for "coal". A word that the folder does not have may stand for one of its own
    /// that is a single slip away.
    fn consider_other_word(&self, reading: &mut Reading, vocabulary: &Vocabulary) {
        if self.stems.contains(&self.analyzer.stem(&reading.typed)) {
            return;
        }
        let near = self.own.near_with_same_start(&reading.typed, 1).into_iter();
        let Some((other, slips)) = near.min_by(|(a, _), (b, _)| a.cost.total_cmp(&b.cost)) else { return };
        reading.alternatives = vec![
            Alternative::new(&reading.typed, 0, 1.0 - OTHER_WORD, vocabulary, &self.analyzer),
            Alternative::new(&other.text, slips, OTHER_WORD, vocabulary, &self.analyzer),
        ];
        reading.read_as_alternatives(&self.analyzer);
    }

    /// Whether most words of a message are in Latin letters and unknown, in a folder that is written in other
    /// letters: it may be typed on another keyboard, or in Latin letters. Names that the folder has in Latin letters say
    /// nothing either way.
    pub(crate) fn is_foreign(&self, words: &[Word]) -> bool {
        let mut foreign = 0;
        let mut own = 0;
        for word in words {
            match (word.value.is_none() && is_latin(&word.text), self.has(&word.text)) {
                (true, false) => foreign += 1,
                (true, true) => {}
                (false, _) => own += 1,
            }
        }
        foreign > own
    }

    /// The language that people may write in Latin letters.
    pub(crate) fn latin(&self) -> Option<Language> {
        self.latin.as_ref().map(|latin| latin.language)
    }

    /// The words that were most likely meant. The fewer slips they may have, the fewer have to be compared letter by letter.
    fn candidates(&self, word: &str, n_letters: usize) -> Vec<Candidate> {
        let run_together = self.run_together(word);
        let mut candidates = Vec::new();
        for slips in rounds(n_letters) {
            candidates = self.near(word, *slips);
            if candidates.len() + run_together.len() >= MAX_CANDIDATES {
                break;
            }
        }
        candidates.extend(run_together);
        likeliest(candidates)
    }

    /// The words within this many slips. Of the English words that the folder does not use, only those that begin
    /// alike: the others are hardly ever meant, and looking through them takes four times as long.
    fn near(&self, word: &str, slips: usize) -> Vec<Candidate> {
        let first = word.chars().next();
        let own = self.own.near(word, slips);
        let english =
            self.analyzer.english().map(|english| english.words().near_with_same_start(word, slips));
        let english = english.into_iter().flatten().filter(|(known, _)| !self.own.has(&known.text));
        own.into_iter()
            .chain(english)
            .map(|(known, slips)| {
                let mut cost = slips as f64 + known.cost;
                if first != known.text.chars().next() {
                    cost += OTHER_FIRST_LETTER;
                }
                Candidate { text: known.text.to_string(), slips, cost }
            })
            .collect()
    }

    /// The pairs of words that it may be, without the space between them.
    fn run_together(&self, word: &str) -> Vec<Candidate> {
        let is_part = |part: &str| {
            let n_letters = part.chars().count();
            n_letters >= 2 && self.has(part) && (n_letters > 2 || self.analyzer.is_function_stem(part))
        };
        word.char_indices()
            .skip(2)
            .map(|(middle, _)| word.split_at(middle))
            .filter(|(left, right)| is_part(left) && is_part(right))
            .map(|(left, right)| Candidate { text: format!("{left} {right}"), slips: 1, cost: RUN_TOGETHER })
            .collect()
    }
}

/// The cheapest candidates.
fn likeliest(mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    candidates.sort_by(|a, b| a.cost.total_cmp(&b.cost).then_with(|| a.text.cmp(&b.text)));
    candidates.truncate(MAX_CANDIDATES);
    candidates
}

/// Whether a word is in Latin letters; digits among them may stand for sounds.
fn is_latin(word: &str) -> bool {
    word.is_ascii() && word.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// Whether it is a letter of a script without spaces, with its marks: another letter would be another word.
fn stands_alone(word: &str) -> bool {
    let script = word.chars().next().and_then(script_of);
    script.is_some_and(|script| script.is_without_spaces())
}

/// A word, or two run together, that may have been meant.
#[derive(Debug, Clone, PartialEq)]
struct Candidate {
    text: String,
    slips: usize,
    cost: f64,
}
