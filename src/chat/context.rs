//! What a step may look at besides the chat's own state.

use serde::{Deserialize, Serialize};

use super::{Library, Person, PersonId};
use crate::quiz::Question;
use crate::rich_text::RichText;
use crate::texts::{Text, Texts, Value};

/// What a step may look at besides the chat's own state.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// In the language that is spoken here.
    pub library: &'a Library,
    /// In the main language of the folder, with all others.
    pub(super) folder: &'a Library,
    pub me: &'a Me,
    /// The people who run this bot.
    pub owners: &'a [PersonId],
}

/// Who the bot is on Telegram.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    pub id: PersonId,
    /// Without the `@`.
    pub username: String,
    /// Privacy mode was off at the start: it sees everything written in groups it has been added to since.
    pub reads_all_group_messages: bool,
}

impl<'a> Context<'a> {
    /// What the bot knows; it speaks the main language of the folder until more is known.
    pub fn new(folder: &'a Library, me: &'a Me, owners: &'a [PersonId]) -> Context<'a> {
        Context { library: folder, folder, me, owners }
    }

    pub(super) fn texts(self) -> &'a Texts {
        &self.library.texts
    }

    pub(super) fn say(self, text: Text, values: &[(&str, Value)]) -> RichText {
        self.texts().say(text, values)
    }

    pub(super) fn label(self, text: Text) -> String {
        self.texts().label(text, &[])
    }

    /// The question of this id, in whatever language it is.
    pub(super) fn question(self, id: &str) -> Option<&'a Question> {
        let here = self.library.question(id);
        here.or_else(|| self.folder.in_all_languages().find_map(|library| library.question(id)))
    }

    /// The questions of the quiz in the language that is spoken here; in the main one, if there are none in it.
    pub(super) fn quiz_pool(self) -> &'a [Question] {
        let own = &self.library.questions.quiz;
        if own.is_empty() { &self.folder.questions.quiz } else { own }
    }

    pub(super) fn is_owner(self, person: &Person) -> bool {
        self.owners.contains(&person.id)
    }

    /// A question that the folder answers, to show how asking works.
    pub(super) fn example(self) -> String {
        let first = self.library.knowledge.entries.first();
        first.map_or("…".into(), |entry| entry.question.text.clone())
    }
}
