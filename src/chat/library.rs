//! Everything that is computed from a folder when it loads, ready to answer.

use std::collections::HashMap;

use super::Picture;
use crate::knowledge::{Entry, Id, Knowledge, Term};
use crate::language::Language;
use crate::matching::{self, Match, Matcher, Outcome};
use crate::misses::{Cluster, Gatherer, Miss};
use crate::quiz::{self, Question, Questions};
use crate::rich_text::{RichText, markdown};
use crate::stable_hash::stable_hash;
use crate::texts::Texts;

/// What a conversation knows in one language. Built once per version of the folder and shared by all chats.
#[derive(Debug)]
pub struct Library {
    /// Without its translations: each is a library of its own.
    pub knowledge: Knowledge,
    pub matcher: Matcher,
    pub questions: Questions,
    /// Where each question is, by its id.
    by_id: HashMap<String, (List, usize)>,
    pub texts: Texts,
    /// What is known about questions that were missed.
    pub(super) misses: Gatherer,
    /// The entries by section, both in the order in which the folder names them.
    pub(super) sections: Vec<Section>,
    /// The same in the other languages of the folder.
    translations: Vec<Library>,
}

/// Which of the lists of [`Questions`].
#[derive(Debug, Clone, Copy)]
enum List {
    Quiz,
    Guesses,
}

/// The entries that rest on one section of the source.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Section {
    /// `None`: entries that name no section.
    pub(super) title: Option<String>,
    /// Indices into [`Knowledge::entries`].
    pub(super) entries: Vec<usize>,
}

/// An entry or a term: what has an answer and can be linked to.
#[derive(Debug, Clone, Copy)]
pub(super) enum Topic<'a> {
    Entry(&'a Entry),
    Term(&'a Term),
}

impl Library {
    /// `today` is `YYYY-MM-DD`: figures that are overdue by then leave the quiz.
    pub fn new(mut knowledge: Knowledge, today: &str) -> Library {
        let translations = std::mem::take(&mut knowledge.translations);
        let translations = translations.into_iter().map(|it| Library::new(it, today)).collect();
        let matcher = Matcher::new(&knowledge.asked());
        let texts = Texts::new(
            knowledge.bot.language(),
            knowledge.bot.texts.iter().map(|(key, wording)| (key.as_str(), wording.text.as_str())),
        );
        let questions = quiz::questions(&knowledge, &texts, today);
        let sections = sections(&knowledge);
        let by_id = by_id(&questions);
        Library {
            knowledge,
            matcher,
            questions,
            by_id,
            texts,
            misses: Gatherer::default(),
            sections,
            translations,
        }
    }

    /// Misses, grouped by what they ask. Those read before are not read again.
    pub(super) fn gathered(&self, misses: &[Miss]) -> Vec<Cluster> {
        self.misses.clusters(misses, &self.matcher)
    }

    /// Reads a miss before anybody asks for it.
    pub fn read_miss(&self, question: &str) {
        self.misses.read(question, &self.matcher);
    }

    /// The language it is written in, and in which the bot then speaks.
    pub fn language(&self) -> Language {
        self.texts.language()
    }

    /// In its main language first, then in the others.
    pub fn in_all_languages(&self) -> impl Iterator<Item = &Library> + Clone {
        std::iter::once(self).chain(&self.translations)
    }

    /// Whether the folder is in more than one language.
    pub fn has_several_languages(&self) -> bool {
        !self.translations.is_empty()
    }

    /// Its part in a language, or in one that its readers understand; `None` if it has neither.
    pub fn in_language(&self, language: Language) -> Option<&Library> {
        let all = || self.in_all_languages();
        let same = all().find(|it| it.language() == language);
        same.or_else(|| all().find(|it| it.language().base() == language.base()))
    }

    /// The language, of all, that a question is asked in: whose words it is in, and whose entries it matches. If no
    /// other fits better, it is `preferred`.
    pub fn asked_in<'l>(&'l self, question: &str, preferred: &'l Library) -> &'l Library {
        /// How much better another language must fit.
        const BETTER: f64 = 0.1;
        if !self.has_several_languages() {
            return self;
        }
        let question = matching::essence(question);
        let fits = |library: &Library| {
            let certainty = certainty(&library.matcher.ask(&question));
            (library.matcher.knows(&question) + certainty) / 2.0
        };
        let mut best = (fits(preferred) + BETTER, preferred);
        for library in self.in_all_languages() {
            let fit = fits(library);
            if fit > best.0 {
                best = (fit, library);
            }
        }
        best.1
    }

    pub(super) fn topic(&self, id: &Id) -> Option<Topic<'_>> {
        let entry = self.knowledge.entry(id).map(Topic::Entry);
        entry.or_else(|| self.knowledge.term(id).map(Topic::Term))
    }

    /// A question of the quiz, or one to which people send a number.
    pub(super) fn question(&self, id: &str) -> Option<&Question> {
        let (list, index) = self.by_id.get(id)?;
        match list {
            List::Quiz => self.questions.quiz.get(*index),
            List::Guesses => self.questions.guesses.get(*index),
        }
    }

    /// Whether an answer or the reply of a group has this id.
    pub(super) fn replies_with(&self, id: &Id) -> bool {
        let Knowledge { out_of_scope, small_talk, .. } = &self.knowledge;
        let groups = out_of_scope.iter().map(|it| &it.id).chain(small_talk.iter().map(|it| &it.id));
        self.topic(id).is_some() || groups.into_iter().any(|it| it == id)
    }

    /// Questions to begin with: the first of each section, then the others, in the order of the folder.
    pub(super) fn examples(&self, n: usize) -> Vec<Id> {
        let first = self.sections.iter().filter_map(|section| section.entries.first());
        let others = self.sections.iter().flat_map(|section| section.entries.iter().skip(1));
        let chosen = first.chain(others).take(n);
        chosen.map(|index| self.knowledge.entries[*index].id.clone()).collect()
    }

    /// What the bot calls the source of its answers, on one line: the first line of `[bot] source`.
    pub(super) fn source_name(&self) -> String {
        let source = markdown(&self.knowledge.bot.source).text;
        source.lines().next().unwrap_or_default().to_owned()
    }
}

