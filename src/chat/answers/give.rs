//! A question is answered: by the answer, a pointer to one above, a choice, or "I don't know".

use super::{Answered, Answers, Says, answer_key, hash_of, question_under};
use crate::chat::card::{Former, ReplyTarget, card, has_picture, messages, replace_parts, send_parts};
use crate::chat::language;
use crate::chat::play::shown;
use crate::chat::redact::noted;
use crate::chat::reply::{self, Reply};
use crate::chat::turn::Turn;
use crate::chat::{Context, Failure, Key, Message, MissReason, Outcome, Outgoing, Record, Sender};
use crate::texts::Text;

impl Answers {
    /// Answers a question, as a reply to the message that asked it.
    pub(in crate::chat) fn answer(&mut self, turn: &mut Turn<'_>, message: &Message, question: &str) {
        if question.trim().is_empty() {
            let example = turn.context.example();
            return turn.notice(message, Text::AskWhat, &[("example", example.into())]);
        }
        turn.context = language::for_question(turn.context, question);
        let reply = reply::reply(turn.context, question, message.chat, &message.sender);
        turn.record(reply.asked());
        if reply.outcome == Outcome::Unknown {
            miss(turn, question, MissReason::Unknown);
        }
        let key = answer_key(message.id);
        let says = says(turn.context, &reply);
        match (self.same_above(message.chat, message.thread, &says, turn.now), &reply.entry) {
            (Some(answer), Some(id)) => {
                let text = match &message.sender {
                    Sender::Person(person) => {
                        turn.say(Text::AnsweredAbove, &[("name", shown(&person.name).into())])
                    }
                    _ => turn.say(Text::AnsweredAboveNameless, &[]),
                };
                let pointer = Outgoing::message(message.thread, text).only_as_reply(answer.clone());
                turn.send(pointer.key(key.clone()).report());
                turn.delete_later(message.chat, key);
                let says = Says::Above { answer, id: id.clone() };
                self.remember(turn, message, question, says, &Vec::new());
            }
            _ => {
                let parts = reply.parts();
                send_parts(turn, ReplyTarget::of(message), &key, parts.clone());
                if reply.outcome == Outcome::Unknown {
                    turn.delete_later(message.chat, key);
                }
                self.remember(turn, message, question, says, &parts);
            }
        }
    }

    /// Answers an overheard message if the folder is very sure of it; returns whether it is.
    pub(in crate::chat) fn answer_if_sure(
        &mut self,
        turn: &mut Turn<'_>,
        message: &Message,
        question: &str,
    ) -> bool {
        let is_sure = reply::is_sure(language::for_question(turn.context, question), question);
        if is_sure {
            self.answer(turn, message, question);
        }
        is_sure
    }

    /// A pointer to an answer above could not be sent, as that answer has been deleted: it is given again.
    pub(in crate::chat) fn pointer_failed(&mut self, turn: &mut Turn<'_>, key: &Key, failure: &Failure) {
        let Some(Answered { says: Says::Above { answer, .. }, .. }) = self.under(key) else { return };
        if *failure == Failure::MessageGone {
            let gone = answer.clone();
            self.note_deleted(&[gone]);
            self.answer_in_place_of_pointer(turn, key, Former::default());
        }
    }

    /// Gives an answer where the bot pointed to one, in a message that exists or was never sent.
    pub(super) fn answer_in_place_of_pointer(&mut self, turn: &mut Turn<'_>, key: &Key, former: Former) {
        let Some(answered) = self.under_mut(key) else { return };
        let Says::Above { id, .. } = &answered.says else { return };
        let id = id.clone();
        let (Some(card), Some(reply_to)) = (card(turn.context, &id), question_under(key)) else { return };
        turn.ephemeral.keep(key);
        let target = ReplyTarget { thread: answered.thread, reply_to };
        // Its time stays: it is where the pointer was.
        let parts = messages(&card);
        answered.shown = Some(hash_of(&parts));
        answered.has_picture = has_picture(&parts);
        answered.n_parts = replace_parts(turn, target, key, former, parts);
        answered.says = Says::entry(turn.context, &id);
    }
}

pub(super) fn says(context: Context<'_>, reply: &Reply) -> Says {
    reply.entry.as_ref().map_or(Says::Else, |id| Says::entry(context, id))
}

/// Notes a question that should have been answered. A text without letters or digits is not a question.
pub(in crate::chat) fn miss(turn: &mut Turn<'_>, question: &str, why: MissReason) {
    if question.contains(char::is_alphanumeric) {
        let question = as_noted(turn, question);
        turn.record(Record::Miss { question, why });
    }
}

/// A question as it is noted, and read for the owners' list: the cost falls on the asker, not on the reader.
pub(super) fn as_noted(turn: &Turn<'_>, question: &str) -> String {
    let question = noted(question);
    turn.context.library.read_miss(&question);
    question
}
