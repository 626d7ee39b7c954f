//! What the bot answered lately: so that it can be edited, pointed to and explained.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::command;
use super::turn::Turn;
use super::{ChatKind, Key, Message, MessageId, RepliedMessage, Sender, Tap, ThreadId};
use crate::knowledge::Id;
use crate::rich_text::RichText;
use crate::stable_hash::stable_hash;
use crate::time::Timestamp;

/// The same question again within this time gets a pointer to the answer above.
const STILL_ABOVE: Duration = Duration::from_secs(10 * 60);

/// Answers are remembered this long, so that an edited question can have its answer edited.
const REMEMBERED: Duration = Duration::from_secs(24 * 60 * 60);

/// So many answers are remembered in a chat.
const N_REMEMBERED: usize = 30;

/// An answer the bot gave: to a question, or in a group to a tap on a button.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Answered {
    /// The key of its first message.
    pub(super) key: Key,
    pub(super) thread: Option<ThreadId>,
    /// How many messages the answer took.
    pub(super) n_parts: usize,
    /// The words of the question: only where the whole chat, or an owner alone, can see them anyway.
    pub(super) text: Option<String>,
    pub(super) says: Says,
    pub(super) at: Timestamp,
}

/// What an answer says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Says {
    /// What the folder says under this id; a hash of its text tells whether it still does.
    Entry { id: Id, hash: u64 },
    /// That the answer which was sent under this key is it: to a question that this entry answers.
    Above { answer: Key, id: Id },
    /// A choice, "I don't know", small talk, or the rest of a long answer.
    Else,
}

impl Says {
    pub(super) fn entry(id: &Id, text: &RichText) -> Says {
        Says::Entry { id: id.clone(), hash: stable_hash(&text.text) }
    }
}

impl Answered {
    /// When it is to be forgotten.
    pub(super) fn due(&self) -> Timestamp {
        self.at + REMEMBERED
    }
}

impl Turn<'_> {
    /// In a group: the answer that stands above already, if the same was said a short while ago.
    pub(super) fn answered_above(
        &self,
        chat: ChatKind,
        thread: Option<ThreadId>,
        says: &Says,
    ) -> Option<Key> {
        let is_entry = matches!(says, Says::Entry { .. });
        let above = self.stands_above(chat, |it| is_entry && it.says == *says && it.thread == thread)?;
        Some(above.key.clone())
    }

    /// In a group: the last answer of this kind, if it was given a short while ago.
    pub(super) fn stands_above(&self, chat: ChatKind, is: impl Fn(&Answered) -> bool) -> Option<&Answered> {
        let is_recent = |it: &Answered| self.now.since(it.at) < STILL_ABOVE;
        let answered = self.conversation.answered.iter().rev();
        answered.filter(|_| chat != ChatKind::Private).find(|it| is_recent(it) && is(it))
    }

    pub(super) fn remember(&mut self, message: &Message, question: &str, says: Says, n_parts: usize) {
        let owner = matches!(&message.sender, Sender::Person(person) if self.is_owner(person));
        let keeps_text = message.chat != ChatKind::Private || owner;
        self.keep(Answered {
            key: answer_key(message.id),
            thread: message.thread,
            n_parts,
            text: keeps_text.then(|| question.to_owned()),
            says,
            at: self.now,
        });
    }

    /// Remembers an answer, in the place of one that was under the same key, or of the oldest.
    pub(super) fn keep(&mut self, answer: Answered) {
        self.forget_answered();
        let answered = &mut self.conversation.answered;
        answered.retain(|it| it.key != answer.key);
        if answered.len() >= N_REMEMBERED {
            answered.remove(0);
        }
        answered.push(answer);
    }

    /// Forgets the answers that have been deleted: an edited question is to be answered anew.
    pub(super) fn forget_deleted(&mut self, deleted: &[Key]) {
        self.conversation.answered.retain(|it| !deleted.contains(&it.key));
    }

    /// Forgets what was answered long ago.
    pub(super) fn forget_answered(&mut self) {
        let now = self.now;
        self.conversation.answered.retain(|it| now.since(it.at) < REMEMBERED);
    }

    /// The words of the question whose answer was sent under this key, as long as they are remembered.
    pub(super) fn question_of(&self, key: &Key) -> Option<&str> {
        let sent_under = |it: &&Answered| (0..it.n_parts).any(|part| part_key(&it.key, part) == *key);
        let answered = self.conversation.answered.iter().find(sent_under)?;
        answered.text.as_deref()
    }

    /// Which of the remembered answers the tapped message is: the one to the question that it replies to.
    pub(super) fn answer_above(&self, tap: &Tap) -> Option<usize> {
        let key = answer_key(asked_above(tap)?.id);
        self.conversation.answered.iter().position(|it| it.key == key)
    }

    /// The question that the tapped message answers. None: it is unknown, or there was none: the message answers a
    /// command, or came by a button under another answer.
    pub(super) fn question_above(&self, tap: &Tap) -> Option<String> {
        // `/ask` as a reply asks in somebody else's words.
        let answered = self.answer_above(tap).map(|index| &self.conversation.answered[index]);
        let remembered = answered.and_then(|it| it.text.clone());
        remembered.or_else(|| command::question_in(asked_above(tap)?.text.as_deref()?, self.context.me))
    }
}

/// What a person wrote that the tapped message replies to; the bot's own words are no question.
fn asked_above(tap: &Tap) -> Option<&RepliedMessage> {
    tap.reply_to.as_ref().filter(|replied| !replied.mine)
}

/// The key of the answer to a message, or of its first part.
///
/// A pointer to an answer above takes the same key: it is what was said to that message.
pub(super) fn answer_key(question: MessageId) -> Key {
    Key(format!("answer:{}", question.0))
}

/// Whether what was sent under this key answers a question.
pub(super) fn is_answer(key: &Key) -> bool {
    key.0.starts_with("answer:")
}

/// The question whose answer has this key.
pub(super) fn question_under(key: &Key) -> Option<MessageId> {
    key.0.strip_prefix("answer:")?.parse().ok().map(MessageId)
}

/// The key of one of the messages that an answer takes. Part 0 is the first part, or all of it.
pub(super) fn part_key(answer: &Key, part: usize) -> Key {
    if part == 0 { answer.clone() } else { Key(format!("{}:{part}", answer.0)) }
}
