//! Requests of a conversation → calls of the Bot API.
//!
//! Formatting goes out as entities, never as markup to be parsed: nothing a person typed can break a message.

use serde::{Deserialize, Serialize};
use teloxide::payloads::{
    AnswerCallbackQuery, AnswerCallbackQuerySetters as _, AnswerInlineQuery, AnswerInlineQuerySetters as _,
    DeleteMessage, EditMessageReplyMarkup, EditMessageReplyMarkupSetters as _, EditMessageText,
    EditMessageTextSetters as _, SendMessage, SendMessageSetters as _, SetMyCommands,
    SetMyCommandsSetters as _, StopPoll,
};
use teloxide::requests::Payload;
use teloxide::types as wire;

use super::api::{Api, CallError, File};
use super::business;
use crate::chat::{Action, ChatId, Done, InlineResult, Keyboard, MessageId, Thread, ThreadId};
use crate::rich_text::{RichText, Style};

/// A request whose messages are known by their ids.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Call<'a> {
    Message {
        text: &'a RichText,
        buttons: &'a Keyboard,
        reply_to: Option<MessageId>,
        only_as_reply: bool,
        silent: bool,
        picture: Option<&'a Photo>,
    },
    ForceReply {
        text: &'a RichText,
        placeholder: &'a str,
        reply_to: Option<MessageId>,
    },
    Edit {
        message: MessageId,
        text: &'a RichText,
        buttons: &'a Keyboard,
    },
    EditButtons {
        message: MessageId,
        buttons: &'a Keyboard,
    },
    Delete {
        message: MessageId,
    },
    Poll {
        question: &'a str,
        options: &'a [String],
        correct: &'a [usize],
        explanation: &'a RichText,
        seconds: u32,
        reply_to: Option<MessageId>,
        picture: Option<&'a Photo>,
        explanation_picture: Option<&'a Photo>,
    },
    StopPoll {
        message: MessageId,
    },
    AnswerTap {
        query: &'a str,
        text: &'a str,
        alert: bool,
    },
    AnswerInline {
        query: &'a str,
        results: &'a [InlineResult],
        cache_seconds: u32,
    },
    SetCommands {
        commands: &'a [(String, String)],
    },
    AnswerGuest {
        query: &'a str,
        result: &'a InlineResult,
    },
}

/// A picture as it goes over the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Photo {
    /// Telegram has it under this name, or fetches it from this address.
    Known(String),
    /// To be uploaded.
    New(File),
}

/// The result of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Carried {
    pub(crate) done: Done,
    /// The message that was sent.
    pub(crate) sent: Option<MessageId>,
    /// Telegram's id of the poll that was sent.
    pub(crate) poll: Option<String>,
    /// The name under which Telegram has the picture that was sent, and that of the explanation.
    pub(crate) picture: Option<String>,
    pub(crate) explanation_picture: Option<String>,
}

impl Carried {
    pub(crate) fn nothing() -> Carried {
        Carried { done: Done::Nothing, sent: None, poll: None, picture: None, explanation_picture: None }
    }
}

/// The few fields we need of a sent message.
#[derive(Deserialize)]
struct Sent {
    message_id: i64,
    poll: Option<SentPoll>,
    /// One picture in several sizes.
    #[serde(default)]
    photo: Vec<PhotoSize>,
}

#[derive(Deserialize)]
struct SentPoll {
    id: String,
    media: Option<PollMedia>,
    explanation_media: Option<PollMedia>,
}

#[derive(Deserialize)]
struct PollMedia {
    #[serde(default)]
    photo: Vec<PhotoSize>,
}

#[derive(Deserialize)]
struct PhotoSize {
    file_id: String,
    #[serde(default)]
    width: u32,
}

/// Any size names the picture; the largest is the one to keep.
fn largest(sizes: Vec<PhotoSize>) -> Option<String> {
    sizes.into_iter().max_by_key(|size| size.width).map(|size| size.file_id)
}

