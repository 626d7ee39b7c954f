//! An answer as it is posted: text, source line, buttons; and the messages that a text of any length takes.

use super::callback_data::Press;
use super::library::Topic;
use super::outgoing::label;
use super::turn::Turn;
use super::{
    Button, CAPTION_LIMIT, Context, Key, Keyboard, MESSAGE_LIMIT, Message, MessageId, MessageRef, Outgoing,
    Picture, Request, Tap, ThreadId,
};
use crate::knowledge::Id;
use crate::rich_text::RichText;
use crate::texts::Text;

/// The most related entries offered under an answer.
const N_RELATED: usize = 3;

/// One of the messages that an answer takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    /// A photo above the text.
    pub(super) picture: Option<Picture>,
    pub(super) text: RichText,
    pub(super) buttons: Keyboard,
}

/// The messages that an answer takes.
pub(super) type MessageParts = Vec<Part>;

/// Where an answer is posted.
#[derive(Debug, Clone, Copy)]
pub(super) struct ReplyTarget {
    pub(super) thread: Option<ThreadId>,
    pub(super) reply_to: MessageId,
}

impl ReplyTarget {
    /// As a reply to a question.
    pub(super) fn of(question: &Message) -> ReplyTarget {
        ReplyTarget { thread: question.thread, reply_to: question.id }
    }

    /// As a reply to the message whose button was tapped.
    pub(super) fn below(tap: &Tap) -> ReplyTarget {
        ReplyTarget { thread: tap.thread, reply_to: tap.message }
    }

    pub(super) fn message(self, text: RichText) -> Outgoing {
        Outgoing::message(self.thread, text).reply_to(MessageRef::Id(self.reply_to))
    }

    pub(super) fn part(self, part: Part) -> Outgoing {
        self.message(part.text).buttons(part.buttons).picture(part.picture)
    }
}

/// The answer as it is posted: its question, text, source line, related entries, thumbs, a link to share.
pub(super) fn card(context: Context<'_>, id: &Id) -> Option<Part> {
    let topic = context.library.topic(id)?;
    Some(Part {
        picture: topic.picture(),
        text: headed_text(context, topic),
        buttons: card_buttons(context, topic),
    })
}

/// The same for somebody who asked in these words. If they are those of its question, it is left out; otherwise the
/// question shows what is answered, so that a wrong answer is seen at once, and "Yes" never answers something else.
pub(super) fn card_for(context: Context<'_>, id: &Id, asked: &str) -> Option<Part> {
    let topic = context.library.topic(id)?;
    let text = match same_words(topic.title(), asked) {
        true => card_text(context, topic),
        false => headed_text(context, topic),
    };
    Some(Part { picture: topic.picture(), text, buttons: card_buttons(context, topic) })
}

/// The answer below its question. (A definition begins with its term as it is.)
pub(super) fn headed_text(context: Context<'_>, topic: Topic<'_>) -> RichText {
    let text = card_text(context, topic);
    match topic {
        Topic::Term(_) => text,
        Topic::Entry(entry) => {
            let mut headed = RichText::bold(&entry.question.text);
            headed.push("\n\n");
            headed.append(&text);
            headed
        }
    }
}

/// Whether two texts differ at most in capitals and punctuation.
fn same_words(one: &str, other: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        words.map(str::to_lowercase).collect()
    };
    words(one) == words(other)
}

/// The answer alone, with its source.
pub(super) fn card_text(context: Context<'_>, topic: Topic<'_>) -> RichText {
    let mut text = topic.body();
    if context.library.knowledge.untranslated.contains(topic.id()) {
        let main = context.folder.language().own_name();
        text.push("\n\n");
        text.append(&context.say(Text::OnlyIn, &[("language", main.into())]));
    }
    if let Some(section) = topic.section() {
        text.push("\n\n");
        text.append(&context.say(Text::SourceLine, &[("section", section.into())]));
    }
    text
}

fn card_buttons(context: Context<'_>, topic: Topic<'_>) -> Keyboard {
    let mut buttons = topic_buttons(context, topic.related(), N_RELATED, Press::Open);
    let id = topic.id().clone();
    let share = Button::link(context.label(Text::ShareButton), share_link(context, &id));
    buttons.push(thumbs(&id).into_iter().chain([share]).collect());
    buttons
}

/// For rating an answer, or the reply of a group, as right or wrong.
pub(super) fn thumbs(id: &Id) -> [Button; 2] {
    [("👍", true), ("👎", false)].map(|(label, up)| Press::Thumb { up, id: id.clone() }.button(label))
}

/// A button for each of the first `n` of these that the folder has.
pub(super) fn topic_buttons(context: Context<'_>, ids: &[Id], n: usize, press: fn(Id) -> Press) -> Keyboard {
    let topics = ids.iter().filter_map(|id| context.library.topic(id)).take(n);
    topics.map(|it| vec![press(it.id().clone()).button(label(it.title()))]).collect()
}

