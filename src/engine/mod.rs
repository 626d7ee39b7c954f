//! Takes what arrived from the inbox, steps the chats, and stores what came of it.
//!
//! One loop does it for all chats. It takes a few waiting rows of every chat in turn, steps them in memory, and
//! writes the new states, the requests to send, the records and the marks that the rows are done in one
//! transaction. A crash before the commit leaves the rows waiting; after it, only the sending is left to do, and
//! the outbox remembers that. So an update has its effect once, whatever happens in between.

mod agenda;
mod batch;

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use tokio::sync::{mpsc, watch};

use agenda::{Agenda, Pick};
use batch::{Job, Source, Surroundings, Work};

pub use batch::Step;

use crate::chat::{ChatId, Event, Library, Me, PersonId};
use crate::clock::Clock;
use crate::monitor;
use crate::storage::{Kept, OutboxRow, Storage, Stored, Transaction, Waiting};
use crate::supervise::Backoff;
use crate::time::Timestamp;

/// What the engine works with.
pub struct Parts {
    pub storage: Storage,
    pub clock: Arc<dyn Clock>,
    /// [`crate::chat::step`], except where a test wants to see how a broken one is survived.
    pub step: Arc<Step>,
    /// The knowledge in force; a batch sees one version of it.
    pub library: watch::Receiver<Arc<Library>>,
    pub me: Arc<Me>,
    pub owners: Arc<[PersonId]>,
    /// Whether updates come in. While they do not, no timer is stepped: votes that were cast in time may still
    /// wait at Telegram.
    pub receiving: watch::Receiver<bool>,
}

/// How to tell the engine that rows wait for their step.
pub type Notices = mpsc::UnboundedSender<Vec<Waiting>>;

/// What the engine tells the sender.
#[derive(Debug)]
pub enum Posted {
    /// These rows have been put into the outbox.
    Rows(Vec<OutboxRow>),
    /// A group has become a supergroup; its rows in the outbox have moved.
    Moved { from: ChatId, to: ChatId },
}

/// The loop. See the module.
pub struct Engine {
    parts: Parts,
    agenda: Agenda,
    notices: mpsc::UnboundedReceiver<Vec<Waiting>>,
    posted: mpsc::UnboundedSender<Posted>,
    next_upkeep: Timestamp,
}

const UPKEEP_EVERY: Duration = Duration::from_secs(60 * 60);

impl Engine {
    /// Reads what waits since the last time.
    ///
    /// # Errors
    ///
    /// When the database cannot be read.
    pub async fn new(
        parts: Parts,
        notices: mpsc::UnboundedReceiver<Vec<Waiting>>,
        posted: mpsc::UnboundedSender<Posted>,
    ) -> anyhow::Result<Engine> {
        let mut agenda = Agenda::default();
        let mut transaction = parts.storage.begin().await?;
        agenda.add(&transaction.waiting().await?);
        for (due, chat) in transaction.due().await? {
            agenda.set_due(chat, Some(due));
        }
        let n_set_aside = transaction.all_set_aside().await?.len();
        transaction.commit().await?;
        if n_set_aside > 0 {
            tracing::warn!(
                n_set_aside,
                "updates are set aside because they could not be handled; `faqbot set-aside` lists them"
            );
        }
        if agenda.n_waiting() > 0 {
            tracing::info!(n_waiting = agenda.n_waiting(), "updates wait since the last time");
        }
        let next_upkeep = parts.clock.now();
        Ok(Engine { parts, agenda, notices, posted, next_upkeep })
    }

