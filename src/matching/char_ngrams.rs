//! How alike two texts are by the letters of their words: their character n-grams.
//!
//! A text has the n-grams of all its words, so the scalar product of two texts is the sum of those of their words. A folder has
//! far fewer different words than wordings have words, so a question is compared with each word once, and the result is
//! handed on to the wordings that have the word. That takes a fifth of the memory and time of comparing wordings.

use std::collections::BTreeMap;

use super::csr::{Csr, Occurrence};

/// Lengths of the n-grams.
const LENGTHS: std::ops::RangeInclusive<usize> = 2..=5;

/// An n-gram, 21 bits a character.
type Ngram = u128;

/// The n-grams of a word between a start and an end mark.
fn ngrams(word: &str, mut each: impl FnMut(Ngram)) {
    let mut letters: Vec<u128> = Vec::with_capacity(word.len() + 2);
    letters.push(u128::from(u32::from('^')));
    letters.extend(word.chars().map(|letter| u128::from(u32::from(letter))));
    letters.push(u128::from(u32::from('$')));
    for start in 0..letters.len() {
        let mut packed = 0;
        for (before, letter) in letters[start..].iter().enumerate().take(*LENGTHS.end()) {
            packed = packed << 21 | letter;
            if before + 1 >= *LENGTHS.start() {
                each(packed);
            }
        }
    }
}

/// Words with a share each, as the n-grams they have, and the sum of all their squared weights, including those that
/// the folder does not have.
pub(crate) struct Spelt {
    /// Number of the n-gram and its weight, ascending.
    pub(crate) ngrams: Vec<(u32, f64)>,
    pub(crate) square: f64,
}

/// The n-grams of a folder's words, and the wordings that have the words.
#[derive(Debug, Clone, Default)]
pub(crate) struct CharNgrams {
    /// In ascending order: an n-gram's place is its number.
    ngrams: Vec<Ngram>,
    /// How rare each is.
    weights: Vec<f32>,
    /// How rare one is that the folder does not have.
    unknown: f64,
    /// For each word its n-grams, with how often it has them.
    ngrams_of: Csr<Occurrence>,
    /// For each n-gram the words that have it, with the same.
    words_with: Csr<Occurrence>,
    /// For each wording its words, with how often it has them.
    words_of: Csr<Occurrence>,
    /// For each word the wordings that have it, with the same.
    wordings_with: Csr<Occurrence>,
    n_words: usize,
}

impl CharNgrams {
    /// The words of all wordings, each wording with its class in ascending order. `rarity` is that of something in this
    /// many wordings of this many classes.
    pub(crate) fn new(wordings: &[(Vec<&str>, usize)], rarity: impl Fn(usize, usize) -> f64) -> CharNgrams {
        let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
        for word in wordings.iter().flat_map(|(words, _)| words) {
            numbers.insert(word, 0);
        }
        numbers.values_mut().zip(0..).for_each(|(number, place)| *number = place);
        let mut all: Vec<Ngram> = Vec::new();
        numbers.keys().for_each(|word| ngrams(word, |ngram| all.push(ngram)));
        all.sort_unstable();
        all.dedup();
        all.shrink_to_fit();
        let number_of = |ngram: Ngram| all.binary_search(&ngram).expect("all n-grams are in the list");
        let ngrams_of: Csr<Occurrence> = numbers
            .keys()
            .map(|word| {
                let mut of_word = Vec::new();
                ngrams(word, |ngram| of_word.push(number_of(ngram)));
                counted(of_word)
            })
            .collect();
        let words_of: Csr<Occurrence> = wordings
            .iter()
            .map(|(words, _)| counted(words.iter().map(|word| numbers[word]).collect()))
            .collect();
        // The wording and the class that had an n-gram last: both ascend, so each is counted once.
        let mut last = vec![(usize::MAX, usize::MAX); all.len()];
        let mut with = vec![(0, 0); all.len()];
        for (wording, (_, class)) in wordings.iter().enumerate() {
            let words = words_of.get(wording).iter();
            for ngram in words.flat_map(|word| ngrams_of.get(word.number())) {
                let (last, with) = (&mut last[ngram.number()], &mut with[ngram.number()]);
                with.0 += usize::from(last.0 != wording);
                with.1 += usize::from(last.1 != *class);
                *last = (wording, *class);
            }
        }
        CharNgrams {
            weights: with.iter().map(|(wordings, classes)| rarity(*wordings, *classes) as f32).collect(),
            unknown: rarity(0, 0),
            wordings_with: words_of.turned_over(numbers.len()),
            words_with: ngrams_of.turned_over(all.len()),
            n_words: numbers.len(),
            ngrams: all,
            ngrams_of,
            words_of,
        }
    }

