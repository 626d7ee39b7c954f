//! When a question is edited, its answer is edited too.

use super::give::{miss, says};
use super::{Answered, Answers, Says, answer_key, hash_of};
use crate::chat::card::{Former, ReplyTarget, has_picture, replace_parts};
use crate::chat::turn::Turn;
use crate::chat::{Key, Message, MissReason, Outcome, language, reply};

impl Answers {
    /// Edits the answer to a question that was edited. A question that was never answered is answered now.
    pub(in crate::chat) fn answer_edited(&mut self, turn: &mut Turn<'_>, message: &Message, question: &str) {
        let key = answer_key(message.id);
        let Some(answered) = self.under_mut(&key) else { return self.answer(turn, message, question) };
        // Telegram also reports edits that people do not see.
        if answered.text.as_deref() == Some(question) {
            return;
        }
        turn.context = language::for_question(turn.context, question);
        let reply = reply::reply(turn.context, question, message.chat, &message.sender);
        if let Some(text) = &mut answered.text {
            *text = question.to_owned();
        }
        let parts = reply.parts();
        let shown = Some(hash_of(&parts));
        let stays = match &answered.says {
            Says::Above { id, .. } => reply.entry.as_ref() == Some(id),
            _ => answered.shown == shown,
        };
        if answered.is_gone && !stays {
            return self.answer(turn, message, question);
        }
        // Where the words are not kept, an identical reply is taken for one to the same question.
        if reply.outcome == Outcome::Unknown && (answered.text.is_some() || !stays) {
            miss(turn, question, MissReason::Unknown);
        }
        if stays {
            return;
        }
        answered.shown = shown;
        // The new answer is worth keeping, even if the old one was not.
        turn.ephemeral.keep(&key);
        if reply.outcome == Outcome::Unknown {
            turn.delete_later(message.chat, key.clone());
        }
        let former = answered.former();
        answered.has_picture = has_picture(&parts);
        answered.n_parts = replace_parts(turn, ReplyTarget::of(message), &key, former, parts);
        let former = std::mem::replace(&mut answered.says, says(turn.context, &reply));
        if former != answered.says {
            self.answer_pointers_to(turn, &key);
        }
    }

    /// Edits the answer to an overheard message that was then edited. It no longer answers if it is not sure.
    pub(in crate::chat) fn answer_edited_if_sure(
        &mut self,
        turn: &mut Turn<'_>,
        message: &Message,
        question: &str,
    ) {
        let key = answer_key(message.id);
        let Some(answered) = self.under(&key).filter(|it| !it.is_gone) else { return };
        if reply::is_sure(language::for_question(turn.context, question), question) {
            return self.answer_edited(turn, message, question);
        }
        replace_parts(turn, ReplyTarget::of(message), &key, answered.former(), Vec::new());
        self.answer_pointers_to(turn, &key);
        self.note_deleted(&[key]);
    }

    /// An answer has become another one: those who were pointed to it get theirs in place of the pointer.
    fn answer_pointers_to(&mut self, turn: &mut Turn<'_>, changed: &Key) {
        let points = |it: &&Answered| {
            !it.is_gone && matches!(&it.says, Says::Above { answer, .. } if answer == changed)
        };
        let pointers: Vec<Key> = self.0.iter().filter(points).map(|it| it.key.clone()).collect();
        for pointer in pointers {
            let former = Former { n_parts: 1, has_picture: false };
            self.answer_in_place_of_pointer(turn, &pointer, former);
        }
    }
}
