//! What the files say, as written: read, but not yet checked against each other.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::language::Language;

/// A place in one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// The index of the file among the sources.
    pub(super) file: usize,
    /// In bytes.
    pub(super) span: Range<usize>,
}

/// A value and the place where it is written, quotes included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spanned<T> {
    pub(super) value: T,
    pub(super) place: Place,
}

pub(super) type DraftText = Spanned<String>;

/// All tables of all files, in file order.
///
/// Each language that files name at their top has a draft of its own.
#[derive(Debug, Default)]
pub(super) struct Draft {
    /// The language of these files, as they say at their top; `None`: that named by `[bot]`.
    pub(super) language: Option<Language>,
    /// The files in other languages, in the order of their codes. Only in the main draft.
    pub(super) translations: Vec<Draft>,
    pub(super) bot: Option<Item<Bot>>,
    pub(super) entries: Vec<Item<Entry>>,
    pub(super) terms: Vec<Item<Term>>,
    pub(super) figures: Vec<Item<Figure>>,
    pub(super) quiz: Vec<Item<Quiz>>,
    pub(super) out_of_scope: Vec<Item<OutOfScope>>,
    pub(super) small_talk: Vec<Item<SmallTalk>>,
    pub(super) synonyms: Vec<Vec<DraftText>>,
    pub(super) expectations: Vec<Item<Expect>>,
    /// The lists under `[phrasings]`. Each is also part of the table that it is for.
    pub(super) phrasings: Vec<PhrasingList>,
    /// The ids of all tables, even of incomplete ones: a reference to one is not a mistake.
    pub(super) declared: Vec<Declared>,
    /// The ids in tables that could not be read at all, of whatever kind: a reference to one is not a mistake either.
    pub(super) lost: HashSet<String>,
}

/// One table of a file.
#[derive(Debug)]
pub(super) struct Item<T> {
    /// From the table's header to the next table.
    pub(super) extent: Place,
    /// The table's header.
    pub(super) header: Place,
    pub(super) value: T,
}

/// One line `id = […]` under `[phrasings]`.
#[derive(Debug)]
pub(super) struct PhrasingList {
    /// The id of the entry, term or group that it is for.
    pub(super) id: DraftText,
    pub(super) texts: Vec<DraftText>,
}

/// That there is a table with this id.
#[derive(Debug)]
pub(super) struct Declared {
    /// Such as `entry`.
    pub(super) table: String,
    pub(super) id: String,
}

/// A question with its answer.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Entry {
    /// A short name that stays: at most 48 letters a–z, digits, `-` and `_`. Links and statistics use it.
    #[schemars(length(max = 48), regex(pattern = "^[a-z0-9_-]+$"))]
    pub(super) id: DraftText,
    /// How you would ask. Buttons and lists show it.
    pub(super) question: DraftText,
    /// How others ask, in their own words. A long list is better kept under `[phrasings]`.
    #[schemars(default)]
    pub(super) phrasings: Vec<DraftText>,
    /// The answer, in small Markdown. `{figure-id}` stands for the value of a figure.
    pub(super) answer: DraftText,
    /// Ids of entries or terms, shown as buttons below the answer.
    #[schemars(default)]
    pub(super) related: Vec<DraftText>,
    /// Where in the source it stands. `/topics` groups by it.
    pub(super) section: Option<DraftText>,
    /// A picture that comes with the answer: a file in the folder, such as `pictures/map.png`, or a web address.
    pub(super) picture: Option<DraftText>,
}

/// A word or name with its explanation. It answers "what is …?", `/define` and `/glossary`.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Term {
    /// A short name that stays: at most 48 letters a–z, digits, `-` and `_`. Entries and terms have no id in common.
    #[schemars(length(max = 48), regex(pattern = "^[a-z0-9_-]+$"))]
    pub(super) id: DraftText,
    /// The term as the glossary shows it.
    pub(super) name: DraftText,
    /// Other names for it.
    #[schemars(default)]
    pub(super) also: Vec<DraftText>,
    /// How people ask for it without naming it, ten or more in varied words.
    #[schemars(default)]
    pub(super) phrasings: Vec<DraftText>,
    /// What it means, in small Markdown.
    pub(super) definition: DraftText,
    /// Ids of entries or terms, shown as buttons below the definition.
    #[schemars(default)]
    pub(super) related: Vec<DraftText>,
    /// Where in the source it stands.
    pub(super) section: Option<DraftText>,
    /// A picture that comes with the definition: a file in the folder, such as `pictures/arch.png`, or a web address.
    pub(super) picture: Option<DraftText>,
    /// `false`: no quiz questions are made from it.
    #[schemars(default = "yes")]
    pub(super) quiz: bool,
}

