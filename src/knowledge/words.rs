//! When two phrasings are the same: they have the same words in the same order.

/// The words of a text in lower case. Only what separates words is dropped: "C++", "C#" and "👍" are words.
pub(crate) fn words(text: &str) -> Vec<String> {
    let words: Vec<String> = text
        .split(|letter: char| letter.is_whitespace() || "“”\"()[],;:!?…".contains(letter))
        .map(|word| word.trim_matches(['.', '\'', '’', '-', '–', '—']).replace('’', "'").to_lowercase())
        .filter(|word| !word.is_empty())
        .collect();
    if words.is_empty() { vec![text.trim().to_string()] } else { words }
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn separators_make_no_difference() {
        #[track_caller]
        fn check(one: &str, other: &str, expected: bool) {
            assert_eq!(words(one) == words(other), expected, "{one} / {other}");
        }
        check("Pay, now!", "pay now", true);
        check("pay,now", "pay now", true);
        check("What’s (really) new…", "what's really new?", true);
        check("C++", "C", false);
        check("C#", "C", false);
        check("👍", "👎", false);
        check("?", "!", false);
    }
}
