//! Which words of a text belong to which groups of synonyms.

use super::analyzer::Analyzer;
use super::lexicon;
use super::normalize::plain_words;
use super::spelling::Reading;
use super::vocabulary::{Stem, Vocabulary};
use crate::quantity::Unit;

/// Groups of synonyms: those of general English, those of a folder, and one for each kind of value.
#[derive(Debug, Clone, Default)]
pub(crate) struct Thesaurus {
    /// By the first stem of a member: what follows it, the group, and the weight of the member in it.
    members: Vec<Vec<Member>>,
    first_unit: u32,
}

#[derive(Debug, Clone, PartialEq)]
struct Member {
    rest: Vec<Stem>,
    group: u32,
    weight: f64,
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
    /// General English, where it holds, and the `own` groups of a folder, whose stems are added to the vocabulary.
    ///
    /// A word in n groups of general English weighs 1/√n in each, for it may mean any of them; the folder
    /// knows what it means and weighs 1.
    pub(crate) fn new(own: &[Vec<String>], vocabulary: &mut Vocabulary, analyzer: &Analyzer) -> Thesaurus {
        let mut thesaurus = Thesaurus::default();
        for group in analyzer.english().iter().flat_map(|_| lexicon::synonyms()) {
            thesaurus.add_group(&group, vocabulary);
        }
        for members in &mut thesaurus.members {
            let counts: Vec<usize> = members
                .iter()
                .map(|member| members.iter().filter(|other| other.rest == member.rest).count())
                .collect();
            for (member, count) in members.iter_mut().zip(counts) {
                member.weight = 1.0 / (count as f64).sqrt();
            }
        }
        for group in own {
            let members: Vec<Vec<String>> = group
                .iter()
                .map(|member| plain_words(member, analyzer).iter().map(|word| analyzer.stem(word)).collect())
                .collect();
            thesaurus.add_group(&members, vocabulary);
        }
        thesaurus.members.iter_mut().for_each(Vec::shrink_to_fit);
        thesaurus
    }

    fn add_group(&mut self, group: &[Vec<String>], vocabulary: &mut Vocabulary) {
        for member in group {
            let stems: Vec<Stem> = member.iter().map(|stem| vocabulary.add(stem)).collect();
            let Some((first, rest)) = stems.split_first() else { continue };
            if self.members.len() <= first.index() {
                self.members.resize(first.index() + 1, Vec::new());
            }
            let member = Member { rest: rest.to_vec(), group: self.first_unit, weight: 1.0 };
            if !self.members[first.index()].contains(&member) {
                self.members[first.index()].push(member);
            }
        }
        self.first_unit += 1;
    }

    /// One more than the greatest number of a group.
    pub(crate) fn n_groups(&self) -> u32 {
        self.first_unit + 6
    }

    /// The groups that the words of a text belong to, in the order of the words.
    pub(crate) fn concepts(&self, readings: &[Reading]) -> Vec<Concept> {
        let mut concepts = Vec::new();
        for (place, reading) in readings.iter().enumerate() {
            if let Some(value) = &reading.value {
                concepts.push(Concept {
                    place,
                    group: self.first_unit + unit_number(value.unit),
                    weight: 1.0,
                });
            }
            for (stem, share) in &reading.stems {
                let Some(members) = self.members.get(stem.index()) else { continue };
                for member in members {
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
