//! `faqbot eval`: measures how well the folder's questions are matched.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use serde_json::{Map, Value, json};

use crate::faq_folder;
use crate::knowledge::{Id, Knowledge};
use crate::matching::Matcher;
use crate::matching::evaluation::{Case, Confusion, Report, Tally};
use crate::time::Timestamp;

/// Measure the matching: each phrasing of the folder left out once, the folder's expectations, and a file.
///
/// The file holds a header line, then, separated by tabs: the question, the ids of the entries or terms that
/// answer it, joined by `|`, or `none`; and any label of its kind, which may be left out. With a file, the
/// overall numbers are those of the file.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  faqbot eval                           the folder against itself
  faqbot eval questions.tsv             and questions of your own
  faqbot eval questions.tsv --json      for tools: one JSON object")]
pub(crate) struct Arguments {
    /// Questions with what they should lead to.
    file: Option<PathBuf>,

    /// Print one JSON object instead of tables.
    #[arg(long)]
    json: bool,
}

/// How many confusions are shown, and how many questions of each.
const N_CONFUSIONS: usize = 10;
const N_QUESTIONS: usize = 3;

pub(crate) fn run(arguments: &Arguments, faq: &Path, now: Timestamp) -> anyhow::Result<ExitCode> {
    let knowledge = faq_folder::load(faq, now)?.knowledge;
    let cases = arguments.file.as_deref().map(read_cases).transpose()?;
    let left_out = leave_one_out(&knowledge);
    let matcher = Matcher::new(&knowledge);
    let mut times = Vec::new();
    let expectations = ask_all(&matcher, &expectations(&knowledge), &mut times);
    let asked = cases.map(|cases| ask_all(&matcher, &cases, &mut times));
    times.sort_unstable();
    let measured = Measured { left_out, expectations, asked, times };
    let text = if arguments.json { format!("{:#}\n", measured.to_json()) } else { measured.to_text() };
    match io::stdout().write_all(text.as_bytes()) {
        // Whoever reads has seen enough, as `head` does.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(ExitCode::SUCCESS),
    }
}

fn leave_one_out(knowledge: &Knowledge) -> Report {
    let mut report = Report::default();
    for it in Matcher::leave_one_phrasing_out(knowledge) {
        let kind = if it.expected.is_some() { "phrasing left out" } else { "example left out" };
        let case =
            Case { question: it.phrasing, expected: it.expected.into_iter().collect(), kind: kind.into() };
        report.add(&case, &it.found);
    }
    report
}

fn expectations(knowledge: &Knowledge) -> Vec<Case> {
    let case = |it: &crate::knowledge::Expectation| Case {
        question: it.ask.text.clone(),
        expected: it.entry.iter().cloned().collect(),
        kind: "expectation".into(),
    };
    knowledge.expectations.iter().map(case).collect()
}

fn ask_all(matcher: &Matcher, cases: &[Case], times: &mut Vec<Duration>) -> Report {
    let mut report = Report::default();
    for case in cases {
        let start = Instant::now();
        let found = matcher.ask(&case.question);
        times.push(start.elapsed());
        report.add(case, &found);
    }
    report
}

fn read_cases(path: &Path) -> anyhow::Result<Vec<Case>> {
    let shown = path.display();
    let text = fs::read_to_string(path).with_context(|| format!("reading the questions in {shown}"))?;
    let mut cases = Vec::new();
    for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate().skip(1) {
        if line.trim().is_empty() {
            continue;
        }
        let mut fields = line.split('\t');
        let (Some(question), Some(expected)) = (fields.next(), fields.next()) else {
            bail!("{shown}:{}: a line needs a question, a tab, and the expected ids or `none`", index + 1);
        };
        let expected = expected.split('|').map(str::trim).filter(|id| !id.is_empty() && *id != "none");
        cases.push(Case {
            question: question.to_owned(),
            expected: expected.map(Id::from).collect(),
            kind: fields.next().map_or("all", str::trim).to_owned(),
        });
    }
    if cases.is_empty() {
        bail!("{shown} holds no questions: after a header line, each line is one");
    }
    Ok(cases)
}

/// All that was measured.
struct Measured {
    left_out: Report,
    expectations: Report,
    asked: Option<Report>,
    /// Of each question that was asked, shortest first.
    times: Vec<Duration>,
}

impl Measured {
    /// The report that the overall numbers are of, and the kinds.
    fn main(&self) -> (Tally, BTreeMap<&str, &Tally>) {
        if let Some(asked) = &self.asked {
            return (
                asked.overall.clone(),
                asked.kinds.iter().map(|(kind, it)| (kind.as_str(), it)).collect(),
            );
        }
        let both = [&self.left_out, &self.expectations];
        let kinds = both.into_iter().flat_map(|it| &it.kinds).map(|(kind, it)| (kind.as_str(), it)).collect();
        (self.left_out.overall.clone() + self.expectations.overall.clone(), kinds)
    }

