//! Slips that show in the text itself: leftovers of other formats, editors and programs in a file.

use std::ops::Range;

use super::explain::Problem;

/// What somebody wrote at this byte, at which the TOML parser stumbled; `None` if only the parser knows.
pub(super) fn slip(text: &str, at: usize) -> Option<Problem> {
    let line_start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let line = text[line_start..].lines().next().unwrap_or_default();
    let begins_line = text[line_start..at].trim().is_empty();
    let rest = &text[at..];
    let problem = |span: Range<usize>, message: &str, label: &str, help: &str| Problem {
        span,
        message: message.into(),
        label: label.into(),
        help: Some(help.into()),
        runs_on: true,
    };
    if ["<<<<<<<", "|||||||", "=======", ">>>>>>>"].iter().any(|mark| line.starts_with(mark)) {
        return Some(problem(
            line_start..line_start + 7,
            "two versions of this file were not merged",
            "a mark of the merge",
            "keep one of the two versions, and delete the lines with `<<<<<<<`, `=======` and `>>>>>>>`",
        ));
    }
    if begins_line && let Some(sign) = ["//", "/*", "--", ";"].iter().find(|sign| rest.starts_with(**sign)) {
        let help = "write `# …`, on each line of it";
        return Some(problem(at..at + sign.len(), "a comment begins with `#`", "begins no comment", help));
    }
    let next = rest.chars().next()?;
    if is_odd_space(next) {
        let help = "delete it and type an ordinary space, if there is to be one";
        return Some(problem(
            at..at + next.len_utf8(),
            "this is not an ordinary space",
            "looks like one",
            help,
        ));
    }
    if next.is_control() && next != '\n' {
        return Some(problem(
            at..at + next.len_utf8(),
            "there is a sign here that cannot be seen",
            "this one",
            &format!("delete it; in a text it may be written `\\u{:04X}`", u32::from(next)),
        ));
    }
    None
}

/// Where a line `key = …` is in the middle of a list: that list, which is not closed.
pub(super) fn open_list(text: &str, at: usize) -> Option<Problem> {
    let line_start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    if !text[line_start..at].trim().is_empty() || !is_key_and_sign(&text[at..]) {
        return None;
    }
    let (span, key) = last_list(&text[..line_start])?;
    Some(Problem {
        span,
        message: format!("the list `{key}` has no end"),
        label: "begins here".into(),
        help: Some("put `]` behind its last text".into()),
        runs_on: true,
    })
}

/// Looks like a space, or like nothing, and is not a space to TOML.
fn is_odd_space(letter: char) -> bool {
    let is_space = letter.is_whitespace() && !letter.is_ascii();
    is_space || matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// Whether a line begins with `key =`.
fn is_key_and_sign(line: &str) -> bool {
    key(line).is_some_and(|key| line[key.len()..].trim_start().starts_with('='))
}

fn key(line: &str) -> Option<&str> {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
    let end = line.find(|letter| !is_letter(letter)).unwrap_or(line.len());
    (end > 0).then(|| &line[..end])
}

/// The place of the bracket of the list that a text ends with, and the key that the list belongs to.
fn last_list(text: &str) -> Option<(Range<usize>, &str)> {
    let mut end = text.len();
    for line in text.split_inclusive('\n').rev() {
        end -= line.len();
        let key_start = line.len() - line.trim_start().len();
        let Some(key) = key(line.trim_start()) else { continue };
        let value = line[key_start + key.len()..].trim_start().strip_prefix('=').map(str::trim_start);
        match value {
            Some(value) if value.starts_with('[') => {
                let bracket = end + line.len() - value.len();
                return Some((bracket..bracket + 1, key));
            }
            Some(_) => return None,
            None => {}
        }
    }
    None
}
