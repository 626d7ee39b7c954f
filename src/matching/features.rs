//! Turns words into weighted features, and measures how alike two texts are.
//!
//! A feature weighs (1 + ln tf) · √idf · √icf: rare among phrasings, and rare among entries, with
//! idf = ln((1 + n) / (1 + df)) + 1. Each kind of feature is scaled to its share of the whole, so that the scalar
//! product of two texts is the weighted mean of as many cosines: 1 for the same text, 0 for nothing in common.

use super::lists::Lists;
use super::normalize::Word;
use super::thesaurus::{Concept, Thesaurus};
use super::typos::Reading;
use super::vocabulary::{Stem, Vocabulary};

/// The kinds of features.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Stem,
    /// Two stems near each other, in any order.
    Pair,
    /// Two stems next to each other or with one between them, in this order.
    Skip,
    /// Character n-grams of the words.
    Ngram,
    /// Groups of synonyms.
    Concept,
    /// Two concepts near each other, in any order; a word without synonyms is its own concept.
    ConceptPair,
}

const N_KINDS: usize = 6;

/// What each kind adds to the similarity, in the order of [`Kind`]; only their proportions matter.
const SHARES: [f64; N_KINDS] = [0.25, 0.25, 0.1, 0.5, 0.2, 0.3];

/// Two stems with at most two words between them are a pair.
const PAIR_DISTANCE: usize = 3;

/// Two stems with at most one word between them are a skip pair.
const SKIP_DISTANCE: usize = 2;

/// Lengths of the character n-grams.
const NGRAM: std::ops::RangeInclusive<usize> = 2..=5;

/// One feature of a text: its kind in the upper bits, what it is of below.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Feature(u128);

impl Feature {
    fn new(kind: Kind, of: u128) -> Feature {
        Feature((kind as u128) << 120 | of)
    }

    fn two(kind: Kind, one: u32, other: u32) -> Feature {
        Feature::new(kind, u128::from(one) << 32 | u128::from(other))
    }

    fn kind(self) -> usize {
        (self.0 >> 120) as usize
    }
}

/// Marks a feature that holds a word the folder does not have: each of them is another one.
const UNKNOWN: u128 = 1 << 119;

/// Counts the features of a text: in ascending order, so that every sum has one order.
fn counts(readings: &[Reading], concepts: &[Concept], n_groups: u32) -> Vec<(Feature, f64)> {
    let mut counts: Vec<(Feature, f64)> = Vec::new();
    let mark = |feature: Feature, stems: &[Stem]| {
        if stems.contains(&Stem::UNKNOWN) { Feature(feature.0 | UNKNOWN) } else { feature }
    };
    for (place, reading) in readings.iter().enumerate() {
        for (stem, share) in &reading.stems {
            counts.push((mark(Feature::new(Kind::Stem, stem.0.into()), &[*stem]), *share));
            let near = readings.iter().enumerate().skip(place + 1).take(PAIR_DISTANCE);
            for (other_place, other) in near {
                for (other, other_share) in &other.stems {
                    let (one, two) = (stem.0.min(other.0), stem.0.max(other.0));
                    let pair = Feature::two(Kind::Pair, one, two);
                    counts.push((mark(pair, &[*stem, *other]), share * other_share));
                    if other_place - place <= SKIP_DISTANCE {
                        let skip = Feature::two(Kind::Skip, stem.0, other.0);
                        counts.push((mark(skip, &[*stem, *other]), share * other_share));
                    }
                }
            }
        }
        for (word, share) in &reading.spellings {
            ngrams(word, |ngram| counts.push((Feature::new(Kind::Ngram, ngram), *share)));
        }
    }
    for concept in concepts {
        counts.push((Feature::new(Kind::Concept, concept.group.into()), concept.weight));
    }
    concept_pairs(readings, concepts, n_groups, &mut counts);
    counts.sort_by_key(|(feature, _)| *feature);
    counts.dedup_by(|later, first| {
        let same = later.0 == first.0 && first.0.0 & UNKNOWN == 0;
        if same {
            first.1 += later.1;
        }
        same
    });
    counts
}

