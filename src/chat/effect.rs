//! What a conversation asks the shell to do.

use serde::{Deserialize, Serialize};

use super::event::{ChatId, Event, MessageId, PersonId, ThreadId};
use crate::knowledge::Id;
use crate::language::Language;
use crate::misses::{Miss, MissReason};
use crate::quiz::ItemTally;
use crate::quiz::practice::Review;
use crate::rich_text::RichText;
use crate::time::Timestamp;

/// One thing to do after a step. All effects of a step are stored in the same transaction as its state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Effect {
    /// Put into the outbox, to be carried out and retried until it is done or fails for good.
    Send(Outgoing),
    /// Store what must outlive the conversation's state.
    Record(Record),
    /// Look something up; the answer comes as [`Event::Rows`] within the same transaction.
    Read(Read),
}

/// A request to the outside, in the order of its chat.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outgoing {
    /// The conversation's own name for this request, unique in its chat: a message sent under it can be
    /// edited, replied to or deleted before anybody knows its id.
    pub key: Option<Key>,
    /// Where it goes, if that is a chat of a business account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub business: Option<BusinessTarget>,
    pub thread: Option<ThreadId>,
    pub request: Request,
    pub priority: Priority,
    /// Who caused it: where much waits for a group, its people take turns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asker: Option<PersonId>,
    /// Whether [`Event::Done`] or [`Event::Failed`] is to come back.
    pub report: bool,
}

/// A chat of a business account that the bot is connected to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BusinessTarget {
    /// Telegram's name of the connection.
    pub connection: String,
    /// The customer's, as the account has it: it is not the customer's own chat with the bot.
    pub chat: ChatId,
}

/// A conversation's own name for a message or request, such as `answer:17`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Key(pub String);

/// A message of this chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum MessageRef {
    Id(MessageId),
    /// One that was sent, or is still waiting to be sent, under this key.
    Key(Key),
}

/// Which of the waiting requests goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Priority {
    /// A quiz goes on in time, whatever else is asked meanwhile.
    Quiz,
    /// Answers to people, taps.
    Prompt,
    /// Deletions.
    Housekeeping,
    /// "I don't know", notices, pointers to an answer above: left out where too much waits for a group.
    Chatter,
}

/// What is to be done outside.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// Send a message. A missing `reply_to` message does not keep it from being sent, unless it makes sense only as a
    /// reply: then it fails with [`Failure::MessageGone`].
    Message {
        text: RichText,
        buttons: Keyboard,
        reply_to: Option<MessageRef>,
        only_as_reply: bool,
        silent: bool,
        /// A photo above the text, which then has at most [`CAPTION_LIMIT`](super::CAPTION_LIMIT) characters.
        /// Where it cannot be had, the text goes alone.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        picture: Option<Picture>,
    },
    /// Give a message another text and other buttons. That it is already the same is not a failure. If the message is
    /// gone, the new text is sent as a reply to `or_reply_to`, under the request's key.
    Edit { message: MessageRef, text: RichText, buttons: Keyboard, or_reply_to: Option<MessageId> },
    /// Give a message other buttons.
    EditButtons { message: MessageRef, buttons: Keyboard },
    /// Delete one of the bot's own messages. That it is already gone is not a failure.
    Delete { message: MessageRef },
    /// Send a quiz poll. Options are shown in this order.
    Poll {
        question: String,
        options: Vec<String>,
        /// The indices of the right options, increasing. Where there are several, several can be chosen.
        #[serde(with = "crate::quiz::one_or_more")]
        correct: Vec<usize>,
        explanation: RichText,
        /// How long it takes votes, 5–2,628,000 s (Bot API); the bot closes it with [`Request::StopPoll`].
        seconds: u32,
        reply_to: Option<MessageRef>,
        /// Shown above the question, and beside the explanation. Where it cannot be had, the poll goes without.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        picture: Option<Picture>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        explanation_picture: Option<Picture>,
    },
    /// Send a message that opens a reply to it for those it mentions, with this in the empty input field.
    ForceReply { text: RichText, placeholder: String, reply_to: Option<MessageRef> },
    /// Close a poll. That it is already closed or gone is not a failure.
    StopPoll { message: MessageRef },
    /// Answer a tap: the little clock on the button stops, and the text, if any, is shown for a moment.
    AnswerTap { query: String, text: String, alert: bool },
    /// Answer an inline query.
    AnswerInline { query: String, results: Vec<InlineResult>, cache_seconds: u32 },
    /// Answer in a chat that the bot is not in, where somebody mentioned it.
    AnswerGuest { query: String, result: InlineResult },
    /// Give this chat its own menu of commands: name and description.
    SetCommands { commands: Vec<(String, String)> },
    /// Ask whether a person is an admin of this chat; reports [`Done::Admin`](super::Done::Admin).
    AskAdmin { person: PersonId },
    /// Ask what a connection to a business account allows; reports [`Done::Connection`](super::Done::Connection).
    AskConnection { connection: String },
    /// Ask whether a person is in this chat; reports [`Done::Member`](super::Done::Member).
    AskMember { person: PersonId },
    /// Write a phrasing into the folder; reports [`Done::Written`](super::Done::Written). Waits from an earlier version.
    AddPhrasing { entry: Id, phrasing: String },
    /// Change the folder, or only check whether it can be changed so; reports [`Done::Changed`](super::Done::Changed).
    ChangeFolder { change: FolderChange, only_check: bool },
}

