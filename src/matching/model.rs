//! Everything that is fitted from a folder.

use super::confidence::{Confidence, Example, Signals};
use super::decision::{self, Thresholds};
use super::evidence::{Evidence, LeftOut};
use super::features::{Index, Text, Vector};
use super::fit::{LeaveOut, Ridge, kernel};
use super::local::Local;
use super::normalize;
use super::sentences;
use super::thesaurus::Thesaurus;
use super::training::{self, Class, Kind};
use super::typos::{Reading, Speller, stem_of};
use super::vocabulary::{Stem, Vocabulary};
use crate::knowledge::Knowledge;
use faqbot_linear::Square;

/// A folder, fitted.
#[derive(Debug, Clone)]
pub(crate) struct Model {
    pub(crate) classes: Vec<Class>,
    /// Each phrasing's text and class.
    pub(crate) phrasings: Vec<(String, usize)>,
    speller: Speller,
    vocabulary: Vocabulary,
    thesaurus: Thesaurus,
    index: Index,
    evidence: Evidence,
    fit: Fit,
    confidence: Confidence,
    pub(crate) thresholds: Thresholds,
}

/// How similarities become scores.
#[derive(Debug, Clone)]
enum Fit {
    /// Fitted to all phrasings, at load.
    All(Ridge),
    /// Fitted to the neighbours of each question.
    Local(Local),
}

/// Folders with more phrasings are fitted to the neighbours of each question: the matrix of all takes 32 MB here, and its
/// inverse about a second.
const MAX_DENSE: usize = 2000;

/// How many phrasings of a folder are asked to find out how sure to be.
const MAX_EXAMPLES: usize = 2000;

impl Fit {
    fn scores(&self, similarities: &[f64]) -> Vec<f64> {
        match self {
            Fit::All(ridge) => {
                let kernels: Vec<f64> = similarities.iter().map(|it| kernel(*it)).collect();
                ridge.scores(&kernels)
            }
            Fit::Local(local) => local.scores(similarities),
        }
    }
}

fn fit_all(index: &Index, vectors: &[Vector], class_of: Vec<usize>, n_classes: usize) -> (Ridge, ClosedForm) {
    let similarities: Vec<Vec<f64>> = vectors.iter().map(|vector| index.similarities(vector)).collect();
    let mut gram = Square::zero(vectors.len());
    for (row, similarities) in similarities.iter().enumerate() {
        for (cell, similarity) in gram.row_mut(row)[..=row].iter_mut().zip(similarities) {
            *cell = kernel(*similarity);
        }
    }
    let (ridge, leave_out) = Ridge::new(gram, class_of, n_classes);
    (ridge, ClosedForm { leave_out, similarities })
}

/// What is needed to ask the folder its own phrasings as if they were not in it.
#[derive(Debug)]
pub(crate) struct Rehearsal {
    /// Where the fit is to all phrasings.
    closed_form: Option<ClosedForm>,
    texts: Vec<(Text, usize)>,
    /// Which phrasings a person wrote.
    written: Vec<bool>,
}

#[derive(Debug)]
struct ClosedForm {
    leave_out: LeaveOut,
    similarities: Vec<Vec<f64>>,
}

/// A question against the folder.
#[derive(Debug, Clone)]
pub(crate) struct Scored {
    pub(crate) text: Text,
    /// How alike it is to each phrasing.
    pub(crate) similarities: Vec<f64>,
    /// The score of each class.
    pub(crate) scores: Vec<f64>,
    /// The probability that the best entry or term is what was asked for.
    pub(crate) confidence: f64,
}

impl Scored {
    /// The class of this kind with the greatest score.
    pub(crate) fn best(&self, model: &Model, kind: Kind) -> Option<usize> {
        let classes = (0..self.scores.len()).rev().filter(|class| model.classes[*class].kind == kind);
        classes.max_by(|a, b| self.scores[*a].total_cmp(&self.scores[*b]))
    }

    /// Entries and terms, best first.
    pub(crate) fn ranking(&self, model: &Model) -> Vec<usize> {
        let mut classes: Vec<usize> =
            (0..self.scores.len()).filter(|class| model.classes[*class].kind == Kind::Answer).collect();
        classes.sort_by(|a, b| self.scores[*b].total_cmp(&self.scores[*a]).then(a.cmp(b)));
        classes
    }
}