fn concept_pairs(
    readings: &[Reading],
    concepts: &[Concept],
    n_groups: u32,
    counts: &mut Vec<(Feature, f64)>,
) {
    let mut items: Vec<(usize, u32, f64)> =
        concepts.iter().map(|concept| (concept.place, concept.group, concept.weight)).collect();
    for (place, reading) in readings.iter().enumerate() {
        if !concepts.iter().any(|concept| concept.place == place) {
            let own = |stem: &Stem| if *stem == Stem::UNKNOWN { stem.0 } else { n_groups + stem.0 };
            items.extend(reading.stems.iter().map(|(stem, share)| (place, own(stem), *share)));
        }
    }
    items.sort_by_key(|(place, ..)| *place);
    for (index, (place, one, weight)) in items.iter().enumerate() {
        for (other_place, other, other_weight) in &items[index + 1..] {
            if other_place - place > PAIR_DISTANCE {
                break;
            }
            if other_place == place {
                continue;
            }
            let mut pair = Feature::two(Kind::ConceptPair, *one.min(other), *one.max(other));
            if *one.max(other) == Stem::UNKNOWN.0 {
                pair.0 |= UNKNOWN;
            }
            counts.push((pair, weight * other_weight));
        }
    }
}

/// The character n-grams of a word between a start and an end mark, 21 bits a character.
fn ngrams(word: &str, mut each: impl FnMut(u128)) {
    let mut letters: Vec<u128> = Vec::with_capacity(word.len() + 2);
    letters.push(u128::from(u32::from('^')));
    letters.extend(word.chars().map(|letter| u128::from(u32::from(letter))));
    letters.push(u128::from(u32::from('$')));
    for start in 0..letters.len() {
        let mut packed = 0;
        for (before, letter) in letters[start..].iter().enumerate().take(*NGRAM.end()) {
            packed = packed << 21 | letter;
            if before + 1 >= *NGRAM.start() {
                each(packed);
            }
        }
    }
}

/// A text as the features of it that the folder has, scaled.
#[derive(Debug, Clone, Default)]
pub(crate) struct Vector {
    /// Number of the feature in the [`Index`] and its weight; in ascending order.
    weights: Vec<(u32, f32)>,
}

impl Vector {
    /// The numbers of its features, ascending, each with its weight.
    pub(crate) fn weights(&self) -> &[(u32, f32)] {
        &self.weights
    }
}

/// The features of a folder with what each weighs.
#[derive(Debug, Clone, Default)]
pub(crate) struct Index {
    /// In ascending order: a feature's place is its number.
    features: Vec<Feature>,
    weights: Vec<f32>,
    /// What a feature would weigh that the folder does not have.
    unknown: f64,
    /// For each feature the phrasings that have it, with the weight there.
    postings: Lists<(u32, f32)>,
    n_phrasings: usize,
    n_groups: u32,
}

/// A text to be turned into a vector.
#[derive(Debug, Clone)]
pub(crate) struct Text {
    pub(crate) readings: Vec<Reading>,
    pub(crate) concepts: Vec<Concept>,
}

impl Text {
    /// Words of the folder itself, which need no mending.
    pub(crate) fn exact(words: &[Word], vocabulary: &Vocabulary, thesaurus: &Thesaurus) -> Text {
        let readings: Vec<Reading> = words.iter().map(|word| Reading::exact(word, vocabulary)).collect();
        let concepts = thesaurus.concepts(&readings);
        Text { readings, concepts }
    }
}

