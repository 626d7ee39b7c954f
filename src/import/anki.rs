//! Anki's notes in plain text: a question and an answer on each line.

use super::text::plain;
use super::{At, Finding, Import, trivia};

pub(super) fn read(name: &str, text: &str, out: &mut Import) {
    let mut separator = b'\t';
    let mut skipped: Vec<usize> = Vec::new();
    let mut n_header = 0;
    for line in text.lines().take_while(|line| line.starts_with('#')) {
        n_header += 1;
        let Some((key, value)) = line[1..].split_once(':') else { continue };
        match key {
            "separator" => {
                separator = match value.to_lowercase().as_str() {
                    "tab" | "\t" => b'\t',
                    "comma" | "," => b',',
                    "semicolon" | ";" => b';',
                    "pipe" | "|" => b'|',
                    "colon" | ":" => b':',
                    "space" | " " => b' ',
                    _ => b'\t',
                }
            }
            // Columns that are not fields of the note.
            _ if key.ends_with(" column") || key == "guid" => {
                skipped.extend(value.trim().parse::<usize>().ok().and_then(|it| it.checked_sub(1)));
            }
            _ => {}
        }
    }
    let body: String = text.split_inclusive('\n').skip(n_header).collect();
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .from_reader(body.as_bytes());
    let start = out.items.len();
    for record in reader.records().filter_map(Result::ok) {
        let line = record.position().map_or(0, |it| it.line() as usize) + n_header;
        let at = At::new(name, format!("line {line}"));
        let fields: Vec<String> = record
            .iter()
            .enumerate()
            .filter(|(n, _)| !skipped.contains(n))
            .map(|(_, it)| plain(it))
            .collect();
        match fields.as_slice() {
            [front, ..] if front.contains("{{{{c1::") => {
                let message = "left out: a text with gaps is not a question";
                out.findings.push(Finding::warning(at, message));
            }
            [front, back, ..] if !front.is_empty() && !back.is_empty() => {
                out.items.push(trivia::card(front.clone(), back.clone(), Vec::new(), at));
            }
            [] => {}
            [front, ..] if front.is_empty() => {
                out.findings.push(Finding::error(at, "this card has nothing on its front"));
            }
            _ => out.findings.push(Finding::error(at, "this card has nothing on its back")),
        }
    }
    trivia::draw(name, start..out.items.len(), out);
}
