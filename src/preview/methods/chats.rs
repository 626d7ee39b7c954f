//! Asking about chats and their members; leaving.

use serde_json::{Value, json};

use super::super::error::ApiError;
use super::super::params::{Kind, Params, optional, required};
use super::super::state::{ChatKind, Millis, PersonId, Standing, State};
use super::{Method, place};

pub(crate) const METHODS: &[Method] = &[
    Method::new("getChat", &[required("chat_id", Kind::ChatId)], get_chat),
    Method::new(
        "getChatMember",
        &[required("chat_id", Kind::ChatId), required("user_id", Kind::Integer)],
        get_chat_member,
    ),
    Method::new(
        "getChatAdministrators",
        &[required("chat_id", Kind::ChatId), optional("return_bots", Kind::Boolean)],
        get_chat_administrators,
    ),
    Method::new("getChatMemberCount", &[required("chat_id", Kind::ChatId)], get_chat_member_count),
    Method::new("leaveChat", &[required("chat_id", Kind::ChatId)], leave_chat),
];

fn get_chat(state: &mut State, params: &Params, _: Millis) -> Result<Value, ApiError> {
    let id = place::chat(state, params)?;
    let chat = &state.chats[&id];
    if chat.kind != ChatKind::Private {
        place::reachable_chat(state, params)?;
    }
    let mut json = state.chat_json(chat);
    json["accent_color_id"] = json!(id.0.rem_euclid(7));
    json["max_reaction_count"] = json!(11);
    json["accepted_gift_types"] = json!({
        "unlimited_gifts": false, "limited_gifts": false, "unique_gifts": false,
        "premium_subscription": false, "gifts_from_channels": false,
    });
    if chat.is_group() {
        json["permissions"] = json!({
            "can_send_messages": chat.may_send_messages,
            "can_send_polls": chat.may_send_polls,
        });
    }
    Ok(json)
}

fn get_chat_member(state: &mut State, params: &Params, _: Millis) -> Result<Value, ApiError> {
    let id = place::reachable_chat(state, params)?;
    let person = PersonId(params.integer("user_id").unwrap_or_default());
    let chat = &state.chats[&id];
    let is_known = state.people.contains_key(&person) || person == state.bot();
    if !is_known {
        return Err(ApiError::bad_request("invalid user_id specified"));
    }
    if chat.kind == ChatKind::Private && person.0 == id.0 {
        return Ok(json!({ "status": "member", "user": state.user_json(person) }));
    }
    Ok(state.member_json(chat, person))
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
        // Of bots, only the one that asks is listed unless it wants all of them.
        .filter(|(person, _)| {
            let is_other_bot = state.people.get(person).is_some_and(|it| it.is_bot);
            **person == bot || !is_other_bot || params.is_set("return_bots")
        })
        .map(|(person, _)| state.member_json(chat, *person))
        .collect();
    Ok(json!(admins))
}

fn get_chat_member_count(state: &mut State, params: &Params, _: Millis) -> Result<Value, ApiError> {
    let id = place::reachable_chat(state, params)?;
    let chat = &state.chats[&id];
    if chat.kind == ChatKind::Private {
        return Ok(json!(2));
    }
    Ok(json!(chat.members.values().filter(|standing| standing.is_in()).count()))
}

fn leave_chat(state: &mut State, params: &Params, now: Millis) -> Result<Value, ApiError> {
    let id = place::reachable_chat(state, params)?;
    if state.chats[&id].kind == ChatKind::Private {
        return Err(ApiError::bad_request("chat member status can't be changed in private chats"));
    }
    let bot = state.bot();
    state
        .set_standing(bot, id, bot, Standing::Left, now)
        .map_err(|refusal| ApiError::bad_request(refusal.to_string()))?;
    Ok(json!(true))
}
