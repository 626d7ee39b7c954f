//! How the bot learns who is an admin, and what waits until it knows.

use serde::{Deserialize, Serialize};

use super::callback_data::ChatSetting;
use super::turn::Turn;
use super::{ChatKind, Key, Message, Outgoing, PersonId, Request, Sender, Tap};

/// The most questions about admins open in one chat; the oldest gives way.
const N_ASKS: usize = 20;

/// Requests that wait for word on whether somebody is an admin.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Admins(Vec<(Key, AdminAsk)>);

/// A request that only admins may make; kept until Telegram has said whether the person is one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum AdminAsk {
    StartQuiz {
        message: Message,
        arguments: String,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        guess: bool,
    },
    SetDaily {
        message: Message,
        arguments: String,
    },
    StartAgain {
        tap: Tap,
    },
    StartNow {
        tap: Tap,
        round: String,
    },
    StopByMessage {
        message: Message,
    },
    StopByTap {
        tap: Tap,
        round: String,
    },
    ShowSettings {
        message: Message,
    },
    ChangeSetting {
        tap: Tap,
        setting: ChatSetting,
    },
    SetQuiet {
        message: Message,
        arguments: String,
    },
    ShowLanguages {
        message: Message,
    },
    ChooseLanguage {
        tap: Tap,
        /// Its code.
        language: String,
    },
}

impl Admins {
    /// Asks Telegram whether the person is an admin; [`Admins::answered`] then hands back their request. Returns it at
    /// once where there is nothing to ask: in a private chat everybody is their own admin.
    pub(super) fn ask(&mut self, turn: &mut Turn<'_>, ask: AdminAsk) -> Option<AdminAsk> {
        let person = match ask.person() {
            Some(person) if ask.chat() != ChatKind::Private => person,
            _ => return Some(ask),
        };
        let key = Key(format!("admin:{}:{}", ask.name(), person.0));
        let same = self.0.iter().position(|(known, _)| *known == key);
        let gives_way = same.or((self.0.len() >= N_ASKS).then_some(0)).map(|index| self.0.remove(index));
        self.0.push((key.clone(), ask));
        if let Some(tap) = gives_way.as_ref().and_then(|(_, ask)| ask.tap()) {
            turn.settle(tap);
        }
        turn.send(Outgoing::request(None, Request::AskAdmin { person }).key(key).report());
        None
    }

    /// The request that waited for this answer of Telegram.
    pub(super) fn answered(&mut self, key: &Key) -> Option<AdminAsk> {
        let index = self.0.iter().position(|(known, _)| known == key)?;
        Some(self.0.remove(index).1)
    }

    pub(super) fn forget(&mut self, person: PersonId) {
        self.0.retain(|(_, ask)| ask.person() != Some(person));
    }
}

impl AdminAsk {
    /// A person may have one open request of this name; a second one takes its place.
    fn name(&self) -> String {
        match self {
            AdminAsk::StartQuiz { .. } => "quiz".into(),
            AdminAsk::SetDaily { .. } => "daily".into(),
            AdminAsk::StartAgain { .. } => "again".into(),
            AdminAsk::StartNow { .. } => "start".into(),
            AdminAsk::StopByMessage { .. } | AdminAsk::StopByTap { .. } => "stop".into(),
            AdminAsk::ShowSettings { .. } => "settings".into(),
            AdminAsk::ChangeSetting { setting, .. } => format!("set:{}", setting.letter()),
            AdminAsk::SetQuiet { .. } => "quiet".into(),
            AdminAsk::ShowLanguages { .. } => "languages".into(),
            AdminAsk::ChooseLanguage { .. } => "language".into(),
        }
    }

    /// The tap that waits to be ended.
    fn tap(&self) -> Option<&Tap> {
        match self {
            AdminAsk::StartAgain { tap }
            | AdminAsk::StartNow { tap, .. }
            | AdminAsk::StopByTap { tap, .. }
            | AdminAsk::ChangeSetting { tap, .. }
            | AdminAsk::ChooseLanguage { tap, .. } => Some(tap),
            AdminAsk::StartQuiz { .. }
            | AdminAsk::SetDaily { .. }
            | AdminAsk::StopByMessage { .. }
            | AdminAsk::ShowSettings { .. }
            | AdminAsk::ShowLanguages { .. }
            | AdminAsk::SetQuiet { .. } => None,
        }
    }

    fn chat(&self) -> ChatKind {
        match self {
            AdminAsk::StartQuiz { message, .. }
            | AdminAsk::SetDaily { message, .. }
            | AdminAsk::StopByMessage { message }
            | AdminAsk::ShowSettings { message }
            | AdminAsk::ShowLanguages { message }
            | AdminAsk::SetQuiet { message, .. } => message.chat,
            AdminAsk::StartAgain { tap }
            | AdminAsk::StartNow { tap, .. }
            | AdminAsk::StopByTap { tap, .. }
            | AdminAsk::ChangeSetting { tap, .. }
            | AdminAsk::ChooseLanguage { tap, .. } => tap.chat,
        }
    }

    /// None: an anonymous admin, a channel or a bot.
    fn person(&self) -> Option<PersonId> {
        match self {
            AdminAsk::StartQuiz { message, .. }
            | AdminAsk::SetDaily { message, .. }
            | AdminAsk::StopByMessage { message }
            | AdminAsk::ShowSettings { message }
            | AdminAsk::ShowLanguages { message }
            | AdminAsk::SetQuiet { message, .. } => match &message.sender {
                Sender::Person(person) => Some(person.id),
                _ => None,
            },
            AdminAsk::StartAgain { tap }
            | AdminAsk::StartNow { tap, .. }
            | AdminAsk::StopByTap { tap, .. }
            | AdminAsk::ChangeSetting { tap, .. }
            | AdminAsk::ChooseLanguage { tap, .. } => Some(tap.person.id),
        }
    }
}
