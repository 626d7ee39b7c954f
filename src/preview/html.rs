//! `parse_mode=HTML`: Telegram's small HTML, read into text and entities.

use super::entities::{Entity, Formatted, utf16_len};

/// Tags Telegram knows; `span` needs the class `tg-spoiler`.
const TAGS: [&str; 16] = [
    "a",
    "b",
    "strong",
    "i",
    "em",
    "s",
    "strike",
    "del",
    "u",
    "ins",
    "tg-spoiler",
    "tg-emoji",
    "span",
    "pre",
    "code",
    "blockquote",
];

struct Open {
    tag: String,
    attributes: Vec<(String, String)>,
    /// Where the tag's text begins, in UTF-16 units.
    start: usize,
}

/// Reads HTML into text and entities, or says what is wrong and at which byte, in Telegram's words.
pub(crate) fn parse(html: &str) -> Result<Formatted, String> {
    let mut text = String::with_capacity(html.len());
    let mut length = 0;
    let mut entities = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    let mut at = 0;
    while let Some(c) = html[at..].chars().next() {
        if c == '&'
            && let Some((decoded, width)) = character_reference(&html[at..])
        {
            text.push(decoded);
            length += decoded.len_utf16();
            at += width;
        } else if c != '<' {
            text.push(c);
            length += c.len_utf16();
            at += c.len_utf8();
        } else if html[at + 1..].starts_with('/') {
            at = end_tag(html, at, &mut open, &mut entities, length)?;
        } else {
            let (element, next) = start_tag(html, at, length)?;
            open.push(element);
            at = next;
        }
    }
    if let Some(unclosed) = open.last() {
        return Err(format!("Can't find end tag corresponding to start tag \"{}\"", unclosed.tag));
    }
    entities.sort_by_key(|entity: &Entity| (entity.offset, std::cmp::Reverse(entity.length)));
    debug_assert_eq!(length, utf16_len(&text));
    Ok(Formatted { text, entities })
}

/// Reads the tag that begins at this byte; returns it with the byte after it.
fn start_tag(html: &str, begin: usize, length: usize) -> Result<(Open, usize), String> {
    let unclosed = || format!("Unclosed start tag at byte offset {begin}");
    let rest = &html[begin + 1..];
    let name_len = rest.find(|c: char| c.is_whitespace() || c == '>').ok_or_else(unclosed)?;
    let tag = rest[..name_len].to_lowercase();
    if !TAGS.contains(&tag.as_str()) {
        return Err(format!("Unsupported start tag \"{tag}\" at byte offset {begin}"));
    }
    let mut attributes = Vec::new();
    let mut at = begin + 1 + name_len;
    loop {
        at += html[at..].len() - html[at..].trim_start().len();
        if html[at..].starts_with('>') {
            break;
        }
        let name_len =
            html[at..].find(|c: char| c.is_whitespace() || c == '=' || c == '>').ok_or_else(unclosed)?;
        if name_len == 0 {
            return Err(format!("Empty attribute name in the tag \"{tag}\" at byte offset {begin}"));
        }
        let name = html[at..at + name_len].to_lowercase();
        at += name_len;
        let mut value = String::new();
        if html[at..].starts_with('=') {
            at += 1;
            let quote = html[at..].chars().next().filter(|c| matches!(c, '"' | '\''));
            let raw = match quote {
                Some(quote) => {
                    let end = html[at + 1..].find(quote).ok_or_else(unclosed)?;
                    let raw = &html[at + 1..at + 1 + end];
                    at += end + 2;
                    raw
                }
                None => {
                    let end =
                        html[at..].find(|c: char| c.is_whitespace() || c == '>').ok_or_else(unclosed)?;
                    let raw = &html[at..at + end];
                    at += end;
                    raw
                }
            };
            value = decode(raw);
        }
        attributes.push((name, value));
    }
    Ok((Open { tag, attributes, start: length }, at + 1))
}

fn end_tag(
    html: &str,
    begin: usize,
    open: &mut Vec<Open>,
    entities: &mut Vec<Entity>,
    length: usize,
) -> Result<usize, String> {
    let Some(expected) = open.pop() else {
        return Err(format!("Unexpected end tag at byte offset {begin}"));
    };
    let rest = &html[begin + 2..];
    let name_len = rest.find('>').ok_or_else(|| format!("Unclosed end tag at byte offset {begin}"))?;
    let found = rest[..name_len].trim_end();
    if !found.is_empty() && found != expected.tag {
        return Err(format!(
            "Unmatched end tag at byte offset {begin}, expected \"</{}>\", found \"</{found}>\"",
            expected.tag
        ));
    }
    if length > expected.start {
        close(expected, length, entities);
    }
    Ok(begin + 2 + name_len + 1)
}

