//! What people do: write, tap, vote, ask inline, block the bot. What happens to their groups is in `groups.rs`.
//!
//! Each act changes the world as the apps would and puts the updates that follow in the queue.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::draft::Draft;
use super::entities::Formatted;
use super::state::{
    Author, Chat, ChatId, ChatKind, Content, InlineAnswer, InlineQuery, MemberStatus, MessageId, Millis,
    NewMessage, Person, PersonId, State, Tap, TapAnswer,
};
use super::world::{TimedOut, World};

/// Why an act is not possible, in a sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refusal(String);

pub(crate) fn refuse<T>(reason: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal(reason.into()))
}

/// A tap that waits for the bot's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TapId(pub(crate) String);

/// An inline query that waits for the bot's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InlineId(pub(crate) String);

/// People's numbers begin above 32 bits, where too small a type fails; chats' likewise.
const FIRST_PERSON: i64 = 5_000_000_001;
const FIRST_GROUP: i64 = -4_000_000_001;
pub(super) const FIRST_SUPERGROUP: i64 = -1_002_000_000_001;

impl World {
    /// A new person, who has not talked to the bot yet.
    pub fn person(&self, first_name: &str) -> PersonId {
        self.change(|state, _| state.add_person(first_name, false))
    }

    /// Another bot, which can be in the same groups.
    pub fn other_bot(&self, first_name: &str) -> PersonId {
        self.change(|state, _| state.add_person(first_name, true))
    }

    /// Gives a person a username and a language.
    pub fn describe(&self, person: PersonId, username: &str, language_code: &str) {
        self.change(|state, _| {
            if let Some(person) = state.people.get_mut(&person) {
                person.username = Some(username.to_owned());
                person.language_code = Some(language_code.to_owned());
            }
        });
    }

    /// Sends a message. A private chat opens with a person's first one.
    ///
    /// # Errors
    ///
    /// When the author cannot write there, or replies to a message that is not there.
    pub fn say(
        &self,
        author: impl Into<Author>,
        chat: impl Into<ChatId>,
        draft: impl Into<Draft>,
    ) -> Result<MessageId, Refusal> {
        let (author, chat, draft) = (author.into(), chat.into(), draft.into());
        self.change(|state, now| state.say(author, chat, draft, now))
    }

    /// Opens the private chat by a link: sends `/start` with the payload, if there is one.
    ///
    /// # Errors
    ///
    /// When the person does not exist.
    pub fn start(&self, person: PersonId, payload: Option<&str>) -> Result<MessageId, Refusal> {
        let text = payload.map_or("/start".to_owned(), |payload| format!("/start {payload}"));
        self.say(person, person, text)
    }

    /// Changes the text of one's own message.
    ///
    /// # Errors
    ///
    /// When the message is not the author's, or not a text; when the new text is empty or too long.
    pub fn edit(
        &self,
        author: impl Into<Author>,
        chat: impl Into<ChatId>,
        message: MessageId,
        text: &str,
    ) -> Result<(), Refusal> {
        let (author, chat) = (author.into(), chat.into());
        self.change(|state, now| {
            let Some(edited) = state.chat_mut(chat)?.messages.get_mut(&message) else {
                return refuse("there is no such message");
            };
            if edited.author != author {
                return refuse("only one's own messages can be edited");
            }
            let Content::Text(old) = &mut edited.content else {
                return refuse("the message has no text to edit");
            };
            let new = Formatted::detected(text);
            check_length(&new)?;
            *old = new;
            edited.edit_date = Some(now);
            state.tell_bot(chat, message, true, now);
            Ok(())
        })
    }

    /// Removes a message for everybody; Telegram does not inform the bot, except in a business account's chats.
    ///
    /// # Errors
    ///
    /// When it is not there.
    pub fn delete(&self, chat: impl Into<ChatId>, message: MessageId) -> Result<(), Refusal> {
        let chat = chat.into();
        self.change(|state, now| match state.chat_mut(chat)?.messages.remove(&message) {
            Some(_) => {
                state.tell_deleted(chat, message, now);
                Ok(())
            }
            None => refuse("there is no such message"),
        })
    }

