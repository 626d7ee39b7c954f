//! When two answers are the same.

use crate::quantity::{Found, Locales, quantities};

/// Words before or after a number that do not change the answer: "over $13 billion" is no rival to "$13 billion".
const HEDGES: &str = "a about almost approximately around as at circa exactly least less more most nearly of over \
                      roughly some than the to under up";

/// Whether two options would both be right, or both be wrong: the same text but for capitals and punctuation, or the
/// same numbers in another notation ("$100B", "100 billion dollars") among the same words.
pub fn is_same_answer(one: &str, other: &str, locales: &Locales) -> bool {
    if bare_words(one) == bare_words(other) {
        return true;
    }
    let (mine, theirs) = (quantities(one, locales), quantities(other, locales));
    !mine.is_empty()
        && mine.len() == theirs.len()
        && mine.iter().zip(&theirs).all(|(mine, theirs)| mine.quantity.matches(&theirs.quantity))
        && words_around(one, &mine) == words_around(other, &theirs)
}

/// The text as its words in lower case. Signs count, except those that only separate words.
fn bare_words(text: &str) -> Vec<String> {
    text.split(|c: char| c.is_whitespace() || "“”\"(),;!?".contains(c))
        .map(|word| word.trim_end_matches(['.', ':']).replace('’', "'").to_lowercase())
        .filter(|word| !word.is_empty())
        .collect()
}

fn words_around(text: &str, found: &[Found]) -> Vec<String> {
    let mut around = String::new();
    let mut end = 0;
    for found in found {
        around.push_str(&text[end..found.span.start]);
        around.push(' ');
        end = found.span.end;
    }
    around.push_str(&text[end..]);
    let mut words = bare_words(&around);
    words.retain(|word| !HEDGES.split_whitespace().any(|hedge| hedge == word));
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(one: &str, other: &str, expected: bool) {
        assert_eq!(is_same_answer(one, other, &Locales::default()), expected, "{one:?} and {other:?}");
        assert_eq!(is_same_answer(other, one, &Locales::default()), expected, "{other:?} and {one:?}");
    }

    #[test]
    fn another_notation_is_the_same_answer() {
        check("$100 billion", "$100B", true);
        check("$100 billion", "100 billion dollars", true);
        check("$100 billion", "over $100 billion", true);
        check("20:1", "twenty to one", true);
        check("September 2023", "Sept. 2023", true);
        check("5 people", "five people", true);
        check("Google’s TPU", "google's TPU.", true);
        check("$5 billion and $100 billion", "$5B and $100B", true);
    }

    #[test]
    fn another_value_or_subject_is_another_answer() {
        check("$100 billion", "$10 billion", false);
        check("$5 billion", "€5 billion", false);
        check("5 people", "5 dogs", false);
        check("$5 billion, then $100 billion", "$100 billion, then $5 billion", false);
        check("C", "C++", false);
        check("Amazon", "Anthropic", false);
        check("", "Amazon", false);
    }
}
