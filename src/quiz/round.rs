//! One round of the quiz, as a state machine.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::guess::Guess;
use super::question::Question;
use super::ranking::Summary;
use crate::time::Timestamp;

/// How long a lobby waits for the next person.
const LOBBY_WAIT: Duration = Duration::from_secs(5 * 60);

/// How long after the second person is ready the round begins.
const COUNTDOWN: Duration = Duration::from_secs(10);

/// How many people start a round by being ready.
const ENOUGH_PLAYERS: usize = 2;

/// How long a poll may take to be sent before the round pauses. Sending is retried elsewhere, so this is for a
/// network that is down: shorter, and every hiccup would be announced; longer, and people think the bot is dead.
const SEND_WAIT: Duration = Duration::from_secs(5 * 60);

/// The time to read the explanation before the next question, in a group.
const READING_IN_GROUP: Duration = Duration::from_secs(3);

/// The time to read how near the guesses came.
const READING_GUESSES: Duration = Duration::from_secs(6);

/// How long after its time a question for a number waits for numbers sent in time: Telegram gives only the second in
/// which a message was sent.
const GUESS_GRACE: Duration = Duration::from_millis(1_500);

/// The time to read the explanation before the next question, alone: there is nobody else to wait for.
const READING_ALONE: Duration = Duration::from_millis(1_500);

/// After this many questions in a row without a vote, nobody is there any more.
const SILENT_QUESTIONS: u8 = 2;

/// After this many polls in a row that could not be sent, more of them will not help.
const FAILED_POLLS: u8 = 2;

/// How long the ranking waits for word on whether the last of those who played are in the chat. If there is none by
/// then, there will be none, and nobody loses by that.
const WORD_WAIT: Duration = Duration::from_secs(5);

/// A pause that nobody ends becomes the end.
const PAUSE_WAIT: Duration = Duration::from_secs(6 * 60 * 60);

/// A player's account, as the messenger numbers it: negative for a group or channel that plays in its own name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PlayerId(pub i64);

impl PlayerId {
    pub fn is_person(self) -> bool {
        self.0 > 0
    }
}

/// Somebody who plays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Player {
    pub id: PlayerId,
    /// Their most recent name.
    pub name: String,
}

/// Numbers the polls of a round from 1, whatever became of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PollNumber(pub u32);

/// Where a round is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Setting {
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
    setting: Setting,
    seconds: u32,
    /// `None` once they wished to be forgotten.
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
    /// In the order they came.
    seats: Vec<Seat>,
    /// They have tried to play and are not in the chat: a poll can be forwarded, and a public group is open to all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    outsiders: Vec<PlayerId>,
    phase: Phase,
}

/// A player at the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Seat {
    #[serde(flatten)]
    pub(super) player: Player,
    /// Was ready before the first question: is waited for.
    pub(super) ready: bool,
    #[serde(default, skip_serializing_if = "Belonging::is_settled")]
    belonging: Belonging,
    /// At most one for each question, in the order of the deck.
    pub(super) answers: Vec<Answer>,
}

/// Whether a player is in the chat, as far as known. Somebody who is not has no seat.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Belonging {
    /// They are, or this cannot be found out.
    #[default]
    Settled,
    /// It has not been asked yet; for no longer than a step takes.
    Unknown,
    Asked,
}

impl Belonging {
    fn is_settled(&self) -> bool {
        *self == Belonging::Settled
    }
}

/// The first vote of a player in a question. (The short names keep a stored round small.)
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The index of the question in the deck.
    #[serde(rename = "q")]
    pub question: usize,
    /// The indices of the chosen options in the question, increasing.
    #[serde(rename = "o", with = "super::one_or_more")]
    pub options: Vec<usize>,
    /// The number that was sent; such an answer may be replaced until the question is closed.
    #[serde(rename = "g", default, skip_serializing_if = "Option::is_none")]
    pub guess: Option<Guess>,
    /// Milliseconds from the sending of the poll to the vote.
    #[serde(rename = "t")]
    pub ms: i64,
}

