//! Changing what was sent: texts, keyboards, reactions; deleting.

use serde_json::{Value, json};

use super::super::error::ApiError;
use super::super::params::{Kind, Params, optional, required};
use super::super::state::{Author, ChatId, Content, Keyboard, Message, MessageId, Millis, State};
use super::{ENTITIES, INLINE_KEYBOARD, LINK_PREVIEW_OPTIONS, Method, place, text};

/// A bot can delete a message for this long.
const DELETABLE: Millis = 48 * 60 * 60 * 1000;

pub(crate) const METHODS: &[Method] = &[
    Method::sending(
        "editMessageText",
        &[
            optional("chat_id", Kind::ChatId),
            optional("message_id", Kind::Integer),
            optional("inline_message_id", Kind::Text),
            required("text", Kind::Text),
            optional("parse_mode", Kind::Text),
            optional("entities", ENTITIES),
            optional("link_preview_options", LINK_PREVIEW_OPTIONS),
            optional("reply_markup", Kind::Object(INLINE_KEYBOARD)),
        ],
        edit_message_text,
    ),
    Method::sending(
        "editMessageReplyMarkup",
        &[
            optional("chat_id", Kind::ChatId),
            optional("message_id", Kind::Integer),
            optional("inline_message_id", Kind::Text),
            optional("reply_markup", Kind::Object(INLINE_KEYBOARD)),
        ],
        edit_message_reply_markup,
    ),
    Method::new(
        "deleteMessage",
        &[required("chat_id", Kind::ChatId), required("message_id", Kind::Integer)],
        delete_message,
    ),
    Method::new(
        "deleteMessages",
        &[required("chat_id", Kind::ChatId), required("message_ids", Kind::ArrayOf(&Kind::Integer))],
        delete_messages,
    ),
    Method::new(
        "setMessageReaction",
        &[
            required("chat_id", Kind::ChatId),
            required("message_id", Kind::Integer),
            optional(
                "reaction",
                Kind::ArrayOf(&Kind::Object(&[required("type", Kind::Text), required("emoji", Kind::Text)])),
            ),
            optional("is_big", Kind::Boolean),
        ],
        set_message_reaction,
    ),
];

/// A message of the bot that a request names, by chat and number or as an inline message.
struct Target {
    chat: ChatId,
    message: MessageId,
    is_inline: bool,
}

impl Target {
    fn named(state: &State, params: &Params) -> Result<Self, ApiError> {
        if let Some(inline) = params.text("inline_message_id") {
            let (chat, message) = state
                .inline_messages
                .get(inline)
                .ok_or_else(|| ApiError::bad_request("MESSAGE_ID_INVALID"))?;
            return Ok(Self { chat: *chat, message: *message, is_inline: true });
        }
        let chat = place::reachable_chat(state, params)?;
        let message = params
            .integer("message_id")
            .map(MessageId)
            .ok_or_else(|| ApiError::bad_request("message identifier is not specified"))?;
        Ok(Self { chat, message, is_inline: false })
    }

    fn find<'a>(&self, state: &'a mut State) -> Result<&'a mut Message, ApiError> {
        let bot = Author::Person(state.bot());
        let chat = state.chats.get_mut(&self.chat).expect("targets name chats that exist");
        let message = chat
            .messages
            .get_mut(&self.message)
            .ok_or_else(|| ApiError::bad_request("message to edit not found"))?;
        // A channel's posts are the channel's, the bot's among them.
        let is_own = self.is_inline || message.author == bot || message.author == Author::Chat(self.chat);
        if !is_own || matches!(message.content, Content::Service(_)) {
            return Err(ApiError::bad_request("message can't be edited"));
        }
        Ok(message)
    }

    fn answer(&self, state: &State, now: Millis) -> Value {
        if self.is_inline { json!(true) } else { state.message_json(self.chat, self.message, now) }
    }
}

