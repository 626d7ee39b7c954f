//! The small Markdown that answers are written in.
//!
//! `**bold**`, `*italic*` (or `__` and `_`), `` `code` ``, `[words](https://…)`, lists, fenced code, and `#`
//! headings, which become bold lines. Lines of a paragraph are joined, as in any Markdown; two spaces or a
//! backslash at the end of a line break it. What is not balanced stays as it is typed: nothing is an error.

use super::{RichText, Style};

/// Formats nest this deep; deeper ones stay as typed. Nobody writes more, and recursion stays bounded.
const MAX_DEPTH: usize = 8;

/// Reads small Markdown.
pub fn markdown(source: &str) -> RichText {
    let mut rich = RichText::default();
    for block in blocks(source) {
        if !rich.is_empty() {
            rich.push(if block.tight { "\n" } else { "\n\n" });
        }
        match block.kind {
            Kind::Code => rich.append(&RichText::pre(&block.text)),
            Kind::Heading => rich.append(&inline(&block.text, 0).styled(Style::Bold)),
            Kind::Item(bullet) => {
                rich.push(&bullet);
                rich.append(&inline(&block.text, 0));
            }
            Kind::Paragraph => rich.append(&inline(&block.text, 0)),
        }
    }
    rich
}

struct Block {
    kind: Kind,
    text: String,
    /// No blank line between this and the item before it.
    tight: bool,
}

enum Kind {
    Paragraph,
    Heading,
    /// With its bullet or number as it is shown.
    Item(String),
    Code,
}

fn blocks(source: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut after_blank = true;
    let mut fence: Option<String> = None;
    for line in source.lines() {
        if let Some(code) = &mut fence {
            if line.trim() == "```" {
                blocks.push(Block { kind: Kind::Code, text: code.trim_end().to_owned(), tight: false });
                fence = None;
                after_blank = true;
            } else {
                code.push_str(line);
                code.push('\n');
            }
            continue;
        }
        let trimmed = line.trim();
        if trimmed.is_empty() {
            after_blank = true;
            continue;
        }
        if trimmed.starts_with("```") {
            fence = Some(String::new());
            continue;
        }
        let after_item = matches!(blocks.last(), Some(Block { kind: Kind::Item(_), .. }));
        if let Some((bullet, text)) = item(trimmed) {
            let tight = after_item || !after_blank;
            blocks.push(Block { kind: Kind::Item(bullet), text: text.to_owned(), tight });
        } else if let Some(heading) = heading(trimmed) {
            blocks.push(Block { kind: Kind::Heading, text: heading.to_owned(), tight: false });
        } else {
            match blocks.last_mut() {
                Some(Block { kind: Kind::Paragraph | Kind::Item(_), text, .. }) if !after_blank => {
                    continue_line(text, trimmed);
                }
                Some(Block { kind: Kind::Heading, .. }) if !after_blank => {
                    blocks.push(Block { kind: Kind::Paragraph, text: trimmed.to_owned(), tight: true });
                }
                _ => blocks.push(Block { kind: Kind::Paragraph, text: trimmed.to_owned(), tight: false }),
            }
        }
        if line.ends_with("  ")
            && let Some(block) = blocks.last_mut()
        {
            block.text.push('\\');
        }
        after_blank = false;
    }
    // A fence that is never closed holds the rest.
    if let Some(code) = fence {
        blocks.push(Block { kind: Kind::Code, text: code.trim_end().to_owned(), tight: false });
    }
    for block in &mut blocks {
        if !matches!(block.kind, Kind::Code) && block.text.ends_with('\\') {
            block.text.pop();
        }
    }
    blocks
}

/// Joins the next line of a paragraph, unless the last one asks for a break.
fn continue_line(text: &mut String, line: &str) {
    if text.ends_with('\\') {
        text.pop();
        text.push('\n');
    } else {
        text.push(' ');
    }
    text.push_str(line);
}

