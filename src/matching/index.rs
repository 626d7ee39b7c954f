//! Measures how alike a text is to each wording of the folder.
//!
//! A feature weighs count · √idf · √icf: rare among wordings, and rare among classes, with
//! idf = ln((1 + n) / (1 + df)) + 1. Each kind of feature is scaled to its share of the whole, so that the scalar
//! product of two texts is the weighted mean of as many cosines: 1 for the same text, 0 for nothing in common.

use super::analyzer::Analyzer;
use super::char_ngrams::CharNgrams;
use super::csr::{Csr, Occurrence};
use super::features::{Feature, PARTS, counts};
use super::normalize::Word;
use super::spelling::Reading;
use super::thesaurus::{Concept, Thesaurus};
use super::vocabulary::{Stem, Vocabulary};

/// The kinds of [`Feature`], and the letters.
const N_KINDS: usize = 4;

const LETTERS: usize = 3;

/// How much stems, concepts, pairs of concepts and letters add to the similarity; only their proportions matter.
const SHARES: [f64; N_KINDS] = [0.25, 0.2, 0.7, 0.5];

/// How many features there are from one landmark to the next: 64 are 512 bytes.
const STRIDE: usize = 64;

/// A text to be compared.
#[derive(Debug, Clone)]
pub(crate) struct ReadText {
    pub(crate) readings: Vec<Reading>,
    pub(crate) concepts: Vec<Concept>,
}

impl ReadText {
    /// Words of the folder itself, which need no correction.
    pub(crate) fn exact(
        words: &[Word],
        vocabulary: &Vocabulary,
        thesaurus: &Thesaurus,
        analyzer: &Analyzer,
    ) -> ReadText {
        let readings: Vec<Reading> =
            words.iter().map(|word| Reading::exact(word, vocabulary, analyzer)).collect();
        let concepts = thesaurus.concepts(&readings);
        ReadText { readings, concepts }
    }
}

/// Features or n-grams that the folder has, by their numbers, with their weights.
type Weights = Vec<(u32, f32)>;

/// The wordings of a folder, by their features.
#[derive(Debug, Clone, Default)]
pub(crate) struct Index {
    /// In ascending order: a feature's place is its number.
    features: Vec<Feature>,
    /// Every [`STRIDE`]-th of them. A look at these first finds a feature in a few lines of memory instead of a dozen.
    landmarks: Vec<Feature>,
    /// Where the features of each kind end; those of one kind follow each other.
    kind_ends: [usize; LETTERS],
    /// How rare each is.
    weights: Vec<f32>,
    /// How rare one is that the folder does not have.
    unknown: f64,
    /// For each wording its features, with how many [`PARTS`] it has of them.
    features_of: Csr<Occurrence>,
    /// For each feature the wordings that have it, with the same.
    wordings_with: Csr<Occurrence>,
    letters: CharNgrams,
    /// For each kind of feature its scale in each wording.
    scales: [Vec<f32>; N_KINDS],
}

impl Index {
    /// Weighs the features of the wordings, each with its class in ascending order.
    pub(crate) fn new(wordings: &[(ReadText, usize)], n_classes: usize) -> Index {
        // Each feature with the wordings that have it, and how many parts they have of it.
        let mut occurrences: Vec<(Feature, u32, u8)> = Vec::new();
        for (wording, (text, _)) in (0..).zip(wordings) {
            let counts = counts(&text.readings, &text.concepts);
            occurrences.extend(counts.into_iter().map(|(feature, amount)| (feature, wording, amount)));
        }
        occurrences.sort_unstable();
        let by_feature = || occurrences.chunk_by(|(one, ..), (other, ..)| one == other);
        let log = |total: usize, with: usize| libm::log((1.0 + total as f64) / (1.0 + with as f64)) + 1.0;
        let rarity = |with, classes| (log(wordings.len(), with) * log(n_classes, classes)).sqrt();
        let spellings: Vec<(Vec<&str>, usize)> = wordings
            .iter()
            .map(|(text, class)| (spellings(text).map(|(word, _)| word).collect(), *class))
            .collect();
        let mut index =
            Index { unknown: rarity(0, 0), letters: CharNgrams::new(&spellings, rarity), ..Index::default() };
        let class_of = |wording: u32| wordings[wording as usize].1;
        for same in by_feature() {
            let n_classes =
                same.chunk_by(|(_, one, _), (_, other, _)| class_of(*one) == class_of(*other)).count();
            index.features.push(same[0].0);
            index.weights.push(rarity(same.len(), n_classes) as f32);
        }
        index.features.shrink_to_fit();
        index.landmarks = index.features.iter().copied().step_by(STRIDE).collect();
        index.kind_ends =
            std::array::from_fn(|kind| index.features.partition_point(|feature| feature.kind() <= kind));
        index.weights.shrink_to_fit();
        let numbered = by_feature().enumerate().flat_map(|(number, same)| {
            same.iter().map(move |(_, wording, amount)| (*wording as usize, Occurrence::new(number, *amount)))
        });
        index.features_of = Csr::sorted(wordings.len(), numbered);
        index.wordings_with = index.features_of.turned_over(index.features.len());
        let scales: Vec<[f32; N_KINDS]> =
            (0..wordings.len()).map(|wording| index.scales_of(wording)).collect();
        index.scales = std::array::from_fn(|kind| scales.iter().map(|scales| scales[kind]).collect());
        index
    }

