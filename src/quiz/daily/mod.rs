//! One question a day, as a state machine.

mod time;

use std::collections::{HashSet, VecDeque};
use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use self::time::{DailyTime, DailyTimeError, month_start_in_utc};
use super::deck::{History, deck};
use super::question::Question;
use super::quiz_options::QuizOptions;
use super::round::{Player, SendFailure};
use super::shuffle::Shuffler;
use crate::time::Timestamp;

/// After this many questions in a row without a vote, nobody wants them any more.
pub const SILENT_DAYS: u32 = 5;

/// How long a poll closes before the next one.
const GAP: Duration = Duration::from_secs(60);

/// The longest time that a poll is open, in seconds: days have up to 25 hours.
const LONGEST_OPEN: u64 = 26 * 60 * 60;

/// The shortest.
const SHORTEST_OPEN: u64 = 60;

/// A question that is later than this, since the bot was away, is left out: the next one comes soon.
const TOO_LATE: Duration = Duration::from_secs(12 * 60 * 60);

/// How many questions are tried on one day when Telegram does not take one.
const TRIES: u32 = 3;

/// How many questions are remembered; beyond that, those asked longest ago are as good as new.
const MAX_REMEMBERED: usize = 1_000;

/// The questions of one chat, one a day.
///
/// Votes are not kept here: each is passed on at once, by [`Effect::Count`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Daily {
    time: DailyTime,
    /// Decides which questions are drawn; nobody may foresee them.
    seed: u64,
    next: Timestamp,
    /// The last poll that was asked for; 0 before the first.
    last_poll: u32,
    /// By [`Question::id`], the most recent last.
    asked: VecDeque<String>,
    /// Questions in a row without a vote.
    silent: u32,
    on_hold: Option<Hold>,
    open: Option<Open>,
}

/// Why no questions come for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hold {
    /// The last five had no votes.
    NobodyVotes,
    /// The bot may not send polls here, or nothing at all: it was blocked or removed.
    NoRights,
}

/// A question that takes votes, or is on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Open {
    poll: u32,
    question: String,
    keys: Vec<usize>,
    n_options: usize,
    /// How many others were tried on this day.
    refused: u32,
    sent: Option<Timestamp>,
    closes: Timestamp,
    /// Somebody has voted.
    voted: bool,
}

/// An event for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A poll was sent, at that time.
    Sent { poll: u32, at: Timestamp },
    /// A poll was not sent, and sending it again will not help.
    Failed { poll: u32, why: SendFailure },
    /// Somebody voted, for the options of these indices, at that time.
    Vote { poll: u32, player: Player, options: Vec<usize>, at: Timestamp },
    /// The chat has another id: its messages have stayed behind.
    Moved,
    /// The time that [`Daily::due`] named has come.
    Tick,
}

/// What it asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Send this question as a poll, and report [`Event::Sent`] or [`Event::Failed`].
    Ask { poll: u32, seconds: u32, question: Box<Question> },
    /// Close a poll. If it still waits to be sent, it is not sent at all.
    Close { poll: u32 },
    /// Somebody has voted; only the first vote of a person in a poll counts.
    Count { poll: u32, player: Player, question: String, right: bool, ms: i64 },
    /// Nobody has voted for days: no more questions come.
    SayOnHold,
}

/// Advances by one event; questions are drawn from the pool.
///
/// Total: any event may come at any time. One that no longer applies (a vote in a closed poll, an early tick) changes
/// nothing and asks for nothing.
pub fn step(mut daily: Daily, pool: &[Question], event: Event, now: Timestamp) -> (Daily, Vec<Effect>) {
    let effects = match event {
        Event::Sent { poll, at } => {
            if let Some(open) = daily.open_poll(poll) {
                open.sent.get_or_insert(at);
            }
            vec![]
        }
        Event::Failed { poll, why } if poll == daily.last_poll => daily.failed(pool, why, now),
        Event::Vote { poll, player, options, at } => {
            let open = daily.open_poll(poll).filter(|open| at < open.closes);
            open.and_then(|open| open.vote(player, options, at)).into_iter().collect()
        }
        Event::Moved => {
            daily.open = None;
            vec![]
        }
        Event::Tick => daily.tick(pool, now),
        Event::Failed { .. } => vec![],
    };
    (daily, effects)
}

impl Daily {
    /// The first question comes at the next such time.
    pub fn new(time: DailyTime, seed: u64, now: Timestamp) -> Daily {
        Daily {
            next: time.next(now),
            time,
            seed,
            last_poll: 0,
            asked: VecDeque::new(),
            silent: 0,
            on_hold: None,
            open: None,
        }
    }

    /// Sets another time. Past questions are remembered, and an open one stays open.
    pub fn set_time(&mut self, time: DailyTime, now: Timestamp) {
        self.time = time;
        self.resume(now);
    }

    /// Questions come again.
    pub fn resume(&mut self, now: Timestamp) {
        self.next = self.time.next(now);
        (self.silent, self.on_hold) = (0, None);
    }

    pub fn time(&self) -> &DailyTime {
        &self.time
    }

