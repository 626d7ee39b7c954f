//! What happens to groups and channels: they are created, people and the bot come and go, rights change.

use serde_json::json;

use super::entities::Formatted;
use super::people::{FIRST_SUPERGROUP, Refusal, refuse, service};
use super::state::{Chat, ChatId, ChatKind, Content, MemberStatus, MessageId, NewMessage, PersonId, Topic};
use super::world::World;

impl World {
    /// A new group of the older kind; the bot is not in it yet.
    pub fn group(&self, title: &str, creator: PersonId, members: &[PersonId]) -> ChatId {
        self.change(|state, _| state.add_chat(ChatKind::Group, title, creator, members))
    }

    pub fn supergroup(&self, title: &str, creator: PersonId, members: &[PersonId]) -> ChatId {
        self.change(|state, _| state.add_chat(ChatKind::Supergroup, title, creator, members))
    }

    /// A supergroup with topics; it has General only.
    pub fn forum(&self, title: &str, creator: PersonId, members: &[PersonId]) -> ChatId {
        self.change(|state, _| {
            let id = state.add_chat(ChatKind::Supergroup, title, creator, members);
            state.chats.get_mut(&id).expect("just added").is_forum = true;
            id
        })
    }

    pub fn channel(&self, title: &str, creator: PersonId) -> ChatId {
        self.change(|state, _| state.add_chat(ChatKind::Channel, title, creator, &[]))
    }

    /// The chat in which people write to a channel; the bot is an admin of the channel.
    pub fn direct_messages(&self, title: &str, creator: PersonId, people: &[PersonId]) -> ChatId {
        self.change(|state, _| {
            let id = state.add_chat(ChatKind::Supergroup, title, creator, people);
            let bot = state.bot();
            let chat = state.chats.get_mut(&id).expect("just added");
            chat.is_direct_messages = true;
            chat.members.insert(bot, MemberStatus::Administrator);
            let topic =
                |person: &PersonId| (MessageId(person.0), Topic { name: String::new(), is_closed: false });
            chat.topics.extend(people.iter().map(topic));
            id
        })
    }

    /// Puts a post of a channel into the group in which it is discussed.
    ///
    /// # Errors
    ///
    /// When there is no such group.
    pub fn post(&self, channel: ChatId, group: ChatId, text: &str) -> Result<MessageId, Refusal> {
        self.change(|state, now| {
            state.chat(group)?;
            let mut post = NewMessage::new(channel.into(), Content::Text(Formatted::detected(text)));
            (post.is_forwarded, post.is_post) = (true, true);
            Ok(state.deliver(group, post, now))
        })
    }

    /// Opens a topic in a forum, or in the person's own chat with the bot, and returns its number.
    ///
    /// # Errors
    ///
    /// When the chat has no topics or the person is not in it.
    pub fn open_topic(&self, person: PersonId, chat: ChatId, name: &str) -> Result<MessageId, Refusal> {
        self.change(|state, now| {
            if !state.chat(chat)?.is_forum && chat != person.into() {
                return refuse("the chat has no topics");
            }
            state.check_may_write(person.into(), chat)?;
            let id = MessageId(state.chat(chat)?.next_message);
            let created = json!({ "name": name, "icon_color": 7_322_096 });
            let mut message = service(person.into(), "forum_topic_created", created);
            message.topic = Some(id);
            state.chat_mut(chat)?.topics.insert(id, Topic { name: name.to_owned(), is_closed: false });
            Ok(state.deliver(chat, message, now))
        })
    }

    /// Closes a topic: only admins can write there, and the bot is refused.
    ///
    /// # Errors
    ///
    /// When there is no such topic.
    pub fn close_topic(&self, person: PersonId, chat: ChatId, topic: MessageId) -> Result<(), Refusal> {
        self.change(|state, now| {
            match state.chat_mut(chat)?.topics.get_mut(&topic) {
                Some(topic) => topic.is_closed = true,
                None => return refuse("there is no such topic"),
            }
            let mut message = service(person.into(), "forum_topic_closed", json!({}));
            message.topic = Some(topic);
            state.deliver(chat, message, now);
            Ok(())
        })
    }

