//! Texts on their way into a folder.

use super::picture::Picture;
use super::{Item, html};
use crate::knowledge::fill::literal;
use crate::knowledge::limits::{MAX_OPTION, MAX_PROMPT, MAX_TEXT};

/// A text that people read as Markdown, on its way into a folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Rich {
    pub(super) text: String,
    /// The picture that comes with it.
    pub(super) picture: Option<Picture>,
    /// What Markdown has no place for.
    pub(super) lost: Vec<&'static str>,
}

impl Rich {
    /// As a folder writes it: braces stand for themselves. A picture alone is described in words.
    pub(super) fn ready(mut self) -> Rich {
        self.text = literal(&tidy(&self.text, true));
        if let (Some(picture), true) = (&self.picture, self.text.is_empty()) {
            self.text = literal(&picture.described);
        }
        self
    }

    pub(super) fn picture(&self) -> String {
        self.picture.as_ref().map(|it| it.name.clone()).unwrap_or_default()
    }
}

/// HTML becomes Markdown, and braces stand for themselves.
pub(super) fn rich(text: &str) -> Rich {
    let text = text.trim();
    let mut rich = match has_markup(text) {
        true => html::to_markdown(text),
        false => Rich { text: broken(text), ..Rich::default() },
    };
    if let Some((rest, picture)) = Picture::on_a_line_of(&rich.text).filter(|_| rich.picture.is_none()) {
        rich = Rich { text: rest, picture: Some(picture), ..rich };
    }
    rich.ready()
}

/// Where a cell has a line break, one is meant; in Markdown it would be a space.
fn broken(text: &str) -> String {
    let mut lines = text.lines().map(str::trim_end).peekable();
    let mut broken = String::new();
    let mut is_code = false;
    while let Some(line) = lines.next() {
        is_code ^= line.trim_start().starts_with("```");
        broken.push_str(line);
        let goes_on = lines.peek().is_some_and(|next| !next.is_empty() && !begins_block(next));
        if goes_on && !line.is_empty() && !is_code && !begins_block(line) && !line.ends_with('\\') {
            broken.push('\\');
        }
        broken.push('\n');
    }
    broken
}

/// An item, a quote, a row of a table, a heading or code: a line of its own in Markdown as well.
fn begins_block(line: &str) -> bool {
    let line = line.trim_start();
    let digits = line.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let is_number = digits.len() < line.len() && digits.starts_with([')', '.']);
    is_number || ["- ", "* ", "+ ", "• ", "> ", "|", "#", "```"].iter().any(|it| line.starts_with(it))
}

/// A text without formatting, on one line: a question, a prompt or an option.
pub(super) fn plain(text: &str) -> String {
    let text = text.trim();
    let text = if has_markup(text) { html::to_text(text) } else { text.to_owned() };
    literal(&tidy(&text, false))
}

/// Tags and entities of HTML; a `<` alone is just a sign.
fn has_markup(text: &str) -> bool {
    let tag = text.match_indices('<').any(|(at, _)| {
        let rest = text[at + 1..].trim_start_matches('/');
        rest.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '!') && rest.contains('>')
    });
    let entity = text.match_indices('&').any(|(at, _)| {
        let rest = &text[at + 1..];
        rest.find(';').is_some_and(|end| {
            (2..10).contains(&end)
                && rest[..end].chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '#')
        })
    });
    tag || entity
}

/// Without invisible letters, odd spaces, and more than one blank line in a row.
fn tidy(text: &str, lines: bool) -> String {
    let visible: String = text
        .chars()
        .filter(|letter| !matches!(letter, '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}' | '\0'..='\u{8}' | '\u{e}'..='\u{1f}'))
        .map(|letter| match letter {
            '\u{a0}' | '\u{2007}' | '\u{202f}' | '\u{3000}' => ' ',
            '\u{2028}' | '\u{2029}' | '\u{b}' | '\u{c}' => '\n',
            _ => letter,
        })
        .collect();
    if !lines {
        return visible.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    let mut tidy = String::new();
    let mut blank = 0;
    for line in visible.lines().map(str::trim_end) {
        if line.is_empty() {
            blank += 1;
            continue;
        }
        if !tidy.is_empty() {
            tidy.push_str(if blank > 0 { "\n\n" } else { "\n" });
        }
        blank = 0;
        tidy.push_str(line);
    }
    tidy
}

/// Alternatives in one cell: one a line, or between `|` or `;`.
pub(super) fn alternatives(cell: &str) -> Vec<String> {
    let split = if cell.contains('\n') {
        '\n'
    } else if cell.contains('|') {
        '|'
    } else {
        ';'
    };
    cell.split(split).map(plain).filter(|text| !text.is_empty()).collect()
}

/// The text that an item cannot be without and that had nothing but markup.
pub(super) fn nothing_left(item: &Item) -> Option<String> {
    let needed: &[(&str, &str)] = match item.table.as_str() {
        "entry" => &[("question", "question"), ("answer", "answer")],
        "quiz" => &[("prompt", "question")],
        _ => &[],
    };
    let (_, what) = needed.iter().find(|(key, _)| item.text(key).trim().is_empty())?;
    Some(format!("the {what} has no text, only markup"))
}

/// What Telegram would refuse as too long.
pub(super) fn too_long(item: &Item) -> Option<String> {
    let check = |what: &str, text: &str, limit: usize| {
        let length = text.chars().count();
        (length > limit).then(|| format!("{what} has {length} characters; at most {limit} can be used"))
    };
    let options = ["correct", "distractors", "options"].into_iter().flat_map(|key| match item.get(key) {
        Some(toml::Value::String(text)) => vec![text.as_str()],
        _ => item.list(key),
    });
    check("the question", item.text("prompt"), MAX_PROMPT)
        .or_else(|| check("the answer", item.text("answer"), MAX_TEXT))
        .or_else(|| {
            (item.table == "quiz")
                .then(|| options.map(|it| check("an option", it, MAX_OPTION)).find_map(|it| it))?
        })
}
