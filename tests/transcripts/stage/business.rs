//! A business account that the bot is connected to: Olga's.

use std::collections::BTreeMap;

use faqbot::chat::{
    BusinessConnection, BusinessEvent, BusinessMessage, ChatId, ChatKind, Conversation, Event, Message,
    MessageId, Person, PersonId, Sender,
};
use faqbot::time::Timestamp;

use super::Stage;
use super::cast::PEOPLE;

#[derive(Default)]
pub(super) struct Business {
    /// The other conversation: that of the connection or, while that is stepped, the one that people see.
    beside: Conversation,
    /// The conversation of the connection is stepped.
    is_stepped: bool,
    /// The rights that the account gives the bot.
    pub(super) connection: Option<BusinessConnection>,
    /// When customers wrote.
    sent: BTreeMap<MessageId, Timestamp>,
}

impl Business {
    /// The bot knows nothing of the connection any more.
    pub(super) fn forget(&mut self) {
        self.beside = Conversation::default();
    }
}

impl Stage<'_> {
    /// What somebody does with the account, or in one of its chats. Returns whether it is that.
    pub(super) fn acts_in_account(&mut self, sender: Sender, person: &Person, act: &str) -> bool {
        if let Some(rest) = act.strip_prefix("writes to ") {
            let (to, text) = rest.split_once(": ").expect("name: text");
            self.in_account(sender, person, to, text, false, None);
        } else if let Some(rest) = act.strip_prefix("is away from ") {
            let (to, text) = rest.split_once(": ").expect("name: text");
            self.in_account(sender, person, to, text, true, None);
        } else if let Some(rest) = act.strip_prefix("rewrites to ") {
            let (to, rest) = rest.split_once(' ').expect("name [old]: text");
            let (id, text) = self.messages.written_as(rest);
            self.in_account(sender, person, to, &text, false, Some(id));
        } else if let Some(rest) = act.strip_prefix("takes back from Olga [") {
            let (id, _) = self.messages.written_as(&format!("[{rest}: "));
            let (chat, messages) = (ChatId(person.id.0), vec![id]);
            self.step_in(true, Event::Business(BusinessEvent::Deleted { chat, messages }));
        } else {
            return self.account(person, act);
        }
        true
    }

    /// An act of a business account's owner concerning the bot. Returns whether it is one.
    fn account(&mut self, person: &Person, act: &str) -> bool {
        let connection = self.business.connection.get_or_insert(BusinessConnection {
            id: "olga".into(),
            owner: person.clone(),
            owner_chat: ChatId(person.id.0),
            is_enabled: true,
            can_reply: true,
            can_delete: false,
        });
        connection.owner = person.clone();
        match act {
            "connects the bot" => (connection.is_enabled, connection.can_reply) = (true, true),
            "lets the bot only read" => connection.can_reply = false,
            "lets the bot reply" => connection.can_reply = true,
            "lets the bot delete" => connection.can_delete = true,
            "disconnects the bot" => connection.is_enabled = false,
            _ => return false,
        }
        self.telegram.business_failure = None;
        let connection = connection.clone();
        self.step_in(true, Event::Business(BusinessEvent::Connection(connection)));
        true
    }

    /// Somebody writes in a chat between the owner of the account and a customer, or edits what they wrote there.
    fn in_account(
        &mut self,
        sender: Sender,
        person: &Person,
        to: &str,
        text: &str,
        is_automatic: bool,
        edited: Option<MessageId>,
    ) {
        let owner = self.business.connection.as_ref().map_or(PersonId(99), |it| it.owner.id);
        let other = PEOPLE.iter().find(|(name, _)| *name == to).expect("somebody who is known").1;
        let chat = ChatId(if person.id == owner { other } else { person.id.0 });
        let id = edited.unwrap_or_else(|| self.messages.next_id());
        self.messages.write(id, text.to_owned());
        let sent_at = *self.business.sent.entry(id).or_insert(self.now);
        let message = Message {
            chat: ChatKind::Private,
            thread: None,
            sent_at: Some(sent_at),
            ..self.message(id, sender, Some(text), None)
        };
        let message = BusinessMessage { connection: "olga".into(), chat, message, is_automatic };
        let event = if edited.is_some() { BusinessEvent::Edited } else { BusinessEvent::Message };
        self.step_in(true, Event::Business(event(message)));
    }

    /// Steps the conversation of the connection, or the one that people see.
    pub(super) fn step_in(&mut self, business: bool, event: Event) {
        let was_in = self.business.is_stepped;
        self.turn_to(business);
        self.event(event);
        self.turn_to(was_in);
    }

    fn turn_to(&mut self, business: bool) {
        if self.business.is_stepped != business {
            std::mem::swap(&mut self.conversation, &mut self.business.beside);
            self.business.is_stepped = business;
        }
    }
}
