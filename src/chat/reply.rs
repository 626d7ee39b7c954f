//! From a question to the reply: the answer, a choice, or an honest "I don't know".

use std::collections::BTreeSet;

use super::callback_data::Press;
use super::card::{MessageParts, Part, card_for, messages, thumbs, topic_buttons};
use super::{ChatKind, Context, Keyboard, Library, Outcome, Picture, Record, Sender, language};
use crate::knowledge::Id;
use crate::matching::{self, Candidate};
use crate::rich_text::{RichText, markdown};
use crate::texts::Text;

/// The most topics offered with "I don't know".
const N_NEAREST: usize = 3;

/// A reply before it is sent.
pub(super) struct Reply {
    pub(super) text: RichText,
    pub(super) buttons: Keyboard,
    /// The picture shown with an answer.
    pub(super) picture: Option<Picture>,
    pub(super) outcome: Outcome,
    pub(super) entry: Option<Id>,
    /// The entries that the person may choose from.
    pub(super) choices: Vec<Id>,
    /// How sure the matching was of the nearest entry.
    pub(super) confidence: Option<f64>,
}

impl Reply {
    /// What to count it as.
    pub(super) fn asked(&self) -> Record {
        Record::Asked { outcome: self.outcome, entry: self.entry.clone(), confidence: self.confidence }
    }

    pub(super) fn parts(&self) -> MessageParts {
        messages(&Part {
            picture: self.picture.clone(),
            text: self.text.clone(),
            buttons: self.buttons.clone(),
        })
    }
}

/// The reply to a question that this person has asked.
pub(super) fn reply(context: Context<'_>, question: &str, chat: ChatKind, asker: &Sender) -> Reply {
    let found = context.library.matcher.ask(&matching::essence(question));
    let confidence = found.candidates.first().map(|best| best.confidence);
    let is_answer = matches!(found.outcome, matching::Outcome::Answer(_));
    if !is_answer
        && (language::is_foreign(context, question) || language::is_another(context, question, asker))
    {
        return Reply { confidence, ..foreign(context, question, asker) };
    }
    Reply { confidence, ..reply_with(context, question, chat, found) }
}

fn reply_with(context: Context<'_>, question: &str, chat: ChatKind, found: matching::Match) -> Reply {
    let library = context.library;
    match found.outcome {
        matching::Outcome::Answer(id) => match card_for(context, &id, question) {
            Some(Part { picture, text, buttons }) => Reply {
                text,
                buttons,
                picture,
                outcome: Outcome::Answer,
                entry: Some(id),
                choices: Vec::new(),
                confidence: None,
            },
            None => unknown(context, Vec::new(), chat),
        },
        matching::Outcome::Choose(ids) => Reply {
            text: context.say(if is_short(question) { Text::WhichDoYouMean } else { Text::DidYouMean }, &[]),
            buttons: choice(context, &ids),
            picture: None,
            outcome: Outcome::Choose,
            entry: None,
            choices: ids,
            confidence: None,
        },
        matching::Outcome::SmallTalk(id) => {
            let talk = library.knowledge.small_talk.iter().find(|it| it.id == id);
            // Somebody who says hello asks for nothing that could be the wrong thing.
            let asks = matching::is_question(question) || !is_short(question);
            wording(talk.map(|it| it.reply.as_str()), Outcome::SmallTalk, asks.then_some(&id))
        }
        matching::Outcome::OutOfScope(id) => {
            let group = library.knowledge.out_of_scope.iter().find(|it| it.id == id);
            wording(group.map(|it| it.reply.as_str()), Outcome::OutOfScope, Some(&id))
        }
        matching::Outcome::Unknown => {
            let nearest = near(context, question, found.candidates);
            if chat == ChatKind::Private && is_short(question) && nearest.len() > 1 {
                return which(context, &nearest);
            }
            unknown(context, nearest, chat)
        }
    }
}

/// The candidates that have a word of the question, or what it is taken for. If none has, the question is in another
/// language or is not a question: it would be odd to offer the best of nothing.
pub(super) fn near(context: Context<'_>, question: &str, candidates: Vec<Candidate>) -> Vec<Id> {
    let matcher = &context.library.matcher;
    let asked: BTreeSet<String> = matcher.words(question).into_iter().map(|(stem, _)| stem).collect();
    let shares_a_word = |id: &Id| {
        let Some(topic) = context.library.topic(id) else { return false };
        let mut texts = topic.wordings().chain([topic.words().text]);
        texts.any(|text| matcher.words(&text).iter().any(|(stem, _)| asked.contains(stem)))
    };
    candidates.into_iter().map(|it| it.id).filter(shares_a_word).take(N_NEAREST).collect()
}