impl Section {
    /// Names the section in a button: 32 bits of a hash of its title.
    pub(super) fn name(&self) -> String {
        let hash = stable_hash(self.title.as_deref().unwrap_or_default());
        format!("{:08x}", hash >> 32)
    }
}

impl<'a> Topic<'a> {
    pub(super) fn id(self) -> &'a Id {
        match self {
            Topic::Entry(entry) => &entry.id,
            Topic::Term(term) => &term.id,
        }
    }

    /// The label of a button that leads here.
    pub(super) fn title(self) -> &'a str {
        match self {
            Topic::Entry(entry) => &entry.question.text,
            Topic::Term(term) => &term.name.text,
        }
    }

    /// How people ask for it: its question or names, and further phrasings.
    pub(super) fn wordings(self) -> impl Iterator<Item = String> {
        let (name, also, phrasings) = match self {
            Topic::Entry(entry) => (&entry.question, &[][..], &entry.phrasings),
            Topic::Term(term) => (&term.name, &term.also[..], &term.phrasings),
        };
        std::iter::once(name).chain(also).chain(phrasings).map(|wording| wording.text.clone())
    }

    /// The answer or definition, with its formatting.
    pub(super) fn words(self) -> RichText {
        match self {
            Topic::Entry(entry) => markdown(&entry.answer),
            Topic::Term(term) => markdown(&term.definition),
        }
    }

    /// The text to post: a definition is shown below its term.
    pub(super) fn body(self) -> RichText {
        match self {
            Topic::Entry(_) => self.words(),
            Topic::Term(term) => {
                let mut body = RichText::bold(&term.name.text);
                body.push("\n\n");
                body.append(&self.words());
                body
            }
        }
    }

    pub(super) fn section(self) -> Option<&'a str> {
        match self {
            Topic::Entry(entry) => entry.section.as_deref(),
            Topic::Term(term) => term.section.as_deref(),
        }
    }

    /// The picture shown with it.
    pub(super) fn picture(self) -> Option<Picture> {
        let picture = match self {
            Topic::Entry(entry) => entry.picture.as_ref(),
            Topic::Term(term) => term.picture.as_ref(),
        };
        picture.map(|it| Picture(it.text.clone()))
    }

    pub(super) fn related(self) -> &'a [Id] {
        match self {
            Topic::Entry(entry) => &entry.related,
            Topic::Term(term) => &term.related,
        }
    }
}

fn by_id(questions: &Questions) -> HashMap<String, (List, usize)> {
    let of = |list: List, questions: &[Question]| -> Vec<(String, (List, usize))> {
        questions.iter().enumerate().map(|(index, question)| (question.id.clone(), (list, index))).collect()
    };
    let guesses = of(List::Guesses, &questions.guesses);
    guesses.into_iter().chain(of(List::Quiz, &questions.quiz)).collect()
}

/// How surely a question has its answer here, 0 to 1.
fn certainty(found: &Match) -> f64 {
    /// A group has no probability of its own.
    const GROUP: f64 = 0.75;
    let best = found.candidates.first().map_or(0.0, |best| best.confidence);
    match found.outcome {
        Outcome::Answer(_) => best,
        Outcome::SmallTalk(_) | Outcome::OutOfScope(_) => GROUP,
        Outcome::Choose(_) => best / 2.0,
        Outcome::Unknown => 0.0,
    }
}

fn sections(knowledge: &Knowledge) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    for (index, entry) in knowledge.entries.iter().enumerate() {
        match sections.iter_mut().find(|section| section.title == entry.section) {
            Some(section) => section.entries.push(index),
            None => sections.push(Section { title: entry.section.clone(), entries: vec![index] }),
        }
    }
    // Entries without a section come last.
    sections.sort_by_key(|section| section.title.is_none());
    sections
}
