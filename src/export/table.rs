//! One row for each table of a folder, one column for each key.

use anyhow::Context as _;
use rust_xlsxwriter::{Format, FormatAlign, Workbook};
use serde_json::{Map, Value as Json};
use toml::Value;

use crate::import::Item;
use crate::knowledge::is_list;

/// The column for values that are neither a text nor a list of texts.
const REST: &str = "json";

/// Comma-separated values, with a byte order mark so that Excel takes them for UTF-8.
///
/// # Errors
///
/// None in practice: it is written to memory.
pub fn csv(items: &[Item]) -> anyhow::Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows(items) {
        writer.write_record(&row)?;
    }
    let bytes = writer.into_inner().context("writing to memory")?;
    Ok(format!("\u{feff}{}", String::from_utf8(bytes)?))
}

/// A workbook with one sheet.
///
/// # Errors
///
/// When a text is longer than a cell may be (32,767 characters).
pub fn xlsx(items: &[Item]) -> anyhow::Result<Vec<u8>> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let heading = Format::new().set_bold();
    for (number, row) in (0..).zip(rows(items)) {
        for (column, cell) in (0..).zip(&row) {
            let format = if number == 0 { &heading } else { &wrapped };
            sheet.write_string_with_format(number, column, cell, format)?;
        }
    }
    for (column, key) in (0..).zip(columns(items)) {
        let width = if ["question", "answer", "definition", "prompt", "phrasings"].contains(&key) {
            50.0
        } else {
            18.0
        };
        sheet.set_column_width(column, width)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(workbook.save_to_buffer()?)
}

/// The keys that are used, those that people look for first.
fn columns(items: &[Item]) -> Vec<&str> {
    let mut columns = vec!["table", "id", "question", "answer", "phrasings"];
    for (key, value) in items.iter().flat_map(|it| &it.keys) {
        if !columns.contains(&key.as_str()) && key != REST && is_cell(key, value) {
            columns.push(key);
        }
    }
    columns.push(REST);
    columns
}

fn rows(items: &[Item]) -> Vec<Vec<String>> {
    let columns = columns(items);
    let mut rows = vec![columns.iter().map(|it| (*it).to_owned()).collect()];
    for item in items {
        let mut rest = Map::new();
        for (key, value) in item.keys.iter().filter(|(key, value)| !is_cell(key, value)) {
            rest.insert(
                key.clone(),
                serde_json::to_value(value).expect("without dates a value is plain JSON"),
            );
        }
        let cell = |column: &&str| match *column {
            "table" => item.table.clone(),
            REST if rest.is_empty() => String::new(),
            REST => Json::Object(rest.clone()).to_string(),
            key => item.get(key).filter(|it| is_cell(key, it)).map(cell).unwrap_or_default(),
        };
        rows.push(columns.iter().map(cell).collect());
    }
    rows
}

/// Whether a value can be written into a cell and read again.
fn is_cell(key: &str, value: &Value) -> bool {
    let is_line = |value: &Value| {
        value.as_str().is_some_and(|text| !text.trim().is_empty() && !text.contains(['\n', '\r']))
    };
    match value {
        Value::String(text) => !text.is_empty() && !text.contains('\r'),
        Value::Boolean(_) => true,
        Value::Array(list) => is_list(key) && !list.is_empty() && list.iter().all(is_line),
        _ => false,
    }
}

fn cell(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n"),
        other => other.to_string(),
    }
}
