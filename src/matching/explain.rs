//! Why a question led where it did, for maintainers.

use std::fmt;

use serde::Serialize;

use super::analyzer::Analyzer;
use super::decision::{self, THRESHOLDS};
use super::model::{Model, Scored};
use super::normalize::{self, Word};
use super::spelling::{Reading, stem_of};
use super::{Candidate, Outcome};
use crate::knowledge::Id;

/// Why a question led where it did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    pub question: String,
    /// How it was read, where hardly a word of it is known as typed: from another keyboard, or from Latin letters.
    pub read_as: Option<String>,
    pub outcome: Outcome,
    /// From this confidence on, the first candidate is the answer.
    pub answer_threshold: f64,
    /// From this confidence on, the first candidates are offered.
    pub offer_threshold: f64,
    /// Best first: the answer, the runner-up, and so on.
    pub ranking: Vec<Ranked>,
    /// The first is so far ahead of the runner-up that the person need not choose.
    pub leads_clearly: bool,
    /// The small-talk or out-of-scope group that replies, as it scores more than the first of the ranking.
    pub group: Option<Group>,
    /// Each word taken for the question, in order, compared with the group that replies, or else with the first of
    /// the ranking.
    pub words: Vec<WordMatch>,
    /// Its phrasings, or examples, that spoke for it, the one that did most first.
    pub phrasings: Vec<Voice>,
}

/// A group and its score.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Group {
    pub id: Id,
    pub score: f64,
}

/// One line of the ranking.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ranked {
    pub id: Id,
    pub confidence: f64,
    /// The fitted score: about 1 for a phrasing of the folder, about 0 for nothing in common.
    pub score: f64,
}

/// What a phrasing adds to the score of its entry.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Voice {
    pub text: String,
    /// File and line.
    pub place: String,
    /// How alike it is to the question, 0 to 1.
    pub similarity: f64,
    /// Its part of the score.
    pub adds: f64,
}

/// A word of the question, and what it was taken for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WordMatch {
    pub word: String,
    pub how: How,
}

/// How a word of the question matches the entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// The entry has the word as typed.
    Exact,
    /// The entry has another form of it.
    Stem(String),
    /// A slip was mended, and the entry has the word that was meant.
    Typo(String),
    /// It was written in Latin letters, and the entry has the word.
    OtherLetters(String),
    /// The entry has a word that means nearly the same.
    Synonym(String),
    /// The entry has the same value, however it is written.
    Number(String),
    /// The word, or the one it was mended to, is not in the entry, but in others.
    Elsewhere,
    /// The folder does not have it.
    Unknown,
}

/// How many phrasings are shown.
const N_PHRASINGS: usize = 3;

pub(super) fn explain(
    model: &Model,
    question: &str,
    scored: &Scored,
    candidates: &[Candidate],
    outcome: Outcome,
) -> Explanation {
    let ranking = scored.ranking(model);
    let group = match &outcome {
        Outcome::SmallTalk(id) | Outcome::OutOfScope(id) => {
            model.classes.iter().position(|class| class.id == *id)
        }
        Outcome::Answer(_) | Outcome::Choose(_) | Outcome::Unknown => None,
    };
    let speaker = group.or(ranking.first().copied());
    Explanation {
        question: question.to_owned(),
        read_as: None,
        outcome,
        answer_threshold: THRESHOLDS.answer,
        offer_threshold: THRESHOLDS.offer,
        ranking: candidates
            .iter()
            .zip(&ranking)
            .map(|(candidate, class)| Ranked {
                id: candidate.id.clone(),
                confidence: candidate.confidence,
                score: scored.scores[*class],
            })
            .collect(),
        leads_clearly: decision::leads_clearly(scored),
        group: group.map(|class| Group { id: model.classes[class].id.clone(), score: scored.scores[class] }),
        words: speaker.map_or(Vec::new(), |class| match_words(model, scored, class)),
        phrasings: speaker.map_or(Vec::new(), |class| voices(model, scored, class)),
    }
}

/// The phrasings of a class that add most to its score.
fn voices(model: &Model, scored: &Scored, class: usize) -> Vec<Voice> {
    let mut voices: Vec<Voice> = model
        .wordings_of(class)
        .zip(&model.classes[class].wordings)
        .zip(model.parts_of_score(class, &scored.similarities))
        .map(|((phrasing, wording), adds)| Voice {
            text: wording.text.clone(),
            place: format!("{}:{}", wording.location.path, wording.location.line),
            similarity: scored.similarities[phrasing],
            adds,
        })
        .collect();
    voices.sort_by(|a, b| b.adds.total_cmp(&a.adds).then_with(|| a.text.cmp(&b.text)));
    voices.truncate(N_PHRASINGS);
    voices
}

