//! Sending: requests wait here until Telegram has taken them, at the pace Telegram allows.

mod admins;
mod attempt;
mod booking;
mod express;
mod lanes;
mod members;
mod pacing;
mod pictures;
mod queue;
mod sender;
mod settle;

pub use pacing::Rates;
pub use pictures::Pictures;
pub use sender::{ChangeFolder, Sender, SenderParts};
