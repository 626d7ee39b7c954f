//! Quiz questions that would be unfair, or none at all.

use super::{Check, Context, Report};
use crate::knowledge::findings::{Costs, Rule};
use crate::knowledge::same_answer::is_same_answer;
use crate::quantity::quantities;

pub(super) const DISTRACTORS: Check = Check {
    rule: Rule {
        code: "few-distractors",
        costs: Costs::Table,
        rule: "a quiz question has two wrong answers or more, or leaves them out where the right one is a number",
    },
    run: check_there_are_distractors,
};

pub(super) const RIGHT_TWICE: Check = Check {
    rule: Rule {
        code: "distractor-is-right",
        costs: Costs::Table,
        rule: "a distractor is not the right answer, in whatever notation",
    },
    run: check_distractors_are_wrong,
};

pub(super) const REPEATED: Check = Check {
    rule: Rule {
        code: "repeated-distractor",
        costs: Costs::Nothing,
        rule: "distractors differ from each other",
    },
    run: check_distractors_differ,
};

/// With one wrong answer, guessing pays; with none there is nothing to choose.
fn check_there_are_distractors(context: &Context<'_>, report: &mut Report<'_, '_>) {
    for quiz in context.draft.quiz.iter().map(|it| &it.value) {
        match quiz.distractors.as_slice() {
            [] => {
                let numbers = quantities(&context.filled(&quiz.correct));
                if numbers.len() != 1 {
                    let message = "this quiz question has no distractors, and none can be made for it";
                    report
                        .add(&quiz.correct.place, "not a single number", message)
                        .help("add two wrong answers or more: distractors = [\"…\", \"…\"]");
                }
            }
            [only] => {
                report
                    .add(&only.place, "the only one", "this quiz question has only one distractor")
                    .help("add another wrong answer; with three the question is harder to guess");
            }
            _ => {}
        }
    }
}

/// Whoever chose it would be told that they are wrong.
fn check_distractors_are_wrong(context: &Context<'_>, report: &mut Report<'_, '_>) {
    for quiz in context.draft.quiz.iter().map(|it| &it.value) {
        let correct = context.filled(&quiz.correct);
        for distractor in &quiz.distractors {
            let wrong = context.filled(distractor);
            if is_same_answer(&correct, &wrong) {
                report
                    .add(
                        &distractor.place,
                        "this is right as well",
                        format!("the distractor “{wrong}” is the right answer"),
                    )
                    .context(&quiz.correct.place, "the right answer")
                    .help("put something wrong in its place");
            }
        }
    }
}

/// One of them is left out, and the question gets easier than it looks.
fn check_distractors_differ(context: &Context<'_>, report: &mut Report<'_, '_>) {
    for quiz in context.draft.quiz.iter().map(|it| &it.value) {
        for (index, distractor) in quiz.distractors.iter().enumerate() {
            let text = context.filled(distractor);
            let earlier =
                quiz.distractors[..index].iter().find(|it| is_same_answer(&context.filled(it), &text));
            if let Some(earlier) = earlier {
                report
                    .add(&distractor.place, "again here", format!("the distractor “{text}” comes twice"))
                    .context(&earlier.place, "first here")
                    .help("put another wrong answer in its place");
            }
        }
    }
}
