//! Words written in Latin letters: `skolko` for `сколько`, `hazine` for `هزینه`.
//!
//! There are as many ways to do that as people who do it. So both a word and what was typed are reduced to a key, in
//! which spellings of the same sound are the same: `shch`, `sch` and `щ`; short vowels, which Arabic script does not
//! write, are in none of its keys. The rules are our own, from how people write in chats.

mod in_latin;
mod own_letters;

pub use in_latin::in_latin;
pub use own_letters::in_own_letters;

use super::{Language, Script, script_of};

/// The script of a language whose words have keys, if its words do.
pub fn has_keys(language: Language) -> Option<Script> {
    let script = *language.scripts().first()?;
    let is_indic = (Script::Devanagari..=Script::Malayalam).contains(&script);
    (is_indic || matches!(script, Script::Cyrillic | Script::Greek | Script::Arabic)).then_some(script)
}

/// The key of a word in the language's own script, in lower case and without accents; empty if none of it is in a key.
/// `None` for a word of another script.
pub fn key_of_word(word: &str, language: Language) -> Option<String> {
    let script = has_keys(language)?;
    if !word.chars().any(|letter| script_of(letter) == Some(script)) {
        return None;
    }
    let letters = match script {
        Script::Cyrillic => word.chars().map(|letter| cyrillic(letter, language)).collect(),
        Script::Greek => greek(word),
        Script::Arabic => word.chars().map(|letter| arabic(letter, language)).collect(),
        _ => word.chars().map(indic).collect::<String>(),
    };
    Some(fold(letters, script, language))
}

/// The keys that a word in Latin letters, in lower case, may have, as somebody may write the language.
pub fn keys_of_latin(typed: &str, language: Language) -> Vec<String> {
    let Some(script) = has_keys(language) else { return Vec::new() };
    // An apostrophe stands for the soft sign, or for nothing: "ochen'".
    let mut letters: String = typed.chars().filter(|letter| letter.is_alphanumeric()).collect();
    if script == Script::Cyrillic && letters.starts_with('x') {
        letters.replace_range(..1, "h");
    }
    let mut keys = vec![fold(replaced(letters.clone(), latin(script)), script, language)];
    if script == Script::Arabic {
        // Without vowels, an h may be a letter of its own: چنده is written "chande", and "chndh".
        let is_apart = |(from, _): &&(&str, &str)| !from.ends_with('h') || *from == "ch";
        let apart: Vec<(&str, &str)> = latin(script).iter().filter(is_apart).copied().collect();
        keys.push(fold(replaced(letters, &apart), script, language));
    }
    keys.retain(|key| !key.is_empty());
    keys.dedup();
    keys
}

fn replaced(mut text: String, pairs: &[(&str, &str)]) -> String {
    for (from, to) in pairs {
        if text.contains(from) {
            text = text.replace(from, to);
        }
    }
    text
}

/// The sounds of Latin letters in a key, longer groups first. Digits are sounds without a Latin letter, as in chats.
fn latin(script: Script) -> &'static [(&'static str, &'static str)] {
    match script {
        Script::Cyrillic => &[
            ("shch", "6"),
            ("sch", "6"),
            ("sh", "6"),
            ("ch", "4"),
            ("zh", "j"),
            ("kh", "h"),
            ("ts", "c"),
            ("tz", "c"),
            ("x", "ks"),
            ("w", "v"),
            ("q", "k"),
            ("yo", "e"),
            ("ye", "e"),
            ("y", "i"),
        ],
        Script::Greek => &[
            ("th", "8"),
            ("ch", "h"),
            ("kh", "h"),
            ("ph", "f"),
            ("ks", "x"),
            ("ou", "u"),
            ("ai", "e"),
            ("ei", "i"),
            ("oi", "i"),
            ("au", "av"),
            ("eu", "ev"),
            ("af", "av"),
            ("ef", "ev"),
            ("mp", "b"),
            ("nt", "d"),
            ("gk", "g"),
            ("gg", "g"),
            ("y", "i"),
            ("w", "o"),
        ],
        Script::Arabic => &[
            ("ch", "4"),
            ("sh", "6"),
            ("zh", "j"),
            ("kh", "x"),
            ("th", "s"),
            ("dh", "z"),
            ("gh", "g"),
            ("q", "g"),
            ("5", "x"),
            ("9", "g"),
            ("2", ""),
            ("3", ""),
            ("7", ""),
        ],
        _ => &[
            ("chh", "c"),
            ("ch", "c"),
            ("sh", "s"),
            ("ph", "p"),
            ("f", "p"),
            ("w", "v"),
            ("z", "j"),
            ("q", "k"),
            ("x", "ks"),
            ("ee", "i"),
            ("oo", "u"),
            ("y", "i"),
        ],
    }
}

