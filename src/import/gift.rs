//! Moodle's GIFT: `::title:: question {=right ~wrong}`.

use super::json::one_or_more;
use super::text::{plain, rich};
use super::{At, Finding, Import, Item};

pub(super) fn read(name: &str, text: &str, out: &mut Import) {
    let mut category = String::new();
    let mut block: Vec<(usize, &str)> = Vec::new();
    // A blank line ends a question.
    for (number, line) in (1..).zip(text.lines()).chain([(0, "")]) {
        let trimmed = line.trim();
        if trimmed.starts_with("//") {
            continue;
        }
        if let Some(rest) = trimmed.strip_prefix("$CATEGORY:") {
            let last = rest.rsplit('/').next().unwrap_or_default();
            category = plain(last);
            continue;
        }
        if !trimmed.is_empty() {
            block.push((number, line));
            continue;
        }
        let Some((number, _)) = block.first().copied() else { continue };
        let text = block.drain(..).map(|(_, line)| line).collect::<Vec<_>>().join("\n");
        let at = At::new(name, format!("line {number}"));
        match question(&text, at.clone()) {
            Ok(item) => out
                .items
                .push(item.with("tags", Vec::from_iter(Some(category.clone()).filter(|it| !it.is_empty())))),
            Err(Problem::Broken(message)) => out.findings.push(Finding::error(at, message)),
            Err(Problem::NoQuiz(message)) => {
                out.findings.push(Finding::warning(at, format!("left out: {message}")))
            }
        }
    }
}

enum Problem {
    Broken(&'static str),
    /// Of a kind that no poll can ask.
    NoQuiz(&'static str),
}

/// An answer: whether it is right, its text, and its feedback.
struct Answer {
    is_right: bool,
    text: String,
    feedback: String,
}

fn question(text: &str, at: At) -> Result<Item, Problem> {
    let text = text.trim();
    // The title is for teachers.
    let text = match text.strip_prefix("::").and_then(|rest| rest.split_once("::")) {
        Some((_, rest)) => rest.trim_start(),
        None => text,
    };
    let open = find(text, '{').ok_or(Problem::NoQuiz("a text without answers"))?;
    let close =
        find(&text[open..], '}').ok_or(Problem::Broken("the } behind the answers is missing"))? + open;
    let (before, inside, after) = (&text[..open], text[open + 1..close].trim(), text[close + 1..].trim());
    let gap = if after.is_empty() { "" } else { " ____ " };
    let prompt = words(&format!("{}{gap}{after}", before.trim_end()));
    let (inside, general) = match find_text(inside, "####") {
        Some(at) => (inside[..at].trim(), words(&inside[at + 4..])),
        None => (inside, String::new()),
    };
    let (verdict, feedback) = inside.split_once('#').unwrap_or((inside, ""));
    let verdict = verdict.trim();
    let item = Item::new("quiz", at).with("prompt", prompt);
    if ["T", "TRUE", "F", "FALSE"].contains(&verdict) {
        let correct = if verdict.starts_with('T') { "True" } else { "False" };
        let options: Vec<String> = vec!["True".into(), "False".into()];
        let feedback = if general.is_empty() { words(feedback) } else { general };
        return Ok(item
            .with("correct", correct)
            .with("options", options)
            .with("order", "fixed")
            .with("explanation", feedback));
    }
    if inside.is_empty() {
        return Err(Problem::NoQuiz("an essay has no right answer"));
    }
    if let Some(number) = inside.strip_prefix('#') {
        let value =
            number.trim().trim_start_matches('=').split([':', '.', '#', '=']).next().unwrap_or_default();
        let exact = number.trim().trim_start_matches('=').split([':', '#']).next().unwrap_or_default().trim();
        let exact = if exact.contains("..") { value } else { exact };
        return match exact.parse::<f64>() {
            // The quiz makes up wrong numbers itself.
            Ok(_) => Ok(item.with("correct", exact.to_owned()).with("explanation", general)),
            Err(_) => Err(Problem::NoQuiz("several numbers are right")),
        };
    }
    if find_text(inside, "->").is_some() {
        return Err(Problem::NoQuiz("matching pairs cannot be asked in a poll"));
    }
    let answers = answers(inside);
    let of = |right: bool| -> Vec<String> {
        answers
            .iter()
            .filter(|it| it.is_right == right && !it.text.is_empty())
            .map(|it| it.text.clone())
            .collect()
    };
    let (right, wrong) = (of(true), of(false));
    if right.is_empty() {
        return Err(Problem::Broken("no answer is marked as right, with = or a weight above zero"));
    }
    if wrong.is_empty() {
        return Err(Problem::NoQuiz("a short answer has no wrong ones to choose from"));
    }
    let feedback =
        answers.iter().find(|it| it.is_right && !it.feedback.is_empty()).map(|it| it.feedback.clone());
    let explanation = if general.is_empty() { feedback.unwrap_or_default() } else { general };
    Ok(item.with("correct", one_or_more(right)).with("distractors", wrong).with("explanation", explanation))
}

fn answers(inside: &str) -> Vec<Answer> {
    let mut starts: Vec<usize> =
        marks(inside).filter(|(_, mark)| ['=', '~'].contains(mark)).map(|(at, _)| at).collect();
    starts.push(inside.len());
    starts
        .windows(2)
        .map(|pair| {
            let (mark, rest) = inside[pair[0]..pair[1]].split_at(1);
            let (weight, rest) = match rest.trim_start().strip_prefix('%').and_then(|it| it.split_once('%')) {
                Some((weight, rest)) => (weight.trim().parse::<f64>().ok(), rest),
                None => (None, rest),
            };
            let (text, feedback) = match find(rest, '#') {
                Some(at) => (&rest[..at], &rest[at + 1..]),
                None => (rest, ""),
            };
            let is_right = weight.map_or(mark == "=", |weight| weight > 0.0);
            Answer { is_right, text: words(text), feedback: words(feedback) }
        })
        .collect()
}

/// The special characters that are not escaped by a backslash.
fn marks(text: &str) -> impl Iterator<Item = (usize, char)> {
    let mut is_escaped = false;
    text.char_indices().filter(move |(_, letter)| {
        let was_escaped = is_escaped;
        is_escaped = !was_escaped && *letter == '\\';
        !was_escaped
    })
}

fn find(text: &str, sign: char) -> Option<usize> {
    marks(text).find(|(_, it)| *it == sign).map(|(at, _)| at)
}

fn find_text(text: &str, sign: &str) -> Option<usize> {
    marks(text).find(|(at, _)| text[*at..].starts_with(sign)).map(|(at, _)| at)
}

/// A text without GIFT's additions: `[html]`, and backslashes before special characters.
fn words(text: &str) -> String {
    let text = text.trim();
    let (format, text) = match text.strip_prefix('[').and_then(|it| it.split_once(']')) {
        Some((format @ ("html" | "markdown" | "moodle" | "plain"), rest)) => (format, rest),
        _ => ("", text),
    };
    let mut out = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match (letter, letter == '\\') {
            (_, true) => match letters.next() {
                Some('n') => out.push('\n'),
                Some(next) => out.push(next),
                None => {}
            },
            _ => out.push(letter),
        }
    }
    if format == "markdown" { plain(&rich(&out).text.replace(['*', '`'], "")) } else { plain(&out) }
}
