//! The keys of one table, each read with its own error message.

use std::collections::BTreeMap;

use any_ascii::any_ascii_char;
use toml::Spanned as TomlSpanned;
use toml::de::{DeTable, DeValue};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::Document;
use crate::knowledge::Id;
use crate::knowledge::draft::{DraftText, Place, Spanned};
use crate::knowledge::findings::{Costs, Findings, Rule};
use crate::knowledge::limits::MAX_TEXT;
use crate::knowledge::lookalike::{latin, script};
use crate::knowledge::nearest::{did_you_mean, nearest};
use crate::language::romanization::in_latin;
use crate::language::{Script, script_of};

pub(super) const UNKNOWN_KEY: Rule =
    Rule { code: "unknown-key", costs: Costs::Part, rule: "a table holds only keys that the bot knows" };

pub(super) const MISSING_KEY: Rule =
    Rule { code: "missing-key", costs: Costs::Table, rule: "a table has all the keys that it needs" };

pub(super) const WRONG_TYPE: Rule = Rule {
    code: "wrong-type",
    costs: Costs::Part,
    rule: "a value is of the kind that its key asks for: a text, a list, `true` or `false`, a date",
};

pub(super) const EMPTY_TEXT: Rule = Rule {
    code: "empty-text",
    costs: Costs::Part,
    rule: "a text is not empty, and a list that is needed has something in it",
};

pub(super) const ENDLESS_TEXT: Rule =
    Rule { code: "endless-text", costs: Costs::Part, rule: "a text has at most 20,000 letters" };

pub(super) const INVALID_ID: Rule = Rule {
    code: "invalid-id",
    costs: Costs::Table,
    rule: "an id is made of at most 48 lowercase letters a–z, digits, `-` and `_`, so that it fits a link and a button",
};

pub(super) const INVALID_DATE: Rule = Rule {
    code: "invalid-date",
    costs: Costs::Part,
    rule: "a date is a day of the calendar, written 2025-12-31",
};

pub(super) const INVALID_CHOICE: Rule = Rule {
    code: "invalid-choice",
    costs: Costs::Part,
    rule: "`order` is `shuffled`, `sorted` or `fixed`; `difficulty` is `easy`, `medium` or `hard`",
};

/// One table on its way to becoming an item.
pub(super) struct Fields<'d, 'i> {
    document: &'d Document<'i>,
    header: &'d Place,
    name: &'d str,
    table: &'d DeTable<'i>,
    /// The keys that were asked for: those that exist.
    asked: Vec<&'static str>,
    /// The keys that are needed and missing.
    missing: Vec<&'static str>,
}

type Value<'i> = TomlSpanned<DeValue<'i>>;

impl<'d, 'i> Fields<'d, 'i> {
    pub(super) fn new(
        document: &'d Document<'i>,
        header: &'d Place,
        name: &'d str,
        table: &'d DeTable<'i>,
    ) -> Fields<'d, 'i> {
        Fields { document, header, name, table, asked: Vec::new(), missing: Vec::new() }
    }

