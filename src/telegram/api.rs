//! One call of the Bot API, and what its answer means.
//!
//! [`teloxide::Bot`] holds the token, the address and the connections, and its payloads define the form of a
//! request. The answer is read here: teloxide sleeps ten seconds on every 5xx, gives up on an array of updates with
//! one odd escape in it, and knows too few of Telegram's error texts.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::multipart;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use teloxide::Bot;
use teloxide::requests::Payload;

use crate::chat::{ChatId, Failure};

/// The Bot API as this bot calls it. Cheap to clone.
#[derive(Clone)]
pub struct Api {
    bot: Bot,
    /// How long one call may take.
    limit: Duration,
    /// The methods that the server does not know, as already logged.
    lacking: Arc<Mutex<BTreeSet<&'static str>>>,
}

/// Why a call did not do what it should.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// Telegram asks to wait.
    #[error("too many requests; Telegram asks to wait for {0:?}")]
    TooMany(Duration),
    /// The group is a supergroup now, with this id.
    #[error("the group has become the supergroup {}", .0.0)]
    Moved(ChatId),
    /// Telegram understood and says no.
    #[error("Telegram answers {code}: {description}")]
    Refused { code: u16, description: String },
    /// The Bot API server is older than this method.
    #[error("the Bot API server has no method {0}")]
    NoSuchMethod(&'static str),
    /// No answer, or none that can be understood: it may work later.
    #[error("{0}")]
    Trouble(String),
}

/// How to treat a refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is already as it was meant to become.
    AlreadySo,
    /// The tap or inline query is too old to be answered.
    TooLate,
    Failed(Failure),
}

/// A server's error for a method that it does not have (tdlib/telegram-bot-api, `Client::on_cmd`).
const NO_METHOD: &str = "method not found";

/// How long a call may take, beyond the time that Telegram holds a poll open.
pub const CALL_LIMIT: Duration = Duration::from_secs(10);

/// A file to be uploaded. Cheap to clone.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) bytes: bytes::Bytes,
}

impl std::fmt::Debug for File {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({} bytes)", self.name, self.bytes.len())
    }
}

/// How long an upload may take: ten megabytes over a slow line.
const UPLOAD_LIMIT: Duration = Duration::from_secs(60);

impl Api {
    /// `limit` bounds a whole call: anything longer counts as trouble.
    ///
    /// # Errors
    ///
    /// When no HTTP client can be created on this machine, or the address is invalid.
    pub fn new(token: &str, api_url: Option<&str>, limit: Duration) -> anyhow::Result<Api> {
        let client = teloxide::net::default_reqwest_settings().build()?;
        let mut bot = Bot::with_client(token, client);
        if let Some(api_url) = api_url {
            let example = "write for example http://localhost:8081";
            let url = api_url.trim_end_matches('/').parse().map_err(|error| {
                anyhow::anyhow!(
                    "TELOXIDE_API_URL is `{api_url}`, which is not an address ({error}); {example}"
                )
            })?;
            bot = bot.set_api_url(url);
            if !matches!(bot.api_url().scheme(), "http" | "https") {
                anyhow::bail!("TELOXIDE_API_URL is `{api_url}`, which is not a web address; {example}");
            }
        }
        Ok(Api { bot, limit, lacking: Arc::default() })
    }

    /// Calls one method and reads its result as an `R`.
    pub async fn call<P, R>(&self, payload: &P) -> Result<R, CallError>
    where
        P: Payload + Serialize,
        R: DeserializeOwned,
    {
        self.call_held(payload, Duration::ZERO).await
    }

