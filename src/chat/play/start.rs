//! How a round begins: `/quiz`, and *Again*.

use std::ops::RangeInclusive;

use super::{Running, Voice, player, player_of};
use crate::chat::settings::AdminAsk;
use crate::chat::turn::Turn;
use crate::chat::{ChatKind, Key, Message, MessageId, MessageRef, Outgoing, Sender, Tap, ThreadId};
use crate::quiz::{self, Event, Phase, Player, QuizOptions, QuizOptionsError};
use crate::texts::Text;

impl Turn<'_> {
    /// `/quiz [questions] [seconds] [topic]`.
    pub(in crate::chat) fn quiz(&mut self, message: &Message, arguments: &str) {
        if let Some(index) = self.stands_in_the_way(message, arguments) {
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

    /// The round that runs here already. In private one that is paused gives way to another wish.
    fn stands_in_the_way(&self, message: &Message, arguments: &str) -> Option<usize> {
        let index = self.conversation.play.index_in(message.thread)?;
        let gives_way = self.is_paused_alone(message, index) && !arguments.is_empty();
        (!gives_way).then_some(index)
    }

    fn is_paused_alone(&self, message: &Message, index: usize) -> bool {
        message.chat == ChatKind::Private && matches!(self.running(index).round.phase(), Phase::Paused { .. })
    }

    /// In private a bare `/quiz` resumes a pause; else a line that leads to the round.
    fn already_running(&mut self, message: &Message, index: usize) {
        if self.is_paused_alone(message, index) {
            return self.step_quiz(index, Event::Resume, &Voice::Message(message));
        }
        let running = self.running(index);
        let (above, thread) = (running.last_key(), running.thread);
        let key = Key(format!("notice:{}", message.id.0));
        let text = self.say(Text::QuizRunning, &[]);
        self.send(Outgoing::message(thread, text).reply_to(MessageRef::Key(above)).key(key.clone()));
        self.litter(message.chat, key);
    }

    pub(in crate::chat) fn open_quiz(&mut self, message: &Message, arguments: &str) {
        if let Some(index) = self.stands_in_the_way(message, arguments) {
            return self.already_running(message, index);
        }
        match quiz::parse_quiz_options(arguments, &self.usual_wish()) {
            Ok(wish) => {
                let starter = player_of(&message.sender);
                if let Some(paused) = self.conversation.play.index_in(message.thread) {
                    let stop = Event::Stop { player: starter.id, is_admin: false };
                    self.step_quiz(paused, stop, &Voice::Message(message));
                }
                self.begin_quiz(message.chat, message.thread, message.id, starter, wish);
            }
            Err(QuizOptionsError::Questions) => {
                self.refuse_range(message, Text::QuizQuestionsRange, &quiz::QUESTIONS)
            }
            Err(QuizOptionsError::Seconds) => {
                self.refuse_range(message, Text::QuizSecondsRange, &quiz::SECONDS)
            }
            Err(QuizOptionsError::TooManyNumbers) => self.notice(message, Text::QuizTooManyNumbers, &[]),
        }
    }

    fn refuse_range(&mut self, message: &Message, text: Text, range: &RangeInclusive<u32>) {
        let (least, most) = (*range.start(), *range.end());
        self.notice(message, text, &[("least", least.into()), ("most", most.into())]);
    }

    /// What a bare `/quiz` asks for in this chat.
    fn usual_wish(&self) -> QuizOptions {
        let settings = &self.conversation.settings;
        QuizOptions { n_questions: settings.n_questions, seconds: settings.seconds, topic: None }
    }

    /// Begins a round because of a message: what somebody wrote, or what they tapped.
    fn begin_quiz(
        &mut self,
        chat: ChatKind,
        thread: Option<ThreadId>,
        cause: MessageId,
        starter: Player,
        wish: QuizOptions,
    ) {
        // The time and the message differ from round to round, and are the same when a step is repeated.
        let seed = self.now.0.unsigned_abs() ^ cause.0.unsigned_abs().rotate_left(32);
        let play = &self.conversation.play;
        let history = play
            .rounds
            .iter()
            .fold(play.history.clone(), |history, running| history.with_deck(running.round.deck(), self.now));
        let deck = quiz::deck(&self.context.library.questions, &wish, &history, seed);
        if deck.is_empty() {
            let text = if wish.topic.is_some() { Text::QuizNoQuestions } else { Text::QuizNoQuestionsAtAll };
            let text = self.say(text, &[]);
            return self.send(Outgoing::message(thread, text).reply_to(MessageRef::Id(cause)));
        }
        let setting = if chat == ChatKind::Private { quiz::Setting::Private } else { quiz::Setting::Group };
        let (round, effects) = quiz::start(setting, deck, wish.seconds, starter, self.now);
        let name = format!("{:x}", self.now.0.unsigned_abs() ^ (cause.0.unsigned_abs() << 44));
        let running = Running { name, chat, thread, lobby: false, wish, pauses: 0, paused: false, round };
        self.conversation.play.rounds.push(running);
        let index = self.conversation.play.rounds.len() - 1;
        self.carry_out(index, effects, &Voice::Nobody);
    }

    /// *Again* under a result: the same wish once more, from those who may start a quiz here.
    pub(in crate::chat) fn quiz_again(&mut self, tap: &Tap) {
        if self.conversation.settings.only_admins_start {
            return self.if_admin(tap.chat, &tap.person, AdminAsk::StartAgain { tap: tap.clone() });
        }
        self.open_again(tap);
    }

    pub(in crate::chat) fn open_again(&mut self, tap: &Tap) {
        if self.conversation.play.index_in(tap.thread).is_some() {
            return self.toast(tap, Text::QuizRunning);
        }
        self.settle(tap);
        let last = self.conversation.play.wishes.iter().find(|(thread, _)| *thread == tap.thread);
        let wish = last.map_or_else(|| self.usual_wish(), |(_, wish)| wish.clone());
        self.begin_quiz(tap.chat, tap.thread, tap.message, player(&tap.person), wish);
    }
}
