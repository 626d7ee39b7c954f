//! Which words of a text belong to which groups of synonyms.

use std::collections::HashMap;

use once_cell::sync::Lazy;

use super::analyzer::Analyzer;
use super::background;
use super::lexicon;
use super::normalize::plain_words;
use super::spelling::Reading;
use super::vocabulary::{Stem, Vocabulary};
use crate::language::Language;
use crate::quantity::Unit;

/// Groups of synonyms: those of general English, one for each kind of value, and those of a folder.
#[derive(Debug, Clone, Default)]
pub(crate) struct Thesaurus {
    is_english: bool,
    own: Members,
    n_groups: u32,
}

/// Members of groups by their first stem.
type Members = Vec<Vec<Member>>;

#[derive(Debug, Clone, PartialEq)]
struct Member {
    /// The stems that follow the first.
    rest: Vec<Stem>,
    group: u32,
    weight: f64,
}

/// The stems of general English and its groups of synonyms, in the same numbers for every folder.
#[derive(Debug)]
pub(super) struct General {
    pub(super) vocabulary: HashMap<String, Stem>,
    members: Members,
    n_groups: u32,
}

/// Read once.
pub(super) static GENERAL: Lazy<General> = Lazy::new(General::read);

impl General {
    fn read() -> General {
        let mut numbers: HashMap<String, Stem> = HashMap::new();
        let mut members = Members::new();
        let mut n_groups = 0;
        for group in lexicon::synonyms() {
            let mut number = |stem: &String| {
                let next = Stem(numbers.len() as u32);
                *numbers.entry(stem.clone()).or_insert(next)
            };
            let group: Vec<Vec<Stem>> =
                group.iter().map(|member| member.iter().map(&mut number).collect()).collect();
            add_group(&mut members, &group, n_groups);
            n_groups += 1;
        }
        for members in &mut members {
            let counts: Vec<usize> = members
                .iter()
                .map(|member| members.iter().filter(|other| other.rest == member.rest).count())
                .collect();
            for (member, count) in members.iter_mut().zip(counts) {
                member.weight = 1.0 / (count as f64).sqrt();
            }
            members.shrink_to_fit();
        }
        let english = Analyzer::new(&[Language::ENGLISH]);
        for word in background::questions().flat_map(|it| plain_words(it, &english)) {
            let next = Stem(numbers.len() as u32);
            numbers.entry(english.stem(&word)).or_insert(next);
        }
        General { vocabulary: numbers, members, n_groups }
    }
}

fn add_group(members: &mut Members, group: &[Vec<Stem>], number: u32) {
    for member in group {
        let Some((first, rest)) = member.split_first() else { continue };
        if members.len() <= first.index() {
            members.resize(first.index() + 1, Vec::new());
        }
        let member = Member { rest: rest.to_vec(), group: number, weight: 1.0 };
        if !members[first.index()].contains(&member) {
            members[first.index()].push(member);
        }
    }
}

/// A group of synonyms found in a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Concept {
    /// The place of the word it was found at.
    pub(crate) place: usize,
    pub(crate) group: u32,
    /// How surely the group is meant, up to 1.
    pub(crate) weight: f64,
}

impl Thesaurus {
    /// General English, where it applies, and the `own` groups of a folder, whose stems are added to the vocabulary.
    ///
    /// A word in n groups of general English weighs 1/√n in each, as it may mean any of them; the folder
    /// knows what it means and weighs 1.
    pub(crate) fn new(own: &[Vec<String>], vocabulary: &mut Vocabulary, analyzer: &Analyzer) -> Thesaurus {
        let mut thesaurus = Thesaurus {
            is_english: analyzer.is_english(),
            own: Members::new(),
            n_groups: GENERAL.n_groups + N_UNITS,
        };
        for group in own {
            let members: Vec<Vec<Stem>> = group
                .iter()
                .map(|member| {
                    let words = plain_words(member, analyzer);
                    words.iter().map(|word| vocabulary.add(&analyzer.stem(word))).collect()
                })
                .collect();
            add_group(&mut thesaurus.own, &members, thesaurus.n_groups);
            thesaurus.n_groups += 1;
        }
        thesaurus.own.iter_mut().for_each(Vec::shrink_to_fit);
        thesaurus
    }

    /// One more than the greatest number of a group.
    pub(crate) fn n_groups(&self) -> u32 {
        self.n_groups
    }

    /// Whether a stem alone is in a group.
    pub(crate) fn is_in(&self, stem: Stem, group: u32) -> bool {
        self.members(stem).any(|it| it.group == group && it.rest.is_empty())
    }

    fn members(&self, first: Stem) -> impl Iterator<Item = &Member> {
        let of = |members: &'static Members| members.get(first.index());
        let general = self.is_english.then(|| of(&GENERAL.members)).flatten();
        general.into_iter().chain(self.own.get(first.index())).flatten()
    }

    /// The groups that the words of a text belong to, in the order of the words.
    pub(crate) fn concepts(&self, readings: &[Reading]) -> Vec<Concept> {
        let mut concepts = Vec::new();
        for (place, reading) in readings.iter().enumerate() {
            if let Some(value) = &reading.value {
                concepts.push(Concept {
                    place,
                    group: GENERAL.n_groups + unit_number(value.unit),
                    weight: 1.0,
                });
            }
            for (stem, share) in &reading.stems {
                for member in self.members(*stem) {
                    let following = member.rest.iter().enumerate().map(|(distance, stem)| {
                        readings.get(place + 1 + distance).map_or(0.0, |it| it.share_of(*stem))
                    });
                    let weight = member.weight * share * following.product::<f64>();
                    if weight > 0.0 {
                        concepts.push(Concept { place, group: member.group, weight });
                    }
                }
            }
        }
        concepts
    }
}

/// How many kinds of value there are.
const N_UNITS: u32 = 6;

fn unit_number(unit: Unit) -> u32 {
    match unit {
        Unit::Plain | Unit::Currency(_) => 0,
        Unit::Percent => 1,
        Unit::Ratio => 2,
        Unit::Seconds => 3,
        Unit::Months => 4,
        Unit::Date => 5,
    }
}
