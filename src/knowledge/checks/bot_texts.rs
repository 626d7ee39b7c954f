//! Other wordings for what the bot says by itself.

use super::{Check, Context, Report};
use crate::knowledge::findings::{Costs, Rule};
use crate::knowledge::nearest::did_you_mean;
use crate::texts::{Forms, Text, forms, has_plural_rules, placeholder_names, plural_forms};

pub(super) const KEYS: Check = Check {
    rule: Rule {
        code: "unknown-text",
        costs: Costs::Part,
        rule: "`[bot.texts]` replaces only texts that the bot has",
    },
    run: check_texts_are_known,
};

pub(super) const PLACEHOLDERS: Check = Check {
    rule: Rule {
        code: "unknown-placeholder",
        costs: Costs::Part,
        rule: "a wording in `[bot.texts]` has in braces only what the bot's own wording has",
    },
    run: check_placeholders_are_known,
};

pub(super) const PLURALS: Check = Check {
    rule: Rule {
        code: "plural-forms",
        costs: Costs::Nothing,
        rule: "a wording in `[bot.texts]` has a form for each kind of number that its language distinguishes",
    },
    run: check_all_plural_forms_are_there,
};

/// With a missing form the last one stands for the rest: "5 вопроса". A surplus one is never shown.
fn check_all_plural_forms_are_there(context: &Context<'_>, report: &mut Report<'_, '_>) {
    /// Here the forms are for the grammar of what a quiz question is about, not for a count.
    const SINGULAR_OR_PLURAL: &str = "number";
    let language = context.draft.language();
    let needed = plural_forms(language);
    for wording in context.draft.bot.iter().flat_map(|it| it.value.texts.values()) {
        for Forms { name, n_forms, span } in forms(&wording.value) {
            // Two forms where the language has one are *one* and *other*.
            let fits = n_forms == needed.len() || n_forms == 2 && needed.len() == 1;
            if fits || name == SINGULAR_OR_PLURAL {
                continue;
            }
            let place = report.within(wording, span);
            let count = if n_forms == 1 { "1 form".into() } else { format!("{n_forms} forms") };
            if !has_plural_rules(language) {
                let message = format!("no plural rules are known for {}", language.name());
                report
                    .add(&place, format!("has {count}"), message)
                    .help("write two forms: the first is for 1, the second for all other numbers");
                continue;
            }
            let message = format!(
                "`{{{name}|…}}` has {count}; {} tells {} kinds of numbers apart",
                language.name(),
                needed.len()
            );
            let label = match needed.get(n_forms..) {
                Some([]) | None => "the last is never shown".to_owned(),
                Some([missing]) => format!("the form for {missing} is missing"),
                Some(missing) => format!("the forms for {} are missing", missing.join(" and ")),
            };
            let help = format!("write the forms in this order: {}", needed.join(", "));
            report.add(&place, label, message).help(help);
        }
    }
}

/// A misspelt key would leave the bot's own wording in place.
fn check_texts_are_known(context: &Context<'_>, report: &mut Report<'_, '_>) {
    let keys = || Text::ALL.iter().map(|text| text.key());
    for (key, wording) in context.draft.bot.iter().flat_map(|it| &it.value.texts) {
        if text(key).is_none() {
            let finding =
                report.add(&wording.place, "replaces nothing", format!("the bot has no text `{key}`"));
            if let Some(help) = did_you_mean(key, keys()) {
                finding.help(help);
            }
        }
    }
}

/// A placeholder without a value would be shown with its braces.
fn check_placeholders_are_known(context: &Context<'_>, report: &mut Report<'_, '_>) {
    for (key, wording) in context.draft.bot.iter().flat_map(|it| &it.value.texts) {
        let Some(unknown) = unknown_placeholder(key, &wording.value) else { continue };
        let start = wording.value.find(&format!("{{{unknown}")).unwrap_or_default();
        let place = report.within(wording, start..start + 1 + unknown.len());
        let message = format!("the text `{key}` has nothing to put in the place of `{{{unknown}}}`");
        let known = text(key).map(|it| placeholder_names(it.default_wording())).unwrap_or_default();
        let help = did_you_mean(unknown, known).unwrap_or_else(|| "write this text without braces".into());
        report.add(&place, "the bot keeps its own wording", message).help(help);
    }
}

/// The first name in braces for which the bot has no value in this text.
pub(in crate::knowledge) fn unknown_placeholder<'w>(key: &str, wording: &'w str) -> Option<&'w str> {
    let known = placeholder_names(text(key)?.default_wording());
    placeholder_names(wording).into_iter().find(|name| !known.contains(name))
}

fn text(key: &str) -> Option<Text> {
    Text::ALL.iter().copied().find(|text| text.key() == key)
}