impl Index {
    /// Weighs the features of the phrasings, each with its class, and returns their vectors too.
    pub(crate) fn new(phrasings: &[(Text, usize)], n_classes: usize, n_groups: u32) -> (Index, Vec<Vector>) {
        let mut occurrences: Vec<(Feature, usize)> = Vec::new();
        for (text, class) in phrasings {
            let features = counts(&text.readings, &text.concepts, n_groups);
            occurrences.extend(features.into_iter().map(|(feature, _)| (feature, *class)));
        }
        occurrences.sort_unstable();
        let rarity = |total: usize, with: usize| libm::log((1.0 + total as f64) / (1.0 + with as f64)) + 1.0;
        let weigh = |with, classes| (rarity(phrasings.len(), with) * rarity(n_classes, classes)).sqrt();
        let mut index =
            Index { unknown: weigh(0, 0), n_phrasings: phrasings.len(), n_groups, ..Index::default() };
        for same in occurrences.chunk_by(|(one, _), (other, _)| one == other) {
            let n_classes = same.chunk_by(|(_, one), (_, other)| one == other).count();
            index.features.push(same[0].0);
            index.weights.push(weigh(same.len(), n_classes) as f32);
        }
        index.features.shrink_to_fit();
        index.weights.shrink_to_fit();
        let vectors: Vec<Vector> = phrasings.iter().map(|(text, _)| index.vector(text)).collect();
        let mut postings = vec![Vec::new(); index.weights.len()];
        for (phrasing, vector) in vectors.iter().enumerate() {
            for (feature, weight) in &vector.weights {
                postings[*feature as usize].push((phrasing as u32, *weight));
            }
        }
        index.postings = postings.into_iter().collect();
        (index, vectors)
    }

    /// How many features the folder has.
    pub(crate) fn n_features(&self) -> usize {
        self.features.len()
    }

    /// What a stem weighs.
    pub(crate) fn weight_of(&self, stem: Stem) -> f64 {
        let number = self.features.binary_search(&Feature::new(Kind::Stem, stem.0.into()));
        number.map_or(self.unknown, |number| f64::from(self.weights[number]))
    }

    pub(crate) fn vector(&self, text: &Text) -> Vector {
        let mut found: Vec<(u32, usize, f64)> = Vec::new();
        let mut squares = [0.0; N_KINDS];
        // Both lists are in ascending order, so each is looked for behind the one before.
        let mut passed = 0;
        for (feature, count) in counts(&text.readings, &text.concepts, self.n_groups) {
            let kind = feature.kind();
            passed += self.features[passed..].partition_point(|it| *it < feature);
            let number = Some(passed).filter(|it| self.features.get(*it) == Some(&feature));
            let rarity = number.map_or(self.unknown, |number| f64::from(self.weights[number]));
            // Shares of what a word may mean can add up to less than one.
            let weight = if count >= 1.0 { (1.0 + libm::log(count)) * rarity } else { count * rarity };
            squares[kind] += weight * weight;
            if let Some(number) = number {
                found.push((number as u32, kind, weight));
            }
        }
        // A single word has no pairs; the kinds that a text has share the whole.
        let present: f64 = (0..N_KINDS).filter(|kind| squares[*kind] > 0.0).map(|kind| SHARES[kind]).sum();
        let scales: Vec<f64> =
            (0..N_KINDS).map(|kind| (SHARES[kind] / present / squares[kind]).sqrt()).collect();
        let weights = found
            .into_iter()
            .map(|(number, kind, weight)| (number, (weight * scales[kind]) as f32))
            .collect();
        Vector { weights }
    }

    /// How alike a text is to each phrasing of the folder, 0 to 1, in the folder's order.
    pub(crate) fn similarities(&self, vector: &Vector) -> Vec<f64> {
        self.similarities_to_first(self.n_phrasings, vector)
    }

    /// The same for as many of the first phrasings.
    ///
    /// Summed in single precision: a folder of 10,000 phrasings takes a fifth less time, for most of it is spent here.
    pub(crate) fn similarities_to_first(&self, n_phrasings: usize, vector: &Vector) -> Vec<f64> {
        let mut similarities = vec![0.0_f32; n_phrasings];
        for (feature, weight) in &vector.weights {
            for (phrasing, other) in self.postings.get(*feature as usize) {
                let Some(similarity) = similarities.get_mut(*phrasing as usize) else { break };
                *similarity += weight * other;
            }
        }
        similarities.into_iter().map(f64::from).collect()
    }
}
