//! Finds the entry that a question asks for, or that there is none.
//!
//! Everything is fitted from the folder when it loads, except how sure to be, which many folders have shown
//! ([`fitted`]): no model files, nothing is fetched, and the same folder and question give the same bits on every run
//! and machine. In reading order:
//!
//! 1. [`analyzer`], [`normalize`], [`stem`], [`vocabulary`]: from text to words, by the folder's languages.
//! 2. [`lexicon`], [`word_list`], [`edit_distance`], [`spelling`], [`context`], [`thesaurus`]: from words to what was meant.
//! 3. [`features`], [`char_ngrams`], [`csr`], [`index`]: from words to weighted features, and how alike two texts are.
//! 4. [`training`], [`kernel_ridge`], [`local_ridge`], [`gram`]: from similarities to a score for each entry.
//! 5. [`asked`], [`evidence`], [`background`], [`question_type`], [`word_signals`], [`signals`], [`cross_validation`], [`fitted`],
//!    [`calibration`]: from scores to a probability.
//! 6. [`decision`]: from a probability to an answer, a choice, or neither.
//! 7. [`model`] holds what is fitted, [`explain`] shows it.

mod analyzer;
mod asked;
mod background;
mod calibration;
mod char_ngrams;
mod context;
mod cross_validation;
mod csr;
mod decision;
mod decoding;
mod edit_distance;
mod evidence;
mod explain;
mod features;
mod fitted;
mod gram;
mod index;
mod kernel_ridge;
mod latin_words;
mod lexicon;
mod local_ridge;
mod model;
mod normalize;
mod question_type;
mod sentences;
mod signals;
mod spelling;
mod stem;
mod thesaurus;
mod training;
mod vocabulary;
mod word_list;
mod word_signals;

pub mod evaluation;

use serde::Serialize;

use crate::knowledge::{Id, Knowledge};

use decision::{Decision, THRESHOLDS};
use evidence::LeftOut;
pub use explain::{Explanation, Group, How, Ranked, Voice, WordMatch};
use model::{Model, Scored};
pub(crate) use sentences::{MOST_LETTERS, essence, is_question};
use signals::Comparison;
pub use signals::SIGNAL_NAMES;
pub use training::ClassKind;

/// Answers questions from one folder. Built again when the folder changes.
#[derive(Debug, Clone)]
pub struct Matcher {
    model: Model,
}

/// A phrasing of the folder, asked as if it were not in it.
#[derive(Debug, Clone, PartialEq)]
pub struct LeftOutPhrasing {
    pub phrasing: String,
    /// The entry, term or group that it leads to.
    pub owner: Id,
    pub kind: ClassKind,
    pub found: Match,
}

/// The result of asking a question.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Match {
    pub outcome: Outcome,
    /// Entries and terms, best first, at most [`N_CANDIDATES`].
    pub candidates: Vec<Candidate>,
}

/// An entry or term that may be what was asked for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Candidate {
    pub id: Id,
    /// The probability that it is, 0 to 1.
    pub confidence: f64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Outcome {
    /// An entry or term answers it.
    Answer(Id),
    /// Two or three entries or terms may answer it: the person chooses.
    Choose(Vec<Id>),
    /// Nothing in the folder answers it. The candidates are the nearest entries.
    Unknown,
    /// Not a question; a small-talk group replies.
    SmallTalk(Id),
    /// A question that the folder knows it does not answer.
    OutOfScope(Id),
}

/// How many candidates a [`Match`] names.
pub const N_CANDIDATES: usize = 5;

/// From this confidence on, an entry is listed while a question is being typed: of half a question nobody can be sure.
const LEAST_SUGGESTED: f64 = 0.1;

impl Matcher {
    /// Fits the matcher to a folder. The order of files and entries does not matter.
    pub fn new(knowledge: &Knowledge) -> Matcher {
        Matcher { model: Model::new(knowledge).0 }
    }

    /// The same, with the folder asked its own phrasings, each as if it were not in it; those written by a person, in
    /// the order of their ids.
    pub fn with_left_out(knowledge: &Knowledge) -> (Matcher, Vec<LeftOutPhrasing>) {
        let (model, rehearsal) = Model::new(knowledge);
        let scored = rehearsal.leave_one_out(&model);
        let matcher = Matcher { model };
        let left_out = scored
            .into_iter()
            .map(|(phrasing, scored)| {
                let (wording, class) = matcher.model.wording(phrasing);
                let found = Match {
                    outcome: matcher.outcome(&scored),
                    candidates: matcher.candidates(&scored, N_CANDIDATES),
                };
                LeftOutPhrasing {
                    phrasing: wording.text.clone(),
                    owner: class.id.clone(),
                    kind: class.kind,
                    found,
                }
            })
            .collect();
        (matcher, left_out)
    }

    /// The result of asking this question.
    pub fn ask(&self, question: &str) -> Match {
        let scored = self.model.score(question);
        let outcome = self.several(question).unwrap_or_else(|| self.outcome(&scored));
        Match { outcome, candidates: self.candidates(&scored, N_CANDIDATES) }
    }

    /// The `n` nearest entries and terms, best first.
    pub fn rank(&self, question: &str, n: usize) -> Vec<Candidate> {
        self.candidates(&self.model.score(question), n)
    }

    /// The entries that words still being typed may mean, best first, at most `n`: none that is hardly likely, and none for
    /// guesswork.
    pub fn suggest(&self, typed: &str, n: usize) -> Vec<Candidate> {
        let scored = self.model.score(typed);
        if self.model.is_guesswork(&scored) {
            return Vec::new();
        }
        let mut candidates = self.candidates(&scored, n);
        candidates.retain(|it| it.confidence >= LEAST_SUGGESTED);
        candidates
    }

