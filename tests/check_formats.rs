//! `faqbot check --format`: other programs get the format they ask for.

use std::fs;
use std::process::Command;

use serde_json::{Value, json};

use crate::folder::TempFolder;

/// Two problems, in a file whose name needs care.
const FOLDER: &str = "[[entry]]\nid = \"tea\"\nquestion = \"How long does green tea steep?\"\n\
                      answer = \"Two minutes: 100 %.\"\nrelated = [\"cofee\"]\n\n\
                      [[entry]]\nid = \"coffee\"\nquestion = \"How is coffee ground?\"\nanswer = \"<b>Freshly</b>.\"\n";

fn check(format: &str) -> String {
    let folder = TempFolder::new();
    fs::create_dir(folder.path().join("faq")).expect("the folder is ours");
    fs::write(folder.path().join("faq/tea, cold.toml"), FOLDER).expect("the folder is ours");
    let output = Command::new(env!("CARGO_BIN_EXE_faqbot"))
        .args(["check", "--format", format])
        .current_dir(folder.path())
        .env_clear()
        .output()
        .expect("the binary is built");
    assert_eq!(output.status.code(), Some(1), "there is an error");
    String::from_utf8(output.stdout).expect("it prints text")
}

/// The part of SARIF's schema that code scanning asks for: the required fields, and their types.
/// (`sarif-schema-2.1.0.json` of OASIS, sections 3.13 to 3.30.)
fn sarif_schema() -> Value {
    let message =
        json!({ "type": "object", "required": ["text"], "properties": { "text": { "type": "string" } } });
    let region = json!({
        "type": "object", "required": ["startLine"], "additionalProperties": false,
        "properties": {
            "startLine": { "type": "integer", "minimum": 1 }, "startColumn": { "type": "integer", "minimum": 1 },
            "endLine": { "type": "integer", "minimum": 1 }, "endColumn": { "type": "integer", "minimum": 1 },
        },
    });
    let location = json!({
        "type": "object", "required": ["physicalLocation"],
        "properties": {
            "message": message,
            "physicalLocation": {
                "type": "object", "required": ["artifactLocation", "region"],
                "properties": {
                    "artifactLocation": {
                        "type": "object", "required": ["uri"],
                        "properties": { "uri": { "type": "string", "format": "uri-reference" } },
                    },
                    "region": region,
                },
            },
        },
    });
    let level = json!({ "enum": ["none", "note", "warning", "error"] });
    let rule = json!({
        "type": "object", "required": ["id"],
        "properties": {
            "id": { "type": "string" },
            "defaultConfiguration": { "type": "object", "properties": { "level": level } },
        },
    });
    let result = json!({
        "type": "object", "required": ["message", "ruleId", "level", "locations"],
        "properties": {
            "message": message, "level": level, "ruleId": { "type": "string" },
            "locations": { "type": "array", "minItems": 1, "items": location },
            "relatedLocations": { "type": "array", "items": location },
        },
    });
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": "object", "required": ["version", "runs"],
        "properties": {
            "version": { "const": "2.1.0" },
            "$schema": { "type": "string", "format": "uri" },
            "runs": {
                "type": "array", "minItems": 1,
                "items": {
                    "type": "object", "required": ["tool", "results"],
                    "properties": {
                        "columnKind": { "enum": ["utf16CodeUnits", "unicodeCodePoints"] },
                        "tool": {
                            "type": "object", "required": ["driver"],
                            "properties": {
                                "driver": {
                                    "type": "object", "required": ["name", "rules"],
                                    "properties": {
                                        "name": { "type": "string" }, "version": { "type": "string" },
                                        "rules": { "type": "array", "uniqueItems": true, "items": rule },
                                    },
                                },
                            },
                        },
                        "results": { "type": "array", "items": result },
                    },
                },
            },
        },
    })
}

#[test]
fn sarif_has_the_shape_that_code_scanning_asks_for() {
    let mut schemas = boon::Schemas::new();
    let mut compiler = boon::Compiler::new();
    compiler.enable_format_assertions();
    compiler.add_resource("sarif.json", sarif_schema()).expect("it is a schema");
    let schema = compiler.compile("sarif.json", &mut schemas).expect("it compiles");
    let output: Value = serde_json::from_str(&check("sarif")).expect("it is JSON");
    if let Err(error) = schemas.validate(&output, schema) {
        panic!("{error}");
    }
    let run = &output["runs"][0];
    let rules: Vec<&str> = run["tool"]["driver"]["rules"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|it| it["id"].as_str())
        .collect();
    for result in run["results"].as_array().expect("a list") {
        assert!(rules.contains(&result["ruleId"].as_str().expect("a rule")), "{result}");
    }
    let error = run["results"]
        .as_array()
        .expect("a list")
        .iter()
        .find(|it| it["level"] == "error")
        .expect("there is one");
    let place = &error["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "faq/tea%2C%20cold.toml");
    assert_eq!(place["region"], json!({ "startLine": 5, "startColumn": 12, "endLine": 5, "endColumn": 19 }));
}

/// <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>: one command a line, its properties
/// without `:` and `,`, its text without line breaks and with `%25` for a percent sign.
#[test]
fn github_gets_one_command_a_line() {
    let output = check("github");
    let lines: Vec<&str> = output.lines().collect();
    assert!(
        lines
            .iter()
            .all(|line| ["::error ", "::warning ", "::notice "].iter().any(|it| line.starts_with(it))),
        "{output}"
    );
    let error = lines.iter().find(|line| line.starts_with("::error ")).expect("there is one");
    let (properties, message) = error["::error ".len()..].split_once("::").expect("a message");
    assert_eq!(
        properties,
        "file=faq/tea%2C cold.toml,line=5,col=12,endLine=5,endColumn=19,title=unknown-entry"
    );
    assert!(message.contains("cofee") && message.contains("coffee"), "{message}");
}
