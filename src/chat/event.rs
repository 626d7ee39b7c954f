//! What reaches a conversation: what people did, the results of requests, and the passing of time.

use serde::{Deserialize, Serialize};

use super::business::{BusinessConnection, BusinessEvent, BusinessMessage};
use super::effect::{ChangedFolder, Failure, Key, Read, Rows};
use crate::language::Language;
use crate::stable_hash::stable_hash;
use crate::time::Timestamp;

/// A Telegram chat. Ids need up to 52 bits; groups are negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ChatId(pub i64);

impl ChatId {
    /// Whether it is a group or a channel.
    pub(crate) fn is_group(self) -> bool {
        self.0 < 0
    }

    /// Where everything that happens through a connection to a business account is put, in order. Telegram's own ids
    /// have 52 bits at most, so no chat has this one.
    pub fn of_connection(connection: &str) -> ChatId {
        ChatId((1 << 62) | (stable_hash(connection) >> 2).cast_signed())
    }
}

/// A Telegram account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonId(pub i64);

/// A message, counted within its chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MessageId(pub i64);

/// A part of a chat whose messages are kept together: see [`Thread`].
///
/// It is stored as one number: that of a forum's topic as it is, others with a mark above the 52 bits of Telegram's ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ThreadId(pub i64);

/// What kind of part of a chat it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thread {
    /// A topic of a forum, or of a private chat with topics. The General topic has none.
    Topic(i64),
    /// What one person and a channel write to each other; named by Telegram.
    DirectMessages(i64),
    /// The comments under a post of a channel, named by the post's copy in the discussion group.
    Comments(MessageId),
}

impl ThreadId {
    const DIRECT_MESSAGES: i64 = 1 << 54;
    const COMMENTS: i64 = 1 << 55;
    const NUMBER: i64 = (1 << 52) - 1;

    /// One person's direct messages to a channel.
    pub fn direct_messages(topic: i64) -> ThreadId {
        ThreadId((topic & ThreadId::NUMBER) | ThreadId::DIRECT_MESSAGES)
    }

    /// The comments under this message.
    pub fn comments(post: MessageId) -> ThreadId {
        ThreadId((post.0 & ThreadId::NUMBER) | ThreadId::COMMENTS)
    }

    /// Which part of a chat it is.
    pub fn thread(self) -> Thread {
        let number = self.0 & ThreadId::NUMBER;
        match self.0 & !ThreadId::NUMBER {
            ThreadId::DIRECT_MESSAGES => Thread::DirectMessages(number),
            ThreadId::COMMENTS => Thread::Comments(MessageId(number)),
            _ => Thread::Topic(self.0),
        }
    }
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// Somebody wrote something. Their own message, chosen from inline results, does not count.
    Message(Message),
    /// Somebody changed what they wrote.
    Edited(Message),
    /// Somebody tapped a button under one of the bot's messages.
    Tap(Tap),
    /// Somebody voted in one of the bot's polls, or took the vote back (no options).
    Vote(Vote),
    /// Somebody typed `@bot words` in some chat. It has no chat; it counts toward their pace in their private one.
    Inline(InlineQuery),
    /// Somebody mentioned the bot in a chat that it is not in.
    Guest(GuestQuery),
    /// Something about a business account that the bot is connected to, or in one of its chats.
    Business(BusinessEvent),
    /// The bot was added to this chat or removed from it, or became one of its admins or ceased to be one.
    Membership(Membership),
    /// The group became a supergroup; the state has already moved to its new id.
    Migrated,
    /// A request whose [`Outgoing`](super::Outgoing) asked for a report was carried out.
    Done { key: Key, done: Done },
    /// A request that asked for a report failed for good.
    Failed { key: Key, failure: Failure },
    /// The rows that an [`Effect::Read`](super::Effect::Read) asked for, in the same transaction.
    Rows { read: Read, rows: Rows },
    /// A person wants to be forgotten, everywhere.
    Forget { person: PersonId },
    /// The folder was broken by a change, or repaired; for the private chat of an owner.
    Folder(FolderNews),
    /// The time that [`Conversation::due`](super::Conversation::due) named has come.
    Tick,
}

/// News of the folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum FolderNews {
    /// A change has broken it. What is wrong, as `faqbot check` shows it.
    Broken { diagnostics: String },
    /// Stored under an older name.
    #[serde(rename = "Mended")]
    Fixed,
    /// A picture could not be sent; what it belongs to goes without.
    Picture { name: String, reason: String },
}

/// A message, as far as it matters to the bot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    pub id: MessageId,
    pub chat: ChatKind,
    /// The part of the chat that it is in.
    pub thread: Option<ThreadId>,
    /// Where a supergroup without topics says that it belongs to a chain of replies: the first message of the chain.
    /// Whether that is the post of a channel is known once somebody has replied to it directly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chain: Option<MessageId>,
    pub sender: Sender,
    /// The text, or the caption of a photo or file. `None`: a sticker, a photo, a service message.
    pub text: Option<String>,
    pub reply_to: Option<RepliedMessage>,
    /// When Telegram took it, to the second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<Timestamp>,
    /// It was forwarded, or sent through an inline bot: somebody else's words.
    pub forwarded: bool,
    /// The part that it quotes of another message, which may be in another chat.
    #[serde(default)]
    pub quote: Option<String>,
    /// It begins or ends with the name of somebody who has no `@name`.
    #[serde(default)]
    pub addresses_others: bool,
    /// In private, the text as small Markdown where it was formatted in Telegram.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub formatted: Option<String>,
    /// A photo or a file comes with it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub has_attachment: bool,
    #[serde(default, skip_serializing_if = "Chance::is_missing")]
    pub chance: Chance,
}

