//! One round of the quiz, as a state machine.
//!
//! [`step`] is the machine; its phases are drawn at [`Phase`]. [`Seats`] keeps the players and their answers.

mod effect;
mod event;
mod phase;
mod seats;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::guess::Guess;
use super::question::Question;
use super::ranking::Summary;
use crate::time::Timestamp;
pub use effect::{Closed, Effect, Refusal};
pub use event::{Event, SendFailure};
pub use phase::{Ending, PauseReason, Phase, PollNumber};
pub(super) use seats::Seat;
pub use seats::{Answer, Player, PlayerId};
use seats::{Belonging, Seats, voted};

/// How many people start a round by being ready.
const ENOUGH_PLAYERS: usize = 2;

/// How long after its time a question for a number waits for numbers sent in time: Telegram gives only the second in
/// which a message was sent.
const GUESS_GRACE: Duration = Duration::from_millis(1_500);

/// After this many questions in a row without a vote, nobody is there any more.
const SILENT_QUESTIONS: u8 = 2;

/// After this many polls in a row that could not be sent, more of them will not help.
const FAILED_POLLS: u8 = 2;

/// Whom a round is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Anybody in the chat, after a lobby.
    Group,
    /// The starter alone, at once. Votes of others (in a poll that was forwarded) do not count.
    Private,
}

/// A round: its questions, its players, their answers, and its phase.
///
/// It keeps the deck it started with, so a change of the folder cannot move questions under the players.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Round {
    #[serde(rename = "setting")]
    mode: Mode,
    seconds: u32,
    /// `None` once they asked to be forgotten.
    starter: Option<PlayerId>,
    deck: Vec<Question>,
    /// How many questions of the deck were asked.
    asked: usize,
    /// The last poll that was asked for; 0 before the first.
    last_poll: u32,
    /// Questions in a row without a vote.
    silent: u8,
    /// Polls in a row that could not be sent.
    failed: u8,
    seats: Seats,
    /// They have tried to play and are not in the chat: a poll can be forwarded, and a public group is open to all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    outsiders: Vec<PlayerId>,
    phase: Phase,
}

/// Begins a round with a deck of at least one question; one without is over at once.
pub fn start(
    mode: Mode,
    deck: Vec<Question>,
    seconds: u32,
    starter: Player,
    now: Timestamp,
) -> (Round, Vec<Effect>) {
    let mut round = Round {
        mode,
        seconds,
        starter: Some(starter.id),
        deck,
        asked: 0,
        last_poll: 0,
        silent: 0,
        failed: 0,
        seats: Seats::default(),
        outsiders: Vec::new(),
        phase: Phase::lobby(now),
    };
    let mut effects = match mode {
        Mode::Group if round.deck.is_empty() => round.finish(Ending::Played, now),
        Mode::Group => {
            // The person who starts a quiz wants to play. An anonymous admin has no seat.
            if starter.id.is_person() {
                round.seat(starter).ready = true;
            }
            vec![Effect::ShowLobby]
        }
        Mode::Private => {
            round.seat(starter).ready = true;
            round.ask(now)
        }
    };
    effects.extend(round.ask_for_members());
    (round, effects)
}

