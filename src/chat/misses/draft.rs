//! What an owner types for a missed question: words to find an entry by, an answer, another question, a reply.
//!
//! Nothing goes into the folder before its owner has seen it as people will and has said yes.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{gone, name_of, next_button, put};
use crate::chat::browse::neighbours;
use crate::chat::callback_data::Press;
use crate::chat::outgoing::label;
use crate::chat::reply::near;
use crate::chat::turn::Turn;
use crate::chat::{
    ChangedFolder, Context, DraftKind, Failure, FileEdit, FolderChange, Key, Keyboard, MESSAGE_LIMIT,
    Message, MessageId, MessageRef, MissesAt, Outgoing, Record, Request, language,
};
use crate::knowledge::Id;
use crate::misses::Cluster;
use crate::rich_text::{RichText, markdown};
use crate::texts::Text;
use crate::time::Timestamp;

/// After this long without going on, an owner's messages are questions again.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(60 * 60);

/// Telegram sends a longer text as several messages, each about as long as one may be, right after each other.
const SPLIT_FROM: usize = MESSAGE_LIMIT - 96;
const SPLIT_WITHIN: Duration = Duration::from_secs(5);

/// How many entries are shown on a page of those found.
const N_FOUND: usize = 6;

/// The most groups offered for a question that is not covered.
const N_GROUPS: usize = 8;

/// How many changes can be taken back.
const N_UNDO: usize = 5;

/// An owner's work at the missed questions, in their private chat.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(in crate::chat) struct Desk {
    draft: Option<MissDraft>,
    /// What is being written into the folder, or taken back.
    writing: Vec<Writing>,
    /// The misses settled last, which can be taken back.
    settled: Vec<Settled>,
}

/// What is being typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct MissDraft {
    kind: DraftKind,
    /// Names the missed question.
    miss: String,
    /// All wordings that are settled by it.
    questions: Vec<String>,
    /// The page of the list that it was begun from.
    page: usize,
    /// The question, in the words that were used most or in those that the owner gave it.
    question: String,
    /// The text typed so far: an answer, a reply, words to search for.
    text: String,
    /// The message that brought the text, or the last one of several.
    message: Option<MessageId>,
    /// That message is so long that the next one may continue it.
    #[serde(default)]
    may_go_on: bool,
    at: Timestamp,
    /// The check that is under way.
    check: Option<Key>,
    /// It was shown as people will see it, and can be written.
    is_shown: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Writing {
    key: Key,
    at: MissesAt,
    act: WritingAct,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
enum WritingAct {
    Add { id: Id, miss: String, questions: Vec<String> },
    MissDraft(MissDraft),
    Undo(Settled),
}

/// A missed question that was dealt with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Settled {
    miss: String,
    questions: Vec<String>,
    edit: Option<FileEdit>,
}

impl Desk {
    pub(in crate::chat) fn is_empty(&self) -> bool {
        *self == Desk::default()
    }

    /// Begins something to type for a missed question. A reworded question keeps its answer.
    pub(super) fn begin(
        &mut self,
        turn: &mut Turn<'_>,
        kind: DraftKind,
        page: usize,
        at: MissesAt,
        cluster: &Cluster,
    ) {
        let miss = name_of(cluster.question());
        let former = self.draft.take().filter(|it| kind == DraftKind::Question && it.miss == miss);
        let question =
            former.as_ref().map_or_else(|| cluster.question().to_owned(), |it| it.question.clone());
        let text = former.map(|it| it.text).unwrap_or_default();
        let ask = match kind {
            DraftKind::Search => Text::MissFind,
            DraftKind::Answer => Text::MissWrite,
            DraftKind::Question => Text::MissReword,
            DraftKind::Reply => Text::MissWriteReply,
        };
        put(
            turn,
            at,
            turn.say(ask, &[("question", question.as_str().into())]),
            vec![vec![cancel(turn.context, page)]],
        );
        self.draft = Some(MissDraft {
            kind,
            miss,
            questions: super::questions(cluster),
            page,
            question,
            text,
            message: None,
            may_go_on: false,
            at: turn.now,
            check: None,
            is_shown: false,
        });
    }

