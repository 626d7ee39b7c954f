//! One quiz question.

use serde::{Deserialize, Serialize};

use crate::knowledge::Id;

pub use crate::knowledge::Difficulty;
pub use crate::knowledge::limits::{
    MAX_EXPLANATION, MAX_EXPLANATION_BREAKS, MAX_OPTION, MAX_OPTIONS, MAX_PROMPT,
};

/// The fewest options: a right one and a wrong one.
pub const MIN_OPTIONS: usize = 2;

/// A question with right options, usually one, and wrong ones, within Telegram's limits for quiz polls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Stays the same as long as the question does, whatever else changes in the folder.
    pub id: String,
    pub kind: QuestionKind,
    pub prompt: String,
    pub options: Vec<String>,
    /// The indices of the right options, increasing.
    #[serde(rename = "key", with = "super::one_or_more")]
    pub keys: Vec<usize>,
    /// How many options, from the end, keep their place when a [`deck`](super::deck()) is drawn.
    #[serde(skip)]
    pub n_kept: usize,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub difficulty: Option<Difficulty>,
    /// Shown after the vote. Ends with a pointer to what to read.
    pub explanation: String,
    /// Where to read more.
    pub read_up: Option<ReadUp>,
    /// The section of the source it rests on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
    /// Other subjects of it, for `/quiz TOPIC`: ids, titles, names. Left out in a [`deck`](super::deck()).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub topics: Vec<String>,
    /// Words that somebody may choose it by: then no question without them is asked. Left out in a deck, too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// The right number, as it is written, where people send numbers and the nearest wins: then there are no options,
    /// and the winner has chosen the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guess: Option<String>,
    /// The picture above it: the path of a file in the folder, or a web address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
    /// The picture beside the explanation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explanation_picture: Option<String>,
}

impl Question {
    /// Whether people send a number instead of choosing an option.
    pub fn is_guess(&self) -> bool {
        self.guess.is_some()
    }

    /// Whether exactly the right options were chosen; `options` are increasing.
    pub fn is_right(&self, options: &[usize]) -> bool {
        self.keys == options
    }
}

/// An entry or term to read after a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadUp {
    pub id: Id,
    /// The entry's question, or the term's name.
    pub title: String,
}

/// The origin of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuestionKind {
    /// By hand, as `[[quiz]]`.
    Written,
    /// From a figure: what is the value of this?
    FigureValue,
    /// From a figure: which of these has this value?
    FigureName,
    /// From a figure: send a number, the nearest to its value wins.
    Guess,
    /// From figures: which statement is true?
    FigureStatement,
    /// From a term: what is this the definition of?
    TermName,
    /// From a term: what does this mean?
    TermDefinition,
}
