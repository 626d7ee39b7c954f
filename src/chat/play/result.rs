//! The end of a round: who came in where, and what is worth reading.

use super::{N_PLACES, Play, medal, shown};
use crate::chat::callback_data::Press;
use crate::chat::card::deep_link;
use crate::chat::outgoing::label;
use crate::chat::turn::Turn;
use crate::chat::{Button, ChatKind, Context, Keyboard, MessageRef, Outgoing, Person, PersonId, Record};
use crate::quiz::{Ending, GUESS_TOPIC, Summary, topic_key};
use crate::rich_text::RichText;
use crate::texts::Text;

/// The most entries to read that are offered at the end of a round.
const N_READ_UP: usize = 3;

impl Play {
    pub(super) fn finish(&mut self, turn: &mut Turn<'_>, index: usize, summary: &Summary) {
        let now = turn.now;
        self.history.record(summary, now);
        if summary.asked == 0 {
            return self.call_off(turn, index, summary.ending);
        }
        if self.running(index).paused {
            self.take_pause_buttons(turn, index);
        }
        self.record_responses(turn, index, summary);
        if self.running(index).practice && summary.ending != Ending::Forgotten {
            return self.finish_practice(turn, index, summary);
        }
        let (thread, options) = (self.running(index).thread, self.running(index).options.clone());
        self.last_options.retain(|(known, _)| *known != thread);
        self.last_options.push((thread, options));
        turn.record(Record::Round { players: u32::try_from(summary.ranking.len()).unwrap_or(u32::MAX) });
        if summary.counts_for_table {
            self.record_scores(turn, index, summary);
        }
        if summary.ending == Ending::Forgotten {
            return;
        }
        let private = self.running(index).chat == ChatKind::Private;
        let text =
            if private { private_result(turn.context, summary) } else { group_result(turn.context, summary) };
        let buttons = result_buttons(turn.context, summary, private);
        let (key, thread) = (self.running(index).result_key(), self.running(index).thread);
        turn.send_first(Outgoing::message(thread, text).buttons(buttons).key(key));
    }

    /// A round is over before its first question: the message that people look at says so.
    fn call_off(&mut self, turn: &mut Turn<'_>, index: usize, ending: Ending) {
        let running = self.running(index);
        match ending {
            Ending::Forgotten => {}
            Ending::TooFewCame => self.close_lobby(turn, index, Text::QuizLobbyOver),
            Ending::Played | Ending::Stopped | Ending::NotResumed if running.paused => {
                let pause = MessageRef::Key(running.pause_key());
                turn.send_first(Outgoing::edit(pause, turn.say(Text::QuizOff, &[]), Vec::new()));
            }
            Ending::Played | Ending::Stopped | Ending::NotResumed
                if running.lobby && running.round.last_poll().is_none() =>
            {
                self.close_lobby(turn, index, Text::QuizOff);
            }
            Ending::Played | Ending::Stopped | Ending::NotResumed => {
                turn.send_first(Outgoing::message(running.thread, turn.say(Text::QuizOff, &[])));
            }
        }
    }

    fn record_scores(&mut self, turn: &mut Turn<'_>, index: usize, summary: &Summary) {
        let (name, thread) = (self.running(index).name.clone(), self.running(index).thread);
        let options = &self.running(index).options;
        let named = self.running(index).topic.as_ref().or(options.topic.as_ref());
        let topic = named.and_then(|topic| topic_key(topic));
        let topic = topic.or_else(|| options.guess.then(|| GUESS_TOPIC.to_owned()));
        for standing in &summary.ranking {
            turn.record(Record::Score {
                round: name.clone(),
                person: Person::new(PersonId(standing.player.id.0), &*standing.player.name),
                thread,
                right: u32::try_from(standing.right).unwrap_or(u32::MAX),
                asked: u32::try_from(summary.asked).unwrap_or(u32::MAX),
                total_ms: standing.total_ms,
                topic: topic.clone(),
            });
        }
    }
}

fn private_result(context: Context<'_>, summary: &Summary) -> RichText {
    let asked = summary.asked.into();
    let mut text = match summary.ranking.first() {
        Some(standing) => {
            let time = seconds(standing.total_ms).into();
            let values = [("right", standing.right.into()), ("asked", asked), ("time", time)];
            context.say(Text::QuizPrivateResult, &values)
        }
        None => context.say(Text::QuizNoVote, &[("n", asked)]),
    };
    if !summary.missed.is_empty() {
        text.push("\n\n");
        let titles: Vec<&str> =
            summary.missed.iter().take(N_READ_UP).map(|missed| missed.read_up.title.as_str()).collect();
        text.append(&context.say(Text::QuizReadUpOn, &[("titles", titles.join(" · ").into())]));
    }
    text
}

fn group_result(context: Context<'_>, summary: &Summary) -> RichText {
    let mut text = context.say(Text::QuizOver, &[("n", summary.asked.into())]);
    text.push("\n");
    // A channel, which has no place, may have voted.
    if summary.questions.iter().all(|question| question.votes == 0) {
        text.push("\n");
        text.append(&context.say(Text::QuizNobodyVoted, &[]));
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
        text.append(&context.say(Text::QuizRankingLine, &values));
    }
    if summary.ranking.len() > N_PLACES {
        text.push("\n");
        text.append(&context.say(Text::QuizMore, &[("n", (summary.ranking.len() - N_PLACES).into())]));
    }
    if summary.ranking.len() > 1 {
        text.push("\n\n");
        text.append(&context.say(Text::QuizTimes, &[]));
    }
    text
}

/// *Again*, and what most people missed: in private as answers, in a group as deep links, so that reading
/// does not fill the group.
fn result_buttons(context: Context<'_>, summary: &Summary, private: bool) -> Keyboard {
    let mut buttons: Keyboard = vec![vec![Press::Again.button(context.label(Text::QuizAgainButton))]];
    for missed in summary.missed.iter().take(N_READ_UP) {
        let title =
            context.texts().label(Text::QuizReadButton, &[("title", missed.read_up.title.as_str().into())]);
        let id = &missed.read_up.id;
        buttons.push(vec![if private {
            Press::Open(id.clone()).button(label(&title))
        } else {
            Button::link(label(&title), deep_link(context, id))
        }]);
    }
    buttons
}

/// Milliseconds as seconds with one decimal: "12.3".
fn seconds(ms: i64) -> String {
    format!("{}.{}", ms / 1_000, ms % 1_000 / 100)
}
