//! Business accounts: their owner connects the bot, which then sees and answers what their customers write to them.

use serde_json::{Value, json};

use super::error::ApiError;
use super::params::Params;
use super::people::{Refusal, refuse};
use super::state::{Chat, ChatId, ChatKind, MessageId, Millis, PersonId, State};
use super::world::World;

/// Chats between two people have numbers that no person has; the bot knows them by the customer's.
const FIRST_CHAT: i64 = 9_000_000_000_001;

/// What the owner of an account lets the bot do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BusinessRights {
    pub can_reply: bool,
    pub can_delete: bool,
}

impl BusinessRights {
    pub const ALL: BusinessRights = BusinessRights { can_reply: true, can_delete: true };
}

/// The connection of the bot to an account.
#[derive(Debug, Clone)]
pub(crate) struct Connection {
    pub(crate) id: String,
    pub(crate) owner: PersonId,
    rights: BusinessRights,
    is_enabled: bool,
    since: Millis,
}

/// Whose chat it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pair {
    pub(crate) owner: PersonId,
    pub(crate) customer: PersonId,
}

impl Pair {
    pub(crate) fn has(self, person: PersonId) -> bool {
        self.owner == person || self.customer == person
    }
}

impl World {
    /// The owner of an account connects the bot to it, or changes what it may do there. Returns Telegram's name of the
    /// connection.
    pub fn connect(&self, owner: PersonId, rights: BusinessRights) -> String {
        self.change(|state, now| {
            let known = state.connections.iter().position(|it| it.owner == owner && it.is_enabled);
            let index = known.unwrap_or_else(|| {
                let (id, is_enabled) = (state.fresh_id(), true);
                state.connections.push(Connection { id, owner, rights, is_enabled, since: now });
                state.connections.len() - 1
            });
            state.connections[index].rights = rights;
            state.tell_of_connection(index, now);
            state.connections[index].id.clone()
        })
    }

    /// The owner removes the bot from their account.
    pub fn disconnect(&self, owner: PersonId) {
        self.change(|state, now| {
            let index = state.connections.iter().position(|it| it.owner == owner && it.is_enabled);
            if let Some(index) = index {
                state.connections[index].is_enabled = false;
                state.tell_of_connection(index, now);
            }
        });
    }

    /// Takes away the bot's rights without an update about it: it is still on its way.
    pub fn disconnect_silently(&self, owner: PersonId) {
        self.quietly(|state, _| {
            state.connections.iter_mut().filter(|it| it.owner == owner).for_each(|it| it.is_enabled = false);
        });
    }

    /// The chat between the owner of an account and a customer.
    pub fn account_chat(&self, owner: PersonId, customer: PersonId) -> ChatId {
        self.change(|state, _| {
            let pair = Pair { owner, customer };
            if let Some(chat) = state.chats.values().find(|it| it.pair == Some(pair)) {
                return chat.id;
            }
            let mut id = ChatId(FIRST_CHAT);
            while state.chats.contains_key(&id) {
                id.0 += 1;
            }
            let mut chat = Chat::new(id, ChatKind::Private, String::new());
            chat.pair = Some(pair);
            state.chats.insert(id, chat);
            id
        })
    }
}

impl State {
    fn tell_of_connection(&mut self, index: usize, now: Millis) {
        let update = self.connection_json(&self.connections[index].clone());
        self.updates.push("business_connection", update, now);
    }

    fn connection_json(&self, connection: &Connection) -> Value {
        let mut rights = json!({});
        for (name, has) in [
            ("can_reply", connection.rights.can_reply),
            ("can_delete_sent_messages", connection.rights.can_delete),
        ] {
            if has {
                rights[name] = json!(true);
            }
        }
        json!({
            "id": connection.id, "user": self.user_json(connection.owner), "user_chat_id": connection.owner,
            "date": connection.since / 1000, "rights": rights, "is_enabled": connection.is_enabled,
        })
    }

    /// The connection through which the bot sees the chats of this person.
    pub(crate) fn connection_of(&self, owner: PersonId) -> Option<&Connection> {
        self.connections.iter().find(|it| it.owner == owner && it.is_enabled)
    }

    pub(crate) fn get_connection(&self, id: &str) -> Result<Value, ApiError> {
        let known = self.connections.iter().find(|it| it.id == id);
        let connection = known.ok_or_else(|| ApiError::bad_request("business connection not found"))?;
        Ok(self.connection_json(connection))
    }

    /// The chat that a request in an account's name is about, if the bot may do that there.
    pub(crate) fn account_chat(
        &self,
        params: &Params,
        may: impl Fn(&BusinessRights) -> bool,
    ) -> Result<Option<ChatId>, ApiError> {
        let Some(connection) = self.connection_named(params, may)? else { return Ok(None) };
        let customer = PersonId(params.integer("chat_id").unwrap_or_default());
        let pair = Pair { owner: connection.owner, customer };
        if self.people.get(&customer).is_some_and(|it| it.is_deactivated) {
            return Err(ApiError::forbidden("user is deactivated"));
        }
        match self.chats.values().find(|it| it.pair == Some(pair)) {
            Some(chat) => Ok(Some(chat.id)),
            None => Err(ApiError::bad_request("BUSINESS_PEER_INVALID")),
        }
    }

    /// The connection that a request names, if it allows this.
    pub(crate) fn connection_named(
        &self,
        params: &Params,
        may: impl Fn(&BusinessRights) -> bool,
    ) -> Result<Option<&Connection>, ApiError> {
        let Some(id) = params.text("business_connection_id") else { return Ok(None) };
        match self.connections.iter().find(|it| it.id == id) {
            Some(connection) if connection.is_enabled && may(&connection.rights) => Ok(Some(connection)),
            Some(_) => Err(ApiError::bad_request("BUSINESS_CONNECTION_INVALID")),
            None => Err(ApiError::bad_request("business connection not found")),
        }
    }

    /// Informs the bot that a message of an account's chat is gone.
    pub(crate) fn tell_deleted(&mut self, chat: ChatId, message: MessageId, now: Millis) {
        let Some(pair) = self.chats.get(&chat).and_then(|it| it.pair) else { return };
        let Some(id) = self.connection_of(pair.owner).map(|it| it.id.clone()) else { return };
        let chat = self.chat_json(&self.chats[&chat]);
        let update = json!({ "business_connection_id": id, "chat": chat, "message_ids": [message] });
        self.updates.push("deleted_business_messages", update, now);
    }

    pub(crate) fn check_may_write_in(&self, pair: Pair, author: PersonId) -> Result<(), Refusal> {
        if pair.has(author) { Ok(()) } else { refuse("the author is not in this chat") }
    }
}
