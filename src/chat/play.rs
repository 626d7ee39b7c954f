//! The quiz in the chat: rounds put into words, polls and buttons.

use serde::{Deserialize, Serialize};

use super::outgoing::label;
use super::press::{Press, QuizPress};
use super::settings::AdminAsk;
use super::turn::Turn;
use super::{
    Button, ChatKind, Effect, Failure, Key, Keyboard, Message, MessageId, MessageRef, Outgoing, Person,
    PersonId, Read, Record, Request, Sender, Standing, Tap, ThreadId, Vote,
};
use crate::quiz::{
    self, Ending, Event, History, PauseReason, Phase, Player, PlayerId, PollNumber, Refusal, Round,
    SendFailure, Summary, Wish, WishError,
};
use crate::rich_text::RichText;
use crate::texts::Text;
use crate::time::Timestamp;

/// So many places are named at the end of a round and in a table.
const N_PLACES: usize = 20;

/// So many entries to read are offered at the end of a round.
const N_READ_UP: usize = 3;

/// So many names of those who are ready fit into a lobby.
const N_NAMES: usize = 50;

/// The quiz of one chat: a round at most in each topic, and what was asked before.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Play {
    rounds: Vec<Running>,
    history: History,
    /// The last wish in each topic, for *Again*.
    wishes: Vec<(Option<ThreadId>, Wish)>,
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
    topic: Option<String>,
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
    /// `/quiz [questions] [seconds] [topic]`.
    pub(super) fn quiz(&mut self, message: &Message, arguments: &str) {
        if let Some(index) = self.conversation.play.index_in(message.thread) {
            return self.already_running(message, index);
        }
        match &message.sender {
            Sender::Person(person) if self.conversation.settings.only_admins_start => {
                let ask = AdminAsk::StartQuiz { message: message.clone(), arguments: arguments.to_owned() };
                self.if_admin(message.chat, person, ask);
            }
            Sender::Person(_) | Sender::AnonymousAdmin => self.open_quiz(message, arguments),
            Sender::Channel | Sender::Bot => {}
        }
    }

    /// In private `/quiz` resumes a pause; else a line that leads to the round.
    fn already_running(&mut self, message: &Message, index: usize) {
        let running = &self.conversation.play.rounds[index];
        if message.chat == ChatKind::Private && matches!(running.round.phase(), Phase::Paused { .. }) {
            return self.step_quiz(index, Event::Resume, &Voice::Message(message));
        }
        let (above, thread) = (running.last_key(), running.thread);
        let key = Key(format!("notice:{}", message.id.0));
        let text = self.say(Text::QuizRunning, &[]);
        self.send(Outgoing::message(thread, text).reply_to(MessageRef::Key(above)).key(key.clone()));
        self.litter(message.chat, key);
    }

    pub(super) fn open_quiz(&mut self, message: &Message, arguments: &str) {
        if let Some(index) = self.conversation.play.index_in(message.thread) {
            return self.already_running(message, index);
        }
        match quiz::parse_wish(arguments, &self.usual_wish()) {
            Ok(wish) => {
                let player = player_of(&message.sender);
                self.begin_quiz(
                    message.chat,
                    message.thread,
                    MessageRef::Id(message.id),
                    message.id,
                    player,
                    wish,
                );
            }
            Err(error) => {
                let (text, values) = match error {
                    WishError::Questions(_) => {
                        (Text::QuizQuestionsRange, [("least", 1_u32.into()), ("most", 30_u32.into())])
                    }
                    WishError::Seconds(_) => {
                        (Text::QuizSecondsRange, [("least", 5_u32.into()), ("most", 600_u32.into())])
                    }
                    WishError::TooManyNumbers => {
                        (Text::QuizTooManyNumbers, [("least", 1_u32.into()), ("most", 30_u32.into())])
                    }
                };
                self.notice(message, text, &values);
            }
        }
    }

    /// What a bare `/quiz` asks for in this chat.
    fn usual_wish(&self) -> Wish {
        let settings = &self.conversation.settings;
        Wish { n_questions: settings.n_questions, seconds: settings.seconds, topic: None }
    }

    fn begin_quiz(
        &mut self,
        chat: ChatKind,
        thread: Option<ThreadId>,
        reply_to: MessageRef,
        cause: MessageId,
        starter: Player,
        wish: Wish,
    ) {
        // The time and the message differ from round to round, and are the same when a step is repeated.
        let seed = self.now.0.unsigned_abs() ^ cause.0.unsigned_abs().rotate_left(32);
        let deck = quiz::deck(&self.context.library.questions, &wish, &self.conversation.play.history, seed);
        if deck.is_empty() {
            let text = if wish.topic.is_some() { Text::QuizNoQuestions } else { Text::QuizNoQuestionsAtAll };
            let text = self.say(text, &[]);
            return self.send(Outgoing::message(thread, text).reply_to(reply_to));
        }
        self.conversation.play.wishes.retain(|(known, _)| *known != thread);
        self.conversation.play.wishes.push((thread, wish.clone()));
        let setting = if chat == ChatKind::Private { quiz::Setting::Private } else { quiz::Setting::Group };
        let (round, effects) = quiz::start(setting, deck, wish.seconds, starter, self.now);
        let name = format!("{:x}", self.now.0.unsigned_abs() ^ (cause.0.unsigned_abs() << 44));
        let running =
            Running { name, chat, thread, lobby: false, topic: wish.topic, pauses: 0, paused: false, round };
        self.conversation.play.rounds.push(running);
        let index = self.conversation.play.rounds.len() - 1;
        self.carry_out(index, effects, &Voice::Nobody);
    }

    /// *Again* under a result: the same wish once more, from those who may start a quiz here.
    pub(super) fn quiz_again(&mut self, tap: &Tap) {
        if self.conversation.settings.only_admins_start {
            return self.if_admin(tap.chat, &tap.person, AdminAsk::StartAgain { tap: tap.clone() });
        }
        self.open_again(tap);
    }

    pub(super) fn open_again(&mut self, tap: &Tap) {
        if self.conversation.play.index_in(tap.thread).is_some() {
            return self.toast(tap, Text::QuizRunning);
        }
        self.settle(tap);
        let last = self.conversation.play.wishes.iter().find(|(thread, _)| *thread == tap.thread);
        let wish = last.map_or_else(|| self.usual_wish(), |(_, wish)| wish.clone());
        let player = player(&tap.person);
        self.begin_quiz(tap.chat, tap.thread, MessageRef::Id(tap.message), tap.message, player, wish);
    }

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

    /// `/top`: this week's table and that of all time.
    pub(super) fn top(&mut self, message: &Message) {
        let person = match &message.sender {
            Sender::Person(person) => Some(person.id),
            _ => None,
        };
        let read = Read::Table { person, reply_to: message.id, thread: message.thread };
        self.effects.push(Effect::Read(read));
    }

    pub(super) fn show_table(
        &mut self,
        person: Option<PersonId>,
        reply_to: MessageId,
        thread: Option<ThreadId>,
        week: &[Standing],
        ever: &[Standing],
    ) {
        let text = if ever.is_empty() {
            self.say(Text::TableEmpty, &[])
        } else {
            let mut text = self.say(Text::TableWeek, &[]);
            text.push("\n");
            if week.is_empty() {
                text.append(&self.say(Text::TableNobodyThisWeek, &[]));
            }
            text.append(&self.table(person, week));
            text.push("\n\n");
            text.append(&self.say(Text::TableEver, &[]));
            text.push("\n");
            text.append(&self.table(person, ever));
            text
        };
        self.send(Outgoing::message(thread, text).reply_to(MessageRef::Id(reply_to)));
    }

    /// The first places, and the asking person's own line wherever it stands.
    fn table(&self, person: Option<PersonId>, standings: &[Standing]) -> RichText {
        let mut lines = RichText::default();
        let mut place = 0;
        for (index, standing) in standings.iter().enumerate() {
            // Equals share a place.
            let equal =
                |other: &Standing| (other.right, other.total_ms) == (standing.right, standing.total_ms);
            if index == 0 || !equal(&standings[index - 1]) {
                place = index + 1;
            }
            let own = person == Some(standing.person.id);
            if index >= N_PLACES && !own {
                continue;
            }
            if !lines.text.is_empty() {
                lines.push("\n");
            }
            let values = [
                ("place", medal(place).into()),
                ("name", shown(&standing.person.name).into()),
                ("right", standing.right.into()),
                ("asked", standing.asked.into()),
            ];
            lines.append(&self.say(if own { Text::TableYou } else { Text::TableLine }, &values));
        }
        lines
    }

    fn poll_of(&self, key: &Key) -> Option<(usize, PollNumber)> {
        let (name, poll) = key.0.strip_prefix("poll:")?.rsplit_once(':')?;
        Some((self.conversation.play.index(name)?, PollNumber(poll.parse().ok()?)))
    }

    fn step_quiz(&mut self, index: usize, event: Event, voice: &Voice<'_>) {
        let running = &mut self.conversation.play.rounds[index];
        let (round, effects) = quiz::step(running.round.clone(), event, self.now);
        running.round = round;
        self.carry_out(index, effects, voice);
    }

    /// Says what a round asks for. A round that is over leaves the chat's state.
    fn carry_out(&mut self, index: usize, effects: Vec<quiz::Effect>, voice: &Voice<'_>) {
        if let Voice::Tap(tap) = voice
            && !effects.iter().any(|effect| matches!(effect, quiz::Effect::Refuse { .. }))
        {
            self.settle(tap);
        }
        for effect in effects {
            match effect {
                quiz::Effect::ShowLobby => self.show_lobby(index),
                quiz::Effect::Begin => self.close_lobby(index, Text::QuizStarting),
                quiz::Effect::SendPoll { poll, number, of, seconds, question } => {
                    self.send_poll(index, poll, (number, of), seconds, &question);
                }
                quiz::Effect::ClosePoll { poll } => {
                    let message = MessageRef::Key(self.running(index).poll_key(poll));
                    self.send(Outgoing::request(self.running(index).thread, Request::StopPoll { message }));
                }
                quiz::Effect::SayPaused { reason } => self.say_paused(index, reason),
                quiz::Effect::SayResumed => {
                    self.conversation.play.rounds[index].paused = false;
                    let pause = MessageRef::Key(self.running(index).pause_key());
                    self.send(Outgoing::edit(pause, self.say(Text::QuizResumed, &[]), Vec::new()));
                }
                quiz::Effect::Refuse { what } => {
                    let text = match what {
                        Refusal::StartNow => Text::QuizOnlyStarterStarts,
                        Refusal::Stop => Text::QuizOnlyStarterStops,
                    };
                    match voice {
                        Voice::Message(message) => self.notice(message, text, &[]),
                        Voice::Tap(tap) => self.alert(tap, text, &[]),
                        Voice::Nobody => {}
                    }
                }
                quiz::Effect::Finish { summary } => self.finish(index, &summary),
            }
        }
        if self.running(index).round.is_finished() {
            self.conversation.play.rounds.remove(index);
        }
    }

    fn running(&self, index: usize) -> &Running {
        &self.conversation.play.rounds[index]
    }

    fn show_lobby(&mut self, index: usize) {
        let running = self.running(index);
        let names: Vec<String> = running.round.ready().map(|player| shown(&player.name)).collect();
        let players = if names.is_empty() {
            self.say(Text::QuizNobodyYet, &[])
        } else {
            let more = names.len().saturating_sub(N_NAMES);
            let mut listed = names.iter().take(N_NAMES).cloned().collect::<Vec<_>>().join(", ");
            if more > 0 {
                listed = format!("{listed}, {}", self.texts().label(Text::QuizMore, &[("n", more.into())]));
            }
            self.say(Text::QuizReady, &[("names", listed.into())])
        };
        let topic = match &running.topic {
            Some(topic) => {
                let mut about = RichText::plain(" ");
                about.append(&self.say(Text::QuizLobbyTopic, &[("topic", topic.as_str().into())]));
                about
            }
            None => RichText::default(),
        };
        let values = [
            ("n", running.round.deck().len().into()),
            ("seconds", running.round.seconds().into()),
            ("topic", topic.into()),
            ("players", players.into()),
        ];
        let text = self.say(Text::QuizLobby, &values);
        let buttons = vec![
            vec![running.press(QuizPress::Ready).button(self.label(Text::QuizReadyButton))],
            vec![
                running.press(QuizPress::Start).button(self.label(Text::QuizStartButton)),
                running.press(QuizPress::Stop).button(self.label(Text::QuizStopButton)),
            ],
        ];
        let (key, thread) = (running.lobby_key(), running.thread);
        if running.lobby {
            self.send(Outgoing::edit(MessageRef::Key(key), text, buttons));
        } else {
            self.conversation.play.rounds[index].lobby = true;
            self.send(Outgoing::message(thread, text).buttons(buttons).key(key));
        }
    }

    /// The lobby message becomes a plain line, so that its buttons mislead nobody.
    fn close_lobby(&mut self, index: usize, text: Text) {
        let running = self.running(index);
        if !running.lobby {
            return;
        }
        let values = [("n", running.round.deck().len().into()), ("seconds", running.round.seconds().into())];
        let lobby = MessageRef::Key(running.lobby_key());
        self.send(Outgoing::edit(lobby, self.say(text, &values), Vec::new()));
    }

    fn send_poll(
        &mut self,
        index: usize,
        poll: PollNumber,
        (number, of): (usize, usize),
        seconds: u32,
        question: &quiz::Question,
    ) {
        let running = self.running(index);
        let request = Request::Poll {
            question: format!("{number}/{of} {}", question.prompt),
            options: question.options.clone(),
            correct: question.key,
            explanation: RichText::plain(&question.explanation),
            seconds,
            reply_to: None,
        };
        let key = running.poll_key(poll);
        self.send(Outgoing::request(running.thread, request).key(key).report());
    }

    fn say_paused(&mut self, index: usize, reason: PauseReason) {
        self.conversation.play.rounds[index].pauses += 1;
        self.conversation.play.rounds[index].paused = true;
        let running = self.running(index);
        let text = match reason {
            PauseReason::NobodyVotes => Text::QuizPausedSilent,
            PauseReason::NoRights => Text::QuizPausedNoRights,
            PauseReason::CannotSend | PauseReason::NotSent { .. } => Text::QuizPausedTrouble,
        };
        let buttons = vec![vec![
            running.press(QuizPress::Resume).button(self.label(Text::QuizResumeButton)),
            running.press(QuizPress::Stop).button(self.label(Text::QuizStopButton)),
        ]];
        let (key, thread) = (running.pause_key(), running.thread);
        self.send(Outgoing::message(thread, self.say(text, &[])).buttons(buttons).key(key));
    }

    fn take_pause_buttons(&mut self, index: usize) {
        let message = MessageRef::Key(self.running(index).pause_key());
        self.send(Outgoing::request(None, Request::EditButtons { message, buttons: Vec::new() }));
    }

    fn finish(&mut self, index: usize, summary: &Summary) {
        let now = self.now;
        self.conversation.play.history.record(summary, now);
        if summary.asked == 0 {
            return self.call_off(index, summary.ending);
        }
        if self.running(index).paused {
            self.take_pause_buttons(index);
        }
        self.record(Record::Round { players: u32::try_from(summary.ranking.len()).unwrap_or(u32::MAX) });
        if summary.counts_for_table {
            self.record_scores(index, summary);
        }
        if summary.ending == Ending::Forgotten {
            return;
        }
        let private = self.running(index).chat == ChatKind::Private;
        let text = if private { self.private_result(summary) } else { self.group_result(summary) };
        let buttons = self.result_buttons(summary, private);
        let (key, thread) = (self.running(index).result_key(), self.running(index).thread);
        self.send(Outgoing::message(thread, text).buttons(buttons).key(key));
    }

    /// A round is over before its first question: the message that people look at says so.
    fn call_off(&mut self, index: usize, ending: Ending) {
        let running = self.running(index);
        match ending {
            Ending::Forgotten => {}
            Ending::TooFewCame => self.close_lobby(index, Text::QuizLobbyOver),
            Ending::Played | Ending::Stopped | Ending::NotResumed if running.paused => {
                let pause = MessageRef::Key(running.pause_key());
                self.send(Outgoing::edit(pause, self.say(Text::QuizOff, &[]), Vec::new()));
            }
            Ending::Played | Ending::Stopped | Ending::NotResumed if running.lobby => {
                self.close_lobby(index, Text::QuizOff);
            }
            Ending::Played | Ending::Stopped | Ending::NotResumed => {
                self.send(Outgoing::message(running.thread, self.say(Text::QuizOff, &[])));
            }
        }
    }

    /// A table has people only: one person may vote as several chats, and no chat can ask to be forgotten.
    fn record_scores(&mut self, index: usize, summary: &Summary) {
        let (name, thread) = (self.running(index).name.clone(), self.running(index).thread);
        for standing in summary.ranking.iter().filter(|it| it.player.id.is_person()) {
            self.record(Record::Score {
                round: name.clone(),
                person: Person { id: PersonId(standing.player.id.0), name: standing.player.name.clone() },
                thread,
                right: u32::try_from(standing.right).unwrap_or(u32::MAX),
                asked: u32::try_from(summary.asked).unwrap_or(u32::MAX),
                total_ms: standing.total_ms,
            });
        }
    }

    fn private_result(&self, summary: &Summary) -> RichText {
        let asked = summary.asked.into();
        let mut text = match summary.ranking.first() {
            Some(standing) => {
                let time = seconds(standing.total_ms).into();
                let values = [("right", standing.right.into()), ("asked", asked), ("time", time)];
                self.say(Text::QuizPrivateResult, &values)
            }
            None => self.say(Text::QuizNoVote, &[("n", asked)]),
        };
        if !summary.missed.is_empty() {
            text.push("\n\n");
            let titles: Vec<&str> =
                summary.missed.iter().take(N_READ_UP).map(|missed| missed.read_up.title.as_str()).collect();
            text.append(&self.say(Text::QuizReadUpOn, &[("titles", titles.join(" · ").into())]));
        }
        text
    }

    fn group_result(&self, summary: &Summary) -> RichText {
        let mut text = self.say(Text::QuizOver, &[("n", summary.asked.into())]);
        text.push("\n");
        if summary.ranking.is_empty() {
            text.push("\n");
            text.append(&self.say(Text::QuizNobodyVoted, &[]));
        }
        for standing in summary.ranking.iter().take(N_PLACES) {
            let values = [
                ("place", medal(standing.place).into()),
                ("name", shown(&standing.player.name).into()),
                ("right", standing.right.into()),
                ("asked", summary.asked.into()),
                ("time", seconds(standing.total_ms).into()),
            ];
            text.push("\n");
            text.append(&self.say(Text::QuizRankingLine, &values));
        }
        if summary.ranking.len() > N_PLACES {
            text.push("\n");
            text.append(&self.say(Text::QuizMore, &[("n", (summary.ranking.len() - N_PLACES).into())]));
        }
        text
    }

    /// *Again*, and what most people missed: in private as answers, in a group as deep links, so that reading
    /// does not fill the group.
    fn result_buttons(&self, summary: &Summary, private: bool) -> Keyboard {
        let mut buttons: Keyboard = vec![vec![Press::Again.button(self.label(Text::QuizAgainButton))]];
        for missed in summary.missed.iter().take(N_READ_UP) {
            let title =
                self.texts().label(Text::QuizReadButton, &[("title", missed.read_up.title.as_str().into())]);
            let id = &missed.read_up.id;
            buttons.push(vec![if private {
                Press::Open(id.clone()).button(label(&title))
            } else {
                Button::link(label(&title), self.deep_link(id))
            }]);
        }
        buttons
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

/// Milliseconds as seconds with one decimal: "12.3".
fn seconds(ms: i64) -> String {
    format!("{}.{}", ms / 1_000, ms % 1_000 / 100)
}
