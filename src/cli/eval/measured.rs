//! What was measured, as a table to read and as JSON.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::Asked;
use super::advice::{Adviser, FalseAnswers, Unanswered, confusions_text, false_answers_text, next_step};
use crate::knowledge::{Id, PHRASINGS_BRING};
use crate::matching::evaluation::{Confusion, Reliability, Report, Tally};

/// All that was measured.
pub(super) struct Measured {
    pub(super) left_out: Asked,
    pub(super) expectations: Asked,
    /// The questions of the file.
    pub(super) asked: Option<Asked>,
    /// For each question that was asked, shortest first.
    pub(super) times: Vec<Duration>,
    /// How many entries there are, and how many of them have one wording only.
    pub(super) n_bare: (usize, usize),
}

impl Measured {
    /// What the overall numbers are of: the file, or the folder.
    fn main(&self) -> (Tally, BTreeMap<&str, &Tally>) {
        let reports: Vec<&Report> = match &self.asked {
            Some(asked) => vec![&asked.report],
            None => vec![&self.left_out.report, &self.expectations.report],
        };
        let overall = reports.iter().fold(Tally::default(), |sum, it| sum + it.overall.clone());
        let kinds = reports.into_iter().flat_map(|it| &it.kinds).map(|(kind, it)| (kind.as_str(), it));
        (overall, kinds.collect())
    }

    /// What is shown in more detail: the file, or the folder's own questions.
    fn closely(&self) -> Vec<&Asked> {
        self.asked.as_ref().map_or_else(|| vec![&self.left_out, &self.expectations], |asked| vec![asked])
    }

    /// Entries taken for another, most often first.
    fn confusions(&self) -> Vec<Confusion> {
        let mut questions: BTreeMap<(&Id, &Id), Vec<String>> = BTreeMap::new();
        for confusion in self.closely().into_iter().flat_map(|it| &it.report.confusions) {
            let pair = (&confusion.expected, &confusion.found);
            questions.entry(pair).or_default().extend_from_slice(&confusion.questions);
        }
        let mut confusions: Vec<Confusion> = questions
            .into_iter()
            .map(|((expected, found), questions)| Confusion {
                expected: expected.clone(),
                found: found.clone(),
                questions,
            })
            .collect();
        confusions.sort_by_key(|it| Reverse(it.questions.len()));
        confusions
    }

    fn false_answers(&self) -> FalseAnswers {
        let mut all = FalseAnswers::new();
        for (id, questions) in self.closely().into_iter().flat_map(|it| &it.false_answers) {
            all.entry(id.clone()).or_default().extend_from_slice(questions);
        }
        all
    }

    fn unanswered(&self) -> Unanswered {
        let mut all = Unanswered::new();
        for (id, (questions, unanswered)) in self.closely().into_iter().flat_map(|it| &it.unanswered) {
            let sum = all.entry(id.clone()).or_default();
            *sum = (sum.0 + questions, sum.1 + unanswered);
        }
        all
    }

    /// How far confidences are from the share that was right: of the file, or of the phrasings left out.
    fn calibration_error(&self) -> Option<f64> {
        self.asked.as_ref().unwrap_or(&self.left_out).report.calibration_error()
    }

    /// How often the surest were right: of the file, or of the phrasings left out.
    fn reliability(&self) -> &[Reliability] {
        &self.asked.as_ref().unwrap_or(&self.left_out).report.reliability
    }

    fn quantile(&self, share: f64) -> Duration {
        let last = self.times.len().saturating_sub(1);
        self.times.get((share * last as f64).round() as usize).copied().unwrap_or_default()
    }

    fn microseconds(&self, share: f64) -> f64 {
        self.quantile(share).as_secs_f64() * 1e6
    }

    pub(super) fn to_json(&self, adviser: &Adviser<'_>) -> Value {
        let (overall, kinds) = self.main();
        let kinds: Map<String, Value> =
            kinds.into_iter().map(|(kind, tally)| (kind.to_owned(), tally_json(tally))).collect();
        json!({
            "overall": tally_json(&overall),
            "kinds": kinds,
            "folder": {
                "left_out": tally_json(&self.left_out.report.overall),
                "expectations": tally_json(&self.expectations.report.overall),
            },
            "reliability": self.reliability(),
            "calibration_error": self.calibration_error(),
            "confusions": adviser.advise(&self.confusions()),
            "false_answers": self.false_answers(),
            "next": self.next(&self.confusions(), &self.false_answers()),
            "median_microseconds": self.microseconds(0.5),
            "p99_microseconds": self.microseconds(0.99),
        })
    }

