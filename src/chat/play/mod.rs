//! The quiz in the chat: what people do about a round, and what becomes of its polls.

mod result;
mod show;
mod start;
mod table;

use serde::{Deserialize, Serialize};

use super::callback_data::{Press, QuizPress};
use super::settings::AdminAsk;
use super::turn::Turn;
use super::{ChatKind, Conversation, Failure, Key, Message, Person, PersonId, Sender, Tap, ThreadId, Vote};
use crate::quiz::{
    self, Event, History, Phase, Player, PlayerId, PollNumber, QuizOptions, Round, SendFailure,
};
use crate::texts::Text;
use crate::time::Timestamp;

/// So many places are named at the end of a round and in a table.
const N_PLACES: usize = 20;

/// The quiz of one chat: a round at most in each topic, and what was asked before.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Play {
    rounds: Vec<Running>,
    history: History,
    /// What the last round in each topic was, for *Again*.
    wishes: Vec<(Option<ThreadId>, QuizOptions)>,
}

/// A round that is under way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Running {
    /// Tells this round from others of the same chat, in keys and buttons.
    name: String,
    chat: ChatKind,
    thread: Option<ThreadId>,
    /// The lobby message was sent.
    lobby: bool,
    wish: QuizOptions,
    /// So many pauses were announced.
    pauses: u32,
    /// The last of them is still on.
    paused: bool,
    round: Round,
}

impl Play {
    pub(super) fn due(&self) -> Option<Timestamp> {
        self.rounds.iter().filter_map(|running| running.round.due()).min()
    }

    fn index(&self, name: &str) -> Option<usize> {
        self.rounds.iter().position(|running| running.name == name)
    }

    fn index_in(&self, thread: Option<ThreadId>) -> Option<usize> {
        self.rounds.iter().position(|running| running.thread == thread)
    }
}

impl Conversation {
    /// When the round that sent this poll has something to do next.
    pub fn due_of_poll(&self, poll: &Key) -> Option<Timestamp> {
        let (name, _) = poll_named(poll)?;
        self.play.rounds[self.play.index(name)?].round.due()
    }
}

/// The name of the round, and the poll's number in it.
fn poll_named(key: &Key) -> Option<(&str, PollNumber)> {
    let (name, poll) = key.0.strip_prefix("poll:")?.rsplit_once(':')?;
    Some((name, PollNumber(poll.parse().ok()?)))
}

impl Running {
    fn lobby_key(&self) -> Key {
        Key(format!("lobby:{}", self.name))
    }

    fn poll_key(&self, poll: PollNumber) -> Key {
        Key(format!("poll:{}:{}", self.name, poll.0))
    }

    fn pause_key(&self) -> Key {
        Key(format!("pause:{}:{}", self.name, self.pauses))
    }

    fn result_key(&self) -> Key {
        Key(format!("result:{}", self.name))
    }

    fn press(&self, what: QuizPress) -> Press {
        Press::Quiz { what, round: self.name.clone() }
    }

    /// The last message of the round that people can look at.
    fn last_key(&self) -> Key {
        match (self.round.phase(), self.round.last_poll()) {
            (Phase::Paused { .. }, _) => self.pause_key(),
            (_, Some(poll)) => self.poll_key(poll),
            (_, None) => self.lobby_key(),
        }
    }
}

