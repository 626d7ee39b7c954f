//! The methods served here: each file holds a group of them, with tables of their parameters.

mod account;
mod business;
mod chats;
mod edits;
mod messages;
mod photos;
mod place;
mod polls;
mod queries;
mod text;
pub(crate) mod updates;

use serde_json::Value;

use super::error::ApiError;
use super::params::{Param, ParamType, Params, optional, required};
use super::state::{ChatId, Millis, State};

/// What a method does.
pub(crate) enum Serve {
    /// Changes the state, and answers.
    AtOnce(fn(&mut State, &Params, Millis) -> Result<Value, ApiError>),
    /// Long polling, the one method that waits.
    GetUpdates,
}

/// One method of the Bot API.
pub(crate) struct Method {
    pub(crate) name: &'static str,
    pub(crate) params: &'static [Param],
    pub(crate) serve: Serve,
    /// Whether flood limits count it: everything that people see in a chat.
    pub(crate) is_sending: bool,
}

impl Method {
    const fn new(
        name: &'static str,
        params: &'static [Param],
        serve: fn(&mut State, &Params, Millis) -> Result<Value, ApiError>,
    ) -> Self {
        Self { name, params, serve: Serve::AtOnce(serve), is_sending: false }
    }

    const fn sending(
        name: &'static str,
        params: &'static [Param],
        serve: fn(&mut State, &Params, Millis) -> Result<Value, ApiError>,
    ) -> Self {
        Self { is_sending: true, ..Self::new(name, params, serve) }
    }
}

const METHODS: [&[Method]; 9] = [
    updates::METHODS,
    account::METHODS,
    messages::METHODS,
    photos::METHODS,
    edits::METHODS,
    polls::METHODS,
    queries::METHODS,
    chats::METHODS,
    business::METHODS,
];

/// The method of this name; capitals do not matter, as on Telegram.
pub(crate) fn find(name: &str) -> Option<&'static Method> {
    METHODS.into_iter().flatten().find(|method| method.name.eq_ignore_ascii_case(name))
}

/// Refuses what is sent too fast, where the options ask for it.
pub(crate) fn check_flood(
    state: &mut State,
    method: &Method,
    params: &Params,
    now: Millis,
) -> Result<(), ApiError> {
    if !method.is_sending || !state.options.flood_limits {
        return Ok(());
    }
    let chat = params.integer("chat_id").map(ChatId);
    let is_group = chat.and_then(|chat| state.chats.get(&chat)).is_some_and(super::state::Chat::is_group);
    state.flood.admit(chat, is_group, now).map_err(ApiError::too_many_requests)
}

const MESSAGE_ENTITY: ParamType = ParamType::Object(&[
    required("type", ParamType::Text),
    required("offset", ParamType::Integer),
    required("length", ParamType::Integer),
    optional("url", ParamType::Text),
    optional("language", ParamType::Text),
]);

const ENTITIES: ParamType = ParamType::ArrayOf(&MESSAGE_ENTITY);

const LINK_PREVIEW_OPTIONS: ParamType = ParamType::Object(&[
    optional("is_disabled", ParamType::Boolean),
    optional("prefer_small_media", ParamType::Boolean),
    optional("prefer_large_media", ParamType::Boolean),
    optional("show_above_text", ParamType::Boolean),
]);

const REPLY_PARAMETERS: ParamType = ParamType::Object(&[
    required("message_id", ParamType::Integer),
    optional("allow_sending_without_reply", ParamType::Boolean),
]);

const INPUT_MEDIA: ParamType =
    ParamType::Object(&[required("type", ParamType::Text), required("media", ParamType::Text)]);

const BUTTON: ParamType = ParamType::Object(&[
    required("text", ParamType::Text),
    optional("url", ParamType::Text),
    optional("callback_data", ParamType::Text),
]);

/// What may go below a new message: an inline keyboard, or the reply that it opens.
const REPLY_MARKUP: &[Param] = &[
    optional("inline_keyboard", ParamType::ArrayOf(&ParamType::ArrayOf(&BUTTON))),
    optional("force_reply", ParamType::Boolean),
    optional("input_field_placeholder", ParamType::Text),
    optional("selective", ParamType::Boolean),
];

const INLINE_KEYBOARD: &[Param] =
    &[required("inline_keyboard", ParamType::ArrayOf(&ParamType::ArrayOf(&BUTTON)))];
