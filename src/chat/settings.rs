//! What the admins of a group may set.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::callback_data::{ChatSetting, Press};
use super::quiet::{QuietHours, QuietHoursError};
use super::turn::Turn;
use super::{Context, Keyboard, Message, Outgoing, Tap, ThreadId};
use crate::quiz::QuizOptions;
use crate::rich_text::RichText;
use crate::texts::Text;
use crate::time::Timestamp;

/// The settings of one chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Settings {
    only_admins_start: bool,
    n_questions: usize,
    seconds: u32,
    /// Answer questions not put to the bot, when very sure. The bot needs to see all messages of the group.
    unasked: bool,
    /// After this many minutes the bot deletes its short notices; 0: never.
    tidy_minutes: u32,
    /// The group has been seen to have topics.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    is_forum: bool,
    /// The topics in which the bot is off; General is `None`.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    off_in: BTreeSet<Option<ThreadId>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quiet: Option<QuietHours>,
    /// They are kept while they are off, as they hold the time zone.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    quiet_off: bool,
}

impl Default for Settings {
    fn default() -> Self {
        let QuizOptions { n_questions, seconds, .. } = QuizOptions::default();
        Settings {
            only_admins_start: false,
            n_questions,
            seconds,
            unasked: false,
            tidy_minutes: 0,
            is_forum: false,
            off_in: BTreeSet::new(),
            quiet: None,
            quiet_off: false,
        }
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

    /// Whether the bot is off in this topic.
    pub(super) fn is_off_in(&self, thread: Option<ThreadId>) -> bool {
        self.off_in.contains(&thread)
    }

    /// A message came from a topic.
    pub(super) fn note_topic(&mut self) {
        self.is_forum = true;
    }

    /// The quiet hours, if it is within them.
    pub(super) fn quiet_now(&self, now: Timestamp) -> Option<&QuietHours> {
        self.quiet.as_ref().filter(|hours| !self.quiet_off && hours.is_now(now))
    }

    /// `/quiet HOURS ZONE`, `/quiet off`, and `/quiet` alone, which shows the setting.
    pub(super) fn set_quiet(&mut self, turn: &mut Turn<'_>, message: &Message, arguments: &str) {
        if arguments.eq_ignore_ascii_case("off") {
            self.quiet_off = true;
            return turn.reply(message, Text::QuietOff, &[]);
        }
        if !arguments.is_empty() {
            match QuietHours::parse(arguments) {
                Ok(hours) => (self.quiet, self.quiet_off) = (Some(hours), false),
                Err(QuietHoursError::NoHours) => return turn.notice(message, Text::QuietHow, &[]),
                Err(QuietHoursError::NoZone { written, nearest }) => {
                    let (text, nearest) = match nearest {
                        Some(nearest) => (Text::QuietNoZoneNear, nearest),
                        None => (Text::QuietNoZone, String::new()),
                    };
                    let values = [("zone", written.into()), ("nearest", nearest.into())];
                    return turn.notice(message, text, &values);
                }
            }
        }
        match self.quiet.as_ref().filter(|_| !self.quiet_off) {
            Some(hours) => turn.reply(message, Text::QuietSet, &[("hours", hours.shown().into())]),
            None => turn.notice(message, Text::QuietHow, &[]),
        }
    }

    /// The options of a bare `/quiz` in this chat.
    pub(super) fn quiz_options(&self) -> QuizOptions {
        QuizOptions { n_questions: self.n_questions, seconds: self.seconds, topic: None, guess: false }
    }

    pub(super) fn show(&self, turn: &mut Turn<'_>, message: &Message) {
        let (text, buttons) = self.page(turn.context, message.thread);
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
            ChatSetting::Topic => {
                if !self.off_in.remove(&tap.thread) {
                    self.off_in.insert(tap.thread);
                }
            }
            ChatSetting::Quiet if self.quiet.is_none() => self.quiet = Some(QuietHours::usual()),
            ChatSetting::Quiet => self.quiet_off = !self.quiet_off,
            // The conversation has changed it: it is not only for groups.
            ChatSetting::Language => {}
        }
        turn.toast(tap, Text::SettingsDone);
        let (text, buttons) = self.page(turn.context, tap.thread);
        turn.send(Outgoing::edit_tapped(tap, text, buttons));
    }

    fn page(&self, context: Context<'_>, thread: Option<ThreadId>) -> (RichText, Keyboard) {
        let choose = |yes: bool, a: Text, b: Text| context.label(if yes { a } else { b });
        let is_there = |it: &ChatSetting| match it {
            ChatSetting::Topic => self.is_forum,
            ChatSetting::Language => context.folder.has_several_languages(),
            _ => true,
        };
        let lines = ChatSetting::ALL.into_iter().filter(is_there).map(|setting| {
            let (text, name, value) = match setting {
                ChatSetting::Language => {
                    let language = context.library.language().own_name();
                    (Text::SettingsLanguage, "language", language.into())
                }
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
                ChatSetting::Topic => {
                    let state = choose(self.is_off_in(thread), Text::SettingsOff, Text::SettingsOn);
                    (Text::SettingsTopic, "state", state.into())
                }
                ChatSetting::Quiet => {
                    let hours = self.quiet.as_ref().filter(|_| !self.quiet_off).map(QuietHours::shown);
                    let state = hours.unwrap_or_else(|| context.label(Text::SettingsOff));
                    (Text::SettingsQuiet, "state", state.into())
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
        let mut text = context.say(Text::SettingsHeading, &[]);
        text.push("\n\n");
        text.append(&context.say(Text::SettingsHint, &[]));
        (text, lines.collect())
    }
}

/// The value after this one; after the last, the first.
fn next<T: PartialOrd + Copy>(values: &[T], value: T) -> T {
    values.iter().copied().find(|it| *it > value).unwrap_or(values[0])
}
