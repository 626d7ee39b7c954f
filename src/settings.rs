//! The operator's choices: by a flag, in the environment, or in `.env`, in this order. Each setting is explained in
//! `.env.example`.

use std::net::SocketAddr;

use anyhow::{Context as _, bail};
use secrecy::{ExposeSecret as _, SecretString};

use crate::chat::PersonId;
use crate::knowledge::nearest::nearest;
use crate::outbox::Rates;

/// The settings as they were given: each a flag of `faqbot run`, and a variable of the environment.
///
/// They are texts here. [`Settings::read`] says what they mean, in one place for all ways of giving them.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Settings")]
pub struct Given {
    /// The bot's token, from @BotFather. Better set as a variable: others on this machine can see flags.
    #[arg(long, value_name = "TOKEN", env = "TELOXIDE_TOKEN", hide_env_values = true)]
    token: Option<SecretString>,

    #[command(flatten)]
    database: GivenDatabase,

    /// The people who run this bot: Telegram user ids, separated by commas.
    #[arg(long, value_name = "IDS", env = "OWNER_IDS")]
    owner_ids: Option<String>,

    /// How fast the bot sends: telegram, off, or telegram with numbers of your own.
    #[arg(long, value_name = "PACING", env = "PACING")]
    pacing: Option<String>,

    /// Receive by webhook at this https address, instead of polling.
    #[arg(long, value_name = "URL", env = "WEBHOOK_URL")]
    webhook_url: Option<String>,

    /// Where the bot listens for the webhook; a proxy in front does the https.
    #[arg(long, value_name = "ADDR", env = "WEBHOOK_LISTEN")]
    webhook_listen: Option<String>,

    /// The secret that Telegram sends with each update.
    #[arg(long, value_name = "SECRET", env = "WEBHOOK_SECRET", hide_env_values = true)]
    webhook_secret: Option<SecretString>,

    /// A Bot API server of your own instead of Telegram's.
    #[arg(long, value_name = "URL", env = "TELOXIDE_API_URL")]
    api_url: Option<String>,

    /// Serve /healthz, /readyz and /metrics at this address.
    #[arg(long, value_name = "ADDR", env = "METRICS_LISTEN")]
    metrics_listen: Option<String>,

    /// The level of the log: error, warn, info, debug or trace.
    #[arg(long, value_name = "LEVEL", env = "RUST_LOG")]
    log: Option<String>,

    /// How the log is written: text, or json with one object a line.
    #[arg(long, value_name = "FORMAT", env = "LOG_FORMAT")]
    log_format: Option<String>,
}

/// The database, for the commands that need nothing else.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct GivenDatabase {
    /// Where questions, states, scores and misses are kept.
    #[arg(long, value_name = "URL", env = "DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,
}

impl GivenDatabase {
    /// The database that was named, or the default.
    pub fn url(&self) -> String {
        let given = self.database_url.as_deref().and_then(value);
        given.unwrap_or(DEFAULT_DATABASE).to_owned()
    }
}

impl Given {
    /// The value given for a variable; an empty setting counts as missing.
    pub fn get(&self, name: &str) -> Option<String> {
        let secret = |given: &Option<SecretString>| given.as_ref().map(|it| it.expose_secret().to_owned());
        let given = match name {
            "TELOXIDE_TOKEN" => secret(&self.token),
            "WEBHOOK_SECRET" => secret(&self.webhook_secret),
            "DATABASE_URL" => self.database.database_url.clone(),
            "OWNER_IDS" => self.owner_ids.clone(),
            "PACING" => self.pacing.clone(),
            "WEBHOOK_URL" => self.webhook_url.clone(),
            "WEBHOOK_LISTEN" => self.webhook_listen.clone(),
            "TELOXIDE_API_URL" => self.api_url.clone(),
            "METRICS_LISTEN" => self.metrics_listen.clone(),
            "RUST_LOG" => self.log.clone(),
            "LOG_FORMAT" => self.log_format.clone(),
            _ => None,
        };
        given.as_deref().and_then(value).map(str::to_owned)
    }
}

/// A setting as a person knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// The variable.
    pub name: &'static str,
    /// The id of its flag among the arguments.
    pub flag: &'static str,
    /// The value where it is not set; empty: none.
    pub default: &'static str,
    /// Never printed.
    pub is_secret: bool,
}

