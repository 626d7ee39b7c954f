//! `sendPoll` and `stopPoll`, as of Bot API 10.1.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::entities::Formatted;
use super::super::error::ApiError;
use super::super::params::{ParamType, Params, optional, required};
use super::super::polls::Poll;
use super::super::state::{ChatKind, Content, MessageId, Millis, State};
use super::{ENTITIES, INPUT_MEDIA, Method, REPLY_PARAMETERS, messages, photos, place, text};

/// Telegram's limits, in characters after parsing.
const QUESTION: usize = 300;
const OPTION: usize = 100;
const OPTIONS: usize = 12;
const EXPLANATION: usize = 200;
const EXPLANATION_LINE_FEEDS: usize = 2;
/// Seconds a poll can be open.
const OPEN_PERIOD: std::ops::RangeInclusive<i64> = 5..=2_628_000;

pub(crate) const METHODS: &[Method] = &[
    Method::sending(
        "sendPoll",
        &[
            required("chat_id", ParamType::Integer),
            optional("message_thread_id", ParamType::Integer),
            required("question", ParamType::Text),
            required("options", ParamType::ArrayOf(&ParamType::Object(&[required("text", ParamType::Text)]))),
            optional("is_anonymous", ParamType::Boolean),
            optional("type", ParamType::Text),
            optional("allows_multiple_answers", ParamType::Boolean),
            optional("allows_revoting", ParamType::Boolean),
            optional("shuffle_options", ParamType::Boolean),
            optional("correct_option_ids", ParamType::ArrayOf(&ParamType::Integer)),
            optional("explanation", ParamType::Text),
            optional("explanation_entities", ENTITIES),
            optional("open_period", ParamType::Integer),
            optional("protect_content", ParamType::Boolean),
            optional("reply_parameters", REPLY_PARAMETERS),
            optional("media", INPUT_MEDIA),
            optional("explanation_media", INPUT_MEDIA),
        ],
        send_poll,
    ),
    Method::sending(
        "stopPoll",
        &[required("chat_id", ParamType::Integer), required("message_id", ParamType::Integer)],
        stop_poll,
    ),
];

fn send_poll(state: &mut State, params: &Params, now: Millis) -> Result<Value, ApiError> {
    let place = place::place(state, params)?;
    let chat = &state.chats[&place.chat];
    if chat.is_direct_messages {
        return Err(ApiError::bad_request("polls can't be sent to channel direct messages chats"));
    }
    if !chat.may_send_polls {
        return Err(ApiError::bad_request("not enough rights to send polls to the chat"));
    }
    let is_anonymous = params.flag("is_anonymous").unwrap_or(true);
    if !is_anonymous && chat.kind == ChatKind::Channel {
        return Err(ApiError::bad_request("non-anonymous polls can't be sent to channel chats"));
    }
    let question = question(params)?;
    let options = options(params)?;
    let is_quiz = match params.text("type") {
        None | Some("" | "regular") => false,
        Some("quiz") => true,
        Some(_) => return Err(ApiError::bad_request("unsupported poll type specified")),
    };
    let correct = if is_quiz { Some(correct_options(params, options.len())?) } else { None };
    let poll = Poll {
        id: state.fresh_id(),
        question,
        options,
        explanation: if is_quiz { explanation(params)? } else { None },
        media: media(state, params, "media")?,
        explanation_media: media(state, params, "explanation_media")?,
        is_anonymous,
        allows_multiple_answers: params.is_set("allows_multiple_answers"),
        allows_revoting: params.flag("allows_revoting").unwrap_or(!is_quiz),
        shuffles_options: params.is_set("shuffle_options"),
        open_period: params.integer("open_period"),
        closes_at: closing_time(params, now)?,
        was_stopped: false,
        correct,
        votes: BTreeMap::new(),
    };
    let id = poll.id.clone();
    state.polls.insert(id.clone(), poll);
    messages::send(state, place, Content::Poll(id), params, now)
}

/// A picture of a poll. An older server does not know the parameter.
fn media(state: &State, params: &Params, name: &str) -> Result<Option<Value>, ApiError> {
    let Some(media) = params.get(name).filter(|_| state.options.knows_poll_media) else { return Ok(None) };
    if media["type"] != "photo" {
        return Err(ApiError::bad_request("unsupported type of media"));
    }
    photos::sizes(state, media["media"].as_str().unwrap_or_default()).map(Some)
}

