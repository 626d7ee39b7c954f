//! References from one table to another.

use std::collections::HashSet;

use super::phrasings::EXAMPLES;
use super::{Check, Context, Report};
use crate::knowledge::draft::{DraftText, PhrasingList};
use crate::knowledge::fill::{literal, placeholders};
use crate::knowledge::findings::{Costs, Rule};
use crate::knowledge::nearest::did_you_mean;
use crate::knowledge::{Diagnostic, Id};

pub(super) const ENTRIES: Check = Check {
    rule: Rule {
        code: "unknown-entry",
        costs: Costs::Part,
        rule: "`related` and `entry` name entries or terms that exist",
    },
    run: check_referenced_entries_exist,
};

pub(super) const PHRASINGS: Check = Check {
    rule: Rule {
        code: "stray-phrasings",
        costs: Costs::Part,
        rule: "the keys under `[phrasings]` are ids of entries, terms and groups that exist",
    },
    run: check_phrasings_are_for_something,
};

pub(super) const FIGURES: Check = Check {
    rule: Rule {
        code: "unknown-figure",
        costs: Costs::Table,
        rule: "`{id}` in a text names a figure that exists",
    },
    run: check_referenced_figures_exist,
};

pub(super) const IDLE: Check = Check {
    rule: Rule {
        code: "idle-reference",
        costs: Costs::Nothing,
        rule: "`related` names other entries, each once",
    },
    run: check_references_lead_elsewhere,
};

pub(super) const LONELY: Check = Check {
    rule: Rule {
        code: "lonely-entry",
        costs: Costs::Advice,
        rule: "an entry is related to from somewhere, so that people come across it",
    },
    run: check_entries_are_related_to,
};

/// Whether this reports a reference to something that is not there.
pub fn leads_nowhere(diagnostic: &Diagnostic) -> bool {
    [&ENTRIES, &PHRASINGS, &EXAMPLES, &FIGURES].iter().any(|check| check.rule.code == diagnostic.code)
}

/// Looking for what may be meant takes a while in a large folder; after this many mistakes of a kind it is not done.
const MOST_SUGGESTIONS: usize = 100;

/// A button that leads nowhere helps nobody.
fn check_referenced_entries_exist(context: &Context<'_>, report: &mut Report<'_, '_>) {
    let draft = context.draft;
    let declared = |tables: [&str; 2]| -> HashSet<&str> {
        let all = context.drafts().flat_map(|it| &it.declared);
        all.filter(|it| tables.contains(&it.table.as_str())).map(|it| it.id.as_str()).collect()
    };
    let targets = declared(["entry", "term"]);
    let groups = declared(["out_of_scope", "small_talk"]);
    let lost = lost(context);
    let all = targets.iter().copied().chain(lost.iter().copied());
    let mut names: Vec<&str> = all.filter(|id| Id::is_id(id)).collect();
    names.sort_unstable();
    let mut n_unknown = 0;
    let mut check = |reference: &DraftText, is_expectation: bool| {
        let id = reference.value.as_str();
        if targets.contains(id) || lost.contains(id) || (is_expectation && id == "none") {
            return;
        }
        n_unknown += 1;
        let finding = report.add(&reference.place, "not known", format!("there is no entry or term `{id}`"));
        if groups.contains(id) {
            finding.help(match is_expectation {
                true => "this group is not an answer: write `entry = \"none\"`",
                false => "this is a group of questions, not an answer: name an entry or a term",
            });
        } else if n_unknown <= MOST_SUGGESTIONS
            && let Some(help) = did_you_mean(id, names.iter().copied())
        {
            finding.help(help);
        }
    };
    for entry in &draft.entries {
        entry.value.related.iter().for_each(|reference| check(reference, false));
    }
    for term in &draft.terms {
        term.value.related.iter().for_each(|reference| check(reference, false));
    }
    for figure in &draft.figures {
        figure.value.entry.iter().for_each(|reference| check(reference, false));
    }
    for quiz in &draft.quiz {
        quiz.value.entry.iter().for_each(|reference| check(reference, false));
    }
    for expectation in &draft.expectations {
        check(&expectation.value.entry, true);
    }
}

