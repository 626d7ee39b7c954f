//! `/practice`: in private, the questions one has missed.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::callback_data::Press;
use super::play::Play;
use super::turn::Turn;
use super::{ChatKind, Message, MessageRef, Outgoing, Read, Record, ReviewsFor, Sender, Tap, ThreadId};
use crate::quiz::Question;
use crate::quiz::practice::{Recall, Return, Review, come_back, days_until, recalls, session};
use crate::rich_text::RichText;
use crate::texts::Text;
use crate::time::Timestamp;

/// A reminder comes at least this much later than it was asked for: there is one a day at most.
const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The most questions named as learnt.
const N_LEARNT: usize = 5;

/// The longest part of a prompt that is named as learnt, in characters.
const PROMPT: usize = 80;

/// When somebody may be reminded, and when they want to be: once, and again only if they ask for it again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Reminder {
    /// When the button below the last session would remind.
    offered: Option<Timestamp>,
    wanted: Option<Timestamp>,
}

/// `/practice`, and `/practice off`.
pub(super) fn command(turn: &mut Turn<'_>, reminder: &mut Reminder, message: &Message, arguments: &str) {
    if message.chat != ChatKind::Private {
        let values = [("username", turn.context.me.username.as_str().into())];
        return turn.notice(message, Text::PracticeInPrivate, &values);
    }
    let Sender::Person(person) = &message.sender else { return };
    let is_off = is_off(arguments);
    turn.record(Record::Practice { person: person.id, on: !is_off });
    if is_off {
        *reminder = Reminder::default();
        return turn.reply(message, Text::PracticeOff, &[]);
    }
    turn.read(Read::Reviews { person: person.id, purpose: ReviewsFor::Begin(Box::new(message.clone())) });
}

/// Whether somebody wants to end it.
pub(super) fn is_off(arguments: &str) -> bool {
    matches!(arguments.trim().to_lowercase().as_str(), "off" | "stop" | "no" | "0")
}

/// The answers have been read: begins a session, or reports the result of one.
pub(super) fn read(
    turn: &mut Turn<'_>,
    play: &mut Play,
    reminder: &mut Reminder,
    purpose: ReviewsFor,
    reviews: &[Review],
) {
    let recalls = recalls(reviews, |id| question(turn, id).is_some());
    match purpose {
        ReviewsFor::Begin(message) => {
            let due = session(&recalls, turn.now);
            let deck: Vec<Question> = due.iter().filter_map(|id| question(turn, id)).cloned().collect();
            if deck.is_empty() {
                let text = match come_back(&recalls, turn.now) {
                    Some(back) => {
                        turn.say(Text::PracticeLater, &[("n", days_until(back.at, turn.now).into())])
                    }
                    None => turn.say(Text::PracticeNothing, &[]),
                };
                return turn.send(Outgoing::reply(&message, text));
            }
            if play.practise(turn, &message, deck) {
                *reminder = Reminder::default();
            }
        }
        ReviewsFor::End { thread, questions, right, asked } => {
            reminder.say_end(turn, &recalls, thread, &questions, (right, asked));
        }
    }
}

/// A question of the quiz or of the guesses, in the language that it was asked in.
fn question<'a>(turn: &Turn<'a>, id: &str) -> Option<&'a Question> {
    turn.context.question(id)
}

impl Reminder {
    pub(super) fn due(&self) -> Option<Timestamp> {
        self.wanted
    }

    fn say_end(
        &mut self,
        turn: &mut Turn<'_>,
        recalls: &[Recall],
        thread: Option<ThreadId>,
        questions: &[String],
        (right, asked): (usize, usize),
    ) {
        let mut text = turn.say(Text::PracticeEnd, &[("right", right.into()), ("asked", asked.into())]);
        let learnt: Vec<String> = recalls
            .iter()
            .filter(|recall| recall.is_learnt && questions.contains(&recall.question))
            .filter_map(|recall| question(turn, &recall.question))
            .take(N_LEARNT)
            .map(|question| shortened(&question.prompt))
            .collect();
        if !learnt.is_empty() {
            text.push("\n\n");
            text.append(&turn.say(Text::PracticeLearnt, &[]));
            for prompt in learnt {
                text.push("\n· ");
                text.push(&prompt);
            }
        }
        let mut buttons = Vec::new();
        if let Some(back) = come_back(recalls, turn.now) {
            text.push("\n\n");
            text.append(&when_to_return(turn, back));
            self.offered = Some(back.at.max(turn.now + A_DAY));
            buttons.push(vec![Press::Remind.button(turn.label(Text::PracticeRemindButton))]);
        }
        turn.send_first(Outgoing::message(thread, text).buttons(buttons));
    }

    /// *Remind me*: the button carries nothing else, so that a forged one does no harm.
    pub(super) fn press(&mut self, turn: &mut Turn<'_>, tap: &Tap) {
        let Some(offered) = self.offered.filter(|_| tap.chat == ChatKind::Private) else {
            return turn.toast(tap, Text::OldButton);
        };
        let at = offered.max(turn.now + A_DAY);
        self.wanted = Some(at);
        turn.alert(tap, Text::PracticeWillRemind, &[("n", days_until(at, turn.now).into())]);
        let message = MessageRef::Id(tap.message);
        let request = super::Request::EditButtons { message, buttons: Vec::new() };
        turn.send(Outgoing::request(None, request).housekeeping());
    }

    pub(super) fn tick(&mut self, turn: &mut Turn<'_>) {
        if self.wanted.is_some_and(|at| at <= turn.now) {
            *self = Reminder::default();
            turn.send(Outgoing::message(None, turn.say(Text::PracticeReminder, &[])));
        }
    }
}

fn when_to_return(turn: &Turn<'_>, back: Return) -> RichText {
    let due = back.n_questions.into();
    match days_until(back.at, turn.now) {
        0 => turn.say(Text::PracticeNow, &[("due", due)]),
        n => turn.say(Text::PracticeNext, &[("n", n.into()), ("due", due)]),
    }
}

fn shortened(prompt: &str) -> String {
    if prompt.chars().count() <= PROMPT {
        return prompt.to_owned();
    }
    let cut: String = prompt.chars().take(PROMPT - 1).collect();
    format!("{}…", cut.trim_end())
}
