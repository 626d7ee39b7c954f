//! Formatted text back to the small Markdown.

use super::{RichText, Style};

/// The text as small Markdown that reads back as the same, as far as that can be written.
///
/// Markdown's own signs in the text stay as they are: somebody who types `**` where Telegram does not format it means
/// it. A range that no mark can enclose, such as one in the middle of a word or of blanks alone, is left out.
pub fn to_markdown(text: &RichText) -> String {
    let mut marks: Vec<Mark> = Vec::new();
    for (order, entity) in text.entities.iter().enumerate() {
        let (Some(start), Some(end)) = (
            byte_at(&text.text, entity.offset),
            byte_at(&text.text, entity.offset.saturating_add(entity.length)),
        ) else {
            continue;
        };
        let Some(inside) = text.text.get(start..end) else { continue };
        match &entity.style {
            Style::Blockquote => quote(&text.text, start, end, order, &mut marks),
            style => {
                // A mark must be next to a letter, not to a blank.
                let from = start + (inside.len() - inside.trim_start().len());
                let to = end - (inside.len() - inside.trim_end().len());
                if from >= to {
                    continue;
                }
                let Some((open, close)) = around(style, &text.text[from..to]) else { continue };
                marks.push(Mark { at: from, closes: false, order, text: open });
                marks.push(Mark { at: to, closes: true, order, text: close });
            }
        }
    }
    // A range that ends at a place comes before one that begins there; the first to begin ends last.
    marks.sort_by_key(|mark| {
        let depth = if mark.closes { usize::MAX - mark.order } else { mark.order };
        (mark.at, !mark.closes, depth)
    });
    let mut written = String::with_capacity(text.text.len() + 8 * marks.len());
    let mut at = 0;
    for mark in marks {
        written.push_str(&text.text[at..mark.at]);
        written.push_str(&mark.text);
        at = mark.at;
    }
    written.push_str(&text.text[at..]);
    written
}

struct Mark {
    at: usize,
    closes: bool,
    /// The place of its range among all, outer ones first.
    order: usize,
    text: String,
}

/// The marks before and after a range.
fn around(style: &Style, inside: &str) -> Option<(String, String)> {
    let same = |mark: &str| Some((mark.to_owned(), mark.to_owned()));
    match style {
        Style::Bold => same("**"),
        Style::Italic => same("*"),
        Style::Strikethrough => same("~~"),
        Style::Spoiler => same("||"),
        Style::Code => {
            let ticks = "`".repeat(longest_run(inside) + 1);
            let gap = if inside.starts_with('`') || inside.ends_with('`') { " " } else { "" };
            Some((format!("{ticks}{gap}"), format!("{gap}{ticks}")))
        }
        Style::Pre => {
            let fence = "`".repeat(longest_run(inside).max(2) + 1);
            Some((format!("{fence}\n"), format!("\n{fence}")))
        }
        Style::TextLink { url } => {
            let is_plain = !url.contains(|c: char| c.is_whitespace() || "<>".contains(c));
            is_plain.then(|| ("[".to_owned(), format!("](<{url}>)")))
        }
        Style::Blockquote => None,
    }
}

/// Marks each line of a quotation.
fn quote(text: &str, start: usize, end: usize, order: usize, marks: &mut Vec<Mark>) {
    let mark = |at, text: &str| Mark { at, closes: false, order, text: text.to_owned() };
    marks.push(mark(start, "> "));
    let breaks = text[start..end].match_indices('\n').map(|(at, _)| start + at + 1);
    marks.extend(breaks.filter(|at| *at < end).map(|at| mark(at, "> ")));
    // An empty line keeps the following text out of it.
    if text[end..].starts_with('\n') && !text[end..].starts_with("\n\n") {
        marks.push(Mark { at: end, closes: true, order, text: "\n".to_owned() });
    }
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// The byte at which a number of UTF-16 units ends; none inside a character or beyond the end.
fn byte_at(text: &str, units: usize) -> Option<usize> {
    let mut counted = 0;
    for (at, c) in text.char_indices() {
        if counted >= units {
            return (counted == units).then_some(at);
        }
        counted += c.len_utf16();
    }
    (counted == units).then_some(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rich_text::{Entity, markdown};

    #[track_caller]
    fn check(source: &str) {
        let text = markdown(source);
        let written = to_markdown(&text);
        assert_eq!(markdown(&written), text, "{written}");
    }

    #[test]
    fn written_text_reads_as_the_same() {
        for source in [
            "plain",
            "**bold** and *italic* and ~~gone~~ and ||hidden||",
            "**bold *and* italic**",
            "a [link](https://example.org/a_(b)) here",
            "run `a` and `` a`b ``",
            "🎉 **party** 🎉",
            "> one\n> two\n\nthree",
            "one\n\n```\nlet a = `b`;\n```\n\ntwo",
        ] {
            check(source);
        }
    }

    #[test]
    fn marks_that_do_not_fit_stay_as_text() {
        let bold = |offset, length| Entity { offset, length, style: Style::Bold };
        let written = |entities| to_markdown(&RichText { text: "a 🎉 b".into(), entities });
        assert_eq!(written(vec![bold(0, 2)]), "**a** 🎉 b");
        assert_eq!(written(vec![bold(1, 1)]), "a 🎉 b");
        // Half a character, and beyond the end.
        assert_eq!(written(vec![bold(3, 2)]), "a 🎉 b");
        assert_eq!(written(vec![bold(4, 99)]), "a 🎉 b");
    }
}
