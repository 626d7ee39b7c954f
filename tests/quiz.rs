//! The quiz that ships: the questions of the folder `faq/`.

use std::collections::HashSet;
use std::path::Path;

use faqbot::faq_folder::load;
use faqbot::knowledge::{Knowledge, is_same_answer};
use faqbot::quantity::Locales;
use faqbot::quiz::{
    History, MAX_EXPLANATION, MAX_EXPLANATION_BREAKS, MAX_OPTION, MAX_OPTIONS, MAX_PROMPT, MIN_OPTIONS,
    Question, QuestionKind, QuizOptions, deck, questions,
};
use faqbot::texts::Texts;
use faqbot::time::Timestamp;

fn shipped() -> Knowledge {
    load(Path::new("faq"), Timestamp(0)).expect("the folder ships with the crate").knowledge
}

fn shipped_questions() -> Vec<Question> {
    questions(&shipped(), &Texts::default(), "2026-01-15").quiz
}

#[test]
fn there_are_enough_questions_of_every_kind() {
    let questions = shipped_questions();
    assert!(questions.len() >= 30, "{} questions", questions.len());
    for kind in [
        QuestionKind::Written,
        QuestionKind::FigureValue,
        QuestionKind::FigureName,
        QuestionKind::FigureStatement,
        QuestionKind::TermName,
        QuestionKind::TermDefinition,
    ] {
        assert!(questions.iter().any(|question| question.kind == kind), "none is {kind:?}");
    }
    let ids: HashSet<&str> = questions.iter().map(|question| question.id.as_str()).collect();
    assert_eq!(ids.len(), questions.len());
}

#[test]
fn every_written_question_and_every_figure_is_asked() {
    let knowledge = shipped();
    let questions = shipped_questions();
    let n_written = questions.iter().filter(|question| question.kind == QuestionKind::Written).count();
    assert_eq!(n_written, knowledge.quiz.len());
    for figure in &knowledge.figures {
        let asked = format!("figure:{}:value", figure.id);
        assert!(questions.iter().any(|question| question.id == asked), "{asked} is missing");
    }
}

#[test]
fn every_question_fits_a_quiz_poll_and_has_one_right_option() {
    let length = |text: &str| text.chars().count();
    for question in shipped_questions() {
        assert!((1..=MAX_PROMPT).contains(&length(&question.prompt)), "{question:?}");
        assert!((MIN_OPTIONS..=MAX_OPTIONS).contains(&question.options.len()), "{question:?}");
        assert!(
            question.options.iter().all(|option| (1..=MAX_OPTION).contains(&length(option))),
            "{question:?}"
        );
        assert!(length(&question.explanation) <= MAX_EXPLANATION, "{question:?}");
        assert!(question.explanation.matches('\n').count() <= MAX_EXPLANATION_BREAKS, "{question:?}");
        let key = &question.options[question.keys[0]];
        let n_right =
            question.options.iter().filter(|option| is_same_answer(option, key, &Locales::default())).count();
        assert_eq!(n_right, 1, "{question:?}");
    }
}

#[test]
fn every_explanation_names_the_entry_to_read() {
    let knowledge = shipped();
    for question in shipped_questions() {
        let Some(read_up) = &question.read_up else { panic!("nothing to read behind {question:?}") };
        assert!(
            knowledge.entry(&read_up.id).is_some() || knowledge.term(&read_up.id).is_some(),
            "{question:?}"
        );
        let pointer = question.explanation.lines().last().unwrap_or_default();
        assert_eq!(pointer, format!("Read: {}", read_up.title));
    }
}

#[test]
fn the_sections_of_the_article_are_topics() {
    let questions = shipped_questions();
    for topic in
        ["aws", "figures", "glossary", "vendor lock-in", "strategy", "chips", "what comes next", "gpus"]
    {
        let wish = QuizOptions { topic: Some(topic.into()), ..QuizOptions::default() };
        let deck = deck(&questions, &wish, &History::default(), 1);
        assert!(!deck.is_empty() && deck.len() <= 5, "{} questions about {topic}", deck.len());
    }
    let wish = QuizOptions { topic: Some("football".into()), ..QuizOptions::default() };
    assert_eq!(deck(&questions, &wish, &History::default(), 1), []);
}