/// The destination of a call.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target<'a> {
    pub(crate) chat: ChatId,
    pub(crate) thread: Option<ThreadId>,
    /// The connection, for a chat of a business account.
    pub(crate) business: Option<&'a str>,
}

pub(crate) async fn carry_out(api: &Api, target: Target<'_>, call: Call<'_>) -> Result<Carried, CallError> {
    let Target { chat, thread, business } = target;
    let business_connection = || business.map(|id| wire::BusinessConnectionId(id.to_owned()));
    let to = wire::ChatId(chat.0);
    let thread = thread.map(ThreadId::thread);
    let sent = |sent: Sent| {
        let id = MessageId(sent.message_id);
        let (poll, media, explanation) = match sent.poll {
            Some(poll) => (Some(poll.id), poll.media, poll.explanation_media),
            None => (None, None, None),
        };
        let of_poll = |media: Option<PollMedia>| media.and_then(|it| largest(it.photo));
        Carried {
            done: Done::Message(id),
            sent: Some(id),
            poll,
            picture: largest(sent.photo).or(of_poll(media)),
            explanation_picture: of_poll(explanation),
        }
    };
    let edited = |id: MessageId| Carried { done: Done::Message(id), ..Carried::nothing() };
    match call {
        Call::Message { text, buttons, reply_to, only_as_reply, silent, picture: Some(picture) } => {
            let mut files = Vec::new();
            let request = SendPhoto {
                chat_id: chat.0,
                message_thread_id: topic(thread),
                direct_messages_topic_id: direct_messages(thread),
                business_connection_id: business,
                photo: named(picture, "picture", &mut files),
                caption: (!text.is_empty()).then_some(text.text.as_str()),
                caption_entities: &text.entities,
                disable_notification: silent,
                reply_parameters: match only_as_reply {
                    true => reply_to
                        .map(|message| wire_id(message).map(wire::ReplyParameters::new))
                        .transpose()?,
                    false => reply(reply_to, thread),
                },
                reply_markup: keyboard(buttons),
            };
            api.call_with(&request, &files).await.map(sent)
        }
        Call::Message { text, buttons, reply_to, only_as_reply, silent, picture: None } => {
            let mut request = SendMessage::new(to, &text.text).link_preview_options(no_preview());
            request.entities = entities(text);
            request.message_thread_id = topic(thread);
            request.reply_parameters = match only_as_reply {
                true => {
                    reply_to.map(|message| wire_id(message).map(wire::ReplyParameters::new)).transpose()?
                }
                false => reply(reply_to, thread),
            };
            request.reply_markup = keyboard(buttons).map(wire::ReplyMarkup::InlineKeyboard);
            request.disable_notification = silent.then_some(true);
            request.business_connection_id = business_connection();
            api.call(&In { request, direct_messages_topic_id: direct_messages(thread) }).await.map(sent)
        }
        Call::ForceReply { text, placeholder, reply_to } => {
            let mut request = SendMessage::new(to, &text.text);
            request.entities = entities(text);
            request.message_thread_id = topic(thread);
            request.reply_parameters = reply(reply_to, thread);
            // At most 64 characters (Bot API, `ForceReply`).
            let placeholder: String = placeholder.chars().take(64).collect();
            let markup = wire::ForceReply::new().selective().input_field_placeholder(placeholder);
            request.reply_markup = Some(wire::ReplyMarkup::ForceReply(markup));
            api.call(&In { request, direct_messages_topic_id: direct_messages(thread) }).await.map(sent)
        }
        Call::Edit { message, text, buttons } => {
            let mut request =
                EditMessageText::new(to, wire_id(message)?, &text.text).link_preview_options(no_preview());
            request.entities = entities(text);
            request.business_connection_id = business_connection();
            if let Some(keyboard) = keyboard(buttons) {
                request = request.reply_markup(keyboard);
            }
            api.call::<_, serde_json::Value>(&request).await.map(|_| edited(message))
        }
        Call::EditButtons { message, buttons } => {
            let mut request = EditMessageReplyMarkup::new(to, wire_id(message)?);
            if let Some(keyboard) = keyboard(buttons) {
                request = request.reply_markup(keyboard);
            }
            api.call::<_, serde_json::Value>(&request).await.map(|_| edited(message))
        }
        Call::Delete { message } => {
            if let Some(business_connection_id) = business {
                let request = DeleteBusinessMessages { business_connection_id, message_ids: [message.0] };
                return api.call::<_, serde_json::Value>(&request).await.map(|_| Carried::nothing());
            }
            let request = DeleteMessage::new(to, wire_id(message)?);
            api.call::<_, serde_json::Value>(&request).await.map(|_| Carried::nothing())
        }
        Call::Poll {
            question,
            options,
            correct,
            explanation,
            seconds,
            reply_to,
            picture,
            explanation_picture,
        } => {
            let mut files = Vec::new();
            let media = picture.map(|photo| input_media(photo, "picture", &mut files));
            let explanation_media =
                explanation_picture.map(|photo| input_media(photo, "explanation", &mut files));
            let request = SendQuiz {
                chat_id: chat.0,
                message_thread_id: topic(thread),
                question,
                options: options.iter().map(|text| PollOption { text }).collect(),
                is_anonymous: false,
                protect_content: true,
                r#type: "quiz",
                allows_multiple_answers: correct.len() > 1,
                correct_option_ids: correct,
                explanation: (!explanation.text.is_empty()).then_some(explanation.text.as_str()),
                explanation_entities: &explanation.entities,
                open_period: seconds,
                reply_parameters: reply(reply_to, thread),
                media,
                explanation_media,
            };
            api.call_with(&request, &files).await.map(sent)
        }
        Call::StopPoll { message } => {
            let request = StopPoll::new(to, wire_id(message)?);
            api.call::<_, serde_json::Value>(&request).await.map(|_| Carried::nothing())
        }
        Call::AnswerTap { query, text, alert } => {
            let mut request = AnswerCallbackQuery::new(wire::CallbackQueryId(query.to_owned()));
            if !text.is_empty() {
                request = request.text(text).show_alert(alert);
            }
            api.call::<_, serde_json::Value>(&request).await.map(|_| Carried::nothing())
        }
        Call::SetCommands { commands } => {
            let commands =
                commands.iter().map(|(name, description)| wire::BotCommand::new(name, description));
            let scope = wire::BotCommandScope::Chat { chat_id: wire::Recipient::Id(to) };
            let request = SetMyCommands::new(commands).scope(scope);
            api.call::<_, serde_json::Value>(&request).await.map(|_| Carried::nothing())
        }
        Call::AnswerGuest { query, result } => {
            let request = AnswerGuestQuery { guest_query_id: query, result: inline_result(result) };
            api.call::<_, serde_json::Value>(&request).await.map(|_| Carried::nothing())
        }
        Call::AnswerInline { query, results, cache_seconds } => {
            let request = AnswerInlineQuery::new(
                wire::InlineQueryId(query.to_owned()),
                results.iter().map(inline_result),
            )
            .cache_time(cache_seconds);
            api.call::<_, serde_json::Value>(&request).await.map(|_| Carried::nothing())
        }
    }
}

