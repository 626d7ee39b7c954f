//! Settings written down in the file `.env` of the folder in which a command runs.

use std::fs;
use std::io::ErrorKind;

use anyhow::{Context as _, bail};

/// Puts what `.env` says into the environment, where it is not set already. That there is no such file is ordinary.
///
/// Each line is one setting, read by itself: a quote that is left open does not take the rest of the file with it.
///
/// # Errors
///
/// When it cannot be read, or for the first line that makes no sense; the others count all the same. What is written
/// there is not told, for it may be the token.
pub(super) fn load() -> anyhow::Result<()> {
    let text = match fs::read(".env") {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        text => text.context("cannot read .env; the user that runs faqbot must be allowed to")?,
    };
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text);
    let mut wrong = None;
    for (number, line) in (1..).zip(text.split(|byte| *byte == b'\n')) {
        // The reader takes blanks at the end of a last line for an unfinished one.
        if dotenvy::from_read(line.trim_ascii_end()).is_err() {
            wrong = wrong.or(Some(number));
        }
    }
    match wrong {
        None => Ok(()),
        Some(number) => bail!(
            ".env, line {number}: write NAME=value, with quotes around a value that has spaces, as in NAME=\"two words\""
        ),
    }
}
