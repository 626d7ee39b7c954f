//! Questions that were not answered, grouped by what they ask.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use serde::{Deserialize, Serialize};

use crate::knowledge::Id;
use crate::matching::{Candidate, Matcher};
use crate::stable_hash::stable_hash;
use crate::time::Timestamp;

/// A question that was not answered, and how often it was asked in these words. The askers are not recorded.
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
    /// The most frequent first; never empty.
    misses: Vec<Miss>,
}

impl Cluster {
    /// In the words that were used most.
    pub fn question(&self) -> &str {
        &self.misses[0].question
    }

    /// The most frequent first.
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

    /// Each reason that occurs, with how often it does.
    pub fn reasons(&self) -> Vec<(MissReason, u32)> {
        let count = |why| {
            let counts = self.misses.iter().filter(|miss| miss.why == why).map(|miss| miss.count);
            counts.fold(0, u32::saturating_add)
        };
        let reasons = MissReason::ALL.into_iter().map(|why| (why, count(why)));
        reasons.filter(|(_, count)| *count > 0).collect()
    }

    /// The `n` nearest entries and terms, best first.
    pub fn nearest(&self, matcher: &Matcher, n: usize) -> Vec<Candidate> {
        matcher.rank(self.question(), n)
    }
}

/// From this similarity on, two misses with the same nearest entry ask the same.
///
/// Measured by the test `alike_questions_mean_the_same`: of the questions about the shipped folder that are put
/// together here, 72 of 79 belong together, and a maintainer sees those that do not; at 0.6 it is 106 of 114.
pub(crate) const ALIKE: f64 = 0.7;

/// Below this confidence the nearest entry is a matter of luck, and says nothing about the question.
const NEAR: f64 = 0.1;

/// From this similarity on, they have the same words; the difference from 1 is rounding.
const SAME_WORDS: f64 = 0.999;

/// The most clusters with a rare word in common that are compared with a miss, the most frequent first. It keeps ten
/// thousand questions about one thing from all being compared with each other.
const MOST_COMPARED: usize = 100;

/// Groups misses that ask the same, the most frequent first. See [`Gatherer::clusters`].
pub fn clusters(misses: &[Miss], matcher: &Matcher) -> Vec<Cluster> {
    Gatherer::default().clusters(misses, matcher)
}

/// Groups misses, and keeps what it has found out about each: reading one may take as long as answering it, and there
/// may be a thousand. It belongs to one matcher.
#[derive(Debug, Default)]
pub struct Gatherer(Mutex<HashMap<String, Arc<Known>>>);

/// More questions than a conversation reads at once, including those noted until it reads again.
const MOST_KNOWN: usize = 3_000;

/// What a question is compared by.
///
/// Each value is computed when it is needed; others that need it at the same time wait instead of computing it again.
#[derive(Debug, Default)]
struct Known {
    words: OnceLock<Words>,
    nearest: OnceLock<Option<Id>>,
}

impl Known {
    fn words(&self, question: &str, matcher: &Matcher) -> &Words {
        self.words.get_or_init(|| Words::of(question, matcher))
    }

    fn nearest(&self, question: &str, matcher: &Matcher) -> Option<&Id> {
        self.nearest.get_or_init(|| nearest_entry(matcher, question)).as_ref()
    }
}

impl Gatherer {
    /// The same misses give the same clusters, in whatever order they come. Each miss joins the cluster that it is
    /// most like: one whose most frequent question has the same words, or most of them and the same nearest entry.
    pub fn clusters(&self, misses: &[Miss], matcher: &Matcher) -> Vec<Cluster> {
        let mut sorted: Vec<&Miss> = misses.iter().collect();
        sorted.sort_by_key(|miss| (Reverse(miss.count), Reverse(miss.last), miss.question.as_str()));
        self.forget_others(misses);
        let mut gathering = Gathering { matcher, leaders: Vec::new(), by_word: HashMap::new() };
        for miss in sorted {
            gathering.add(miss, self.known(&miss.question));
        }
        let mut clusters: Vec<Cluster> =
            gathering.leaders.into_iter().map(|leader| Cluster { misses: leader.misses }).collect();
        clusters.sort_by_key(|it| (Reverse(it.count()), Reverse(it.last()), it.question().to_owned()));
        clusters
    }

    /// Reads a question now, so that grouping it takes no time later.
    pub fn read(&self, question: &str, matcher: &Matcher) {
        let known = self.known(question);
        known.words(question, matcher);
        known.nearest(question, matcher);
    }

    /// How many questions need not be read again.
    pub fn n_known(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    fn known(&self, question: &str) -> Arc<Known> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = all.get(question) {
            return known.clone();
        }
        let known = Arc::<Known>::default();
        if all.len() < MOST_KNOWN {
            all.insert(question.to_owned(), known.clone());
        }
        known
    }

