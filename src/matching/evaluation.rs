//! Measures the matching: how often it answers rightly, wrongly, or not at all, and whether it knows how sure it is.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Match, Outcome};
use crate::knowledge::Id;

/// A question and what it should lead to.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    pub question: String,
    /// The entries and terms that answer it. Empty: nothing does, and the bot must not answer.
    pub expected: Vec<Id>,
    /// Where nothing answers it: the out-of-scope or small-talk groups of which one should reply. Empty: whether one does is
    /// not asked.
    pub groups: Vec<Id>,
    /// Any label, such as `typo`.
    pub kind: String,
}

/// How questions went. Those that something answers are right, offered, wrong or unknown; those that nothing answers are
/// rejected, falsely answered or falsely offered a choice.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Tally {
    pub questions: usize,
    /// Answered, rightly.
    pub right: usize,
    /// A choice was given, and the right one is in it.
    pub offered: usize,
    /// Answered, wrongly.
    pub wrong: usize,
    /// Neither answered nor among the choices.
    pub unknown: usize,
    /// Nothing answers it, and no answer was given: unknown, small talk or out of scope.
    pub rejected: usize,
    /// Nothing answers it, and an answer was given.
    pub false_answers: usize,
    /// Nothing answers it, and a choice was given.
    pub false_choices: usize,
    /// Something answers it, and the first candidate does, whether it was sure enough or not.
    pub first_right: usize,
    /// Nothing answers it, and a group should reply.
    pub for_groups: usize,
    /// A group should reply, and it did.
    pub replied: usize,
}

/// Questions whose first candidate has about the same confidence, and how many of these were right.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Reliability {
    /// The confidences from this on, and below the next.
    pub from: f64,
    pub questions: usize,
    pub right: usize,
    /// The sum of their confidences: this many should be right.
    pub sure: f64,
}

/// How all questions went.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Report {
    pub overall: Tally,
    pub kinds: BTreeMap<String, Tally>,
    /// By the confidence of the first candidate, surest last.
    pub reliability: Vec<Reliability>,
    /// Entries taken for another, most often first.
    pub confusions: Vec<Confusion>,
}

/// Questions of one entry for which another one came first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Confusion {
    pub expected: Id,
    pub found: Id,
    pub questions: Vec<String>,
}

