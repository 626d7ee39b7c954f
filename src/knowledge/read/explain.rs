//! What the TOML parser means, in plain words.

use std::ops::Range;

use super::slips::{open_list, slip};
use crate::knowledge::nearest::nearest;

/// What is wrong, in the words of somebody who has never heard of TOML.
pub(super) struct Problem {
    pub(super) span: Range<usize>,
    pub(super) message: String,
    pub(super) label: String,
    pub(super) help: Option<String>,
    /// Whether the text after it was misread because of it.
    pub(super) runs_on: bool,
}

/// Says in plain words what the TOML parser means.
pub(super) fn explain(message: &str, text: &str, at: Range<usize>) -> Problem {
    let start = text.floor_char_boundary(at.start.min(text.len()));
    let end = text.floor_char_boundary(at.end.min(text.len())).max(start);
    let before = &text[..start];
    let is_return = message.starts_with("carriage return");
    let stumbled = before.rfind('\r').filter(|_| is_return).unwrap_or(start);
    if let Some(problem) = slip(text, stumbled) {
        return problem;
    }
    let line = before.rfind('\n').map_or(0, |newline| newline + 1)..start;
    let described = |message: &str, label: &str, help: Option<&str>| Problem {
        span: start..end,
        message: message.into(),
        label: label.into(),
        help: help.map(str::to_owned),
        runs_on: false,
    };
    let quote_in = |range: Range<usize>, quote: &str| {
        let found = text[range.clone()].find(quote).map(|found| range.start + found);
        found.map_or(start..end, |found| found..found + quote.len())
    };
    if message.starts_with("invalid multi-line") {
        let quote = if message.contains("literal") { "'''" } else { "\"\"\"" };
        let opening = before.rfind(quote).map_or(start..end, |opening| opening..opening + quote.len());
        let message = format!("the text that begins with {quote} has no end");
        return Problem {
            span: opening,
            message,
            label: "begins here".into(),
            help: Some("put the same three quotes on a line of their own where the text ends".into()),
            runs_on: true,
        };
    }
    if message.starts_with("invalid basic string") || message.starts_with("invalid literal string") {
        let quote = if message.contains("literal") { "'" } else { "\"" };
        let help =
            Some("close it on the same line; a text of several lines stands between \"\"\" and \"\"\"");
        let problem = described("this text has no closing quote", "the closing quote is missing", help);
        return Problem { span: quote_in(line.clone(), quote).start..start, ..problem };
    }
    if let Some(colon) = colon(&text[line.start..], start - line.start) {
        let key = text[line.start..line.start + colon].trim();
        let span = line.start + colon..line.start + colon + 1;
        let help = Some(format!("write `{key} = …`"));
        return Problem {
            span,
            help,
            ..described("between a key and its value stands `=`", "not a colon", None)
        };
    }
    if message.starts_with("unexpected key or value") {
        let value_end = before.trim_end().len();
        return match before[..value_end].chars().last() {
            Some(quote @ ('"' | '\'')) => {
                let help = if quote == '"' {
                    "a quote inside of a text is written `\\\"`; a comment begins with `#`"
                } else {
                    "put a text that has a ' in it between double quotes; a comment begins with `#`"
                };
                let problem =
                    described("the line goes on after the end of the text", "the text ends here", Some(help));
                Problem { span: value_end - 1..value_end, ..problem }
            }
            _ => described(
                "the line goes on after the value",
                "belongs to nothing",
                Some("put quotes around the whole value; a comment begins with `#`"),
            ),
        };
    }
    if message.starts_with("missing opening quote") {
        let help = Some("a text stands between two quotes: \"like this\"");
        return described("this text has no opening quote", "the opening quote is missing", help);
    }
    let is_bare = ["string values must be quoted", "invalid boolean", "invalid float", "invalid integer"]
        .iter()
        .any(|bare| message.starts_with(bare));
    let is_list = message.contains("array") && !message.contains("array table");
    if (is_bare || is_list)
        && let Some(problem) = open_list(text, start)
    {
        return problem;
    }
    let rest = text[start..].lines().next().unwrap_or_default().trim_start();
    if is_bare
        && before.trim_end_matches([' ', '\t']).ends_with('=')
        && (rest.is_empty() || rest.starts_with('#'))
    {
        let key = text[line].trim().trim_end_matches('=').trim_end();
        let is_below = text[end..].trim_start().starts_with(['"', '\'', '[']);
        let help = match is_below {
            true => "begin the value on the same line".to_string(),
            false => format!("write it as `{key} = \"value\"`, or delete the line"),
        };
        let problem = described("this key has no value", "a value is missing", Some(&help));
        return Problem { runs_on: is_below, ..problem };
    }
    if is_bare {
        if let Some(meant) = nearest(&text[start..end], ["true", "false"]) {
            let help = Some(format!("did you mean `{meant}`?"));
            return Problem { help, ..described("this is neither `true` nor `false`", "not known", None) };
        }
        return described(
            "a text needs straight quotes around it",
            "not in straight quotes",
            Some("write \"like this\""),
        );
    }
    if message.starts_with("missing escaped value") || message.contains("unicode") {
        let help = Some("write `\\\\` for a backslash, or put the text in single quotes: 'C:\\folder'");
        return described("a backslash means something special in a text", "after this backslash", help);
    }
    if message.starts_with("invalid date") {
        return described(
            "this is not a valid date",
            "not a day",
            Some("write year, month and day: 2025-12-31"),
        );
    }
    if message.starts_with("key with no value") {
        return described(
            "this key has no value",
            "`=` and a value are missing",
            Some("write it as `key = \"value\"`"),
        );
    }
    if message.starts_with("duplicate key") {
        let in_header = text[line].trim_start().starts_with('[');
        let name = &text[start..end];
        return if in_header {
            described(
                &format!("`[{name}]` comes twice in this file"),
                "a second one",
                Some("put all of it under one of them"),
            )
        } else {
            described(
                &format!("the key `{name}` comes twice in this table"),
                "again here",
                Some("keep one of them"),
            )
        };
    }
    if is_list {
        let missing_comma = message.starts_with("missing comma");
        let label = if missing_comma { "a comma or `]` is missing" } else { "`]` is missing before this" };
        let help = Some("a list is written `[\"one\", \"two\"]`");
        let problem = described("this list is not written right", label, help);
        // Noticed only on a later line: the missing sign belongs at the end of the list.
        let end_of_list = before.trim_end().len();
        let span = if end_of_list < line.start { end_of_list..end_of_list } else { start..end };
        return Problem { span, runs_on: true, ..problem };
    }
    if message.starts_with("unclosed") {
        let help = Some("a table begins with `[[name]]` or `[name]` on a line of its own");
        return described("a bracket is missing", "`]` is missing here", help);
    }
    if message.starts_with("invalid unquoted key") {
        let help = Some("a line is written `key = \"value\"`; a comment begins with `#`");
        return described("a key is made of letters a–z, digits, `-` and `_`", "not part of a key", help);
    }
    let help = "a line is written `key = \"value\"`, a table begins with `[[name]]`, a comment with `#`";
    described(&format!("this is not TOML: {message}"), "here", Some(help))
}

/// The colon that somebody wrote in the place of `=`: the first one of the line, where `at` is next to it.
fn colon(line: &str, at: usize) -> Option<usize> {
    let colon = line.find(':')?;
    let is_key =
        line[..colon].trim().chars().all(|letter| letter.is_ascii_alphanumeric() || "_-".contains(letter));
    let is_next = at == colon || at > colon && line[colon + 1..at].trim().is_empty();
    (is_key && is_next && !line[..colon].trim().is_empty()).then_some(colon)
}
