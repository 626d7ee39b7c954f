//! Privacy mode: which messages of a group a bot is shown.

use super::entities::Formatted;
use super::state::{Author, Chat, Content, Message, PersonId, State};

impl State {
    /// Whether the bot is shown a message at all.
    ///
    /// Always in private chats and channels, and as an admin of a group. Otherwise privacy mode
    /// lets through: service messages, replies to the bot, messages sent via the bot, commands
    /// addressed to it, and plain commands unless another bot was the last to post.
    pub(crate) fn shows_to_bot(&self, chat: &Chat, message: &Message) -> bool {
        let bot = self.bot();
        let by_a_bot = match message.author {
            Author::Person(person) => person == bot || self.people.get(&person).is_some_and(|it| it.is_bot),
            Author::Chat(_) => false,
        };
        let is_service = matches!(message.content, Content::Service(_));
        if let Some(pair) = chat.pair {
            return !message.is_for_owner && self.connection_of(pair.owner).is_some();
        }
        if !chat.is_group() {
            return !by_a_bot;
        }
        if by_a_bot && !is_service {
            return false;
        }
        let standing = chat.standing(bot);
        if !standing.is_in() {
            return false;
        }
        if standing.is_admin() || !self.options.bot.privacy_mode {
            return true;
        }
        let replies_to_bot = message
            .reply_to
            .and_then(|id| chat.messages.get(&id))
            .is_some_and(|target| target.author == Author::Person(bot));
        is_service
            || replies_to_bot
            || message.inline_message_id.is_some()
            || text_of(message).is_some_and(|text| self.concerns_bot(text, chat.last_bot))
    }

    /// Whether a message mentions the bot by its name.
    pub(crate) fn mentions_bot(&self, message: &Message) -> bool {
        let Some(text) = text_of(message) else { return false };
        let name = format!("@{}", self.options.bot.username);
        let units: Vec<u16> = text.text.encode_utf16().collect();
        text.entities.iter().filter(|entity| entity.kind == "mention").any(|entity| {
            let part = units.get(entity.offset..entity.offset + entity.length).unwrap_or_default();
            String::from_utf16_lossy(part).eq_ignore_ascii_case(&name)
        })
    }

    /// Whether a text calls the bot by a command or, where that gets through, by a mention.
    fn concerns_bot(&self, text: &Formatted, last_bot: Option<PersonId>) -> bool {
        let units: Vec<u16> = text.text.encode_utf16().collect();
        let name = format!("@{}", self.options.bot.username);
        text.entities.iter().any(|entity| {
            let part = units.get(entity.offset..entity.offset + entity.length).unwrap_or_default();
            let part = String::from_utf16_lossy(part);
            match entity.kind.as_str() {
                "bot_command" => match part.find('@') {
                    Some(at) => part[at..].eq_ignore_ascii_case(&name),
                    None => entity.offset == 0 && last_bot.is_none_or(|last| last == self.bot()),
                },
                "mention" => self.options.bot.sees_mentions && part.eq_ignore_ascii_case(&name),
                _ => false,
            }
        })
    }
}

fn text_of(message: &Message) -> Option<&Formatted> {
    match &message.content {
        Content::Text(text) => Some(text),
        Content::Media { caption, .. } => Some(caption),
        Content::Poll(_) | Content::Service(_) => None,
    }
}
