//! What the buttons send to the bot: written and read side by side.
//!
//! `callback_data` is 1–64 **bytes** (Bot API). It comes back from the person's device, so it may be forged or
//! years old: data that does not read as one of these is ignored.

use serde::{Deserialize, Serialize};

use super::{Action, Button, DraftKind, Keyboard};
use crate::knowledge::Id;
use crate::language::Language;

/// A tap on one of the bot's buttons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Press {
    /// Show this entry or term as a new message: a related entry.
    Open(Id),
    /// Show the nearest entry to a question without an answer, as a reply to the question.
    Nearest(Id),
    /// Show the rest of this entry or term below its beginning.
    ReadOn(Id),
    /// Turn this message into the answer: "did you mean".
    Pick(Id),
    NoneOfThese,
    Thumb {
        up: bool,
        id: Id,
    },
    /// The list of sections.
    Topics {
        page: usize,
    },
    /// The entries of one section; a section is named by a hash of its title, as its place may change.
    Section {
        section: String,
        page: usize,
    },
    /// An entry, reached through the topics.
    Topic {
        section: String,
        page: usize,
        id: Id,
    },
    Glossary {
        page: usize,
    },
    Term {
        page: usize,
        id: Id,
    },
    /// Buttons of a quiz round; the round's name keeps an old keyboard from controlling a new round.
    Quiz {
        what: QuizPress,
        round: String,
    },
    Again,
    /// Show another table in the place of this one.
    Table(TablePress),
    /// Remind of practice.
    Remind,
    Setting(ChatSetting),
    /// Choose this language for this chat.
    Language(Language),
    Forget {
        sure: bool,
    },
    /// Whether the bot answers the customers of the owner's business account.
    Business {
        on: bool,
    },
    /// The owners' list of misses; a miss is named by a hash of its words.
    Misses {
        page: usize,
    },
    AddMiss {
        miss: String,
        id: Id,
    },
    IgnoreMiss {
        miss: String,
        page: usize,
    },
    /// Type something for this miss: words to look for, an answer, another question, a reply.
    BeginDraft {
        draft: DraftKind,
        miss: String,
        page: usize,
    },
    /// Another page of the entries that were found.
    FoundPage {
        miss: String,
        page: usize,
    },
    /// Mark it as not covered.
    NotCovered {
        miss: String,
        page: usize,
    },
    WriteDraft {
        miss: String,
    },
    UndoMiss {
        miss: String,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum QuizPress {
    Ready,
    Guess,
    Start,
    Resume,
    Stop,
}

/// Which table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TablePress {
    Week,
    Ever,
    Daily,
    /// At most 48 bytes, as [`topic_key`](crate::quiz::topic_key) makes it.
    Topic(String),
}

/// A line of the settings; a tap moves it on to its next value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum ChatSetting {
    WhoStarts,
    Length,
    Seconds,
    Unasked,
    Tidy,
    /// Of a forum: whether the bot is on in the topic that the settings are shown in.
    Topic,
    Quiet,
    /// Of a folder in several languages.
    Language,
}

impl Press {
    /// Whether it changes the message that has the button, or says something about it: only that message's own buttons
    /// may do so. What the others do could be typed as well, or they name what they are about.
    pub(super) fn is_about_its_message(&self) -> bool {
        !matches!(
            self,
            Press::Open(_) | Press::Nearest(_) | Press::ReadOn(_) | Press::Quiz { .. } | Press::Again
        )
    }

    /// As `callback_data`. The longest is `t:` with a section of 8 letters, a page of 4 digits, and an id of 48: 64 bytes.
    pub(super) fn data(&self) -> String {
        match self {
            Press::Open(id) => format!("o:{id}"),
            Press::Nearest(id) => format!("u:{id}"),
            Press::ReadOn(id) => format!("r:{id}"),
            Press::Pick(id) => format!("p:{id}"),
            Press::NoneOfThese => "n".into(),
            Press::Thumb { up: true, id } => format!("+:{id}"),
            Press::Thumb { up: false, id } => format!("-:{id}"),
            Press::Topics { page } => format!("T:{page}"),
            Press::Section { section, page } => format!("s:{section}:{page}"),
            Press::Topic { section, page, id } => format!("t:{section}:{page}:{id}"),
            Press::Glossary { page } => format!("G:{page}"),
            Press::Term { page, id } => format!("g:{page}:{id}"),
            Press::Quiz { what, round } => format!("q:{}:{round}", what.letter()),
            Press::Again => "again".into(),
            Press::Table(TablePress::Week) => "top:w".into(),
            Press::Table(TablePress::Ever) => "top:e".into(),
            Press::Table(TablePress::Daily) => "top:d".into(),
            Press::Table(TablePress::Topic(topic)) => format!("top:t:{topic}"),
            Press::Remind => "remind".into(),
            Press::Setting(setting) => format!("set:{}", setting.letter()),
            Press::Language(language) => format!("l:{}", language.code()),
            Press::Forget { sure: true } => "forget".into(),
            Press::Forget { sure: false } => "keep".into(),
            Press::Business { on: true } => "business:on".into(),
            Press::Business { on: false } => "business:off".into(),
            Press::Misses { page } => format!("M:{page}"),
            Press::AddMiss { miss, id } => format!("a:{miss}:{id}"),
            Press::IgnoreMiss { miss, page } => format!("i:{page}:{miss}"),
            Press::BeginDraft { draft, miss, page } => {
                format!("d:{}:{page}:{miss}", draft_letter(*draft))
            }
            Press::FoundPage { miss, page } => format!("f:{page}:{miss}"),
            Press::NotCovered { miss, page } => format!("c:{page}:{miss}"),
            Press::WriteDraft { miss } => format!("w:{miss}"),
            Press::UndoMiss { miss } => format!("z:{miss}"),
        }
    }