    pub(super) fn header(&self) -> &'d Place {
        self.header
    }

    pub(super) fn name(&self) -> &'d str {
        self.name
    }

    /// The text of a key, if it has one; without reporting anything.
    pub(super) fn peek(&self, key: &str) -> Option<&'d str> {
        self.table.get(key)?.get_ref().as_str()
    }

    /// A text that must be there and not be empty.
    pub(super) fn text(&mut self, key: &'static str, findings: &mut Findings<'_>) -> Option<DraftText> {
        let value = self.required(key)?;
        self.text_of(key, value, findings)
    }

    pub(super) fn optional_text(
        &mut self,
        key: &'static str,
        findings: &mut Findings<'_>,
    ) -> Option<DraftText> {
        let value = self.take(key)?;
        self.text_of(key, value, findings)
    }

    /// A text that is an id.
    pub(super) fn id(&mut self, key: &'static str, findings: &mut Findings<'_>) -> Option<DraftText> {
        let id = self.text(key, findings)?;
        if Id::is_id(&id.value) {
            return Some(id);
        }
        let message = match id.value.as_str() {
            "none" => "the id `none` is taken: it stands for no entry at all".to_string(),
            long if long.len() > Id::MAX_LEN => {
                format!("the id has {} letters; {} fit a button", long.chars().count(), Id::MAX_LEN)
            }
            other => format!("`{other}` is not a valid id"),
        };
        let stranger = id.value.chars().find(|letter| latin(*letter).is_some());
        let message = match stranger {
            Some(letter) => {
                format!("{message}: its `{letter}` is {}", script(letter).unwrap_or("of another script"))
            }
            None => message,
        };
        // A letter that looks like a Latin one was most likely meant to be it.
        let suggestion = slug(&id.value.chars().map(|it| latin(it).unwrap_or(it)).collect::<String>());
        let finding = findings.report(&INVALID_ID, &id.place, "not usable as an id", message);
        match suggestion.as_str() {
            "" | "none" => {
                finding.help("use lowercase letters a–z, digits, `-` and `_`, for example `opening-hours`")
            }
            slug => finding.help(format!("write it as `{slug}`")),
        };
        None
    }

    /// A list of texts; an empty one where the key is missing.
    pub(super) fn texts(&mut self, key: &'static str, findings: &mut Findings<'_>) -> Vec<DraftText> {
        self.take(key).map_or_else(Vec::new, |value| self.texts_of(key, value, findings))
    }

    /// One text or a list of them; none where the key is missing.
    pub(super) fn one_or_more(&mut self, key: &'static str, findings: &mut Findings<'_>) -> Vec<DraftText> {
        let Some(value) = self.take(key) else { return Vec::new() };
        match value.get_ref() {
            DeValue::Array(array) if !array.is_empty() => self.texts_of(key, value, findings),
            _ => Vec::from_iter(self.text_of(key, value, findings)),
        }
    }

    /// Every key with its list of at least one text, in the order they are written in.
    pub(super) fn lists(&self, findings: &mut Findings<'_>) -> Vec<(DraftText, Vec<DraftText>)> {
        let mut lists: Vec<(DraftText, Vec<DraftText>)> = Vec::new();
        for (key, value) in self.table {
            let name = key.get_ref().to_string();
            if value.get_ref().as_array().is_some_and(|array| array.is_empty()) {
                let place = self.document.place(value);
                findings
                    .report(&EMPTY_TEXT, &place, "nothing in it", format!("`{name}` is empty"))
                    .help(format!("put at least one text in it: {name} = [\"…\"]"));
            }
            let texts = self.texts_of(&name, value, findings);
            lists.push((Spanned { value: name, place: self.document.place(key) }, texts));
        }
        lists.sort_by_key(|(id, _)| id.place.order());
        lists
    }

    /// A text that must be there, or a list of them.
    pub(super) fn required_one_or_more(
        &mut self,
        key: &'static str,
        findings: &mut Findings<'_>,
    ) -> Option<Vec<DraftText>> {
        self.required(key)?;
        let texts = self.one_or_more(key, findings);
        (!texts.is_empty()).then_some(texts)
    }

    /// A text that is one of these words.
    pub(super) fn choice(
        &mut self,
        key: &'static str,
        words: &[&'static str],
        findings: &mut Findings<'_>,
    ) -> Option<DraftText> {
        let text = self.optional_text(key, findings)?;
        if words.contains(&text.value.as_str()) {
            return Some(text);
        }
        let message = format!("`{key}` cannot be `{}`", text.value);
        let choices: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
        let help = match nearest(&text.value.to_lowercase(), words.iter().copied()) {
            Some(word) => format!("did you mean {key} = \"{word}\"?"),
            None => format!("write one of {}", choices.join(", ")),
        };
        findings.report(&INVALID_CHOICE, &text.place, "not one of the choices", message).help(help);
        None
    }

    /// A list of lists of texts.
    pub(super) fn groups(&mut self, key: &'static str, findings: &mut Findings<'_>) -> Vec<Vec<DraftText>> {
        let Some(value) = self.required(key) else { return Vec::new() };
        let Some(groups) = value.get_ref().as_array() else {
            self.wrong_type(key, value, findings);
            return Vec::new();
        };
        groups.iter().map(|group| self.texts_of(key, group, findings)).collect()
    }

    /// A table of texts.
    pub(super) fn map(
        &mut self,
        key: &'static str,
        findings: &mut Findings<'_>,
    ) -> Option<BTreeMap<String, DraftText>> {
        let value = self.take(key)?;
        let Some(table) = value.get_ref().as_table() else {
            self.wrong_type(key, value, findings);
            return None;
        };
        let texts = table.iter().filter_map(|(name, value)| {
            Some((name.get_ref().to_string(), self.text_of(name.get_ref(), value, findings)?))
        });
        Some(texts.collect())
    }

    pub(super) fn flag(&mut self, key: &'static str, default: bool, findings: &mut Findings<'_>) -> bool {
        let Some(value) = self.take(key) else { return default };
        value.get_ref().as_bool().unwrap_or_else(|| {
            self.wrong_type(key, value, findings);
            default
        })
    }

    /// A day, as a TOML date or as a text; `YYYY-MM-DD`.
    pub(super) fn date(&mut self, key: &'static str, findings: &mut Findings<'_>) -> Option<DraftText> {
        let value = self.take(key)?;
        let place = self.document.place(value);
        let written = match value.get_ref() {
            DeValue::Datetime(datetime) => datetime.to_string(),
            DeValue::String(text) => text.to_string(),
            _ => {
                self.wrong_type(key, value, findings);
                return None;
            }
        };
        if is_day(&written) {
            return Some(Spanned { value: written, place });
        }
        findings
            .report(&INVALID_DATE, &place, "not a day", format!("`{key}` is a day of the calendar"))
            .help("write year, month and day, for example 2025-12-31");
        None
    }

    /// Reports the unknown keys, and the missing ones: a misspelt one is reported once.
    pub(super) fn finish(self, findings: &mut Findings<'_>) {
        let mut misspelt = Vec::new();
        for key in self.table.keys() {
            let name = key.get_ref().as_ref();
            if self.asked.contains(&name) {
                continue;
            }
            let message = format!("`{}` has no key `{name}`", self.brackets());
            let finding = findings.report(&UNKNOWN_KEY, &self.document.place(key), "not known", message);
            let unused = self.asked.iter().copied().filter(|asked| !self.table.contains_key(*asked));
            let nearest = nearest(name, unused);
            misspelt.extend(nearest);
            let help = match nearest {
                Some(nearest) => Some(format!("did you mean `{nearest}`?")),
                None => did_you_mean(name, self.asked.iter().copied()),
            };
            if let Some(help) = help {
                finding.help(help);
            }
        }
        for key in self.missing.iter().filter(|key| !misspelt.contains(*key)) {
            let message = format!("this `{}` has no `{key}`", self.brackets());
            findings
                .report(&MISSING_KEY, self.header, format!("`{key}` is missing"), message)
                .help(format!("add a line: {}", example(self.name, key)));
        }
    }

    fn brackets(&self) -> String {
        if super::ONCE.contains(&self.name) {
            format!("[{}]", self.name)
        } else {
            format!("[[{}]]", self.name)
        }
    }

    fn take(&mut self, key: &'static str) -> Option<&'d Value<'i>> {
        self.asked.push(key);
        self.table.get(key)
    }

    fn required(&mut self, key: &'static str) -> Option<&'d Value<'i>> {
        let value = self.take(key);
        if value.is_none() {
            self.missing.push(key);
        }
        value
    }

    fn text_of(&self, key: &str, value: &Value<'i>, findings: &mut Findings<'_>) -> Option<DraftText> {
        let Some(text) = value.get_ref().as_str() else {
            self.wrong_type(key, value, findings);
            return None;
        };
        let place = self.document.place(value);
        if text.trim().is_empty() {
            findings
                .report(&EMPTY_TEXT, &place, "nothing in it", format!("`{key}` is empty"))
                .help("write something between the quotes, or delete the key if it is not needed");
            return None;
        }
        if text.len() > MAX_TEXT {
            let start = Place { file: place.file, span: place.span.start..place.span.start };
            let message = format!("`{key}` has {} letters; at most 20,000 are read", text.chars().count());
            findings
                .report(&ENDLESS_TEXT, &start, "begins here", message)
                .help("see that its closing quotes are in their place; make several entries of a long text");
            return None;
        }
        Some(Spanned { value: text.to_string(), place })
    }

    fn texts_of(&self, key: &str, value: &Value<'i>, findings: &mut Findings<'_>) -> Vec<DraftText> {
        match value.get_ref().as_array() {
            Some(array) => array
                .iter()
                .filter_map(|element| {
                    if element.get_ref().is_str() {
                        return self.text_of(key, element, findings);
                    }
                    let place = self.document.place(element);
                    let raw = findings.source(&place).get(place.span.clone()).unwrap_or("…");
                    let help = format!("put it in quotes: \"{raw}\"");
                    let label = format!("this is {}", kind(element.get_ref()));
                    findings
                        .report(&WRONG_TYPE, &place, label, format!("`{key}` is a list of texts"))
                        .help(help);
                    None
                })
                .collect(),
            None => {
                self.wrong_type(key, value, findings);
                Vec::new()
            }
        }
    }

    /// Whether this key has a list of texts.
    fn is_list(&self, key: &str) -> bool {
        self.name == "phrasings"
            || ["phrasings", "related", "also", "distractors", "options", "tags", "examples"].contains(&key)
    }

    fn wrong_type(&self, key: &str, value: &Value<'i>, findings: &mut Findings<'_>) {
        let place = self.document.place(value);
        let raw = findings.source(&place).get(place.span.clone()).unwrap_or_default();
        let (wanted, help) = match key {
            "quiz" | "guess" => {
                ("`true` or `false`", format!("write {key} = true or {key} = false, without quotes"))
            }
            "as_of" | "review_by" => ("a date", format!("write it without quotes: {key} = 2025-12-31")),
            "texts" => {
                ("a table", "write `[bot.texts]` on a line of its own, and its keys below it".to_string())
            }
            "language" => ("a language or a list of them", "write language = \"en\"".to_string()),
            "groups" => {
                ("a list of lists", "write groups = [[\"one\", \"two\"], [\"three\", \"four\"]]".to_string())
            }
            _ if self.is_list(key) && !value.get_ref().is_array() => {
                let is_text = value.get_ref().is_str() && raw.len() < 60;
                let inner = if is_text { raw } else { "\"…\"" };
                ("a list of texts", format!("put it in square brackets: {key} = [{inner}]"))
            }
            _ if raw.len() < 60 && !value.get_ref().is_array() && !value.get_ref().is_table() => {
                ("a text", format!("put it in quotes: \"{raw}\""))
            }
            _ => ("a text", format!("write one text in quotes: {key} = \"…\"")),
        };
        findings
            .report(
                &WRONG_TYPE,
                &place,
                format!("this is {}", kind(value.get_ref())),
                format!("`{key}` is {wanted}"),
            )
            .help(help);
    }
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// How a missing key may look.
fn example(table: &str, key: &str) -> String {
    let value = match (table, key) {
        (_, "id") => "\"opening-hours\"",
        ("expect", "entry") => "\"opening-hours\", or \"none\"",
        (_, "question") => "\"When are you open?\"",
        (_, "examples") => "[\"…\", \"…\"]",
        (_, "groups") => "[[\"aws\", \"amazon web services\"]]",
        ("figure", "value") => "\"$5 billion\"",
        _ => "\"…\"",
    };
    format!("{key} = {value}")
}

/// The id that was probably meant: its letters in Latin, words and Chinese characters with a hyphen between them.
pub(crate) fn slug(text: &str) -> String {
    let mut slug = String::new();
    for letter in in_latin(text.trim()).nfc() {
        if slug.len() >= Id::MAX_LEN {
            break;
        }
        // A mark that no letter has taken up is an accent, or says that a vowel is silent.
        if is_combining_mark(letter) && !letter.is_alphabetic() {
            continue;
        }
        let is_word = letter.is_alphanumeric() || letter == '_';
        let is_han = script_of(letter) == Some(Script::Han);
        let latin = if is_word { any_ascii_char(letter) } else { "-" };
        let parted = [if is_han { "-" } else { "" }, latin, if is_han { "-" } else { "" }].concat();
        for sign in parted.chars() {
            match sign.to_ascii_lowercase() {
                sign @ ('a'..='z' | '0'..='9' | '_') => slug.push(sign),
                // Stands for a letter without a sound of its own.
                '\'' | '`' => {}
                _ if !slug.is_empty() && !slug.ends_with('-') => slug.push('-'),
                _ => {}
            }
        }
    }
    slug.truncate(Id::MAX_LEN);
    slug.trim_end_matches('-').to_string()
}

/// Whether this is `YYYY-MM-DD` and a day of the Gregorian calendar.
fn is_day(text: &str) -> bool {
    text.parse::<jiff::civil::Date>().is_ok_and(|day| day.to_string() == text)
}
