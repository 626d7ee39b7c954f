//! What Telegram shows of the bot outside a conversation: the menu of commands and its description.

use super::Library;
use crate::language::Language;
use crate::texts::{self, Text, Texts};

/// A bot's description has at most this many characters (Bot API, `setMyDescription`).
const DESCRIPTION_LIMIT: usize = 512;

/// A bot's short description has at most this many characters (Bot API, `setMyShortDescription`).
const SHORT_DESCRIPTION_LIMIT: usize = 120;

/// What is shown to everybody, or, in one of these languages, to those whose app is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Menus {
    pub everybody: Menu,
    /// By the two letters that Telegram knows a language by, each once.
    pub in_language: Vec<(&'static str, Menu)>,
}

/// The menus by scope, and the texts of the bot's profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Menu {
    pub private: Vec<MenuCommand>,
    pub groups: Vec<MenuCommand>,
    /// In groups, for their admins: all of `groups` and more.
    pub admins: Vec<MenuCommand>,
    /// Shown in an empty chat with the bot.
    pub description: String,
    /// Shown on the bot's profile.
    pub short_description: String,
}

/// A command without its slash, and what it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MenuCommand {
    pub name: &'static str,
    pub description: String,
}

/// The menus in the main language of the folder, and in every other one that it is in or the bot speaks. Texts that the
/// folder words itself are shown in its words in all languages that it is not in.
pub fn menus(library: &Library) -> Menus {
    let main = library.language();
    let mut in_language: Vec<(&'static str, Menu)> = Vec::new();
    let of_folder = library.in_all_languages().map(Library::language);
    for language in of_folder.chain(texts::spoken()) {
        let code = language.base();
        let is_known = code == main.base() || in_language.iter().any(|(known, _)| *known == code);
        // Telegram takes only the codes of ISO 639-1.
        if !is_known && code.len() == 2 {
            in_language.push((code, menu(library, language)));
        }
    }
    in_language.sort_by_key(|(code, _)| *code);
    Menus { everybody: menu(library, main), in_language }
}

/// A menu is only a menu: rights are checked at each command.
pub(super) fn menu(library: &Library, language: Language) -> Menu {
    let own = library.in_language(language);
    let texts: Texts = own.map_or_else(|| library.texts.translated(language), |own| own.texts.clone());
    let commands = |list: &[(&'static str, Text)]| -> Vec<MenuCommand> {
        list.iter().map(|(name, text)| MenuCommand { name, description: texts.label(*text, &[]) }).collect()
    };
    let group = [
        ("ask", Text::MenuAsk),
        ("quiz", Text::MenuQuiz),
        ("guess", Text::MenuGuess),
        ("stop", Text::MenuStop),
        ("top", Text::MenuTop),
        ("daily", Text::MenuDaily),
        ("topics", Text::MenuTopics),
        ("glossary", Text::MenuGlossary),
        ("define", Text::MenuDefine),
        ("help", Text::MenuHelp),
    ];
    let private = [
        ("topics", Text::MenuTopics),
        ("glossary", Text::MenuGlossary),
        ("define", Text::MenuDefine),
        ("quiz", Text::MenuQuiz),
        ("guess", Text::MenuGuess),
        ("stop", Text::MenuStop),
        ("practice", Text::MenuPractice),
        ("daily", Text::MenuDaily),
        ("top", Text::MenuTop),
        ("help", Text::MenuHelp),
        ("about", Text::MenuAbout),
        ("privacy", Text::MenuPrivacy),
        ("forgetme", Text::MenuForgetMe),
    ];
    let choice: &[(&'static str, Text)] =
        if library.has_several_languages() { &[("language", Text::MenuLanguage)] } else { &[] };
    let private = [&private[..], choice].concat();
    let admins =
        [group.as_slice(), &[("settings", Text::MenuSettings), ("quiet", Text::MenuQuiet)], choice].concat();
    let source = [("source", own.unwrap_or(library).source_name().into())];
    let cut = |text: Text, limit: usize| texts.say(text, &source).truncate(limit).text;
    Menu {
        private: commands(&private),
        groups: commands(&group),
        admins: commands(&admins),
        description: cut(Text::Description, DESCRIPTION_LIMIT),
        short_description: cut(Text::ShortDescription, SHORT_DESCRIPTION_LIMIT),
    }
}
