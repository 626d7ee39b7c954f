//! The players of a round, and what they have answered.

use serde::{Deserialize, Serialize};

use crate::quiz::guess::Guess;
use crate::quiz::question::Question;

/// A player's account, as the messenger numbers it: negative for a group or channel that plays in its own name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PlayerId(pub i64);

impl PlayerId {
    pub fn is_person(self) -> bool {
        self.0 > 0
    }
}

/// Somebody who plays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Player {
    pub id: PlayerId,
    /// Their most recent name.
    pub name: String,
}

/// Everybody who plays, in the order they came.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Seats(Vec<Seat>);

/// A player at the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::quiz) struct Seat {
    #[serde(flatten)]
    pub(in crate::quiz) player: Player,
    /// Was ready before the first question: is waited for.
    pub(in crate::quiz) ready: bool,
    #[serde(default, skip_serializing_if = "Belonging::is_settled")]
    belonging: Belonging,
    /// At most one for each question, in the order of the deck.
    pub(in crate::quiz) answers: Vec<Answer>,
}

/// Whether a player is in the chat, as far as known. Somebody who is not has no seat.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Belonging {
    /// They are, or this cannot be found out.
    #[default]
    Settled,
    /// It has not been asked yet; for no longer than a step takes.
    Unknown,
    Asked,
}

/// The first vote of a player in a question. (The short names keep a stored round small.)
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The index of the question in the deck.
    #[serde(rename = "q")]
    pub question: usize,
    /// The indices of the chosen options in the question, increasing.
    #[serde(rename = "o", with = "crate::quiz::one_or_more")]
    pub options: Vec<usize>,
    /// The number that was sent; such an answer may be replaced until the question is closed.
    #[serde(rename = "g", default, skip_serializing_if = "Option::is_none")]
    pub guess: Option<Guess>,
    /// Milliseconds from the sending of the poll to the vote.
    #[serde(rename = "t")]
    pub ms: i64,
}

impl Seats {
    pub(super) fn as_slice(&self) -> &[Seat] {
        &self.0
    }

    pub(super) fn get(&self, player: PlayerId) -> Option<&Seat> {
        self.0.iter().find(|seat| seat.player.id == player)
    }

    /// Those who are waited for.
    pub(super) fn ready(&self) -> impl Iterator<Item = &Seat> {
        self.0.iter().filter(|seat| seat.ready)
    }

    /// The seat of a player, who has the most recent name; a new one if there is none.
    pub(super) fn seat(&mut self, player: Player, belonging: Belonging) -> &mut Seat {
        let index = match self.0.iter().position(|seat| seat.player.id == player.id) {
            Some(index) => index,
            None => {
                let (player, answers) = (player.clone(), Vec::new());
                self.0.push(Seat { player, ready: false, belonging, answers });
                self.0.len() - 1
            }
        };
        let seat = &mut self.0[index];
        seat.player = player;
        seat
    }

    /// Takes away a player's seat, with their answers.
    pub(super) fn remove(&mut self, player: PlayerId) -> Option<Seat> {
        let index = self.0.iter().position(|seat| seat.player.id == player)?;
        Some(self.0.remove(index))
    }

    /// Those of whom it has to be asked whether they are in the chat; from now on it has been.
    pub(super) fn take_unknown(&mut self) -> Vec<PlayerId> {
        let unknown = self.0.iter_mut().filter(|seat| seat.belonging == Belonging::Unknown);
        unknown
            .map(|seat| {
                seat.belonging = Belonging::Asked;
                seat.player.id
            })
            .collect()
    }

    /// A player is in the chat.
    pub(super) fn settle(&mut self, player: PlayerId) {
        if let Some(seat) = self.0.iter_mut().find(|seat| seat.player.id == player) {
            seat.belonging = Belonging::Settled;
        }
    }

    /// Whether the ranking may change with what is not known yet.
    pub(super) fn is_anybody_unknown(&self) -> bool {
        self.0.iter().any(|seat| !seat.belonging.is_settled() && !seat.answers.is_empty())
    }

    pub(super) fn has_anybody_answered(&self, question: usize) -> bool {
        self.0.iter().any(|seat| seat.answer(question).is_some())
    }

    /// Whether everybody who is waited for has answered. If nobody is waited for, the time decides.
    ///
    /// An admin who stays anonymous is ready under their own name, and votes as the group: each chat that
    /// voted in the last question, too, stands for one who is ready and has never voted.
    pub(super) fn have_all_answered(&self, question: usize) -> bool {
        let silent: Vec<&Seat> = self.ready().filter(|seat| seat.answer(question).is_none()).collect();
        let is_chat = |seat: &&Seat| {
            !seat.player.id.is_person()
                && seat.answer(question).is_some()
                && question.checked_sub(1).is_some_and(|last| seat.answer(last).is_some())
        };
        let n_chats = self.0.iter().filter(is_chat).count();
        let n_never_voted = silent.iter().filter(|seat| seat.answers.is_empty()).count();
        self.ready().next().is_some() && silent.len() == n_never_voted && n_never_voted <= n_chats
    }

    /// The numbers sent for a question, nearest first, then the earlier ones; jokes are at the end.
    pub(super) fn guesses(&self, question: usize) -> Vec<(&Player, &Guess)> {
        let mut guesses: Vec<(&Player, &Guess, i64)> = self
            .0
            .iter()
            .filter_map(|seat| {
                let answer = seat.answer(question)?;
                Some((&seat.player, answer.guess.as_ref()?, answer.ms))
            })
            .collect();
        guesses.sort_by_key(|(_, guess, ms)| (guess.rank(), *ms));
        guesses.into_iter().map(|(player, guess, _)| (player, guess)).collect()
    }

    /// A player's number was the right one: the first option stands for it.
    pub(super) fn award(&mut self, winner: PlayerId, question: usize) {
        let seat = self.0.iter_mut().find(|seat| seat.player.id == winner);
        let answer = seat.and_then(|seat| seat.answers.iter_mut().find(|answer| answer.question == question));
        if let Some(answer) = answer {
            answer.options = vec![0];
        }
    }
}

impl Seat {
    pub(in crate::quiz) fn answer(&self, question: usize) -> Option<&Answer> {
        self.answers.iter().find(|answer| answer.question == question)
    }

    /// Takes a number, in place of one sent before. Returns whether there was none.
    pub(super) fn guess(&mut self, answer: Answer) -> bool {
        let is_first = self.answer(answer.question).is_none();
        self.answers.retain(|it| it.question != answer.question);
        self.answers.push(answer);
        is_first
    }
}

impl Belonging {
    fn is_settled(&self) -> bool {
        *self == Belonging::Settled
    }
}

/// The options somebody voted for, increasing; `None` if the question does not have them. Where one option is right, the
/// first vote counts.
pub(super) fn voted(question: &Question, mut options: Vec<usize>) -> Option<Vec<usize>> {
    if question.keys.len() == 1 {
        options.truncate(1);
    }
    options.sort_unstable();
    options.dedup();
    let last = *options.last()?;
    (last < question.options.len()).then_some(options)
}
