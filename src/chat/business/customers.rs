//! Answering the customers of a business account: when sure, and never into its owner's own conversation.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{BusinessConnection, BusinessEvent, BusinessMessage, BusinessNews};
use crate::chat::answers::{hash_of, miss};
use crate::chat::card::{MessageParts, Part, messages, part_key};
use crate::chat::pace::Pace;
use crate::chat::reply::{self, reply};
use crate::chat::turn::Turn;
use crate::chat::{
    BusinessTarget, ChatId, ChatKind, Event, Failure, Key, MessageId, MessageRef, MissReason, Outcome,
    Outgoing, PersonId, Record, Request, Sender, language,
};
use crate::matching::is_question;
use crate::time::Timestamp;

/// How long the bot keeps out of a conversation after the owner has written there.
const OWNER_IS_THERE: Duration = Duration::from_secs(15 * 60);

/// A message that is edited later than this gets no first answer: the conversation has moved on.
const STILL_NEW: Duration = Duration::from_secs(15 * 60);

/// Who wrote to whom is remembered this long, as are answers, so that they can be edited.
const REMEMBERED: Duration = Duration::from_secs(24 * 60 * 60);

/// The most answers, and the most chats in which the owner has written, that are remembered.
const N_REMEMBERED: usize = 200;

/// The most messages that wait for word on their connection; the oldest gives way.
const N_WAITING: usize = 50;

/// The key of the request that asks what a connection allows.
const ASK: &str = "connection";

/// What is known of one connection and of its chats.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(in crate::chat) struct Customers {
    /// None: Telegram has not said yet.
    connection: Option<BusinessConnection>,
    /// The owner has turned the answers off.
    is_off: bool,
    /// Has been informed that this bot answers for others only.
    turned_away: bool,
    /// The owner has been informed that a customer could not be answered; until an answer goes through again.
    trouble_said: bool,
    /// When the owner wrote last, by chat.
    owner_wrote: Vec<(ChatId, Timestamp)>,
    /// Oldest first.
    answered: Vec<Answered>,
    /// Messages that came before it was known what the connection allows; edited ones are marked.
    waiting: Vec<(bool, BusinessMessage)>,
}

/// An answer to a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Answered {
    chat: ChatId,
    question: MessageId,
    /// The customer's, for the owner's eyes.
    name: String,
    n_parts: usize,
    /// A hash of what it says.
    shown: u64,
    at: Timestamp,
}

impl Answered {
    fn key(&self) -> Key {
        answer_key(self.chat, self.question)
    }

    fn is_sent_under(&self, key: &Key) -> bool {
        (0..self.n_parts).any(|part| part_key(&self.key(), part) == *key)
    }
}

impl Customers {
    /// When the oldest is to be forgotten.
    pub(in crate::chat) fn due(&self) -> Option<Timestamp> {
        let owner_wrote = self.owner_wrote.iter().map(|(_, at)| *at);
        self.answered.iter().map(|it| it.at).chain(owner_wrote).min().map(|at| at + REMEMBERED)
    }

    /// Forgets what happened long ago.
    pub(in crate::chat) fn forget_old(&mut self, now: Timestamp) {
        self.answered.retain(|it| now.since(it.at) < REMEMBERED);
        self.owner_wrote.retain(|(_, at)| now.since(*at) < REMEMBERED);
    }

    /// Somebody asks to be forgotten. If it is an owner, Telegram is asked again when a customer writes.
    pub(in crate::chat) fn forget(&mut self, person: PersonId) {
        if self.connection.as_ref().is_some_and(|it| it.owner.id == person) {
            *self = Customers::default();
        }
        let chat = ChatId(person.0);
        self.answered.retain(|it| it.chat != chat);
        self.owner_wrote.retain(|(wrote_in, _)| *wrote_in != chat);
        self.waiting.retain(|(_, message)| message.chat != chat);
    }

    /// Something happened through the connection.
    pub(in crate::chat) fn happened(&mut self, turn: &mut Turn<'_>, pace: &mut Pace, event: BusinessEvent) {
        match event {
            BusinessEvent::Connection(connection) => self.connected(turn, pace, connection),
            BusinessEvent::Message(message) => self.message_or_wait(turn, pace, message, false),
            BusinessEvent::Edited(message) => self.message_or_wait(turn, pace, message, true),
            BusinessEvent::Deleted { chat, messages } => {
                self.answered.retain(|it| it.chat != chat || !messages.contains(&it.question));
                self.waiting.retain(|(_, it)| it.chat != chat || !messages.contains(&it.message.id));
            }
            BusinessEvent::Switch { on } => self.is_off = !on,
            // This is for the owner's private chat.
            BusinessEvent::News(_) => {}
        }
    }

