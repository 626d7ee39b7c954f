//! The schema that editors use, and the manual that people use: both must describe what is read.

use std::fs;
use std::path::{Path, PathBuf};

use faqbot::knowledge::{self, Source};
use faqbot::texts::Text;
use serde_json::Value;
use snapbox::{Assert, Data};

const SCHEMA: &str = "faq/schema.json";

/// The TOML files of a folder and of those in it.
fn files_of(folder: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let (folders, mut files): (Vec<PathBuf>, Vec<PathBuf>) = paths.partition(|path| path.is_dir());
    files.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    files.extend(folders.iter().flat_map(|folder| files_of(folder)));
    files.sort();
    assert!(!files.is_empty(), "{} holds TOML files", folder.display());
    files
}

/// What is wrong with a file according to the schema.
fn complaint(toml: &str) -> Option<String> {
    let mut schemas = boon::Schemas::new();
    let mut compiler = boon::Compiler::new();
    let schema = serde_json::from_str(&fs::read_to_string(SCHEMA).unwrap()).unwrap();
    compiler.add_resource("schema.json", schema).unwrap();
    let index = compiler.compile("schema.json", &mut schemas).unwrap();
    let file = toml.parse::<toml::Table>().unwrap();
    schemas.validate(&to_json(toml::Value::Table(file)), index).err().map(|error| error.to_string())
}

/// As TOML language servers see it: a date is a text.
fn to_json(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(flag) => flag.into(),
        toml::Value::Datetime(date) => date.to_string().into(),
        toml::Value::Array(array) => array.into_iter().map(to_json).collect(),
        toml::Value::Table(table) => table.into_iter().map(|(key, value)| (key, to_json(value))).collect(),
    }
}

#[test]
fn the_schema_file_is_up_to_date() {
    let file = Data::read_from(Path::new(SCHEMA), None).raw();
    let texts = Text::ALL.iter().map(|text| (text.key(), text.default_wording()));
    Assert::new().action_env("SNAPSHOTS").eq(knowledge::schema(texts), file);
}

#[test]
fn shipped_files_keep_to_the_schema_and_point_to_it() {
    for folder in ["faq", "src/cli/new"].map(Path::new) {
        for path in files_of(folder) {
            let text = fs::read_to_string(&path).unwrap();
            let up = if path.parent() == Some(folder) { "." } else { ".." };
            let line = format!("#:schema {up}/schema.json");
            assert_eq!(text.lines().next(), Some(line.as_str()), "first line of {}", path.display());
            assert_eq!(complaint(&text), None, "in {}", path.display());
        }
    }
}

#[test]
fn the_schema_finds_slips() {
    #[track_caller]
    fn check(toml: &str, expected: &str) {
        let complaint = complaint(toml).expect("the schema forbids it");
        assert!(complaint.contains(expected), "{complaint:?} does not contain {expected:?}");
    }
    check("[[entry]]\nid = \"a\"\nquestion = \"b\"", "missing properties 'answer'");
    check(
        "[[term]]\nid = \"a\"\nname = \"b\"\ndefinition = \"c\"\nalos = [\"d\"]",
        "additionalProperties 'alos' not allowed",
    );
    check("[[figure]]\nid = \"a b\"\nvalue = \"1\"\nwhat = \"c\"", "does not match pattern");
    check("[[small_talk]]\nid = \"a\"\nexamples = []\nreply = \"c\"", "minimum 1 items required");
    check("[bot.texts]\ndid-yu-mean = \"a\"", "additionalProperties 'did-yu-mean' not allowed");
    check("[phrasings]\n\"a b\" = [\"c\"]", "additionalProperties 'a b' not allowed");
    check("[phrasings]\na = []", "minimum 1 items required");
    check("[entrys]", "additionalProperties 'entrys' not allowed");
}

/// A page of answers is read by people; what only the matching needs is in a folder below.
#[test]
fn shipped_answers_read_like_pages() {
    for path in files_of(Path::new("faq")).into_iter().filter(|path| path.parent() == Some(Path::new("faq")))
    {
        let n_lines = fs::read_to_string(&path).unwrap().lines().count();
        assert!(n_lines <= 400, "{} has {n_lines} lines", path.display());
    }
}

/// Every example of the manual is a file that works, together with the others.
#[test]
fn the_manual_shows_what_works() {
    let manual = fs::read_to_string("faq/README.md").unwrap();
    let blocks = manual.split("```toml\n").skip(1).map(|rest| rest.split("```\n").next().unwrap());
    let blocks = blocks.filter(|block| block.contains('['));
    // A translation is a file of its own.
    let (translations, main): (Vec<&str>, Vec<&str>) = blocks.partition(|it| it.starts_with("language"));
    let sources = [main, translations].map(|it| it.concat());
    let sources = sources.map(|text| Source { path: format!("{} letters", text.len()), text });
    let (knowledge, mut diagnostics) = knowledge::parse(&sources);
    diagnostics.retain(|it| it.code != "missing-translations");
    assert_eq!(knowledge::render(&diagnostics, &sources, false), "");
    sources.iter().for_each(|source| assert_eq!(complaint(&source.text), None));
    assert_eq!((knowledge.entries.len(), knowledge.figures.len(), knowledge.quiz.len()), (2, 1, 4));
    assert_eq!((knowledge.translations.len(), knowledge.translations[0].untranslated.len()), (1, 3));
}
