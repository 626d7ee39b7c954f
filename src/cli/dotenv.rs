//! Settings written down in the file `.env` of the folder in which a command runs.

use std::fs;
use std::io::ErrorKind;

use anyhow::{Context as _, anyhow};

use crate::settings::nearest_setting;

/// The result of reading `.env`.
#[derive(Debug, Default)]
pub(super) struct Dotenv {
    /// The variables that now have their values from it.
    pub(super) names: Vec<String>,
    /// Names in it that are not settings, but nearly.
    pub(super) slips: Vec<anyhow::Error>,
    /// Why it could not be read, or the first line that is not `NAME=value`; the other lines count all the same.
    pub(super) wrong: Option<anyhow::Error>,
}

/// Puts what `.env` says into the environment, where it is not already set. It is fine if there is no such file.
///
/// Each line is one setting, read by itself: a quote left open does not swallow the rest of the file. The content
/// of a line is never shown, as it may be the token.
pub(super) fn load() -> Dotenv {
    let mut dotenv = Dotenv::default();
    let text = match fs::read(".env") {
        Err(error) if error.kind() == ErrorKind::NotFound => return dotenv,
        text => match text.context("cannot read .env; the user that runs faqbot must be allowed to") {
            Ok(text) => text,
            Err(error) => return Dotenv { wrong: Some(error), ..dotenv },
        },
    };
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text);
    for (number, line) in (1..).zip(text.split(|byte| *byte == b'\n')) {
        // The parser takes blanks at the end of a last line for an unfinished one.
        let line = line.trim_ascii_end();
        for (name, _) in dotenvy::from_read_iter(line).flatten() {
            if let Some(nearest) = nearest_setting(&name) {
                dotenv
                    .slips
                    .push(anyhow!(".env, line {number}: {name} is not a setting; did you mean {nearest}?"));
            }
            if std::env::var_os(&name).is_none() {
                dotenv.names.push(name);
            }
        }
        if dotenvy::from_read(line).is_err() {
            let wrong = || {
                anyhow!(
                    ".env, line {number}: write NAME=value, with quotes around a value that has spaces, as in NAME=\"two words\""
                )
            };
            dotenv.wrong.get_or_insert_with(wrong);
        }
    }
    dotenv
}
