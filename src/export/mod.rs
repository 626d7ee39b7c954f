//! A folder in the formats of other programs. What they write, [`import`](crate::import) reads again.

mod markdown;
mod table;

use anyhow::Context as _;
use serde_json::{Map, Value as Json};
use toml::Value;

use crate::import::{At, Item};
use crate::knowledge::{Source, file_language};
use crate::language::Language;

pub use markdown::markdown;
pub use table::{csv, xlsx};

/// The tables, in the order in which they are exported.
const TABLES: [&str; 9] =
    ["bot", "entry", "term", "figure", "quiz", "out_of_scope", "small_talk", "expect", "synonyms"];

/// All tables of a folder as they are written, each with its phrasings.
///
/// # Errors
///
/// When a file is not written in TOML.
pub fn items(sources: &[Source]) -> anyhow::Result<Vec<Item>> {
    let mut files = Vec::new();
    for source in sources {
        let table: toml::Table =
            source.text.parse().with_context(|| format!("reading {}: see `faqbot check`", source.path))?;
        files.push((source.path.as_str(), file_language(&source.text), table));
    }
    // The main language first, whatever files it is in.
    files.sort_by_key(|(_, language, _)| language.map(Language::code));
    let mut items = Vec::new();
    for name in TABLES {
        for (path, language, file) in &files {
            let tables = match file.get(name) {
                Some(Value::Array(list)) => list.iter().filter_map(Value::as_table).collect(),
                Some(Value::Table(table)) => vec![table],
                _ => Vec::new(),
            };
            items.extend(tables.into_iter().map(|table| Item {
                table: name.into(),
                keys: keys(table, *language),
                remarks: Vec::new(),
                at: At { file: (*path).into(), place: String::new() },
            }));
        }
    }
    for (path, language, file) in &files {
        let lists = file.get("phrasings").and_then(Value::as_table).into_iter().flatten();
        for (id, list) in lists {
            let list = list.as_array().cloned().unwrap_or_default();
            let code = language.map_or("", Language::code);
            let is_its =
                |it: &&mut Item| it.table != "figure" && it.text("id") == id && it.text(IN_LANGUAGE) == code;
            let Some(item) = items.iter_mut().find(is_its) else {
                // People may ask in their language even about entries that are not translated yet.
                items.push(Item {
                    table: "phrasings".into(),
                    keys: [(id.clone(), Value::Array(list))].into_iter().chain(marked(*language)).collect(),
                    remarks: Vec::new(),
                    at: At { file: (*path).into(), place: String::new() },
                });
                continue;
            };
            let key = if ["entry", "term"].contains(&item.table.as_str()) { "phrasings" } else { "examples" };
            match item.keys.iter_mut().find(|(it, _)| it == key) {
                Some((_, Value::Array(known))) => known.extend(list),
                _ => item.keys.push((key.into(), Value::Array(list))),
            }
        }
    }
    Ok(items)
}

/// The key that holds the language of a table from a file with a language at its top.
pub(crate) const IN_LANGUAGE: &str = "in_language";

fn keys(table: &toml::Table, language: Option<Language>) -> Vec<(String, Value)> {
    let keys = table.iter().map(|(key, value)| (key.clone(), without_dates(value)));
    keys.chain(marked(language)).collect()
}

fn marked(language: Option<Language>) -> Option<(String, Value)> {
    language.map(|it| (IN_LANGUAGE.to_owned(), it.code().into()))
}

/// Dates as texts, which all formats have, and texts without the line feed before their closing quotes.
fn without_dates(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(text.trim_end().to_owned()),
        Value::Datetime(date) => Value::String(date.to_string()),
        other => other.clone(),
    }
}

/// One object with a list for each kind of table.
pub fn json(items: &[Item]) -> String {
    let mut all = Map::new();
    all.insert("faqbot".into(), env!("CARGO_PKG_VERSION").into());
    for name in TABLES.iter().chain(&["phrasings"]) {
        let list: Vec<Json> = items.iter().filter(|it| it.table == *name).map(object).collect();
        if !list.is_empty() {
            all.insert((*name).into(), Json::Array(list));
        }
    }
    format!("{:#}\n", Json::Object(all))
}

fn object(item: &Item) -> Json {
    let pairs = item.keys.iter().map(|(key, value)| {
        (key.clone(), serde_json::to_value(value).expect("without dates a value is plain JSON"))
    });
    Json::Object(pairs.collect())
}