/// Advances the round by one event.
///
/// Total: any event may come in any phase. One that no longer applies (a tap on an old button, a vote in a closed
/// poll, an early tick) changes nothing and asks for nothing.
pub fn step(mut round: Round, event: Event, now: Timestamp) -> (Round, Vec<Effect>) {
    let mut effects = match (round.phase, event) {
        (_, Event::Member { player, is_member }) => round.hear_of(player, is_member, now),
        (Phase::Counting { ending, asked, until }, Event::Tick) if until <= now => {
            round.sum_up(asked, ending)
        }
        (Phase::Counting { .. }, Event::Join { .. } | Event::Stop { .. }) => vec![],

        (Phase::Lobby { .. } | Phase::Countdown { .. }, Event::Join { player }) => round.welcome(player, now),
        (phase, Event::Join { player }) if !phase.is_finished() => round.seat_late(player),

        (Phase::Lobby { .. } | Phase::Countdown { .. }, Event::StartNow { player, is_admin }) => {
            round.start_now(player, is_admin, now)
        }
        (Phase::Lobby { closes }, Event::Tick) if closes <= now => round.finish(Ending::TooFewCame, now),
        (Phase::Countdown { starts }, Event::Tick) if starts <= now => round.begin(now),

        (Phase::Sending { poll: asked, .. }, Event::PollSent { poll, at }) if poll == asked => {
            round.open(poll, at)
        }
        (Phase::Sending { poll: asked, .. }, Event::PollFailed { poll, why }) if poll == asked => {
            round.give_up(why, now)
        }
        (Phase::Sending { poll, until }, Event::Tick) if until <= now => {
            round.pause(PauseReason::NotSent { poll }, now)
        }

        // A vote may overtake the news that its poll was sent; it proves that it was.
        (Phase::Sending { poll: asked, .. }, Event::Vote { poll, player, options, at }) if poll == asked => {
            round.open(poll, at);
            round.count(player, options, at, at, now)
        }
        (Phase::Open { poll: open, sent, closes }, Event::Vote { poll, player, options, at })
            if poll == open && at < closes =>
        {
            round.count(player, options, sent, at, now)
        }
        (Phase::Open { poll, sent, closes }, Event::Guess { player, guess, at }) if at < closes => {
            round.guess(poll, player, guess, at.since(sent), now)
        }
        (Phase::Open { closes, .. }, Event::Tick) if closes + round.grace() <= now => round.close(now),
        (Phase::Reading { until }, Event::Tick) if until <= now => round.ask(now),

        (Phase::Paused { reason: PauseReason::NotSent { poll: late }, .. }, Event::PollSent { poll, at })
            if poll == late =>
        {
            round.open_after_all(poll, at)
        }
        (
            Phase::Paused { reason: PauseReason::NotSent { poll: late }, .. },
            Event::Vote { poll, player, options, at },
        ) if poll == late => {
            let mut effects = round.open_after_all(poll, at);
            effects.extend(round.count(player, options, at, at, now));
            effects
        }
        (Phase::Paused { reason, .. }, Event::Resume) => round.resume(reason, now),
        (Phase::Paused { until, .. }, Event::Tick) if until <= now => round.end(Ending::NotResumed, now),

        (phase, Event::Stop { player, is_admin }) if !phase.is_finished() => {
            round.stop(player, is_admin, now)
        }
        (_, Event::Forget { player }) => round.forget(player, now),
        _ => vec![],
    };
    effects.extend(round.ask_for_members());
    (round, effects)
}

/// The parts of a round, for those who show it.
impl Round {
    pub fn phase(&self) -> Phase {
        self.phase
    }

    pub fn mode(&self) -> Mode {
        self.mode
    }

    pub fn deck(&self) -> &[Question] {
        &self.deck
    }

    /// How many seconds each question takes.
    pub fn seconds(&self) -> u32 {
        self.seconds
    }

    /// How many questions were asked so far.
    pub fn asked(&self) -> usize {
        self.asked
    }

    /// The last poll that was asked for.
    pub fn last_poll(&self) -> Option<PollNumber> {
        (self.last_poll > 0).then_some(PollNumber(self.last_poll))
    }

    /// Those who were ready before the first question, in the order they came.
    pub fn ready(&self) -> impl Iterator<Item = &Player> {
        self.seats.ready().map(|seat| &seat.player)
    }

    /// Whether this is the starter, who may begin and stop the round without being an admin.
    pub fn is_starter(&self, player: PlayerId) -> bool {
        self.starter == Some(player)
    }

    /// Whether somebody has tried to play and is not in the chat.
    pub fn is_outsider(&self, player: PlayerId) -> bool {
        self.outsiders.contains(&player)
    }

    /// Whether it is over.
    pub fn is_finished(&self) -> bool {
        self.phase.is_finished()
    }

    /// When an [`Event::Tick`] is wanted next; `None` once the round is over.
    ///
    /// There is always one until then, so a round that receives nothing else still ends.
    pub fn due(&self) -> Option<Timestamp> {
        let ends = self.phase.ends()?;
        Some(if let Phase::Open { .. } = self.phase { ends + self.grace() } else { ends })
    }

    /// The current question, or the last one asked.
    pub fn question(&self) -> Option<&Question> {
        self.deck.get(self.asked.checked_sub(1)?)
    }

