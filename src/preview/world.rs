//! The handle on everything: what tests and the page read, and what wakes those who wait for a change.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::watch;

use super::faults::{Fault, FaultHandle};
use super::seen::Seen;
use super::server::Options;
use super::state::{Millis, State};

pub use super::entities::Entity;
pub use super::state::{
    Author, Button, ChatId, ChatKind, InlineAnswer, InlineResult, MemberStatus, MessageId, PersonId, Request,
    TapAnswer,
};

/// The world of one server. Clones are handles on the same world.
#[derive(Clone)]
pub struct World(Arc<Shared>);

struct Shared {
    state: Mutex<State>,
    /// Counts the changes; those who wait for something look again at each.
    changes: watch::Sender<u64>,
    closed: watch::Sender<bool>,
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("World")
    }
}

/// What was waited for did not come; says what the bot did instead.
#[derive(Debug, thiserror::Error)]
#[error("nothing of the kind within {waited:?}; the bot's last requests:\n{last_requests}")]
pub struct TimedOut {
    waited: Duration,
    last_requests: String,
}

impl World {
    pub(crate) fn new(options: Options) -> Self {
        Self(Arc::new(Shared {
            state: Mutex::new(State::new(options)),
            changes: watch::Sender::new(0),
            closed: watch::Sender::new(false),
        }))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A test that panicked while it looked has changed nothing half-way.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the world and wakes everybody who waits for a change.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut State, Millis) -> T) -> T {
        let result = self.quietly(change);
        self.0.changes.send_modify(|n| *n += 1);
        result
    }

    /// Looks at the world, or changes something that nobody waits for.
    pub(crate) fn quietly<T>(&self, look: impl FnOnce(&mut State, Millis) -> T) -> T {
        let mut state = self.lock();
        let now = state.options.clock.now();
        look(&mut state, now)
    }

    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.0.changes.subscribe()
    }

    /// Ends everything that waits: the server is going.
    pub(crate) fn close(&self) {
        self.0.closed.send_replace(true);
    }

    pub(crate) async fn closed(&self) {
        let mut closed = self.0.closed.subscribe();
        // The sender lives as long as this handle, so waiting cannot fail.
        let _ = closed.wait_for(|closed| *closed).await;
    }

    pub(crate) fn token(&self) -> String {
        self.lock().options.token.clone()
    }

    /// Waits until `look` finds what it looks for; it looks again whenever anything has changed.
    ///
    /// # Errors
    ///
    /// [`TimedOut`] when it has not found it within `limit` of real time, or before the server stopped.
    pub async fn wait_for<T>(
        &self,
        limit: Duration,
        mut look: impl FnMut(&Self) -> Option<T>,
    ) -> Result<T, TimedOut> {
        let mut changes = self.changes();
        let found = tokio::time::timeout(limit, async {
            loop {
                changes.borrow_and_update();
                if let Some(found) = look(self) {
                    return found;
                }
                changes.changed().await.expect("the sender lives as long as this handle");
            }
        });
        tokio::select! {
            biased;
            found = found => found.map_err(|_| self.timed_out(limit)),
            () = self.closed() => Err(self.timed_out(limit)),
        }
    }

    fn timed_out(&self, waited: Duration) -> TimedOut {
        let requests = self.requests();
        let last_requests = requests[requests.len().saturating_sub(10)..]
            .iter()
            .map(|it| format!("{} {} → {} {}\n", it.method, it.params, it.status, it.response))
            .collect();
        TimedOut { waited, last_requests }
    }

    /// Waits for a message in a chat that fits, and returns the first one that does.
    ///
    /// # Errors
    ///
    /// [`TimedOut`] when none has come within `limit`.
    pub async fn wait_for_message(
        &self,
        chat: impl Into<ChatId>,
        limit: Duration,
        fits: impl Fn(&Seen) -> bool,
    ) -> Result<Seen, TimedOut> {
        let chat = chat.into();
        self.wait_for(limit, |world| world.messages(chat).into_iter().find(&fits)).await
    }

    /// Every request of the bot that was answered, oldest first.
    pub fn requests(&self) -> Vec<Request> {
        self.lock().requests.iter().cloned().collect()
    }

    /// The requests of one method, spelt as the Bot API spells it.
    pub fn requests_of(&self, method: &str) -> Vec<Request> {
        self.requests().into_iter().filter(|it| it.method == method).collect()
    }

    /// How many updates wait until the bot confirms them.
    pub fn n_waiting_updates(&self) -> usize {
        self.lock().updates.len()
    }

    /// Whether the bot is asking for updates just now.
    pub fn has_poller(&self) -> bool {
        self.lock().updates.n_polls > 0
    }

    /// The commands the bot has set for exactly this scope (`default`, `chat 7`) and language.
    pub fn commands(&self, scope: &str, language: &str) -> Option<Value> {
        self.lock().profile.commands.get(&(scope.to_owned(), language.to_owned())).cloned()
    }

    /// Activates a fault until it is used up or released.
    pub fn fail(&self, fault: Fault) -> FaultHandle {
        self.quietly(|state, _| state.faults.add(fault))
    }

    /// Says on the page who runs the bot.
    pub fn set_owners(&self, owners: &[PersonId]) {
        self.quietly(|state, _| state.owners = owners.to_vec());
    }

    /// Shows lines above the page until they are replaced by none: the folder's diagnostics.
    pub fn set_notice(&self, lines: Vec<String>) {
        self.change(|state, _| state.notice = lines);
    }
}
