//! Letters that are not what they look like.

use super::{Check, Context, Report};
use crate::knowledge::draft::DraftText;
use crate::knowledge::findings::{Costs, Rule};
use crate::knowledge::lookalike::is_invisible;

pub(super) const INVISIBLE: Check = Check {
    rule: Rule {
        code: "invisible-letter",
        costs: Costs::Nothing,
        rule: "a text has no letters that nobody can see",
    },
    run: check_letters_are_seen,
};

/// They split words for the matching, and hide where nobody looks for them. Those that a script needs stay: joiners in
/// Persian, Hindi and emoji, marks of direction where something is written from right to left.
fn check_letters_are_seen(context: &Context<'_>, report: &mut Report<'_, '_>) {
    for text in context.draft.texts() {
        let value = text.value.as_str();
        let is_plain =
            value.chars().all(|letter| letter.is_ascii() || is_invisible(letter) || is_western(letter));
        let found = value.char_indices().find(|(_, letter)| {
            let is_needed = matches!(letter, '\u{200c}'..='\u{200f}' | '\u{61c}' | '\u{2066}'..='\u{2069}' | '\u{e0000}'..='\u{e007f}');
            is_invisible(*letter) && (is_plain || !is_needed)
        });
        let Some((at, letter)) = found else { continue };
        // Written as its number, it is visible to anybody who edits the file.
        if !written(text, report).contains(letter) {
            continue;
        }
        let place = report.within(text, at..at + letter.len_utf8());
        report
            .add(
                &place,
                "here",
                format!("there is a letter here that nobody can see, U+{:04X}", u32::from(letter)),
            )
            .help("delete it: put the cursor behind it and press backspace, or type the word again");
    }
}

/// Letters, punctuation and symbols of the west: a text of only these needs no joiners.
fn is_western(letter: char) -> bool {
    matches!(letter, '\u{a0}'..='\u{52f}' | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205e}' | '\u{20a0}'..='\u{20bf}')
}

fn written<'f>(text: &DraftText, report: &'f Report<'_, '_>) -> &'f str {
    &report.findings.source(&text.place)[text.place.span.clone()]
}
