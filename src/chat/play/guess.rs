//! Closest guess: the question as a message, the numbers that people send, and who came nearest.

use super::{Actor, N_PLACES, Play, medal, player, shown};
use crate::chat::callback_data::QuizPress;
use crate::chat::turn::Turn;
use crate::chat::{ChatKind, Key, Message, MessageRef, Outgoing, Picture, Request, Sender, Tap};
use crate::quantity::Locales;
use crate::quiz::{self, Event, Guess, Phase, PollNumber, Question, blank};
use crate::rich_text::{Entity, RichText, Style};
use crate::texts::Text;

/// How many names of those who have guessed fit below a question.
const N_NAMES: usize = 30;

impl Play {
    /// Takes a message as a guess, if the round waits for a number and this is meant as one: in a group a reply to one
    /// of the bot's messages, in private anything. False: it is something else.
    pub(in crate::chat) fn guess(&mut self, turn: &mut Turn<'_>, message: &Message) -> bool {
        let Some(index) = self.open_guess(message) else { return false };
        let text = message.text.as_deref().unwrap_or_default().trim();
        let private = message.chat == ChatKind::Private;
        let is_reply = message.reply_to.as_ref().is_some_and(|replied| replied.mine);
        if text.is_empty() || text.starts_with('/') || message.forwarded || !(private || is_reply) {
            return false;
        }
        let answer = self.question(index).and_then(|it| it.guess.as_deref()).unwrap_or_default();
        let Some(guess) = Guess::read(text, answer, &locales(turn)) else {
            // A question is a question, whatever it replies to; other talk below the quiz question gets no answer.
            let is_talk = !text.contains(['?', '？', '؟']);
            if is_talk && private {
                let hint = hint(turn, self.question(index));
                turn.reply(message, Text::GuessNotANumber, &[("hint", hint.into())]);
            }
            return is_talk;
        };
        if let Sender::Person(person) = &message.sender {
            // Telegram gives the time to the second; an edited guess counts from now.
            let at = message.sent_at.unwrap_or(turn.now).min(turn.now);
            let guess = Event::Guess { player: player(person), guess, at };
            self.step(turn, index, guess, &Actor::Message(message));
        }
        true
    }

    /// The round in this place that waits for numbers.
    fn open_guess(&self, message: &Message) -> Option<usize> {
        let index = self.index_in(message.thread)?;
        let round = &self.rounds[index].round;
        match round.phase() {
            Phase::Open { .. } if round.question()?.is_guess() => Some(index),
            _ => None,
        }
    }

    fn question(&self, index: usize) -> Option<&Question> {
        self.rounds[index].round.question()
    }

    /// *Guess*: asks the person who tapped, by name, so that their next message is a reply, which the bot gets to see in
    /// every group.
    pub(super) fn ask_for_guess(&mut self, turn: &mut Turn<'_>, index: usize, tap: &Tap) {
        let running = &self.rounds[index];
        let (round, thread) = (&running.round, running.thread);
        let (Phase::Open { poll, .. }, Some(question)) = (round.phase(), round.question()) else {
            return turn.toast(tap, Text::OldButton);
        };
        if !question.is_guess() {
            return turn.toast(tap, Text::OldButton);
        }
        let key = Key(format!("ask:{}:{}:{}", running.name, poll.0, tap.person.id.0));
        if running.prompts.contains(&key) {
            return turn.toast(tap, Text::GuessReplyToMe);
        }
        turn.settle(tap);
        let name = linked(&shown(&tap.person.name), tap.person.id.0);
        let hint = hint(turn, Some(question));
        let text = turn.say(Text::GuessYours, &[("name", name.into()), ("hint", hint.as_str().into())]);
        let reply_to = Some(MessageRef::Key(running.poll_key(poll)));
        let request = Request::ForceReply { text, placeholder: hint, reply_to };
        turn.send(Outgoing::request(thread, request).key(key.clone()));
        self.rounds[index].prompts.push(key);
    }

    pub(super) fn send_guess_question(
        &mut self,
        turn: &mut Turn<'_>,
        index: usize,
        poll: PollNumber,
        place: (usize, usize),
        question: &Question,
    ) {
        let running = self.running(index);
        let mut text = self.guess_text(turn, place, question);
        let private = running.chat == ChatKind::Private;
        if !private {
            text.push("\n\n");
            text.append(&turn.say(Text::GuessHow, &[("seconds", running.round.seconds().into())]));
        }
        let buttons = if private { Vec::new() } else { self.guess_buttons(turn, index) };
        let (key, thread) = (running.poll_key(poll), running.thread);
        // In a message of its own: the text below it changes with the guesses.
        if let Some(picture) = question.picture.clone().map(Picture) {
            turn.send_first(Outgoing::message(thread, RichText::default()).picture(Some(picture)));
        }
        turn.send_first(Outgoing::message(thread, text).buttons(buttons).key(key).report());
    }

    fn guess_text(&self, turn: &Turn<'_>, place: (usize, usize), question: &Question) -> RichText {
        let prompt = format!("{}/{} {}", place.0, place.1, question.prompt);
        let hint = hint(turn, Some(question));
        turn.say(Text::GuessQuestion, &[("prompt", prompt.into()), ("hint", hint.into())])
    }

