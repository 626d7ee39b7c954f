//! From a question to the reply: the answer, a choice, or an honest "I don't know".

use super::answered::{Answered, Says, answer_key, part_key, question_under};
use super::callback_data::Press;
use super::library::Topic;
use super::outgoing::label;
use super::turn::Turn;
use super::{
    Button, ChatKind, Effect, Failure, Key, Keyboard, Library, Message, MessageId, MessageRef, MissReason,
    Outcome, Outgoing, Person, Record, Request, Sender, Tap, ThreadId,
};
use crate::knowledge::Id;
use crate::matching;
use crate::rich_text::{RichText, markdown};
use crate::texts::Text;
use crate::time::Timestamp;

/// A message's text has at most this many characters after formatting (Bot API).
pub const MESSAGE_LIMIT: usize = 4096;

/// So many related entries are offered under an answer.
const N_RELATED: usize = 3;

/// So many nearest topics are offered with "I don't know".
const N_NEAREST: usize = 3;

/// A reply before it is sent.
struct Reply {
    text: RichText,
    buttons: Keyboard,
    outcome: Outcome,
    entry: Option<Id>,
}

/// The messages that an answer takes.
type Parts = Vec<(RichText, Keyboard)>;

/// Where an answer is posted.
#[derive(Debug, Clone, Copy)]
struct Place {
    thread: Option<ThreadId>,
    reply_to: MessageId,
}

impl Place {
    /// As a reply to a question.
    fn of(question: &Message) -> Place {
        Place { thread: question.thread, reply_to: question.id }
    }

    /// As a reply to the message whose button was tapped.
    fn below(tap: &Tap) -> Place {
        Place { thread: tap.thread, reply_to: tap.message }
    }

    fn message(self, text: RichText) -> Outgoing {
        Outgoing::message(self.thread, text).reply_to(MessageRef::Id(self.reply_to))
    }
}

impl Reply {
    fn says(&self) -> Says {
        self.entry.as_ref().map_or(Says::Else, |id| Says::entry(id, &self.text))
    }

    fn parts(&self) -> Parts {
        with_buttons(&self.text, &self.buttons)
    }
}

