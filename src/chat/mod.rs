//! One conversation: what a person did goes in, what should happen next comes out.

mod admins;
mod answers;
mod browse;
mod business;
mod callback_data;
mod card;
mod command;
mod comments;
mod context;
mod conversation;
mod daily;
mod effect;
mod ephemeral;
mod event;
mod guest;
mod inline;
mod items;
mod language;
mod library;
mod menu;
mod misses;
mod outgoing;
mod owners;
mod pace;
mod play;
mod practice;
mod quiet;
mod redact;
mod reply;
mod settings;
mod turn;

pub use crate::misses::{Miss, MissReason};
pub use business::{BusinessConnection, BusinessEvent, BusinessMessage, BusinessNews};
pub use context::{Context, Me};
pub use conversation::{Conversation, step};
pub use effect::{
    Action, BusinessTarget, Button, ChangedFolder, Day, DraftKind, Effect, Failure, FileEdit, FolderChange,
    InlineResult, Key, KeyPurpose, Keyboard, MessageRef, MissAct, MissesAt, Outcome, Outgoing, Picture,
    Priority, Read, Record, Request, Response, ReviewsFor, Rows, Standing, TableAt, TableRows, TableView,
};
pub use event::{
    Chance, ChatId, ChatKind, Done, Event, FolderNews, GuestQuery, InlineQuery, Membership, Message,
    MessageId, Person, PersonId, RepliedMessage, Sender, Tap, Thread, ThreadId, Vote,
};
pub use library::Library;
pub use menu::{Menu, MenuCommand, Menus, menus};
pub(crate) use redact::noted;
pub use reply::{PlainReply, plain_reply};

/// A message's text has at most this many characters after formatting (Bot API).
pub const MESSAGE_LIMIT: usize = 4096;

/// The text below a photo has at most this many characters after formatting (Bot API).
pub const CAPTION_LIMIT: usize = 1024;
