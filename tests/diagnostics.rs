//! What a maintainer sees when something is wrong: `diagnostics/` has a small broken folder for each rule, with
//! all that is told about it. `SNAPSHOTS=overwrite cargo test` writes it down anew.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use faqbot::faq_folder::{self, Loaded};
use faqbot::knowledge::{self, Diagnostic, Rule, Severity, Source};
use faqbot::matching::Matcher;
use faqbot::rehearsal;
use faqbot::time::Timestamp;
use snapbox::{Assert, Data};

const EXAMPLES: &str = "tests/diagnostics";

/// 1 January 2026: the day on which the examples are looked at.
const TODAY: Timestamp = Timestamp(1_767_225_600_000);

/// Everything that is wrong with a folder, as `faqbot check` finds it.
fn problems(folder: &Path) -> (Vec<Diagnostic>, Vec<Source>) {
    let Loaded { knowledge, mut diagnostics, sources } = faq_folder::load(folder, TODAY).unwrap();
    rehearsal::rehearse(&knowledge, Some(&Matcher::new(&knowledge)), &mut diagnostics);
    (diagnostics, sources)
}

fn rules() -> impl Iterator<Item = &'static Rule> {
    faq_folder::RULES.iter().chain(knowledge::rules()).chain(rehearsal::RULES)
}

fn assert_is(path: &Path, actual: String) {
    Assert::new().action_env("SNAPSHOTS").eq(actual, Data::read_from(path, None).raw());
}

#[test]
fn every_example_is_told_as_written_down() {
    for rule in rules() {
        let folder = Path::new(EXAMPLES).join(rule.code);
        assert!(folder.is_dir(), "{} has no example: make {}", rule.code, folder.display());
        let (diagnostics, sources) = problems(&folder);
        let codes: BTreeSet<&str> = diagnostics.iter().map(|it| it.code).collect();
        assert_eq!(codes, BTreeSet::from([rule.code]), "what is wrong with {}", folder.display());
        let told =
            knowledge::render(&diagnostics, &sources, false).replace(&format!("{}/", folder.display()), "");
        assert_is(&folder.join("expected.txt"), told);
    }
}

#[test]
fn every_rule_has_one_code_and_every_example_a_rule() {
    let codes: Vec<&str> = rules().map(|rule| rule.code).collect();
    let unique: BTreeSet<&str> = codes.iter().copied().collect();
    assert_eq!(codes.len(), unique.len(), "each code names one rule: {codes:?}");
    for entry in fs::read_dir(EXAMPLES).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(unique.contains(name.as_str()), "{EXAMPLES}/{name} belongs to no rule");
    }
}

#[test]
fn the_manual_lists_every_code() {
    let path = Path::new("faq/README.md");
    let manual = fs::read_to_string(path).unwrap();
    let (begin, end) = ("<!-- codes -->\n", "<!-- end of codes -->\n");
    let (before, rest) = manual.split_once(begin).expect("the manual says where the codes begin");
    let (_, after) = rest.split_once(end).expect("the manual says where the codes end");
    let mut table = String::from("| code | | what is right |\n|---|---|---|\n");
    for rule in rules() {
        let code = rule.code;
        let severity = if rule.severity() == Severity::Error { "error" } else { "warning" };
        table.push_str(&format!(
            "| [`{code}`](../{EXAMPLES}/{code}/expected.txt) | {severity} | {} |\n",
            rule.rule
        ));
    }
    assert_is(path, format!("{before}{begin}{table}{end}{after}"));
}

/// What a broken table costs: itself.
#[test]
fn the_rest_of_a_broken_file_works() {
    let Loaded { knowledge, .. } =
        faq_folder::load(Path::new("tests/diagnostics/toml-syntax"), TODAY).unwrap();
    let ids: Vec<&str> = knowledge.entries.iter().map(|entry| entry.id.as_str()).collect();
    assert_eq!(ids, ["allergies"]);
}