impl Turn<'_> {
    /// Answers a question, as a reply to the message that asked it.
    pub(super) fn answer(&mut self, message: &Message, question: &str) {
        if question.trim().is_empty() {
            return self.notice(message, Text::AskWhat, &[("example", self.example().into())]);
        }
        let reply = self.reply(question, message.chat);
        self.record(Record::Asked { outcome: reply.outcome, entry: reply.entry.clone() });
        if reply.outcome == Outcome::Unknown {
            self.miss(question, MissReason::Unknown);
        }
        let key = answer_key(message.id);
        match (self.answered_above(message.chat, message.thread, &reply.says()), reply.entry) {
            (Some(answer), Some(id)) => {
                let text = match &message.sender {
                    Sender::Person(person) => {
                        self.say(Text::AnsweredAbove, &[("name", person.name.as_str().into())])
                    }
                    _ => self.say(Text::AnsweredAboveNameless, &[]),
                };
                let pointer = Outgoing::message(message.thread, text).only_as_reply(answer.clone());
                self.send(pointer.key(key.clone()).report());
                self.litter(message.chat, key);
                self.remember(message, question, Says::Above { answer, id }, 1);
            }
            (_, entry) => {
                let reply = Reply { entry, ..reply };
                let n_parts = self.send_parts(Place::of(message), &key, reply.parts());
                if reply.outcome == Outcome::Unknown {
                    self.litter(message.chat, key);
                }
                self.remember(message, question, reply.says(), n_parts);
            }
        }
    }

    /// A pointer to an answer above could not be sent, for that answer has been deleted: it is given anew.
    pub(super) fn answer_failed(&mut self, key: &Key, failure: &Failure) {
        let answered = self.conversation.answered.iter().find(|it| it.key == *key);
        let Some(Answered { says: Says::Above { answer, .. }, .. }) = answered else { return };
        if *failure == Failure::MessageGone {
            let gone = answer.clone();
            self.forget_deleted(&[gone]);
            self.answer_in_place_of_pointer(key, 0);
        }
    }

    /// Gives an answer where the bot pointed to one, in a message that is there (1) or was never sent (0).
    fn answer_in_place_of_pointer(&mut self, key: &Key, n_former: usize) {
        let Some(index) = self.conversation.answered.iter().position(|it| it.key == *key) else { return };
        let Answered { thread, says: Says::Above { id, .. }, .. } = self.conversation.answered[index].clone()
        else {
            return;
        };
        let (Some((text, buttons)), Some(reply_to)) = (self.card(&id), question_under(key)) else { return };
        self.conversation.litter.retain(|(litter, _)| litter != key);
        let n_parts =
            self.edit_parts(Place { thread, reply_to }, key, n_former, with_buttons(&text, &buttons));
        let answered = &mut self.conversation.answered[index];
        // Its time stays: it stands where the pointer stood.
        (answered.n_parts, answered.says) = (n_parts, Says::entry(&id, &text));
    }

    /// Notes a question that should have been answered. What has no letter or digit asks nothing.
    fn miss(&mut self, question: &str, why: MissReason) {
        if question.contains(char::is_alphanumeric) {
            self.record(Record::Miss { question: question.to_owned(), why });
        }
    }

    /// Edits the answer to a question that was edited. A question that was never answered is answered now.
    pub(super) fn answer_edited(&mut self, message: &Message, question: &str) {
        let key = answer_key(message.id);
        let Some(index) = self.conversation.answered.iter().position(|it| it.key == key) else {
            return self.answer(message, question);
        };
        let reply = self.reply(question, message.chat);
        if reply.outcome == Outcome::Unknown {
            self.miss(question, MissReason::Unknown);
        }
        // What it becomes is worth keeping, even if what it was was not.
        self.conversation.litter.retain(|(litter, _)| *litter != key);
        if reply.outcome == Outcome::Unknown {
            self.litter(message.chat, key.clone());
        }
        let n_former = self.conversation.answered[index].n_parts;
        let n_parts = self.edit_parts(Place::of(message), &key, n_former, reply.parts());
        let answered = &mut self.conversation.answered[index];
        let former = std::mem::replace(&mut answered.says, reply.says());
        answered.n_parts = n_parts;
        if let Some(text) = &mut answered.text {
            *text = question.to_owned();
        }
        if former != reply.says() {
            self.answer_pointers_to(&key);
        }
    }

    /// An answer has become another one: whoever was pointed to it gets theirs where the pointer stands.
    fn answer_pointers_to(&mut self, changed: &Key) {
        let points = |it: &&Answered| matches!(&it.says, Says::Above { answer, .. } if answer == changed);
        let pointers: Vec<Key> =
            self.conversation.answered.iter().filter(points).map(|it| it.key.clone()).collect();
        for pointer in pointers {
            self.answer_in_place_of_pointer(&pointer, 1);
        }
    }

    /// Puts an answer in the place of another one, which took `n_former` messages. Returns how many it takes itself.
    fn edit_parts(&mut self, place: Place, key: &Key, n_former: usize, parts: Parts) -> usize {
        let n_parts = parts.len();
        for (index, (part, buttons)) in parts.into_iter().enumerate() {
            let key = part_key(key, index);
            self.send(match index < n_former {
                true => Outgoing::edit_or_reply(key, part, buttons, place.thread, place.reply_to),
                false => place.message(part).buttons(buttons).key(key),
            });
        }
        for index in n_parts..n_former {
            let message = MessageRef::Key(part_key(key, index));
            self.send(Outgoing::request(None, Request::Delete { message }));
        }
        n_parts
    }

    /// Answers what was overheard in a group, if the folder is very sure of it.
    pub(super) fn answer_if_sure(&mut self, message: &Message, question: &str) {
        if self.is_sure(question) {
            self.answer(message, question);
        }
    }

    /// Edits the answer to what was overheard and then edited. Where it is no longer sure of it, nobody asked for one.
    pub(super) fn answer_edited_if_sure(&mut self, message: &Message, question: &str) {
        let key = answer_key(message.id);
        let Some(answered) = self.conversation.answered.iter().find(|it| it.key == key) else { return };
        if self.is_sure(question) {
            return self.answer_edited(message, question);
        }
        let n_former = answered.n_parts;
        self.edit_parts(Place::of(message), &key, n_former, Vec::new());
        self.answer_pointers_to(&key);
        self.forget_deleted(&[key]);
    }

    fn is_sure(&self, question: &str) -> bool {
        /// Nobody asked the bot: it speaks up only when it is hardly ever wrong.
        const VERY_SURE: f64 = 0.95;
        let found = self.context.library.matcher.ask(question);
        let sure = found.candidates.first().is_some_and(|best| best.confidence >= VERY_SURE);
        sure && matches!(found.outcome, matching::Outcome::Answer(_))
    }

    /// Shows one entry or term as a new message; in a group, unless it stands just above.
    pub(super) fn open(&mut self, tap: &Tap, id: &Id) {
        let Some((text, buttons)) = self.card(id) else { return self.toast(tap, Text::OldButton) };
        let says = Says::entry(id, &text);
        if self.answered_above(tap.chat, tap.thread, &says).is_some() {
            return self.toast(tap, Text::AnsweredAboveNameless);
        }
        let key = Key(format!("open:{}:{id}", tap.message.0));
        if self.post_below(tap, key, says, with_buttons(&text, &buttons)) {
            self.record(Record::Asked { outcome: Outcome::Opened, entry: Some(id.clone()) });
        }
    }

    /// The beginning of a long answer, as browsing shows it in place.
    pub(super) fn beginning(&self, id: &Id) -> Option<(RichText, Keyboard)> {
        let (text, buttons) = self.card(id)?;
        let (beginning, _) = with_buttons(&text, &buttons).swap_remove(0);
        if beginning == text {
            return Some((text, buttons));
        }
        let read_on = Press::ReadOn(id.clone()).button(self.label(Text::ReadOnButton));
        Some((beginning, vec![vec![read_on]]))
    }

    /// Shows the rest of a long answer below its beginning; in a group, unless it stands there already.
    pub(super) fn read_on(&mut self, tap: &Tap, id: &Id) {
        let Some((text, buttons)) = self.card(id) else { return self.toast(tap, Text::OldButton) };
        let rest = with_buttons(&text, &buttons).split_off(1);
        let key = Key(format!("rest:{}:{id}", tap.message.0));
        if rest.is_empty() {
            self.toast(tap, Text::OldButton);
        } else if self.stands_above(tap.chat, |it| it.key == key).is_some() {
            self.toast(tap, Text::AnsweredAboveNameless);
        } else {
            self.post_below(tap, key, Says::Else, rest);
        }
    }

    /// Posts what a button leads to, unless the person taps too fast; says whether it does.
    fn post_below(&mut self, tap: &Tap, key: Key, says: Says, parts: Parts) -> bool {
        // What is posted fills the chat, whether somebody asked for it or tapped.
        if !self.conversation.pace.allows_message(tap.person.id, self.now).go_on {
            self.toast(tap, Text::SlowDown);
            return false;
        }
        self.settle(tap);
        let n_parts = self.send_parts(Place::below(tap), &key, parts);
        if tap.chat != ChatKind::Private {
            self.keep(Answered { key, thread: tap.thread, n_parts, text: None, says, at: self.now });
        }
        true
    }

    /// Turns "did you mean" into the answer that was chosen. What is too long for one message goes on below.
    pub(super) fn pick(&mut self, tap: &Tap, id: &Id) {
        let Some((text, buttons)) = self.card(id) else { return self.toast(tap, Text::OldButton) };
        self.settle(tap);
        match self.answer_above(tap) {
            Some(index) => {
                let Answered { key, n_parts: n_former, .. } = self.conversation.answered[index].clone();
                let parts = with_buttons(&text, &buttons);
                let n_parts = self.edit_parts(Place::below(tap), &key, n_former, parts);
                let answered = &mut self.conversation.answered[index];
                (answered.n_parts, answered.says) = (n_parts, Says::entry(id, &text));
            }
            // Asked long ago.
            None => {
                let parts = with_buttons(&text, &buttons).into_iter().enumerate();
                parts.for_each(|(index, (part, buttons))| {
                    self.send(match index {
                        0 => Outgoing::edit_tapped(tap, part, buttons),
                        _ => Place::below(tap).message(part).buttons(buttons),
                    });
                });
            }
        }
        self.record(Record::Asked { outcome: Outcome::Opened, entry: Some(id.clone()) });
    }

    /// None of the offered entries was meant.
    pub(super) fn none_of_these(&mut self, tap: &Tap) {
        self.settle(tap);
        let text = match self.question_above(tap) {
            Some(question) => {
                self.miss(&question, MissReason::NoneOfThese);
                Text::NoneOfThese
            }
            None => self.texts().special(Text::NoneOfTheseNotNoted, Text::NoneOfThese),
        };
        self.send(Outgoing::edit_tapped(tap, self.say(text, &[]), Vec::new()));
    }

    /// One thumb per person and answer. Turned down, it marks the question above as missed.
    pub(super) fn thumb(&mut self, tap: &Tap, id: &Id, up: bool) {
        if self.context.library.topic(id).is_none() {
            return self.toast(tap, Text::OldButton);
        }
        self.toast(tap, if up { Text::ThanksForThumb } else { Text::ThumbDownNoted });
        self.record(Record::Feedback {
            message: tap.message,
            person: tap.person.id,
            entry: id.clone(),
            up,
            question: self.question_above(tap),
        });
    }

    /// Shows an entry or term that a deep link or a command names.
    pub(super) fn show(&mut self, message: &Message, id: &Id) {
        match self.card(id) {
            Some((text, buttons)) => {
                let key = Key(format!("show:{}", message.id.0));
                self.send_parts(Place::of(message), &key, with_buttons(&text, &buttons));
            }
            None => self.send(Outgoing::reply(message, self.say(Text::NothingThere, &[]))),
        }
    }

    /// The answer as it is posted: text, source line, related entries, thumbs, a link to share.
    pub(super) fn card(&self, id: &Id) -> Option<(RichText, Keyboard)> {
        let topic = self.context.library.topic(id)?;
        Some((self.card_text(topic), self.card_buttons(topic)))
    }

    pub(super) fn card_text(&self, topic: Topic<'_>) -> RichText {
        let mut text = topic.body();
        if let Some(section) = topic.section() {
            text.push("\n\n");
            text.append(&self.say(Text::SourceLine, &[("section", section.into())]));
        }
        text
    }

    fn card_buttons(&self, topic: Topic<'_>) -> Keyboard {
        let mut buttons = self.topic_buttons(topic.related(), N_RELATED, Press::Open);
        let id = topic.id().clone();
        buttons.push(vec![
            Press::Thumb { up: true, id: id.clone() }.button("👍"),
            Press::Thumb { up: false, id: id.clone() }.button("👎"),
            Button::link(self.label(Text::ShareButton), self.share_link(&id)),
        ]);
        buttons
    }

    /// A link that opens this answer in a private chat with the bot.
    pub(super) fn deep_link(&self, id: &Id) -> String {
        format!("https://t.me/{}?start={id}", self.context.me.username)
    }

    /// A link that lets a person choose a chat to post the deep link to.
    fn share_link(&self, id: &Id) -> String {
        // Names and ids are letters, digits, `_` and `-`, which a query takes as they are.
        let username = &self.context.me.username;
        format!("https://t.me/share/url?url=https%3A%2F%2Ft.me%2F{username}%3Fstart%3D{id}")
    }

    fn reply(&self, question: &str, chat: ChatKind) -> Reply {
        let library = self.context.library;
        let found = library.matcher.ask(question);
        match found.outcome {
            matching::Outcome::Answer(id) => match self.card(&id) {
                Some((text, buttons)) => Reply { text, buttons, outcome: Outcome::Answer, entry: Some(id) },
                None => self.unknown(&[], chat),
            },
            matching::Outcome::Choose(ids) => Reply {
                text: self.say(Text::DidYouMean, &[]),
                buttons: self.choice(&ids),
                outcome: Outcome::Choose,
                entry: None,
            },
            matching::Outcome::SmallTalk(id) => {
                let talk = library.knowledge.small_talk.iter().find(|it| it.id == id);
                Self::wording(talk.map(|it| it.reply.as_str()), Outcome::SmallTalk)
            }
            matching::Outcome::OutOfScope(id) => {
                let group = library.knowledge.out_of_scope.iter().find(|it| it.id == id);
                Self::wording(group.map(|it| it.reply.as_str()), Outcome::OutOfScope)
            }
            matching::Outcome::Unknown => {
                let nearest: Vec<Id> = found.candidates.into_iter().map(|it| it.id).collect();
                self.unknown(&nearest, chat)
            }
        }
    }

    fn wording(reply: Option<&str>, outcome: Outcome) -> Reply {
        let text = markdown(reply.unwrap_or_default());
        Reply { text, buttons: Vec::new(), outcome, entry: None }
    }

    /// In private: the nearest topics as buttons. In a group one short line, so as not to be noisy.
    fn unknown(&self, nearest: &[Id], chat: ChatKind) -> Reply {
        let buttons = if chat == ChatKind::Private {
            self.topic_buttons(nearest, N_NEAREST, Press::Open)
        } else {
            Vec::new()
        };
        let text = match (chat, buttons.is_empty()) {
            (ChatKind::Private, false) => Text::Unknown,
            (ChatKind::Private, true) => Text::UnknownNothingNear,
            _ => Text::UnknownInGroup,
        };
        Reply { text: self.say(text, &[]), buttons, outcome: Outcome::Unknown, entry: None }
    }

    /// A button for each of the first `n` of these that the folder has.
    fn topic_buttons(&self, ids: &[Id], n: usize, press: fn(Id) -> Press) -> Keyboard {
        let topics = ids.iter().filter_map(|id| self.context.library.topic(id)).take(n);
        topics.map(|it| vec![press(it.id().clone()).button(label(it.title()))]).collect()
    }

    fn choice(&self, ids: &[Id]) -> Keyboard {
        let mut buttons = self.topic_buttons(ids, ids.len(), Press::Pick);
        buttons.push(vec![Press::NoneOfThese.button(self.label(Text::NoneOfTheseButton))]);
        buttons
    }

    /// Replies with a text of any length. Returns how many messages it takes.
    fn send_parts(&mut self, place: Place, key: &Key, parts: Parts) -> usize {
        self.edit_parts(place, key, 0, parts)
    }

    pub(super) fn is_owner(&self, person: &Person) -> bool {
        self.context.owners.contains(&person.id)
    }

    /// A question that the folder answers, to show how asking works.
    fn example(&self) -> String {
        let first = self.context.library.knowledge.entries.first();
        first.map_or("…".into(), |entry| entry.question.text.clone())
    }
}

