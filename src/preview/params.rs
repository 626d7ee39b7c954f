//! What a method takes, written as tables, and the one place that checks requests against them.
//!
//! Telegram ignores parameters it does not know and converts between types. Here both are errors,
//! on purpose: the bot is ours, so a misspelt or mistyped parameter is a mistake to report.

use serde_json::{Map, Value};

use super::error::ApiError;

/// One parameter of a method, or one field of an object inside a parameter.
pub(crate) struct Param {
    pub(crate) name: &'static str,
    pub(crate) kind: ParamType,
    pub(crate) required: bool,
}

/// The types the Bot API uses.
pub(crate) enum ParamType {
    Integer,
    Boolean,
    Text,
    ArrayOf(&'static ParamType),
    Object(&'static [Param]),
}

pub(crate) const fn required(name: &'static str, kind: ParamType) -> Param {
    Param { name, kind, required: true }
}

pub(crate) const fn optional(name: &'static str, kind: ParamType) -> Param {
    Param { name, kind, required: false }
}

/// The parameters of one request, already checked against the method's table.
#[derive(Debug)]
pub(crate) struct Params(Map<String, Value>);

impl Params {
    /// Refuses unknown, missing and wrongly typed parameters.
    pub(crate) fn checked(fields: Map<String, Value>, table: &[Param]) -> Result<Self, ApiError> {
        check_fields(&fields, table, "")?;
        Ok(Self(fields))
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    pub(crate) fn integer(&self, name: &str) -> Option<i64> {
        self.0.get(name).and_then(Value::as_i64)
    }

    /// A flag that is off when it is not given.
    pub(crate) fn is_set(&self, name: &str) -> bool {
        self.flag(name).unwrap_or(false)
    }

    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        self.0.get(name).and_then(Value::as_bool)
    }

    pub(crate) fn array(&self, name: &str) -> Option<&Vec<Value>> {
        self.0.get(name).and_then(Value::as_array)
    }
}

fn check_fields(fields: &Map<String, Value>, table: &[Param], path: &str) -> Result<(), ApiError> {
    for (name, value) in fields {
        let param = table
            .iter()
            .find(|param| param.name == name)
            .ok_or_else(|| ApiError::bad_request(format!("unknown parameter \"{path}{name}\"")))?;
        check_value(value, &param.kind, &format!("{path}{name}"))?;
    }
    match table.iter().find(|param| param.required && !fields.contains_key(param.name)) {
        Some(missing) => Err(missing_parameter(missing.name, path)),
        None => Ok(()),
    }
}

/// The two texts Telegram has for the commonest slips; the last one is ours.
fn missing_parameter(name: &str, path: &str) -> ApiError {
    match (path, name) {
        ("", "chat_id") => ApiError::bad_request("chat_id is empty"),
        ("", "text") => ApiError::bad_request("message text is empty"),
        _ => ApiError::bad_request(format!("parameter \"{path}{name}\" is required")),
    }
}

fn check_value(value: &Value, kind: &ParamType, path: &str) -> Result<(), ApiError> {
    let (fits, expected) = match kind {
        ParamType::Integer => (value.is_i64(), "an Integer"),
        ParamType::Boolean => (value.is_boolean(), "a Boolean"),
        ParamType::Text => (value.is_string(), "a String"),
        ParamType::ArrayOf(element) => {
            if let Value::Array(values) = value {
                return values
                    .iter()
                    .enumerate()
                    .try_for_each(|(index, it)| check_value(it, element, &format!("{path}[{index}]")));
            }
            (false, "an Array")
        }
        ParamType::Object(table) => {
            if let Value::Object(fields) = value {
                return check_fields(fields, table, &format!("{path}."));
            }
            (false, "an Object")
        }
    };
    if fits { Ok(()) } else { Err(ApiError::bad_request(format!("parameter \"{path}\" must be {expected}"))) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const TABLE: &[Param] = &[
        required("chat_id", ParamType::Integer),
        required("text", ParamType::Text),
        optional("silent", ParamType::Boolean),
        optional("ids", ParamType::ArrayOf(&ParamType::Integer)),
        optional("reply", ParamType::Object(&[required("message_id", ParamType::Integer)])),
    ];

    #[track_caller]
    fn check(fields: Value, expected: &str) {
        let Value::Object(fields) = fields else { panic!("fields are an object") };
        let said = match Params::checked(fields, TABLE) {
            Ok(_) => "fine".to_owned(),
            Err(error) => error.description,
        };
        assert_eq!(said, expected);
    }

    #[test]
    fn each_slip_is_named() {
        check(json!({"chat_id": 1, "text": "hi", "ids": [1, 2], "reply": {"message_id": 3}}), "fine");
        check(json!({"text": "hi"}), "Bad Request: chat_id is empty");
        check(json!({"chat_id": 1}), "Bad Request: message text is empty");
        check(json!({"chat_id": 1, "text": "hi", "txt": 1}), "Bad Request: unknown parameter \"txt\"");
        check(json!({"chat_id": 1, "text": 5}), "Bad Request: parameter \"text\" must be a String");
        check(
            json!({"chat_id": 1, "text": "hi", "silent": "yes"}),
            "Bad Request: parameter \"silent\" must be a Boolean",
        );
        check(
            json!({"chat_id": 1, "text": "hi", "ids": [1, "2"]}),
            "Bad Request: parameter \"ids[1]\" must be an Integer",
        );
        check(
            json!({"chat_id": 1, "text": "hi", "reply": {}}),
            "Bad Request: parameter \"reply.message_id\" is required",
        );
        check(
            json!({"chat_id": 1, "text": "hi", "reply": {"message_id": 1, "quoted": true}}),
            "Bad Request: unknown parameter \"reply.quoted\"",
        );
    }
}