    /// Taps the button with this text.
    ///
    /// # Errors
    ///
    /// When the message has no such button, or one that asks the bot nothing.
    pub fn tap(
        &self,
        person: PersonId,
        chat: impl Into<ChatId>,
        message: MessageId,
        button: &str,
    ) -> Result<TapId, Refusal> {
        let chat = chat.into();
        let data = self.quietly(|state, _| {
            let keyboard = state.message(chat, message).and_then(|it| it.keyboard.as_ref());
            let mut buttons = keyboard.into_iter().flatten().flatten();
            match buttons.find(|it| it.text == button) {
                Some(found) => found
                    .callback_data
                    .clone()
                    .ok_or_else(|| Refusal(format!("the button “{button}” asks the bot nothing"))),
                None => refuse(format!("the message has no button “{button}”")),
            }
        })?;
        self.tap_data(person, chat, message, &data)
    }

    /// Taps a button with this data, which the message need not have: old or forged keyboards.
    ///
    /// # Errors
    ///
    /// When the message is not there.
    pub fn tap_data(
        &self,
        person: PersonId,
        chat: impl Into<ChatId>,
        message: MessageId,
        data: &str,
    ) -> Result<TapId, Refusal> {
        let chat = chat.into();
        self.change(|state, now| {
            let Some(tapped) = state.message(chat, message) else {
                return refuse("there is no such message");
            };
            let inline_message_id = tapped.inline_message_id.clone();
            let id = state.fresh_id();
            let mut query = json!({
                "id": id, "from": state.user_json(person), "chat_instance": chat.0.to_string(),
                "data": data,
            });
            match inline_message_id {
                Some(inline) => query["inline_message_id"] = json!(inline),
                None => query["message"] = state.message_json(chat, message, now),
            }
            state.taps.insert(id.clone(), Tap { at: now, answer: None });
            state.updates.push("callback_query", query, now);
            Ok(TapId(id))
        })
    }

    /// What the bot has answered to a tap so far.
    pub fn tap_answer(&self, tap: &TapId) -> Option<TapAnswer> {
        self.quietly(|state, _| state.taps.get(&tap.0)?.answer.clone())
    }

    /// Waits for the bot's answer to a tap.
    ///
    /// # Errors
    ///
    /// [`TimedOut`] when it has not come within `limit`.
    pub async fn answer_to(&self, tap: &TapId, limit: Duration) -> Result<TapAnswer, TimedOut> {
        self.wait_for(limit, |world| world.tap_answer(tap)).await
    }

    /// Votes in a poll; no option at all takes the vote back.
    ///
    /// # Errors
    ///
    /// When the poll is closed, the vote cannot be changed, or there is no such option.
    pub fn vote(
        &self,
        voter: impl Into<Author>,
        chat: impl Into<ChatId>,
        message: MessageId,
        options: &[usize],
    ) -> Result<(), Refusal> {
        let (voter, chat) = (voter.into(), chat.into());
        self.change(|state, now| state.vote(voter, chat, message, options, now))
    }

    /// Types `@bot query` in a chat.
    pub fn inline_query(&self, person: PersonId, chat: impl Into<ChatId>, query: &str) -> InlineId {
        let chat = chat.into();
        self.change(|state, now| {
            let id = state.fresh_id();
            let chat_type = match state.chats.get(&chat) {
                Some(chat) if chat.kind != ChatKind::Private => chat.kind.name(),
                // The private chat with the bot itself is the only one there is here.
                _ => "sender",
            };
            let update = json!({
                "id": id, "from": state.user_json(person), "query": query, "offset": "",
                "chat_type": chat_type,
            });
            state.updates.push("inline_query", update, now);
            state
                .inline_queries
                .insert(id.clone(), InlineQuery { at: now, person, answer: None, guest_of: None });
            InlineId(id)
        })
    }

