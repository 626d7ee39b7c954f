//! Which words of a question an entry accounts for.
//!
//! Two questions can share most words and ask for different things: "who is the CEO of …", "how much did …
//! invest". The words that the entry has never seen, above all those that no entry has seen, give it away.

use super::csr::Csr;
use super::spelling::Reading;
use super::thesaurus::Concept;
use super::vocabulary::Stem;

/// A class, and in how many of its phrasings something occurs; many are in ascending order of classes.
type Occurrences = (u32, u32);

/// Where the folder uses its stems and concepts.
#[derive(Debug, Clone, Default)]
pub(crate) struct Evidence {
    stems: Csr<Occurrences>,
    concepts: Csr<Occurrences>,
    n_phrasings: usize,
    /// How many phrasings each class has.
    sizes: Vec<usize>,
}

/// What is taken out of the folder while one of its own phrasings is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LeftOut {
    Nothing,
    /// One phrasing of this class.
    Phrasing(usize),
    Class(usize),
}

/// Shares of a question's topical words, each weighed by its rarity.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Account {
    /// Known to the class, themselves or by a synonym: 0 to 1.
    pub(crate) covered: f64,
    /// Known to no class: 0 to 1.
    pub(crate) unknown: f64,
    /// Known to other classes only: 0 to 1.
    pub(crate) elsewhere: f64,
    pub(crate) n_topical: f64,
}

/// How much a synonym counts where the word itself is not in the class.
pub(super) const BY_SYNONYM: f64 = 0.7;

/// How many wordings of the folder the general likelihood of a word counts as.
const GENERAL_WORDINGS: f64 = 200.0;

/// How many wordings of a class the folder's likelihood of a word counts as.
const FOLDER_WORDINGS: f64 = 2.0;

