//! Questions made from figures.

use super::Fact;
use super::distractors;
use super::draft::{Draft, file_topic, find_read_up, section};
use super::value::Value;
use super::wording::{capitalised, head, statement, verb, within_sentence};
use crate::knowledge::quantity::Unit;
use crate::knowledge::{Figure, Knowledge};
use crate::quiz::question::Kind;
use crate::quiz::shuffle::{Shuffler, stable_hash};

/// How many other figures a question sets against the right one.
const RIVALS: usize = 3;

/// Nouns that say by themselves what is counted: "what is the price", not "how much is the price".
const MEASURES: &str = "amount average cost costs date day figure fee limit maximum minimum month number percentage \
                        price rate ratio share size sum total value year";

pub(super) fn drafts<'a>(
    knowledge: &'a Knowledge,
    facts: &'a [Fact<'a>],
) -> impl Iterator<Item = Draft> + 'a {
    facts.iter().flat_map(|fact| {
        [value_of, name_of, true_statement].into_iter().filter_map(|make| make(knowledge, fact, facts))
    })
}

/// What is the value of X?
fn value_of(knowledge: &Knowledge, fact: &Fact, facts: &[Fact]) -> Option<Draft> {
    let figure = fact.figure;
    let value = fact.value.as_ref()?;
    let what = within_sentence(&figure.what);
    let prompt = match verb(&figure.what) {
        Some(verb) if is_money(value) && !is_measure(&figure.what) => format!("How much {verb} {what}?"),
        Some(verb) => format!("What {verb} {what}?"),
        None => format!("{}: what is right?", capitalised(&figure.what)),
    };
    let distractors = distractors::for_value(&figure.value, facts);
    Some(draft(knowledge, figure, Kind::FigureValue, prompt, figure.value.clone(), distractors))
}

/// Which of these has this value? The wrong ones are the nearest in size.
fn name_of(knowledge: &Knowledge, fact: &Fact, facts: &[Fact]) -> Option<Draft> {
    let figure = fact.figure;
    let value = fact.value.as_ref()?;
    let mut rivals: Vec<(f64, &Figure)> = facts
        .iter()
        .filter_map(|rival| Some((rival.value.as_ref()?, rival.figure)))
        .filter(|(rival, _)| rival.unit() == value.unit() && !rival.overlaps(value))
        .map(|(rival, figure)| (rival.factor(value), figure))
        .collect();
    rivals.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    let distractors = rivals.into_iter().take(RIVALS).map(|(_, rival)| capitalised(&rival.what)).collect();
    let verb = if is_money(value) { "amounts to" } else { "is" };
    let prompt = format!("Which of these {verb} {}?", figure.value);
    Some(draft(knowledge, figure, Kind::FigureName, prompt, capitalised(&figure.what), distractors))
}

/// Which statement is true? The wrong ones give other figures, or where there are too few the same, a wrong value.
fn true_statement(knowledge: &Knowledge, fact: &Fact, facts: &[Fact]) -> Option<Draft> {
    let figure = fact.figure;
    let correct = statement(&figure.what, &figure.value);
    let mut shuffler = Shuffler::new(stable_hash(&correct));
    let mut others: Vec<&Figure> =
        facts.iter().map(|fact| fact.figure).filter(|it| it.id != figure.id).collect();
    shuffler.shuffle(&mut others);
    let mut distractors: Vec<String> = others
        .into_iter()
        .filter_map(|other| {
            let mut wrong = distractors::for_value(&other.value, facts);
            shuffler.shuffle(&mut wrong);
            Some(statement(&other.what, wrong.first()?))
        })
        .take(RIVALS)
        .collect();
    let missing = RIVALS - distractors.len();
    let of_its_own = distractors::for_value(&figure.value, facts).into_iter().take(missing);
    distractors.extend(of_its_own.map(|wrong| statement(&figure.what, &wrong)));
    let prompt = "Which statement is true?".to_owned();
    Some(draft(knowledge, figure, Kind::FigureStatement, prompt, correct, distractors))
}

fn draft(
    knowledge: &Knowledge,
    figure: &Figure,
    kind: Kind,
    prompt: String,
    correct: String,
    distractors: Vec<String>,
) -> Draft {
    let read_up = figure.entry.as_ref().and_then(|id| find_read_up(knowledge, id));
    let mut topics = vec![
        "figures numbers facts".to_owned(),
        figure.id.to_string(),
        figure.what.clone(),
        figure.value.clone(),
        file_topic(&figure.location),
    ];
    if let Some(read_up) = &read_up {
        topics.extend([read_up.id.to_string(), read_up.title.clone()]);
    }
    let asked = match kind {
        Kind::FigureName => "name",
        Kind::FigureStatement => "statement",
        _ => "value",
    };
    Draft {
        id: format!("figure:{}:{asked}", figure.id),
        kind,
        prompt,
        correct,
        distractors,
        explanation: format!("{}.", statement(&figure.what, &figure.value)),
        section: figure.entry.as_ref().and_then(|id| section(knowledge, id)),
        read_up,
        topics,
    }
}

fn is_money(value: &Value) -> bool {
    matches!(value.unit(), Unit::Currency(_))
}

fn is_measure(what: &str) -> bool {
    head(what).is_some_and(|head| MEASURES.split_whitespace().any(|measure| measure == head))
}