    /// Like [`Api::call`], with files that the payload names by `attach://` and theirs.
    pub(crate) async fn call_with<P, R>(
        &self,
        payload: &P,
        files: &[(&'static str, &File)],
    ) -> Result<R, CallError>
    where
        P: Payload + Serialize,
        R: DeserializeOwned,
    {
        if files.is_empty() {
            return self.call(payload).await;
        }
        let fields = match serde_json::to_value(payload) {
            Ok(Value::Object(fields)) => fields,
            _ => return Err(CallError::Trouble("writing the request: it is no object".to_owned())),
        };
        let mut form = multipart::Form::new();
        for (name, value) in fields {
            form = form.text(name, if let Value::String(text) = value { text } else { value.to_string() });
        }
        for (name, file) in files {
            let part = multipart::Part::stream(file.bytes.clone()).file_name(file.name.clone());
            form = form.part(*name, part);
        }
        let request = self.bot.client().post(self.url_of(P::NAME)?).timeout(UPLOAD_LIMIT.max(self.limit));
        self.answer_to(P::NAME, request.multipart(form)).await
    }

    /// Like [`Api::call`], for a call that Telegram may hold open for a while before it answers.
    pub(crate) async fn call_held<P, R>(&self, payload: &P, held: Duration) -> Result<R, CallError>
    where
        P: Payload + Serialize,
        R: DeserializeOwned,
    {
        let body = serde_json::to_vec(payload)
            .map_err(|error| CallError::Trouble(format!("writing the request: {error}")))?;
        let request = self.bot.client().post(self.url_of(P::NAME)?).timeout(held + self.limit);
        self.answer_to(P::NAME, request.header("content-type", "application/json").body(body)).await
    }

    fn url_of(&self, method: &str) -> Result<reqwest::Url, CallError> {
        let mut url = self.bot.api_url();
        url.path_segments_mut()
            .map_err(|()| CallError::Trouble("the address of the Bot API is not a web address".to_owned()))?
            .push(&format!("bot{}", self.bot.token()))
            .push(method);
        Ok(url)
    }

    async fn answer_to<R: DeserializeOwned>(
        &self,
        method: &'static str,
        request: reqwest::RequestBuilder,
    ) -> Result<R, CallError> {
        // The address holds the token.
        let response = request.send().await.map_err(|error| no_answer(error.without_url()))?;
        let status = response.status().as_u16();
        let body = response.bytes().await.map_err(|error| no_answer(error.without_url()))?;
        match read_answer(status, &String::from_utf8_lossy(&body)) {
            Err(CallError::Refused { code: 404, description }) if description.contains(NO_METHOD) => {
                self.note_lack(method);
                Err(CallError::NoSuchMethod(method))
            }
            answer => answer,
        }
    }

    /// Logs it once: what the bot cannot do with this server it will not be able to do a second later.
    fn note_lack(&self, method: &'static str) {
        let is_news = self.lacking.lock().unwrap_or_else(PoisonError::into_inner).insert(method);
        if is_news {
            tracing::warn!(
                method,
                "the Bot API server does not know this method: it is older than the bot. What needs it is left out; update \
                 the server to have it"
            );
        }
    }
}

impl std::fmt::Debug for Api {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // `Bot` shows the token.
        f.debug_struct("Api").finish_non_exhaustive()
    }
}

/// Trouble with the network, down to its cause: an unknown name, a refused connection, a timeout.
fn no_answer(error: impl Into<anyhow::Error>) -> CallError {
    CallError::Trouble(format!("{:#}", error.into()))
}

#[derive(serde::Deserialize)]
struct Answer {
    ok: bool,
    #[serde(default)]
    result: serde_json::Value,
    #[serde(default)]
    error_code: u16,
    #[serde(default)]
    description: String,
    #[serde(default)]
    parameters: Parameters,
}

#[derive(Default, serde::Deserialize)]
struct Parameters {
    retry_after: Option<u64>,
    migrate_to_chat_id: Option<i64>,
}

/// The longest wait that is obeyed without asking again in between; a longer one is asked for again.
const LONGEST_WAIT: Duration = Duration::from_secs(60 * 60);

fn read_answer<R: DeserializeOwned>(status: u16, body: &str) -> Result<R, CallError> {
    let answer: Answer = read_json(body).ok_or_else(|| {
        CallError::Trouble(format!("the answer with status {status} is not of the Bot API"))
    })?;
    if answer.ok {
        return serde_json::from_value(answer.result)
            .map_err(|error| CallError::Trouble(format!("the result is not as expected: {error}")));
    }
    let code = if answer.error_code == 0 { status } else { answer.error_code };
    if let Some(to) = answer.parameters.migrate_to_chat_id {
        return Err(CallError::Moved(ChatId(to)));
    }
    if code == 429 || answer.parameters.retry_after.is_some() {
        let seconds = answer.parameters.retry_after.or_else(|| last_number(&answer.description)).unwrap_or(5);
        return Err(CallError::TooMany(Duration::from_secs(seconds.max(1)).min(LONGEST_WAIT)));
    }
    if code >= 500 {
        return Err(CallError::Trouble(format!("Telegram answers {code}: {}", answer.description)));
    }
    Err(CallError::Refused { code, description: answer.description })
}

/// Reads JSON, even if half a character is escaped in it.
pub fn read_json<T: DeserializeOwned>(json: &str) -> Option<T> {
    serde_json::from_str(json).or_else(|_| serde_json::from_str(&without_lone_surrogates(json))).ok()
}

fn last_number(text: &str) -> Option<u64> {
    text.rsplit(' ').next()?.parse().ok()
}

/// Half of a character as a JSON escape (`\ud83d` alone) stands for nothing: it becomes U+FFFD. One in a single
/// message would otherwise make the whole array of updates unreadable.
fn without_lone_surrogates(json: &str) -> String {
    let unit = |at: usize| -> Option<u32> {
        let escape = json.get(at..at + 6)?.strip_prefix("\\u")?;
        u32::from_str_radix(escape, 16).ok()
    };
    let mut repaired = String::with_capacity(json.len());
    let mut at = 0;
    while let Some(next) = json[at..].find('\\').map(|offset| at + offset) {
        repaired.push_str(&json[at..next]);
        at = match (unit(next), unit(next + 6)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => {
                repaired.push_str(&json[next..next + 12]);
                next + 12
            }
            (Some(0xD800..=0xDFFF), _) => {
                repaired.push_str("\\ufffd");
                next + 6
            }
            _ => {
                // An escape is the backslash and the character after it, which may be a backslash too.
                let end = json[next + 1..].chars().next().map_or(json.len(), |c| next + 1 + c.len_utf8());
                repaired.push_str(&json[next..end]);
                end
            }
        };
    }
    repaired.push_str(&json[at..]);
    repaired
}

impl CallError {
    /// How long Telegram asks to wait; zero if it does not.
    pub fn wait(&self) -> Duration {
        match self {
            CallError::TooMany(wait) => *wait,
            _ => Duration::ZERO,
        }
    }