    /// Mentions the bot in a group that it is not in. Its answer is that of [`World::results_of`].
    pub fn guest_message(&self, person: PersonId, text: &str) -> InlineId {
        self.change(|state, now| {
            let id = state.fresh_id();
            let update = json!({
                "message_id": 1, "date": now / 1000, "text": text, "from": state.user_json(person),
                "chat": { "id": -1_009_999_999_999_i64, "type": "supergroup", "title": "Elsewhere" },
                "guest_query_id": id,
            });
            state.updates.push("guest_message", update, now);
            state
                .inline_queries
                .insert(id.clone(), InlineQuery { at: now, person, answer: None, guest_of: None });
            InlineId(id)
        })
    }

    /// What the bot has answered to an inline query so far.
    pub fn inline_answer(&self, query: &InlineId) -> Option<InlineAnswer> {
        self.quietly(|state, _| state.inline_queries.get(&query.0)?.answer.clone())
    }

    /// Waits for the bot's answer to an inline query.
    ///
    /// # Errors
    ///
    /// [`TimedOut`] when it has not come within `limit`.
    pub async fn results_of(&self, query: &InlineId, limit: Duration) -> Result<InlineAnswer, TimedOut> {
        self.wait_for(limit, |world| world.inline_answer(query)).await
    }

    /// Sends an inline result into a chat, as a message of the person via the bot.
    ///
    /// # Errors
    ///
    /// When there is no such result, or the person cannot write in the chat.
    pub fn choose(
        &self,
        query: &InlineId,
        result: &str,
        chat: impl Into<ChatId>,
        topic: Option<MessageId>,
    ) -> Result<MessageId, Refusal> {
        let chat = chat.into();
        self.change(|state, now| {
            let Some(asked) = state.inline_queries.get(&query.0).cloned() else {
                return refuse("there is no such query");
            };
            let results = asked.answer.map(|answer| answer.results).unwrap_or_default();
            let Some(chosen) = results.into_iter().find(|it| it.id == result) else {
                return refuse("there is no such result");
            };
            state.check_may_write(asked.person.into(), chat)?;
            let mut message = NewMessage::new(asked.person.into(), Content::Text(chosen.content));
            message.topic = topic;
            message.keyboard = chosen.keyboard;
            message.inline_message_id = Some(format!("AAMC{}", state.fresh_id()));
            Ok(state.deliver(chat, message, now))
        })
    }

    /// Blocks the bot, or lets it write again.
    pub fn block_bot(&self, person: PersonId, blocked: bool) {
        self.change(|state, now| {
            if let Some(it) = state.people.get_mut(&person) {
                it.has_blocked_bot = blocked;
            }
            let standing = if blocked { MemberStatus::Kicked } else { MemberStatus::Member };
            let bot = state.bot();
            // A person who does not exist has no chat to change.
            let _ = state.set_standing(person, person.into(), bot, standing, now);
        });
    }

    /// The person deletes the account.
    pub fn deactivate(&self, person: PersonId) {
        self.change(|state, _| {
            if let Some(it) = state.people.get_mut(&person) {
                it.is_deactivated = true;
            }
        });
    }

    /// Drops what waits for the bot: it was away for more than a day, or did not ask for such updates.
    pub fn forget_updates(&self) {
        self.quietly(|state, _| state.updates.confirm(i64::MAX));
    }

    /// Puts an update in the queue as it is: forged, foreign, or newer than this server.
    pub fn inject(&self, update: Value) {
        self.change(|state, now| {
            for (kind, body) in update.as_object().cloned().unwrap_or_default() {
                if kind != "update_id" {
                    state.updates.push(&kind, body, now);
                }
            }
        });
    }
}

fn check_length(text: &Formatted) -> Result<(), Refusal> {
    if text.text.is_empty() || text.n_characters() > 4096 {
        return refuse("a message has 1 to 4096 characters");
    }
    Ok(())
}

/// A service message of one field.
pub(super) fn service(author: Author, field: &str, value: Value) -> NewMessage {
    NewMessage::new(author, Content::Service(Map::from_iter([(field.to_owned(), value)])))
}

