//! Stepping chats in memory: no disk, no waiting.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use tokio::sync::oneshot::{self, error::TryRecvError};

use super::agenda::Pick;
use crate::chat::{
    ChatId, Context, Conversation, Effect, Event, Library, Me, Outgoing, PersonId, Read, Record,
};
use crate::storage::Kept;
use crate::supervise::caught;
use crate::time::Timestamp;

/// The step of a conversation, as [`crate::chat::step`].
pub type Step =
    dyn Fn(Context<'_>, Conversation, Event, Timestamp) -> (Conversation, Vec<Effect>) + Send + Sync;

/// What all steps of a batch look at.
#[derive(Clone)]
pub(crate) struct Surroundings {
    pub(crate) step: Arc<Step>,
    pub(crate) library: Arc<Library>,
    pub(crate) me: Arc<Me>,
    pub(crate) owners: Arc<[PersonId]>,
    pub(crate) now: Timestamp,
}

/// One chat in a batch: its state, the events for it, and the results.
#[derive(Debug)]
pub(crate) struct Work {
    pub(crate) chat: ChatId,
    /// What it takes off the agenda.
    pub(crate) pick: Pick,
    /// When the rows came.
    pub(crate) arrived: Vec<Timestamp>,
    /// How long its steps have taken.
    pub(crate) cost: Duration,
    /// As it is stored.
    pub(crate) before: Option<Conversation>,
    pub(crate) conversation: Conversation,
    pub(crate) todo: VecDeque<Job>,
    /// In the order of the steps; they are written when all of them are done.
    pub(crate) records: Vec<Record>,
    pub(crate) outgoing: Vec<Outgoing>,
    /// Questions to the storage, and the source of each; nothing else is stepped before they are
    /// answered.
    pub(crate) reads: Vec<(Read, Source)>,
    /// Events that could not be stepped, and why.
    pub(crate) failed: Vec<(Source, String)>,
    /// Its state could not be read and is kept for the operator before another one takes its place.
    pub(crate) unreadable: Option<String>,
}

/// An event to step.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) source: Source,
    pub(crate) event: Event,
}

/// Where an event comes from.
#[derive(Debug, Clone)]
pub(crate) enum Source {
    Inbox(Box<Kept>),
    Timer,
}

impl Work {
    /// Steps until there is nothing left to do, or something must be read first.
    pub(crate) fn proceed(&mut self, around: &Surroundings) {
        while self.reads.is_empty()
            && let Some(Job { source, event }) = self.todo.pop_front()
        {
            let is_tick = matches!(event, Event::Tick);
            if is_tick && self.conversation.due().is_none_or(|due| due > around.now) {
                // An earlier event has changed the plan.
                continue;
            }
            let now = self.time_of(&event, &source, around.now);
            let context = Context::new(&around.library, &around.me, &around.owners);
            let conversation = self.conversation.clone();
            match caught(|| (around.step)(context, conversation, event, now)) {
                Ok((conversation, effects)) => {
                    let idle = is_tick
                        && effects.is_empty()
                        && conversation == self.conversation
                        && conversation.due().is_some_and(|due| due <= now);
                    if idle {
                        self.failed.push((source.clone(), "the timer does not move on".to_owned()));
                    }
                    self.conversation = conversation;
                    self.take(effects, &source);
                }
                Err(reason) => self.failed.push((source, reason)),
            }
        }
    }

    /// When an event counts as having happened: now, except for votes and results of requests. Those count
    /// from when they were received, however long they waited in the inbox.
    ///
    /// And a vote that is received after the time of its round has run out, but before that was stepped, was cast in
    /// time: Telegram closes its polls by itself and takes no vote afterwards, but keeps those that came in time while
    /// the bot was away.
    fn time_of(&self, event: &Event, source: &Source, now: Timestamp) -> Timestamp {
        let Source::Inbox(kept) = source else { return now };
        match event {
            Event::Vote(vote) => {
                let due = self.conversation.due_of_poll(&vote.poll);
                let last = due.map_or(now, |due| due - Duration::from_millis(1));
                kept.received_at.min(now).min(last)
            }
            Event::Done { .. } => kept.received_at.min(now),
            _ => now,
        }
    }

