//! Questions made from terms.

use std::collections::{HashMap, HashSet};

use super::Material;
use super::draft::{QuestionDraft, file_topic};
use super::wording::{first_sentence, joins, plain, shortened};
use crate::knowledge::{OptionOrder, Term};
use crate::quiz::question::{MAX_OPTION, MAX_PROMPT, QuestionKind, ReadUp};
use crate::quiz::shuffle::Shuffler;
use crate::stable_hash::stable_hash;
use crate::texts::{Text, Texts};

/// How many other terms a question sets against the right one.
const RIVALS: usize = 3;

/// Stands for the term in its own definition.
const BLANK: &str = "___";

pub(super) fn drafts(material: &Material) -> Vec<QuestionDraft> {
    let glossary = Glossary::of(material);
    let questions = |term: &&Term| [name_of(term, &glossary), definition_of(term, &glossary)];
    glossary.terms.iter().flat_map(questions).flatten().collect()
}

/// The terms of the quiz, and how many of their names have each word, in lower case.
struct Glossary<'a> {
    terms: Vec<&'a Term>,
    n_names: HashMap<String, usize>,
    texts: &'a Texts,
}

impl<'a> Glossary<'a> {
    fn of(material: &Material<'a>) -> Glossary<'a> {
        let terms: Vec<&Term> = material.knowledge.terms.iter().filter(|term| term.quiz).collect();
        let mut n_names = HashMap::new();
        for term in &terms {
            let words: HashSet<String> =
                words(&term.name.text).map(|(_, word)| word.to_lowercase()).collect();
            for word in words {
                *n_names.entry(word).or_default() += 1;
            }
        }
        Glossary { terms, n_names, texts: material.texts }
    }
}

/// What is this the definition of?
fn name_of(term: &Term, glossary: &Glossary) -> Option<QuestionDraft> {
    let rivals = rivals(term, glossary, "name");
    let definition = hidden(term, glossary, &plain(&term.definition), Telling::Words);
    let asked =
        |definition: &str| glossary.texts.label(Text::QuizAskTerm, &[("definition", definition.into())]);
    let room = MAX_PROMPT.saturating_sub(asked("").chars().count());
    let prompt = asked(&shortened(&definition, room));
    let distractors = rivals.iter().map(|rival| rival.name.text.clone()).collect();
    // With nothing but blanks left, there is nothing to recognise it by.
    let tells_enough = definition.split_whitespace().filter(|word| !word.contains(BLANK)).count() >= 4;
    tells_enough
        .then(|| draft(term, glossary, QuestionKind::TermName, prompt, term.name.text.clone(), distractors))
}

/// What does this mean? Not asked if the definition repeats the term, and so gives itself away.
fn definition_of(term: &Term, glossary: &Glossary) -> Option<QuestionDraft> {
    let own = short_definition(term);
    if hidden(term, glossary, &own, Telling::Words) != own {
        return None;
    }
    // A rival that names the term is obviously wrong; one that shares a common word with it is all the better.
    let names_nothing = |rival: &&Term| {
        let definition = short_definition(rival);
        hidden(term, glossary, &definition, Telling::ProperNames) == definition
    };
    let rivals = rivals(term, glossary, "definition").into_iter().filter(names_nothing);
    let distractors = rivals.map(short_definition).collect();
    let prompt = glossary.texts.label(Text::QuizAskMeaning, &[("term", term.name.text.as_str().into())]);
    Some(draft(term, glossary, QuestionKind::TermDefinition, prompt, short_definition(term), distractors))
}

/// The first sentence of a definition, as an option: no longer than one may be, and without a full stop.
fn short_definition(term: &Term) -> String {
    let definition = plain(&term.definition);
    shortened(first_sentence(&definition).trim_end_matches('.'), MAX_OPTION)
}

/// Other terms, none of which has a name of this one. First come those that share a word with its name, since that
/// word would give the right one away otherwise; last those that its definition names, which are obviously wrong.
/// The same question always gets the same ones.
fn rivals<'a>(term: &Term, glossary: &Glossary<'a>, asked: &str) -> Vec<&'a Term> {
    let is_own = |name: &str| names(term).any(|own| is_same(own, name));
    let shares_a_word = |rival: &Term| {
        let mut own = words(&term.name.text).map(|(_, word)| word).filter(|word| is_telling(word));
        own.any(|own| words(&rival.name.text).any(|(_, word)| is_same(own, word)))
    };
    let definition = plain(&term.definition);
    let is_named = |rival: &Term| hidden(rival, glossary, &definition, Telling::ProperNames) != definition;
    let mut shuffled = glossary.terms.clone();
    Shuffler::new(stable_hash(&format!("{}:{asked}", term.id))).shuffle(&mut shuffled);
    shuffled.sort_by_cached_key(|rival| (is_named(rival), !shares_a_word(rival)));
    shuffled.into_iter().filter(|rival| !names(rival).any(is_own)).take(RIVALS).collect()
}

