//! The owner's private chat with the bot: news of their business account, and `/business`.

use serde::{Deserialize, Serialize};

use super::{BusinessEvent, BusinessNews};
use crate::chat::callback_data::Press;
use crate::chat::play::shown;
use crate::chat::turn::Turn;
use crate::chat::{ChatId, ChatKind, Event, Keyboard, Message, Outgoing, Record, Tap};
use crate::rich_text::RichText;
use crate::texts::Text;

/// The connection to the owner's business account. (Telegram lets an account have one bot.)
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::chat) struct Link {
    connection: ChatId,
    can_reply: bool,
    on: bool,
}

/// News from the conversation of a connection.
pub(in crate::chat) fn news(link: &mut Option<Link>, turn: &mut Turn<'_>, news: BusinessNews) {
    let (text, buttons) = match news {
        BusinessNews::Connected { connection, can_reply, on } => {
            let connected = link.insert(Link { connection, can_reply, on });
            connected.page(turn, Text::BusinessConnected)
        }
        BusinessNews::Disconnected { connection } => {
            if link.as_ref().is_some_and(|it| it.connection != connection) {
                // Another one has taken its place already.
                return;
            }
            *link = None;
            (turn.say(Text::BusinessDisconnected, &[]), Vec::new())
        }
        BusinessNews::NotAnOwner => (turn.say(Text::BusinessNotAnOwner, &[]), Vec::new()),
        BusinessNews::Failed { name } => {
            (turn.say(Text::BusinessFailed, &[("name", shown(&name).into())]), Vec::new())
        }
    };
    turn.send(Outgoing::message(None, text).buttons(buttons));
}

/// `/business`, `/business on`, `/business off`.
pub(in crate::chat) fn command(
    link: &mut Option<Link>,
    turn: &mut Turn<'_>,
    message: &Message,
    arguments: &str,
) {
    if message.chat != ChatKind::Private {
        return;
    }
    let Some(link) = link else {
        let values = [("username", turn.context.me.username.as_str().into())];
        return turn.reply(message, Text::BusinessHow, &values);
    };
    match arguments.to_lowercase().as_str() {
        "on" => link.switch(turn, true),
        "off" => link.switch(turn, false),
        _ => {}
    }
    let (text, buttons) = link.page(turn, Text::BusinessOn);
    turn.send(Outgoing::reply(message, text).buttons(buttons));
}

/// The button below that.
pub(in crate::chat) fn press(link: &mut Option<Link>, turn: &mut Turn<'_>, tap: &Tap, on: bool) {
    let Some(link) = link.as_mut().filter(|_| turn.context.is_owner(&tap.person)) else {
        return turn.toast(tap, Text::OldButton);
    };
    turn.settle(tap);
    link.switch(turn, on);
    let (text, buttons) = link.page(turn, Text::BusinessOn);
    turn.send(Outgoing::edit_tapped(tap, text, buttons));
}

impl Link {
    fn switch(&mut self, turn: &mut Turn<'_>, on: bool) {
        self.on = on;
        let event = Box::new(Event::Business(BusinessEvent::Switch { on }));
        turn.record(Record::Tell { chat: self.connection, event });
    }

    /// What it does, and the button that changes it.
    fn page(&self, turn: &Turn<'_>, when_on: Text) -> (RichText, Keyboard) {
        if !self.can_reply {
            return (turn.say(Text::BusinessCannotReply, &[]), Vec::new());
        }
        let (text, label) = match self.on {
            true => (when_on, Text::BusinessOffButton),
            false => (Text::BusinessOff, Text::BusinessOnButton),
        };
        let button = Press::Business { on: !self.on }.button(turn.label(label));
        (turn.say(text, &[]), vec![vec![button]])
    }
}
