//! JSON: from faqbot itself, QnABot, OpenTDB and QnA Maker, or any list of objects with a question and an answer.

use serde_json::{Map, Value};

use super::picture::Picture;
use super::rows::{self, Columns, Grid, Row};
use super::text::{Rich, plain, rich};
use super::{At, Finding, Import, Item};

pub(super) fn read(name: &str, text: &str, out: &mut Import) {
    let json: Value = match serde_json::from_str(text) {
        Ok(json) => json,
        Err(error) => {
            let at = At::new(name, format!("line {}, column {}", error.line(), error.column()));
            return out.findings.push(Finding::error(at, "this is not written in JSON"));
        }
    };
    let list = |key: &str| json.get(key).and_then(Value::as_array);
    if json.get("faqbot").is_some() {
        return own(name, &json, out);
    }
    if let Some(items) = list("qna") {
        return each(name, items, out, qnabot);
    }
    if let Some(items) = list("results").filter(|it| it.iter().any(|it| it.get("correct_answer").is_some())) {
        return each(name, items, out, trivia);
    }
    if let Some(items) = list("qnaDocuments").or_else(|| list("qnaList")) {
        return each(name, items, out, qna_maker);
    }
    match json.as_array() {
        Some(items) if items.iter().any(|it| it.get("correct_answer").is_some()) => {
            each(name, items, out, trivia)
        }
        Some(items) if items.iter().all(Value::is_object) => objects(name, items, out),
        _ => {
            let message = "unknown kind of JSON: an export of QnABot, OpenTDB, QnA Maker or faqbot, or a list of objects with `question` and `answer`, is read";
            out.findings.push(Finding::error(At::new(name, ""), message));
        }
    }
}

/// Reads each object of a list; anything missing in one of them is reported with its number.
fn each(
    name: &str,
    items: &[Value],
    out: &mut Import,
    read: fn(&Value, At, &mut Import) -> Result<Item, String>,
) {
    for (n, item) in (1..).zip(items) {
        let at = At::new(name, format!("item {n}"));
        match read(item, at.clone(), out) {
            Ok(item) => out.items.push(item),
            Err(message) => out.findings.push(Finding::error(at, message)),
        }
    }
}

fn text<'v>(item: &'v Value, key: &str) -> &'v str {
    item.get(key).and_then(Value::as_str).unwrap_or_default().trim()
}

fn texts(item: &Value, key: &str) -> Vec<String> {
    let list = item.get(key).and_then(Value::as_array);
    let texts = list.into_iter().flatten().filter_map(Value::as_str).map(plain);
    texts.filter(|it| !it.is_empty()).collect()
}

fn answered(answer: &str, at: &At, out: &mut Import) -> Result<Rich, String> {
    let answer = rich(answer);
    if !answer.lost.is_empty() {
        out.findings.push(Finding::warning(at.clone(), format!("lost: {}", answer.lost.join(", "))));
    }
    if answer.text.is_empty() { Err("this question has no answer".into()) } else { Ok(answer) }
}

/// The first way to ask is the question, the others are phrasings.
fn first(mut questions: Vec<String>) -> Result<(String, Vec<String>), String> {
    if questions.is_empty() {
        return Err("there is no question".into());
    }
    let question = questions.remove(0);
    Ok((question, questions))
}

fn qnabot(item: &Value, at: At, out: &mut Import) -> Result<Item, String> {
    if text(item, "type") == "quiz" {
        return Ok(Item::new("quiz", at)
            .with("prompt", plain(text(item, "question")))
            .with("correct", one_or_more(texts(item, "correctAnswers")))
            .with("distractors", texts(item, "incorrectAnswers"))
            .with("tags", texts(item, "tags")));
    }
    if !["", "qna"].contains(&text(item, "type")) {
        return Err(format!("an item of the type `{}` has no answer to take over", text(item, "type")));
    }
    let (question, phrasings) = first(texts(item, "q"))?;
    let markdown = item.get("alt").map_or("", |alt| text(alt, "markdown"));
    let answer = answered(if markdown.is_empty() { text(item, "a") } else { markdown }, &at, out)?;
    let card = item.get("r").map_or("", |card| text(card, "imageUrl"));
    let picture = Picture::at(card, "").map_or_else(|| answer.picture(), |it| it.name);
    Ok(Item::new("entry", at)
        .with("id", text(item, "qid").to_owned())
        .with("question", question)
        .with("phrasings", phrasings)
        .with("answer", answer.text)
        .with("picture", picture)
        .with("section", plain(text(item, "t"))))
}

