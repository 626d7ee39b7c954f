//! Questions that were not answered, gathered by what they ask.

use std::cmp::Reverse;
use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::knowledge::Id;
use crate::matching::{Candidate, Matcher};
use crate::time::Timestamp;

/// A question that was not answered, as often as it was asked in these words. Nobody knows by whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Miss {
    pub question: String,
    pub why: MissReason,
    pub count: u32,
    /// When it was first asked.
    pub first: Timestamp,
    /// When it was last asked.
    pub last: Timestamp,
}

/// Why a question counts as missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MissReason {
    Unknown,
    NoneOfThese,
    Disliked,
}

impl MissReason {
    pub const ALL: [MissReason; 3] = [MissReason::Unknown, MissReason::NoneOfThese, MissReason::Disliked];
}

/// Misses that ask the same in other words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cluster {
    /// The most asked first; never empty.
    misses: Vec<Miss>,
}

impl Cluster {
    /// In the words that were used most.
    pub fn question(&self) -> &str {
        &self.misses[0].question
    }

    /// The most asked first.
    pub fn misses(&self) -> &[Miss] {
        &self.misses
    }

    /// How often it was asked, in whatever words.
    pub fn count(&self) -> u32 {
        self.misses.iter().fold(0, |sum, miss| sum.saturating_add(miss.count))
    }

    pub fn first(&self) -> Timestamp {
        self.misses.iter().map(|miss| miss.first).min().unwrap_or_default()
    }

    pub fn last(&self) -> Timestamp {
        self.misses.iter().map(|miss| miss.last).max().unwrap_or_default()
    }

    /// Each reason that occurs, with how often.
    pub fn reasons(&self) -> Vec<(MissReason, u32)> {
        let count = |why| {
            let counts = self.misses.iter().filter(|miss| miss.why == why).map(|miss| miss.count);
            counts.fold(0, u32::saturating_add)
        };
        let reasons = MissReason::ALL.into_iter().map(|why| (why, count(why)));
        reasons.filter(|(_, count)| *count > 0).collect()
    }

    /// The `n` entries and terms that come nearest, best first.
    pub fn nearest(&self, matcher: &Matcher, n: usize) -> Vec<Candidate> {
        matcher.rank(self.question(), n)
    }
}

/// From this similarity on two misses with the same nearest entry ask the same.
///
/// Measured by the test `alike_questions_mean_the_same`: of the questions about the shipped folder that are put
/// together here, 72 of 79 belong together, and a maintainer sees those that do not; at 0.6 it is 106 of 114.
pub(crate) const ALIKE: f64 = 0.7;

/// Below this confidence the nearest entry is a matter of luck, and tells nothing about the question.
const NEAR: f64 = 0.1;

/// From this similarity on they have the same words; what is missing to 1 is rounding.
const SAME_WORDS: f64 = 0.999;

/// So many clusters with a rare word in common are compared with a miss, the most asked first. It keeps ten
/// thousand questions about one thing from being compared each with each.
const MOST_COMPARED: usize = 100;

/// Gathers misses that ask the same; what is asked most comes first.
///
/// The same misses give the same clusters, in whatever order they come. Each miss joins the cluster that it is
/// most like: one whose most asked question has the same words, or most of them and the same nearest entry.
pub fn clusters(misses: &[Miss], matcher: &Matcher) -> Vec<Cluster> {
    let mut sorted: Vec<&Miss> = misses.iter().collect();
    sorted.sort_by_key(|miss| (Reverse(miss.count), Reverse(miss.last), miss.question.as_str()));
    let mut gathering = Gathering { matcher, leaders: Vec::new(), by_word: HashMap::new() };
    for miss in sorted {
        gathering.add(miss);
    }
    let mut clusters: Vec<Cluster> =
        gathering.leaders.into_iter().map(|leader| Cluster { misses: leader.misses }).collect();
    clusters.sort_by_key(|it| (Reverse(it.count()), Reverse(it.last()), it.question().to_owned()));
    clusters
}

/// Clusters as they grow.
struct Gathering<'m> {
    matcher: &'m Matcher,
    leaders: Vec<Leader>,
    /// For each word the leaders that have it among their telling ones, in order.
    by_word: HashMap<String, Vec<usize>>,
}

