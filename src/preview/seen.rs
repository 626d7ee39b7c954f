//! Chats as a person sees them.

use serde::Serialize;

use super::entities::Entity;
use super::state::{Author, Button, ChatId, Content, Message, MessageId, Millis, PersonId, State};
use super::world::World;

/// A message on a person's screen.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Seen {
    pub id: MessageId,
    /// The author's name: that of a person, the bot, or a chat that speaks for itself.
    pub from: String,
    /// The author's number; a chat's for anonymous admins and channels.
    pub from_id: i64,
    pub is_from_bot: bool,
    /// Seconds since 1970.
    pub date: i64,
    pub is_edited: bool,
    pub topic: Option<MessageId>,
    pub reply_to: Option<MessageId>,
    /// Text or caption, without markup; empty where there is none.
    pub text: String,
    pub entities: Vec<Entity>,
    /// The kind of a message that is more than text: `photo`, `sticker`, ….
    pub media: Option<String>,
    /// The name of a photo of the bot's.
    pub picture: Option<String>,
    pub poll: Option<SeenPoll>,
    /// Telegram's own note, in a few words: `Ada joined the group`.
    pub service: Option<String>,
    pub buttons: Vec<Vec<Button>>,
    pub is_via_bot: bool,
    pub is_forwarded: bool,
    /// The bot wrote it in the name of its author, the owner of a business account.
    pub is_for_owner: bool,
}

/// A poll on a screen. What only voters see is here too; the page hides it from others.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SeenPoll {
    pub id: String,
    pub question: String,
    pub options: Vec<SeenOption>,
    pub is_quiz: bool,
    pub is_anonymous: bool,
    pub is_closed: bool,
    pub allows_multiple_answers: bool,
    pub allows_revoting: bool,
    pub shuffles_options: bool,
    pub n_voters: usize,
    /// Indices of the right options; empty for a regular poll.
    pub correct: Vec<usize>,
    pub explanation: String,
    pub explanation_entities: Vec<Entity>,
    /// The names of the pictures above the question and beside the explanation.
    pub picture: Option<String>,
    pub explanation_picture: Option<String>,
    /// Seconds from opening to closing, where the bot set them.
    pub open_period: Option<i64>,
    /// Milliseconds since 1970.
    pub closes_at: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SeenOption {
    pub text: String,
    pub n_votes: usize,
    /// Who chose it; empty in anonymous polls.
    pub voters: Vec<String>,
    /// Their numbers; present in anonymous polls, too, but only for the voters' own screens.
    pub(crate) voter_ids: Vec<i64>,
}

impl SeenPoll {
    pub fn has_voted(&self, person: PersonId) -> bool {
        self.options.iter().any(|option| option.voter_ids.contains(&person.0))
    }
}

impl Seen {
    /// The texts of all buttons, in reading order.
    pub fn button_texts(&self) -> Vec<&str> {
        self.buttons.iter().flatten().map(|button| button.text.as_str()).collect()
    }
}

impl World {
    /// A chat's messages, oldest first; a chat that does not exist has none.
    pub fn messages(&self, chat: impl Into<ChatId>) -> Vec<Seen> {
        self.quietly(|state, now| state.seen_messages(chat.into(), now))
    }

    pub fn message(&self, chat: impl Into<ChatId>, id: MessageId) -> Option<Seen> {
        let chat = chat.into();
        self.quietly(|state, now| {
            let chat = state.chats.get(&chat)?;
            Some(state.seen(chat.messages.get(&id)?, now))
        })
    }

    /// The newest message of the bot in a chat.
    pub fn last_from_bot(&self, chat: impl Into<ChatId>) -> Option<Seen> {
        let chat = chat.into();
        self.quietly(|state, now| {
            let bot = Author::Person(state.bot());
            let mut newest_first = state.chats.get(&chat)?.messages.values().rev();
            newest_first.find(|it| it.author == bot).map(|it| state.seen(it, now))
        })
    }
}

impl State {
    pub(crate) fn seen_messages(&self, chat: ChatId, now: Millis) -> Vec<Seen> {
        let messages = self.chats.get(&chat).into_iter().flat_map(|chat| chat.messages.values());
        messages.map(|message| self.seen(message, now)).collect()
    }

    pub(crate) fn author_name(&self, author: Author) -> String {
        match author {
            Author::Person(person) if person == self.bot() => self.options.bot.first_name.clone(),
            Author::Person(person) => {
                self.people.get(&person).map(|it| it.first_name.clone()).unwrap_or_default()
            }
            Author::Chat(chat) => self.chats.get(&chat).map(|it| it.title.clone()).unwrap_or_default(),
        }
    }

