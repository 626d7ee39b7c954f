//! Content in several languages.

use std::collections::{HashMap, HashSet};

use super::{Check, Context, Report};
use crate::knowledge::draft::{Draft, DraftText, Figure, Item};
use crate::knowledge::findings::{Costs, Rule};
use crate::knowledge::nearest::nearest;
use crate::quantity::{Locales, quantities};

pub(super) const OF_NOTHING: Check = Check {
    rule: Rule {
        code: "stray-translation",
        costs: Costs::Table,
        rule: "what a file in another language has is there in the main language, under the same id",
    },
    run: check_translations_are_of_something,
};

pub(super) const OTHER_VALUE: Check = Check {
    rule: Rule {
        code: "translated-value",
        costs: Costs::Nothing,
        rule: "a figure has the same value in every language, in whatever notation",
    },
    run: check_figures_have_the_same_value,
};

pub(super) const MISSING: Check = Check {
    rule: Rule {
        code: "missing-translations",
        costs: Costs::Advice,
        rule: "what the main language has is there in the other languages, too",
    },
    run: check_nothing_is_missing,
};

/// Each id with the kind of its table, in the order of the files.
fn tables(draft: &Draft) -> impl Iterator<Item = (&'static str, &DraftText)> {
    let entries = draft.entries.iter().map(|it| ("entry", &it.value.id));
    let terms = draft.terms.iter().map(|it| ("term", &it.value.id));
    let figures = draft.figures.iter().map(|it| ("figure", &it.value.id));
    let out_of_scope = draft.out_of_scope.iter().map(|it| ("out_of_scope", &it.value.id));
    let small_talk = draft.small_talk.iter().map(|it| ("small_talk", &it.value.id));
    entries.chain(terms).chain(figures).chain(out_of_scope).chain(small_talk)
}

/// An answer in only one language would be missing for some people; a slip in its id hides a translation.
fn check_translations_are_of_something(context: &Context<'_>, report: &mut Report<'_, '_>) {
    let Some(main) = context.main else { return };
    let is_known = |table: &str, id: &str| {
        main.declared.iter().any(|it| it.table == table && it.id == id) || main.lost.contains(id)
    };
    for (table, id) in tables(context.draft) {
        if is_known(table, &id.value) {
            continue;
        }
        let name = main.language().name();
        let message = format!("in {name} there is no `[[{table}]]` with the id `{}`", id.value);
        let same_id = tables(main).find(|(_, it)| it.value == id.value);
        let of_kind = tables(main).filter(|(kind, _)| *kind == table).map(|(_, id)| id.value.as_str());
        let nearest = nearest(&id.value, of_kind);
        let finding = report.add(&id.place, "translates nothing", message);
        match (same_id, nearest) {
            (Some((kind, original)), _) => finding
                .context(&original.place, format!("a `[[{kind}]]`"))
                .help(format!("write it as `[[{kind}]]`, as its original is")),
            (None, Some(nearest)) => finding.help(format!("did you mean `{nearest}`?")),
            (None, None) => {
                finding.help(format!("write it in {name} first, or take the id of what it translates"))
            }
        };
    }
}

/// A translation that was forgotten when the number changed.
fn check_figures_have_the_same_value(context: &Context<'_>, report: &mut Report<'_, '_>) {
    let Some(main) = context.main else { return };
    let originals: HashMap<&str, &Item<Figure>> =
        main.figures.iter().map(|it| (it.value.id.value.as_str(), it)).collect();
    let main_locales = Locales::of(&main.languages());
    for figure in context.draft.figures.iter().map(|it| &it.value) {
        let Some(original) = originals.get(figure.id.value.as_str()) else { continue };
        let (value, other) = (&figure.value, &original.value.value);
        let here = quantities(&value.value, &context.locales);
        let there = quantities(&other.value, &main_locales);
        let mut pairs = here.iter().zip(&there);
        // Texts without numbers, or worded another way, cannot be compared.
        if here.len() != there.len() || pairs.all(|(here, there)| here.quantity.matches(&there.quantity)) {
            continue;
        }
        let message =
            format!("the figure `{}` has another value in {}", figure.id.value, main.language().name());
        report
            .add(&value.place, "this value", message)
            .context(&other.place, "and that value")
            .help("write the same value in both, each as its language writes it");
    }
}

/// People who ask in this language get these answers in the main one.
fn check_nothing_is_missing(context: &Context<'_>, report: &mut Report<'_, '_>) {
    /// The most that are named.
    const NAMED: usize = 5;
    let Some(main) = context.main else { return };
    let translated: HashSet<(&str, &str)> =
        tables(context.draft).map(|(table, id)| (table, id.value.as_str())).collect();
    let all: Vec<(&str, &DraftText)> = tables(main).collect();
    let missing: Vec<&(&str, &DraftText)> =
        all.iter().filter(|(table, id)| !translated.contains(&(*table, id.value.as_str()))).collect();
    let Some((_, first)) = missing.first() else { return };
    let language = context.draft.language().name();
    let names: Vec<String> = missing.iter().take(NAMED).map(|(_, id)| format!("`{}`", id.value)).collect();
    let rest = missing.len() - names.len();
    let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    let message = format!("{} of {} tables are not translated to {language}", missing.len(), all.len());
    report.add(&first.place, "the first one", message).help(format!("translate {}{more}", names.join(", ")));
}
