//! The top of a file: the language that it is in.

use toml::de::DeValue;

use super::{second_bot, syntax};
use crate::knowledge::draft::{Draft, DraftText, Place};
use crate::knowledge::findings::{Costs, Findings, Rule};
use crate::knowledge::nearest::nearest;
use crate::language::Language;

/// The key that may come before all tables.
pub(super) const LANGUAGE: &str = "language";

pub(in crate::knowledge) const UNKNOWN: Rule = Rule {
    code: "unknown-language",
    costs: Costs::Part,
    rule: "`language` is the code of a language, such as `en`, `pt-br` or `zh`",
};

pub(super) const MISPLACED: Rule = Rule {
    code: "misplaced-language",
    costs: Costs::Part,
    rule: "a file names its language once, at its top; `[bot]` names that of the files which do not",
};

/// What a file says about its language.
pub(super) enum Named {
    Nothing,
    Language(Language),
    /// Something that is not the code of any language.
    Unknown,
}

/// The language at the top of a file.
pub(super) fn language(
    file: usize,
    text: &str,
    parts: &[syntax::Part<'_>],
    findings: &mut Findings<'_>,
) -> Named {
    let Some(syntax::Part::Clean(document)) = parts.first() else {
        // Its top is broken, but its tables are still translations.
        return file_language(text).map_or(Named::Nothing, Named::Language);
    };
    let Some((key, value)) = document.table.iter().find(|(key, _)| key.get_ref() == LANGUAGE) else {
        return Named::Nothing;
    };
    let place = document.place(value);
    let DeValue::String(code) = value.get_ref() else {
        findings
            .report(
                &MISPLACED,
                &document.place(key),
                "not one code",
                "`language` at the top of a file is one code in quotes",
            )
            .help("write language = \"en\"; what is in several languages goes into a file for each");
        return Named::Unknown;
    };
    debug_assert_eq!(place.file, file, "a document knows its file");
    match Language::from_code(code) {
        Some(language) => Named::Language(language),
        None => {
            report_unknown(code, &place, "nothing in this file is used", findings);
            Named::Unknown
        }
    }
}

/// The language that a file names at its top, by a look at its lines.
pub fn file_language(text: &str) -> Option<Language> {
    let top = text.lines().take_while(|line| !line.starts_with('['));
    let mut codes = top.filter_map(|line| {
        let value = line.trim_start().strip_prefix(LANGUAGE)?.trim_start().strip_prefix('=')?;
        let value = value.split('#').next().unwrap_or_default();
        Language::from_code(value.trim().trim_matches(['"', '\'']))
    });
    codes.next()
}

/// Reports that no language has this code, with the one that is most likely meant.
pub(in crate::knowledge) fn report_unknown(
    code: &str,
    place: &Place,
    label: &str,
    findings: &mut Findings<'_>,
) {
    let message = format!("no language has the code `{code}`");
    let help = meant(code).map_or_else(
        || "use a code of ISO 639, for example `en`, `es`, `pt-br`, `ru`, `fa` or `zh`".into(),
        |language| format!("did you mean `{}` ({})?", language.code(), language.name()),
    );
    findings.report(&UNKNOWN, place, label, message).help(help);
}

/// The language that an invalid code most likely stands for: people write names, old codes and slips.
fn meant(code: &str) -> Option<Language> {
    let name = |it: Language| it.name().split(" (").next().unwrap_or_default();
    let by = |name: fn(Language) -> &'static str| {
        let nearest = nearest(code, Language::all().map(name));
        nearest.and_then(|nearest| Language::all().find(|it| name(*it) == nearest))
    };
    let is_own_name = |it: &Language| it.own_name().to_lowercase() == code.to_lowercase();
    let by_name =
        || Language::all().find(is_own_name).or_else(|| by(name)).or_else(|| by(Language::own_name));
    let by_code = || Language::from_code(nearest(code, Language::all().map(Language::code))?);
    // Codes have two letters: a longer word is a name, or another code that begins alike (`rus`, `deu`).
    if code.chars().count() > 3 { by_name().or_else(by_code) } else { by_code() }
}

/// `[bot]` names a language in a file that names one itself.
pub(super) fn misplaced(code: &DraftText, findings: &mut Findings<'_>) {
    findings.report(&MISPLACED, &code.place, "said already", "this file names its language at its top").help(
        "delete this line; the main language is named by the `[bot]` of a file without `language` at its top",
    );
}

/// Puts the drafts together: the main one, and those of the other languages as its translations.
///
/// The main language is that of the `[bot]` in a file without a language of its own, English if it names
/// none. Where every file names its language, it is that of the first one with a `[bot]`.
pub(super) fn main_draft(mut main: Draft, mut drafts: Vec<Draft>, findings: &mut Findings<'_>) -> Draft {
    if drafts.is_empty() {
        return main;
    }
    let is_empty = main.bot.is_none() && main.declared.is_empty() && main.lost.is_empty();
    let language = if is_empty {
        let with_bot = drafts.iter().filter(|it| it.bot.is_some());
        let first = with_bot.min_by_key(|it| it.bot.as_ref().map(|bot| bot.header.order()));
        first.or(drafts.first()).and_then(|it| it.language)
    } else {
        main.languages().first().copied()
    };
    if let Some(index) = drafts.iter().position(|it| it.language == language) {
        let same = drafts.remove(index);
        if let (Some(first), Some(second)) = (&main.bot, &same.bot) {
            second_bot(&first.header, &second.header, findings);
        }
        main.append(same);
    }
    if is_empty {
        main.language = language;
    }
    drafts.sort_by_key(|it| it.language.map(Language::code));
    main.translations = drafts;
    main
}
