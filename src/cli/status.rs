//! `faqbot status`: the health of a running bot.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, bail};

use super::print::print;
use crate::monitor::Report;
use crate::settings::value;

/// Show the health of a running bot. Exits with 1 if it cannot answer questions.
///
/// The bot must have been started with METRICS_LISTEN; with the same setting this command finds it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  faqbot status                                   with METRICS_LISTEN from .env
  faqbot status --metrics-listen 127.0.0.1:9090   a bot that serves its health there
  faqbot status --json                            for tools: one JSON object")]
pub(crate) struct Arguments {
    /// Where the bot serves /readyz.
    #[arg(long, value_name = "ADDR", env = "METRICS_LISTEN")]
    metrics_listen: Option<String>,

    /// Print one JSON object instead of text.
    #[arg(long)]
    json: bool,
}

/// How long the bot may take to answer.
const LIMIT: Duration = Duration::from_secs(5);

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let Some(address) = arguments.metrics_listen.as_deref().and_then(value) else {
        bail!(
            "METRICS_LISTEN is not set: set it to an address such as 127.0.0.1:9090 for the bot and for this command"
        );
    };
    let address: SocketAddr = address.parse().with_context(|| {
        format!("METRICS_LISTEN is `{address}`, which is not an address: write for example 127.0.0.1:9090")
    })?;
    let body = ask(address).with_context(|| {
        format!(
            "no bot answers at {address}: it does not run, or was started without METRICS_LISTEN={address}"
        )
    })?;
    let report: Report =
        serde_json::from_str(&body).with_context(|| format!("what answers at {address} is not a faqbot"))?;
    if arguments.json {
        print(&body)?;
    } else {
        let Report { ready, bot, version, database, telegram, folder } = &report;
        let bot = if bot.is_empty() { String::new() } else { format!("@{bot}, ") };
        let ready = if *ready { "ready" } else { "not ready" };
        print(&format!(
            "{bot}faqbot {version}: {ready}\ndatabase  {database}\ntelegram  {telegram}\nfolder    {folder}\n"
        ))?;
    }
    Ok(if report.ready { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// `GET /readyz`, by hand: one short exchange with a server of our own needs no client library.
fn ask(mut address: SocketAddr) -> anyhow::Result<String> {
    if address.ip().is_unspecified() {
        // It listens on all addresses, so on this machine as well.
        address.set_ip(if address.is_ipv4() {
            [127, 0, 0, 1].into()
        } else {
            [0, 0, 0, 0, 0, 0, 0, 1].into()
        });
    }
    let mut stream = TcpStream::connect_timeout(&address, LIMIT)?;
    stream.set_read_timeout(Some(LIMIT))?;
    write!(stream, "GET /readyz HTTP/1.0\r\nHost: {address}\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (_, body) = answer.split_once("\r\n\r\n").context("half an answer")?;
    Ok(body.to_owned())
}
