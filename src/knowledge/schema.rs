//! The JSON Schema of the files, for completion and checks in an editor.

use std::borrow::Cow;

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

use super::draft::{Bot, DraftText, Entry, Expect, Figure, OutOfScope, Quiz, SmallTalk, Spanned, Term};
use super::examples::EXAMPLES;

/// What a file of the folder may hold. Every table is optional, and any file may hold any of them.
#[derive(JsonSchema)]
#[schemars(title = "A file of a faqbot folder", deny_unknown_fields)]
#[expect(dead_code, reason = "it is described, never made: each table is read by itself")]
struct File {
    /// What this file is in, where the folder is in several languages: a code such as `"uk"`. What has the id of an entry, term,
    /// figure or group in the main language is its translation.
    language: Option<DraftText>,
    #[schemars(default)]
    entry: Vec<Entry>,
    #[schemars(default)]
    term: Vec<Term>,
    #[schemars(default)]
    figure: Vec<Figure>,
    #[schemars(default)]
    quiz: Vec<Quiz>,
    #[schemars(default)]
    out_of_scope: Vec<OutOfScope>,
    #[schemars(default)]
    small_talk: Vec<SmallTalk>,
    #[schemars(default)]
    expect: Vec<Expect>,
    /// Long lists of phrasings and examples, out of the way of the answers: `id = ["…", "…"]` for an entry, a term
    /// or a group, in whatever file that stands.
    #[schemars(default)]
    phrasings: Phrasings,
    #[schemars(default)]
    synonyms: Synonyms,
    #[schemars(default)]
    bot: Bot,
}

/// Words that mean the same in every question.
#[derive(Default, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "it is described, never made")]
struct Synonyms {
    /// Each group holds words or word groups that mean the same; a word is in one group.
    groups: Vec<Vec<DraftText>>,
}

/// Whether this key has a list of texts in every table that has it.
pub fn is_list(key: &str) -> bool {
    ["phrasings", "also", "related", "distractors", "options", "tags", "examples"].contains(&key)
}

/// Whether this key is `true` or `false`.
pub fn is_flag(key: &str) -> bool {
    ["quiz", "guess"].contains(&key)
}

/// Lists of texts by ids.
#[derive(Default)]
struct Phrasings;

impl JsonSchema for Phrasings {
    fn schema_name() -> Cow<'static, str> {
        "Phrasings".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let list = json!({ "type": "array", "items": { "type": "string" }, "minItems": 1 });
        json_schema!({
            "type": "object",
            "patternProperties": { "^[a-z0-9_-]{1,48}$": list },
            "additionalProperties": false
        })
    }
}

/// The schema as pretty JSON. JSON Schema draft 7: what TOML language servers understand.
///
/// `texts` are the keys of `[bot.texts]`, each with the wording that it replaces.
pub fn schema<'t>(texts: impl IntoIterator<Item = (&'t str, &'t str)>) -> String {
    let settings = SchemaSettings::draft07().with_transform(RecursiveTransform(without_null));
    let mut schema = settings.into_generator().into_root_schema_for::<File>();
    let described = schema.pointer_mut("/definitions/Bot/properties/texts").expect("`[bot]` has texts");
    let wording = |(key, wording): (&str, &str)| {
        (key.to_owned(), json!({ "type": "string", "description": format!("Instead of: {wording}") }))
    };
    described["properties"] = Value::Object(texts.into_iter().map(wording).collect());
    described["additionalProperties"] = false.into();
    for (table, key, value) in EXAMPLES {
        let property = schema.pointer_mut(&format!("/definitions/{table}/properties/{key}"));
        let property = property.expect("what is described has a description");
        let description = property["description"].as_str().unwrap_or_default();
        property["description"] = format!("{description}\n\nExample: `{key} = {value}`").into();
        // What a language server offers to insert; TOML's dates are texts to it.
        let example =
            format!("{key} = {value}").parse::<toml::Table>().ok().and_then(|mut it| it.remove(*key));
        property["examples"] = json!([example.map_or(Value::Null, |it| plain(&it))]);
    }
    let mut text = serde_json::to_string_pretty(&schema).expect("a schema is plain JSON");
    text.push('\n');
    text
}

fn plain(value: &toml::Value) -> Value {
    match value {
        toml::Value::Datetime(date) => date.to_string().into(),
        other => serde_json::to_value(other).expect("without dates a value is plain JSON"),
    }
}

/// TOML has no null: optional values are left out.
fn without_null(schema: &mut Schema) {
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|it| it != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            schema.insert("type".into(), only);
        }
    }
}

/// The place of a value makes no difference to what it may be.
impl<T: JsonSchema> JsonSchema for Spanned<T> {
    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }

    fn inline_schema() -> bool {
        T::inline_schema()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::schema;
    use crate::knowledge::{Source, parse};

    /// The reader names the keys it knows when it meets an unknown one.
    #[track_caller]
    fn known_keys(file: String) -> BTreeSet<String> {
        let (_, diagnostics) = parse(&[Source { path: "a.toml".into(), text: file }]);
        let help =
            diagnostics.iter().find(|it| it.code.starts_with("unknown-")).and_then(|it| it.help.clone());
        let help = help.expect("an unknown key has a help");
        let known = help.strip_prefix("known here: ").expect("it lists all keys");
        known.split(", ").map(|key| key.trim_matches('`').to_string()).collect()
    }

    #[track_caller]
    fn keys(properties: &Value) -> BTreeSet<String> {
        properties.as_object().expect("properties are an object").keys().cloned().collect()
    }

    #[test]
    fn the_schema_has_the_keys_that_are_read() {
        let schema: Value = serde_json::from_str(&schema([])).expect("the schema is JSON");
        assert_eq!(keys(&schema["properties"]), known_keys("[xxxxxxxxxxxxxxxxxxxxxxxx]".into()));
        for (table, type_name) in [
            ("[[entry]]", "Entry"),
            ("[[term]]", "Term"),
            ("[[figure]]", "Figure"),
            ("[[quiz]]", "Quiz"),
            ("[[out_of_scope]]", "OutOfScope"),
            ("[[small_talk]]", "SmallTalk"),
            ("[[expect]]", "Expect"),
            ("[synonyms]", "Synonyms"),
            ("[bot]", "Bot"),
        ] {
            for key in keys(&schema["definitions"][type_name]["properties"]) {
                let property = &schema["definitions"][type_name]["properties"][&key];
                assert!(
                    property["examples"][0] != Value::Null,
                    "{type_name}.{key} has an example in examples.rs"
                );
            }
            let described = keys(&schema["definitions"][type_name]["properties"]);
            assert_eq!(described, known_keys(format!("{table}\nxxxxxxxxxxxxxxxxxxxxxxxx = 1")), "in {table}");
        }
    }
}
