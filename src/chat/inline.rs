//! `@bot words` in any chat: a list of answers to choose from.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::card::{deep_link, headed_text};
use super::outgoing::label;
use super::reply::{is_short, near};
use super::turn::Turn;
use super::{Button, InlineQuery, InlineResult, Library, MESSAGE_LIMIT, Outgoing, Read, Request, language};
use crate::knowledge::Id;
use crate::rich_text::RichText;
use crate::texts::Text;

/// The most answers listed.
const N_RESULTS: usize = 10;

/// How long Telegram may give the same list for the same words. A changed folder shows after this time at the
/// latest.
const CACHE_SECONDS: u32 = 300;

/// How much of an answer is shown under its title in the list.
const PREVIEW: usize = 100;

pub(super) fn answer(turn: &mut Turn<'_>, inline: &InlineQuery) {
    if inline.query.trim().is_empty() {
        return turn.read(Read::MostAsked { inline: inline.id.clone() });
    }
    turn.context = language::for_question(turn.context, &inline.query);
    let library = turn.context.library;
    let suggest = |typed: &str| library.matcher.suggest(typed, N_RESULTS);
    let completed = completed(library, &inline.query).map(|query| suggest(&query)).unwrap_or_default();
    let suggested = if completed.is_empty() { suggest(&inline.query) } else { completed };
    let mut ids: Vec<Id> = suggested.into_iter().map(|candidate| candidate.id).collect();
    if ids.is_empty() && is_short(&inline.query) {
        ids = near(turn.context, &inline.query, library.matcher.rank(&inline.query, N_RESULTS));
    }
    list(turn, inline.id.clone(), &ids);
}

/// For an empty query: the entries asked most often, then those that come first in the folder.
pub(super) fn most_asked(turn: &mut Turn<'_>, inline: String, asked: &[Id]) {
    let entries = turn.context.library.knowledge.entries.iter().map(|entry| &entry.id);
    let mut ids: Vec<Id> = Vec::new();
    for id in asked.iter().chain(entries) {
        if ids.len() < N_RESULTS && !ids.contains(id) {
            ids.push(id.clone());
        }
    }
    list(turn, inline, &ids);
}

fn list(turn: &mut Turn<'_>, query: String, ids: &[Id]) {
    let library = turn.context.library;
    let topics = ids.iter().filter_map(|id| library.topic(id));
    let results = topics
        .map(|topic| {
            let link = Button::link(turn.label(Text::MenuAsk), deep_link(turn.context, topic.id()));
            let words = topic.words().text;
            let first_line = RichText::plain(words.lines().next().unwrap_or_default());
            InlineResult {
                id: topic.id().to_string(),
                title: label(topic.title()),
                description: first_line.truncate(PREVIEW).text,
                text: headed_text(turn.context, topic).truncate(MESSAGE_LIMIT),
                buttons: vec![vec![link]],
            }
        })
        .collect();
    let request = Request::AnswerInline { query, results, cache_seconds: CACHE_SECONDS };
    turn.send(Outgoing::request(None, request));
}

/// The typed words with the last one completed: to the word that most titles have of those that begin with it. None: no
/// title has such a word, or the word is already one, or it is too short for a guess.
fn completed(library: &Library, typed: &str) -> Option<String> {
    /// From this many letters on, a word is completed.
    const LEAST: usize = 2;
    let start = typed.rfind(|c: char| !c.is_alphanumeric()).map_or(0, |at| at + 1);
    let start = typed.ceil_char_boundary(start);
    let begun = typed[start..].to_lowercase();
    if begun.chars().count() < LEAST {
        return None;
    }
    let knowledge = &library.knowledge;
    let questions = knowledge.entries.iter().map(|entry| &entry.question);
    let names = knowledge.terms.iter().flat_map(|term| std::iter::once(&term.name).chain(&term.also));
    let mut words: BTreeMap<String, usize> = BTreeMap::new();
    for title in questions.chain(names) {
        for word in title.text.to_lowercase().split(|c: char| !c.is_alphanumeric()) {
            if word.starts_with(&begun) {
                *words.entry(word.to_owned()).or_default() += 1;
            }
        }
    }
    if words.contains_key(&begun) {
        return None;
    }
    let (word, _) = words.into_iter().min_by_key(|(_, n_titles)| Reverse(*n_titles))?;
    Some(format!("{}{word}", &typed[..start]))
}
