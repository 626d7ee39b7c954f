//! The buttons under answers and choices.

use super::give::{as_noted, miss};
use super::{Answered, Answers, Says, answer_key, asked_above, hash_of};
use crate::chat::card::{MessageParts, ReplyTarget, card, has_picture, messages, replace_parts, send_parts};
use crate::chat::pace::Pace;
use crate::chat::turn::Turn;
use crate::chat::{ChatKind, Key, MessageRef, MissReason, Outcome, Outgoing, Record, Request, Tap};
use crate::knowledge::Id;
use crate::texts::Text;

impl Answers {
    /// Shows one entry or term as a new message; in a group, unless it is just above.
    pub(in crate::chat) fn open(&mut self, turn: &mut Turn<'_>, pace: &mut Pace, tap: &Tap, id: &Id) {
        self.open_at(turn, pace, tap, id, ReplyTarget::below(tap));
    }

    /// Shows the nearest entry to a question that has no answer: as a reply to the question, not to "I don't know".
    pub(in crate::chat) fn open_nearest(&mut self, turn: &mut Turn<'_>, pace: &mut Pace, tap: &Tap, id: &Id) {
        let below = ReplyTarget::below(tap);
        let asked = asked_above(tap).map(|asked| ReplyTarget { reply_to: asked.id, ..below });
        self.open_at(turn, pace, tap, id, asked.unwrap_or(below));
    }

    fn open_at(&mut self, turn: &mut Turn<'_>, pace: &mut Pace, tap: &Tap, id: &Id, target: ReplyTarget) {
        let Some(card) = card(turn.context, id) else { return turn.toast(tap, Text::OldButton) };
        let says = Says::entry(turn.context, id);
        if self.same_above(tap.chat, tap.thread, &says, turn.now).is_some() {
            return turn.toast(tap, Text::AnsweredAboveNameless);
        }
        let key = Key(format!("open:{}:{id}", tap.message.0));
        if self.post(turn, pace, tap, target, key, says, messages(&card)) {
            turn.record(Record::Asked {
                outcome: Outcome::Opened,
                entry: Some(id.clone()),
                confidence: None,
            });
        }
    }

    /// Shows the rest of a long answer below its beginning, or all of one with a picture; in a group, unless it is
    /// there already.
    pub(in crate::chat) fn read_on(&mut self, turn: &mut Turn<'_>, pace: &mut Pace, tap: &Tap, id: &Id) {
        let Some(card) = card(turn.context, id) else { return turn.toast(tap, Text::OldButton) };
        let rest = messages(&card).split_off(if card.picture.is_some() { 0 } else { 1 });
        let key = Key(format!("rest:{}:{id}", tap.message.0));
        if rest.is_empty() {
            turn.toast(tap, Text::OldButton);
        } else if self.above(tap.chat, turn.now, |it| it.key == key).is_some() {
            turn.toast(tap, Text::AnsweredAboveNameless);
        } else {
            self.post(turn, pace, tap, ReplyTarget::below(tap), key, Says::Else, rest);
        }
    }

    /// Posts what a button leads to, unless the person taps too fast; returns whether it does.
    #[expect(clippy::too_many_arguments, reason = "what is posted, where, and for whom")]
    fn post(
        &mut self,
        turn: &mut Turn<'_>,
        pace: &mut Pace,
        tap: &Tap,
        target: ReplyTarget,
        key: Key,
        says: Says,
        parts: MessageParts,
    ) -> bool {
        // A post fills the chat, whether somebody asked for it or tapped.
        if !pace.allows_message(tap.person.id, turn.now).go_on {
            turn.toast(tap, Text::SlowDown);
            return false;
        }
        turn.settle(tap);
        let has_picture = has_picture(&parts);
        let n_parts = send_parts(turn, target, &key, parts);
        if tap.chat != ChatKind::Private {
            self.keep(Answered {
                key,
                thread: tap.thread,
                n_parts,
                has_picture,
                text: None,
                asker: None,
                says,
                shown: None,
                is_gone: false,
                at: turn.now,
            });
        }
        true
    }

    /// Turns "did you mean" into the answer that was chosen. The part beyond one message's limit goes below.
    pub(in crate::chat) fn pick(&mut self, turn: &mut Turn<'_>, tap: &Tap, id: &Id) {
        let Some(card) = card(turn.context, id) else { return turn.toast(tap, Text::OldButton) };
        turn.settle(tap);
        let parts = messages(&card);
        let below = ReplyTarget::below(tap);
        // A choice that goes, since a photo takes its place, cannot be replied to.
        let asked = asked_above(tap).filter(|_| has_picture(&parts));
        let target = asked.map_or(below, |asked| ReplyTarget { reply_to: asked.id, ..below });
        match asked_above(tap).and_then(|asked| self.under_mut(&answer_key(asked.id))) {
            Some(answered) => {
                let key = answered.key.clone();
                answered.shown = Some(hash_of(&parts));
                let former = answered.former();
                answered.has_picture = has_picture(&parts);
                answered.n_parts = replace_parts(turn, target, &key, former, parts);
                answered.says = Says::entry(turn.context, id);
            }
            // Asked long ago.
            None => {
                let has_picture = has_picture(&parts);
                if has_picture {
                    // The choice cannot become a photo: it stays, without its buttons.
                    let message = MessageRef::Id(tap.message);
                    let buttons = Vec::new();
                    turn.send(Outgoing::request(None, Request::EditButtons { message, buttons }));
                }
                for (index, part) in parts.into_iter().enumerate() {
                    turn.send(match index {
                        0 if !has_picture => Outgoing::edit_tapped(tap, part.text, part.buttons),
                        _ => target.part(part),
                    });
                }
            }
        }
        turn.record(Record::Asked { outcome: Outcome::Opened, entry: Some(id.clone()), confidence: None });
    }

    /// None of the offered entries was meant.
    pub(in crate::chat) fn none_of_these(&self, turn: &mut Turn<'_>, tap: &Tap) {
        turn.settle(tap);
        let text = match self.question_above(turn.context, tap) {
            Some(question) => {
                miss(turn, &question, MissReason::NoneOfThese);
                Text::NoneOfThese
            }
            None => turn.context.texts().special(Text::NoneOfTheseNotNoted, Text::NoneOfThese),
        };
        turn.send(Outgoing::edit_tapped(tap, turn.say(text, &[]), Vec::new()));
    }

    /// One thumb per person and answer. Turned down, it marks the question above as missed.
    pub(in crate::chat) fn thumb(&self, turn: &mut Turn<'_>, tap: &Tap, id: &Id, up: bool) {
        if !turn.context.library.replies_with(id) {
            return turn.toast(tap, Text::OldButton);
        }
        turn.toast(tap, if up { Text::ThanksForThumb } else { Text::ThumbDownNoted });
        let question = self.question_above(turn.context, tap).filter(|_| !up);
        let question = question.map(|question| as_noted(turn, &question));
        turn.record(Record::Feedback {
            message: tap.message,
            person: tap.person.id,
            entry: id.clone(),
            up,
            question,
        });
    }
}