    pub fn on_hold(&self) -> Option<Hold> {
        self.on_hold
    }

    /// When an [`Event::Tick`] is wanted next.
    pub fn due(&self) -> Option<Timestamp> {
        let next = self.on_hold.is_none().then_some(self.next);
        [self.open.as_ref().map(|open| open.closes), next].into_iter().flatten().min()
    }

    /// The poll that is open or on its way, and when it closes.
    pub fn open(&self) -> Option<(u32, Timestamp)> {
        self.open.as_ref().map(|open| (open.poll, open.closes))
    }

    fn open_poll(&mut self, poll: u32) -> Option<&mut Open> {
        self.open.as_mut().filter(|open| open.poll == poll)
    }

    fn tick(&mut self, pool: &[Question], now: Timestamp) -> Vec<Effect> {
        let asks = self.on_hold.is_none() && self.next <= now;
        let mut effects = Vec::new();
        if self.open.as_ref().is_some_and(|open| open.closes <= now || asks) {
            effects.extend(self.close());
        }
        if asks {
            let is_late = now.since(self.next) > TOO_LATE;
            self.next = self.time.next(now);
            if self.on_hold.is_none() && !is_late {
                effects.extend(self.ask(pool, 0, now));
            }
        }
        effects
    }

    /// Does nothing where there are no questions.
    fn ask(&mut self, pool: &[Question], refused: u32, now: Timestamp) -> Option<Effect> {
        self.last_poll += 1;
        let poll = self.last_poll;
        let seed = self.seed ^ u64::from(poll).rotate_left(32);
        let question = self.draw(pool, seed)?;
        self.asked.push_back(question.id.clone());
        if self.asked.len() > MAX_REMEMBERED {
            self.asked.pop_front();
        }
        let left = self.next.since(now).saturating_sub(GAP).as_secs();
        let seconds = left.clamp(SHORTEST_OPEN, LONGEST_OPEN);
        self.open = Some(Open {
            poll,
            question: question.id.clone(),
            keys: question.keys.clone(),
            n_options: question.options.len(),
            refused,
            sent: None,
            closes: now + Duration::from_secs(seconds),
            voted: false,
        });
        let seconds = u32::try_from(seconds).unwrap_or(u32::MAX);
        Some(Effect::Ask { poll, seconds, question: Box::new(question) })
    }

    /// One that was not asked yet; once all were asked, any but the last. Nobody can answer a poll with a number.
    fn draw(&mut self, pool: &[Question], seed: u64) -> Option<Question> {
        let choices: Vec<&Question> = pool.iter().filter(|question| !question.is_guess()).collect();
        let asked: HashSet<&str> = self.asked.iter().map(String::as_str).collect();
        let mut fresh: Vec<&Question> =
            choices.iter().copied().filter(|question| !asked.contains(question.id.as_str())).collect();
        if fresh.is_empty() {
            let last = self.asked.pop_back();
            self.asked.clear();
            fresh = choices.iter().copied().filter(|question| Some(&question.id) != last.as_ref()).collect();
            if fresh.is_empty() {
                fresh = choices;
            }
        }
        let place = Shuffler::new(seed).below(fresh.len().max(1));
        let question = *fresh.get(place)?;
        deck(std::slice::from_ref(question), &QuizOptions::default(), &History::default(), seed).pop()
    }

    fn close(&mut self) -> Vec<Effect> {
        let Some(open) = self.open.take() else { return vec![] };
        let mut effects = vec![Effect::Close { poll: open.poll }];
        if open.voted {
            self.silent = 0;
        } else if open.sent.is_some() {
            self.silent += 1;
        }
        if self.silent >= SILENT_DAYS && self.on_hold.is_none() {
            self.on_hold = Some(Hold::NobodyVotes);
            effects.push(Effect::SayOnHold);
        }
        effects
    }

    /// Without rights nothing is said: there is nowhere to say it. Another question may be taken.
    fn failed(&mut self, pool: &[Question], why: SendFailure, now: Timestamp) -> Vec<Effect> {
        match (why, self.open.take()) {
            // Even if the answer was long in coming, and the poll is already closed.
            (SendFailure::NoRights, _) => {
                self.on_hold = Some(Hold::NoRights);
                vec![]
            }
            (SendFailure::Other, Some(Open { refused, .. })) if refused + 1 < TRIES => {
                self.ask(pool, refused + 1, now).into_iter().collect()
            }
            (SendFailure::Other, _) => vec![],
        }
    }
}

impl Open {
    fn vote(&mut self, player: Player, mut options: Vec<usize>, at: Timestamp) -> Option<Effect> {
        if self.keys.len() == 1 {
            options.truncate(1);
        }
        options.sort_unstable();
        options.dedup();
        if options.last().is_none_or(|&last| last >= self.n_options) {
            return None;
        }
        self.voted = true;
        let ms = at.since(self.sent.unwrap_or(at)).as_millis();
        Some(Effect::Count {
            poll: self.poll,
            player,
            question: self.question.clone(),
            right: options == self.keys,
            ms: i64::try_from(ms).unwrap_or(i64::MAX),
        })
    }
}

#[cfg(test)]
mod tests;