/// The first question of a cluster, to which the others are compared.
struct Leader {
    words: Words,
    nearest: Option<Option<Id>>,
    misses: Vec<Miss>,
}

impl Gathering<'_> {
    fn add(&mut self, miss: &Miss) {
        let words = Words::of(&miss.question, self.matcher);
        match self.home(miss, &words) {
            Some(leader) => self.leaders[leader].misses.push(miss.clone()),
            None => {
                for (word, _) in words.telling() {
                    self.by_word.entry(word.clone()).or_default().push(self.leaders.len());
                }
                self.leaders.push(Leader { words, nearest: None, misses: vec![miss.clone()] });
            }
        }
    }

    /// The cluster that a miss belongs to.
    fn home(&mut self, miss: &Miss, words: &Words) -> Option<usize> {
        let mut compared: Vec<usize> = words
            .telling()
            .iter()
            .filter_map(|(word, _)| self.by_word.get(word))
            .flat_map(|leaders| leaders.iter().copied().take(MOST_COMPARED))
            .collect();
        compared.sort_unstable();
        compared.dedup();
        let mut alike: Vec<(usize, f64)> = compared
            .into_iter()
            .map(|leader| (leader, self.leaders[leader].words.similarity(words)))
            .filter(|(_, similarity)| *similarity >= ALIKE)
            .collect();
        // A stable sort: of equals, the most asked.
        alike.sort_by(|one, other| other.1.total_cmp(&one.1));
        let mut nearest = None;
        alike.into_iter().map(|(leader, similarity)| (leader, similarity >= SAME_WORDS)).find_map(
            |(leader, same_words)| {
                let belongs = same_words || {
                    let own = nearest.get_or_insert_with(|| nearest_entry(self.matcher, &miss.question));
                    match (own.as_ref(), self.nearest_of(leader)) {
                        (Some(own), Some(other)) => *own == other,
                        _ => true,
                    }
                };
                belongs.then_some(leader)
            },
        )
    }

    fn nearest_of(&mut self, leader: usize) -> Option<Id> {
        let leader = &mut self.leaders[leader];
        let question = &leader.misses[0].question;
        leader.nearest.get_or_insert_with(|| nearest_entry(self.matcher, question)).clone()
    }
}

/// The entry that comes nearest, if any comes near.
fn nearest_entry(matcher: &Matcher, question: &str) -> Option<Id> {
    let near = matcher.rank(question, 1).into_iter().find(|candidate| candidate.confidence >= NEAR);
    near.map(|candidate| candidate.id)
}

/// The words of a question with what each weighs, the heaviest first; scaled to length 1.
pub(crate) struct Words(Vec<(String, f64)>);

impl Words {
    pub(crate) fn of(question: &str, matcher: &Matcher) -> Words {
        let mut words = matcher.words(question);
        if words.is_empty() {
            // Signs alone, such as an emoji.
            words.push((question.trim().to_owned(), 1.0));
        }
        words.sort_by(|one, other| other.1.total_cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        words.dedup_by(|again, first| again.0 == first.0);
        let length = words.iter().map(|(_, weight)| weight * weight).sum::<f64>().sqrt();
        for (_, weight) in &mut words {
            *weight /= length;
        }
        Words(words)
    }

    /// The heaviest words, of which two questions that are [`ALIKE`] have at least one in common: the others are
    /// together too light to make them alike.
    fn telling(&self) -> &[(String, f64)] {
        let mut rest = 1.0;
        let light = self.0.iter().position(|(_, weight)| {
            let is_light = rest < ALIKE * ALIKE;
            rest -= weight * weight;
            is_light
        });
        &self.0[..light.unwrap_or(self.0.len())]
    }

    /// The cosine of the weights: 0 for no common word, 1 for the same words.
    pub(crate) fn similarity(&self, other: &Words) -> f64 {
        let weight =
            |word: &str| other.0.iter().find(|(it, _)| it == word).map_or(0.0, |(_, weight)| *weight);
        self.0.iter().map(|(word, own)| own * weight(word)).sum()
    }
}