    /// Telegram has said what a connection allows, or that this has changed.
    pub(in crate::chat) fn connected(
        &mut self,
        turn: &mut Turn<'_>,
        pace: &mut Pace,
        connection: BusinessConnection,
    ) {
        let before = self.connection.replace(connection.clone());
        let place = ChatId::of_connection(&connection.id);
        let was_enabled = before.as_ref().is_some_and(|it| it.is_enabled);
        let could_reply = before.as_ref().is_some_and(|it| it.can_reply);
        let news = if !connection.is_enabled {
            let is_news = was_enabled && !self.turned_away;
            is_news.then_some(BusinessNews::Disconnected { connection: place })
        } else if !turn.context.owners.contains(&connection.owner.id) {
            let is_news = !std::mem::replace(&mut self.turned_away, true);
            is_news.then_some(BusinessNews::NotAnOwner)
        } else if std::mem::take(&mut self.turned_away) || !was_enabled || could_reply != connection.can_reply
        {
            let (can_reply, on) = (connection.can_reply, !self.is_off);
            Some(BusinessNews::Connected { connection: place, can_reply, on })
        } else {
            None
        };
        if before.is_some_and(|it| it != connection) {
            self.trouble_said = false;
        }
        if let Some(news) = news {
            tell(turn, connection.owner_chat, news);
        }
        for (is_edit, message) in std::mem::take(&mut self.waiting) {
            self.message(turn, pace, &connection, &message, is_edit);
        }
    }

    fn message_or_wait(
        &mut self,
        turn: &mut Turn<'_>,
        pace: &mut Pace,
        message: BusinessMessage,
        is_edit: bool,
    ) {
        if let Some(connection) = self.connection.clone() {
            return self.message(turn, pace, &connection, &message, is_edit);
        }
        // It was made before this bot knew of connections, or the update about it was lost.
        if self.waiting.is_empty() {
            let ask = Request::AskConnection { connection: message.connection.clone() };
            turn.send(Outgoing::request(None, ask).key(Key(ASK.into())).report());
        } else if self.waiting.len() >= N_WAITING {
            self.waiting.remove(0);
        }
        self.waiting.push((is_edit, message));
    }

    fn message(
        &mut self,
        turn: &mut Turn<'_>,
        pace: &mut Pace,
        connection: &BusinessConnection,
        message: &BusinessMessage,
        is_edit: bool,
    ) {
        let BusinessMessage { chat, message: written, is_automatic, .. } = message;
        let Sender::Person(person) = &written.sender else { return };
        let written_at = written.sent_at.unwrap_or(turn.now);
        if person.id == connection.owner.id {
            if !is_automatic && !is_edit {
                self.note_owner(*chat, written_at);
            }
            return;
        }
        let is_served = connection.is_enabled
            && connection.can_reply
            && !self.is_off
            && turn.context.owners.contains(&connection.owner.id);
        let owner_is_there = self
            .owner_wrote
            .iter()
            .any(|(wrote_in, at)| wrote_in == chat && written_at.since(*at) < OWNER_IS_THERE);
        let text = written.text.as_deref().unwrap_or_default().trim();
        let asks_nobody = text.is_empty() || text.starts_with('/') || written.forwarded || *is_automatic;
        if !is_served || owner_is_there || asks_nobody {
            return;
        }
        let answered = self.answered.iter().position(|it| it.chat == *chat && it.question == written.id);
        if answered.is_none() && is_edit && turn.now.since(written_at) >= STILL_NEW {
            return;
        }
        // There is nowhere to say that it is too much.
        if !pace.allows_message(person.id, turn.now).go_on {
            return;
        }
        let target = BusinessTarget { connection: connection.id.clone(), chat: *chat };
        let context = language::for_question(turn.context, text);
        if !reply::is_sure(context, text) {
            if is_question(text) {
                turn.record(Record::Asked { outcome: Outcome::Unknown, entry: None, confidence: None });
                miss(turn, text, MissReason::Unknown);
            }
            if let Some(index) = answered.filter(|_| connection.can_delete) {
                let former = self.answered.remove(index);
                put(turn, &target, &former.key(), written.id, former.n_parts, Vec::new(), true);
            }
            return;
        }
        let reply = reply(context, text, ChatKind::Private, &Sender::Person(person.clone()));
        // No buttons: the message is the account's own, and a tap would come from a chat that is not the bot's.
        // Without its picture: what the bot may not delete here could not become text again.
        let parts = messages(&Part { picture: None, text: reply.text.clone(), buttons: Vec::new() });
        let shown = hash_of(&parts);
        let n_former = answered.map_or(0, |index| self.answered[index].n_parts);
        if answered.is_some_and(|index| self.answered[index].shown == shown) {
            return;
        }
        turn.record(reply.asked());
        let key = answer_key(*chat, written.id);
        let n_parts = parts.len();
        put(turn, &target, &key, written.id, n_former, parts, connection.can_delete);
        let name = person.name.clone();
        let answer = Answered { chat: *chat, question: written.id, name, n_parts, shown, at: turn.now };
        match answered {
            Some(index) => self.answered[index] = answer,
            None => {
                if self.answered.len() >= N_REMEMBERED {
                    self.answered.remove(0);
                }
                self.answered.push(answer);
            }
        }
    }