    fn take(&mut self, effects: Vec<Effect>, source: &Source) {
        for effect in effects {
            match effect {
                Effect::Send(outgoing) => self.outgoing.push(outgoing),
                Effect::Record(record) => self.records.push(record),
                Effect::Read(read) => self.reads.push((read, source.clone())),
            }
        }
    }
}

/// What came of stepping many chats for a limited time.
#[derive(Default)]
pub(crate) struct Stepped {
    pub(crate) finished: Vec<Work>,
    /// There was no time left to begin with these.
    pub(crate) untouched: Vec<Work>,
    /// Those that were not finished in time, and what brings them when they are.
    pub(crate) slow: Vec<(ChatId, oneshot::Receiver<Work>)>,
}

/// Steps on as many threads of their own as there are processors: matching is work for these, and the network must not wait
/// for it. After `limit` no further chat is begun, and those whose steps go on are no longer waited for.
pub(crate) async fn proceed(works: Vec<Work>, around: Surroundings, limit: Duration) -> Stepped {
    let deadline = Instant::now() + limit;
    let n_threads = available_parallelism().map_or(1, usize::from).min(works.len());
    let (mut todo, mut under_way) = (VecDeque::new(), Vec::new());
    for work in works {
        let (done, finished) = oneshot::channel();
        under_way.push((work.chat, finished));
        todo.push_back((work, done));
    }
    let todo = Arc::new(Mutex::new(todo));
    for _ in 0..n_threads {
        let (todo, around) = (todo.clone(), around.clone());
        tokio::task::spawn_blocking(move || {
            let next = || todo.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
            while let Some((mut work, done)) = next() {
                let begin = Instant::now();
                work.proceed(&around);
                work.cost += begin.elapsed();
                // Nobody waits for it while the bot shuts down; nothing has been written.
                let _ = done.send(work);
            }
        });
    }
    let mut stepped = Stepped::default();
    let mut late = Vec::new();
    for (chat, mut finished) in under_way {
        match tokio::time::timeout_at(deadline.into(), &mut finished).await {
            Ok(work) => stepped.finished.extend(work),
            Err(_) => late.push((chat, finished)),
        }
    }
    let untouched = std::mem::take(&mut *todo.lock().unwrap_or_else(PoisonError::into_inner));
    stepped.untouched = untouched.into_iter().map(|(work, _)| work).collect();
    for (chat, mut finished) in late {
        match finished.try_recv() {
            Ok(work) => stepped.finished.push(work),
            Err(TryRecvError::Empty) => stepped.slow.push((chat, finished)),
            // It is among those that were not begun.
            Err(TryRecvError::Closed) => {}
        }
    }
    stepped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::{Key, Person, Vote};

    #[test]
    fn a_vote_counts_from_when_it_came_whatever_else_of_the_chat_is_overdue() {
        let overdue_notice = r#"{"litter":[["notice:1",1000]]}"#;
        let work = Work {
            chat: ChatId(-5),
            pick: Pick { chat: ChatId(-5), seqs: Vec::new(), tick: false },
            arrived: Vec::new(),
            cost: Duration::ZERO,
            before: None,
            conversation: serde_json::from_str(overdue_notice).expect("a state"),
            todo: VecDeque::new(),
            records: Vec::new(),
            outgoing: Vec::new(),
            reads: Vec::new(),
            failed: Vec::new(),
            unreadable: None,
        };
        assert_eq!(work.conversation.due(), Some(Timestamp(1_000)));
        let person = Person::new(PersonId(1), "Ada");
        let vote = Event::Vote(Vote { poll: Key("poll:r1:1".into()), person, options: vec![0] });
        let kept = Kept {
            seq: 1,
            update_id: Some(1),
            chat: work.chat,
            moved_from: None,
            received_at: Timestamp(5_000),
            event: Ok(vote.clone()),
            is_newer: false,
        };
        let source = Source::Inbox(Box::new(kept));
        assert_eq!(work.time_of(&vote, &source, Timestamp(9_000)), Timestamp(5_000));
    }
}
