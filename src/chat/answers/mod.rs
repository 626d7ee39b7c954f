//! What the bot answers, and what it answered lately, so that it can be edited, pointed to and explained.

mod edit;
mod give;
mod tap;

pub(super) use give::miss;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::card::{Former, MessageParts, card_text, has_picture, part_key};
use super::command;
use super::turn::Turn;
use super::{ChatKind, Context, Key, Message, MessageId, PersonId, RepliedMessage, Sender, Tap, ThreadId};
use crate::knowledge::Id;
use crate::stable_hash::stable_hash;
use crate::time::Timestamp;

/// The same question again within this time gets a pointer to the answer above.
const STILL_ABOVE: Duration = Duration::from_secs(10 * 60);

/// Answers are remembered this long, so that an edited question can have its answer edited.
const REMEMBERED: Duration = Duration::from_secs(24 * 60 * 60);

/// The most answers remembered in a chat.
const N_REMEMBERED: usize = 30;

/// The answers of one chat that are remembered, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Answers(Vec<Answered>);

/// An answer the bot gave: to a question, or in a group to a tap on a button.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Answered {
    /// The key of its first message.
    key: Key,
    thread: Option<ThreadId>,
    /// How many messages the answer took.
    n_parts: usize,
    /// One of them is a photo.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    has_picture: bool,
    /// The words of the question: only where the whole chat, or only an owner, can see them anyway.
    text: Option<String>,
    /// Who wrote them, so that they can be forgotten.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    asker: Option<PersonId>,
    says: Says,
    /// A hash of its text and buttons, so that an edit which changes nothing sends nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    shown: Option<u64>,
    /// Its messages have been deleted; its question is still known, as Telegram reports edits that change
    /// nothing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    is_gone: bool,
    at: Timestamp,
}

/// What an answer says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
enum Says {
    /// What the folder says under this id; a hash of its text shows whether it still does.
    Entry { id: Id, hash: u64 },
    /// That the answer sent under this key is the one: to a question that this entry answers.
    Above { answer: Key, id: Id },
    /// A choice, "I don't know", small talk, or the rest of a long answer.
    Else,
}

impl Answered {
    /// The messages that another answer would replace.
    fn former(&self) -> Former {
        Former { n_parts: self.n_parts, has_picture: self.has_picture }
    }
}

impl Says {
    fn entry(context: Context<'_>, id: &Id) -> Says {
        let text = context.library.topic(id).map(|topic| card_text(context, topic).text);
        Says::Entry { id: id.clone(), hash: stable_hash(&text.unwrap_or_default()) }
    }
}

impl Answers {
    /// When the oldest is to be forgotten.
    pub(super) fn due(&self) -> Option<Timestamp> {
        self.0.first().map(|oldest| oldest.at + REMEMBERED)
    }

    /// The words of the question whose answer was sent under this key, as long as they are remembered.
    pub(super) fn question_of(&self, key: &Key) -> Option<&str> {
        let sent_under = |it: &&Answered| (0..it.n_parts).any(|part| part_key(&it.key, part) == *key);
        self.0.iter().find(sent_under)?.text.as_deref()
    }

    /// Notes the answers that have been deleted: a question that is edited then is to be answered again.
    pub(super) fn note_deleted(&mut self, deleted: &[Key]) {
        self.0.iter_mut().filter(|it| deleted.contains(&it.key)).for_each(|it| it.is_gone = true);
    }

    /// Forgets the words of somebody who asks to be forgotten. The answers themselves stay.
    pub(super) fn forget(&mut self, person: PersonId) {
        for answered in self.0.iter_mut().filter(|it| it.asker == Some(person)) {
            (answered.text, answered.asker) = (None, None);
        }
    }

    /// Forgets what was answered long ago.
    pub(super) fn forget_old(&mut self, now: Timestamp) {
        self.0.retain(|it| now.since(it.at) < REMEMBERED);
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    fn under(&self, key: &Key) -> Option<&Answered> {
        self.0.iter().find(|it| it.key == *key)
    }

    fn under_mut(&mut self, key: &Key) -> Option<&mut Answered> {
        self.0.iter_mut().find(|it| it.key == *key)
    }

    /// In a group: the answer already above, if the same was said a short while ago.
    fn same_above(
        &self,
        chat: ChatKind,
        thread: Option<ThreadId>,
        says: &Says,
        now: Timestamp,
    ) -> Option<Key> {
        let is_entry = matches!(says, Says::Entry { .. });
        let above = self.above(chat, now, |it| is_entry && it.says == *says && it.thread == thread)?;
        Some(above.key.clone())
    }

    /// In a group: the last answer of this kind, if it was given a short while ago.
    fn above(&self, chat: ChatKind, now: Timestamp, is: impl Fn(&Answered) -> bool) -> Option<&Answered> {
        let is_recent = |it: &Answered| now.since(it.at) < STILL_ABOVE;
        let answered = self.0.iter().rev();
        answered.filter(|it| chat != ChatKind::Private && !it.is_gone).find(|it| is_recent(it) && is(it))
    }

    fn remember(
        &mut self,
        turn: &Turn<'_>,
        message: &Message,
        question: &str,
        says: Says,
        parts: &MessageParts,
    ) {
        let asker = match &message.sender {
            Sender::Person(person) => Some(person),
            _ => None,
        };
        let is_owner = asker.is_some_and(|person| turn.context.is_owner(person));
        let is_among_two = matches!(message.chat, ChatKind::Private | ChatKind::DirectMessages);
        let keeps_text = !is_among_two || is_owner;
        self.keep(Answered {
            key: answer_key(message.id),
            thread: message.thread,
            n_parts: parts.len().max(1),
            has_picture: has_picture(parts),
            text: keeps_text.then(|| question.to_owned()),
            asker: asker.filter(|_| keeps_text).map(|person| person.id),
            says,
            shown: Some(hash_of(parts)),
            is_gone: false,
            at: turn.now,
        });
    }

    /// Remembers an answer, replacing one under the same key, or the oldest.
    fn keep(&mut self, answer: Answered) {
        self.forget_old(answer.at);
        self.0.retain(|it| it.key != answer.key);
        if self.0.len() >= N_REMEMBERED {
            self.0.remove(0);
        }
        self.0.push(answer);
    }

    /// The question that the tapped message answers. None: it is unknown, or there was none, as the message answers a
    /// command, or came by a button under another answer.
    fn question_above(&self, context: Context<'_>, tap: &Tap) -> Option<String> {
        let asked = asked_above(tap)?;
        // `/ask` as a reply asks in somebody else's words.
        let remembered = self.under(&answer_key(asked.id)).and_then(|it| it.text.clone());
        remembered.or_else(|| command::question_in(asked.text.as_deref()?, context.me))
    }
}

pub(super) fn hash_of(parts: &MessageParts) -> u64 {
    stable_hash(&format!("{parts:?}"))
}

/// The text by a person that the tapped message replies to; the bot's own words are not a question.
fn asked_above(tap: &Tap) -> Option<&RepliedMessage> {
    tap.reply_to.as_ref().filter(|replied| !replied.mine)
}

/// The key of the answer to a message, or of its first part.
///
/// A pointer to an answer above takes the same key: it is the reply to that message.
fn answer_key(question: MessageId) -> Key {
    Key(format!("answer:{}", question.0))
}

/// Whether what was sent under this key answers a question.
pub(super) fn is_answer(key: &Key) -> bool {
    key.0.starts_with("answer:")
}

/// The question whose answer has this key.
fn question_under(key: &Key) -> Option<MessageId> {
    key.0.strip_prefix("answer:")?.parse().ok().map(MessageId)
}
