//! `faqbot schema`: the JSON Schema of the folder's files.

use std::process::ExitCode;

use super::print::print;
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
    print(&schema())?;
    Ok(ExitCode::SUCCESS)
}

/// The schema with all the texts that the bot has.
pub(super) fn schema() -> String {
    knowledge::schema(Text::ALL.iter().map(|text| (text.key(), text.default_wording())))
}
