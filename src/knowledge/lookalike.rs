//! Letters of other scripts that look like Latin ones, and invisible letters.

/// Pairs of a letter and the Latin one that looks the same in most fonts; from Unicode's list of confusables
/// (<https://www.unicode.org/Public/security/latest/confusables.txt>), the letters of Cyrillic and Greek.
const LOOKALIKES: &str = "аa еe оo рp сc уy хx іi јj ѕs һh ԁd ԛq ԝw кk мm тt вb нh АA ВB ЕE КK МM НH ОO РP СC ТT ХX ІI ЈJ ЅS УY οo αa \
                          ρp νv ιi κk υu ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX";

/// The Latin letter that this one looks like.
pub(super) fn latin(letter: char) -> Option<char> {
    LOOKALIKES.split_whitespace().find_map(|pair| {
        let mut letters = pair.chars();
        (letters.next() == Some(letter)).then(|| letters.next())?
    })
}

/// The name of a letter's script, if it has letters that look like others.
pub(super) fn script(letter: char) -> Option<&'static str> {
    match letter {
        'a'..='z' | 'A'..='Z' => Some("Latin"),
        '\u{400}'..='\u{52f}' => Some("Cyrillic"),
        '\u{370}'..='\u{3ff}' => Some("Greek"),
        _ => None,
    }
}

/// A text as it looks: two that look the same have the same one.
pub(super) fn look(text: &str) -> String {
    let visible = text.chars().filter(|letter| !is_invisible(*letter));
    let latin = visible.map(|letter| latin(letter).unwrap_or(letter));
    latin.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// A letter without width that changes nothing, or turns the direction of writing.
pub(super) fn is_invisible(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{e0000}'..='\u{e007f}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_look_alike_have_the_same_look() {
        assert_eq!(look("Pаr\u{200b}king "), look("parking"));
    }
}
