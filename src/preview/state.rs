//! Everything the server remembers, as plain values; [`super::world::World`] holds it behind a lock.

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::business::{Connection, Pair};
use super::entities::Formatted;
use super::faults::Rules;
use super::flood::Flood;
use super::polls::Poll;
use super::server::Options;
use super::updates::Queue;

/// Milliseconds since 1970. Telegram's own dates are whole seconds.
pub(crate) type Millis = i64;

/// A user of Telegram, person or bot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonId(pub i64);

/// A chat. A private chat has the number of the person, groups and channels are negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ChatId(pub i64);

/// A message within its chat, or a forum topic, which is named after its first message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MessageId(pub i64);

impl From<PersonId> for ChatId {
    /// The private chat of a person with the bot.
    fn from(person: PersonId) -> Self {
        Self(person.0)
    }
}

/// Who a message or a vote is from: a person, or a chat that speaks for itself (an anonymous
/// admin of a group, a channel).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Author {
    Person(PersonId),
    Chat(ChatId),
}

impl From<PersonId> for Author {
    fn from(person: PersonId) -> Self {
        Self::Person(person)
    }
}

impl From<ChatId> for Author {
    fn from(chat: ChatId) -> Self {
        Self::Chat(chat)
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) first_name: String,
    pub(crate) username: Option<String>,
    pub(crate) is_bot: bool,
    pub(crate) language_code: Option<String>,
    /// Has opened the private chat, so that the bot may write there.
    pub(crate) has_started: bool,
    pub(crate) has_blocked_bot: bool,
    pub(crate) is_deactivated: bool,
}

/// The four kinds of chats, with Telegram's names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ChatKind {
    Private,
    Group,
    Supergroup,
    Channel,
}

impl ChatKind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Group => "group",
            Self::Supergroup => "supergroup",
            Self::Channel => "channel",
        }
    }
}

/// A member's standing in a chat, with Telegram's names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MemberStatus {
    Creator,
    Administrator,
    Member,
    Left,
    Kicked,
}

impl MemberStatus {
    pub(crate) fn is_in(self) -> bool {
        !matches!(self, Self::Left | Self::Kicked)
    }

