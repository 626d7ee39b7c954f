//! What the measurements share: the question sets, smaller folders, and the methods that the matching is compared with.

pub mod fitting;
pub mod network;
pub mod peers;
pub mod sets;
pub mod simulated;
pub mod smaller;
pub mod typos;
