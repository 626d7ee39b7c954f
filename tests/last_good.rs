//! Which text of each file is used while people edit a folder.

use faqbot::faq_folder::{Files, LastGood, Look};
use faqbot::knowledge::{Diagnostic, Label, Severity, Source};
use faqbot::time::Timestamp;

fn entry(id: &str, answer: &str) -> String {
    format!("[[entry]]\nid = \"{id}\"\nquestion = \"What about {id}?\"\nanswer = \"{answer}\"\n")
}

const BROKEN: &str = "this is [no TOML\n";

/// Looks at a folder with these files.
fn look(last_good: &mut LastGood, files: &[(&str, &str)]) -> Look {
    let source = |(path, text): &(&str, &str)| Source { path: (*path).into(), text: (*text).into() };
    let sources = files.iter().map(source).collect();
    last_good.look(&Files { sources, diagnostics: Vec::new() }, Timestamp(0))
}

#[track_caller]
fn check(look: &Look, answers: &[(&str, &str)], held_back: &[&str]) {
    let entries = look.knowledge.entries.iter().map(|it| (it.id.as_str(), it.answer.as_str()));
    assert_eq!(entries.collect::<Vec<_>>(), answers, "{:?}", look.diagnostics);
    assert_eq!(look.held_back, held_back);
    assert_eq!(held_back.is_empty(), look.diagnostics.is_empty(), "{:?}", look.diagnostics);
}

#[test]
fn a_broken_file_keeps_its_last_good_text_and_the_others_change() {
    let mut last_good = LastGood::default();
    let (tea, coffee) = (entry("tea", "1"), entry("coffee", "1"));
    check(&look(&mut last_good, &[("a", &tea), ("b", &coffee)]), &[("tea", "1"), ("coffee", "1")], &[]);
    let broken = entry("tea", "2") + BROKEN;
    let coffee = entry("coffee", "2");
    check(&look(&mut last_good, &[("a", &broken), ("b", &coffee)]), &[("tea", "1"), ("coffee", "2")], &["a"]);
    let tea = entry("tea", "3");
    check(&look(&mut last_good, &[("a", &tea), ("b", &coffee)]), &[("tea", "3"), ("coffee", "2")], &[]);
}

/// A part broken from the start has no last good text: the rest works, and its changes do too.
#[test]
fn a_file_broken_at_the_start_may_stay_broken() {
    let mut last_good = LastGood::default();
    let first = entry("tea", "1") + "[[entry]]\nid = \"none\"\n";
    let second = first.replace("\"1\"", "\"2\"");
    let answers = |look: &Look| look.knowledge.entries.iter().map(|it| it.answer.clone()).collect::<Vec<_>>();
    assert_eq!(answers(&look(&mut last_good, &[("a", &first)])), ["1"]);
    let look = look(&mut last_good, &[("a", &second)]);
    assert_eq!((answers(&look), look.diagnostics.is_empty()), (vec!["2".to_owned()], false));
}

/// The figure that an answer in another file uses is taken away: the answer stays as it was.
#[test]
fn a_change_that_breaks_another_file_is_held_back() {
    let mut last_good = LastGood::default();
    let figure = "[[figure]]\nid = \"sum\"\nvalue = \"$5\"\nwhat = \"The sum\"\n";
    let (tea, coffee) = (entry("tea", "It is {sum}."), entry("coffee", "1"));
    check(
        &look(&mut last_good, &[("a", &tea), ("b", figure), ("c", &coffee)]),
        &[("tea", "It is $5."), ("coffee", "1")],
        &[],
    );
    let coffee = entry("coffee", "2");
    let kept = look(&mut last_good, &[("a", &tea), ("b", ""), ("c", &coffee)]);
    check(&kept, &[("tea", "It is $5."), ("coffee", "2")], &["b"]);
    let tea = entry("tea", "Nobody knows.");
    let fixed = look(&mut last_good, &[("a", &tea), ("b", ""), ("c", &coffee)]);
    check(&fixed, &[("tea", "Nobody knows."), ("coffee", "2")], &[]);
}

#[test]
fn a_new_file_that_takes_an_id_away_is_held_back() {
    let mut last_good = LastGood::default();
    let tea = entry("tea", "1");
    check(&look(&mut last_good, &[("b", &tea)]), &[("tea", "1")], &[]);
    let twin = entry("tea", "2");
    let look = look(&mut last_good, &[("a", &twin), ("b", &tea)]);
    let answers: Vec<&str> = look.knowledge.entries.iter().map(|it| it.answer.as_str()).collect();
    assert_eq!(answers, ["1"]);
    assert!(look.diagnostics.iter().any(|it| it.code == "duplicate-id"), "{:?}", look.diagnostics);
}

/// Without the right to read a file or a folder, it is unknown whether it has changed.
#[test]
fn an_unreadable_file_keeps_its_last_good_text() {
    #[track_caller]
    fn check_unreadable(path: &str) {
        let mut last_good = LastGood::default();
        let (tea, coffee) = (entry("tea", "1"), entry("coffee", "1"));
        look(&mut last_good, &[("faq/hot/tea.toml", &tea), ("faq/hotter.toml", &coffee)]);
        let coffee = entry("coffee", "2");
        let sources = vec![Source { path: "faq/hotter.toml".into(), text: coffee }];
        let unreadable = Diagnostic {
            severity: Severity::Error,
            code: "unreadable-file",
            message: "permission denied".into(),
            primary: Label { path: path.into(), span: 0..0, text: String::new() },
            context: Vec::new(),
            help: None,
        };
        let look = last_good.look(&Files { sources, diagnostics: vec![unreadable] }, Timestamp(0));
        check(&look, &[("tea", "1"), ("coffee", "2")], &["faq/hot/tea.toml"]);
    }
    check_unreadable("faq/hot/tea.toml");
    check_unreadable("faq/hot");
}

#[test]
fn a_file_that_is_deleted_is_gone() {
    let mut last_good = LastGood::default();
    let (tea, coffee) = (entry("tea", "1"), entry("coffee", "1"));
    look(&mut last_good, &[("a", &tea), ("b", &coffee)]);
    check(&look(&mut last_good, &[("b", &coffee)]), &[("coffee", "1")], &[]);
}
