//! Everything that is fitted from a folder.

use super::analyzer::Analyzer;
use super::asked::Asked;
use super::calibration::{Confidence, Contest};
use super::context;
use super::cross_validation::{ClosedForm, CrossValidation};
use super::decoding::Decoding;
use super::evidence::{Evidence, LeftOut};
use super::fitted;
use super::index::{Index, ReadText};
use super::kernel_ridge::{self, Ridge, kernel};
use super::local_ridge::Local;
use super::normalize;
use super::question_type;
use super::sentences;
use super::signals::{Comparison, Signals};
use super::spelling::{Memory, Reading, Speller, stem_of};
use super::thesaurus::Thesaurus;
use super::training::{self, Class, ClassKind, Origin, Wording};
use super::vocabulary::{Stem, Vocabulary};
use crate::knowledge::Knowledge;

/// A folder, fitted.
#[derive(Debug, Clone)]
pub(crate) struct Model {
    pub(crate) classes: Vec<Class>,
    /// The class of each wording; the wordings of a class follow each other.
    pub(crate) class_of: Vec<usize>,
    speller: Speller,
    vocabulary: Vocabulary,
    pub(crate) thesaurus: Thesaurus,
    pub(crate) asked: Asked,
    pub(crate) index: Index,
    pub(crate) evidence: Evidence,
    pub(crate) fit: Fit,
    pub(crate) confidence: Confidence,
}

/// How similarities become scores.
#[derive(Debug, Clone)]
pub(crate) enum Fit {
    /// Fitted to all phrasings, at load.
    All(Ridge),
    /// Fitted to the neighbours of each question.
    Local(Local),
}

/// Folders with more wordings are fitted to the neighbours of each question: fitting all takes half a second here, and eight
/// times as long for twice as many.
const MAX_DENSE: usize = 2000;

impl Fit {
    /// The score of each class, given the similarity to each wording of the folder.
    pub(crate) fn scores(&self, similarities: &[f64], index: &Index) -> Vec<f64> {
        match self {
            Fit::All(ridge) => {
                let kernels: Vec<f64> = similarities.iter().map(|it| kernel(*it)).collect();
                ridge.scores(&kernels)
            }
            Fit::Local(local) => local.scores(similarities, index),
        }
    }
}

/// A question compared with the folder.
#[derive(Debug, Clone)]
pub(crate) struct Scored {
    pub(crate) text: ReadText,
    /// How alike it is to each phrasing.
    pub(crate) similarities: Vec<f64>,
    /// The score of each class.
    pub(crate) scores: Vec<f64>,
    /// The entries and terms that may have been asked for, the likeliest first, each with its probability.
    pub(crate) contenders: Vec<(usize, f64)>,
    /// It is a phrasing of the folder, word for word.
    pub(crate) is_exact: bool,
}

impl Scored {
    /// The probability that the best entry or term is what was asked for.
    pub(crate) fn confidence(&self) -> f64 {
        self.contenders.first().map_or(0.0, |(_, confidence)| *confidence)
    }

    /// The group of this kind with the greatest score.
    pub(crate) fn best_group(&self, model: &Model, kind: ClassKind) -> Option<usize> {
        let classes = (0..self.scores.len()).rev().filter(|class| model.classes[*class].kind == kind);
        classes.max_by(|a, b| self.scores[*a].total_cmp(&self.scores[*b]))
    }

    /// Entries and terms, best first: those that contend, then the others by their scores.
    pub(crate) fn ranking(&self, model: &Model) -> Vec<usize> {
        let contenders = self.contenders.iter().map(|(class, _)| *class);
        let contends = |class: &usize| self.contenders.iter().any(|(it, _)| it == class);
        let mut others: Vec<usize> = (0..self.scores.len())
            .filter(|class| model.classes[*class].kind == ClassKind::Answer && !contends(class))
            .collect();
        others.sort_by(|a, b| self.scores[*b].total_cmp(&self.scores[*a]).then(a.cmp(b)));
        contenders.chain(others).collect()
    }
}

