//! What a round asks for, as messages, polls and buttons.

use super::{Actor, Play, shown};
use crate::chat::callback_data::QuizPress;
use crate::chat::turn::Turn;
use crate::chat::{MessageRef, Outgoing, PersonId, Picture, Request};
use crate::quiz::{self, Closed, PauseReason, PollNumber, Refusal};
use crate::rich_text::RichText;
use crate::texts::Text;

/// How many names of those who are ready fit into a lobby.
const N_NAMES: usize = 50;

impl Play {
    /// Carries out what a round asks for. A round that is over leaves the chat's state.
    pub(super) fn carry_out(
        &mut self,
        turn: &mut Turn<'_>,
        index: usize,
        effects: Vec<quiz::Effect>,
        actor: &Actor<'_>,
    ) {
        if let Actor::Tap(tap) = actor
            && !effects.iter().any(|effect| matches!(effect, quiz::Effect::Refuse { .. }))
        {
            turn.settle(tap);
        }
        for effect in effects {
            match effect {
                quiz::Effect::ShowLobby => self.show_lobby(turn, index),
                quiz::Effect::Begin => self.close_lobby(turn, index, Text::QuizStarting),
                quiz::Effect::SendPoll { poll, number, of, question, .. } if question.is_guess() => {
                    self.send_guess_question(turn, index, poll, (number, of), &question);
                }
                quiz::Effect::SendPoll { poll, number, of, seconds, question } => {
                    self.send_poll(turn, index, poll, (number, of), seconds, &question);
                }
                quiz::Effect::ClosePoll { poll, what: Closed::Poll } => {
                    let message = MessageRef::Key(self.running(index).poll_key(poll));
                    turn.send_first(Outgoing::request(
                        self.running(index).thread,
                        Request::StopPoll { message },
                    ));
                }
                quiz::Effect::ClosePoll { poll, what } => {
                    self.close_guess(turn, index, poll, what == Closed::Guess);
                }
                quiz::Effect::ShowGuesses { poll } => self.show_guesses(turn, index, poll),
                quiz::Effect::Reveal { poll } => self.reveal(turn, index, poll),
                quiz::Effect::AskMember { player } => {
                    let (key, person) = (self.running(index).member_key(player), PersonId(player.0));
                    turn.send(Outgoing::request(None, Request::AskMember { person }).key(key).report());
                }
                quiz::Effect::SayPaused { reason } => self.say_paused(turn, index, reason),
                quiz::Effect::SayResumed => {
                    self.rounds[index].paused = false;
                    let pause = MessageRef::Key(self.running(index).pause_key());
                    turn.send_first(Outgoing::edit(pause, turn.say(Text::QuizResumed, &[]), Vec::new()));
                }
                quiz::Effect::Refuse { what } => {
                    let text = match what {
                        Refusal::StartNow => Text::QuizOnlyStarterStarts,
                        Refusal::Stop => Text::QuizOnlyStarterStops,
                    };
                    match actor {
                        Actor::Message(message) => turn.notice(message, text, &[]),
                        Actor::Tap(tap) => turn.alert(tap, text, &[]),
                        Actor::Nobody => {}
                    }
                }
                quiz::Effect::Finish { summary } => self.finish(turn, index, &summary),
            }
        }
        if self.running(index).round.is_finished() {
            self.rounds.remove(index);
        }
    }

    pub(super) fn show_lobby(&mut self, turn: &mut Turn<'_>, index: usize) {
        let running = self.running(index);
        let names: Vec<String> = running.round.ready().map(|player| shown(&player.name)).collect();
        let players = if names.is_empty() {
            turn.say(Text::QuizNobodyYet, &[])
        } else {
            let more = names.len().saturating_sub(N_NAMES);
            let mut listed = names.iter().take(N_NAMES).cloned().collect::<Vec<_>>().join(", ");
            if more > 0 {
                listed = format!(
                    "{listed}, {}",
                    turn.context.texts().label(Text::QuizMore, &[("n", more.into())])
                );
            }
            turn.say(Text::QuizReady, &[("names", listed.into())])
        };
        let topic = match &running.topic {
            Some(topic) => {
                let mut about = RichText::plain(" ");
                about.append(&turn.say(Text::QuizLobbyTopic, &[("topic", shown(topic).into())]));
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
        let text = turn.say(Text::QuizLobby, &values);
        let buttons = vec![
            vec![running.press(QuizPress::Ready).button(turn.label(Text::QuizReadyButton))],
            vec![
                running.press(QuizPress::Start).button(turn.label(Text::QuizStartButton)),
                running.press(QuizPress::Stop).button(turn.label(Text::QuizStopButton)),
            ],
        ];
        let (key, thread) = (running.lobby_key(), running.thread);
        if running.lobby {
            turn.send_first(Outgoing::edit(MessageRef::Key(key), text, buttons));
        } else {
            self.rounds[index].lobby = true;
            turn.send_first(Outgoing::message(thread, text).buttons(buttons).key(key));
        }
    }

    /// The lobby message becomes a plain line, so that its buttons mislead nobody.
    pub(super) fn close_lobby(&mut self, turn: &mut Turn<'_>, index: usize, text: Text) {
        let running = self.running(index);
        if !running.lobby {
            return;
        }
        let values = [("n", running.round.deck().len().into()), ("seconds", running.round.seconds().into())];
        let lobby = MessageRef::Key(running.lobby_key());
        turn.send_first(Outgoing::edit(lobby, turn.say(text, &values), Vec::new()));
    }

    fn send_poll(
        &mut self,
        turn: &mut Turn<'_>,
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
            correct: question.keys.clone(),
            explanation: RichText::plain(&question.explanation),
            seconds,
            reply_to: None,
            picture: question.picture.clone().map(Picture),
            explanation_picture: question.explanation_picture.clone().map(Picture),
        };
        let key = running.poll_key(poll);
        turn.send_first(Outgoing::request(running.thread, request).key(key).report());
    }

    pub(super) fn say_paused(&mut self, turn: &mut Turn<'_>, index: usize, reason: PauseReason) {
        self.rounds[index].pauses += 1;
        self.rounds[index].paused = true;
        let running = self.running(index);
        let text = match reason {
            PauseReason::NobodyVotes => Text::QuizPausedSilent,
            PauseReason::NoRights => Text::QuizPausedNoRights,
            PauseReason::CannotSend | PauseReason::NotSent { .. } => Text::QuizPausedTrouble,
        };
        let buttons = vec![vec![
            running.press(QuizPress::Resume).button(turn.label(Text::QuizResumeButton)),
            running.press(QuizPress::Stop).button(turn.label(Text::QuizStopButton)),
        ]];
        let (key, thread) = (running.pause_key(), running.thread);
        turn.send_first(Outgoing::message(thread, turn.say(text, &[])).buttons(buttons).key(key));
    }

    pub(super) fn take_pause_buttons(&mut self, turn: &mut Turn<'_>, index: usize) {
        let message = MessageRef::Key(self.running(index).pause_key());
        turn.send_first(Outgoing::request(None, Request::EditButtons { message, buttons: Vec::new() }));
    }
}
