//! Text with its markup, and keyboards, as methods take them.

use serde_json::Value;

use super::super::entities::{self, Entity, Formatted};
use super::super::error::ApiError;
use super::super::params::Params;
use super::super::state::{Button, Keyboard};

/// Most bytes of `callback_data`.
const CALLBACK_DATA: usize = 64;
/// Most characters of a message, after parsing.
const MESSAGE: usize = 4096;
/// Most buttons of a keyboard, and of a row of it.
const BUTTONS: usize = 100;
const BUTTONS_IN_ROW: usize = 8;

/// Reads a text and its entities, by the names of their parameters; a missing text is empty.
pub(crate) fn formatted(params: &Params, text: &str, entities: &str) -> Result<Formatted, ApiError> {
    parse(params.text(text).unwrap_or_default(), params.get(entities))
}

pub(crate) fn parse(text: &str, given: Option<&Value>) -> Result<Formatted, ApiError> {
    let entities: Vec<Entity> = match given {
        Some(given) => serde_json::from_value(given.clone())
            .map_err(|error| ApiError::bad_request(format!("can't parse MessageEntity: {error}")))?,
        None => Vec::new(),
    };
    entities::check_given(text, &entities).map_err(ApiError::bad_request)?;
    Ok(Formatted { text: text.to_owned(), entities }.trimmed().with_detected())
}

/// The text of a message: never empty, never longer than Telegram takes.
pub(crate) fn message(params: &Params) -> Result<Formatted, ApiError> {
    check_message(formatted(params, "text", "entities")?)
}

pub(crate) fn check_message(text: Formatted) -> Result<Formatted, ApiError> {
    if text.text.is_empty() {
        return Err(ApiError::bad_request("message text is empty"));
    }
    if text.n_characters() > MESSAGE {
        return Err(ApiError::bad_request("message is too long"));
    }
    Ok(text)
}

/// The inline keyboard of a request; one without buttons counts as none.
pub(crate) fn keyboard(markup: Option<&Value>) -> Result<Option<Keyboard>, ApiError> {
    let Some(rows) = markup.and_then(|it| it.get("inline_keyboard")) else { return Ok(None) };
    let rows: Keyboard = serde_json::from_value(rows.clone())
        .map_err(|error| ApiError::bad_request(format!("can't parse inline keyboard: {error}")))?;
    let rows: Keyboard = rows.into_iter().filter(|row| !row.is_empty()).collect();
    for row in &rows {
        row.iter().try_for_each(check_button)?;
    }
    let n_buttons: usize = rows.iter().map(Vec::len).sum();
    if n_buttons > BUTTONS || rows.iter().any(|row| row.len() > BUTTONS_IN_ROW) {
        return Err(ApiError::bad_request("reply markup is too long"));
    }
    Ok((!rows.is_empty()).then_some(rows))
}

fn check_button(button: &Button) -> Result<(), ApiError> {
    if button.text.trim().is_empty() {
        return Err(ApiError::bad_request("can't parse inline keyboard button: Text must be non-empty"));
    }
    if button.callback_data.as_ref().is_some_and(|data| !(1..=CALLBACK_DATA).contains(&data.len())) {
        return Err(ApiError::bad_request("BUTTON_DATA_INVALID"));
    }
    if button.url.as_ref().is_some_and(|url| !is_link(url)) {
        return Err(ApiError::bad_request(format!(
            "inline keyboard button URL '{}' is invalid: Wrong HTTP URL",
            button.url.as_deref().unwrap_or_default()
        )));
    }
    match (&button.callback_data, &button.url) {
        (None, None) => Err(ApiError::bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        )),
        (Some(_), Some(_)) => Err(ApiError::bad_request("a button can have one action only")),
        _ => Ok(()),
    }
}

fn is_link(url: &str) -> bool {
    ["https://", "http://", "tg://"]
        .iter()
        .any(|scheme| url.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty() && !rest.contains(' ')))
}
