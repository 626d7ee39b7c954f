//! The wordings that ship with the bot: a file for each language.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::Text;
use super::direction::isolate_commands;
use crate::language::Language;

/// The languages that the bot speaks, in the order of their codes, each with its file.
const FILES: &[(&str, &str)] = &[
    ("ar", include_str!("ar.toml")),
    ("de", include_str!("de.toml")),
    ("en", include_str!("en.toml")),
    ("es", include_str!("es.toml")),
    ("fa", include_str!("fa.toml")),
    ("fr", include_str!("fr.toml")),
    ("hi", include_str!("hi.toml")),
    ("id", include_str!("id.toml")),
    ("it", include_str!("it.toml")),
    ("pt-br", include_str!("pt-br.toml")),
    ("ru", include_str!("ru.toml")),
    ("tr", include_str!("tr.toml")),
    ("uk", include_str!("uk.toml")),
    ("zh", include_str!("zh.toml")),
];

/// The content of a file, by the key of the text.
type Wordings = BTreeMap<String, String>;

/// A file is read when its language is first spoken.
static READ: [OnceLock<Wordings>; FILES.len()] = [const { OnceLock::new() }; FILES.len()];

/// The codes of the languages that the bot speaks.
pub fn spoken() -> impl Iterator<Item = Language> {
    FILES.iter().filter_map(|(code, _)| Language::from_code(code))
}

/// Whether the bot has words of its own in this language, or in one that its readers understand.
pub fn speaks(language: Language) -> bool {
    place(language).is_some()
}

/// The wording in a language; if its variant has no file, that of the variant which has one.
pub(super) fn wording(language: Language, text: Text) -> Option<&'static str> {
    let place = place(language)?;
    READ[place].get_or_init(|| read(FILES[place].1, language)).get(text.key()).map(String::as_str)
}

fn place(language: Language) -> Option<usize> {
    let same = FILES.iter().position(|(code, _)| *code == language.code());
    same.or_else(|| FILES.iter().position(|(code, _)| code.split('-').next() == Some(language.base())))
}

fn read(file: &str, language: Language) -> Wordings {
    let wordings: Wordings = toml::from_str(file).expect("a test reads every file");
    if !language.is_right_to_left() {
        return wordings;
    }
    wordings.into_iter().map(|(key, wording)| (key, isolate_commands(&wording))).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::texts::plural::n_forms;
    use crate::texts::{placeholder, placeholder_names};

    /// Texts for English grammar; other languages have only the general wording.
    const ENGLISH_ONLY: [Text; 4] =
        [Text::QuizAskWhatIs, Text::QuizAskHowMuch, Text::QuizAskWhichAmounts, Text::QuizFactIs];

    /// The content of every language's file.
    fn all() -> Vec<(Language, Text, String)> {
        let mut all = Vec::new();
        for (code, file) in FILES {
            let language = Language::from_code(code).expect("a language");
            let wordings: Wordings = toml::from_str(file).unwrap_or_else(|error| panic!("{code}: {error}"));
            for text in Text::ALL {
                all.extend(wordings.get(text.key()).map(|wording| (language, *text, wording.clone())));
            }
        }
        all
    }

    #[test]
    fn every_language_has_every_text_and_no_other() {
        let mut wrong = Vec::new();
        for (code, file) in FILES {
            let wordings: Wordings = toml::from_str(file).unwrap_or_else(|error| panic!("{code}: {error}"));
            let keys: BTreeSet<&str> = wordings.keys().map(String::as_str).collect();
            let wanted = Text::ALL.iter().filter(|it| *code == "en" || !ENGLISH_ONLY.contains(it));
            let wanted: BTreeSet<&str> = wanted.map(|it| it.key()).collect();
            let missing = wanted.difference(&keys).map(|key| format!("src/texts/{code}.toml: add `{key}`"));
            wrong.extend(missing);
            let unknown =
                keys.difference(&wanted).map(|key| format!("src/texts/{code}.toml: remove `{key}`"));
            wrong.extend(unknown);
        }
        assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    }

    #[test]
    fn every_wording_has_its_placeholders_and_all_plural_forms() {
        fn sorted(wording: &str) -> BTreeSet<&str> {
            placeholder_names(wording).into_iter().collect()
        }
        let mut wrong = Vec::new();
        for (language, text, wording) in all() {
            let (code, key) = (language.code(), text.key());
            let (names, expected) = (sorted(&wording), sorted(text.default_wording()));
            if names != expected {
                wrong.push(format!("{code} {key}: has {names:?}, not {expected:?}"));
            }
            let mut from = 0;
            while let Some((start, end)) = placeholder(&wording, from) {
                let n = wording[start..end].split('|').count() - 1;
                if n > 0 && n != n_forms(language) {
                    wrong.push(format!("{code} {key}: {n} forms, not {}", n_forms(language)));
                }
                from = end;
            }
        }
        assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    }

    #[test]
    fn wordings_keep_the_limits_of_telegram() {
        /// The longest answer to a tap (Bot API, `answerCallbackQuery`).
        const TOAST: usize = 200;
        /// A command's description (Bot API, `BotCommand`).
        const COMMAND: usize = 256;
        for (language, text, wording) in all() {
            let key = text.key();
            let limit = match text {
                _ if key.starts_with("menu-") => COMMAND,
                Text::SettingsNeedSight
                | Text::QuizOnlyStarterStarts
                | Text::QuizRunning
                | Text::OldButton => TOAST,
                Text::SettingsOnlyAdmins | Text::SlowDown | Text::ThumbDownNoted => TOAST,
                Text::ShortDescription => 90,
                Text::Description => 400,
                _ if key.ends_with("-button") => 40,
                _ => continue,
            };
            let n = wording.chars().count();
            assert!(n <= limit, "{} {key}: {n} characters, not {limit}", language.code());
        }
    }

    #[test]
    fn commands_are_the_same_in_every_language() {
        let commands = |wording: &str| -> BTreeSet<String> {
            let words = wording.split(|c: char| !(c.is_ascii_alphanumeric() || c == '/' || c == '@'));
            words.filter(|word| word.starts_with(['/', '@']) && word.len() > 1).map(str::to_owned).collect()
        };
        for (language, text, wording) in all() {
            let expected = commands(text.default_wording());
            assert_eq!(commands(&wording), expected, "{} {}", language.code(), text.key());
        }
    }
}
