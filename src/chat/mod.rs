//! One conversation: what a person did goes in, what should happen next comes out.

mod answer;
mod answered;
mod browse;
mod callback_data;
mod command;
mod conversation;
mod effect;
mod event;
mod inline;
mod library;
mod menu;
mod outgoing;
mod owners;
mod pace;
mod play;
mod settings;
mod turn;

pub use crate::misses::{Miss, MissReason};
pub use answer::{MESSAGE_LIMIT, PlainReply, plain_reply};
pub use conversation::{Context, Conversation, Me, step};
pub use effect::{
    Action, Button, Day, Effect, Failure, InlineResult, Key, Keyboard, MessageRef, MissAct, MissesAt,
    Outcome, Outgoing, Priority, Read, Record, Request, Rows, Standing,
};
pub use event::{
    ChatId, ChatKind, Done, Event, FolderNews, InlineQuery, Membership, Message, MessageId, Person, PersonId,
    RepliedMessage, Sender, Tap, ThreadId, Vote,
};
pub use library::Library;
pub use menu::{Menu, MenuCommand, menu};
