//! `faqbot settings`: what is set, and where.

use std::fmt::Write as _;
use std::process::ExitCode;

use clap::ArgMatches;
use clap::parser::ValueSource;

use super::print::print;
use crate::settings::{Given, SETTINGS, Setting, Settings, value};
use crate::storage::without_password;

/// Show every setting, its value, and where that comes from: a flag, the environment, `.env` or the default.
///
/// The token and the webhook's secret are never shown. Exits with 1 if `faqbot run` would refuse a setting.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  faqbot settings               as `faqbot run` would see them here
  PACING=off faqbot settings    with a variable set for this time")]
pub(crate) struct Arguments {
    #[command(flatten)]
    given: Given,
}

pub(crate) fn run(
    arguments: &Arguments,
    matches: &ArgMatches,
    from_dotenv: &[String],
) -> anyhow::Result<ExitCode> {
    let own = matches.subcommand_matches("settings");
    let mut text = String::new();
    for setting in &SETTINGS {
        let source = own.and_then(|own| own.value_source(setting.flag));
        let given = match setting.name {
            "FAQ_DIR" => own.and_then(|own| own.get_one::<std::path::PathBuf>("faq")),
            _ => None,
        };
        let given = match given {
            Some(folder) => Some(folder.display().to_string()),
            None => arguments.given.get(setting.name),
        };
        let from = match source {
            _ if given.as_deref().and_then(value).is_none() => "default",
            Some(ValueSource::CommandLine) => "flag",
            Some(ValueSource::EnvVariable) if from_dotenv.iter().any(|name| name == setting.name) => ".env",
            Some(ValueSource::EnvVariable) => "environment",
            _ => "default",
        };
        // Writing to a string does not fail.
        let _ = writeln!(text, "{:<17} {:<12} {}", setting.name, from, shown(setting, given.as_deref()));
    }
    print(&text)?;
    Settings::read(|name| arguments.given.get(name))?;
    Ok(ExitCode::SUCCESS)
}

/// The value, without what nobody may see.
fn shown(setting: &Setting, given: Option<&str>) -> String {
    match given {
        Some(_) if setting.is_secret => "(set, hidden)".to_owned(),
        Some(given) => without_password(given),
        None if setting.default.is_empty() => "(not set)".to_owned(),
        None => setting.default.to_owned(),
    }
}