    /// Questions that are settled or forgotten need not be known any longer.
    fn forget_others(&self, misses: &[Miss]) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() > misses.len() {
            let open: HashSet<&str> = misses.iter().map(|miss| miss.question.as_str()).collect();
            all.retain(|question, _| open.contains(question.as_str()));
        }
    }
}

/// Clusters as they grow.
struct Gathering<'m> {
    matcher: &'m Matcher,
    leaders: Vec<Leader>,
    /// For each word the leaders that have it among their distinctive ones, in order.
    by_word: HashMap<String, Vec<usize>>,
}

/// The first question of a cluster, to which the others are compared.
struct Leader {
    known: Arc<Known>,
    misses: Vec<Miss>,
}

impl Gathering<'_> {
    fn add(&mut self, miss: &Miss, known: Arc<Known>) {
        let words = known.words(&miss.question, self.matcher);
        match self.home(&miss.question, &known, words) {
            Some(leader) => self.leaders[leader].misses.push(miss.clone()),
            None => {
                for (word, _) in words.telling() {
                    self.by_word.entry(word.clone()).or_default().push(self.leaders.len());
                }
                self.leaders.push(Leader { known, misses: vec![miss.clone()] });
            }
        }
    }

    /// The cluster that a miss belongs to.
    fn home(&self, question: &str, miss: &Known, words: &Words) -> Option<usize> {
        let similarity = |leader: usize| {
            let Leader { known, misses } = &self.leaders[leader];
            known.words(&misses[0].question, self.matcher).similarity(words)
        };
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
            .map(|leader| (leader, similarity(leader)))
            .filter(|(_, similarity)| *similarity >= ALIKE)
            .collect();
        // A stable sort: of equals, the most frequent.
        alike.sort_by(|one, other| other.1.total_cmp(&one.1));
        let belongs = |(leader, similarity): &(usize, f64)| {
            *similarity >= SAME_WORDS || {
                let leader = &self.leaders[*leader];
                let nearest = leader.known.nearest(&leader.misses[0].question, self.matcher);
                match (miss.nearest(question, self.matcher), nearest) {
                    (Some(own), Some(other)) => own == other,
                    _ => true,
                }
            }
        };
        alike.into_iter().find(belongs).map(|(leader, _)| leader)
    }
}

/// The nearest entry, if any is near.
fn nearest_entry(matcher: &Matcher, question: &str) -> Option<Id> {
    let near = matcher.rank(question, 1).into_iter().find(|candidate| candidate.confidence >= NEAR);
    near.map(|candidate| candidate.id)
}

/// The words of a question with their weights; scaled to length 1.
#[derive(Debug)]
pub(crate) struct Words {
    /// The heaviest first.
    by_weight: Vec<(String, f64)>,
    /// The same by a hash of each, increasing.
    by_hash: Vec<(u64, f64)>,
}

impl Words {
    pub(crate) fn of(question: &str, matcher: &Matcher) -> Words {
        let mut words = matcher.words(question);
        if words.is_empty() {
            // Signs alone, such as an emoji.
            words.push((question.trim().to_owned(), 1.0));
        }
        words.sort_by(|one, other| one.0.cmp(&other.0).then_with(|| other.1.total_cmp(&one.1)));
        words.dedup_by(|again, first| again.0 == first.0);
        words.sort_by(|one, other| other.1.total_cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        let length = words.iter().map(|(_, weight)| weight * weight).sum::<f64>().sqrt();
        for (_, weight) in &mut words {
            *weight /= length;
        }
        let mut by_hash: Vec<(u64, f64)> =
            words.iter().map(|(word, weight)| (stable_hash(word), *weight)).collect();
        by_hash.sort_by_key(|(hash, _)| *hash);
        Words { by_weight: words, by_hash }
    }

    /// The heaviest words, of which two questions that are [`ALIKE`] have at least one in common: the others
    /// together are too light to make them alike.
    fn telling(&self) -> &[(String, f64)] {
        let mut rest = 1.0;
        let light = self.by_weight.iter().position(|(_, weight)| {
            let is_light = rest < ALIKE * ALIKE;
            rest -= weight * weight;
            is_light
        });
        &self.by_weight[..light.unwrap_or(self.by_weight.len())]
    }

    /// The cosine of the weights: 0 for no common word, 1 for the same words.
    pub(crate) fn similarity(&self, other: &Words) -> f64 {
        let (mut own, mut others) = (self.by_hash.iter().peekable(), other.by_hash.iter().peekable());
        let mut sum = 0.0;
        while let (Some((one, weight)), Some((two, other))) = (own.peek(), others.peek()) {
            if one == two {
                sum += weight * other;
            }
            let (passed, reached) = (one <= two, two <= one);
            own.next_if(|_| passed);
            others.next_if(|_| reached);
        }
        sum
    }
}
