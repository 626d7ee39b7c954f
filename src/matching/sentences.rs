//! Finds the question in a message: people greet, say why they ask, and thank.

use std::borrow::Cow;

use crate::language::{Script, letters, script_of};

/// At most this many sentences of a message are looked at, the last ones: the question comes at the end.
const MAX_SENTENCES: usize = 8;

/// Marks that end a question: Latin, full-width, Arabic, Armenian and Ethiopic script, Greek where it is not typed as a
/// semicolon, and the doubled ones.
const QUESTION_MARKS: [char; 12] = ['?', '？', '؟', '՞', '፧', '\u{37e}', '⁇', '⁈', '⁉', '‽', '﹖', '︖'];

/// Marks that end other sentences, if a space follows.
const STOPS: [char; 4] = ['.', '!', '…', '։'];

/// Marks that end other sentences, whether a space follows or not: Chinese and Japanese, the scripts of India, Urdu,
/// Ethiopic, Burmese, Khmer.
const STOPS_WITHOUT_SPACE: [char; 11] = ['。', '．', '！', '｡', '।', '॥', '۔', '።', '။', '។', '៕'];

/// Whether a text ends in a question mark of any script; invisible characters after it do not count.
pub(crate) fn is_question(text: &str) -> bool {
    let mut letters =
        text.trim_end_matches(|it: char| it.is_whitespace() || letters::is_invisible(it)).chars().rev();
    let last = letters.next();
    last.is_some_and(|last| is_question_mark(last, letters.next()))
}

/// In Greek a semicolon is a question mark.
fn is_question_mark(letter: char, before: Option<char>) -> bool {
    let greek = || before.and_then(script_of) == Some(Script::Greek);
    QUESTION_MARKS.contains(&letter) || (letter == ';' && greek())
}

/// The parts of a message that may be the question: none, if it is one sentence; else the sentences that end in a question mark; else
/// every sentence.
pub(crate) fn questions(message: &str) -> Vec<&str> {
    let sentences = sentences(message);
    if sentences.len() <= 1 {
        return Vec::new();
    }
    let asked: Vec<&str> = sentences.iter().copied().filter(|it| is_question(it)).collect();
    let mut parts = if asked.is_empty() { sentences } else { asked };
    parts.drain(..parts.len().saturating_sub(MAX_SENTENCES));
    parts
}

/// At most this many letters of a message are compared and noted: a longer text only costs everybody time.
pub(crate) const MOST_LETTERS: usize = 500;

/// A message reduced to what can carry its question: of a long one the sentences that ask, or else all, as many as fit
/// from the last one back.
pub(crate) fn essence(message: &str) -> Cow<'_, str> {
    let n_letters = |text: &str| text.chars().count();
    if n_letters(message) <= MOST_LETTERS {
        return Cow::Borrowed(message);
    }
    let parts = questions(message);
    let mut kept: Vec<&str> = Vec::new();
    let mut left = MOST_LETTERS;
    for part in parts.into_iter().rev() {
        let Some(rest) = left.checked_sub(n_letters(part) + 1) else { break };
        left = rest;
        kept.push(part);
    }
    if kept.is_empty() {
        // One sentence without an end.
        return message.trim_start().chars().take(MOST_LETTERS).collect::<String>().into();
    }
    kept.reverse();
    kept.join(" ").into()
}

/// Words that a second question may begin with.
const QUESTION_STARTS: [&str; 18] = [
    "who", "what", "when", "where", "why", "which", "how", "is", "are", "do", "does", "did", "can", "could",
    "will", "would", "should", "has",
];

/// The words and signs that join two questions.
const JOINTS: [&str; 4] = [" and ", ", and ", "; ", " & "];

/// The questions in a message, if there is more than one: sentences, those that end in a question mark where there are
/// any, and the parts joined by "and" if a question begins after it.
pub(crate) fn several(message: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut sentences = questions(message);
    if sentences.is_empty() {
        sentences.push(message);
    }
    for sentence in sentences {
        let mut start = 0;
        for (index, _) in sentence.match_indices([' ', ',', ';']) {
            let rest = &sentence[index..];
            let Some(joint) = JOINTS.iter().find(|it| rest.starts_with(**it)) else { continue };
            let next = rest[joint.len()..].split(|it: char| !it.is_alphanumeric()).next().unwrap_or("");
            if index > start && QUESTION_STARTS.iter().any(|it| next.eq_ignore_ascii_case(it)) {
                parts.push(sentence[start..index].trim());
                start = index + joint.len();
            }
        }
        parts.push(sentence[start..].trim());
    }
    if parts.len() < 2 {
        parts.clear();
    }
    parts
}