    /// An owner who does something else does not go on with the draft.
    pub(in crate::chat) fn leave(&mut self) {
        self.draft = None;
    }

    /// Takes a message of the owner's, if one is waited for.
    pub(in crate::chat) fn take(&mut self, turn: &mut Turn<'_>, message: &Message, edited: bool) -> bool {
        let Some(mut draft) = self.draft.take().filter(|it| turn.now.since(it.at) < FORGOTTEN_AFTER) else {
            return false;
        };
        if edited && draft.message != Some(message.id) {
            self.draft = Some(draft);
            return false;
        }
        let typed = message.formatted.as_deref().or(message.text.as_deref()).unwrap_or_default().trim();
        if message.has_attachment || typed.is_empty() {
            turn.reply(message, Text::MissOnlyText, &[]);
            self.draft = Some(draft);
            return true;
        }
        match draft.kind {
            DraftKind::Search => {
                draft.text = plain(message);
                draft.at = turn.now;
                self.draft = Some(draft);
                self.show_found(turn, 0, MissesAt::Reply { to: message.id, thread: message.thread });
                return true;
            }
            DraftKind::Question => {
                draft.question = plain(message).split_whitespace().collect::<Vec<_>>().join(" ");
                draft.kind = DraftKind::Answer;
                if draft.text.is_empty() {
                    let ask = turn.say(Text::MissWrite, &[("question", draft.question.as_str().into())]);
                    let buttons = vec![vec![cancel(turn.context, draft.page)]];
                    turn.send(Outgoing::reply(message, ask).buttons(buttons));
                    (draft.message, draft.at) = (None, turn.now);
                    self.draft = Some(draft);
                    return true;
                }
            }
            DraftKind::Answer | DraftKind::Reply => {
                let goes_on = !edited && draft.may_go_on && turn.now.since(draft.at) < SPLIT_WITHIN;
                draft.may_go_on = typed.chars().count() >= SPLIT_FROM;
                match goes_on {
                    true => {
                        draft.text.push('\n');
                        draft.text.push_str(typed);
                    }
                    false => typed.clone_into(&mut draft.text),
                }
                draft.message = Some(message.id);
            }
        }
        draft.at = turn.now;
        draft.is_shown = false;
        let key = Key(format!("miss:check:{}:{}", message.id.0, turn.now.0));
        draft.check = Some(key.clone());
        let request = Request::ChangeFolder { change: draft.change(), only_check: true };
        turn.send(Outgoing::request(None, request).key(key).report());
        self.draft = Some(draft);
        true
    }

    /// A page of the entries that the words lead to.
    pub(super) fn show_found(&self, turn: &mut Turn<'_>, page: usize, at: MissesAt) {
        let Some(draft) = self.draft.as_ref().filter(|it| it.kind == DraftKind::Search) else {
            return put(turn, at, turn.say(Text::MissGone, &[]), vec![vec![next_button(turn.context)]]);
        };
        let found = found(turn.context, &draft.text);
        let mut buttons: Keyboard = Vec::new();
        let values = [
            ("question", draft.question.as_str().into()),
            ("words", draft.text.as_str().into()),
            ("n", found.len().into()),
        ];
        let text = match found.is_empty() {
            true => turn.say(Text::MissFoundNone, &values),
            false => turn.say(Text::MissFound, &values),
        };
        let library = turn.context.library;
        let n_pages = found.len().div_ceil(N_FOUND).max(1);
        let page = page.min(n_pages - 1);
        let shown = found.iter().skip(page * N_FOUND).take(N_FOUND).filter_map(|id| library.topic(id));
        for topic in shown {
            let title = turn.context.texts().label(Text::MissAddButton, &[("title", topic.title().into())]);
            let press = Press::AddMiss { miss: draft.miss.clone(), id: topic.id().clone() };
            buttons.push(vec![press.button(label(&title))]);
        }
        let miss = &draft.miss;
        buttons.extend(neighbours(turn.context, page, n_pages, |page| Press::FoundPage {
            miss: miss.clone(),
            page,
        }));
        buttons.push(vec![cancel(turn.context, draft.page)]);
        put(turn, at, text, buttons);
    }

