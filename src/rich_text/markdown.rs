//! The small Markdown that answers are written in, read by a CommonMark parser and laid out for a chat.
//!
//! Bold, italic, struck-through, `code`, links, lists in lists, fenced code, quotes and `||spoilers||`; `#` headings
//! become bold lines, and a table becomes a line for each row. Anything Telegram has no place for (HTML, pictures,
//! links to anything but the web) stays as typed: nothing is an error.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, LinkType, Options, Parser, Tag, TagEnd};

use super::{Entity, RichText, Style, utf16_len};

/// Quotes and lists nest this deep; deeper ones are laid out as if they were not nested.
const MAX_DEPTH: usize = 8;

/// Reads small Markdown.
pub fn markdown(source: &str) -> RichText {
    layout(&bullets(source), 0)
}

fn layout(source: &str, depth: usize) -> RichText {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut layout = Layout { source, depth, ..Layout::default() };
    for (event, range) in Parser::new_ext(source, options).into_offset_iter() {
        layout.event(event, range);
    }
    layout.finish()
}

/// `•` begins an item as well: people paste it from elsewhere.
fn bullets(source: &str) -> String {
    let mut is_code = false;
    let mut lines = String::with_capacity(source.len());
    for line in source.split_inclusive('\n') {
        let text = line.trim_start();
        is_code ^= text.starts_with("```");
        match text.strip_prefix("• ") {
            Some(item) if !is_code => {
                lines.push_str(&line[..line.len() - text.len()]);
                lines.push_str("- ");
                lines.push_str(item);
            }
            _ => lines.push_str(line),
        }
    }
    lines
}

#[derive(Default)]
struct Layout<'s> {
    source: &'s str,
    depth: usize,
    rich: RichText,
    /// The open marks, each with its start in UTF-16 units.
    open: Vec<(usize, Style)>,
    /// The lists around, with the number of the next item.
    lists: Vec<Option<u64>>,
    /// The text before the first item of a list.
    lead: Option<&'static str>,
    /// Right after a bullet, or at the start of a quote: the next block needs no line of its own.
    is_fresh: bool,
    /// An opened `||`, by its place in the text in bytes.
    spoiler: Option<usize>,
    code: Option<(String, bool)>,
    /// A link that leads nowhere is shown as typed; this many marks are open inside it.
    literal: usize,
    table: Option<Table>,
}

#[derive(Default)]
struct Table {
    heads: Vec<String>,
    row: Vec<RichText>,
    is_head: bool,
    /// The text before the cell that is being read.
    before: RichText,
}

