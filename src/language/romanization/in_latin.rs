//! Names in Latin letters, for ids.

use super::{arabic, cyrillic, greek, indic};
use crate::language::{Language, Script, script_of};

/// A text in Latin letters, for a name that people read: readable rather than exact in every sound. Letters of other
/// scripts than those above stay as they are.
pub fn in_latin(text: &str) -> String {
    let mut latin = String::with_capacity(text.len());
    for letter in text.to_lowercase().chars() {
        let sound = match script_of(letter) {
            Some(Script::Cyrillic) => match letter {
                'ж' => "zh",
                'й' | 'ы' => "y",
                'щ' => "shch",
                'ц' => "ts",
                'х' => "kh",
                _ => cyrillic(letter, Language::ENGLISH),
            },
            Some(Script::Greek) => {
                latin.push_str(&greek(&without_accent(letter)).replace('8', "th").replace('h', "ch"));
                continue;
            }
            Some(Script::Arabic) => match letter {
                'ا' | 'أ' | 'إ' | 'آ' | 'ى' => "a",
                'و' => "u",
                'ي' | 'ی' => "i",
                'ه' | 'ة' | 'ح' => "h",
                'خ' => "kh",
                _ => arabic(letter, Language::ENGLISH),
            },
            Some(script) if (Script::Devanagari..=Script::Malayalam).contains(&script) => {
                match u32::from(letter) % 0x80 {
                    0x05 | 0x06 | 0x3e => "a",
                    0x1a | 0x1b => "ch",
                    _ => indic(letter),
                }
            }
            _ => {
                latin.push(letter);
                continue;
            }
        };
        match sound {
            "4" => latin.push_str("ch"),
            "6" => latin.push_str("sh"),
            sound => latin.push_str(sound),
        }
    }
    latin
}

fn without_accent(letter: char) -> String {
    use unicode_normalization::UnicodeNormalization as _;
    letter.nfd().filter(|it| !unicode_normalization::char::is_combining_mark(*it)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_becomes_a_name_that_can_be_read() {
        for (text, expected) in [
            ("Режим работы", "rezhim raboty"),
            ("Борщ", "borshch"),
            ("Πόσο κοστίζει", "poso kostizei"),
            ("شروط التوصيل", "shrut altusil"),
            ("दुकान", "dukan"),
            ("Öffnungszeiten 2", "öffnungszeiten 2"),
            ("東京", "東京"),
        ] {
            assert_eq!(in_latin(text), expected);
        }
    }
}