    /// The groups of uncovered questions, and a new one. If there are none, the reply is typed at once.
    pub(super) fn choose_group(&mut self, turn: &mut Turn<'_>, page: usize, at: MissesAt, cluster: &Cluster) {
        let groups = &turn.context.library.knowledge.out_of_scope;
        if groups.is_empty() {
            return self.begin(turn, DraftKind::Reply, page, at, cluster);
        }
        self.draft = None;
        let miss = name_of(cluster.question());
        let mut buttons: Keyboard = groups
            .iter()
            .take(N_GROUPS)
            .map(|group| {
                let reply = markdown(&group.reply).text;
                let title = reply.lines().next().unwrap_or(group.id.as_str());
                vec![Press::AddMiss { miss: miss.clone(), id: group.id.clone() }.button(label(title))]
            })
            .collect();
        let new = Press::BeginDraft { draft: DraftKind::Reply, miss, page };
        buttons.push(vec![new.button(turn.label(Text::MissNewReplyButton))]);
        buttons.push(vec![cancel(turn.context, page)]);
        let question = cluster.question();
        put(turn, at, turn.say(Text::MissChooseReply, &[("question", question.into())]), buttons);
    }

    /// Adds a wording to an entry or a group.
    pub(super) fn add(
        &mut self,
        turn: &mut Turn<'_>,
        id: Id,
        phrasing: String,
        at: MissesAt,
        cluster: &Cluster,
    ) {
        self.draft = None;
        let miss = name_of(&phrasing);
        let act = WritingAct::Add { id: id.clone(), miss, questions: super::questions(cluster) };
        let asked_in = language::for_question(turn.context, &phrasing).library.language();
        let language = Some(asked_in).filter(|it| *it != turn.context.folder.language());
        self.write(turn, FolderChange::Phrasing { id, phrasing, language }, at, act);
    }

    /// Writes the draft that was shown.
    pub(super) fn write_draft(&mut self, turn: &mut Turn<'_>, miss: &str, at: MissesAt) {
        let Some(draft) = self.draft.take_if(|it| it.miss == miss && it.is_shown) else {
            return gone(turn, at);
        };
        self.write(turn, draft.change(), at, WritingAct::MissDraft(draft));
    }

    /// Whether a draft for this question was shown and can be written.
    pub(super) fn has_shown(&self, miss: &str) -> bool {
        self.draft.as_ref().is_some_and(|it| it.miss == miss && it.is_shown)
    }

    /// Notes what was settled, so that it can be taken back.
    pub(super) fn settled(
        &mut self,
        turn: &mut Turn<'_>,
        miss: String,
        questions: Vec<String>,
        edit: Option<FileEdit>,
    ) {
        turn.record(Record::SettleMisses { questions: questions.clone() });
        self.settled.retain(|it| it.miss != miss);
        self.settled.push(Settled { miss, questions, edit });
        let n_old = self.settled.len().saturating_sub(N_UNDO);
        self.settled.drain(..n_old);
    }

    /// The button that takes back what was settled last.
    pub(super) fn undo_button(&self, context: Context<'_>) -> Option<crate::chat::Button> {
        let last = self.settled.last()?;
        Some(Press::UndoMiss { miss: last.miss.clone() }.button(context.label(Text::MissUndoButton)))
    }

    /// Takes back what was done with a missed question.
    pub(super) fn undo(&mut self, turn: &mut Turn<'_>, miss: &str, at: MissesAt) {
        let Some(index) = self.settled.iter().position(|it| it.miss == miss) else {
            return put(turn, at, turn.say(Text::OldButton, &[]), vec![vec![next_button(turn.context)]]);
        };
        let settled = self.settled.remove(index);
        match settled.edit.clone() {
            None => undone(turn, &settled, at),
            Some(edit) => self.write(turn, FolderChange::Undo(edit), at, WritingAct::Undo(settled)),
        }
    }

