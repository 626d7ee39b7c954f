//! Letters of other scripts that look like Latin ones, and letters that nobody can see.

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

/// What a letter's script is called, as far as it has letters that look like others.
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

/// The first letter of a word that is of another script than the rest, and looks as if it were not: where, and which.
pub(super) fn stranger(text: &str) -> Option<(usize, char)> {
    let mut start = 0;
    let ends = text
        .char_indices()
        .filter(|(_, letter)| !letter.is_alphabetic())
        .map(|(at, it)| (at, at + it.len_utf8()));
    for (end, next) in ends.chain([(text.len(), text.len())]) {
        let word = &text[start..end];
        let others: Vec<(usize, char)> = word
            .char_indices()
            .filter(|(_, it)| script(*it).is_some_and(|script| script != "Latin"))
            .collect();
        let has_latin = word.chars().any(|it| script(it) == Some("Latin"));
        if has_latin && !others.is_empty() && others.iter().all(|(_, it)| latin(*it).is_some()) {
            return Some((start + others[0].0, others[0].1));
        }
        start = next;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_another_script_are_found() {
        assert_eq!(stranger("free pаrking"), Some((6, 'а')));
        for text in ["free parking", "кафе и wifi", "USB-кабель", "Ωmega", ""] {
            assert_eq!(stranger(text), None, "{text}");
        }
        assert_eq!(look("Pаr\u{200b}king "), look("parking"));
    }
}
