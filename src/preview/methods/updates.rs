//! How the bot gets its updates: long polling, or a webhook.

use std::time::Duration;

use serde_json::{Value, json};

use super::super::error::ApiError;
use super::super::params::{ParamType, Params, optional, required};
use super::super::state::{Millis, State, Webhook};
use super::super::world::World;
use super::{Method, Serve};

/// Seconds Telegram holds a getUpdates call at most.
const LONGEST_POLL: u64 = 50;

const ALLOWED_UPDATES: ParamType = ParamType::ArrayOf(&ParamType::Text);

pub(crate) const METHODS: &[Method] = &[
    Method {
        name: "getUpdates",
        params: &[
            optional("offset", ParamType::Integer),
            optional("limit", ParamType::Integer),
            optional("timeout", ParamType::Integer),
            optional("allowed_updates", ALLOWED_UPDATES),
        ],
        serve: Serve::GetUpdates,
        is_sending: false,
    },
    Method::new(
        "setWebhook",
        &[
            required("url", ParamType::Text),
            optional("allowed_updates", ALLOWED_UPDATES),
            optional("secret_token", ParamType::Text),
            optional("max_connections", ParamType::Integer),
        ],
        set_webhook,
    ),
    Method::new("deleteWebhook", &[], delete_webhook),
    Method::new("getWebhookInfo", &[], get_webhook_info),
];

/// Long polling: waits for an update, a newer poller, or the time it was given.
pub(crate) async fn poll(world: &World, params: &Params) -> Result<Value, ApiError> {
    let asked = params.integer("timeout").and_then(|it| u64::try_from(it).ok()).unwrap_or(0);
    let timeout = Duration::from_secs(asked.min(LONGEST_POLL));
    let limit = params.integer("limit").and_then(|it| usize::try_from(it).ok()).unwrap_or(100);
    let limit = limit.clamp(1, 100);

    let mut changes = world.changes();
    let ticket = world.change(|state, _| {
        check_no_webhook(state)?;
        if let Some(kinds) = params.array("allowed_updates") {
            state.updates.allow(names(kinds));
        }
        state.updates.confirm(params.integer("offset").unwrap_or(0));
        state.updates.poller += 1;
        state.updates.n_polls += 1;
        Ok(state.updates.poller)
    })?;
    let _under_way = UnderWay(world);
    let found = async {
        loop {
            changes.borrow_and_update();
            let updates = world.quietly(|state, now| {
                check_no_webhook(state)?;
                if state.updates.poller != ticket {
                    return Err(ApiError::conflict(
                        "terminated by other getUpdates request; make sure that only one bot \
                         instance is running",
                    ));
                }
                Ok(state.updates.oldest(limit, now))
            })?;
            if !updates.is_empty() {
                return Ok(json!(updates));
            }
            tokio::select! {
                _ = changes.changed() => {}
                () = world.closed() => return Ok(json!([])),
            }
        }
    };
    match tokio::time::timeout(timeout, found).await {
        Ok(result) => result,
        Err(_) => Ok(json!([])),
    }
}

/// Counts a getUpdates call until it ends, also when the bot hangs up.
struct UnderWay<'a>(&'a World);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.quietly(|state, _| state.updates.n_polls -= 1);
    }
}

fn check_no_webhook(state: &State) -> Result<(), ApiError> {
    match state.webhook {
        None => Ok(()),
        Some(_) => Err(ApiError::conflict(
            "can't use getUpdates method while webhook is active; use deleteWebhook to delete \
             the webhook first",
        )),
    }
}

fn names(kinds: &[Value]) -> Vec<String> {
    kinds.iter().filter_map(|kind| kind.as_str().map(str::to_owned)).collect()
}

/// Telegram asks for `https`; here it is `http` to this machine, since nothing may leave it.
fn set_webhook(state: &mut State, params: &Params, _: Millis) -> Result<Value, ApiError> {
    if let Some(kinds) = params.array("allowed_updates") {
        state.updates.allow(names(kinds));
    }
    let url = params.text("url").unwrap_or_default();
    if url.is_empty() {
        state.webhook = None;
        return Ok(json!(true));
    }
    if super::super::webhook::target(url).is_none() {
        return Err(ApiError::bad_request(
            "bad webhook: the preview delivers to http://127.0.0.1:PORT/… only",
        ));
    }
    let secret = params.text("secret_token").map(str::to_owned);
    let is_secret = |it: &String| {
        (1..=256).contains(&it.len())
            && it.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
    };
    if secret.as_ref().is_some_and(|it| !is_secret(it)) {
        return Err(ApiError::bad_request("secret token contains unallowed characters"));
    }
    // 1 to 100, "Defaults to 40".
    let max_connections = params.integer("max_connections").unwrap_or(40).clamp(1, 100);
    let max_connections = usize::try_from(max_connections).unwrap_or(1);
    state.webhook = Some(Webhook { url: url.to_owned(), secret, max_connections, last_error: None });
    Ok(json!(true))
}

fn delete_webhook(state: &mut State, _: &Params, _: Millis) -> Result<Value, ApiError> {
    state.webhook = None;
    Ok(json!(true))
}

fn get_webhook_info(state: &mut State, _: &Params, _: Millis) -> Result<Value, ApiError> {
    let mut info = json!({
        "url": "", "has_custom_certificate": false, "pending_update_count": state.updates.len(),
    });
    if let Some(webhook) = &state.webhook {
        info["url"] = json!(webhook.url);
        if let Some((at, message)) = &webhook.last_error {
            info["last_error_date"] = json!(at / 1000);
            info["last_error_message"] = json!(message);
        }
    }
    if let Some(allowed) = &state.updates.allowed {
        info["allowed_updates"] = json!(allowed);
    }
    Ok(info)
}
