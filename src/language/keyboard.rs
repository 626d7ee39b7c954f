//! Keyboards whose letters share the keys of Latin ones: somebody who forgets to switch types `crjkmrj` for `сколько`.

use super::Language;

/// The keys of a US keyboard, in the order in which [`LAYOUTS`] gives their letters.
const KEYS: &str = "`qwertyuiop[]asdfghjkl;'zxcvbnm,.";

/// The same keys with Shift held.
const SHIFTED: &str = "~QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>";

/// Languages and the letters on the [`KEYS`] there; a space where there is none. Microsoft's layouts of these names.
const LAYOUTS: [(&str, &str); 6] = [
    ("ru", "ёйцукенгшщзхъфывапролджэячсмитьбю"),
    ("uk", "'йцукенгшщзхїфівапролджєячсмитьбю"),
    ("he", "   קראטוןםפ  שדגכעיחלךף זסבהנמצתץ"),
    ("el", "  ςερτυθιοπ  ασδφγηξκλ  ζχψωβνμ  "),
    ("ar", "ذضصثقفغعهخحجدشسيبلاتنمكطئءؤرﻻىةوز"),
    ("fa", "پضصثقفغعهخحجچشسیبلاتنمکگظطزرذدئو "),
];

fn layout(language: Language) -> Option<&'static str> {
    LAYOUTS.iter().find(|(code, _)| *code == language.base()).map(|(_, letters)| *letters)
}

/// Whether the keyboard layout of a language is known.
pub fn has_layout(language: Language) -> bool {
    layout(language).is_some()
}

/// The text meant by keys that were hit as if the language's keyboard were on: `crjkmrj` is `сколько`.
/// `None` without a layout of the language.
pub fn letters_on_keys(typed: &str, language: Language) -> Option<String> {
    let letters = layout(language)?;
    let letter = |key: char| {
        let place =
            KEYS.chars().position(|it| it == key).or_else(|| SHIFTED.chars().position(|it| it == key))?;
        letters.chars().nth(place).filter(|letter| *letter != ' ')
    };
    Some(typed.chars().map(|key| letter(key).unwrap_or(key)).collect())
}

/// The keys of a text, as they come out with a Latin keyboard on. `None` without a layout of the language.
pub fn keys_of_letters(text: &str, language: Language) -> Option<String> {
    let letters = layout(language)?;
    let key = |letter: char| {
        let place = letters.chars().position(|it| it == letter && letter != ' ')?;
        KEYS.chars().nth(place)
    };
    Some(text.chars().flat_map(char::to_lowercase).map(|letter| key(letter).unwrap_or(letter)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_layout_has_a_letter_or_a_space_for_every_key() {
        assert_eq!(KEYS.chars().count(), SHIFTED.chars().count());
        for (language, letters) in LAYOUTS {
            assert_eq!(letters.chars().count(), KEYS.chars().count(), "{language}");
        }
    }

    #[test]
    fn keys_and_letters_lead_to_each_other() {
        #[track_caller]
        fn check(code: &str, text: &str, keys: &str) {
            let language = Language::from_code(code).unwrap();
            assert_eq!(keys_of_letters(text, language).as_deref(), Some(keys));
            assert_eq!(letters_on_keys(keys, language).as_deref(), Some(text));
        }
        check("ru", "сколько стоит доставка", "crjkmrj cnjbn ljcnfdrf");
        check("uk", "скільки коштує", "crskmrb rjine'");
        check("he", "כמה עולה", "fnv gukv");
        check("el", "ποσο κοστιζει", "poso kostizei");
        check("ar", "كم سعر", ";l suv");
        check("fa", "هزینه ارسال", "icdki hvshg");
        assert_eq!(keys_of_letters("wie viel", Language::from_code("de").unwrap()), None);
    }
}
