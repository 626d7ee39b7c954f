//! How alike some wordings are to each other.
//!
//! Each has some hundred of the folder's 100,000 features. Those of all are brought together feature by feature (a counting
//! sort), and each feature adds its products: for 64 wordings this takes a quarter of the time of comparing each pair.
//! Character n-grams are compared word by word, as the wordings that are near a question have few different words:
//! a question takes a fifth less time.

use super::csr::Csr;
use super::index::Index;
use faqbot_linear::{Square, add_scaled};

/// Room for this many features is made at once, 64 a wording of 64; it grows where they have more.
const CELLS: usize = 64 * 64;

/// If this many texts have a number, its products are added a row at a time, those with the others being zero.
const MANY: usize = 8;

/// The similarity of each wording to itself and to those before it. Only the lower half is worked out.
pub(crate) fn similarities(wordings: &[usize], index: &Index) -> Square {
    let features = wordings.iter().map(|wording| index.features_of(*wording));
    let mut similarities = products(features, index.n_features());
    add_letters(&mut similarities, wordings, index);
    similarities
}

/// Adds what the letters of the wordings have in common: with the scalar products W of the words, and a row of
/// A for each wording's words, A · W · Aᵀ.
fn add_letters(similarities: &mut Square, wordings: &[usize], index: &Index) {
    let letters = index.letters();
    let mut words = Places::new(letters.n_words());
    let rows: Vec<Vec<(usize, f64)>> = wordings
        .iter()
        .map(|wording| {
            let row = index.words_of(*wording).map(|(word, amount)| (words.of(word), f64::from(amount)));
            row.collect()
        })
        .collect();
    let ngrams = words.numbers.iter().map(|word| letters.ngrams_of_word(*word));
    let alike = products(ngrams, letters.n_ngrams());
    let mut to_words = vec![0.0; words.numbers.len()];
    for (nth, row) in rows.iter().enumerate() {
        to_words.fill(0.0);
        row.iter().for_each(|(word, amount)| add_scaled(&mut to_words, *amount, alike.row(*word)));
        for (cell, row) in similarities.row_mut(nth)[..=nth].iter_mut().zip(&rows) {
            *cell += row.iter().map(|(word, amount)| amount * to_words[*word]).sum::<f64>();
        }
    }
}

/// The scalar product of each text with each, itself too, given its numbers below `n_numbers` and their weights.
fn products<I: Iterator<Item = (u32, f32)>>(
    texts: impl ExactSizeIterator<Item = I>,
    n_numbers: usize,
) -> Square {
    let n_texts = texts.len();
    let mut products = Square::zero(n_texts);
    let mut column = vec![0.0; n_texts];
    for cells in by_number(texts, n_numbers).iter() {
        if cells.len() < MANY {
            for (text, weight) in cells {
                let row = products.row_mut(*text as usize);
                let weight = f64::from(*weight);
                cells.iter().for_each(|(other, its)| row[*other as usize] += weight * f64::from(*its));
            }
            continue;
        }
        cells.iter().for_each(|(text, weight)| column[*text as usize] += f64::from(*weight));
        for (text, weight) in cells {
            add_scaled(products.row_mut(*text as usize), f64::from(*weight), &column);
        }
        cells.iter().for_each(|(text, _)| column[*text as usize] = 0.0);
    }
    products
}

/// Which of the texts have each number, ascending, with its weight there. Only numbers that occur have a list, in the
/// order in which they first come.
fn by_number<I: Iterator<Item = (u32, f32)>>(
    texts: impl Iterator<Item = I>,
    n_numbers: usize,
) -> Csr<(u32, f32)> {
    let mut places = Places::new(n_numbers);
    let mut cells: Vec<(u32, u32, f32)> = Vec::with_capacity(CELLS);
    for (nth, text) in (0..).zip(texts) {
        cells.extend(text.map(|(number, weight)| (places.of(number) as u32, nth, weight)));
    }
    let cells = cells.iter().map(|(place, text, weight)| (*place as usize, (*text, *weight)));
    Csr::sorted(places.numbers.len(), cells)
}

/// Numbers in the order in which they first come.
struct Places {
    numbers: Vec<u32>,
    /// For each number its place, from 1 on; 0 if it does not occur.
    places: Vec<u32>,
}

impl Places {
    fn new(n_numbers: usize) -> Places {
        Places { numbers: Vec::new(), places: vec![0; n_numbers] }
    }

    /// The place of a number, newly assigned if it has none.
    fn of(&mut self, number: u32) -> usize {
        let place = &mut self.places[number as usize];
        if *place == 0 {
            self.numbers.push(number);
            *place = self.numbers.len() as u32;
        }
        *place as usize - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;
    use crate::matching::analyzer::Analyzer;
    use crate::matching::index::ReadText;
    use crate::matching::normalize::words;
    use crate::matching::spelling::stem_of;
    use crate::matching::thesaurus::Thesaurus;
    use crate::matching::vocabulary::Vocabulary;

    /// More wordings than [`MANY`] with words in common, so that both ways of adding are used.
    const WORDINGS: [&str; 10] = [
        "how much did the ferry cost",
        "how much is the ferry",
        "what does the ferry cost",
        "when does the ferry leave",
        "when will the ferry leave the the harbour",
        "the ferry timetable",
        "is the harbour open",
        "the harbour and the ferry",
        "what is the price of the ferry",
        "banana",
    ];

    #[test]
    fn wordings_are_as_alike_to_each_other_as_each_is_to_the_whole_folder() {
        let analyzer = Analyzer::new(&[Language::ENGLISH]);
        let wordings = WORDINGS.map(|text| words(text, &analyzer));
        let mut vocabulary = Vocabulary::new(&analyzer);
        wordings.iter().flatten().for_each(|word| {
            vocabulary.add(&stem_of(word, &analyzer));
        });
        let thesaurus = Thesaurus::new(&[], &mut vocabulary, &analyzer);
        let text = |words: &Vec<_>| ReadText::exact(words, &vocabulary, &thesaurus, &analyzer);
        let texts: Vec<(ReadText, usize)> = wordings.iter().map(text).zip(0..).collect();
        let index = Index::new(&texts, texts.len());
        let order = [9, 3, 0, 7, 1, 8, 2, 4, 6, 5];
        let similarities = similarities(&order, &index);
        for (row, one) in order.iter().enumerate() {
            let expected = index.similarities_of_wording(*one, texts.len());
            assert!((expected[*one] - 1.0).abs() < 1e-4, "{}: {}", WORDINGS[*one], expected[*one]);
            for (column, other) in order.iter().enumerate().take(row + 1) {
                let difference = similarities.row(row)[column] - expected[*other];
                assert!(difference.abs() < 1e-5, "{one} {other}: {difference}");
            }
        }
    }
}
