//! The phases of a round, and how long each may last.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Mode;
use crate::time::Timestamp;

/// How long a lobby waits for the next person.
pub(super) const LOBBY_WAIT: Duration = Duration::from_secs(5 * 60);

/// How long after the second person is ready the round begins.
const COUNTDOWN: Duration = Duration::from_secs(10);

/// How long a poll may take to be sent before the round pauses. Sending is retried elsewhere, so this is for a
/// network that is down: shorter, and every hiccup would be announced; longer, and people think the bot is dead.
const SEND_WAIT: Duration = Duration::from_secs(5 * 60);

/// The time to read the explanation before the next question, in a group.
const READING_IN_GROUP: Duration = Duration::from_secs(3);

/// The time to read how near the guesses came.
const READING_GUESSES: Duration = Duration::from_secs(6);

/// The time to read the explanation before the next question, alone: there is nobody else to wait for.
const READING_ALONE: Duration = Duration::from_millis(1_500);

/// How long the ranking waits for word on whether the last of those who played are in the chat. If there is none by
/// then, there will be none, and nobody loses by that.
const WORD_WAIT: Duration = Duration::from_secs(5);

/// A pause that nobody ends becomes the end.
const PAUSE_WAIT: Duration = Duration::from_secs(6 * 60 * 60);

/// Numbers the polls of a round from 1, whatever became of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PollNumber(pub u32);

/// The phase of a round.
///
/// ```text
///            two ready            10 s, or                  sent
///  ┌───────┐ ────────▶ ┌─────────┐ Start now ┌─────────┐ ────────▶ ┌──────┐
///  │ Lobby │           │Countdown│ ────────▶ │ Sending │           │ Open │ ◀─┐ sent at last
///  └───────┘ ◀──────── └─────────┘           └─────────┘           └──────┘   │
///      │      one was                    ▲    ▲  │            time is up, or  │
///      │      forgotten                  │    │  │            all have voted  │
///      │                                 │    │  │                 │          │
///      │                 3 s  ┌─────────┐│    │  │ cannot be sent  │          │
///      │                      │ Reading │┘    │  ▼                 │          │
///      │                      └─────────┘     │ ┌────────┐ ◀───────┤ nobody   │
///      │                           ▲   Resume └─│ Paused │ ────────┼──────────┘
///      │                           │            └────────┘         │ voted, twice
///      │                           │                │ 6 h          │
///      │                           └────────────────┼──────────────┤ more to come
///      │ 5 min without anybody new                  ▼              │
///      └─────────────────────────────────────▶ ┌──────────┐ ◀──────┘ that was the last
///                                   Stop ────▶ │ Finished │
///                           (in any phase)     └──────────┘
/// ```
///
/// A private round starts in `Sending`. If it is not yet known whether somebody who played is in the chat, `Counting`
/// comes before `Finished`, for five seconds at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Waiting for players.
    Lobby { closes: Timestamp },
    /// Enough are ready; others may still join.
    Countdown { starts: Timestamp },
    /// A poll was asked for; its clock starts once it was actually sent.
    Sending { poll: PollNumber, until: Timestamp },
    /// A poll takes votes.
    Open { poll: PollNumber, sent: Timestamp, closes: Timestamp },
    /// Between two questions.
    Reading { until: Timestamp },
    /// Waiting for somebody to resume.
    Paused { reason: PauseReason, until: Timestamp },
    /// Over except for the ranking: the first `asked` questions count.
    Counting { ending: Ending, asked: usize, until: Timestamp },
    /// Over. Nothing changes any more, except that a player may be forgotten.
    Finished { ending: Ending },
}

/// Why a round waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PauseReason {
    /// Two questions in a row without a vote.
    NobodyVotes,
    /// The bot may not send polls here.
    NoRights,
    /// Polls cannot be sent, for whatever reason.
    CannotSend,
    /// There has been no word of this poll for five minutes. Should it be sent after all, the round goes on by itself.
    NotSent { poll: PollNumber },
}

/// Why a round is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// Every question that could be asked was asked.
    Played,
    /// By the starter or an admin.
    Stopped,
    /// Nobody, or only one, was in the lobby for too long.
    TooFewCame,
    /// A pause that nobody ended.
    NotResumed,
    /// The only player asked to be forgotten: nothing is to be said.
    Forgotten,
}

impl Phase {
    /// A lobby that somebody has just entered.
    pub(super) fn lobby(now: Timestamp) -> Phase {
        Phase::Lobby { closes: now + LOBBY_WAIT }
    }

    pub(super) fn countdown(now: Timestamp) -> Phase {
        Phase::Countdown { starts: now + COUNTDOWN }
    }

    pub(super) fn sending(poll: PollNumber, now: Timestamp) -> Phase {
        Phase::Sending { poll, until: now + SEND_WAIT }
    }

    /// After a question: the time that its explanation takes to read.
    pub(super) fn reading(mode: Mode, is_guess: bool, now: Timestamp) -> Phase {
        let time = match mode {
            Mode::Group if is_guess => READING_GUESSES,
            Mode::Group => READING_IN_GROUP,
            Mode::Private => READING_ALONE,
        };
        Phase::Reading { until: now + time }
    }

    pub(super) fn paused(reason: PauseReason, now: Timestamp) -> Phase {
        Phase::Paused { reason, until: now + PAUSE_WAIT }
    }

    pub(super) fn counting(ending: Ending, asked: usize, now: Timestamp) -> Phase {
        Phase::Counting { ending, asked, until: now + WORD_WAIT }
    }

    /// When time alone ends it; `None` once the round is over.
    pub(super) fn ends(self) -> Option<Timestamp> {
        match self {
            Phase::Lobby { closes } | Phase::Open { closes, .. } => Some(closes),
            Phase::Countdown { starts } => Some(starts),
            Phase::Sending { until, .. }
            | Phase::Reading { until }
            | Phase::Paused { until, .. }
            | Phase::Counting { until, .. } => Some(until),
            Phase::Finished { .. } => None,
        }
    }

    pub(super) fn is_finished(self) -> bool {
        matches!(self, Phase::Finished { .. })
    }

    /// The poll that is on its way, or takes votes.
    pub(super) fn poll(self) -> Option<PollNumber> {
        match self {
            Phase::Sending { poll, .. }
            | Phase::Open { poll, .. }
            | Phase::Paused { reason: PauseReason::NotSent { poll }, .. } => Some(poll),
            _ => None,
        }
    }
}
