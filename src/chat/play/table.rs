//! `/top`: who knows best in this chat.

use super::{N_PLACES, medal, shown};
use crate::chat::turn::Turn;
use crate::chat::{
    Context, Key, Message, MessageId, MessageRef, Outgoing, PersonId, Read, Sender, Standing, ThreadId,
};
use crate::rich_text::RichText;
use crate::texts::Text;

/// `/top`: this week's table and that of all time.
pub(in crate::chat) fn ask(turn: &mut Turn<'_>, message: &Message) {
    let person = match &message.sender {
        Sender::Person(person) => Some(person.id),
        _ => None,
    };
    let read = Read::Table { person, reply_to: message.id, thread: message.thread };
    turn.read(read);
}

pub(in crate::chat) fn show(
    turn: &mut Turn<'_>,
    person: Option<PersonId>,
    reply_to: MessageId,
    thread: Option<ThreadId>,
    week: &[Standing],
    ever: &[Standing],
) {
    let text = if ever.is_empty() {
        turn.say(Text::TableEmpty, &[])
    } else {
        let mut text = turn.say(Text::TableWeek, &[]);
        text.push("\n");
        if week.is_empty() {
            text.append(&turn.say(Text::TableNobodyThisWeek, &[]));
        }
        text.append(&table(turn.context, person, week));
        text.push("\n\n");
        text.append(&turn.say(Text::TableEver, &[]));
        text.push("\n");
        text.append(&table(turn.context, person, ever));
        text.push("\n\n");
        text.append(&turn.say(Text::TableRules, &[]));
        text
    };
    let key = Key(format!("table:{}", reply_to.0));
    turn.send(Outgoing::message(thread, text).reply_to(MessageRef::Id(reply_to)).key(key));
}

/// The first places, and the asking person's own line wherever it stands.
fn table(context: Context<'_>, person: Option<PersonId>, standings: &[Standing]) -> RichText {
    let mut lines = RichText::default();
    let mut place = 0;
    for (index, standing) in standings.iter().enumerate() {
        // Equals share a place.
        let equal = |other: &Standing| (other.right, other.total_ms) == (standing.right, standing.total_ms);
        if index == 0 || !equal(&standings[index - 1]) {
            place = index + 1;
        }
        let own = person == Some(standing.person.id);
        if index >= N_PLACES && !own {
            continue;
        }
        if !lines.text.is_empty() {
            lines.push("\n");
        }
        let values = [
            ("place", medal(place).into()),
            ("name", shown(&standing.person.name).into()),
            ("right", standing.right.into()),
            ("asked", standing.asked.into()),
            ("rounds", standing.rounds.into()),
            ("percent", percent(standing).into()),
        ];
        lines.append(&context.say(if own { Text::TableYou } else { Text::TableLine }, &values));
    }
    lines
}

/// Which part of what somebody was asked they had right.
fn percent(standing: &Standing) -> u32 {
    let asked = u64::from(standing.asked.max(1));
    u32::try_from((u64::from(standing.right) * 100 + asked / 2) / asked).unwrap_or(100)
}
