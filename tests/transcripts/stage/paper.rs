//! The chat as it is written down.

use std::fmt::Write as _;

use faqbot::chat::Button;
use faqbot::rich_text::{RichText, Style};

#[derive(Default)]
pub(super) struct Paper(String);

impl Paper {
    /// Something happens, after an empty line.
    pub(super) fn act(&mut self, line: &str) {
        self.paragraph();
        self.line(line);
    }

    /// Comments that follow each other stay together.
    pub(super) fn comment(&mut self, line: &str) {
        let follows = self.0.lines().last().is_some_and(|line| line.starts_with('#'));
        if !follows {
            self.paragraph();
        }
        self.line(line);
    }

    fn paragraph(&mut self) {
        if !self.0.is_empty() && !self.0.ends_with("\n\n") {
            self.0.push('\n');
        }
    }

    pub(super) fn show(&mut self, text: &RichText, buttons: &[Vec<Button>]) {
        for line in with_marks(text).lines() {
            let n_chars = line.chars().count();
            if n_chars > 1_000 {
                let start: String = line.chars().take(40).collect();
                self.line(&format!("  {start}… ({n_chars} characters)"));
            } else {
                self.line(&format!("  {line}"));
            }
        }
        for row in buttons {
            let row: Vec<String> = row.iter().map(|button| format!("[{}]", button.label)).collect();
            self.line(&format!("  {}", row.join(" ")));
        }
    }

    pub(super) fn line(&mut self, line: &str) {
        writeln!(self.0, "{}", line.trim_end()).expect("writing to a string");
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Formatting as Markdown marks.
fn with_marks(text: &RichText) -> String {
    let mark = |style: &Style| match style {
        Style::Bold => "**",
        Style::Italic => "_",
        Style::Strikethrough => "~~",
        Style::Spoiler => "||",
        Style::Blockquote => ">",
        Style::Code => "`",
        Style::Pre => "```",
        Style::TextLink { .. } => "~",
    };
    let mut marked = String::new();
    let mut at = 0;
    for c in text.text.chars().map(Some).chain([None]) {
        for entity in text.entities.iter().rev().filter(|entity| entity.offset + entity.length == at) {
            marked.push_str(mark(&entity.style));
        }
        for entity in text.entities.iter().filter(|entity| entity.offset == at) {
            marked.push_str(mark(&entity.style));
        }
        if let Some(c) = c {
            marked.push(c);
            at += c.len_utf16();
        }
    }
    marked
}
