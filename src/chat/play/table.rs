//! `/top`: who knows best in this chat.

use super::{N_PLACES, medal, shown};
use crate::chat::callback_data::{Press, TablePress};
use crate::chat::daily::Daily;
use crate::chat::outgoing::label;
use crate::chat::turn::Turn;
use crate::chat::{
    Button, ChatKind, Context, Key, Keyboard, Message, MessageRef, Outgoing, PersonId, Read, Sender,
    Standing, TableAt, TableRows, TableView, Tap,
};
use crate::quiz::{DAILY_TOPIC, GUESS_TOPIC, topic_key};
use crate::rich_text::RichText;
use crate::texts::Text;

/// The most topics that have a button.
const N_TOPICS: usize = 4;

/// How many buttons for topics fit side by side.
const N_IN_ROW: usize = 2;

/// `/top`, `/top month` and `/top TOPIC`: this week's table, that of the daily questions, or that of a topic.
pub(in crate::chat) fn ask(turn: &mut Turn<'_>, daily: &Daily, message: &Message, arguments: &str) {
    let person = match &message.sender {
        Sender::Person(person) => Some(person.id),
        _ => None,
    };
    let view = match topic_key(arguments) {
        None => TableView::Week,
        Some(topic) if topic == "month" || topic == "daily" => daily.month(turn.now),
        Some(topic) if topic == "guess" => TableView::Topic(GUESS_TOPIC.into()),
        Some(topic) => TableView::Topic(topic),
    };
    turn.read(Read::Table { view, person, at: TableAt::Reply { to: message.id, thread: message.thread } });
}

/// A button below a table: it becomes another one. In a group the table is everybody's, so nobody's line is marked.
pub(in crate::chat) fn press(turn: &mut Turn<'_>, daily: &Daily, tap: &Tap, press: TablePress) {
    turn.settle(tap);
    let view = match press {
        TablePress::Week => TableView::Week,
        TablePress::Ever => TableView::Ever,
        TablePress::Daily => daily.month(turn.now),
        TablePress::Topic(topic) => TableView::Topic(topic),
    };
    let person = (tap.chat == ChatKind::Private).then_some(tap.person.id);
    turn.read(Read::Table { view, person, at: TableAt::Edit(tap.message) });
}

pub(in crate::chat) fn show(
    turn: &mut Turn<'_>,
    view: &TableView,
    person: Option<PersonId>,
    at: &TableAt,
    found: &TableRows,
) {
    let context = turn.context;
    let TableRows { standings, topics, has_scores } = found;
    if !has_scores {
        return put(turn, at, context.say(Text::TableEmpty, &[]), Vec::new());
    }
    let is_daily = matches!(view, TableView::Daily { .. });
    let mut text = heading(context, view);
    text.push("\n");
    if standings.is_empty() {
        let is_week = *view == TableView::Week;
        text.append(&context.say(if is_week { Text::TableNobodyThisWeek } else { Text::TableNobody }, &[]));
    }
    text.append(&table(context, person, standings, is_daily));
    text.push("\n");
    if !is_daily {
        text.push("\n");
        text.append(&context.say(Text::TableRules, &[]));
    }
    if standings.iter().any(|standing| standing.streak > 1) {
        text.push("\n");
        text.append(&context.say(Text::TableStreak, &[]));
    }
    put(turn, at, text, buttons(context, view, topics));
}

fn put(turn: &mut Turn<'_>, at: &TableAt, text: RichText, buttons: Keyboard) {
    let outgoing = match at {
        TableAt::Reply { to, thread } => {
            let key = Key(format!("table:{}", to.0));
            Outgoing::message(*thread, text).reply_to(MessageRef::Id(*to)).key(key).buttons(buttons)
        }
        TableAt::Edit(message) => Outgoing::edit(MessageRef::Id(*message), text, buttons),
    };
    turn.send(outgoing);
}

fn heading(context: Context<'_>, view: &TableView) -> RichText {
    match view {
        TableView::Week => context.say(Text::TableWeek, &[]),
        TableView::Ever => context.say(Text::TableEver, &[]),
        TableView::Daily { .. } => context.say(Text::TableDaily, &[]),
        TableView::Topic(topic) => {
            context.say(Text::TableTopic, &[("topic", topic_name(context, topic).into())])
        }
    }
}

/// The name of a topic that people see.
fn topic_name(context: Context<'_>, topic: &str) -> String {
    match topic {
        GUESS_TOPIC => context.label(Text::GuessButton),
        topic => shown(topic),
    }
}

/// The other tables that exist.
fn buttons(context: Context<'_>, view: &TableView, topics: &[String]) -> Keyboard {
    let has_daily = topics.iter().any(|topic| topic == DAILY_TOPIC);
    let mut spans: Vec<Button> = Vec::new();
    let mut add = |is_shown: bool, press: TablePress, text: Text| {
        if !is_shown {
            spans.push(Press::Table(press).button(context.label(text)));
        }
    };
    add(*view == TableView::Week, TablePress::Week, Text::TableWeekButton);
    add(*view == TableView::Ever, TablePress::Ever, Text::TableEverButton);
    add(matches!(view, TableView::Daily { .. }) || !has_daily, TablePress::Daily, Text::TableDailyButton);
    let others = topics
        .iter()
        .filter(|topic| *topic != DAILY_TOPIC && *view != TableView::Topic((*topic).clone()))
        .take(N_TOPICS)
        .map(|topic| {
            Press::Table(TablePress::Topic(topic.clone())).button(label(&topic_name(context, topic)))
        });
    let others: Vec<Button> = others.collect();
    let mut rows: Keyboard = vec![spans];
    rows.extend(others.chunks(N_IN_ROW).map(<[Button]>::to_vec));
    rows
}

/// The first places, and the asking person's own line wherever it stands.
fn table(context: Context<'_>, person: Option<PersonId>, standings: &[Standing], is_daily: bool) -> RichText {
    let mut lines = RichText::default();
    let mut place = 0;
    for (index, standing) in standings.iter().enumerate() {
        // Players who are equal share a place.
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
        let line = match own {
            _ if is_daily => Text::TableDailyLine,
            true => Text::TableYou,
            false => Text::TableLine,
        };
        lines.append(&context.say(line, &values));
        if standing.streak > 1 {
            lines.push(&format!(" 🔥{}", standing.streak));
        }
    }
    lines
}

/// The percentage of their questions that somebody had right.
fn percent(standing: &Standing) -> u32 {
    let asked = u64::from(standing.asked.max(1));
    u32::try_from((u64::from(standing.right) * 100 + asked / 2) / asked).unwrap_or(100)
}