    /// Works until `stop` becomes true; what is not done then stays in the inbox.
    ///
    /// # Errors
    ///
    /// None: what goes wrong is tried again for as long as it takes.
    pub async fn run(mut self, mut stop: watch::Receiver<bool>) -> anyhow::Result<()> {
        let mut backoff = Backoff::for_database();
        while !*stop.borrow() {
            while let Ok(waiting) = self.notices.try_recv() {
                self.agenda.add(&waiting);
            }
            let now = self.parts.clock.now();
            let with_timers = *self.parts.receiving.borrow_and_update();
            let picks = self.agenda.pick(now, with_timers);
            let result = if !picks.is_empty() {
                self.advance(picks, now).await
            } else if self.next_upkeep <= now {
                self.upkeep(now).await
            } else {
                self.wait(with_timers, &mut stop).await;
                continue;
            };
            match result {
                Ok(()) => backoff.reset(),
                Err(error) => {
                    let pause = backoff.pause();
                    tracing::error!("database error ({error:#}); trying again in {pause:?}");
                    let _ = tokio::time::timeout(pause, stop.wait_for(|stop| *stop)).await;
                }
            }
        }
        Ok(())
    }

    async fn wait(&mut self, with_timers: bool, stop: &mut watch::Receiver<bool>) {
        let mut wake = self.next_upkeep;
        if with_timers && let Some(due) = self.agenda.next_due() {
            wake = wake.min(due);
        }
        tokio::select! {
            Some(waiting) = self.notices.recv() => self.agenda.add(&waiting),
            () = self.parts.clock.sleep_until(wake) => {}
            Ok(()) = self.parts.receiving.changed() => {}
            _ = stop.wait_for(|stop| *stop) => {}
        }
    }

    async fn upkeep(&mut self, now: Timestamp) -> anyhow::Result<()> {
        let mut transaction = self.parts.storage.begin().await?;
        transaction.upkeep(now).await?;
        transaction.commit().await?;
        self.next_upkeep = now + UPKEEP_EVERY;
        Ok(())
    }

    /// Handles one batch: read, step, write, in one transaction.
    async fn advance(&mut self, picks: Vec<Pick>, now: Timestamp) -> anyhow::Result<()> {
        let mut transaction = self.parts.storage.begin().await?;
        let (kept, moves) = kept_after_moves(&mut transaction, &picks).await?;
        let arrived: Vec<Timestamp> = kept.iter().map(|row| row.received_at).collect();
        let mut works = works(&mut transaction, kept, &picks, &moves, now).await?;
        let around = Surroundings {
            step: self.parts.step.clone(),
            library: self.parts.library.borrow().clone(),
            me: self.parts.me.clone(),
            owners: self.parts.owners.clone(),
            now,
        };
        let mut waiting = Vec::new();
        loop {
            works = proceed(works, around.clone()).await?;
            for work in &mut works {
                // Before reading, so that a chat's table holds the score of the same step.
                for record in std::mem::take(&mut work.records) {
                    waiting.extend(transaction.record(work.chat, &record, now).await?);
                    monitor::counted_record(&record);
                }
            }
            if works.iter().all(|work| work.reads.is_empty()) {
                break;
            }
            for work in &mut works {
                for (read, source) in std::mem::take(&mut work.reads).into_iter().rev() {
                    let rows = transaction.read(work.chat, &read, now).await?;
                    work.todo.push_front(Job { source, event: Event::Rows { read, rows } });
                }
            }
        }
        let posted = write(&mut transaction, &mut works, now).await?;
        let seqs: Vec<i64> = picks.iter().flat_map(|pick| pick.seqs.iter().copied()).collect();
        transaction.done(&seqs, now).await?;
        transaction.commit().await?;

        let stored_at = self.parts.clock.now();
        arrived.into_iter().for_each(|arrival| monitor::step_took(stored_at.since(arrival)));
        self.agenda.done(&picks);
        for (from, to) in moves.told {
            self.agenda.moved(from, to);
            // Nobody listens while the bot shuts down; the outbox keeps it all.
            let _ = self.posted.send(Posted::Moved { from, to });
        }
        for work in &works {
            let stopped = work.failed.iter().any(|(source, _)| matches!(source, Source::Timer));
            self.agenda.set_due(work.chat, work.conversation.due().filter(|_| !stopped));
        }
        self.agenda.add(&waiting);
        if !posted.is_empty() {
            let _ = self.posted.send(Posted::Rows(posted));
        }
        Ok(())
    }
}