/// So short that it may be about several entries: "how much", "the deal".
pub(super) fn is_short(question: &str) -> bool {
    /// Up to this many words say about as little as one does.
    const MOST: usize = 3;
    let words = question.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    (1..=MOST).contains(&words.count())
}

/// To a message in a language that the bot does not speak: one line, with no choices, in the person's language.
fn foreign(context: Context<'_>, question: &str, asker: &Sender) -> Reply {
    let text = language::spoken(context, question, asker);
    Reply {
        text,
        buttons: Vec::new(),
        picture: None,
        outcome: Outcome::Unknown,
        entry: None,
        choices: Vec::new(),
        confidence: None,
    }
}

fn which(context: Context<'_>, ids: &[Id]) -> Reply {
    let (text, buttons) = (context.say(Text::WhichDoYouMean, &[]), choice(context, ids));
    Reply {
        text,
        buttons,
        picture: None,
        outcome: Outcome::Choose,
        entry: None,
        choices: ids.to_vec(),
        confidence: None,
    }
}

/// Whether the folder answers this so surely that the bot may speak up without being asked.
pub(super) fn is_sure(context: Context<'_>, question: &str) -> bool {
    /// Nobody asked the bot: it speaks up only when it is hardly ever wrong.
    const VERY_SURE: f64 = 0.95;
    let found = context.library.matcher.ask(&matching::essence(question));
    let sure = found.candidates.first().is_some_and(|best| best.confidence >= VERY_SURE);
    sure && matches!(found.outcome, matching::Outcome::Answer(_))
}

/// The reply of a group; with thumbs, where the group is given, for it may have been the wrong one.
fn wording(reply: Option<&str>, outcome: Outcome, rated: Option<&Id>) -> Reply {
    let text = markdown(reply.unwrap_or_default());
    let buttons = rated.map(|id| thumbs(id).into()).into_iter().collect();
    Reply { text, buttons, picture: None, outcome, entry: None, choices: Vec::new(), confidence: None }
}

/// In private: the nearest topics as buttons. In a group one short line, so as not to be noisy.
fn unknown(context: Context<'_>, nearest: Vec<Id>, chat: ChatKind) -> Reply {
    let buttons = if chat == ChatKind::Private {
        topic_buttons(context, &nearest, N_NEAREST, Press::Nearest)
    } else {
        Vec::new()
    };
    let text = match (chat, buttons.is_empty()) {
        (ChatKind::Private, false) => Text::Unknown,
        (ChatKind::Private, true) => Text::UnknownNothingNear,
        _ => Text::UnknownInGroup,
    };
    Reply {
        text: context.say(text, &[]),
        buttons,
        picture: None,
        outcome: Outcome::Unknown,
        entry: None,
        choices: Vec::new(),
        confidence: None,
    }
}

fn choice(context: Context<'_>, ids: &[Id]) -> Keyboard {
    let mut buttons = topic_buttons(context, ids, ids.len(), Press::Pick);
    buttons.push(vec![Press::NoneOfThese.button(context.label(Text::NoneOfTheseButton))]);
    buttons
}

/// What the bot would reply to a question in a private chat, without formatting: for `faqbot ask`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlainReply {
    pub text: String,
    /// The buttons where the question is not answered: entries that may be meant, or come nearest.
    pub offered: Vec<String>,
}

/// Answers a question as in a private chat of its own.
pub fn plain_reply(library: &Library, question: &str) -> PlainReply {
    let me = super::Me { id: super::PersonId(0), username: String::new(), reads_all_group_messages: false };
    let context = language::for_question(Context::new(library, &me, &[]), question);
    let reply = reply(context, question, ChatKind::Private, &Sender::Bot);
    let buttons = reply.buttons.into_iter().flatten().filter(|_| reply.outcome != Outcome::Answer);
    PlainReply { text: reply.text.text, offered: buttons.map(|it| it.label).collect() }
}
