//! `faqbot preview`: the bot without Telegram.

use std::io::{self, Write as _};
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use tokio::sync::watch;

use super::run::stop_signal;
use super::runtime;
use crate::bot::{Bot, Config};
use crate::chat::PersonId;
use crate::faq_folder::live::{Folder, RECHECK, Trouble};
use crate::preview::server::{Options, Server};
use crate::preview::stage;
use crate::preview::world::World;
use crate::settings::from_environment;
use crate::storage::Storage;
use crate::supervise::log_panics_by_place;

/// Open the preview: the real bot against a Telegram-like server in this process, with a page to try it on.
///
/// Needs no token, no account and no network. What is written there is gone when it ends.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  faqbot                                  the same as `faqbot preview`
  faqbot preview --listen 127.0.0.1:9000  on another port
  faqbot --faq shop preview               with another folder
  docker run --rm -p 127.0.0.1:8080:8080 faqbot faqbot preview --in-container")]
pub(crate) struct Arguments {
    /// Where the page is served; only addresses of this machine.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080", value_parser = address)]
    listen: SocketAddr,

    /// Listen on all addresses of a container; publish the port on 127.0.0.1 only.
    #[arg(long, conflicts_with = "listen")]
    in_container: bool,
}

impl Default for Arguments {
    fn default() -> Arguments {
        Arguments { listen: SocketAddr::from(([127, 0, 0, 1], 8080)), in_container: false }
    }
}

/// Reads a name or number of a machine with a port; of a name with both kinds of addresses, the IPv4 one.
fn address(text: &str) -> Result<SocketAddr, &'static str> {
    let found = text.to_socket_addrs().ok().and_then(Iterator::min);
    found.ok_or("write an address of this machine with a port, for example 127.0.0.1:8080 or localhost:8080")
}

pub(crate) fn run(arguments: &Arguments, faq: &Path) -> anyhow::Result<ExitCode> {
    log_panics_by_place();
    let runtime = runtime(from_environment)?;
    let folder = Folder::open(faq)?;
    let listen =
        if arguments.in_container { SocketAddr::from(([0, 0, 0, 0], 8080)) } else { arguments.listen };
    // People speak the language of the folder, so that its menus are seen.
    let language = folder.library().borrow().language().base();
    let mut options = Options { in_container: arguments.in_container, language, ..Options::default() };
    let name = folder.library().borrow().knowledge.bot.name.clone();
    if !name.is_empty() {
        options.bot.first_name = name;
    }
    runtime.block_on(serve(listen, options, folder))
}

async fn serve(listen: SocketAddr, options: Options, folder: Folder) -> anyhow::Result<ExitCode> {
    let mut stop = stop_signal()?;
    let token = options.token.clone();
    let server = match Server::start(listen, options).await {
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => anyhow::bail!(
            "{listen} is in use, perhaps by another preview; stop that, or take another port: \
             faqbot preview --listen {}:{}",
            listen.ip(),
            listen.port().checked_add(1).unwrap_or(8080)
        ),
        result => result.with_context(|| format!("listening on {listen}"))?,
    };
    let stage = stage::set(server.world()).context("setting the preview's stage")?;
    let storage = Storage::in_memory().await?;
    let mut config = Config::new(token, storage, folder.library());
    config.api_url = Some(server.url());
    // The first person runs the bot: /misses, /stats and /why can be tried as well.
    config.owners = stage.people.first().map(|person| PersonId(person.0)).into_iter().collect();
    config.follow(&folder);
    tokio::spawn(show_trouble(server.world().clone(), folder.trouble()));
    let _watched = folder.watch(RECHECK)?;
    let mut bot = Bot::start(config).await?;
    // The reader of the output may be gone; the page is there all the same.
    let _ = writeln!(io::stdout(), "The preview is open at {}\nStop it with Ctrl+C.", server.url());
    let failure = tokio::select! {
        error = bot.failed() => Some(error),
        _ = stop.wait_for(|stop| *stop) => None,
    };
    bot.shutdown().await;
    server.stop().await;
    failure.map_or(Ok(ExitCode::SUCCESS), Err)
}

/// Shows what is wrong with the folder above the page, until it is repaired.
async fn show_trouble(world: World, mut trouble: watch::Receiver<Option<Trouble>>) {
    loop {
        let text = trouble.borrow_and_update().as_ref().map(|trouble| trouble.text.clone());
        world.set_notice(text.as_deref().unwrap_or_default().lines().map(str::to_owned).collect());
        if trouble.changed().await.is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_served_at_a_name_or_a_number_with_a_port() {
        for text in ["localhost:9000", "127.0.0.1:9000", "[::1]:9000"] {
            let address = address(text).expect("it names this machine");
            assert!(address.ip().is_loopback() && address.port() == 9000, "{text}: {address}");
        }
        let help =
            "write an address of this machine with a port, for example 127.0.0.1:8080 or localhost:8080";
        for text in ["9000", "localhost", "127.0.0.1", "localhost:http", ""] {
            assert_eq!(address(text), Err(help), "{text}");
        }
    }
}
