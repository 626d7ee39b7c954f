//! Requests, put together piece by piece.

use super::{
    Action, BusinessTarget, Button, Key, Keyboard, MESSAGE_LIMIT, Message, MessageId, MessageRef, Outgoing,
    Picture, Priority, Request, Tap, ThreadId,
};
use crate::rich_text::RichText;

/// Telegram shows about this many characters of a button on a phone.
const LABEL: usize = 60;

impl Outgoing {
    fn new(thread: Option<ThreadId>, request: Request) -> Outgoing {
        Outgoing {
            key: None,
            business: None,
            thread,
            request,
            priority: Priority::Prompt,
            asker: None,
            report: false,
        }
    }

    /// A new message in this topic. A text too long for one message is cut.
    pub(super) fn message(thread: Option<ThreadId>, text: RichText) -> Outgoing {
        let text = text.truncate(MESSAGE_LIMIT);
        let request = Request::Message {
            text,
            buttons: Vec::new(),
            reply_to: None,
            only_as_reply: false,
            silent: false,
            picture: None,
        };
        Outgoing::new(thread, request)
    }

    /// A reply to what somebody wrote.
    pub(super) fn reply(to: &Message, text: RichText) -> Outgoing {
        Outgoing::message(to.thread, text).reply_to(MessageRef::Id(to.id))
    }

    /// Another text for a message, cut if it is too long for one.
    pub(super) fn edit(message: MessageRef, text: RichText, buttons: Keyboard) -> Outgoing {
        let text = text.truncate(MESSAGE_LIMIT);
        Outgoing::new(None, Request::Edit { message, text, buttons, or_reply_to: None })
    }

    /// Another text for the message sent under this key; if somebody has deleted it, a reply instead.
    pub(super) fn edit_or_reply(
        key: Key,
        text: RichText,
        buttons: Keyboard,
        thread: Option<ThreadId>,
        reply_to: MessageId,
    ) -> Outgoing {
        let mut edit = Outgoing::edit(MessageRef::Key(key.clone()), text, buttons);
        edit.thread = thread;
        if let Request::Edit { or_reply_to, .. } = &mut edit.request {
            *or_reply_to = Some(reply_to);
        }
        edit.key(key)
    }

    /// Another text for the message whose button was tapped.
    pub(super) fn edit_tapped(tap: &Tap, text: RichText, buttons: Keyboard) -> Outgoing {
        Outgoing::edit(MessageRef::Id(tap.message), text, buttons)
    }

    /// Ends a tap, with a word to the person who tapped if there is something to say.
    pub(super) fn toast(tap: &Tap, text: &str, alert: bool) -> Outgoing {
        // At most 200 characters (Bot API).
        let text = text.chars().take(200).collect();
        Outgoing::new(None, Request::AnswerTap { query: tap.query.clone(), text, alert })
    }

    pub(super) fn request(thread: Option<ThreadId>, request: Request) -> Outgoing {
        Outgoing::new(thread, request)
    }

    pub(super) fn buttons(mut self, keyboard: Keyboard) -> Outgoing {
        if let Request::Message { buttons, .. } | Request::Edit { buttons, .. } = &mut self.request {
            *buttons = keyboard;
        }
        self
    }

    /// The text is shown below this photo.
    pub(super) fn picture(mut self, shown: Option<Picture>) -> Outgoing {
        if let Request::Message { picture, .. } = &mut self.request {
            *picture = shown;
        }
        self
    }

    pub(super) fn reply_to(mut self, message: MessageRef) -> Outgoing {
        if let Request::Message { reply_to, .. } | Request::Poll { reply_to, .. } = &mut self.request {
            *reply_to = Some(message);
        }
        self
    }

    /// A reply to one of the bot's own messages that makes no sense without it.
    pub(super) fn only_as_reply(mut self, to: Key) -> Outgoing {
        if let Request::Message { only_as_reply, .. } = &mut self.request {
            *only_as_reply = true;
        }
        self.reply_to(MessageRef::Key(to))
    }

    pub(super) fn key(mut self, key: Key) -> Outgoing {
        self.key = Some(key);
        self
    }

    pub(super) fn report(mut self) -> Outgoing {
        self.report = true;
        self
    }

    pub(super) fn housekeeping(mut self) -> Outgoing {
        self.priority = Priority::Housekeeping;
        self
    }

    /// Into a chat of a business account.
    pub(super) fn for_business(mut self, target: BusinessTarget) -> Outgoing {
        self.business = Some(target);
        self
    }

    pub(super) fn silently(mut self) -> Outgoing {
        if let Request::Message { silent, .. } = &mut self.request {
            *silent = true;
        }
        self
    }
}

impl Button {
    pub(super) fn link(label: impl Into<String>, url: String) -> Button {
        Button { label: label.into(), action: Action::Url(url) }
    }
}

/// A title cut to what a button can show.
pub(super) fn label(title: &str) -> String {
    if title.chars().count() <= LABEL {
        return title.to_owned();
    }
    let cut: String = title.chars().take(LABEL - 1).collect();
    format!("{}…", cut.trim_end())
}