/// Adds the entity of an element that has just been closed; a `span` without meaning adds none.
fn close(element: Open, end: usize, entities: &mut Vec<Entity>) {
    let attribute =
        |name: &str| element.attributes.iter().find(|(it, _)| it == name).map(|(_, value)| value.clone());
    let kind = match element.tag.as_str() {
        "b" | "strong" => "bold",
        "i" | "em" => "italic",
        "u" | "ins" => "underline",
        "s" | "strike" | "del" => "strikethrough",
        "tg-spoiler" => "spoiler",
        "span" if attribute("class").as_deref() == Some("tg-spoiler") => "spoiler",
        "tg-emoji" => "custom_emoji",
        "pre" => "pre",
        "code" => "code",
        "blockquote" if attribute("expandable").is_some() => "expandable_blockquote",
        "blockquote" => "blockquote",
        "a" => "text_link",
        _ => return,
    };
    let mut entity = Entity::new(kind, element.start, end - element.start);
    match kind {
        "text_link" => match attribute("href").filter(|href| !href.is_empty()) {
            Some(href) => entity.url = Some(href),
            None => return,
        },
        "custom_emoji" => entity.custom_emoji_id = attribute("emoji-id"),
        "code" => {
            // `<pre><code class="language-x">` names the language of the block around it.
            entity.language =
                attribute("class").and_then(|class| class.strip_prefix("language-").map(str::to_owned));
        }
        "pre" => {
            let inner = entities.last().is_some_and(|it: &Entity| {
                it.kind == "code" && (it.offset, it.length) == (entity.offset, entity.length)
            });
            if inner {
                entity.language = entities.pop().and_then(|code| code.language);
            }
        }
        _ => {}
    }
    entities.push(entity);
}

fn decode(raw: &str) -> String {
    let mut decoded = String::with_capacity(raw.len());
    let mut at = 0;
    while let Some(c) = raw[at..].chars().next() {
        match character_reference(&raw[at..]).filter(|_| c == '&') {
            Some((character, width)) => {
                decoded.push(character);
                at += width;
            }
            None => {
                decoded.push(c);
                at += c.len_utf8();
            }
        }
    }
    decoded
}

/// `&lt;`, `&gt;`, `&amp;`, `&quot;` and numeric references; anything else stays as written.
fn character_reference(text: &str) -> Option<(char, usize)> {
    let body = text.strip_prefix('&')?;
    let end = body.find(|c: char| !(c.is_ascii_alphanumeric() || c == '#'))?;
    let name = &body[..end];
    let character = match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        _ => {
            let digits = name.strip_prefix('#')?;
            let code = match digits.strip_prefix('x') {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => digits.parse().ok()?,
            };
            char::from_u32(code).filter(|c| *c != '\0')?
        }
    };
    let semicolon = usize::from(body[end..].starts_with(';'));
    Some((character, 1 + end + semicolon))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(html: &str, expected: &str) {
        let said = match parse(html) {
            Ok(Formatted { text, entities }) => {
                let entities: Vec<String> =
                    entities.iter().map(|it| format!(" {}@{}+{}", it.kind, it.offset, it.length)).collect();
                format!("{text}{}", entities.concat())
            }
            Err(error) => error,
        };
        assert_eq!(said, expected, "{html}");
    }

    #[test]
    fn tags_become_entities() {
        check("plain", "plain");
        check("<b>bold <i>both</i></b>", "bold both bold@0+9 italic@5+4");
        check("🙂 <code>x</code>", "🙂 x code@3+1");
        check("a &lt;b&gt; &amp; &quot;c&quot; &#33; &unknown;", "a <b> & \"c\" ! &unknown;");
        check("<a href=\"https://e.org/?a=1&amp;b=2\">link</a>", "link text_link@0+4");
        check("<pre><code class=\"language-rust\">x</code></pre>", "x pre@0+1");
        check("<span class='tg-spoiler'>s</span><b></b>", "s spoiler@0+1");
        check("<blockquote expandable>q</>", "q expandable_blockquote@0+1");
    }

    #[test]
    fn mistakes_are_told_in_telegrams_words() {
        check("é<font>x</font>", "Unsupported start tag \"font\" at byte offset 2");
        check("a < b", "Unsupported start tag \"\" at byte offset 2");
        check("x <b", "Unclosed start tag at byte offset 2");
        check("<b>x</i>", "Unmatched end tag at byte offset 4, expected \"</b>\", found \"</i>\"");
        check("x</b>", "Unexpected end tag at byte offset 1");
        check("<b>x</b", "Unclosed end tag at byte offset 4");
        check("<b>x", "Can't find end tag corresponding to start tag \"b\"");
    }

    #[test]
    fn a_link_keeps_its_address_and_a_block_its_language() {
        let link = parse("<a href=\"https://e.org/?a=1&amp;b=2\">x</a>").unwrap();
        assert_eq!(link.entities[0].url.as_deref(), Some("https://e.org/?a=1&b=2"));
        let block = parse("<pre><code class=\"language-rust\">x</code></pre>").unwrap();
        assert_eq!(block.entities[0].language.as_deref(), Some("rust"));
    }
}
