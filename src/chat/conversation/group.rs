//! The group itself: the bot joins it or becomes an admin, it has topics, it becomes a supergroup.

use super::Conversation;
use crate::chat::turn::Turn;
use crate::chat::{ChatKind, Context, Event, Membership, Message, Outgoing, Tap, Thread, ThreadId};
use crate::texts::Text;

impl Conversation {
    /// A group with topics has a setting for each.
    pub(super) fn note_topic(&mut self, event: &Event) {
        let (Event::Message(Message { chat, thread, .. }) | Event::Tap(Tap { chat, thread, .. })) = event
        else {
            return;
        };
        let is_topic = matches!(thread.map(ThreadId::thread), Some(Thread::Topic(_)));
        if is_topic && *chat == ChatKind::Supergroup {
            self.settings.note_topic();
        }
    }

    /// Says hello once, not again when the bot is removed and added back. A quiz that waits says so again.
    pub(super) fn membership(&mut self, turn: &mut Turn<'_>, membership: &Membership) {
        let group = matches!(membership.chat, ChatKind::Group | ChatKind::Supergroup);
        self.admin = membership.admin;
        if !group || !membership.member || membership.was_member {
            return;
        }
        if !self.greeted {
            self.greeted = true;
            self.greet(turn);
        }
        self.play.returned(turn);
    }

    fn greet(&self, turn: &mut Turn<'_>) {
        let sees_everything = self.sees_everything(turn.context);
        let sight = if sees_everything { Text::SeesEverything } else { Text::SeesOnlyWhatIsMeant };
        let username = turn.context.me.username.as_str();
        let values = [("username", username.into()), ("sight", turn.say(sight, &[]).into())];
        turn.send(Outgoing::message(None, turn.say(Text::GroupHello, &values)).silently());
    }

    /// Whether Telegram shows the bot all that is written in this group.
    pub(super) fn sees_everything(&self, context: Context<'_>) -> bool {
        context.me.reads_all_group_messages || self.admin
    }

    /// The messages have stayed behind in the former group, and a supergroup counts its own from 1 again: anything
    /// known about single messages would be about others. Everything else goes on.
    pub(super) fn migrated(&mut self, turn: &mut Turn<'_>) {
        self.answers.clear();
        turn.ephemeral.clear();
        self.play.migrated(turn);
        self.daily.migrated(turn);
    }
}
