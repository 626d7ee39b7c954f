//! What a question asks for: a person, a place, a time, an amount, a reason, a way, a yes or no.

use super::spelling::Reading;

/// What a question asks for. English only; anything else is [`QuestionType::Other`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum QuestionType {
    Person,
    Place,
    Time,
    Amount,
    Duration,
    Reason,
    Way,
    Which,
    What,
    /// It begins with a verb: "is it", "can I".
    YesNo,
    Other,
}

/// How many types there are.
pub(crate) const N_TYPES: usize = 11;

/// The question word may come after this many others: "hi, do you know when …".
const FIRST_WORDS: usize = 8;

impl QuestionType {
    /// By the first question word, else by a verb at the start.
    pub(crate) fn of(words: &[&str]) -> QuestionType {
        for (place, word) in words.iter().enumerate().take(FIRST_WORDS) {
            let next = words.get(place + 1).copied().unwrap_or("");
            let found = match *word {
                "who" | "whom" | "whose" => QuestionType::Person,
                "where" => QuestionType::Place,
                "when" => QuestionType::Time,
                "why" => QuestionType::Reason,
                "which" => QuestionType::Which,
                "how" => match next {
                    "much" | "many" | "big" | "large" | "high" => QuestionType::Amount,
                    "long" => QuestionType::Duration,
                    "come" => QuestionType::Reason,
                    "soon" | "often" | "late" | "early" => QuestionType::Time,
                    _ => QuestionType::Way,
                },
                "what" => match next {
                    "time" | "date" | "day" | "year" => QuestionType::Time,
                    "price" | "amount" | "percentage" | "percent" => QuestionType::Amount,
                    _ => QuestionType::What,
                },
                _ => continue,
            };
            return found;
        }
        match words.first() {
            Some(first) if AUXILIARIES.contains(first) => QuestionType::YesNo,
            _ => QuestionType::Other,
        }
    }

    pub(crate) fn of_readings(readings: &[Reading]) -> QuestionType {
        let words: Vec<&str> =
            readings.iter().map(|it| it.mended.as_deref().unwrap_or(it.typed.as_str())).collect();
        QuestionType::of(&words)
    }
}

/// Verbs that a question can begin with.
const AUXILIARIES: [&str; 22] = [
    "is", "are", "was", "were", "am", "do", "does", "did", "can", "could", "will", "would", "should",
    "shall", "has", "have", "had", "may", "might", "must", "need", "ought",
];

/// Words that say that something is not so.
const NEGATIONS: [&str; 10] =
    ["not", "no", "never", "without", "cannot", "nothing", "none", "nobody", "except", "nor"];

const PRONOUNS: [&str; 9] = ["it", "i", "you", "he", "she", "we", "they", "that", "there"];

/// Whether a text says that something is not so. "Isn't it open" and "it is open, isn't it" do not, and neither do "why not" and "no,
/// I meant".
pub(crate) fn is_negated(readings: &[Reading]) -> bool {
    let words: Vec<&str> =
        readings.iter().map(|it| it.mended.as_deref().unwrap_or(it.typed.as_str())).collect();
    words.iter().enumerate().any(|(place, word)| {
        let before = place.checked_sub(1).map(|it| words[it]);
        let after = words.get(place + 1);
        let begins = place == 1 && before.is_some_and(|it| AUXILIARIES.contains(&it));
        let tag = before.is_some_and(|it| AUXILIARIES.contains(&it))
            && place + 2 == words.len()
            && after.is_some_and(|it| PRONOUNS.contains(it));
        let rhetorical = before == Some("why") || before == Some("or") || (*word == "no" && place == 0);
        NEGATIONS.contains(word) && !begins && !tag && !rhetorical
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;
    use crate::matching::analyzer::Analyzer;
    use crate::matching::normalize::words;
    use crate::matching::vocabulary::Vocabulary;

    #[track_caller]
    fn check_negated(text: &str, expected: bool) {
        let english = Analyzer::new(&[Language::ENGLISH]);
        let vocabulary = Vocabulary::new(&english);
        let readings: Vec<Reading> =
            words(text, &english).iter().map(|it| Reading::exact(it, &vocabulary, &english)).collect();
        assert_eq!(is_negated(&readings), expected, "{text}");
    }

    #[test]
    fn what_is_not_so_is_told_from_what_is_only_asked_with_a_not() {
        for text in ["which cakes do NOT contain nuts", "cakes without nuts", "what can't be returned"] {
            check_negated(text, true);
        }
        for text in
            ["isn't it open", "it's open, isn't it", "why not", "no, the other one", "can't I return it"]
        {
            check_negated(text, false);
        }
    }

    #[test]
    fn a_question_asks_for_what_its_question_word_says() {
        for (text, expected) in [
            ("hi do you know when it opens", QuestionType::Time),
            ("how much is it", QuestionType::Amount),
            ("how long does it take", QuestionType::Duration),
            ("is it open", QuestionType::YesNo),
            ("opening hours", QuestionType::Other),
        ] {
            let words: Vec<&str> = text.split(' ').collect();
            assert_eq!(QuestionType::of(&words), expected, "{text}");
        }
    }
}
