//! Measures the matching in every language that there are question sets for, at the thresholds that each folder's matcher chose for itself,
//! and prints the table of `docs/languages.md`.
//!
//! `--sets` prints a line for each set instead; `--english` reads every folder as an English one, for comparison.
//! The sets lie in `languages/LANGUAGE/SOURCE/` of the public sets: `faq/set.toml` and `dev.tsv`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use any_ascii::any_ascii;
use anyhow::Context as _;
use faqbot::knowledge::{Knowledge, Source, parse};
use faqbot::language::{Language, Script, keyboard};
use faqbot::matching::evaluation::{Case, Report, Tally};
use faqbot::matching::{Match, Matcher};
use faqbot_bench::sets::{cases, exceeded_by, public_sets};
use faqbot_bench::typos::with_typos;

/// At most this share of the questions that nothing answers may be answered where right answers are counted as in the
/// literature, whatever thresholds the matcher chose.
const FALSE_ALLOWED: f64 = 0.05;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |option: &str| arguments.iter().any(|argument| argument == option);
    let root = public_sets().join("languages");
    if !root.is_dir() {
        println!("skipped: the question sets are not at {} (set PUBLIC_SETS)", root.display());
        return Ok(());
    }
    let mut languages: BTreeMap<String, Vec<Measured>> = BTreeMap::new();
    for folder in folders(&root)? {
        let language = name(&folder);
        for set in folders(&folder)? {
            let measured = measure(&set, &language, has("--english"))?;
            if has("--sets") {
                print_row(&format!("{language}/{}", name(&set)), &[measured]);
            } else {
                languages.entry(language.clone()).or_default().push(measured);
            }
        }
    }
    if !has("--sets") {
        println!("{HEADER}");
    }
    for (language, sets) in &languages {
        print_row(language, sets);
    }
    Ok(())
}

fn name(folder: &Path) -> String {
    folder.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The folders in a folder, in order.
fn folders(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    let mut folders: Vec<PathBuf> =
        entries.filter_map(|it| it.ok().map(|it| it.path())).filter(|it| it.is_dir()).collect();
    folders.sort();
    Ok(folders)
}

/// The result for one set.
#[derive(Default)]
struct Measured {
    clean: Tally,
    typos: Tally,
    layout: Tally,
    latin: Tally,
    /// The number of questions answered rightly where few wrong answers are allowed.
    right_when_strict: usize,
}

fn measure(set: &Path, language: &str, as_english: bool) -> anyhow::Result<Measured> {
    let path = set.join("faq/set.toml");
    let text = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    let mut knowledge: Knowledge = parse(&[Source { path: "set.toml".into(), text }]).0;
    // Hindi in Latin letters is a folder of its own kind: none of the lists and stems of Hindi fit it.
    let code = language.strip_suffix("-latn").unwrap_or(language);
    let language = Language::from_code(code).with_context(|| format!("{code} is no language"))?;
    if !as_english {
        knowledge.bot.languages = vec![language];
    }
    let matcher = Matcher::new(&knowledge);
    let cases = cases(&set.join("dev.tsv"))?;
    let ask = |rewrite: &dyn Fn(&str) -> String| -> Vec<(&Case, Match)> {
        cases.iter().map(|case| (case, matcher.ask(&rewrite(&case.question)))).collect()
    };
    let clean = ask(&str::to_owned);
    let typos = ask(&with_typos);
    let mut measured = Measured {
        clean: tally(&clean),
        typos: tally(&typos),
        right_when_strict: right_when_strict(&clean),
        ..Measured::default()
    };
    if keyboard::has_layout(language) {
        let typed = |text: &str| keyboard::keys_of_letters(text, language).unwrap_or_default();
        measured.layout = tally(&ask(&typed));
    }
    let has_latin = [Script::Cyrillic, Script::Greek, Script::Arabic, Script::Devanagari];
    if has_latin.contains(&language.scripts()[0]) && !set.to_string_lossy().contains("-latn") {
        measured.latin = tally(&ask(&any_ascii));
    }
    Ok(measured)
}

fn tally(asked: &[(&Case, Match)]) -> Tally {
    let mut report = Report::default();
    for (case, found) in asked {
        report.add(case, found);
    }
    report.overall
}

/// How many questions would be answered rightly if answers began at the least confidence at which no more than
/// [`FALSE_ALLOWED`] of the uncovered questions are answered.
fn right_when_strict(asked: &[(&Case, Match)]) -> usize {
    let confidence = |found: &Match| found.candidates.first().map_or(0.0, |first| first.confidence);
    let uncovered = asked.iter().filter(|(case, _)| case.expected.is_empty());
    let bar = exceeded_by(FALSE_ALLOWED, uncovered.map(|(_, found)| confidence(found)).collect());
    let is_right = |(case, found): &&(&Case, Match)| {
        found
            .candidates
            .first()
            .is_some_and(|first| first.confidence > bar && case.expected.contains(&first.id))
    };
    asked.iter().filter(is_right).count()
}

const HEADER: &str = "\
| language | questions | first is right | right | offered | wrong | false | right at ≤ 5 % false | typos: first | typos: right | other layout: right | Latin letters: right |
|---|---|---|---|---|---|---|---|---|---|---|---|";

fn print_row(name: &str, sets: &[Measured]) {
    let sum = |tally: fn(&Measured) -> &Tally| {
        sets.iter().map(tally).cloned().fold(Tally::default(), |sum, it| sum + it)
    };
    let (clean, typos, layout, latin) =
        (sum(|it| &it.clean), sum(|it| &it.typos), sum(|it| &it.layout), sum(|it| &it.latin));
    let percent = |part: usize, whole: usize| match whole {
        0 => "–".to_owned(),
        whole => format!("{:.0}", 100.0 * part as f64 / whole as f64),
    };
    let exact = |part: usize, whole: usize| format!("{:.1}", 100.0 * part as f64 / whole.max(1) as f64);
    let answerable = clean.answerable();
    let strict: usize = sets.iter().map(|it| it.right_when_strict).sum();
    let cells = [
        name.to_owned(),
        clean.questions.to_string(),
        exact(clean.first_right, answerable),
        percent(clean.right, answerable),
        percent(clean.offered, answerable),
        percent(clean.wrong, answerable),
        percent(clean.false_answers, clean.uncovered()),
        percent(strict, answerable),
        exact(typos.first_right, answerable),
        percent(typos.right, answerable),
        percent(layout.right, layout.answerable()),
        percent(latin.right, latin.answerable()),
    ];
    println!("| {} |", cells.join(" | "));
}
