//! Mentioned in a chat that the bot is not in (Bot API: guest queries): it answers once, as in a group.

use super::card::{deep_link, headed_text};
use super::command::{self, Ask, Command};
use super::outgoing::label;
use super::reply::{Reply, reply};
use super::turn::Turn;
use super::{
    Button, ChatKind, Context, GuestQuery, InlineResult, MESSAGE_LIMIT, Message, MissReason, Outcome,
    Outgoing, Record, Request, language,
};
use crate::knowledge::Id;
use crate::rich_text::RichText;
use crate::texts::Text;

/// Answers what was asked. Anything that is not a question, or a command other than `/ask`, gets a line on how to ask.
pub(super) fn answer(turn: &mut Turn<'_>, query: &GuestQuery) {
    let question = question(&query.message, turn.context);
    turn.context = language::for_question(turn.context, &question);
    let context = turn.context;
    let (text, ids) = if question.trim().is_empty() {
        (context.say(Text::AskWhat, &[("example", context.example().into())]), Vec::new())
    } else {
        let reply = reply(context, &question, ChatKind::Group, &query.message.sender);
        turn.record(reply.asked());
        if reply.outcome == Outcome::Unknown && question.contains(char::is_alphanumeric) {
            turn.record(Record::Miss { question: question.clone(), why: MissReason::Unknown });
        }
        said(context, reply)
    };
    // A button that comes back to the bot names no chat from here: links only.
    let link = |(id, title): &(Id, String)| vec![Button::link(label(title), deep_link(context, id))];
    let result = InlineResult {
        id: "answer".into(),
        title: context.library.knowledge.bot.name.clone(),
        description: String::new(),
        text: text.truncate(MESSAGE_LIMIT),
        buttons: ids.iter().map(link).collect(),
    };
    turn.send(Outgoing::request(None, Request::AnswerGuest { query: query.id.clone(), result }));
}

fn question(message: &Message, context: Context<'_>) -> String {
    match command::read(message, context.me) {
        Ask::Question(question) => question,
        Ask::Command { command: Command::Ask, arguments: "" } => command::replied_words(message),
        Ask::Command { command: Command::Ask, arguments } => arguments.to_owned(),
        Ask::Reply { text, .. } | Ask::Overheard(text) => text.to_owned(),
        Ask::Command { .. } | Ask::UnknownCommand | Ask::NoText | Ask::Nothing => String::new(),
    }
}

/// What to say, and where links lead: to the whole of a long answer, or to the entries that may be meant.
fn said(context: Context<'_>, reply: Reply) -> (RichText, Vec<(Id, String)>) {
    let titled = |id: &Id| context.library.topic(id).map(|topic| (id.clone(), topic.title().to_owned()));
    match reply.entry.as_ref().and_then(|id| context.library.topic(id)) {
        Some(topic) => {
            let open = (topic.id().clone(), context.label(Text::MenuAsk));
            (headed_text(context, topic), vec![open])
        }
        None => (reply.text, reply.choices.iter().filter_map(titled).collect()),
    }
}
