//! What only admins may do, once it is known whether somebody is one.

use super::Conversation;
use crate::chat::admins::AdminAsk;
use crate::chat::callback_data::ChatSetting;
use crate::chat::turn::Turn;
use crate::chat::{Key, Tap, language};
use crate::language::Language;
use crate::texts::Text;

impl Conversation {
    /// A request that only an admin may make is carried out once Telegram has said that the person is one.
    pub(super) fn if_admin(&mut self, turn: &mut Turn<'_>, ask: Option<AdminAsk>) {
        if let Some(ask) = ask.and_then(|ask| self.admins.ask(turn, ask)) {
            self.as_admin(turn, ask, true);
        }
    }

    /// Telegram has said whether somebody is an admin. No answer counts as no.
    pub(super) fn admin_answer(&mut self, turn: &mut Turn<'_>, key: &Key, is_admin: bool) {
        if let Some(ask) = self.admins.answered(key) {
            self.as_admin(turn, ask, is_admin);
        }
    }

    fn as_admin(&mut self, turn: &mut Turn<'_>, ask: AdminAsk, is_admin: bool) {
        match ask {
            AdminAsk::StartQuiz { message, arguments, guess } if is_admin => {
                self.play.open(turn, &self.settings, &message, &arguments, guess);
            }
            AdminAsk::StartQuiz { message, .. } => turn.notice(&message, Text::QuizOnlyAdmins, &[]),
            AdminAsk::StartAgain { tap } if is_admin => self.play.open_again(turn, &self.settings, &tap),
            AdminAsk::StartAgain { tap } => turn.alert(&tap, Text::QuizOnlyAdmins, &[]),
            AdminAsk::StartNow { tap, round } => self.play.start_now(turn, &tap, &round, is_admin),
            AdminAsk::StopByMessage { message } => self.play.stop_by_message(turn, &message, is_admin),
            AdminAsk::StopByTap { tap, round } => self.play.stop_by_tap(turn, &tap, &round, is_admin),
            AdminAsk::SetDaily { message, arguments } if is_admin => {
                self.daily.set(turn, &message, &arguments);
            }
            AdminAsk::SetDaily { message, arguments } => self.daily.refuse(turn, &message, &arguments),
            AdminAsk::ShowSettings { message } if is_admin => self.settings.show(turn, &message),
            AdminAsk::SetQuiet { message, arguments } if is_admin => {
                self.settings.set_quiet(turn, &message, &arguments);
            }
            AdminAsk::ShowLanguages { message } if is_admin => language::show(turn, &message),
            AdminAsk::ShowSettings { message }
            | AdminAsk::SetQuiet { message, .. }
            | AdminAsk::ShowLanguages { message } => {
                turn.notice(&message, Text::SettingsOnlyAdmins, &[]);
            }
            AdminAsk::ChangeSetting { tap, setting } if is_admin => {
                if setting == ChatSetting::Language {
                    self.language.choose_next(turn);
                }
                let sees_everything = self.sees_everything(turn.context);
                self.settings.change(turn, &tap, setting, sees_everything);
            }
            AdminAsk::ChooseLanguage { tap, language } if is_admin => {
                self.choose_language(turn, &tap, &language)
            }
            AdminAsk::ChangeSetting { tap, .. } | AdminAsk::ChooseLanguage { tap, .. } => {
                turn.toast(&tap, Text::SettingsOnlyAdmins)
            }
        }
    }

    pub(super) fn choose_language(&mut self, turn: &mut Turn<'_>, tap: &Tap, code: &str) {
        if let Some(language) = Language::from_code(code) {
            self.language.choose(turn, language);
        }
        language::show_chosen(turn, tap);
    }
}