impl Model {
    pub(crate) fn new(knowledge: &Knowledge) -> (Model, Rehearsal) {
        let classes = training::classes(knowledge);
        let wordings = || {
            classes.iter().enumerate().flat_map(|(class, it)| it.wordings.iter().map(move |it| (it, class)))
        };
        let words: Vec<Vec<normalize::Word>> = wordings().map(|(it, _)| normalize::words(&it.text)).collect();
        let plain = words.iter().flatten().filter(|word| word.value.is_none()).map(|word| word.text.as_str());
        let speller = Speller::new(plain);
        let mut vocabulary = Vocabulary::default();
        for word in words.iter().flatten() {
            vocabulary.add(&stem_of(word));
        }
        let mut synonyms = knowledge.synonyms.clone();
        synonyms.iter_mut().for_each(|group| group.sort());
        synonyms.sort();
        let thesaurus = Thesaurus::new(&synonyms, &mut vocabulary);
        let texts: Vec<(Text, usize)> = words
            .iter()
            .zip(wordings())
            .map(|(words, (_, class))| {
                let readings: Vec<Reading> =
                    words.iter().map(|word| Reading::exact(word, &vocabulary)).collect();
                let concepts = thesaurus.concepts(&readings);
                (Text { readings, concepts }, class)
            })
            .collect();
        let (index, vectors) = Index::new(&texts, classes.len(), thesaurus.n_groups());
        let evidence = Evidence::new(
            texts.iter().map(|(text, class)| (&text.readings[..], &text.concepts[..], *class)),
            vocabulary.len(),
            thesaurus.n_groups(),
        );
        let class_of: Vec<usize> = texts.iter().map(|(_, class)| *class).collect();
        let (fit, closed_form) = if texts.len() <= MAX_DENSE {
            let (ridge, closed_form) = fit_all(&index, &vectors, class_of, classes.len());
            (Fit::All(ridge), Some(closed_form))
        } else {
            (Fit::Local(Local::new(vectors, class_of, classes.len())), None)
        };
        let written: Vec<bool> = wordings().map(|(it, _)| it.written).collect();
        let phrasings = wordings().map(|(it, class)| (it.text.clone(), class)).collect();
        let mut model = Model {
            classes,
            phrasings,
            speller,
            vocabulary,
            thesaurus,
            index,
            evidence,
            fit,
            confidence: Confidence::fit(&[]),
            thresholds: Thresholds::choose(std::iter::empty()),
        };
        let rehearsal = Rehearsal { closed_form, texts, written };
        let examples = model.examples(&rehearsal);
        model.confidence = Confidence::fit(&examples);
        let near_misses =
            decision::near_misses(&examples, |example| model.confidence.probability(&example.signals));
        model.thresholds = Thresholds::choose(near_misses);
        (model, rehearsal)
    }

    /// What the ranking would have been for each phrasing, had it or its whole class not been in the folder.
    fn examples(&self, rehearsal: &Rehearsal) -> Vec<Example> {
        let mut examples = Vec::new();
        let every = rehearsal.texts.len().div_ceil(MAX_EXAMPLES).max(1);
        for (class, it) in self.classes.iter().enumerate() {
            let own = self.phrasings_of(class);
            let sample: Vec<usize> = own.iter().copied().filter(|phrasing| phrasing % every == 0).collect();
            for (phrasing, scores, similarities) in self.without(rehearsal, &sample, &own) {
                let text = &rehearsal.texts[phrasing].0;
                let (signals, _) = self.signals(text, &similarities, &scores, LeftOut::Class(class));
                let near_miss = it.kind == Kind::Answer;
                examples.push(Example { signals, right: false, near_miss });
            }
            for phrasing in sample.into_iter().filter(|phrasing| rehearsal.written[*phrasing]) {
                let (signals, top) = self.left_out_alone(rehearsal, phrasing).1;
                let right = it.kind == Kind::Answer && top == class;
                examples.push(Example { signals, right, near_miss: false });
            }
        }
        examples
    }

    /// Each asked phrasing with its scores and similarities, had those that are left out not been in the folder.
    fn without(
        &self,
        rehearsal: &Rehearsal,
        asked: &[usize],
        left_out: &[usize],
    ) -> Vec<(usize, Vec<f64>, Vec<f64>)> {
        let mut closed = match (&rehearsal.closed_form, &self.fit) {
            (Some(it), Fit::All(ridge)) if !left_out.is_empty() => it.leave_out.scores(ridge, left_out),
            _ => Vec::new(),
        };
        let similarities = |phrasing: usize| {
            let mut similarities = match (&rehearsal.closed_form, &self.fit) {
                (Some(it), _) => it.similarities[phrasing].clone(),
                (None, Fit::Local(local)) => self.index.similarities(local.vector(phrasing)),
                (None, Fit::All(_)) => unreachable!("a fit to all phrasings comes with its closed form"),
            };
            left_out.iter().for_each(|it| similarities[*it] = 0.0);
            similarities
        };
        let place = |phrasing: &usize| left_out.iter().position(|it| it == phrasing);
        asked
            .iter()
            .map(|phrasing| {
                let similarities = similarities(*phrasing);
                let scores = match place(phrasing).and_then(|place| closed.get_mut(place)) {
                    Some(scores) => std::mem::take(scores),
                    None => self.fit.scores(&similarities),
                };
                (*phrasing, scores, similarities)
            })
            .collect()
    }