    /// How rare a stem is.
    pub(crate) fn weight_of(&self, stem: Stem) -> f64 {
        let number = self.number_of(Feature::of_stem(stem));
        number.map_or(self.unknown, |number| f64::from(self.weights[number]))
    }

    /// The number of a feature, if the folder has it.
    fn number_of(&self, feature: Feature) -> Option<usize> {
        let after = self.landmarks.partition_point(|landmark| *landmark <= feature);
        let start = after.checked_sub(1)? * STRIDE;
        let near = &self.features[start..(start + STRIDE).min(self.features.len())];
        near.binary_search(&feature).ok().map(|place| start + place)
    }

    /// The kind of the feature with this number.
    fn kind_of(&self, number: usize) -> usize {
        self.kind_ends.iter().take_while(|end| **end <= number).count()
    }

    /// The features of a text: number, if the folder has it, kind, and how many parts the text has of it.
    fn find(&self, counts: &[(Feature, u8)]) -> impl Iterator<Item = (Option<usize>, usize, u8)> {
        counts.iter().map(|(feature, amount)| (self.number_of(*feature), feature.kind(), *amount))
    }

    /// The features and n-grams of a text, given how often it has its features.
    fn weigh(&self, counts: &[(Feature, u8)], text: &ReadText) -> (Weights, Weights) {
        let mut found: Vec<(usize, usize, f64)> = Vec::new();
        let mut squares = [0.0; N_KINDS];
        for (number, kind, amount) in self.find(counts) {
            let rarity = number.map_or(self.unknown, |number| f64::from(self.weights[number]));
            let weight = f64::from(amount) / PARTS * rarity;
            squares[kind] += weight * weight;
            found.extend(number.map(|number| (number, kind, weight)));
        }
        let spelt = self.letters.spell(spellings(text));
        squares[LETTERS] = spelt.square;
        let scales = scales(&squares);
        let scaled =
            |number: usize, kind: usize, weight: f64| (number as u32, (weight * scales[kind]) as f32);
        let features = found.into_iter().map(|(number, kind, weight)| scaled(number, kind, weight)).collect();
        let ngrams = spelt.ngrams.into_iter();
        let ngrams = ngrams.map(|(number, weight)| scaled(number as usize, LETTERS, weight)).collect();
        (features, ngrams)
    }

    /// The scale of each kind of the features of a wording.
    fn scales_of(&self, wording: usize) -> [f32; N_KINDS] {
        let mut squares = [0.0; N_KINDS];
        for it in self.features_of.get(wording) {
            let weight = f64::from(it.amount()) / PARTS * f64::from(self.weights[it.number()]);
            squares[self.kind_of(it.number())] += weight * weight;
        }
        squares[LETTERS] = self.letters.square_of(wording);
        scales(&squares).map(|scale| scale as f32)
    }

    /// The features of a wording with their weights, letters left out.
    pub(crate) fn features_of(&self, wording: usize) -> impl Iterator<Item = (u32, f32)> {
        self.features_of.get(wording).iter().map(move |it| {
            let number = it.number();
            let scale = self.scales[self.kind_of(number)][wording] / PARTS as f32;
            (number as u32, it.amount() * self.weights[number] * scale)
        })
    }

    /// The n-grams of a wording with their weights; one that several of its words have comes once for each.
    fn ngrams_of(&self, wording: usize) -> impl Iterator<Item = (u32, f32)> {
        let scale = self.scales[LETTERS][wording];
        self.letters.of_wording(wording).map(move |(number, weight)| (number, weight * scale))
    }

    /// The words of a wording, with how much their letters count in it.
    pub(crate) fn words_of(&self, wording: usize) -> impl Iterator<Item = (u32, f32)> {
        let scale = self.scales[LETTERS][wording];
        self.letters.words_of(wording).map(move |(word, amount)| (word, amount * scale))
    }

