//! Checks requests against the official specification of the Bot API, where `BOT_API_SPEC` names it: unknown and
//! missing parameters, types, and the lengths that its descriptions give. Without the file nothing is
//! checked; `.ci/run` says so.

use std::sync::LazyLock;

use serde_json::Value;

use faqbot::preview::world::World;

static SPEC: LazyLock<Option<Value>> = LazyLock::new(|| {
    let path = std::env::var_os("BOT_API_SPEC")?;
    let text =
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("reading {}: {error}", path.display()));
    Some(serde_json::from_str(&text).expect("the specification is JSON"))
});

/// Panics with everything that is wrong with the requests that the bot has made so far.
pub(crate) fn hold(world: &World) {
    let Some(spec) = SPEC.as_ref() else { return };
    let mut faults = Vec::new();
    for request in world.requests() {
        check_request(spec, &request.method, &request.params, &mut faults);
    }
    assert!(faults.is_empty(), "requests that the Bot API does not take:\n{}", faults.join("\n"));
}

fn check_request(spec: &Value, method: &str, params: &Value, faults: &mut Vec<String>) {
    match spec["methods"].get(method) {
        Some(method_spec) => check_fields(spec, &method_spec["fields"], params, method, faults),
        None => faults.push(format!("{method}: no such method")),
    }
}

fn check_fields(spec: &Value, fields: &Value, given: &Value, at: &str, faults: &mut Vec<String>) {
    let empty = Vec::new();
    let fields = fields.as_array().unwrap_or(&empty);
    let Some(given) = given.as_object() else { return faults.push(format!("{at}: not an object: {given}")) };
    for name in given.keys() {
        if !fields.iter().any(|field| field["name"] == *name) {
            faults.push(format!("{at}.{name}: no such parameter"));
        }
    }
    for field in fields {
        let name = field["name"].as_str().unwrap_or_default();
        let at = format!("{at}.{name}");
        match given.get(name) {
            None if field["required"] == true => faults.push(format!("{at}: missing")),
            None => {}
            Some(value) => {
                let types: Vec<&str> =
                    field["types"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
                check_type(spec, &types, value, &at, faults);
                check_length(field["description"].as_str().unwrap_or_default(), value, &at, faults);
            }
        }
    }
}

/// One of the types must fit; the faults of the best fit are reported.
fn check_type(spec: &Value, types: &[&str], value: &Value, at: &str, faults: &mut Vec<String>) {
    let attempts = types.iter().map(|name| {
        let mut faults = Vec::new();
        check_one_type(spec, name, value, at, &mut faults);
        faults
    });
    faults.extend(attempts.min_by_key(Vec::len).unwrap_or_default());
}

fn check_one_type(spec: &Value, name: &str, value: &Value, at: &str, faults: &mut Vec<String>) {
    let fits = match name {
        "Integer" => value.is_i64(),
        "Float" => value.is_number(),
        "String" => value.is_string(),
        "Boolean" | "True" => value.is_boolean(),
        _ => {
            if let Some(inner) = name.strip_prefix("Array of ") {
                let Some(items) = value.as_array() else {
                    return faults.push(format!("{at}: not an array: {value}"));
                };
                for (index, item) in items.iter().enumerate() {
                    check_one_type(spec, inner, item, &format!("{at}[{index}]"), faults);
                }
                return;
            }
            let Some(of) = spec["types"].get(name) else {
                return faults.push(format!("{at}: no such type: {name}"));
            };
            let subtypes: Vec<&str> =
                of["subtypes"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            return if subtypes.is_empty() {
                check_fields(spec, &of["fields"], value, at, faults);
            } else {
                check_type(spec, &subtypes, value, at, faults);
            };
        }
    };
    if !fits {
        faults.push(format!("{at}: {value} is no {name}"));
    }
}

/// Descriptions give limits as "1-4096 characters" or "1-64 bytes".
fn check_length(description: &str, value: &Value, at: &str, faults: &mut Vec<String>) {
    let Some(text) = value.as_str() else { return };
    for (unit, length) in [(" characters", text.chars().count()), (" bytes", text.len())] {
        let Some(before) = description.split(unit).next().filter(|before| before.len() < description.len())
        else {
            continue;
        };
        let range = before.rsplit([' ', '(']).next().unwrap_or_default();
        let Some((least, most)) = range.split_once('-') else { continue };
        if let (Ok(least), Ok(most)) = (least.parse::<usize>(), most.parse::<usize>())
            && !(least..=most).contains(&length)
        {
            faults.push(format!("{at}: {length}{unit}, not {range}"));
        }
    }
}

/// The check is shown to fail: each of these requests is wrong in one way.
#[test]
fn wrong_requests_are_found() {
    let Some(spec) = SPEC.as_ref() else { return };
    #[track_caller]
    fn check(spec: &Value, method: &str, params: &str, expected: &str) {
        let mut faults = Vec::new();
        check_request(spec, method, &serde_json::from_str(params).expect("JSON"), &mut faults);
        assert_eq!(faults.join("; "), expected);
    }
    check(spec, "sendMessage", r#"{"chat_id": 1, "text": "hi"}"#, "");
    check(
        spec,
        "sendMessage",
        r#"{"chat_id": 1, "txt": "hi"}"#,
        "sendMessage.txt: no such parameter; sendMessage.text: missing",
    );
    check(spec, "sendMessage", r#"{"chat_id": 1, "text": ""}"#, "sendMessage.text: 0 characters, not 1-4096");
    check(spec, "sendMessage", r#"{"chat_id": 1.5, "text": "hi"}"#, "sendMessage.chat_id: 1.5 is no Integer");
    let button = r#"{"chat_id": 1, "text": "hi", "reply_markup": {"inline_keyboard": [[{"text": "b", "callback_data": ""}]]}}"#;
    check(
        spec,
        "sendMessage",
        button,
        "sendMessage.reply_markup.inline_keyboard[0][0].callback_data: 0 bytes, not 1-64",
    );
    check(spec, "sendMassage", "{}", "sendMassage: no such method");
}