    /// One phrasing asked as if it alone were not in the folder: scored, with its signals and the best answer.
    fn left_out_alone(&self, rehearsal: &Rehearsal, phrasing: usize) -> (Scored, (Signals, usize)) {
        let (_, scores, similarities) = self.without(rehearsal, &[phrasing], &[phrasing]).remove(0);
        let (text, class) = &rehearsal.texts[phrasing];
        let signals = self.signals(text, &similarities, &scores, LeftOut::Phrasing(*class));
        let confidence = self.confidence.probability(&signals.0);
        (Scored { text: text.clone(), similarities, scores, confidence }, signals)
    }

    /// Each phrasing that a person wrote, scored as if it were not in the folder, in the folder's order.
    pub(crate) fn leave_one_out(&self, rehearsal: &Rehearsal) -> Vec<(usize, Scored)> {
        let written = (0..self.phrasings.len()).filter(|phrasing| rehearsal.written[*phrasing]);
        written.map(|phrasing| (phrasing, self.left_out_alone(rehearsal, phrasing).0)).collect()
    }

    /// The class's phrasings, in the order of its wordings.
    pub(crate) fn phrasings_of(&self, class: usize) -> Vec<usize> {
        (0..self.phrasings.len()).filter(|phrasing| self.phrasings[*phrasing].1 == class).collect()
    }

    /// What is known about the ranking, and the best entry or term.
    fn signals(
        &self,
        text: &Text,
        similarities: &[f64],
        scores: &[f64],
        left_out: LeftOut,
    ) -> (Signals, usize) {
        let counts = |class: usize| left_out != LeftOut::Class(class);
        let best = |kind: Kind, but: Option<usize>| {
            (0..scores.len())
                .filter(|class| counts(*class) && self.classes[*class].kind == kind && Some(*class) != but)
                .rev()
                .max_by(|a, b| scores[*a].total_cmp(&scores[*b]))
        };
        let Some(top) = best(Kind::Answer, None) else {
            return (Signals::default(), 0);
        };
        let second = best(Kind::Answer, Some(top)).map_or(0.0, |class| scores[class].max(0.0));
        let outside = best(Kind::OutOfScope, None).map_or(0.0, |class| scores[class].max(0.0));
        let positive: f64 = (0..scores.len())
            .filter(|it| counts(*it) && self.classes[*it].kind != Kind::SmallTalk)
            .map(|class| scores[class].max(0.0))
            .sum();
        let (mut near, mut near_other) = (0.0_f64, 0.0_f64);
        for ((_, class), similarity) in self.phrasings.iter().zip(similarities) {
            if *class == top {
                near = near.max(*similarity);
            } else if self.classes[*class].kind != Kind::SmallTalk {
                near_other = near_other.max(*similarity);
            }
        }
        let account = self.evidence.account(&text.readings, &text.concepts, top, left_out);
        let signals = [
            scores[top],
            scores[top] - second,
            scores[top] - outside,
            if positive > 0.0 { scores[top].max(0.0) / positive } else { 0.0 },
            near,
            near - near_other,
            account.covered,
            account.unknown,
            account.elsewhere,
        ];
        (signals, top)
    }

    /// The share of the topical words that the class accounts for; all, if there is none.
    pub(crate) fn covers(&self, text: &Text, class: usize) -> f64 {
        let account = self.evidence.account(&text.readings, &text.concepts, class, LeftOut::Nothing);
        if account.n_topical == 0.0 { 1.0 } else { account.covered }
    }

    /// What a phrasing adds to the score of a class for a question, given its similarity to each phrasing.
    pub(crate) fn part_of_score(&self, phrasing: usize, class: usize, similarities: &[f64]) -> f64 {
        match &self.fit {
            Fit::All(ridge) => ridge.weight(phrasing, class) * kernel(similarities[phrasing]),
            Fit::Local(local) => local.part_of_score(phrasing, similarities),
        }
    }

