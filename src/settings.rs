//! What the operator chose, from the environment or `.env`. Each setting is explained in `.env.example`.

use std::net::SocketAddr;

use anyhow::{Context as _, bail};
use secrecy::SecretString;

use crate::chat::PersonId;
use crate::outbox::Rates;

/// Everything that `faqbot run` goes by, except the folder.
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
}

/// How updates come in when Telegram calls us.
#[derive(Debug, Clone)]
pub struct Webhook {
    /// What Telegram calls.
    pub url: String,
    pub listen: SocketAddr,
    /// What Telegram sends along, so that nobody else can hand in updates.
    pub secret: SecretString,
}

const DEFAULT_DATABASE: &str = "sqlite://faqbot.db";
const DEFAULT_LISTEN: &str = "127.0.0.1:8443";

impl Settings {
    /// Reads the settings; `get` looks one up, as [`from_environment`] does.
    ///
    /// # Errors
    ///
    /// When one is missing or makes no sense: one sentence with what to write instead.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> anyhow::Result<Settings> {
        Ok(Settings {
            token: token(get("TELOXIDE_TOKEN"))?,
            api_url: get("TELOXIDE_API_URL"),
            database_url: database_url(&get),
            owners: owners(&get("OWNER_IDS").unwrap_or_default())?,
            rates: rates(get("PACING").as_deref())?,
            webhook: webhook(get("WEBHOOK_URL"), get("WEBHOOK_LISTEN"), get("WEBHOOK_SECRET"))?,
        })
    }
}

/// The database alone, for commands that need nothing else.
pub fn database_url(get: impl Fn(&str) -> Option<String>) -> String {
    get("DATABASE_URL").unwrap_or_else(|| DEFAULT_DATABASE.to_owned())
}

/// A setting of the environment; an empty one counts as missing.
pub fn from_environment(name: &str) -> Option<String> {
    std::env::var(name).ok().as_deref().and_then(value).map(str::to_owned)
}

/// What a setting says, without blanks and quotes around it: `docker run --env-file` keeps those of the file. None:
/// nothing.
pub fn value(written: &str) -> Option<&str> {
    let written = written.trim();
    let quoted = |quote| written.strip_prefix(quote)?.strip_suffix(quote);
    let value = quoted('"').or_else(|| quoted('\'')).unwrap_or(written).trim();
    (!value.is_empty()).then_some(value)
}

fn token(given: Option<String>) -> anyhow::Result<SecretString> {
    let Some(token) = given else {
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
            "TELOXIDE_TOKEN is no bot token: one looks like 123456789:AbC-dEf_…, digits, a colon and 35 letters; \
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
                    "OWNER_IDS holds `{id}`, which is no Telegram user id: write numbers, for example 123456789,987654321"
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

fn webhook(
    url: Option<String>,
    listen: Option<String>,
    secret: Option<String>,
) -> anyhow::Result<Option<Webhook>> {
    let Some(url) = url else { return Ok(None) };
    let listen = listen.unwrap_or_else(|| DEFAULT_LISTEN.to_owned());
    let listen = listen.parse().ok().with_context(|| {
        format!("WEBHOOK_LISTEN is `{listen}`, which is no address to listen on: write for example {DEFAULT_LISTEN}")
    })?;
    let Some(secret) = secret else {
        bail!(
            "WEBHOOK_URL is set, but WEBHOOK_SECRET is not: write 1–256 letters, digits, _ or - that nobody can guess, \
             so that only Telegram can hand in updates"
        );
    };
    // What `setWebhook` takes as `secret_token`.
    let fits = secret.len() <= 256
        && secret.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    if !fits {
        bail!("WEBHOOK_SECRET must be 1–256 letters, digits, _ or -");
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

    /// As `docker run --env-file` hands them on.
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
    fn what_makes_no_sense_is_told_with_what_to_write() {
        check_refused(&[("TELOXIDE_TOKEN", "")], "@BotFather");
        check_refused(&[("TELOXIDE_TOKEN", "your-token-here")], "looks like 123456789:");
        check_refused(&[("OWNER_IDS", "ada")], "123456789,987654321");
        check_refused(&[("PACING", "fast")], "write telegram, off");
        check_refused(&[("PACING", "telegram burst=0")], "burst=0");
        check_refused(&[("WEBHOOK_URL", "https://example.org/")], "WEBHOOK_SECRET");
        let webhook =
            [("WEBHOOK_URL", "https://example.org/"), ("WEBHOOK_SECRET", "s"), ("WEBHOOK_LISTEN", "here")];
        check_refused(&webhook, "127.0.0.1:8443");
    }
}