    /// The token is not (or no longer) one of Telegram's.
    pub fn is_wrong_token(&self) -> bool {
        match self {
            CallError::Refused { code: 401, .. } => true,
            // Telegram's answer to something that is not a token at all.
            CallError::Refused { code: 404, description } => description == "Not Found",
            _ => false,
        }
    }
}

/// What a refusal means, by Telegram's own words.
pub(crate) fn judge(code: u16, description: &str) -> Verdict {
    let text = description.to_lowercase();
    let says = |phrases: &[&str]| phrases.iter().any(|phrase| text.contains(phrase));
    if says(&["message is not modified", "poll has already been closed", "chat_not_modified"]) {
        Verdict::AlreadySo
    } else if says(&["query is too old", "query id is invalid", "query_id_invalid"]) {
        Verdict::TooLate
    } else if says(&[
        "bot was blocked",
        "user is deactivated",
        "bot was kicked",
        "bot is not a member",
        "can't initiate conversation",
        "chat not found",
        "group chat was deactivated",
        "group is deactivated",
        "peer_id_invalid",
        "user_is_blocked",
        "input_user_deactivated",
        "bot can't send messages to bots",
    ]) {
        Verdict::Failed(Failure::ChatGone)
    } else if says(&[
        "message to edit not found",
        "message to delete not found",
        "message with poll to stop not found",
        "message to be replied not found",
        "message can't be edited",
        "message can't be deleted",
        "message identifier is not specified",
        "there is no text in the message to edit",
        "message_id_invalid",
    ]) {
        Verdict::Failed(Failure::MessageGone)
    } else if code == 403
        || says(&[
            "not enough rights",
            "have no rights",
            "need administrator rights",
            "chat_admin_required",
            "chat_write_forbidden",
            "chat_restricted",
            "chat_send_polls_forbidden",
            "chat_send_plain_forbidden",
            "user_banned_in_channel",
            "message thread not found",
            "topic_closed",
            "topic_deleted",
            "polls can't be sent",
            // A connection to a business account has ended, or the customer did not write for a day. The errors of
            // messages.sendMessage are listed on core.telegram.org; the first is the Bot API server's own (Client.cpp).
            "business connection not found",
            "business_connection_",
            "business_peer_",
        ])
    {
        Verdict::Failed(Failure::NoRights)
    } else {
        Verdict::Failed(Failure::Other(format!("{code} {description}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_distinguished_by_telegrams_wording() {
        let gone = || Verdict::Failed(Failure::ChatGone);
        let message_gone = || Verdict::Failed(Failure::MessageGone);
        let no_rights = || Verdict::Failed(Failure::NoRights);
        for (code, description, expected) in [
            (
                400,
                "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message",
                Verdict::AlreadySo,
            ),
            (400, "Bad Request: poll has already been closed", Verdict::AlreadySo),
            (
                400,
                "Bad Request: query is too old and response timeout expired or query ID is invalid",
                Verdict::TooLate,
            ),
            (403, "Forbidden: bot was blocked by the user", gone()),
            (403, "Forbidden: user is deactivated", gone()),
            (403, "Forbidden: bot was kicked from the group chat", gone()),
            (403, "Forbidden: bot was kicked from the supergroup chat", gone()),
            (403, "Forbidden: bot is not a member of the supergroup chat", gone()),
            (403, "Forbidden: bot can't initiate conversation with a user", gone()),
            (400, "Bad Request: chat not found", gone()),
            (400, "Bad Request: message to edit not found", message_gone()),
            (400, "Bad Request: message to delete not found", message_gone()),
            (400, "Bad Request: message with poll to stop not found", message_gone()),
            (400, "Bad Request: message can't be edited", message_gone()),
            (400, "Bad Request: there is no text in the message to edit", message_gone()),
            (400, "Bad Request: not enough rights to send polls to the chat", no_rights()),
            (400, "Bad Request: message thread not found", no_rights()),
            (400, "Bad Request: TOPIC_CLOSED", no_rights()),
            (403, "Forbidden: something new", no_rights()),
            (400, "Bad Request: business connection not found", no_rights()),
            (400, "Bad Request: BUSINESS_CONNECTION_INVALID", no_rights()),
            (400, "Bad Request: BUSINESS_PEER_USAGE_MISSING", no_rights()),
            (
                400,
                "Bad Request: message is too long",
                Verdict::Failed(Failure::Other("400 Bad Request: message is too long".into())),
            ),
        ] {
            assert_eq!(judge(code, description), expected, "{description}");
        }
    }

    fn read(status: u16, body: &str) -> Result<serde_json::Value, CallError> {
        read_answer(status, body)
    }

    #[test]
    fn answers_are_read_whatever_they_are() {
        assert_eq!(read(200, r#"{"ok":true,"result":7}"#), Ok(7.into()));
        assert_eq!(
            read(
                429,
                r#"{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 3","parameters":{"retry_after":3}}"#
            ),
            Err(CallError::TooMany(Duration::from_secs(3)))
        );
        assert_eq!(
            read(429, r#"{"ok":false,"description":"Too Many Requests: retry after 9"}"#),
            Err(CallError::TooMany(Duration::from_secs(9)))
        );
        assert_eq!(
            read(
                400,
                r#"{"ok":false,"error_code":400,"description":"Bad Request: group chat was upgraded to a supergroup chat","parameters":{"migrate_to_chat_id":-1001}}"#
            ),
            Err(CallError::Moved(ChatId(-1001)))
        );
        for (status, body) in [
            (502, "<html>Bad Gateway</html>"),
            (200, "garbage"),
            (200, ""),
            (500, r#"{"ok":false,"error_code":500,"description":"Internal Server Error"}"#),
        ] {
            assert!(matches!(read(status, body), Err(CallError::Trouble(_))), "{body}");
        }
        let wrong = read(401, r#"{"ok":false,"error_code":401,"description":"Unauthorized"}"#);
        assert!(wrong.is_err_and(|error| error.is_wrong_token()));
        let wrong = read(404, r#"{"ok":false,"error_code":404,"description":"Not Found"}"#);
        assert!(wrong.is_err_and(|error| error.is_wrong_token()));
    }

    #[tokio::test]
    async fn neither_debug_output_nor_errors_show_the_token() {
        // Nothing listens on port 1.
        let api =
            Api::new("123:very-secret", Some("http://127.0.0.1:1"), Duration::from_secs(5)).expect("made");
        let request = teloxide::payloads::GetMe::new();
        let error = api.call::<_, serde_json::Value>(&request).await.expect_err("nobody answers");
        for text in [format!("{api:?}"), format!("{error}"), format!("{error:?}")] {
            assert!(!text.contains("secret"), "{text}");
        }
    }

    #[tokio::test]
    async fn an_error_says_why_nobody_answers() {
        #[track_caller]
        fn check(error: &CallError, expected: &str) {
            assert!(error.to_string().to_lowercase().contains(expected), "{error}");
        }
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free loopback port");
        let silent = format!("http://{}", listener.local_addr().expect("it is bound"));
        // A part of a name is at most 63 bytes long, so that no server is asked for this one.
        let nameless = format!("http://{}.test", "x".repeat(64));
        for (url, expected) in [
            ("http://127.0.0.1:1", "connection refused"),
            (nameless.as_str(), "dns error"),
            (silent.as_str(), "timed out"),
        ] {
            let limit = Duration::from_millis(if url == silent { 50 } else { 20_000 });
            let api = Api::new("123:very-secret", Some(url), limit).expect("made");
            let request = teloxide::payloads::GetMe::new();
            check(&api.call::<_, serde_json::Value>(&request).await.expect_err("nobody answers"), expected);
        }
    }

    #[test]
    fn half_a_character_does_not_spoil_the_rest() {
        let read = |text: &str| read(200, &format!(r#"{{"ok":true,"result":"{text}"}}"#));
        assert_eq!(read(r"a\ud83db"), Ok("a\u{fffd}b".into()));
        assert_eq!(read(r"\udc00\ud83d\ude00\ud800"), Ok("\u{fffd}😀\u{fffd}".into()));
        assert_eq!(read(r"\\ud83d \ud83d"), Ok("\\ud83d \u{fffd}".into()));
    }
}