impl State {
    fn add_person(&mut self, first_name: &str, is_bot: bool) -> PersonId {
        let n_people = i64::try_from(self.people.len()).expect("people are few");
        let id = PersonId(FIRST_PERSON + n_people);
        let person = Person {
            first_name: first_name.to_owned(),
            username: None,
            is_bot,
            language_code: Some(self.options.language.to_owned()),
            has_started: false,
            has_blocked_bot: false,
            is_deactivated: false,
        };
        self.people.insert(id, person);
        let mut chat = Chat::new(id.into(), ChatKind::Private, String::new());
        chat.members.insert(self.bot(), MemberStatus::Member);
        self.chats.insert(id.into(), chat);
        id
    }

    pub(super) fn free_chat_id(&self, first: i64) -> ChatId {
        let mut id = first;
        while self.chats.contains_key(&ChatId(id)) {
            id -= 1;
        }
        ChatId(id)
    }

    pub(super) fn add_chat(
        &mut self,
        kind: ChatKind,
        title: &str,
        creator: PersonId,
        members: &[PersonId],
    ) -> ChatId {
        let first = if kind == ChatKind::Group { FIRST_GROUP } else { FIRST_SUPERGROUP };
        let id = self.free_chat_id(first);
        let mut chat = Chat::new(id, kind, title.to_owned());
        chat.members.extend(members.iter().map(|member| (*member, MemberStatus::Member)));
        chat.members.insert(creator, MemberStatus::Creator);
        self.chats.insert(id, chat);
        id
    }

    pub(super) fn chat(&self, id: ChatId) -> Result<&Chat, Refusal> {
        self.chats.get(&id).ok_or_else(|| Refusal("there is no such chat".to_owned()))
    }

    pub(super) fn chat_mut(&mut self, id: ChatId) -> Result<&mut Chat, Refusal> {
        self.chats.get_mut(&id).ok_or_else(|| Refusal("there is no such chat".to_owned()))
    }

    pub(super) fn check_may_write(&self, author: Author, chat: ChatId) -> Result<(), Refusal> {
        let chat = self.chat(chat)?;
        if let (Some(pair), Author::Person(person)) = (chat.pair, author) {
            return self.check_may_write_in(pair, person);
        }
        let may = match author {
            Author::Chat(sender) => sender == chat.id && chat.kind != ChatKind::Private,
            Author::Person(person) => match chat.kind {
                ChatKind::Private => ChatId::from(person) == chat.id,
                ChatKind::Channel => chat.standing(person).is_admin(),
                ChatKind::Group | ChatKind::Supergroup => chat.standing(person).is_in(),
            },
        };
        if !may {
            return refuse("the author is not in this chat");
        }
        if chat.migrated_to.is_some() {
            return refuse("the group has become a supergroup");
        }
        Ok(())
    }

    fn say(&mut self, author: Author, chat: ChatId, draft: Draft, now: Millis) -> Result<MessageId, Refusal> {
        self.check_may_write(author, chat)?;
        let target = match draft.reply_to {
            Some(id) => match self.message(chat, id) {
                Some(target) => Some(target),
                None => return refuse("the message to reply to is not there"),
            },
            None => None,
        };
        let own_topic = match author {
            Author::Person(person) if self.chat(chat)?.is_direct_messages => Some(MessageId(person.0)),
            _ => None,
        };
        let topic = draft.topic.or(target.and_then(|it| it.topic)).or(own_topic);
        if let Some(topic) = topic
            && !self.chat(chat)?.topics.contains_key(&topic)
        {
            return refuse("there is no such topic");
        }
        if let Content::Text(text) = &draft.content {
            check_length(text)?;
        }
        // Posts of a channel are the channel's, no matter who writes them.
        let author = match self.chat(chat)?.kind {
            ChatKind::Channel => Author::Chat(chat),
            _ => author,
        };
        if let Some(person) = self.people.get_mut(&PersonId(chat.0)) {
            person.has_started = true;
        }
        let mut message = NewMessage::new(author, draft.content);
        message.topic = topic;
        message.reply_to = draft.reply_to;
        message.is_forwarded = draft.is_forwarded;
        let id = self.deliver(chat, message, now);
        self.ask_as_guest(chat, id, now);
        Ok(id)
    }

