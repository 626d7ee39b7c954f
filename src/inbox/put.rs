//! The door into the inbox: what arrived is stored, and the engine is notified.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot;

use crate::engine::Notices;
use crate::storage::{Arrival, Settled, Storage, Waiting};
use crate::supervise::causes;
use crate::time::Timestamp;

/// Where everything that happened is put: updates, the bot's own news, a group's move to a new id. Cheap to clone.
#[derive(Clone)]
pub struct Inbox {
    storage: Storage,
    notices: Notices,
    posts: Arc<Posts>,
}

/// What is to be stored. Posts that come while a transaction is under way share the next one: its wait for the disk is
/// the greater part of the work.
#[derive(Default)]
struct Posts {
    waiting: Mutex<Vec<Post>>,
    /// Held by the one that stores for all that wait.
    turn: tokio::sync::Mutex<()>,
}

struct Post {
    arrivals: Vec<Arrival>,
    unreadable: Vec<Unreadable>,
    now: Timestamp,
    stored: oneshot::Sender<Result<(), Arc<anyhow::Error>>>,
}

/// An update that a defect kept from being read.
#[derive(Debug, Clone)]
pub(crate) struct Unreadable {
    pub(crate) update_id: Option<i64>,
    pub(crate) text: String,
    pub(crate) reason: String,
}

/// How many posts share a transaction at most.
const MOST_SHARED: usize = 128;

impl Inbox {
    pub fn new(storage: Storage, notices: Notices) -> Inbox {
        Inbox { storage, notices, posts: Arc::default() }
    }

    /// Stores what happened; returns when it is safe.
    ///
    /// # Errors
    ///
    /// When the database does not take it. Nothing has been stored then.
    pub async fn put(&self, arrivals: &[Arrival], now: Timestamp) -> anyhow::Result<()> {
        self.put_with_unreadable(arrivals.to_vec(), Vec::new(), now).await
    }

    /// As [`Inbox::put`], and sets aside what could not be read.
    pub(crate) async fn put_with_unreadable(
        &self,
        arrivals: Vec<Arrival>,
        unreadable: Vec<Unreadable>,
        now: Timestamp,
    ) -> anyhow::Result<()> {
        let (stored, is_stored) = oneshot::channel();
        self.waiting().push(Post { arrivals, unreadable, now, stored });
        {
            let _turn = self.posts.turn.lock().await;
            // Empty: another caller has stored ours together with theirs.
            let posts: Vec<Post> = {
                let mut waiting = self.waiting();
                waiting.retain(|post| !post.stored.is_closed());
                let n = waiting.len().min(MOST_SHARED);
                waiting.drain(..n).collect()
            };
            if !posts.is_empty() {
                let this = self.clone();
                // In a task of its own, so that a caller who hangs up does not cancel what the others wait for.
                tokio::spawn(async move { this.store_all(posts).await }).await?;
            }
        }
        match is_stored.await? {
            Ok(()) => Ok(()),
            Err(error) => Err(anyhow::anyhow!(causes(&error))),
        }
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, Vec<Post>> {
        self.posts.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Stores posts in one transaction; where that fails, each by itself, so that none can keep out the others.
    async fn store_all(&self, posts: Vec<Post>) {
        if posts.len() > 1 && self.store(&posts).await.is_ok() {
            for post in posts {
                // A caller who has hung up does not wait.
                let _ = post.stored.send(Ok(()));
            }
            return;
        }
        // A caller who has hung up brings it again.
        for post in posts.into_iter().filter(|post| !post.stored.is_closed()) {
            let stored = self.store(std::slice::from_ref(&post)).await;
            let _ = post.stored.send(stored.map_err(Arc::new));
        }
    }

    async fn store(&self, posts: &[Post]) -> anyhow::Result<()> {
        let mut transaction = self.storage.begin().await?;
        let mut waiting = Vec::new();
        // Nearly always all came in the same millisecond or two.
        let now = posts.iter().map(|post| post.now).max().unwrap_or_default();
        let arrivals: Vec<Arrival> = posts.iter().flat_map(|post| post.arrivals.iter().cloned()).collect();
        for arrivals in arrivals.chunks(500) {
            waiting.extend(transaction.receive(arrivals, now).await?);
        }
        for Unreadable { update_id, text, reason } in posts.iter().flat_map(|post| &post.unreadable) {
            transaction.set_aside_update(*update_id, text, reason, now).await?;
        }
        transaction.commit().await?;
        self.tell(waiting);
        Ok(())
    }

    /// Stores the results of requests: they leave the outbox, and the conversations that asked for them are notified.
    pub(crate) async fn settle(&self, settled: &[Settled], now: Timestamp) -> anyhow::Result<()> {
        let mut transaction = self.storage.begin().await?;
        let waiting = transaction.complete(settled, now).await?;
        transaction.commit().await?;
        self.tell(waiting);
        Ok(())
    }

    fn tell(&self, waiting: Vec<Waiting>) {
        if !waiting.is_empty() {
            // Nothing receives this while the bot shuts down; the database keeps it all.
            let _ = self.notices.send(waiting);
        }
    }
}