    pub(super) fn to_text(&self, adviser: &Adviser<'_>) -> String {
        let (overall, _) = self.main();
        let (confusions, false_answers) = (self.confusions(), self.false_answers());
        let mut text = String::new();
        if overall.questions > 0 {
            text.push_str(&self.table(&overall));
            text.push_str(LEGEND);
            text.push_str(&self.reliability_text());
        }
        if !confusions.is_empty() {
            text.push_str("\nTaken for another most often:\n");
            text.push_str(&confusions_text(&adviser.advise(&confusions)));
        }
        if !false_answers.is_empty() {
            text.push_str("\nAnswered, though nothing here answers it:\n");
            text.push_str(&false_answers_text(&false_answers));
        }
        if overall.questions > 0 {
            text.push_str(&format!(
                "\nOverall: accuracy {} % (the right entry comes first, sure enough or not), false answers {} %.\n",
                percent(overall.first_right, overall.answerable()),
                percent(overall.false_answers, overall.uncovered()),
            ));
        }
        if !self.times.is_empty() {
            let (median, most) = (self.microseconds(0.5), self.microseconds(0.99));
            text.push_str(&format!(
                "A question took {median:.0} µs (median), {most:.0} µs at the 99th percentile.\n"
            ));
        }
        if self.asked.is_none() && self.left_out.report.overall.answerable() > 0 {
            text.push_str(LEFT_OUT);
        }
        match self.n_bare.1 {
            0 => {}
            1 => text
                .push_str("An entry with one wording was not asked for: without it, nothing leads there.\n"),
            n => text.push_str(&format!(
                "{n} entries with one wording were not asked for: without it, nothing leads there.\n"
            )),
        }
        text.push_str(&format!("\nNext: {}.\n", self.next(&confusions, &false_answers)));
        text
    }

    /// How often the first candidates were right, by their confidence.
    fn reliability_text(&self) -> String {
        let mut text = String::from(
            "\nHow sure of the first candidate, and how often it was right (never, where nothing here answers):\n",
        );
        for bin in self.reliability().iter().filter(|bin| bin.questions > 0) {
            let (sure, right) = (100.0 * bin.sure / bin.questions as f64, percent(bin.right, bin.questions));
            text.push_str(&format!(
                "  from {:.1}: {sure:.0} % sure, {right} % of {} right\n",
                bin.from, bin.questions
            ));
        }
        if let Some(error) = self.calibration_error() {
            text.push_str(&format!("  On average {:.0} points apart.\n", 100.0 * error));
        }
        text
    }

    /// Most entries having one wording, phrasings for all of them bring more than anything for one.
    fn next(&self, confusions: &[Confusion], false_answers: &FalseAnswers) -> String {
        let (all, bare) = self.n_bare;
        match 2 * bare > all {
            true => format!("give the {bare} entries that have one wording {PHRASINGS_BRING}"),
            false => next_step(&self.unanswered(), confusions, false_answers),
        }
    }

    /// A row for each kind, and one for everything that the overall numbers are of.
    fn table(&self, overall: &Tally) -> String {
        let reports = [&self.left_out, &self.expectations].into_iter().chain(&self.asked);
        let kinds = reports.flat_map(|it| &it.report.kinds).map(|(kind, tally)| (kind.as_str(), tally));
        let all = if self.asked.is_some() { "the file, overall" } else { "overall" };
        let rows: Vec<(&str, &Tally)> = kinds.chain([(all, overall)]).collect();
        let width = rows.iter().map(|(kind, _)| kind.chars().count()).max().unwrap_or(0);
        let mut table = format!(
            "{:width$} {:>9} {:>6} {:>7} {:>6} {:>8} {:>6} {:>7} {:>6} {:>8} {:>6}\n",
            "",
            "questions",
            "right",
            "offered",
            "wrong",
            "unknown",
            "first",
            "silent",
            "false",
            "choices",
            "reply"
        );
        for (kind, tally) in rows {
            let (answerable, uncovered) = (tally.answerable(), tally.uncovered());
            table.push_str(&format!(
                "{kind:width$} {:>9} {:>6} {:>7} {:>6} {:>8} {:>6} {:>7} {:>6} {:>8} {:>6}\n",
                tally.questions,
                percent(tally.right, answerable),
                percent(tally.offered, answerable),
                percent(tally.wrong, answerable),
                percent(tally.unknown, answerable),
                percent(tally.first_right, answerable),
                percent(tally.rejected, uncovered),
                percent(tally.false_answers, uncovered),
                percent(tally.false_choices, uncovered),
                percent(tally.replied, tally.for_groups),
            ));
        }
        table
    }
}

/// Measured on the shipped folder with 1 to 150 phrasings an entry, see `docs/matching.md`.
const LEFT_OUT: &str = "\
Phrasings left out are harder than what people ask: of their questions some 7 to 15 more in a hundred came out right.
";

const LEGEND: &str = "
In percent of the questions that something here answers: right, offered (the right one is among the choices),
wrong (another one was answered), unknown; first: the right one comes first, sure enough or not.
In percent of the questions that nothing here answers: silent (no answer given), false (answered all the same), choices
(some given). In percent of those that a group is for: reply (its own one was given).
";

fn percent(part: usize, whole: usize) -> String {
    if whole == 0 { "–".to_owned() } else { format!("{:.1}", 100.0 * part as f64 / whole as f64) }
}

fn tally_json(tally: &Tally) -> Value {
    let mut object = json!(tally);
    object["accuracy"] = json!(tally.accuracy());
    object["false_answer_rate"] = json!(tally.false_answer_rate());
    object
}
