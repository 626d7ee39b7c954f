//! What to do with a ranking: answer, offer a choice, or admit to not knowing.
//!
//! A wrong confident answer is worse than a choice, and a choice is better than "I don't know".

use super::model::{Model, Scored};
use super::training::ClassKind;

/// How sure the matcher must be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Thresholds {
    /// From this confidence on, the best entry is the answer.
    pub(crate) answer: f64,
    /// From this confidence on, the best entries are offered.
    pub(crate) offer: f64,
}

/// A confidence means what it says, so these apply to every folder. From 0.5 on two points more of a small folder's
/// questions are answered rightly, but also three points more of the near misses; from 0.6 on two points fewer of both.
/// Choices from 0.1 on offer the right entry for 2 to 4 more of 100 questions, and something to 5 to 10 more of 100 that
/// nothing answers.
pub(crate) const THRESHOLDS: Thresholds = Thresholds { answer: 0.55, offer: 0.15 };

/// An answer is given if the runner-up is at most this share as likely as the first; otherwise the person chooses between
/// them. With 0.5 instead, a tenth more of the article's answers are wrong, and 2 in 1,000 more are right.
const CLEAR_LEAD: f64 = 0.25;

/// An out-of-scope group replies if the best entry scores at most this share of its score; otherwise entries are
/// offered, where that makes sense. This offers the right one to 1 % of the article's questions.
const GROUP_LEADS: f64 = 0.9;

/// The most entries that are offered.
pub(crate) const MAX_OFFERED: usize = 3;

/// A single one is not a choice.
const FEWEST_OFFERED: usize = 2;

/// A third entry is offered if it scores at least this share of the best score.
const WORTH_OFFERING: f64 = 0.3;

/// An answer, one of the entries that are offered, and a group that replies must account for this share of the topical words. It keeps a fifth of
/// the choices from questions that nothing answers, nearly all of those from gibberish, and costs no right one.
const LEAST_COVERED: f64 = 0.15;

/// A small-talk or out-of-scope group must score this much to reply.
const LEAST_GROUP_SCORE: f64 = 0.15;

/// Small talk must account for this share of the topical words.
const SMALL_TALK_COVERED: f64 = 0.6;

/// The outcome of a question, by class.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Decision {
    Answer(usize),
    Choose(Vec<usize>),
    Unknown,
    SmallTalk(usize),
    OutOfScope(usize),
}

/// Decides the outcome of a question.
pub(crate) fn decide(model: &Model, scored: &Scored, thresholds: Thresholds) -> Decision {
    if model.is_guesswork(scored) {
        return Decision::Unknown;
    }
    let ranking = scored.ranking(model);
    let top_score = ranking.iter().map(|class| scored.scores[*class]).fold(0.0, f64::max);
    let generic = model.is_generic(scored);
    let of_group = |kind: ClassKind| {
        let best = scored.best_group(model, kind).map(|class| (class, scored.scores[class]));
        best.filter(|(_, score)| *score >= LEAST_GROUP_SCORE && !generic)
    };
    let (outside, small_talk) = (of_group(ClassKind::OutOfScope), of_group(ClassKind::SmallTalk));
    if let Some((group, score)) = small_talk
        && score > top_score
        && outside.is_none_or(|(_, other)| score > other)
        && model.covers(&scored.text, group) >= SMALL_TALK_COVERED
    {
        return Decision::SmallTalk(group);
    }
    if let Some((group, score)) = outside
        && top_score <= GROUP_LEADS * score
        && (scored.is_exact
            || (model.covers(&scored.text, group) >= LEAST_COVERED
                && model.confidence_of_group(scored, group) >= thresholds.answer))
    {
        return Decision::OutOfScope(group);
    }
    // Nothing contends where the folder has nothing in common with the question.
    let Some((top, confidence)) = scored.contenders.first().copied() else { return Decision::Unknown };
    let says_nothing = generic || (model.is_without_topic(&scored.text) && !scored.is_exact);
    let accounts_for = |class: usize| scored.is_exact || model.covers(&scored.text, class) >= LEAST_COVERED;
    if confidence >= thresholds.answer && leads_clearly(scored) && !says_nothing && accounts_for(top) {
        return Decision::Answer(top);
    }
    let offers: Vec<usize> = ranking
        .iter()
        .copied()
        .take(MAX_OFFERED)
        .enumerate()
        .filter(|(place, class)| {
            *place < FEWEST_OFFERED || generic || scored.scores[*class] >= WORTH_OFFERING * top_score
        })
        .map(|(_, class)| class)
        .collect();
    let worth_it = confidence >= thresholds.offer && offers.iter().any(|it| accounts_for(*it));
    if (generic || worth_it) && offers.len() >= 2 { Decision::Choose(offers) } else { Decision::Unknown }
}

/// Whether the first is so much likelier than the second that the person need not choose.
pub(crate) fn leads_clearly(scored: &Scored) -> bool {
    match &scored.contenders[..] {
        [(_, first), (_, second), ..] if !scored.is_exact => *second <= CLEAR_LEAD * first,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::index::ReadText;

    #[track_caller]
    fn check(confidences: &[f64], is_exact: bool, expected: bool) {
        let text = ReadText { readings: Vec::new(), concepts: Vec::new() };
        let contenders: Vec<(usize, f64)> = confidences.iter().copied().enumerate().collect();
        let (similarities, scores) = (Vec::new(), Vec::new());
        let scored = Scored { text, similarities, scores, contenders, is_exact };
        assert_eq!(leads_clearly(&scored), expected, "{:?}", scored.contenders);
    }

    #[test]
    fn an_entry_hardly_ahead_is_offered_beside_the_runner_up() {
        check(&[0.6, 0.1], false, true);
        check(&[0.6, 0.3], false, false);
        check(&[0.8], false, true);
        check(&[], false, true);
    }

    #[test]
    fn the_very_words_of_a_phrasing_are_answered_however_near_another_entry_is() {
        check(&[0.6, 0.3], true, true);
    }
}