/// `- x`, `* x`, `+ x`, `1. x`, `1) x`.
fn item(line: &str) -> Option<(String, &str)> {
    if let Some(text) = line.strip_prefix(['-', '*', '+', '•']).and_then(|rest| rest.strip_prefix(' ')) {
        return Some(("• ".into(), text.trim_start()));
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let rest = line[digits..].strip_prefix(['.', ')'])?.strip_prefix(' ')?;
    (1..=3).contains(&digits).then(|| (format!("{}. ", &line[..digits]), rest.trim_start()))
}

fn heading(line: &str) -> Option<&str> {
    let rest = line.trim_start_matches('#');
    let level = line.len() - rest.len();
    ((1..=6).contains(&level)).then_some(rest)?.strip_prefix(' ').map(str::trim)
}

fn inline(source: &str, depth: usize) -> RichText {
    let mut rich = RichText::default();
    // From here on there is no closing one: not to look again and again.
    let mut hopeless: Vec<&str> = Vec::new();
    let mut at = 0;
    while at < source.len() {
        let rest = &source[at..];
        if let Some(escaped) = escaped(rest) {
            rich.push(&rest[1..1 + escaped.len_utf8()]);
            at += 1 + escaped.len_utf8();
            continue;
        }
        let opener = ["**", "__", "`", "*", "_", "["].into_iter().find(|it| rest.starts_with(it));
        let Some(opener) = opener.filter(|it| depth < MAX_DEPTH && !hopeless.contains(it)) else {
            let width = opener.map_or_else(|| plain_width(rest), str::len);
            rich.push(&rest[..width]);
            at += width;
            continue;
        };
        let styled = match opener {
            "[" => link(rest, depth),
            "`" => code(rest),
            _ => emphasis(source, at, opener, depth),
        };
        match styled {
            Found::Span(span, width) => {
                rich.append(&span);
                at += width;
            }
            found @ (Found::NotHere | Found::Nowhere) => {
                if matches!(found, Found::Nowhere) {
                    hopeless.push(opener);
                }
                rich.push(opener);
                at += opener.len();
            }
        }
    }
    rich
}

enum Found {
    /// What it says, and how many bytes of source it takes.
    Span(RichText, usize),
    /// This is no opener.
    NotHere,
    /// There is nothing that closes it, nor any later one.
    Nowhere,
}

/// A backslash takes the meaning from the ASCII punctuation behind it.
fn escaped(rest: &str) -> Option<char> {
    rest.strip_prefix('\\')?.chars().next().filter(char::is_ascii_punctuation)
}

/// How many bytes hold no markup.
fn plain_width(rest: &str) -> usize {
    let first = rest.chars().next().map_or(0, char::len_utf8);
    rest[first..].find(['\\', '*', '_', '`', '[']).map_or(rest.len(), |at| first + at)
}

fn code(rest: &str) -> Found {
    match rest[1..].find('`') {
        None => Found::Nowhere,
        Some(0) => Found::NotHere,
        Some(length) => Found::Span(RichText::plain(&rest[1..=length]).styled(Style::Code), length + 2),
    }
}

fn link(rest: &str, depth: usize) -> Found {
    let Some(middle) = rest.find("](") else { return Found::Nowhere };
    let Some(end) = rest[middle..].find(')').map(|end| middle + end) else { return Found::Nowhere };
    let (words, url) = (&rest[1..middle], &rest[middle + 2..end]);
    let is_link = ["https://", "http://", "tg://"].iter().any(|scheme| url.starts_with(scheme));
    if !is_link || words.is_empty() || words.contains('[') || url.contains(char::is_whitespace) {
        return Found::NotHere;
    }
    Found::Span(inline(words, depth + 1).styled(Style::TextLink { url: url.to_owned() }), end + 1)
}

/// `*words*` and its like: no space inside the marks, and underscores not within a word (`snake_case`).
fn emphasis(source: &str, at: usize, mark: &str, depth: usize) -> Found {
    let inside = at + mark.len();
    let before = source[..at].chars().next_back();
    let opens = source[inside..].chars().next().is_some_and(|next| !next.is_whitespace());
    let within_word = |c: Option<char>| mark.starts_with('_') && c.is_some_and(char::is_alphanumeric);
    if !opens || within_word(before) {
        return Found::NotHere;
    }
    let mut from = inside;
    while let Some(found) = source[from..].find(mark) {
        let close = from + found;
        let end = close + mark.len();
        let last = source[..close].chars().next_back();
        let after = source[end..].chars().next();
        // A single mark next to its twin is part of a double one.
        let double = mark.len() == 1 && (source[..close].ends_with(mark) || source[end..].starts_with(mark));
        let closes = close > inside && last.is_some_and(|last| !last.is_whitespace() && last != '\\');
        if closes && !double && !within_word(after) {
            let style = if mark.len() == 2 { Style::Bold } else { Style::Italic };
            return Found::Span(inline(&source[inside..close], depth + 1).styled(style), end - at);
        }
        from = if double && source[end..].starts_with(mark) { end + mark.len() } else { end };
    }
    Found::Nowhere
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{tests::check, utf16_len};
    use super::markdown;

    #[track_caller]
    fn reads(source: &str, expected: &str) {
        check(&markdown(source), expected);
    }

    #[test]
    fn formats() {
        reads("**$100 billion** in *all*", "<b>$100 billion</b> in <i>all</i>");
        reads("__bold__ and _slanted_", "<b>bold</b> and <i>slanted</i>");
        reads("run `cargo test` now", "run <code>cargo test</code> now");
        reads("**very *very* sure**", "<b>very <i>very</i> sure</b>");
        reads("*very **very** sure*", "<i>very <b>very</b> sure</i>");
        reads("see [the page](https://example.org/a_b)", "see <a https://example.org/a_b>the page</a>");
    }

    #[test]
    fn what_is_not_balanced_stays_as_typed() {
        for text in
            ["2 * 3 * 4", "snake_case_name", "**open", "a ` tick", "[no](javascript:x)", "[]()", "***", "_"]
        {
            reads(text, text);
        }
        reads(r"\*not\* slanted", "*not* slanted");
    }

    #[test]
    fn paragraphs_and_lists() {
        reads("one\ntwo\n\nthree", "one two\n\nthree");
        reads("one  \ntwo", "one\ntwo");
        reads("before:\n- a\n- b\n\nafter", "before:\n• a\n• b\n\nafter");
        reads("1. a\n   goes on\n2) b", "1. a goes on\n2. b");
        reads("# Title\ntext", "<b>Title</b>\ntext");
        reads("```\nlet x = *y;\n```\nafter", "<pre>let x = *y;</pre>\n\nafter");
    }

    proptest! {
        #[test]
        fn any_text_yields_ranges_within_it(source in r"[*_`\[\]()\\ a\n🚀-]{0,60}|\PC{0,60}") {
            let rich = markdown(&source);
            let length = utf16_len(&rich.text);
            for entity in &rich.entities {
                prop_assert!(entity.length > 0 && entity.offset + entity.length <= length);
            }
            prop_assert!(rich.entities.windows(2).all(|pair| pair[0].offset <= pair[1].offset));
        }
    }
}
