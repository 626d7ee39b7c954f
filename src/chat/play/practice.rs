//! A session of practice: a round alone, which ends with what it has done for the person.

use super::{Actor, Play, Running, player_of};
use crate::chat::turn::Turn;
use crate::chat::{ChatKind, Message, Outgoing, PersonId, Read, Record, Response, ReviewsFor};
use crate::quiz::practice::SESSION;
use crate::quiz::{self, Event, History, Question, QuizOptions, Summary};
use crate::texts::Text;

/// How long a question of practice takes, in seconds: there are no others to wait for.
const SECONDS: u32 = 60;

impl Play {
    /// Begins a session with these questions. False: a round that is under way keeps it from beginning; one of practice
    /// that is paused goes on.
    pub(in crate::chat) fn practise(
        &mut self,
        turn: &mut Turn<'_>,
        message: &Message,
        deck: Vec<Question>,
    ) -> bool {
        let starter = player_of(&message.sender);
        if let Some(index) = self.index_in(message.thread) {
            if self.running(index).practice || !self.is_paused_alone(message, index) {
                self.already_running(turn, message, index);
                return false;
            }
            let stop = Event::Stop { player: starter.id, is_admin: false };
            self.step(turn, index, stop, &Actor::Message(message));
        }
        let options = QuizOptions { n_questions: SESSION, seconds: SECONDS, ..QuizOptions::default() };
        let deck = quiz::deck(&deck, &options, &History::default(), message.chance.seed);
        let values = [("n", deck.len().into())];
        turn.send_first(Outgoing::message(message.thread, turn.say(Text::PracticeStart, &values)));
        let (round, effects) = quiz::start(quiz::Mode::Private, deck, SECONDS, starter, turn.now);
        self.rounds.push(Running {
            name: format!("{:x}", message.chance.name),
            chat: ChatKind::Private,
            thread: message.thread,
            lobby: false,
            options,
            topic: None,
            pauses: 0,
            paused: false,
            prompts: Vec::new(),
            practice: true,
            round,
        });
        self.carry_out(turn, self.rounds.len() - 1, effects, &Actor::Nobody);
        true
    }

    /// Looks up past answers, together with those just given: they show when to return.
    pub(super) fn finish_practice(&self, turn: &mut Turn<'_>, index: usize, summary: &Summary) {
        let running = self.running(index);
        let Some(standing) = summary.ranking.first() else {
            let text = turn.say(Text::QuizNoVote, &[("n", summary.asked.into())]);
            return turn.send_first(Outgoing::message(running.thread, text));
        };
        let purpose = ReviewsFor::End {
            thread: running.thread,
            questions: summary.responses.iter().map(|it| it.question.clone()).collect(),
            right: standing.right,
            asked: summary.asked,
        };
        turn.read(Read::Reviews { person: PersonId(standing.player.id.0), purpose });
    }

    pub(super) fn record_responses(&self, turn: &mut Turn<'_>, index: usize, summary: &Summary) {
        let practised = self.running(index).practice;
        let responses: Vec<Response> = summary
            .responses
            .iter()
            .map(|it| Response {
                person: PersonId(it.player.0),
                question: it.question.clone(),
                right: it.right,
                rest: it.rest,
                practised,
            })
            .collect();
        if !responses.is_empty() {
            turn.record(Record::Responses(responses));
        }
    }
}