    /// The numbers sent for the last question, nearest first, then the earlier ones; jokes are at the end.
    pub fn guesses(&self) -> Vec<(&Player, &Guess)> {
        self.asked.checked_sub(1).map_or_else(Vec::new, |question| self.seats.guesses(question))
    }

    /// How long after its time a question is closed: a number sent in time may still be on its way.
    fn grace(&self) -> Duration {
        match self.question() {
            Some(question) if question.is_guess() => GUESS_GRACE,
            _ => Duration::ZERO,
        }
    }

    /// A player's answers so far, in the order of the deck.
    pub fn answers(&self, player: PlayerId) -> &[Answer] {
        self.seats.get(player).map_or(&[], |seat| &seat.answers)
    }

    /// Whether an answer of this round is right.
    pub fn is_right(&self, answer: &Answer) -> bool {
        self.deck.get(answer.question).is_some_and(|question| question.is_right(&answer.options))
    }

    pub(super) fn seats(&self) -> &[Seat] {
        self.seats.as_slice()
    }
}

/// The transitions from phase to phase.
impl Round {
    fn seat(&mut self, player: Player) -> &mut Seat {
        // A group or channel that plays in its own name is never ranked.
        let is_to_be_asked = self.mode == Mode::Group && player.id.is_person();
        let belonging = if is_to_be_asked { Belonging::Unknown } else { Belonging::Settled };
        self.seats.seat(player, belonging)
    }

    /// Asks about everybody who has just sat down.
    fn ask_for_members(&mut self) -> Vec<Effect> {
        self.seats.take_unknown().into_iter().map(|player| Effect::AskMember { player }).collect()
    }

    /// Somebody who is not in the chat leaves the table, with their answers.
    fn hear_of(&mut self, player: PlayerId, is_member: bool, now: Timestamp) -> Vec<Effect> {
        if is_member {
            self.seats.settle(player);
            return self.sum_up_if_all_is_known();
        }
        let Some(seat) = self.seats.remove(player) else { return vec![] };
        self.outsiders.push(player);
        self.go_on_without(seat.ready, now)
    }

    fn sum_up_if_all_is_known(&mut self) -> Vec<Effect> {
        match self.phase {
            Phase::Counting { ending, asked, .. } if !self.seats.is_anybody_unknown() => {
                self.sum_up(asked, ending)
            }
            _ => vec![],
        }
    }

    /// Somebody has left the table.
    fn go_on_without(&mut self, was_ready: bool, now: Timestamp) -> Vec<Effect> {
        match self.phase {
            Phase::Countdown { .. } if self.ready().count() < ENOUGH_PLAYERS => {
                self.phase = Phase::lobby(now);
                vec![Effect::ShowLobby]
            }
            Phase::Lobby { .. } | Phase::Countdown { .. } if was_ready => vec![Effect::ShowLobby],
            Phase::Open { .. } if self.all_have_voted() => self.close(now),
            _ => self.sum_up_if_all_is_known(),
        }
    }

    fn welcome(&mut self, player: Player, now: Timestamp) -> Vec<Effect> {
        if self.is_outsider(player.id) || self.ready().any(|ready| ready.id == player.id) {
            return vec![];
        }
        self.seat(player).ready = true;
        if let Phase::Lobby { .. } = self.phase {
            self.phase = if self.ready().count() >= ENOUGH_PLAYERS {
                Phase::countdown(now)
            } else {
                Phase::lobby(now)
            };
        }
        vec![Effect::ShowLobby]
    }

    /// Somebody who comes late plays, but is not waited for.
    fn seat_late(&mut self, player: Player) -> Vec<Effect> {
        if self.mode == Mode::Group && !self.is_outsider(player.id) {
            self.seat(player);
        }
        vec![]
    }

    fn start_now(&mut self, player: Player, is_admin: bool, now: Timestamp) -> Vec<Effect> {
        if !is_admin && !self.is_starter(player.id) {
            return vec![Effect::Refuse { what: Refusal::StartNow }];
        }
        // An admin may start a round for others; the person who asked for it wants to play.
        if self.is_starter(player.id) && !self.is_outsider(player.id) {
            self.seat(player).ready = true;
        }
        self.begin(now)
    }