    fn write(&mut self, turn: &mut Turn<'_>, change: FolderChange, at: MissesAt, act: WritingAct) {
        let miss = match &act {
            WritingAct::Add { miss, .. } => miss,
            WritingAct::MissDraft(draft) => &draft.miss,
            WritingAct::Undo(settled) => &settled.miss,
        };
        let key = Key(format!("miss:write:{miss}:{}", turn.now.0));
        self.writing.retain(|it| it.key != key);
        self.writing.push(Writing { key: key.clone(), at, act });
        let request = Request::ChangeFolder { change, only_check: false };
        turn.send(Outgoing::request(None, request).key(key).report());
    }

    /// The folder was changed, or can be.
    pub(in crate::chat) fn changed(&mut self, turn: &mut Turn<'_>, key: &Key, changed: &ChangedFolder) {
        if self.draft.as_ref().is_some_and(|it| it.check.as_ref() == Some(key)) {
            return self.preview(turn, changed);
        }
        let Some(Writing { at, act, .. }) = self.written(key) else { return };
        match act {
            WritingAct::Undo(settled) => undone(turn, &settled, at),
            WritingAct::Add { id, miss, questions } => {
                self.settled(turn, miss, questions, changed.edit.clone());
                let knowledge = &turn.context.library.knowledge;
                let text = match turn.context.library.topic(&id) {
                    Some(topic) => turn.say(Text::MissAdded, &[("title", topic.title().into())]),
                    None if knowledge.out_of_scope.iter().any(|it| it.id == id) => {
                        turn.say(Text::MissNotCovered, &[])
                    }
                    None => turn.say(Text::MissAdded, &[("title", id.as_str().into())]),
                };
                self.put_settled(turn, text, at);
            }
            WritingAct::MissDraft(draft) => {
                self.settled(turn, draft.miss, draft.questions, changed.edit.clone());
                let text = match draft.kind {
                    DraftKind::Reply => Text::MissNotCovered,
                    _ => Text::MissNewAdded,
                };
                self.put_settled(turn, turn.say(text, &[]), at);
            }
        }
    }

    fn put_settled(&self, turn: &mut Turn<'_>, text: RichText, at: MissesAt) {
        let buttons = self.undo_button(turn.context).into_iter().chain([next_button(turn.context)]).collect();
        put(turn, at, text, vec![buttons]);
    }

    /// Shows the answer as people will see it, and asks whether it is right.
    fn preview(&mut self, turn: &mut Turn<'_>, changed: &ChangedFolder) {
        let Some(draft) = &mut self.draft else { return };
        (draft.check, draft.is_shown) = (None, true);
        let mut shown = match draft.kind {
            DraftKind::Reply => RichText::default(),
            _ => {
                let mut heading = RichText::bold(&draft.question);
                heading.push("\n\n");
                heading
            }
        };
        shown.append(&markdown(&changed.text));
        for part in shown.split(MESSAGE_LIMIT) {
            turn.send(Outgoing::message(None, part));
        }
        let mut ask = turn.say(Text::MissConfirm, &[]);
        for warning in &changed.warnings {
            ask.push(&format!("\n\n⚠️ {warning}"));
        }
        let miss = draft.miss.clone();
        let mut buttons =
            vec![vec![Press::WriteDraft { miss: miss.clone() }.button(turn.label(Text::MissConfirmButton))]];
        if draft.kind != DraftKind::Reply {
            let reword = Press::BeginDraft { draft: DraftKind::Question, miss, page: draft.page };
            buttons.push(vec![reword.button(turn.label(Text::MissRewordButton))]);
        }
        buttons.push(vec![cancel(turn.context, draft.page)]);
        turn.send(Outgoing::message(None, ask).buttons(buttons));
    }

