//! faqbot answers questions in Telegram from a folder of text files, and runs quizzes about them.
//!
//! Data flows one way: **update → inbox → step → outbox → Telegram**. The rooms, in reading order:
//!
//! - [`rich_text`]: text with formatting, as Telegram counts it.
//! - [`time`]: points in time as values.
//! - [`stable_hash`]: names and seeds that never change.
//! - [`language`]: languages and the scripts that they are written in.
//! - [`texts`]: the bot's own words, which a folder can replace.
//! - [`quantity`]: numbers, sums and dates as people write them.
//! - [`knowledge`]: the content of a folder, and what is wrong with it.
//! - [`import`]: the content of other programs, as tables of a folder; and [`export`], the other way.
//! - [`matching`]: which entry a question asks for, or that there is none.
//! - [`misses`]: questions that were not answered, grouped by what they ask.
//! - [`quiz`]: questions, rounds and rankings.
//! - [`chat`]: one conversation.
//! - [`rehearsal`]: the results when a folder is asked its own questions.
//!
//! These hold no `tokio`, `teloxide`, `std::fs` or clock: values go in, values come out.
//! Around them lies the shell:
//!
//! - [`clock`]: the only place that looks at a clock.
//! - [`supervise`]: pauses after trouble; causes as operators read them; panics caught.
//! - [`faq_folder`]: the folder on disk, and the live one while a bot runs.
//! - [`storage`]: SQL: what must survive.
//! - [`http`]: serves HTTP within limits, for the webhook, the preview and the monitor.
//! - [`inbox`]: receives updates, by polling or webhook, and stores each once.
//! - [`engine`]: takes what waits, steps the chats, stores the results; timers.
//! - [`outbox`]: sends the requests, at the pace Telegram allows.
//! - [`telegram`]: the wire: calls, updates read, requests written, menus.
//! - [`bot`]: starts and stops all of it in one place.
//! - [`monitor`]: health and numbers for those who watch a running bot.
//! - [`settings`]: the operator's choices.
//! - [`preview`]: Telegram's side, in memory: a Bot API server and its web page.
//! - [`cli`]: the commands of the binary.
//!
//! Two packages of their own are in `crates/`: `linear`, the matching's linear algebra, optimised in debug builds too;
//! and `heap`, which gives back the memory that fitting a folder took. A third, `bench`, measures.

pub mod chat;
pub mod export;
pub mod import;
pub mod knowledge;
pub mod language;
pub mod matching;
pub mod misses;
pub mod quantity;
pub mod quiz;
pub mod rehearsal;
pub mod rich_text;
mod stable_hash;
pub mod texts;
pub mod time;

pub mod bot;
pub mod cli;
pub mod clock;
pub mod engine;
pub mod faq_folder;
mod http;
pub mod inbox;
pub mod monitor;
pub mod outbox;
pub mod preview;
pub mod settings;
pub mod storage;
pub mod supervise;
pub mod telegram;
