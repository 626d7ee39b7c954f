//! `/forgetme`: somebody asks to be forgotten.

use super::Conversation;
use crate::chat::callback_data::Press;
use crate::chat::turn::Turn;
use crate::chat::{ChatKind, Message, Outgoing, PersonId, Record, Tap};
use crate::texts::Text;

impl Conversation {
    pub(super) fn press_forget(&mut self, turn: &mut Turn<'_>, tap: &Tap, sure: bool) {
        // The question is in the person's own chat; a forged button elsewhere deletes nothing.
        if tap.chat != ChatKind::Private {
            return turn.toast(tap, Text::OldButton);
        }
        turn.settle(tap);
        if sure {
            turn.record(Record::Forget { person: tap.person.id });
            // Ends a quiz and the daily questions; then this chat is an unknown one.
            self.forget(turn, tap.person.id);
            self.daily.end(turn);
            turn.ephemeral.clear();
            *self = Conversation::default();
        }
        let text = if sure { Text::Forgotten } else { Text::Kept };
        turn.send(Outgoing::edit_tapped(tap, turn.say(text, &[]), Vec::new()));
    }

    /// Somebody asks to be forgotten: nothing about them stays in this chat's state.
    pub(super) fn forget(&mut self, turn: &mut Turn<'_>, person: PersonId) {
        self.answers.forget(person);
        self.pace.forget(person);
        self.admins.forget(person);
        self.daily.forget(person);
        self.play.forget(turn, person);
        if let Some(customers) = &mut self.customers {
            customers.forget(person);
        }
    }
}

/// Asks whether somebody is sure.
pub(super) fn confirm(turn: &mut Turn<'_>, message: &Message) {
    if message.chat != ChatKind::Private {
        let values = [("username", turn.context.me.username.as_str().into())];
        return turn.notice(message, Text::ForgetInPrivate, &values);
    }
    let buttons = vec![vec![
        Press::Forget { sure: true }.button(turn.label(Text::ForgetButton)),
        Press::Forget { sure: false }.button(turn.label(Text::KeepButton)),
    ]];
    turn.send(Outgoing::reply(message, turn.say(Text::ForgetAsk, &[])).buttons(buttons));
}
