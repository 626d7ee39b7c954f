//! Carries out what the outbox holds, at Telegram's pace.
//!
//! Every chat has a queue of its own and at most one request under way. A request that went through, or failed for
//! good, is recorded before the chat's next request begins: a crash can at most repeat the one that was under way.
//! Nothing that can be sent later is dropped, except unimportant requests in a group for which too much waits; and no
//! chat waits for another's pause.

mod endings;
mod known_rows;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use tokio::sync::{mpsc, watch};
use tokio::task::{JoinError, JoinSet};

use self::known_rows::KnownRows;
use super::admins::Admins;
use super::attempt::{Ending, attempt};
use super::booking::{Booked, Candidate, book};
use super::express::{Express, ExpressQueue};
use super::lanes::Lanes;
use super::members::Members;
use super::pacing::{ChatPace, OverallPace, Rates};
use super::pictures::Pictures;
use super::queue::Queued;
use super::settle::{Settlement, Written, settled_badly, write_down};
use crate::chat::{ChangedFolder, ChatId, FolderChange};
use crate::clock::Clock;
use crate::engine::{Posted, Reread};
use crate::inbox::Inbox;
use crate::storage::{OutboxRow, Share, Storage, Transaction, bit};
use crate::supervise::causes;
use crate::telegram::api::Api;
use crate::time::Timestamp;

/// Changes the folder, or only checks whether it can. An error says why it could not.
pub type ChangeFolder = dyn Fn(&FolderChange, bool) -> anyhow::Result<ChangedFolder> + Send + Sync;

/// What the sender works with.
#[derive(Clone)]
pub struct SenderParts {
    pub api: Api,
    pub storage: Storage,
    pub clock: Arc<dyn Clock>,
    /// None: as fast as possible, except where Telegram asks to wait.
    pub rates: Option<Rates>,
    /// Receives the results of requests, and news that a group has moved.
    pub inbox: Inbox,
    pub change_folder: Arc<ChangeFolder>,
    pub pictures: Arc<Pictures>,
    /// How long a call may take.
    pub call_limit: Duration,
}

impl SenderParts {
    /// While this is held no other bot writes to the folder.
    pub(super) async fn hold_folder(&self) -> anyhow::Result<Option<Transaction>> {
        if !self.storage.shares().is_shared() {
            return Ok(None);
        }
        let mut transaction = self.storage.begin().await?;
        transaction.hold_folder().await?;
        Ok(Some(transaction))
    }
}

/// The most requests under way at once.
const MOST_UNDER_WAY: usize = 64;
/// How many of them ask whether somebody is in a group.
const MOST_INQUIRIES: usize = 16;
/// How long a message sent to a chat matters for its pace.
const PACE_MATTERS: Duration = Duration::from_secs(61);
/// How long a request under way may still take when the bot stops.
const LAST_WAIT: Duration = Duration::from_secs(8);

/// The loop. See the module.
pub struct Sender {
    parts: SenderParts,
    posted: mpsc::UnboundedReceiver<Posted>,
    lanes: Lanes,
    urgent: ExpressQueue,
    inquiries: ExpressQueue,
    overall: OverallPace,
    admins: Admins,
    members: Members,
    under_way: JoinSet<(ChatId, Queued, Ending)>,
    /// A copy of them, for a task that does not return.
    started: HashMap<tokio::task::Id, (ChatId, Queued)>,
    settle: mpsc::UnboundedSender<Settlement>,
    settled: mpsc::UnboundedReceiver<Vec<Written>>,
    known: KnownRows,
    reread: Reread,
    /// The outbox is being read again.
    reading: JoinSet<anyhow::Result<Found>>,
    share: Share,
    /// How many shares this bot has had.
    n_shares: u64,
    shares: watch::Receiver<Share>,
    /// Whether requests are booked: see [`super::booking`].
    books: bool,
    to_book: Vec<Candidate>,
    booking: JoinSet<Booked>,
    /// When this bot has noted rows as begun: they are under way only if it knows of that.
    begun: HashMap<i64, Timestamp>,
    /// Something is under way in a partition that is to be given back.
    gives_back: bool,
    in_trouble: bool,
}

/// A request that has ended, with its task.
type Ended = (tokio::task::Id, (ChatId, Queued, Ending));

/// The content of the outbox.
struct Found {
    seqs: HashSet<i64>,
    /// Those that were not known.
    rows: Vec<OutboxRow>,
    /// How fast chats were recently written to, by any bot.
    paces: Vec<(ChatId, String)>,
    n_unreadable: usize,
    took: Duration,
    /// For which of the shares that this bot has had.
    n_shares: u64,
}

