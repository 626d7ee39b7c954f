//! Pictures, as far as their names show. The contents are checked where files are read.

use super::{Check, Context, Report};
use crate::knowledge::findings::{Costs, Rule};
use crate::knowledge::picture::fault;

pub(super) const NAMED: Check = Check {
    rule: Rule {
        code: "picture-name",
        costs: Costs::Part,
        rule: "a picture is a .jpg, .png or .webp in the folder, named by its path from there, or a web address",
    },
    run: check_names,
};

fn check_names(context: &Context<'_>, report: &mut Report<'_, '_>) {
    let draft = context.draft;
    let entries = draft.entries.iter().filter_map(|it| it.value.picture.as_ref());
    let terms = draft.terms.iter().filter_map(|it| it.value.picture.as_ref());
    let quiz = draft.quiz.iter().flat_map(|it| it.value.picture.iter().chain(&it.value.explanation_picture));
    for picture in entries.chain(terms).chain(quiz) {
        if let Some(fault) = fault(picture.value.trim()) {
            report.add(&picture.place, "this picture", fault.message).help(fault.help);
        }
    }
}
