//! The import of other programs' files: `import/` has an example of each format in a folder of its own.
//! `SNAPSHOTS=overwrite cargo test` rewrites the expected results.

use std::fs;
use std::path::Path;

use faqbot::export;
use faqbot::import::{self, Columns, Import, Input, merge, write};
use faqbot::knowledge::{self, Knowledge, Severity, Source};
use rust_xlsxwriter::{Format, Workbook};
use snapbox::{Assert, Data};

const EXAMPLES: &str = "tests/import";

fn input(name: &str, bytes: impl Into<Vec<u8>>) -> Input {
    Input { name: name.into(), bytes: bytes.into() }
}

/// What is reported and written, without a folder to add to.
fn imported(inputs: &[Input]) -> String {
    let Import { items, findings, formats } = import::read(inputs, &Columns::default());
    let merged = merge::merge(items, &Knowledge::default());
    let mut text = String::new();
    for (name, format) in formats {
        text.push_str(&format!("{name}: {format}\n"));
    }
    for finding in findings.iter().chain(&merged.findings) {
        text.push_str(&format!("{:?}: {}: {}\n", finding.weight, finding.at, finding.message));
    }
    if merged.n_known > 0 {
        text.push_str(&format!("there already: {}\n", merged.n_known));
    }
    if merged.items.is_empty() {
        return text;
    }
    let files = write::files(&merged.items, "faq", "a file");
    let sources: Vec<Source> =
        files.iter().map(|it| Source { path: it.path.clone(), text: it.text.clone() }).collect();
    for file in &files {
        text.push_str(&format!("\n== {} ==\n{}", file.path, file.text));
    }
    let (_, mut diagnostics) = knowledge::parse(&sources);
    diagnostics.retain(|it| it.severity == Severity::Error);
    assert_eq!(knowledge::render(&diagnostics, &sources, false), "", "{text}");
    text
}

#[test]
fn every_format_is_read_as_written_down() {
    let mut n_examples = 0;
    for example in fs::read_dir(EXAMPLES).expect("it is in the repository") {
        let folder = example.expect("it can be read").path();
        let mut paths: Vec<_> = fs::read_dir(&folder).unwrap().map(|it| it.unwrap().path()).collect();
        paths.retain(|it| it.file_name().is_none_or(|name| name != "expected.txt"));
        paths.sort();
        let inputs: Vec<Input> = paths
            .iter()
            .map(|it| input(&it.file_name().unwrap().to_string_lossy(), fs::read(it).unwrap()))
            .collect();
        n_examples += 1;
        let expected = Data::read_from(&folder.join("expected.txt"), None).raw();
        Assert::new().action_env("SNAPSHOTS").eq(imported(&inputs), expected);
    }
    assert!(n_examples > 15);
}

/// The shipped folder and one with everything that a folder may have.
fn folders() -> Vec<Vec<Source>> {
    let everything = r#"
[bot]
name = "Bot"
greeting = """
Two
lines."""
[bot.texts]
did-you-mean = "One of these?"

[[entry]]
id = "hours"
question = "When are you open?"
phrasings = ["a, \"b\"; c", "=1+1", " {price} "]
answer = """
From **9**, {{really}}: {price}.

- one
- two \\ three
"""
related = ["loaf"]
section = "Visit"
picture = "pictures/the map.png"

[[term]]
id = "loaf"
name = "Loaf"
also = ["bread"]
definition = "A bread."
quiz = false

[[figure]]
id = "price"
value = "$3"
what = "the price"
as_of = 2025-12-31

[[quiz]]
prompt = "What does it cost?"
correct = "{price}"
distractors = ["$4", "$5"]
picture = "https://example.org/loaf.jpg?size=2"
explanation = "See there."
explanation_picture = "pictures/loaf.webp"

[[quiz]]
prompt = "How many loaves are baked in a day?"
correct = "300"
guess = true

[[out_of_scope]]
id = "jobs"
reply = "No idea."

[[small_talk]]
id = "hi"
examples = ["hi"]
reply = "Hi!"

[[expect]]
ask = "open when"
entry = "hours"

[synonyms]
groups = [["tv", "telly"]]

[phrasings]
hours = ["opening times", "how late"]
jobs = ["are you hiring"]
"#;
    let everything = vec![Source { path: "a.toml".into(), text: everything.into() }];
    let read = |folder: &str| faqbot::faq_folder::read(Path::new(folder)).expect("it is a folder").sources;
    vec![everything, read("faq"), read("tests/transcripts/languages/folder")]
}

