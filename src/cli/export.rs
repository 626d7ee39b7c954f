//! `faqbot export`: the folder for other programs.

use std::fs;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};

use super::pictures;
use super::print::print;
use crate::export;
use crate::faq_folder::{self, shown};
use crate::knowledge::{Knowledge, parse_at};
use crate::time::Timestamp;

/// Write the folder as a sheet, a page or JSON; `faqbot import` reads it again.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  faqbot export --to xlsx -o faq.xlsx    for Excel, LibreOffice and Google Sheets
  faqbot export --to csv > faq.csv
  faqbot export --to markdown            a page for people, with the figures filled in
  faqbot export --to markdown --language de > faq.de.md
  faqbot export --to json                everything, for tools")]
pub(crate) struct Arguments {
    /// The format.
    #[arg(long, value_enum)]
    to: To,

    /// The file to write; standard output if left out. Pictures are copied beside it.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,

    /// The language of a Markdown page, by its code; the folder's main one if left out.
    #[arg(long, value_name = "CODE")]
    language: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum To {
    Csv,
    Xlsx,
    Markdown,
    Json,
}

#[expect(clippy::print_stderr, reason = "standard output is for what is exported")]
pub(crate) fn run(arguments: &Arguments, faq: &Path, now: Timestamp) -> anyhow::Result<ExitCode> {
    let sources = faq_folder::read(faq)?.sources;
    let items = export::items(&sources)?;
    if arguments.language.is_some() && arguments.to != To::Markdown {
        bail!("--language is for pages in Markdown: the other formats hold all languages");
    }
    let bytes = match arguments.to {
        To::Csv => export::csv(&items)?.into_bytes(),
        To::Xlsx => export::xlsx(&items)?,
        To::Markdown => page(&parse_at(&sources, now).0, arguments.language.as_deref())?.into_bytes(),
        To::Json => export::json(&items).into_bytes(),
    };
    match &arguments.output {
        Some(path) => {
            let n_pictures = pictures::copy_beside(&items, faq, path)?;
            fs::create_dir_all(path.parent().unwrap_or(Path::new("")))
                .with_context(|| format!("making the folder for {}", shown(path)))?;
            fs::write(path, bytes).with_context(|| format!("writing {}", shown(path)))?;
            let beside = match n_pictures {
                0 => String::new(),
                1 => ", and a picture beside it".into(),
                n => format!(", and {n} pictures beside it"),
            };
            print(&format!("Written: {}{beside}\n", shown(path)))?;
        }
        None if arguments.to == To::Xlsx && std::io::stdout().is_terminal() => {
            bail!("a workbook is nothing for a terminal: name a file with --output faq.xlsx")
        }
        None => match String::from_utf8(bytes) {
            Ok(text) => print(&text)?,
            Err(error) => std::io::Write::write_all(&mut std::io::stdout(), error.as_bytes())?,
        },
    }
    if arguments.output.is_none() && pictures::count(&items) > 0 {
        eprintln!(
            "The files of the pictures are not part of this: with --output FILE they are copied beside it."
        );
    }
    Ok(ExitCode::SUCCESS)
}

/// The page in one of the folder's languages.
fn page(knowledge: &Knowledge, code: Option<&str>) -> anyhow::Result<String> {
    let Some(code) = code else { return Ok(export::markdown(knowledge, None)) };
    let codes: Vec<&str> = knowledge.in_all_languages().map(|it| it.bot.language().code()).collect();
    match codes.iter().position(|it| *it == code) {
        Some(0) => Ok(export::markdown(knowledge, None)),
        Some(n) => Ok(export::markdown(&knowledge.translations[n - 1], Some(code))),
        None => bail!("the folder is not in `{code}`: it is in {}", codes.join(", ")),
    }
}
