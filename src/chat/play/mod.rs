//! The quiz in the chat: what people do in a round, and what happens to its polls.

mod guess;
mod practice;
mod result;
mod show;
mod start;
pub(super) mod table;

use serde::{Deserialize, Serialize};

use super::admins::AdminAsk;
use super::callback_data::{Press, QuizPress};
use super::turn::Turn;
use super::{ChatKind, Failure, Key, Message, Person, PersonId, Sender, Tap, ThreadId, Vote};
use crate::quiz::{
    self, Event, History, Phase, Player, PlayerId, PollNumber, QuizOptions, Round, SendFailure,
};
use crate::texts::Text;
use crate::time::Timestamp;

/// The most places named at the end of a round and in a table.
const N_PLACES: usize = 20;

/// The quiz of one chat: at most one round in each topic, and what was asked before.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Play {
    rounds: Vec<Running>,
    history: History,
    /// The options of the last round in each topic, for *Again*.
    #[serde(rename = "wishes")]
    last_options: Vec<(Option<ThreadId>, QuizOptions)>,
}

/// A round that is under way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Running {
    /// Distinguishes this round from others of the same chat, in keys and buttons.
    name: String,
    chat: ChatKind,
    thread: Option<ThreadId>,
    /// The lobby message was sent.
    lobby: bool,
    #[serde(rename = "wish")]
    options: QuizOptions,
    /// The topic asked for, as the folder calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    topic: Option<String>,
    /// How many pauses were announced.
    pauses: u32,
    /// The last of them is still on.
    paused: bool,
    /// Messages that ask somebody for a number; they are deleted with the question.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    prompts: Vec<Key>,
    /// A session of practice.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    practice: bool,
    round: Round,
}

impl Play {
    pub(super) fn due(&self) -> Option<Timestamp> {
        self.rounds.iter().filter_map(|running| running.round.due()).min()
    }

    /// When the round that sent this poll has something to do next.
    pub(super) fn due_of_poll(&self, poll: &Key) -> Option<Timestamp> {
        let (name, _) = poll_named(poll)?;
        self.rounds[self.index(name)?].round.due()
    }

    fn index(&self, name: &str) -> Option<usize> {
        self.rounds.iter().position(|running| running.name == name)
    }

    fn index_in(&self, thread: Option<ThreadId>) -> Option<usize> {
        self.rounds.iter().position(|running| running.thread == thread)
    }
}

/// The name of the round, and the poll's number in it.
fn poll_named(key: &Key) -> Option<(&str, PollNumber)> {
    let (name, poll) = key.0.strip_prefix("poll:")?.rsplit_once(':')?;
    Some((name, PollNumber(poll.parse().ok()?)))
}

/// The name of the round, and the player who was asked about.
fn member_named(key: &Key) -> Option<(&str, PlayerId)> {
    let (name, player) = key.0.strip_prefix("member:")?.rsplit_once(':')?;
    Some((name, PlayerId(player.parse().ok()?)))
}

impl Running {
    fn lobby_key(&self) -> Key {
        Key(format!("lobby:{}", self.name))
    }

    fn poll_key(&self, poll: PollNumber) -> Key {
        Key(format!("poll:{}:{}", self.name, poll.0))
    }

