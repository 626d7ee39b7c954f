//! Takes what arrived from the inbox, steps the chats, and stores the results.
//!
//! One loop does it for all chats. It takes a few waiting rows of every chat in turn, steps them in memory, and
//! writes the new states, the requests to send, the records and the marks that the rows are done in one
//! transaction. A crash before the commit leaves the rows waiting; after it, only the sending is left to do, and
//! the outbox remembers that. So an update has its effect once, whatever happens in between.
//!
//! The waiting rows are also held in memory. That is a cache: it is read again every second and after every error,
//! since a commit may have succeeded even if the answer to it was lost.

mod agenda;
mod batch;

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use tokio::sync::{mpsc, watch};
use tokio::task::{JoinError, JoinSet};

use agenda::{Agenda, Pick};
use batch::{Job, Source, Surroundings, Work, proceed};

pub use batch::Step;

use crate::chat::{ChatId, Event, Library, Me, PersonId};
use crate::clock::Clock;
use crate::monitor;
use crate::storage::{Kept, OutboxRow, Share, Storage, Stored, Transaction, Unreadable, Waiting};
use crate::supervise::{Backoff, causes};
use crate::time::Timestamp;

/// What the engine works with.
pub struct EngineParts {
    pub storage: Storage,
    pub clock: Arc<dyn Clock>,
    /// [`crate::chat::step`], except where a test checks that the bot survives a broken one.
    pub step: Arc<Step>,
    /// The current knowledge; a batch sees one version of it.
    pub library: watch::Receiver<Arc<Library>>,
    pub me: Arc<Me>,
    pub owners: Arc<[PersonId]>,
    /// Whether updates come in. While they do not, no timer is stepped: votes cast in time may still
    /// wait at Telegram.
    pub receiving: watch::Receiver<bool>,
}

/// Notifies the engine of rows that wait for their step.
pub type Notices = mpsc::UnboundedSender<Vec<Waiting>>;

/// A message from the engine to the sender.
#[derive(Debug)]
pub enum Posted {
    /// These rows have been put into the outbox.
    Rows(Vec<OutboxRow>),
    /// A group has become a supergroup; its rows in the outbox have moved.
    Moved { from: ChatId, to: ChatId },
}

/// The loop. See the module.
pub struct Engine {
    parts: EngineParts,
    /// A cache of what the database says.
    agenda: Agenda,
    /// The chats that are this bot's own.
    share: Share,
    /// How many shares this bot has had: a step that was begun in another one is made again, as the chat may have been
    /// another bot's in the meantime.
    n_shares: u64,
    shares: watch::Receiver<Share>,
    /// Chats for which a newer faqbot has written something; they are left to it.
    left: HashSet<ChatId>,
    /// When the log may say so next.
    next_word_of_left: Timestamp,
    notices: mpsc::UnboundedReceiver<Vec<Waiting>>,
    posted: mpsc::UnboundedSender<Posted>,
    next_upkeep: Timestamp,
    reread: Reread,
    /// Steps that took longer than a batch may; the others do not wait for them.
    late: JoinSet<(ChatId, Option<Late>)>,
    /// Those of `late` that have come to their end.
    ended: Vec<Late>,
    /// The chats of `late`.
    busy: HashSet<ChatId>,
}

/// The result of a step that took long, and in which share of this bot's it was begun.
type Late = (u64, Work);

const UPKEEP_EVERY: Duration = Duration::from_secs(60 * 60);
const SAY_WHAT_IS_LEFT_EVERY: Duration = Duration::from_secs(60 * 60);
/// How long the steps of a batch may take before the finished ones are committed without the rest.
const BATCH_LIMIT: Duration = Duration::from_millis(250);
/// Timers that run out within this time are read again, with what waits; a large community has thousands for later.
const TIMERS_AHEAD: Duration = Duration::from_secs(60);
/// How many steps may go on beside the batches. With more, the processors would be theirs alone.
const MOST_LATE: usize = 4;

