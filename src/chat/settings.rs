//! What the admins of a group may set.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::callback_data::{ChatSetting, Press};
use super::turn::Turn;
use super::{Context, Keyboard, Message, Outgoing, Tap};
use crate::quiz::QuizOptions;
use crate::rich_text::RichText;
use crate::texts::Text;

/// The settings of one chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Settings {
    only_admins_start: bool,
    n_questions: usize,
    seconds: u32,
    /// Answer questions nobody put to the bot, when very sure. The bot needs to see all messages of the group.
    unasked: bool,
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
    /// How long short notices stay; `None`: for good.
    pub(super) fn notice_lifetime(&self) -> Option<Duration> {
        (self.tidy_minutes > 0).then(|| Duration::from_secs(60 * u64::from(self.tidy_minutes)))
    }

    pub(super) fn only_admins_start(&self) -> bool {
        self.only_admins_start
    }

    pub(super) fn answers_unasked(&self) -> bool {
        self.unasked
    }

    /// What a bare `/quiz` asks for in this chat.
    pub(super) fn quiz_options(&self) -> QuizOptions {
        QuizOptions { n_questions: self.n_questions, seconds: self.seconds, topic: None, guess: false }
    }

    pub(super) fn show(&self, turn: &mut Turn<'_>, message: &Message) {
        let (text, buttons) = self.page(turn.context);
        turn.send(Outgoing::reply(message, text).buttons(buttons));
    }

    /// Moves a setting on to its next value.
    pub(super) fn change(
        &mut self,
        turn: &mut Turn<'_>,
        tap: &Tap,
        setting: ChatSetting,
        sees_everything: bool,
    ) {
        match setting {
            ChatSetting::WhoStarts => self.only_admins_start = !self.only_admins_start,
            ChatSetting::Length => self.n_questions = next(&[3, 5, 10, 15, 20, 30], self.n_questions),
            ChatSetting::Seconds => self.seconds = next(&[10, 15, 20, 30, 60], self.seconds),
            ChatSetting::Unasked if !self.unasked && !sees_everything => {
                return turn.alert(tap, Text::SettingsNeedSight, &[]);
            }
            ChatSetting::Unasked => self.unasked = !self.unasked,
            ChatSetting::Tidy => self.tidy_minutes = next(&[0, 1, 5, 30], self.tidy_minutes),
        }
        turn.toast(tap, Text::SettingsDone);
        let (text, buttons) = self.page(turn.context);
        turn.send(Outgoing::edit_tapped(tap, text, buttons));
    }

    fn page(&self, context: Context<'_>) -> (RichText, Keyboard) {
        let choose = |yes: bool, a: Text, b: Text| context.label(if yes { a } else { b });
        let lines = ChatSetting::ALL.map(|setting| {
            let (text, name, value) = match setting {
                ChatSetting::WhoStarts => {
                    let who = choose(self.only_admins_start, Text::SettingsAdmins, Text::SettingsEverybody);
                    (Text::SettingsWhoStarts, "who", who.into())
                }
                ChatSetting::Length => (Text::SettingsLength, "n", self.n_questions.into()),
                ChatSetting::Seconds => (Text::SettingsSeconds, "n", self.seconds.into()),
                ChatSetting::Unasked => {
                    let state = choose(self.unasked, Text::SettingsOn, Text::SettingsOff);
                    (Text::SettingsUnasked, "state", state.into())
                }
                ChatSetting::Tidy if self.tidy_minutes == 0 => {
                    (Text::SettingsTidy, "state", context.label(Text::SettingsNever).into())
                }
                ChatSetting::Tidy => {
                    let minutes = context.say(Text::SettingsMinutes, &[("n", self.tidy_minutes.into())]);
                    (Text::SettingsTidy, "state", minutes.into())
                }
            };
            vec![Press::Setting(setting).button(context.texts().label(text, &[(name, value)]))]
        });
        (context.say(Text::SettingsHeading, &[]), lines.into())
    }
}

/// The value behind this one, the first behind the last.
fn next<T: PartialOrd + Copy>(values: &[T], value: T) -> T {
    values.iter().copied().find(|it| *it > value).unwrap_or(values[0])
}
