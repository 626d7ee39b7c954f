//! How a round begins: `/quiz`, and *Again*.

use std::ops::RangeInclusive;

use super::{Actor, Play, Running, player, player_of};
use crate::chat::admins::AdminAsk;
use crate::chat::settings::Settings;
use crate::chat::turn::Turn;
use crate::chat::{
    Chance, ChatKind, Key, Library, Message, MessageId, MessageRef, Outgoing, Sender, Tap, ThreadId,
};
use crate::quiz::{self, Event, Phase, Player, Question, QuizOptions, QuizOptionsError};
use crate::texts::Text;

/// What began a round, and where.
struct Cause {
    chat: ChatKind,
    thread: Option<ThreadId>,
    message: MessageId,
    chance: Chance,
}

impl Cause {
    fn of_message(message: &Message) -> Cause {
        Cause { chat: message.chat, thread: message.thread, message: message.id, chance: message.chance }
    }

    fn of_tap(tap: &Tap) -> Cause {
        Cause { chat: tap.chat, thread: tap.thread, message: tap.message, chance: tap.chance }
    }
}

/// The least number of seconds for a question by default where people write a number.
const GUESS_SECONDS: u32 = 30;

impl Play {
    /// `/guess` and `/quiz [questions] [seconds] [topic]`. Returns the request if only an admin may make it.
    pub(in crate::chat) fn quiz(
        &mut self,
        turn: &mut Turn<'_>,
        settings: &Settings,
        message: &Message,
        arguments: &str,
        guess: bool,
    ) -> Option<AdminAsk> {
        if let Some(index) = self.stands_in_the_way(message, arguments) {
            self.already_running(turn, message, index);
            return None;
        }
        match &message.sender {
            Sender::Person(_) if settings.only_admins_start() => {
                let (message, arguments) = (message.clone(), arguments.to_owned());
                return Some(AdminAsk::StartQuiz { message, arguments, guess });
            }
            Sender::Person(_) | Sender::AnonymousAdmin => {
                self.open(turn, settings, message, arguments, guess)
            }
            Sender::Channel | Sender::Bot => {}
        }
        None
    }

    /// The round already under way here. In private, a paused one gives way to a different request.
    fn stands_in_the_way(&self, message: &Message, arguments: &str) -> Option<usize> {
        let index = self.index_in(message.thread)?;
        let gives_way = self.is_paused_alone(message, index) && !arguments.is_empty();
        (!gives_way).then_some(index)
    }

    pub(super) fn is_paused_alone(&self, message: &Message, index: usize) -> bool {
        message.chat == ChatKind::Private && matches!(self.running(index).round.phase(), Phase::Paused { .. })
    }

    /// In private a bare `/quiz` resumes a paused round; otherwise a line leads to the round.
    pub(super) fn already_running(&mut self, turn: &mut Turn<'_>, message: &Message, index: usize) {
        if self.is_paused_alone(message, index) {
            return self.step(turn, index, Event::Resume, &Actor::Message(message));
        }
        let running = self.running(index);
        let (above, thread) = (running.last_key(), running.thread);
        let key = Key(format!("notice:{}", message.id.0));
        let text = turn.say(Text::QuizRunning, &[]);
        turn.send(Outgoing::message(thread, text).reply_to(MessageRef::Key(above)).key(key.clone()));
        turn.delete_later(message.chat, key);
    }

    pub(in crate::chat) fn open(
        &mut self,
        turn: &mut Turn<'_>,
        settings: &Settings,
        message: &Message,
        arguments: &str,
        guess: bool,
    ) {
        if let Some(index) = self.stands_in_the_way(message, arguments) {
            return self.already_running(turn, message, index);
        }
        let mut usual = settings.quiz_options();
        if guess {
            usual = QuizOptions { guess, seconds: usual.seconds.max(GUESS_SECONDS), ..usual };
        }
        match quiz::parse_quiz_options(arguments, &usual) {
            Ok(options) => {
                let starter = player_of(&message.sender);
                if let Some(paused) = self.index_in(message.thread) {
                    let stop = Event::Stop { player: starter.id, is_admin: false };
                    self.step(turn, paused, stop, &Actor::Message(message));
                }
                self.begin(turn, Cause::of_message(message), starter, options);
            }
            Err(QuizOptionsError::Questions) => {
                refuse_range(turn, message, Text::QuizQuestionsRange, &quiz::QUESTIONS)
            }
            Err(QuizOptionsError::Seconds) => {
                refuse_range(turn, message, Text::QuizSecondsRange, &quiz::SECONDS)
            }
            Err(QuizOptionsError::TooManyNumbers) => turn.notice(message, Text::QuizTooManyNumbers, &[]),
        }
    }