const fn setting(name: &'static str, flag: &'static str, default: &'static str) -> Setting {
    Setting { name, flag, default, is_secret: false }
}

const fn secret(name: &'static str, flag: &'static str) -> Setting {
    Setting { name, flag, default: "", is_secret: true }
}

/// All settings, in the order of `.env.example`.
pub const SETTINGS: [Setting; 12] = [
    secret("TELOXIDE_TOKEN", "token"),
    setting("FAQ_DIR", "faq", "faq"),
    setting("DATABASE_URL", "database_url", DEFAULT_DATABASE),
    setting("OWNER_IDS", "owner_ids", ""),
    setting("PACING", "pacing", "telegram"),
    setting("WEBHOOK_URL", "webhook_url", ""),
    setting("WEBHOOK_LISTEN", "webhook_listen", DEFAULT_LISTEN),
    secret("WEBHOOK_SECRET", "webhook_secret"),
    setting("TELOXIDE_API_URL", "api_url", ""),
    setting("METRICS_LISTEN", "metrics_listen", ""),
    setting("RUST_LOG", "log", "info"),
    setting("LOG_FORMAT", "log_format", "text"),
];

/// The setting that an unknown name may be a slip of.
///
/// Includes the names that other bots use for the token, which are not slips but habits.
pub fn nearest_setting(name: &str) -> Option<&'static str> {
    const HABITS: [&str; 5] =
        ["BOT_TOKEN", "TELEGRAM_TOKEN", "TELEGRAM_BOT_TOKEN", "TG_BOT_TOKEN", "TG_TOKEN"];
    let names = || SETTINGS.iter().map(|setting| setting.name);
    if names().any(|known| known == name) {
        return None;
    }
    if HABITS.contains(&name) { Some("TELOXIDE_TOKEN") } else { nearest(name, names()) }
}

/// Everything that `faqbot run` depends on, except the folder.
#[derive(Debug)]
pub struct Settings {
    /// Never printed: not in errors, logs or debug output.
    pub token: SecretString,
    /// A Bot API server of one's own; none: Telegram's.
    pub api_url: Option<String>,
    pub database_url: String,
    pub owners: Vec<PersonId>,
    /// None: `PACING=off`.
    pub rates: Option<Rates>,
    /// None: long polling.
    pub webhook: Option<Webhook>,
    /// None: nothing is served there.
    pub metrics_listen: Option<SocketAddr>,
}

/// How updates come in when Telegram calls us.
#[derive(Debug, Clone)]
pub struct Webhook {
    /// The address that Telegram calls.
    pub url: String,
    pub listen: SocketAddr,
    /// The secret that Telegram sends, so that nobody else can deliver updates.
    pub secret: SecretString,
}

const DEFAULT_DATABASE: &str = "sqlite://faqbot.db";
const DEFAULT_LISTEN: &str = "127.0.0.1:8443";
const SECRET_FORM: &str = "16–256 letters, digits, _ or -";

impl Settings {
    /// Reads the settings; `get` looks one up, as [`Given::get`] does.
    ///
    /// # Errors
    ///
    /// When one is missing or invalid: one sentence with what to write instead.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> anyhow::Result<Settings> {
        Ok(Settings {
            token: token(get("TELOXIDE_TOKEN"))?,
            api_url: get("TELOXIDE_API_URL"),
            database_url: get("DATABASE_URL").unwrap_or_else(|| DEFAULT_DATABASE.to_owned()),
            owners: owners(&get("OWNER_IDS").unwrap_or_default())?,
            rates: rates(get("PACING").as_deref())?,
            webhook: webhook(get("WEBHOOK_URL"), get("WEBHOOK_LISTEN"), get("WEBHOOK_SECRET"))?,
            metrics_listen: metrics_listen(get("METRICS_LISTEN"))?,
        })
    }
}

/// A setting of the environment; an empty one counts as missing.
pub fn from_environment(name: &str) -> Option<String> {
    std::env::var(name).ok().as_deref().and_then(value).map(str::to_owned)
}

