//! The wire to Telegram: calls and the meaning of their answers, updates read, requests written, menus.
//!
//! teloxide serves as the client and for the types of requests. Receiving, order, pace and recovery are our own
//! ([`crate::inbox`], [`crate::outbox`]): its dispatcher confirms updates before they are handled and dies with a
//! panic, and its throttle lets one chat hold up all others.

pub(crate) mod api;
pub(crate) mod business;
pub(crate) mod decode;
pub(crate) mod encode;
mod menu;

pub use api::{Api, CALL_LIMIT, CallError, read_json};
pub use decode::{ALLOWED_UPDATES, Decode, decode};
pub use menu::{Shown, get_me, set_menus};