fn question(params: &Params) -> Result<Formatted, ApiError> {
    let question = Formatted::detected(params.text("question").unwrap_or_default());
    if question.text.is_empty() {
        return Err(ApiError::bad_request("poll question must be non-empty"));
    }
    if question.n_characters() > QUESTION {
        return Err(ApiError::bad_request(format!("poll question length must not exceed {QUESTION}")));
    }
    Ok(question)
}

fn options(params: &Params) -> Result<Vec<String>, ApiError> {
    let given = params.array("options").map(Vec::as_slice).unwrap_or_default();
    if given.is_empty() {
        return Err(ApiError::bad_request("poll must have at least one answer option"));
    }
    if given.len() > OPTIONS {
        return Err(ApiError::bad_request(format!("poll can't have more than {OPTIONS} options")));
    }
    let mut options = Vec::with_capacity(given.len());
    for option in given {
        let option = Formatted::detected(option["text"].as_str().unwrap_or_default());
        if option.text.is_empty() {
            return Err(ApiError::bad_request("poll options must be non-empty"));
        }
        if option.n_characters() > OPTION {
            return Err(ApiError::bad_request(format!("poll options length must not exceed {OPTION}")));
        }
        options.push(option.text);
    }
    Ok(options)
}

/// The right options of a quiz: an increasing list.
fn correct_options(params: &Params, n_options: usize) -> Result<Vec<usize>, ApiError> {
    let ids = params.array("correct_option_ids").map(Vec::as_slice).unwrap_or_default();
    let ids: Vec<i64> = ids.iter().filter_map(Value::as_i64).collect();
    if ids.is_empty() {
        return Err(ApiError::bad_request("correct quiz option list must be non-empty"));
    }
    if !ids.is_sorted_by(|a, b| a < b) {
        return Err(ApiError::bad_request("correct quiz options must be in increasing order"));
    }
    if ids.len() > 1 && !params.is_set("allows_multiple_answers") {
        return Err(ApiError::bad_request("quiz with one answer has more than one correct option"));
    }
    ids.into_iter()
        .map(|id| usize::try_from(id).ok().filter(|id| *id < n_options))
        .collect::<Option<_>>()
        .ok_or_else(|| ApiError::bad_request("wrong correct option ID specified"))
}

fn explanation(params: &Params) -> Result<Option<Formatted>, ApiError> {
    let explanation = text::formatted(params, "explanation", "explanation_entities")?;
    if explanation.n_characters() > EXPLANATION {
        return Err(ApiError::bad_request("message is too long"));
    }
    if explanation.text.matches('\n').count() > EXPLANATION_LINE_FEEDS {
        return Err(ApiError::bad_request("too many line feeds in the poll explanation"));
    }
    Ok((!explanation.text.is_empty()).then_some(explanation))
}

fn closing_time(params: &Params, now: Millis) -> Result<Option<Millis>, ApiError> {
    let Some(seconds) = params.integer("open_period") else { return Ok(None) };
    if !OPEN_PERIOD.contains(&seconds) {
        return Err(ApiError::bad_request("poll open period must be between 5 and 2628000 seconds"));
    }
    Ok(Some(now + seconds * 1000))
}

fn stop_poll(state: &mut State, params: &Params, now: Millis) -> Result<Value, ApiError> {
    let chat = place::reachable_chat(state, params)?;
    let id = MessageId(params.integer("message_id").unwrap_or_default());
    let not_found = || ApiError::bad_request("message with poll to stop not found");
    let bot = super::super::state::Author::Person(state.bot());
    let chat = state.chats.get_mut(&chat).expect("reachable chats exist");
    let message = chat.messages.get_mut(&id).ok_or_else(not_found)?;
    let Content::Poll(poll) = &message.content else { return Err(not_found()) };
    if message.author != bot && message.author != super::super::state::Author::Chat(chat.id) {
        return Err(ApiError::bad_request("poll can't be stopped"));
    }
    let poll = state.polls.get_mut(poll).ok_or_else(not_found)?;
    if poll.was_stopped {
        return Err(ApiError::bad_request("poll has already been closed"));
    }
    message.keyboard = None;
    poll.was_stopped = true;
    let stopped = poll.to_json(now);
    state.updates.push("poll", stopped.clone(), now);
    Ok(json!(stopped))
}
