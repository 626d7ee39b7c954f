//! What one person's screen shows, as the JSON that the page draws.

use serde_json::{Value, json};

use super::seen::Seen;
use super::state::{Chat, ChatId, ChatKind, MessageId, Millis, PersonId, State};

/// How many of a chat's newest messages the page draws.
const DRAWN: usize = 300;

impl State {
    /// The whole screen: the list of chats, and the one that is open.
    pub(crate) fn screen(&self, person: PersonId, open: Option<ChatId>, now: Millis) -> Value {
        let mine = |chat: &&Chat| self.is_on_list(chat, person);
        let chats: Vec<Value> =
            self.chats.values().filter(mine).map(|chat| self.list_row(chat, person, now)).collect();
        let open = open.and_then(|id| self.chats.get(&id)).filter(mine);
        json!({
            "now": now,
            "person": person,
            "people": self.people.iter().filter(|(_, it)| !it.is_bot).map(|(id, it)| json!({
                "id": id, "name": it.first_name, "username": it.username,
                "runs_bot": self.owners.contains(id),
            })).collect::<Vec<_>>(),
            "bot": {
                "id": self.bot(),
                "name": self.options.bot.first_name,
                "username": self.options.bot.username,
                "description": self.profile.descriptions.get("").cloned().unwrap_or_default(),
            },
            "notice": self.notice,
            "chats": chats,
            "open": open.map(|chat| self.open_chat(chat, person, now)),
        })
    }

    fn is_on_list(&self, chat: &Chat, person: PersonId) -> bool {
        match chat.kind {
            ChatKind::Private => chat.pair.map_or(ChatId::from(person) == chat.id, |pair| pair.has(person)),
            _ => chat.standing(person).is_in() && chat.migrated_to.is_none(),
        }
    }

    fn list_row(&self, chat: &Chat, person: PersonId, now: Millis) -> Value {
        let last = chat.messages.values().next_back();
        let read = self.read.get(&(person, chat.id)).copied().unwrap_or(MessageId(0));
        let is_private = chat.kind == ChatKind::Private;
        // With whom this person talks, in a chat of a business account.
        let other = chat.pair.map(|pair| if pair.owner == person { pair.customer } else { pair.owner });
        let title = match other {
            Some(other) => self.author_name(other.into()),
            None if is_private => self.options.bot.first_name.clone(),
            None => chat.title.clone(),
        };
        let n_unread = chat
            .messages
            .range((std::ops::Bound::Excluded(read), std::ops::Bound::Unbounded))
            .filter(|(_, message)| message.author != person.into())
            .count();
        json!({
            "id": chat.id,
            "kind": if other.is_some() { "business" } else { chat.kind.name() },
            "title": title,
            "face": other.map_or(chat.id.0, |other| other.0),
            "has_bot": self.has_bot(chat),
            "is_own_business": chat.pair.is_some_and(|pair| pair.owner == person),
            "is_forum": chat.is_forum,
            "n_members": chat.members.values().filter(|standing| standing.is_in()).count(),
            "last": last.map(|message| self.seen(message, now)),
            "n_unread": n_unread,
        })
    }

    fn open_chat(&self, chat: &Chat, person: PersonId, now: Millis) -> Value {
        let topics: Vec<Value> =
            chat.topics.iter().map(|(id, topic)| json!({ "id": id, "name": topic.name })).collect();
        let skipped = chat.messages.len().saturating_sub(DRAWN);
        let newest = chat.messages.values().skip(skipped);
        let messages: Vec<Value> =
            newest.map(|message| as_seen_by(self.seen(message, now), person)).collect();
        json!({
            "id": chat.id,
            "topics": topics,
            "messages": messages,
            "commands": self.commands_for(chat, person),
            "admins": chat.members.iter().filter(|(_, standing)| standing.is_admin()).map(|(id, _)| id).collect::<Vec<_>>(),
            "is_blocked": self.people.get(&person).is_some_and(|it| it.has_blocked_bot),
        })
    }

    /// Whether the bot is in a chat, or in one of a business account sees what is written.
    fn has_bot(&self, chat: &Chat) -> bool {
        match chat.pair {
            Some(pair) => self.connection_of(pair.owner).is_some(),
            None => chat.standing(self.bot()).is_in(),
        }
    }

    /// The menu of commands that a person has in a chat: of the narrowest scope that has one.
    fn commands_for(&self, chat: &Chat, person: PersonId) -> Value {
        if chat.pair.is_some() || !self.has_bot(chat) {
            return json!([]);
        }
        let own = format!("chat {}", chat.id.0);
        let scopes: &[&str] = match chat.kind {
            ChatKind::Private => &[own.as_str(), "all_private_chats", "default"],
            _ if chat.standing(person).is_admin() => {
                &["all_chat_administrators", "all_group_chats", "default"]
            }
            _ => &["all_group_chats", "default"],
        };
        let language = self.people.get(&person).and_then(|it| it.language_code.clone()).unwrap_or_default();
        scopes
            .iter()
            .flat_map(|scope| [language.as_str(), ""].map(|language| (*scope, language)))
            .find_map(|(scope, language)| {
                self.profile.commands.get(&(scope.to_owned(), language.to_owned())).cloned()
            })
            .unwrap_or_else(|| json!([]))
    }
}

/// A message with what only this person may see of a poll: results after voting or closing.
fn as_seen_by(seen: Seen, person: PersonId) -> Value {
    let mut json = json!(seen);
    // The customer does not see that the bot wrote it.
    json["is_for_owner"] = json!(seen.is_for_owner && seen.from_id == person.0);
    json["is_mine"] = json!(seen.from_id == person.0);
    let Some(poll) = seen.poll else { return json };
    let mine: Vec<usize> = poll
        .options
        .iter()
        .enumerate()
        .filter(|(_, option)| option.voter_ids.contains(&person.0))
        .map(|(index, _)| index)
        .collect();
    let shows_results = poll.is_closed || !mine.is_empty();
    let drawn = &mut json["poll"];
    if !shows_results {
        drawn["correct"] = json!([]);
        drawn["explanation"] = json!("");
        drawn["explanation_picture"] = Value::Null;
    }
    for option in drawn["options"].as_array_mut().into_iter().flatten() {
        if !shows_results {
            option["n_votes"] = json!(0);
            option["voters"] = json!([]);
        }
        if !shows_results || poll.is_anonymous {
            option["voter_ids"] = json!([]);
        }
    }
    drawn["mine"] = json!(mine);
    drawn["shows_results"] = json!(shows_results);
    json
}