    /// Reads `callback_data`. `None`: not one of ours.
    pub(super) fn read(data: &str) -> Option<Press> {
        let data = data.split_once(LANGUAGE_MARK).map_or(data, |(data, _)| data);
        let (head, rest) = data.split_once(':').unwrap_or((data, ""));
        let press = match head {
            "o" => Press::Open(id(rest)?),
            "u" => Press::Nearest(id(rest)?),
            "r" => Press::ReadOn(id(rest)?),
            "p" => Press::Pick(id(rest)?),
            "n" => Press::NoneOfThese,
            "+" => Press::Thumb { up: true, id: id(rest)? },
            "-" => Press::Thumb { up: false, id: id(rest)? },
            "T" => Press::Topics { page: rest.parse().ok()? },
            "s" => {
                let (section, page) = rest.split_once(':')?;
                Press::Section { section: section.to_owned(), page: page.parse().ok()? }
            }
            "t" => {
                let (section, rest) = rest.split_once(':')?;
                let (page, rest) = rest.split_once(':')?;
                Press::Topic { section: section.to_owned(), page: page.parse().ok()?, id: id(rest)? }
            }
            "G" => Press::Glossary { page: rest.parse().ok()? },
            "g" => {
                let (page, rest) = rest.split_once(':')?;
                Press::Term { page: page.parse().ok()?, id: id(rest)? }
            }
            "q" => {
                let (letter, round) = rest.split_once(':')?;
                Press::Quiz { what: QuizPress::read(letter)?, round: round.to_owned() }
            }
            "again" => Press::Again,
            "top" => Press::Table(match rest.split_once(':') {
                None if rest == "w" => TablePress::Week,
                None if rest == "e" => TablePress::Ever,
                None if rest == "d" => TablePress::Daily,
                Some(("t", topic)) => TablePress::Topic(topic.to_owned()),
                _ => return None,
            }),
            "remind" => Press::Remind,
            "set" => Press::Setting(ChatSetting::read(rest)?),
            "l" => Press::Language(Language::from_code(rest)?),
            "forget" => Press::Forget { sure: true },
            "keep" => Press::Forget { sure: false },
            "business" => match rest {
                "on" => Press::Business { on: true },
                "off" => Press::Business { on: false },
                _ => return None,
            },
            "M" => Press::Misses { page: rest.parse().ok()? },
            "a" => {
                let (miss, rest) = rest.split_once(':')?;
                Press::AddMiss { miss: miss.to_owned(), id: id(rest)? }
            }
            "i" => {
                let (page, miss) = paged(rest)?;
                Press::IgnoreMiss { miss, page }
            }
            "d" => {
                let (letter, rest) = rest.split_once(':')?;
                let draft = DRAFTS.into_iter().find(|it| draft_letter(*it) == letter)?;
                let (page, miss) = paged(rest)?;
                Press::BeginDraft { draft, miss, page }
            }
            "f" => {
                let (page, miss) = paged(rest)?;
                Press::FoundPage { miss, page }
            }
            "c" => {
                let (page, miss) = paged(rest)?;
                Press::NotCovered { miss, page }
            }
            "w" => Press::WriteDraft { miss: rest.to_owned() },
            "z" => Press::UndoMiss { miss: rest.to_owned() },
            _ => return None,
        };
        Some(press)
    }

    /// A button that says this.
    pub(super) fn button(&self, label: impl Into<String>) -> Button {
        Button { label: label.into(), action: Action::Tap(self.data()) }
    }
}

/// Stands before the language of the message that a button is under.
const LANGUAGE_MARK: char = '@';

/// Marks the buttons of a message with its language, so that what they lead to is in it as well. A button with no room
/// left goes without: it leads to the language of the chat.
pub(super) fn mark_language(keyboard: &mut Keyboard, language: Language) {
    for button in keyboard.iter_mut().flatten() {
        if let Action::Tap(data) = &mut button.action
            && data.len() + LANGUAGE_MARK.len_utf8() + language.code().len() <= MAX_DATA
        {
            data.push(LANGUAGE_MARK);
            data.push_str(language.code());
        }
    }
}