    fn member_key(&self, player: PlayerId) -> Key {
        Key(format!("member:{}:{}", self.name, player.0))
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

/// The person behind an event, for a refusal that only they should see.
enum Actor<'a> {
    Message(&'a Message),
    Tap(&'a Tap),
    Nobody,
}

impl Play {
    /// A button of a round. Returns the request if only an admin may make it.
    pub(super) fn press(
        &mut self,
        turn: &mut Turn<'_>,
        tap: &Tap,
        what: QuizPress,
        name: &str,
    ) -> Option<AdminAsk> {
        let Some(index) = self.index(name) else {
            turn.toast(tap, Text::OldButton);
            return None;
        };
        let player = player(&tap.person);
        match what {
            QuizPress::Ready if self.rounds[index].round.is_outsider(player.id) => {
                turn.alert(tap, Text::QuizOnlyMembers, &[]);
            }
            QuizPress::Ready => {
                turn.toast(tap, Text::QuizYouAreIn);
                self.step(turn, index, Event::Join { player }, &Actor::Nobody);
            }
            QuizPress::Guess => self.ask_for_guess(turn, index, tap),
            QuizPress::Resume => {
                turn.settle(tap);
                self.step(turn, index, Event::Resume, &Actor::Nobody);
            }
            QuizPress::Start if self.rounds[index].round.is_starter(player.id) => {
                self.start_now(turn, tap, name, false);
            }
            QuizPress::Start => {
                return Some(AdminAsk::StartNow { tap: tap.clone(), round: name.to_owned() });
            }
            QuizPress::Stop if self.rounds[index].round.is_starter(player.id) => {
                self.stop_by_tap(turn, tap, name, false);
            }
            QuizPress::Stop => {
                return Some(AdminAsk::StopByTap { tap: tap.clone(), round: name.to_owned() });
            }
        }
        None
    }

    pub(super) fn start_now(&mut self, turn: &mut Turn<'_>, tap: &Tap, name: &str, is_admin: bool) {
        let Some(index) = self.index(name) else { return turn.toast(tap, Text::OldButton) };
        let player = player(&tap.person);
        self.step(turn, index, Event::StartNow { player, is_admin }, &Actor::Tap(tap));
    }

    pub(super) fn stop_by_tap(&mut self, turn: &mut Turn<'_>, tap: &Tap, name: &str, is_admin: bool) {
        let Some(index) = self.index(name) else { return turn.toast(tap, Text::OldButton) };
        let player = PlayerId(tap.person.id.0);
        self.step(turn, index, Event::Stop { player, is_admin }, &Actor::Tap(tap));
    }

    /// `/stop`: the starter or an admin. Returns the request if only an admin may make it.
    pub(super) fn stop(&mut self, turn: &mut Turn<'_>, message: &Message) -> Option<AdminAsk> {
        let Some(index) = self.index_in(message.thread) else {
            turn.notice(message, Text::QuizNone, &[]);
            return None;
        };
        let player = player_of(&message.sender);
        match &message.sender {
            Sender::AnonymousAdmin => self.stop_by_message(turn, message, true),
            Sender::Person(_) if self.rounds[index].round.is_starter(player.id) => {
                self.stop_by_message(turn, message, false);
            }
            Sender::Person(_) => return Some(AdminAsk::StopByMessage { message: message.clone() }),
            Sender::Channel | Sender::Bot => {}
        }
        None
    }

    pub(super) fn stop_by_message(&mut self, turn: &mut Turn<'_>, message: &Message, is_admin: bool) {
        let Some(index) = self.index_in(message.thread) else { return };
        let player = player_of(&message.sender).id;
        self.step(turn, index, Event::Stop { player, is_admin }, &Actor::Message(message));
    }

    pub(super) fn vote(&mut self, turn: &mut Turn<'_>, vote: Vote) {
        // Taking a vote back changes nothing: the first choice counts.
        if vote.options.is_empty() {
            return;
        }
        let Some((index, poll)) = self.poll_of(&vote.poll) else { return };
        let player = player(&vote.person);
        let vote = Event::Vote { poll, player, options: vote.options, at: turn.now };
        self.step(turn, index, vote, &Actor::Nobody);
    }

    pub(super) fn sent(&mut self, turn: &mut Turn<'_>, key: &Key) {
        let Some((index, poll)) = self.poll_of(key) else { return };
        self.step(turn, index, Event::PollSent { poll, at: turn.now }, &Actor::Nobody);
    }

    /// Whether somebody who plays is in the group. Where this cannot be found out, everybody is: better a stranger in
    /// the ranking than a member left out.
    pub(super) fn heard_of_member(&mut self, turn: &mut Turn<'_>, key: &Key, is_member: bool) {
        let Some((name, player)) = member_named(key) else { return };
        let Some(index) = self.index(name) else { return };
        self.step(turn, index, Event::Member { player, is_member }, &Actor::Nobody);
    }

    pub(super) fn not_sent(&mut self, turn: &mut Turn<'_>, key: &Key, failure: &Failure) {
        let Some((index, poll)) = self.poll_of(key) else { return };
        let why = why_not_sent(failure);
        self.step(turn, index, Event::PollFailed { poll, why }, &Actor::Nobody);
    }

    /// The group is a supergroup now, and its messages have stayed behind: what people can tap is shown again.
    /// Telegram reports it twice; the second time there is nothing left to do.
    pub(super) fn migrated(&mut self, turn: &mut Turn<'_>) {
        for index in 0..self.rounds.len() {
            let running = &mut self.rounds[index];
            if running.chat != ChatKind::Group {
                continue;
            }
            running.chat = ChatKind::Supergroup;
            running.lobby = false;
            running.prompts.clear();
            match running.round.phase() {
                Phase::Lobby { .. } | Phase::Countdown { .. } => self.show_lobby(turn, index),
                Phase::Paused { reason, .. } => self.say_paused(turn, index, reason),
                Phase::Sending { .. }
                | Phase::Open { .. }
                | Phase::Reading { .. }
                | Phase::Counting { .. }
                | Phase::Finished { .. } => {}
            }
        }
    }

    /// The bot is back in its group. Its messages from while it was away are lost: a pause is announced again.
    pub(super) fn returned(&mut self, turn: &mut Turn<'_>) {
        for index in 0..self.rounds.len() {
            if let Phase::Paused { reason, .. } = self.running(index).round.phase() {
                self.take_pause_buttons(turn, index);
                self.say_paused(turn, index, reason);
            }
        }
    }

    pub(super) fn tick(&mut self, turn: &mut Turn<'_>) {
        self.step_all_rounds(turn, &Event::Tick);
    }

    pub(super) fn forget(&mut self, turn: &mut Turn<'_>, person: PersonId) {
        self.step_all_rounds(turn, &Event::Forget { player: PlayerId(person.0) });
    }

    /// Steps every round of the chat. By name, because a round that is over leaves the list.
    fn step_all_rounds(&mut self, turn: &mut Turn<'_>, event: &Event) {
        let names: Vec<String> = self.rounds.iter().map(|running| running.name.clone()).collect();
        for name in names {
            if let Some(index) = self.index(&name) {
                self.step(turn, index, event.clone(), &Actor::Nobody);
            }
        }
    }

    fn poll_of(&self, key: &Key) -> Option<(usize, PollNumber)> {
        let (name, poll) = poll_named(key)?;
        Some((self.index(name)?, poll))
    }

    fn step(&mut self, turn: &mut Turn<'_>, index: usize, event: Event, actor: &Actor<'_>) {
        let running = &mut self.rounds[index];
        let (round, effects) = quiz::step(running.round.clone(), event, turn.now);
        running.round = round;
        self.carry_out(turn, index, effects, actor);
    }

    fn running(&self, index: usize) -> &Running {
        &self.rounds[index]
    }
}

/// Why a poll was not sent.
pub(super) fn why_not_sent(failure: &Failure) -> SendFailure {
    match failure {
        Failure::NoRights | Failure::ChatGone => SendFailure::NoRights,
        Failure::MessageGone | Failure::Other(_) => SendFailure::Other,
    }
}

fn player(person: &Person) -> Player {
    Player { id: PlayerId(person.id.0), name: person.name.clone() }
}

/// The player behind a message. An admin who stays anonymous plays as the group's voice.
fn player_of(sender: &Sender) -> Player {
    match sender {
        Sender::Person(person) => player(person),
        Sender::AnonymousAdmin | Sender::Channel | Sender::Bot => {
            Player { id: PlayerId(0), name: String::new() }
        }
    }
}

/// A name as a line of a list can show it: no line breaks, no invisible direction marks that would turn the
/// rest of the line around, at most 32 characters; never empty. Nor anything that Telegram would make a link, a mention or a
/// command of: that would then be the bot speaking.
pub(super) fn shown(name: &str) -> String {
    let steers = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    // Letters that look like nothing: the fillers of Hangul, and the empty pattern of Braille.
    let is_blank = |c: char| {
        c.is_whitespace() || matches!(c, '\u{115f}' | '\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}')
    };
    let mut letters = name.chars().filter(|c| !steers(*c)).peekable();
    let mut plain = String::with_capacity(name.len());
    while let Some(letter) = letters.next() {
        let goes_on = letters.peek().is_some_and(|next| next.is_alphanumeric());
        plain.push(match letter {
            c if is_blank(c) => ' ',
            '@' if goes_on => '＠',
            // One dot leader and fraction slash: they look the same.
            '.' if goes_on => '\u{2024}',
            '/' if plain.chars().next_back().is_none_or(|c| matches!(c, ' ' | ':' | '\u{2044}')) => {
                '\u{2044}'
            }
            '#' | '$' if goes_on => continue,
            c => c,
        });
    }
    let name = plain.trim();
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

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn a_name_mentions_links_and_commands_nothing() {
        for (name, expected) in [
            ("Ada Lovelace", "Ada Lovelace"),
            ("J. R. Smith", "J. R. Smith"),
            ("@victim t.me/evil", "＠victim t\u{2024}me/evil"),
            ("<b>Bruno</b> & *co*", "<b>Bruno</b> & *co*"),
            ("https://evil.example", "https:\u{2044}\u{2044}evil\u{2024}example"),
            ("/stop", "\u{2044}stop"),
            ("two\nlines", "two lines"),
            ("\u{3164}\u{2800}", "?"),
            ("\u{202e}adA", "adA"),
        ] {
            assert_eq!(shown(name), expected);
        }
    }
}
