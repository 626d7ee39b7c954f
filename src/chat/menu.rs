//! What Telegram shows of the bot outside a conversation: the menu of commands and its description.

use super::Library;
use crate::texts::Text;

/// A bot's description has at most this many characters (Bot API, `setMyDescription`).
const DESCRIPTION_LIMIT: usize = 512;

/// A bot's short description has at most this many characters (Bot API, `setMyShortDescription`).
const SHORT_DESCRIPTION_LIMIT: usize = 120;

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

/// The menus in the words of the folder. A menu is only a menu: rights are checked at each command.
pub fn menu(library: &Library) -> Menu {
    let commands = |list: &[(&'static str, Text)]| -> Vec<MenuCommand> {
        list.iter()
            .map(|(name, text)| MenuCommand { name, description: library.texts.label(*text, &[]) })
            .collect()
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
    let admins = [group.as_slice(), &[("settings", Text::MenuSettings), ("quiet", Text::MenuQuiet)]].concat();
    let source = [("source", library.source_name().into())];
    let cut = |text: Text, limit: usize| library.texts.say(text, &source).truncate(limit).text;
    Menu {
        private: commands(&private),
        groups: commands(&group),
        admins: commands(&admins),
        description: cut(Text::Description, DESCRIPTION_LIMIT),
        short_description: cut(Text::ShortDescription, SHORT_DESCRIPTION_LIMIT),
    }
}
