//! A business account lets the bot answer its customers (Bot API: business connections).
//!
//! Everything that happens through one connection goes to one conversation of its own ([`ChatId::of_connection`]), which
//! answers the customers and says nothing to anybody else. It passes on what its owner should know to the owner's
//! private chat with the bot, where the answers are also switched on and off.

mod customers;
mod link;

use serde::{Deserialize, Serialize};

use super::{ChatId, Message, MessageId, Person};

pub(super) use customers::Customers;
pub(super) use link::{Link, command, news, press};

/// What happens around a business account that the bot is connected to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum BusinessEvent {
    /// The owner of the account has connected the bot, has changed what it may do, or has disconnected it.
    Connection(BusinessConnection),
    /// Somebody wrote in one of the account's chats: a customer, or the owner.
    Message(BusinessMessage),
    /// Somebody changed what they wrote there.
    Edited(BusinessMessage),
    /// Messages of a chat are gone.
    Deleted { chat: ChatId, messages: Vec<MessageId> },
    /// The owner turns the answers on or off; for the conversation of the connection.
    Switch { on: bool },
    /// What the owner should know; for their private chat with the bot.
    News(BusinessNews),
}

/// A connection of the bot to a business account, as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BusinessConnection {
    /// Telegram's name of it.
    pub id: String,
    /// The account.
    pub owner: Person,
    /// The owner's private chat with the bot.
    pub owner_chat: ChatId,
    /// It has not been ended.
    pub is_enabled: bool,
    /// The bot may write to those who wrote within the last 24 hours, and edit what it wrote.
    pub can_reply: bool,
    /// It may delete what it wrote.
    pub can_delete: bool,
}

/// A message in a chat of a business account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BusinessMessage {
    pub connection: String,
    /// The customer's, as the account has it.
    pub chat: ChatId,
    pub message: Message,
    /// Nobody typed it just now: a greeting, an away message, a scheduled one.
    pub is_automatic: bool,
}

/// What the owner of a connected account should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum BusinessNews {
    /// The bot answers there from now on, as far as it may.
    Connected {
        connection: ChatId,
        can_reply: bool,
        on: bool,
    },
    Disconnected {
        connection: ChatId,
    },
    /// The account does not belong to anybody who runs this bot: it does nothing there.
    NotAnOwner,
    /// A customer could not be answered.
    Failed {
        name: String,
    },
}
