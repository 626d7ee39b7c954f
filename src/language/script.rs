//! Scripts, by the blocks of Unicode.

use std::collections::BTreeMap;

/// A script that people write in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Script {
    Latin,
    Cyrillic,
    Greek,
    Armenian,
    Georgian,
    Hebrew,
    Arabic,
    Thaana,
    Ethiopic,
    Devanagari,
    Bengali,
    Gurmukhi,
    Gujarati,
    Odia,
    Tamil,
    Telugu,
    Kannada,
    Malayalam,
    Sinhala,
    Thai,
    Lao,
    Tibetan,
    Burmese,
    Khmer,
    Han,
    /// Hiragana and katakana.
    Kana,
    Hangul,
}

impl Script {
    /// Its English name.
    pub fn name(self) -> &'static str {
        match self {
            Script::Latin => "Latin",
            Script::Cyrillic => "Cyrillic",
            Script::Greek => "Greek",
            Script::Armenian => "Armenian",
            Script::Georgian => "Georgian",
            Script::Hebrew => "Hebrew",
            Script::Arabic => "Arabic",
            Script::Thaana => "Thaana",
            Script::Ethiopic => "Ethiopic",
            Script::Devanagari => "Devanagari",
            Script::Bengali => "Bengali",
            Script::Gurmukhi => "Gurmukhi",
            Script::Gujarati => "Gujarati",
            Script::Odia => "Odia",
            Script::Tamil => "Tamil",
            Script::Telugu => "Telugu",
            Script::Kannada => "Kannada",
            Script::Malayalam => "Malayalam",
            Script::Sinhala => "Sinhala",
            Script::Thai => "Thai",
            Script::Lao => "Lao",
            Script::Tibetan => "Tibetan",
            Script::Burmese => "Burmese",
            Script::Khmer => "Khmer",
            Script::Han => "Chinese",
            Script::Kana => "Japanese",
            Script::Hangul => "Korean",
        }
    }

    /// Whether words are written in it without spaces between them.
    pub fn is_without_spaces(self) -> bool {
        use Script::{Burmese, Han, Kana, Khmer, Lao, Thai, Tibetan};
        matches!(self, Han | Kana | Thai | Lao | Khmer | Burmese | Tibetan)
    }
}

/// The script of most letters of a text.
pub fn main_script(text: &str) -> Option<Script> {
    let mut counts: BTreeMap<Script, usize> = BTreeMap::new();
    text.chars().filter_map(script_of).for_each(|script| *counts.entry(script).or_default() += 1);
    let total: usize = counts.values().sum();
    counts.into_iter().find(|(_, count)| 2 * count > total).map(|(script, _)| script)
}

/// The script of a letter or mark; `None` for digits, signs, and letters that many scripts share.
///
/// Blocks of Unicode 16 as far as people type them, without historic letters.
pub fn script_of(letter: char) -> Option<Script> {
    if letter.is_ascii() {
        return letter.is_ascii_alphabetic().then_some(Script::Latin);
    }
    Some(match u32::from(letter) {
        0xaa | 0xba | 0xc0..=0xd6 | 0xd8..=0xf6 | 0xf8..=0x24f | 0x250..=0x2af => Script::Latin,
        0x1d00..=0x1dbf | 0x1e00..=0x1eff | 0x2c60..=0x2c7f | 0xa720..=0xa7ff | 0xfb00..=0xfb06 => {
            Script::Latin
        }
        0xff21..=0xff3a | 0xff41..=0xff5a => Script::Latin,
        0x370..=0x37d | 0x37f..=0x3ff | 0x1f00..=0x1fff => Script::Greek,
        0x400..=0x52f | 0x1c80..=0x1c8f | 0x2de0..=0x2dff | 0xa640..=0xa69f => Script::Cyrillic,
        0x531..=0x58a | 0xfb13..=0xfb17 => Script::Armenian,
        0x591..=0x5f4 | 0xfb1d..=0xfb4f => Script::Hebrew,
        0x660..=0x669 | 0x6f0..=0x6f9 => return None,
        0x610..=0x61a | 0x620..=0x6ff | 0x750..=0x77f | 0x8a0..=0x8ff => Script::Arabic,
        0xfb50..=0xfdff | 0xfe70..=0xfefc => Script::Arabic,
        0x780..=0x7bf => Script::Thaana,
        0x900..=0x963 | 0x971..=0x97f | 0xa8e0..=0xa8ff => Script::Devanagari,
        0x980..=0x9e5 | 0x9f0..=0x9fe => Script::Bengali,
        0xa01..=0xa65 | 0xa70..=0xa76 => Script::Gurmukhi,
        0xa81..=0xae5 | 0xaf9..=0xaff => Script::Gujarati,
        0xb01..=0xb65 | 0xb71 => Script::Odia,
        0xb82..=0xbe5 => Script::Tamil,
        0xc00..=0xc65 => Script::Telugu,
        0xc80..=0xce5 | 0xcf1..=0xcf3 => Script::Kannada,
        0xd00..=0xd65 | 0xd7a..=0xd7f => Script::Malayalam,
        0xd81..=0xde5 | 0xdf2..=0xdf3 => Script::Sinhala,
        0xe01..=0xe3a | 0xe40..=0xe4e => Script::Thai,
        0xe81..=0xece | 0xedc..=0xedf => Script::Lao,
        0xf00 | 0xf40..=0xfbc => Script::Tibetan,
        0x1000..=0x103f | 0x1050..=0x108f | 0xa9e0..=0xa9ef | 0xaa60..=0xaa7f => Script::Burmese,
        0x10a0..=0x10ff | 0x1c90..=0x1cbf | 0x2d00..=0x2d2d => Script::Georgian,
        0x1200..=0x139f | 0x2d80..=0x2dde | 0xab01..=0xab2e => Script::Ethiopic,
        0x1780..=0x17d3 | 0x17dc..=0x17dd => Script::Khmer,
        0x3041..=0x309f | 0x30a1..=0x30ff | 0x31f0..=0x31ff | 0xff66..=0xff9f => Script::Kana,
        0x3005..=0x3007 | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xf900..=0xfaff | 0x20000..=0x3ffff => {
            Script::Han
        }
        0x1100..=0x11ff | 0x3131..=0x318e | 0xa960..=0xa97c | 0xac00..=0xd7fb => Script::Hangul,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_know_their_script() {
        let scripts = [
            ("aßđộＡﬁ", Script::Latin),
            ("жіѣқ", Script::Cyrillic),
            ("αώ", Script::Greek),
            ("שׁ", Script::Hebrew),
            ("كپھ", Script::Arabic),
            ("कीट", Script::Devanagari),
            ("ค่า", Script::Thai),
            ("ສ", Script::Lao),
            ("ក្ដី", Script::Khmer),
            ("မြန်", Script::Burmese),
            ("几点", Script::Han),
            ("のカｶ", Script::Kana),
            ("한", Script::Hangul),
        ];
        for (letters, script) in scripts {
            for letter in letters.chars() {
                assert_eq!(script_of(letter), Some(script), "{letter:?} in {letters}");
            }
        }
        for sign in "5٥۵५ .،。\u{200d}$".chars() {
            assert_eq!(script_of(sign), None, "{sign:?}");
        }
    }
}
