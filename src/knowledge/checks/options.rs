//! Options that people would mistake.

use super::{Check, Context, Report};
use crate::knowledge::draft::DraftText;
use crate::knowledge::findings::{Costs, Rule};
use crate::knowledge::lookalike::look;

pub(super) const ALIKE: Check = Check {
    rule: Rule {
        code: "options-look-alike",
        costs: Costs::Table,
        rule: "the options of a quiz question look different from each other",
    },
    run: check_options_look_different,
};

pub(super) const ORDER: Check = Check {
    rule: Rule {
        code: "option-needs-order",
        costs: Costs::Nothing,
        rule: "an option does not speak of the others, unless they stay in their order",
    },
    run: check_options_stand_alone,
};

/// Nobody could tell them apart, and one of them is wrong.
fn check_options_look_different(context: &Context<'_>, report: &mut Report<'_, '_>) {
    for quiz in context.draft.quiz.iter().map(|it| &it.value) {
        let options: Vec<&DraftText> = quiz.correct.iter().chain(&quiz.distractors).collect();
        for list in [options, quiz.options.iter().collect()] {
            for (index, option) in list.iter().enumerate() {
                // Identical texts are reported by another rule.
                let twin = list[..index]
                    .iter()
                    .find(|it| it.value != option.value && look(&it.value) == look(&option.value));
                let differs_in_letters =
                    |one: &str, other: &str| one.to_lowercase().trim() != other.to_lowercase().trim();
                if let Some(twin) = twin.filter(|it| differs_in_letters(&it.value, &option.value)) {
                    report
                        .add(&option.place, "looks like the other", format!("two options look the same: “{}”", option.value))
                        .context(&twin.place, "the other")
                        .help("type both again: one has a letter of another alphabet, or one that nobody can see");
                }
            }
        }
    }
}

/// Words of an option that only make sense in a fixed order.
const POINTING: [&str; 12] = [
    "all of the above",
    "none of the above",
    "all the above",
    "none of these",
    "all of these",
    "both of the above",
    "all of them",
    "both a and b",
    "a and b",
    "b and c",
    "a and c",
    "either of the above",
];

/// The bot shuffles options: an option "above" may end up below.
fn check_options_stand_alone(context: &Context<'_>, report: &mut Report<'_, '_>) {
    for quiz in context.draft.quiz.iter().map(|it| &it.value) {
        if quiz.order.as_ref().is_some_and(|it| it.value == "fixed") {
            continue;
        }
        for option in quiz.correct.iter().chain(&quiz.distractors).chain(&quiz.options) {
            let words = option.value.to_lowercase();
            let words = words.trim().trim_end_matches('.');
            if POINTING.contains(&words) {
                report
                    .add(
                        &option.place,
                        "may stand anywhere",
                        format!(
                            "“{}” speaks of other options, and options are shuffled",
                            option.value.trim()
                        ),
                    )
                    .help("list all answers in `options` with order = \"fixed\", or write what is meant");
            }
        }
    }
}