/// The language of the message that a button is under, if it says so.
pub(super) fn marked_language(data: &str) -> Option<Language> {
    data.split_once(LANGUAGE_MARK).and_then(|(_, code)| Language::from_code(code))
}

/// `callback_data` has at most this many bytes (Bot API, `InlineKeyboardButton`).
const MAX_DATA: usize = 64;

impl QuizPress {
    fn letter(self) -> &'static str {
        match self {
            QuizPress::Ready => "y",
            QuizPress::Guess => "g",
            QuizPress::Start => "s",
            QuizPress::Resume => "r",
            QuizPress::Stop => "x",
        }
    }

    fn read(letter: &str) -> Option<QuizPress> {
        [QuizPress::Ready, QuizPress::Guess, QuizPress::Start, QuizPress::Resume, QuizPress::Stop]
            .into_iter()
            .find(|press| press.letter() == letter)
    }
}

impl ChatSetting {
    pub(super) const ALL: [ChatSetting; 8] = [
        ChatSetting::Language,
        ChatSetting::WhoStarts,
        ChatSetting::Length,
        ChatSetting::Seconds,
        ChatSetting::Unasked,
        ChatSetting::Tidy,
        ChatSetting::Topic,
        ChatSetting::Quiet,
    ];

    pub(super) fn letter(self) -> &'static str {
        match self {
            ChatSetting::WhoStarts => "w",
            ChatSetting::Length => "l",
            ChatSetting::Seconds => "s",
            ChatSetting::Unasked => "u",
            ChatSetting::Tidy => "t",
            ChatSetting::Topic => "o",
            ChatSetting::Quiet => "h",
            ChatSetting::Language => "i",
        }
    }

    fn read(letter: &str) -> Option<ChatSetting> {
        ChatSetting::ALL.into_iter().find(|setting| setting.letter() == letter)
    }
}

/// A page and the name of a miss.
fn paged(text: &str) -> Option<(usize, String)> {
    let (page, miss) = text.split_once(':')?;
    Some((page.parse().ok()?, miss.to_owned()))
}

const DRAFTS: [DraftKind; 4] = [DraftKind::Search, DraftKind::Answer, DraftKind::Question, DraftKind::Reply];

fn draft_letter(draft: DraftKind) -> &'static str {
    match draft {
        DraftKind::Search => "s",
        DraftKind::Answer => "a",
        DraftKind::Question => "q",
        DraftKind::Reply => "r",
    }
}

fn id(text: &str) -> Option<Id> {
    (!text.is_empty()).then(|| Id::from(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// More pages than a folder of 10,000 entries has.
    const LARGE: usize = 9_999;

    #[test]
    fn whatever_the_id_a_button_is_short_enough_and_reads_as_it_was_written() {
        let id = Id::from("i".repeat(Id::MAX_LEN).as_str());
        let miss = "0123456789ab".to_owned();
        let section = "01234567".to_owned();
        let presses = [
            Press::Open(id.clone()),
            Press::Nearest(id.clone()),
            Press::ReadOn(id.clone()),
            Press::Pick(id.clone()),
            Press::Thumb { up: true, id: id.clone() },
            Press::Section { section: section.clone(), page: LARGE },
            Press::Topic { section, page: LARGE, id: id.clone() },
            Press::Term { page: LARGE, id: id.clone() },
            Press::AddMiss { miss: miss.clone(), id },
            Press::Table(TablePress::Topic("t".repeat(48))),
            Press::Table(TablePress::Daily),
            Press::Remind,
            Press::IgnoreMiss { miss: miss.clone(), page: LARGE },
            Press::BeginDraft { draft: DraftKind::Reply, miss: miss.clone(), page: LARGE },
            Press::FoundPage { miss: miss.clone(), page: LARGE },
            Press::NotCovered { miss: miss.clone(), page: LARGE },
            Press::WriteDraft { miss: miss.clone() },
            Press::UndoMiss { miss },
        ];
        for press in presses {
            let data = press.data();
            assert!(data.len() <= MAX_DATA, "{} bytes: {data}", data.len());
            assert_eq!(Press::read(&data), Some(press.clone()));
            for language in Language::all() {
                let mut keyboard = vec![vec![press.button("")]];
                mark_language(&mut keyboard, language);
                let Action::Tap(data) = &keyboard[0][0].action else { panic!("it is tapped") };
                assert!(data.len() <= MAX_DATA, "{} bytes: {data}", data.len());
                assert_eq!(Press::read(data), Some(press.clone()));
                assert!(marked_language(data).is_none_or(|it| it == language), "{data}");
            }
        }
    }
}
