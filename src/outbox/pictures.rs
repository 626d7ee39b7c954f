//! Pictures: uploaded once, then sent by the name that Telegram gave them; and what happens where one cannot be had.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::UNIX_EPOCH;

use super::sender::SenderParts;
use crate::chat::{ChatId, Event, Failure, FolderNews, PersonId, Picture, Request};
use crate::knowledge::is_on_the_web;
use crate::rich_text::RichText;
use crate::storage::{Arrival, Place};
use crate::supervise::causes;
use crate::telegram::api::{CallError, File, Verdict, judge};
use crate::telegram::encode::{Call, Carried, Photo, Target, carry_out};

/// What the sender needs to know for pictures.
#[derive(Debug, Default)]
pub struct Pictures {
    /// Where the files are.
    pub folder: Option<PathBuf>,
    /// Who is informed of a picture that cannot be had.
    pub owners: Vec<PersonId>,
    /// The server does not know pictures in polls: it is older than Bot API 10.
    polls_without: AtomicBool,
}

impl Pictures {
    pub fn new(folder: Option<PathBuf>, owners: Vec<PersonId>) -> Pictures {
        Pictures { folder, owners, polls_without: AtomicBool::new(false) }
    }
}

/// A larger file is not a photo for Telegram (`sendPhoto`), in bytes.
const LARGEST: u64 = 10 * 1024 * 1024;

pub(super) fn shows_pictures(request: &Request) -> bool {
    !pictures_of(request).is_empty()
}

