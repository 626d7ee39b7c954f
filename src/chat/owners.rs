//! For those who run the bot: how much it is used, why it answered as it did, and the state of its folder.

use super::answers::is_answer;
use super::conversation::by_owner;
use super::menu::menu;
use super::turn::Turn;
use super::{
    ChatKind, Day, FolderNews, Key, KeyPurpose, Message, MessageId, MessageRef, Outgoing, Read, Request,
    ThreadId, language,
};
use crate::rich_text::RichText;
use crate::texts::Text;

/// An owner's menu has the commands for owners as well. It is set where they write, so that it is in their language and
/// Telegram knows the chat.
pub(super) fn set_menu(turn: &mut Turn<'_>, message: &Message) {
    if message.chat != ChatKind::Private || !by_owner(turn, message) {
        return;
    }
    let own = [
        ("misses", Text::MenuMisses),
        ("stats", Text::MenuStats),
        ("why", Text::MenuWhy),
        ("business", Text::MenuBusiness),
    ];
    let everybodys = menu(turn.context.folder, turn.context.library.language()).private;
    let everybodys = everybodys.into_iter().map(|it| (it.name.to_owned(), it.description));
    let own = own.map(|(name, text)| (name.to_owned(), turn.label(text)));
    let commands = own.into_iter().chain(everybodys).collect();
    turn.send(Outgoing::request(None, Request::SetCommands { commands }));
}

/// A change has broken the folder, or repaired it.
pub(super) fn folder_news(turn: &mut Turn<'_>, news: &FolderNews) {
    let text = match news {
        FolderNews::Broken { diagnostics } => {
            let mut text = turn.say(Text::FolderBroken, &[]);
            text.push("\n\n");
            text.push(diagnostics);
            text
        }
        FolderNews::Fixed => turn.say(Text::FolderFixed, &[]),
        FolderNews::Picture { name, reason } => {
            let values = [("picture", name.as_str().into()), ("reason", reason.as_str().into())];
            turn.say(Text::PictureGone, &values)
        }
    };
    turn.send(Outgoing::message(None, text));
}

pub(super) fn stats(turn: &mut Turn<'_>, message: &Message) {
    let (reply_to, thread) = (message.id, message.thread);
    turn.read(Read::Stats { reply_to, thread });
    // In a group it would give questions away.
    if message.chat == ChatKind::Private {
        turn.read(Read::Items { reply_to, thread });
    }
}

pub(super) fn show_stats(turn: &mut Turn<'_>, reply_to: MessageId, thread: Option<ThreadId>, days: &[Day]) {
    let mut text = turn.say(Text::StatsHeading, &[("n", days.len().into())]);
    text.push("\n\n");
    text.append(&RichText::pre(&chart(days)));
    text.push("\n\n");
    let sum = |count: fn(&Day) -> u32| days.iter().map(count).fold(0, u32::saturating_add);
    let values = [
        ("questions", sum(asked).into()),
        ("answered", sum(|day| day.answer).into()),
        ("chosen", sum(|day| day.choose).into()),
        ("unknown", sum(|day| day.unknown).into()),
        ("outside", sum(|day| day.out_of_scope).into()),
        ("talk", sum(|day| day.small_talk).into()),
        ("rounds", sum(|day| day.rounds).into()),
    ];
    text.append(&turn.say(Text::StatsTotals, &values));
    turn.send(Outgoing::message(thread, text).reply_to(MessageRef::Id(reply_to)));
}

/// `/why` as a reply to an answer.
pub(super) fn why(turn: &mut Turn<'_>, message: &Message) {
    match &message.reply_to {
        Some(replied) if replied.mine => {
            let purpose = KeyPurpose::Explain { reply_to: message.id, thread: message.thread };
            let read = Read::KeyOf { message: replied.id, purpose };
            turn.read(read);
        }
        _ => turn.send(Outgoing::reply(message, turn.say(Text::WhyReply, &[]))),
    }
}

pub(super) fn show_why(
    turn: &mut Turn<'_>,
    reply_to: MessageId,
    thread: Option<ThreadId>,
    key: Option<&Key>,
    question: Option<&str>,
) {
    let text = match question {
        Some(question) => {
            let explanation =
                language::for_question(turn.context, question).library.matcher.explain(question).to_string();
            RichText::pre(&explanation)
        }
        None if key.is_some_and(is_answer) => turn.say(Text::WhyForgotten, &[]),
        None => turn.say(Text::WhyNoQuestion, &[]),
    };
    turn.send(Outgoing::message(thread, text).reply_to(MessageRef::Id(reply_to)));
}

fn asked(day: &Day) -> u32 {
    [day.answer, day.choose, day.unknown, day.small_talk, day.out_of_scope]
        .into_iter()
        .fold(0, u32::saturating_add)
}

/// One line a day: the date, a bar as long as the questions of that day, and their number.
fn chart(days: &[Day]) -> String {
    /// The longest bar, in characters: the rest of a phone's line is for the date and the number.
    const WIDTH: u64 = 16;
    let most = days.iter().map(asked).max().unwrap_or(0).max(1);
    let lines = days.iter().map(|day| {
        let length = u64::from(asked(day)) * WIDTH / u64::from(most);
        let bar = "█".repeat(usize::try_from(length).unwrap_or(0));
        let date = day.date.get(5..).unwrap_or(&day.date);
        format!("{date} {bar} {}", asked(day))
    });
    lines.collect::<Vec<_>>().join("\n")
}