    /// Whether the folder has the word, or the one it was mended to.
    pub(crate) fn knows(&self, reading: &Reading) -> bool {
        reading.stems.iter().any(|(stem, _)| self.evidence.has(*stem))
    }

    /// Reads words of the folder itself, which need no mending.
    pub(crate) fn read_exactly(&self, words: &[normalize::Word]) -> Text {
        let readings: Vec<Reading> =
            words.iter().map(|word| Reading::exact(word, &self.vocabulary)).collect();
        let concepts = self.thesaurus.concepts(&readings);
        Text { readings, concepts }
    }

    /// The stem of each word of a question, in the spelling that was meant, and what it weighs.
    pub(crate) fn words(&self, question: &str) -> Vec<(String, f64)> {
        /// Grammar and courtesy tell little, also where the folder happens not to have the word.
        const FUNCTION_WORD: f64 = 0.3;
        let readings = self.read(question).readings.into_iter();
        let words = readings.map(|reading| {
            let stem = reading.stems.first().map_or(Stem::UNKNOWN, |(stem, _)| *stem);
            let share = if reading.is_function { FUNCTION_WORD } else { 1.0 };
            let word =
                normalize::Word { text: reading.mended.unwrap_or(reading.typed), value: reading.value };
            (stem_of(&word), share * self.index.weight_of(stem))
        });
        words.collect()
    }

    fn read(&self, question: &str) -> Text {
        let words = normalize::words(question);
        let readings: Vec<Reading> =
            words.iter().map(|word| self.speller.read(word, &self.vocabulary)).collect();
        let concepts = self.thesaurus.concepts(&readings);
        Text { readings, concepts }
    }

    /// Scores the part of a message that is most surely a question of the folder; what the whole message says
    /// counts as much as that part.
    pub(crate) fn score(&self, message: &str) -> Scored {
        let whole = self.score_part(message);
        let parts = sentences::questions(message).into_iter().filter(|part| *part != message);
        let surest = parts
            .map(|part| self.score_part(part))
            .reduce(|best, it| if it.confidence > best.confidence { it } else { best });
        let Some(mut part) = surest else { return whole };
        for (score, other) in part.scores.iter_mut().zip(&whole.scores) {
            *score = (*score + other) / 2.0;
        }
        let (signals, _) = self.signals(&part.text, &part.similarities, &part.scores, LeftOut::Nothing);
        part.confidence = self.confidence.probability(&signals);
        part
    }

    fn score_part(&self, question: &str) -> Scored {
        let text = self.read(question);
        let similarities = self.index.similarities(&self.index.vector(&text));
        let scores = self.fit.scores(&similarities);
        let (signals, _) = self.signals(&text, &similarities, &scores, LeftOut::Nothing);
        let confidence = self.confidence.probability(&signals);
        let mut scored = Scored { text, similarities, scores, confidence };
        self.settle_exact(&mut scored);
        scored
    }

    /// Whoever types the very words of a phrasing gets its class, whatever the others score.
    fn settle_exact(&self, scored: &mut Scored) {
        let Some(phrasing) = scored.similarities.iter().position(|it| *it >= EXACT) else { return };
        let class = self.phrasings[phrasing].1;
        let greatest = scored.scores.iter().copied().fold(0.0, f64::max);
        scored.scores[class] = greatest + 0.1;
        if self.classes[class].kind == Kind::Answer {
            scored.confidence = scored.confidence.max(EXACT_CONFIDENCE);
        }
    }

    /// Whether a message is one topical word that several entries have, alone or with an article: a subject, and no
    /// question about it.
    pub(crate) fn is_generic(&self, scored: &Scored) -> bool {
        if scored.text.readings.len() > 2 {
            return false;
        }
        let mut topical = scored.text.readings.iter().filter(|reading| !reading.is_function);
        let (Some(reading), None) = (topical.next(), topical.next()) else { return false };
        let exact = scored.similarities.iter().any(|similarity| *similarity >= EXACT);
        let stem = reading.stems.first().map(|(stem, _)| *stem);
        let classes = stem.map_or(0, |stem| {
            self.evidence.classes(stem).filter(|it| self.classes[*it].kind == Kind::Answer).count()
        });
        !exact && reading.value.is_none() && classes >= GENERIC
    }
}

/// From this similarity on a question is a phrasing of the folder, word for word.
const EXACT: f64 = 0.9999;

/// How sure the very words of a phrasing make.
const EXACT_CONFIDENCE: f64 = 0.95;

/// A word that so many entries have names a subject.
const GENERIC: usize = 3;
