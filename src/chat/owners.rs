//! For those who run the bot: what it could not answer, how much it is used, and why it answered as it did.

use serde::{Deserialize, Serialize};

use super::answers::is_answer;
use super::browse::neighbours;
use super::callback_data::Press;
use super::conversation::by_owner;
use super::menu::menu;
use super::outgoing::label;
use super::turn::Turn;
use super::{
    ChatKind, Context, Day, Failure, FolderNews, Key, KeyPurpose, Keyboard, Message, MessageId, MessageRef,
    Miss, MissAct, MissReason, MissesAt, Outgoing, Read, Record, Request, Tap, ThreadId,
};
use crate::knowledge::Id;
use crate::misses::{Cluster, clusters};
use crate::rich_text::RichText;
use crate::stable_hash::stable_hash;
use crate::texts::Text;

/// So many entries are offered to add a missed question to.
const N_OFFERED: usize = 3;

/// So many other wordings of a missed question are shown.
const N_WORDINGS: usize = 4;

/// The missed questions that are on their way into the folder.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct PendingMisses(Vec<PendingMiss>);

/// A missed question on its way into the folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct PendingMiss {
    key: Key,
    /// All that are settled by it.
    questions: Vec<String>,
    id: Id,
    at: MissesAt,
}

impl PendingMisses {
    /// Does what an owner wants with the misses that the storage found.
    pub(super) fn act(&mut self, turn: &mut Turn<'_>, act: MissAct, at: MissesAt, misses: &[Miss]) {
        let mut open = clusters(misses, &turn.context.library.matcher);
        let named = |name: &str| {
            let is_named = |miss: &Miss| name_of(&miss.question) == name;
            open.iter().position(|cluster| cluster.misses().iter().any(is_named))
        };
        match act {
            MissAct::Show { page } => show_miss(turn, page, at, &open),
            MissAct::Ignore { miss, page } => {
                if let Some(index) = named(&miss) {
                    let questions = questions(&open.remove(index));
                    turn.record(Record::SettleMisses { questions });
                }
                show_miss(turn, page, at, &open);
            }
            MissAct::Add { miss, id } => match named(&miss) {
                Some(index) => self.add(turn, &miss, id, at, &open[index]),
                None => show_miss(turn, 0, at, &open),
            },
        }
    }

    /// Adds the wording that the button named, which may no longer be the most asked one.
    fn add(&mut self, turn: &mut Turn<'_>, name: &str, id: Id, at: MissesAt, cluster: &Cluster) {
        let named = cluster.misses().iter().find(|miss| name_of(&miss.question) == name);
        let phrasing = named.map_or(cluster.question(), |miss| &miss.question).to_owned();
        let key = Key(format!("add:{name}"));
        self.0.retain(|pending| pending.key != key);
        let pending = PendingMiss { key: key.clone(), questions: questions(cluster), id: id.clone(), at };
        self.0.push(pending);
        let request = Request::AddPhrasing { entry: id, phrasing };
        turn.send(Outgoing::request(None, request).key(key).report());
    }

    /// A phrasing was written into the folder, or could not be.
    pub(super) fn written(&mut self, turn: &mut Turn<'_>, key: &Key, failure: Option<&Failure>) {
        let pending = &mut self.0;
        let Some(index) = pending.iter().position(|it| it.key == *key) else { return };
        let PendingMiss { questions, id, at, .. } = pending.remove(index);
        let text = match failure {
            None => {
                turn.record(Record::SettleMisses { questions });
                let title = turn.context.library.topic(&id).map_or(id.as_str(), |topic| topic.title());
                turn.say(Text::MissAdded, &[("title", title.into())])
            }
            Some(failure) => {
                let reason = if let Failure::Other(reason) = failure { reason.as_str() } else { "" };
                turn.say(Text::MissAddFailed, &[("reason", reason.into())])
            }
        };
        let next = vec![vec![Press::Misses { page: 0 }.button(turn.label(Text::NextButton))]];
        put(turn, at, text, next);
    }
}

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
    let everybodys = menu(turn.context.library).private;
    let everybodys = everybodys.into_iter().map(|it| (it.name.to_owned(), it.description));
    let own = own.map(|(name, text)| (name.to_owned(), turn.label(text)));
    let commands = own.into_iter().chain(everybodys).collect();
    turn.send(Outgoing::request(None, Request::SetCommands { commands }));
}

/// `/misses`: one missed question a page, in all its wordings, with the entries it may belong to. In private only: the words of
/// strangers are not for a group.
pub(super) fn misses(turn: &mut Turn<'_>, message: &Message) {
    if message.chat != ChatKind::Private {
        return;
    }
    let at = MissesAt::Reply { to: message.id, thread: message.thread };
    turn.read(Read::Misses { act: MissAct::Show { page: 0 }, at });
}

pub(super) fn press_misses(turn: &mut Turn<'_>, tap: &Tap, page: usize) {
    act_on_misses(turn, tap, MissAct::Show { page });
}