    /// The entries and terms that contend, the best score first, each with the signals from which its confidence is computed: see
    /// `crates/bench`.
    pub fn signals(&self, question: &str) -> Vec<(Id, Vec<f64>)> {
        let Scored { text, similarities, scores, .. } = self.model.score(question);
        let comparison = Comparison::new(&self.model, &text, &similarities, &scores, LeftOut::Nothing);
        let classes = comparison.contenders(ClassKind::Answer).into_iter();
        classes.map(|it| (self.model.classes[it].id.clone(), comparison.signals(it).to_vec())).collect()
    }

    /// The words of a question as they are compared (slips mended, brought to their stems), each with how much
    /// it says: more the rarer it is in the folder.
    ///
    /// For comparing questions with each other: a word that the folder does not have says most.
    pub fn words(&self, question: &str) -> Vec<(String, f64)> {
        self.model.words(question)
    }

    /// The share of a message's words that the folder has, 0 to 1; one with slips counts as much as is left of it.
    pub fn knows(&self, message: &str) -> f64 {
        self.model.known(&self.model.score(message))
    }

    /// Why the question leads where it does.
    pub fn explain(&self, question: &str) -> Explanation {
        let (scored, decoding) = self.model.decode(question);
        let candidates = self.candidates(&scored, N_CANDIDATES);
        let outcome = self.several(question).unwrap_or_else(|| self.outcome(&scored));
        let explanation = explain::explain(&self.model, question, &scored, &candidates, outcome);
        Explanation { read_as: decoding.map(|it| it.to_string()), ..explanation }
    }

    /// The answers to a message that asks several questions, each with its own: the person chooses, as none may be
    /// dropped.
    fn several(&self, message: &str) -> Option<Outcome> {
        let mut answers = Vec::new();
        for part in sentences::several(message) {
            if let Outcome::Answer(id) = self.outcome(&self.model.score(part))
                && !answers.contains(&id)
            {
                answers.push(id);
            }
        }
        answers.truncate(decision::MAX_OFFERED);
        (answers.len() >= 2).then_some(Outcome::Choose(answers))
    }

    fn outcome(&self, scored: &Scored) -> Outcome {
        let id = |class: usize| self.model.classes[class].id.clone();
        match decision::decide(&self.model, scored, THRESHOLDS) {
            Decision::Answer(class) => Outcome::Answer(id(class)),
            Decision::Choose(classes) => Outcome::Choose(classes.into_iter().map(id).collect()),
            Decision::Unknown => Outcome::Unknown,
            Decision::SmallTalk(class) => Outcome::SmallTalk(id(class)),
            Decision::OutOfScope(class) => Outcome::OutOfScope(id(class)),
        }
    }

    /// The best entries and terms. One that does not contend gets the confidence of the last that does, times the ratio of their
    /// scores; together such entries get at most what the contenders leave.
    fn candidates(&self, scored: &Scored, n: usize) -> Vec<Candidate> {
        let ranking = scored.ranking(&self.model);
        let contenders = &scored.contenders;
        let score = |class: usize| scored.scores[class].max(0.0);
        let share = |class: usize, of: f64| if of > 0.0 { (score(class) / of).min(1.0) } else { 0.0 };
        let others: f64 = ranking.iter().skip(contenders.len()).map(|it| score(*it)).sum();
        let left = (1.0 - contenders.iter().map(|(_, sure)| sure).sum::<f64>()).max(0.0);
        let of_other = |class: usize| {
            let (last, sure) = contenders.last().map_or((0.0, 0.0), |(it, sure)| (score(*it), *sure));
            (sure * share(class, last)).min(left * share(class, others))
        };
        let candidate = |(place, class): (usize, &usize)| Candidate {
            id: self.model.classes[*class].id.clone(),
            confidence: contenders.get(place).map_or_else(|| of_other(*class), |(_, sure)| *sure),
        };
        ranking.iter().enumerate().take(n).map(candidate).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::{Source, parse};
    use crate::stable_hash::stable_hash;

    /// A folder that does not change, so that its fit does not either.
    const FOLDER: &str = r#"
[[entry]]
id = "hours"
question = "When are you open?"
phrasings = ["opening hours", "are you open on sunday", "until what time can I come"]
answer = "From 9 to 5, on Sundays until noon."

[[entry]]
id = "price"
question = "How much is a ticket?"
phrasings = ["what does a ticket cost", "price of admission", "is it free for children"]
answer = "A ticket is $12, and children pay half."

[[entry]]
id = "parking"
question = "Where can I park?"
phrasings = ["is there a car park", "parking near the entrance", "can I come by car"]
answer = "Behind the house there are 40 places."

[[out_of_scope]]
id = "jobs"
examples = ["are you hiring", "do you have a job for me"]
reply = "Please ask at the desk."
"#;

    /// The bits of every confidence, on any machine and in any build: change it only with the matching.
    const BITS: &str = "97da275c97278bf8";

    #[test]
    fn every_machine_answers_with_the_same_bits() {
        let (knowledge, _) = parse(&[Source { path: "fixed.toml".into(), text: FOLDER.into() }]);
        let matcher = Matcher::new(&knowledge);
        let questions = [
            "when do you open",
            "how mcuh is a tiket",
            "where do I leave my car",
            "do you have jobs",
            "what's the weather like",
            "is it $12",
            "opening times and prices",
            "who won",
            "xqzt",
            "",
        ];
        let mut told = String::new();
        for question in questions {
            let found = matcher.ask(question);
            told += &format!("{question}: {:?}", found.outcome);
            for it in found.candidates {
                told += &format!(" {} {:016x}", it.id, it.confidence.to_bits());
            }
        }
        assert_eq!(format!("{:016x}", stable_hash(&told)), BITS, "{told}");
    }
}