    pub(crate) fn is_admin(self) -> bool {
        matches!(self, Self::Creator | Self::Administrator)
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Chat {
    pub(crate) id: ChatId,
    pub(crate) kind: ChatKind,
    pub(crate) title: String,
    pub(crate) is_forum: bool,
    /// What people write to a channel; each has a topic with the person's own number.
    pub(crate) is_direct_messages: bool,
    pub(crate) topics: BTreeMap<MessageId, Topic>,
    /// People and bots, ours among them; for groups and channels only.
    pub(crate) members: BTreeMap<PersonId, MemberStatus>,
    pub(crate) messages: BTreeMap<MessageId, Message>,
    pub(crate) next_message: i64,
    pub(crate) migrated_to: Option<ChatId>,
    /// The bot that posted last: plain commands reach only that one in privacy mode.
    pub(crate) last_bot: Option<PersonId>,
    pub(crate) may_send_polls: bool,
    /// In a business account: the bot is not in it, and sees it if the owner lets it.
    pub(crate) pair: Option<Pair>,
}

impl Chat {
    pub(crate) fn new(id: ChatId, kind: ChatKind, title: String) -> Self {
        Self {
            id,
            kind,
            title,
            is_forum: false,
            is_direct_messages: false,
            topics: BTreeMap::new(),
            members: BTreeMap::new(),
            messages: BTreeMap::new(),
            next_message: 1,
            migrated_to: None,
            last_bot: None,
            may_send_polls: true,
            pair: None,
        }
    }

    pub(crate) fn standing(&self, person: PersonId) -> MemberStatus {
        self.members.get(&person).copied().unwrap_or(MemberStatus::Left)
    }

    pub(crate) fn is_group(&self) -> bool {
        matches!(self.kind, ChatKind::Group | ChatKind::Supergroup)
    }

    pub(crate) fn next_message_id(&mut self) -> MessageId {
        let id = MessageId(self.next_message);
        self.next_message += 1;
        id
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Topic {
    pub(crate) name: String,
    pub(crate) is_closed: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(crate) id: MessageId,
    pub(crate) author: Author,
    pub(crate) date: Millis,
    pub(crate) edit_date: Option<Millis>,
    /// The forum topic; `None` in General and outside forums.
    pub(crate) topic: Option<MessageId>,
    pub(crate) reply_to: Option<MessageId>,
    pub(crate) content: Content,
    pub(crate) keyboard: Option<Keyboard>,
    /// Set when a person sent it by choosing one of the bot's inline results.
    pub(crate) inline_message_id: Option<String>,
    pub(crate) is_forwarded: bool,
    /// The bot wrote it in the name of the account's owner.
    pub(crate) is_for_owner: bool,
    /// A channel's post, as its discussion group has it.
    pub(crate) is_post: bool,
}

#[derive(Debug, Clone)]
pub(crate) enum Content {
    Text(Formatted),
    /// A message of another kind: its own field, such as `sticker`, and perhaps a caption.
    Media {
        field: &'static str,
        value: Value,
        caption: Formatted,
    },
    Poll(String),
    /// Telegram's own note in a chat: somebody joined, a topic was created.
    Service(Map<String, Value>),
}

/// Rows of buttons under a message.
pub(crate) type Keyboard = Vec<Vec<Button>>;

/// One button of an inline keyboard: its text, and what a tap does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Button {
    pub text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub callback_data: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// A tap on a button, and what the bot answered to it.
#[derive(Debug, Clone)]
pub(crate) struct Tap {
    pub(crate) at: Millis,
    pub(crate) answer: Option<TapAnswer>,
}

/// What `answerCallbackQuery` shows to the person who tapped.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct TapAnswer {
    pub text: Option<String>,
    /// A box to be closed instead of a note that disappears by itself.
    pub is_alert: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct InlineQuery {
    pub(crate) at: Millis,
    pub(crate) person: PersonId,
    pub(crate) answer: Option<InlineAnswer>,
    /// It was asked by this message of a group that the bot is not in; the answer goes there.
    pub(crate) guest_of: Option<(ChatId, MessageId)>,
}

/// What `answerInlineQuery` offers to the person who types.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct InlineAnswer {
    pub results: Vec<InlineResult>,
    /// Seconds for which Telegram may give the same answer without asking.
    pub cache_time: i64,
}

/// One result of an inline query: an article.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct InlineResult {
    pub id: String,
    pub title: String,
    pub description: Option<String>,
    #[serde(skip)]
    pub(crate) content: Formatted,
    #[serde(skip)]
    pub(crate) keyboard: Option<Keyboard>,
}

/// One request of the bot and the answer it got, for assertions.
#[derive(Debug, Clone)]
pub struct Request {
    /// The method's name as the Bot API spells it, or as it came when there is no such method.
    pub method: String,
    pub params: Value,
    /// HTTP status of the answer; 0 when the connection was cut instead.
    pub status: u16,
    pub response: Value,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Webhook {
    pub(crate) url: String,
    pub(crate) secret: Option<String>,
    /// How many updates may be under way to it at once.
    pub(crate) max_connections: usize,
    pub(crate) last_error: Option<(Millis, String)>,
}

/// What the bot says about itself, by language code (`""` for everybody) and, for commands, scope.
#[derive(Debug, Default)]
pub(crate) struct Profile {
    pub(crate) descriptions: BTreeMap<String, String>,
    pub(crate) short_descriptions: BTreeMap<String, String>,
    pub(crate) commands: BTreeMap<(String, String), Value>,
}

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) options: Options,
    pub(crate) people: BTreeMap<PersonId, Person>,
    pub(crate) chats: BTreeMap<ChatId, Chat>,
    pub(crate) polls: BTreeMap<String, Poll>,
    /// What the bot has uploaded, by name.
    pub(crate) pictures: BTreeMap<String, Bytes>,
    pub(crate) taps: BTreeMap<String, Tap>,
    pub(crate) inline_queries: BTreeMap<String, InlineQuery>,
    pub(crate) connections: Vec<Connection>,
    pub(crate) updates: Queue,
    pub(crate) webhook: Option<Webhook>,
    pub(crate) profile: Profile,
    pub(crate) requests: VecDeque<Request>,
    pub(crate) flood: Flood,
    pub(crate) faults: Rules,
    pub(crate) notice: Vec<String>,
    /// The people who run the bot, for the page's captions.
    pub(crate) owners: Vec<PersonId>,
    /// Up to which message each person has read each chat on the page.
    pub(crate) read: BTreeMap<(PersonId, ChatId), MessageId>,
    next_id: u64,
}

impl State {
    pub(crate) fn new(options: Options) -> Self {
        Self {
            options,
            people: BTreeMap::new(),
            chats: BTreeMap::new(),
            polls: BTreeMap::new(),
            pictures: BTreeMap::new(),
            taps: BTreeMap::new(),
            inline_queries: BTreeMap::new(),
            connections: Vec::new(),
            updates: Queue::default(),
            webhook: None,
            profile: Profile::default(),
            requests: VecDeque::new(),
            flood: Flood::default(),
            faults: Rules::default(),
            notice: Vec::new(),
            owners: Vec::new(),
            read: BTreeMap::new(),
            next_id: 0,
        }
    }