impl Layout<'_> {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        if self.literal > 0 {
            match event {
                Event::Start(_) => self.literal += 1,
                Event::End(_) => self.literal -= 1,
                _ => {}
            }
            return;
        }
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => match &mut self.code {
                Some((code, _)) => code.push_str(&text),
                None => self.text(&text),
            },
            Event::Code(code) => self.styled(&code, Style::Code),
            Event::Html(html) | Event::InlineHtml(html) => self.rich.push(&html),
            Event::SoftBreak => self.rich.push(" "),
            Event::HardBreak => self.rich.push("\n"),
            Event::Rule => {
                self.block(range.start);
                self.rich.push(self.source[range.clone()].trim());
            }
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::Paragraph | Tag::HtmlBlock => self.block(range.start),
            Tag::Heading { .. } => {
                self.block(range.start);
                self.begin(Style::Bold);
            }
            Tag::BlockQuote(_) => {
                self.block(range.start);
                self.begin(Style::Blockquote);
                self.is_fresh = true;
            }
            Tag::CodeBlock(kind) => {
                self.block(range.start);
                self.code = Some((String::new(), matches!(kind, CodeBlockKind::Indented)));
            }
            Tag::List(first) => {
                self.lead = self.lists.is_empty().then(|| self.gap(range.start));
                self.lists.push(first);
            }
            Tag::Item => self.item(),
            Tag::Emphasis => self.begin(Style::Italic),
            Tag::Strong => self.begin(Style::Bold),
            Tag::Strikethrough => self.begin(Style::Strikethrough),
            Tag::Link { dest_url, link_type, .. } => {
                let works = ["https://", "http://", "tg://"].iter().any(|it| dest_url.starts_with(it));
                let is_empty = link_type == LinkType::Inline && self.source[range.clone()].starts_with("[]");
                if works && !is_empty && !dest_url.contains(char::is_whitespace) {
                    self.begin(Style::TextLink { url: dest_url.into_string() });
                } else {
                    self.literally(range);
                }
            }
            Tag::Image { .. } => self.literally(range),
            Tag::Table(_) => {
                self.block(range.start);
                self.table = Some(Table::default());
            }
            Tag::TableHead => self.in_table(|table| table.is_head = true),
            Tag::TableRow => self.in_table(|table| table.is_head = false),
            Tag::TableCell => {
                let before = std::mem::take(&mut self.rich);
                self.in_table(|table| table.before = before);
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => {
                self.close_spoiler();
            }
            TagEnd::Heading(_) => {
                self.close_spoiler();
                self.finish_style();
            }
            TagEnd::HtmlBlock => {
                self.trim();
            }
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link => self.finish_style(),
            TagEnd::BlockQuote(_) => {
                self.finish_style();
            }
            TagEnd::CodeBlock => {
                let (code, is_indented) = self.code.take().unwrap_or_default();
                self.code_block(&code, is_indented);
            }
            TagEnd::List(_) => {
                self.lists.pop();
            }
            TagEnd::Item => {
                self.close_spoiler();
                self.is_fresh = false;
            }
            TagEnd::TableCell => {
                let cell = std::mem::take(&mut self.rich);
                if let Some(table) = &mut self.table {
                    self.rich = std::mem::take(&mut table.before);
                    match table.is_head {
                        true => table.heads.push(cell.text),
                        false => table.row.push(cell),
                    }
                }
            }
            TagEnd::TableRow => self.row(),
            TagEnd::Table => {
                self.table = None;
                self.trim();
            }
            _ => {}
        }
    }

    fn in_table(&mut self, act: impl FnOnce(&mut Table)) {
        if let Some(table) = &mut self.table {
            act(table);
        }
    }

    /// Begins a block: on a line of its own, and after an empty one where the source has one.
    fn block(&mut self, start: usize) {
        if !std::mem::take(&mut self.is_fresh) && !self.rich.is_empty() {
            let gap = if self.lists.is_empty() { self.gap(start) } else { "\n" };
            self.rich.push(gap);
        }
    }

    /// What goes between the previous block and one that begins here.
    fn gap(&self, start: usize) -> &'static str {
        let before = &self.source[..start];
        let end = before.trim_end_matches(|letter: char| letter.is_whitespace() || letter == '>').len();
        if before[end..].matches('\n').count() > 1 { "\n\n" } else { "\n" }
    }

    fn item(&mut self) {
        let gap = self.lead.take().unwrap_or("\n");
        if !(self.rich.is_empty() || self.is_fresh && self.lists.len() == 1) {
            self.rich.push(gap);
        }
        let level = self.lists.len().clamp(1, MAX_DEPTH) - 1;
        let bullet = match self.lists.last_mut() {
            Some(Some(number)) => {
                *number += 1;
                format!("{}. ", *number - 1)
            }
            _ => ["• ", "◦ ", "▪ "][level.min(2)].into(),
        };
        self.rich.push(&"   ".repeat(level));
        self.rich.push(&bullet);
        self.is_fresh = true;
    }

    fn begin(&mut self, style: Style) {
        self.open.push((utf16_len(&self.rich.text), style));
    }

    fn finish_style(&mut self) {
        let Some((offset, style)) = self.open.pop() else { return };
        let length = utf16_len(self.rich.text.trim_end()).saturating_sub(offset);
        if length > 0 {
            self.rich.entities.push(Entity { offset, length, style });
        }
    }

    fn styled(&mut self, text: &str, style: Style) {
        let offset = utf16_len(&self.rich.text);
        self.rich.push(text);
        let length = utf16_len(text);
        if length > 0 {
            self.rich.entities.push(Entity { offset, length, style });
        }
    }

    /// Text, in which `||` opens and closes a spoiler.
    fn text(&mut self, text: &str) {
        self.is_fresh = false;
        if self.table.is_some() {
            return self.rich.push(text);
        }
        for (n, part) in text.split("||").enumerate() {
            if n > 0 {
                match self.spoiler.take() {
                    None => self.spoiler = Some(self.rich.text.len()),
                    Some(start) => {
                        let offset = utf16_len(&self.rich.text[..start]);
                        let length = utf16_len(&self.rich.text[start..]);
                        if length > 0 {
                            self.rich.entities.push(Entity { offset, length, style: Style::Spoiler });
                        } else {
                            self.rich.push("||||");
                        }
                    }
                }
            }
            self.rich.push(part);
        }
    }

    /// A `||` that nothing closes is just two strokes.
    fn close_spoiler(&mut self) {
        if let Some(start) = self.spoiler.take() {
            let units = utf16_len(&self.rich.text[..start]);
            for (offset, _) in &mut self.open {
                *offset += if *offset > units { 2 } else { 0 };
            }
            self.rich.replace(start..start, &RichText::plain("||"));
        }
    }

    fn literally(&mut self, range: Range<usize>) {
        self.rich.push(&self.source[range]);
        self.literal = 1;
    }

    fn code_block(&mut self, code: &str, is_indented: bool) {
        if is_indented && self.depth < MAX_DEPTH {
            // An answer indented in a file is not meant as code.
            let lines: Vec<&str> = code.lines().map(str::trim).collect();
            let text = layout(&lines.join("\n"), self.depth + 1);
            return self.rich.append(&text);
        }
        self.styled(code.trim_end(), Style::Pre);
    }

    /// A row as a line: its first cell in bold, then the others, with their headings where there are several.
    fn row(&mut self) {
        let Some(table) = &mut self.table else { return };
        let cells = std::mem::take(&mut table.row);
        let heads = &table.heads;
        let mut line = RichText::default();
        let n_others = cells.iter().skip(1).filter(|it| !it.is_empty()).count();
        let mut separator = ": ";
        for (n, cell) in cells.into_iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            if n == 0 {
                line.append(&cell.styled(Style::Bold));
                continue;
            }
            if !line.is_empty() {
                line.push(separator);
            }
            separator = ", ";
            if let Some(head) = heads.get(n).filter(|head| n_others > 1 && !head.is_empty()) {
                line.push(&format!("{head} "));
            }
            line.append(&cell);
        }
        line.push("\n");
        self.rich.append(&line);
    }

    fn trim(&mut self) {
        let end = self.rich.text.trim_end().len();
        self.rich = self.rich.slice(0..end);
    }

    fn finish(mut self) -> RichText {
        self.close_spoiler();
        let entities = &mut self.rich.entities;
        entities.sort_by_key(|entity| (entity.offset, std::cmp::Reverse(entity.length)));
        let start = self.rich.text.len() - self.rich.text.trim_start().len();
        let end = self.rich.text.trim_end().len().max(start);
        self.rich.slice(start..end)
    }
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
    fn unbalanced_marks_stay_as_typed() {
        for text in
            ["2 * 3 * 4", "snake_case_name", "**open", "a ` tick", "[no](javascript:x)", "[]()", "***", "_"]
        {
            reads(text, text);
        }
        reads(r"\*not\* slanted", "*not* slanted");
    }

    #[test]
    fn links_spoilers_quotes_lists_and_tables() {
        reads("see [it](https://e.org/a_(b))", "see <a https://e.org/a_(b)>it</a>");
        reads("~~no~~ yes, ||a secret||", "<s>no</s> yes, <spoiler>a secret</spoiler>");
        reads("a || b", "a || b");
        reads("> a\n> **b**\n\nc", "<quote>a <b>b</b></quote>\n\nc");
        reads("- a\n  - b\n  - c\n- d\n  1. e", "• a\n   ◦ b\n   ◦ c\n• d\n   1. e");
        reads(
            "| Day | Hours |\n|---|---|\n| Mon | 7–18 |\n| Tue | *closed* |",
            "<b>Mon</b>: 7–18\n<b>Tue</b>: <i>closed</i>",
        );
        reads(
            "| Size | Price | Deposit |\n|---|---|---|\n| small | $3 | $1 |",
            "<b>small</b>: Price $3, Deposit $1",
        );
        reads("AT&amp;T <b>x</b> ![y](z.png)", "AT&T <b>x</b> ![y](z.png)");
        reads("one:\n\n    two\n    three", "one:\n\ntwo three");
        reads("• a\n• b", "• a\n• b");
    }

    #[test]
    fn paragraphs_and_lists() {
        reads("one\ntwo\n\nthree", "one two\n\nthree");
        reads("one  \ntwo", "one\ntwo");
        reads("before:\n- a\n- b\n\nafter", "before:\n• a\n• b\n\nafter");
        reads("1. a\n   goes on\n2) b", "1. a goes on\n2. b");
        reads("# Title\ntext", "<b>Title</b>\ntext");
        reads("```\nlet x = *y;\n```\nafter", "<pre>let x = *y;</pre>\nafter");
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