/// The confidences at which reliability is counted.
const RELIABILITY_FROM: [f64; 10] = [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

impl Tally {
    fn count(&mut self, Case { expected, groups, .. }: &Case, found: &Match) {
        self.questions += 1;
        if let (Outcome::SmallTalk(id) | Outcome::OutOfScope(id), true) = (&found.outcome, !groups.is_empty())
        {
            self.replied += usize::from(groups.contains(id));
        }
        self.for_groups += usize::from(!groups.is_empty());
        if expected.is_empty() {
            match found.outcome {
                Outcome::Answer(_) => self.false_answers += 1,
                Outcome::Choose(_) => self.false_choices += 1,
                Outcome::Unknown | Outcome::SmallTalk(_) | Outcome::OutOfScope(_) => self.rejected += 1,
            }
            return;
        }
        self.first_right += usize::from(is_first(expected, found));
        match &found.outcome {
            Outcome::Answer(id) if expected.contains(id) => self.right += 1,
            Outcome::Answer(_) => self.wrong += 1,
            Outcome::Choose(ids) if ids.iter().any(|id| expected.contains(id)) => self.offered += 1,
            _ => self.unknown += 1,
        }
    }

    /// How many of the questions something answers.
    pub fn answerable(&self) -> usize {
        self.right + self.offered + self.wrong + self.unknown
    }

    /// How many of the questions nothing answers.
    pub fn uncovered(&self) -> usize {
        self.rejected + self.false_answers + self.false_choices
    }

    /// The share of answerable questions whose first candidate is right: 0 to 1, `None` where there are none.
    pub fn accuracy(&self) -> Option<f64> {
        share(self.first_right, self.answerable())
    }

    /// The share of uncovered questions that were answered: 0 to 1, `None` where there are none.
    pub fn false_answer_rate(&self) -> Option<f64> {
        share(self.false_answers, self.uncovered())
    }
}

impl std::ops::Add for Tally {
    type Output = Tally;

    fn add(self, other: Tally) -> Tally {
        Tally {
            questions: self.questions + other.questions,
            right: self.right + other.right,
            offered: self.offered + other.offered,
            wrong: self.wrong + other.wrong,
            unknown: self.unknown + other.unknown,
            rejected: self.rejected + other.rejected,
            false_answers: self.false_answers + other.false_answers,
            false_choices: self.false_choices + other.false_choices,
            first_right: self.first_right + other.first_right,
            for_groups: self.for_groups + other.for_groups,
            replied: self.replied + other.replied,
        }
    }
}

fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

fn is_first(expected: &[Id], found: &Match) -> bool {
    found.candidates.first().is_some_and(|candidate| expected.contains(&candidate.id))
}

impl Report {
    /// Counts one question.
    pub fn add(&mut self, case: &Case, found: &Match) {
        self.overall.count(case, found);
        self.kinds.entry(case.kind.clone()).or_default().count(case, found);
        let Some(first) = found.candidates.first() else { return };
        if self.reliability.is_empty() {
            self.reliability = RELIABILITY_FROM
                .iter()
                .map(|from| Reliability { from: *from, ..Reliability::default() })
                .collect();
        }
        if let Some(bin) = self.reliability.iter_mut().rev().find(|bin| bin.from <= first.confidence) {
            bin.questions += 1;
            bin.right += usize::from(is_first(&case.expected, found));
            bin.sure += first.confidence;
        }
        if let Some(expected) = case.expected.first()
            && !is_first(&case.expected, found)
        {
            self.confuse(expected, &first.id, &case.question);
        }
    }

    /// How far confidences are from the share of first candidates that are right, uncovered questions counting as wrong: the mean
    /// over ten equal ranges of confidence, each counting by its questions (expected calibration error, Naeini et al. 2015). 0 to 1,
    /// `None` where nothing was asked.
    pub fn calibration_error(&self) -> Option<f64> {
        let questions: usize = self.reliability.iter().map(|bin| bin.questions).sum();
        let apart: f64 = self.reliability.iter().map(|bin| (bin.sure - bin.right as f64).abs()).sum();
        (questions > 0).then(|| apart / questions as f64)
    }

    fn confuse(&mut self, expected: &Id, found: &Id, question: &str) {
        let known = self.confusions.iter_mut().find(|it| it.expected == *expected && it.found == *found);
        match known {
            Some(confusion) => confusion.questions.push(question.to_owned()),
            None => self.confusions.push(Confusion {
                expected: expected.clone(),
                found: found.clone(),
                questions: vec![question.to_owned()],
            }),
        }
        self.confusions.sort_by(|a, b| {
            let by_count = b.questions.len().cmp(&a.questions.len());
            by_count.then_with(|| (&a.expected, &a.found).cmp(&(&b.expected, &b.found)))
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::Candidate;

    fn found(outcome: Outcome, first: &str) -> Match {
        Match { outcome, candidates: vec![Candidate { id: first.into(), confidence: 0.95 }] }
    }

    fn case(expected: &[&str]) -> Case {
        let expected = expected.iter().map(|id| Id::from(*id)).collect();
        Case { question: "q".into(), expected, groups: Vec::new(), kind: "plain".into() }
    }

    #[test]
    fn each_question_is_counted_once() {
        let mut report = Report::default();
        let answer = |id: &str| Outcome::Answer(id.into());
        report.add(&case(&["a", "b"]), &found(answer("b"), "b"));
        report.add(&case(&["a"]), &found(answer("b"), "b"));
        report.add(&case(&["a"]), &found(Outcome::Choose(vec!["b".into(), "a".into()]), "b"));
        report.add(&case(&["a"]), &found(Outcome::Unknown, "a"));
        report.add(&case(&[]), &found(answer("a"), "a"));
        report.add(&case(&[]), &found(Outcome::SmallTalk("hi".into()), "a"));
        report.add(&case(&[]), &found(Outcome::Choose(vec!["a".into(), "b".into()]), "a"));
        let expected = Tally {
            questions: 7,
            right: 1,
            offered: 1,
            wrong: 1,
            unknown: 1,
            rejected: 1,
            false_answers: 1,
            false_choices: 1,
            first_right: 2,
            for_groups: 0,
            replied: 0,
        };
        assert_eq!(report.overall, expected);
        assert_eq!(report.kinds["plain"], expected);
        assert_eq!(report.overall.accuracy(), Some(0.5));
        let surest = report.reliability.last().expect("ten bins");
        assert_eq!((surest.questions, surest.right), (7, 2));
        let error = report.calibration_error().expect("seven questions");
        assert!((error - (7.0 * 0.95 - 2.0) / 7.0).abs() < 1e-9, "{error}");
        assert_eq!(report.confusions.len(), 1);
        assert_eq!(report.confusions[0].questions.len(), 2);
    }

    #[test]
    fn what_a_group_is_for_is_right_where_that_group_replies() {
        let mut report = Report::default();
        let case = Case { groups: vec!["jobs".into()], ..case(&[]) };
        for outcome in [
            Outcome::OutOfScope("jobs".into()),
            Outcome::SmallTalk("hi".into()),
            Outcome::Unknown,
            Outcome::Answer("a".into()),
        ] {
            report.add(&case, &found(outcome, "a"));
        }
        let Tally { for_groups, replied, rejected, false_answers, .. } = report.overall;
        assert_eq!((for_groups, replied, rejected, false_answers), (4, 1, 3, 1));
    }
}
