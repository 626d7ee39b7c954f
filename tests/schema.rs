//! The schema that editors use, and the manual that people use: both must say what is read.

use std::fs;
use std::path::{Path, PathBuf};

use faqbot::knowledge::{self, Source};
use faqbot::texts::Text;
use serde_json::Value;
use snapbox::{Assert, Data};

const SCHEMA: &str = "faq/schema.json";

fn files_of(folder: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    assert!(!files.is_empty(), "{folder} holds TOML files");
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
    for folder in ["faq", "src/cli/new"] {
        for path in files_of(folder) {
            let text = fs::read_to_string(&path).unwrap();
            assert_eq!(
                text.lines().next(),
                Some("#:schema ./schema.json"),
                "first line of {}",
                path.display()
            );
            assert_eq!(complaint(&text), None, "in {}", path.display());
        }
    }
}

#[test]
fn the_schema_tells_slips() {
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
    check("[entrys]", "additionalProperties 'entrys' not allowed");
}

/// Every example of the manual is a file that works, together with the others.
#[test]
fn the_manual_shows_what_works() {
    let manual = fs::read_to_string("faq/README.md").unwrap();
    let blocks = manual.split("```toml\n").skip(1).map(|rest| rest.split("```\n").next().unwrap());
    let text: String = blocks.filter(|block| block.contains('[')).collect();
    let sources = [Source { path: "faq/README.md".into(), text: text.clone() }];
    let (knowledge, diagnostics) = knowledge::parse(&sources);
    assert_eq!(knowledge::render(&diagnostics, &sources, false), "");
    assert_eq!(complaint(&text), None);
    assert_eq!((knowledge.entries.len(), knowledge.figures.len(), knowledge.quiz.len()), (2, 1, 1));
}