    /// Asks the bot where it is mentioned in a group that it is not in.
    fn ask_as_guest(&mut self, chat: ChatId, id: MessageId, now: Millis) {
        let Some((its_chat, message)) =
            self.chats.get(&chat).and_then(|it| Some((it, it.messages.get(&id)?)))
        else {
            return;
        };
        let Author::Person(person) = message.author else { return };
        if !its_chat.is_group() || its_chat.standing(self.bot()).is_in() || !self.mentions_bot(message) {
            return;
        }
        let query = self.fresh_id();
        let mut update = self.message_json(chat, id, now);
        update["guest_query_id"] = json!(query);
        self.updates.push("guest_message", update, now);
        let guest_of = Some((chat, id));
        self.inline_queries.insert(query, InlineQuery { at: now, person, answer: None, guest_of });
    }

    /// Adds a message of a person or of Telegram itself, and sends it to the bot if the bot may see it.
    pub(crate) fn deliver(&mut self, chat: ChatId, message: NewMessage, now: Millis) -> MessageId {
        let author = message.author;
        let is_post = !matches!(message.content, Content::Service(_));
        let id = self.add_message(chat, message, now);
        self.tell_bot(chat, id, false, now);
        if let Author::Person(person) = author
            && is_post
            && self.people.get(&person).is_some_and(|it| it.is_bot)
            && let Some(chat) = self.chats.get_mut(&chat)
        {
            chat.last_bot = Some(person);
        }
        id
    }

    fn tell_bot(&mut self, chat: ChatId, id: MessageId, is_edit: bool, now: Millis) {
        let Some(its_chat) = self.chats.get(&chat) else { return };
        let Some(message) = its_chat.messages.get(&id) else { return };
        if !self.shows_to_bot(its_chat, message) {
            return;
        }
        let kind = match (its_chat.kind, is_edit) {
            _ if its_chat.pair.is_some() && is_edit => "edited_business_message",
            _ if its_chat.pair.is_some() => "business_message",
            (ChatKind::Channel, false) => "channel_post",
            (ChatKind::Channel, true) => "edited_channel_post",
            (_, false) => "message",
            (_, true) => "edited_message",
        };
        let body = self.message_json(chat, id, now);
        self.updates.push(kind, body, now);
    }

    fn vote(
        &mut self,
        voter: Author,
        chat: ChatId,
        message: MessageId,
        options: &[usize],
        now: Millis,
    ) -> Result<(), Refusal> {
        let id = match self.message(chat, message).map(|it| &it.content) {
            Some(Content::Poll(id)) => id.clone(),
            _ => return refuse("the message has no poll"),
        };
        let Some(poll) = self.polls.get_mut(&id) else { return refuse("there is no such poll") };
        poll.vote(voter, options, now).map_err(|reason| Refusal(reason.to_owned()))?;
        if poll.is_anonymous {
            let body = poll.to_json(now);
            self.updates.push("poll", body, now);
            return Ok(());
        }
        let persistent: Vec<String> = options.iter().map(|it| poll.persistent_id(*it)).collect();
        let mut answer = json!({
            "poll_id": id, "option_ids": options, "option_persistent_ids": persistent,
        });
        match voter {
            Author::Person(person) => answer["user"] = self.user_json(person),
            Author::Chat(chat) => answer["voter_chat"] = self.chat_json(self.chat(chat)?),
        }
        self.updates.push("poll_answer", answer, now);
        Ok(())
    }

    /// Changes a standing and sends the update about it: `my_chat_member` for the bot.
    pub(crate) fn set_standing(
        &mut self,
        by: PersonId,
        chat: ChatId,
        person: PersonId,
        standing: MemberStatus,
        now: Millis,
    ) -> Result<(), Refusal> {
        let old = self.member_json(self.chat(chat)?, person);
        self.chat_mut(chat)?.members.insert(person, standing);
        let chat = self.chat(chat)?;
        let update = json!({
            "chat": self.chat_json(chat),
            "from": self.user_json(by),
            "date": now / 1000,
            "old_chat_member": old,
            "new_chat_member": self.member_json(chat, person),
        });
        if person == self.bot() {
            self.updates.push("my_chat_member", update, now);
        } else if chat.standing(self.bot()).is_admin() {
            self.updates.push("chat_member", update, now);
        }
        Ok(())
    }
}