fn parsed(sources: &[Source]) -> (Knowledge, String) {
    let (knowledge, mut diagnostics) = knowledge::parse(sources);
    diagnostics.retain(|it| it.severity == Severity::Error);
    (knowledge, knowledge::render(&diagnostics, sources, false))
}

/// The content of a folder, wherever it is.
fn contents(sources: &[Source]) -> serde_json::Value {
    let (_, errors) = parsed(sources);
    assert_eq!(errors, "");
    serde_json::from_str(&export::json(&export::items(sources).expect("it is TOML"))).expect("it is JSON")
}

#[test]
fn what_is_exported_comes_back_as_it_was() {
    for sources in folders() {
        let items = export::items(&sources).expect("it is TOML");
        for (name, bytes) in [
            ("faq.json", export::json(&items).into_bytes()),
            ("faq.csv", export::csv(&items).expect("it fits").into_bytes()),
            ("faq.xlsx", export::xlsx(&items).expect("it fits")),
        ] {
            let import = import::read(&[input(name, bytes)], &Columns::default());
            assert_eq!(import.findings, [], "{name}");
            let merged = merge::merge(import.items, &Knowledge::default());
            assert_eq!((merged.findings.as_slice(), merged.n_known), ([].as_slice(), 0), "{name}");
            let files = write::files(&merged.items, "faq", name);
            let again: Vec<Source> =
                files.into_iter().map(|it| Source { path: it.path, text: it.text }).collect();
            assert_eq!(contents(&again), contents(&sources), "{name}");
            // Once more, into the result: nothing is new.
            let (knowledge, _) = parsed(&sources);
            let import = import::read(&[input("faq.json", export::json(&items))], &Columns::default());
            assert_eq!(merge::merge(import.items, &knowledge).items, [], "{name}");
        }
    }
}

#[test]
fn a_page_that_is_exported_comes_back_with_its_answers() {
    let (knowledge, _) = parsed(&folders()[0]);
    let page = export::markdown(&knowledge, None);
    let import = import::read(&[input("faq.md", page.clone())], &Columns::default());
    let merged = merge::merge(import.items, &Knowledge::default());
    let files = write::files(&merged.items, "faq", "a page");
    let sources: Vec<Source> = files.into_iter().map(|it| Source { path: it.path, text: it.text }).collect();
    let (again, _) = parsed(&[sources[0].clone()]);
    assert_eq!(again.entries[0].answer, knowledge.entries[0].answer, "{page}");
    assert_eq!(again.entries[0].related, knowledge.entries[0].related);
    assert_eq!(again.entries[0].section, knowledge.entries[0].section);
    assert_eq!(again.entries[0].picture.as_ref().map(|it| it.text.as_str()), Some("pictures/the map.png"));
    assert!(page.contains("![](<pictures/the map.png>)"), "{page}");
    assert_eq!(again.terms[0].id, knowledge.terms[0].id);
}

#[test]
fn a_page_in_another_language_comes_back_as_a_translation() {
    let (knowledge, _) = parsed(&folders()[2]);
    let pages = knowledge.in_all_languages().enumerate().map(|(n, it)| {
        let code = it.bot.language().code();
        input(&format!("faq.{code}.md"), export::markdown(it, (n > 0).then_some(code)))
    });
    let import = import::read(&pages.collect::<Vec<_>>(), &Columns::default());
    let merged = merge::merge(import.items, &Knowledge::default());
    let files = write::files(&merged.items, "faq", "pages");
    let mut sources: Vec<Source> =
        files.into_iter().map(|it| Source { path: it.path, text: it.text }).collect();
    let main = knowledge.bot.language().code();
    sources.push(Source { path: "bot.toml".into(), text: format!("[bot]\nlanguage = \"{main}\"\n") });
    let (again, errors) = parsed(&sources);
    assert_eq!(errors, "");
    assert!(!again.translations.is_empty());
    assert_eq!(again.translations.len(), knowledge.translations.len());
    for (again, before) in again.in_all_languages().zip(knowledge.in_all_languages()) {
        let texts = |it: &Knowledge| -> Vec<(String, String, String)> {
            let written = it.entries.iter().filter(|entry| !it.untranslated.contains(&entry.id));
            let mut texts: Vec<_> = written
                .map(|it| (it.id.to_string(), it.question.text.clone(), it.answer.trim().to_owned()))
                .collect();
            texts.sort();
            texts
        };
        assert_eq!(texts(again), texts(before));
    }
}

