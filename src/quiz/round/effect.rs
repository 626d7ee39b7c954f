//! What a round asks for.

use super::phase::{PauseReason, PollNumber};
use super::seats::PlayerId;
use crate::quiz::question::Question;
use crate::quiz::ranking::Summary;

/// What a round asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Show who is ready: as in `players` and `phase`.
    ShowLobby,
    /// The lobby is over, the first question follows.
    Begin,
    /// Send this question as a poll, and report [`Event::PollSent`](super::Event::PollSent) or [`Event::PollFailed`](super::Event::PollFailed).
    SendPoll {
        poll: PollNumber,
        /// From 1.
        number: usize,
        of: usize,
        seconds: u32,
        question: Box<Question>,
    },
    /// Close a poll: no more votes count. If it still waits to be sent, it is not sent at all.
    ClosePoll {
        poll: PollNumber,
        what: Closed,
    },
    /// Show who has sent a number, from [`Round::guesses`](super::Round::guesses).
    ShowGuesses {
        poll: PollNumber,
    },
    /// Show the right number, and how near the sent ones came, from [`Round::guesses`](super::Round::guesses).
    Reveal {
        poll: PollNumber,
    },
    /// Find out whether somebody who plays is in the chat, and report [`Event::Member`](super::Event::Member).
    AskMember {
        player: PlayerId,
    },
    SayPaused {
        reason: PauseReason,
    },
    /// The pause is over.
    SayResumed,
    /// Only the starter and admins may do this.
    Refuse {
        what: Refusal,
    },
    /// The round is over.
    Finish {
        summary: Summary,
    },
}

/// The message that is closed with a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    Poll,
    /// A message that asked for a number.
    Guess,
    /// One that may not have been sent yet.
    UnsentGuess,
}

/// A forbidden act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    StartNow,
    Stop,
}