    /// Adds the bot to a group or channel; to a channel, and where asked, as an admin.
    ///
    /// # Errors
    ///
    /// When there is no such chat.
    pub fn add_bot(&self, by: PersonId, chat: ChatId) -> Result<(), Refusal> {
        self.change(|state, now| {
            let bot = state.bot();
            let kind = state.chat(chat)?.kind;
            let standing = match kind {
                ChatKind::Channel => MemberStatus::Administrator,
                _ => MemberStatus::Member,
            };
            state.set_standing(by, chat, bot, standing, now)?;
            if kind != ChatKind::Channel {
                let members = json!([state.user_json(bot)]);
                state.deliver(chat, service(by.into(), "new_chat_members", members), now);
            }
            Ok(())
        })
    }

    /// Removes the bot from a chat, as an admin does it.
    ///
    /// # Errors
    ///
    /// When there is no such chat.
    pub fn remove_bot(&self, by: PersonId, chat: ChatId) -> Result<(), Refusal> {
        self.change(|state, now| {
            let bot = state.bot();
            let left = state.user_json(bot);
            if state.chat(chat)?.is_group() {
                state.deliver(chat, service(by.into(), "left_chat_member", left), now);
            }
            state.set_standing(by, chat, bot, MemberStatus::Kicked, now)
        })
    }

    /// Makes somebody (or the bot) an admin, a plain member, or none.
    ///
    /// # Errors
    ///
    /// When there is no such chat.
    pub fn set_standing(
        &self,
        by: PersonId,
        chat: ChatId,
        person: PersonId,
        standing: MemberStatus,
    ) -> Result<(), Refusal> {
        self.change(|state, now| state.set_standing(by, chat, person, standing, now))
    }

    /// Somebody comes into a group, with the note that the group sees.
    ///
    /// # Errors
    ///
    /// When there is no such chat.
    pub fn join(&self, person: PersonId, chat: ChatId) -> Result<(), Refusal> {
        self.change(|state, now| {
            state.set_standing(person, chat, person, MemberStatus::Member, now)?;
            let members = json!([state.user_json(person)]);
            state.deliver(chat, service(person.into(), "new_chat_members", members), now);
            Ok(())
        })
    }

    /// Somebody leaves a group, with the note that the group sees.
    ///
    /// # Errors
    ///
    /// When there is no such chat.
    pub fn leave(&self, person: PersonId, chat: ChatId) -> Result<(), Refusal> {
        self.change(|state, now| {
            let left = state.user_json(person);
            state.deliver(chat, service(person.into(), "left_chat_member", left), now);
            state.set_standing(person, chat, person, MemberStatus::Left, now)
        })
    }

    /// Lets the bot send polls in a chat, or not.
    ///
    /// # Errors
    ///
    /// When there is no such chat.
    pub fn allow_polls(&self, chat: ChatId, allowed: bool) -> Result<(), Refusal> {
        self.change(|state, _| {
            state.chat_mut(chat)?.may_send_polls = allowed;
            Ok(())
        })
    }

    /// Makes a group a supergroup with a new number, which is returned; the old one is refused.
    ///
    /// # Errors
    ///
    /// When the chat is not a group of the older kind.
    pub fn migrate(&self, by: PersonId, chat: ChatId) -> Result<ChatId, Refusal> {
        self.change(|state, now| {
            let old = state.chat(chat)?.clone();
            if old.kind != ChatKind::Group || old.migrated_to.is_some() {
                return refuse("only a group of the older kind can become a supergroup");
            }
            let id = state.free_chat_id(FIRST_SUPERGROUP);
            let mut new = Chat::new(id, ChatKind::Supergroup, old.title);
            new.members = old.members;
            state.chats.insert(id, new);
            state.deliver(chat, service(by.into(), "migrate_to_chat_id", json!(id)), now);
            state.chat_mut(chat)?.migrated_to = Some(id);
            state.deliver(id, service(by.into(), "migrate_from_chat_id", json!(chat)), now);
            Ok(id)
        })
    }
}
