//! The language of a chat, where the folder is in several languages.
//!
//! A question is answered in the language it was asked in: the match decides. Everything else is said in what the
//! person, or an admin of the group, has chosen; in private, before any choice, in the language of the person's app.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::callback_data::{Press, marked_language};
use super::turn::Turn;
use super::{ChatKind, Context, Event, Keyboard, Library, Message, Outgoing, Sender, Tap};
use crate::language::{Language, Script, main_script};
use crate::matching;
use crate::rich_text::RichText;
use crate::texts::{self, Text, Texts};

/// The language of one chat.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct ChatLanguage {
    /// Somebody has chosen it.
    #[serde(with = "crate::language::code", skip_serializing_if = "Option::is_none")]
    chosen: Option<Language>,
    /// The last language of the person's app, in private: for messages sent when time passes.
    #[serde(with = "crate::language::code", skip_serializing_if = "Option::is_none")]
    app: Option<Language>,
}

impl ChatLanguage {
    pub(super) fn is_default(&self) -> bool {
        *self == ChatLanguage::default()
    }

    /// The library that speaks about an event.
    pub(super) fn context<'a>(&mut self, context: Context<'a>, event: &Event) -> Context<'a> {
        let folder = context.folder;
        if !folder.has_several_languages() {
            return context;
        }
        let app = event.person().and_then(|person| person.language);
        if is_private(event) {
            self.app = app.filter(|language| folder.in_language(*language).is_some()).or(self.app);
        }
        let marked = match event {
            Event::Tap(tap) => marked_language(&tap.data),
            _ => None,
        };
        // A guest's chat is not known here.
        let guest = match event {
            Event::Guest(query) => language_of(&query.message.sender),
            _ => None,
        };
        let wanted = [marked, guest, self.chosen, self.app].into_iter().flatten();
        let library = wanted.filter_map(|language| folder.in_language(language)).next();
        Context { library: library.unwrap_or(folder), ..context }
    }

    /// The chat speaks this language from now on, and so does the rest of the turn.
    pub(super) fn choose(&mut self, turn: &mut Turn<'_>, language: Language) {
        let Some(library) = turn.context.folder.in_language(language) else { return };
        self.chosen = Some(library.language());
        turn.context.library = library;
    }

    /// The next of the folder's languages, as the settings go through them.
    pub(super) fn choose_next(&mut self, turn: &mut Turn<'_>) {
        let all = || turn.context.folder.in_all_languages().map(Library::language);
        let current = turn.context.library.language();
        let next = all().skip_while(|it| *it != current).nth(1).or(all().next());
        if let Some(next) = next {
            self.choose(turn, next);
        }
    }
}

/// The languages to choose from.
pub(super) fn show(turn: &mut Turn<'_>, message: &Message) {
    let text = turn.say(Text::LanguageChoose, &[]);
    turn.send(Outgoing::reply(message, text).buttons(choice(turn.context)));
}

/// A language was chosen.
pub(super) fn show_chosen(turn: &mut Turn<'_>, tap: &Tap) {
    turn.settle(tap);
    let language = turn.context.library.language().own_name();
    let text = turn.say(Text::LanguageChosen, &[("language", language.into())]);
    turn.send(Outgoing::edit_tapped(tap, text, choice(turn.context)));
}

/// A button for each language, in its own words.
fn choice(context: Context<'_>) -> Keyboard {
    let current = context.library.language();
    let button = |library: &Library| {
        let language = library.language();
        let mark = if language == current { "✓ " } else { "" };
        vec![Press::Language(language).button(format!("{mark}{}", language.own_name()))]
    };
    context.folder.in_all_languages().map(button).collect()
}

/// The same in the language that a question is asked in; in that of the chat where no other fits better.
pub(super) fn for_question<'a>(context: Context<'a>, question: &str) -> Context<'a> {
    Context { library: context.folder.asked_in(question, context.library), ..context }
}

/// Whether a question is in letters that no language of the folder is written in.
pub(super) fn is_foreign(context: Context<'_>, question: &str) -> bool {
    let Some(script) = main_script(question) else { return false };
    // Names and loanwords are in Latin letters everywhere, and so is hasty typing in languages of other letters.
    script != Script::Latin && !folder_scripts(context).contains(&script)
}

fn folder_scripts(context: Context<'_>) -> BTreeSet<Script> {
    let libraries = context.folder.in_all_languages();
    let languages = libraries.flat_map(|it| &it.knowledge.bot.languages);
    languages.flat_map(|language| language.scripts()).copied().collect()
}

/// Whether hardly a word of a question is known, and its asker's app is in a language that no part of the folder is in.
pub(super) fn is_another(context: Context<'_>, question: &str, asker: &Sender) -> bool {
    /// Names and loanwords are known in all languages.
    const KNOWN: f64 = 0.5;
    speaks_another(context, asker) && context.library.matcher.knows(&matching::essence(question)) < KNOWN
}

fn speaks_another(context: Context<'_>, asker: &Sender) -> bool {
    let is_spoken = |language: Language| {
        let mut libraries = context.folder.in_all_languages();
        libraries.any(|it| it.knowledge.bot.languages.iter().any(|its| its.base() == language.base()))
    };
    language_of(asker).is_some_and(|language| !is_spoken(language))
}

/// Which languages the bot speaks, said in the one that the question seems to be in: that of the app, if it is written in such
/// letters, else the usual one of these letters.
pub(super) fn spoken(context: Context<'_>, question: &str, asker: &Sender) -> RichText {
    let script = main_script(question);
    let is_written_so =
        |language: &Language| script.is_none_or(|script| language.scripts().contains(&script));
    let app = language_of(asker);
    let likely = app.filter(is_written_so).or_else(|| Language::likely_of(question));
    let known = likely.filter(|language| texts::speaks(*language)).or(app).filter(|it| texts::speaks(*it));
    let texts = known.map(|language| Texts::new(language, []));
    let languages = context.folder.in_all_languages().flat_map(|it| &it.knowledge.bot.languages);
    let names: Vec<&str> = languages.map(|language| language.own_name()).collect();
    let values = [("languages", names.join(", ").into())];
    match texts {
        Some(texts) if texts.language().base() != context.library.language().base() => {
            texts.say(Text::SpeaksOnly, &values)
        }
        _ => context.say(Text::SpeaksOnly, &values),
    }
}

fn is_private(event: &Event) -> bool {
    match event {
        Event::Message(message) | Event::Edited(message) => message.chat == ChatKind::Private,
        Event::Tap(tap) => tap.chat == ChatKind::Private,
        // It has no chat, and counts for the person's private one.
        Event::Inline(_) => true,
        _ => false,
    }
}

fn language_of(sender: &Sender) -> Option<Language> {
    match sender {
        Sender::Person(person) => person.language,
        _ => None,
    }
}