/// The phase of a round.
///
/// ```text
///            two ready            10 s, or                  sent
///  ┌───────┐ ────────▶ ┌─────────┐ Start now ┌─────────┐ ────────▶ ┌──────┐
///  │ Lobby │           │Countdown│ ────────▶ │ Sending │           │ Open │ ◀─┐ sent at last
///  └───────┘ ◀──────── └─────────┘           └─────────┘           └──────┘   │
///      │      one was                    ▲    ▲  │            time is up, or  │
///      │      forgotten                  │    │  │            all have voted  │
///      │                                 │    │  │                 │          │
///      │                 3 s  ┌─────────┐│    │  │ cannot be sent  │          │
///      │                      │ Reading │┘    │  ▼                 │          │
///      │                      └─────────┘     │ ┌────────┐ ◀───────┤ nobody   │
///      │                           ▲   Resume └─│ Paused │ ────────┼──────────┘
///      │                           │            └────────┘         │ voted, twice
///      │                           │                │ 6 h          │
///      │                           └────────────────┼──────────────┤ more to come
///      │ 5 min without anybody new                  ▼              │
///      └─────────────────────────────────────▶ ┌──────────┐ ◀──────┘ that was the last
///                                   Stop ────▶ │ Finished │
///                           (in any phase)     └──────────┘
/// ```
///
/// A private round starts in `Sending`. If it is not yet known whether somebody who played is in the chat, `Counting`
/// comes before `Finished`, for five seconds at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Waiting for players.
    Lobby { closes: Timestamp },
    /// Enough are ready; others may still join.
    Countdown { starts: Timestamp },
    /// A poll was asked for; its clock starts once it was actually sent.
    Sending { poll: PollNumber, until: Timestamp },
    /// A poll takes votes.
    Open { poll: PollNumber, sent: Timestamp, closes: Timestamp },
    /// Between two questions.
    Reading { until: Timestamp },
    /// Waiting for somebody to resume.
    Paused { reason: PauseReason, until: Timestamp },
    /// Over except for the ranking: the first `asked` questions count.
    Counting { ending: Ending, asked: usize, until: Timestamp },
    /// Over. Nothing changes any more, except that a player may be forgotten.
    Finished { ending: Ending },
}

/// Why a round waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PauseReason {
    /// Two questions in a row without a vote.
    NobodyVotes,
    /// The bot may not send polls here.
    NoRights,
    /// Polls cannot be sent, for whatever reason.
    CannotSend,
    /// There has been no word of this poll for five minutes. Should it be sent after all, the round goes on by itself.
    NotSent { poll: PollNumber },
}

/// Why a round is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// Every question that could be asked was asked.
    Played,
    /// By the starter or an admin.
    Stopped,
    /// Nobody, or only one, was in the lobby for too long.
    TooFewCame,
    /// A pause that nobody ended.
    NotResumed,
    /// The only player wished to be forgotten: nothing is to be said.
    Forgotten,
}

/// An event for a round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// Somebody is ready.
    Join { player: Player },
    /// Somebody wants to begin without waiting.
    StartNow { player: Player, is_admin: bool },
    /// A poll was sent, at that time.
    PollSent { poll: PollNumber, at: Timestamp },
    /// A poll was not sent, and sending it again will not help.
    PollFailed { poll: PollNumber, why: SendFailure },
    /// Somebody voted, for the options of these indices, at that time.
    Vote { poll: PollNumber, player: Player, options: Vec<usize>, at: Timestamp },
    /// Somebody sent a number, at that time.
    Guess { player: Player, guess: Guess, at: Timestamp },
    /// The time that [`Round::due`] named has come.
    Tick,
    /// Somebody wants to go on after a pause.
    Resume,
    /// Somebody wants to end the round.
    Stop { player: PlayerId, is_admin: bool },
    /// The answer to [`Effect::AskMember`]. Where this cannot be found out, everybody is one.
    Member { player: PlayerId, is_member: bool },
    /// Somebody wishes to be forgotten.
    Forget { player: PlayerId },
}

/// Why a poll was not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SendFailure {
    /// The bot may not send polls here, or nothing at all: it was blocked or removed.
    NoRights,
    /// Anything else, such as a question that Telegram does not take.
    Other,
}

