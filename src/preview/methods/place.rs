//! Where a message goes: the chat, the topic and the message it replies to, or why it cannot.

use super::super::error::ApiError;
use super::super::params::Params;
use super::super::state::{Chat, ChatId, ChatKind, MemberStatus, MessageId, PersonId, State};

/// The chat that a request names.
pub(crate) fn chat(state: &State, params: &Params) -> Result<ChatId, ApiError> {
    let named = state.chats.get(&ChatId(params.integer("chat_id").unwrap_or_default()));
    match named.filter(|chat| is_known_to_bot(state, chat)) {
        Some(chat) => Ok(chat.id),
        None => Err(ApiError::bad_request("chat not found")),
    }
}

/// A bot knows the people who started it or share a group with it, and the chats it was ever in.
fn is_known_to_bot(state: &State, chat: &Chat) -> bool {
    if chat.kind != ChatKind::Private {
        return chat.members.contains_key(&state.bot());
    }
    let person = PersonId(chat.id.0);
    let has_started = state.people.get(&person).is_some_and(|it| it.has_started);
    has_started
        || state
            .chats
            .values()
            .any(|it| it.members.contains_key(&person) && it.members.contains_key(&state.bot()))
}

/// The chat that a request names, if the bot may act in it.
pub(crate) fn reachable_chat(state: &State, params: &Params) -> Result<ChatId, ApiError> {
    let id = chat(state, params)?;
    let chat = &state.chats[&id];
    if let Some(new) = chat.migrated_to {
        return Err(ApiError::migrated(new.0));
    }
    if chat.kind == ChatKind::Private {
        let person = state.people.get(&PersonId(id.0));
        return match person {
            Some(person) if person.is_deactivated => Err(ApiError::forbidden("user is deactivated")),
            Some(person) if person.has_blocked_bot => Err(ApiError::forbidden("bot was blocked by the user")),
            Some(person) if person.is_bot => Err(ApiError::forbidden("bot can't send messages to bots")),
            Some(person) if !person.has_started => {
                Err(ApiError::forbidden("bot can't initiate conversation with a user"))
            }
            _ => Ok(id),
        };
    }
    match chat.standing(state.bot()) {
        MemberStatus::Kicked => {
            Err(ApiError::forbidden(format!("bot was kicked from the {} chat", chat.kind.name())))
        }
        MemberStatus::Left => {
            Err(ApiError::forbidden(format!("bot is not a member of the {} chat", chat.kind.name())))
        }
        _ => Ok(id),
    }
}

/// A place for a new message.
pub(crate) struct SendTarget {
    pub(crate) chat: ChatId,
    pub(crate) topic: Option<MessageId>,
    pub(crate) reply_to: Option<MessageId>,
}

pub(crate) fn place(state: &State, params: &Params) -> Result<SendTarget, ApiError> {
    let chat = match state.account_chat(params, |rights| rights.can_reply)? {
        Some(chat) => chat,
        None => reachable_chat(state, params)?,
    };
    let its_chat = &state.chats[&chat];
    let reply_to = reply_target(its_chat, params)?;
    // General is the topic without a number: its own number, 1, is refused like any unknown one.
    let field = if its_chat.is_direct_messages { "direct_messages_topic_id" } else { "message_thread_id" };
    let named = params.integer(field).map(MessageId);
    if its_chat.is_direct_messages && named.is_none() {
        return Err(ApiError::bad_request("direct messages topic must be specified"));
    }
    let of_reply = reply_to.and_then(|id| its_chat.messages.get(&id)).and_then(|it| it.topic);
    let topic = named.or(of_reply);
    if let Some(id) = topic {
        match its_chat.topics.get(&id) {
            None => return Err(ApiError::bad_request("message thread not found")),
            Some(topic) if topic.is_closed && !its_chat.standing(state.bot()).is_admin() => {
                return Err(ApiError::bad_request("TOPIC_CLOSED"));
            }
            Some(_) => {}
        }
    }
    Ok(SendTarget { chat, topic, reply_to })
}

fn reply_target(chat: &Chat, params: &Params) -> Result<Option<MessageId>, ApiError> {
    let Some(reply) = params.get("reply_parameters") else { return Ok(None) };
    let target = reply["message_id"].as_i64().map(MessageId);
    match target.filter(|id| chat.messages.contains_key(id)) {
        Some(id) => Ok(Some(id)),
        None if reply["allow_sending_without_reply"] == true => Ok(None),
        None => Err(ApiError::bad_request("message to be replied not found")),
    }
}