/// How a request names a picture: by Telegram's name, or as a file that comes with it.
fn named<'p>(photo: &'p Photo, name: &'static str, files: &mut Vec<(&'static str, &'p File)>) -> String {
    match photo {
        Photo::Known(id) => id.clone(),
        Photo::New(file) => {
            files.push((name, file));
            format!("attach://{name}")
        }
    }
}

fn input_media<'p>(
    photo: &'p Photo,
    name: &'static str,
    files: &mut Vec<(&'static str, &'p File)>,
) -> InputMedia {
    InputMedia { r#type: "photo", media: named(photo, name, files) }
}

/// `sendPhoto`.
#[derive(Serialize)]
struct SendPhoto<'a> {
    chat_id: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_thread_id: Option<wire::ThreadId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    direct_messages_topic_id: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    business_connection_id: Option<&'a str>,
    photo: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    caption: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    caption_entities: &'a [crate::rich_text::Entity],
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    disable_notification: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_parameters: Option<wire::ReplyParameters>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_markup: Option<wire::InlineKeyboardMarkup>,
}

impl Payload for SendPhoto<'_> {
    type Output = serde_json::Value;
    const NAME: &'static str = "SendPhoto";
}

/// `InputMediaPhoto`.
#[derive(Serialize)]
struct InputMedia {
    r#type: &'static str,
    media: String,
}