impl Model {
    pub(crate) fn new(knowledge: &Knowledge) -> (Model, CrossValidation) {
        let analyzer = Analyzer::new(&knowledge.bot.languages);
        let classes = training::classes(knowledge);
        let wordings = || {
            classes.iter().enumerate().flat_map(|(class, it)| it.wordings.iter().map(move |it| (it, class)))
        };
        let words: Vec<Vec<normalize::Word>> =
            wordings().map(|(it, _)| normalize::words(&it.text, &analyzer)).collect();
        let plain = words.iter().flatten().filter(|word| word.value.is_none()).map(|word| word.text.as_str());
        let speller = Speller::new(plain, analyzer.clone());
        let mut vocabulary = Vocabulary::new(&analyzer);
        for word in words.iter().flatten() {
            vocabulary.add(&stem_of(word, &analyzer));
        }
        let mut synonyms = knowledge.synonyms.clone();
        synonyms.iter_mut().for_each(|group| group.sort());
        synonyms.sort();
        let thesaurus = Thesaurus::new(&synonyms, &mut vocabulary, &analyzer);
        let texts: Vec<(ReadText, usize)> = words
            .iter()
            .zip(wordings())
            .map(|(words, (_, class))| (ReadText::exact(words, &vocabulary, &thesaurus, &analyzer), class))
            .collect();
        let index = Index::new(&texts, classes.len());
        let evidence = Evidence::new(
            texts.iter().map(|(text, class)| (&text.readings[..], &text.concepts[..], *class)),
            vocabulary.len(),
            thesaurus.n_groups(),
            classes.len(),
        );
        let class_of: Vec<usize> = texts.iter().map(|(_, class)| *class).collect();
        let origins: Vec<Origin> = wordings().map(|(it, _)| it.origin).collect();
        let asked = Asked::new(&texts, &origins, classes.len());
        let ridges = kernel_ridge::ridges(&class_of, &origins, classes.len());
        let (fit, closed_form) = if texts.len() <= MAX_DENSE {
            let class_of = class_of.clone();
            let (ridge, closed_form) = ClosedForm::fit(&index, class_of, &ridges, classes.len());
            (Fit::All(ridge), Some(closed_form))
        } else {
            (Fit::Local(Local::new(class_of.clone(), ridges, classes.len())), None)
        };
        let network = if analyzer.is_english() { &fitted::ENGLISH } else { &fitted::OTHER };
        let mut model = Model {
            classes,
            class_of,
            speller,
            vocabulary,
            thesaurus,
            asked,
            index,
            evidence,
            fit,
            confidence: Confidence::new(network),
        };
        let rehearsal = CrossValidation { closed_form, texts, origins };
        let examples = rehearsal.examples(&model);
        model.confidence = Confidence::fit(network, &examples, rehearsal.mean_wordings(&model));
        (model, rehearsal)
    }

    /// The rules and lists of the folder's languages.
    pub(crate) fn analyzer(&self) -> &Analyzer {
        &self.speller.analyzer
    }

    /// The numbers of the wordings of a class.
    pub(crate) fn wordings_of(&self, class: usize) -> std::ops::Range<usize> {
        let before = |end: usize| self.class_of.partition_point(|it| *it < end);
        before(class)..before(class + 1)
    }

    /// A wording and its class.
    pub(crate) fn wording(&self, number: usize) -> (&Wording, &Class) {
        let class = self.class_of[number];
        let first = self.wordings_of(class).start;
        (&self.classes[class].wordings[number - first], &self.classes[class])
    }

    /// Which entries and terms may be meant, before the folder's own phrasings are considered.
    pub(crate) fn contest(
        &self,
        text: &ReadText,
        similarities: &[f64],
        scores: &[f64],
        left_out: LeftOut,
    ) -> Contest {
        let comparison = Comparison::new(self, text, similarities, scores, left_out);
        let contenders = comparison.contenders(ClassKind::Answer).into_iter();
        let contenders: Vec<(usize, Signals)> =
            contenders.map(|class| (class, comparison.signals(class))).collect();
        self.confidence.contest(&contenders)
    }

