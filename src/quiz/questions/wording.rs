//! Sentences around texts that were not written for them.

use super::spelling::Spelling;
use crate::rich_text::markdown;
use crate::texts::{Text, Texts};

/// A text with its first letter in upper case, as a sentence begins. Names like "iPhone" stay.
pub(super) fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    match (chars.next(), chars.clone().next()) {
        (Some(first), second) if !second.is_some_and(char::is_uppercase) => {
            first.to_uppercase().chain(chars).collect()
        }
        _ => text.to_owned(),
    }
}

/// "How much is Amazon's new investment?", "What are the running costs?", or the `general` wording with `what` on its
/// own where its grammar is uncertain.
pub(super) fn value_question(
    texts: &Texts,
    spelling: &Spelling,
    what: &str,
    is_money: bool,
    general: Text,
) -> String {
    let number = number(what);
    let text = match number {
        Some(_) if is_money && !is_measure(what) => texts.special(Text::QuizAskHowMuch, general),
        Some(_) => texts.special(Text::QuizAskWhatIs, general),
        None => general,
    };
    let (text, what) = match spelling.within_sentence(what) {
        _ if texts.is_replaced(text) => (text, what.to_owned()),
        Some(what) if text != general => (text, what),
        _ => (general, capitalised(what)),
    };
    texts.label(text, &[("what", what.into()), ("number", number.unwrap_or(SINGULAR).into())])
}

/// "Amazon's new investment is $5 billion", or with a colon where "is" or "are" is uncertain.
pub(super) fn statement(texts: &Texts, what: &str, value: &str) -> String {
    let number = number(what);
    let text =
        if number.is_some() { texts.special(Text::QuizFactIs, Text::QuizFact) } else { Text::QuizFact };
    let inserted = if texts.is_replaced(text) { what.to_owned() } else { capitalised(what) };
    let number = number.unwrap_or(SINGULAR);
    texts.label(text, &[("what", inserted.into()), ("number", number.into()), ("value", value.into())])
}

/// The grammatical numbers of a noun phrase.
const SINGULAR: u32 = 1;
const PLURAL: u32 = 2;

/// Nouns that already say what is counted: "what is the price", not "how much is the price".
const MEASURES: &str = "amount average cost costs date day figure fee limit maximum minimum month number percentage \
                        price rate ratio share size sum total value year";

fn is_measure(what: &str) -> bool {
    head(what).is_some_and(|head| MEASURES.split_whitespace().any(|measure| measure == head))
}

/// Words that end the head of a noun phrase: those after it only say more about it.
const AFTER_HEAD: &str = "about above across after against among around as at before behind below between but by \
                          during for from in into of off on over per since than that through to toward towards under \
                          until when where which while who whose with within without";

/// Words that a clause or a condition begins with: no "is" fits after these.
const CLAUSES: &str = "how what when where whether which who why if";

/// Heads that are plural without an s.
const PLURALS: &str = "people children men women data criteria media";

/// Heads that are singular with an s.
const SINGULARS: &str = "news series means basis analysis status bonus focus campus virus business process access \
                         headquarters lens gas bus census crisis thesis";

/// Whether a noun phrase takes "is" or "are"; `None` where that is uncertain.
///
/// The head of an English noun phrase is its last noun before a preposition or a relative clause: "the **number** of
/// offices", "Anthropic's cloud **costs** in 2024".
fn number(what: &str) -> Option<u32> {
    let is_one_of = |word: &str, list: &str| list.split_whitespace().any(|it| it == word);
    let words: Vec<String> =
        what.split_whitespace().map(|word| word.replace('’', "'").to_lowercase()).collect();
    let head_end = words.iter().position(|word| joins(word)).unwrap_or(words.len());
    let (first, head) = (words.first()?, words[..head_end].last()?);
    let joins_two = words[..head_end].iter().any(|word| word == "and" || word == "or");
    let is_clause = is_one_of(first, CLAUSES) || head.ends_with([',', ':', ';']) || head.ends_with("'s");
    // "GPUs used for training", "money invested so far": the head comes earlier.
    let is_participle = head.ends_with("ed");
    if joins_two || is_clause || is_participle || !head.chars().all(|c| c.is_alphanumeric() || c == '-') {
        return None;
    }
    let is_plural = is_one_of(head, PLURALS)
        || head.ends_with('s')
            && !head.ends_with("ss")
            && !head.ends_with("us")
            && !is_one_of(head, SINGULARS);
    Some(if is_plural { PLURAL } else { SINGULAR })
}

/// The head of a noun phrase, in lower case.
fn head(what: &str) -> Option<String> {
    let words: Vec<String> = what.split_whitespace().map(str::to_lowercase).collect();
    let head_end = words.iter().position(|word| joins(word)).unwrap_or(words.len());
    words[..head_end].last().cloned()
}

