//! faqbot answers questions in Telegram from a folder of text files, and runs quizzes about them.
//!
//! Data flows one way: **update → inbox → step → outbox → Telegram**. The rooms, in reading order:
//!
//! - [`rich_text`]: text with formatting, as Telegram counts it.
//! - [`time`]: points in time as values.
//! - [`knowledge`]: what a folder says, and what is wrong with it.
//! - [`matching`]: which entry a question asks for, or that there is none.
//! - [`quiz`]: questions, rounds and rankings.
//!
//! These hold no `tokio`, `teloxide`, `std::fs` or clock: values go in, values come out.

pub mod knowledge;
pub mod matching;
pub mod quiz;
pub mod rich_text;
pub mod time;
