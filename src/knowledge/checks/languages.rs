//! The languages that a folder is written in.

use std::collections::BTreeMap;

use super::{Check, Context, Report};
use crate::knowledge::draft::DraftText;
use crate::knowledge::findings::{Costs, Rule};
use crate::knowledge::read::{UNKNOWN, report_unknown};
use crate::language::{Language, Script, main_script, script_of};

pub(super) const SCRIPT: Check = Check {
    rule: Rule {
        code: "other-script",
        costs: Costs::Nothing,
        rule: "texts are in the letters of the languages that `language` names",
    },
    run: check_scripts_are_those_of_the_languages,
};

pub(super) const MIXED: Check = Check {
    rule: Rule {
        code: "mixed-scripts",
        costs: Costs::Nothing,
        rule: "a word is in letters of one script: others only look the same",
    },
    run: check_words_are_in_one_script,
};

pub(super) const KNOWN: Check = Check { rule: UNKNOWN, run: check_languages_are_known };

/// A misspelt code would leave the folder with English words and rules.
fn check_languages_are_known(context: &Context<'_>, report: &mut Report<'_, '_>) {
    for code in context.draft.bot.iter().flat_map(|it| &it.value.language) {
        if Language::from_code(&code.value).is_none() {
            report_unknown(&code.value, &code.place, "not known", report.findings);
        }
    }
}

/// One text in another script among this many is a hint that the language is not named. Fewer are what people ask any
/// bot, such as "по русски можешь".
const ONE_IN: usize = 10;

/// Without its language, a folder is read by English rules. Latin letters are in names everywhere, so they say nothing.
fn check_scripts_are_those_of_the_languages(context: &Context<'_>, report: &mut Report<'_, '_>) {
    let named = context.draft.bot.iter().flat_map(|it| &it.value.language);
    if named.into_iter().any(|code| Language::from_code(&code.value).is_none()) {
        return;
    }
    let languages = context.draft.languages();
    let is_known = |script: Script| {
        script == Script::Latin || languages.iter().any(|language| language.scripts().contains(&script))
    };
    let mut foreign: BTreeMap<Script, (&DraftText, usize)> = BTreeMap::new();
    let mut n_texts = 0;
    for text in context.draft.texts() {
        n_texts += 1;
        if let Some(script) = main_script(&text.value).filter(|script| !is_known(*script)) {
            foreign.entry(script).or_insert((text, 0)).1 += 1;
        }
    }
    for (script, (first, count)) in foreign {
        if ONE_IN * count < n_texts {
            continue;
        }
        let names: Vec<&str> = languages.iter().map(|language| language.name()).collect();
        let texts = if count == 1 { "one text is".into() } else { format!("{count} texts are") };
        let message =
            format!("{texts} in {} letters, but the folder is in {}", script.name(), names.join(" and "));
        let finding = report.add(&first.place, "the first one", message);
        if let Some(language) = Language::usual_in(script) {
            let code = language.code();
            finding.help(format!(
                "name the language in `[bot]`, for example language = \"{code}\" ({})",
                language.name()
            ));
        }
    }
}

/// Letters that look the same in two scripts do not match each other.
fn check_words_are_in_one_script(context: &Context<'_>, report: &mut Report<'_, '_>) {
    for text in context.draft.texts() {
        let mut end = 0;
        for word in text.value.split(|letter: char| !letter.is_alphabetic()) {
            let start = end + text.value[end..].find(word).unwrap_or_default();
            end = start + word.len();
            let Some((place, script)) = stray_letter(word) else { continue };
            let span = report.within(text, start..end);
            let message =
                format!("“{word}” mixes two scripts: its {} letter is {}", ordinal(place), script.name());
            report.add(&span, "looks like one word", message).help(
                "type the whole word with one keyboard layout: people who ask for it type other letters",
            );
        }
    }
}

/// Letters of Latin and Cyrillic that look the same.
const LOOKALIKES: &str = "aceopxyiABCEHKMOPTXYIасеорхуіАВСЕНКМОРТХУІ";

/// The first letter of a word, counted from 0, that is not in the script of most, but looks as if it were. An ending in
/// another script is not a slip: «SIMка».
fn stray_letter(word: &str) -> Option<(usize, Script)> {
    let scripts: Vec<(char, Script)> = word
        .chars()
        .map(|letter| (letter, script_of(letter)))
        .filter_map(|(letter, script)| Some((letter, script?)))
        .collect();
    let of = |wanted: Script| scripts.iter().filter(|(_, script)| *script == wanted).count();
    let (latin, cyrillic) = (of(Script::Latin), of(Script::Cyrillic));
    let (few, stray) = if latin <= cyrillic { (latin, Script::Latin) } else { (cyrillic, Script::Cyrillic) };
    if few == 0 || 3 * few > scripts.len() || latin + cyrillic < scripts.len() {
        return None;
    }
    let is_stray = |(_, script): &&(char, Script)| *script == stray;
    let is_ending = scripts.iter().rev().take(few).filter(is_stray).count() == few;
    let all_alike = scripts.iter().filter(is_stray).all(|(letter, _)| LOOKALIKES.contains(*letter));
    if is_ending || !all_alike {
        return None;
    }
    scripts.iter().position(|(_, script)| *script == stray).map(|place| (place, stray))
}

fn ordinal(place: usize) -> String {
    const ORDINALS: [&str; 8] = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"];
    ORDINALS.get(place).map_or_else(|| format!("{}th", place + 1), |word| (*word).to_owned())
}