/// Whether a word, in lower case, only joins others: a preposition or the beginning of a clause.
pub(super) fn joins(word: &str) -> bool {
    AFTER_HEAD.split_whitespace().any(|it| it == word)
}

/// Cuts a text to at most `max` characters: after a sentence, else after a clause, else after a word. A cut within a
/// sentence ends in "…".
pub(super) fn shortened(text: &str, max: usize) -> String {
    let text = text.trim();
    if text.chars().count() <= max {
        return text.to_owned();
    }
    let fitting = |max: usize| {
        let end = text.char_indices().nth(max).map_or(text.len(), |(at, _)| at);
        &text[..end]
    };
    // A piece that is too short says too little.
    let long_enough = |piece: &&str| piece.chars().count() * 3 >= max;
    let whole = fitting(max);
    if let Some(sentences) =
        sentence_ends(text).into_iter().rfind(|&end| end <= whole.len()).map(|end| &text[..end])
        && long_enough(&sentences)
    {
        return sentences.to_owned();
    }
    // All cuts leave room for the "…": a mark within the whole has at least itself after it.
    let clause = [", ", "; ", ": ", " – ", " — ", " ("].iter().filter_map(|mark| whole.rfind(mark)).max();
    let clause = clause.map(|end| &text[..end]).filter(long_enough);
    let word = whole.rfind(char::is_whitespace).map(|end| &text[..end]);
    let cut = clause.or(word).unwrap_or(fitting(max.saturating_sub(1)));
    format!("{}…", cut.trim_end_matches(|c: char| c.is_whitespace() || ",;:–—(".contains(c)))
}

/// The first sentence of a text, or all of it.
pub(super) fn first_sentence(text: &str) -> &str {
    sentence_ends(text).first().map_or(text, |&end| &text[..end])
}

/// The ends of sentences: after a full stop, question or exclamation mark followed by a capital, but not after
/// an abbreviation such as "U.S." or "e.g.".
fn sentence_ends(text: &str) -> Vec<usize> {
    let mut ends = Vec::new();
    for (at, mark) in text.char_indices().filter(|(_, c)| ".!?".contains(*c)) {
        let end = at + mark.len_utf8();
        let rest = &text[end..];
        let word = text[..at].rsplit(char::is_whitespace).next().unwrap_or_default();
        let is_abbreviation = mark == '.' && (word.contains('.') || word.chars().count() == 1);
        let next = rest.trim_start().chars().next();
        let starts_anew = next.is_none_or(|c| !c.is_lowercase());
        if (rest.is_empty() || rest.starts_with(char::is_whitespace)) && starts_anew && !is_abbreviation {
            ends.push(end);
        }
    }
    ends
}

/// A small Markdown text without its marks, on one line.
pub(super) fn plain(source: &str) -> String {
    markdown(source).text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_agrees_with_its_subject() {
        #[track_caller]
        fn check(what: &str, expected: &str) {
            assert_eq!(statement(&Texts::default(), what, "X"), expected);
        }
        check("Amazon's new investment in Anthropic", "Amazon's new investment in Anthropic is X");
        check("Anthropic's spending commitment on AWS", "Anthropic's spending commitment on AWS is X");
        check("the ratio of costs to sales", "The ratio of costs to sales is X");
        check("Anthropic's cloud costs in 2024", "Anthropic's cloud costs in 2024 are X");
        check("people in the office", "People in the office are X");
        check("the number of offices", "The number of offices is X");
        check("GPUs used for training", "GPUs used for training: X");
        check("how long a training run takes", "How long a training run takes: X");
        check("investment and loans", "Investment and loans: X");
        check("iPhone sales", "iPhone sales are X");
        check("price per GPU hour", "Price per GPU hour is X");
        check("the day on which the deal was announced", "The day on which the deal was announced is X");
    }

    #[test]
    fn a_text_is_cut_where_it_hurts_least() {
        #[track_caller]
        fn check(text: &str, max: usize, expected: &str) {
            let cut = shortened(text, max);
            assert_eq!(cut, expected);
            assert!(cut.chars().count() <= max);
        }
        check("Short enough.", 20, "Short enough.");
        check("One sentence. Another one.", 20, "One sentence.");
        check("A clause that is long, and another one", 30, "A clause that is long…");
        check("No clause to be found anywhere here", 20, "No clause to be…");
        check("Donaudampfschifffahrtsgesellschaft", 10, "Donaudamp…");
        check("Made in the U.S. Since when? I do not know.", 30, "Made in the U.S. Since when?");
        check("ééééé ééééé ééééé", 12, "ééééé ééééé…");
    }

    #[test]
    fn markdown_becomes_plain() {
        assert_eq!(
            plain("A **bold** word,\na [link](https://example.org), `code`."),
            "A bold word, a link, code."
        );
        assert_eq!(plain("An [open bracket and 2 * 3"), "An [open bracket and 2 * 3");
    }
}