impl Sender {
    /// Reads what has been waiting since the last run.
    ///
    /// # Errors
    ///
    /// When the database cannot be read.
    pub async fn new(parts: SenderParts, posted: mpsc::UnboundedReceiver<Posted>) -> anyhow::Result<Sender> {
        let shares = parts.storage.shares().watch();
        let share = parts.storage.shares().take_for_sender(0);
        let books = parts.storage.shares().is_shared();
        let (settle, settlements) = mpsc::unbounded_channel();
        let (settled_tx, settled) = mpsc::unbounded_channel();
        tokio::spawn(write_down(parts.clone(), settlements, settled_tx));
        let lanes = Lanes::new(parts.rates);
        let mut sender = Sender {
            parts,
            posted,
            lanes,
            urgent: ExpressQueue::new(MOST_UNDER_WAY),
            inquiries: ExpressQueue::new(MOST_INQUIRIES),
            overall: OverallPace::default(),
            admins: Admins::default(),
            members: Members::default(),
            under_way: JoinSet::new(),
            started: HashMap::new(),
            settle,
            settled,
            known: KnownRows::default(),
            reread: Reread::default(),
            reading: JoinSet::new(),
            share,
            n_shares: 0,
            shares,
            books,
            to_book: Vec::new(),
            booking: JoinSet::new(),
            begun: HashMap::new(),
            gives_back: false,
            in_trouble: false,
        };
        let now = sender.parts.clock.now();
        let known = sender.known.begin_reading();
        let found = read(&sender.parts.storage, &known, (share, 0), books, now).await?;
        if found.n_unreadable > 0 {
            tracing::error!(
                n_unreadable = found.n_unreadable,
                "requests in the outbox cannot be read; they stay there"
            );
        }
        if !found.rows.is_empty() {
            tracing::info!(n_waiting = found.rows.len(), "requests wait to be sent since the last time");
        }
        sender.take_found(found);
        Ok(sender)
    }

    /// Works until `stop` becomes true; then finishes what is under way.
    ///
    /// # Errors
    ///
    /// When results of requests can no longer be recorded, because that part has broken down.
    pub async fn run(mut self, mut stop: watch::Receiver<bool>) -> anyhow::Result<()> {
        loop {
            let now = self.parts.clock.now();
            self.take_share();
            self.lanes.wake(now);
            self.send_express(now);
            self.send_ready(now);
            self.book(now);
            let wake = self.next_wake(now);
            tokio::select! {
                Some(posted) = self.posted.recv() => {
                    self.take(posted);
                    while let Ok(posted) = self.posted.try_recv() {
                        self.take(posted);
                    }
                }
                Some(ended) = self.under_way.join_next_with_id() => self.ended(ended),
                written = self.settled.recv() => {
                    let written = written.context("writing down what was sent has broken down")?;
                    written.into_iter().for_each(|written| self.written(written));
                }
                () = tokio::time::sleep_until(self.reread.next()), if self.reading.is_empty() => self.read_again(),
                Some(read) = self.reading.join_next() => self.have_read(read),
                Some(booked) = self.booking.join_next() => self.booked(booked),
                Ok(()) = self.shares.changed() => self.shares.mark_changed(),
                () = sleep(&*self.parts.clock, wake) => {}
                _ = stop.wait_for(|stop| *stop) => break,
            }
        }
        let _ = tokio::time::timeout(LAST_WAIT, self.finish()).await;
        Ok(())
    }

    /// Waits for what is under way, and for its results to be recorded.
    async fn finish(mut self) {
        while let Some(ended) = self.under_way.join_next_with_id().await {
            self.ended(ended);
        }
        let Sender { settle, mut settled, .. } = self;
        drop(settle);
        while settled.recv().await.is_some() {}
    }

    /// Reads the outbox in parallel with everything else: what waits here is a cache of it.
    fn read_again(&mut self) {
        let (storage, known) = (self.parts.storage.clone(), self.known.begin_reading());
        let (share, books, now) = ((self.share, self.n_shares), self.books, self.parts.clock.now());
        self.reading.spawn(async move { read(&storage, &known, share, books, now).await });
    }

