//! Items as the TOML of a folder: answers in one file, long lists of phrasings in another.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use toml::Value;

use super::Item;
use crate::export::IN_LANGUAGE;
use crate::knowledge::{quoted, quoted_block};

/// A longer list of phrasings is kept apart from its answer.
const MOST_BESIDE_AN_ANSWER: usize = 4;

/// A line is not made longer than this, in characters.
const LINE: usize = 100;

/// The keys in the order in which a person reads them; others follow.
const ORDER: [&str; 28] = [
    "id",
    "name",
    "question",
    "also",
    "prompt",
    "correct",
    "distractors",
    "options",
    "order",
    "explanation",
    "ask",
    "examples",
    "phrasings",
    "answer",
    "definition",
    "reply",
    "value",
    "what",
    "picture",
    "explanation_picture",
    "difficulty",
    "tags",
    "related",
    "entry",
    "section",
    "as_of",
    "review_by",
    "quiz",
];

/// A file to be written, by its path in the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    pub path: String,
    pub text: String,
}

/// The files for these items: `stem.toml`, and `phrasings/stem.toml` if there are long lists. `source` is where they
/// come from, in words.
pub fn files(items: &[Item], stem: &str, source: &str) -> Vec<Written> {
    let languages: BTreeSet<&str> = items.iter().map(|it| it.text(IN_LANGUAGE)).collect();
    let of = |language: &str| -> Vec<&Item> {
        items.iter().filter(|it| it.text(IN_LANGUAGE) == language).collect()
    };
    languages.into_iter().flat_map(|language| files_in(language, &of(language), stem, source)).collect()
}

/// The files in one language; `""` is the main one.
fn files_in(language: &str, items: &[&Item], stem: &str, source: &str) -> Vec<Written> {
    let (stem, top) = match language {
        "" => (stem.to_owned(), String::new()),
        code => (format!("{stem}.{code}"), format!("language = \"{code}\"\n")),
    };
    let mut page = format!("#:schema ./schema.json\n# From {}.\n{top}", source.replace('\n', " "));
    let mut lists = String::new();
    let mut has_tables = false;
    for item in items {
        let mut item = (*item).clone();
        item.keys.retain(|(key, _)| key != IN_LANGUAGE);
        if item.table == "phrasings" {
            for (id, list) in &item.keys {
                let list = list.as_array().map(Vec::as_slice).unwrap_or_default();
                line(&mut lists, format_args!("{id} = {}", array(list, true)));
            }
            continue;
        }
        has_tables = true;
        page.push('\n');
        table(&item, &mut page, &mut lists);
    }
    let mut files = Vec::new();
    if has_tables {
        files.push(Written { path: format!("{stem}.toml"), text: page });
    }
    if !lists.is_empty() {
        let text = format!(
            "#:schema ../schema.json\n# How people ask for what stands in {stem}.toml.\n{top}\n[phrasings]\n{lists}"
        );
        files.push(Written { path: format!("phrasings/{stem}.toml"), text });
    }
    files
}

/// One item as TOML, with all its phrasings in it.
pub fn table_text(item: &Item) -> String {
    let (mut page, mut lists) = (String::new(), String::new());
    table(item, &mut page, &mut lists);
    debug_assert!(lists.is_empty(), "whoever adds one table has few phrasings for it");
    page
}

fn table(item: &Item, page: &mut String, lists: &mut String) {
    for remark in &item.remarks {
        line(page, format_args!("# {}", remark.replace('\n', " ")));
    }
    let is_single = ["bot", "synonyms", "phrasings"].contains(&item.table.as_str());
    match is_single {
        true => line(page, format_args!("[{}]", item.table)),
        false => line(page, format_args!("[[{}]]", item.table)),
    }
    let mut keys: Vec<&(String, Value)> = item.keys.iter().collect();
    keys.sort_by_key(|(key, _)| ORDER.iter().position(|it| it == key).unwrap_or(ORDER.len()));
    let mut tables: Vec<(&String, &toml::Table)> = Vec::new();
    for (key, value) in keys {
        match value {
            Value::Table(table) => tables.push((key, table)),
            Value::Array(list)
                if ["phrasings", "examples"].contains(&key.as_str())
                    && list.len() > MOST_BESIDE_AN_ANSWER
                    && !item.text("id").is_empty() =>
            {
                line(lists, format_args!("{} = {}", item.text("id"), array(list, true)));
            }
            Value::Array(list) => line(page, format_args!("{key} = {}", array(list, false))),
            Value::String(text) if text.contains('\n') || text.chars().count() > LINE => {
                line(page, format_args!("{key} = {}", quoted_block(text)));
            }
            Value::String(text) => line(page, format_args!("{key} = {}", quoted(text))),
            other => line(page, format_args!("{key} = {other}")),
        }
    }
    for (key, table) in tables {
        line(page, format_args!("\n[{}.{key}]", item.table));
        for (key, value) in table {
            let value = value.as_str().map_or_else(|| value.to_string(), quoted);
            line(page, format_args!("{key} = {value}"));
        }
    }
}

fn line(text: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(text, "{line}").expect("writing to a string does not fail");
}

fn array(list: &[Value], is_long: bool) -> String {
    let value = |value: &Value| match value {
        Value::String(text) => quoted(text),
        Value::Array(list) => array(list, false),
        other => other.to_string(),
    };
    let values: Vec<String> = list.iter().map(value).collect();
    let flat = format!("[{}]", values.join(", "));
    if !is_long && flat.chars().count() <= LINE {
        return flat;
    }
    let lines: String = values.iter().map(|it| format!("  {it},\n")).collect();
    format!("[\n{lines}]")
}