/// Removes what makes no difference on either side.
fn fold(letters: String, script: Script, language: Language) -> String {
    let folded = match script {
        Script::Cyrillic => {
            let folded = replaced(
                letters,
                &[("ja", "ia"), ("ju", "iu"), ("jo", "e"), ("je", "e"), ("iie", "e"), ("ie", "e")],
            );
            match language.base() {
                // г is written as it sounds, or as in Russian.
                "uk" | "be" => replaced(folded, &[("g", "h")]),
                // ғ and ң have no Latin letter of their own.
                "kk" | "ky" | "tt" | "ba" => replaced(folded, &[("gh", "g"), ("ng", "n")]),
                _ => folded,
            }
        }
        Script::Greek => replaced(letters, &[("b", "v")]),
        Script::Arabic => {
            let consonants: String = letters.chars().filter(|it| !"aeiouyvwh".contains(*it)).collect();
            if consonants.is_empty() { semivowels(&letters) } else { consonants }
        }
        _ => {
            // A nasal vowel ends in m, in n or in neither: "hoon", "hu"; "sambandh", "sanbandh".
            let letters = replaced(letters, &[("mb", "nb"), ("mp", "np")]);
            let letters = letters.trim_end_matches(['n', 'm']);
            let mut key = String::new();
            for letter in letters.chars().filter(|it| *it != 'a') {
                // Aspiration is often left out: "kulti" for "khulti".
                let is_breath = letter == 'h' && key.ends_with(['k', 'g', 'c', 'j', 't', 'd', 'b', 'p']);
                if !is_breath {
                    key.push(letter);
                }
            }
            key
        }
    };
    let mut key = String::with_capacity(folded.len());
    for letter in folded.chars() {
        if !key.ends_with(letter) {
            key.push(letter);
        }
    }
    key
}

/// Of a word that has only letters that may be vowels, those that are written: هوا and "hava" are both "hu".
fn semivowels(letters: &str) -> String {
    // A final h is heard as e.
    let heard = letters.strip_suffix('h').unwrap_or(letters);
    let letter = |letter: char| match letter {
        'u' | 'v' | 'w' => Some('u'),
        'i' | 'y' => Some('i'),
        'h' => Some('h'),
        _ => None,
    };
    heard.chars().filter_map(letter).collect()
}

fn cyrillic(letter: char, language: Language) -> &'static str {
    match letter {
        'а' | 'ә' => "a",
        'б' => "b",
        'в' => "v",
        'г' if matches!(language.base(), "uk" | "be") => "h",
        'г' | 'ґ' | 'ғ' | 'ѓ' => "g",
        'д' => "d",
        'е' | 'ё' | 'э' => "e",
        'є' => "ie",
        'ж' => "j",
        'з' => "z",
        'и' | 'й' | 'і' | 'ї' | 'ы' | 'ј' => "i",
        'к' | 'қ' | 'ќ' => "k",
        'л' => "l",
        'м' => "m",
        'н' | 'ң' => "n",
        'о' | 'ө' => "o",
        'п' => "p",
        'р' => "r",
        'с' => "s",
        'т' => "t",
        'у' | 'ү' | 'ұ' | 'ў' => "u",
        'ф' => "f",
        'х' | 'һ' | 'ҳ' => "h",
        'ц' => "c",
        'ч' | 'ћ' | 'ҷ' => "4",
        'ш' | 'щ' => "6",
        'ю' => "iu",
        'я' => "ia",
        'љ' => "li",
        'њ' => "ni",
        'ђ' | 'џ' => "dj",
        'ѕ' => "dz",
        _ => "",
    }
}

fn greek(word: &str) -> String {
    let pairs = [
        ("ου", "u"),
        ("αι", "e"),
        ("ει", "i"),
        ("οι", "i"),
        ("υι", "i"),
        ("αυ", "av"),
        ("ευ", "ev"),
        ("μπ", "b"),
        ("ντ", "d"),
        ("γκ", "g"),
        ("γγ", "g"),
    ];
    let letter = |letter: char| {
        match letter {
            'α' => "a",
            'β' => "v",
            'γ' => "g",
            'δ' => "d",
            'ε' => "e",
            'ζ' => "z",
            'η' | 'ι' | 'υ' => "i",
            'θ' => "8",
            'κ' => "k",
            'λ' => "l",
            'μ' => "m",
            'ν' => "n",
            'ξ' => "x",
            'ο' | 'ω' => "o",
            'π' => "p",
            'ρ' => "r",
            'σ' | 'ς' => "s",
            'τ' => "t",
            'φ' => "f",
            'χ' => "h",
            'ψ' => "ps",
            'a'..='z' => return letter.to_string(),
            _ => "",
        }
        .to_owned()
    };
    replaced(word.to_owned(), &pairs).chars().map(letter).collect()
}

