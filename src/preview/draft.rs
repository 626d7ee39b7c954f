//! What a person is about to send.

use serde_json::{Value, json};

use super::entities::Formatted;
use super::state::{Content, MessageId};

/// A message before it is sent. Plain text converts into one.
#[derive(Debug, Clone)]
pub struct Draft {
    pub(crate) content: Content,
    pub(crate) topic: Option<MessageId>,
    pub(crate) reply_to: Option<MessageId>,
    pub(crate) is_forwarded: bool,
}

impl Draft {
    fn of(content: Content) -> Self {
        Self { content, topic: None, reply_to: None, is_forwarded: false }
    }

    /// Text in which Telegram finds commands, mentions and links.
    pub fn text(text: &str) -> Self {
        Self::of(Content::Text(Formatted::detected(text)))
    }

    /// A sticker: a message without any text.
    pub fn sticker() -> Self {
        let value = json!({
            "file_id": "CAACAgIAAxkB", "file_unique_id": "AgADsticker", "type": "regular",
            "width": 512, "height": 512, "is_animated": false, "is_video": false, "emoji": "👋",
        });
        Self::media("sticker", value, "")
    }

    /// A photo of one size with a caption, which may be empty.
    pub fn photo(caption: &str) -> Self {
        let sizes = json!([{
            "file_id": "AgACAgIAAxkB", "file_unique_id": "AQADphoto", "width": 90, "height": 60,
            "file_size": 1200,
        }]);
        Self::media("photo", sizes, caption)
    }

    /// A message of another kind: the Bot API's field for it, and its value.
    fn media(field: &'static str, value: Value, caption: &str) -> Self {
        Self::of(Content::Media { field, value, caption: Formatted::detected(caption) })
    }

    pub fn reply_to(mut self, message: MessageId) -> Self {
        self.reply_to = Some(message);
        self
    }

    pub fn in_topic(mut self, topic: MessageId) -> Self {
        self.topic = Some(topic);
        self
    }

    pub fn forwarded(mut self) -> Self {
        self.is_forwarded = true;
        self
    }
}

impl From<&str> for Draft {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for Draft {
    fn from(text: String) -> Self {
        Self::text(&text)
    }
}
