//! Recording the results of requests.

use tokio::sync::mpsc;

use super::queue::Queued;
use super::sender::SenderParts;
use crate::chat::{ChatId, Event, Failure};
use crate::storage::Settled;
use crate::supervise::{Backoff, causes};
use crate::telegram::encode::Carried;

/// What is to be recorded, and the chat that waits for it.
pub(super) struct Settlement {
    pub(super) settled: Vec<Settled>,
    pub(super) lane: Option<ChatId>,
}

/// What has been recorded.
pub(super) struct Written {
    pub(super) seqs: Vec<i64>,
    pub(super) lane: Option<ChatId>,
}

pub(super) fn settled_well(chat: ChatId, entry: &Queued, carried: &Carried) -> Settled {
    let key = &entry.outgoing.key;
    let reports = entry.rows.iter().filter_map(|row| row.report.clone());
    Settled {
        chat,
        seqs: entry.seqs().collect(),
        sent: carried.sent.and_then(|message| Some((key.clone()?, message))),
        poll: carried.poll.clone().and_then(|poll| Some((poll, key.clone()?))),
        reports: reports.map(|key| Event::Done { key, done: carried.done.clone() }).collect(),
    }
}

pub(super) fn settled_badly(chat: ChatId, entry: &Queued, failure: Option<&Failure>) -> Settled {
    let reports = entry.rows.iter().filter_map(|row| row.report.clone());
    let too_late = Failure::Other("too late".to_owned());
    let failure = failure.unwrap_or(&too_late);
    Settled {
        chat,
        seqs: entry.seqs().collect(),
        sent: None,
        poll: None,
        reports: reports.map(|key| Event::Failed { key, failure: failure.clone() }).collect(),
    }
}

/// Records the results of requests, many at once, retrying until the database accepts them.
pub(super) async fn write_down(
    parts: SenderParts,
    mut settlements: mpsc::UnboundedReceiver<Settlement>,
    written: mpsc::UnboundedSender<Vec<Written>>,
) {
    let mut batch = Vec::new();
    while settlements.recv_many(&mut batch, 256).await > 0 {
        let mut all = Vec::with_capacity(batch.len());
        let mut settled: Vec<Settled> = Vec::with_capacity(batch.len());
        for one in batch.drain(..) {
            let seqs = one.settled.iter().flat_map(|settled| settled.seqs.iter().copied()).collect();
            all.push(Written { seqs, lane: one.lane });
            settled.extend(one.settled);
        }
        let mut backoff = Backoff::for_database();
        while let Err(error) = parts.inbox.settle(&settled, parts.clock.now()).await {
            let pause = backoff.pause();
            tracing::error!(
                "the database does not take what was sent ({}); trying again in {pause:?}",
                causes(&error)
            );
            tokio::time::sleep(pause).await;
        }
        let _ = written.send(all);
    }
}
