//! Which program a file comes from.

use std::fmt;

use super::{Input, decode};

/// A format that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Comma- or tab-separated values; QnA Maker and Dialogflow write them, too.
    Delimited,
    /// An Excel or OpenDocument sheet.
    Sheet,
    Markdown,
    Html,
    /// From QnABot, OpenTDB, QnA Maker or faqbot.
    Json,
    /// From Rasa, or a trivia list of Red-DiscordBot.
    Yaml,
    Gift,
    Anki,
}

impl fmt::Display for Format {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Format::Delimited => "a table (CSV or TSV)",
            Format::Sheet => "a sheet",
            Format::Markdown => "a Markdown page",
            Format::Html => "an HTML page",
            Format::Json => "JSON",
            Format::Yaml => "YAML",
            Format::Gift => "a Moodle quiz in GIFT",
            Format::Anki => "a deck of Anki",
        })
    }
}

/// The formats, for somebody whose file is in another one.
const KNOWN: &str = "CSV, TSV, Excel and OpenDocument sheets, Markdown, HTML, JSON (QnABot, OpenTDB, QnA Maker), YAML (Rasa, \
     Red-DiscordBot trivia), Moodle GIFT and Anki text";

/// By the content of the file, and by its ending where that leaves a choice.
pub(super) fn recognise(input: &Input) -> Result<Format, String> {
    let bytes = input.bytes.as_slice();
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err("there is nothing in this file".into());
    }
    // A zip archive, and the older container from Microsoft.
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Ok(Format::Sheet);
    }
    let ending = input.name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
    if bytes.starts_with(b"%PDF") || ["pdf", "docx", "doc", "apkg"].contains(&ending.as_str()) {
        return Err(format!("this kind of file is not read: save or export it as one of {KNOWN}"));
    }
    let text = decode::decode(bytes)?.text;
    let start = text.trim_start();
    let by_ending = match ending.as_str() {
        "csv" | "tsv" | "tab" => Some(Format::Delimited),
        "md" | "markdown" => Some(Format::Markdown),
        "html" | "htm" | "xhtml" => Some(Format::Html),
        "json" => Some(Format::Json),
        "yml" | "yaml" => Some(Format::Yaml),
        "gift" => Some(Format::Gift),
        _ => None,
    };
    if start.starts_with("#separator:") || start.starts_with("#html:") {
        return Ok(Format::Anki);
    }
    if let Some(format) = by_ending {
        return Ok(format);
    }
    let lower = start.get(..start.floor_char_boundary(200)).unwrap_or_default().to_lowercase();
    let is_gift = text.contains('{') && text.contains('}') && (text.contains('=') || text.contains("{T"));
    match start.chars().next() {
        Some('{' | '[') => Ok(Format::Json),
        Some('<') if lower.contains("html") || lower.starts_with("<!") => Ok(Format::Html),
        _ if start.starts_with("::")
            || start.starts_with("$CATEGORY")
            || start.starts_with("//") && is_gift =>
        {
            Ok(Format::Gift)
        }
        _ if start.lines().take(5).filter(|line| line.contains('\t')).count() > 1 || start.contains('\t') => {
            Ok(Format::Delimited)
        }
        _ if start.lines().any(|line| line.starts_with("# ") || line.starts_with("## ")) => {
            Ok(Format::Markdown)
        }
        _ if is_gift => Ok(Format::Gift),
        _ => Err(format!("unknown kind of file; these are read: {KNOWN}")),
    }
}
