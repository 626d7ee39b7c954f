//! The errors the Bot API answers with.

use serde_json::{Value, json};

/// An error answer: HTTP status, Telegram's text, and at times machine-readable parameters.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ApiError {
    pub(crate) code: u16,
    pub(crate) description: String,
    parameters: Option<Value>,
}

impl ApiError {
    fn new(code: u16, description: String) -> Self {
        Self { code, description, parameters: None }
    }

    /// An error a test asked for, in its own words.
    pub(crate) fn given(code: u16, description: &str) -> Self {
        Self::new(code, description.to_owned())
    }

    pub(crate) fn bad_request(reason: impl AsRef<str>) -> Self {
        Self::new(400, format!("Bad Request: {}", reason.as_ref()))
    }

    pub(crate) fn unauthorized() -> Self {
        Self::new(401, "Unauthorized".into())
    }

    pub(crate) fn forbidden(reason: impl AsRef<str>) -> Self {
        Self::new(403, format!("Forbidden: {}", reason.as_ref()))
    }

    pub(crate) fn not_found() -> Self {
        Self::new(404, "Not Found".into())
    }

    pub(crate) fn conflict(reason: impl AsRef<str>) -> Self {
        Self::new(409, format!("Conflict: {}", reason.as_ref()))
    }

    /// `retry_after` is in whole seconds, as Telegram counts it.
    pub(crate) fn too_many_requests(retry_after: u64) -> Self {
        Self {
            parameters: Some(json!({ "retry_after": retry_after })),
            ..Self::new(429, format!("Too Many Requests: retry after {retry_after}"))
        }
    }

    /// The group lives on as a supergroup, whose id is in the parameters.
    pub(crate) fn migrated(to: i64) -> Self {
        Self {
            parameters: Some(json!({ "migrate_to_chat_id": to })),
            ..Self::bad_request("group chat was upgraded to a supergroup chat")
        }
    }

    pub(crate) fn body(&self) -> Value {
        let mut body = json!({ "ok": false, "error_code": self.code, "description": self.description });
        if let Some(parameters) = &self.parameters {
            body["parameters"] = parameters.clone();
        }
        body
    }
}
