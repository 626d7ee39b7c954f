//! Booking: where several bots share a database, a request is noted there before it is carried out.
//!
//! So that a bot which has lost its share in the meantime, and hangs or is about to send, sends nothing that another
//! has taken over; so that the other one knows what may be under way; and so that all keep one pace.

use std::collections::HashSet;

use super::pacing::{ChatPace, Rates, count};
use super::queue::Queued;
use crate::chat::ChatId;
use crate::storage::{Share, Storage};
use crate::time::Timestamp;

/// A request whose turn has come in its chat.
pub(super) struct Candidate {
    pub(super) chat: ChatId,
    pub(super) entry: Queued,
    pub(super) pace: ChatPace,
    /// When it may go.
    pub(super) at: Timestamp,
}

/// The result of booking.
pub(super) struct Booked {
    pub(super) candidates: Vec<Candidate>,
    /// The rows that still wait; none: nothing could be booked.
    pub(super) rows: anyhow::Result<HashSet<i64>>,
    /// The time to be noted as their beginning.
    pub(super) begun_at: Timestamp,
}

/// Takes places in the pace that all bots share, then books the requests, with the pace of their chats.
pub(super) async fn book(
    storage: Storage,
    share: Share,
    rates: Option<Rates>,
    mut candidates: Vec<Candidate>,
    now: Timestamp,
) -> Booked {
    let mut begun_at = now;
    let rows = book_rows(&storage, share, rates.as_ref(), &mut candidates, &mut begun_at).await;
    Booked { candidates, rows, begun_at }
}

async fn book_rows(
    storage: &Storage,
    share: Share,
    rates: Option<&Rates>,
    candidates: &mut [Candidate],
    begun_at: &mut Timestamp,
) -> anyhow::Result<HashSet<i64>> {
    let now = *begun_at;
    let mut paces = Vec::new();
    if let Some(limits) = rates {
        let n_counted = candidates.iter().filter(|it| it.entry.is_counted()).count();
        if n_counted > 0 {
            // Separate from the booking: the row belongs to all bots, and nobody should hold it for long.
            let mut transaction = storage.begin().await?;
            let places = transaction.places(n_counted, count(limits.overall_per_second), now).await?;
            transaction.commit().await?;
            let counted = candidates.iter_mut().filter(|it| it.entry.is_counted());
            for (candidate, place) in counted.zip(places) {
                candidate.at = candidate.at.max(place);
                candidate.pace.sent(candidate.chat, rates, candidate.at);
                paces.push((candidate.chat, serde_json::to_string(&candidate.pace)?));
            }
        }
    }
    let seqs: Vec<i64> = candidates.iter().flat_map(|it| it.entry.rows.iter().map(|row| row.seq)).collect();
    *begun_at = candidates.iter().map(|it| it.at).max().unwrap_or(now).max(now);
    let mut transaction = storage.begin_with(share).await?;
    let booked = transaction.book(&seqs, *begun_at).await?;
    transaction.save_paces(&paces, now).await?;
    transaction.commit().await?;
    Ok(booked)
}
