//! How texts are written in TOML.

use super::fill::literal;

/// A stranger's text as TOML writes it, on one line: braces in it stand for themselves.
pub fn toml_string(text: &str) -> String {
    quoted(&literal(text))
}

/// A text as TOML writes it, on one line. A character that is invisible in an editor is written as its number.
pub fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for letter in text.chars() {
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            _ if is_invisible(letter) => quoted.push_str(&format!("\\u{:04X}", u32::from(letter))),
            _ => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

/// A text as TOML writes it over several lines.
pub fn quoted_block(text: &str) -> String {
    let mut block = String::from("\"\"\"\n");
    for letter in text.trim_end().chars() {
        match letter {
            '\\' => block.push_str("\\\\"),
            '\n' => block.push('\n'),
            _ if is_invisible(letter) => block.push_str(&format!("\\u{:04X}", u32::from(letter))),
            _ => block.push(letter),
        }
    }
    let block = block.replace("\"\"\"", "\"\"\\\"");
    // The three quotes that open it have been taken for a part of the text.
    format!("\"\"\"{}\n\"\"\"", &block["\"\"\\\"".len()..])
}

/// Control characters, marks that turn the direction of writing, and spaces without width.
fn is_invisible(letter: char) -> bool {
    matches!(
        letter,
        '\u{0}'..='\u{1f}'
            | '\u{7f}'..='\u{9f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
    )
}

#[cfg(test)]
mod tests {
    use super::{quoted, quoted_block};

    #[test]
    fn written_values_are_read_again() {
        for text in ["a", "say \"\"\"hi\"\"\"", "c:\\new", "one\ntwo\\", "\u{202e}x", "\"", "ends with \"\""]
        {
            let toml = format!("a = {}\nb = {}\n", quoted(text), quoted_block(text));
            let table: toml::Table = toml.parse().unwrap_or_else(|error| panic!("{toml}: {error}"));
            assert_eq!(table["a"].as_str(), Some(text));
            assert_eq!(table["b"].as_str().map(str::trim_end), Some(text));
        }
    }
}
