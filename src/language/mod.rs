//! Languages and the scripts that they are written in.
//!
//! A folder names its languages in `[bot]`; the matcher, the numbers and the bot's own words follow them.
//! There is no detection: the language of a message is judged by its letters alone, as far as they show it.

pub(crate) mod code;
mod digits;
pub mod keyboard;
pub(crate) mod letters;
pub mod romanization;
mod script;
mod table;

use std::fmt;

pub use digits::digit_value;
pub use script::{Script, main_script, script_of};
use table::LANGUAGES;

/// A language that a folder may be written in: the two-letter codes of ISO 639-1, and two variants that differ in
/// writing (`pt-br`, `zh-hant`).
#[derive(Clone, Copy)]
pub struct Language(&'static Facts);

#[derive(Debug)]
struct Facts {
    code: &'static str,
    /// In English.
    name: &'static str,
    /// In the language itself, as CLDR writes it.
    own_name: &'static str,
    /// The scripts it is commonly written in, the most common first.
    scripts: &'static [Script],
}

impl Language {
    pub const ENGLISH: Language = Language(&table::ENGLISH);

    /// The language of a code, however it is written: `ru`, `RU`, `ru-RU`, `pt_BR`; `None` for an unknown one.
    ///
    /// A region or script that makes no difference here is passed over: `de-AT` is `de`.
    pub fn from_code(code: &str) -> Option<Language> {
        let code = code.trim().to_ascii_lowercase().replace('_', "-");
        let code = match code.as_str() {
            "zh-tw" | "zh-hk" | "zh-mo" => "zh-hant",
            // Codes that older programs use for Hebrew, Indonesian, Yiddish and Norwegian.
            "iw" => "he",
            "in" => "id",
            "ji" => "yi",
            "nb" | "nn" => "no",
            other => other,
        };
        let known = |code: &str| LANGUAGES.iter().find(|it| it.code == code).map(Language);
        let parts: Vec<&str> = code.split('-').collect();
        (1..=parts.len()).rev().find_map(|n_parts| known(&parts[..n_parts].join("-")))
    }

    /// The language with most speakers of those that are written in a script.
    pub(crate) fn usual_in(script: Script) -> Option<Language> {
        let usual = ["ru", "ar", "zh", "ja", "hi", "bn"].into_iter().filter_map(Language::from_code);
        usual.chain(Language::all()).find(|language| language.scripts().first() == Some(&script))
    }

    /// The language that a text is most likely in, by its letters alone; `None` for Latin ones, which show nothing.
    pub(crate) fn likely_of(text: &str) -> Option<Language> {
        /// Letters that the usual language of their script does not have.
        const TELLING: [(&str, &str); 3] = [("uk", "іїєґІЇЄҐ"), ("fa", "پچژگکی"), ("ur", "ٹڈڑںے")];
        let script = main_script(text).filter(|script| *script != Script::Latin)?;
        let telling = TELLING.iter().rev().find(|(_, letters)| text.contains(|it| letters.contains(it)));
        let language = telling.and_then(|(code, _)| Language::from_code(code));
        language.filter(|it| it.scripts().contains(&script)).or_else(|| Language::usual_in(script))
    }

    /// All languages, in the order of their codes.
    pub fn all() -> impl Iterator<Item = Language> + Clone {
        LANGUAGES.iter().map(Language)
    }

    /// In lower case: `ru`, `pt-br`.
    pub fn code(self) -> &'static str {
        self.0.code
    }

    /// Without the variant: `pt` for `pt-br`.
    pub fn base(self) -> &'static str {
        self.0.code.split('-').next().unwrap_or(self.0.code)
    }

    /// In English: `Russian`.
    pub fn name(self) -> &'static str {
        self.0.name
    }

    /// As its speakers call it: `русский`.
    pub fn own_name(self) -> &'static str {
        self.0.own_name
    }

    /// Whether it is written from right to left.
    pub fn is_right_to_left(self) -> bool {
        matches!(self.0.scripts.first(), Some(Script::Arabic | Script::Hebrew | Script::Thaana))
    }

    /// The scripts it is commonly written in, the most common first.
    pub fn scripts(self) -> &'static [Script] {
        self.0.scripts
    }
}

impl Default for Language {
    fn default() -> Self {
        Language::ENGLISH
    }
}

impl PartialEq for Language {
    fn eq(&self, other: &Language) -> bool {
        self.code() == other.code()
    }
}

impl Eq for Language {}

impl fmt::Debug for Language {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Language({})", self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_known_however_it_is_written() {
        #[track_caller]
        fn check(code: &str, expected: Option<&str>) {
            assert_eq!(Language::from_code(code).map(Language::code), expected, "{code:?}");
        }
        check("ru", Some("ru"));
        check(" RU ", Some("ru"));
        check("de-AT", Some("de"));
        check("pt_BR", Some("pt-br"));
        check("pt-PT", Some("pt"));
        check("zh-Hans-CN", Some("zh"));
        check("zh-TW", Some("zh-hant"));
        check("iw", Some("he"));
        check("russian", None);
        check("xx", None);
        check("", None);
    }

    #[test]
    fn codes_are_in_order_and_each_comes_once() {
        let codes: Vec<&str> = Language::all().map(Language::code).collect();
        assert!(codes.is_sorted_by(|one, other| one < other), "{codes:?}");
        assert!(codes.contains(&Language::ENGLISH.code()));
        assert_eq!(Language::from_code("pt-br").map(Language::base), Some("pt"));
    }
}