    fn begin(&mut self, now: Timestamp) -> Vec<Effect> {
        let mut effects = vec![Effect::Begin];
        effects.extend(self.ask(now));
        effects
    }

    /// Asks for a poll with the next question.
    fn ask(&mut self, now: Timestamp) -> Vec<Effect> {
        let Some(question) = self.deck.get(self.asked).cloned() else {
            return self.finish(Ending::Played, now);
        };
        self.last_poll += 1;
        let poll = PollNumber(self.last_poll);
        self.phase = Phase::sending(poll, now);
        vec![Effect::SendPoll {
            poll,
            number: self.asked + 1,
            of: self.deck.len(),
            seconds: self.seconds,
            question: Box::new(question),
        }]
    }

    fn open(&mut self, poll: PollNumber, sent: Timestamp) -> Vec<Effect> {
        self.asked += 1;
        self.failed = 0;
        let closes = sent + Duration::from_secs(self.seconds.into());
        self.phase = Phase::Open { poll, sent, closes };
        vec![]
    }

    fn open_after_all(&mut self, poll: PollNumber, sent: Timestamp) -> Vec<Effect> {
        self.open(poll, sent);
        vec![Effect::SayResumed]
    }

    /// Whether somebody's actions do not count.
    fn is_stranger(&self, player: PlayerId) -> bool {
        match self.mode {
            Mode::Private => !self.is_starter(player),
            Mode::Group => self.is_outsider(player),
        }
    }

    /// Counts a vote, if it is the player's first in this question.
    fn count(
        &mut self,
        player: Player,
        options: Vec<usize>,
        sent: Timestamp,
        at: Timestamp,
        now: Timestamp,
    ) -> Vec<Effect> {
        let question = self.asked - 1;
        let has_voted = self.answers(player.id).iter().any(|answer| answer.question == question);
        if has_voted || self.is_stranger(player.id) {
            return vec![];
        }
        let Some(options) = voted(&self.deck[question], options) else { return vec![] };
        let ms = i64::try_from(at.since(sent).as_millis()).unwrap_or(i64::MAX);
        self.seat(player).answers.push(Answer { question, options, guess: None, ms });
        if self.all_have_voted() { self.close(now) } else { vec![] }
    }

    /// Takes a number, replacing one that the player has sent before. A solo player has one try.
    fn guess(
        &mut self,
        poll: PollNumber,
        player: Player,
        guess: Guess,
        after: Duration,
        now: Timestamp,
    ) -> Vec<Effect> {
        if self.is_stranger(player.id) || !self.question().is_some_and(Question::is_guess) {
            return vec![];
        }
        let question = self.asked - 1;
        let ms = i64::try_from(after.as_millis()).unwrap_or(i64::MAX);
        let answer = Answer { question, options: Vec::new(), guess: Some(guess), ms };
        let is_first = self.seat(player).guess(answer);
        match self.mode {
            Mode::Private => self.close(now),
            Mode::Group if is_first => vec![Effect::ShowGuesses { poll }],
            Mode::Group => vec![],
        }
    }

    /// Decides who was right: in a group the nearest, alone anybody who came near. A joke never wins.
    fn decide(&mut self) {
        let question = self.asked - 1;
        let winner = self.guesses().first().and_then(|(player, nearest)| {
            let wins = match self.mode {
                Mode::Group => !nearest.is_joke,
                Mode::Private => nearest.is_close,
            };
            wins.then_some(player.id)
        });
        if let Some(winner) = winner {
            self.seats.award(winner, question);
        }
    }

    /// Whether the open question may be closed before its time. A number may be replaced until then.
    fn all_have_voted(&self) -> bool {
        let question = self.asked - 1;
        !self.deck[question].is_guess() && self.seats.have_all_answered(question)
    }

    /// Closes the poll that is on its way or takes votes, or the message that stands for it.
    fn close_poll(&self) -> Option<Effect> {
        let poll = self.phase.poll()?;
        let is_open = matches!(self.phase, Phase::Open { .. });
        let question = if is_open { self.question() } else { self.deck.get(self.asked) };
        let what = match question {
            Some(question) if question.is_guess() && is_open => Closed::Guess,
            Some(question) if question.is_guess() => Closed::UnsentGuess,
            _ => Closed::Poll,
        };
        Some(Effect::ClosePoll { poll, what })
    }

