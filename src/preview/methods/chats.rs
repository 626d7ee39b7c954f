//! Asking about chats and their members.

use serde_json::{Value, json};

use super::super::error::ApiError;
use super::super::params::{ParamType, Params, required};
use super::super::state::{ChatKind, Millis, PersonId, State};
use super::{Method, place};

pub(crate) const METHODS: &[Method] = &[
    Method::new("getChatAdministrators", &[required("chat_id", ParamType::Integer)], get_chat_administrators),
    Method::new(
        "getChatMember",
        &[required("chat_id", ParamType::Integer), required("user_id", ParamType::Integer)],
        get_chat_member,
    ),
];

fn get_chat_member(state: &mut State, params: &Params, _: Millis) -> Result<Value, ApiError> {
    let id = place::reachable_chat(state, params)?;
    let person = PersonId(params.integer("user_id").unwrap_or_default());
    if !state.people.contains_key(&person) {
        return Err(ApiError::bad_request("user not found"));
    }
    Ok(state.member_json(&state.chats[&id], person))
}

fn get_chat_administrators(state: &mut State, params: &Params, _: Millis) -> Result<Value, ApiError> {
    let id = place::reachable_chat(state, params)?;
    let chat = &state.chats[&id];
    if chat.kind == ChatKind::Private {
        return Err(ApiError::bad_request("there are no administrators in the private chat"));
    }
    let bot = state.bot();
    let admins: Vec<Value> = chat
        .members
        .iter()
        .filter(|(_, standing)| standing.is_admin())
        // Of bots, only the one that asks is listed.
        .filter(|(person, _)| **person == bot || state.people.get(person).is_none_or(|it| !it.is_bot))
        .map(|(person, _)| state.member_json(chat, *person))
        .collect();
    Ok(json!(admins))
}
