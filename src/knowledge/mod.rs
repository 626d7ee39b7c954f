//! The content of a folder: entries, terms, figures, quiz questions, and what is wrong with them.
//!
//! Data flows through these files: files → [`read`] → [`draft`] → [`checks`] → [`parse`](mod@parse) → [`model`];
//! problems on the way are collected in [`findings`] and shown by [`render`](mod@render).

mod checks;
mod diagnostic;
mod draft;
mod examples;
pub(crate) mod fill;
mod findings;
pub mod limits;
mod lines;
mod lookalike;
mod model;
pub(crate) mod nearest;
mod parse;
mod picture;
mod read;
mod render;
mod same_answer;
mod schema;
pub(crate) mod words;
mod written;

pub use checks::phrasings::PHRASINGS_BRING;
pub use checks::references::leads_nowhere;
pub use checks::rules;
pub use diagnostic::{Diagnostic, Label, Severity, sort};
pub use findings::{Costs, Rule};
pub use lines::Lines;
pub use model::{
    Bot, Difficulty, Entry, Expectation, Figure, Id, Knowledge, Location, OptionOrder, OutOfScope, Phrasing,
    QuizItem, SmallTalk, Source, Term,
};
pub use parse::{parse, parse_at};
pub use picture::{is_on_the_web, is_picture};
pub use read::file_language;
pub(crate) use read::slug;
pub use render::{render, sentences};
pub use same_answer::is_same_answer;
pub use schema::{is_flag, is_list, schema};
pub use written::{quoted, quoted_block, toml_string};
