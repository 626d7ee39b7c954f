//! `faqbot check`: what is wrong with the folder, and what to do.

use std::collections::HashMap;
use std::io::{self, IsTerminal};
use std::path::Path;
use std::process::ExitCode;

use serde_json::{Value, json};

use super::print::print;
use super::working::Working;
use crate::faq_folder::{self, Loaded};
use crate::knowledge::{Diagnostic, Knowledge, Label, Lines, Severity, Source, render};
use crate::matching::Matcher;
use crate::rehearsal;
use crate::time::Timestamp;

/// Read the folder and tell everything that is wrong with it, with the line and what to do.
///
/// Ends with exit code 1 when there are errors.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  faqbot check                  check the folder faq
  faqbot --faq shop check       check another folder
  faqbot check --strict         let warnings fail as well, as for an automatic test
  faqbot check --json           for tools: one JSON object")]
pub(crate) struct Arguments {
    /// Let warnings fail as errors do.
    #[arg(long)]
    strict: bool,

    /// Print one JSON object instead of text.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments, faq: &Path, now: Timestamp) -> anyhow::Result<ExitCode> {
    let Loaded { knowledge, mut diagnostics, sources } = faq_folder::load(faq, now)?;
    let matcher = {
        let _working = Working::on("asking the folder its own questions");
        let matcher = rehearsal::is_quick(&knowledge).then(|| Matcher::new(&knowledge));
        if let Some(matcher) = &matcher {
            rehearsal::rehearse(&knowledge, matcher, &mut diagnostics);
        }
        matcher
    };
    let text = if arguments.json {
        format!("{:#}\n", to_json(&knowledge, &diagnostics, &sources, matcher.is_some()))
    } else {
        let mut summary = format!("{}: {}", contents(&knowledge), verdict(&diagnostics));
        if matcher.is_none() {
            summary.push_str("\nThe folder is too large to be asked all its own questions here: `faqbot eval` takes its time.");
        }
        format!("{}{summary}\n", render(&diagnostics, &sources, has_colours()))
    };
    print(&text)?;
    let fails = |it: &Diagnostic| it.severity == Severity::Error || arguments.strict;
    Ok(if diagnostics.iter().any(fails) { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Colours are for a person at a terminal who did not ask for none (<https://no-color.org>).
fn has_colours() -> bool {
    let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    io::stdout().is_terminal() && !unwanted
}

/// "34 entries, 2 terms, 6 figures": what the folder holds.
fn contents(knowledge: &Knowledge) -> String {
    let counts = [
        (knowledge.entries.len(), "entry", "entries"),
        (knowledge.terms.len(), "term", "terms"),
        (knowledge.figures.len(), "figure", "figures"),
        (knowledge.quiz.len(), "quiz question", "quiz questions"),
        (knowledge.out_of_scope.len(), "out-of-scope group", "out-of-scope groups"),
        (knowledge.small_talk.len(), "small-talk group", "small-talk groups"),
        (knowledge.expectations.len(), "expectation", "expectations"),
    ];
    let told: Vec<String> = counts
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, many)| counted(count, one, many))
        .collect();
    if told.is_empty() { "nothing that can be used".into() } else { told.join(", ") }
}

/// "2 errors, 1 warning", or "no problems".
fn verdict(diagnostics: &[Diagnostic]) -> String {
    let count = |severity| diagnostics.iter().filter(|it| it.severity == severity).count();
    let told: Vec<String> =
        [(Severity::Error, "error", "errors"), (Severity::Warning, "warning", "warnings")]
            .into_iter()
            .filter(|(severity, ..)| count(*severity) > 0)
            .map(|(severity, one, many)| counted(count(severity), one, many))
            .collect();
    if told.is_empty() { "no problems".into() } else { told.join(", ") }
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

fn to_json(knowledge: &Knowledge, diagnostics: &[Diagnostic], sources: &[Source], rehearsed: bool) -> Value {
    let count = |severity| diagnostics.iter().filter(|it| it.severity == severity).count();
    let lines: HashMap<&str, Lines<'_>> =
        sources.iter().map(|source| (source.path.as_str(), Lines::of(&source.text))).collect();
    let place = |label: &Label| {
        let lines = lines.get(label.path.as_str());
        let position = |offset| lines.map_or((1, 1), |lines| lines.position(offset));
        let (line, column) = position(label.span.start);
        let (end_line, end_column) = position(label.span.end);
        json!({
            "path": label.path, "line": line, "column": column,
            "end_line": end_line, "end_column": end_column, "text": label.text,
        })
    };
    let problems: Vec<Value> = diagnostics
        .iter()
        .map(|it| {
            json!({
                "severity": if it.severity == Severity::Error { "error" } else { "warning" },
                "code": it.code, "message": it.message, "place": place(&it.primary),
                "context": it.context.iter().map(place).collect::<Vec<_>>(), "help": it.help,
            })
        })
        .collect();
    json!({
        "entries": knowledge.entries.len(), "terms": knowledge.terms.len(), "figures": knowledge.figures.len(),
        "quiz": knowledge.quiz.len(), "errors": count(Severity::Error), "warnings": count(Severity::Warning),
        "rehearsed": rehearsed, "problems": problems,
    })
}
