//! TOML syntax, with a broken table costing only itself.

use std::ops::Range;

use toml::de::{DeTable, DeValue, Error};

use super::{Document, MANY};
use crate::knowledge::draft::{Declared, Place};
use crate::knowledge::findings::{Costs, Findings, Rule};

pub(super) const TOML_SYNTAX: Rule =
    Rule { code: "toml-syntax", costs: Costs::Table, rule: "a file is written in TOML" };

/// A piece of a file.
pub(super) enum Part<'i> {
    Clean(Document<'i>),
    /// Left out because of its syntax.
    Broken(Option<Declared>),
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
        let (table, errors) = DeTable::parse_recoverable(&text[start..end]);
        if errors.is_empty() {
            parts.push(Part::Clean(Document { file, offset: start, end, table: table.into_inner() }));
        } else {
            n_broken += 1;
            report(file, start, &text[start..end], errors, findings);
            parts.push(Part::Broken(declared(table.get_ref())));
        }
    }
    if n_broken == 0 {
        // Each table is right by itself, but they contradict each other, as `[entry]` twice does.
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

/// The id of a table that is left out, where it can be told.
fn declared(table: &DeTable<'_>) -> Option<Declared> {
    let (name, value) = table.iter().find(|(name, _)| MANY.contains(&name.get_ref().as_ref()))?;
    let inner = match value.get_ref() {
        DeValue::Array(array) => array.iter().next()?.get_ref().as_table()?,
        other => other.as_table()?,
    };
    let id = inner.get("id")?.get_ref().as_str()?.to_string();
    Some(Declared { table: name.get_ref().to_string(), id })
}

/// Tells the first error of each line, up to one that makes the rest of the text unreadable.
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

struct Problem {
    span: Range<usize>,
    message: String,
    label: String,
    help: Option<&'static str>,
    /// Whether what follows was read in the wrong way because of it.
    runs_on: bool,
}

/// Says in plain words what the TOML parser means.
fn explain(message: &str, text: &str, at: Range<usize>) -> Problem {
    let start = text.floor_char_boundary(at.start.min(text.len()));
    let end = text.floor_char_boundary(at.end.min(text.len())).max(start);
    let before = &text[..start];
    let line = before.rfind('\n').map_or(0, |newline| newline + 1)..start;
    let told = |message: &str, label: &str, help| Problem {
        span: start..end,
        message: message.into(),
        label: label.into(),
        help,
        runs_on: false,
    };
    let quote_in = |range: Range<usize>, quote: &str| {
        let found = text[range.clone()].find(quote).map(|found| range.start + found);
        found.map_or(start..end, |found| found..found + quote.len())
    };
    if message.starts_with("invalid multi-line") {
        let quote = if message.contains("literal") { "'''" } else { "\"\"\"" };
        let opening = before.rfind(quote).map_or(start..end, |opening| opening..opening + quote.len());
        let message = format!("the text that begins with {quote} has no end");
        return Problem {
            span: opening,
            message,
            label: "begins here".into(),
            help: Some("put the same three quotes on a line of their own where the text ends"),
            runs_on: true,
        };
    }
    if message.starts_with("invalid basic string") || message.starts_with("invalid literal string") {
        let quote = if message.contains("literal") { "'" } else { "\"" };
        let problem = told("this text has no closing quote", "the closing quote is missing", None);
        let help =
            Some("close it on the same line; a text of several lines stands between \"\"\" and \"\"\"");
        return Problem { span: quote_in(line.clone(), quote).start..start, help, ..problem };
    }
    if message.starts_with("string values must be quoted") {
        return told(
            "a text needs straight quotes around it",
            "not in straight quotes",
            Some("write \"like this\""),
        );
    }
    if message.starts_with("missing escaped value") {
        let help = Some("write `\\\\` for a backslash, or put the text in single quotes: 'C:\\folder'");
        return told("a backslash means something special in a text", "after this backslash", help);
    }
    if message.starts_with("invalid date") {
        return told(
            "this is no day of the calendar",
            "not a day",
            Some("write year, month and day: 2025-12-31"),
        );
    }
    if message.starts_with("key with no value") {
        return told(
            "this key has no value",
            "`=` and a value are missing",
            Some("write it as `key = \"value\"`"),
        );
    }
    if message.starts_with("duplicate key") {
        let in_header = text[line].trim_start().starts_with('[');
        let name = &text[start..end];
        return if in_header {
            let help = Some("what may come many times stands in double brackets: `[[entry]]`");
            told(&format!("`[{name}]` comes twice"), "a second one", help)
        } else {
            told(
                &format!("the key `{name}` comes twice in this table"),
                "again here",
                Some("keep one of them"),
            )
        };
    }
    if message.contains("array") && !message.contains("array table") {
        let missing_comma = message.starts_with("missing comma");
        let label = if missing_comma { "a comma or `]` is missing" } else { "`]` is missing before this" };
        let help = Some("a list is written `[\"one\", \"two\"]`");
        let problem = told("this list is not written right", label, help);
        // Noticed only on a later line: what is missing belongs to the end of the list.
        let end_of_list = before.trim_end().len();
        let span = if end_of_list < line.start { end_of_list..end_of_list } else { start..end };
        return Problem { span, runs_on: true, ..problem };
    }
    if message.starts_with("unclosed") {
        let help = Some("a table begins with `[[name]]` or `[name]` on a line of its own");
        return told("a bracket is missing", "`]` is missing here", help);
    }
    told(&format!("this is not TOML: {message}"), "here", None)
}
