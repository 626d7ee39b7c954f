//! The commands of the binary. Each command is a file with its arguments and its `run`.

mod ask;
mod backup;
mod check;
mod dotenv;
mod eval;
mod export;
mod import;
mod misses;
mod new;
mod pictures;
mod preview;
mod print;
mod results;
mod run;
mod schema;
mod set_aside;
mod settings;
mod status;
mod working;

use std::ffi::OsString;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::builder::{OsStringValueParser, TypedValueParser as _};
use clap::{ArgMatches, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

use crate::clock::{Clock as _, SystemClock};
use crate::faq_folder::{self, Loaded};
use crate::knowledge::Severity;
use crate::settings::value;
use crate::supervise::causes;
use crate::time::Timestamp;

/// A Telegram bot that answers from a folder of text files, and runs quizzes about them.
///
/// Without a command it opens the preview: the real bot against a Telegram-like server in this process.
#[derive(Debug, Parser)]
#[command(name = "faqbot", version, max_term_width = 100, propagate_version = true)]
struct Arguments {
    /// The folder that holds the bot's knowledge.
    #[arg(long, value_name = "DIR", env = "FAQ_DIR", default_value = DEFAULT_FOLDER, global = true)]
    #[arg(value_parser = OsStringValueParser::new().map(folder))]
    faq: PathBuf,

    #[command(subcommand)]
    command: Option<Command>,
}

const DEFAULT_FOLDER: &str = "faq";

/// The folder that was asked for; an empty one counts as missing, as with every setting.
fn folder(given: OsString) -> PathBuf {
    match given.to_str().map(value) {
        Some(None) => DEFAULT_FOLDER.into(),
        Some(Some(folder)) => folder.into(),
        None => given.into(),
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    Preview(preview::Arguments),
    Run(run::Arguments),
    Results(results::Arguments),
    SetAside(set_aside::Arguments),
    Settings(settings::Arguments),
    Status(status::Arguments),
    Backup(backup::BackupArguments),
    Restore(backup::RestoreArguments),
    Check(check::Arguments),
    Import(import::Arguments),
    Export(export::Arguments),
    Misses(misses::Arguments),
    New(new::Arguments),
    Schema(schema::Arguments),
    Ask(ask::Arguments),
    Eval(eval::Arguments),
}

/// Runs the command that the arguments name. An error is one sentence on standard error.
pub fn main() -> ExitCode {
    faqbot_heap::share();
    let dotenv = dotenv::load();
    let matches = Arguments::command().get_matches();
    let arguments = Arguments::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    for slip in &dotenv.slips {
        complain("warning", slip);
    }
    let result = match dotenv.wrong {
        Some(error) if arguments.need_settings() => Err(error),
        wrong => {
            if let Some(error) = wrong {
                complain("warning", &error);
            }
            run(arguments, &matches, &dotenv.names)
        }
    };
    result.unwrap_or_else(|error| {
        complain("error", &error);
        ExitCode::FAILURE
    })
}

impl Arguments {
    /// Whether the command depends on more than the folder.
    fn need_settings(&self) -> bool {
        matches!(
            self.command,
            Some(
                Command::Run(_)
                    | Command::Misses(_)
                    | Command::Results(_)
                    | Command::SetAside(_)
                    | Command::Settings(_)
                    | Command::Status(_)
                    | Command::Backup(_)
                    | Command::Restore(_)
            )
        )
    }
}

fn run(arguments: Arguments, matches: &ArgMatches, from_dotenv: &[String]) -> anyhow::Result<ExitCode> {
    // A command that ends at once does everything at one moment.
    let now = SystemClock.now();
    match arguments.command {
        Some(Command::Preview(it)) => preview::run(&it, &arguments.faq),
        Some(Command::Run(it)) => run::run(&it, &arguments.faq),
        Some(Command::Results(it)) => results::run(&it),
        Some(Command::SetAside(it)) => set_aside::run(&it),
        Some(Command::Settings(it)) => settings::run(&it, matches, from_dotenv),
        Some(Command::Status(it)) => status::run(&it),
        Some(Command::Backup(it)) => backup::backup(&it),
        Some(Command::Restore(it)) => backup::restore(&it),
        Some(Command::Check(it)) => check::run(&it, it.folder.as_deref().unwrap_or(&arguments.faq), now),
        Some(Command::Import(it)) => import::run(&it, &arguments.faq, now),
        Some(Command::Export(it)) => export::run(&it, &arguments.faq, now),
        Some(Command::Misses(it)) => misses::run(&it, &arguments.faq, now),
        Some(Command::New(it)) => new::run(&it),
        Some(Command::Schema(it)) => schema::run(&it),
        Some(Command::Ask(it)) => ask::run(&it, &arguments.faq, now),
        Some(Command::Eval(it)) => eval::run(&it, &arguments.faq, now),
        None => preview::run(&preview::Arguments::default(), &arguments.faq),
    }
}

/// Reads the folder for a command that takes it as it is. If some of it is left out, standard error says so.
#[expect(clippy::print_stderr, reason = "standard output is for what the command was asked for")]
fn load(faq: &Path, now: Timestamp) -> anyhow::Result<Loaded> {
    let loaded = faq_folder::load(faq, now)?;
    match loaded.diagnostics.iter().filter(|it| it.severity == Severity::Error).count() {
        0 => {}
        1 => eprintln!("the folder has an error; what it concerns is left out: see `faqbot check`"),
        n => eprintln!("the folder has {n} errors; what they concern is left out: see `faqbot check`"),
    }
    Ok(loaded)
}

/// The threads on which a bot runs, and its log on standard error: what `RUST_LOG` asks for, in the form of
/// `LOG_FORMAT`, without people's words. Anything logged before this is called is lost.
fn runtime(get: impl Fn(&str) -> Option<String>) -> anyhow::Result<tokio::runtime::Runtime> {
    let filter = log_filter(&get("RUST_LOG").unwrap_or_default())?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match get("LOG_FORMAT").as_deref() {
        None | Some("text") => log.with_ansi(std::io::stderr().is_terminal()).init(),
        Some("json") => log.json().flatten_event(true).with_current_span(false).init(),
        Some(other) => anyhow::bail!("LOG_FORMAT is `{other}`: write text or json"),
    }
    // One thread steps and one communicates, even on a single core.
    let n_threads = std::thread::available_parallelism().map_or(2, |n| n.get().max(2));
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(n_threads)
        .enable_all()
        .build()
        .context("starting threads")
}

/// What is logged, as `RUST_LOG` specifies.
///
/// # Errors
///
/// When it makes no sense. A bare word is a level or a part of this bot: any other would log nothing but a
/// program of that name, so a misspelt level would silence everything.
fn log_filter(given: &str) -> anyhow::Result<EnvFilter> {
    const HELP: &str = "write for example RUST_LOG=info; the levels are error, warn, info, debug and trace";
    let stray = given.split(',').map(str::trim).find(|word| {
        let is_word = !word.is_empty() && !word.contains(['=', '[']);
        is_word && word.parse::<LevelFilter>().is_err() && word.split("::").next() != Some("faqbot")
    });
    if let Some(stray) = stray {
        anyhow::bail!("RUST_LOG holds `{stray}`, which is not a level; {HELP}");
    }
    let filter = EnvFilter::builder()
        .with_default_directive(LevelFilter::INFO.into())
        .parse(given)
        .with_context(|| format!("RUST_LOG makes no sense; {HELP}"))?;
    // Postgres remarks at every start that the tables are there already.
    let no_remarks = "sqlx::postgres::notice=warn".parse().expect("it is a directive");
    Ok(if given.contains("sqlx") { filter } else { filter.add_directive(no_remarks) })
}

/// Reports to the operator what went wrong, from what was attempted down to the cause, on one line.
#[expect(clippy::print_stderr, reason = "the one place that reports a command's failure")]
fn complain(severity: &str, error: &anyhow::Error) {
    eprintln!("{severity}: {}", causes(error));
}
