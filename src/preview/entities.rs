//! Text with its entities: what Telegram finds in plain text, and what senders mark themselves.

use serde::{Deserialize, Serialize};

/// A marked stretch of text. `offset` and `length` count UTF-16 units.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entity {
    #[serde(rename = "type")]
    pub kind: String,
    pub offset: usize,
    pub length: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

impl Entity {
    pub(crate) fn new(kind: &str, offset: usize, length: usize) -> Self {
        Self { kind: kind.to_owned(), offset, length, url: None, language: None }
    }

    fn end(&self) -> usize {
        self.offset + self.length
    }
}

/// Text as it is stored and shown: no markup left in it.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Formatted {
    pub(crate) text: String,
    pub(crate) entities: Vec<Entity>,
}

impl Formatted {
    /// Plain text in which Telegram finds commands, mentions, links and the like by itself.
    pub(crate) fn detected(text: &str) -> Self {
        Self { text: text.to_owned(), entities: Vec::new() }.trimmed().with_detected()
    }

    /// Length in Unicode code points, which is what Telegram's text limits count.
    pub(crate) fn n_characters(&self) -> usize {
        self.text.chars().count()
    }

    /// Without white space at both ends, as Telegram stores every text.
    pub(crate) fn trimmed(self) -> Self {
        let kept = self.text.trim_end();
        let kept_len = utf16_len(kept);
        let start = kept.trim_start();
        let removed = kept_len - utf16_len(start);
        let text = start.to_owned();
        let entities = self
            .entities
            .into_iter()
            .filter_map(|mut entity| {
                let end = entity.end().min(kept_len);
                let offset = entity.offset.max(removed);
                entity.length = end.checked_sub(offset).filter(|length| *length > 0)?;
                entity.offset = offset - removed;
                Some(entity)
            })
            .collect();
        Self { text, entities }
    }

    /// Adds what Telegram finds by itself, where the sender marked nothing that excludes it.
    pub(crate) fn with_detected(mut self) -> Self {
        let found: Vec<Entity> = detect(&self.text)
            .into_iter()
            .filter(|it| {
                self.entities.iter().all(|given| {
                    !excludes_detection(given) || given.end() <= it.offset || it.end() <= given.offset
                })
            })
            .collect();
        self.entities.extend(found);
        self.entities.sort_by_key(|entity| (entity.offset, std::cmp::Reverse(entity.length)));
        self
    }
}

fn excludes_detection(entity: &Entity) -> bool {
    matches!(entity.kind.as_str(), "code" | "pre" | "text_link")
}

pub(crate) fn utf16_len(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// What a sender can mark; Telegram knows more.
const MARKS: [&str; 8] =
    ["bold", "italic", "strikethrough", "spoiler", "code", "pre", "blockquote", "text_link"];

/// Entities given by the sender: marks that are served here, and that lie inside the text.
pub(crate) fn check_given(text: &str, entities: &[Entity]) -> Result<(), String> {
    if let Some(unknown) = entities.iter().find(|it| !MARKS.contains(&it.kind.as_str())) {
        return Err(format!("entities of the type \"{}\" are not served here", unknown.kind));
    }
    let length = utf16_len(text);
    match entities.iter().find(|it| it.length == 0 || it.end() > length) {
        Some(outside) => Err(format!(
            "entity {} at {}+{} is not inside the text",
            outside.kind, outside.offset, outside.length
        )),
        None => Ok(()),
    }
}

/// What Telegram finds in plain text, in order: commands, mentions, hashtags, cashtags, e-mail
/// addresses and links. Phone and card numbers are not modelled.
fn detect(text: &str) -> Vec<Entity> {
    let mut entities = Vec::new();
    let mut offset = 0;
    let mut previous: Option<char> = None;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let found = if previous.is_none_or(|it| !is_word(it)) { at_start_of(rest, previous) } else { None };
        let width = match found {
            Some((kind, bytes)) => {
                let length = utf16_len(&rest[..bytes]);
                entities.push(Entity::new(kind, offset, length));
                bytes
            }
            None => c.len_utf8(),
        };
        offset += utf16_len(&rest[..width]);
        previous = rest[..width].chars().next_back();
        rest = &rest[width..];
    }
    entities
}