/// A number, sum or date that is stated as a fact: written once, used everywhere as `{id}`.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Figure {
    /// What stands in braces in the texts. Figures have ids of their own.
    #[schemars(length(max = 48), regex(pattern = "^[a-z0-9_-]+$"))]
    pub(super) id: DraftText,
    /// The value as people shall read it, such as `$5 billion`.
    pub(super) value: DraftText,
    /// What the value is of, such as `the price of a delivery`. Quiz questions are made from it.
    pub(super) what: DraftText,
    /// The id of the entry that tells about it.
    pub(super) entry: Option<DraftText>,
    /// The date that the source gives for it, such as 2025-12-31.
    pub(super) as_of: Option<DraftText>,
    /// From the day after, `check` reminds you of it, and the quiz leaves it out.
    pub(super) review_by: Option<DraftText>,
    /// `false`: no quiz questions are made from it.
    #[schemars(default = "yes")]
    pub(super) quiz: bool,
}

/// A quiz question written by hand.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Quiz {
    /// The question, at most 290 characters.
    pub(super) prompt: DraftText,
    /// The right answer, at most 100 characters; a list where several are right. `{figure-id}` stands for the value
    /// of a figure.
    #[schemars(schema_with = "one_or_more_texts")]
    pub(super) correct: Vec<DraftText>,
    /// Wrong answers, at most 11. Left out where the right one is a number: then they are made up.
    #[schemars(default)]
    pub(super) distractors: Vec<DraftText>,
    /// Instead of `distractors`: all answers, the right ones among them, as `order = "fixed"` shows them.
    #[schemars(default)]
    pub(super) options: Vec<DraftText>,
    /// `"shuffled"` unless it is said; `"sorted"`: numbers and dates by size; `"fixed"`: as in `options`.
    #[schemars(extend("enum" = ["shuffled", "sorted", "fixed"]))]
    pub(super) order: Option<DraftText>,
    /// `"easy"`, `"medium"` or `"hard"`: a round goes from easy to hard, and `/quiz hard` asks for hard ones.
    #[schemars(extend("enum" = ["easy", "medium", "hard"]))]
    pub(super) difficulty: Option<DraftText>,
    /// `true`: people send a number, and the nearest to `correct` wins.
    #[schemars(default)]
    pub(super) guess: bool,
    /// Words for `/quiz TOPIC`: somebody who types one gets only the questions that have it.
    #[schemars(default)]
    pub(super) tags: Vec<DraftText>,
    /// Shown after the vote, up to 200 characters.
    pub(super) explanation: Option<DraftText>,
    /// The id of the entry or term to read afterwards.
    pub(super) entry: Option<DraftText>,
    /// A picture above the question: a file in the folder, such as `pictures/bird.jpg`, or a web address.
    pub(super) picture: Option<DraftText>,
    /// A picture beside the explanation, likewise.
    pub(super) explanation_picture: Option<DraftText>,
}

/// Questions that people ask and that are not answered here, with an honest reply.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct OutOfScope {
    /// A short name that stays: at most 48 letters a–z, digits, `-` and `_`.
    #[schemars(length(max = 48), regex(pattern = "^[a-z0-9_-]+$"))]
    pub(super) id: DraftText,
    /// How people ask it. One at least, here or under `[phrasings]`.
    #[schemars(default, length(min = 1))]
    pub(super) examples: Vec<DraftText>,
    /// What the bot says, in small Markdown.
    pub(super) reply: DraftText,
}

/// What people say that is no question.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct SmallTalk {
    /// A short name that stays: at most 48 letters a–z, digits, `-` and `_`.
    #[schemars(length(max = 48), regex(pattern = "^[a-z0-9_-]+$"))]
    pub(super) id: DraftText,
    /// How people say it. One at least, here or under `[phrasings]`.
    #[schemars(default, length(min = 1))]
    pub(super) examples: Vec<DraftText>,
    /// What the bot says, in small Markdown.
    pub(super) reply: DraftText,
}

/// A test of the folder: where a question is to lead. `check` and `eval` ask it.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Expect {
    /// The question, in words that are not among the phrasings.
    pub(super) ask: DraftText,
    /// The id of the entry or term that answers it, or `none`.
    pub(super) entry: DraftText,
}

/// Who the bot is. Once in a folder.
#[derive(Debug, Default, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Bot {
    /// What the bot is called.
    pub(super) name: Option<DraftText>,
    /// What its answers rest on. `/about` tells it, in small Markdown.
    pub(super) source: Option<DraftText>,
    /// What `/start` says first, in small Markdown.
    pub(super) greeting: Option<DraftText>,
    /// What the folder is written in, such as `"ru"`; of several languages a list, the main one first. English if left out.
    #[schemars(default, schema_with = "one_or_more_texts")]
    pub(super) language: Vec<DraftText>,
    /// Other words for what the bot says by itself, by the key of the text.
    #[schemars(default)]
    pub(super) texts: BTreeMap<String, DraftText>,
}

fn one_or_more_texts(generator: &mut SchemaGenerator) -> Schema {
    let text = generator.subschema_for::<DraftText>();
    json_schema!({ "anyOf": [text, { "type": "array", "items": text, "minItems": 1 }] })
}

fn yes() -> bool {
    true
}

impl Place {
    /// Orders places as a reader comes to them.
    pub(super) fn order(&self) -> (usize, usize) {
        (self.file, self.span.start)
    }

