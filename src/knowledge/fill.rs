//! Figures in texts: `{aws-commitment}` stands for the value of that figure.

use std::ops::Range;

/// A `{id}` in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Placeholder<'t> {
    /// With its braces, in bytes.
    pub(super) span: Range<usize>,
    pub(super) id: &'t str,
    /// Written `{{id}}`: the text `{id}` itself is meant.
    pub(super) escaped: bool,
}

/// All placeholders of a text. Braces around anything but an id are just braces.
pub(super) fn placeholders(text: &str) -> Vec<Placeholder<'_>> {
    let mut placeholders = Vec::new();
    let mut from = 0;
    while let Some(open) = text[from..].find('{').map(|found| from + found) {
        let escaped = text[open + 1..].starts_with('{');
        let start = if escaped { open + 2 } else { open + 1 };
        let length = text[start..].bytes().take_while(|byte| is_id_byte(*byte)).count();
        let end = start + length;
        let closing = if escaped { "}}" } else { "}" };
        if length > 0 && text[end..].starts_with(closing) {
            from = end + closing.len();
            placeholders.push(Placeholder { span: open..from, id: &text[start..end], escaped });
        } else {
            from = open + 1;
        }
    }
    placeholders
}

/// The text with the value of each figure in place of its id; `{id}` stays where there is no such figure.
pub(super) fn fill<'v>(text: &str, value: impl Fn(&str) -> Option<&'v str>) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut from = 0;
    for placeholder in placeholders(text) {
        filled.push_str(&text[from..placeholder.span.start]);
        match value(placeholder.id).filter(|_| !placeholder.escaped) {
            Some(value) => filled.push_str(value),
            None => {
                filled.push('{');
                filled.push_str(placeholder.id);
                filled.push('}');
            }
        }
        from = placeholder.span.end;
    }
    filled.push_str(&text[from..]);
    filled
}

fn is_id_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::fill;

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
        check("{{sum}", "{$5");
        check("{ö{sum}ö}", "{ö$5ö}");
    }
}
