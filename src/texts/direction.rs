//! Words that are written from right to left, next to words that are not (Unicode Annex 9).

use std::ops::RangeInclusive;

use crate::rich_text::RichText;

/// Begins a piece that has its own direction: that of its first letter.
const ISOLATE: &str = "\u{2068}";
const END: &str = "\u{2069}";

/// The places of right-to-left scripts in Unicode.
const RIGHT_TO_LEFT: [RangeInclusive<char>; 5] = [
    '\u{590}'..='\u{8ff}',
    '\u{fb1d}'..='\u{fdff}',
    '\u{fe70}'..='\u{fefc}',
    '\u{10800}'..='\u{10fff}',
    '\u{1e800}'..='\u{1efff}',
];

/// A value set apart, so that it does not turn the order of the text around it: one that is written from right to left,
/// and, in a right-to-left text, every one.
pub(super) fn isolated(value: &RichText, in_right_to_left: bool) -> RichText {
    let turns = |text: &str| text.contains(|c| RIGHT_TO_LEFT.iter().any(|range| range.contains(&c)));
    if value.text.is_empty() || !in_right_to_left && !turns(&value.text) {
        return value.clone();
    }
    let mut isolated = RichText::plain(ISOLATE);
    isolated.append(value);
    isolated.push(END);
    isolated
}

/// A wording from right to left with its commands set apart: the slash of `/quiz 5 20` stays on the left. Text in
/// `` `code` `` is set apart as a whole, as people copy what is within.
pub(super) fn isolate_commands(wording: &str) -> String {
    let mut isolated = String::with_capacity(wording.len());
    let mut rest = wording;
    while let Some(start) = rest.find(['/', '`']) {
        let (before, from) = rest.split_at(start);
        isolated.push_str(before);
        let length = if let Some(code) = from.strip_prefix('`') {
            code.find('`').map_or(1, |end| end + 2)
        } else {
            command_length(from)
        };
        let (piece, after) = from.split_at(length);
        // A slash between other letters, as in `{page}/{pages}`, stays as it is.
        if length > 1 {
            isolated.push_str(&format!("{ISOLATE}{piece}{END}"));
        } else {
            isolated.push_str(piece);
        }
        rest = after;
    }
    isolated + rest
}

/// The bytes of a command and the numbers after it.
fn command_length(text: &str) -> usize {
    let name = 1 + text[1..].bytes().take_while(u8::is_ascii_alphanumeric).count();
    let mut length = name;
    while let Some(numbers) = text[length..].strip_prefix(' ') {
        match numbers.bytes().take_while(u8::is_ascii_digit).count() {
            0 => break,
            digits => length += 1 + digits,
        }
    }
    length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_keep_their_slash_on_the_left() {
        let check = |wording: &str, expected: &str| assert_eq!(isolate_commands(wording), expected);
        check("شغّل /quiz 5 20 الآن", "شغّل \u{2068}/quiz 5 20\u{2069} الآن");
        check("- `/define {term}` – مثال", "- \u{2068}`/define {term}`\u{2069} – مثال");
        check("{page}/{pages}", "{page}/{pages}");
        check("`", "`");
    }

    #[test]
    fn values_are_isolated_where_they_could_turn_the_text() {
        let check = |value: &str, right_to_left, expected: &str| {
            assert_eq!(isolated(&RichText::plain(value), right_to_left).text, expected);
        };
        check("Ada", false, "Ada");
        check("مريم", false, "\u{2068}مريم\u{2069}");
        check("Ada", true, "\u{2068}Ada\u{2069}");
        check("", true, "");
    }
}
