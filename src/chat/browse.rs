//! Finding one's way without a question: /start, /help, /topics, /glossary, /define, /about.

use super::callback_data::Press;
use super::library::Section;
use super::outgoing::label;
use super::turn::Turn;
use super::{Button, ChatKind, Keyboard, Message, Outgoing, Tap};
use crate::knowledge::Id;
use crate::rich_text::{RichText, markdown};
use crate::texts::Text;

/// So many buttons of a list fit on a phone's screen without scrolling.
const PAGE: usize = 8;

/// From this similarity on a word is a misspelt term: one slip in a six-letter word, or two in twelve letters.
const SAME_TERM: f64 = 0.8;

impl Turn<'_> {
    /// `/start`, or a deep link `/start entry-id`. What names nothing (any more) is no reason to say so first.
    pub(super) fn start(&mut self, message: &Message, argument: &str) {
        if !argument.is_empty() && message.chat == ChatKind::Private {
            return self.show(message, &Id::from(argument));
        }
        let mut text = markdown(&self.context.library.knowledge.bot.greeting);
        if message.chat == ChatKind::Private {
            text.push("\n\n");
            text.append(&self.say(Text::StartHelp, &[]));
        }
        self.send(Outgoing::reply(message, text));
    }

    pub(super) fn help(&mut self, message: &Message) {
        let text = if message.chat == ChatKind::Private { Text::HelpPrivate } else { Text::HelpGroup };
        let term = self.context.library.knowledge.terms.first();
        let term = term.map_or("…".into(), |term| term.name.text.to_lowercase());
        let values = [("term", term.into()), ("username", self.context.me.username.as_str().into())];
        self.send(Outgoing::reply(message, self.say(text, &values)));
    }

    pub(super) fn about(&mut self, message: &Message) {
        let bot = &self.context.library.knowledge.bot;
        let values = [("name", bot.name.as_str().into()), ("source", markdown(&bot.source).into())];
        self.send(Outgoing::reply(message, self.say(Text::About, &values)));
    }

    pub(super) fn topics(&mut self, message: &Message) {
        let (text, buttons) = self.sections_page(0);
        self.send(Outgoing::reply(message, text).buttons(buttons));
    }

    pub(super) fn show_sections(&mut self, tap: &Tap, page: usize) {
        let (text, buttons) = self.sections_page(page);
        self.turn_page(tap, text, buttons);
    }

    pub(super) fn show_section(&mut self, tap: &Tap, name: &str, page: usize) {
        let library = self.context.library;
        let Some(section) = library.sections.iter().find(|section| section.name() == name) else {
            return self.toast(tap, Text::OldButton);
        };
        let text = RichText::bold(&self.section_title(section));
        let entries: Vec<Button> = section
            .entries
            .iter()
            .map(|index| &library.knowledge.entries[*index])
            .map(|entry| {
                Press::Topic { section: name.to_owned(), page, id: entry.id.clone() }
                    .button(label(&entry.question.text))
            })
            .collect();
        let mut buttons = self.page(entries, page, |page| Press::Section { section: name.to_owned(), page });
        buttons.push(vec![Press::Topics { page: 0 }.button(self.label(Text::BackButton))]);
        self.turn_page(tap, text, buttons);
    }

    pub(super) fn show_topic(&mut self, tap: &Tap, section: String, page: usize, id: &Id) {
        self.show_in_place(tap, id, Press::Section { section, page });
    }

    pub(super) fn glossary(&mut self, message: &Message) {
        let (text, buttons) = self.glossary_page(0);
        self.send(Outgoing::reply(message, text).buttons(buttons));
    }

    pub(super) fn show_glossary(&mut self, tap: &Tap, page: usize) {
        let (text, buttons) = self.glossary_page(page);
        self.turn_page(tap, text, buttons);
    }

    pub(super) fn show_term(&mut self, tap: &Tap, page: usize, id: &Id) {
        self.show_in_place(tap, id, Press::Glossary { page });
    }

    /// `/define TERM`, forgiving typos. Without a term, or with an unknown one, the glossary is offered.
    pub(super) fn define(&mut self, message: &Message, term: &str) {
        let Some(first) = self.context.library.knowledge.terms.first() else {
            return self.send(Outgoing::reply(message, self.say(Text::GlossaryEmpty, &[])));
        };
        if term.is_empty() {
            let example = first.name.text.to_lowercase();
            let text = self.say(Text::DefineWhat, &[("term", example.into())]);
            return self.send(Outgoing::reply(message, text));
        }
        match self.find_term(term) {
            Some(id) => self.show(message, &id),
            None => {
                let (_, buttons) = self.glossary_page(0);
                self.send(Outgoing::reply(message, self.say(Text::NoSuchTerm, &[])).buttons(buttons));
            }
        }
    }

    /// The term whose name or other name is nearest, if it is near enough; else what matching makes of it, if
    /// that is a term.
    fn find_term(&self, wanted: &str) -> Option<Id> {
        let library = self.context.library;
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

    fn sections_page(&self, page: usize) -> (RichText, Keyboard) {
        let sections = &self.context.library.sections;
        if sections.is_empty() {
            return (self.say(Text::TopicsEmpty, &[]), Vec::new());
        }
        let buttons = sections
            .iter()
            .map(|section| {
                Press::Section { section: section.name(), page: 0 }
                    .button(label(&self.section_title(section)))
            })
            .collect();
        (self.say(Text::TopicsHeading, &[]), self.page(buttons, page, |page| Press::Topics { page }))
    }

    fn glossary_page(&self, page: usize) -> (RichText, Keyboard) {
        let terms = &self.context.library.knowledge.terms;
        if terms.is_empty() {
            return (self.say(Text::GlossaryEmpty, &[]), Vec::new());
        }
        let buttons = terms
            .iter()
            .map(|term| Press::Term { page, id: term.id.clone() }.button(label(&term.name.text)))
            .collect();
        (self.say(Text::GlossaryHeading, &[]), self.page(buttons, page, |page| Press::Glossary { page }))
    }

    /// One page of a list, a button a row, with the way to its neighbours. A page beyond the end is the last.
    fn page(&self, buttons: Vec<Button>, page: usize, link: impl Fn(usize) -> Press) -> Keyboard {
        let n_pages = buttons.len().div_ceil(PAGE).max(1);
        let page = page.min(n_pages - 1);
        let mut keyboard: Keyboard =
            buttons.into_iter().skip(page * PAGE).take(PAGE).map(|it| vec![it]).collect();
        keyboard.extend(self.neighbours(page, n_pages, link));
        keyboard
    }

    /// A row with the way to the pages before and behind this one, if there are any.
    pub(super) fn neighbours(
        &self,
        page: usize,
        n_pages: usize,
        link: impl Fn(usize) -> Press,
    ) -> Option<Vec<Button>> {
        let previous = page.checked_sub(1).map(|page| (page, Text::PreviousButton));
        let next = (page + 1 < n_pages).then_some((page + 1, Text::NextButton));
        let way = previous.into_iter().chain(next);
        let row: Vec<Button> = way.map(|(page, text)| link(page).button(self.label(text))).collect();
        (!row.is_empty()).then_some(row)
    }

    /// An answer within the list it was found in, with the way back. One that is too long for a message goes on below.
    fn show_in_place(&mut self, tap: &Tap, id: &Id, back: Press) {
        let Some((text, mut buttons)) = self.beginning(id) else {
            return self.toast(tap, Text::OldButton);
        };
        buttons.push(vec![back.button(self.label(Text::BackButton))]);
        self.turn_page(tap, text, buttons);
    }

    fn turn_page(&mut self, tap: &Tap, text: RichText, buttons: Keyboard) {
        self.settle(tap);
        self.send(Outgoing::edit_tapped(tap, text, buttons));
    }

    fn section_title(&self, section: &Section) -> String {
        section.title.clone().unwrap_or_else(|| self.label(Text::OtherTopics))
    }
}

/// A term as one might look it up: lower case, words joined by single spaces, without punctuation around it.
fn plain_name(name: &str) -> String {
    let name = name.to_lowercase().replace(['-', '_'], " ");
    let name = name.trim_matches(|c: char| !c.is_alphanumeric());
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}
