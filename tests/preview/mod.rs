//! The preview's Bot API server, asked over HTTP: by the bot's own client library, and raw.

mod chats;
mod client;
mod contrast;
mod faults;
mod messages;
mod page;
mod polls;
mod queries;
mod raw;
mod receiving;
