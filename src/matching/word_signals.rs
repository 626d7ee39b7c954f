//! Which informative words a question and an entry do not share.

use super::background;
use super::evidence::{BY_SYNONYM, LeftOut};
use super::index::ReadText;
use super::model::Model;
use super::question_type::is_negated;
use super::signals::share;
use super::vocabulary::Stem;

/// The words of a question compared with an entry, and those of its nearest wording compared with the question. Words
/// of grammar and courtesy are left out except where noted. A synonym counts for the most part.
#[derive(Debug, Default)]
pub(super) struct WordSignals {
    /// The words that the entry has, each by how rare it is in questions about anything.
    pub(super) covered: f64,
    /// Those that it does not have.
    pub(super) uncovered: f64,
    /// Their share of all: 0 to 1.
    pub(super) uncovered_share: f64,
    /// How rare the rarest of them is.
    pub(super) most_uncovered: f64,
    /// The words that the entry has, each by how few entries have it.
    pub(super) distinctive: f64,
    /// How rare the rarest of them is.
    pub(super) most_telling: f64,
    /// The share of the nearest wording's words that the question does not have: 0 to 1.
    pub(super) missing: f64,
    /// The share of the question's words that the nearest wording does not have: 0 to 1.
    pub(super) not_in_nearest: f64,
    /// Those that no entry has, each by how rare it is in questions about anything.
    pub(super) strange: f64,
    /// How many of them are common words.
    pub(super) strange_words: f64,
    /// How many are not.
    pub(super) strange_names: f64,
    /// Whether the entry has the last word, which is often what the question is about; a half if there is none.
    pub(super) last: f64,
    /// The share of words of grammar and courtesy.
    pub(super) function_share: f64,
    /// Slips a letter.
    pub(super) slips: f64,
    pub(super) is_negated: bool,
}

impl WordSignals {
    pub(super) fn of(
        model: &Model,
        text: &ReadText,
        entry: usize,
        nearest: Option<usize>,
        left_out: LeftOut,
    ) -> WordSignals {
        let mut signals =
            WordSignals { last: 0.5, is_negated: is_negated(&text.readings), ..WordSignals::default() };
        let of_nearest: &[Stem] = nearest.map_or(&[], |it| model.asked.topical(it));
        let (mut not_in_nearest, mut n_function, mut n_slips, mut n_letters) = (0.0, 0.0, 0.0, 0.0);
        for (place, reading) in text.readings.iter().enumerate() {
            n_slips += reading.slips() as f64;
            n_letters += reading.typed.chars().count() as f64;
            if reading.is_function {
                n_function += 1.0;
                continue;
            }
            let Some((stem, likelihood)) = reading.stems.first() else { continue };
            let has = likelihood * model.evidence.coverage(place, *stem, &text.concepts, entry, left_out);
            let rarity = background::rarity(*stem);
            let among_entries = model.evidence.class_rarity(*stem, left_out);
            signals.covered += rarity * has;
            signals.uncovered += rarity * (1.0 - has);
            signals.most_uncovered = signals.most_uncovered.max(rarity * (1.0 - has));
            signals.distinctive += among_entries * has;
            signals.most_telling = signals.most_telling.max(among_entries * rarity * has);
            signals.last = has;
            if among_entries >= 1.0 {
                signals.strange += rarity * (1.0 - has);
                match reading.is_word {
                    true => signals.strange_words += 1.0 - has,
                    false => signals.strange_names += 1.0 - has,
                }
            }
            let mut own = text.concepts.iter().filter(|it| it.place == place);
            let means = |other: &Stem| own.any(|it| model.thesaurus.is_in(*other, it.group));
            not_in_nearest += rarity * lacking(of_nearest.contains(stem), || of_nearest.iter().any(means));
        }
        signals.uncovered_share = share(signals.uncovered, signals.covered + signals.uncovered);
        signals.not_in_nearest = share(not_in_nearest, signals.covered + signals.uncovered);
        signals.function_share = share(n_function, text.readings.len() as f64);
        signals.slips = share(n_slips, n_letters);
        let (mut whole, mut missing) = (0.0, 0.0);
        for stem in of_nearest {
            let rarity = model.evidence.class_rarity(*stem, LeftOut::Nothing);
            whole += rarity;
            let has = text.readings.iter().any(|it| it.share_of(*stem) > 0.0);
            missing += rarity
                * lacking(has, || text.concepts.iter().any(|it| model.thesaurus.is_in(*stem, it.group)));
        }
        signals.missing = share(missing, whole);
        signals
    }
}

/// How far a word is missing: 0 to 1.
fn lacking(has: bool, has_synonym: impl FnOnce() -> bool) -> f64 {
    match has {
        true => 0.0,
        false if has_synonym() => 1.0 - BY_SYNONYM,
        false => 1.0,
    }
}