    /// The probability of each contender that it is what was asked for, the likeliest first; none where the folder has nothing in
    /// common with the text.
    pub(crate) fn sure_of(
        &self,
        text: &ReadText,
        similarities: &[f64],
        contest: &Contest,
    ) -> Vec<(usize, f64)> {
        if similarities.iter().all(|it| *it <= 0.0) {
            return Vec::new();
        }
        let classes = contest.0.iter().map(|(class, _)| *class);
        let weighed = |(class, probability): (usize, f64)| {
            let is_turned_round = self.is_turned_round(text, similarities, class);
            (class, if is_turned_round { probability * TURNED_ROUND } else { probability })
        };
        let probabilities = self.confidence.probabilities(contest);
        let mut sure: Vec<(usize, f64)> = classes.zip(probabilities).map(weighed).collect();
        sure.sort_by(|a, b| b.1.total_cmp(&a.1));
        sure
    }

    /// The probability that a group is what was asked for.
    pub(crate) fn confidence_of_group(&self, scored: &Scored, group: usize) -> f64 {
        let Scored { text, similarities, scores, .. } = scored;
        let comparison = Comparison::new(self, text, similarities, scores, LeftOut::Nothing);
        let contest = self.confidence.contest(&[(group, comparison.signals(group))]);
        self.confidence.probabilities(&contest)[0]
    }

    /// The share of the topical words that the class accounts for; all of it if there are none.
    pub(crate) fn covers(&self, text: &ReadText, class: usize) -> f64 {
        let account = self.evidence.account(&text.readings, &text.concepts, class, LeftOut::Nothing);
        if account.n_topical == 0.0 { 1.0 } else { account.covered }
    }

    /// What each wording of a class adds to its score for a question, given its similarity to each wording of the folder.
    pub(crate) fn parts_of_score(&self, class: usize, similarities: &[f64]) -> Vec<f64> {
        let own = self.wordings_of(class);
        match &self.fit {
            Fit::All(ridge) => own.map(|it| ridge.weight(it, class) * kernel(similarities[it])).collect(),
            Fit::Local(local) => local.parts_of_scores(similarities, &self.index)[own].to_vec(),
        }
    }

    /// Whether the folder has the word, or the one it was mended to.
    pub(crate) fn knows(&self, reading: &Reading) -> bool {
        reading.stems.iter().any(|(stem, _)| self.evidence.has(*stem))
    }

    /// Reads words of the folder itself, which need no correction.
    pub(crate) fn read_exactly(&self, words: &[normalize::Word]) -> ReadText {
        ReadText::exact(words, &self.vocabulary, &self.thesaurus, self.analyzer())
    }

    /// The stem of each word of a question, in the spelling that was meant, and its weight.
    pub(crate) fn words(&self, question: &str) -> Vec<(String, f64)> {
        /// Words of grammar and courtesy say little, even where the folder happens not to have them.
        const FUNCTION_WORD: f64 = 0.3;
        let readings = self.read(question, &mut Memory::default()).readings.into_iter();
        let words = readings.map(|reading| {
            let stem = reading.stems.first().map_or(Stem::UNKNOWN, |(stem, _)| *stem);
            let share = if reading.is_function { FUNCTION_WORD } else { 1.0 };
            let word =
                normalize::Word { text: reading.mended.unwrap_or(reading.typed), value: reading.value };
            (stem_of(&word, self.analyzer()), share * self.index.weight_of(stem))
        });
        words.collect()
    }

    fn read(&self, question: &str, memory: &mut Memory) -> ReadText {
        let words = normalize::words(question, self.analyzer());
        let readings: Vec<Reading> =
            words.iter().map(|word| self.speller.read(word, &self.vocabulary, memory)).collect();
        let concepts = self.thesaurus.concepts(&readings);
        ReadText { readings, concepts }
    }

    /// The scores of a message, read as it was most likely typed.
    pub(crate) fn score(&self, message: &str) -> Scored {
        self.decode(message).0
    }

