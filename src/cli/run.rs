//! `faqbot run`: the bot on Telegram.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::watch;

use super::{causes, runtime};
use crate::bot::{Bot, Config};
use crate::chat::Me;
use crate::faq_folder::live::{Folder, RECHECK};
use crate::monitor::{self, Exporter, Stage, systemd};
use crate::settings::{Given, Settings};
use crate::storage::{OpenError, Storage, without_password};
use crate::supervise::{Backoff, log_panics_by_place};

/// Run the bot on Telegram.
///
/// Each setting is a flag here, a variable of the environment, or a line of a file `.env`; `.env.example` explains
/// them. SIGTERM and SIGINT finish what is under way and end the bot.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  faqbot run                    with the settings of .env
  faqbot run --log debug        with one of them changed for this time
  faqbot settings               what is set, and where")]
pub(crate) struct Arguments {
    #[command(flatten)]
    given: Given,
}

pub(crate) fn run(arguments: &Arguments, faq: &Path) -> anyhow::Result<ExitCode> {
    let is_json = arguments.given.get("LOG_FORMAT").as_deref() == Some("json");
    log_panics_by_place();
    let runtime = runtime(|name| arguments.given.get(name))?;
    let result = start(&runtime, arguments, faq);
    // The system may be looking up a name, which nothing can interrupt; the shutdown does not wait for it.
    runtime.shutdown_background();
    match result {
        // Programs that read the log find its last line, too.
        Err(error) if is_json && tracing::enabled!(tracing::Level::ERROR) => {
            tracing::error!("{}", causes(&error));
            Ok(ExitCode::FAILURE)
        }
        result => result,
    }
}

fn start(runtime: &Runtime, arguments: &Arguments, faq: &Path) -> anyhow::Result<ExitCode> {
    let settings = Settings::read(|name| arguments.given.get(name))?;
    // From the very start, so that the folder is counted as well.
    let exporter = settings.metrics_listen.map(|_| Exporter::install()).transpose()?;
    let folder = Folder::open(faq)?;
    runtime.block_on(serve(settings, folder, exporter))
}

async fn serve(settings: Settings, folder: Folder, exporter: Option<Exporter>) -> anyhow::Result<ExitCode> {
    // From the very start, so that a signal while starting is obeyed as well.
    let mut stop = stop_signal()?;
    // Whoever watches the bot sees what it waits for while it starts.
    let (stage, stages) = watch::channel(Stage::Opening);
    let monitor = match settings.metrics_listen.zip(exporter) {
        None => None,
        Some((listen, exporter)) => {
            let listener = TcpListener::bind(listen).await.with_context(|| {
                format!("listening on {listen}; set METRICS_LISTEN to a free address of this machine")
            })?;
            Some(tokio::spawn(monitor::serve(listener, stages, exporter, stop.clone())))
        }
    };
    let storage = tokio::select! {
        storage = open(&settings.database_url) => storage?,
        _ = stop.wait_for(|stop| *stop) => return Ok(ExitCode::SUCCESS),
    };
    let mut config = Config::new(settings.token.clone(), storage, folder.library());
    config.api_url = settings.api_url.clone();
    config.owners = settings.owners.clone();
    config.rates = settings.rates;
    config.follow(&folder);
    let contents = contents(&folder);
    let _watched = folder.watch(RECHECK)?;
    config.webhook = settings.webhook.clone();
    if let Some(clock) = config.storage.clock() {
        config.clock = clock;
    }

    stage.send_replace(Stage::Introducing);
    let start = Bot::start(config);
    let mut bot = tokio::select! {
        bot = start => bot?,
        _ = stop.wait_for(|stop| *stop) => return Ok(ExitCode::SUCCESS),
    };
    stage.send_replace(Stage::Started(bot.health()));
    tokio::spawn(systemd::feed_watchdog(bot.health(), stop.clone()));
    announce(&settings, &contents, bot.me());
    systemd::ready();
    // The memory that the start took is not needed again.
    faqbot_heap::trim();
    let failure = tokio::select! {
        error = bot.failed() => Some(error),
        _ = stop.wait_for(|stop| *stop) => None,
    };
    tracing::info!("finishing what is under way");
    systemd::stopping();
    if let Some(monitor) = monitor {
        monitor.abort();
    }
    bot.shutdown().await;
    failure.map_or(Ok(ExitCode::SUCCESS), Err)
}

/// One line that says what runs here.
fn announce(settings: &Settings, contents: &str, me: &Me) {
    let receives = settings.webhook.as_ref().map_or("long polling", |_| "webhook");
    tracing::info!(
        version = env!("CARGO_PKG_VERSION"),
        database = without_password(&settings.database_url),
        receives,
        "@{} is running with {contents}; stop it with Ctrl+C or SIGTERM",
        me.username
    );
}

/// What the bot answers from.
fn contents(folder: &Folder) -> String {
    let library = folder.library();
    let library = library.borrow();
    let knowledge = &library.knowledge;
    let languages: Vec<&str> = knowledge.bot.languages.iter().map(|language| language.code()).collect();
    format!(
        "{} ({} entries, {} terms, {} quiz questions, {})",
        folder.path().display(),
        knowledge.entries.len(),
        knowledge.terms.len(),
        library.questions.quiz.len(),
        languages.join(" and ")
    )
}

/// Opens the database. Problems that may pass by themselves, such as a full disk, are waited out.
async fn open(url: &str) -> Result<Storage, OpenError> {
    let mut backoff = Backoff::for_network();
    loop {
        match Storage::open_alone(url).await {
            Err(error) if error.may_pass() => {
                let pause = backoff.pause();
                tracing::warn!("{error}; trying again in {pause:?}");
                tokio::time::sleep(pause).await;
            }
            opened => return opened,
        }
    }
}

/// Becomes true at the first SIGTERM or SIGINT; on Windows at Ctrl+C.
pub(super) fn stop_signal() -> anyhow::Result<watch::Receiver<bool>> {
    let (stop, stopped) = watch::channel(false);
    let signalled = signalled()?;
    tokio::spawn(async move {
        signalled.await;
        stop.send_replace(true);
        // Somebody who still waits holds the other end.
        stop.closed().await;
    });
    Ok(stopped)
}

#[cfg(unix)]
fn signalled() -> anyhow::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate()).context("listening to SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("listening to SIGINT")?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

#[cfg(windows)]
fn signalled() -> anyhow::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c().context("listening to Ctrl+C")?;
    Ok(async move {
        interrupt.recv().await;
    })
}