impl Engine {
    /// Reads what has been waiting since the last run.
    ///
    /// # Errors
    ///
    /// When the database cannot be read.
    pub async fn new(
        parts: EngineParts,
        notices: mpsc::UnboundedReceiver<Vec<Waiting>>,
        posted: mpsc::UnboundedSender<Posted>,
    ) -> anyhow::Result<Engine> {
        let next_upkeep = parts.clock.now();
        let shares = parts.storage.shares().watch();
        let share = parts.storage.shares().take_for_engine();
        let mut engine = Engine {
            parts,
            agenda: Agenda::default(),
            share,
            n_shares: 0,
            shares,
            left: HashSet::new(),
            next_word_of_left: next_upkeep,
            notices,
            posted,
            next_upkeep,
            reread: Reread::default(),
            late: JoinSet::new(),
            ended: Vec::new(),
            busy: HashSet::new(),
        };
        let n_set_aside = engine.parts.storage.look().await?.all_set_aside().await?.len();
        engine.read_again().await?;
        if n_set_aside > 0 {
            tracing::warn!(
                n_set_aside,
                "updates are set aside because they could not be handled; `faqbot set-aside` lists them"
            );
        }
        if engine.agenda.n_waiting() > 0 {
            tracing::info!(n_waiting = engine.agenda.n_waiting(), "updates wait since the last time");
        }
        Ok(engine)
    }

    /// Works until `stop` becomes true; whatever is not done then stays in the inbox.
    ///
    /// # Errors
    ///
    /// None: failures are retried until they succeed.
    pub async fn run(mut self, mut stop: watch::Receiver<bool>) -> anyhow::Result<()> {
        let mut backoff = Backoff::for_database();
        while !*stop.borrow() {
            while let Ok(waiting) = self.notices.try_recv() {
                self.add(&waiting);
            }
            self.take_share();
            let now = self.parts.clock.now();
            let with_timers = *self.parts.receiving.borrow_and_update();
            let finished = self.finished_late();
            let picks = self.agenda.pick(now, with_timers, &self.passed_over());
            let result = if !finished.is_empty() {
                self.complete(finished, Instant::now() + BATCH_LIMIT, now).await
            } else if self.reread.is_due() {
                self.read_again().await
            } else if !picks.is_empty() && self.late.len() < MOST_LATE {
                self.advance(picks, now).await
            } else if self.share.leads && self.next_upkeep <= now {
                self.upkeep(now).await
            } else {
                self.wait(with_timers, &mut stop).await;
                continue;
            };
            match result {
                Ok(()) => backoff.reset(),
                Err(error) => {
                    let pause = backoff.pause();
                    tracing::error!("database error ({}); trying again in {pause:?}", causes(&error));
                    let _ = tokio::time::timeout(pause, stop.wait_for(|stop| *stop)).await;
                    // The commit may have succeeded, and only the answer to it got lost.
                    self.reread.now();
                }
            }
        }
        Ok(())
    }

    async fn wait(&mut self, with_timers: bool, stop: &mut watch::Receiver<bool>) {
        let mut wake = if self.share.leads { self.next_upkeep } else { Timestamp(i64::MAX) };
        if with_timers
            && self.late.len() < MOST_LATE
            && let Some(due) = self.agenda.next_due(&self.passed_over())
        {
            wake = wake.min(due);
        }
        tokio::select! {
            Some(waiting) = self.notices.recv() => self.add(&waiting),
            Ok(()) = self.shares.changed() => self.shares.mark_changed(),
            () = self.parts.clock.sleep_until(wake) => {}
            () = tokio::time::sleep_until(self.reread.next()) => {}
            Some(late) = self.late.join_next() => {
                let late = self.take_late(late);
                self.ended.extend(late);
            }
            Ok(()) = self.parts.receiving.changed() => {}
            _ = stop.wait_for(|stop| *stop) => {}
        }
    }

    /// Notes waiting rows, as far as they are this bot's.
    fn add(&mut self, waiting: &[Waiting]) {
        let share = self.share;
        let ours: Vec<Waiting> = waiting.iter().copied().filter(|row| share.holds(row.chat)).collect();
        self.agenda.add(&ours);
    }

    /// Between two batches, another share may take effect.
    fn take_share(&mut self) {
        if !self.shares.has_changed().unwrap_or(false) {
            return;
        }
        self.shares.mark_unchanged();
        let share = self.parts.storage.shares().take_for_engine();
        if share.epoch != self.share.epoch || share.mask != self.share.mask {
            // Chats that are no longer ours are forgotten at once, and those that have become ours are read.
            self.agenda.keep(|chat| share.holds(chat) && share.epoch == self.share.epoch);
            self.reread.now();
            self.n_shares += 1;
        }
        self.share = share;
    }

    fn passed_over(&self) -> HashSet<ChatId> {
        self.busy.union(&self.left).copied().collect()
    }

