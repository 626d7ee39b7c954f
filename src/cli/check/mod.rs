//! `faqbot check`: what is wrong with the folder, and what to do.

mod reports;

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::print::print;
use super::working::Working;
use crate::faq_folder::{self, Loaded};
use crate::knowledge::{Diagnostic, Knowledge, Lines, Severity, Source, render};
use crate::matching::Matcher;
use crate::rehearsal;
use crate::time::Timestamp;

/// Read the folder and list everything that is wrong with it, with the line and what to do.
///
/// Errors come first, then warnings, then advice; of a kind that repeats the first is shown, and where the others are.
/// Ends with exit code 0 when nothing fails, 1 when something does, and 2 when the command makes no sense.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  faqbot check                     check the folder faq
  faqbot --faq shop check          check another folder
  faqbot check --all               show every problem with its lines
  faqbot check --strict            let warnings fail as well, as for an automatic test
  faqbot check --format github     for GitHub Actions: marks on the lines of a pull request
  faqbot check --format sarif      for code scanning; --format json for other tools")]
pub(crate) struct Arguments {
    /// The folder to check; the same as --faq.
    #[arg(value_name = "DIR", conflicts_with = "faq")]
    pub(super) folder: Option<PathBuf>,

    /// Let warnings fail as errors do. Advice never fails.
    #[arg(long)]
    strict: bool,

    /// Show every problem with its lines, also of a kind that repeats.
    #[arg(long)]
    all: bool,

    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    format: Format,

    /// The same as --format json.
    #[arg(long, hide = true, conflicts_with = "format")]
    json: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    #[default]
    Text,
    Json,
    Sarif,
    Github,
}

/// How many errors of one kind are shown in full; of warnings and advice one is.
const MOST_ERRORS_SHOWN: usize = 5;

pub(crate) fn run(arguments: &Arguments, faq: &Path, now: Timestamp) -> anyhow::Result<ExitCode> {
    let Loaded { knowledge, mut diagnostics, sources } = faq_folder::load(faq, now)?;
    let matcher = {
        let _working = Working::on("asking the folder its own questions");
        let matcher = rehearsal::is_quick(&knowledge).then(|| Matcher::new(&knowledge));
        if let Some(matcher) = &matcher {
            rehearsal::rehearse(&knowledge, matcher, &mut diagnostics);
            rehearsal::rehearse_translations(&knowledge, &mut diagnostics);
        }
        matcher
    };
    let format = if arguments.json { Format::Json } else { arguments.format };
    let text = match format {
        Format::Json => {
            let json = reports::json(&knowledge, &diagnostics, &sources, matcher.is_some());
            format!("{json:#}\n")
        }
        Format::Sarif => format!("{:#}\n", reports::sarif(&diagnostics, &sources)),
        Format::Github => reports::github(&diagnostics, &sources),
        Format::Text => {
            let mut summary = format!("{}: {}", contents(&knowledge), verdict(&diagnostics));
            if matcher.is_none() {
                summary.push_str("\nThe folder is too large to be asked all its own questions here: `faqbot eval` takes its time.");
            }
            format!("{}{summary}\n", problems(&diagnostics, &sources, arguments.all))
        }
    };
    print(&text)?;
    let least = if arguments.strict { Severity::Warning } else { Severity::Error };
    let fails = |it: &Diagnostic| it.severity >= least;
    Ok(if diagnostics.iter().any(fails) { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// The problems, each kind once where it repeats.
fn problems(diagnostics: &[Diagnostic], sources: &[Source], all: bool) -> String {
    if all {
        return render(diagnostics, sources, has_colours());
    }
    let mut text = String::new();
    let mut codes: Vec<&str> = Vec::new();
    for code in diagnostics.iter().map(|it| it.code) {
        if codes.contains(&code) {
            continue;
        }
        codes.push(code);
        let these: Vec<Diagnostic> = diagnostics.iter().filter(|it| it.code == code).cloned().collect();
        let most = if these[0].severity == Severity::Error { MOST_ERRORS_SHOWN } else { 1 };
        let (shown, others) = these.split_at(these.len().min(most));
        text.push_str(&render(shown, sources, has_colours()));
        if !others.is_empty() {
            text.push_str(&format!("{}\n\n", elsewhere(others, sources)));
        }
    }
    text
}

/// "… and 3 more like this: faq/a.toml:3, faq/a.toml:9, faq/b.toml:2".
fn elsewhere(others: &[Diagnostic], sources: &[Source]) -> String {
    const MOST_PLACES: usize = 5;
    let place = |it: &Diagnostic| {
        let source = sources.iter().find(|source| source.path == it.primary.path);
        let line = source.map_or(1, |source| Lines::of(&source.text).line(it.primary.span.start));
        format!("{}:{line}", it.primary.path)
    };
    let places: Vec<String> = others.iter().take(MOST_PLACES).map(place).collect();
    let end = if others.len() > MOST_PLACES { " … (all of them with --all)" } else { "" };
    format!("… and {} more like this: {}{end}", others.len(), places.join(", "))
}

/// Colours are for a person at a terminal who has not turned them off (<https://no-color.org>).
fn has_colours() -> bool {
    let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    io::stdout().is_terminal() && !unwanted
}

/// "34 entries, 2 terms, 6 figures": the contents of the folder.
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
    let counts: Vec<String> = counts
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, many)| counted(count, one, many))
        .collect();
    if counts.is_empty() {
        return "nothing that can be used".into();
    }
    let languages: Vec<&str> = knowledge.in_all_languages().map(|it| it.bot.language().name()).collect();
    let languages = match languages.as_slice() {
        [] | [_] => String::new(),
        [first @ .., last] => format!(", in {} and {last}", first.join(", ")),
    };
    format!("{}{languages}", counts.join(", "))
}

/// "2 errors, 1 warning", or "no problems".
fn verdict(diagnostics: &[Diagnostic]) -> String {
    let count = |severity| diagnostics.iter().filter(|it| it.severity == severity).count();
    let counts: Vec<String> = [
        (Severity::Error, "error", "errors"),
        (Severity::Warning, "warning", "warnings"),
        (Severity::Advice, "advice", "pieces of advice"),
    ]
    .into_iter()
    .filter(|(severity, ..)| count(*severity) > 0)
    .map(|(severity, one, many)| counted(count(severity), one, many))
    .collect();
    if counts.is_empty() { "no problems".into() } else { counts.join(", ") }
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
