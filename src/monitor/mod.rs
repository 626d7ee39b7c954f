//! For those who watch a running bot: whether it lives, whether it can work, and what it does, in numbers.
//!
//! Off by default. What is served here holds no names and no texts.

mod health;
mod metrics;
mod serve;
pub(crate) mod systemd;

pub use health::{Health, Report, Stage};
pub use metrics::Exporter;
pub use serve::serve;

pub(crate) use metrics::{Ended, counted_record, counted_request, counted_update, folder_changed, step_took};
