//! What the page asks to be done for a person, as JSON.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::business::BusinessRights;
use super::draft::Draft;
use super::people::{InlineId, Refusal, TapId, refuse};
use super::state::{ChatId, MessageId, PersonId};
use super::world::World;

/// How long the page waits for the bot's answer to a tap or an inline query.
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub(crate) enum Act {
    Say {
        person: PersonId,
        chat: ChatId,
        topic: Option<MessageId>,
        reply_to: Option<MessageId>,
        text: String,
    },
    /// A message without text: a sticker or a photo.
    Attach {
        person: PersonId,
        chat: ChatId,
        topic: Option<MessageId>,
        what: Attachment,
    },
    Edit {
        person: PersonId,
        chat: ChatId,
        message: MessageId,
        text: String,
    },
    Delete {
        chat: ChatId,
        message: MessageId,
    },
    Tap {
        person: PersonId,
        chat: ChatId,
        message: MessageId,
        data: String,
    },
    Vote {
        person: PersonId,
        chat: ChatId,
        message: MessageId,
        options: Vec<usize>,
    },
    Inline {
        person: PersonId,
        chat: ChatId,
        query: String,
    },
    Choose {
        query: String,
        result: String,
        chat: ChatId,
        topic: Option<MessageId>,
    },
    Start {
        person: PersonId,
        payload: String,
    },
    Read {
        person: PersonId,
        chat: ChatId,
        message: MessageId,
    },
    AddBot {
        person: PersonId,
        chat: ChatId,
    },
    RemoveBot {
        person: PersonId,
        chat: ChatId,
    },
    Block {
        person: PersonId,
        blocked: bool,
    },
    /// The owner of a business account lets the bot answer there, or no longer.
    Business {
        person: PersonId,
        connected: bool,
    },
    Migrate {
        person: PersonId,
        chat: ChatId,
    },
    DismissNotice,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Attachment {
    Sticker,
    Photo,
}

/// Does it, and returns what the page needs to know about it beyond the changed screen.
pub(crate) async fn perform(world: &World, act: Act) -> Result<Value, Refusal> {
    match act {
        Act::Say { person, chat, topic, reply_to, text } => {
            let mut draft = Draft::text(&text);
            draft.topic = topic;
            draft.reply_to = reply_to;
            world.say(person, chat, draft).map(|id| json!({ "message": id }))
        }
        Act::Attach { person, chat, topic, what } => {
            let mut draft = match what {
                Attachment::Sticker => Draft::sticker(),
                Attachment::Photo => Draft::photo(""),
            };
            draft.topic = topic;
            world.say(person, chat, draft).map(|id| json!({ "message": id }))
        }
        Act::Edit { person, chat, message, text } => world.edit(person, chat, message, &text).map(done),
        Act::Delete { chat, message } => world.delete(chat, message).map(done),
        Act::Tap { person, chat, message, data } => {
            let tap = world.tap_data(person, chat, message, &data)?;
            answer_to(world, &tap).await
        }
        Act::Vote { person, chat, message, options } => world.vote(person, chat, message, &options).map(done),
        Act::Inline { person, chat, query } => {
            let query = world.inline_query(person, chat, &query);
            match world.results_of(&query, PATIENCE).await {
                Ok(answer) => Ok(json!({ "query": query.0, "answer": answer })),
                Err(_) => refuse("the bot has not answered the inline query"),
            }
        }
        Act::Choose { query, result, chat, topic } => {
            world.choose(&InlineId(query), &result, chat, topic).map(|id| json!({ "message": id }))
        }
        Act::Start { person, payload } => {
            let payload = (!payload.is_empty()).then_some(payload.as_str());
            world.start(person, payload).map(|id| json!({ "message": id }))
        }
        Act::Read { person, chat, message } => {
            world.mark_read(person, chat, message);
            Ok(json!({}))
        }
        Act::AddBot { person, chat } => world.add_bot(person, chat).map(done),
        Act::RemoveBot { person, chat } => world.remove_bot(person, chat).map(done),
        Act::Block { person, blocked } => {
            world.block_bot(person, blocked);
            Ok(json!({}))
        }
        Act::Business { person, connected } => {
            match connected {
                true => {
                    world.connect(person, BusinessRights::ALL);
                }
                false => world.disconnect(person),
            }
            Ok(json!({}))
        }
        Act::Migrate { person, chat } => world.migrate(person, chat).map(|id| json!({ "chat": id })),
        Act::DismissNotice => {
            world.set_notice(Vec::new());
            Ok(json!({}))
        }
    }
}

fn done((): ()) -> Value {
    json!({})
}

async fn answer_to(world: &World, tap: &TapId) -> Result<Value, Refusal> {
    match world.answer_to(tap, PATIENCE).await {
        Ok(answer) => Ok(json!({ "answer": answer })),
        Err(_) => refuse("the bot has not answered the tap"),
    }
}