    fn have_read(&mut self, found: Result<anyhow::Result<Found>, JoinError>) {
        match found {
            // Rows read for another share say nothing about this one.
            Ok(Ok(found)) if found.n_shares != self.n_shares => self.reread.now(),
            Ok(Ok(found)) => {
                self.reread.took(found.took);
                self.take_found(found);
            }
            Ok(Err(error)) => {
                tracing::debug!("cannot read the outbox again: {}", causes(&error));
                self.reread.took(Duration::ZERO);
            }
            Err(_) => self.reread.took(Duration::ZERO),
        }
    }

    fn take_found(&mut self, found: Found) {
        let now = self.parts.clock.now();
        let is_there = |seq: i64| found.seqs.contains(&seq) || self.known.is_fresh(seq);
        let gone = self.lanes.keep(is_there, now);
        self.known.forget(gone);
        if !found.rows.is_empty() {
            tracing::debug!(n_rows = found.rows.len(), "the outbox holds more than was known");
        }
        for (chat, pace) in found.paces {
            if let Ok(pace) = serde_json::from_str::<ChatPace>(&pace) {
                self.lanes.join(chat, pace, now);
            }
        }
        self.take(Posted::Rows(found.rows));
        self.lanes.have_read(now);
    }

    /// Another share may take effect: what is no longer ours is forgotten, except what is under way.
    fn take_share(&mut self) {
        if !self.books || !self.shares.has_changed().unwrap_or(false) {
            return;
        }
        self.shares.mark_unchanged();
        let before = self.share;
        self.share = self.parts.storage.shares().take_for_sender(self.unfinished());
        let share = self.share;
        self.gives_back = self.unfinished() & !share.mask != 0;
        if share.mask == before.mask && share.epoch == before.epoch {
            return;
        }
        let kept = if share.epoch == before.epoch { before.mask & share.mask } else { 0 };
        self.n_shares += 1;
        let mut forgotten = self.lanes.take_share(share.mask, kept);
        for queue in [&mut self.urgent, &mut self.inquiries] {
            let given_up = queue.give_up(|chat| kept & bit(chat) != 0);
            forgotten.extend(given_up.iter().flat_map(Queued::seqs));
        }
        self.known.forget(forgotten);
        self.reread.now();
    }

    /// The partitions of chats with something under way.
    fn unfinished(&self) -> u64 {
        self.started.values().fold(self.lanes.busy(), |mask, (chat, _)| mask | bit(*chat))
    }

    /// Books what may go now, all together.
    fn book(&mut self, now: Timestamp) {
        if self.to_book.is_empty() || !self.booking.is_empty() {
            return;
        }
        let candidates = std::mem::take(&mut self.to_book);
        let (storage, share, rates) = (self.parts.storage.clone(), self.share, self.parts.rates);
        self.booking.spawn(book(storage, share, rates, candidates, now));
    }

    fn booked(&mut self, booked: Result<Booked, JoinError>) {
        let Ok(Booked { candidates, rows, begun_at }) = booked else { return };
        let now = self.parts.clock.now();
        for candidate in candidates {
            let Candidate { chat, entry, pace, at } = candidate;
            self.begun.extend(entry.seqs().map(|seq| (seq, begun_at)));
            match &rows {
                Ok(rows) if entry.seqs().any(|seq| rows.contains(&seq)) => {
                    self.lanes.follow(chat, pace);
                    self.start(chat, entry, at);
                }
                Ok(_) => {
                    // It is another bot's, or finished.
                    self.finished(entry.seqs());
                    self.lanes.free(chat, now);
                }
                Err(_) if self.share.holds(chat) => {
                    self.lanes.put_back(chat, entry, now + Duration::from_millis(200), now);
                }
                Err(_) => {
                    self.known.forget(entry.seqs());
                    self.lanes.free(chat, now);
                }
            }
        }
        if let Err(error) = rows {
            tracing::debug!("cannot book what is to be sent: {}", causes(&error));
            self.reread.now();
        }
    }

    fn written(&mut self, written: Written) {
        self.finished(written.seqs.into_iter());
        if let Some(chat) = written.lane {
            self.lanes.free(chat, self.parts.clock.now());
        }
        if self.gives_back {
            // Another bot may wait for a partition that we have just finished with.
            let unfinished = self.unfinished();
            self.gives_back = unfinished & !self.share.mask != 0;
            self.parts.storage.shares().sender_has(self.share.mask | unfinished);
        }
    }

    /// These rows are no longer in the outbox.
    fn finished(&mut self, seqs: impl Iterator<Item = i64>) {
        let begun = &mut self.begun;
        self.known.finished(seqs.inspect(|seq| {
            begun.remove(seq);
        }));
    }

