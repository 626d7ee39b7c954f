//! What a round is about: which questions fit the words that somebody typed, and the folder's name for the topic.

use std::collections::{BTreeMap, BTreeSet};

use super::question::Question;

/// The questions that have the tags in the topic, and of these those that match most of its other words, and at least
/// half of them.
pub(super) fn on_topic<'a>(questions: &'a [Question], topic: Option<&str>) -> Vec<&'a Question> {
    let wanted = topic.map(words).unwrap_or_default();
    if wanted.is_empty() {
        return questions.iter().collect();
    }
    Choice::of(questions, wanted).questions
}

/// The topic that somebody typed, in the folder's own words: anything else that was typed is left out. `None`:
/// nothing fits, or everything does.
pub fn topic_name(questions: &[Question], topic: &str) -> Option<String> {
    let wanted = words(topic);
    if wanted.is_empty() {
        return None;
    }
    let Choice { questions, tags, rest } = Choice::of(questions, wanted);
    let mut named: Vec<String> = tags;
    let section = questions.first().and_then(|question| question.section.as_deref());
    let is_section = |section: &&str| {
        let of_section = words(section);
        !rest.is_empty()
            && questions.iter().all(|question| question.section.as_deref() == Some(*section))
            && rest.iter().all(|wanted| of_section.iter().any(|word| alike(wanted, word)))
    };
    match section.filter(is_section) {
        Some(section) => named.push(section.to_owned()),
        None => named.extend(rest.iter().filter_map(|wanted| folder_word(&questions, wanted))),
    }
    (!questions.is_empty() && !named.is_empty()).then(|| named.join(" "))
}

/// The questions and words that fit a topic.
struct Choice<'a> {
    questions: Vec<&'a Question>,
    /// The named tags, as the folder writes them.
    tags: Vec<String>,
    /// The words that name no tag.
    rest: Vec<String>,
}

