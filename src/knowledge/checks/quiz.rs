//! Quiz questions that would be unfair, or could not be asked at all.

use super::{Check, Context, Report};
use crate::knowledge::draft::{DraftText, Quiz};
use crate::knowledge::findings::{Costs, Rule};
use crate::knowledge::limits::MAX_OPTIONS;
use crate::knowledge::same_answer::is_same_answer;
use crate::quantity::quantities;

pub(super) const DISTRACTORS: Check = Check {
    rule: Rule {
        code: "few-distractors",
        costs: Costs::Table,
        rule: "a quiz question has a wrong answer or more, or leaves them out where the right one is a number",
    },
    run: check_there_are_distractors,
};

pub(super) const TOO_MANY: Check = Check {
    rule: Rule {
        code: "too-many-options",
        costs: Costs::Table,
        rule: "a quiz question has at most 12 options, right and wrong ones together",
    },
    run: check_options_fit,
};

pub(super) const OPTIONS: Check = Check {
    rule: Rule {
        code: "mismatched-options",
        costs: Costs::Table,
        rule: "`options` hold the right answers, stand instead of `distractors`, and are there where `order` is `fixed`",
    },
    run: check_options_match,
};

pub(super) const SORTED: Check = Check {
    rule: Rule {
        code: "unsortable-options",
        costs: Costs::Nothing,
        rule: "where `order` is `sorted`, every option is one number or date, all of the same unit",
    },
    run: check_options_can_be_sorted,
};

pub(super) const GUESS: Check = Check {
    rule: Rule {
        code: "unguessable",
        costs: Costs::Table,
        rule: "where `guess` is true, the right answer is one number or date, and there are no options",
    },
    run: check_guesses_are_numbers,
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
        rule: "the options of a quiz question differ from each other",
    },
    run: check_options_differ,
};

fn quizzes<'d>(context: &Context<'d>) -> impl Iterator<Item = &'d Quiz> {
    context.draft.quiz.iter().map(|it| &it.value)
}

/// Without a wrong answer there is nothing to choose.
fn check_there_are_distractors(context: &Context<'_>, report: &mut Report<'_, '_>) {
    for quiz in
        quizzes(context).filter(|quiz| !quiz.guess && quiz.distractors.is_empty() && quiz.options.is_empty())
    {
        let finding = match quiz.correct.as_slice() {
            [only] if quantities(&context.filled(only), &context.locales).len() == 1 => continue,
            [only] => {
                let message = "this quiz question has no distractors, and none can be made for it";
                report.add(&only.place, "not a single number", message)
            }
            [first, ..] => {
                let message = "this quiz question has several right answers and no wrong one";
                report.add(&first.place, "right, like all the others", message)
            }
            [] => continue,
        };
        finding.help("add a wrong answer or more: distractors = [\"…\", \"…\"]");
    }
}

/// Telegram refuses a poll with more.
fn check_options_fit(context: &Context<'_>, report: &mut Report<'_, '_>) {
    for quiz in quizzes(context) {
        let given = if quiz.options.is_empty() {
            quiz.correct.iter().chain(&quiz.distractors).collect::<Vec<_>>()
        } else {
            quiz.options.iter().collect()
        };
        if let Some(text) = given.get(MAX_OPTIONS) {
            let message =
                format!("this quiz question has {} options; Telegram takes {MAX_OPTIONS}", given.len());
            report.add(&text.place, "one too many", message).help("leave out the least likely ones");
        }
    }
}

