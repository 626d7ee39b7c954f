//! The names under which events, states and requests are stored, as the transcripts show them.
//!
//! Bots of two versions may work on one database. A name that only the newer one knows is lost as soon as the older one
//! writes the state of that chat, so it takes another [`FORMAT`]; that is easily forgotten, and shows nowhere else.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use faqbot::storage::FORMAT;
use serde::Serialize;
use serde_json::Value;

thread_local! {
    /// What stands below each name.
    static SEEN: RefCell<BTreeMap<String, BTreeSet<String>>> = RefCell::default();
}

/// Notes the names in a value that is stored.
pub(super) fn note(name: &str, stored: &impl Serialize) {
    let value = serde_json::to_value(stored).expect("it is stored as JSON");
    SEEN.with_borrow_mut(|seen| walk(name, &value, seen));
}

fn walk(name: &str, value: &Value, seen: &mut BTreeMap<String, BTreeSet<String>>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| walk(name, value, seen)),
        Value::Object(fields) => {
            for (field, value) in fields {
                // Numbers of people and ids of questions are no names.
                let is_name = field.chars().all(|it| it.is_ascii_alphabetic() || it == '_');
                let field = if is_name { field } else { "#" };
                if !seen.get(name).is_some_and(|fields| fields.contains(field)) {
                    seen.entry(name.to_owned()).or_default().insert(field.to_owned());
                }
                walk(field, value, seen);
            }
        }
        _ => {}
    }
}

/// All of them, as a text to compare.
pub(super) fn all() -> String {
    let mut text = format!(
        "Format {FORMAT} of what is stored: what stands below each name. If a change here makes an older bot misread what a newer\n\
         one writes, or lose it, raise FORMAT in src/storage/shares.rs.\n\n"
    );
    SEEN.with_borrow(|seen| {
        for (name, fields) in seen {
            let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
            text.push_str(&format!("{name}: {}\n", fields.join(", ")));
        }
    });
    text
}
