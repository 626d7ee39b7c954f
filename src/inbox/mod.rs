//! Receiving: every update is stored before it is acknowledged to Telegram.
//!
//! By long polling or by webhook; either way it goes through one door, [`Inbox::put`].

mod poll;
mod put;
mod webhook;

pub use poll::{ReceiverParts, poll};
pub use put::Inbox;
pub use webhook::serve as serve_webhook;