pub(super) fn press_add_miss(turn: &mut Turn<'_>, tap: &Tap, miss: String, id: Id) {
    act_on_misses(turn, tap, MissAct::Add { miss, id });
}

pub(super) fn press_ignore_miss(turn: &mut Turn<'_>, tap: &Tap, miss: String, page: usize) {
    act_on_misses(turn, tap, MissAct::Ignore { miss, page });
}

fn act_on_misses(turn: &mut Turn<'_>, tap: &Tap, act: MissAct) {
    if !turn.context.is_owner(&tap.person) {
        return turn.toast(tap, Text::OldButton);
    }
    turn.settle(tap);
    turn.read(Read::Misses { act, at: MissesAt::Edit(tap.message) });
}

fn show_miss(turn: &mut Turn<'_>, page: usize, at: MissesAt, open: &[Cluster]) {
    let Some(last) = open.len().checked_sub(1) else {
        return put(turn, at, turn.say(Text::MissesNone, &[]), Vec::new());
    };
    let page = page.min(last);
    let cluster = &open[page];
    let values = [("n", open.len().into()), ("page", (page + 1).into()), ("pages", open.len().into())];
    let mut text = turn.say(Text::MissesHeading, &values);
    text.push("\n\n");
    text.append(&miss_text(turn.context, cluster));

    let library = turn.context.library;
    let name = name_of(cluster.question());
    let mut buttons: Keyboard = cluster
        .nearest(&library.matcher, N_OFFERED)
        .iter()
        .filter_map(|candidate| library.topic(&candidate.id))
        .map(|topic| {
            let title = turn.context.texts().label(Text::MissAddButton, &[("title", topic.title().into())]);
            vec![Press::AddMiss { miss: name.clone(), id: topic.id().clone() }.button(label(&title))]
        })
        .collect();
    buttons.push(vec![Press::IgnoreMiss { miss: name, page }.button(turn.label(Text::MissIgnoreButton))]);
    buttons.extend(neighbours(turn.context, page, open.len(), |page| Press::Misses { page }));
    put(turn, at, text, buttons);
}

/// The wordings of a missed question, why it counts as missed, and when it was last asked.
fn miss_text(context: Context<'_>, cluster: &Cluster) -> RichText {
    let wording = |text: Text, miss: &Miss| {
        context.say(text, &[("question", miss.question.as_str().into()), ("n", miss.count.into())])
    };
    let misses = cluster.misses();
    let mut text = wording(Text::MissLine, &misses[0]);
    for miss in misses.iter().skip(1).take(N_WORDINGS) {
        text.push("\n");
        text.append(&wording(Text::MissOtherWords, miss));
    }
    if let n @ 1.. = misses.len().saturating_sub(1 + N_WORDINGS) {
        text.push("\n");
        text.append(&context.say(Text::MissMoreWords, &[("n", n.into())]));
    }
    text.push("\n\n");
    for (why, n) in cluster.reasons() {
        let reason = match why {
            MissReason::Unknown => Text::MissUnknown,
            MissReason::NoneOfThese => Text::MissNoneOfThese,
            MissReason::Disliked => Text::MissDisliked,
        };
        text.append(&context.say(reason, &[("n", n.into())]));
        text.push(", ");
    }
    text.append(&context.say(Text::MissLast, &[("date", cluster.last().day().as_str().into())]));
    text
}

/// A change has broken the folder, or mended it.
pub(super) fn folder_news(turn: &mut Turn<'_>, news: &FolderNews) {
    let text = match news {
        FolderNews::Broken { diagnostics } => {
            let mut text = turn.say(Text::FolderBroken, &[]);
            text.push("\n\n");
            text.push(diagnostics);
            text
        }
        FolderNews::Mended => turn.say(Text::FolderMended, &[]),
    };
    turn.send(Outgoing::message(None, text));
}

fn put(turn: &mut Turn<'_>, at: MissesAt, text: RichText, buttons: Keyboard) {
    let outgoing = match at {
        MissesAt::Reply { to, thread } => {
            Outgoing::message(thread, text).buttons(buttons).reply_to(MessageRef::Id(to))
        }
        MissesAt::Edit(message) => Outgoing::edit(MessageRef::Id(message), text, buttons),
    };
    turn.send(outgoing);
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
            let explanation = turn.context.library.matcher.explain(question).to_string();
            RichText::pre(&explanation)
        }
        None if key.is_some_and(is_answer) => turn.say(Text::WhyForgotten, &[]),
        None => turn.say(Text::WhyNoQuestion, &[]),
    };
    turn.send(Outgoing::message(thread, text).reply_to(MessageRef::Id(reply_to)));
}

fn questions(cluster: &Cluster) -> Vec<String> {
    cluster.misses().iter().map(|miss| miss.question.clone()).collect()
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

/// Names a missed question in a button: 48 bits of a hash of its words, so that beside it there is room for the longest id.
fn name_of(question: &str) -> String {
    format!("{:012x}", stable_hash(question) >> 16)
}
