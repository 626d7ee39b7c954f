//! What people tap.

use super::Conversation;
use crate::chat::admins::AdminAsk;
use crate::chat::callback_data::Press;
use crate::chat::quiet::QuietHours;
use crate::chat::turn::Turn;
use crate::chat::{ChatKind, MissAct, Tap, browse, business, misses, play};
use crate::language::Language;
use crate::texts::Text;

impl Conversation {
    pub(super) fn tap(&mut self, turn: &mut Turn<'_>, tap: &Tap) {
        if !self.pace.allows_tap(tap.person.id, turn.now) {
            return turn.toast(tap, Text::SlowDown);
        }
        match Press::read(&tap.data) {
            None => turn.toast(tap, Text::OldButton),
            Some(press) if tap.forged && press.is_about_its_message() => turn.toast(tap, Text::OldButton),
            Some(Press::Open(id)) => self.answers.open(turn, &mut self.pace, tap, &id),
            Some(Press::Nearest(id)) => self.answers.open_nearest(turn, &mut self.pace, tap, &id),
            Some(Press::ReadOn(id)) => self.answers.read_on(turn, &mut self.pace, tap, &id),
            Some(Press::Pick(id)) => self.answers.pick(turn, tap, &id),
            Some(Press::NoneOfThese) => self.answers.none_of_these(turn, tap),
            Some(Press::Thumb { up, id }) => self.answers.thumb(turn, tap, &id, up),
            Some(Press::Topics { page }) => browse::show_sections(turn, tap, page),
            Some(Press::Section { section, page }) => browse::show_section(turn, tap, &section, page),
            Some(Press::Topic { section, page, id }) => browse::show_topic(turn, tap, section, page, &id),
            Some(Press::Glossary { page }) => browse::show_glossary(turn, tap, page),
            Some(Press::Term { page, id }) => browse::show_term(turn, tap, page, &id),
            Some(Press::Quiz { what, round }) => {
                let ask = self.play.press(turn, tap, what, &round);
                self.if_admin(turn, ask);
            }
            Some(Press::Again)
                if tap.chat != ChatKind::Private && self.settings.quiet_now(turn.now).is_some() =>
            {
                let end = self.settings.quiet_now(turn.now).map(QuietHours::end).unwrap_or_default();
                turn.alert(tap, Text::QuizQuiet, &[("time", end.into())]);
            }
            Some(Press::Again) => {
                let ask = self.play.again(turn, &self.settings, tap);
                self.if_admin(turn, ask);
            }
            Some(Press::Table(press)) => play::table::press(turn, &self.daily, tap, press),
            Some(Press::Remind) => self.reminder.press(turn, tap),
            Some(Press::Setting(setting)) => {
                self.if_admin(turn, Some(AdminAsk::ChangeSetting { tap: tap.clone(), setting }));
            }
            Some(Press::Language(language)) => self.press_language(turn, tap, language),
            Some(Press::Forget { sure }) => self.press_forget(turn, tap, sure),
            Some(Press::Business { on }) => business::press(&mut self.business, turn, tap, on),
            Some(Press::Misses { page }) => misses::press(turn, tap, MissAct::Show { page }),
            Some(Press::AddMiss { miss, id }) => misses::press(turn, tap, MissAct::Add { miss, id }),
            Some(Press::IgnoreMiss { miss, page }) => {
                misses::press(turn, tap, MissAct::Ignore { miss, page });
            }
            Some(Press::BeginDraft { draft, miss, page }) => {
                misses::press(turn, tap, MissAct::Begin { miss, page, draft });
            }
            Some(Press::FoundPage { miss, page }) => misses::press(turn, tap, MissAct::Find { miss, page }),
            Some(Press::NotCovered { miss, page }) => {
                misses::press(turn, tap, MissAct::ChooseGroup { miss, page });
            }
            Some(Press::WriteDraft { miss }) => misses::press(turn, tap, MissAct::Write { miss }),
            Some(Press::UndoMiss { miss }) => self.desk.press_undo(turn, tap, &miss),
        }
    }

    fn press_language(&mut self, turn: &mut Turn<'_>, tap: &Tap, language: Language) {
        if turn.context.folder.in_language(language).is_none() {
            return turn.toast(tap, Text::OldButton);
        }
        let language = language.code().to_owned();
        match tap.chat {
            ChatKind::Private => self.choose_language(turn, tap, &language),
            _ => self.if_admin(turn, Some(AdminAsk::ChooseLanguage { tap: tap.clone(), language })),
        }
    }
}