#[test]
fn merged_cells_formulas_and_errors_of_a_sheet() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let rows = [
        ["Topic", "Question", "Answer"],
        ["", "What is a year?", ""],
        ["", "When do we meet?", "On Monday."],
        ["", "Where?", "#REF!"],
    ];
    for (row, cells) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(cells) {
            sheet.write_string(row, column, cell).unwrap();
        }
    }
    sheet.merge_range(1, 0, 3, 0, "Basics", &Format::new()).unwrap();
    sheet.write_formula(1, 2, rust_xlsxwriter::Formula::new("=360+5").set_result("365")).unwrap();
    let bytes = workbook.save_to_buffer().unwrap();
    let text = imported(&[input("faq.xlsx", bytes)]);
    assert!(text.contains("answer = \"365\"\nsection = \"Basics\""), "{text}");
    assert_eq!(text.matches("section = \"Basics\"").count(), 3, "{text}");
}

#[test]
fn a_workbook_that_would_fill_memory_or_cannot_be_opened_is_refused() {
    let mut workbook = Workbook::new();
    workbook.add_worksheet().write_string(0, 0, "Question").unwrap();
    let mut bytes = workbook.save_to_buffer().unwrap();
    // The directory at the end says how large the first part is once it is unpacked.
    let directory =
        bytes.windows(4).position(|it| it == b"PK\x01\x02").expect("a ZIP archive has a directory");
    bytes[directory + 24..directory + 28].copy_from_slice(&(2_000 * 1024 * 1024_u32).to_le_bytes());
    let text = imported(&[input("bomb.xlsx", bytes)]);
    assert!(text.contains("has 2000 MB when it is unpacked; at most 256 MB are read"), "{text}");
    // With a password, Excel writes a container of another kind.
    let locked = [b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".as_slice(), &[0; 4_096]].concat();
    let text = imported(&[input("locked.xlsx", locked)]);
    assert!(text.contains("this workbook cannot be read"), "{text}");
}

#[test]
fn a_folder_is_added_to_and_never_changed() {
    let (knowledge, _) = parsed(&folders()[0]);
    let csv = "question,answer,id\nWhen are you OPEN,Never.,hours\nIs there cake?,Yes.,hours\nWhere is the bus?,There.,\n";
    let import = import::read(&[input("a.csv", csv)], &Columns::default());
    let merged = merge::merge(import.items, &knowledge);
    let ids: Vec<&str> = merged.items.iter().map(|it| it.text("id")).collect();
    assert_eq!(ids, ["hours-2", "hours-3", "bus"]);
    assert_eq!(merged.findings.len(), 1);
    assert_eq!(
        (merged.findings[0].at.to_string().as_str(), merged.findings[0].message.as_str()),
        ("a.csv, line 2", "the same question has another answer in the folder, `hours`: keep one of them")
    );
}

#[test]
fn columns_are_asked_for() {
    let columns = |written: &str| written.parse::<Columns>();
    assert!(columns("question").unwrap_err().starts_with("write question=A,answer=B"));
    let csv = "Item,Price,Text\nBread,3,It is good.\n";
    let import = import::read(&[input("a.csv", csv)], &columns("question=A,answer=text").unwrap());
    assert_eq!(import.findings, []);
    assert_eq!((import.items[0].text("question"), import.items[0].text("answer")), ("Bread", "It is good."));
    let import = import::read(&[input("a.csv", csv)], &columns("question=A,answer=Z").unwrap());
    assert_eq!(import.findings[0].message, "there is no column “Z”");
}