    fn take(&mut self, posted: Posted) {
        let now = self.parts.clock.now();
        match posted {
            Posted::Rows(rows) => {
                let mut chats = BTreeSet::new();
                for row in rows {
                    let chat = row.chat;
                    if !self.share.holds(chat) || !self.known.add(row.seq) {
                        continue;
                    }
                    // Another bot has begun it and may have it under way; it cannot come after what we send then.
                    let begun_by_other = row.begun_at.filter(|at| self.begun.get(&row.seq) != Some(at));
                    let others_until =
                        begun_by_other.filter(|_| self.books).map(|at| at + self.parts.call_limit);
                    let entry = Queued { others_until, ..Queued::from(row) };
                    match entry.express() {
                        Some(express) => self.express(express).push(chat, entry),
                        None => {
                            self.lanes.push(chat, entry);
                            chats.insert(chat);
                        }
                    }
                }
                for chat in chats {
                    self.shed(chat);
                    self.lanes.plan(chat, now);
                }
            }
            Posted::Moved { from, to } => self.lanes.move_to(from, to, now),
        }
    }

    /// Leaves out unimportant requests in a group for which too much waits.
    fn shed(&mut self, chat: ChatId) {
        let shed = self.lanes.shed(chat);
        if !shed.is_empty() {
            tracing::debug!(chat = chat.0, n_dropped = shed.len(), "too much waits for a group");
            let settled = shed.iter().map(|entry| settled_badly(chat, entry, None)).collect();
            self.write(chat, settled, false);
        }
    }

    fn next_wake(&self, now: Timestamp) -> Option<Timestamp> {
        let overall = self.overall.earliest(self.parts.rates.as_ref());
        let ready = (self.lanes.has_ready() && overall > now).then_some(overall);
        ready.into_iter().chain(self.lanes.next_rested()).min()
    }

    fn express(&mut self, express: Express) -> &mut ExpressQueue {
        match express {
            Express::Urgent => &mut self.urgent,
            Express::Inquiry => &mut self.inquiries,
        }
    }

    fn send_express(&mut self, now: Timestamp) {
        for express in [Express::Urgent, Express::Inquiry] {
            while let Some((chat, entry)) = self.express(express).begin() {
                self.start(chat, entry, now);
            }
        }
    }

    fn send_ready(&mut self, now: Timestamp) {
        let n_express = self.urgent.n_under_way() + self.inquiries.n_under_way();
        while self.under_way.len().saturating_sub(n_express) + self.to_book.len() < MOST_UNDER_WAY
            && self.overall.earliest(self.parts.rates.as_ref()) <= now
            && let Some(candidate) = self.lanes.next(now)
        {
            let is_counted = candidate.entry.is_counted();
            if is_counted {
                self.overall.sent(self.parts.rates.as_ref(), now);
            }
            if self.books {
                self.to_book.push(candidate);
                continue;
            }
            if is_counted {
                self.lanes.sent(candidate.chat, now);
            }
            self.start(candidate.chat, candidate.entry, now);
        }
    }

    /// Carries out a request when its time has come.
    fn start(&mut self, chat: ChatId, entry: Queued, time: Timestamp) {
        let (parts, admins, members) = (self.parts.clone(), self.admins.clone(), self.members.clone());
        let kept = entry.clone();
        let handle = self.under_way.spawn(async move {
            parts.clock.sleep_until(time).await;
            let ending = attempt(&parts, (&admins, &members), chat, &entry, parts.clock.now()).await;
            (chat, entry, ending)
        });
        self.started.insert(handle.id(), (chat, kept));
    }
}

async fn read(
    storage: &Storage,
    known: &HashSet<i64>,
    (share, n_shares): (Share, u64),
    books: bool,
    now: Timestamp,
) -> anyhow::Result<Found> {
    let begin = Instant::now();
    let mut look = storage.look().await?;
    // First the paces: the bot that gave these chats up has written them with what was sent.
    let paces = if books { look.paces(share.mask, now - PACE_MATTERS).await? } else { Vec::new() };
    let seqs = look.outbox_seqs(share.mask).await?;
    let unknown: Vec<i64> = seqs.iter().copied().filter(|seq| !known.contains(seq)).collect();
    let rows = look.outbox_rows(&unknown).await?;
    let n_unreadable = unknown.len() - rows.len();
    let took = begin.elapsed();
    Ok(Found { seqs: seqs.into_iter().collect(), rows, paces, n_unreadable, took, n_shares })
}

async fn sleep(clock: &dyn Clock, until: Option<Timestamp>) {
    match until {
        Some(until) => clock.sleep_until(until).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests;
