//! For those who run the bot: the questions that it could not answer, and what is done with them.

mod draft;

use serde::{Deserialize, Serialize};

pub(super) use draft::Desk;

use super::browse::neighbours;
use super::callback_data::Press;
use super::outgoing::label;
use super::turn::Turn;
use super::{
    Button, ChatKind, Context, DraftKind, Failure, Key, Keyboard, Message, MessageRef, Miss, MissAct,
    MissReason, MissesAt, Outgoing, Read, Record, Tap, language,
};
use crate::knowledge::Id;
use crate::misses::Cluster;
use crate::rich_text::RichText;
use crate::stable_hash::stable_hash;
use crate::texts::Text;

/// The most entries offered for a missed question to be added to.
const N_OFFERED: usize = 3;

/// The most other wordings of a missed question that are shown.
const N_WORDINGS: usize = 4;

/// The missed questions that an earlier version began to write into the folder.
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
        let next = vec![vec![next_button(turn.context)]];
        put(turn, at, text, next);
    }
}

impl Desk {
    /// Carries out what an owner wants with the misses that the storage found.
    pub(super) fn act(&mut self, turn: &mut Turn<'_>, act: MissAct, at: MissesAt, misses: &[Miss]) {
        // In one language, no matter who looks, so that a button finds what it was made for.
        let mut open = turn.context.folder.gathered(misses);
        let named = |name: &str| {
            let is_named = |miss: &Miss| name_of(&miss.question) == name;
            open.iter().position(|cluster| cluster.misses().iter().any(is_named))
        };
        let (miss, act) = match act {
            MissAct::Show { page } => {
                self.leave();
                return show_miss(turn, page, at, &open, None);
            }
            MissAct::Write { ref miss } if !self.has_shown(miss) => {
                return put(turn, at, turn.say(Text::OldButton, &[]), vec![vec![next_button(turn.context)]]);
            }
            MissAct::Ignore { ref miss, .. }
            | MissAct::Add { ref miss, .. }
            | MissAct::Find { ref miss, .. }
            | MissAct::Begin { ref miss, .. }
            | MissAct::ChooseGroup { ref miss, .. }
            | MissAct::Write { ref miss } => (miss.clone(), act),
        };
        // Another owner may have been faster.
        let Some(index) = named(&miss) else { return gone(turn, at) };
        match act {
            MissAct::Show { .. } => {}
            MissAct::Ignore { page, .. } => {
                let questions = questions(&open.remove(index));
                self.settled(turn, miss, questions, None);
                show_miss(turn, page, at, &open, self.undo_button(turn.context));
            }
            // The button may name another wording than the one that is now asked most.
            MissAct::Add { id, .. } => {
                let cluster = &open[index];
                let named = cluster.misses().iter().find(|it| name_of(&it.question) == miss);
                let phrasing = named.map_or(cluster.question(), |miss| &miss.question).to_owned();
                self.add(turn, id, phrasing, at, cluster);
            }
            MissAct::Find { page, .. } => self.show_found(turn, page, at),
            MissAct::Begin { page, draft, .. } => self.begin(turn, draft, page, at, &open[index]),
            MissAct::ChooseGroup { page, .. } => self.choose_group(turn, page, at, &open[index]),
            MissAct::Write { .. } => self.write_draft(turn, &miss, at),
        }
    }

    pub(super) fn press_undo(&mut self, turn: &mut Turn<'_>, tap: &Tap, miss: &str) {
        if is_owners(turn, tap) {
            turn.settle(tap);
            self.undo(turn, miss, MissesAt::Edit(tap.message));
        }
    }
}

/// `/misses`: one missed question a page, in all its wordings, with the entries it may belong to. In private only:
/// strangers' words are not for a group.
pub(super) fn misses(turn: &mut Turn<'_>, message: &Message) {
    if message.chat != ChatKind::Private {
        return;
    }
    let at = MissesAt::Reply { to: message.id, thread: message.thread };
    turn.read(Read::Misses { act: MissAct::Show { page: 0 }, at });
}

/// A tap on a button below a missed question.
pub(super) fn press(turn: &mut Turn<'_>, tap: &Tap, act: MissAct) {
    if is_owners(turn, tap) {
        turn.settle(tap);
        turn.read(Read::Misses { act, at: MissesAt::Edit(tap.message) });
    }
}

fn is_owners(turn: &mut Turn<'_>, tap: &Tap) -> bool {
    let is_owner = turn.context.is_owner(&tap.person);
    if !is_owner {
        turn.toast(tap, Text::OldButton);
    }
    is_owner
}

/// Somebody else has dealt with the question in the meantime.
fn gone(turn: &mut Turn<'_>, at: MissesAt) {
    put(turn, at, turn.say(Text::MissGone, &[]), vec![vec![next_button(turn.context)]]);
}

fn next_button(context: Context<'_>) -> Button {
    Press::Misses { page: 0 }.button(context.label(Text::NextButton))
}

fn show_miss(turn: &mut Turn<'_>, page: usize, at: MissesAt, open: &[Cluster], undo: Option<Button>) {
    let Some(last) = open.len().checked_sub(1) else {
        let undo = undo.map(|it| vec![it]).into_iter().collect();
        return put(turn, at, turn.say(Text::MissesNone, &[]), undo);
    };
    let page = page.min(last);
    let cluster = &open[page];
    let values = [("n", open.len().into()), ("page", (page + 1).into()), ("pages", open.len().into())];
    let mut text = turn.say(Text::MissesHeading, &values);
    text.push("\n\n");
    text.append(&miss_text(turn.context, cluster));

    let library = language::for_question(turn.context, cluster.question()).library;
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
    let draft = |draft, text| Press::BeginDraft { draft, miss: name.clone(), page }.button(turn.label(text));
    buttons.push(vec![draft(DraftKind::Search, Text::MissFindButton)]);
    buttons.push(vec![
        draft(DraftKind::Answer, Text::MissWriteButton),
        Press::NotCovered { miss: name.clone(), page }.button(turn.label(Text::MissNotCoveredButton)),
    ]);
    buttons.push(vec![
        Press::IgnoreMiss { miss: name.clone(), page }.button(turn.label(Text::MissIgnoreButton)),
    ]);
    buttons.extend(undo.map(|it| vec![it]));
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

fn put(turn: &mut Turn<'_>, at: MissesAt, text: RichText, buttons: Keyboard) {
    let outgoing = match at {
        MissesAt::Reply { to, thread } => {
            Outgoing::message(thread, text).buttons(buttons).reply_to(MessageRef::Id(to))
        }
        MissesAt::Edit(message) => Outgoing::edit(MessageRef::Id(message), text, buttons),
    };
    turn.send(outgoing);
}

fn questions(cluster: &Cluster) -> Vec<String> {
    cluster.misses().iter().map(|miss| miss.question.clone()).collect()
}

/// Names a missed question in a button: 48 bits of a hash of its words, which leaves room for the longest id.
fn name_of(question: &str) -> String {
    format!("{:012x}", stable_hash(question) >> 16)
}
