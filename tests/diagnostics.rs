//! What a maintainer sees when something is wrong: `diagnostics/` has a small broken folder for each rule, with
//! all that is reported about it. `SNAPSHOTS=overwrite cargo test` rewrites it.

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

/// 1 January 2026: the day on which the examples are checked.
const TODAY: Timestamp = Timestamp(1_767_225_600_000);

/// Everything that is wrong with a folder, as `faqbot check` finds it.
fn problems(folder: &Path) -> (Vec<Diagnostic>, Vec<Source>) {
    let Loaded { knowledge, mut diagnostics, sources } = faq_folder::load(folder, TODAY).unwrap();
    rehearsal::rehearse(&knowledge, &Matcher::new(&knowledge), &mut diagnostics);
    rehearsal::rehearse_translations(&knowledge, &mut diagnostics);
    (diagnostics, sources)
}

fn rules() -> impl Iterator<Item = &'static Rule> {
    faq_folder::RULES.iter().chain(knowledge::rules()).chain(rehearsal::RULES)
}

fn assert_is(path: &Path, actual: String) {
    Assert::new().action_env("SNAPSHOTS").eq(actual, Data::read_from(path, None).raw());
}

#[test]
fn every_example_has_the_diagnostics_written_down() {
    for rule in rules() {
        let folder = Path::new(EXAMPLES).join(rule.code);
        assert!(folder.is_dir(), "{} has no example: make {}", rule.code, folder.display());
        let (diagnostics, sources) = problems(&folder);
        let codes: BTreeSet<&str> = diagnostics.iter().map(|it| it.code).collect();
        assert_eq!(codes, BTreeSet::from([rule.code]), "what is wrong with {}", folder.display());
        let reported = knowledge::render(&diagnostics, &sources, false)
            .replace(&format!("{EXAMPLES}/{}/", rule.code), "");
        assert_is(&folder.join("expected.txt"), reported);
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
        let severity = match rule.severity() {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Advice => "advice",
        };
        table.push_str(&format!(
            "| [`{code}`](../{EXAMPLES}/{code}/expected.txt) | {severity} | {} |\n",
            rule.rule
        ));
    }
    assert_is(path, format!("{before}{begin}{table}{end}{after}"));
}

/// A broken table costs only itself.
#[test]
fn the_rest_of_a_broken_file_works() {
    let Loaded { knowledge, .. } =
        faq_folder::load(Path::new("tests/diagnostics/toml-syntax"), TODAY).unwrap();
    let ids: Vec<&str> = knowledge.entries.iter().map(|entry| entry.id.as_str()).collect();
    assert_eq!(ids, ["allergies"]);
}

/// People never see braces that nothing replaces.
#[test]
fn a_wording_with_an_unknown_placeholder_is_left_out() {
    let Loaded { knowledge, .. } =
        faq_folder::load(Path::new("tests/diagnostics/unknown-placeholder"), TODAY).unwrap();
    assert_eq!(knowledge.bot.texts.keys().collect::<Vec<_>>(), ["source-line"]);
}

/// The errors of a folder.
fn errors(folder: &Path) -> Vec<Diagnostic> {
    let Loaded { mut diagnostics, .. } = faq_folder::load(folder, TODAY).unwrap();
    diagnostics.retain(|it| it.severity == Severity::Error);
    diagnostics
}

/// The errors of a folder with these files, as reported: file and code of each.
fn reported(files: [(&str, &str); 2]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let name = |it: &Diagnostic| Path::new(&it.primary.path).file_name().unwrap().display().to_string();
    errors(folder.path()).iter().map(|it| format!("{} {}", name(it), it.code)).collect()
}

/// Refers to the entry and uses the figure of [`GOODS`].
const USES: &str = r#"
[[entry]]
id = "delivery"
question = "Do you deliver?"
answer = "For {price}."
related = ["bread"]
"#;

const GOODS: &str = r#"
[[entry]]
id = "bread"
question = "What kinds of loaf are there?"
answer = "Rye and wheat."
related = ["delivery"]

[[figure]]
id = "price"
value = "$4"
what = "the price of a delivery"
"#;

#[test]
fn losses_from_a_broken_table_are_reported_with_it_alone() {
    #[track_caller]
    fn check(written: &str, broken: &str, expected: &[&str]) {
        assert!(GOODS.contains(written), "{written}");
        let goods = GOODS.replacen(written, broken, 1);
        assert_eq!(reported([("a.toml", USES), ("b.toml", &goods)]), expected, "{goods}");
    }
    check("", "", &[]);
    check("id = \"bread\"", "id: \"bread\"", &["b.toml toml-syntax"]);
    check("id = \"bread\"", "id = “bread”", &["b.toml toml-syntax"]);
    check("id = \"bread\"", "id = bread", &["b.toml toml-syntax"]);
    check("id = \"bread\"", "id = \"bread", &["b.toml toml-syntax"]);
    check("id = \"bread\"", "<<<<<<< HEAD\nid = \"bread\" # ours", &["b.toml toml-syntax"]);
    check("[[entry]]", "[[entry", &["b.toml toml-syntax"]);
    check("[[entry]]", "[[entri]]", &["b.toml unknown-table"]);
    check("id = \"price\"", "id: \"price\"", &["b.toml toml-syntax", "a.toml unknown-figure"]);
    check("value = \"$4\"", "value = \"\"", &["b.toml empty-text", "a.toml unknown-figure"]);
}

#[test]
fn references_into_an_unreadable_file_are_not_reported() {
    let folder = tempfile::tempdir().unwrap();
    let utf16 = [0xfeff].into_iter().chain(GOODS.encode_utf16()).flat_map(u16::to_le_bytes);
    fs::write(folder.path().join("a.toml"), USES).unwrap();
    fs::write(folder.path().join("b.toml"), utf16.collect::<Vec<u8>>()).unwrap();
    let errors = errors(folder.path());
    let [unreadable] = errors.as_slice() else { panic!("one file is reported: {errors:?}") };
    let help = unreadable.help.as_deref().unwrap();
    assert!(help.ends_with("; 2 references may lead into it and cannot be checked before"), "{help}");
}

/// A suggestion may be an id.
#[test]
fn a_reference_to_a_suggested_id_is_not_a_mistake() {
    let goods = GOODS.replace("id = \"bread\"", "id = \"bread loaf\"");
    let uses = USES.replace("[\"bread\"]", "[\"bread-loaf\"]");
    assert_eq!(reported([("a.toml", &uses), ("b.toml", &goods)]), ["b.toml invalid-id"]);
    let uses = Source { path: "a.toml".into(), text: uses.replace("bread-loaf", "bread lofa") };
    let (_, diagnostics) = knowledge::parse(&[uses, Source { path: "b.toml".into(), text: goods }]);
    let unknown = diagnostics.iter().find(|it| it.code == "unknown-entry").expect("nothing has this id");
    assert_eq!(unknown.help.as_deref(), Some("did you mean `bread-loaf`?"));
}
