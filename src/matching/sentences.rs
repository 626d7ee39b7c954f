//! Finds the question in a message: people greet, tell how they came to ask, and thank.

/// At most so many sentences of a message are looked at, the last ones: the question comes at the end.
const MAX_SENTENCES: usize = 8;

/// What a question ends in: Latin, full-width and Arabic script.
pub(crate) const QUESTION_MARKS: [char; 3] = ['?', '？', '؟'];

/// The parts of a message that may be the question: none, if it is one sentence; else the sentences that end in a question mark; else
/// every sentence.
pub(crate) fn questions(message: &str) -> Vec<&str> {
    let sentences = sentences(message);
    if sentences.len() <= 1 {
        return Vec::new();
    }
    let is_asked = |sentence: &&str| sentence.ends_with(QUESTION_MARKS);
    let asked: Vec<&str> = sentences.iter().copied().filter(is_asked).collect();
    let mut parts = if asked.is_empty() { sentences } else { asked };
    parts.drain(..parts.len().saturating_sub(MAX_SENTENCES));
    parts
}

/// Cuts after `.`, `!`, `…` or a question mark where a space follows, and at line ends. A part holds at least one letter or digit.
pub(crate) fn sentences(message: &str) -> Vec<&str> {
    let mut sentences = Vec::new();
    let mut start = 0;
    let mut ended = false;
    for (index, letter) in message.char_indices() {
        if letter == '\n' || (ended && letter.is_whitespace()) {
            sentences.push(&message[start..index]);
            start = index;
        }
        ended = matches!(letter, '.' | '!' | '…')
            || QUESTION_MARKS.contains(&letter)
            || (ended && matches!(letter, ')' | '"' | '”' | '\''));
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
    }

    #[test]
    fn what_ends_in_a_question_mark_is_the_question() {
        let message = "Hi there! I read the news. How much did Amazon pay?";
        check(message, &["How much did Amazon pay?"]);
        check("مرحبا. كم استثمرت أمازون؟", &["كم استثمرت أمازون؟"]);
    }

    #[test]
    fn without_a_question_mark_every_sentence_may_be_it() {
        let message = "hello. tell me about the deal";
        check(message, &["hello.", "tell me about the deal"]);
    }
}
