//! Every question that a folder yields: written by hand, and made from its figures and terms.

mod distractors;
mod draft;
mod figures;
mod guesses;
mod order;
mod spelling;
mod terms;
mod value;
mod wording;
mod written;

use std::collections::{HashMap, HashSet};

use self::draft::QuestionDraft;
use self::spelling::Spelling;
use self::value::Value;
use super::question::Question;
use crate::knowledge::{Figure, Knowledge, QuizItem};
use crate::quantity::Locales;
use crate::texts::Texts;

/// Every question that the folder yields, in these texts, on a day, `YYYY-MM-DD`: after its `review_by` a figure
/// yields none.
///
/// The order is that of the folder, the questions differ in their ids, and all keep Telegram's limits. Anything that
/// cannot become a fair question, for want of distractors or of room, is left out.
pub fn questions(knowledge: &Knowledge, texts: &Texts, today: &str) -> Questions {
    let (current, overdue): (Vec<&Figure>, Vec<&Figure>) = knowledge
        .figures
        .iter()
        .partition(|figure| figure.review_by.as_deref().is_none_or(|review_by| today <= review_by));
    let locales = Locales::of(&knowledge.bot.languages);
    let facts =
        current.into_iter().filter(|figure| figure.quiz).map(|figure| Fact::of(figure, &locales)).collect();
    let material =
        Material { knowledge, texts, spelling: Spelling::of(knowledge), facts, locales: locales.clone() };
    let drafts = written::drafts(&material, &overdue)
        .chain(figures::drafts(&material))
        .chain(terms::drafts(&material));
    let mut quiz = finished(drafts, texts, &locales);
    illustrate(&mut quiz, knowledge);
    let written = quiz.iter().filter(|question| question.is_guess()).cloned();
    let guesses = written.chain(finished(guesses::drafts(&material), texts, &locales)).collect();
    Questions { quiz, guesses }
}

fn finished(drafts: impl Iterator<Item = QuestionDraft>, texts: &Texts, locales: &Locales) -> Vec<Question> {
    let mut ids = HashSet::new();
    drafts
        .filter_map(|draft| draft.finish(texts, locales))
        .filter(|question| ids.insert(question.id.clone()))
        .collect()
}

/// Gives the questions that were written by hand their pictures.
fn illustrate(questions: &mut [Question], knowledge: &Knowledge) {
    let pictured =
        knowledge.quiz.iter().filter(|it| it.picture.is_some() || it.explanation_picture.is_some());
    let by_id: HashMap<String, &QuizItem> = pictured.map(|item| (written::id(item), item)).collect();
    for question in questions {
        if let Some(item) = by_id.get(&question.id) {
            question.picture = item.picture.as_ref().map(|it| it.text.clone());
            question.explanation_picture = item.explanation_picture.as_ref().map(|it| it.text.clone());
        }
    }
}

/// The questions of a folder.
#[derive(Debug, Clone, Default)]
pub struct Questions {
    /// Those of `/quiz`: most have options; a few that were written so are answered with a number.
    pub quiz: Vec<Question>,
    /// Those of `/guess`: all of them are answered with a number.
    pub guesses: Vec<Question>,
}

/// What questions are made of.
struct Material<'a> {
    knowledge: &'a Knowledge,
    texts: &'a Texts,
    spelling: Spelling,
    facts: Vec<Fact<'a>>,
    locales: Locales,
}

/// A figure of the quiz, and its value as a number.
struct Fact<'a> {
    figure: &'a Figure,
    /// `None` if it is not a single number.
    value: Option<Value>,
}

impl Fact<'_> {
    fn of<'a>(figure: &'a Figure, locales: &Locales) -> Fact<'a> {
        Fact { figure, value: Value::read(&figure.value, locales) }
    }
}

#[cfg(test)]
mod tests;
