//! One request, carried out once.

use std::time::Duration;

use super::admins::Admins;
use super::members::Members;
use super::pictures::{Pictured, shows_pictures};
use super::queue::Queued;
use super::sender::SenderParts;
use crate::chat::{ChatId, Done, Failure, FolderChange, MessageId, MessageRef, Request};
use crate::supervise::causes;
use crate::telegram::api::{CallError, Verdict, judge};
use crate::telegram::encode::{Call, Carried, Target, carry_out, get_connection};
use crate::time::Timestamp;

/// Telegram forgets a tap after 150 seconds and stops taking answers to it much sooner.
const TAP_AGE: Duration = Duration::from_secs(60);
/// Telegram forgets an inline query after 30 seconds.
const INLINE_AGE: Duration = Duration::from_secs(30);

/// A round that asked is over by then, or has gone on without the answer.
const MEMBER_AGE: Duration = Duration::from_secs(10 * 60);

/// An answer in a chat that the bot is not in is of no use later than this.
const GUEST_AGE: Duration = Duration::from_secs(5 * 60);

/// The result of a request.
#[derive(Debug)]
pub(super) enum Ending {
    Carried(Box<Carried>),
    Failed(Failure),
    /// It is no longer of any use.
    Dropped,
    TooMany(Duration),
    Moved(ChatId),
    Trouble(String),
}

/// Carries out one request, once.
pub(super) async fn attempt(
    parts: &SenderParts,
    (admins, members): (&Admins, &Members),
    chat: ChatId,
    entry: &Queued,
    now: Timestamp,
) -> Ending {
    let age = now.since(entry.created_at);
    let request = &entry.outgoing.request;
    let too_old = match request {
        Request::AnswerTap { .. } => age > TAP_AGE,
        Request::AnswerInline { .. } => age > INLINE_AGE,
        // How long Telegram waits is not documented; it refuses answers that come too late.
        Request::AnswerGuest { .. } => age > GUEST_AGE,
        Request::AskMember { .. } => age > MEMBER_AGE,
        _ => false,
    };
    if too_old || entry.is_called_off {
        return Ending::Dropped;
    }
    if let Some((change, only_check)) = folder_change(request) {
        return change_folder(parts, change, only_check, request).await;
    }
    let business = entry.outgoing.business.as_ref();
    let to = Target {
        chat: business.map_or(chat, |target| target.chat),
        thread: entry.outgoing.thread,
        business: business.map(|target| target.connection.as_str()),
    };
    let carry_out = |call| carry_out(&parts.api, to, call);
    let carried = match request {
        Request::AskAdmin { person } => {
            let is_admin = admins.ask(&parts.api, chat, *person, now).await;
            is_admin.map(|is_admin| Carried { done: Done::Admin(is_admin), ..Carried::nothing() })
        }
        Request::AskConnection { connection } => get_connection(&parts.api, connection).await,
        Request::AskMember { person } => {
            let is_member = members.ask(&parts.api, chat, *person, now).await;
            is_member.map(|is_member| Carried { done: Done::Member(is_member), ..Carried::nothing() })
        }
        _ => match resolve(parts, chat, request).await {
            Ok(Some(call)) if shows_pictures(request) => {
                Pictured { parts, to, request }.carry_out(call).await
            }
            Ok(Some(call)) => carry_out(call).await,
            Ok(None) => return or_else(request, carry_out).await,
            Err(error) => return Ending::Trouble(causes(&error)),
        },
    };
    match ending(carried, request) {
        Ending::Failed(Failure::MessageGone) => or_else(request, carry_out).await,
        ending => ending,
    }
}

/// The change of the folder that a request makes.
fn folder_change(request: &Request) -> Option<(FolderChange, bool)> {
    match request {
        Request::ChangeFolder { change, only_check } => Some((change.clone(), *only_check)),
        Request::AddPhrasing { entry, phrasing } => {
            let (id, phrasing) = (entry.clone(), phrasing.clone());
            Some((FolderChange::Phrasing { id, phrasing, language: None }, false))
        }
        _ => None,
    }
}

async fn change_folder(
    parts: &SenderParts,
    change: FolderChange,
    only_check: bool,
    request: &Request,
) -> Ending {
    // Two bots that write to one file at once would undo each other's work.
    let _held = match parts.hold_folder().await {
        Ok(held) => held,
        Err(error) => return Ending::Trouble(causes(&error)),
    };
    let change_folder = parts.change_folder.clone();
    match tokio::task::spawn_blocking(move || change_folder(&change, only_check)).await {
        Ok(Ok(changed)) => {
            let is_former = matches!(request, Request::AddPhrasing { .. });
            let done = if is_former { Done::Written } else { Done::Changed(changed) };
            Ending::Carried(Box::new(Carried { done, ..Carried::nothing() }))
        }
        Ok(Err(error)) => Ending::Failed(Failure::Other(causes(&error))),
        Err(_) => Ending::Failed(Failure::Other("changing the folder has failed".into())),
    }
}

