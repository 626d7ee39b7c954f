//! Which words are names, as a folder shows by how it writes them within its sentences.

use std::collections::HashSet;

use crate::knowledge::Knowledge;

/// The words of a folder's texts that do not begin a sentence.
pub(super) struct Spelling {
    small: HashSet<String>,
    capital: HashSet<String>,
}

impl Spelling {
    pub(super) fn of(knowledge: &Knowledge) -> Spelling {
        let mut spelling = Spelling { small: HashSet::new(), capital: HashSet::new() };
        let entries = knowledge.entries.iter().flat_map(|it| [it.question.text.as_str(), it.answer.as_str()]);
        let definitions = knowledge.terms.iter().map(|it| it.definition.as_str());
        let figures = knowledge.figures.iter().map(|it| it.what.as_str());
        let quiz = knowledge.quiz.iter().flat_map(|it| {
            let correct = it.correct.iter().map(String::as_str);
            [it.prompt.as_str()].into_iter().chain(correct).chain(it.explanation.as_deref())
        });
        for text in entries.chain(definitions).chain(figures).chain(quiz) {
            text.lines().for_each(|line| spelling.read(line));
        }
        spelling
    }

    fn read(&mut self, line: &str) {
        let mut begins_sentence = true;
        for piece in line.split_whitespace() {
            let word = piece.trim_matches(|c: char| !c.is_alphanumeric());
            let Some(first) = word.chars().next() else { continue };
            if first.is_lowercase() {
                self.small.insert(word.to_owned());
            } else if !begins_sentence {
                self.capital.insert(word.to_owned());
            }
            begins_sentence =
                piece.trim_end_matches(['*', '_', '"', '”', ')']).ends_with(['.', '!', '?', ':']);
        }
    }

    /// A text as it would be within a sentence: in lower case, unless it begins with a name. `None` if the folder
    /// does not show which of them its first word is.
    pub(super) fn within_sentence(&self, text: &str) -> Option<String> {
        let word = text.split_whitespace().next().unwrap_or_default();
        let mut chars = word.chars();
        let Some(first) = chars.next().filter(|first| first.is_uppercase()) else {
            return Some(text.to_owned());
        };
        let rest = chars.as_str();
        let is_article = ["The", "A", "An"].contains(&word);
        // "iPhone" and "AWS" are names, and so is a possessor: "Amazon's".
        let is_name = rest.is_empty()
            || rest.chars().any(|c| c.is_uppercase() || c.is_numeric())
            || rest.ends_with("'s")
            || rest.ends_with("’s")
            || self.capital.contains(word);
        let small = || first.to_lowercase().chain(rest.chars()).collect::<String>();
        if !is_article && is_name {
            return Some(text.to_owned());
        }
        (is_article || self.small.contains(&small())).then(|| format!("{}{}", small(), &text[word.len()..]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::{Source, parse};

    #[test]
    fn a_text_within_a_sentence_is_in_lower_case_unless_it_begins_with_a_name() {
        let folder = r#"
[[entry]]
id = "tower"
question = "Who painted it?"
answer = """Painters of the company Meridian.

**Costs**: the yearly costs are high. Visitors pay for them. Paint is dear."""
"#;
        let (knowledge, _) = parse(&[Source { path: "faq/a.toml".into(), text: folder.into() }]);
        let spelling = Spelling::of(&knowledge);
        #[track_caller]
        fn check(spelling: &Spelling, text: &str, expected: Option<&str>) {
            assert_eq!(spelling.within_sentence(text).as_deref(), expected);
        }
        check(&spelling, "The price", Some("the price"));
        check(&spelling, "A ticket", Some("a ticket"));
        check(&spelling, "Yearly repairs", Some("yearly repairs"));
        check(&spelling, "Costs", Some("costs"));
        check(&spelling, "Meridian staff", Some("Meridian staff"));
        check(&spelling, "Eiffel's salary", Some("Eiffel's salary"));
        check(&spelling, "AWS costs", Some("AWS costs"));
        check(&spelling, "iPhone sales", Some("iPhone sales"));
        // It only ever begins a sentence.
        check(&spelling, "Visitors in May", None);
        check(&spelling, "Elevators in May", None);
    }
}
