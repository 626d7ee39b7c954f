//! Letters as they are compared: without case and accents, and without invisible characters.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::{Script, digit_value, script_of};

/// Whether a character is invisible and part of no word: a soft hyphen, joiners, marks of direction, tags,
/// variation selectors, the byte order mark. Unicode's `Default_Ignorable_Code_Point`, as far as it can be typed or pasted.
pub(crate) fn is_invisible(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{e0000}'..='\u{e0fff}'
    )
}

/// The zero-width non-joiner: it separates the pieces of a word in Persian and its neighbours, and nothing elsewhere.
const NON_JOINER: char = '\u{200c}';

/// A text without its invisible characters. In Arabic script the non-joiner becomes a space: people type that, too.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_invisible) {
        return Cow::Borrowed(text);
    }
    let mut visible = String::with_capacity(text.len());
    for letter in text.chars() {
        if !is_invisible(letter) {
            visible.push(letter);
        } else if letter == NON_JOINER
            && visible.chars().next_back().and_then(script_of) == Some(Script::Arabic)
        {
            visible.push(' ');
        }
    }
    Cow::Owned(visible)
}

/// Letters in compatibility decomposition (NFKD) and lower case, without accents; marks that are vowels stay.
/// Letters that Unicode treats as letters of their own, and people as accented ones, are replaced as well;
/// digits of all scripts become ASCII ones.
pub(crate) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in text.nfkd() {
        if is_combining_mark(letter) {
            // The breve of й: without it, endings would not be what they are.
            let is_short_i = letter == '\u{306}' && plain.ends_with('и');
            if is_short_i {
                plain.pop();
                plain.push('й');
            } else if is_vowel_mark(letter) {
                plain.push(letter);
            }
            continue;
        }
        for letter in letter.to_lowercase().filter(|it| !is_combining_mark(*it)) {
            match (folded(letter), digit_value(letter)) {
                (Some(letters), _) => plain.push_str(letters),
                (None, Some(digit)) => plain.push(char::from_digit(digit, 10).unwrap_or(letter)),
                (None, None) => plain.push(letter),
            }
        }
    }
    plain
}

/// Whether a mark belongs to the spelling of a word: vowel signs, tones and the like in the scripts of India and
/// South East Asia. The dot below (nukta) is left out there as often as an accent.
pub(crate) fn is_vowel_mark(mark: char) -> bool {
    if mark.is_ascii() {
        return false;
    }
    let is_nukta = matches!(mark, '\u{93c}' | '\u{9bc}' | '\u{a3c}' | '\u{abc}' | '\u{b3c}');
    let script = script_of(mark);
    is_combining_mark(mark)
        && !is_nukta
        && script.is_some_and(|script| (Script::Devanagari..=Script::Khmer).contains(&script))
}

fn folded(letter: char) -> Option<&'static str> {
    Some(match letter {
        '’' | 'ʼ' | '‘' | '`' | '´' | '՚' | '׳' => "'",
        'ı' => "i",
        'ß' => "ss",
        'ø' => "o",
        'đ' | 'ð' => "d",
        'ł' => "l",
        'æ' => "ae",
        'œ' => "oe",
        'ħ' => "h",
        // Persian and Arabic keyboards have different letters for the same sound.
        'ي' | 'ى' => "ی",
        'ك' => "ک",
        // Only stretches a word.
        'ـ' => "",
        // Moon and dot over a nasal vowel: the same to those who type.
        'ँ' => "ं",
        _ => return None,
    })
}
