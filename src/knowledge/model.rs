//! The values that a folder holds once it is read and checked.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::language::Language;

/// One file of the folder, as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The path as a maintainer would name it, such as `faq/deal.toml`.
    pub path: String,
    pub text: String,
}

/// Names one entry, term, out-of-scope group or small-talk group: 1–48 of `a-z0-9_-`, so that it
/// fits a Telegram deep link (64 characters) and, beside a button's action, its `callback_data` (64 bytes). These four
/// kinds share one namespace; figures have their own.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Id(pub Arc<str>);

impl Id {
    /// In bytes.
    pub const MAX_LEN: usize = 48;

    /// Whether a text may be an id.
    pub fn is_id(text: &str) -> bool {
        let is_valid =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_';
        (1..=Id::MAX_LEN).contains(&text.len()) && text.bytes().all(is_valid) && text != "none"
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Id {
    fn from(id: &str) -> Self {
        Id(id.into())
    }
}

impl fmt::Display for Id {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The place of something in the folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Location {
    pub path: Arc<str>,
    /// Counted from 1.
    pub line: usize,
    /// The same place as a range of bytes in the file.
    pub span: Range<usize>,
}

/// A question as a person may word it, and its place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Phrasing {
    pub text: String,
    pub location: Location,
}

/// The whole content of a folder. Lists are in file order (paths sorted, then by line).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Knowledge {
    pub bot: Bot,
    pub entries: Vec<Entry>,
    pub terms: Vec<Term>,
    pub figures: Vec<Figure>,
    pub quiz: Vec<QuizItem>,
    pub out_of_scope: Vec<OutOfScope>,
    pub small_talk: Vec<SmallTalk>,
    /// Words and word groups that mean the same here.
    pub synonyms: Vec<Vec<String>>,
    pub expectations: Vec<Expectation>,
    /// The same in the other languages of the folder, by their codes. What is not translated is there in the main language.
    pub translations: Vec<Knowledge>,
    /// In a translation: what is there in the main language. People may ask for it by its phrasings, if it has any; its
    /// question or name is not in their language.
    pub untranslated: HashSet<Id>,
}

/// A question with its answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub id: Id,
    pub question: Phrasing,
    pub phrasings: Vec<Phrasing>,
    /// Markdown with the figures filled in.
    pub answer: String,
    pub related: Vec<Id>,
    /// The section of the source that it rests on.
    pub section: Option<String>,
    /// The picture shown with it: the path of a file in the folder, or a web address.
    pub picture: Option<Phrasing>,
    pub location: Location,
}

/// A glossary entry: answers "what is …", `/define` and `/glossary`.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    pub id: Id,
    pub name: Phrasing,
    pub also: Vec<Phrasing>,
    /// How people ask for it without naming it.
    pub phrasings: Vec<Phrasing>,
    /// Markdown with the figures filled in.
    pub definition: String,
    pub related: Vec<Id>,
    pub section: Option<String>,
    /// As [`Entry::picture`].
    pub picture: Option<Phrasing>,
    /// Whether quiz questions are made from it.
    pub quiz: bool,
    pub location: Location,
}

/// One fact with a value, written once and used everywhere as `{id}`.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    pub id: Id,
    pub value: String,
    /// What the value is of: "Anthropic's spending commitment on AWS".
    pub what: String,
    pub entry: Option<Id>,
    /// The date the source gives for it, `YYYY-MM-DD`.
    pub as_of: Option<String>,
    /// After this date, `YYYY-MM-DD`, the figure is overdue: a warning, and left out of the quiz.
    pub review_by: Option<String>,
    /// Whether quiz questions are made from it.
    pub quiz: bool,
    pub location: Location,
}

/// A quiz question written by hand. Texts have their figures filled in.
#[derive(Debug, Clone, PartialEq)]
pub struct QuizItem {
    pub prompt: String,
    /// The right answers, usually one.
    pub correct: Vec<String>,
    /// Empty: to be made from figures of the same unit.
    pub distractors: Vec<String>,
    pub order: OptionOrder,
    pub difficulty: Option<Difficulty>,
    /// People are to send the right number instead of choosing it.
    pub guess: bool,
    /// Words that people may choose the question by.
    pub tags: Vec<String>,
    pub explanation: Option<String>,
    pub entry: Option<Id>,
    /// As [`Entry::picture`].
    pub picture: Option<Phrasing>,
    /// Shown with the explanation.
    pub explanation_picture: Option<Phrasing>,
    pub location: Location,
}