    /// Closes the open question, and decides how to go on.
    fn close(&mut self, now: Timestamp) -> Vec<Effect> {
        let mut effects: Vec<Effect> = self.close_poll().into_iter().collect();
        let is_guess = self.question().is_some_and(Question::is_guess);
        if is_guess {
            self.decide();
            effects.extend(self.phase.poll().map(|poll| Effect::Reveal { poll }));
        }
        let anybody_voted = self.seats.has_anybody_answered(self.asked - 1);
        self.silent = if anybody_voted { 0 } else { self.silent + 1 };
        if self.asked == self.deck.len() {
            effects.extend(self.finish(Ending::Played, now));
        } else if self.silent >= SILENT_QUESTIONS {
            effects.extend(self.pause(PauseReason::NobodyVotes, now));
        } else {
            self.phase = Phase::reading(self.mode, is_guess, now);
        }
        effects
    }

    /// A poll could not be sent: without rights the round waits for them, else it leaves the question out.
    fn give_up(&mut self, why: SendFailure, now: Timestamp) -> Vec<Effect> {
        if why == SendFailure::NoRights {
            return self.pause(PauseReason::NoRights, now);
        }
        self.deck.remove(self.asked);
        self.failed += 1;
        if self.asked == self.deck.len() {
            self.finish(Ending::Played, now)
        } else if self.failed >= FAILED_POLLS {
            self.pause(PauseReason::CannotSend, now)
        } else {
            self.ask(now)
        }
    }

    fn pause(&mut self, reason: PauseReason, now: Timestamp) -> Vec<Effect> {
        self.phase = Phase::paused(reason, now);
        vec![Effect::SayPaused { reason }]
    }

    fn resume(&mut self, reason: PauseReason, now: Timestamp) -> Vec<Effect> {
        self.silent = 0;
        self.failed = 0;
        let mut effects = Vec::new();
        if let PauseReason::NotSent { .. } = reason {
            effects.extend(self.close_poll());
        }
        effects.push(Effect::SayResumed);
        effects.extend(self.ask(now));
        effects
    }

    fn stop(&mut self, player: PlayerId, is_admin: bool, now: Timestamp) -> Vec<Effect> {
        if is_admin || self.is_starter(player) {
            self.end(Ending::Stopped, now)
        } else {
            vec![Effect::Refuse { what: Refusal::Stop }]
        }
    }

    /// Removes every trace of a player.
    fn forget(&mut self, player: PlayerId, now: Timestamp) -> Vec<Effect> {
        let was_starter = self.is_starter(player);
        if was_starter {
            self.starter = None;
        }
        self.outsiders.retain(|outsider| *outsider != player);
        let seat = self.seats.remove(player);
        match (self.phase, seat) {
            (Phase::Finished { .. }, _) => vec![],
            _ if self.mode == Mode::Private && was_starter => self.end(Ending::Forgotten, now),
            (_, None) => vec![],
            (_, Some(seat)) => self.go_on_without(seat.ready, now),
        }
    }

    /// Ends the round before its time. A question that is cut short does not count: otherwise somebody who has voted
    /// could win by stopping.
    fn end(&mut self, ending: Ending, now: Timestamp) -> Vec<Effect> {
        let n_cut_short = usize::from(matches!(self.phase, Phase::Open { .. }));
        let mut effects: Vec<Effect> = self.close_poll().into_iter().collect();
        effects.extend(self.finish_after(self.asked - n_cut_short, ending, now));
        effects
    }

    fn finish(&mut self, ending: Ending, now: Timestamp) -> Vec<Effect> {
        self.finish_after(self.asked, ending, now)
    }

    fn finish_after(&mut self, asked: usize, ending: Ending, now: Timestamp) -> Vec<Effect> {
        if self.seats.is_anybody_unknown() {
            self.phase = Phase::counting(ending, asked, now);
            return vec![];
        }
        self.sum_up(asked, ending)
    }

    fn sum_up(&mut self, n_questions: usize, ending: Ending) -> Vec<Effect> {
        self.phase = Phase::Finished { ending };
        vec![Effect::Finish { summary: Summary::of(self, ending, n_questions) }]
    }
}

#[cfg(test)]
mod tests;