    pub(super) fn contains(&self, other: &Place) -> bool {
        self.file == other.file && self.span.start <= other.span.start && other.span.end <= self.span.end
    }
}

impl Draft {
    /// The languages of these files, each once: the one at their top, or those that `[bot]` names and no other files are
    /// in; English if none of them is known.
    pub(super) fn languages(&self) -> Vec<Language> {
        let mut languages = Vec::from_iter(self.language);
        for code in self.bot.iter().flat_map(|it| &it.value.language) {
            let is_new = |language: &Language| {
                let apart = self.translations.iter().any(|it| it.language == Some(*language));
                !apart && !languages.contains(language)
            };
            languages.extend(Language::from_code(&code.value).filter(is_new));
        }
        if languages.is_empty() { vec![Language::ENGLISH] } else { languages }
    }

    /// Takes over other files in the same language, as if it were all one.
    pub(super) fn append(&mut self, other: Draft) {
        fn join<T>(list: &mut Vec<Item<T>>, others: Vec<Item<T>>) {
            list.extend(others);
            list.sort_by_key(|it| it.extent.order());
        }
        join(&mut self.entries, other.entries);
        join(&mut self.terms, other.terms);
        join(&mut self.figures, other.figures);
        join(&mut self.quiz, other.quiz);
        join(&mut self.out_of_scope, other.out_of_scope);
        join(&mut self.small_talk, other.small_talk);
        join(&mut self.expectations, other.expectations);
        self.synonyms.extend(other.synonyms);
        self.phrasings.extend(other.phrasings);
        self.phrasings.sort_by_key(|it| it.id.place.order());
        self.declared.extend(other.declared);
        self.lost.extend(other.lost);
        self.bot = self.bot.take().or(other.bot);
    }

    /// The main language of the folder.
    pub(super) fn language(&self) -> Language {
        self.languages().into_iter().next().unwrap_or_default()
    }

    /// Adds the lists under `[phrasings]` to their tables, after the tables' own phrasings.
    pub(super) fn attach_phrasings(&mut self) {
        let mut lists: HashMap<&str, Vec<&PhrasingList>> = HashMap::new();
        for list in &self.phrasings {
            lists.entry(list.id.value.as_str()).or_default().push(list);
        }
        // Of tables with the same id, all but the first are left out.
        let mut attach = |id: &DraftText, texts: &mut Vec<DraftText>| {
            let lists = lists.remove(id.value.as_str()).unwrap_or_default();
            texts.extend(lists.into_iter().flat_map(|list| list.texts.iter().cloned()));
        };
        self.entries.iter_mut().for_each(|it| attach(&it.value.id, &mut it.value.phrasings));
        self.terms.iter_mut().for_each(|it| attach(&it.value.id, &mut it.value.phrasings));
        self.out_of_scope.iter_mut().for_each(|it| attach(&it.value.id, &mut it.value.examples));
        self.small_talk.iter_mut().for_each(|it| attach(&it.value.id, &mut it.value.examples));
    }

    /// Every id that names an entry, term or group, in file order within each kind.
    pub(super) fn ids(&self) -> impl Iterator<Item = &DraftText> {
        let entries = self.entries.iter().map(|it| &it.value.id);
        let terms = self.terms.iter().map(|it| &it.value.id);
        let out_of_scope = self.out_of_scope.iter().map(|it| &it.value.id);
        let small_talk = self.small_talk.iter().map(|it| &it.value.id);
        entries.chain(terms).chain(out_of_scope).chain(small_talk)
    }
    /// Every text that people get to read, in which figures are filled in.
    pub(super) fn texts(&self) -> impl Iterator<Item = &DraftText> {
        let entries = self.entries.iter().map(|it| &it.value);
        let terms = self.terms.iter().map(|it| &it.value);
        let figures = self.figures.iter().map(|it| &it.value.what);
        let quiz = self.quiz.iter().map(|it| &it.value);
        let bot = self.bot.iter().map(|it| &it.value);
        entries
            .flat_map(|it| [&it.question, &it.answer].into_iter().chain(&it.phrasings).chain(&it.section))
            .chain(terms.flat_map(|it| {
                [&it.name, &it.definition].into_iter().chain(&it.also).chain(&it.phrasings).chain(&it.section)
            }))
            .chain(figures)
            .chain(quiz.flat_map(|it| {
                [&it.prompt]
                    .into_iter()
                    .chain(&it.correct)
                    .chain(&it.distractors)
                    .chain(&it.options)
                    .chain(&it.explanation)
            }))
            .chain(self.out_of_scope.iter().flat_map(|it| it.value.examples.iter().chain([&it.value.reply])))
            .chain(self.small_talk.iter().flat_map(|it| it.value.examples.iter().chain([&it.value.reply])))
            .chain(self.expectations.iter().map(|it| &it.value.ask))
            .chain(bot.flat_map(|it| it.name.iter().chain(&it.source).chain(&it.greeting)))
    }
}
