//! Answers to taps on buttons and to inline queries.

use serde_json::{Value, json};

use super::super::error::ApiError;
use super::super::params::{Param, ParamType, Params, optional, required};
use super::super::state::{Content, InlineAnswer, InlineResult, Millis, NewMessage, State, TapAnswer};
use super::{ENTITIES, INLINE_KEYBOARD, LINK_PREVIEW_OPTIONS, Method, text};

/// A tap can be answered for this long; Telegram says only "soon", and keeps the update 150 s.
const TAP_LIFETIME: Millis = 150 * 1000;
/// An inline query can be answered for about this long.
const INLINE_LIFETIME: Millis = 30 * 1000;
/// Most characters of the note a tap is answered with.
const TAP_TEXT: usize = 200;
const RESULTS: usize = 50;
/// Most bytes of a result's id.
const RESULT_ID: usize = 64;

const INPUT_TEXT: &[Param] = &[
    required("message_text", ParamType::Text),
    optional("entities", ENTITIES),
    optional("link_preview_options", LINK_PREVIEW_OPTIONS),
];

const ARTICLE: &[Param] = &[
    required("type", ParamType::Text),
    required("id", ParamType::Text),
    required("title", ParamType::Text),
    required("input_message_content", ParamType::Object(INPUT_TEXT)),
    optional("reply_markup", ParamType::Object(INLINE_KEYBOARD)),
    optional("description", ParamType::Text),
];

pub(crate) const METHODS: &[Method] = &[
    Method::new(
        "answerCallbackQuery",
        &[
            required("callback_query_id", ParamType::Text),
            optional("text", ParamType::Text),
            optional("show_alert", ParamType::Boolean),
        ],
        answer_callback_query,
    ),
    Method::new(
        "answerInlineQuery",
        &[
            required("inline_query_id", ParamType::Text),
            required("results", ParamType::ArrayOf(&ParamType::Object(ARTICLE))),
            optional("cache_time", ParamType::Integer),
        ],
        answer_inline_query,
    ),
    Method::new(
        "answerGuestQuery",
        &[required("guest_query_id", ParamType::Text), required("result", ParamType::Object(ARTICLE))],
        answer_guest_query,
    ),
];

fn too_old() -> ApiError {
    ApiError::bad_request("query is too old and response timeout expired or query ID is invalid")
}

fn answer_callback_query(state: &mut State, params: &Params, now: Millis) -> Result<Value, ApiError> {
    let text = params.text("text").filter(|text| !text.is_empty());
    if text.is_some_and(|text| text.chars().count() > TAP_TEXT) {
        return Err(ApiError::bad_request("MESSAGE_TOO_LONG"));
    }
    let id = params.text("callback_query_id").unwrap_or_default();
    let tap = state.taps.get_mut(id).ok_or_else(too_old)?;
    if tap.answer.is_some() || now - tap.at > TAP_LIFETIME {
        return Err(too_old());
    }
    tap.answer = Some(TapAnswer { text: text.map(str::to_owned), is_alert: params.is_set("show_alert") });
    Ok(json!(true))
}

fn answer_inline_query(state: &mut State, params: &Params, now: Millis) -> Result<Value, ApiError> {
    let results = params.array("results").map(Vec::as_slice).unwrap_or_default();
    if results.len() > RESULTS {
        return Err(ApiError::bad_request("RESULTS_TOO_MUCH"));
    }
    let results: Vec<InlineResult> = results.iter().map(article).collect::<Result<_, _>>()?;
    for (index, result) in results.iter().enumerate() {
        if results[..index].iter().any(|it| it.id == result.id) {
            return Err(ApiError::bad_request("RESULT_ID_DUPLICATE"));
        }
    }
    let id = params.text("inline_query_id").unwrap_or_default();
    let query = state.inline_queries.get_mut(id).ok_or_else(too_old)?;
    if query.answer.is_some() || now - query.at > INLINE_LIFETIME {
        return Err(too_old());
    }
    query.answer = Some(InlineAnswer { results, cache_time: params.integer("cache_time").unwrap_or(300) });
    Ok(json!(true))
}

/// It may be answered once, and is kept with the inline queries. How long it may be answered is not documented; here as
/// long as those.
fn answer_guest_query(state: &mut State, params: &Params, now: Millis) -> Result<Value, ApiError> {
    let result = article(params.get("result").unwrap_or(&Value::Null))?;
    let id = params.text("guest_query_id").unwrap_or_default();
    let query = state.inline_queries.get_mut(id).ok_or_else(too_old)?;
    if query.answer.is_some() || now - query.at > INLINE_LIFETIME {
        return Err(too_old());
    }
    let guest_of = query.guest_of;
    query.answer = Some(InlineAnswer { results: vec![result.clone()], cache_time: 0 });
    if let Some((chat, question)) = guest_of {
        let mut message = NewMessage::new(state.bot().into(), Content::Text(result.content));
        (message.reply_to, message.keyboard) = (Some(question), result.keyboard);
        state.add_message(chat, message, now);
    }
    Ok(json!({ "inline_message_id": format!("guest{id}") }))
}

fn article(result: &Value) -> Result<InlineResult, ApiError> {
    let field = |name: &str| result[name].as_str().unwrap_or_default();
    if field("type") != "article" {
        return Err(ApiError::bad_request("inline results other than articles are not served here"));
    }
    if !(1..=RESULT_ID).contains(&field("id").len()) {
        return Err(ApiError::bad_request("RESULT_ID_INVALID"));
    }
    if field("title").trim().is_empty() {
        return Err(ApiError::bad_request("article title is empty"));
    }
    let content = &result["input_message_content"];
    let content = text::parse(content["message_text"].as_str().unwrap_or_default(), content.get("entities"))?;
    Ok(InlineResult {
        id: field("id").to_owned(),
        title: field("title").to_owned(),
        description: result["description"].as_str().map(str::to_owned),
        content: text::check_message(content)?,
        keyboard: text::keyboard(result.get("reply_markup"))?,
    })
}
