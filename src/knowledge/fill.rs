//! Figures in texts: `{aws-commitment}` stands for the value of that figure, `{{` and `}}` for braces themselves.

use std::ops::Range;

/// What a brace in a text begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Brace<'t> {
    /// `{id}`, the place of a figure.
    Figure(&'t str),
    /// `{{` or `}}`, for the brace itself.
    Doubled,
    /// A single brace that belongs to nothing; it is shown as it is.
    Stray,
}

/// All braces of a text, each with its place in bytes: that of a figure with both of its braces.
pub(super) fn braces(text: &str) -> impl Iterator<Item = (Range<usize>, Brace<'_>)> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = from + text[from..].find(['{', '}'])?;
        let (brace, rest) = text[start..].split_at(1);
        let length = rest.bytes().take_while(|byte| is_id_byte(*byte)).count();
        let (length, kind) = if rest.starts_with(brace) {
            (2, Brace::Doubled)
        } else if brace == "{" && length > 0 && rest[length..].starts_with('}') {
            (length + 2, Brace::Figure(&rest[..length]))
        } else {
            (1, Brace::Stray)
        };
        from = start + length;
        Some((start..from, kind))
    })
}

/// The ids in the braces of a text, each with its place in bytes, braces included.
pub(super) fn placeholders(text: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    braces(text).filter_map(|(span, brace)| match brace {
        Brace::Figure(id) => Some((span, id)),
        Brace::Doubled | Brace::Stray => None,
    })
}

/// The text with the value of each figure in place of its id; `{id}` stays where there is no such figure.
pub(crate) fn fill<'v>(text: &str, value: impl Fn(&str) -> Option<&'v str>) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut from = 0;
    for (span, brace) in braces(text) {
        filled.push_str(&text[from..span.start]);
        from = span.end;
        filled.push_str(match brace {
            Brace::Figure(id) => value(id).unwrap_or(&text[span]),
            Brace::Doubled => &text[span.start..span.start + 1],
            Brace::Stray => &text[span],
        });
    }
    filled.push_str(&text[from..]);
    filled
}

/// The text as a folder writes it: with its braces doubled, so that they stand for nothing.
pub(crate) fn literal(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}")
}

fn is_id_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::{fill, literal};

    #[test]
    fn figures_are_filled_in() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(fill(text, |id| (id == "sum").then_some("$5")), expected);
        }
        check("It is {sum}.", "It is $5.");
        check("**{sum}**{sum}", "**$5**$5");
        check("Write {{sum}} for it.", "Write {sum} for it.");
        check("{other}, { sum }, {}, {", "{other}, { sum }, {}, {");
        check("{{sum}", "{sum}");
        check("{{{sum}}}", "{$5}");
        check("if x {{ y }}", "if x { y }");
        check("{ö{sum}ö}", "{ö$5ö}");
    }

    #[test]
    fn literal_text_is_read_as_it_was() {
        for text in ["{sum}", "{{sum}", "}{", "{}}", "no braces", ""] {
            assert_eq!(fill(&literal(text), |_| Some("$5")), text);
        }
    }
}