    pub(crate) fn seen(&self, message: &Message, now: Millis) -> Seen {
        let from_id = match message.author {
            Author::Person(person) => person.0,
            Author::Chat(chat) => chat.0,
        };
        let mut seen = Seen {
            id: message.id,
            from: self.author_name(message.author),
            from_id,
            is_from_bot: message.author == Author::Person(self.bot()),
            date: message.date / 1000,
            is_edited: message.edit_date.is_some(),
            topic: message.topic,
            reply_to: message.reply_to,
            text: String::new(),
            entities: Vec::new(),
            media: None,
            picture: None,
            poll: None,
            service: None,
            buttons: message.keyboard.clone().unwrap_or_default(),
            is_via_bot: message.inline_message_id.is_some(),
            is_forwarded: message.is_forwarded,
            is_for_owner: message.is_for_owner,
        };
        match &message.content {
            Content::Text(text) => {
                seen.text.clone_from(&text.text);
                seen.entities.clone_from(&text.entities);
            }
            Content::Media { field, value, caption } => {
                seen.picture = picture(value);
                seen.media = Some((*field).to_owned());
                seen.text.clone_from(&caption.text);
                seen.entities.clone_from(&caption.entities);
            }
            Content::Poll(id) => seen.poll = self.seen_poll(id, now),
            Content::Service(service) => {
                seen.service = Some(service_text(&seen.from, service));
            }
        }
        seen
    }

    fn seen_poll(&self, id: &str, now: Millis) -> Option<SeenPoll> {
        let poll = self.polls.get(id)?;
        let options = poll.options.iter().enumerate().map(|(index, text)| {
            let voters: Vec<Author> = poll
                .votes
                .iter()
                .filter(|(_, chosen)| chosen.contains(&index))
                .map(|(voter, _)| *voter)
                .collect();
            SeenOption {
                text: text.clone(),
                n_votes: voters.len(),
                voters: if poll.is_anonymous {
                    Vec::new()
                } else {
                    voters.iter().map(|voter| self.author_name(*voter)).collect()
                },
                voter_ids: voters
                    .iter()
                    .map(|voter| match voter {
                        Author::Person(person) => person.0,
                        Author::Chat(chat) => chat.0,
                    })
                    .collect(),
            }
        });
        let explanation = poll.explanation.clone().unwrap_or_default();
        Some(SeenPoll {
            id: poll.id.clone(),
            question: poll.question.text.clone(),
            options: options.collect(),
            is_quiz: poll.is_quiz(),
            is_anonymous: poll.is_anonymous,
            is_closed: poll.is_closed(now),
            allows_multiple_answers: poll.allows_multiple_answers,
            allows_revoting: poll.allows_revoting,
            shuffles_options: poll.shuffles_options,
            n_voters: poll.votes.len(),
            correct: poll.correct.clone().unwrap_or_default(),
            explanation: explanation.text,
            explanation_entities: explanation.entities,
            picture: poll.media.as_ref().and_then(picture),
            explanation_picture: poll.explanation_media.as_ref().and_then(picture),
            open_period: poll.open_period,
            closes_at: poll.closes_at,
        })
    }
}

/// The name of the largest size of a photo.
fn picture(sizes: &serde_json::Value) -> Option<String> {
    Some(sizes.as_array()?.last()?["file_id"].as_str()?.to_owned())
}

/// A service message in words, as the apps show it.
fn service_text(from: &str, service: &serde_json::Map<String, serde_json::Value>) -> String {
    let Some((kind, value)) = service.iter().next() else { return String::new() };
    let name_of = |user: &serde_json::Value| user["first_name"].as_str().unwrap_or("").to_owned();
    match kind.as_str() {
        "new_chat_members" => {
            let names: Vec<String> = value.as_array().into_iter().flatten().map(name_of).collect();
            if names == [from] {
                format!("{from} joined the group")
            } else {
                format!("{from} added {}", names.join(", "))
            }
        }
        "left_chat_member" if name_of(value) == from => format!("{from} left the group"),
        "left_chat_member" => format!("{from} removed {}", name_of(value)),
        "forum_topic_created" => {
            format!("{from} created the topic “{}”", value["name"].as_str().unwrap_or(""))
        }
        "forum_topic_closed" => format!("{from} closed the topic"),
        "migrate_to_chat_id" => "This group became a supergroup".to_owned(),
        "migrate_from_chat_id" => "The group became a supergroup".to_owned(),
        other => other.replace('_', " "),
    }
}
