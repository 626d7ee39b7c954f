//! TOML syntax, with a broken table costing only itself.

use toml::de::{DeTable, Error};

use super::Document;
use super::explain::explain;
use crate::knowledge::Id;
use crate::knowledge::draft::Place;
use crate::knowledge::findings::{Costs, Findings, Rule};

pub(super) const TOML_SYNTAX: Rule =
    Rule { code: "toml-syntax", costs: Costs::Table, rule: "a file is written in TOML" };

/// A piece of a file.
pub(super) enum Part<'i> {
    Clean(Document<'i>),
    /// Left out because of its syntax.
    Broken {
        /// What seem to be its ids.
        ids: Vec<String>,
    },
}

/// Parses a file as a whole or, where that fails, table by table.
pub(super) fn parts<'i>(file: usize, text: &'i str, findings: &mut Findings<'_>) -> Vec<Part<'i>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() {
        return vec![Part::Clean(Document { file, offset: 0, end: text.len(), table: table.into_inner() })];
    }
    // An open quote swallows everything after it; so each table is parsed by itself.
    let starts = table_starts(text);
    let ends = starts.iter().copied().skip(1).chain([text.len()]);
    let mut parts = Vec::new();
    let mut n_broken = 0;
    for (start, end) in starts.iter().copied().zip(ends) {
        let part = &text[start..end];
        let (table, errors) = DeTable::parse_recoverable(part);
        if errors.is_empty() {
            parts.push(Part::Clean(Document { file, offset: start, end, table: table.into_inner() }));
        } else {
            n_broken += 1;
            report(file, start, part, errors, findings);
            let id = if part.starts_with("[phrasings]") { list_on } else { id_on };
            parts.push(Part::Broken { ids: part.lines().filter_map(id).collect() });
        }
    }
    if n_broken == 0 {
        // Each table is right by itself, but comes twice. Wrong brackets and a second `[bot]` are reported where they
        // are read; the remaining rule is that a table comes once in a file.
        let mut errors = errors;
        let is_once = |at: usize| {
            let rest = text.get(at..).unwrap_or_default();
            rest.starts_with("synonyms") || rest.starts_with("phrasings")
        };
        errors.retain(|error| error.span().is_some_and(|span| is_once(span.start)));
        report(file, 0, text, errors, findings);
    }
    parts
}

/// Where a table begins: the start of the text, and every line that opens `[x]` or `[[x]]` at its margin.
///
/// `[bot.texts]` belongs to the `[bot]` above it.
fn table_starts(text: &str) -> Vec<usize> {
    let mut starts = vec![0];
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let name = line.trim_start_matches('[').split([']', '\r', '\n', '#']).next().unwrap_or_default();
        let is_header = line.starts_with('[') && !name.contains(['.', '"', ',']) && !name.trim().is_empty();
        if is_header && offset > 0 {
            starts.push(offset);
        }
        offset += line.len();
    }
    starts
}

/// The id on a line `id = "…"`, however its quotes and signs are mistyped.
fn id_on(line: &str) -> Option<String> {
    let rest = line.trim_start().strip_prefix("id")?;
    let is_letter = |letter: char| letter.is_alphanumeric() || letter == '-' || letter == '_';
    let value = rest.trim_start_matches(|letter| !is_letter(letter));
    let id = value.split(['"', '\'', '“', '”', '#']).next().unwrap_or_default().trim_end();
    (!id.is_empty() && value.len() < rest.len()).then(|| id.to_string())
}

/// The id on a line `id = […` under `[phrasings]`.
fn list_on(line: &str) -> Option<String> {
    let (id, list) = line.split_once('=')?;
    let id = id.trim().trim_matches('"');
    (Id::is_id(id) && list.trim_start().starts_with('[')).then(|| id.to_string())
}

/// Reports the first error of each line, up to one that makes the rest of the text unreadable.
fn report(file: usize, offset: usize, text: &str, mut errors: Vec<Error>, findings: &mut Findings<'_>) {
    errors.sort_by_key(|error| error.span().map(|span| span.start));
    let mut last_line = None;
    for error in &errors {
        let at = error.span().unwrap_or(0..0);
        let line = text[..text.floor_char_boundary(at.start)].matches('\n').count();
        if last_line.replace(line) == Some(line) {
            continue;
        }
        let problem = explain(error.message(), text, at);
        let place = Place { file, span: problem.span.start + offset..problem.span.end + offset };
        let finding = findings.report(&TOML_SYNTAX, &place, problem.label, problem.message);
        if let Some(help) = problem.help {
            finding.help(help);
        }
        if problem.runs_on {
            break;
        }
    }
}