impl Evidence {
    /// Counts the occurrences in all phrasings, each with its class, in ascending order of classes.
    pub(crate) fn new<'a>(
        phrasings: impl Iterator<Item = (&'a [Reading], &'a [Concept], usize)>,
        n_stems: usize,
        n_groups: u32,
        n_classes: usize,
    ) -> Evidence {
        let mut by_stem = vec![Vec::new(); n_stems];
        let mut by_group = vec![Vec::new(); n_groups as usize];
        let mut sizes = vec![0; n_classes];
        for (readings, concepts, class) in phrasings {
            sizes[class] += 1;
            let mut stems: Vec<Stem> =
                readings.iter().flat_map(|it| it.stems.iter().map(|it| it.0)).collect();
            stems.sort_unstable();
            stems.dedup();
            let mut groups: Vec<u32> = concepts.iter().map(|concept| concept.group).collect();
            groups.sort_unstable();
            groups.dedup();
            for stem in stems {
                count(&mut by_stem[stem.index()], class);
            }
            for group in groups {
                count(&mut by_group[group as usize], class);
            }
        }
        Evidence {
            stems: by_stem.into_iter().collect(),
            concepts: by_group.into_iter().collect(),
            n_phrasings: sizes.iter().sum(),
            sizes,
        }
    }

    /// Whether any phrasing has the stem.
    pub(crate) fn has(&self, stem: Stem) -> bool {
        !self.stems.get(stem.index()).is_empty()
    }

    /// The share of the phrasings of a class that have the stem: 0 to 1.
    pub(crate) fn share_with(&self, stem: Stem, class: usize) -> f64 {
        let occurrences = self.stems.get(stem.index());
        let with = occurrences.binary_search_by_key(&(class as u32), |(class, _)| *class);
        with.map_or(0.0, |place| f64::from(occurrences[place].1) / self.sizes[class] as f64)
    }

    /// The classes whose phrasings have the stem.
    pub(crate) fn classes(&self, stem: Stem) -> impl Iterator<Item = usize> {
        self.stems.get(stem.index()).iter().map(|(class, _)| *class as usize)
    }

    /// How far a class has a word: 1 for the word itself, less for a synonym.
    pub(crate) fn coverage(
        &self,
        place: usize,
        stem: Stem,
        concepts: &[Concept],
        class: usize,
        left_out: LeftOut,
    ) -> f64 {
        if remaining(self.stems.get(stem.index()), class, left_out).0 > 0 {
            return 1.0;
        }
        let mut own = concepts.iter().filter(|it| it.place == place);
        let has = |it: &Concept| remaining(self.concepts.get(it.group as usize), class, left_out).0 > 0;
        if own.any(has) { BY_SYNONYM } else { 0.0 }
    }

    /// How few classes have a stem: 0 for one that all have, 1 for one that none has.
    pub(crate) fn class_rarity(&self, stem: Stem, left_out: LeftOut) -> f64 {
        let with = self.stems.get(stem.index()).iter().filter(|(class, n)| match left_out {
            LeftOut::Phrasing(own) if own == *class as usize => *n > 1,
            LeftOut::Class(own) => own != *class as usize,
            _ => true,
        });
        let greatest = libm::log(1.0 + self.sizes.len() as f64);
        1.0 - libm::log(1.0 + with.count() as f64) / greatest
    }

    /// How much likelier each class is to be asked with these words than questions about anything are: the mean of the words' log
    /// odds, by naive Bayes. `general` is how likely a stem is in questions about anything.
    pub(crate) fn odds(
        &self,
        readings: &[Reading],
        left_out: LeftOut,
        general: impl Fn(Stem) -> f64,
    ) -> Vec<f64> {
        let size = |class: usize| match left_out {
            LeftOut::Phrasing(own) if own == class => self.sizes[class] - 1,
            _ => self.sizes[class],
        };
        let mut odds = vec![0.0; self.sizes.len()];
        // Most classes lack a word, and those of one size have the same odds then: logarithms are what takes time here.
        let mut of_lacking = vec![None; self.sizes.iter().max().map_or(0, |size| size + 1)];
        for (stem, share) in readings.iter().filter_map(|it| it.stems.first()) {
            let general = general(*stem);
            let occurrences = self.stems.get(stem.index());
            let in_folder: u32 =
                occurrences.iter().map(|(class, n)| rest(*class as usize, *n, left_out)).sum();
            let likelihood = (f64::from(in_folder) + GENERAL_WORDINGS * general)
                / (self.n_phrasings as f64 + GENERAL_WORDINGS);
            let log_odds = |n: u32, size: usize| {
                let of_class =
                    (f64::from(n) + FOLDER_WORDINGS * likelihood) / (size as f64 + FOLDER_WORDINGS);
                libm::log(of_class / general)
            };
            of_lacking.fill(None);
            let mut occurrences = occurrences.iter().peekable();
            for (class, sum) in odds.iter_mut().enumerate() {
                let own = occurrences.next_if(|(it, _)| *it as usize == class);
                let log_odds = match (own.map_or(0, |(_, n)| rest(class, *n, left_out)), size(class)) {
                    (0, size) => *of_lacking[size].get_or_insert_with(|| log_odds(0, size)),
                    (n, size) => log_odds(n, size),
                };
                *sum += share * log_odds;
            }
        }
        odds.iter_mut().for_each(|it| *it /= readings.len().max(1) as f64);
        odds
    }

    /// How far `class` accounts for the words of a question.
    pub(crate) fn account(
        &self,
        readings: &[Reading],
        concepts: &[Concept],
        class: usize,
        left_out: LeftOut,
    ) -> Account {
        let mut account = Account::default();
        let mut total = 0.0;
        for (place, reading) in readings.iter().enumerate() {
            let Some((stem, share)) = reading.stems.first() else { continue };
            if reading.is_function {
                continue;
            }
            let (in_class, anywhere) = remaining(self.stems.get(stem.index()), class, left_out);
            let (mut group_in_class, mut group_anywhere) = (false, false);
            for concept in concepts.iter().filter(|concept| concept.place == place) {
                let (in_class, anywhere) =
                    remaining(self.concepts.get(concept.group as usize), class, left_out);
                group_in_class |= in_class > 0;
                group_anywhere |= anywhere > 0;
            }
            let rarity = libm::log((1.0 + self.n_phrasings as f64) / (1.0 + f64::from(anywhere))) + 1.0;
            total += rarity;
            account.n_topical += 1.0;
            if in_class > 0 {
                account.covered += rarity * share;
            } else if group_in_class {
                account.covered += rarity * share * BY_SYNONYM;
            } else if anywhere > 0 {
                account.elsewhere += rarity;
            }
            if anywhere == 0 {
                let strangeness = if group_anywhere { 0.5 } else { 1.0 };
                account.unknown += rarity * strangeness;
            }
        }
        if total > 0.0 {
            account.covered /= total;
            account.unknown /= total;
            account.elsewhere /= total;
        }
        account
    }
}

fn count(occurrences: &mut Vec<Occurrences>, class: usize) {
    let class = class as u32;
    match occurrences.last_mut() {
        Some((last, n)) if *last == class => *n += 1,
        _ => occurrences.push((class, 1)),
    }
}

/// Occurrences in a class, minus those left out.
fn rest(class: usize, n: u32, left_out: LeftOut) -> u32 {
    match left_out {
        LeftOut::Phrasing(own) if own == class => n.saturating_sub(1),
        LeftOut::Class(own) if own == class => 0,
        _ => n,
    }
}

/// Occurrences in the class and anywhere, minus those left out.
fn remaining(occurrences: &[Occurrences], class: usize, left_out: LeftOut) -> (u32, u32) {
    let (mut in_class, mut anywhere) = (0, 0);
    for (it, n) in occurrences {
        let n = match left_out {
            LeftOut::Phrasing(own) if own == *it as usize => n - 1,
            LeftOut::Class(own) if own == *it as usize => 0,
            _ => *n,
        };
        anywhere += n;
        if *it as usize == class {
            in_class = n;
        }
    }
    (in_class, anywhere)
}