/// `sendPoll` for a quiz as of Bot API 10.1, which is newer than teloxide's.
#[derive(Serialize)]
struct SendQuiz<'a> {
    chat_id: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_thread_id: Option<wire::ThreadId>,
    question: &'a str,
    options: Vec<PollOption<'a>>,
    is_anonymous: bool,
    /// A forwarded poll takes the votes of anybody who sees it there.
    protect_content: bool,
    r#type: &'static str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    allows_multiple_answers: bool,
    correct_option_ids: &'a [usize],
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    explanation_entities: &'a [crate::rich_text::Entity],
    open_period: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_parameters: Option<wire::ReplyParameters>,
    #[serde(skip_serializing_if = "Option::is_none")]
    media: Option<InputMedia>,
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation_media: Option<InputMedia>,
}

/// Asks what a connection to a business account allows.
pub(crate) async fn get_connection(api: &Api, id: &str) -> Result<Carried, CallError> {
    let answer: serde_json::Value = api.call(&GetBusinessConnection { business_connection_id: id }).await?;
    let Some(connection) = business::connection(&answer) else {
        return Err(CallError::Trouble("getBusinessConnection answered with no connection".to_owned()));
    };
    Ok(Carried { done: Done::Connection(Box::new(connection)), ..Carried::nothing() })
}

#[derive(Serialize)]
struct GetBusinessConnection<'a> {
    business_connection_id: &'a str,
}

impl Payload for GetBusinessConnection<'_> {
    type Output = serde_json::Value;
    const NAME: &'static str = "GetBusinessConnection";
}

#[derive(Serialize)]
struct DeleteBusinessMessages<'a> {
    business_connection_id: &'a str,
    message_ids: [i64; 1],
}

impl Payload for DeleteBusinessMessages<'_> {
    type Output = serde_json::Value;
    const NAME: &'static str = "DeleteBusinessMessages";
}

/// `answerGuestQuery`, which is newer than teloxide's Bot API.
#[derive(Serialize)]
struct AnswerGuestQuery<'a> {
    guest_query_id: &'a str,
    result: wire::InlineQueryResult,
}

impl Payload for AnswerGuestQuery<'_> {
    type Output = serde_json::Value;
    const NAME: &'static str = "AnswerGuestQuery";
}

#[derive(Serialize)]
struct PollOption<'a> {
    text: &'a str,
}

impl Payload for SendQuiz<'_> {
    type Output = serde_json::Value;
    const NAME: &'static str = "SendPoll";
}

/// Telegram numbers messages with 32 bits; a larger id does not belong to any message.
fn wire_id(message: MessageId) -> Result<wire::MessageId, CallError> {
    i32::try_from(message.0).map(wire::MessageId).map_err(|_| CallError::Refused {
        code: 400,
        description: "Bad Request: MESSAGE_ID_INVALID".to_owned(),
    })
}

/// A request with a parameter that is newer than teloxide's Bot API.
#[derive(Serialize)]
struct In<P> {
    #[serde(flatten)]
    request: P,
    #[serde(skip_serializing_if = "Option::is_none")]
    direct_messages_topic_id: Option<i64>,
}

