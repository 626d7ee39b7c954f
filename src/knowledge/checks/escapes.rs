//! Backslashes that mean something else in TOML than was intended.

use super::{Check, Context, Report};
use crate::knowledge::findings::{Costs, Rule};

pub(super) const PATHS: Check = Check {
    rule: Rule {
        code: "escaped-path",
        costs: Costs::Nothing,
        rule: "a backslash of a path between double quotes is written twice: alone it begins a sign such as a line break",
    },
    run: check_paths,
};

/// `C:\new` between double quotes is `C:`, a line break, and `ew`. TOML has no objection.
fn check_paths(context: &Context<'_>, report: &mut Report<'_, '_>) {
    for text in context.draft.texts() {
        let written = &report.findings.source(&text.place)[text.place.span.clone()];
        if !written.starts_with('"') {
            continue;
        }
        let Some((sign, path)) = taken_for_a_sign(written) else { continue };
        let what = match sign {
            'n' | 'r' => "a line break",
            't' => "a tab",
            _ => "a sign that nobody can see",
        };
        let message = format!("`\\{sign}` in `{path}` is {what}");
        let help = format!("write `{}`, or put the text between single quotes", path.replace('\\', "\\\\"));
        report.add(&text.place.clone(), "in this text", message).help(help);
    }
}

/// The letter after the first backslash of a path that TOML takes for something else, and the path.
///
/// A path begins with a drive, or has an escape that nobody writes on purpose.
fn taken_for_a_sign(written: &str) -> Option<(char, &str)> {
    written.split(|c: char| c.is_whitespace() || "\"'()[]<>,;".contains(c)).find_map(|word| {
        let mut letters = word.char_indices().peekable();
        while let Some((at, letter)) = letters.next() {
            if letter != '\\' {
                continue;
            }
            let (_, sign) = letters.next()?;
            let has_drive = word[..at].ends_with(':')
                && word[..at - 1].chars().next_back().is_some_and(|c| c.is_ascii_alphabetic())
                && word[..at].chars().count() == 2;
            let is_odd = matches!(sign, 'b' | 'f' | 'e');
            if (has_drive && matches!(sign, 'n' | 'r' | 't')) || is_odd {
                return Some((sign, word.trim_end_matches(['.', '!', '?', ':'])));
            }
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::taken_for_a_sign;

    #[test]
    fn paths_are_distinguished_from_intended_breaks() {
        #[track_caller]
        fn check(written: &str, expected: Option<(char, &str)>) {
            assert_eq!(taken_for_a_sign(written), expected, "{written}");
        }
        check(r#""see C:\new folder""#, Some(('n', r"C:\new")));
        check(r#""D:\temp""#, Some(('t', r"D:\temp")));
        check(r#""docs\files""#, Some(('f', r"docs\files")));
        check(r#""one\ntwo""#, None);
        check(r#""at 9:\n- bread""#, None);
        check(r#""C:\\new""#, None);
    }
}