/// What a round asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Show who is ready: as in `players` and `phase`.
    ShowLobby,
    /// The lobby is over, the first question follows.
    Begin,
    /// Send this question as a poll, and report [`Event::PollSent`] or [`Event::PollFailed`].
    SendPoll {
        poll: PollNumber,
        /// From 1.
        number: usize,
        of: usize,
        seconds: u32,
        question: Box<Question>,
    },
    /// Close a poll: no more votes count. If it still waits to be sent, it is not sent at all.
    ClosePoll {
        poll: PollNumber,
        what: Closed,
    },
    /// Show who has sent a number, from [`Round::guesses`].
    ShowGuesses {
        poll: PollNumber,
    },
    /// Show the right number, and how near the sent ones came, from [`Round::guesses`].
    Reveal {
        poll: PollNumber,
    },
    /// Find out whether somebody who plays is in the chat, and report [`Event::Member`].
    AskMember {
        player: PlayerId,
    },
    SayPaused {
        reason: PauseReason,
    },
    /// The pause is over.
    SayResumed,
    /// Only the starter and admins may do this.
    Refuse {
        what: Refusal,
    },
    /// The round is over.
    Finish {
        summary: Summary,
    },
}

/// The message that is closed with a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    Poll,
    /// A message that asked for a number.
    Guess,
    /// One that may not have been sent yet.
    UnsentGuess,
}

/// A forbidden act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    StartNow,
    Stop,
}

