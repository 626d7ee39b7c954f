//! Measures the matching on the public sets and on the article's, and fails where a set falls below its floor.
//!
//! `--peers` adds string measures and a search engine to the table. `--write DIR` writes each set down as a folder
//! instead, for `faqbot --faq DIR/hint3-curekart eval …/hint3-curekart/test.tsv`.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use faqbot::knowledge::Knowledge;
use faqbot::matching::Matcher;
use faqbot::matching::evaluation::{Case, Report, Tally};
use faqbot_bench::peers::{SearchEngine, most_alike, phrasings};
use faqbot_bench::sets::{article, cases, folder_text, knowledge, public_sets, shipped};

/// The least accuracy of the first answer, in percent: on clean questions, and on those with typos. Some two points
/// below what was measured.
const FLOORS: [(&str, f64, f64); 4] = [
    ("hint3-sofmattress", 80.0, 76.0),
    ("hint3-curekart", 81.0, 79.0),
    ("banking77-10shot", 80.0, 78.0),
    ("clinc150-10shot", 84.5, 80.5),
];

/// The least share of right answers among those given with a confidence of 0.9 and more.
const RELIABLE: f64 = 0.9;

fn main() -> anyhow::Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let with_peers = arguments.iter().any(|argument| argument == "--peers");
    let folder = public_sets();
    if !folder.is_dir() {
        println!("skipped: the public sets are not at {} (set PUBLIC_SETS)", folder.display());
        return Ok(ExitCode::SUCCESS);
    }
    if let [option, to] = &arguments[..]
        && option == "--write"
    {
        return write(&folder, Path::new(to));
    }
    println!(
        "| percent | first is | right | offered | wrong | unknown | false | choices | right of those sure from 0.9 |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    let mut failures = Vec::new();
    for (set, clean_floor, typo_floor) in FLOORS {
        let knowledge = knowledge(&folder.join(set))?;
        let cases = cases(&folder.join(set).join("test.tsv"))?;
        let report = measure(&knowledge, &cases);
        print_report(set, &report);
        print_row("with typos", &report.kinds["typo"], "");
        for (kind, floor) in [("in-scope", clean_floor), ("typo", typo_floor)] {
            let accuracy = 100.0 * report.kinds[kind].accuracy().unwrap_or(0.0);
            if accuracy < floor {
                failures.push(format!("{set}, {kind}: {accuracy:.1} is below {floor}"));
            }
        }
        let surest = report.reliability.last().filter(|bin| bin.questions > 0);
        if let Some(bin) = surest.filter(|bin| (bin.right as f64) < fewest_reliable(bin.questions)) {
            failures.push(format!("{set}: of {} sure answers {} are right", bin.questions, bin.right));
        }
        if with_peers {
            print_peers(&knowledge, &cases)?;
        }
    }
    let shipped = shipped()?;
    for set in ["tune", "held-out", "fresh", "last", "strangers"] {
        let cases = article(&format!("article-{set}"))?;
        print_report(&format!("article, {}", set.replace('-', " ")), &measure(&shipped, &cases));
    }
    for failure in &failures {
        println!("{failure}");
    }
    Ok(if failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn write(sets: &Path, to: &Path) -> anyhow::Result<ExitCode> {
    for (set, ..) in FLOORS {
        let folder = to.join(set);
        std::fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
        let text = folder_text(&sets.join(set).join("train.tsv"))?;
        std::fs::write(folder.join("set.toml"), text)
            .with_context(|| format!("writing {}", folder.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn measure(knowledge: &Knowledge, cases: &[Case]) -> Report {
    let matcher = Matcher::new(knowledge);
    let mut report = Report::default();
    for case in cases {
        let found = matcher.ask(&case.question);
        report.add(case, &found);
    }
    report
}

/// The fewest right ones that so many sure answers have, but for one set in forty: chance is two standard errors.
fn fewest_reliable(n_answers: usize) -> f64 {
    let n_answers = n_answers as f64;
    RELIABLE * n_answers - 2.0 * (n_answers * RELIABLE * (1.0 - RELIABLE)).sqrt()
}

/// All questions of a set but those with typos of the public ones, which are the others once more.
fn print_report(set: &str, report: &Report) {
    let has_both = report.kinds.contains_key("in-scope");
    let kinds = report.kinds.iter().filter(|(kind, _)| !has_both || *kind != "typo");
    let all = kinds.map(|(_, tally)| tally.clone()).fold(Tally::default(), |sum, tally| sum + tally);
    let sure = report.reliability.last().filter(|bin| bin.questions > 0).map_or_else(String::new, |bin| {
        format!("{:.1} of {}", 100.0 * bin.right as f64 / bin.questions as f64, bin.questions)
    });
    print_row(set, &all, &sure);
}

fn print_row(name: &str, tally: &Tally, sure: &str) {
    let percent = |part: usize, whole: usize| {
        if whole == 0 { String::new() } else { format!("{:.1}", 100.0 * part as f64 / whole as f64) }
    };
    let (answerable, uncovered) = (tally.answerable(), tally.uncovered());
    println!(
        "| {name} | {} | {} | {} | {} | {} | {} | {} | {sure} |",
        percent(tally.first_right, answerable),
        percent(tally.right, answerable),
        percent(tally.offered, answerable),
        percent(tally.wrong, answerable),
        percent(tally.unknown, answerable),
        percent(tally.false_answers, uncovered),
        percent(tally.false_choices, uncovered),
    );
}

fn print_peers(knowledge: &Knowledge, cases: &[Case]) -> anyhow::Result<()> {
    let phrasings = phrasings(knowledge);
    let engine = SearchEngine::new(&phrasings)?;
    for kind in ["in-scope", "typo"] {
        let asked: Vec<&Case> = cases.iter().filter(|case| case.kind == kind).collect();
        let mut right = [0; 3];
        for case in &asked {
            let found = [
                most_alike(&phrasings, &case.question, strsim::jaro_winkler),
                most_alike(&phrasings, &case.question, strsim::sorensen_dice),
                engine.first(&case.question)?,
            ];
            for (count, id) in right.iter_mut().zip(found) {
                *count += usize::from(id.is_some_and(|id| case.expected.contains(&id)));
            }
        }
        for (name, count) in ["Jaro–Winkler", "Sørensen–Dice", "tantivy, stems, fuzzy"].iter().zip(right)
        {
            println!("  {kind}: {name:<14} {:>6.1}", 100.0 * count as f64 / asked.len() as f64);
        }
    }
    Ok(())
}