/// Cuts after the marks that end a sentence, after Western ones only where a space follows, and at line ends. A part
/// holds at least one letter or digit.
pub(crate) fn sentences(message: &str) -> Vec<&str> {
    let mut sentences = Vec::new();
    let mut start = 0;
    // Whether a mark has ended the sentence, and whether it needs no space after it.
    let (mut ended, mut at_once) = (false, false);
    let mut before = None;
    for (index, letter) in message.char_indices() {
        let asks = is_question_mark(letter, before);
        let stops_at_once = STOPS_WITHOUT_SPACE.contains(&letter) || (asks && !letter.is_ascii());
        let closes = ended && matches!(letter, ')' | '"' | '”' | '\'' | '」' | '』' | '）');
        let is_mark = asks || stops_at_once || STOPS.contains(&letter);
        if letter == '\n' || (ended && letter.is_whitespace()) || (at_once && !is_mark && !closes) {
            sentences.push(&message[start..index]);
            start = index;
        }
        ended = is_mark || closes;
        at_once = stops_at_once || (at_once && closes);
        before = Some(letter);
    }
    sentences.push(&message[start..]);
    sentences.into_iter().map(str::trim).filter(|it| it.chars().any(char::is_alphanumeric)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(message: &str, expected: &[&str]) {
        assert_eq!(questions(message), expected);
    }

    #[test]
    fn a_single_sentence_has_no_parts() {
        check("how much did amazon invest", &[]);
        check("Is it 3.5 billion?", &[]);
        check("多少钱？", &[]);
    }

    #[test]
    fn what_ends_in_a_question_mark_is_the_question() {
        let message = "Hi there! I read the news. How much did Amazon pay?";
        check(message, &["How much did Amazon pay?"]);
        check("مرحبا. كم استثمرت أمازون؟", &["كم استثمرت أمازون؟"]);
        check("你好！我想买票。多少钱？谢谢。", &["多少钱？"]);
        check("Γεια. Πόσο κοστίζει;", &["Πόσο κοστίζει;"]);
    }

    #[test]
    fn without_a_question_mark_every_sentence_may_be_it() {
        let message = "hello. tell me about the deal";
        check(message, &["hello.", "tell me about the deal"]);
        check("你好。几点开门", &["你好。", "几点开门"]);
        check("नमस्ते।दुकान कब खुलती है", &["नमस्ते।", "दुकान कब खुलती है"]);
        check("السلام علیکم۔ دکان کب کھلتی ہے", &["السلام علیکم۔", "دکان کب کھلتی ہے"]);
    }

    #[test]
    fn of_a_long_message_what_asks_is_kept() {
        let short = "How much did Amazon pay?";
        assert_eq!(essence(short), short);
        let story = "I have read the news for an hour and wondered. ".repeat(80);
        assert_eq!(essence(&format!("{story}How much did Amazon pay? {story}")), short);
        let told = essence(&story);
        assert!(told.chars().count() <= 500 && told.ends_with("wondered."), "{told}");
        let endless = "wordz ".repeat(800);
        assert_eq!(essence(&endless).chars().count(), 500);
        let question = format!("{}?", "why ".repeat(900));
        assert_eq!(essence(&question).chars().count(), 500);
    }

    #[test]
    fn questions_joined_by_and_are_several() {
        let parts = several("how much did they pay and when does it end?");
        assert_eq!(parts, ["how much did they pay", "when does it end?"]);
        let parts = several("Hi! How much is it? Where are you, and who owns it?");
        assert_eq!(parts, ["How much is it?", "Where are you", "who owns it?"]);
        assert_eq!(several("when are you open and do you deliver"), ["when are you open", "do you deliver"]);
        assert!(several("the deal between amazon and anthropic").is_empty());
    }

    #[test]
    fn a_question_mark_is_one_whatever_cannot_be_seen_behind_it() {
        assert!(is_question("كم؟\u{200f} "));
        assert!(is_question("πόσο;"));
        assert!(!is_question("a; b;"));
        assert!(!is_question("hello."));
        assert!(!is_question(""));
    }
}
