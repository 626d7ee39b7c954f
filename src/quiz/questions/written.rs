//! Questions written by hand.

use super::Material;
use super::distractors;
use super::draft::{QuestionDraft, file_topic, find_read_up, section};
use crate::knowledge::{Difficulty, Figure, QuizItem, is_same_answer};
use crate::quiz::question::QuestionKind;
use crate::stable_hash::stable_hash;
use crate::texts::{Text, Texts};

/// A question whose answer is an overdue figure is left out.
pub(super) fn drafts<'a>(
    material: &'a Material<'a>,
    overdue: &'a [&'a Figure],
) -> impl Iterator<Item = QuestionDraft> + 'a {
    let asks_for = |item: &QuizItem, figure: &Figure| {
        (item.entry == figure.entry || item.entry.is_none())
            && item.correct.iter().any(|correct| is_same_answer(correct, &figure.value, &material.locales))
    };
    material
        .knowledge
        .quiz
        .iter()
        .filter(move |item| !overdue.iter().any(|figure| asks_for(item, figure)))
        .map(|item| draft(material, item))
}

/// What people may type after `/quiz` for questions of a difficulty.
fn difficulty_words(texts: &Texts, difficulty: Difficulty) -> String {
    let text = match difficulty {
        Difficulty::Easy => Text::QuizTopicEasy,
        Difficulty::Medium => Text::QuizTopicMedium,
        Difficulty::Hard => Text::QuizTopicHard,
    };
    texts.label(text, &[])
}

/// The folder has no id for it; another wording is another question.
pub(super) fn id(item: &QuizItem) -> String {
    format!("quiz:{:016x}", stable_hash(&format!("{}\n{}", item.prompt, item.correct.join("\n"))))
}

fn draft(material: &Material, item: &QuizItem) -> QuestionDraft {
    let Material { knowledge, texts, facts, .. } = material;
    let distractors = match item.correct.as_slice() {
        [only] if item.distractors.is_empty() => distractors::for_value(only, facts, &material.locales),
        _ => item.distractors.clone(),
    };
    let correct = item.correct.join("\n");
    let read_up = item.entry.as_ref().and_then(|id| find_read_up(knowledge, id));
    let mut topics = vec![item.prompt.clone(), correct.clone(), file_topic(&item.location)];
    if let Some(read_up) = &read_up {
        topics.extend([read_up.id.to_string(), read_up.title.clone()]);
    }
    QuestionDraft {
        id: id(item),
        kind: QuestionKind::Written,
        prompt: item.prompt.clone(),
        correct: item.correct.clone(),
        distractors,
        order: item.order.clone(),
        difficulty: item.difficulty,
        tags: item
            .tags
            .iter()
            .cloned()
            .chain(item.difficulty.map(|it| difficulty_words(texts, it)))
            .collect(),
        guess: item.guess,
        explanation: item.explanation.clone().unwrap_or_default(),
        section: item.entry.as_ref().and_then(|id| section(knowledge, id)),
        read_up,
        topics,
    }
}
