//! Whether a message is meant for the bot, and what it asks for.

use super::{ChatKind, Me, Message, MessageId};
use crate::language::letters;

/// What a message asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ask<'a> {
    /// `/name arguments`, for this bot.
    Command { command: Command, arguments: &'a str },
    /// `/name` that is not one of this bot's commands, and names no bot or this one.
    UnknownCommand,
    /// A question put to the bot: any text in private, a mention of the bot in a group.
    Question(String),
    /// A reply to the bot in a group: a question, if what it replies to takes questions.
    Reply { to: MessageId, text: &'a str },
    /// Text in a group that is not addressed to the bot.
    Overheard(&'a str),
    /// A message without text, sent to the bot in private.
    NoText,
    /// Not for this bot.
    Nothing,
}

/// The commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Command {
    Start,
    Help,
    Ask,
    Topics,
    Glossary,
    Define,
    Quiz,
    Guess,
    Stop,
    Top,
    Daily,
    Practice,
    About,
    Privacy,
    ForgetMe,
    Settings,
    Quiet,
    Language,
    Misses,
    Stats,
    Why,
    Business,
}

impl Command {
    /// The command of this name, in any case.
    fn named(name: &str) -> Option<Command> {
        Some(match name.to_ascii_lowercase().as_str() {
            "start" => Command::Start,
            "help" => Command::Help,
            "ask" => Command::Ask,
            "topics" => Command::Topics,
            "glossary" => Command::Glossary,
            "define" => Command::Define,
            "quiz" => Command::Quiz,
            "guess" => Command::Guess,
            "stop" => Command::Stop,
            "top" => Command::Top,
            "daily" => Command::Daily,
            "practice" | "practise" => Command::Practice,
            "about" => Command::About,
            "privacy" => Command::Privacy,
            "forgetme" => Command::ForgetMe,
            "settings" => Command::Settings,
            "quiet" => Command::Quiet,
            "language" => Command::Language,
            "misses" => Command::Misses,
            "stats" => Command::Stats,
            "why" => Command::Why,
            "business" => Command::Business,
            _ => return None,
        })
    }

    /// To anybody but the owners, there is no such command.
    pub(super) fn is_for_owners(self) -> bool {
        matches!(self, Command::Misses | Command::Stats | Command::Why | Command::Business)
    }
}

/// Reads a message. Commands with another bot's name after them are not ours; nor is what was forwarded
/// into a group, where somebody else's words ask nothing of the bot.
pub(super) fn read<'a>(message: &'a Message, me: &Me) -> Ask<'a> {
    let private = message.chat == ChatKind::Private;
    // Invisible characters that a keyboard or a copied text puts before a slash do not make it another command.
    let is_nothing = |letter: char| letter.is_whitespace() || letters::is_invisible(letter);
    let text = message.text.as_deref().unwrap_or_default().trim_matches(is_nothing);
    if text.is_empty() {
        return if private { Ask::NoText } else { Ask::Nothing };
    }
    if message.forwarded && !private {
        return Ask::Nothing;
    }
    if let Some(command) = command(text, me) {
        return command;
    }
    if private && let Some(arguments) = shared_link(text, me) {
        return Ask::Command { command: Command::Start, arguments };
    }
    if let Some(rest) = without_mention(text, &me.username) {
        return Ask::Question(if rest.is_empty() { replied_words(message) } else { rest });
    }
    if private {
        return Ask::Question(text.to_owned());
    }
    if let Some(replied) = message.reply_to.as_ref().filter(|replied| replied.mine) {
        let to_others = message.addresses_others || addresses_somebody(text);
        return if to_others { Ask::Nothing } else { Ask::Reply { to: replied.id, text } };
    }
    Ask::Overheard(text)
}

/// Whether a text begins or ends with somebody's `@name`. (The bot's own has been looked for before.)
fn addresses_somebody(text: &str) -> bool {
    /// The shortest name that Telegram gives to people.
    const SHORTEST: usize = 4;
    let is_mention = |word: &str| {
        word.strip_prefix('@').is_some_and(|name| {
            let name = name.trim_end_matches(MARKS);
            name.len() >= SHORTEST && name.chars().all(is_name)
        })
    };
    let mut words = text.split_whitespace();
    words.next().is_some_and(is_mention) || words.next_back().is_some_and(is_mention)
}

/// The quote in the message, or what somebody else wrote in the message that it replies to; the bot's own words are
/// a question only if a person quotes them.
pub(super) fn replied_words(message: &Message) -> String {
    if let Some(quote) = &message.quote {
        return quote.clone();
    }
    let replied = message.reply_to.as_ref().filter(|replied| !replied.mine);
    replied.and_then(|replied| replied.text.clone()).unwrap_or_default()
}

