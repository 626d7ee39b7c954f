//! How a round ended: who came in where, and what was missed.

use super::question::{Question, ReadUp};
use super::round::{Ending, Player, Round, Seat};

/// A round in hindsight. A pure function of its questions and votes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    pub ending: Ending,
    /// How many questions were put.
    pub asked: usize,
    /// Everybody who voted at least once, best first.
    pub ranking: Vec<Standing>,
    /// What each question that was put came to, in the order of the round.
    pub questions: Vec<QuestionResult>,
    /// What to read: the subjects that were missed, most missed first, then in the order of the round.
    pub missed: Vec<Missed>,
    /// Whether the round counts for the chat's table: two or more people voted. Chats do not count: one person may
    /// vote as several of them.
    pub counts_for_table: bool,
}

/// One player's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// From 1. Equals share a place, and the places behind them stay empty: 1, 2, 2, 4.
    pub place: usize,
    pub player: Player,
    /// How many answers were right.
    pub right: usize,
    /// How many questions were answered.
    pub answered: usize,
    /// Milliseconds over all questions that were put: from the sending of the poll to the vote, and the whole
    /// time of a question for one that was not answered, so that nobody gets ahead by leaving out.
    pub total_ms: i64,
}

/// What one question came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuestionResult {
    /// The [`Question::id`].
    pub id: String,
    pub read_up: Option<ReadUp>,
    pub votes: usize,
    pub wrong: usize,
    /// Players who had said they were ready, and did not vote.
    pub silent: usize,
}

/// Something to read, and how often it would have helped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missed {
    pub read_up: ReadUp,
    /// Wrong answers, and silence of those who had said they were ready.
    pub misses: usize,
}

impl Summary {
    pub(super) fn of(round: &Round, ending: Ending) -> Summary {
        let asked = round.asked();
        let ranking = ranking(round);
        let questions: Vec<QuestionResult> = round.deck()[..asked]
            .iter()
            .enumerate()
            .map(|(index, question)| result(index, question, round.seats()))
            .collect();
        Summary {
            ending,
            asked,
            missed: missed(&questions),
            counts_for_table: ranking.iter().filter(|it| it.player.id.is_person()).count() >= 2,
            ranking,
            questions,
        }
    }
}

fn ranking(round: &Round) -> Vec<Standing> {
    let mut ranking: Vec<Standing> = round
        .seats()
        .iter()
        .filter(|seat| !seat.answers.is_empty())
        .map(|seat| Standing {
            place: 0,
            player: seat.player.clone(),
            right: seat.answers.iter().filter(|answer| round.is_right(answer)).count(),
            answered: seat.answers.len(),
            total_ms: total_ms(round, seat),
        })
        .collect();
    let merit = |standing: &Standing| (std::cmp::Reverse(standing.right), standing.total_ms);
    // Among equals the order is arbitrary, but always the same.
    ranking.sort_by(|a, b| merit(a).cmp(&merit(b)).then_with(|| a.player.id.cmp(&b.player.id)));
    for index in 0..ranking.len() {
        ranking[index].place = match index.checked_sub(1) {
            Some(before) if merit(&ranking[before]) == merit(&ranking[index]) => ranking[before].place,
            _ => index + 1,
        };
    }
    ranking
}

fn total_ms(round: &Round, seat: &Seat) -> i64 {
    let answered: i64 = seat.answers.iter().map(|answer| answer.ms).sum();
    let unanswered = round.asked().saturating_sub(seat.answers.len());
    answered + unanswered as i64 * i64::from(round.seconds()) * 1_000
}

fn result(index: usize, question: &Question, seats: &[Seat]) -> QuestionResult {
    let mut result = QuestionResult {
        id: question.id.clone(),
        read_up: question.read_up.clone(),
        votes: 0,
        wrong: 0,
        silent: 0,
    };
    for seat in seats {
        match seat.answer(index) {
            Some(answer) => {
                result.votes += 1;
                result.wrong += usize::from(answer.option != question.key);
            }
            None => result.silent += usize::from(seat.ready),
        }
    }
    result
}

fn missed(questions: &[QuestionResult]) -> Vec<Missed> {
    let mut missed: Vec<Missed> = Vec::new();
    for question in questions {
        let Some(read_up) = &question.read_up else { continue };
        let misses = question.wrong + question.silent;
        if misses == 0 {
            continue;
        }
        match missed.iter_mut().find(|missed| missed.read_up.id == read_up.id) {
            Some(missed) => missed.misses += misses,
            None => missed.push(Missed { read_up: read_up.clone(), misses }),
        }
    }
    missed.sort_by_key(|missed| std::cmp::Reverse(missed.misses));
    missed
}
