//! Trouble on demand: answers a test wants the bot to survive.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::watch;

use super::error::ApiError;
use super::state::ChatId;

/// What goes wrong with a request.
#[derive(Debug, Clone, PartialEq)]
pub enum Failure {
    /// An error as the Bot API words it: 401, 403, 409, 500 and so on.
    Error { code: u16, description: String },
    /// `502 Bad Gateway` with a page of HTML, as a broken proxy in front of Telegram gives.
    BadGateway,
    /// `429 Too Many Requests`; the number is `retry_after` in seconds.
    TooManyRequests(u64),
    /// The connection is closed without a byte of an answer.
    Cut,
    /// No answer until [`FaultHandle::release`].
    Hang,
    /// 200 and a body that is not JSON.
    Garbage,
}

impl Failure {
    /// `500 Internal Server Error`.
    pub fn internal() -> Self {
        Self::Error { code: 500, description: "Internal Server Error".into() }
    }

    /// `401 Unauthorized`: the token was revoked.
    pub fn unauthorized() -> Self {
        Self::Error { code: 401, description: "Unauthorized".into() }
    }
}

/// Which requests fail, and how: by default every one, for ever.
#[derive(Debug, Clone)]
pub struct Fault {
    failure: Failure,
    method: Option<String>,
    chat: Option<ChatId>,
    every: usize,
    times: Option<usize>,
    after_effect: bool,
}

impl Fault {
    pub fn new(failure: Failure) -> Self {
        Self { failure, method: None, chat: None, every: 1, times: None, after_effect: false }
    }

    /// Only requests of this method, spelt as the Bot API spells it.
    pub fn method(mut self, method: &str) -> Self {
        self.method = Some(method.to_owned());
        self
    }

    /// Only requests about this chat.
    pub fn chat(mut self, chat: impl Into<ChatId>) -> Self {
        self.chat = Some(chat.into());
        self
    }

    /// Only every `n`th of the requests meant, the `n`th first.
    pub fn every(mut self, n: usize) -> Self {
        self.every = n.max(1);
        self
    }

    /// Only this many times.
    pub fn times(mut self, n: usize) -> Self {
        self.times = Some(n);
        self
    }

    /// The request is carried out first; only its answer is lost.
    pub fn after_effect(mut self) -> Self {
        self.after_effect = true;
        self
    }
}

/// An active fault; [`FaultHandle::release`] ends it and lets go of the requests that hang.
#[derive(Debug, Clone)]
pub struct FaultHandle(Arc<watch::Sender<bool>>);

impl FaultHandle {
    pub fn release(&self) {
        self.0.send_replace(true);
    }
}

/// The active faults, oldest first; the first that fits a request decides.
#[derive(Debug, Default)]
pub(crate) struct Rules(Vec<Rule>);

#[derive(Debug)]
struct Rule {
    fault: Fault,
    seen: usize,
    released: Arc<watch::Sender<bool>>,
}

/// A fault that struck one request.
#[derive(Debug)]
pub(crate) struct Strike {
    pub(crate) failure: Failure,
    pub(crate) after_effect: bool,
    pub(crate) released: watch::Receiver<bool>,
}

impl Rules {
    pub(crate) fn add(&mut self, fault: Fault) -> FaultHandle {
        let released = Arc::new(watch::Sender::new(false));
        self.0.push(Rule { fault, seen: 0, released: released.clone() });
        FaultHandle(released)
    }

    pub(crate) fn strike(&mut self, method: &str, params: &Value) -> Option<Strike> {
        self.0.retain(|rule| !*rule.released.borrow() && rule.fault.times != Some(0));
        let rule = self.0.iter_mut().find(|rule| {
            let fault = &rule.fault;
            let method_fits = fault.method.as_deref().is_none_or(|it| it.eq_ignore_ascii_case(method));
            method_fits && fault.chat.is_none_or(|chat| params["chat_id"] == json!(chat))
        })?;
        rule.seen += 1;
        if rule.seen % rule.fault.every != 0 {
            return None;
        }
        rule.fault.times = rule.fault.times.map(|n| n - 1);
        Some(Strike {
            failure: rule.fault.failure.clone(),
            after_effect: rule.fault.after_effect,
            released: rule.released.subscribe(),
        })
    }
}

impl Failure {
    /// The error in the Bot API's own form, where the failure has one.
    pub(crate) fn as_error(&self) -> Option<ApiError> {
        match self {
            Self::Error { code, description } => Some(ApiError::given(*code, description)),
            Self::TooManyRequests(seconds) => Some(ApiError::too_many_requests(*seconds)),
            Self::BadGateway | Self::Cut | Self::Hang | Self::Garbage => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strikes(rules: &mut Rules, method: &str, chat: i64) -> bool {
        rules.strike(method, &json!({ "chat_id": chat })).is_some()
    }

    #[test]
    fn a_fault_strikes_only_what_it_is_meant_for() {
        let mut rules = Rules::default();
        rules.add(Fault::new(Failure::Cut).method("sendMessage").chat(ChatId(1)).times(2));
        assert!(!strikes(&mut rules, "sendPoll", 1));
        assert!(!strikes(&mut rules, "sendMessage", 2));
        assert!(strikes(&mut rules, "sendMessage", 1));
        assert!(strikes(&mut rules, "sendMessage", 1));
        assert!(!strikes(&mut rules, "sendMessage", 1));
    }

    #[test]
    fn every_third_request_fails_until_released() {
        let mut rules = Rules::default();
        let handle = rules.add(Fault::new(Failure::internal()).every(3));
        let struck: Vec<bool> = (0..6).map(|_| strikes(&mut rules, "getMe", 0)).collect();
        assert_eq!(struck, [false, false, true, false, false, true]);
        handle.release();
        assert!((0..6).all(|_| !strikes(&mut rules, "getMe", 0)));
    }
}