    fn guess_buttons(&self, turn: &Turn<'_>, index: usize) -> crate::chat::Keyboard {
        vec![vec![self.running(index).press(QuizPress::Guess).button(turn.label(Text::GuessButton))]]
    }

    /// The names of those who have sent a number, below the question.
    pub(super) fn show_guesses(&self, turn: &mut Turn<'_>, index: usize, poll: PollNumber) {
        let running = self.running(index);
        let round = &running.round;
        let Some(question) = round.question() else { return };
        let mut text = self.guess_text(turn, (round.asked(), round.deck().len()), question);
        let mut names: Vec<String> =
            round.guesses().iter().take(N_NAMES).map(|(player, _)| shown(&player.name)).collect();
        text.push("\n\n");
        // By name, so that the order reveals nothing.
        names.sort();
        text.append(&turn.say(Text::GuessIn, &[("names", names.join(", ").into())]));
        let message = MessageRef::Key(running.poll_key(poll));
        let edit = Outgoing::edit(message, text, self.guess_buttons(turn, index)).housekeeping();
        turn.send(edit);
    }

    /// The right number, and how near everybody came.
    pub(super) fn reveal(&mut self, turn: &mut Turn<'_>, index: usize, poll: PollNumber) {
        let running = self.running(index);
        let round = &running.round;
        let Some((question, answer)) = round.question().and_then(|it| Some((it, it.guess.as_deref()?)))
        else {
            return;
        };
        let private = running.chat == ChatKind::Private;
        let guesses = round.guesses();
        let (meant, jokes): (Vec<_>, Vec<_>) = guesses.iter().partition(|(_, guess)| !guess.is_joke);
        let mut text = turn.say(Text::GuessAnswer, &[("answer", answer.into())]);
        if private {
            let is_right = guesses.first().is_some_and(|(_, guess)| guess.is_close);
            text.push("\n");
            text.append(&turn.say(if is_right { Text::GuessNear } else { Text::GuessNotNear }, &[]));
        } else if guesses.is_empty() {
            text.push("\n");
            text.append(&turn.say(Text::GuessNobody, &[]));
        } else {
            text.push("\n");
            for (place, (player, guess)) in meant.iter().take(N_PLACES).enumerate() {
                let values = [
                    ("place", medal(place + 1).into()),
                    ("name", shown(&player.name).into()),
                    ("guess", guess.text.as_str().into()),
                ];
                text.push("\n");
                text.append(&turn.say(Text::GuessLine, &values));
            }
            if meant.len() > N_PLACES {
                text.push("\n");
                text.append(&turn.say(Text::QuizMore, &[("n", (meant.len() - N_PLACES).into())]));
            }
            if !jokes.is_empty() {
                let names: Vec<String> =
                    jokes.iter().take(N_NAMES).map(|(player, _)| shown(&player.name)).collect();
                text.push("\n");
                text.append(&turn.say(Text::GuessFarOff, &[("names", names.join(", ").into())]));
            }
        }
        if !question.explanation.is_empty() {
            text.push("\n\n");
            text.push(&question.explanation);
        }
        let (thread, message) = (running.thread, MessageRef::Key(running.poll_key(poll)));
        let outgoing = Outgoing::message(thread, text);
        turn.send_first(if private { outgoing } else { outgoing.reply_to(message) });
    }

    /// No more guesses are taken: the button goes, and so do the messages that asked for a reply.
    pub(super) fn close_guess(&mut self, turn: &mut Turn<'_>, index: usize, poll: PollNumber, sent: bool) {
        let running = &mut self.rounds[index];
        let prompts = std::mem::take(&mut running.prompts);
        let message = MessageRef::Key(running.poll_key(poll));
        let thread = running.thread;
        if !sent {
            turn.send_first(Outgoing::request(thread, Request::Delete { message }));
        } else if running.chat != ChatKind::Private {
            turn.send_first(Outgoing::request(thread, Request::EditButtons { message, buttons: Vec::new() }));
        }
        for key in prompts {
            let delete = Request::Delete { message: MessageRef::Key(key) };
            turn.send(Outgoing::request(thread, delete).housekeeping());
        }
    }
}

/// How the number may be written.
fn hint(turn: &Turn<'_>, question: Option<&quiz::Question>) -> String {
    let blank = question.and_then(|question| blank(question.guess.as_deref()?, &locales(turn)));
    blank.unwrap_or_else(|| turn.label(Text::GuessDateHint))
}

/// The languages in which numbers are read.
fn locales(turn: &Turn<'_>) -> Locales {
    Locales::of(&turn.context.library.knowledge.bot.languages)
}

/// A name that mentions the person, whether or not they have a username.
fn linked(name: &str, person: i64) -> RichText {
    let mut text = RichText::plain(name);
    let url = format!("tg://user?id={person}");
    let length = text.text.encode_utf16().count();
    text.entities.push(Entity { offset: 0, length, style: Style::TextLink { url } });
    text
}
