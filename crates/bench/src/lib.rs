//! Question sets, the folders made from them, and other methods to compare with.

pub mod peers;
pub mod sets;
pub mod typos;
