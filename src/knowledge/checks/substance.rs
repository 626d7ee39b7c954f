//! Whether a folder says anything.

use super::{Check, Context, Report};
use crate::knowledge::draft::Place;
use crate::knowledge::findings::{Costs, Rule};

pub(super) const SOMETHING: Check = Check {
    rule: Rule {
        code: "nothing-to-say",
        costs: Costs::Nothing,
        rule: "a folder has at least one entry, term, figure or quiz question",
    },
    run: check_there_is_something,
};

/// Without any of these the bot has no answer to anything. Where something is broken, that is the reason
/// and is already reported.
fn check_there_is_something(context: &Context<'_>, report: &mut Report<'_, '_>) {
    let draft = context.draft;
    let nothing = context.main.is_none()
        && draft.entries.is_empty()
        && draft.terms.is_empty()
        && draft.figures.is_empty()
        && draft.quiz.is_empty();
    if !nothing || report.findings.has_errors() || report.findings.has_no_sources() {
        return;
    }
    let start = Place { file: 0, span: 0..0 };
    report
        .add(&start, "", "there is nothing to answer with")
        .help("write an [[entry]] with an id, a question and an answer; `faqbot new DIR` makes an example");
}
