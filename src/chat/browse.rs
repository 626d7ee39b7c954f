//! Finding one's way without a question: /start, /help, /topics, /glossary, /define, /about.

use super::callback_data::Press;
use super::card::{beginning, show, topic_buttons};
use super::conversation::by_owner;
use super::library::Section;
use super::outgoing::label;
use super::turn::Turn;
use super::{Button, ChatKind, Context, Keyboard, Message, Outgoing, Tap};
use crate::knowledge::Id;
use crate::rich_text::{RichText, markdown};
use crate::texts::Text;

/// How many buttons of a list fit on a phone's screen without scrolling.
const PAGE: usize = 8;

/// How many example questions to tap are shown below a greeting.
const N_EXAMPLES: usize = 3;

/// From this similarity on, a word is a misspelt term: one slip in a six-letter word, or two in twelve letters.
const SAME_TERM: f64 = 0.8;

/// `/start`, or a deep link `/start entry-id`. A link to nothing that exists (any more) gets a plain greeting.
pub(super) fn start(turn: &mut Turn<'_>, message: &Message, argument: &str) {
    if !argument.is_empty() && message.chat == ChatKind::Private {
        return show(turn, message, &Id::from(argument));
    }
    let mut text = markdown(&turn.context.library.knowledge.bot.greeting);
    let mut examples = Vec::new();
    if message.chat == ChatKind::Private {
        let context = turn.context;
        examples = topic_buttons(context, &context.library.examples(N_EXAMPLES), N_EXAMPLES, Press::Open);
        let help = if examples.is_empty() {
            Text::StartHelp
        } else {
            context.texts().special(Text::StartExamples, Text::StartHelp)
        };
        text.push("\n\n");
        text.append(&turn.say(help, &[]));
    }
    turn.send(Outgoing::reply(message, text).buttons(examples));
}

pub(super) fn help(turn: &mut Turn<'_>, message: &Message) {
    let text = if message.chat == ChatKind::Private { Text::HelpPrivate } else { Text::HelpGroup };
    let term = turn.context.library.knowledge.terms.first();
    let term = term.map_or("…".into(), |term| term.name.text.to_lowercase());
    let values = [("term", term.into()), ("username", turn.context.me.username.as_str().into())];
    let mut text = turn.say(text, &values);
    if turn.context.folder.has_several_languages() {
        text.push("\n");
        text.append(&turn.say(Text::HelpLanguage, &[]));
    }
    if message.chat == ChatKind::Private && by_owner(turn, message) {
        text.push("\n\n");
        text.append(&turn.say(Text::HelpOwners, &[]));
    }
    turn.send(Outgoing::reply(message, text));
}

pub(super) fn about(turn: &mut Turn<'_>, message: &Message) {
    let bot = &turn.context.library.knowledge.bot;
    let values = [("name", bot.name.as_str().into()), ("source", markdown(&bot.source).into())];
    turn.send(Outgoing::reply(message, turn.say(Text::About, &values)));
}

pub(super) fn topics(turn: &mut Turn<'_>, message: &Message) {
    let (text, buttons) = sections_page(turn.context, 0);
    turn.send(Outgoing::reply(message, text).buttons(buttons));
}

pub(super) fn show_sections(turn: &mut Turn<'_>, tap: &Tap, page: usize) {
    let (text, buttons) = sections_page(turn.context, page);
    turn_page(turn, tap, text, buttons);
}

pub(super) fn show_section(turn: &mut Turn<'_>, tap: &Tap, name: &str, page: usize) {
    let library = turn.context.library;
    let Some(section) = library.sections.iter().find(|section| section.name() == name) else {
        return turn.toast(tap, Text::OldButton);
    };
    let text = RichText::bold(&section_title(turn.context, section));
    let entries: Vec<Button> = section
        .entries
        .iter()
        .map(|index| &library.knowledge.entries[*index])
        .map(|entry| {
            Press::Topic { section: name.to_owned(), page, id: entry.id.clone() }
                .button(label(&entry.question.text))
        })
        .collect();
    let mut buttons =
        list_page(turn.context, entries, page, |page| Press::Section { section: name.to_owned(), page });
    buttons.push(vec![Press::Topics { page: 0 }.button(turn.label(Text::BackButton))]);
    turn_page(turn, tap, text, buttons);
}

pub(super) fn show_topic(turn: &mut Turn<'_>, tap: &Tap, section: String, page: usize, id: &Id) {
    show_in_place(turn, tap, id, Press::Section { section, page });
}

pub(super) fn glossary(turn: &mut Turn<'_>, message: &Message) {
    let (text, buttons) = glossary_page(turn.context, 0);
    turn.send(Outgoing::reply(message, text).buttons(buttons));
}

pub(super) fn show_glossary(turn: &mut Turn<'_>, tap: &Tap, page: usize) {
    let (text, buttons) = glossary_page(turn.context, page);
    turn_page(turn, tap, text, buttons);
}

pub(super) fn show_term(turn: &mut Turn<'_>, tap: &Tap, page: usize, id: &Id) {
    show_in_place(turn, tap, id, Press::Glossary { page });
}

