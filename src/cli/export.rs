//! `faqbot export`: the folder for other programs.

use std::fs;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};

use super::print::print;
use crate::export;
use crate::faq_folder;
use crate::knowledge::parse_at;
use crate::time::Timestamp;

/// Write the folder as a sheet, a page or JSON; `faqbot import` reads it again.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  faqbot export --to xlsx -o faq.xlsx    for Excel, LibreOffice and Google Sheets
  faqbot export --to csv > faq.csv
  faqbot export --to markdown            a page for people, with the figures filled in
  faqbot export --to json                everything, for tools")]
pub(crate) struct Arguments {
    /// The format.
    #[arg(long, value_enum)]
    to: To,

    /// The file to write; standard output if left out.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum To {
    Csv,
    Xlsx,
    Markdown,
    Json,
}

pub(crate) fn run(arguments: &Arguments, faq: &Path, now: Timestamp) -> anyhow::Result<ExitCode> {
    let sources = faq_folder::read(faq)?.sources;
    let items = export::items(&sources)?;
    let bytes = match arguments.to {
        To::Csv => export::csv(&items)?.into_bytes(),
        To::Xlsx => export::xlsx(&items)?,
        To::Markdown => export::markdown(&parse_at(&sources, now).0).into_bytes(),
        To::Json => export::json(&items).into_bytes(),
    };
    match &arguments.output {
        Some(path) => fs::write(path, bytes).with_context(|| format!("writing {}", path.display()))?,
        None if arguments.to == To::Xlsx && std::io::stdout().is_terminal() => {
            bail!("a workbook is nothing for a terminal: name a file with --output faq.xlsx")
        }
        None => match String::from_utf8(bytes) {
            Ok(text) => print(&text)?,
            Err(error) => std::io::Write::write_all(&mut std::io::stdout(), error.as_bytes())?,
        },
    }
    Ok(ExitCode::SUCCESS)
}
