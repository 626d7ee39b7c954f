//! Lists for the trivia game of Red-DiscordBot, and quizzes without wrong answers in general.

use std::ops::Range;

use super::text::{plain, rich};
use super::yaml::Yaml;
use super::{At, Finding, Import, Item};
use crate::knowledge::is_same_answer;
use crate::knowledge::limits::{MAX_OPTION, MAX_PROMPT};
use crate::quantity::Locales;

/// How many wrong answers are drawn for each question.
const N_DRAWN: usize = 3;

/// Reads `question: [answers]`; the first answer is the one that is shown.
pub(super) fn read(name: &str, document: Yaml<'_>, out: &mut Import) {
    let start = out.items.len();
    for (question, answers) in document.pairs() {
        let key = question.written();
        if ["AUTHOR", "DESCRIPTION", "CONFIG"].contains(&key.as_str()) {
            continue;
        }
        let at = At::new(name, format!("line {}", question.line()));
        let list: Vec<String> = if answers.is_list() {
            answers.items().map(|it| plain(&it.written())).filter(|it| !it.is_empty()).collect()
        } else {
            Vec::from_iter(Some(plain(&answers.written())).filter(|it| !it.is_empty()))
        };
        let Some(correct) = list.first().cloned() else {
            out.findings.push(Finding::error(at, "this question has no answer"));
            continue;
        };
        let accepted = list.into_iter().skip(1).collect();
        out.items.push(card(plain(&key), correct, accepted, at));
    }
    if out.items.len() == start && out.findings.iter().all(|it| it.at.file != name) {
        let message = "unknown kind of YAML: files of Rasa and lists of `question: [answers]` are read";
        return out.findings.push(Finding::error(At::new(name, ""), message));
    }
    draw(name, start..out.items.len(), out);
}

/// A question with its right answer, and other answers that count as right; an entry where a poll has no room for it.
pub(super) fn card(question: String, answer: String, accepted: Vec<String>, at: At) -> Item {
    if question.chars().count() > MAX_PROMPT || answer.chars().count() > MAX_OPTION {
        return Item::new("entry", at).with("question", question).with("answer", rich(&answer).text);
    }
    // `accepted` is only for the drawing, and is removed after it.
    Item::new("quiz", at).with("prompt", question).with("correct", answer).with("accepted", accepted)
}

/// Gives each quiz question wrong answers: right ones of other questions, those that look most like its own.
pub(super) fn draw(name: &str, range: Range<usize>, out: &mut Import) {
    let answers: Vec<String> =
        out.items[range.clone()].iter().map(|it| it.text("correct").to_owned()).collect();
    let locales = Locales::default();
    let mut n_drawn = 0;
    for (index, item) in out.items[range].iter_mut().enumerate().filter(|(_, it)| it.table == "quiz") {
        let own = item.text("correct").to_owned();
        let accepted: Vec<String> = item.list("accepted").into_iter().map(str::to_owned).collect();
        item.keys.retain(|(key, _)| key != "accepted");
        let mut drawn: Vec<&String> = Vec::new();
        // From the next question on, so that neighbours, which often share a subject, come first.
        let n = answers.len();
        let mut others: Vec<&String> = (1..n).map(|step| &answers[(index + step) % n]).take(200).collect();
        others.sort_by_key(|it| unlike(&own, it));
        for other in others {
            let taken = drawn.iter().any(|it| is_same_answer(it, other, &locales));
            let right = is_same_answer(&own, other, &locales)
                || accepted.iter().any(|it| is_same_answer(it, other, &locales));
            if !other.is_empty() && !taken && !right {
                drawn.push(other);
            }
            if drawn.len() == N_DRAWN {
                break;
            }
        }
        if drawn.is_empty() {
            let message = "no wrong answers could be found among the other answers: add some";
            out.findings.push(Finding::error(item.at.clone(), message));
            continue;
        }
        n_drawn += 1;
        let drawn: Vec<String> = drawn.into_iter().cloned().collect();
        item.keys.push(("distractors".into(), drawn.into()));
    }
    out.items.retain(|it| it.table != "quiz" || it.at.file != name || it.get("distractors").is_some());
    if n_drawn > 0 {
        let message =
            format!("the wrong answers of {n_drawn} questions are right answers of others: look them over");
        out.findings.push(Finding::warning(At::new(name, ""), message));
    }
}

/// How different two answers look: a number among names gives itself away.
fn unlike(one: &str, other: &str) -> usize {
    let has_digit = |text: &str| text.contains(|letter: char| letter.is_ascii_digit());
    let length = |text: &str| text.chars().count();
    length(one).abs_diff(length(other)).min(30) / 6 + if has_digit(one) == has_digit(other) { 0 } else { 20 }
}
