//! faqbot answers questions in Telegram from a folder of text files, and runs quizzes about them.
//!
//! Data flows one way: **update → inbox → step → outbox → Telegram**. The rooms, in reading order:
//!
//! - [`rich_text`]: text with formatting, as Telegram counts it.
//! - [`time`]: points in time as values.
//! - [`stable_hash`]: names and seeds that never change.
//! - [`texts`]: the bot's own words, which a folder can replace.
//! - [`knowledge`]: what a folder says, and what is wrong with it.
//! - [`matching`]: which entry a question asks for, or that there is none.
//! - [`misses`]: questions that were not answered, gathered by what they ask.
//! - [`quiz`]: questions, rounds and rankings.
//! - [`chat`]: one conversation.
//! - [`rehearsal`]: what comes out when a folder is asked its own questions.
//!
//! These hold no `tokio`, `teloxide`, `std::fs` or clock: values go in, values come out.
//! Around them lies the shell:
//!
//! - [`faq_folder`]: the folder on disk.
//! - [`live`]: the folder in force while a bot runs, read again when it changes.
//! - [`storage`]: SQL: what must survive.
//! - [`engine`]: takes what arrived, steps the chats, stores what came of it; timers.
//! - [`telegram`]: receiving into the inbox, sending from the outbox.
//! - [`shell`]: starts and stops all of it in one place.
//! - [`settings`]: what the operator chose.
//! - [`preview`]: Telegram's side, in memory: a Bot API server and its web page.
//! - [`cli`]: the commands of the binary.

pub mod chat;
pub mod cli;
pub mod knowledge;
pub mod matching;
pub mod misses;
pub mod quiz;
pub mod rehearsal;
pub mod rich_text;
mod stable_hash;
pub mod texts;
pub mod time;

pub mod engine;
pub mod faq_folder;
pub mod live;
pub mod preview;
pub mod settings;
pub mod shell;
pub mod storage;
pub mod telegram;