    /// Begins a round because of a message: what somebody wrote, or what they tapped.
    fn begin<'a>(&mut self, turn: &mut Turn<'a>, cause: Cause, starter: Player, options: QuizOptions) {
        let Cause { chat, thread, message, chance } = cause;
        let history = self
            .rounds
            .iter()
            .fold(self.history.clone(), |history, running| history.with_deck(running.round.deck(), turn.now));
        let pool_in = |library: &'a Library| -> &'a [Question] {
            if options.guess { &library.questions.guesses } else { &library.questions.quiz }
        };
        let mut pool = pool_in(turn.context.library);
        let mut deck = quiz::deck(pool, &options, &history, chance.seed);
        if deck.is_empty() && turn.context.folder.has_several_languages() {
            pool = pool_in(turn.context.folder);
            deck = quiz::deck(pool, &options, &history, chance.seed);
            if !deck.is_empty() {
                let main = turn.context.folder.language().own_name();
                let text = turn.say(Text::QuizOnlyIn, &[("language", main.into())]);
                turn.send(Outgoing::message(thread, text).reply_to(MessageRef::Id(message)));
            }
        }
        if deck.is_empty() {
            let text = match options {
                QuizOptions { topic: Some(_), .. } => Text::QuizNoQuestions,
                QuizOptions { guess: true, .. } => Text::GuessNoQuestions,
                _ => Text::QuizNoQuestionsAtAll,
            };
            let text = turn.say(text, &[]);
            return turn.send(Outgoing::message(thread, text).reply_to(MessageRef::Id(message)));
        }
        let setting = if chat == ChatKind::Private { quiz::Mode::Private } else { quiz::Mode::Group };
        let (round, effects) = quiz::start(setting, deck, options.seconds, starter, turn.now);
        let name = format!("{:x}", chance.name);
        let topic = options.topic.as_deref().and_then(|topic| quiz::topic_name(pool, topic));
        let running = Running {
            name,
            chat,
            thread,
            lobby: false,
            options,
            topic,
            pauses: 0,
            paused: false,
            prompts: Vec::new(),
            practice: false,
            round,
        };
        self.rounds.push(running);
        let index = self.rounds.len() - 1;
        self.carry_out(turn, index, effects, &Actor::Nobody);
    }

    /// *Again* under a result: the same options once more, from those who may start a quiz here. Returns the request if
    /// only an admin may make it.
    pub(in crate::chat) fn again(
        &mut self,
        turn: &mut Turn<'_>,
        settings: &Settings,
        tap: &Tap,
    ) -> Option<AdminAsk> {
        if settings.only_admins_start() {
            return Some(AdminAsk::StartAgain { tap: tap.clone() });
        }
        self.open_again(turn, settings, tap);
        None
    }

    pub(in crate::chat) fn open_again(&mut self, turn: &mut Turn<'_>, settings: &Settings, tap: &Tap) {
        if self.index_in(tap.thread).is_some() {
            return turn.toast(tap, Text::QuizRunning);
        }
        turn.settle(tap);
        let last = self.last_options.iter().find(|(thread, _)| *thread == tap.thread);
        let options = last.map_or_else(|| settings.quiz_options(), |(_, options)| options.clone());
        self.begin(turn, Cause::of_tap(tap), player(&tap.person), options);
    }
}

fn refuse_range(turn: &mut Turn<'_>, message: &Message, text: Text, range: &RangeInclusive<u32>) {
    let (least, most) = (*range.start(), *range.end());
    turn.notice(message, text, &[("least", least.into()), ("most", most.into())]);
}
