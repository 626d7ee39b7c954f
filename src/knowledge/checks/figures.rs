//! Facts with a value, written once.

use std::collections::{HashMap, HashSet};

use super::{Check, Context, Report};
use crate::knowledge::draft::{DraftText, Figure};
use crate::knowledge::fill::placeholders;
use crate::knowledge::findings::{Costs, Rule};
use crate::quantity::{Found, Locales, Quantity, Unit, quantities};

pub(super) const CONFLICT: Check = Check {
    rule: Rule { code: "figure-conflict", costs: Costs::Table, rule: "a figure has one id and one value" },
    run: check_figures_have_one_value,
};

pub(super) const CONTRADICTION: Check = Check {
    rule: Rule {
        code: "contradicting-number",
        costs: Costs::Nothing,
        rule: "a number in a text agrees with the figure of its entry",
    },
    run: check_numbers_agree,
};

pub(super) const TYPED: Check = Check {
    rule: Rule {
        code: "typed-figure",
        costs: Costs::Nothing,
        rule: "the value of a figure is written once: a text about it uses `{id}`",
    },
    run: check_figures_are_not_typed,
};

pub(super) const OVERDUE: Check = Check {
    rule: Rule {
        code: "overdue-figure",
        costs: Costs::Nothing,
        rule: "a figure is looked at again by the day that `review_by` names; until then it is left out of the quiz",
    },
    run: check_figures_are_reviewed,
};

/// Two values for one fact: one of them is wrong, and it is not clear which.
fn check_figures_have_one_value(context: &Context<'_>, report: &mut Report<'_, '_>) {
    let mut by_id = HashMap::new();
    let mut by_what = HashMap::new();
    for figure in context.draft.figures.iter().map(|it| &it.value) {
        let same_id = *by_id.entry(figure.id.value.as_str()).or_insert(figure);
        let what = figure.what.value.trim().to_lowercase();
        let same_what = *by_what.entry(what).or_insert(figure);
        let same_value = |first: &Figure| first.value.value == figure.value.value;
        if !std::ptr::eq(same_id, figure) {
            let message = if same_value(same_id) {
                format!("the figure `{}` is written twice", figure.id.value)
            } else {
                format!("the figure `{}` has two values", figure.id.value)
            };
            report
                .add(&figure.value.place, "written again here", message)
                .context(&same_id.value.place, "first written here")
                .help("keep one of them, or give this one an id of its own");
        } else if !std::ptr::eq(same_what, figure) && !same_value(same_what) {
            let message =
                format!("`{}` and `{}` give the same fact two values", same_what.id.value, figure.id.value);
            report
                .add(&figure.value.place, "this value", message)
                .context(&same_what.value.place, "and that value")
                .help("keep one of them, or say in `what` how they differ");
        }
    }
}

/// An old number is worse than none.
fn check_figures_are_reviewed(context: &Context<'_>, report: &mut Report<'_, '_>) {
    let today = context.now.day();
    for figure in context.draft.figures.iter().map(|it| &it.value) {
        if let Some(review_by) = figure.review_by.as_ref().filter(|day| day.value < today) {
            let message =
                format!("the figure `{}` was to be looked at by {}", figure.id.value, review_by.value);
            report
                .add(&review_by.place, "this day has passed", message)
                .help("see whether the value still holds, then move `review_by` on");
        }
    }
}

/// The folder says two things about the same fact.
fn check_numbers_agree(context: &Context<'_>, report: &mut Report<'_, '_>) {
    let figures = Figures::new(context);
    for (text, about) in texts_about(context, &figures) {
        for found in typed_quantities(&text.value, &context.locales) {
            let same_kind = about.iter().find(|it| it.measures_the_same(&text.value, &found));
            // A number equal to the value of any figure is there on purpose, if only for comparison.
            let Some(figure) = same_kind.filter(|_| !figures.has(&found.quantity)) else { continue };
            let place = report.within(text, found.span.clone());
            let (typed, value) = (&text.value[found.span], &figure.figure.value);
            let message =
                format!("“{typed}” contradicts the figure `{}`, {}", figure.figure.id.value, value.value);
            report
                .add(&place, "this number", message)
                .context(&value.place, "the figure")
                .help(format!("write `{{{}}}` if the figure is meant", figure.figure.id.value));
        }
    }
}

