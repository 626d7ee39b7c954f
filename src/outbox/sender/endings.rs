//! What follows when a request has ended: it is recorded, tried again, or sent elsewhere.

use std::time::Duration;

use tokio::task::JoinError;

use super::{Ended, Sender};
use crate::chat::{ChatId, Event, Failure, Request};
use crate::monitor;
use crate::outbox::attempt::Ending;
use crate::outbox::queue::Queued;
use crate::outbox::settle::{Settlement, settled_badly, settled_well};
use crate::storage::{Arrival, Place, Settled};
use crate::supervise::{Backoff, causes};

impl Sender {
    pub(super) fn ended(&mut self, ended: Result<Ended, JoinError>) {
        let (chat, entry, ending) = match ended {
            Ok((id, ended)) => {
                self.started.remove(&id);
                ended
            }
            Err(error) => {
                let Some((chat, entry)) = self.started.remove(&error.id()) else { return };
                tracing::error!(chat = chat.0, "a request has come to no end: {error}");
                (chat, entry, Ending::Failed(Failure::Other("a defect of the bot".to_owned())))
            }
        };
        let express = entry.express();
        if let Some(express) = express {
            self.express(express).ended();
        }
        let in_lane = express.is_none();
        // A dropped request may never have been tried.
        if !matches!(ending, Ending::Trouble(_) | Ending::Dropped) && self.in_trouble {
            tracing::info!("Telegram can be reached again");
            self.in_trouble = false;
        }
        monitor::counted_request(match &ending {
            Ending::Carried(_) => monitor::Ended::Done,
            Ending::Dropped => monitor::Ended::Dropped,
            Ending::Failed(_) => monitor::Ended::Failed,
            Ending::TooMany(_) => monitor::Ended::RateLimited,
            Ending::Moved(_) | Ending::Trouble(_) => monitor::Ended::ToBeTriedAgain,
        });
        match ending {
            Ending::Carried(carried) => {
                if in_lane {
                    self.lanes.got_through(chat);
                }
                self.write(chat, vec![settled_well(chat, &entry, &carried)], in_lane);
            }
            Ending::Dropped => self.write(chat, vec![settled_badly(chat, &entry, None)], in_lane),
            Ending::Failed(failure) => self.failed(chat, &entry, &failure),
            Ending::TooMany(wait) => {
                tracing::info!(chat = chat.0, ?wait, "Telegram asks to wait with a chat");
                self.later(chat, entry, wait);
            }
            Ending::Trouble(reason) => {
                if !self.in_trouble {
                    tracing::warn!("cannot reach Telegram ({reason}); trying again until it works");
                    self.in_trouble = true;
                }
                let wait = if in_lane { self.lanes.pause(chat) } else { Backoff::for_network().pause() };
                self.later(chat, entry, wait);
            }
            Ending::Moved(to) => self.moved(chat, to, entry),
        }
    }

    /// A request will never get through.
    fn failed(&mut self, chat: ChatId, entry: &Queued, failure: &Failure) {
        if let Failure::Other(reason) = failure {
            say_refused(chat, &entry.outgoing.request, reason);
        }
        let in_lane = entry.express().is_none();
        let mut settled = vec![settled_badly(chat, entry, Some(failure))];
        // Of a business account's chats only this one is gone.
        let all_is_gone = *failure == Failure::ChatGone && entry.outgoing.business.is_none();
        if all_is_gone && in_lane {
            // Nothing else will get through either.
            let rest = self.lanes.drain(chat);
            tracing::info!(
                chat = chat.0,
                n_dropped = rest.len() + 1,
                "a chat cannot be written to: the bot was never started there, was removed or is blocked"
            );
            settled.extend(rest.iter().map(|entry| settled_badly(chat, entry, Some(failure))));
        }
        self.write(chat, settled, in_lane);
    }

    /// The group has another id by now, which the engine must learn before anything else is sent there.
    fn moved(&mut self, chat: ChatId, to: ChatId, entry: Queued) {
        if let Some(express) = entry.express() {
            self.express(express).push(to, entry);
        } else if self.lanes.moved_to(chat).is_some() {
            self.later(chat, entry, Duration::ZERO);
        } else {
            self.lanes.wait_for_move(chat, entry);
            self.tell_moved(chat, to);
        }
    }

    /// Puts a request back to be sent again after a while.
    fn later(&mut self, chat: ChatId, entry: Queued, wait: Duration) {
        let now = self.parts.clock.now();
        let to = self.lanes.moved_to(chat).unwrap_or(chat);
        if !self.share.holds(to) {
            // The bot that has the chat by now finds it in the outbox.
            self.known.forget(entry.seqs());
            self.lanes.free(chat, now);
            return;
        }
        if let Some(express) = entry.express() {
            // It has no lane to wait in; it waits by itself.
            self.express(express).resume();
            self.start(to, entry, now + wait);
            return;
        }
        self.lanes.put_back(chat, entry, now + wait, now);
    }

    pub(super) fn write(&self, chat: ChatId, settled: Vec<Settled>, frees_lane: bool) {
        let lane = frees_lane.then_some(chat);
        // The writer lives as long as this sender.
        let _ = self.settle.send(Settlement { settled, lane });
    }

    /// Makes the engine move a group that has another id according to Telegram.
    fn tell_moved(&self, from: ChatId, to: ChatId) {
        let parts = self.parts.clone();
        tokio::spawn(async move {
            let arrival =
                Arrival { update_id: None, place: Place::Moved { from, to }, event: Event::Migrated };
            let now = parts.clock.now();
            let mut backoff = Backoff::for_database();
            while let Err(error) = parts.inbox.put(std::slice::from_ref(&arrival), now).await {
                tracing::error!("cannot note that a group has moved ({}); trying again", causes(&error));
                tokio::time::sleep(backoff.pause()).await;
            }
        });
    }
}

/// Tells the operator why something cannot be done.
fn say_refused(chat: ChatId, request: &Request, reason: &str) {
    match request {
        // Its owner types it again.
        Request::ChangeFolder { only_check: true, .. } => {}
        Request::AddPhrasing { .. } | Request::ChangeFolder { .. } => {
            tracing::warn!("cannot change the folder: {reason}");
        }
        // It is asked only where Telegram may say no: see the quiz.
        Request::AskMember { .. } => {
            tracing::debug!(chat = chat.0, reason, "Telegram does not tell who is in a group");
        }
        _ => tracing::warn!(chat = chat.0, reason, "Telegram refuses a request"),
    }
}