    pub(crate) fn letters(&self) -> &CharNgrams {
        &self.letters
    }

    /// How many features there are, letters not counted.
    pub(crate) fn n_features(&self) -> usize {
        self.features.len()
    }

    /// How alike a text is to each wording of the folder, 0 to 1, in the folder's order.
    pub(crate) fn similarities(&self, text: &ReadText) -> Vec<f64> {
        let counts = counts(&text.readings, &text.concepts);
        let (features, ngrams) = self.weigh(&counts, text);
        self.similarities_to_first(self.scales[LETTERS].len(), features.into_iter(), ngrams.into_iter())
    }

    /// Of a text's stems, concepts and pairs, the shares that these wordings have, by weight: each 0 to 1; and the shares that any
    /// wording has. Only wordings that are somewhat alike count.
    pub(crate) fn shares_in(
        &self,
        text: &ReadText,
        similarities: &[f64],
        own: std::ops::Range<usize>,
    ) -> ([f64; LETTERS], [f64; LETTERS]) {
        let counts = counts(&text.readings, &text.concepts);
        let (mut here, mut anywhere, mut total) = ([0.0; LETTERS], [0.0; LETTERS], [0.0; LETTERS]);
        for (number, kind, amount) in self.find(&counts) {
            let rarity = number.map_or(self.unknown, |number| f64::from(self.weights[number]));
            let weight = f64::from(amount) / PARTS * rarity;
            total[kind] += weight;
            let Some(number) = number else { continue };
            let with = self.wordings_with.get(number);
            let counts = |it: &Occurrence| similarities[it.number()] > 0.0;
            if with.iter().any(counts) {
                anywhere[kind] += weight;
            }
            let start = with.partition_point(|it| it.number() < own.start);
            if with[start..].iter().take_while(|it| it.number() < own.end).any(counts) {
                here[kind] += weight;
            }
        }
        for kind in 0..LETTERS {
            let total = if total[kind] > 0.0 { total[kind] } else { 1.0 };
            here[kind] /= total;
            anywhere[kind] /= total;
        }
        (here, anywhere)
    }

    /// How alike a wording of the folder is to each of the first `n_wordings`.
    pub(crate) fn similarities_of_wording(&self, wording: usize, n_wordings: usize) -> Vec<f64> {
        self.similarities_to_first(n_wordings, self.features_of(wording), self.ngrams_of(wording))
    }

    /// Summed in single precision: a folder of 10,000 wordings takes a fifth less time, as most of it is spent here.
    fn similarities_to_first(
        &self,
        n_wordings: usize,
        features: impl Iterator<Item = (u32, f32)>,
        ngrams: impl Iterator<Item = (u32, f32)>,
    ) -> Vec<f64> {
        let mut sums = vec![0.0_f32; n_wordings];
        let mut products = vec![0.0_f32; n_wordings];
        let mut add_scaled = |products: &mut [f32], kind: usize| {
            for ((sum, product), scale) in sums.iter_mut().zip(products).zip(&self.scales[kind]) {
                *sum += std::mem::take(product) * scale;
            }
        };
        // Features of one kind follow each other.
        let mut kind = 0;
        for (feature, weight) in features {
            let number = feature as usize;
            while kind < self.kind_of(number) {
                add_scaled(&mut products, kind);
                kind += 1;
            }
            let weight = weight * self.weights[number] / PARTS as f32;
            for wording in self.wordings_with.get(number) {
                let Some(product) = products.get_mut(wording.number()) else { break };
                *product += weight * wording.amount();
            }
        }
        add_scaled(&mut products, kind);
        self.letters.add_products(ngrams, &mut products);
        add_scaled(&mut products, LETTERS);
        sums.into_iter().map(f64::from).collect()
    }
}

/// The scale of each kind, given the squared weights of its features, summed. A single word has no pairs; the kinds
/// that a text has share the whole.
fn scales(squares: &[f64; N_KINDS]) -> [f64; N_KINDS] {
    let present: f64 = (0..N_KINDS).filter(|kind| squares[*kind] > 0.0).map(|kind| SHARES[kind]).sum();
    std::array::from_fn(|kind| {
        if squares[kind] > 0.0 { (SHARES[kind] / present / squares[kind]).sqrt() } else { 0.0 }
    })
}

/// The words whose letters count in a text, with a share each.
fn spellings(text: &ReadText) -> impl Iterator<Item = (&str, f64)> {
    let spellings = text.readings.iter().flat_map(|reading| &reading.spellings);
    spellings.map(|(word, share)| (word.as_str(), *share))
}