/// The value of a setting, without blanks and quotes around it: `docker run --env-file` keeps those of the file. None:
/// nothing.
pub fn value(written: &str) -> Option<&str> {
    let written = written.trim();
    let quoted = |quote| written.strip_prefix(quote)?.strip_suffix(quote);
    let value = quoted('"').or_else(|| quoted('\'')).unwrap_or(written).trim();
    (!value.is_empty()).then_some(value)
}

fn token(given: Option<String>) -> anyhow::Result<SecretString> {
    let Some(token) = given else {
        let slip = std::env::vars_os().find_map(|(name, _)| {
            let name = name.into_string().ok()?;
            (nearest_setting(&name) == Some("TELOXIDE_TOKEN")).then_some(name)
        });
        if let Some(slip) = slip {
            bail!("TELOXIDE_TOKEN is not set, but {slip} is: rename that to TELOXIDE_TOKEN");
        }
        bail!(
            "TELOXIDE_TOKEN is not set: get a token from @BotFather in Telegram and write it into .env \
             (copy .env.example); to try the bot without one, run faqbot without a command"
        );
    };
    let is_token = token.split_once(':').is_some_and(|(id, secret)| {
        !id.is_empty()
            && id.bytes().all(|byte| byte.is_ascii_digit())
            && secret.len() >= 20
            && secret.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
    });
    if !is_token {
        bail!(
            "TELOXIDE_TOKEN is not a bot token: one looks like 123456789:AbC-dEf_…, digits, a colon and 35 letters; \
             copy it once more from @BotFather"
        );
    }
    Ok(token.into())
}

fn owners(given: &str) -> anyhow::Result<Vec<PersonId>> {
    given
        .split([',', ' ', ';'])
        .filter(|id| !id.is_empty())
        .map(|id| {
            id.parse().map(PersonId).ok().filter(|id| id.0 > 0).with_context(|| {
                format!(
                    "OWNER_IDS holds `{id}`, which is not a Telegram user id: write numbers, for example 123456789,987654321"
                )
            })
        })
        .collect()
}

/// `telegram`, `off`, or numbers of one's own: `telegram burst=5 per_second=1 group_per_minute=20 overall_per_second=30`.
fn rates(given: Option<&str>) -> anyhow::Result<Option<Rates>> {
    let given = given.unwrap_or("telegram");
    if given == "off" {
        return Ok(None);
    }
    let wrong = |what: &str| {
        anyhow::anyhow!(
            "PACING holds `{what}`: write telegram, off, or telegram with numbers of your own, \
             for example `telegram burst=5 per_second=1 group_per_minute=20 overall_per_second=30`"
        )
    };
    let mut words = given.split_whitespace();
    if words.next() != Some("telegram") {
        return Err(wrong(given));
    }
    let mut rates = Rates::default();
    for word in words {
        let (name, number) = word.split_once('=').ok_or_else(|| wrong(word))?;
        let number: u32 = number.parse().ok().filter(|number| *number > 0).ok_or_else(|| wrong(word))?;
        match name {
            "burst" => rates.burst = number,
            "per_second" => rates.per_second = number,
            "group_per_minute" => rates.group_per_minute = number,
            "overall_per_second" => rates.overall_per_second = number,
            _ => return Err(wrong(word)),
        }
    }
    Ok(Some(rates))
}

fn metrics_listen(given: Option<String>) -> anyhow::Result<Option<SocketAddr>> {
    let Some(given) = given else { return Ok(None) };
    let listen = given.parse().ok().with_context(|| {
        format!(
            "METRICS_LISTEN is `{given}`, which is not an address to listen on: write for example 127.0.0.1:9090"
        )
    })?;
    Ok(Some(listen))
}