fn names(term: &Term) -> impl Iterator<Item = &str> {
    std::iter::once(&term.name).chain(&term.also).map(|name| name.text.as_str())
}

/// The words of a definition that may give its term away, besides its names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Telling {
    /// Proper names and abbreviations in its name.
    ProperNames,
    /// Those, and its common words: the "investment" of "Circular investment", not the "Services" of a proper name.
    Words,
}

/// A definition with blanks for the words that give the term away: its names, and those words of its own name that no
/// other term has in its name.
fn hidden(term: &Term, glossary: &Glossary, definition: &str, telling: Telling) -> String {
    let mut names: Vec<Vec<&str>> =
        names(term).map(|name| words(name).map(|(_, word)| word).collect()).collect();
    // The longest first: "Amazon Bedrock" is one blank, not two.
    names.sort_by_key(|name: &Vec<_>| std::cmp::Reverse(name.len()));
    let is_shared = |word: &str| glossary.n_names.get(&word.to_lowercase()).is_some_and(|&n| n > 1);
    let own: Vec<(usize, &str)> = words(&term.name.text).filter(|(_, word)| !is_shared(word)).collect();

    let found: Vec<(usize, &str)> = words(definition).collect();
    // How many words from here on are to be hidden.
    let n_telling = |index: usize| {
        let is_here = |name: &&Vec<&str>| {
            let here = found.get(index..index + name.len());
            here.is_some_and(|here| here.iter().zip(name.iter()).all(|((_, word), name)| is_same(word, name)))
        };
        let is_hidden = |word: &str| {
            let mut same = own.iter().filter(|(_, own)| is_same(own, word));
            match telling {
                Telling::ProperNames => is_proper(word) && same.any(|(_, own)| is_proper(own)),
                // The first word of any name has a capital.
                Telling::Words => {
                    is_telling(word) && same.any(|(at, own)| is_proper(word) || *at == 0 || !is_proper(own))
                }
            }
        };
        let name = names.iter().filter(|name| !name.is_empty()).find(is_here).map(Vec::len);
        name.unwrap_or(usize::from(is_hidden(found[index].1)))
    };
    let mut hidden = String::new();
    let (mut index, mut end) = (0, 0);
    while index < found.len() {
        let n_telling = n_telling(index);
        if n_telling > 0 {
            hidden.push_str(&definition[end..found[index].0]);
            hidden.push_str(BLANK);
            let (last, word) = found[index + n_telling - 1];
            end = last + word.len();
        }
        index += n_telling.max(1);
    }
    hidden.push_str(&definition[end..]);
    hidden
}

fn is_same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

/// Whether a word is written as a name or an abbreviation. Two letters ("AI", "US") are too common to be evidence.
fn is_proper(word: &str) -> bool {
    word.chars().count() > 2 && word.chars().any(char::is_uppercase)
}

/// Whether a word says something about what it names: longer than an article, and not just a connective.
fn is_telling(word: &str) -> bool {
    is_proper(word) || word.chars().count() > 3 && !joins(&word.to_lowercase())
}

/// The words of a text, and their places.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    text.split_inclusive(|c: char| !c.is_alphanumeric()).filter_map(move |piece| {
        let at = start;
        start += piece.len();
        let word = piece.trim_end_matches(|c: char| !c.is_alphanumeric());
        (!word.is_empty()).then_some((at, word))
    })
}

fn draft(
    term: &Term,
    glossary: &Glossary,
    kind: QuestionKind,
    prompt: String,
    correct: String,
    distractors: Vec<String>,
) -> QuestionDraft {
    let asked = if kind == QuestionKind::TermName { "name" } else { "definition" };
    let mut topics = vec![
        glossary.texts.label(Text::QuizTopicTerms, &[]),
        term.id.to_string(),
        file_topic(&term.location),
    ];
    topics.extend(names(term).map(str::to_owned));
    QuestionDraft {
        id: format!("term:{}:{asked}", term.id),
        kind,
        prompt,
        correct: vec![correct],
        distractors,
        order: OptionOrder::Shuffled,
        difficulty: None,
        tags: Vec::new(),
        guess: false,
        explanation: term.definition.clone(),
        read_up: Some(ReadUp { id: term.id.clone(), title: term.name.text.clone() }),
        section: term.section.clone(),
        topics,
    }
}
