//! Telegram: receiving into the inbox, sending from the outbox.
//!
//! teloxide serves as the client and for the types of requests. Receiving, order, pace and recovery are our own:
//! its dispatcher confirms updates before they are handled and dies with a panic, and its throttle lets one chat
//! hold up all others.

mod admins;
mod api;
mod attempt;
mod decode;
mod encode;
mod menu;
mod pacing;
mod queue;
mod receive;
mod send;
mod settle;
mod webhook;

pub use api::{Api, CallError, read_json};
pub use decode::{ALLOWED_UPDATES, Decode, decode};
pub use menu::{get_me, set_menu};
pub use pacing::Rates;
pub use receive::{CALL_LIMIT, Parts as ReceiverParts, poll};
pub use send::{AddPhrasing, Parts as SenderParts, Sender};
pub use webhook::serve as serve_webhook;
