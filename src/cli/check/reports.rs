//! What `check` finds, for other programs.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};

use crate::knowledge::{Diagnostic, Knowledge, Label, Lines, Severity, Source};

/// The places in the files, as people and tools count them: lines and characters from 1.
struct Places<'s>(HashMap<&'s str, Lines<'s>>);

struct Region {
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

impl<'s> Places<'s> {
    fn of(sources: &'s [Source]) -> Places<'s> {
        Places(sources.iter().map(|it| (it.path.as_str(), Lines::of(&it.text))).collect())
    }

    fn region(&self, label: &Label) -> Region {
        let lines = self.0.get(label.path.as_str());
        let position = |offset| lines.map_or((1, 1), |lines| lines.position(offset));
        let ((line, column), (end_line, end_column)) = (position(label.span.start), position(label.span.end));
        Region { line, column, end_line, end_column }
    }
}

fn name(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Advice => "advice",
    }
}

pub(super) fn json(
    knowledge: &Knowledge,
    diagnostics: &[Diagnostic],
    sources: &[Source],
    rehearsed: bool,
) -> Value {
    let count = |severity| diagnostics.iter().filter(|it| it.severity == severity).count();
    let places = Places::of(sources);
    let place = |label: &Label| {
        let Region { line, column, end_line, end_column } = places.region(label);
        json!({
            "path": label.path, "line": line, "column": column,
            "end_line": end_line, "end_column": end_column, "text": label.text,
        })
    };
    let problems: Vec<Value> = diagnostics
        .iter()
        .map(|it| {
            json!({
                "severity": name(it.severity), "code": it.code, "message": it.message, "place": place(&it.primary),
                "context": it.context.iter().map(place).collect::<Vec<_>>(), "help": it.help,
            })
        })
        .collect();
    json!({
        "entries": knowledge.entries.len(), "terms": knowledge.terms.len(), "figures": knowledge.figures.len(),
        "quiz": knowledge.quiz.len(), "errors": count(Severity::Error), "warnings": count(Severity::Warning),
        "advice": count(Severity::Advice), "rehearsed": rehearsed, "problems": problems,
    })
}

/// SARIF 2.1.0, which code scanning reads (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>).
pub(super) fn sarif(diagnostics: &[Diagnostic], sources: &[Source]) -> Value {
    let places = Places::of(sources);
    let location = |label: &Label| {
        let region = places.region(label);
        json!({
            "physicalLocation": {
                "artifactLocation": { "uri": uri(&label.path) },
                "region": {
                    "startLine": region.line, "startColumn": region.column,
                    "endLine": region.end_line, "endColumn": region.end_column,
                },
            },
            "message": { "text": label.text },
        })
    };
    let level = |severity| match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Advice => "note",
    };
    let rules: BTreeMap<&str, Value> = diagnostics
        .iter()
        .map(|it| {
            (it.code, json!({ "id": it.code, "defaultConfiguration": { "level": level(it.severity) } }))
        })
        .collect();
    let results: Vec<Value> = diagnostics
        .iter()
        .map(|it| {
            json!({
                "ruleId": it.code, "level": level(it.severity), "message": { "text": sentence(it) },
                "locations": [location(&it.primary)],
                "relatedLocations": it.context.iter().map(location).collect::<Vec<_>>(),
            })
        })
        .collect();
    let driver = json!({
        "name": "faqbot", "version": env!("CARGO_PKG_VERSION"), "rules": rules.into_values().collect::<Vec<_>>(),
    });
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0",
        "runs": [{ "tool": { "driver": driver }, "columnKind": "unicodeCodePoints", "results": results }],
    })
}

/// A path as a relative reference of a URI: characters that stand for themselves there, and the bytes of all others.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.replace('\\', "/").bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
                uri.push(char::from(byte))
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

/// Workflow commands: GitHub Actions shows them on the lines of a pull request.
pub(super) fn github(diagnostics: &[Diagnostic], sources: &[Source]) -> String {
    let places = Places::of(sources);
    let data = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    let line = |it: &Diagnostic| {
        let command = match it.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Advice => "notice",
        };
        let Region { line, column, end_line, end_column } = places.region(&it.primary);
        format!(
            "::{command} file={},line={line},col={column},endLine={end_line},endColumn={end_column},title={}::{}\n",
            property(&it.primary.path),
            property(it.code),
            data(&sentence(it)),
        )
    };
    diagnostics.iter().map(line).collect()
}

/// The message, and what to do.
fn sentence(diagnostic: &Diagnostic) -> String {
    match &diagnostic.help {
        Some(help) => format!("{}: {help}", diagnostic.message),
        None => diagnostic.message.clone(),
    }
}
