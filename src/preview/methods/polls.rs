//! `sendPoll` and `stopPoll`, as of Bot API 10.1.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::entities::Formatted;
use super::super::error::ApiError;
use super::super::params::{Kind, Params, optional, required};
use super::super::polls::Poll;
use super::super::state::{ChatKind, Content, MessageId, Millis, State};
use super::{ENTITIES, INLINE_KEYBOARD, Method, REPLY_MARKUP, REPLY_PARAMETERS, messages, place, text};

/// Telegram's limits, in characters after parsing.
const QUESTION: usize = 300;
const OPTION: usize = 100;
const OPTIONS: usize = 12;
const EXPLANATION: usize = 200;
const EXPLANATION_LINE_FEEDS: usize = 2;
const DESCRIPTION: usize = 1024;
/// Seconds a poll can be open.
const OPEN_PERIOD: std::ops::RangeInclusive<i64> = 5..=2_628_000;

pub(crate) const METHODS: &[Method] = &[
    Method::sending(
        "sendPoll",
        &[
            required("chat_id", Kind::ChatId),
            optional("message_thread_id", Kind::Integer),
            required("question", Kind::Text),
            optional("question_parse_mode", Kind::Text),
            optional("question_entities", ENTITIES),
            required(
                "options",
                Kind::ArrayOf(&Kind::Object(&[
                    required("text", Kind::Text),
                    optional("text_parse_mode", Kind::Text),
                    optional("text_entities", ENTITIES),
                ])),
            ),
            optional("is_anonymous", Kind::Boolean),
            optional("type", Kind::Text),
            optional("allows_multiple_answers", Kind::Boolean),
            optional("allows_revoting", Kind::Boolean),
            optional("shuffle_options", Kind::Boolean),
            optional("hide_results_until_closes", Kind::Boolean),
            optional("correct_option_ids", Kind::ArrayOf(&Kind::Integer)),
            // Before Bot API 9.6; Telegram still takes it where the new one is absent.
            optional("correct_option_id", Kind::Integer),
            optional("explanation", Kind::Text),
            optional("explanation_parse_mode", Kind::Text),
            optional("explanation_entities", ENTITIES),
            optional("open_period", Kind::Integer),
            optional("close_date", Kind::Integer),
            optional("is_closed", Kind::Boolean),
            optional("description", Kind::Text),
            optional("description_parse_mode", Kind::Text),
            optional("description_entities", ENTITIES),
            optional("disable_notification", Kind::Boolean),
            optional("protect_content", Kind::Boolean),
            optional("reply_parameters", REPLY_PARAMETERS),
            optional("reply_markup", REPLY_MARKUP),
        ],
        send_poll,
    ),
    Method::sending(
        "stopPoll",
        &[
            required("chat_id", Kind::ChatId),
            required("message_id", Kind::Integer),
            optional("reply_markup", Kind::Object(INLINE_KEYBOARD)),
        ],
        stop_poll,
    ),
];

fn send_poll(state: &mut State, params: &Params, now: Millis) -> Result<Value, ApiError> {
    let place = place::place(state, params)?;
    let chat = &state.chats[&place.chat];
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
        description: description(params)?,
        is_anonymous,
        allows_multiple_answers: params.is_set("allows_multiple_answers"),
        allows_revoting: params.flag("allows_revoting").unwrap_or(!is_quiz),
        shuffles_options: params.is_set("shuffle_options"),
        hides_results: params.is_set("hide_results_until_closes"),
        open_period: params.integer("open_period"),
        closes_at: closing_time(params, now)?,
        was_stopped: params.is_set("is_closed"),
        correct,
        votes: BTreeMap::new(),
    };
    let id = poll.id.clone();
    state.polls.insert(id.clone(), poll);
    messages::send(state, place, Content::Poll(id), params, now)
}

fn question(params: &Params) -> Result<Formatted, ApiError> {
    let question = text::formatted(
        params,
        &text::Names { text: "question", parse_mode: "question_parse_mode", entities: "question_entities" },
    )?;
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
        let text = option["text"].as_str().unwrap_or_default();
        let mode = option["text_parse_mode"].as_str();
        let option = text::parse(text, mode, option.get("text_entities"))?;
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

/// The right options of a quiz: an increasing list, or the one of older versions of the API.
fn correct_options(params: &Params, n_options: usize) -> Result<Vec<usize>, ApiError> {
    let ids: Vec<i64> = match params.array("correct_option_ids") {
        Some(ids) => ids.iter().filter_map(Value::as_i64).collect(),
        None => params.integer("correct_option_id").into_iter().collect(),
    };
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
    let explanation = text::formatted(
        params,
        &text::Names {
            text: "explanation",
            parse_mode: "explanation_parse_mode",
            entities: "explanation_entities",
        },
    )?;
    if explanation.n_characters() > EXPLANATION {
        return Err(ApiError::bad_request("message is too long"));
    }
    if explanation.text.matches('\n').count() > EXPLANATION_LINE_FEEDS {
        return Err(ApiError::bad_request("too many line feeds in the poll explanation"));
    }
    Ok((!explanation.text.is_empty()).then_some(explanation))
}

fn description(params: &Params) -> Result<Option<Formatted>, ApiError> {
    let description = text::formatted(
        params,
        &text::Names {
            text: "description",
            parse_mode: "description_parse_mode",
            entities: "description_entities",
        },
    )?;
    if description.n_characters() > DESCRIPTION {
        return Err(ApiError::bad_request("message is too long"));
    }
    Ok((!description.text.is_empty()).then_some(description))
}

fn closing_time(params: &Params, now: Millis) -> Result<Option<Millis>, ApiError> {
    let open_period = params.integer("open_period");
    let close_date = params.integer("close_date");
    let seconds = match (open_period, close_date) {
        (None, None) => return Ok(None),
        (Some(_), Some(_)) => {
            return Err(ApiError::bad_request(
                "parameters open_period and close_date can't be used together",
            ));
        }
        (Some(seconds), None) => seconds,
        (None, Some(date)) => date - now / 1000,
    };
    if !OPEN_PERIOD.contains(&seconds) {
        return Err(ApiError::bad_request("poll open period must be between 5 and 2628000 seconds"));
    }
    Ok(Some(close_date.map_or(now + seconds * 1000, |date| date * 1000)))
}

fn stop_poll(state: &mut State, params: &Params, now: Millis) -> Result<Value, ApiError> {
    let chat = place::reachable_chat(state, params)?;
    let keyboard = text::keyboard(params.get("reply_markup"))?;
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
    message.keyboard = keyboard;
    poll.was_stopped = true;
    let stopped = poll.to_json(now);
    state.updates.push("poll", stopped.clone(), now);
    Ok(json!(stopped))
}
