//! For those who run the bot: which quiz questions to look at.

use super::turn::Turn;
use super::{MessageId, MessageRef, Outgoing, ThreadId};
use crate::quiz::{ItemFlaw, ItemTally, Question};
use crate::texts::{Text, Value};

/// The most questions shown.
const N_ITEMS: usize = 8;

/// Lists questions that most people miss, or nobody; nothing where all is well. Only those in the folder count.
pub(super) fn show(
    turn: &mut Turn<'_>,
    reply_to: MessageId,
    thread: Option<ThreadId>,
    items: &[(String, ItemTally)],
) {
    let context = turn.context;
    let flawed: Vec<(&Question, &ItemTally, ItemFlaw)> =
        items.iter().filter_map(|(id, tally)| Some((context.question(id)?, tally, tally.flaw()?))).collect();
    if flawed.is_empty() {
        return;
    }
    let mut text = turn.say(Text::ItemsHeading, &[]);
    for (question, tally, flaw) in flawed.iter().take(N_ITEMS) {
        let n = Value::Number(i64::try_from(tally.answers).unwrap_or(i64::MAX));
        let values = [
            ("question", question.prompt.as_str().into()),
            ("difficulty", two_places(tally.difficulty())),
            ("discrimination", two_places(tally.discrimination())),
            ("n", n),
        ];
        text.push("\n\n");
        text.append(&turn.say(Text::ItemLine, &values));
        let advice = match flaw {
            ItemFlaw::TooHard => Text::ItemTooHard,
            ItemFlaw::TooEasy => Text::ItemTooEasy,
            ItemFlaw::Misleading => Text::ItemMisleading,
        };
        text.push("\n");
        text.append(&turn.say(advice, &[]));
    }
    if flawed.len() > N_ITEMS {
        text.push("\n\n");
        text.append(&turn.say(Text::QuizMore, &[("n", (flawed.len() - N_ITEMS).into())]));
    }
    turn.send(Outgoing::message(thread, text).reply_to(MessageRef::Id(reply_to)));
}

/// `0.05`; a dash where there is no such number.
fn two_places(number: Option<f64>) -> Value {
    number.map_or("–".into(), |number| format!("{number:.2}").into())
}
