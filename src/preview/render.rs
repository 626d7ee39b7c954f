//! The remembered world in the JSON shapes of the Bot API.

use serde_json::{Map, Value, json};

use super::state::{
    Author, Chat, ChatId, ChatKind, Content, MemberStatus, Message, MessageId, Millis, PersonId, State,
};

/// The account that anonymous admins of groups write through.
pub(crate) const GROUP_ANONYMOUS_BOT: PersonId = PersonId(1_087_968_824);

impl State {
    pub(crate) fn user_json(&self, id: PersonId) -> Value {
        if id == self.bot() {
            let bot = &self.options.bot;
            return json!({
                "id": bot.id, "is_bot": true, "first_name": bot.first_name, "username": bot.username,
            });
        }
        if id == GROUP_ANONYMOUS_BOT {
            return json!({
                "id": id, "is_bot": true, "first_name": "Group", "username": "GroupAnonymousBot",
            });
        }
        let Some(person) = self.people.get(&id) else {
            return json!({ "id": id, "is_bot": false, "first_name": "" });
        };
        let mut user = json!({ "id": id, "is_bot": person.is_bot, "first_name": person.first_name });
        if let Some(username) = &person.username {
            user["username"] = json!(username);
        }
        if let Some(code) = &person.language_code {
            user["language_code"] = json!(code);
        }
        user
    }

    pub(crate) fn chat_json(&self, chat: &Chat) -> Value {
        // The bot knows a chat of an account by its customer.
        let id = chat.pair.map_or(chat.id, |pair| pair.customer.into());
        let mut json = json!({ "id": id, "type": chat.kind.name() });
        let fields = json.as_object_mut().expect("a chat is an object");
        if chat.kind == ChatKind::Private {
            let user = self.user_json(PersonId(id.0));
            for name in ["first_name", "username"] {
                if let Some(value) = user.get(name) {
                    fields.insert(name.into(), value.clone());
                }
            }
        } else {
            fields.insert("title".into(), json!(chat.title));
            for (name, has) in [("is_forum", chat.is_forum), ("is_direct_messages", chat.is_direct_messages)]
            {
                if has {
                    fields.insert(name.into(), json!(true));
                }
            }
        }
        json
    }

    pub(crate) fn member_json(&self, chat: &Chat, person: PersonId) -> Value {
        let standing = chat.standing(person);
        let mut member = json!({ "status": standing, "user": self.user_json(person) });
        let fields = member.as_object_mut().expect("a member is an object");
        match standing {
            MemberStatus::Creator => {
                fields.insert("is_anonymous".into(), json!(false));
            }
            MemberStatus::Administrator => {
                for right in [
                    "can_manage_chat",
                    "can_delete_messages",
                    "can_manage_video_chats",
                    "can_restrict_members",
                    "can_change_info",
                    "can_invite_users",
                    "can_pin_messages",
                ] {
                    fields.insert(right.into(), json!(true));
                }
                for right in [
                    "can_be_edited",
                    "is_anonymous",
                    "can_promote_members",
                    "can_post_stories",
                    "can_edit_stories",
                    "can_delete_stories",
                ] {
                    fields.insert(right.into(), json!(false));
                }
                if chat.kind == ChatKind::Channel {
                    fields.insert("can_post_messages".into(), json!(true));
                    fields.insert("can_edit_messages".into(), json!(true));
                }
                if chat.is_forum {
                    fields.insert("can_manage_topics".into(), json!(false));
                }
            }
            MemberStatus::Kicked => {
                fields.insert("until_date".into(), json!(0));
            }
            MemberStatus::Member | MemberStatus::Left => {}
        }
        member
    }

    /// A message as the bot gets it, with the message it replies to.
    pub(crate) fn message_json(&self, chat: ChatId, id: MessageId, now: Millis) -> Value {
        let chat = self.chats.get(&chat).expect("messages are rendered from chats that exist");
        let message = chat.messages.get(&id).expect("messages are rendered while they exist");
        let mut json = self.message_fields(chat, message, now);
        // In a topic, a message that replies to nothing replies to the topic's first message.
        let in_forum = message.topic.filter(|_| chat.is_forum);
        if let Some(target) = message.reply_to.or(in_forum)
            && target != id
            && let Some(target) = chat.messages.get(&target)
        {
            json.insert("reply_to_message".into(), self.message_fields(chat, target, now).into());
        }
        json.into()
    }

    fn message_fields(&self, chat: &Chat, message: &Message, now: Millis) -> Map<String, Value> {
        let mut fields = Map::new();
        let mut put = |name: &str, value: Value| {
            fields.insert(name.to_owned(), value);
        };
        put("message_id", json!(message.id));
        put("date", json!(message.date / 1000));
        put("chat", self.chat_json(chat));
        match message.author {
            Author::Person(person) => put("from", self.user_json(person)),
            Author::Chat(id) => {
                if chat.kind != ChatKind::Channel {
                    put("from", self.user_json(GROUP_ANONYMOUS_BOT));
                }
                if let Some(sender) = self.chats.get(&id) {
                    put("sender_chat", self.chat_json(sender));
                }
            }
        }
        if let Some(connection) = chat.pair.and_then(|pair| self.connection_of(pair.owner)) {
            put("business_connection_id", json!(connection.id));
        }
        if message.is_for_owner {
            put("sender_business_bot", self.user_json(self.bot()));
        }
        if let Some(at) = message.edit_date {
            put("edit_date", json!(at / 1000));
        }
        if message.is_post {
            put("is_automatic_forward", json!(true));
        }
        if let Some(topic) = message.topic.filter(|_| chat.is_direct_messages) {
            put(
                "direct_messages_topic",
                json!({ "topic_id": topic, "user": self.user_json(PersonId(topic.0)) }),
            );
        } else if let Some(topic) = message.topic {
            put("message_thread_id", json!(topic));
            put("is_topic_message", json!(true));
        } else if let Some(thread) = reply_thread(chat, message) {
            put("message_thread_id", json!(thread));
        }
        if message.inline_message_id.is_some() {
            put("via_bot", self.user_json(self.bot()));
        }
        if message.is_forwarded {
            put(
                "forward_origin",
                json!({ "type": "hidden_user", "date": message.date / 1000, "sender_user_name": "Somebody" }),
            );
        }
        match &message.content {
            Content::Text(text) => {
                put("text", json!(text.text));
                if !text.entities.is_empty() {
                    put("entities", json!(text.entities));
                }
            }
            Content::Media { field, value, caption } => {
                put(field, value.clone());
                if !caption.text.is_empty() {
                    put("caption", json!(caption.text));
                }
                if !caption.entities.is_empty() {
                    put("caption_entities", json!(caption.entities));
                }
            }
            Content::Poll(id) => {
                if let Some(poll) = self.polls.get(id) {
                    put("poll", poll.to_json(now));
                }
            }
            Content::Service(service) => {
                for (name, value) in service {
                    put(name, value.clone());
                }
            }
        }
        if let Some(keyboard) = &message.keyboard {
            put("reply_markup", json!({ "inline_keyboard": keyboard }));
        }
        fields
    }
}

/// Outside forums, supergroups number their threads of replies by the first message.
fn reply_thread(chat: &Chat, message: &Message) -> Option<MessageId> {
    if chat.kind != ChatKind::Supergroup || chat.is_forum {
        return None;
    }
    let mut root = message.reply_to?;
    while let Some(next) = chat.messages.get(&root).and_then(|it| it.reply_to) {
        root = next;
    }
    Some(root)
}
