//! What happens to a round.

use serde::{Deserialize, Serialize};

use super::phase::PollNumber;
use super::seats::{Player, PlayerId};
use crate::quiz::guess::Guess;
use crate::time::Timestamp;

/// An event for a round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// Somebody is ready.
    Join { player: Player },
    /// Somebody wants to begin without waiting.
    StartNow { player: Player, is_admin: bool },
    /// A poll was sent, at that time.
    PollSent { poll: PollNumber, at: Timestamp },
    /// A poll was not sent, and sending it again will not help.
    PollFailed { poll: PollNumber, why: SendFailure },
    /// Somebody voted, for the options of these indices, at that time.
    Vote { poll: PollNumber, player: Player, options: Vec<usize>, at: Timestamp },
    /// Somebody sent a number, at that time.
    Guess { player: Player, guess: Guess, at: Timestamp },
    /// The time that [`Round::due`](super::Round::due) named has come.
    Tick,
    /// Somebody wants to go on after a pause.
    Resume,
    /// Somebody wants to end the round.
    Stop { player: PlayerId, is_admin: bool },
    /// The answer to [`Effect::AskMember`](super::Effect::AskMember). Where this cannot be found out, everybody is one.
    Member { player: PlayerId, is_member: bool },
    /// Somebody asks to be forgotten.
    Forget { player: PlayerId },
}

/// Why a poll was not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SendFailure {
    /// The bot may not send polls here, or nothing at all: it was blocked or removed.
    NoRights,
    /// Anything else, such as a question that Telegram does not take.
    Other,
}