    fn note_owner(&mut self, chat: ChatId, at: Timestamp) {
        let before = self.owner_wrote.iter().position(|(wrote_in, _)| *wrote_in == chat);
        let gives_way = before.or((self.owner_wrote.len() >= N_REMEMBERED).then_some(0));
        let last = gives_way.map(|index| self.owner_wrote.remove(index).1).filter(|_| before.is_some());
        self.owner_wrote.push((chat, last.map_or(at, |last| last.max(at))));
    }

    /// An answer has gone through.
    pub(in crate::chat) fn sent(&mut self, key: &Key) {
        if self.answered.iter().any(|it| it.is_sent_under(key)) {
            self.trouble_said = false;
        }
    }

    /// An answer could not be sent or edited, or Telegram knows nothing of the connection (any more).
    pub(in crate::chat) fn failed(&mut self, turn: &mut Turn<'_>, key: &Key, failure: &Failure) {
        if key.0 == ASK {
            // Messages that could not be answered then cannot be answered at all.
            return self.waiting.clear();
        }
        let Some(index) = self.answered.iter().position(|it| it.is_sent_under(key)) else { return };
        let answered = self.answered.remove(index);
        // A message that is gone was deleted by the owner or the customer.
        if *failure == Failure::MessageGone {
            return;
        }
        if let Some(connection) = &self.connection
            && !std::mem::replace(&mut self.trouble_said, true)
        {
            tell(turn, connection.owner_chat, BusinessNews::Failed { name: answered.name });
        }
    }
}

/// Message numbers are those of the account; with the chat beside them they are also unique where an account has several
/// series of them.
fn answer_key(chat: ChatId, question: MessageId) -> Key {
    Key(format!("business:{}:{}", chat.0, question.0))
}

/// Puts an answer in the place of another one, which took `n_former` messages. Surplus messages stay where the bot may
/// not delete.
fn put(
    turn: &mut Turn<'_>,
    target: &BusinessTarget,
    key: &Key,
    question: MessageId,
    n_former: usize,
    parts: MessageParts,
    can_delete: bool,
) {
    let n_parts = parts.len();
    for (index, Part { text, buttons, .. }) in parts.into_iter().enumerate() {
        let key = part_key(key, index);
        let outgoing = match index < n_former {
            true => Outgoing::edit(MessageRef::Key(key.clone()), text, buttons),
            false => Outgoing::message(None, text).reply_to(MessageRef::Id(question)),
        };
        turn.send(outgoing.key(key).report().for_business(target.clone()));
    }
    for index in n_parts..n_former {
        if can_delete {
            let message = MessageRef::Key(part_key(key, index));
            turn.send(Outgoing::request(None, Request::Delete { message }).for_business(target.clone()));
        }
    }
}

fn tell(turn: &mut Turn<'_>, chat: ChatId, news: BusinessNews) {
    let event = Box::new(Event::Business(BusinessEvent::News(news)));
    turn.record(Record::Tell { chat, event });
}