/// A text with a hole in it is worse than none.
fn check_referenced_figures_exist(context: &Context<'_>, report: &mut Report<'_, '_>) {
    let draft = context.draft;
    let figures = || context.drafts().flat_map(|it| &it.figures).map(|it| it.value.id.value.as_str());
    let known: HashSet<&str> = figures().collect();
    let declared = context.drafts().flat_map(|it| &it.declared).filter(|it| it.table == "figure");
    let broken: HashSet<&str> = declared.map(|it| it.id.as_str()).chain(lost(context)).collect();
    let mut n_unknown = 0;
    for text in draft.texts() {
        for (span, id) in placeholders(&text.value) {
            if known.contains(id) {
                continue;
            }
            let place = report.within(text, span);
            if broken.contains(id) {
                let message = format!("the figure `{id}` cannot be filled in");
                report
                    .add(&place, "used here", message)
                    .help("fix the figure first: it has an error of its own");
                continue;
            }
            let finding = report.add(&place, "not known", format!("there is no figure `{id}`"));
            let escape =
                format!("write `{}` if the braces are part of the text", literal(&format!("{{{id}}}")));
            n_unknown += 1;
            match did_you_mean(id, figures()).filter(|_| n_unknown <= MOST_SUGGESTIONS) {
                Some(help) => finding.help(format!("{help}; {escape}")),
                None if !Id::is_id(id) => finding.help(escape),
                None => finding.help(format!("add a `[[figure]]` with this id; {escape}")),
            };
        }
    }
}

/// They would help nobody to be understood.
fn check_phrasings_are_for_something(context: &Context<'_>, report: &mut Report<'_, '_>) {
    let draft = context.draft;
    let owners = ["entry", "term", "out_of_scope", "small_talk"];
    let declared =
        context.drafts().flat_map(|it| &it.declared).filter(|it| owners.contains(&it.table.as_str()));
    let known: HashSet<&str> = declared.map(|it| it.id.as_str()).chain(lost(context)).collect();
    let mut names: Vec<&str> = known.iter().copied().filter(|id| Id::is_id(id)).collect();
    names.sort_unstable();
    let mut n_unknown = 0;
    for PhrasingList { id, .. } in draft.phrasings.iter().filter(|it| !known.contains(it.id.value.as_str())) {
        n_unknown += 1;
        let message = format!("there is no entry, term or group `{}` to have these phrasings", id.value);
        let finding = report.add(&id.place, "not known", message);
        if n_unknown <= MOST_SUGGESTIONS
            && let Some(help) = did_you_mean(&id.value, names.iter().copied())
        {
            finding.help(help);
        } else {
            finding.help("delete the list, or write the id of what it is for");
        }
    }
}

/// A button to where one already is.
fn check_references_lead_elsewhere(context: &Context<'_>, report: &mut Report<'_, '_>) {
    for (id, related) in related(context) {
        for (index, reference) in related.iter().enumerate() {
            if reference.value == id.value {
                report
                    .add(&reference.place, "leads to itself", format!("`{}` is related to itself", id.value))
                    .help("delete it from the list");
            } else if let Some(first) = related[..index].iter().find(|it| it.value == reference.value) {
                report
                    .add(&reference.place, "again here", format!("`{}` is named twice", reference.value))
                    .context(&first.place, "first here")
                    .help("delete one of them");
            }
        }
    }
}

/// An entry that nothing leads to is found only by those who know what to ask for; terms are in the glossary. A folder
/// that links to few of its entries does not use such links, or has just begun, and is left alone.
fn check_entries_are_related_to(context: &Context<'_>, report: &mut Report<'_, '_>) {
    // A translation leads where its original does.
    if context.main.is_some() {
        return;
    }
    let reached: HashSet<&str> = related(context)
        .flat_map(|(id, related)| related.iter().filter(move |it| it.value != id.value))
        .map(|reference| reference.value.as_str())
        .collect();
    let n_reached =
        context.draft.entries.iter().filter(|it| reached.contains(it.value.id.value.as_str())).count();
    if n_reached * 2 <= context.draft.entries.len() {
        return;
    }
    let entries = context.draft.entries.iter().map(|it| &it.value.id);
    for id in entries.filter(|id| !reached.contains(id.value.as_str())) {
        report
            .add(&id.place, "nothing is related to it", format!("no entry leads to `{}`", id.value))
            .help(format!("name `{}` under `related` of an entry that people read before it", id.value));
    }
}

/// The ids in tables that could not be read at all.
fn lost<'d>(context: &Context<'d>) -> HashSet<&'d str> {
    context.drafts().flat_map(|it| &it.lost).map(String::as_str).collect()
}

/// Every entry and term with what it is related to.
fn related<'d>(context: &Context<'d>) -> impl Iterator<Item = (&'d DraftText, &'d [DraftText])> {
    let entries = context.draft.entries.iter().map(|it| (&it.value.id, it.value.related.as_slice()));
    let terms = context.draft.terms.iter().map(|it| (&it.value.id, it.value.related.as_slice()));
    entries.chain(terms)
}
