//! Questions made from figures.

use super::distractors;
use super::draft::{QuestionDraft, file_topic, find_read_up, section};
use super::value::Value;
use super::wording::{capitalised, statement, value_question};
use super::{Fact, Material};
use crate::knowledge::{Figure, OptionOrder};
use crate::quantity::Unit;
use crate::quiz::question::QuestionKind;
use crate::quiz::shuffle::Shuffler;
use crate::stable_hash::stable_hash;
use crate::texts::Text;

/// How many other figures a question sets against the right one.
const RIVALS: usize = 3;

pub(super) fn drafts<'a>(material: &'a Material<'a>) -> impl Iterator<Item = QuestionDraft> + 'a {
    material.facts.iter().flat_map(|fact| {
        [value_of, name_of, true_statement].into_iter().filter_map(|make| make(material, fact))
    })
}

/// What is the value of X?
fn value_of(material: &Material, fact: &Fact) -> Option<QuestionDraft> {
    let figure = fact.figure;
    let is_money = is_money(fact.value.as_ref()?);
    let prompt =
        value_question(material.texts, &material.spelling, &figure.what, is_money, Text::QuizAskValue);
    let distractors = distractors::for_value(&figure.value, &material.facts, &material.locales);
    Some(draft(material, fact, QuestionKind::FigureValue, prompt, figure.value.clone(), distractors))
}

/// Which of these has this value? The wrong ones are the nearest in size.
fn name_of(material: &Material, fact: &Fact) -> Option<QuestionDraft> {
    let Material { texts, facts, .. } = material;
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
    let text = if is_money(value) {
        texts.special(Text::QuizAskWhichAmounts, Text::QuizAskWhich)
    } else {
        Text::QuizAskWhich
    };
    let prompt = texts.label(text, &[("value", figure.value.as_str().into())]);
    Some(draft(material, fact, QuestionKind::FigureName, prompt, capitalised(&figure.what), distractors))
}

/// Which statement is true? The wrong ones give other figures or, if there are too few, the same with a wrong value.
fn true_statement(material: &Material, fact: &Fact) -> Option<QuestionDraft> {
    let Material { texts, facts, .. } = material;
    let figure = fact.figure;
    let correct = statement(texts, &figure.what, &figure.value);
    let mut shuffler = Shuffler::new(stable_hash(&correct));
    let mut others: Vec<&Figure> =
        facts.iter().map(|fact| fact.figure).filter(|it| it.id != figure.id).collect();
    shuffler.shuffle(&mut others);
    let mut distractors: Vec<String> = others
        .into_iter()
        .filter_map(|other| {
            let mut wrong = distractors::for_value(&other.value, facts, &material.locales);
            shuffler.shuffle(&mut wrong);
            Some(statement(texts, &other.what, wrong.first()?))
        })
        .take(RIVALS)
        .collect();
    let missing = RIVALS - distractors.len();
    let of_its_own =
        distractors::for_value(&figure.value, facts, &material.locales).into_iter().take(missing);
    distractors.extend(of_its_own.map(|wrong| statement(texts, &figure.what, &wrong)));
    let prompt = texts.label(Text::QuizAskTrue, &[]);
    Some(draft(material, fact, QuestionKind::FigureStatement, prompt, correct, distractors))
}

pub(super) fn draft(
    material: &Material,
    fact: &Fact,
    kind: QuestionKind,
    prompt: String,
    correct: String,
    distractors: Vec<String>,
) -> QuestionDraft {
    let Material { knowledge, texts, .. } = material;
    let figure = fact.figure;
    let read_up = figure.entry.as_ref().and_then(|id| find_read_up(knowledge, id));
    let mut topics = vec![
        texts.label(Text::QuizTopicFigures, &[]),
        figure.id.to_string(),
        figure.what.clone(),
        figure.value.clone(),
        file_topic(&figure.location),
    ];
    if fact.value.as_ref().is_some_and(is_money) {
        topics.push(texts.label(Text::QuizTopicMoney, &[]));
    }
    if let Some(read_up) = &read_up {
        topics.extend([read_up.id.to_string(), read_up.title.clone()]);
    }
    let asked = match kind {
        QuestionKind::FigureName => "name",
        QuestionKind::FigureStatement => "statement",
        QuestionKind::Guess => "guess",
        _ => "value",
    };
    let stated = statement(texts, &figure.what, &figure.value);
    QuestionDraft {
        id: format!("figure:{}:{asked}", figure.id),
        kind,
        prompt,
        correct: vec![correct],
        distractors,
        order: OptionOrder::Shuffled,
        difficulty: None,
        tags: Vec::new(),
        guess: false,
        explanation: match &figure.as_of {
            Some(day) => texts.label(
                texts.special(Text::QuizExplanationAsOf, Text::QuizExplanation),
                &[("fact", stated.into()), ("date", day.as_str().into())],
            ),
            None => texts.label(Text::QuizExplanation, &[("fact", stated.into())]),
        },
        section: figure.entry.as_ref().and_then(|id| section(knowledge, id)),
        read_up,
        topics,
    }
}

pub(super) fn is_money(value: &Value) -> bool {
    matches!(value.unit(), Unit::Currency(_))
}
