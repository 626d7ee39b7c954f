//! Words in Latin letters, written in the letters that they stand for.

use super::has_keys;
use crate::language::{Language, Script};

/// A word in Latin letters as it is most likely written in the language's own, without accents. `None` for the scripts of India,
/// where it takes more than a letter for a letter.
pub fn in_own_letters(typed: &str, language: Language) -> Option<String> {
    let (own, usual) = match (has_keys(language)?, language.base()) {
        (Script::Cyrillic, "uk") => ("h г i і y и ye є ie є", CYRILLIC),
        (Script::Cyrillic, "be") => ("h г i і w у", CYRILLIC),
        (Script::Cyrillic, "sr" | "mk") => ("j ј lj љ nj њ dj ђ", CYRILLIC),
        (Script::Cyrillic, _) => ("", CYRILLIC),
        (Script::Greek, _) => ("", GREEK),
        (Script::Arabic, "fa" | "ur") => ("c ک k ک i ی ee ی y ی g گ", ARABIC),
        (Script::Arabic, _) => ("", ARABIC),
        _ => return None,
    };
    let words: Vec<&str> = own.split(' ').chain(usual.split(' ')).filter(|it| !it.is_empty()).collect();
    let mut written = String::with_capacity(typed.len() * 2);
    let mut rest = typed;
    while let Some(letter) = rest.chars().next() {
        let fitting = words.chunks_exact(2).filter(|pair| rest.starts_with(pair[0]));
        // Of equally long ones the first counts: the language's own.
        match fitting.rev().max_by_key(|pair| pair[0].len()) {
            Some(pair) => {
                written.extend(Some(pair[1]).filter(|letters| *letters != NOT_WRITTEN));
                rest = &rest[pair[0].len()..];
            }
            None => {
                written.push(letter);
                rest = &rest[letter.len_utf8()..];
            }
        }
    }
    Some(written)
}

/// Latin letters, each group followed by the usual one of the other script.
const CYRILLIC: &str = "shch щ sch щ sh ш ch ч zh ж kh х ts ц tz ц ya я ja я ia я yu ю ju ю iu ю yo е jo е ye е je е \
    yy ыи iy ии ay аи ey еи oy ои uy уи a а b б c ц d д e е f ф g г h х i и j ж k к l л m м n н o о p п q к r р s с t т \
    u у v в w в x кс y ы z з ' ь";

const GREEK: &str = "th θ ch χ kh χ ph φ ps ψ ks ξ ou ου mp μπ b μπ nt ντ a α c κ d δ e ε f φ g γ h η i ι j τζ k κ l λ m μ \
    n ν o ο p π q κ r ρ s σ t τ u υ v β w ω x χ y υ z ζ 8 θ 3 ξ";

const ARABIC: &str = "kh خ ch چ sh ش zh ژ th ث dh ذ gh غ 5 خ 9 ق 2 ا 3 ع 7 ح aa ا oo و ee ي eh ه a - b ب c ك d د e - f ف g ج \
    h ه i ي j ج k ك l ل m م n ن o - p پ q ق r ر s س t ت u و v و w و x خ y ي z ز ' - ` ع";

/// Short vowels have no letter in Arabic script.
const NOT_WRITTEN: &str = "-";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_gets_the_usual_letters_of_its_language() {
        for (code, typed, expected) in [
            ("ru", "dostavku", "доставку"),
            ("ru", "skol'ko", "сколько"),
            ("ru", "obshchezhitie", "общежитие"),
            ("uk", "harnyi", "гарниі"),
            ("el", "poso", "ποσο"),
            ("fa", "khamoosh", "خموش"),
            ("ar", "shu7n", "شوحن"),
        ] {
            let language = Language::from_code(code).unwrap();
            assert_eq!(in_own_letters(typed, language).as_deref(), Some(expected), "{typed}");
        }
        assert_eq!(in_own_letters("dukan", Language::from_code("hi").unwrap()), None);
    }
}
