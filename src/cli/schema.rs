//! `faqbot schema`: the JSON Schema of the folder's files.

use std::io::{self, Write};
use std::process::ExitCode;

use crate::knowledge;
use crate::texts::Text;

/// Print the JSON Schema of the folder's files, for completion and checks in an editor.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  faqbot schema > faq/schema.json

A file uses it when its first line is
  #:schema ./schema.json")]
pub(crate) struct Arguments {}

pub(crate) fn run(Arguments {}: &Arguments) -> anyhow::Result<ExitCode> {
    io::stdout().write_all(schema().as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// The schema with all the texts that the bot has.
pub(super) fn schema() -> String {
    knowledge::schema(Text::ALL.iter().map(|text| (text.key(), text.default_wording())))
}