/// The beginning of an answer, as browsing shows it in place: a long one goes on below, and so does one with a picture,
/// since a message with text cannot become a photo and text again.
pub(super) fn beginning(context: Context<'_>, id: &Id) -> Option<(RichText, Keyboard)> {
    let card = card(context, id)?;
    let beginning = messages(&Part { picture: None, ..card.clone() }).swap_remove(0).text;
    let go_on = match &card.picture {
        None if beginning == card.text => return Some((card.text, card.buttons)),
        None => Text::ReadOnButton,
        Some(_) => Text::ShowPictureButton,
    };
    let go_on = Press::ReadOn(id.clone()).button(context.label(go_on));
    Some((beginning, vec![vec![go_on]]))
}

/// Shows an entry or term that a deep link or a command names.
pub(super) fn show(turn: &mut Turn<'_>, message: &Message, id: &Id) {
    match card(turn.context, id) {
        Some(card) => {
            let key = Key(format!("show:{}", message.id.0));
            send_parts(turn, ReplyTarget::of(message), &key, messages(&card));
        }
        None => turn.reply(message, Text::NothingThere, &[]),
    }
}

/// A link that opens this answer in a private chat with the bot.
pub(super) fn deep_link(context: Context<'_>, id: &Id) -> String {
    format!("https://t.me/{}?start={id}", context.me.username)
}

/// A link that lets a person choose a chat to post the deep link to.
fn share_link(context: Context<'_>, id: &Id) -> String {
    // Names and ids are letters, digits, `_` and `-`, which a query takes as they are.
    let username = &context.me.username;
    format!("https://t.me/share/url?url=https%3A%2F%2Ft.me%2F{username}%3Fstart%3D{id}")
}

/// The messages that an answer of any length takes: split at paragraphs, a picture above the first one, the buttons under
/// the last one.
pub(super) fn messages(card: &Part) -> MessageParts {
    let texts = match &card.picture {
        None => card.text.split(MESSAGE_LIMIT),
        Some(_) => {
            let caption = card.text.split(CAPTION_LIMIT).swap_remove(0);
            let rest = card.text.text[caption.text.len()..].trim_start().len();
            let rest = card.text.slice(card.text.text.len() - rest..card.text.text.len());
            let below = if rest.is_empty() { Vec::new() } else { rest.split(MESSAGE_LIMIT) };
            std::iter::once(caption).chain(below).collect()
        }
    };
    let mut parts: MessageParts =
        texts.into_iter().map(|text| Part { picture: None, text, buttons: Vec::new() }).collect();
    parts[0].picture.clone_from(&card.picture);
    if let Some(last) = parts.last_mut() {
        last.buttons.clone_from(&card.buttons);
    }
    parts
}

/// Replies with an answer of any length. Returns how many messages it takes.
pub(super) fn send_parts(turn: &mut Turn<'_>, target: ReplyTarget, key: &Key, parts: MessageParts) -> usize {
    replace_parts(turn, target, key, Former::default(), parts)
}

/// The messages that an answer replaces.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Former {
    pub(super) n_parts: usize,
    /// One of them is a photo.
    pub(super) has_picture: bool,
}

/// Puts an answer in the place of another one. Returns how many messages it takes itself.
///
/// A photo cannot become a text, nor a text a photo: then the former messages go, and new ones come.
pub(super) fn replace_parts(
    turn: &mut Turn<'_>,
    target: ReplyTarget,
    key: &Key,
    former: Former,
    parts: MessageParts,
) -> usize {
    let n_parts = parts.len();
    let is_new = former.has_picture || has_picture(&parts);
    let n_kept = if is_new { 0 } else { n_parts.min(former.n_parts) };
    let delete = |turn: &mut Turn<'_>| {
        for index in n_kept..former.n_parts {
            let message = MessageRef::Key(part_key(key, index));
            turn.send(Outgoing::request(None, Request::Delete { message }));
        }
    };
    // New messages take the keys of the former ones, which go first.
    if is_new {
        delete(turn);
    }
    for (index, part) in parts.into_iter().enumerate() {
        let key = part_key(key, index);
        turn.send(match index < n_kept {
            true => Outgoing::edit_or_reply(key, part.text, part.buttons, target.thread, target.reply_to),
            false => target.part(part).key(key),
        });
    }
    if !is_new {
        delete(turn);
    }
    n_parts
}

pub(super) fn has_picture(parts: &MessageParts) -> bool {
    parts.iter().any(|part| part.picture.is_some())
}

/// The key of one of the messages that an answer takes. Part 0 is the first part, or all of it.
pub(super) fn part_key(answer: &Key, part: usize) -> Key {
    if part == 0 { answer.clone() } else { Key(format!("{}:{part}", answer.0)) }
}