fn match_words(model: &Model, scored: &Scored, class: usize) -> Vec<WordMatch> {
    let wordings = &model.classes[class].wordings;
    let own: Vec<Word> =
        wordings.iter().flat_map(|wording| normalize::words(&wording.text, model.analyzer())).collect();
    let readings = &scored.text.readings;
    readings
        .iter()
        .enumerate()
        .map(|(place, reading)| {
            let how = match_word(reading, &own, model.analyzer())
                .or_else(|| synonym(model, scored, place, &own))
                .unwrap_or(if model.knows(reading) { How::Elsewhere } else { How::Unknown });
            WordMatch { word: reading.typed.clone(), how }
        })
        .collect()
}

fn match_word(reading: &Reading, own: &[Word], analyzer: &Analyzer) -> Option<How> {
    if let Some(value) = reading.value {
        let same = |word: &&Word| word.value.is_some_and(|other| other.matches(&value));
        return own.iter().find(same).map(|_| How::Number(value.to_string()));
    }
    if let Some(mended) = &reading.mended {
        let is_meant =
            |word: &Word| mended.split(' ').any(|part| analyzer.stem(part) == stem_of(word, analyzer));
        let how = if reading.slips() == 0 { How::OtherLetters } else { How::Typo };
        return own.iter().any(is_meant).then(|| how(mended.clone()));
    }
    if own.iter().any(|word| word.text == reading.typed) {
        return Some(How::Exact);
    }
    let typed = analyzer.stem(&reading.typed);
    own.iter().find(|word| stem_of(word, analyzer) == typed).map(|word| How::Stem(word.text.clone()))
}

/// A word of the class that shares a group with the word at `place`.
fn synonym(model: &Model, scored: &Scored, place: usize, own: &[Word]) -> Option<How> {
    let groups: Vec<u32> =
        scored.text.concepts.iter().filter(|it| it.place == place).map(|it| it.group).collect();
    let text = model.read_exactly(own);
    let concept = text.concepts.iter().find(|concept| groups.contains(&concept.group))?;
    Some(How::Synonym(own[concept.place].text.clone()))
}

/// What a confidence means.
fn in_words(confidence: f64) -> String {
    match (10.0 * confidence).round() as u32 {
        0 => "hardly ever is such an answer right".into(),
        10 => "nearly all such answers are right".into(),
        1 => "about 1 of 10 such answers is right".into(),
        n => format!("about {n} of 10 such answers are right"),
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.outcome {
            Outcome::Answer(id) => writeln!(formatter, "Answer: {id}")?,
            Outcome::Choose(ids) => {
                let ids: Vec<&str> = ids.iter().map(Id::as_str).collect();
                writeln!(formatter, "Choices: {}", ids.join(", "))?;
            }
            Outcome::Unknown => writeln!(formatter, "Unknown")?,
            Outcome::SmallTalk(id) => writeln!(formatter, "Small talk: {id}")?,
            Outcome::OutOfScope(id) => writeln!(formatter, "Out of scope: {id}")?,
        }
        if let Some(read_as) = &self.read_as {
            writeln!(formatter, "{read_as}")?;
        }
        if let Some(Group { id, score }) = &self.group {
            writeln!(formatter, "The group {id} scores {score:.2}, more than any entry")?;
        } else {
            let (answer, offer) = (self.answer_threshold, self.offer_threshold);
            if let Some(first) = self.ranking.first() {
                writeln!(formatter, "{:.2} sure: {}", first.confidence, in_words(first.confidence))?;
            }
            writeln!(
                formatter,
                "Sure enough to answer from {answer:.2} on, to offer a choice from {offer:.2} on"
            )?;
        }
        if self.group.is_none() && !self.leads_clearly {
            writeln!(formatter, "The runner-up is too likely beside the first for an answer")?;
        }
        writeln!(formatter, "\nConfidence  Score")?;
        for it in &self.ranking {
            writeln!(formatter, "      {:.2}  {:>5.2}  {}", it.confidence, it.score, it.id)?;
        }
        match (&self.group, self.ranking.first()) {
            (Some(group), _) => writeln!(formatter, "\nExamples of {} that spoke for it", group.id)?,
            (None, Some(first)) => writeln!(formatter, "\nPhrasings of {} that spoke for it", first.id)?,
            (None, None) => return Ok(()),
        }
        for it in &self.phrasings {
            writeln!(
                formatter,
                "  {:>+5.2}  {:.2} alike  “{}”  {}",
                it.adds, it.similarity, it.text, it.place
            )?;
        }
        writeln!(formatter, "\nWords")?;
        for WordMatch { word, how } in &self.words {
            match how {
                How::Exact => writeln!(formatter, "  {word}: exact")?,
                How::Stem(other) => writeln!(formatter, "  {word}: form of “{other}”")?,
                How::Typo(meant) => writeln!(formatter, "  {word}: typo of “{meant}”")?,
                How::OtherLetters(meant) => writeln!(formatter, "  {word}: “{meant}” in Latin letters")?,
                How::Synonym(other) => writeln!(formatter, "  {word}: synonym of “{other}”")?,
                How::Number(value) => writeln!(formatter, "  {word}: number {value}")?,
                How::Elsewhere => writeln!(formatter, "  {word}: only in other entries")?,
                How::Unknown => writeln!(formatter, "  {word}: not in the folder")?,
            }
        }
        Ok(())
    }
}