/// What an owner changes in the folder while the bot runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum FolderChange {
    /// One more phrasing for an entry, a term or a group.
    Phrasing {
        id: Id,
        phrasing: String,
        /// Its language; none: the main language of the folder.
        #[serde(default, with = "crate::language::code", skip_serializing_if = "Option::is_none")]
        language: Option<Language>,
    },
    /// A new entry. Its answer is small Markdown and may use figures.
    Entry {
        question: String,
        answer: String,
        /// The words in which it was asked, if not those of the question.
        phrasing: Option<String>,
    },
    /// A new group of questions that are not answered here, with its first example.
    OutOfScope { example: String, reply: String },
    /// Take a change back.
    Undo(FileEdit),
}

/// A change of one file, with what is needed to take it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEdit {
    pub path: String,
    /// The byte at which the text was changed.
    pub at: usize,
    pub removed: String,
    pub inserted: String,
    /// A hash of the file's content afterwards.
    pub hash: u64,
    /// There was no such file before.
    pub is_new: bool,
}

/// A folder that was changed, or could be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangedFolder {
    /// The new answer or reply, with its figures filled in.
    pub text: String,
    /// What is not quite right with it, one sentence each.
    pub warnings: Vec<String>,
    /// Takes it back. None: it was only checked, or there was nothing to do.
    pub edit: Option<FileEdit>,
}

/// A picture of the folder: the path of a file in it, or a web address.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Picture(pub String);

/// Rows of buttons under a message.
pub type Keyboard = Vec<Vec<Button>>;

/// A button under a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    pub label: String,
    pub action: Action,
}

/// What a button does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Action {
    /// Comes back as [`Tap::data`](super::Tap::data); 1–64 bytes.
    Tap(String),
    /// Opens a link.
    Url(String),
}

/// One answer in the list under an inline query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InlineResult {
    /// 1–64 bytes, unique in the list.
    pub id: String,
    pub title: String,
    pub description: String,
    /// What is posted when it is chosen.
    pub text: RichText,
    pub buttons: Keyboard,
}

/// Why a request failed for good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Failure {
    /// The bot may not do this here (any more).
    NoRights,
    /// The message it refers to is gone, or was never sent.
    MessageGone,
    /// The bot is blocked, or no longer in the chat; anything else waiting for the chat is dropped too.
    ChatGone,
    /// Anything else, with the reason for the operator's log.
    Other(String),
}

/// What outlives a conversation's state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Record {
    /// A question was asked, with this outcome: for the statistics.
    Asked {
        outcome: Outcome,
        entry: Option<Id>,
        /// How sure the matching was of the nearest entry, from 0 to 1; none: not asked in words, or nothing came near.
        confidence: Option<f64>,
    },
    /// A question that should have been answered: kept without the person.
    Miss { question: String, why: MissReason },
    /// One thumb per person and answer; the last one counts. A new thumb down counts the question,
    /// where it is known, as missed.
    Feedback { message: MessageId, person: PersonId, entry: Id, up: bool, question: Option<String> },
    /// What a player did in a finished round that counts for the table.
    Score {
        round: String,
        person: super::Person,
        thread: Option<ThreadId>,
        right: u32,
        asked: u32,
        total_ms: i64,
        /// As made by [`topic_key`](crate::quiz::topic_key), or one of the topics beside it.
        topic: Option<String>,
    },
    /// How people answered questions.
    Responses(Vec<Response>),
    /// Keep how this person answers, or stop keeping it and delete what is kept.
    Practice { person: PersonId, on: bool },
    /// A round has ended, whether or not it counts for the table.
    Round { players: u32 },
    /// Forget everything about a person, in every chat.
    Forget { person: PersonId },
    /// These misses need no attention any more.
    SettleMisses { questions: Vec<String> },
    /// Pass this on to another conversation.
    Tell { chat: ChatId, event: Box<Event> },
    /// These misses need attention again.
    ReopenMisses { questions: Vec<String> },
}

/// How one person answered one question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    pub person: PersonId,
    /// The [`Question::id`](crate::quiz::Question::id).
    pub question: String,
    pub right: bool,
    /// The share of the round's other questions they had right, in thousandths.
    pub rest: Option<u32>,
    /// In practice, not in a quiz.
    pub practised: bool,
}

/// The outcome of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Answer,
    Choose,
    Unknown,
    SmallTalk,
    OutOfScope,
    /// Not a question: a button led to an answer, and somebody tapped it.
    Opened,
}

