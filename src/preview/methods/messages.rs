//! Sending text; what all sending has in common.

use serde_json::Value;

use super::super::error::ApiError;
use super::super::params::{ParamType, Params, optional, required};
use super::super::state::{Author, ChatKind, Content, Millis, NewMessage, State};
use super::place::{self, SendTarget};
use super::{ENTITIES, LINK_PREVIEW_OPTIONS, Method, REPLY_MARKUP, REPLY_PARAMETERS, text};

pub(crate) const METHODS: &[Method] = &[Method::sending(
    "sendMessage",
    &[
        optional("business_connection_id", ParamType::Text),
        required("chat_id", ParamType::Integer),
        optional("message_thread_id", ParamType::Integer),
        optional("direct_messages_topic_id", ParamType::Integer),
        required("text", ParamType::Text),
        optional("entities", ENTITIES),
        optional("link_preview_options", LINK_PREVIEW_OPTIONS),
        optional("disable_notification", ParamType::Boolean),
        optional("reply_parameters", REPLY_PARAMETERS),
        optional("reply_markup", ParamType::Object(REPLY_MARKUP)),
    ],
    send_message,
)];

fn send_message(state: &mut State, params: &Params, now: Millis) -> Result<Value, ApiError> {
    let place = place::place(state, params)?;
    let text = text::message(params)?;
    send(state, place, Content::Text(text), params, now)
}

/// Adds a message of the bot and answers with it.
pub(crate) fn send(
    state: &mut State,
    place: SendTarget,
    content: Content,
    params: &Params,
    now: Millis,
) -> Result<Value, ApiError> {
    let bot = state.bot();
    let is_channel = state.chats[&place.chat].kind == ChatKind::Channel;
    let author = if is_channel { Author::Chat(place.chat) } else { Author::Person(bot) };
    let mut message = NewMessage::new(author, content);
    message.topic = place.topic;
    message.reply_to = place.reply_to;
    if let Some(pair) = state.chats[&place.chat].pair {
        (message.author, message.is_for_owner) = (pair.owner.into(), true);
    }
    message.keyboard = text::keyboard(params.get("reply_markup"))?;
    let id = state.add_message(place.chat, message, now);
    if let Some(chat) = state.chats.get_mut(&place.chat) {
        chat.last_bot = Some(bot);
    }
    Ok(state.message_json(place.chat, id, now))
}