    /// Weighs the n-grams of words with a share each.
    pub(crate) fn spell<'a>(&self, words: impl Iterator<Item = (&'a str, f64)>) -> Spelt {
        let mut counts: Vec<(Ngram, f64)> = Vec::new();
        for (word, share) in words {
            ngrams(word, |ngram| counts.push((ngram, share)));
        }
        counts.sort_by_key(|(ngram, _)| *ngram);
        let mut spelt = Spelt { ngrams: Vec::new(), square: 0.0 };
        // Both lists are in ascending order, so each is looked for after the one before.
        let mut passed = 0;
        for same in counts.chunk_by(|(one, _), (other, _)| one == other) {
            let ngram = same[0].0;
            let count: f64 = same.iter().map(|(_, share)| share).sum();
            passed += self.ngrams[passed..].partition_point(|it| *it < ngram);
            let is_known = self.ngrams.get(passed) == Some(&ngram);
            let rarity = if is_known { f64::from(self.weights[passed]) } else { self.unknown };
            spelt.square += count * rarity * count * rarity;
            if is_known {
                spelt.ngrams.push((passed as u32, count * rarity));
            }
        }
        spelt
    }

    pub(crate) fn n_ngrams(&self) -> usize {
        self.ngrams.len()
    }

    pub(crate) fn n_words(&self) -> usize {
        self.n_words
    }

    /// The words of a wording, with how often it has them.
    pub(crate) fn words_of(&self, wording: usize) -> impl Iterator<Item = (u32, f32)> {
        self.words_of.get(wording).iter().map(|word| (word.number() as u32, word.amount()))
    }

    /// The n-grams of a word with their weights.
    pub(crate) fn ngrams_of_word(&self, word: u32) -> impl Iterator<Item = (u32, f32)> {
        let ngrams = self.ngrams_of.get(word as usize).iter();
        ngrams.map(|ngram| (ngram.number() as u32, self.weights[ngram.number()] * ngram.amount()))
    }

    /// The n-grams of a wording with their weights; one that several of its words have comes once for each.
    pub(crate) fn of_wording(&self, wording: usize) -> impl Iterator<Item = (u32, f32)> {
        self.words_of(wording).flat_map(|(word, amount)| {
            self.ngrams_of_word(word).map(move |(ngram, weight)| (ngram, weight * amount))
        })
    }

    /// The squared weights of the n-grams of a wording, summed, each n-gram once however many of its words have it.
    pub(crate) fn square_of(&self, wording: usize) -> f64 {
        let mut counts: Vec<(usize, f64)> = Vec::new();
        for word in self.words_of.get(wording) {
            let ngrams = self.ngrams_of.get(word.number()).iter();
            counts.extend(ngrams.map(|it| (it.number(), f64::from(it.amount() * word.amount()))));
        }
        counts.sort_unstable_by_key(|(ngram, _)| *ngram);
        let same = counts.chunk_by(|(one, _), (other, _)| one == other);
        let weights = same.map(|same| {
            let count: f64 = same.iter().map(|(_, count)| count).sum();
            count * f64::from(self.weights[same[0].0])
        });
        weights.map(|weight| weight * weight).sum()
    }

    /// Adds the scalar product of n-grams with those of each wording, for as many of the first as there are cells.
    pub(crate) fn add_products(&self, ngrams: impl Iterator<Item = (u32, f32)>, products: &mut [f32]) {
        let mut of_words = vec![0.0_f32; self.n_words];
        for (ngram, weight) in ngrams {
            let weight = weight * self.weights[ngram as usize];
            for word in self.words_with.get(ngram as usize) {
                of_words[word.number()] += weight * word.amount();
            }
        }
        for (word, product) in of_words.into_iter().enumerate().filter(|(_, it)| *it > 0.0) {
            for wording in self.wordings_with.get(word) {
                let Some(sum) = products.get_mut(wording.number()) else { break };
                *sum += product * wording.amount();
            }
        }
    }
}

/// Each number once, ascending, with how often it comes.
fn counted(mut numbers: Vec<usize>) -> Vec<Occurrence> {
    numbers.sort_unstable();
    let count = |same: &[usize]| u8::try_from(same.len()).unwrap_or(u8::MAX);
    numbers.chunk_by(|a, b| a == b).map(|same| Occurrence::new(same[0], count(same))).collect()
}
