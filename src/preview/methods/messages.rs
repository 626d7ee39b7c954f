//! Sending: text, photos, "typing".

use serde_json::{Value, json};

use super::super::draft::photo_sizes;
use super::super::entities::Formatted;
use super::super::error::ApiError;
use super::super::params::{Kind, Params, optional, required};
use super::super::state::{Author, Content, Millis, NewMessage, State};
use super::place::{self, Place};
use super::{ENTITIES, LINK_PREVIEW_OPTIONS, Method, REPLY_MARKUP, REPLY_PARAMETERS, text};

/// Most characters of a caption, after parsing.
const CAPTION: usize = 1024;

pub(crate) const METHODS: &[Method] = &[
    Method::sending(
        "sendMessage",
        &[
            required("chat_id", Kind::ChatId),
            optional("message_thread_id", Kind::Integer),
            required("text", Kind::Text),
            optional("parse_mode", Kind::Text),
            optional("entities", ENTITIES),
            optional("link_preview_options", LINK_PREVIEW_OPTIONS),
            optional("disable_notification", Kind::Boolean),
            optional("protect_content", Kind::Boolean),
            optional("reply_parameters", REPLY_PARAMETERS),
            optional("reply_markup", REPLY_MARKUP),
        ],
        send_message,
    ),
    Method::sending(
        "sendPhoto",
        &[
            required("chat_id", Kind::ChatId),
            optional("message_thread_id", Kind::Integer),
            required("photo", Kind::Text),
            optional("caption", Kind::Text),
            optional("parse_mode", Kind::Text),
            optional("caption_entities", ENTITIES),
            optional("show_caption_above_media", Kind::Boolean),
            optional("has_spoiler", Kind::Boolean),
            optional("disable_notification", Kind::Boolean),
            optional("protect_content", Kind::Boolean),
            optional("reply_parameters", REPLY_PARAMETERS),
            optional("reply_markup", REPLY_MARKUP),
        ],
        send_photo,
    ),
    Method::new(
        "sendChatAction",
        &[
            required("chat_id", Kind::ChatId),
            optional("message_thread_id", Kind::Integer),
            required("action", Kind::Text),
        ],
        send_chat_action,
    ),
];

fn send_message(state: &mut State, params: &Params, now: Millis) -> Result<Value, ApiError> {
    let place = place::place(state, params)?;
    let text = text::message(params)?;
    send(state, place, Content::Text(text), params, now)
}

fn send_photo(state: &mut State, params: &Params, now: Millis) -> Result<Value, ApiError> {
    let place = place::place(state, params)?;
    let names = text::Names { text: "caption", parse_mode: "parse_mode", entities: "caption_entities" };
    let caption: Formatted = text::formatted(params, &names)?;
    if caption.n_characters() > CAPTION {
        return Err(ApiError::bad_request("message caption is too long"));
    }
    let content = Content::Media { field: "photo", value: photo_sizes(), caption };
    send(state, place, content, params, now)
}

/// Adds a message of the bot and answers with it.
pub(crate) fn send(
    state: &mut State,
    place: Place,
    content: Content,
    params: &Params,
    now: Millis,
) -> Result<Value, ApiError> {
    let bot = state.bot();
    let is_channel = state.chats[&place.chat].kind == super::super::state::ChatKind::Channel;
    let author = if is_channel { Author::Chat(place.chat) } else { Author::Person(bot) };
    let mut message = NewMessage::new(author, content);
    message.topic = place.topic;
    message.reply_to = place.reply_to;
    message.keyboard = text::keyboard(params.get("reply_markup"))?;
    let id = state.add_message(place.chat, message, now);
    state.chat_actions.remove(&place.chat);
    if let Some(chat) = state.chats.get_mut(&place.chat) {
        chat.last_bot = Some(bot);
    }
    Ok(state.message_json(place.chat, id, now))
}

const ACTIONS: [&str; 11] = [
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
];

fn send_chat_action(state: &mut State, params: &Params, now: Millis) -> Result<Value, ApiError> {
    let place = place::place(state, params)?;
    let action = params.text("action").unwrap_or_default();
    if !ACTIONS.contains(&action) {
        return Err(ApiError::bad_request("wrong parameter action in request"));
    }
    state.chat_actions.insert(place.chat, (action.to_owned(), now));
    Ok(json!(true))
}