impl<'a> Choice<'a> {
    fn of(questions: &'a [Question], wanted: Vec<String>) -> Choice<'a> {
        let Choice { questions, tags, rest } = Choice::by_tags(questions, wanted);
        if rest.is_empty() {
            return Choice { questions, tags, rest };
        }
        let hits = |question: &Question| {
            let found: Vec<String> = texts(question).flat_map(words).collect();
            rest.iter().filter(|wanted| found.iter().any(|word| alike(wanted, word))).count()
        };
        let scored: Vec<(usize, &Question)> =
            questions.into_iter().map(|question| (hits(question), question)).collect();
        let enough = scored.iter().map(|&(hits, _)| hits).max().unwrap_or(0).max(rest.len().div_ceil(2));
        let best = scored.into_iter().filter(|&(hits, _)| hits >= enough);
        Choice { questions: best.map(|(_, question)| question).collect(), tags, rest }
    }

    /// The questions that have every named tag.
    fn by_tags(questions: &'a [Question], mut rest: Vec<String>) -> Choice<'a> {
        // Many questions share few tags: each is split into words once.
        let names: BTreeSet<&str> =
            questions.iter().flat_map(|question| &question.tags).map(String::as_str).collect();
        let mut all: BTreeMap<Vec<String>, Vec<&str>> = BTreeMap::new();
        for name in names {
            all.entry(words(name)).or_default().push(name);
        }
        let mut chosen: Vec<&Question> = questions.iter().collect();
        // The longest first: "amazon web services" is not "amazon".
        let mut all: Vec<(Vec<String>, Vec<&str>)> =
            all.into_iter().filter(|(tag, _)| !tag.is_empty()).collect();
        all.sort_by_key(|(tag, _)| std::cmp::Reverse(tag.len()));
        let mut tags = Vec::new();
        for (tag, names) in all {
            if let Some(at) = rest.windows(tag.len()).position(|window| window == tag) {
                rest.drain(at..at + tag.len());
                chosen.retain(|question| question.tags.iter().any(|it| names.contains(&it.as_str())));
                tags.push(names[0].to_owned());
            }
        }
        Choice { questions: chosen, tags, rest }
    }
}

/// What a question is about.
fn texts(question: &Question) -> impl Iterator<Item = &str> {
    question.topics.iter().chain(&question.section).map(String::as_str)
}

/// The word of the folder that a typed one means: the same one if there is one, written as an abbreviation or otherwise
/// as within a sentence, if it occurs so anywhere.
fn folder_word(questions: &[&Question], wanted: &str) -> Option<String> {
    let found = questions.iter().flat_map(|question| texts(question)).flat_map(written_words);
    let fitting = found.filter(|(word, _)| alike(wanted, word));
    let is_capitals = |written: &str| written.chars().count() > 1 && !written.contains(char::is_lowercase);
    let best = fitting.min_by_key(|(word, written)| (word != wanted, !is_capitals(written), word != written));
    // In the plural if it was typed so.
    best.map(|(word, written)| if format!("{word}s") == wanted { written + "s" } else { written })
}

/// Words that say nothing about the topic.
const FILLER: &str = "a about all an and are at by do does each for from give how i in is just let me of on per play please \
     questions quiz the to topic us want what with";

/// Whether a word, in lower case, says nothing about the topic.
pub(super) fn is_filler(word: &str) -> bool {
    FILLER.split(' ').any(|filler| filler == word)
}

/// The words of a text in lower case, without possessive endings and filler.
pub(super) fn words(text: &str) -> Vec<String> {
    written_words(text).map(|(word, _)| word).collect()
}

/// The same, each with its spelling.
fn written_words(text: &str) -> impl Iterator<Item = (String, String)> {
    let text = text.replace('’', "'");
    let words: Vec<(String, String)> = text
        .split(|c: char| !(c.is_alphanumeric() || c == '\''))
        .map(|word| {
            let word = word.trim_matches('\'');
            let word = word.strip_suffix("'s").or(word.strip_suffix("'S")).unwrap_or(word);
            (word.to_lowercase(), word.to_owned())
        })
        .filter(|(word, _)| !word.is_empty() && !is_filler(word))
        .collect();
    words.into_iter()
}

/// Whether two words are the same, forms of one another (*invest*, *investments*), or a typing slip apart.
fn alike(wanted: &str, word: &str) -> bool {
    let is_beginning = |short: &str, long: &str| short.chars().count() >= 4 && long.starts_with(short);
    let slips = match wanted.chars().count() {
        0..=4 => 0,
        5..=8 => 1,
        _ => 2,
    };
    wanted == word
        || wanted.strip_suffix('s') == Some(word)
        || word.strip_suffix('s') == Some(wanted)
        || is_beginning(wanted, word)
        || is_beginning(word, wanted)
        || (slips > 0 && may_differ_by(slips, wanted, word) && strsim::osa_distance(wanted, word) <= slips)
}

/// Whether their lengths permit it: each slip adds or leaves out at most one letter. That is quick to check.
fn may_differ_by(slips: usize, wanted: &str, word: &str) -> bool {
    wanted.chars().count().abs_diff(word.chars().count()) <= slips
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quiz::question::QuestionKind;

    fn question(section: &str, topics: &[&str], tags: &[&str]) -> Question {
        Question {
            id: "q".into(),
            kind: QuestionKind::Written,
            prompt: "?".into(),
            options: Vec::new(),
            picture: None,
            explanation_picture: None,
            keys: Vec::new(),
            n_kept: 0,
            difficulty: None,
            tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
            guess: None,
            explanation: String::new(),
            read_up: None,
            section: Some(section.into()),
            topics: topics.iter().map(|topic| (*topic).to_owned()).collect(),
        }
    }

    #[test]
    fn a_topic_is_named_in_the_words_of_the_folder() {
        let questions = [
            question("What Comes Next?", &["Will AWS design its own chips?", "custom-silicon"], &["Hard"]),
            question("Money", &["How much money in dollars?", "aws-commitment"], &[]),
        ];
        #[track_caller]
        fn check(questions: &[Question], topic: &str, expected: Option<&str>) {
            assert_eq!(topic_name(questions, topic).as_deref(), expected, "{topic}");
        }
        check(&questions, "aws", Some("AWS"));
        check(&questions, "AWS’s chip", Some("AWS chips"));
        check(&questions, "dollar commitments", Some("dollars commitments"));
        check(&questions, "comes next", Some("What Comes Next?"));
        check(&questions, "hard", Some("Hard"));
        check(&questions, "hard chips", Some("Hard chips"));
        check(&questions, "comitments", Some("commitment"));
        // About half of the words are free; none of them is repeated.
        check(&questions, "money dollars t.me @victim", Some("money dollars"));
        check(&questions, "football", None);
        check(&questions, "the", None);
    }
}
