//! What the admins of a group may set, and how the bot learns who is an admin.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::callback_data::{Press, Setting};
use super::turn::Turn;
use super::{
    ChatKind, Conversation, Key, Keyboard, Message, Outgoing, Person, PersonId, Request, Sender, Tap,
};
use crate::quiz::QuizOptions;
use crate::rich_text::RichText;
use crate::texts::Text;

/// So many questions about admins may be open in one chat; the oldest gives way.
const N_ADMIN_ASKS: usize = 20;

/// The settings of one chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Settings {
    pub(super) only_admins_start: bool,
    pub(super) n_questions: usize,
    pub(super) seconds: u32,
    /// Answer questions nobody put to the bot, when very sure. Needs [`Turn::sees_everything`].
    pub(super) unasked: bool,
    /// After so many minutes the bot deletes its short notices; 0: never.
    tidy_minutes: u32,
}

impl Default for Settings {
    fn default() -> Self {
        let QuizOptions { n_questions, seconds, .. } = QuizOptions::default();
        Settings { only_admins_start: false, n_questions, seconds, unasked: false, tidy_minutes: 0 }
    }
}

impl Settings {
    pub(super) fn tidy(&self) -> Option<Duration> {
        (self.tidy_minutes > 0).then(|| Duration::from_secs(60 * u64::from(self.tidy_minutes)))
    }
}

/// What somebody wants that only admins may have; kept until Telegram has said whether they are one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum AdminAsk {
    StartQuiz { message: Message, arguments: String },
    StartAgain { tap: Tap },
    StartNow { tap: Tap, round: String },
    StopByMessage { message: Message },
    StopByTap { tap: Tap, round: String },
    ShowSettings { message: Message },
    ChangeSetting { tap: Tap, setting: Setting },
}

impl Turn<'_> {
    /// Asks Telegram whether this person is an admin; [`Turn::admin_answer`] goes on from there. In a private
    /// chat everybody is their own admin.
    pub(super) fn if_admin(&mut self, chat: ChatKind, person: &Person, ask: AdminAsk) {
        if chat == ChatKind::Private {
            return self.as_admin(ask, true);
        }
        let key = Key(format!("admin:{}:{}", ask.name(), person.id.0));
        let asks = &mut self.conversation.admin_asks;
        let same = asks.iter().position(|(known, _)| *known == key);
        let gives_way = same.or((asks.len() >= N_ADMIN_ASKS).then_some(0)).map(|index| asks.remove(index));
        asks.push((key.clone(), ask));
        if let Some(tap) = gives_way.as_ref().and_then(|(_, ask)| ask.tap()) {
            self.settle(tap);
        }
        self.send(Outgoing::request(None, Request::AskAdmin { person: person.id }).key(key).report());
    }

    /// Telegram has said whether somebody is an admin. No word counts as no.
    pub(super) fn admin_answer(&mut self, key: &Key, is_admin: bool) {
        let asks = &mut self.conversation.admin_asks;
        if let Some(index) = asks.iter().position(|(known, _)| known == key) {
            let (_, ask) = asks.remove(index);
            self.as_admin(ask, is_admin);
        }
    }

    fn as_admin(&mut self, ask: AdminAsk, is_admin: bool) {
        match ask {
            AdminAsk::StartQuiz { message, arguments } if is_admin => self.open_quiz(&message, &arguments),
            AdminAsk::StartQuiz { message, .. } => self.notice(&message, Text::QuizOnlyAdmins, &[]),
            AdminAsk::StartAgain { tap } if is_admin => self.open_again(&tap),
            AdminAsk::StartAgain { tap } => self.alert(&tap, Text::QuizOnlyAdmins, &[]),
            AdminAsk::StartNow { tap, round } => self.start_now(&tap, &round, is_admin),
            AdminAsk::StopByMessage { message } => self.stop_by_message(&message, is_admin),
            AdminAsk::StopByTap { tap, round } => self.stop_by_tap(&tap, &round, is_admin),
            AdminAsk::ShowSettings { message } if is_admin => self.show_settings(&message),
            AdminAsk::ShowSettings { message } => self.notice(&message, Text::SettingsOnlyAdmins, &[]),
            AdminAsk::ChangeSetting { tap, setting } if is_admin => self.change_setting(&tap, setting),
            AdminAsk::ChangeSetting { tap, .. } => self.toast(&tap, Text::SettingsOnlyAdmins),
        }
    }

    pub(super) fn settings(&mut self, message: &Message) {
        let ask = AdminAsk::ShowSettings { message: message.clone() };
        match &message.sender {
            _ if message.chat == ChatKind::Private => {
                self.send(Outgoing::reply(message, self.say(Text::SettingsOnlyGroups, &[])));
            }
            Sender::AnonymousAdmin => self.as_admin(ask, true),
            Sender::Person(person) => self.if_admin(message.chat, person, ask),
            Sender::Channel | Sender::Bot => {}
        }
    }

    fn show_settings(&mut self, message: &Message) {
        let (text, buttons) = self.settings_page();
        self.send(Outgoing::reply(message, text).buttons(buttons));
    }

    pub(super) fn press_setting(&mut self, tap: &Tap, setting: Setting) {
        self.if_admin(tap.chat, &tap.person, AdminAsk::ChangeSetting { tap: tap.clone(), setting });
    }

    /// Moves a setting on to its next value.
    fn change_setting(&mut self, tap: &Tap, setting: Setting) {
        let sees_all = self.sees_everything();
        let settings = &mut self.conversation.settings;
        match setting {
            Setting::WhoStarts => settings.only_admins_start = !settings.only_admins_start,
            Setting::Length => settings.n_questions = next(&[3, 5, 10, 15, 20, 30], settings.n_questions),
            Setting::Seconds => settings.seconds = next(&[10, 15, 20, 30, 60], settings.seconds),
            Setting::Unasked if !settings.unasked && !sees_all => {
                return self.alert(tap, Text::SettingsNeedSight, &[]);
            }
            Setting::Unasked => settings.unasked = !settings.unasked,
            Setting::Tidy => settings.tidy_minutes = next(&[0, 1, 5, 30], settings.tidy_minutes),
        }
        self.toast(tap, Text::SettingsDone);
        let (text, buttons) = self.settings_page();
        self.send(Outgoing::edit_tapped(tap, text, buttons));
    }

    fn settings_page(&self) -> (RichText, Keyboard) {
        let settings = &self.conversation.settings;
        let choose = |yes: bool, a: Text, b: Text| self.label(if yes { a } else { b });
        let lines = Setting::ALL.map(|setting| {
            let (text, name, value) = match setting {
                Setting::WhoStarts => {
                    let who =
                        choose(settings.only_admins_start, Text::SettingsAdmins, Text::SettingsEverybody);
                    (Text::SettingsWhoStarts, "who", who.into())
                }
                Setting::Length => (Text::SettingsLength, "n", settings.n_questions.into()),
                Setting::Seconds => (Text::SettingsSeconds, "n", settings.seconds.into()),
                Setting::Unasked => {
                    let state = choose(settings.unasked, Text::SettingsOn, Text::SettingsOff);
                    (Text::SettingsUnasked, "state", state.into())
                }
                Setting::Tidy if settings.tidy_minutes == 0 => {
                    (Text::SettingsTidy, "state", self.label(Text::SettingsOff).into())
                }
                Setting::Tidy => {
                    let minutes = self.say(Text::SettingsMinutes, &[("n", settings.tidy_minutes.into())]);
                    (Text::SettingsTidy, "state", minutes.into())
                }
            };
            vec![Press::Setting(setting).button(self.texts().label(text, &[(name, value)]))]
        });
        (self.say(Text::SettingsHeading, &[]), lines.into())
    }

    pub(super) fn ask_to_forget(&mut self, message: &Message) {
        if message.chat != ChatKind::Private {
            let values = [("username", self.context.me.username.as_str().into())];
            return self.notice(message, Text::ForgetInPrivate, &values);
        }
        let buttons = vec![vec![
            Press::Forget { sure: true }.button(self.label(Text::ForgetButton)),
            Press::Forget { sure: false }.button(self.label(Text::KeepButton)),
        ]];
        self.send(Outgoing::reply(message, self.say(Text::ForgetAsk, &[])).buttons(buttons));
    }

    pub(super) fn press_forget(&mut self, tap: &Tap, sure: bool) {
        // The question stands in the person's own chat; a forged button elsewhere deletes nothing.
        if tap.chat != ChatKind::Private {
            return self.toast(tap, Text::OldButton);
        }
        self.settle(tap);
        if sure {
            self.record(super::Record::Forget { person: tap.person.id });
            // Ends a quiz; then this chat is one that was never heard of.
            self.forget(tap.person.id);
            self.conversation = Conversation::default();
        }
        let text = if sure { Text::Forgotten } else { Text::Kept };
        self.send(Outgoing::edit_tapped(tap, self.say(text, &[]), Vec::new()));
    }

    /// Somebody wishes to be forgotten: nothing about them stays in this chat's state.
    pub(super) fn forget(&mut self, person: PersonId) {
        self.conversation.pace.forget(person);
        self.conversation.admin_asks.retain(|(_, ask)| ask.person() != Some(person));
        self.forget_in_quiz(person);
    }
}