fn webhook(
    url: Option<String>,
    listen: Option<String>,
    secret: Option<String>,
) -> anyhow::Result<Option<Webhook>> {
    let Some(url) = url else { return Ok(None) };
    let listen = listen.unwrap_or_else(|| DEFAULT_LISTEN.to_owned());
    let listen = listen.parse().ok().with_context(|| {
        format!("WEBHOOK_LISTEN is `{listen}`, which is not an address to listen on: write for example {DEFAULT_LISTEN}")
    })?;
    let Some(secret) = secret else {
        bail!(
            "WEBHOOK_URL is set, but WEBHOOK_SECRET is not: write {SECRET_FORM} that nobody can guess, for example \
             from `openssl rand -hex 32`, so that only Telegram can hand in updates"
        );
    };
    // What `setWebhook` takes as `secret_token`; it takes shorter ones as well, which can be guessed.
    let fits = (16..=256).contains(&secret.len())
        && secret.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    if !fits {
        bail!("WEBHOOK_SECRET must be {SECRET_FORM}; make one with `openssl rand -hex 32`");
    }
    Ok(Some(Webhook { url, listen, secret: secret.into() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(settings: &[(&str, &str)]) -> anyhow::Result<Settings> {
        let token = ("TELOXIDE_TOKEN", "123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
        let all: Vec<(&str, &str)> = settings.iter().copied().chain([token]).collect();
        let written = |name: &str| all.iter().find(|(it, _)| *it == name).map(|(_, written)| *written);
        Settings::read(|name| written(name).and_then(value).map(str::to_owned))
    }

    #[track_caller]
    fn check_refused(settings: &[(&str, &str)], expected: &str) {
        let error = read(settings).map(|_| ()).expect_err("it makes no sense").to_string();
        assert!(error.contains(expected), "{error}");
        assert!(!error.contains('\n'), "{error}");
    }

    #[test]
    fn a_token_is_enough() {
        let settings = read(&[]).expect("nothing else is needed");
        assert_eq!(settings.database_url, "sqlite://faqbot.db");
        assert_eq!(settings.rates, Some(Rates::default()));
        assert!(settings.webhook.is_none() && settings.owners.is_empty());
    }

    #[test]
    fn the_token_is_never_shown() {
        let settings = read(&[]).expect("it is fine");
        assert!(!format!("{settings:?}").contains("AAAA"));
        let error = read(&[("TELOXIDE_TOKEN", "oops:AAAA secret")]).expect_err("it is no token");
        assert!(!format!("{error:?}").contains("AAAA"));
    }

    #[test]
    fn numbers_of_ones_own() {
        let settings = read(&[("PACING", "telegram burst=2 group_per_minute=10"), ("OWNER_IDS", "1, 2")])
            .expect("it makes sense");
        assert_eq!(settings.rates, Some(Rates { burst: 2, group_per_minute: 10, ..Rates::default() }));
        assert_eq!(settings.owners, [PersonId(1), PersonId(2)]);
        assert_eq!(read(&[("PACING", "off")]).expect("it makes sense").rates, None);
    }

    /// As `docker run --env-file` passes them on.
    #[test]
    fn quotes_around_a_setting_do_not_count() {
        let settings =
            read(&[("PACING", "\"telegram burst=2\""), ("OWNER_IDS", "' 1, 2 '"), ("DATABASE_URL", "\"\"")])
                .expect("it makes sense");
        assert_eq!(settings.rates, Some(Rates { burst: 2, ..Rates::default() }));
        assert_eq!(settings.owners, [PersonId(1), PersonId(2)]);
        assert_eq!(settings.database_url, DEFAULT_DATABASE);
    }

    #[test]
    fn an_invalid_setting_says_what_to_write() {
        check_refused(&[("TELOXIDE_TOKEN", "")], "@BotFather");
        check_refused(&[("TELOXIDE_TOKEN", "your-token-here")], "looks like 123456789:");
        check_refused(&[("OWNER_IDS", "ada")], "123456789,987654321");
        check_refused(&[("PACING", "fast")], "write telegram, off");
        check_refused(&[("PACING", "telegram burst=0")], "burst=0");
        check_refused(&[("WEBHOOK_URL", "https://example.org/")], "WEBHOOK_SECRET");
        let webhook = |secret| [("WEBHOOK_URL", "https://example.org/"), ("WEBHOOK_SECRET", secret)];
        check_refused(&webhook("short-secret-15"), "16–256 letters");
        check_refused(&webhook("a secret with blanks"), "16–256 letters");
        read(&webhook("a-secret-with-16")).expect("it is long enough");
        let [url, secret] = webhook("a-secret-with-16");
        check_refused(&[url, secret, ("WEBHOOK_LISTEN", "here")], "127.0.0.1:8443");
    }
}
