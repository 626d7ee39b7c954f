//! The door into the inbox: what arrived is stored, and the engine hears of it.

use crate::engine::Notices;
use crate::storage::{Arrival, Settled, Storage, Waiting};
use crate::time::Timestamp;

/// Where everything that happened is put: updates, news of the bot's own, what became of a group. Cheap to clone.
#[derive(Clone)]
pub struct Inbox {
    storage: Storage,
    notices: Notices,
}

/// An update that a defect kept from being read.
#[derive(Debug)]
pub(crate) struct Unreadable {
    pub(crate) update_id: Option<i64>,
    pub(crate) text: String,
    pub(crate) reason: String,
}

impl Inbox {
    pub fn new(storage: Storage, notices: Notices) -> Inbox {
        Inbox { storage, notices }
    }

    /// Stores what happened; returns when it is safe.
    ///
    /// # Errors
    ///
    /// When the database does not take it. Nothing has been stored then.
    pub async fn put(&self, arrivals: &[Arrival], now: Timestamp) -> anyhow::Result<()> {
        self.put_with_unreadable(arrivals, &[], now).await
    }

    /// As [`Inbox::put`], and sets aside what could not be read.
    pub(crate) async fn put_with_unreadable(
        &self,
        arrivals: &[Arrival],
        unreadable: &[Unreadable],
        now: Timestamp,
    ) -> anyhow::Result<()> {
        let mut transaction = self.storage.begin().await?;
        let waiting = transaction.receive(arrivals, now).await?;
        for Unreadable { update_id, text, reason } in unreadable {
            transaction.set_aside_update(*update_id, text, reason, now).await?;
        }
        transaction.commit().await?;
        self.tell(waiting);
        Ok(())
    }

    /// Writes down what became of requests: they leave the outbox, and who asked for them hears of it.
    pub(crate) async fn settle(&self, settled: &[Settled], now: Timestamp) -> anyhow::Result<()> {
        let mut transaction = self.storage.begin().await?;
        let waiting = transaction.complete(settled, now).await?;
        transaction.commit().await?;
        self.tell(waiting);
        Ok(())
    }

    fn tell(&self, waiting: Vec<Waiting>) {
        if !waiting.is_empty() {
            // Nobody listens while the bot shuts down; the database keeps it all.
            let _ = self.notices.send(waiting);
        }
    }
}