impl<P: Payload> Payload for In<P> {
    type Output = P::Output;
    const NAME: &'static str = P::NAME;
}

fn topic(thread: Option<Thread>) -> Option<wire::ThreadId> {
    match thread {
        Some(Thread::Topic(id)) => i32::try_from(id).ok().map(|id| wire::ThreadId(wire::MessageId(id))),
        _ => None,
    }
}

fn direct_messages(thread: Option<Thread>) -> Option<i64> {
    match thread {
        Some(Thread::DirectMessages(id)) => Some(id),
        _ => None,
    }
}

/// The message that a message replies to. Among comments that is at least the post: the Bot API server ignores
/// `message_thread_id` in supergroups without topics (tdlib/telegram-bot-api, `Client::check_message_topic`), and a
/// message that replies to nothing is outside the comments.
fn reply(message: Option<MessageId>, thread: Option<Thread>) -> Option<wire::ReplyParameters> {
    let post = match thread {
        Some(Thread::Comments(post)) => Some(post),
        _ => None,
    };
    let id = wire_id(message.or(post)?).ok()?;
    Some(wire::ReplyParameters::new(id).allow_sending_without_reply())
}

fn no_preview() -> wire::LinkPreviewOptions {
    wire::LinkPreviewOptions {
        is_disabled: true,
        url: None,
        prefer_small_media: false,
        prefer_large_media: false,
        show_above_text: false,
    }
}

fn entities(text: &RichText) -> Option<Vec<wire::MessageEntity>> {
    let entities: Vec<wire::MessageEntity> = text
        .entities
        .iter()
        .filter_map(|entity| {
            let kind = match &entity.style {
                Style::Bold => wire::MessageEntityKind::Bold,
                Style::Italic => wire::MessageEntityKind::Italic,
                Style::Strikethrough => wire::MessageEntityKind::Strikethrough,
                Style::Spoiler => wire::MessageEntityKind::Spoiler,
                Style::Blockquote => wire::MessageEntityKind::Blockquote,
                Style::Code => wire::MessageEntityKind::Code,
                Style::Pre => wire::MessageEntityKind::Pre { language: None },
                // An invalid link loses its target, not its words.
                Style::TextLink { url } => wire::MessageEntityKind::TextLink { url: url.parse().ok()? },
            };
            Some(wire::MessageEntity::new(kind, entity.offset, entity.length))
        })
        .collect();
    (!entities.is_empty()).then_some(entities)
}

fn keyboard(buttons: &Keyboard) -> Option<wire::InlineKeyboardMarkup> {
    let rows: Vec<Vec<wire::InlineKeyboardButton>> = buttons
        .iter()
        .map(|row| {
            row.iter()
                .filter_map(|button| {
                    let kind = match &button.action {
                        Action::Tap(data) => wire::InlineKeyboardButtonKind::CallbackData(data.clone()),
                        Action::Url(url) => wire::InlineKeyboardButtonKind::Url(url.parse().ok()?),
                    };
                    Some(wire::InlineKeyboardButton::new(&button.label, kind))
                })
                .collect::<Vec<_>>()
        })
        .filter(|row| !row.is_empty())
        .collect();
    (!rows.is_empty()).then(|| wire::InlineKeyboardMarkup::new(rows))
}

fn inline_result(result: &InlineResult) -> wire::InlineQueryResult {
    let content = wire::InputMessageContentText {
        message_text: result.text.text.clone(),
        parse_mode: None,
        entities: entities(&result.text),
        link_preview_options: Some(no_preview()),
    };
    let mut article = wire::InlineQueryResultArticle::new(
        &result.id,
        &result.title,
        wire::InputMessageContent::Text(content),
    );
    if !result.description.is_empty() {
        article = article.description(&result.description);
    }
    article.reply_markup = keyboard(&result.buttons);
    wire::InlineQueryResult::Article(article)
}