/// The question in a text that was addressed to the bot: the words after `/ask` or a mention, or all of it.
/// None: a command that asks nothing.
pub(super) fn question_in(text: &str, me: &Me) -> Option<String> {
    let text = text.trim();
    let question = match command(text, me) {
        Some(Ask::Command { command: Command::Ask, arguments }) => arguments.to_owned(),
        Some(_) => return None,
        None => without_mention(text, &me.username).unwrap_or_else(|| text.to_owned()),
    };
    (!question.is_empty()).then_some(question)
}

/// `/name@bot arguments`; names are 1–32 of `a-z0-9_`, in any case.
///
/// As for Telegram, a name ends at the first character that is not one of these, and `/usr/bin` is not a command. What
/// people put between a command and its arguments is part of neither: `/ask: how much?`, `/stop!`.
fn command<'a>(text: &'a str, me: &Me) -> Option<Ask<'a>> {
    let (name, rest) = word(text.strip_prefix('/')?);
    let (bot, rest) = rest.strip_prefix('@').map_or(("", rest), word);
    let goes_on = rest.starts_with(|c: char| c.is_alphanumeric() || "/<>".contains(c));
    if !(1..=32).contains(&name.len()) || goes_on {
        return None;
    }
    if !bot.is_empty() && !bot.eq_ignore_ascii_case(&me.username) {
        return Some(Ask::Nothing);
    }
    let arguments = rest.trim_start_matches(MARKS).trim();
    let command = Command::named(name);
    Some(command.map_or(Ask::UnknownCommand, |command| Ask::Command { command, arguments }))
}

/// Marks that may follow a command or a name, as in a sentence.
const MARKS: [char; 15] = ['.', ',', ':', ';', '!', '?', '…', '-', '–', '—', '，', '。', '：', '！', '？'];

/// A text's first word of letters that may be in names and commands, and the rest.
fn word(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c| !is_name(c)).unwrap_or(text.len()))
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// The start parameter of a link to one of the bot's answers, if the text is such a link and nothing else.
fn shared_link<'a>(text: &'a str, me: &Me) -> Option<&'a str> {
    let (bot, arguments) = text.strip_prefix("https://t.me/")?.split_once("?start=")?;
    let is_link = bot.eq_ignore_ascii_case(&me.username) && !arguments.contains(char::is_whitespace);
    is_link.then_some(arguments)
}

/// The text without `@username`, if it is mentioned as a whole word, in any case.
fn without_mention(text: &str, username: &str) -> Option<String> {
    let mut from = 0;
    while let Some(at) = text[from..].find('@').map(|found| from + found) {
        let (name, rest) = word(&text[at + 1..]);
        let preceded = text[..at].chars().next_back().is_some_and(is_name);
        if !preceded && name.eq_ignore_ascii_case(username) {
            let (before, after) = (text[..at].trim_end(), rest.trim_start_matches([',', ':']).trim_start());
            return Some(format!("{before} {after}").trim().to_owned());
        }
        from = at + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::PersonId;

    #[track_caller]
    fn check(text: &str, expected: Option<Ask<'_>>) {
        let me = Me { id: PersonId(1), username: "faq_bot".into(), reads_all_group_messages: false };
        assert_eq!(command(text, &me), expected, "{text}");
    }

    #[test]
    fn a_command_ends_where_its_name_ends() {
        let ask = |arguments| Some(Ask::Command { command: Command::Ask, arguments });
        for text in [
            "/ask how much?",
            "/ask: how much?",
            "/ask, how much?",
            "/ASK@Faq_Bot: how much?",
            "/ask\nhow much?",
        ] {
            check(text, ask("how much?"));
        }
        check("/ask", ask(""));
        check("/ask@faq_bot??", ask(""));
        check("/ask $5 or -5?", ask("$5 or -5?"));
        check("/ask “how much?”", ask("“how much?”"));
        check("/stop!", Some(Ask::Command { command: Command::Stop, arguments: "" }));
        check("/help@faq_bot.", Some(Ask::Command { command: Command::Help, arguments: "" }));
        check("/ask@other_bot, how much?", Some(Ask::Nothing));
        check("/asks!", Some(Ask::UnknownCommand));
    }

    #[test]
    fn a_slash_without_a_word_is_not_a_command() {
        for text in [
            "/",
            "//",
            "/.",
            "/usr/bin",
            "/ask/",
            "/aské",
            "/spør",
            "ask",
            "/abcdefghijklmnopqrstuvwxyz_abcdefg",
        ] {
            check(text, None);
        }
    }
}