/// Does the alternative where the message that a request is about is gone.
async fn or_else<'a, F>(request: &'a Request, carry_out: impl FnOnce(Call<'a>) -> F) -> Ending
where
    F: Future<Output = Result<Carried, CallError>>,
{
    match request {
        Request::Edit { text, buttons, or_reply_to: Some(message), .. } => {
            let (reply_to, only_as_reply, silent, picture) = (Some(*message), false, false, None);
            let call = Call::Message { text, buttons, reply_to, only_as_reply, silent, picture };
            ending(carry_out(call).await, request)
        }
        _ => Ending::Failed(Failure::MessageGone),
    }
}

/// What a call means for the request that it was made for.
fn ending(carried: Result<Carried, CallError>, request: &Request) -> Ending {
    match carried {
        Ok(carried) => Ending::Carried(Box::new(carried)),
        Err(CallError::TooMany(wait)) => Ending::TooMany(wait),
        Err(CallError::Moved(to)) => Ending::Moved(to),
        Err(CallError::Trouble(reason)) => Ending::Trouble(reason),
        // The log has said so; for people it is as if the bot were not allowed to.
        Err(CallError::NoSuchMethod(_)) => Ending::Failed(Failure::NoRights),
        // The receiver finds out as well, and ends the bot; unsent requests stay.
        Err(error) if error.is_wrong_token() => Ending::Trouble(error.to_string()),
        Err(CallError::Refused { code, description }) => match (judge(code, &description), request) {
            (Verdict::TooLate, _) => Ending::Dropped,
            (Verdict::AlreadySo, _)
            | (Verdict::Failed(Failure::MessageGone), Request::Delete { .. } | Request::StopPoll { .. }) => {
                Ending::Carried(Box::new(Carried::nothing()))
            }
            (Verdict::Failed(failure), _) => Ending::Failed(failure),
        },
    }
}

/// Puts message ids in the place of keys. None: the message it changes was never sent.
async fn resolve<'a>(
    parts: &SenderParts,
    chat: ChatId,
    request: &'a Request,
) -> anyhow::Result<Option<Call<'a>>> {
    let id = |message: &'a MessageRef| message_id(parts, chat, message);
    let reply_id = async |reply_to: &'a Option<MessageRef>| match reply_to {
        // The message is worth sending even if what it replies to never was.
        Some(message) => id(message).await,
        None => Ok(None),
    };
    Ok(match request {
        Request::Message { text, buttons, reply_to, only_as_reply, silent, .. } => {
            let reply_to = reply_id(reply_to).await?;
            let (only_as_reply, silent) = (*only_as_reply, *silent);
            let is_of_use = reply_to.is_some() || !only_as_reply;
            let picture = None;
            is_of_use.then_some(Call::Message { text, buttons, reply_to, only_as_reply, silent, picture })
        }
        Request::ForceReply { text, placeholder, reply_to } => {
            let reply_to = reply_id(reply_to).await?;
            Some(Call::ForceReply { text, placeholder, reply_to })
        }
        Request::Edit { message, text, buttons, .. } => {
            id(message).await?.map(|message| Call::Edit { message, text, buttons })
        }
        Request::EditButtons { message, buttons } => {
            id(message).await?.map(|message| Call::EditButtons { message, buttons })
        }
        Request::Delete { message } => id(message).await?.map(|message| Call::Delete { message }),
        Request::Poll { question, options, correct, explanation, seconds, reply_to, .. } => {
            let reply_to = reply_id(reply_to).await?;
            Some(Call::Poll {
                question,
                options,
                correct,
                explanation,
                seconds: *seconds,
                reply_to,
                picture: None,
                explanation_picture: None,
            })
        }
        Request::StopPoll { message } => id(message).await?.map(|message| Call::StopPoll { message }),
        Request::AnswerTap { query, text, alert } => Some(Call::AnswerTap { query, text, alert: *alert }),
        Request::SetCommands { commands } => Some(Call::SetCommands { commands }),
        Request::AnswerGuest { query, result } => Some(Call::AnswerGuest { query, result }),
        Request::AnswerInline { query, results, cache_seconds } => {
            Some(Call::AnswerInline { query, results, cache_seconds: *cache_seconds })
        }
        // These are not about a message, and do not make a call each time.
        Request::AskAdmin { .. }
        | Request::AskConnection { .. }
        | Request::AskMember { .. }
        | Request::AddPhrasing { .. }
        | Request::ChangeFolder { .. } => None,
    })
}

async fn message_id(
    parts: &SenderParts,
    chat: ChatId,
    message: &MessageRef,
) -> anyhow::Result<Option<MessageId>> {
    match message {
        MessageRef::Id(id) => Ok(Some(*id)),
        MessageRef::Key(key) => parts.storage.look().await?.message_of(chat, key).await,
    }
}
