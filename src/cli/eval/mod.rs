//! `faqbot eval`: measures how well the folder's questions are matched.

mod advice;
mod cases;
mod measured;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use super::load;
use super::print::print;
use super::working::Working;
use crate::knowledge::{Id, Knowledge};
use crate::matching::evaluation::{Case, Report};
use crate::matching::{ClassKind, LeftOutPhrasing, Match, Matcher, Outcome};
use crate::time::Timestamp;
use advice::{Adviser, FalseAnswers, Unanswered};
use measured::Measured;

/// Measure the matching: each phrasing of the folder left out once, the folder's expectations, and a file.
///
/// The file holds a header line, then, separated by tabs: the question, the ids of the entries or terms that
/// answer it, joined by `|`, or that of the out-of-scope or small-talk group that should reply, or `none`; and any label
/// of its kind, which may be left out. With a file, the overall numbers are those of the file.
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

pub(crate) fn run(arguments: &Arguments, faq: &Path, now: Timestamp) -> anyhow::Result<ExitCode> {
    let knowledge = load(faq, now)?.knowledge;
    let cases = arguments.file.as_deref().map(|path| cases::read(path, &knowledge)).transpose()?;
    if let Some(cases) = cases.as_ref().filter(|it| !it.unknown_ids.is_empty()) {
        writeln!(io::stderr(), "{}", cases::listed(&cases.unknown_ids))?;
    }
    let working = Working::on("fitting to the folder, without each phrasing");
    let (matcher, left_out) = Matcher::with_left_out(&knowledge);
    let left_out = left_out_cases(left_out);
    let mut times = Vec::new();
    let expected = expectations(&knowledge);
    drop(working);
    let n_cases = expected.len() + cases.as_ref().map_or(0, |it| it.cases.len());
    let working = Working::on_each("asking", n_cases);
    let expectations = ask_all(&matcher, &expected, &mut times, &working);
    let asked = cases.map(|it| ask_all(&matcher, &it.cases, &mut times, &working));
    times.sort_unstable();
    let measured = Measured { left_out, expectations, asked, times, n_bare: n_bare(&knowledge) };
    let adviser = Adviser::new(&knowledge, &matcher);
    let text = if arguments.json {
        format!("{:#}\n", measured.to_json(&adviser))
    } else {
        measured.to_text(&adviser)
    };
    drop(working);
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}

/// How the questions of one kind of source went.
#[derive(Debug, Default)]
struct Asked {
    report: Report,
    false_answers: FalseAnswers,
    /// How many questions each entry has here, and how many of them it did not answer.
    unanswered: Unanswered,
}

impl Asked {
    fn add(&mut self, case: &Case, found: &Match) {
        self.report.add(case, found);
        if let (Outcome::Answer(id), []) = (&found.outcome, case.expected.as_slice()) {
            self.false_answers.entry(id.clone()).or_default().push(case.question.clone());
        }
        if let Some(expected) = case.expected.first() {
            let is_right = matches!(&found.outcome, Outcome::Answer(id) if case.expected.contains(id));
            let (questions, unanswered) = self.unanswered.entry(expected.clone()).or_default();
            *questions += 1;
            *unanswered += usize::from(!is_right);
        }
    }
}

/// Each wording asked as if it were not there. One that is all there is of its entry or group is not asked: without it, nothing
/// could lead there.
fn left_out_cases(left_out: Vec<LeftOutPhrasing>) -> Asked {
    let mut asked = Asked::default();
    let mut n_wordings: BTreeMap<Id, usize> = BTreeMap::new();
    for it in &left_out {
        *n_wordings.entry(it.owner.clone()).or_default() += 1;
    }
    for it in left_out.into_iter().filter(|it| n_wordings[&it.owner] > 1) {
        let owner = vec![it.owner];
        let (kind, expected, groups) = match it.kind {
            ClassKind::Answer => ("phrasing left out", owner, Vec::new()),
            ClassKind::OutOfScope => ("out-of-scope example left out", Vec::new(), owner),
            ClassKind::SmallTalk => ("small-talk example left out", Vec::new(), owner),
        };
        asked.add(&Case { question: it.phrasing, expected, groups, kind: kind.into() }, &it.found);
    }
    asked
}

/// How many entries there are, and how many of them have one wording only.
fn n_bare(knowledge: &Knowledge) -> (usize, usize) {
    let bare = knowledge.entries.iter().filter(|it| it.phrasings.is_empty());
    (knowledge.entries.len(), bare.count())
}

fn expectations(knowledge: &Knowledge) -> Vec<Case> {
    let case = |it: &crate::knowledge::Expectation| Case {
        question: it.ask.text.clone(),
        expected: it.entry.iter().cloned().collect(),
        groups: Vec::new(),
        kind: "expectation".into(),
    };
    knowledge.expectations.iter().map(case).collect()
}

fn ask_all(matcher: &Matcher, cases: &[Case], times: &mut Vec<Duration>, working: &Working) -> Asked {
    let mut asked = Asked::default();
    for case in cases {
        let start = Instant::now();
        let found = matcher.ask(&case.question);
        times.push(start.elapsed());
        working.step();
        asked.add(case, &found);
    }
    asked
}