    pub(crate) fn bot(&self) -> PersonId {
        self.options.bot.id
    }

    /// A name for a poll or a query: Telegram's are long numbers in text.
    pub(crate) fn fresh_id(&mut self) -> String {
        self.next_id += 1;
        (5_400_000_000_000_000_000 + self.next_id * 7919).to_string()
    }

    /// Keeps an upload, and names it.
    pub(crate) fn keep_picture(&mut self, bytes: Bytes) -> String {
        let name = format!("AgAC{}", self.fresh_id());
        self.pictures.insert(name.clone(), bytes);
        name
    }

    pub(crate) fn message(&self, chat: ChatId, id: MessageId) -> Option<&Message> {
        self.chats.get(&chat)?.messages.get(&id)
    }

    /// Puts a message into a chat and returns its number.
    pub(crate) fn add_message(&mut self, chat: ChatId, new: NewMessage, now: Millis) -> MessageId {
        let chat = self.chats.get_mut(&chat).expect("messages are added to chats that exist");
        let id = chat.next_message_id();
        chat.messages.insert(
            id,
            Message {
                id,
                author: new.author,
                date: now,
                edit_date: None,
                topic: new.topic,
                reply_to: new.reply_to,
                content: new.content,
                keyboard: new.keyboard,
                inline_message_id: new.inline_message_id,
                is_forwarded: new.is_forwarded,
                is_for_owner: new.is_for_owner,
                is_post: new.is_post,
            },
        );
        id
    }

    /// Notes a request for assertions, forgetting the oldest beyond what the options keep.
    pub(crate) fn log(&mut self, request: Request) {
        while self.requests.len() >= self.options.kept_requests.max(1) {
            self.requests.pop_front();
        }
        self.requests.push_back(request);
    }
}

/// What a sender decides about a message; its number and date come from the chat.
pub(crate) struct NewMessage {
    pub(crate) author: Author,
    pub(crate) content: Content,
    pub(crate) topic: Option<MessageId>,
    pub(crate) reply_to: Option<MessageId>,
    pub(crate) keyboard: Option<Keyboard>,
    pub(crate) inline_message_id: Option<String>,
    pub(crate) is_forwarded: bool,
    pub(crate) is_for_owner: bool,
    pub(crate) is_post: bool,
}

impl NewMessage {
    pub(crate) fn new(author: Author, content: Content) -> Self {
        Self {
            author,
            content,
            topic: None,
            reply_to: None,
            keyboard: None,
            inline_message_id: None,
            is_forwarded: false,
            is_for_owner: false,
            is_post: false,
        }
    }
}
