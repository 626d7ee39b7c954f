//! The real bot against the Bot API server of the preview, over HTTP.

pub(crate) mod rig;

mod admins;
mod answering;
mod business;
mod crashing;
mod cuts;
mod daily;
mod faults;
mod forgetting;
mod late;
mod menus;
mod older;
mod pacing;
mod pictures;
mod process;
mod quiz;
#[cfg(unix)]
mod restart;
#[cfg(unix)]
mod several;
mod threads;
mod watching;
mod webhook;