/// The pictures of a request: the one above, and the one of the explanation.
fn pictures_of(request: &Request) -> Vec<(Slot, &Picture)> {
    match request {
        Request::Message { picture, .. } => picture.iter().map(|it| (Slot::Above, it)).collect(),
        Request::Poll { picture, explanation_picture, .. } => {
            let explanation = explanation_picture.iter().map(|it| (Slot::Explanation, it));
            picture.iter().map(|it| (Slot::Above, it)).chain(explanation).collect()
        }
        _ => Vec::new(),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slot {
    Above,
    Explanation,
}

/// A picture on its way.
struct Found {
    slot: Slot,
    name: String,
    /// The name it is remembered by: another version of a file is another picture.
    key: String,
    photo: Photo,
    is_remembered: bool,
}

/// A request that shows pictures.
pub(super) struct Pictured<'a> {
    pub(super) parts: &'a SenderParts,
    pub(super) to: Target<'a>,
    pub(super) request: &'a Request,
}

impl Pictured<'_> {
    /// Sends it with its pictures: by name where Telegram has them, otherwise by uploading them. Where Telegram does
    /// not take them, the rest goes without.
    pub(super) async fn carry_out(&self, plain: Call<'_>) -> Result<Carried, CallError> {
        let mut found = self.find(true).await;
        let mut carried = self.send(&plain, &found).await;
        if is_refused(&carried) && found.iter().any(|it| it.is_remembered) {
            // Telegram may have forgotten them, or be a different server.
            for it in &found {
                self.forget(&it.key).await;
            }
            found = self.find(false).await;
            carried = self.send(&plain, &found).await;
        }
        match carried {
            Ok(carried) => {
                self.remember(&found, &carried).await;
                self.show_in_its_place(&found, &carried).await;
                Ok(carried)
            }
            Err(CallError::Refused { code, description })
                if !found.is_empty() && is_other(code, &description) =>
            {
                for it in &found {
                    self.tell(&it.name, &description).await;
                }
                self.send(&plain, &[]).await
            }
            Err(error) => Err(error),
        }
    }

    async fn send(&self, plain: &Call<'_>, found: &[Found]) -> Result<Carried, CallError> {
        let photo = |slot| found.iter().find(|it| it.slot == slot).map(|it| &it.photo);
        let (above, beside) = (photo(Slot::Above), photo(Slot::Explanation));
        let call = match plain.clone() {
            // A picture without text, and it cannot be had.
            Call::Message { text, .. } if above.is_none() && text.is_empty() => return Ok(Carried::nothing()),
            Call::Message { text, buttons, reply_to, only_as_reply, silent, .. } => {
                Call::Message { text, buttons, reply_to, only_as_reply, silent, picture: above }
            }
            Call::Poll { question, options, correct, explanation, seconds, reply_to, .. } => {
                let is_old = self.parts.pictures.polls_without.load(Ordering::Relaxed);
                if let (true, Some(above)) = (is_old, above) {
                    self.show(above, None).await;
                }
                let known = |photo: Option<_>| if is_old { None } else { photo };
                Call::Poll {
                    question,
                    options,
                    correct,
                    explanation,
                    seconds,
                    reply_to,
                    picture: known(above),
                    explanation_picture: known(beside),
                }
            }
            other => other,
        };
        carry_out(&self.parts.api, self.to, call).await
    }

    /// A server that does not know pictures in polls leaves them out silently: then the picture comes below the
    /// poll, and from the next one on above it.
    async fn show_in_its_place(&self, found: &[Found], carried: &Carried) {
        let Some(above) = found.iter().find(|it| it.slot == Slot::Above) else { return };
        let left_out = carried.poll.is_some() && carried.picture.is_none();
        if left_out && !self.parts.pictures.polls_without.swap(true, Ordering::Relaxed) {
            tracing::warn!("the Bot API server does not know pictures in polls: they are sent by themselves");
            self.show(&above.photo, carried.sent).await;
        }
    }

    /// Sends a picture by itself. Where that does not work the quiz goes on all the same.
    async fn show(&self, photo: &Photo, reply_to: Option<crate::chat::MessageId>) {
        let (text, buttons) = (RichText::default(), Vec::new());
        let call = Call::Message {
            text: &text,
            buttons: &buttons,
            reply_to,
            only_as_reply: false,
            silent: true,
            picture: Some(photo),
        };
        if let Err(error) = carry_out(&self.parts.api, self.to, call).await {
            tracing::warn!(chat = self.to.chat.0, "cannot show the picture of a question: {error}");
        }
    }

    /// The pictures that can be had.
    async fn find(&self, may_remember: bool) -> Vec<Found> {
        let mut found = Vec::new();
        for (slot, picture) in pictures_of(self.request) {
            match self.find_one(&picture.0, may_remember).await {
                Ok((key, photo, is_remembered)) => {
                    found.push(Found { slot, name: picture.0.clone(), key, photo, is_remembered });
                }
                Err(reason) => self.tell(&picture.0, &reason).await,
            }
        }
        found
    }

    async fn find_one(&self, name: &str, may_remember: bool) -> Result<(String, Photo, bool), String> {
        let mut path = None;
        let mut key = name.to_owned();
        if !is_on_the_web(name) {
            let folder = self.parts.pictures.folder.as_ref().ok_or("there is no folder to take it from")?;
            let file = folder.join(name);
            let metadata = tokio::fs::metadata(&file).await.map_err(|error| error.to_string())?;
            if metadata.len() > LARGEST {
                return Err("it has more than 10 MB".to_owned());
            }
            let changed = metadata.modified().ok().and_then(|it| it.duration_since(UNIX_EPOCH).ok());
            key = format!("{name}?{}&{}", metadata.len(), changed.map_or(0, |it| it.as_millis()));
            path = Some(file);
        }
        if may_remember && let Some(id) = self.remembered(&key).await {
            return Ok((key, Photo::Known(id), true));
        }
        match path {
            None => Ok((key, Photo::Known(name.to_owned()), false)),
            Some(path) => {
                let bytes = tokio::fs::read(&path).await.map_err(|error| error.to_string())?;
                let name = path.file_name().map_or_else(String::new, |it| it.to_string_lossy().into_owned());
                Ok((key, Photo::New(File { name, bytes: bytes.into() }), false))
            }
        }
    }

    /// This is a memory that saves work: if the database fails, there is none.
    async fn remembered(&self, key: &str) -> Option<String> {
        let look = async { self.parts.storage.look().await?.picture(key).await };
        look.await.unwrap_or_else(|error: anyhow::Error| {
            tracing::warn!("{}", causes(&error));
            None
        })
    }

    async fn remember(&self, found: &[Found], carried: &Carried) {
        for it in found.iter().filter(|it| !it.is_remembered) {
            let id = match it.slot {
                Slot::Above => &carried.picture,
                Slot::Explanation => &carried.explanation_picture,
            };
            let Some(id) = id else { continue };
            let note = async {
                let mut transaction = self.parts.storage.begin().await?;
                transaction.keep_picture(&it.name, &it.key, id, self.parts.clock.now()).await?;
                transaction.commit().await
            };
            if let Err(error) = note.await {
                tracing::warn!("{}", causes(&error));
            }
        }
    }

    async fn forget(&self, key: &str) {
        let forget = async {
            let mut transaction = self.parts.storage.begin().await?;
            transaction.forget_picture(key).await?;
            transaction.commit().await
        };
        if let Err(error) = forget.await {
            tracing::warn!("{}", causes(&error));
        }
    }

    /// Informs the owners that a picture cannot be had, once until it can.
    async fn tell(&self, name: &str, reason: &str) {
        let tell = async {
            let mut transaction = self.parts.storage.begin().await?;
            let is_news = transaction.miss_picture(name, self.parts.clock.now()).await?;
            transaction.commit().await?;
            if !is_news {
                return anyhow::Ok(());
            }
            tracing::warn!("cannot show the picture {name}: {reason}");
            let news = FolderNews::Picture { name: name.to_owned(), reason: reason.to_owned() };
            let arrival = |owner: &PersonId| Arrival {
                update_id: None,
                place: Place::Chat(ChatId(owner.0)),
                event: Event::Folder(news.clone()),
            };
            let arrivals: Vec<Arrival> = self.parts.pictures.owners.iter().map(arrival).collect();
            self.parts.inbox.put(&arrivals, self.parts.clock.now()).await
        };
        if let Err(error) = tell.await {
            tracing::warn!("cannot tell the owners about a picture: {}", causes(&error));
        }
    }
}

/// A refusal for a reason other than those for which any message may be refused.
fn is_other(code: u16, description: &str) -> bool {
    let right = description.to_lowercase().contains("photo");
    match judge(code, description) {
        Verdict::Failed(Failure::Other(_)) => true,
        // Where only photos are forbidden, text may be allowed.
        Verdict::Failed(Failure::NoRights) => right,
        _ => false,
    }
}

fn is_refused(carried: &Result<Carried, CallError>) -> bool {
    matches!(carried, Err(CallError::Refused { code, description }) if is_other(*code, description))
}