    /// Replaces what is remembered by what the database says.
    async fn read_again(&mut self) -> anyhow::Result<()> {
        let begin = Instant::now();
        let mut look = self.parts.storage.look().await?;
        let waiting = look.waiting_in(self.share.mask).await?;
        let until = self.parts.clock.now() + TIMERS_AHEAD;
        let due = look.due_in(self.share.mask, until).await?;
        self.agenda.reread(&waiting, due, until);
        self.left.clear();
        self.reread.took(begin.elapsed());
        Ok(())
    }

    async fn upkeep(&mut self, now: Timestamp) -> anyhow::Result<()> {
        let mut transaction = self.parts.storage.begin().await?;
        transaction.upkeep(now).await?;
        transaction.commit().await?;
        self.next_upkeep = now + UPKEEP_EVERY;
        Ok(())
    }

    /// Handles one batch: read, step, write. Nobody waits for the database while the steps go on.
    async fn advance(&mut self, picks: Vec<Pick>, now: Timestamp) -> anyhow::Result<()> {
        let deadline = Instant::now() + BATCH_LIMIT;
        let mut look = self.parts.storage.look().await?;
        let last = |pick: &Pick| Some((pick.chat, pick.seqs.iter().copied().max()?));
        let up_to: Vec<(ChatId, i64)> = picks.iter().filter_map(last).collect();
        let kept = look.kept(&up_to).await?;

        let known: HashSet<i64> = picks.iter().flat_map(|pick| pick.seqs.iter().copied()).collect();
        let unknown: Vec<Waiting> =
            kept.iter().filter(|row| !known.contains(&row.seq)).map(waiting).collect();
        if !unknown.is_empty() {
            // They came before those we know of, and their turn comes first.
            self.agenda.add(&unknown);
            return Ok(());
        }
        if kept.iter().any(|row| row.moved_from.is_some()) {
            drop(look);
            return self.move_groups(&kept, now).await;
        }
        let newer = kept.iter().filter(|row| row.is_newer).map(|row| row.chat);
        self.left.extend(newer);
        let picks = picks.into_iter().filter(|pick| !self.left.contains(&pick.chat)).collect();
        let (works, newer) = works(&mut look, kept, picks).await?;
        drop(look);
        if !newer.is_empty() || !self.left.is_empty() {
            self.left.extend(newer);
            if self.next_word_of_left <= now {
                self.next_word_of_left = now + SAY_WHAT_IS_LEFT_EVERY;
                tracing::warn!(
                    "a newer faqbot has written to some chats: they wait for it; if it runs no more, start it again"
                );
            }
        }
        if works.is_empty() { Ok(()) } else { self.step(works, deadline, now).await }
    }

    fn around(&self, now: Timestamp) -> Surroundings {
        Surroundings {
            step: self.parts.step.clone(),
            library: self.parts.library.borrow().clone(),
            me: self.parts.me.clone(),
            owners: self.parts.owners.clone(),
            now,
        }
    }

    /// Steps what it can until the deadline, and completes that. The rest stays on the agenda.
    async fn step(&mut self, works: Vec<Work>, deadline: Instant, now: Timestamp) -> anyhow::Result<()> {
        let n_works = works.len();
        let left = deadline.saturating_duration_since(Instant::now());
        let stepped = proceed(works, self.around(now), left).await;
        let n_seen = stepped.finished.len() + stepped.untouched.len() + stepped.slow.len();
        anyhow::ensure!(n_seen == n_works, "stepping a batch has broken down");
        for (chat, finished) in stepped.slow {
            let n_shares = self.n_shares;
            tracing::debug!(chat = chat.0, "a step takes long; the others go on");
            self.busy.insert(chat);
            self.late.spawn(async move { (chat, finished.await.ok().map(|work| (n_shares, work))) });
        }
        if stepped.finished.is_empty() {
            Ok(())
        } else {
            self.complete(stepped.finished, deadline, now).await
        }
    }

    /// Answers what steps have asked of the storage, steps on, and writes all results.
    async fn complete(&mut self, works: Vec<Work>, deadline: Instant, now: Timestamp) -> anyhow::Result<()> {
        let (asking, finished): (Vec<Work>, Vec<Work>) =
            works.into_iter().partition(|work| !work.reads.is_empty());
        if !finished.is_empty() {
            self.write(finished, now).await?;
        }
        if asking.is_empty() {
            return Ok(());
        }
        let asking = answer_reads(&self.parts.storage, asking, now).await?;
        // The one among them that takes long is no longer waited for; together with those left without time
        // it is begun again in a later batch.
        Box::pin(self.step(asking, deadline.max(Instant::now() + BATCH_LIMIT / 4), now)).await
    }

