//! Telegram's side, in memory: a Bot API server and the people who talk to the bot.
//!
//! The real bot speaks to [`server::Server`] over loopback HTTP exactly as it speaks to Telegram.
//! [`world::World`] is the other side of the same chats: with it the page, or a test, writes as a
//! person, taps buttons, votes in polls, and reads what the bot sent as a person sees it.
//!
//! ```text
//! bot ──HTTP──▶ api ─▶ params ─▶ methods ─▶ world ◀─ people ◀── page, tests
//!      ◀─ updates (long polling or webhook) ───┘
//! ```
//!
//! What it models: chats and members, messages with entities and keyboards, quiz polls, callback
//! and inline queries, the update queue with its offsets and conflicts, webhooks, flood limits, and
//! faults on demand. Of the Bot API it serves what this bot calls, as this bot calls it: by POST, in
//! JSON. Everything else is refused, never ignored: an unknown method or parameter is an error, so a
//! misspelt request cannot pass a test and fail on Telegram.
//!
//! This room uses no other room of the crate, and nothing of the bot's client library.

mod acts;
mod api;
pub mod business;
pub mod draft;
mod entities;
mod error;
pub mod faults;
mod flood;
mod groups;
mod guard;
mod methods;
mod page;
mod params;
pub mod people;
mod polls;
mod privacy;
mod render;
mod screen;
pub mod seen;
pub mod server;
pub mod stage;
mod state;
mod updates;
mod webhook;
pub mod world;