/// Begins a round with a deck of at least one question; one without is over at once.
pub fn start(
    setting: Setting,
    deck: Vec<Question>,
    seconds: u32,
    starter: Player,
    now: Timestamp,
) -> (Round, Vec<Effect>) {
    let mut round = Round {
        setting,
        seconds,
        starter: Some(starter.id),
        deck,
        asked: 0,
        last_poll: 0,
        silent: 0,
        failed: 0,
        seats: Vec::new(),
        outsiders: Vec::new(),
        phase: Phase::Lobby { closes: now + LOBBY_WAIT },
    };
    let mut effects = match setting {
        Setting::Group if round.deck.is_empty() => round.finish(Ending::Played, now),
        Setting::Group => {
            // The person who starts a quiz wants to play. An anonymous admin has no seat.
            if starter.id.is_person() {
                round.seat(starter).ready = true;
            }
            vec![Effect::ShowLobby]
        }
        Setting::Private => {
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

    pub fn setting(&self) -> Setting {
        self.setting
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
        self.seats.iter().filter(|seat| seat.ready).map(|seat| &seat.player)
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
        match self.phase {
            Phase::Lobby { closes } => Some(closes),
            Phase::Open { closes, .. } => Some(closes + self.grace()),
            Phase::Countdown { starts } => Some(starts),
            Phase::Sending { until, .. }
            | Phase::Reading { until }
            | Phase::Paused { until, .. }
            | Phase::Counting { until, .. } => Some(until),
            Phase::Finished { .. } => None,
        }
    }

    /// The current question, or the last one asked.
    pub fn question(&self) -> Option<&Question> {
        self.deck.get(self.asked.checked_sub(1)?)
    }

    /// The numbers sent for the last question, nearest first, then the earlier ones; jokes are at the end.
    pub fn guesses(&self) -> Vec<(&Player, &Guess)> {
        let Some(question) = self.asked.checked_sub(1) else { return Vec::new() };
        let mut guesses: Vec<(&Player, &Guess, i64)> = self
            .seats
            .iter()
            .filter_map(|seat| {
                let answer = seat.answer(question)?;
                Some((&seat.player, answer.guess.as_ref()?, answer.ms))
            })
            .collect();
        guesses.sort_by_key(|(_, guess, ms)| (guess.rank(), *ms));
        guesses.into_iter().map(|(player, guess, _)| (player, guess)).collect()
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
        self.seats.iter().find(|seat| seat.player.id == player).map_or(&[], |seat| &seat.answers)
    }

    /// Whether an answer of this round is right.
    pub fn is_right(&self, answer: &Answer) -> bool {
        self.deck.get(answer.question).is_some_and(|question| question.is_right(&answer.options))
    }

    pub(super) fn seats(&self) -> &[Seat] {
        &self.seats
    }
}

impl Phase {
    fn is_finished(self) -> bool {
        matches!(self, Phase::Finished { .. })
    }

    /// The poll that is on its way, or takes votes.
    fn poll(self) -> Option<PollNumber> {
        match self {
            Phase::Sending { poll, .. }
            | Phase::Open { poll, .. }
            | Phase::Paused { reason: PauseReason::NotSent { poll }, .. } => Some(poll),
            _ => None,
        }
    }
}

impl Seat {
    pub(super) fn answer(&self, question: usize) -> Option<&Answer> {
        self.answers.iter().find(|answer| answer.question == question)
    }
}

/// The transitions from phase to phase.
impl Round {
    /// The seat of a player, a new one if there is none. A player has the most recent name.
    fn seat(&mut self, player: Player) -> &mut Seat {
        let index = match self.seats.iter().position(|seat| seat.player.id == player.id) {
            Some(index) => index,
            None => {
                // A group or channel that plays in its own name is never ranked.
                let is_to_be_asked = self.setting == Setting::Group && player.id.is_person();
                let belonging = if is_to_be_asked { Belonging::Unknown } else { Belonging::Settled };
                let (player, answers) = (player.clone(), Vec::new());
                self.seats.push(Seat { player, ready: false, belonging, answers });
                self.seats.len() - 1
            }
        };
        let seat = &mut self.seats[index];
        seat.player = player;
        seat
    }

    /// Asks about everybody who has just sat down.
    fn ask_for_members(&mut self) -> Vec<Effect> {
        let new = self.seats.iter_mut().filter(|seat| seat.belonging == Belonging::Unknown);
        new.map(|seat| {
            seat.belonging = Belonging::Asked;
            Effect::AskMember { player: seat.player.id }
        })
        .collect()
    }

    /// Somebody who is not in the chat leaves the table, with their answers.
    fn hear_of(&mut self, player: PlayerId, is_member: bool, now: Timestamp) -> Vec<Effect> {
        let Some(index) = self.seats.iter().position(|seat| seat.player.id == player) else {
            return vec![];
        };
        if !is_member {
            let seat = self.seats.remove(index);
            self.outsiders.push(player);
            return self.go_on_without(seat.ready, now);
        }
        self.seats[index].belonging = Belonging::Settled;
        self.sum_up_if_all_is_known()
    }

    fn sum_up_if_all_is_known(&mut self) -> Vec<Effect> {
        match self.phase {
            Phase::Counting { ending, asked, .. } if !self.is_anybody_unknown() => self.sum_up(asked, ending),
            _ => vec![],
        }
    }

    /// Whether the ranking may change with what is not known yet.
    fn is_anybody_unknown(&self) -> bool {
        self.seats.iter().any(|seat| !seat.belonging.is_settled() && !seat.answers.is_empty())
    }

    /// Somebody has left the table.
    fn go_on_without(&mut self, was_ready: bool, now: Timestamp) -> Vec<Effect> {
        match self.phase {
            Phase::Countdown { .. } if self.ready().count() < ENOUGH_PLAYERS => {
                self.phase = Phase::Lobby { closes: now + LOBBY_WAIT };
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
                Phase::Countdown { starts: now + COUNTDOWN }
            } else {
                Phase::Lobby { closes: now + LOBBY_WAIT }
            };
        }
        vec![Effect::ShowLobby]
    }

    /// Somebody who comes late plays, but is not waited for.
    fn seat_late(&mut self, player: Player) -> Vec<Effect> {
        if self.setting == Setting::Group && !self.is_outsider(player.id) {
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
        self.phase = Phase::Sending { poll, until: now + SEND_WAIT };
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
        match self.setting {
            Setting::Private => !self.is_starter(player),
            Setting::Group => self.is_outsider(player),
        }
    }

    /// Counts a vote, if it is the player's first in this question.
    fn count(
        &mut self,
        player: Player,
        mut options: Vec<usize>,
        sent: Timestamp,
        at: Timestamp,
        now: Timestamp,
    ) -> Vec<Effect> {
        let question = self.asked - 1;
        let is_stranger = self.is_stranger(player.id);
        let asked = &self.deck[question];
        if asked.keys.len() == 1 {
            options.truncate(1);
        }
        options.sort_unstable();
        options.dedup();
        if is_stranger || options.last().is_none_or(|&last| last >= asked.options.len()) {
            return vec![];
        }
        let has_voted = self.answers(player.id).iter().any(|answer| answer.question == question);
        if has_voted {
            return vec![];
        }
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
        let answers = &mut self.seat(player).answers;
        let is_first = !answers.iter().any(|answer| answer.question == question);
        answers.retain(|answer| answer.question != question);
        answers.push(Answer { question, options: Vec::new(), guess: Some(guess), ms });
        match self.setting {
            Setting::Private => self.close(now),
            Setting::Group if is_first => vec![Effect::ShowGuesses { poll }],
            Setting::Group => vec![],
        }
    }

    /// Decides who was right: in a group the nearest, alone anybody who came near. A joke never wins.
    fn decide(&mut self) {
        let question = self.asked - 1;
        let winner = self.guesses().first().and_then(|(player, nearest)| {
            let wins = match self.setting {
                Setting::Group => !nearest.is_joke,
                Setting::Private => nearest.is_close,
            };
            wins.then_some(player.id)
        });
        let winner = self.seats.iter_mut().find(|seat| Some(seat.player.id) == winner);
        if let Some(answer) =
            winner.and_then(|seat| seat.answers.iter_mut().find(|answer| answer.question == question))
        {
            answer.options = vec![0];
        }
    }

    /// Whether everybody who is waited for has voted. If nobody is waited for, the time decides.
    ///
    /// An admin who stays anonymous is ready under their own name, and votes as the group: each chat that
    /// voted in the last question, too, stands for one who is ready and has never voted.
    fn all_have_voted(&self) -> bool {
        let question = self.asked - 1;
        // Numbers may be replaced until the time is up.
        if self.deck[question].is_guess() {
            return false;
        }
        let awaited = || self.seats.iter().filter(|seat| seat.ready);
        let silent: Vec<&Seat> = awaited().filter(|seat| seat.answer(question).is_none()).collect();
        let is_chat = |seat: &&Seat| {
            !seat.player.id.is_person()
                && seat.answer(question).is_some()
                && question.checked_sub(1).is_some_and(|last| seat.answer(last).is_some())
        };
        let n_chats = self.seats.iter().filter(is_chat).count();
        let n_never_voted = silent.iter().filter(|seat| seat.answers.is_empty()).count();
        awaited().next().is_some() && silent.len() == n_never_voted && n_never_voted <= n_chats
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
        let anybody_voted = self.seats.iter().any(|seat| seat.answer(self.asked - 1).is_some());
        self.silent = if anybody_voted { 0 } else { self.silent + 1 };
        if self.asked == self.deck.len() {
            effects.extend(self.finish(Ending::Played, now));
        } else if self.silent >= SILENT_QUESTIONS {
            effects.extend(self.pause(PauseReason::NobodyVotes, now));
        } else {
            let reading = match self.setting {
                Setting::Group if is_guess => READING_GUESSES,
                Setting::Group => READING_IN_GROUP,
                Setting::Private => READING_ALONE,
            };
            self.phase = Phase::Reading { until: now + reading };
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
        self.phase = Phase::Paused { reason, until: now + PAUSE_WAIT };
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
        let seat = self.seats.iter().position(|seat| seat.player.id == player);
        let seat = seat.map(|index| self.seats.remove(index));
        match (self.phase, seat) {
            (Phase::Finished { .. }, _) => vec![],
            _ if self.setting == Setting::Private && was_starter => self.end(Ending::Forgotten, now),
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
        if self.is_anybody_unknown() {
            self.phase = Phase::Counting { ending, asked, until: now + WORD_WAIT };
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
