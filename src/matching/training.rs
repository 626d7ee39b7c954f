//! What the matcher learns from: every wording in the folder, with its class.

use super::sentences;
use crate::knowledge::{Id, Knowledge, Location, Phrasing};
use crate::language::{Language, script_of};
use crate::rich_text::markdown;

/// What a wording leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClassKind {
    /// An entry or a term: it can be the answer.
    Answer,
    OutOfScope,
    SmallTalk,
}

/// One entry, term or group with its wordings.
#[derive(Debug, Clone)]
pub(crate) struct Class {
    pub(crate) id: Id,
    pub(crate) kind: ClassKind,
    pub(crate) wordings: Vec<Wording>,
}

/// Where a wording comes from, the most informative first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Origin {
    /// A person wrote it as a question.
    Written,
    /// Made from a name or a figure, several from one, so it says nothing about how people ask.
    Made,
    /// A sentence of the answer: it has words that people may ask with.
    Answer,
}

/// One way to ask for a class.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Wording {
    pub(crate) text: String,
    pub(crate) origin: Origin,
    /// Its place, or that of what it is made from.
    pub(crate) location: Location,
}

/// All classes, in an order that does not depend on how the folder is cut into files.
pub(crate) fn classes(knowledge: &Knowledge) -> Vec<Class> {
    let languages = &knowledge.bot.languages;
    let mut classes = Vec::new();
    for entry in &knowledge.entries {
        let mut wordings = written(entry.wordings());
        for figure in knowledge.figures.iter().filter(|figure| figure.entry.as_ref() == Some(&entry.id)) {
            let is = if languages.contains(&Language::ENGLISH) { "is " } else { "" };
            let texts = [figure.value.clone(), format!("{} {is}{}", figure.what, figure.value)];
            wordings.extend(texts.map(|text| Wording::new(text, Origin::Made, &figure.location)));
        }
        wordings.extend(from_answer(&entry.answer, &entry.location, &wordings));
        classes.push(Class { id: entry.id.clone(), kind: ClassKind::Answer, wordings });
    }
    for term in &knowledge.terms {
        let mut wordings = written(&term.phrasings);
        for name in [&term.name].into_iter().chain(&term.also) {
            let texts = term_wordings(&name.text, languages);
            wordings.extend(texts.into_iter().map(|text| Wording::new(text, Origin::Made, &name.location)));
        }
        wordings.extend(from_answer(&term.definition, &term.location, &wordings));
        classes.push(Class { id: term.id.clone(), kind: ClassKind::Answer, wordings });
    }
    for group in &knowledge.out_of_scope {
        let wordings = written(&group.examples);
        classes.push(Class { id: group.id.clone(), kind: ClassKind::OutOfScope, wordings });
    }
    for group in &knowledge.small_talk {
        let wordings = written(&group.examples);
        classes.push(Class { id: group.id.clone(), kind: ClassKind::SmallTalk, wordings });
    }
    for class in &mut classes {
        class.wordings.sort_by(|a, b| (&a.text, a.origin).cmp(&(&b.text, b.origin)));
        class.wordings.dedup_by(|later, first| later.text == first.text);
    }
    classes.sort_by(|a, b| a.id.cmp(&b.id));
    classes
}

impl Wording {
    fn new(text: String, origin: Origin, location: &Location) -> Wording {
        Wording { text, origin, location: location.clone() }
    }
}

fn written<'a>(phrasings: impl IntoIterator<Item = &'a Phrasing>) -> Vec<Wording> {
    let wording = |it: &Phrasing| Wording::new(it.text.clone(), Origin::Written, &it.location);
    phrasings.into_iter().map(wording).collect()
}

/// With this many phrasings an entry's answer adds nothing: it is not learnt from any more. With 17 phrasings an entry
/// its words gain 8 points of right answers at 5 % false ones, with 38 none, and take a quarter of the time and memory.
const ENOUGH_PHRASINGS: usize = 24;

/// At most this many sentences of an answer are learnt from, the first ones: the main point comes first.
const MAX_SENTENCES: usize = 8;

/// Shorter sentences say nothing by themselves.
const FEWEST_WORDS: usize = 4;

fn from_answer(answer: &str, location: &Location, others: &[Wording]) -> Vec<Wording> {
    if others.iter().filter(|it| it.origin == Origin::Written).count() >= ENOUGH_PHRASINGS {
        return Vec::new();
    }
    let text = markdown(answer).text;
    let telling = sentences::sentences(&text)
        .into_iter()
        .filter(|sentence| n_words(sentence) >= FEWEST_WORDS)
        .take(MAX_SENTENCES);
    telling.map(|sentence| Wording::new(sentence.to_owned(), Origin::Answer, location)).collect()
}

/// How many words a sentence has; where there are no spaces, each letter is one.
fn n_words(sentence: &str) -> usize {
    let stands_alone = |letter: &char| script_of(*letter).is_some_and(|it| it.is_without_spaces());
    sentence.split_whitespace().map(|run| run.chars().filter(stands_alone).count().max(1)).sum()
}

/// How to ask what something is, by language; `{}` is its name.
const WHAT_IS: [(&str, &[&str]); 17] = [
    ("ar", &["ما هو {}", "ما هي {}", "ما معنى {}"]),
    ("de", &["was ist {}", "was bedeutet {}"]),
    ("en", &["what is {}", "what does {} mean", "define {}", "meaning of {}"]),
    ("es", &["qué es {}", "qué significa {}"]),
    ("fa", &["{} چیست", "{} یعنی چه"]),
    ("fr", &["qu'est-ce que {}", "c'est quoi {}", "que veut dire {}"]),
    ("hi", &["{} क्या है", "{} का मतलब क्या है"]),
    ("id", &["apa itu {}", "apa arti {}"]),
    ("it", &["che cos'è {}", "cosa significa {}"]),
    ("ja", &["{}とは何ですか", "{}の意味"]),
    ("ko", &["{}이란 무엇인가요", "{} 뜻"]),
    ("pl", &["co to jest {}", "co znaczy {}"]),
    ("pt", &["o que é {}", "o que significa {}"]),
    ("ru", &["что такое {}", "что значит {}"]),
    ("tr", &["{} nedir", "{} ne demek"]),
    ("uk", &["що таке {}", "що означає {}"]),
    ("zh", &["什么是{}", "{}是什么", "{}是什么意思"]),
];

/// The words used to ask what something is, in the languages of a folder. Where there are no spaces, letters are
/// compared, and these are in other words as well.
pub(super) fn asking_words(languages: &[Language]) -> impl Iterator<Item = &'static str> {
    let asked = WHAT_IS.iter().filter(|(code, _)| languages.iter().any(|it| it.base() == *code));
    let words = asked.flat_map(|(_, ways)| ways.iter().flat_map(|way| way.split([' ', '{', '}'])));
    let has_spaces = |word: &&str| {
        !word.is_empty() && !word.chars().any(|it| script_of(it).is_some_and(|it| it.is_without_spaces()))
    };
    words.filter(has_spaces)
}

/// The ways to ask for a term that follow from its name alone, in the languages of the folder.
fn term_wordings(name: &str, languages: &[Language]) -> Vec<String> {
    let asked = WHAT_IS.iter().filter(|(code, _)| languages.iter().any(|it| it.base() == *code));
    let asked = asked.flat_map(|(_, ways)| ways.iter().map(|way| way.replace("{}", name)));
    std::iter::once(name.to_owned()).chain(asked).collect()
}
