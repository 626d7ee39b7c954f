//! How a round ended: who came in where, and what was missed.

use super::question::{Question, ReadUp};
use super::response::{Response, responses};
use super::round::{Answer, Ending, Player, Round, Seat};

/// A round in hindsight. A pure function of its questions and votes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    pub ending: Ending,
    /// How many questions were asked. One that was cut short does not count for anybody: not everybody had their time.
    pub asked: usize,
    /// Every person who voted at least once, best first. Chats are not ranked: one person may vote as several of them.
    pub ranking: Vec<Ranked>,
    /// The result of each question that people have seen, in the order of the round; one cut short is the last.
    pub questions: Vec<QuestionResult>,
    /// What to read: the subjects that were missed, most missed first, then in the order of the round.
    pub missed: Vec<Missed>,
    /// What people answered to the questions that count.
    pub responses: Vec<Response>,
    /// Whether the round counts for the chat's table: two or more people voted.
    pub counts_for_table: bool,
}

/// One player's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ranked {
    /// From 1. Equals share a place, and the places after them stay empty: 1, 2, 2, 4.
    pub place: usize,
    pub player: Player,
    /// How many answers were right.
    pub right: usize,
    /// How many questions were answered.
    pub answered: usize,
    /// Milliseconds over all questions that were asked: from the sending of the poll to the vote, and the whole
    /// time of a question for one that was not answered, so that leaving questions out gains nothing.
    pub total_ms: i64,
}

/// The result of one question.
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
    /// `asked` is how many questions count.
    pub(super) fn of(round: &Round, ending: Ending, asked: usize) -> Summary {
        let ranking = ranking(round, asked);
        let questions: Vec<QuestionResult> = round.deck()[..round.asked()]
            .iter()
            .enumerate()
            .map(|(index, question)| result(index, question, round.seats()))
            .collect();
        Summary {
            ending,
            asked,
            missed: missed(&questions[..asked]),
            responses: responses(round, asked),
            counts_for_table: ranking.len() >= 2,
            ranking,
            questions,
        }
    }
}

fn ranking(round: &Round, asked: usize) -> Vec<Ranked> {
    let standing = |seat: &Seat| {
        let answers: Vec<&Answer> = seat.answers.iter().filter(|answer| answer.question < asked).collect();
        Ranked {
            place: 0,
            player: seat.player.clone(),
            right: answers.iter().filter(|answer| round.is_right(answer)).count(),
            answered: answers.len(),
            total_ms: total_ms(&answers, asked, round.seconds()),
        }
    };
    let people = round.seats().iter().filter(|seat| seat.player.id.is_person());
    let mut ranking: Vec<Ranked> = people.map(standing).filter(|standing| standing.answered > 0).collect();
    let merit = |standing: &Ranked| (std::cmp::Reverse(standing.right), standing.total_ms);
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

fn total_ms(answers: &[&Answer], asked: usize, seconds: u32) -> i64 {
    let answered: i64 = answers.iter().map(|answer| answer.ms).sum();
    let unanswered = asked.saturating_sub(answers.len());
    answered + unanswered as i64 * i64::from(seconds) * 1_000
}

fn result(index: usize, question: &Question, seats: &[Seat]) -> QuestionResult {
    let mut result = QuestionResult {
        id: question.id.clone(),
        read_up: question.read_up.clone(),
        votes: 0,
        wrong: 0,
        silent: 0,
    };
    let (mut n_never_voted, mut n_chats) = (0, 0);
    for seat in seats {
        match seat.answer(index) {
            Some(answer) => {
                result.votes += 1;
                result.wrong += usize::from(is_missed(question, answer));
                n_chats += usize::from(!seat.player.id.is_person());
            }
            None if seat.ready => {
                result.silent += 1;
                n_never_voted += usize::from(seat.answers.is_empty());
            }
            None => {}
        }
    }
    // An admin who stays anonymous is ready under their own name, and votes as the group.
    result.silent -= n_never_voted.min(n_chats);
    result
}

/// Whether somebody would profit from reading about a question: of numbers only one is the nearest, but all who came
/// near know enough.
pub(super) fn is_missed(question: &Question, answer: &Answer) -> bool {
    match &answer.guess {
        Some(guess) => !guess.is_close,
        None => !question.is_right(&answer.options),
    }
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