fn qna_maker(item: &Value, at: At, out: &mut Import) -> Result<Item, String> {
    let (question, phrasings) = first(texts(item, "questions"))?;
    let answer = answered(text(item, "answer"), &at, out)?;
    let picture = answer.picture();
    Ok(Item::new("entry", at)
        .with("question", question)
        .with("phrasings", phrasings)
        .with("answer", answer.text)
        .with("picture", picture))
}

/// A question of the Open Trivia Database.
fn trivia(item: &Value, at: At, _: &mut Import) -> Result<Item, String> {
    let (prompt, correct) = (plain(text(item, "question")), plain(text(item, "correct_answer")));
    if prompt.is_empty() || correct.is_empty() {
        return Err("`question` or `correct_answer` is missing".into());
    }
    let wrong = texts(item, "incorrect_answers");
    let item_tags = Some(plain(text(item, "category"))).filter(|it| !it.is_empty());
    let difficulty = text(item, "difficulty");
    let item = Item::new("quiz", at).with("prompt", prompt);
    let item = if correct == "True" || correct == "False" {
        let options: Vec<String> = vec!["True".into(), "False".into()];
        item.with("correct", correct).with("options", options).with("order", "fixed")
    } else {
        item.with("correct", correct).with("distractors", wrong)
    };
    let known = ["easy", "medium", "hard"].contains(&difficulty);
    Ok(item.with("difficulty", if known { difficulty } else { "" }).with("tags", Vec::from_iter(item_tags)))
}

pub(super) fn one_or_more(mut texts: Vec<String>) -> toml::Value {
    if texts.len() == 1 { texts.remove(0).into() } else { texts.into() }
}

/// A list of objects is a table whose headings are their keys.
fn objects(name: &str, items: &[Value], out: &mut Import) {
    let mut headings: Vec<String> = Vec::new();
    for key in items.iter().filter_map(Value::as_object).flat_map(Map::keys) {
        if !headings.contains(key) {
            headings.push(key.clone());
        }
    }
    let cell = |value: Option<&Value>| match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n"),
        Some(other) => other.to_string(),
    };
    let row = |(number, item): (usize, &Value)| Row {
        number,
        cells: headings.iter().map(|key| cell(item.get(key))).collect(),
        ..Row::default()
    };
    let heading = Row { number: 0, cells: headings.clone(), ..Row::default() };
    let rows = std::iter::once(heading).chain((1..).zip(items).map(row)).collect();
    rows::read(&Grid { file: name.into(), rows, is_sheet: true }, &Columns::default(), out);
}

/// What `faqbot export --to json` writes: the tables of the folder.
fn own(name: &str, json: &Value, out: &mut Import) {
    for (table, value) in json.as_object().into_iter().flatten().filter(|(table, _)| *table != "faqbot") {
        let list = match value {
            Value::Array(list) => list.iter().collect(),
            other => vec![other],
        };
        for (n, value) in (1..).zip(list) {
            let at = At::new(name, format!("{table} {n}"));
            match serde_json::from_value::<toml::Table>(value.clone()) {
                Ok(keys) => {
                    let mut item = Item::new(table, at);
                    item.keys = keys.into_iter().collect();
                    out.items.push(item);
                }
                Err(error) => out.findings.push(Finding::error(at, error.to_string())),
            }
        }
    }
}