    /// The scores of a message. One of which hardly a word is known as typed is read from other keyboards and from
    /// Latin letters as well; the reading with the most known words counts.
    pub(crate) fn decode(&self, message: &str) -> (Scored, Option<Decoding>) {
        let typed = self.score_message(message, Memory::default());
        let may_be_other = self.speller.latin().is_some() || self.analyzer().has_keyboard();
        if !may_be_other || !self.speller.is_foreign(&normalize::words(message, self.analyzer())) {
            return (typed, None);
        }
        let is_known = |token: &str| {
            let words = normalize::plain_words(token, self.analyzer());
            !words.is_empty() && words.iter().all(|word| self.speller.has(word))
        };
        let languages = self.analyzer().languages().iter();
        let on_keyboards = languages.filter_map(|it| Decoding::on_keyboard(message, *it, is_known));
        let decodings = on_keyboards.chain(self.speller.latin().map(Decoding::LatinLetters));
        let mut best = (self.known(&typed), typed, None);
        for decoding in decodings {
            let scored = match &decoding {
                Decoding::Keyboard(_, text) => self.score_message(text, Memory::default()),
                Decoding::LatinLetters(_) => self.score_message(message, Memory::in_latin_letters()),
            };
            let known = self.known(&scored);
            if known > best.0 {
                best = (known, scored, Some(decoding));
            }
        }
        (best.1, best.2)
    }

    /// The share of a message's words that the folder has, 0 to 1; a word that was mended counts as much as is left of it.
    pub(crate) fn known(&self, scored: &Scored) -> f64 {
        let readings = &scored.text.readings;
        let known = readings.iter().filter(|reading| self.knows(reading)).map(|reading| {
            let n_letters = reading.typed.chars().count().max(1);
            1.0 - reading.slips().min(n_letters) as f64 / n_letters as f64
        });
        known.sum::<f64>() / readings.len().max(1) as f64
    }

    /// Scores the part of a message that is most surely a question of the folder; the whole message
    /// counts as much as that part.
    fn score_message(&self, message: &str, mut memory: Memory) -> Scored {
        let whole = self.score_part(message, &mut memory);
        let surest = sentences::questions(message)
            .into_iter()
            .map(|part| self.score_part(part, &mut memory))
            .reduce(|best, it| if it.confidence() > best.confidence() { it } else { best });
        let Some(mut part) = surest else { return whole };
        for (score, other) in part.scores.iter_mut().zip(&whole.scores) {
            *score = (*score + other) / 2.0;
        }
        let exact = part.contenders.first().filter(|_| part.is_exact).map(|(class, _)| *class);
        part.contenders = self.contenders(&part.text, &part.similarities, &part.scores);
        if let Some(class) = exact {
            lead_with(&mut part.contenders, class);
        }
        part
    }

    /// The entries and terms that may be what was asked for, the likeliest first, each with its probability.
    fn contenders(&self, text: &ReadText, similarities: &[f64], scores: &[f64]) -> Vec<(usize, f64)> {
        self.sure_of(text, similarities, &self.contest(text, similarities, scores, LeftOut::Nothing))
    }

    fn score_part(&self, question: &str, memory: &mut Memory) -> Scored {
        let mut text = self.read(question, memory);
        let (mut similarities, mut scores) = self.compare(&text);
        if context::settle(&mut text.readings, &scores, &self.evidence, self.analyzer()) {
            text.concepts = self.thesaurus.concepts(&text.readings);
            (similarities, scores) = self.compare(&text);
        }
        let contenders = self.contenders(&text, &similarities, &scores);
        let mut scored = Scored { text, similarities, scores, contenders, is_exact: false };
        self.settle_exact(&mut scored);
        scored
    }

    /// How alike a text is to each wording, and the score of each class.
    fn compare(&self, text: &ReadText) -> (Vec<f64>, Vec<f64>) {
        let similarities = self.index.similarities(text);
        let scores = self.fit.scores(&similarities, &self.index);
        (similarities, scores)
    }

    /// A question in the very words of a phrasing gets its class, whatever the others score.
    fn settle_exact(&self, scored: &mut Scored) {
        let Some(phrasing) = scored.similarities.iter().position(|it| *it >= EXACT) else { return };
        scored.is_exact = true;
        let class = self.class_of[phrasing];
        let greatest = scored.scores.iter().copied().fold(0.0, f64::max);
        scored.scores[class] = greatest + 0.1;
        if self.classes[class].kind == ClassKind::Answer {
            let sure = scored.contenders.iter().find(|(it, _)| *it == class).map_or(0.0, |(_, sure)| *sure);
            let sure = sure.max(EXACT_CONFIDENCE);
            scored.contenders.retain(|(it, _)| *it != class);
            let others: f64 = scored.contenders.iter().map(|(_, other)| other).sum();
            let left = if others > 1.0 - sure { (1.0 - sure) / others } else { 1.0 };
            scored.contenders.iter_mut().for_each(|(_, other)| *other *= left);
            scored.contenders.insert(0, (class, sure));
        }
    }