/// The entity that begins here, with its length in bytes.
fn at_start_of(rest: &str, previous: Option<char>) -> Option<(&'static str, usize)> {
    match rest.as_bytes()[0] {
        b'/' if !matches!(previous, Some('/' | '<' | '>')) => Some(("bot_command", command(rest)?)),
        b'@' => Some(("mention", 1 + name(&rest[1..], 3..=32)?)),
        b'#' => Some(("hashtag", hashtag(rest)?)),
        b'$' => Some(("cashtag", cashtag(rest)?)),
        // An address begins with its first word, not in the middle of another one.
        _ if previous.is_some_and(|it| ".-/@:%&=?#".contains(it)) => None,
        _ => address(rest),
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Bytes of a run of `A-Za-z0-9_` whose length is in the range and which no other word follows.
fn name(text: &str, lengths: std::ops::RangeInclusive<usize>) -> Option<usize> {
    let length = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(text.len());
    let ends = text[length..].chars().next().is_none_or(|c| !is_word(c));
    (ends && lengths.contains(&length)).then_some(length)
}

fn command(text: &str) -> Option<usize> {
    let length = 1 + name(&text[1..], 1..=64)?;
    if text[length..].starts_with('@') {
        return Some(length + 1 + name(&text[length + 1..], 3..=32)?);
    }
    (!text[length..].starts_with('/')).then_some(length)
}

fn hashtag(text: &str) -> Option<usize> {
    let body = &text[1..];
    let length = body.find(|c: char| !is_word(c)).unwrap_or(body.len());
    body[..length].chars().any(char::is_alphabetic).then_some(1 + length)
}

fn cashtag(text: &str) -> Option<usize> {
    let body = &text[1..];
    let length = body.find(|c: char| !c.is_ascii_uppercase()).unwrap_or(body.len());
    let ends = body[length..].chars().next().is_none_or(|c| !is_word(c));
    (ends && (1..=8).contains(&length)).then_some(1 + length)
}

/// Top-level domains that make a bare `name.tld` a link; Telegram knows them all, this is enough.
const TOP_LEVEL: [&str; 14] =
    ["ai", "app", "com", "de", "dev", "edu", "eu", "gov", "io", "me", "net", "org", "ru", "uk"];

/// A link or an e-mail address: a host with a scheme or a known ending, then its path.
fn address(text: &str) -> Option<(&'static str, usize)> {
    if !text.starts_with(char::is_alphanumeric) {
        return None;
    }
    let scheme = ["https://", "http://", "tg://"].into_iter().find(|it| text.starts_with(it));
    let is_plain = |c: char| c.is_alphanumeric() || "-._".contains(c);
    let is_known = |top: &str| TOP_LEVEL.contains(&top.to_ascii_lowercase().as_str());
    // Most words are not hosts. A long text without spaces is not read to its end for each of them.
    let host = &text[..text.find(|c| !is_plain(c) && c != '@').unwrap_or(text.len())];
    if scheme.is_none() && !host.trim_end_matches('.').rsplit_once('.').is_some_and(|(_, top)| is_known(top))
    {
        return None;
    }
    let end = text.find(|c: char| c.is_whitespace() || "<>\"«»“”".contains(c)).unwrap_or(text.len());
    let word = text[..end].trim_end_matches(['.', ',', '!', '?', ';', ':', ')', ']', '\'']);
    let body = &word[scheme.map_or(0, str::len)..];
    let host_end = body.find(['/', '?', '#', ':']).unwrap_or(body.len());
    let (user, host) = match body[..host_end].split_once('@') {
        Some((user, host)) => (Some(user), host),
        None => (None, &body[..host_end]),
    };
    let plain = |it: &str| !it.is_empty() && it.chars().all(is_plain);
    let (name, top) = host.rsplit_once('.').unwrap_or((host, ""));
    if !plain(name) || !(is_known(top) || scheme.is_some()) {
        return None;
    }
    match user {
        None => Some(("url", word.len())),
        Some(user) if scheme.is_none() && plain(user) => Some(("email", user.len() + 1 + host.len())),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(&str, &str)]) {
        let units: Vec<u16> = text.encode_utf16().collect();
        let found: Vec<(String, String)> = detect(text)
            .into_iter()
            .map(|it| {
                let part = String::from_utf16(&units[it.offset..it.end()]).expect("whole characters");
                (it.kind, part)
            })
            .collect();
        let found: Vec<(&str, &str)> = found.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn plain_text_holds_what_telegram_finds_in_it() {
        check("what is AWS?", &[]);
        check("/start entry-id", &[("bot_command", "/start")]);
        check("🙂 /ask@preview_bot why", &[("bot_command", "/ask@preview_bot")]);
        check("and/or a/b 1/2", &[]);
        check("hey @preview_bot, hi", &[("mention", "@preview_bot")]);
        check("@ab is too short", &[]);
        check("mail me: a.b@example.com.", &[("email", "a.b@example.com")]);
        check("see https://example.org/a?b=1, ok", &[("url", "https://example.org/a?b=1")]);
        check("see t.me/preview_bot", &[("url", "t.me/preview_bot")]);
        check("#deal #5 $AMZN $5B $100", &[("hashtag", "#deal"), ("cashtag", "$AMZN")]);
        check("end.Start of a sentence", &[]);
    }

    #[test]
    fn a_long_text_without_spaces_is_read_once() {
        assert_eq!(detect(&"1,".repeat(200_000)), []);
        assert_eq!(detect(&"a".repeat(200_000)), []);
    }

    #[test]
    fn trimming_moves_the_entities_along() {
        let text = Formatted {
            text: "  ab cd \n".into(),
            entities: vec![Entity::new("bold", 0, 4), Entity::new("italic", 5, 4)],
        };
        let trimmed = text.trimmed();
        assert_eq!(trimmed.text, "ab cd");
        assert_eq!(trimmed.entities, [Entity::new("bold", 0, 2), Entity::new("italic", 3, 2)]);
    }

    #[test]
    fn nothing_is_found_inside_code() {
        let text = Formatted { text: "/a /b".into(), entities: vec![Entity::new("code", 0, 2)] };
        assert_eq!(
            text.with_detected().entities,
            [Entity::new("code", 0, 2), Entity::new("bot_command", 3, 2)]
        );
    }
}