fn check_options_match(context: &Context<'_>, report: &mut Report<'_, '_>) {
    for quiz in quizzes(context) {
        let Some(option) = quiz.options.first() else {
            if let Some(order) = quiz.order.as_ref().filter(|order| order.value == "fixed") {
                report
                    .add(&order.place, "which order?", "nothing says in which order these options stand")
                    .help("list all of them, the right one too: options = [\"…\", \"…\"]; for numbers order = \"sorted\" does it");
            }
            continue;
        };
        if let Some(distractor) = quiz.distractors.first() {
            report
                .add(
                    &distractor.place,
                    "wrong answers here",
                    "this quiz question has both `options` and `distractors`",
                )
                .context(&option.place, "and all answers here")
                .help("delete `distractors`; what is not `correct` among the `options` is wrong");
        }
        for correct in &quiz.correct {
            let text = context.filled(correct);
            if !quiz.options.iter().any(|it| is_same_answer(&context.filled(it), &text, &context.locales)) {
                report
                    .add(
                        &correct.place,
                        "not one of the options",
                        format!("the right answer “{text}” is not among the options"),
                    )
                    .context(&option.place, "the options")
                    .help("add it to `options`, or write `correct` as it stands there");
            }
        }
        let is_right = |it: &&DraftText| {
            let text = context.filled(it);
            quiz.correct
                .iter()
                .any(|correct| is_same_answer(&context.filled(correct), &text, &context.locales))
        };
        if quiz.options.iter().all(|it| is_right(&it)) {
            report
                .add(&option.place, "right, like all the others", "this quiz question has no wrong option")
                .help("add a wrong one to `options`");
        }
    }
}

/// Nobody could come near.
fn check_guesses_are_numbers(context: &Context<'_>, report: &mut Report<'_, '_>) {
    for quiz in quizzes(context).filter(|quiz| quiz.guess) {
        if let Some(option) = quiz.distractors.first().or(quiz.options.first()) {
            report
                .add(
                    &option.place,
                    "nobody chooses it",
                    "people send a number to this question, so it has no options",
                )
                .help("delete the options, or `guess = true`");
        } else if let [first, rest @ ..] = quiz.correct.as_slice()
            && (!rest.is_empty() || quantities(&context.filled(first), &context.locales).len() != 1)
        {
            report
                .add(&first.place, "not a single number", "people can send no number that comes near to this")
                .help("write one number or date, such as \"$5 billion\" or \"May 2021\"; or delete `guess = true`");
        }
    }
}

/// They keep the order they are given in.
fn check_options_can_be_sorted(context: &Context<'_>, report: &mut Report<'_, '_>) {
    for quiz in quizzes(context) {
        let Some(order) = quiz.order.as_ref().filter(|order| order.value == "sorted") else { continue };
        let mut unit = None;
        let odd = quiz.correct.iter().chain(&quiz.distractors).chain(&quiz.options).find(|it| {
            match quantities(&context.filled(it), &context.locales).as_slice() {
                [only] => *unit.get_or_insert(only.quantity.unit) != only.quantity.unit,
                _ => true,
            }
        });
        if let Some(odd) = odd {
            report
                .add(&odd.place, "not a number like the others", "these options cannot be sorted, so they are shuffled")
                .context(&order.place, "to be sorted")
                .help("write one number or date in each option, all in the same unit; or list them in `options`, with order = \"fixed\"");
        }
    }
}

/// Anybody who chose it would be marked wrong.
fn check_distractors_are_wrong(context: &Context<'_>, report: &mut Report<'_, '_>) {
    for quiz in quizzes(context) {
        for distractor in &quiz.distractors {
            let wrong = context.filled(distractor);
            let right =
                quiz.correct.iter().find(|it| is_same_answer(&context.filled(it), &wrong, &context.locales));
            if let Some(right) = right {
                report
                    .add(
                        &distractor.place,
                        "this is right as well",
                        format!("the distractor “{wrong}” is the right answer"),
                    )
                    .context(&right.place, "the right answer")
                    .help("put something wrong in its place");
            }
        }
    }
}

/// One of them is left out, and the question gets easier than it looks.
fn check_options_differ(context: &Context<'_>, report: &mut Report<'_, '_>) {
    for quiz in quizzes(context) {
        for (texts, what) in
            [(&quiz.distractors, "distractor"), (&quiz.options, "option"), (&quiz.correct, "right answer")]
        {
            for (index, again) in texts.iter().enumerate() {
                let text = context.filled(again);
                let earlier = texts[..index]
                    .iter()
                    .find(|it| is_same_answer(&context.filled(it), &text, &context.locales));
                if let Some(earlier) = earlier {
                    report
                        .add(&again.place, "again here", format!("the {what} “{text}” comes twice"))
                        .context(&earlier.place, "first here")
                        .help("put another one in its place");
                }
            }
        }
    }
}
