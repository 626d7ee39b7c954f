//! Text with formatting, as Telegram takes it: plain characters and the ranges that are bold, italic or a link.
//!
//! Sending ranges instead of HTML means that nothing a person typed can ever break a message.

mod markdown;
mod split;
mod write;

use std::ops::Range;

use serde::{Deserialize, Serialize};

pub use markdown::markdown;
pub use write::to_markdown;

/// A text and its formatting.
///
/// Ranges lie within the text, are not empty, and are ordered by start, the longer first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RichText {
    pub text: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entities: Vec<Entity>,
}

/// One formatted range of a [`RichText`], in UTF-16 code units as the Bot API counts them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entity {
    pub offset: usize,
    pub length: usize,
    #[serde(flatten)]
    pub style: Style,
}

/// How a range looks; the names are those of the Bot API's `MessageEntity`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Style {
    Bold,
    Italic,
    Strikethrough,
    /// Hidden until it is tapped.
    Spoiler,
    Code,
    Pre,
    Blockquote,
    TextLink {
        url: String,
    },
}

impl RichText {
    /// Without formatting; anything that looks like markup stays as it is.
    pub fn plain(text: impl Into<String>) -> RichText {
        RichText { text: text.into(), entities: Vec::new() }
    }

    pub fn bold(text: &str) -> RichText {
        RichText::plain(text).styled(Style::Bold)
    }

    /// In a monospaced font, with its line breaks.
    pub fn pre(text: &str) -> RichText {
        RichText::plain(text).styled(Style::Pre)
    }

    /// The whole text in one more style.
    pub fn styled(mut self, style: Style) -> RichText {
        let length = utf16_len(&self.text);
        if length > 0 {
            self.entities.insert(0, Entity { offset: 0, length, style });
        }
        self
    }

    /// How many characters Telegram counts: Unicode code points, formatting aside.
    pub fn n_chars(&self) -> usize {
        self.text.chars().count()
    }

    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Adds unformatted text at the end.
    pub fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Adds formatted text at the end.
    pub fn append(&mut self, more: &RichText) {
        self.replace(self.text.len()..self.text.len(), more);
    }

    /// Puts other text in the place of a range of bytes, which must lie on character boundaries. A format that
    /// spans the range spans the new text; one that ends or begins inside it is cut there.
    pub fn replace(&mut self, range: Range<usize>, with: &RichText) {
        let start = utf16_len(&self.text[..range.start]);
        let end = start + utf16_len(&self.text[range.clone()]);
        let length = utf16_len(&with.text);
        self.entities.retain_mut(|entity| {
            let (from, to) = (entity.offset, entity.offset + entity.length);
            let (from, to) = if to <= start {
                (from, to)
            } else if from >= end {
                (from - (end - start) + length, to - (end - start) + length)
            } else if from <= start && to >= end {
                (from, to - (end - start) + length)
            } else if from < start {
                (from, start)
            } else if to > end {
                (start + length, to - (end - start) + length)
            } else {
                return false;
            };
            (entity.offset, entity.length) = (from, to - from);
            entity.length > 0
        });
        let moved = with.entities.iter().cloned();
        self.entities.extend(moved.map(|entity| Entity { offset: entity.offset + start, ..entity }));
        self.entities.sort_by_key(|entity| (entity.offset, std::cmp::Reverse(entity.length)));
        self.text.replace_range(range, &with.text);
    }

    /// The part within a range of bytes, which must lie on character boundaries.
    pub fn slice(&self, range: Range<usize>) -> RichText {
        let start = utf16_len(&self.text[..range.start]);
        let end = start + utf16_len(&self.text[range.clone()]);
        let entities = self.entities.iter().filter_map(|entity| {
            let from = entity.offset.max(start);
            let to = (entity.offset + entity.length).min(end);
            let length = to.checked_sub(from).filter(|length| *length > 0)?;
            Some(Entity { offset: from - start, length, style: entity.style.clone() })
        });
        RichText { text: self.text[range].to_owned(), entities: entities.collect() }
    }
}

/// The length in the units of the Bot API's entity offsets.
pub fn utf16_len(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes formatting down as tags, to compare it at a glance.
    #[track_caller]
    pub(super) fn check(text: &RichText, expected: &str) {
        let units: Vec<u16> = text.text.encode_utf16().collect();
        let mut written = String::new();
        for at in 0..=units.len() {
            for entity in text.entities.iter().rev().filter(|entity| entity.offset + entity.length == at) {
                let tag = tag(&entity.style);
                written.push_str(&format!("</{}>", tag.split(' ').next().unwrap_or_default()));
            }
            for entity in text.entities.iter().filter(|entity| entity.offset == at) {
                written.push_str(&format!("<{}>", tag(&entity.style)));
            }
            if at < units.len() {
                let low = units[at..].len() > 1 && (0xd800..0xdc00).contains(&units[at]);
                let high = (0xdc00..0xe000).contains(&units[at]);
                if !high {
                    let width = if low { 2 } else { 1 };
                    written.push_str(&String::from_utf16(&units[at..at + width]).expect("whole characters"));
                }
            }
        }
        assert_eq!(written, expected);
    }

    fn tag(style: &Style) -> String {
        match style {
            Style::Bold => "b".into(),
            Style::Italic => "i".into(),
            Style::Strikethrough => "s".into(),
            Style::Spoiler => "spoiler".into(),
            Style::Blockquote => "quote".into(),
            Style::Code => "code".into(),
            Style::Pre => "pre".into(),
            Style::TextLink { url } => format!("a {url}"),
        }
    }

    #[test]
    fn appended_formatting_counts_utf16_units() {
        let mut text = RichText::plain("🚀 ");
        text.append(&RichText::bold("up"));
        assert_eq!(text.entities, [Entity { offset: 3, length: 2, style: Style::Bold }]);
    }

    #[test]
    fn a_format_around_a_placeholder_spans_its_value() {
        let mut text = markdown("**{n} 🚀** left");
        text.replace(0..3, &markdown("*ten*"));
        check(&text, "<b><i>ten</i> 🚀</b> left");
    }

    #[test]
    fn a_format_that_ends_in_a_replaced_range_is_cut() {
        let mut text = markdown("**ab**cd");
        text.replace(1..3, &RichText::plain("x"));
        check(&text, "<b>a</b>xd");
    }

    #[test]
    fn an_empty_value_takes_its_format_along() {
        let mut text = markdown("**{n}**!");
        text.replace(0..3, &RichText::default());
        assert_eq!(text, RichText::plain("!"));
    }
}
