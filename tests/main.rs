//! One test binary: each module is a part of the product as people meet it.

mod conversation;
mod fuzz;
mod matching;
mod quiz;
mod schema;
mod transcripts;