/// The groups that became supergroups, in a batch.
#[derive(Default)]
struct Moves {
    /// All that were told, from the former id to the new one.
    told: Vec<(ChatId, ChatId)>,
    /// Those of which something had to move: a second message about the same move finds nothing.
    made: HashMap<ChatId, ChatId>,
}

/// Reads the picked rows. Where one tells that a group has moved, everything of it moves first.
async fn kept_after_moves(
    transaction: &mut Transaction,
    picks: &[Pick],
) -> anyhow::Result<(Vec<Kept>, Moves)> {
    let seqs: Vec<i64> = picks.iter().flat_map(|pick| pick.seqs.iter().copied()).collect();
    let kept = transaction.kept(&seqs).await?;
    let mut moves = Moves::default();
    for row in &kept {
        let Some(from) = row.moved_from.filter(|from| *from != row.chat) else { continue };
        moves.told.push((from, row.chat));
        if transaction.move_chat(from, row.chat).await.context("moving a group")? {
            moves.made.insert(from, row.chat);
        }
    }
    let kept = if moves.made.is_empty() { kept } else { transaction.kept(&seqs).await? };
    Ok((kept, moves))
}

/// One work per chat, with its state and what is to be stepped in it.
async fn works(
    transaction: &mut Transaction,
    kept: Vec<Kept>,
    picks: &[Pick],
    moves: &Moves,
    now: Timestamp,
) -> anyhow::Result<Vec<Work>> {
    let mut jobs: HashMap<ChatId, VecDeque<Job>> = HashMap::new();
    for row in kept {
        let event = match row.event.clone() {
            Ok(event) => event,
            Err(reason) => {
                tracing::error!(
                    update = row.update_id,
                    "an update in the inbox cannot be read; it is set aside"
                );
                transaction.set_aside(&row, &format!("unreadable: {reason}"), now).await?;
                continue;
            }
        };
        let to_step = row.moved_from.is_none_or(|from| moves.made.contains_key(&from));
        let jobs = jobs.entry(row.chat).or_default();
        if to_step {
            jobs.push_back(Job { source: Source::Inbox(Box::new(row)), event });
        }
    }
    for pick in picks.iter().filter(|pick| pick.tick) {
        let chat = moves.made.get(&pick.chat).copied().unwrap_or(pick.chat);
        jobs.entry(chat).or_default().push_back(Job { source: Source::Timer, event: Event::Tick });
    }
    let chats: Vec<ChatId> = jobs.keys().copied().collect();
    let mut conversations = transaction.conversations(&chats).await?;
    let mut works = Vec::with_capacity(jobs.len());
    for (chat, todo) in jobs {
        let before = match conversations.remove(&chat) {
            None => None,
            Some(Ok(conversation)) => Some(conversation),
            Some(Err(reason)) => {
                tracing::error!(chat = chat.0, "the state of a chat cannot be read; it begins anew");
                transaction.set_aside_state(chat, &format!("unreadable state: {reason}"), now).await?;
                None
            }
        };
        works.push(Work {
            chat,
            conversation: before.clone().unwrap_or_default(),
            before,
            todo,
            records: Vec::new(),
            outgoing: Vec::new(),
            reads: Vec::new(),
            failed: Vec::new(),
        });
    }
    // A map has no order of its own; the outbox should not depend on luck.
    works.sort_by_key(|work| work.chat);
    Ok(works)
}

/// Steps on a thread of its own: matching is work for the processor, and the network must not wait for it.
async fn proceed(mut works: Vec<Work>, around: Surroundings) -> anyhow::Result<Vec<Work>> {
    tokio::task::spawn_blocking(move || {
        for work in &mut works {
            work.proceed(&around);
        }
        works
    })
    .await
    .context("stepping a batch")
}

async fn write(
    transaction: &mut Transaction,
    works: &mut [Work],
    now: Timestamp,
) -> anyhow::Result<Vec<OutboxRow>> {
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
    transaction.post(outgoing, now).await
}
