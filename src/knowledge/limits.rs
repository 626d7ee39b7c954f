//! How long texts may be for Telegram to take them. Counted in Unicode characters after formatting.

/// The longest prompt of a quiz question: Telegram takes 300 in a poll's question, and a round writes "30/30 " in front.
pub const MAX_PROMPT: usize = 290;

/// The longest option of a Telegram poll; an option has at least one.
pub const MAX_OPTION: usize = 100;

/// The most options of a Telegram poll (Bot API, `sendPoll`).
pub const MAX_OPTIONS: usize = 12;

/// The longest explanation of a Telegram quiz poll; it has at most [`MAX_EXPLANATION_BREAKS`] line feeds.
pub const MAX_EXPLANATION: usize = 200;

/// The most line feeds that Telegram takes in the explanation of a quiz poll.
pub const MAX_EXPLANATION_BREAKS: usize = 2;

/// How much of a title an explanation quotes in "Read: …": half of the explanation stays for explaining.
pub const MAX_READ_UP_TITLE: usize = 90;

/// The longest text of any kind, in bytes. It makes several messages; a longer one is a forgotten quote.
pub const MAX_TEXT: usize = 20_000;

/// The longest answer that is surely one message: Telegram takes 4096, and a line about the source goes with it.
pub const MAX_ANSWER: usize = 3_800;