/// `/define TERM`, forgiving typos. Without a term, or with an unknown one, the glossary is offered.
pub(super) fn define(turn: &mut Turn<'_>, message: &Message, term: &str) {
    let Some(first) = turn.context.library.knowledge.terms.first() else {
        return turn.send(Outgoing::reply(message, turn.say(Text::GlossaryEmpty, &[])));
    };
    if term.is_empty() {
        let example = first.name.text.to_lowercase();
        let text = turn.say(Text::DefineWhat, &[("term", example.into())]);
        return turn.send(Outgoing::reply(message, text));
    }
    match find_term(turn.context, term) {
        Some(id) => show(turn, message, &id),
        None => {
            let (_, buttons) = glossary_page(turn.context, 0);
            turn.send(Outgoing::reply(message, turn.say(Text::NoSuchTerm, &[])).buttons(buttons));
        }
    }
}

/// The term whose name or other name is nearest, if it is near enough; else the result of the matching, if
/// that is a term.
fn find_term(context: Context<'_>, wanted: &str) -> Option<Id> {
    let library = context.library;
    let wanted_name = plain_name(wanted);
    let names = library.knowledge.terms.iter().flat_map(|term| {
        std::iter::once(&term.name).chain(&term.also).map(move |name| (term, plain_name(&name.text)))
    });
    let nearest = names
        .map(|(term, name)| (term, strsim::normalized_damerau_levenshtein(&name, &wanted_name)))
        .max_by(|a, b| a.1.total_cmp(&b.1));
    if let Some((term, similarity)) = nearest
        && similarity >= SAME_TERM
    {
        return Some(term.id.clone());
    }
    match library.matcher.ask(wanted).outcome {
        crate::matching::Outcome::Answer(id) => library.knowledge.term(&id).map(|term| term.id.clone()),
        _ => None,
    }
}

fn sections_page(context: Context<'_>, page: usize) -> (RichText, Keyboard) {
    let sections = &context.library.sections;
    if sections.is_empty() {
        return (context.say(Text::TopicsEmpty, &[]), Vec::new());
    }
    let buttons = sections
        .iter()
        .map(|section| {
            Press::Section { section: section.name(), page: 0 }
                .button(label(&section_title(context, section)))
        })
        .collect();
    (context.say(Text::TopicsHeading, &[]), list_page(context, buttons, page, |page| Press::Topics { page }))
}

fn glossary_page(context: Context<'_>, page: usize) -> (RichText, Keyboard) {
    let terms = &context.library.knowledge.terms;
    if terms.is_empty() {
        return (context.say(Text::GlossaryEmpty, &[]), Vec::new());
    }
    let buttons = terms
        .iter()
        .map(|term| Press::Term { page, id: term.id.clone() }.button(label(&term.name.text)))
        .collect();
    (
        context.say(Text::GlossaryHeading, &[]),
        list_page(context, buttons, page, |page| Press::Glossary { page }),
    )
}

/// One page of a list, a button a row, with the way to its neighbours. A page beyond the end is the last.
fn list_page(
    context: Context<'_>,
    buttons: Vec<Button>,
    page: usize,
    link: impl Fn(usize) -> Press,
) -> Keyboard {
    let n_pages = buttons.len().div_ceil(PAGE).max(1);
    let page = page.min(n_pages - 1);
    let mut keyboard: Keyboard =
        buttons.into_iter().skip(page * PAGE).take(PAGE).map(|it| vec![it]).collect();
    keyboard.extend(neighbours(context, page, n_pages, link));
    keyboard
}

/// A row with the way to the pages before and after this one, if there are any.
pub(super) fn neighbours(
    context: Context<'_>,
    page: usize,
    n_pages: usize,
    link: impl Fn(usize) -> Press,
) -> Option<Vec<Button>> {
    let previous = page.checked_sub(1).map(|page| (page, Text::PreviousButton));
    let next = (page + 1 < n_pages).then_some((page + 1, Text::NextButton));
    let way = previous.into_iter().chain(next);
    let row: Vec<Button> = way.map(|(page, text)| link(page).button(context.label(text))).collect();
    (!row.is_empty()).then_some(row)
}

/// An answer within the list it was found in, with the way back. The rest of one too long for a message goes below.
fn show_in_place(turn: &mut Turn<'_>, tap: &Tap, id: &Id, back: Press) {
    let Some((text, mut buttons)) = beginning(turn.context, id) else {
        return turn.toast(tap, Text::OldButton);
    };
    buttons.push(vec![back.button(turn.label(Text::BackButton))]);
    turn_page(turn, tap, text, buttons);
}

fn turn_page(turn: &mut Turn<'_>, tap: &Tap, text: RichText, buttons: Keyboard) {
    turn.settle(tap);
    turn.send(Outgoing::edit_tapped(tap, text, buttons));
}

fn section_title(context: Context<'_>, section: &Section) -> String {
    section.title.clone().unwrap_or_else(|| context.label(Text::OtherTopics))
}

/// A term as one might look it up: lower case, words joined by single spaces, without punctuation around it.
fn plain_name(name: &str) -> String {
    let name = name.to_lowercase().replace(['-', '_'], " ");
    let name = name.trim_matches(|c: char| !c.is_alphanumeric());
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}