/// How the options of a quiz question are ordered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum OptionOrder {
    #[default]
    Shuffled,
    /// Numbers and dates by size.
    Sorted,
    /// All options, the right ones among them, in the order in which they are shown.
    Fixed(Vec<String>),
}

/// How hard a quiz question is, as its author sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Difficulty {
    Easy,
    Medium,
    Hard,
}

/// Something people ask and the source does not cover, with an honest reply.
#[derive(Debug, Clone, PartialEq)]
pub struct OutOfScope {
    pub id: Id,
    pub examples: Vec<Phrasing>,
    pub reply: String,
    pub location: Location,
}

/// Something people say that is not a question, with a reply.
#[derive(Debug, Clone, PartialEq)]
pub struct SmallTalk {
    pub id: Id,
    pub examples: Vec<Phrasing>,
    pub reply: String,
    pub location: Location,
}

/// The folder's own test: this question leads to that entry, or to none.
#[derive(Debug, Clone, PartialEq)]
pub struct Expectation {
    pub ask: Phrasing,
    /// `None`: the bot must not answer.
    pub entry: Option<Id>,
}

/// Who the bot is.
#[derive(Debug, Clone, PartialEq)]
pub struct Bot {
    pub name: String,
    /// The source that all answers rest on, as shown by `/about` (Markdown).
    pub source: String,
    /// What `/start` says first (Markdown).
    pub greeting: String,
    /// The languages of the folder, the main one first; never empty.
    pub languages: Vec<Language>,
    /// The bot's own texts in other words, by the key of the text.
    pub texts: BTreeMap<String, Phrasing>,
}

impl Default for Bot {
    fn default() -> Self {
        Bot {
            name: "FAQ bot".into(),
            source: String::new(),
            greeting: "Ask me a question.".into(),
            languages: vec![Language::ENGLISH],
            texts: BTreeMap::new(),
        }
    }
}

impl Bot {
    /// The language that the bot speaks unless something else is known about a person or chat.
    pub fn language(&self) -> Language {
        self.languages.first().copied().unwrap_or_default()
    }
}

impl Entry {
    /// All ways to ask for it.
    pub fn wordings(&self) -> impl Iterator<Item = &Phrasing> {
        std::iter::once(&self.question).chain(&self.phrasings)
    }
}

impl Term {
    /// All names and ways to ask for it.
    pub fn wordings(&self) -> impl Iterator<Item = &Phrasing> {
        std::iter::once(&self.name).chain(&self.also).chain(&self.phrasings)
    }
}

impl Knowledge {
    /// All pictures that are named somewhere, in the order of the tables.
    pub fn pictures(&self) -> impl Iterator<Item = &Phrasing> {
        let entries = self.entries.iter().filter_map(|it| it.picture.as_ref());
        let terms = self.terms.iter().filter_map(|it| it.picture.as_ref());
        let quiz = self.quiz.iter().flat_map(|it| it.picture.iter().chain(&it.explanation_picture));
        entries.chain(terms).chain(quiz)
    }

    /// In its main language first, then in the others.
    pub fn in_all_languages(&self) -> impl Iterator<Item = &Knowledge> {
        std::iter::once(self).chain(&self.translations)
    }

    /// What people ask in this language: everything but what nobody asks for in its words.
    pub fn asked(&self) -> Cow<'_, Knowledge> {
        if self.untranslated.is_empty() {
            return Cow::Borrowed(self);
        }
        let mut asked = self.clone();
        let take = |id: &Id, title: &mut Phrasing, phrasings: &mut Vec<Phrasing>| {
            if !self.untranslated.contains(id) {
                return true;
            }
            let is_asked = !phrasings.is_empty();
            if is_asked {
                *title = phrasings.remove(0);
            }
            is_asked
        };
        asked.entries.retain_mut(|it| take(&it.id, &mut it.question, &mut it.phrasings));
        asked.terms.retain_mut(|it| {
            let is_foreign = self.untranslated.contains(&it.id);
            if is_foreign {
                it.also.clear();
            }
            take(&it.id, &mut it.name, &mut it.phrasings)
        });
        asked.untranslated.clear();
        Cow::Owned(asked)
    }

    pub fn entry(&self, id: &Id) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.id == *id)
    }

    pub fn term(&self, id: &Id) -> Option<&Term> {
        self.terms.iter().find(|term| term.id == *id)
    }
}
