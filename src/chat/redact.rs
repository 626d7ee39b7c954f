//! What must not be stored about people in a question: addresses, numbers and names of accounts.
//!
//! A maintainer reads the unanswered questions for half a year. "Can I pay 20 dollars from DE89 3704 … ?" is just as
//! useful to them with a placeholder in it.

use crate::matching::{MOST_LETTERS, essence};

/// Put in the place of something that was left out.
const PLACEHOLDER: &str = "[…]";

/// How many digits a telephone number has, where nothing else marks it as one; a year or a sum has fewer.
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 9..=15;
/// How many digits a card number has (ISO/IEC 7812).
const CARD_DIGITS: std::ops::RangeInclusive<usize> = 13..=19;
/// How many letters and digits an account number has (ISO 13616).
const IBAN_LENGTH: std::ops::RangeInclusive<usize> = 15..=34;

/// A question as it is noted: what it asks, without anything personal.
pub(crate) fn noted(question: &str) -> String {
    redact(&essence(question)).chars().take(MOST_LETTERS).collect()
}

/// A question without e-mail addresses, @names, telephone, card and account numbers, and links that carry more than a path.
fn redact(question: &str) -> String {
    let words: Vec<&str> = question.split_inclusive(char::is_whitespace).collect();
    let mut redacted = String::with_capacity(question.len());
    let mut at = 0;
    while at < words.len() {
        let n_words = numbers(&words[at..]).max(usize::from(is_personal(words[at].trim())));
        if n_words == 0 {
            redacted.push_str(words[at]);
            at += 1;
            continue;
        }
        let last = words[at + n_words - 1];
        redacted.push_str(PLACEHOLDER);
        // The punctuation that ends a sentence, and the space, are not personal.
        redacted.push_str(
            &last[last.trim_end_matches(|c: char| c.is_whitespace() || "?!.,;:)".contains(c)).len()..],
        );
        at += n_words;
    }
    redacted
}

/// A word that identifies somebody or gives access.
fn is_personal(word: &str) -> bool {
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '@');
    let is_email = bare.split_once('@').is_some_and(|(who, host)| !who.is_empty() && host.contains('.'));
    let is_name =
        bare.strip_prefix('@').is_some_and(|name| name.chars().filter(|c| c.is_alphanumeric()).count() >= 3);
    let link = bare.split_once("://").map(|(_, link)| link);
    let has_secret =
        link.is_some_and(|link| link.contains(['?', '#', '@']) || link.split('/').skip(1).any(is_token));
    is_email || is_name || has_secret
}

/// A part of a path that no person has made up: long, with digits and letters mixed.
fn is_token(part: &str) -> bool {
    part.len() >= 20
        && part.contains(|c: char| c.is_ascii_digit())
        && part.contains(char::is_alphabetic)
        && !part.contains('-')
}

/// How many of these words, from the first on, make up one personal number. People write them in groups.
fn numbers(words: &[&str]) -> usize {
    let mut joined = String::new();
    let mut longest = 0;
    for (index, word) in words.iter().enumerate() {
        let bare = word.trim().trim_end_matches(['?', '!', '.', ',', ';', ':']);
        let is_part = !bare.is_empty()
            && bare.chars().all(|c| c.is_ascii_alphanumeric() || "+-./()".contains(c))
            && bare.contains(|c: char| c.is_ascii_digit());
        if !is_part {
            break;
        }
        joined.extend(bare.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '+'));
        if joined.len() > *IBAN_LENGTH.end() {
            break;
        }
        if is_phone(&joined) || is_card(&joined) || is_iban(&joined) {
            longest = index + 1;
        }
        if bare.len() < word.trim().len() {
            break;
        }
    }
    longest
}

fn is_phone(joined: &str) -> bool {
    let digits = joined.strip_prefix('+').unwrap_or(joined);
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    // A sum in digits ends in zeros.
    is_number && PHONE_DIGITS.contains(&digits.len()) && !digits.ends_with("000")
}

/// The last digit of a card is a checksum (Luhn, ISO/IEC 7812-1 annex B).
fn is_card(joined: &str) -> bool {
    if !CARD_DIGITS.contains(&joined.len()) || !joined.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let digit = |(index, byte): (usize, u8)| match (u32::from(byte - b'0'), index % 2) {
        (digit, 0) => digit,
        (digit, _) => digit * 2 / 10 + digit * 2 % 10,
    };
    joined.bytes().rev().enumerate().map(digit).sum::<u32>() % 10 == 0
}

/// The third and fourth letter are a checksum: the whole, with the first four at the end, is 1 modulo 97 (ISO 13616).
fn is_iban(joined: &str) -> bool {
    let is_form = IBAN_LENGTH.contains(&joined.len())
        && joined.bytes().take(2).all(|byte| byte.is_ascii_alphabetic())
        && joined.bytes().skip(2).take(2).all(|byte| byte.is_ascii_digit());
    if !is_form {
        return false;
    }
    let rest = joined.chars().cycle().skip(4).take(joined.len()).try_fold(0, |rest, letter| {
        let value = letter.to_digit(36)?;
        Some((rest * if value > 9 { 100 } else { 10 } + value) % 97)
    });
    rest == Some(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn personal_data_is_left_out() {
        for (question, expected) in [
            ("mail me at zeb.quux+x@example.org, please?", "mail me at […], please?"),
            ("is @zebediah an admin?", "is […] an admin?"),
            ("call +49 (30) 1234-5678 when?", "call […] when?"),
            ("why did 0301234567 not work?", "why did […] not work?"),
            ("my card 4111 1111 1111 1111 was charged", "my card […] was charged"),
            ("pay from DE89 3704 0044 0532 0130 00?", "pay from […]?"),
            ("gb82west12345698765432 or what", "[…] or what"),
            ("what is https://example.org/reset?token=abc", "what is […]"),
            ("see https://example.org/i/a1b2c3d4e5f6a7b8c9d0e1f2", "see […]"),
        ] {
            assert_eq!(redact(question), expected);
        }
    }

    #[test]
    fn the_subject_of_a_question_stays() {
        for question in [
            "how much is 5 billion in 2026?",
            "is it 100000000000 or 25,000,000,000 dollars?",
            "what happened on 2026-04-20?",
            "5 + 20 + 25 of what?",
            "what does https://example.org/news/aws-commitment-explained say",
            "version 1.2.3.4 @ home",
            "",
            "多少钱？",
        ] {
            assert_eq!(redact(question), question);
        }
    }
}
