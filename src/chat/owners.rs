//! For those who run the bot: what it could not answer, how much it is used, and why it answered as it did.

use serde::{Deserialize, Serialize};

use super::answered::is_answer;
use super::callback_data::Press;
use super::outgoing::label;
use super::turn::Turn;
use super::{
    ChatKind, Day, Effect, Failure, FolderNews, Key, Keyboard, Message, MessageId, MessageRef, Miss, MissAct,
    MissReason, MissesAt, Outgoing, Read, Record, Request, Tap, ThreadId,
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

/// A missed question on its way into the folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Pending {
    key: Key,
    /// All that are settled by it.
    questions: Vec<String>,
    id: Id,
    at: MissesAt,
}

impl Turn<'_> {
    /// `/misses`: one missed question a page, in all its wordings, with the entries it may belong to. In private only: the words of
    /// strangers are not for a group.
    pub(super) fn misses(&mut self, message: &Message) {
        if message.chat != ChatKind::Private {
            return;
        }
        let at = MissesAt::Reply { to: message.id, thread: message.thread };
        self.effects.push(Effect::Read(Read::Misses { act: MissAct::Show { page: 0 }, at }));
    }

    pub(super) fn press_misses(&mut self, tap: &Tap, page: usize) {
        self.act_on_misses(tap, MissAct::Show { page });
    }

    pub(super) fn press_add_miss(&mut self, tap: &Tap, miss: String, id: Id) {
        self.act_on_misses(tap, MissAct::Add { miss, id });
    }

    pub(super) fn press_ignore_miss(&mut self, tap: &Tap, miss: String, page: usize) {
        self.act_on_misses(tap, MissAct::Ignore { miss, page });
    }

    fn act_on_misses(&mut self, tap: &Tap, act: MissAct) {
        if !self.is_owner(&tap.person) {
            return self.toast(tap, Text::OldButton);
        }
        self.settle(tap);
        self.effects.push(Effect::Read(Read::Misses { act, at: MissesAt::Edit(tap.message) }));
    }

    pub(super) fn show_misses(&mut self, act: MissAct, at: MissesAt, misses: &[Miss]) {
        let mut open = clusters(misses, &self.context.library.matcher);
        let named = |name: &str| {
            let is_named = |miss: &Miss| name_of(&miss.question) == name;
            open.iter().position(|cluster| cluster.misses().iter().any(is_named))
        };
        match act {
            MissAct::Show { page } => self.show_miss(page, at, &open),
            MissAct::Ignore { miss, page } => {
                if let Some(index) = named(&miss) {
                    let questions = questions(&open.remove(index));
                    self.record(Record::SettleMisses { questions });
                }
                self.show_miss(page, at, &open);
            }
            MissAct::Add { miss, id } => match named(&miss) {
                Some(index) => self.add_miss(&miss, id, at, &open[index]),
                None => self.show_miss(0, at, &open),
            },
        }
    }

    /// Adds the wording that the button named, which may no longer be the most asked one.
    fn add_miss(&mut self, name: &str, id: Id, at: MissesAt, cluster: &Cluster) {
        let named = cluster.misses().iter().find(|miss| name_of(&miss.question) == name);
        let phrasing = named.map_or(cluster.question(), |miss| &miss.question).to_owned();
        let key = Key(format!("add:{name}"));
        self.conversation.pending_misses.retain(|pending| pending.key != key);
        let pending = Pending { key: key.clone(), questions: questions(cluster), id: id.clone(), at };
        self.conversation.pending_misses.push(pending);
        let request = Request::AddPhrasing { entry: id, phrasing };
        self.send(Outgoing::request(None, request).key(key).report());
    }

    /// A phrasing was written into the folder, or could not be.
    pub(super) fn miss_written(&mut self, key: &Key, failure: Option<&Failure>) {
        let pending = &mut self.conversation.pending_misses;
        let Some(index) = pending.iter().position(|it| it.key == *key) else { return };
        let Pending { questions, id, at, .. } = pending.remove(index);
        let text = match failure {
            None => {
                self.record(Record::SettleMisses { questions });
                let title = self.context.library.topic(&id).map_or(id.as_str(), |topic| topic.title());
                self.say(Text::MissAdded, &[("title", title.into())])
            }
            Some(failure) => {
                let reason = if let Failure::Other(reason) = failure { reason.as_str() } else { "" };
                self.say(Text::MissAddFailed, &[("reason", reason.into())])
            }
        };
        let next = vec![vec![Press::Misses { page: 0 }.button(self.label(Text::NextButton))]];
        self.put(at, text, next);
    }

    fn show_miss(&mut self, page: usize, at: MissesAt, open: &[Cluster]) {
        let Some(last) = open.len().checked_sub(1) else {
            return self.put(at, self.say(Text::MissesNone, &[]), Vec::new());
        };
        let page = page.min(last);
        let cluster = &open[page];
        let values = [("n", open.len().into()), ("page", (page + 1).into()), ("pages", open.len().into())];
        let mut text = self.say(Text::MissesHeading, &values);
        text.push("\n\n");
        text.append(&self.miss_text(cluster));

        let library = self.context.library;
        let name = name_of(cluster.question());
        let mut buttons: Keyboard = cluster
            .nearest(&library.matcher, N_OFFERED)
            .iter()
            .filter_map(|candidate| library.topic(&candidate.id))
            .map(|topic| {
                let title = self.texts().label(Text::MissAddButton, &[("title", topic.title().into())]);
                vec![Press::AddMiss { miss: name.clone(), id: topic.id().clone() }.button(label(&title))]
            })
            .collect();
        buttons.push(vec![Press::IgnoreMiss { miss: name, page }.button(self.label(Text::MissIgnoreButton))]);
        buttons.extend(self.neighbours(page, open.len(), |page| Press::Misses { page }));
        self.put(at, text, buttons);
    }

    /// The wordings of a missed question, why it counts as missed, and when it was last asked.
    fn miss_text(&self, cluster: &Cluster) -> RichText {
        let wording = |text: Text, miss: &Miss| {
            self.say(text, &[("question", miss.question.as_str().into()), ("n", miss.count.into())])
        };
        let misses = cluster.misses();
        let mut text = wording(Text::MissLine, &misses[0]);
        for miss in misses.iter().skip(1).take(N_WORDINGS) {
            text.push("\n");
            text.append(&wording(Text::MissOtherWords, miss));
        }
        if let n @ 1.. = misses.len().saturating_sub(1 + N_WORDINGS) {
            text.push("\n");
            text.append(&self.say(Text::MissMoreWords, &[("n", n.into())]));
        }
        text.push("\n\n");
        for (why, n) in cluster.reasons() {
            let reason = match why {
                MissReason::Unknown => Text::MissUnknown,
                MissReason::NoneOfThese => Text::MissNoneOfThese,
                MissReason::Disliked => Text::MissDisliked,
            };
            text.append(&self.say(reason, &[("n", n.into())]));
            text.push(", ");
        }
        text.append(&self.say(Text::MissLast, &[("date", cluster.last().day().as_str().into())]));
        text
    }

    /// A change has broken the folder, or mended it.
    pub(super) fn folder_news(&mut self, news: &FolderNews) {
        let text = match news {
            FolderNews::Broken { diagnostics } => {
                let mut text = self.say(Text::FolderBroken, &[]);
                text.push("\n\n");
                text.append(&RichText::pre(diagnostics));
                text
            }
            FolderNews::Mended => self.say(Text::FolderMended, &[]),
        };
        self.send(Outgoing::message(None, text));
    }

    fn put(&mut self, at: MissesAt, text: RichText, buttons: Keyboard) {
        let outgoing = match at {
            MissesAt::Reply { to, thread } => {
                Outgoing::message(thread, text).buttons(buttons).reply_to(MessageRef::Id(to))
            }
            MissesAt::Edit(message) => Outgoing::edit(MessageRef::Id(message), text, buttons),
        };
        self.send(outgoing);
    }

    pub(super) fn stats(&mut self, message: &Message) {
        let read = Read::Stats { reply_to: message.id, thread: message.thread };
        self.effects.push(Effect::Read(read));
    }

    pub(super) fn show_stats(&mut self, reply_to: MessageId, thread: Option<ThreadId>, days: &[Day]) {
        let mut text = self.say(Text::StatsHeading, &[("n", days.len().into())]);
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
        text.append(&self.say(Text::StatsTotals, &values));
        self.send(Outgoing::message(thread, text).reply_to(MessageRef::Id(reply_to)));
    }

    /// `/why` as a reply to an answer.
    pub(super) fn why(&mut self, message: &Message) {
        match &message.reply_to {
            Some(replied) if replied.mine => {
                let read = Read::KeyOf { message: replied.id, reply_to: message.id, thread: message.thread };
                self.effects.push(Effect::Read(read));
            }
            _ => self.send(Outgoing::reply(message, self.say(Text::WhyReply, &[]))),
        }
    }

    pub(super) fn show_why(&mut self, reply_to: MessageId, thread: Option<ThreadId>, key: Option<&Key>) {
        let text = match key.and_then(|key| self.question_of(key)) {
            Some(question) => {
                let explanation = self.context.library.matcher.explain(question).to_string();
                RichText::pre(&explanation)
            }
            None if key.is_some_and(is_answer) => self.say(Text::WhyForgotten, &[]),
            None => self.say(Text::WhyNoQuestion, &[]),
        };
        self.send(Outgoing::message(thread, text).reply_to(MessageRef::Id(reply_to)));
    }
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
