//! How two texts are compared, besides by the letters of their words: by stems, groups of synonyms, and pairs of these.

use super::spelling::Reading;
use super::thesaurus::Concept;
use super::vocabulary::Stem;

/// One feature of a text: its kind in the upper bits, its content below.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Feature(u64);

/// The kinds of features.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FeatureKind {
    Stem,
    /// Groups of synonyms.
    Concept,
    /// Two concepts near each other, in any order; a word without synonyms is its own concept.
    Pair,
}

/// Two concepts with at most two words between them are a pair.
const PAIR_DISTANCE: usize = 3;

/// Marks a feature with a word that the folder does not have: each of them is different.
const UNKNOWN: u64 = 1 << 60;

/// Takes the place of an unknown stem in a pair.
const NO_STEM: u32 = (1 << 30) - 1;

/// In a pair, the numbers from here on are of stems, those below of groups of synonyms.
const FIRST_STEM: u32 = 1 << 29;

impl Feature {
    pub(crate) fn of_stem(stem: Stem) -> Feature {
        let unknown = if stem == Stem::UNKNOWN { UNKNOWN } else { 0 };
        Feature((FeatureKind::Stem as u64) << 61 | unknown | u64::from(stem.0))
    }

    fn of_concept(group: u32) -> Feature {
        Feature((FeatureKind::Concept as u64) << 61 | u64::from(group))
    }

    /// Of two concepts, 30 bits each.
    fn of_pair(one: u32, other: u32) -> Feature {
        let unknown = if one.max(other) == NO_STEM { UNKNOWN } else { 0 };
        let both = u64::from(one.min(other)) << 30 | u64::from(one.max(other));
        Feature((FeatureKind::Pair as u64) << 61 | unknown | both)
    }

    pub(crate) fn kind(self) -> usize {
        (self.0 >> 61) as usize
    }

    fn is_unknown(self) -> bool {
        self.0 & UNKNOWN != 0
    }
}

/// Counts are kept in fractions of one, this many, since a word may mean several things, each with a share.
pub(crate) const PARTS: f64 = 64.0;

/// How often a text has each of its features, in [`PARTS`]: in ascending order, so that every sum has one order.
pub(crate) fn counts(readings: &[Reading], concepts: &[Concept]) -> Vec<(Feature, u8)> {
    let stems = readings.iter().flat_map(|reading| &reading.stems);
    let mut counts: Vec<(Feature, f64)> =
        stems.map(|(stem, share)| (Feature::of_stem(*stem), *share)).collect();
    counts.extend(concepts.iter().map(|it| (Feature::of_concept(it.group), it.weight)));
    pairs(readings, concepts, |pair, weight| counts.push((pair, weight)));
    counts.sort_by_key(|(feature, _)| *feature);
    counts.dedup_by(|later, first| {
        let same = later.0 == first.0 && !first.0.is_unknown();
        if same {
            first.1 += later.1;
        }
        same
    });
    // What is hardly meant is left out, and repetitions count up to four times.
    let in_parts = |(feature, count): (Feature, f64)| (feature, (count * PARTS).round() as u8);
    counts.into_iter().map(in_parts).filter(|(_, count)| *count > 0).collect()
}

fn pairs(readings: &[Reading], concepts: &[Concept], mut each: impl FnMut(Feature, f64)) {
    let mut items: Vec<(usize, u32, f64)> =
        concepts.iter().map(|concept| (concept.place, concept.group, concept.weight)).collect();
    for (place, reading) in readings.iter().enumerate() {
        if !concepts.iter().any(|concept| concept.place == place) {
            let own = |stem: &Stem| if *stem == Stem::UNKNOWN { NO_STEM } else { FIRST_STEM + stem.0 };
            items.extend(reading.stems.iter().map(|(stem, share)| (place, own(stem), *share)));
        }
    }
    items.sort_by_key(|(place, ..)| *place);
    for (index, (place, one, weight)) in items.iter().enumerate() {
        for (other_place, other, other_weight) in &items[index + 1..] {
            if other_place - place > PAIR_DISTANCE {
                break;
            }
            if other_place != place {
                each(Feature::of_pair(*one, *other), weight * other_weight);
            }
        }
    }
}
