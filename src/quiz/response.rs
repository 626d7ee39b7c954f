//! Each player's answer to each question of a round: the basis of practice and item analysis.

use super::question::Question;
use super::ranking::is_missed;
use super::round::{Answer, PlayerId, Round, Seat};

/// One answer of one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    pub player: PlayerId,
    /// The [`Question::id`].
    pub question: String,
    pub right: bool,
    /// The share of right answers to the round's other questions, in thousandths; `None`: there were none.
    pub rest: Option<u32>,
}

/// The answers of people to the first `asked` questions of a round, person by person. Chats that vote in their own name are
/// left out.
pub(super) fn responses(round: &Round, asked: usize) -> Vec<Response> {
    let questions = &round.deck()[..asked];
    let mut people: Vec<&Seat> = round.seats().iter().filter(|seat| seat.player.id.is_person()).collect();
    people.sort_by_key(|seat| seat.player.id);
    people.into_iter().flat_map(|seat| of_seat(seat, questions)).collect()
}

fn of_seat<'a>(seat: &'a Seat, questions: &'a [Question]) -> impl Iterator<Item = Response> + 'a {
    let answers: Vec<(&Question, bool)> =
        seat.answers.iter().filter_map(|it| judged(it, questions)).collect();
    let n_right = answers.iter().filter(|(_, right)| *right).count();
    let n_others = answers.len().saturating_sub(1);
    answers.into_iter().map(move |(question, right)| {
        let n_right = n_right - usize::from(right);
        let rest = (n_others > 0).then(|| u32::try_from(n_right * 1_000 / n_others).unwrap_or(1_000));
        Response { player: seat.player.id, question: question.id.clone(), right, rest }
    })
}

fn judged<'a>(answer: &Answer, questions: &'a [Question]) -> Option<(&'a Question, bool)> {
    let question = questions.get(answer.question)?;
    Some((question, !is_missed(question, answer)))
}