/// Numbers that nobody can foresee, drawn before the event is stored: a step that is repeated uses the same ones.
///
/// Neither must reveal the other: the first decides where the right answers are, the second is in the buttons
/// of a round.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chance {
    /// The seed of a round's questions and of their order.
    pub seed: u64,
    /// The name of a round.
    pub name: u64,
}

impl Chance {
    fn is_missing(&self) -> bool {
        *self == Chance::default()
    }
}

impl Event {
    /// The person who caused it.
    pub fn person(&self) -> Option<&Person> {
        match self {
            Event::Message(Message { sender: Sender::Person(person), .. })
            | Event::Edited(Message { sender: Sender::Person(person), .. })
            | Event::Business(BusinessEvent::Message(BusinessMessage {
                message: Message { sender: Sender::Person(person), .. },
                ..
            }))
            | Event::Tap(Tap { person, .. })
            | Event::Vote(Vote { person, .. })
            | Event::Inline(InlineQuery { person, .. }) => Some(person),
            _ => None,
        }
    }

    /// The place for the numbers in an event that can begin a round.
    pub fn chance_mut(&mut self) -> Option<&mut Chance> {
        match self {
            Event::Message(message) | Event::Edited(message) => Some(&mut message.chance),
            Event::Tap(tap) => Some(&mut tap.chance),
            _ => None,
        }
    }
}

/// The message that another one replies to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepliedMessage {
    pub id: MessageId,
    /// This bot wrote it.
    pub mine: bool,
    pub text: Option<String>,
}

/// Who wrote a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sender {
    Person(Person),
    /// An admin of this group who posts in the group's name.
    AnonymousAdmin,
    /// A channel, the channel linked to this group, or an unknown kind of sender.
    Channel,
    Bot,
}

/// A person, as they show themselves at this moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub id: PersonId,
    /// First and last name. People choose it: it may hold anything.
    pub name: String,
    /// The language of their app, if Telegram reports it.
    #[serde(default, with = "crate::language::code", skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
}

impl Person {
    /// Somebody about whom nothing else is known.
    pub fn new(id: PersonId, name: impl Into<String>) -> Person {
        Person { id, name: name.into(), language: None }
    }
}

/// Where a conversation takes place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChatKind {
    Private,
    Group,
    Supergroup,
    /// What people write to a channel, each in a thread of their own.
    DirectMessages,
    Channel,
}

/// A tap on an inline button.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tap {
    /// Identifies the tap in its answer; Telegram forgets it soon.
    pub query: String,
    pub person: Person,
    pub chat: ChatKind,
    pub thread: Option<ThreadId>,
    /// As in a [`Message`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chain: Option<MessageId>,
    pub message: MessageId,
    /// The message that the tapped one replies to: under an answer, the question.
    pub reply_to: Option<RepliedMessage>,
    /// As it came: it may be forged, old, or from another bot.
    pub data: String,
    /// The message has no button with this data: somebody has made it up, or the button is gone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub forged: bool,
    #[serde(default, skip_serializing_if = "Chance::is_missing")]
    pub chance: Chance,
}

/// A vote in one of the bot's polls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vote {
    /// The key under which the poll was sent.
    pub poll: Key,
    /// A group or channel that votes in its own name has its id here, which is negative, and its title.
    pub person: Person,
    /// Indices into the options as they were sent. Empty: taken back.
    pub options: Vec<usize>,
}

/// A query typed after the bot's name in any chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InlineQuery {
    pub id: String,
    pub person: Person,
    /// Up to 256 characters; may be empty.
    pub query: String,
}

/// A message in a chat that the bot is not in: it may reply once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuestQuery {
    pub id: String,
    pub message: Message,
}

/// The bot's own standing in a chat has changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    pub chat: ChatKind,
    pub member: bool,
    /// It was one before.
    pub was_member: bool,
    /// One of the chat's admins. Telegram shows them all messages, whatever the bot's privacy mode.
    pub admin: bool,
}

/// The result of carrying out a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Done {
    /// A message was sent or edited.
    Message(MessageId),
    /// Whether the person asked about is an admin of the chat (or its owner).
    Admin(bool),
    /// Whether the person asked about is in the chat.
    Member(bool),
    /// The phrasing was written. Like [`Done::Changed`], from an earlier version.
    Written,
    /// What a connection to a business account allows.
    Connection(Box<BusinessConnection>),
    /// The folder was changed, or can be.
    Changed(ChangedFolder),
    /// Nothing to report but that it is done.
    Nothing,
}