    /// Writes new states, requests, records and that the rows are done, in one transaction.
    async fn write(&mut self, mut works: Vec<Work>, now: Timestamp) -> anyhow::Result<()> {
        // They were finished in any order; the outbox should not depend on chance.
        works.sort_by_key(|work| work.chat);
        let share = self.share;
        works.retain(|work| share.holds(work.chat));
        let mut transaction = self.parts.storage.begin_with(share).await?;
        transaction.stay(&works.iter().map(|work| work.chat).collect::<Vec<_>>()).await?;
        let posted = write(&mut transaction, &mut works, now).await?;
        // Last, as the rows are shared with others who write.
        let records: Vec<_> =
            works.iter().flat_map(|work| work.records.iter().map(|record| (work.chat, record))).collect();
        let waiting = transaction.record_all(&records, now).await?;
        transaction.commit().await?;

        let stored_at = self.parts.clock.now();
        for work in &works {
            work.records.iter().for_each(monitor::counted_record);
            work.arrived.iter().for_each(|arrival| monitor::step_took(stored_at.since(*arrival)));
            self.agenda.done(&work.pick, work.cost);
            let stopped = work.failed.iter().any(|(source, _)| matches!(source, Source::Timer));
            self.agenda.set_due(work.chat, work.conversation.due().filter(|_| !stopped));
        }
        self.add(&waiting);
        if !posted.is_empty() {
            // Nothing receives this while the bot shuts down; the outbox keeps it all.
            let _ = self.posted.send(Posted::Rows(posted));
        }
        Ok(())
    }

    /// Moves everything of a group before anything of the supergroup is stepped.
    async fn move_groups(&mut self, kept: &[Kept], now: Timestamp) -> anyhow::Result<()> {
        let moves = kept.iter().filter_map(|row| Some((row, row.moved_from?)));
        // A step of the former group that still goes on would bring its state back.
        while moves.clone().any(|(_, from)| self.busy.contains(&from))
            && let Some(late) = self.late.join_next().await
        {
            if let Some((_, work)) = self.take_late(late).filter(|(begun_in, _)| *begun_in == self.n_shares) {
                self.complete(vec![work], Instant::now() + BATCH_LIMIT, now).await?;
            }
        }
        let mut transaction = self.parts.storage.begin_with(self.share).await?;
        let mut told = Vec::new();
        for (row, from) in moves {
            let is_news =
                from != row.chat && transaction.move_chat(from, row.chat).await.context("moving a group")?;
            if from != row.chat {
                told.push((from, row.chat));
            }
            if is_news {
                transaction.has_moved(row.seq).await?;
            } else {
                // The second message about the same move.
                transaction.done(&[row.seq], now).await?;
            }
        }
        transaction.commit().await?;
        for (from, to) in told {
            self.agenda.moved(from, to);
            let _ = self.posted.send(Posted::Moved { from, to });
        }
        self.reread.now();
        Ok(())
    }

    fn finished_late(&mut self) -> Vec<Work> {
        while let Some(late) = self.late.try_join_next() {
            let late = self.take_late(late);
            self.ended.extend(late);
        }
        let ended = std::mem::take(&mut self.ended);
        ended.into_iter().filter(|(begun_in, _)| *begun_in == self.n_shares).map(|(_, work)| work).collect()
    }

    fn take_late(&mut self, late: Result<(ChatId, Option<Late>), JoinError>) -> Option<Late> {
        let (chat, late) = late.ok()?;
        self.busy.remove(&chat);
        late
    }
}

/// When to read the waiting rows again: every second, but less often where there are many.
#[derive(Debug)]
pub(crate) struct Reread(Instant);

impl Default for Reread {
    fn default() -> Reread {
        Reread(Instant::now())
    }
}

impl Reread {
    const EVERY: Duration = Duration::from_secs(1);
    /// Reading takes at most this share of the time.
    const SHARE: u32 = 20;

    pub(crate) fn is_due(&self) -> bool {
        self.0 <= Instant::now()
    }

    pub(crate) fn next(&self) -> tokio::time::Instant {
        self.0.into()
    }

    pub(crate) fn now(&mut self) {
        self.0 = Instant::now();
    }

    pub(crate) fn took(&mut self, time: Duration) {
        self.0 = Instant::now() + Reread::EVERY.max(time * Reread::SHARE);
    }
}

fn waiting(row: &Kept) -> Waiting {
    Waiting { seq: row.seq, chat: row.chat, update_id: row.update_id }
}

