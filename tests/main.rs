//! One test binary: each module is a part of the product as people meet it.

mod add_phrasing;
mod conversation;
mod diagnostics;
mod faq_folder;
mod folder;
mod fuzz;
mod in_force;
mod live;
mod matching;
mod misses;
mod preview;
mod quiz;
mod schema;
mod storage;
mod transcripts;