    /// The folder could not be changed.
    pub(in crate::chat) fn failed(&mut self, turn: &mut Turn<'_>, key: &Key, failure: &Failure) {
        let reason = if let Failure::Other(reason) = failure { reason.as_str() } else { "" };
        let values = [("reason", reason.into())];
        if let Some(draft) = self.draft.as_mut().filter(|it| it.check.as_ref() == Some(key)) {
            draft.check = None;
            let buttons = vec![vec![cancel(turn.context, draft.page)]];
            let mut message = Outgoing::message(None, turn.say(Text::MissInvalid, &values)).buttons(buttons);
            if let Some(to) = draft.message {
                message = message.reply_to(MessageRef::Id(to));
            }
            return turn.send(message);
        }
        let Some(Writing { at, act, .. }) = self.written(key) else { return };
        let (text, again) = match act {
            WritingAct::Undo(settled) => {
                let again = Press::UndoMiss { miss: settled.miss.clone() };
                self.settled.push(settled);
                (Text::MissUndoFailed, Some(again))
            }
            WritingAct::Add { .. } => (Text::MissAddFailed, None),
            WritingAct::MissDraft(draft) => {
                let again = Press::WriteDraft { miss: draft.miss.clone() };
                // The typed text is not lost.
                self.draft.get_or_insert(draft);
                (Text::MissAddFailed, Some(again))
            }
        };
        let again = again.map(|it| it.button(turn.label(Text::MissTryAgainButton)));
        let buttons = again.into_iter().chain([next_button(turn.context)]).collect();
        put(turn, at, turn.say(text, &values), vec![buttons]);
    }

    fn written(&mut self, key: &Key) -> Option<Writing> {
        let index = self.writing.iter().position(|it| it.key == *key)?;
        Some(self.writing.remove(index))
    }
}

impl MissDraft {
    fn change(&self) -> FolderChange {
        let asked = self.questions.first().cloned().unwrap_or_default();
        match self.kind {
            DraftKind::Reply => FolderChange::OutOfScope { example: asked, reply: self.text.clone() },
            _ => {
                let phrasing = (asked != self.question).then_some(asked);
                FolderChange::Entry { question: self.question.clone(), answer: self.text.clone(), phrasing }
            }
        }
    }
}

fn undone(turn: &mut Turn<'_>, settled: &Settled, at: MissesAt) {
    turn.record(Record::ReopenMisses { questions: settled.questions.clone() });
    let question = settled.questions.first().map_or("", String::as_str);
    let text = turn.say(Text::MissUndone, &[("question", question.into())]);
    put(turn, at, text, vec![vec![next_button(turn.context)]]);
}

fn cancel(context: Context<'_>, page: usize) -> crate::chat::Button {
    Press::Misses { page }.button(context.label(Text::MissCancelButton))
}

fn plain(message: &Message) -> String {
    message.text.as_deref().unwrap_or_default().trim().to_owned()
}

/// The entries and terms that have all these words in their title, their id or a phrasing, then what the matching finds.
fn found(context: Context<'_>, words: &str) -> Vec<Id> {
    let library = context.library;
    let sought: Vec<String> = words.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let has_all = |text: &str| {
        let text = text.to_lowercase();
        sought.iter().all(|word| text.contains(word.as_str()))
    };
    let ids = library.knowledge.entries.iter().map(|it| &it.id);
    let ids = ids.chain(library.knowledge.terms.iter().map(|it| &it.id));
    let has_it = |id: &Id| {
        let wordings = library.topic(id).into_iter().flat_map(|topic| topic.wordings().collect::<Vec<_>>());
        has_all(id.as_str()) || wordings.into_iter().any(|text| has_all(&text))
    };
    let mut found: Vec<Id> = ids.filter(|id| has_it(id)).cloned().collect();
    for id in near(context, words, library.matcher.rank(words, N_FOUND)) {
        if !found.contains(&id) {
            found.push(id);
        }
    }
    found
}