fn not_modified() -> ApiError {
    ApiError::bad_request(
        "message is not modified: specified new message content and reply markup are exactly \
         the same as a current content and reply markup of the message",
    )
}

fn edit_message_text(state: &mut State, params: &Params, now: Millis) -> Result<Value, ApiError> {
    let target = Target::named(state, params)?;
    let new = text::message(params)?;
    let keyboard = text::keyboard(params.get("reply_markup"))?;
    let message = target.find(state)?;
    let Content::Text(old) = &mut message.content else {
        return Err(ApiError::bad_request("there is no text in the message to edit"));
    };
    if *old == new && message.keyboard == keyboard {
        return Err(not_modified());
    }
    *old = new;
    message.keyboard = keyboard;
    message.edit_date = Some(now);
    Ok(target.answer(state, now))
}

fn edit_message_reply_markup(state: &mut State, params: &Params, now: Millis) -> Result<Value, ApiError> {
    let target = Target::named(state, params)?;
    let keyboard: Option<Keyboard> = text::keyboard(params.get("reply_markup"))?;
    let message = target.find(state)?;
    if message.keyboard == keyboard {
        return Err(not_modified());
    }
    message.keyboard = keyboard;
    Ok(target.answer(state, now))
}

fn delete_message(state: &mut State, params: &Params, now: Millis) -> Result<Value, ApiError> {
    let chat = place::reachable_chat(state, params)?;
    let id = MessageId(params.integer("message_id").unwrap_or_default());
    check_deletable(state, chat, id, now)?;
    remove(state, chat, id);
    Ok(json!(true))
}

fn check_deletable(state: &State, chat: ChatId, id: MessageId, now: Millis) -> Result<(), ApiError> {
    let Some(message) = state.message(chat, id) else {
        return Err(ApiError::bad_request("message to delete not found"));
    };
    let bot = state.bot();
    let chat = &state.chats[&chat];
    let is_own = message.author == Author::Person(bot);
    let is_private = chat.kind == super::super::state::ChatKind::Private;
    let may = is_own || is_private || chat.standing(bot).is_admin();
    if !may || now - message.date > DELETABLE {
        return Err(ApiError::bad_request("message can't be deleted for everyone"));
    }
    Ok(())
}

fn remove(state: &mut State, chat: ChatId, id: MessageId) {
    if let Some(chat) = state.chats.get_mut(&chat) {
        chat.messages.remove(&id);
    }
}

/// Removes what it can: messages that are gone already are passed over, as on Telegram.
fn delete_messages(state: &mut State, params: &Params, now: Millis) -> Result<Value, ApiError> {
    let chat = place::reachable_chat(state, params)?;
    let ids = params.array("message_ids").map(Vec::as_slice).unwrap_or_default();
    if ids.is_empty() {
        return Err(ApiError::bad_request("message identifiers are not specified"));
    }
    if ids.len() > 100 {
        return Err(ApiError::bad_request("too many message identifiers specified"));
    }
    for id in ids.iter().filter_map(Value::as_i64).map(MessageId) {
        if check_deletable(state, chat, id, now).is_ok() {
            remove(state, chat, id);
        }
    }
    Ok(json!(true))
}

fn set_message_reaction(state: &mut State, params: &Params, _: Millis) -> Result<Value, ApiError> {
    let chat = place::reachable_chat(state, params)?;
    let id = MessageId(params.integer("message_id").unwrap_or_default());
    let reactions: Vec<String> = params
        .array("reaction")
        .into_iter()
        .flatten()
        .filter_map(|it| it["emoji"].as_str().map(str::to_owned))
        .collect();
    if reactions.len() > 1 {
        return Err(ApiError::bad_request("REACTIONS_TOO_MANY"));
    }
    let chat = state.chats.get_mut(&chat).expect("reachable chats exist");
    match chat.messages.get_mut(&id) {
        Some(message) => message.reactions = reactions,
        None => return Err(ApiError::bad_request("message to react not found")),
    }
    Ok(json!(true))
}