impl AdminAsk {
    /// One wish of this name may be open for a person; a second one takes its place.
    fn name(&self) -> String {
        match self {
            AdminAsk::StartQuiz { .. } => "quiz".into(),
            AdminAsk::StartAgain { .. } => "again".into(),
            AdminAsk::StartNow { .. } => "start".into(),
            AdminAsk::StopByMessage { .. } | AdminAsk::StopByTap { .. } => "stop".into(),
            AdminAsk::ShowSettings { .. } => "settings".into(),
            AdminAsk::ChangeSetting { setting, .. } => format!("set:{}", setting.letter()),
        }
    }

    /// The tap that waits to be ended.
    fn tap(&self) -> Option<&Tap> {
        match self {
            AdminAsk::StartAgain { tap }
            | AdminAsk::StartNow { tap, .. }
            | AdminAsk::StopByTap { tap, .. }
            | AdminAsk::ChangeSetting { tap, .. } => Some(tap),
            AdminAsk::StartQuiz { .. } | AdminAsk::StopByMessage { .. } | AdminAsk::ShowSettings { .. } => {
                None
            }
        }
    }

    fn person(&self) -> Option<PersonId> {
        match self {
            AdminAsk::StartQuiz { message, .. }
            | AdminAsk::StopByMessage { message }
            | AdminAsk::ShowSettings { message } => match &message.sender {
                Sender::Person(person) => Some(person.id),
                _ => None,
            },
            AdminAsk::StartAgain { tap }
            | AdminAsk::StartNow { tap, .. }
            | AdminAsk::StopByTap { tap, .. }
            | AdminAsk::ChangeSetting { tap, .. } => Some(tap.person.id),
        }
    }
}

/// The value behind this one, the first behind the last.
fn next<T: PartialOrd + Copy>(values: &[T], value: T) -> T {
    values.iter().copied().find(|it| *it > value).unwrap_or(values[0])
}
