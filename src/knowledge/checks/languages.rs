//! The languages that a folder is written in.

use super::{Check, Context, Report};
use crate::knowledge::findings::{Costs, Rule};
use crate::knowledge::nearest::nearest;
use crate::language::Language;

pub(super) const KNOWN: Check = Check {
    rule: Rule {
        code: "unknown-language",
        costs: Costs::Part,
        rule: "`language` is the code of a language, such as `en`, `pt-br` or `zh`",
    },
    run: check_languages_are_known,
};

/// A misspelt code would leave the folder with English words and rules.
fn check_languages_are_known(context: &Context<'_>, report: &mut Report<'_, '_>) {
    for code in context.draft.bot.iter().flat_map(|it| &it.value.language) {
        if Language::from_code(&code.value).is_some() {
            continue;
        }
        let message = format!("no language has the code `{}`", code.value);
        let help = meant(&code.value).map_or_else(
            || "use a code of ISO 639, for example `en`, `es`, `pt-br`, `ru`, `fa` or `zh`".into(),
            |language| format!("did you mean `{}` ({})?", language.code(), language.name()),
        );
        report.add(&code.place, "not known", message).help(help);
    }
}

/// The language that a code which is none most likely stands for: people write names, old codes and slips.
fn meant(code: &str) -> Option<Language> {
    let name = |it: Language| it.name().split(" (").next().unwrap_or_default();
    let by_name = nearest(code, Language::all().map(name));
    let by_name = by_name.and_then(|nearest| Language::all().find(|it| name(*it) == nearest));
    let by_code = || Language::from_code(nearest(code, Language::all().map(Language::code))?);
    // Codes have two letters: a longer word is a name, or another code that begins alike (`rus`, `deu`).
    if code.chars().count() > 3 { by_name.or_else(by_code) } else { by_code() }
}