    /// Whether a text has nothing but grammar and courtesy.
    pub(crate) fn is_without_topic(&self, text: &ReadText) -> bool {
        text.readings.iter().all(|it| it.is_function)
    }

    /// Whether the question says that something is so and the similar wording of the class says that it is not, or the
    /// other way round.
    fn is_turned_round(&self, text: &ReadText, similarities: &[f64], class: usize) -> bool {
        let negated = question_type::is_negated(&text.readings);
        let nearest = |same: bool| {
            let own = self.wordings_of(class).filter(|it| (self.asked.is_negated(*it) == negated) == same);
            own.map(|it| similarities[it]).fold(0.0, f64::max)
        };
        self.analyzer().is_english() && nearest(true) < AS_SAID * nearest(false)
    }

    /// Whether a message is one topical word that several entries have, alone or with an article: a subject without a
    /// question about it.
    pub(crate) fn is_generic(&self, scored: &Scored) -> bool {
        let is_article = |reading: &&Reading| ARTICLES.contains(&reading.typed.as_str());
        let mut others = scored.text.readings.iter().filter(|reading| !is_article(reading));
        let (Some(reading), None) = (others.next(), others.next()) else { return false };
        let stem = reading.stems.first().map(|(stem, _)| *stem);
        let classes = stem.map_or(0, |stem| {
            self.evidence.classes(stem).filter(|it| self.classes[*it].kind == ClassKind::Answer).count()
        });
        !scored.is_exact && !reading.is_function && reading.value.is_none() && classes >= GENERIC
    }

    /// Whether the subject of a message had to be guessed from slips. Words that could not be read at all do not count.
    pub(crate) fn is_guesswork(&self, scored: &Scored) -> bool {
        // Grammar as typed does not count either, but words that were only mended to it do.
        let tells = |reading: &&Reading| reading.is_word && (!reading.is_function || reading.slips() > 0);
        let telling = || scored.text.readings.iter().filter(tells);
        let n_letters: usize = telling().map(|reading| reading.typed.chars().count()).sum();
        let n_slips: usize = telling().map(Reading::slips).sum();
        n_slips as f64 > MOST_SLIPS * n_letters as f64
    }
}

/// Puts a class before the other contenders; the probabilities keep their places.
fn lead_with(contenders: &mut [(usize, f64)], class: usize) {
    let Some(place) = contenders.iter().position(|(it, _)| *it == class) else { return };
    for it in (1..=place).rev() {
        contenders[it].0 = contenders[it - 1].0;
    }
    contenders[0].0 = class;
}

/// A wording that agrees with the question in yes or no must be at least this nearly as alike as the others.
const AS_SAID: f64 = 0.75;

/// The factor for a confidence where the question says the opposite of what it was found by.
const TURNED_ROUND: f64 = 0.5;

/// From this similarity on, a question is a phrasing of the folder, word for word.
const EXACT: f64 = 0.9999;

/// The confidence for the very words of a phrasing.
const EXACT_CONFIDENCE: f64 = 0.95;

/// A word that this many entries have names a subject.
const GENERIC: usize = 3;

/// Words that may come before a subject.
const ARTICLES: [&str; 6] = ["a", "an", "the", "this", "that", "about"];

/// With this many slips per letter, the words are a guess. Hasty typing on a phone makes one in eight letters.
const MOST_SLIPS: f64 = 0.5;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_very_words_of_a_phrasing_lead_and_the_first_is_as_sure_as_before() {
        let mut contenders = [(4, 0.6), (2, 0.2), (7, 0.1)];
        lead_with(&mut contenders, 7);
        assert_eq!(contenders, [(7, 0.6), (4, 0.2), (2, 0.1)]);
        lead_with(&mut contenders, 9);
        assert_eq!(contenders[0], (7, 0.6), "it does not contend");
    }
}
