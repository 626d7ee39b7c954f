//! Changing what was sent: texts and keyboards; deleting.

use serde_json::{Value, json};

use super::super::error::ApiError;
use super::super::params::{ParamType, Params, optional, required};
use super::super::state::{Author, ChatId, ChatKind, Content, Keyboard, Message, MessageId, Millis, State};
use super::{ENTITIES, INLINE_KEYBOARD, LINK_PREVIEW_OPTIONS, Method, place, text};

/// A bot can delete a message for this long.
const DELETABLE: Millis = 48 * 60 * 60 * 1000;

pub(crate) const METHODS: &[Method] = &[
    Method::sending(
        "editMessageText",
        &[
            optional("business_connection_id", ParamType::Text),
            required("chat_id", ParamType::Integer),
            required("message_id", ParamType::Integer),
            required("text", ParamType::Text),
            optional("entities", ENTITIES),
            optional("link_preview_options", LINK_PREVIEW_OPTIONS),
            optional("reply_markup", ParamType::Object(INLINE_KEYBOARD)),
        ],
        edit_message_text,
    ),
    Method::sending(
        "editMessageReplyMarkup",
        &[
            required("chat_id", ParamType::Integer),
            required("message_id", ParamType::Integer),
            optional("reply_markup", ParamType::Object(INLINE_KEYBOARD)),
        ],
        edit_message_reply_markup,
    ),
    Method::new(
        "deleteMessage",
        &[required("chat_id", ParamType::Integer), required("message_id", ParamType::Integer)],
        delete_message,
    ),
];

/// A message of the bot that a request names.
struct Target {
    chat: ChatId,
    message: MessageId,
}

impl Target {
    fn named(state: &State, params: &Params) -> Result<Self, ApiError> {
        let chat = match state.account_chat(params, |rights| rights.can_reply)? {
            Some(chat) => chat,
            None => place::reachable_chat(state, params)?,
        };
        Ok(Self { chat, message: MessageId(params.integer("message_id").unwrap_or_default()) })
    }

    fn find<'a>(&self, state: &'a mut State) -> Result<&'a mut Message, ApiError> {
        let bot = Author::Person(state.bot());
        let chat = state.chats.get_mut(&self.chat).expect("targets name chats that exist");
        let message = chat
            .messages
            .get_mut(&self.message)
            .ok_or_else(|| ApiError::bad_request("message to edit not found"))?;
        // A channel's posts are the channel's, the bot's among them.
        let is_own =
            message.author == bot || message.author == Author::Chat(self.chat) || message.is_for_owner;
        if !is_own || matches!(message.content, Content::Service(_)) {
            return Err(ApiError::bad_request("message can't be edited"));
        }
        Ok(message)
    }

    fn answer(&self, state: &State, now: Millis) -> Value {
        state.message_json(self.chat, self.message, now)
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
    let bot = state.bot();
    let chat = state.chats.get_mut(&chat).expect("reachable chats exist");
    let Some(message) = chat.messages.get(&id) else {
        return Err(ApiError::bad_request("message to delete not found"));
    };
    let is_own = message.author == Author::Person(bot);
    let is_private = chat.kind == ChatKind::Private;
    let may = is_own || is_private || chat.standing(bot).is_admin();
    if !may || now - message.date > DELETABLE {
        return Err(ApiError::bad_request("message can't be deleted for everyone"));
    }
    chat.messages.remove(&id);
    Ok(json!(true))
}