/// A number that is typed stays behind when the figure changes.
fn check_figures_are_not_typed(context: &Context<'_>, report: &mut Report<'_, '_>) {
    let figures = Figures::new(context);
    for (text, about) in texts_about(context, &figures) {
        for found in typed_quantities(&text.value, &context.locales) {
            let Some(figure) = about.iter().find(|it| it.quantity == found.quantity) else { continue };
            if found.quantity.unit == Unit::Plain {
                continue;
            }
            let place = report.within(text, found.span.clone());
            let id = &figure.figure.id.value;
            report
                .add(&place, "typed here", format!("“{}” is the figure `{id}`", &text.value[found.span]))
                .context(&figure.figure.value.place, "written here")
                .help(format!("write `{{{id}}}`: it follows when the figure changes"));
        }
    }
}

/// A figure whose value is a number.
struct Measured<'d> {
    figure: &'d Figure,
    quantity: Quantity,
    /// For a bare number, the word after it: "5 offices".
    noun: String,
}

impl Measured<'_> {
    /// Whether the number found in a text is of the same kind: of the same unit, or of the same things.
    fn measures_the_same(&self, text: &str, found: &Found) -> bool {
        match self.quantity.unit {
            Unit::Plain => {
                found.quantity.unit == Unit::Plain
                    && !self.noun.is_empty()
                    && self.noun == noun(&text[found.span.end..])
            }
            unit => unit == found.quantity.unit,
        }
    }
}

/// The word that comes next, in lower case and without its plural s.
fn noun(rest: &str) -> String {
    let word: String = rest.trim_start().chars().take_while(|letter| letter.is_alphabetic()).collect();
    word.to_lowercase().trim_end_matches('s').to_string()
}

/// All figures that are numbers.
struct Figures<'d> {
    by_entry: HashMap<&'d str, Vec<Measured<'d>>>,
    quantities: HashSet<Quantity>,
}

impl<'d> Figures<'d> {
    fn new(context: &Context<'d>) -> Figures<'d> {
        let mut figures = Figures { by_entry: HashMap::new(), quantities: HashSet::new() };
        for figure in context.draft.figures.iter().map(|it| &it.value) {
            let value = figure.value.value.trim();
            let found = quantities(value, &context.locales);
            figures.quantities.extend(found.iter().map(|it| it.quantity));
            let ([found], Some(entry)) = (found.as_slice(), &figure.entry) else { continue };
            let measured =
                Measured { figure, quantity: found.quantity, noun: noun(&value[found.span.end..]) };
            figures.by_entry.entry(&entry.value).or_default().push(measured);
        }
        figures
    }

    fn has(&self, quantity: &Quantity) -> bool {
        self.quantities.contains(quantity)
    }
}

/// Every text about an entry which has figures, and those figures.
fn texts_about<'d, 'f>(
    context: &Context<'d>,
    figures: &'f Figures<'d>,
) -> impl Iterator<Item = (&'d DraftText, &'f [Measured<'d>])> {
    let entries = context.draft.entries.iter().map(|it| (&it.value.id, vec![&it.value.answer]));
    let terms = context.draft.terms.iter().map(|it| (&it.value.id, vec![&it.value.definition]));
    let quiz = context.draft.quiz.iter().filter_map(|it| {
        let quiz = &it.value;
        let texts = [&quiz.prompt].into_iter().chain(&quiz.correct).chain(&quiz.explanation).collect();
        Some((quiz.entry.as_ref()?, texts))
    });
    entries.chain(terms).chain(quiz).flat_map(|(entry, texts)| {
        let about = figures.by_entry.get(entry.value.as_str()).map_or(&[][..], Vec::as_slice);
        texts.into_iter().filter(|_| !about.is_empty()).map(move |text| (text, about))
    })
}

/// The numbers of a text that do not come from a figure.
fn typed_quantities(text: &str, locales: &Locales) -> impl Iterator<Item = Found> {
    let placeholders: Vec<_> = placeholders(text).map(|(span, _)| span).collect();
    let touches = move |found: &Found| {
        placeholders.iter().any(|it| it.start < found.span.end && found.span.start < it.end)
    };
    quantities(text, locales).into_iter().filter(move |found| !touches(found))
}