/// Letters that may be vowels are in the key of a word that has no others.
fn arabic(letter: char, language: Language) -> &'static str {
    match letter {
        'ب' => "b",
        'پ' => "p",
        'ت' | 'ط' | 'ٹ' => "t",
        'ث' | 'س' | 'ص' => "s",
        'ج' | 'ژ' => "j",
        'چ' => "4",
        'خ' => "x",
        'د' | 'ڈ' => "d",
        'ض' if language.base() == "ar" => "d",
        'ذ' | 'ز' | 'ض' | 'ظ' => "z",
        'ر' | 'ڑ' => "r",
        'ش' => "6",
        'غ' | 'ق' | 'گ' => "g",
        'ف' => "f",
        'ک' | 'ك' => "k",
        'ل' => "l",
        'م' => "m",
        'ن' | 'ں' => "n",
        'و' => "u",
        'ی' | 'ي' => "i",
        'ه' | 'ح' | 'ة' => "h",
        _ => "",
    }
}

/// The scripts of India have their letters in the same places of their blocks, as ISCII had them: those of Devanagari stand
/// for all.
fn indic(letter: char) -> &'static str {
    let place = u32::from(letter);
    if !(0x900..0xd80).contains(&place) {
        return "";
    }
    match place % 0x80 {
        0x01 | 0x02 => "n",
        0x07 | 0x08 | 0x3f | 0x40 | 0x10 | 0x48 => "i",
        0x09 | 0x0a | 0x41 | 0x42 | 0x14 | 0x4c => "u",
        0x0b | 0x43 => "ri",
        0x0e | 0x0f | 0x46 | 0x47 => "e",
        0x12 | 0x13 | 0x4a | 0x4b => "o",
        0x15 | 0x16 => "k",
        0x17 | 0x18 => "g",
        0x19 | 0x1e | 0x23 | 0x28 | 0x29 => "n",
        0x1a | 0x1b => "c",
        0x1c | 0x1d => "j",
        0x1f | 0x20 | 0x24 | 0x25 => "t",
        0x21 | 0x22 | 0x26 | 0x27 => "d",
        0x2a | 0x2b => "p",
        0x2c | 0x2d => "b",
        0x2e => "m",
        0x2f => "i",
        0x30 | 0x31 => "r",
        0x32..=0x34 => "l",
        0x35 => "v",
        0x36..=0x38 => "s",
        0x39 => "h",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(code: &str, word: &str, latin: &[&str]) {
        let language = Language::from_code(code).unwrap();
        let key = key_of_word(word, language).unwrap();
        for typed in latin {
            assert!(keys_of_latin(typed, language).contains(&key), "{typed} for {word}");
        }
    }

    #[test]
    fn the_ways_to_write_a_word_in_latin_letters_have_its_key() {
        check("ru", "сколько", &["skolko"]);
        check("ru", "борщ", &["borsch", "borshch", "borsh"]);
        check("ru", "жизнь", &["zhizn", "jizn"]);
        check("ru", "хорошо", &["horosho", "khorosho", "xorosho"]);
        check("ru", "объявление", &["obyavlenie", "objavlenie", "obiavleniye"]);
        check("uk", "гарний", &["harnyi", "harnyy", "garnyi"]);
        check("ru", "очень", &["ochen", "ochen'"]);
        check("kk", "қанша", &["qansha", "kansha"]);
        check("kk", "жаңа", &["zhanga", "jana"]);
        check("el", "ποσο", &["poso"]);
        check("el", "κοστιζει", &["kostizei", "kostizi"]);
        check("el", "μπορω", &["mporo", "mporw", "boro"]);
        check("fa", "هزینه", &["hazine", "hazineh"]);
        check("fa", "چقدر", &["cheghadr", "cheqadr"]);
        check("fa", "چنده", &["chande", "chandeh", "chndh"]);
        check("fa", "هوا", &["hava", "hawa", "hw"]);
        check("fa", "هوای", &["havaye", "hwy"]);
        check("ar", "التوصيل", &["altawsil", "eltawseel"]);
        check("hi", "दुकान", &["dukan", "dukaan"]);
        check("hi", "खुलती", &["khulti", "kulti"]);
        check("hi", "है", &["hai"]);
        check("hi", "हूँ", &["hoon", "hun", "hu"]);
        check("hi", "नहीं", &["nahin", "nahi", "nahim"]);
        check("gu", "દુકાન", &["dukan"]);
    }

    #[test]
    fn words_of_another_script_have_no_key() {
        let russian = Language::from_code("ru").unwrap();
        assert_eq!(key_of_word("amazon", russian), None);
        assert!(keys_of_latin("wer", Language::from_code("de").unwrap()).is_empty());
    }
}