impl Outcome {
    pub const ALL: [Outcome; 6] = [
        Outcome::Answer,
        Outcome::Choose,
        Outcome::Unknown,
        Outcome::SmallTalk,
        Outcome::OutOfScope,
        Outcome::Opened,
    ];

    /// Its name in the statistics and in `/metrics`.
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Answer => "answer",
            Outcome::Choose => "choose",
            Outcome::Unknown => "unknown",
            Outcome::SmallTalk => "small_talk",
            Outcome::OutOfScope => "out_of_scope",
            Outcome::Opened => "opened",
        }
    }
}

/// A question to the storage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Read {
    /// One of this chat's tables. The person's own line, if there is one, is shown wherever it stands.
    Table { view: TableView, person: Option<PersonId>, at: TableAt },
    /// What a person has answered.
    Reviews { person: PersonId, purpose: ReviewsFor },
    /// How questions are answered, for the owners.
    Items { reply_to: MessageId, thread: Option<ThreadId> },
    /// The open misses of the whole bot, for the owners.
    Misses { act: MissAct, at: MissesAt },
    /// The statistics of the last days, for the owners.
    Stats { reply_to: MessageId, thread: Option<ThreadId> },
    /// The entries asked most often, for an empty inline query.
    MostAsked { inline: String },
    /// The key of one of the bot's own messages.
    KeyOf { message: MessageId, purpose: KeyPurpose },
}

/// Why a key is looked up; the storage hands it back as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeyPurpose {
    /// To explain the answer that was sent under it.
    Explain { reply_to: MessageId, thread: Option<ThreadId> },
    /// To find out whether a reply to it is a question.
    Reply { message: Box<super::Message>, edited: bool },
}

/// What a table counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum TableView {
    /// Rounds since Monday.
    Week,
    /// All rounds.
    Ever,
    /// All rounds about one topic, named as by [`topic_key`](crate::quiz::topic_key).
    Topic(String),
    /// The daily questions.
    Daily { since: Timestamp },
}

/// Where a table goes; the storage hands it back as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum TableAt {
    /// A new message, as a reply.
    Reply { to: MessageId, thread: Option<ThreadId> },
    /// In place.
    Edit(MessageId),
}

/// What the answers of a person are read for; the storage hands it back as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReviewsFor {
    /// To begin a session, because of this message.
    Begin(Box<super::Message>),
    /// To report the result of one.
    End { thread: Option<ThreadId>, questions: Vec<String>, right: usize, asked: usize },
}

/// What an owner wants with the misses; the storage hands it back as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum MissAct {
    Show {
        page: usize,
    },
    /// Misses are named by a hash of their words.
    Add {
        miss: String,
        id: Id,
    },
    Ignore {
        miss: String,
        page: usize,
    },
    /// Show the entries that the words of the draft lead to.
    Find {
        miss: String,
        page: usize,
    },
    /// Begin an answer of its own, a reply, or a search.
    Begin {
        miss: String,
        page: usize,
        draft: DraftKind,
    },
    /// Mark it as not covered: in an existing group, or in a new one.
    ChooseGroup {
        miss: String,
        page: usize,
    },
    /// Write the draft, if nobody has settled the question in the meantime.
    Write {
        miss: String,
    },
}

/// What an owner is going to type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DraftKind {
    /// Words of an entry to look for.
    Search,
    /// The answer to the question.
    Answer,
    /// Another wording of the question.
    Question,
    /// The reply to questions that are not covered.
    Reply,
}

/// Where the list of misses goes; the storage hands it back as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum MissesAt {
    /// A new message, as a reply.
    Reply { to: MessageId, thread: Option<ThreadId> },
    /// In place.
    Edit(MessageId),
}

/// What the storage found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Rows {
    Table(TableRows),
    /// In no order.
    Reviews(Vec<Review>),
    /// By the ids of the questions.
    Items(Vec<(String, ItemTally)>),
    /// Newest first, without duplicates.
    Misses(Vec<Miss>),
    /// Oldest first, one for each of the last 14 days (UTC).
    Stats(Vec<Day>),
    /// Most often asked first.
    MostAsked(Vec<Id>),
    KeyOf(Option<Key>),
}

/// One of a chat's tables, and which others it has.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableRows {
    /// Best first.
    pub standings: Vec<Standing>,
    /// What rounds of this chat were about, the most frequent topic first.
    pub topics: Vec<String>,
    /// Whether anybody is in any of its tables.
    pub has_scores: bool,
}

/// One player's line in a chat's table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    pub person: super::Person,
    pub right: u32,
    pub asked: u32,
    pub rounds: u32,
    pub total_ms: i64,
    /// Days in a row on which they played, up to today or yesterday (UTC).
    pub streak: u32,
}

/// What happened on one day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    /// `YYYY-MM-DD`, UTC.
    pub date: String,
    pub answer: u32,
    pub choose: u32,
    pub unknown: u32,
    pub small_talk: u32,
    pub out_of_scope: u32,
    pub rounds: u32,
}