/// Answers what steps have asked. It sees what the same steps have recorded, so a chat's table holds the score of the
/// round that has just ended; here that is rolled back, to be written with everything else.
async fn answer_reads(storage: &Storage, mut works: Vec<Work>, now: Timestamp) -> anyhow::Result<Vec<Work>> {
    let mut transaction = storage.begin().await?;
    for work in &mut works {
        let records: Vec<_> = work.records.iter().map(|record| (work.chat, record)).collect();
        transaction.record_all(&records, now).await?;
    }
    for work in &mut works {
        for (read, source) in std::mem::take(&mut work.reads).into_iter().rev() {
            let rows = transaction.read(work.chat, &read, now).await?;
            work.todo.push_front(Job { source, event: Event::Rows { read, rows } });
        }
    }
    transaction.roll_back().await?;
    Ok(works)
}

/// One work per chat, with its state and what is to be stepped in it; and the chats whose state is a newer faqbot's.
async fn works(
    look: &mut Transaction,
    kept: Vec<Kept>,
    picks: Vec<Pick>,
) -> anyhow::Result<(Vec<Work>, Vec<ChatId>)> {
    let mut kept: HashMap<i64, Kept> = kept.into_iter().map(|row| (row.seq, row)).collect();
    let chats: Vec<ChatId> = picks.iter().map(|pick| pick.chat).collect();
    let mut conversations = look.conversations(&chats).await?;
    let mut works = Vec::with_capacity(picks.len());
    let mut newer = Vec::new();
    for pick in picks {
        let chat = pick.chat;
        let mut todo = VecDeque::new();
        let mut failed = Vec::new();
        let mut arrived = Vec::with_capacity(pick.seqs.len());
        for row in pick.seqs.iter().filter_map(|seq| kept.remove(seq)) {
            arrived.push(row.received_at);
            match row.event.clone() {
                Ok(event) => todo.push_back(Job { source: Source::Inbox(Box::new(row)), event }),
                Err(reason) => failed.push((Source::Inbox(Box::new(row)), format!("unreadable: {reason}"))),
            }
        }
        if pick.tick {
            todo.push_back(Job { source: Source::Timer, event: Event::Tick });
        }
        let (before, unreadable) = match conversations.remove(&chat) {
            None => (None, None),
            Some(Ok(conversation)) => (Some(conversation), None),
            Some(Err(Unreadable::Newer)) => {
                newer.push(chat);
                continue;
            }
            Some(Err(Unreadable::Damaged(reason))) => (None, Some(format!("unreadable state: {reason}"))),
        };
        works.push(Work {
            chat,
            pick,
            arrived,
            cost: Duration::ZERO,
            conversation: before.clone().unwrap_or_default(),
            before,
            todo,
            records: Vec::new(),
            outgoing: Vec::new(),
            reads: Vec::new(),
            failed,
            unreadable,
        });
    }
    Ok((works, newer))
}

async fn write(
    transaction: &mut Transaction,
    works: &mut [Work],
    now: Timestamp,
) -> anyhow::Result<Vec<OutboxRow>> {
    for work in works.iter() {
        if let Some(reason) = &work.unreadable {
            tracing::error!(chat = work.chat.0, "the state of a chat cannot be read; it begins anew");
            transaction.set_aside_state(work.chat, reason, now).await?;
        }
    }
    let changed: Vec<Stored<'_>> = works
        .iter()
        .filter(|work| work.before.as_ref() != Some(&work.conversation))
        .map(|work| Stored { chat: work.chat, conversation: &work.conversation })
        .collect();
    transaction.save(&changed).await?;
    for work in works.iter() {
        for (source, reason) in &work.failed {
            match source {
                Source::Inbox(kept) => {
                    tracing::error!(update = kept.update_id, reason, "an update is set aside");
                    transaction.set_aside(kept, reason, now).await?;
                }
                Source::Timer => {
                    tracing::error!(chat = work.chat.0, reason, "the timer of a chat is stopped");
                    transaction.set_aside_tick(work.chat, reason, now).await?;
                    transaction.stop_timer(work.chat).await?;
                }
            }
        }
    }
    let outgoing = works
        .iter_mut()
        .flat_map(|work| {
            let chat = work.chat;
            std::mem::take(&mut work.outgoing).into_iter().map(move |outgoing| (chat, outgoing))
        })
        .collect();
    let seqs: Vec<i64> = works.iter().flat_map(|work| work.pick.seqs.iter().copied()).collect();
    transaction.done(&seqs, now).await?;
    transaction.post(outgoing, now).await
}
