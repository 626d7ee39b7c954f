//! Texts that Telegram would not take.

use super::{Check, Context, Report};
use crate::knowledge::draft::DraftText;
use crate::knowledge::findings::{Costs, Rule};
use crate::knowledge::limits::{
    MAX_ANSWER, MAX_EXPLANATION, MAX_EXPLANATION_BREAKS, MAX_OPTION, MAX_PROMPT, MAX_READ_UP_TITLE,
};
use crate::rich_text::markdown;
use crate::texts::{self, Texts};

pub(super) const QUIZ: Check = Check {
    rule: Rule {
        code: "quiz-too-long",
        costs: Costs::Table,
        rule: "a quiz question has at most 290 characters, an answer to it at most 100",
    },
    run: check_polls_fit,
};

pub(super) const EXPLANATION: Check = Check {
    rule: Rule {
        code: "long-explanation",
        costs: Costs::Nothing,
        rule: "an explanation has at most 200 characters with what it says to read, and two line breaks",
    },
    run: check_explanations_fit,
};

pub(super) const ANSWER: Check = Check {
    rule: Rule {
        code: "long-answer",
        costs: Costs::Nothing,
        rule: "an answer fits one message of Telegram, some 3,800 characters",
    },
    run: check_answers_fit,
};

/// Telegram refuses a poll that is too long.
fn check_polls_fit(context: &Context<'_>, report: &mut Report<'_, '_>) {
    let mut check = |text: &DraftText, what: &str, limit: usize| {
        let length = context.filled(text).trim().chars().count();
        if length > limit {
            report
                .add(
                    &text.place,
                    format!("{length} characters"),
                    format!("{what} has {length} characters; {limit} fit a poll"),
                )
                .help("shorten it, and put the rest in the explanation");
        }
    };
    for quiz in context.draft.quiz.iter().map(|it| &it.value) {
        check(&quiz.prompt, "this question", MAX_PROMPT);
        quiz.correct.iter().for_each(|it| check(it, "this answer", MAX_OPTION));
        quiz.distractors.iter().for_each(|it| check(it, "this distractor", MAX_OPTION));
        quiz.options.iter().for_each(|it| check(it, "this option", MAX_OPTION));
    }
}

/// The part that does not fit is cut off.
fn check_explanations_fit(context: &Context<'_>, report: &mut Report<'_, '_>) {
    let bot = context.draft.bot.iter();
    let wordings = bot.flat_map(|it| &it.value.texts).map(|(key, it)| (key.as_str(), it.value.as_str()));
    let texts = Texts::new(context.draft.language(), wordings);
    let pointer = |title: &str| texts.label(texts::Text::QuizRead, &[("title", title.into())]);
    for quiz in context.draft.quiz.iter().map(|it| &it.value) {
        let Some(explanation) = &quiz.explanation else { continue };
        let title = quiz.entry.as_ref().and_then(|entry| context.title(&entry.value));
        // The link to read goes on a line of its own.
        let taken = title.map_or(0, |title| {
            1 + pointer("").chars().count() + title.chars().count().min(MAX_READ_UP_TITLE)
        });
        let text = markdown(&context.filled(explanation)).text;
        let (length, room) = (text.chars().count(), MAX_EXPLANATION.saturating_sub(taken));
        if length > room {
            let message =
                format!("this explanation has {length} characters; {room} fit, so its end is cut off");
            let finding = report.add(&explanation.place, format!("{length} characters"), message);
            match title {
                Some(title) => finding.help(format!("shorten it; “{}” comes after it", pointer(title))),
                None => finding.help("shorten it"),
            };
        } else if text.matches('\n').count() + usize::from(title.is_some()) > MAX_EXPLANATION_BREAKS {
            let message = "this explanation has more line breaks than Telegram takes; they become spaces";
            report.add(&explanation.place, "too many lines", message).help("write it as one paragraph");
        }
    }
}

/// It is sent in two messages, and cut off where only one will do.
fn check_answers_fit(context: &Context<'_>, report: &mut Report<'_, '_>) {
    let draft = context.draft;
    let answers = draft.entries.iter().map(|it| &it.value.answer);
    let definitions = draft.terms.iter().map(|it| &it.value.definition);
    let out_of_scope = draft.out_of_scope.iter().map(|it| &it.value.reply);
    let small_talk = draft.small_talk.iter().map(|it| &it.value.reply);
    let bot = draft.bot.iter().flat_map(|it| it.value.greeting.iter().chain(&it.value.source));
    for text in answers.chain(definitions).chain(out_of_scope).chain(small_talk).chain(bot) {
        // Formatting only shortens a text.
        if text.value.len() < MAX_ANSWER / 4 {
            continue;
        }
        let length = markdown(&context.filled(text)).n_chars();
        if length > MAX_ANSWER {
            let message = format!("this text has {length} characters; {MAX_ANSWER} fit one message");
            report
                .add(&text.place, format!("{length} characters"), message)
                .help("shorten it, or make two entries of it that are related");
        }
    }
}
