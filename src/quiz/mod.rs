//! The quiz: questions made from the content of a folder, and rounds played with them.
//!
//! - [`questions()`] makes every question that a folder yields; [`deck()`] draws those of one round.
//! - [`parse_quiz_options`] reads what people type after `/quiz`.
//! - [`Round`] is the state machine of one round: [`start`], [`step`], [`Round::due`].
//! - [`Summary`] is how a round ended: the ranking, and what is worth reading.
//! - [`daily`] is the state machine of one question a day; [`practice`] finds what somebody should see again.
//! - [`ItemTally`] shows how good a question is, [`streak()`] how many days in a row somebody has played.
//!
//! Nothing here knows about messages or buttons: a [`Round`] asks for polls and announcements by
//! [`Effect`]s, and receives the results as [`Event`]s.

mod about;
pub mod daily;
mod deck;
mod guess;
mod items;
pub(crate) mod one_or_more;
pub mod practice;
mod question;
mod questions;
mod quiz_options;
mod ranking;
mod response;
mod round;
mod shuffle;
mod streak;
mod topic;

pub use about::topic_name;
pub use deck::{History, deck};
pub use guess::{Guess, blank};
pub use items::{ItemFlaw, ItemTally};
pub use question::{
    Difficulty, MAX_EXPLANATION, MAX_EXPLANATION_BREAKS, MAX_OPTION, MAX_OPTIONS, MAX_PROMPT, MIN_OPTIONS,
    Question, QuestionKind, ReadUp,
};
pub use questions::{Questions, questions};
pub use quiz_options::{QUESTIONS, QuizOptions, QuizOptionsError, SECONDS, parse_quiz_options};
pub use ranking::{Missed, QuestionResult, Ranked, Summary};
pub use response::Response;
pub use round::{
    Answer, Closed, Effect, Ending, Event, Mode, PauseReason, Phase, Player, PlayerId, PollNumber, Refusal,
    Round, SendFailure, start, step,
};
pub use streak::streak;
pub use topic::{DAILY_TOPIC, GUESS_TOPIC, topic_key};