/// The messages that a text of any length takes: split at paragraphs, the buttons under the last one.
fn with_buttons(text: &RichText, buttons: &Keyboard) -> Parts {
    let parts = text.split(MESSAGE_LIMIT);
    let last = parts.len() - 1;
    let buttons_under = |index| if index == last { buttons.clone() } else { Vec::new() };
    parts.into_iter().enumerate().map(|(index, part)| (part, buttons_under(index))).collect()
}

/// What the bot would reply to a question in a private chat, without formatting: for `faqbot ask`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlainReply {
    pub text: String,
    /// What is on the buttons where the question is not answered: what may be meant, or comes nearest.
    pub offered: Vec<String>,
}

/// Answers a question as in a private chat of its own.
pub fn plain_reply(library: &Library, question: &str) -> PlainReply {
    let me = super::Me { id: super::PersonId(0), username: String::new(), reads_all_group_messages: false };
    let context = super::Context { library, me: &me, owners: &[] };
    let turn =
        Turn { context, now: Timestamp(0), conversation: Default::default(), effects: Vec::<Effect>::new() };
    let reply = turn.reply(question, ChatKind::Private);
    let buttons = reply.buttons.into_iter().flatten().filter(|_| reply.outcome != Outcome::Answer);
    PlainReply { text: reply.text.text, offered: buttons.map(|it| it.label).collect() }
}
