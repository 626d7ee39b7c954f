//! One test binary: each module is a part of the product as people meet it.

mod add_phrasing;
mod browser;
mod commands;
mod conversation;
mod database;
mod diagnostics;
mod faq_folder;
mod folder;
mod fuzz;
mod import;
mod in_force;
mod journey;
mod languages;
mod live;
mod matching;
mod misses;
mod misses_command;
mod owners;
mod preview;
mod quiz;
mod schema;
mod shell;
mod spec;
mod storage;
mod storage_quiz;
mod transcripts;