/// Who reacts to an event, for a refusal that only they should see.
enum Voice<'a> {
    Message(&'a Message),
    Tap(&'a Tap),
    Nobody,
}

impl Turn<'_> {
    pub(super) fn quiz_press(&mut self, tap: &Tap, what: QuizPress, name: &str) {
        let Some(index) = self.conversation.play.index(name) else { return self.toast(tap, Text::OldButton) };
        let player = player(&tap.person);
        match what {
            QuizPress::Ready => {
                self.toast(tap, Text::QuizYouAreIn);
                self.step_quiz(index, Event::Join { player }, &Voice::Nobody);
            }
            QuizPress::Resume => {
                self.settle(tap);
                self.step_quiz(index, Event::Resume, &Voice::Nobody);
            }
            QuizPress::Start if self.conversation.play.rounds[index].round.is_starter(player.id) => {
                self.start_now(tap, name, false);
            }
            QuizPress::Start => {
                let ask = AdminAsk::StartNow { tap: tap.clone(), round: name.to_owned() };
                self.if_admin(tap.chat, &tap.person, ask);
            }
            QuizPress::Stop if self.conversation.play.rounds[index].round.is_starter(player.id) => {
                self.stop_by_tap(tap, name, false);
            }
            QuizPress::Stop => {
                let ask = AdminAsk::StopByTap { tap: tap.clone(), round: name.to_owned() };
                self.if_admin(tap.chat, &tap.person, ask);
            }
        }
    }

    pub(super) fn start_now(&mut self, tap: &Tap, name: &str, is_admin: bool) {
        let Some(index) = self.conversation.play.index(name) else { return self.toast(tap, Text::OldButton) };
        let player = player(&tap.person);
        self.step_quiz(index, Event::StartNow { player, is_admin }, &Voice::Tap(tap));
    }

    pub(super) fn stop_by_tap(&mut self, tap: &Tap, name: &str, is_admin: bool) {
        let Some(index) = self.conversation.play.index(name) else { return self.toast(tap, Text::OldButton) };
        let player = PlayerId(tap.person.id.0);
        self.step_quiz(index, Event::Stop { player, is_admin }, &Voice::Tap(tap));
    }

    /// `/stop`: the starter or an admin.
    pub(super) fn stop(&mut self, message: &Message) {
        let Some(index) = self.conversation.play.index_in(message.thread) else {
            return self.notice(message, Text::QuizNone, &[]);
        };
        let player = player_of(&message.sender);
        match &message.sender {
            Sender::AnonymousAdmin => self.stop_by_message(message, true),
            Sender::Person(_) if self.conversation.play.rounds[index].round.is_starter(player.id) => {
                self.stop_by_message(message, false);
            }
            Sender::Person(person) => {
                self.if_admin(message.chat, person, AdminAsk::StopByMessage { message: message.clone() });
            }
            Sender::Channel | Sender::Bot => {}
        }
    }

    pub(super) fn stop_by_message(&mut self, message: &Message, is_admin: bool) {
        let Some(index) = self.conversation.play.index_in(message.thread) else { return };
        let player = player_of(&message.sender).id;
        self.step_quiz(index, Event::Stop { player, is_admin }, &Voice::Message(message));
    }

    pub(super) fn vote(&mut self, vote: Vote) {
        // A vote taken back does not count back: the first choice holds.
        let Some(&option) = vote.options.first() else { return };
        let Some((index, poll)) = self.poll_of(&vote.poll) else { return };
        let player = player(&vote.person);
        self.step_quiz(index, Event::Vote { poll, player, option, at: self.now }, &Voice::Nobody);
    }

    pub(super) fn sent(&mut self, key: &Key) {
        let Some((index, poll)) = self.poll_of(key) else { return };
        self.step_quiz(index, Event::PollSent { poll, at: self.now }, &Voice::Nobody);
    }

    pub(super) fn not_sent(&mut self, key: &Key, failure: &Failure) {
        let Some((index, poll)) = self.poll_of(key) else { return };
        let why = match failure {
            Failure::NoRights | Failure::ChatGone => SendFailure::NoRights,
            Failure::MessageGone | Failure::Other(_) => SendFailure::Other,
        };
        self.step_quiz(index, Event::PollFailed { poll, why }, &Voice::Nobody);
    }

    /// The group is a supergroup now, and its messages have stayed behind: what people can tap is shown anew.
    /// Telegram tells of it twice; the second time there is nothing left to do.
    pub(super) fn quiz_migrated(&mut self) {
        for index in 0..self.conversation.play.rounds.len() {
            let running = &mut self.conversation.play.rounds[index];
            if running.chat != ChatKind::Group {
                continue;
            }
            running.chat = ChatKind::Supergroup;
            running.lobby = false;
            match running.round.phase() {
                Phase::Lobby { .. } | Phase::Countdown { .. } => self.show_lobby(index),
                Phase::Paused { reason, .. } => self.say_paused(index, reason),
                Phase::Sending { .. }
                | Phase::Open { .. }
                | Phase::Reading { .. }
                | Phase::Finished { .. } => {}
            }
        }
    }

    /// The bot is back in its group. What it had to say while it was away is lost: a pause is said again.
    pub(super) fn quiz_returned(&mut self) {
        for index in 0..self.conversation.play.rounds.len() {
            if let Phase::Paused { reason, .. } = self.running(index).round.phase() {
                self.take_pause_buttons(index);
                self.say_paused(index, reason);
            }
        }
    }

    pub(super) fn tick_quiz(&mut self) {
        self.step_all_rounds(&Event::Tick);
    }

    pub(super) fn forget_in_quiz(&mut self, person: PersonId) {
        self.step_all_rounds(&Event::Forget { player: PlayerId(person.0) });
    }

    /// Steps every round of the chat. By name, because a round that is over leaves the list.
    fn step_all_rounds(&mut self, event: &Event) {
        let names: Vec<String> =
            self.conversation.play.rounds.iter().map(|running| running.name.clone()).collect();
        for name in names {
            if let Some(index) = self.conversation.play.index(&name) {
                self.step_quiz(index, event.clone(), &Voice::Nobody);
            }
        }
    }

    fn poll_of(&self, key: &Key) -> Option<(usize, PollNumber)> {
        let (name, poll) = poll_named(key)?;
        Some((self.conversation.play.index(name)?, poll))
    }

    fn step_quiz(&mut self, index: usize, event: Event, voice: &Voice<'_>) {
        let running = &mut self.conversation.play.rounds[index];
        let (round, effects) = quiz::step(running.round.clone(), event, self.now);
        running.round = round;
        self.carry_out(index, effects, voice);
    }

    fn running(&self, index: usize) -> &Running {
        &self.conversation.play.rounds[index]
    }
}

fn player(person: &Person) -> Player {
    Player { id: PlayerId(person.id.0), name: person.name.clone() }
}

/// Who plays when they write. An admin who stays anonymous plays as the group's voice.
fn player_of(sender: &Sender) -> Player {
    match sender {
        Sender::Person(person) => player(person),
        Sender::AnonymousAdmin | Sender::Channel | Sender::Bot => {
            Player { id: PlayerId(0), name: String::new() }
        }
    }
}

/// A name as a line of a list can show it: no line breaks, no invisible direction marks that would turn the
/// rest of the line around, at most 32 characters; never empty.
fn shown(name: &str) -> String {
    let steers = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let name: String =
        name.chars().map(|c| if c == '\n' { ' ' } else { c }).filter(|c| !steers(*c)).collect();
    let name = name.trim();
    match name.chars().count() {
        0 => "?".into(),
        1..=32 => name.to_owned(),
        _ => format!("{}…", name.chars().take(31).collect::<String>().trim_end()),
    }
}

fn medal(place: usize) -> String {
    match place {
        1 => "🥇".into(),
        2 => "🥈".into(),
        3 => "🥉".into(),
        _ => format!("{place}."),
    }
}
