//! `sendPhoto`: a picture that is uploaded, that Telegram already has, or that it fetches.

use serde_json::{Value, json};

use super::super::error::ApiError;
use super::super::params::{ParamType, Params, optional, required};
use super::super::state::{Content, Millis, State};
use super::{ENTITIES, Method, REPLY_MARKUP, REPLY_PARAMETERS, messages, place, text};
use crate::knowledge::is_on_the_web;

/// Most characters below a photo, after parsing.
const CAPTION: usize = 1024;

pub(crate) const METHODS: &[Method] = &[Method::sending(
    "sendPhoto",
    &[
        optional("business_connection_id", ParamType::Text),
        required("chat_id", ParamType::Integer),
        optional("message_thread_id", ParamType::Integer),
        optional("direct_messages_topic_id", ParamType::Integer),
        required("photo", ParamType::Text),
        optional("caption", ParamType::Text),
        optional("caption_entities", ENTITIES),
        optional("disable_notification", ParamType::Boolean),
        optional("reply_parameters", REPLY_PARAMETERS),
        optional("reply_markup", ParamType::Object(REPLY_MARKUP)),
    ],
    send_photo,
)];

fn send_photo(state: &mut State, params: &Params, now: Millis) -> Result<Value, ApiError> {
    let place = place::place(state, params)?;
    let caption = text::formatted(params, "caption", "caption_entities")?;
    if caption.n_characters() > CAPTION {
        return Err(ApiError::bad_request("message caption is too long"));
    }
    let value = sizes(state, params.text("photo").unwrap_or_default())?;
    messages::send(state, place, Content::Media { field: "photo", value, caption }, params, now)
}

/// The picture as Telegram reports it, here in one size.
pub(super) fn sizes(state: &State, photo: &str) -> Result<Value, ApiError> {
    let (mut width, mut height) = (640, 480);
    if let Some(bytes) = state.pictures.get(photo) {
        let size = imagesize::blob_size(bytes).map_err(|_| ApiError::bad_request("IMAGE_PROCESS_FAILED"))?;
        (width, height) = (size.width, size.height);
        if width + height > 10_000 || width > 20 * height || height > 20 * width {
            return Err(ApiError::bad_request("PHOTO_INVALID_DIMENSIONS"));
        }
    } else if !is_on_the_web(photo) {
        return Err(ApiError::bad_request("wrong file identifier/HTTP URL specified"));
    }
    Ok(
        json!([{ "file_id": photo, "file_unique_id": format!("u{}", photo.len()), "width": width, "height": height }]),
    )
}