    fn quantile(&self, share: f64) -> Duration {
        let last = self.times.len().saturating_sub(1);
        self.times.get((share * last as f64).round() as usize).copied().unwrap_or_default()
    }

    fn reports(&self) -> impl Iterator<Item = &Report> {
        [&self.left_out, &self.expectations].into_iter().chain(&self.asked)
    }

    fn to_json(&self) -> Value {
        let (overall, kinds) = self.main();
        let kinds: Map<String, Value> =
            kinds.into_iter().map(|(kind, tally)| (kind.to_owned(), tally_json(tally))).collect();
        let report = self.asked.as_ref().unwrap_or(&self.left_out);
        json!({
            "overall": tally_json(&overall),
            "kinds": kinds,
            "folder": {
                "left_out": tally_json(&self.left_out.overall),
                "expectations": tally_json(&self.expectations.overall),
            },
            "reliability": report.reliability,
            "confusions": report.confusions,
            "median_microseconds": self.quantile(0.5).as_secs_f64() * 1e6,
            "p99_microseconds": self.quantile(0.99).as_secs_f64() * 1e6,
        })
    }

    fn to_text(&self) -> String {
        let mut lines = vec![format!(
            "{:<20} {:>9} {:>6} {:>7} {:>6} {:>8} {:>9} {:>8} {:>6} {:>8}",
            "",
            "questions",
            "right",
            "offered",
            "wrong",
            "unknown",
            "first is",
            "rejected",
            "false",
            "choices"
        )];
        let mut rows: Vec<(&str, Tally)> = Vec::new();
        for report in self.reports() {
            rows.extend(report.kinds.iter().map(|(kind, tally)| (kind.as_str(), tally.clone())));
        }
        if let Some(asked) = &self.asked {
            rows.push(("the file, overall", asked.overall.clone()));
        }
        lines.extend(rows.iter().map(|(kind, tally)| tally_line(kind, tally)));
        let report = self.asked.as_ref().unwrap_or(&self.left_out);
        lines.push("\nHow sure, and how often right when answered:".into());
        for bin in report.reliability.iter().filter(|bin| bin.questions > 0) {
            let percent = 100.0 * bin.right as f64 / bin.questions as f64;
            lines.push(format!("  from {:.1}: {percent:.0} % of {}", bin.from, bin.questions));
        }
        lines.push("\nTaken for another most often:".into());
        lines.extend(report.confusions.iter().take(N_CONFUSIONS).map(confusion_lines));
        if !report.confusions.is_empty() {
            lines.push(
                "  Give the first entry a phrasing in such words, or tell the two apart in their own.".into(),
            );
        }
        lines.push(format!(
            "\nA question took {:.0} µs (median), {:.0} µs at the 99th percentile.",
            self.quantile(0.5).as_secs_f64() * 1e6,
            self.quantile(0.99).as_secs_f64() * 1e6
        ));
        lines.join("\n") + "\n"
    }
}

fn tally_json(tally: &Tally) -> Value {
    let mut object = json!(tally);
    object["accuracy"] = json!(tally.accuracy());
    object["false_answer_rate"] = json!(tally.false_answer_rate());
    object
}

/// Percentages of the answerable, and of the uncovered questions.
fn tally_line(kind: &str, tally: &Tally) -> String {
    let percent = |part: usize, whole: usize| match whole {
        0 => "–".to_owned(),
        _ => format!("{:.1}", 100.0 * part as f64 / whole as f64),
    };
    let (answerable, uncovered) = (tally.answerable(), tally.uncovered());
    format!(
        "{kind:<20} {:>9} {:>6} {:>7} {:>6} {:>8} {:>9} {:>8} {:>6} {:>8}",
        tally.questions,
        percent(tally.right, answerable),
        percent(tally.offered, answerable),
        percent(tally.wrong, answerable),
        percent(tally.unknown, answerable),
        percent(tally.first_right, answerable),
        percent(tally.rejected, uncovered),
        percent(tally.false_answers, uncovered),
        percent(tally.false_choices, uncovered),
    )
}

fn confusion_lines(confusion: &Confusion) -> String {
    let questions: Vec<String> =
        confusion.questions.iter().take(N_QUESTIONS).map(|it| format!("“{it}”")).collect();
    let (n, expected, found) = (confusion.questions.len(), &confusion.expected, &confusion.found);
    format!("  {n} × {expected} → {found}: {}", questions.join(", "))
}
