//! The rules that apply across the tables of a folder. One rule, one function.

pub(super) mod bot_texts;
mod escapes;
mod figures;
mod ids;
mod languages;
mod letters;
mod limits;
mod markup;
mod options;
pub(super) mod phrasings;
mod pictures;
mod quiz;
pub(super) mod references;
mod substance;
mod texts;
mod translations;

use std::cell::OnceCell;
use std::collections::HashMap;

use super::draft::{Draft, DraftText, Place};
use super::fill::fill;
use super::findings::{Finding, Findings, Rule};
use super::read;
use crate::quantity::Locales;
use crate::time::Timestamp;

/// A rule and the function that checks a folder against it: in its main language, and in every other one.
struct Check {
    rule: Rule,
    run: fn(&Context<'_>, &mut Report<'_, '_>),
}

const CHECKS: &[Check] = &[
    ids::UNIQUE,
    references::ENTRIES,
    references::PHRASINGS,
    phrasings::EXAMPLES,
    references::FIGURES,
    references::IDLE,
    references::LONELY,
    figures::CONFLICT,
    figures::CONTRADICTION,
    figures::TYPED,
    figures::OVERDUE,
    texts::FORMATTING,
    texts::BRACES,
    markup::DEAD,
    letters::INVISIBLE,
    escapes::PATHS,
    phrasings::DUPLICATE,
    phrasings::REPEATED,
    phrasings::SIMILAR,
    phrasings::SYNONYMS,
    quiz::DISTRACTORS,
    quiz::TOO_MANY,
    quiz::OPTIONS,
    quiz::SORTED,
    quiz::GUESS,
    quiz::RIGHT_TWICE,
    quiz::REPEATED,
    options::ALIKE,
    options::ORDER,
    pictures::NAMED,
    limits::QUIZ,
    limits::EXPLANATION,
    limits::ANSWER,
    bot_texts::KEYS,
    bot_texts::PLACEHOLDERS,
    bot_texts::PLURALS,
    languages::KNOWN,
    languages::SCRIPT,
    languages::MIXED,
    translations::OF_NOTHING,
    translations::OTHER_VALUE,
    translations::MISSING,
    phrasings::BARE,
    substance::SOMETHING,
];

/// What a check may look at.
struct Context<'d> {
    draft: &'d Draft,
    /// The draft that this is a translation of.
    main: Option<&'d Draft>,
    now: Timestamp,
    /// The value of each figure.
    values: HashMap<&'d str, &'d str>,
    /// The question of each entry, the name of each term.
    titles: HashMap<&'d str, &'d str>,
    locales: Locales,
    /// Read once for all that compare them.
    wordings: OnceCell<Vec<phrasings::Wording<'d>>>,
}

impl<'d> Context<'d> {
    fn new(draft: &'d Draft, main: Option<&'d Draft>, now: Timestamp) -> Context<'d> {
        let figures = main.iter().flat_map(|it| &it.figures).chain(&draft.figures).map(|it| &it.value);
        let entries = draft.entries.iter().map(|it| (&it.value.id, &it.value.question));
        let terms = draft.terms.iter().map(|it| (&it.value.id, &it.value.name));
        Context {
            draft,
            main,
            now,
            values: figures.map(|it| (it.id.value.as_str(), it.value.value.trim())).collect(),
            locales: Locales::of(&draft.languages()),
            wordings: OnceCell::new(),
            titles: entries.chain(terms).map(|(id, title)| (id.value.as_str(), title.value.trim())).collect(),
        }
    }

    /// This draft, and the one that it is a translation of: anything in either may be referred to.
    fn drafts(&self) -> impl Iterator<Item = &'d Draft> + Clone + use<'d> {
        std::iter::once(self.draft).chain(self.main)
    }

    /// The text with its figures filled in.
    fn filled(&self, text: &DraftText) -> String {
        fill(text.value.trim(), |id| self.values.get(id).copied())
    }

    fn title(&self, id: &str) -> Option<&'d str> {
        self.titles.get(id).copied()
    }
}

/// Where a check reports what it finds.
struct Report<'f, 's> {
    rule: &'static Rule,
    findings: &'f mut Findings<'s>,
}

impl Report<'_, '_> {
    fn add(&mut self, place: &Place, label: impl Into<String>, message: impl Into<String>) -> Finding<'_> {
        self.findings.report(self.rule, place, label, message)
    }

    /// The place of a part of a text, `span` being a range of its value.
    fn within(&self, text: &DraftText, span: std::ops::Range<usize>) -> Place {
        let written = &self.findings.source(&text.place)[text.place.span.clone()];
        // Where an escape or a line end makes the two differ, the whole text is pointed at.
        match written.find(&text.value) {
            Some(start) => {
                let start = text.place.span.start + start;
                Place { file: text.place.file, span: start + span.start..start + span.end }
            }
            None => text.place.clone(),
        }
    }
}

/// Checks a draft against every rule.
pub(super) fn run(draft: &Draft, now: Timestamp, findings: &mut Findings<'_>) {
    let main = Context::new(draft, None, now);
    let translations = draft.translations.iter().map(|it| Context::new(it, Some(draft), now));
    for context in std::iter::once(main).chain(translations) {
        for check in CHECKS {
            (check.run)(&context, &mut Report { rule: &check.rule, findings });
        }
    }
}

/// Whether this is the code of a rule that applies across tables.
pub(super) fn compares(code: &str) -> bool {
    CHECKS.iter().any(|check| check.rule.code == code)
}

/// Every rule that [`parse`](super::parse()) checks a folder against.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    read::RULES.iter().chain(CHECKS.iter().map(|check| &check.rule))
}
