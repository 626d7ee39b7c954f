//! From files to [`Knowledge`].

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::checks::{self, bot_texts::unknown_placeholder};
use super::draft::{self, Draft, DraftText, Item, Place, Quiz};
use super::fill::fill;
use super::findings::Findings;
use super::lines::Lines;
use super::picture;
use super::read::read;
use super::{
    Bot, Diagnostic, Difficulty, Entry, Expectation, Figure, Id, Knowledge, Location, OptionOrder,
    OutOfScope, Phrasing, QuizItem, SmallTalk, Source, Term, is_same_answer,
};
use crate::quantity::Locales;
use crate::texts::{self, Texts};
use crate::time::Timestamp;

/// Reads and checks a folder, with no figure being overdue.
///
/// Never fails: what is broken is left out and reported, the rest works. Sources are taken in the order of their paths.
/// Diagnostics come sorted by [`sort`](super::sort).
pub fn parse(sources: &[Source]) -> (Knowledge, Vec<Diagnostic>) {
    parse_at(sources, Timestamp(0))
}

/// Reads and checks a folder as [`parse`] does; a figure is overdue when `now` is past its `review_by`.
pub fn parse_at(sources: &[Source], now: Timestamp) -> (Knowledge, Vec<Diagnostic>) {
    let mut sorted: Vec<Source> = sources.to_vec();
    sorted.sort_by(|one, other| one.path.cmp(&other.path));
    let sources = sorted.as_slice();
    let mut findings = Findings::new(sources);
    let draft = read(sources, &mut findings);
    checks::run(&draft, now, &mut findings);
    findings.sort();
    let mut knowledge = Build::new(sources, &draft, None, &findings).knowledge();
    let translations = draft.translations.iter();
    knowledge.translations = translations
        .map(|it| Build::new(sources, it, Some(&draft), &findings).translation(&knowledge))
        .collect();
    (knowledge, findings.into_diagnostics())
}

/// Turns what is not broken into values.
struct Build<'a> {
    draft: &'a Draft,
    findings: &'a Findings<'a>,
    paths: Vec<Arc<str>>,
    lines: Vec<Lines<'a>>,
    values: HashMap<&'a str, &'a str>,
    /// What may be referred to: entries and terms that are not left out.
    targets: HashSet<&'a str>,
}

impl<'a> Build<'a> {
    /// `main` is the draft that this is a translation of: references may also lead to what only that has.
    fn new(
        sources: &'a [Source],
        draft: &'a Draft,
        main: Option<&'a Draft>,
        findings: &'a Findings<'a>,
    ) -> Build<'a> {
        let both = || main.into_iter().chain([draft]);
        let values = both()
            .flat_map(|it| kept(&it.figures, findings))
            .map(|it| (it.value.id.value.as_str(), it.value.value.value.trim()))
            .collect();
        let entries = both().flat_map(|it| kept(&it.entries, findings)).map(|it| it.value.id.value.as_str());
        let terms = both().flat_map(|it| kept(&it.terms, findings)).map(|it| it.value.id.value.as_str());
        Build {
            draft,
            findings,
            paths: sources.iter().map(|source| source.path.as_str().into()).collect(),
            lines: sources.iter().map(|source| Lines::of(&source.text)).collect(),
            values,
            targets: entries.chain(terms).collect(),
        }
    }

    /// The draft's content, in the order of the main language; anything it lacks is there in that.
    fn translation(&self, main: &Knowledge) -> Knowledge {
        let own = self.knowledge();
        let mut entries: HashMap<Id, Entry> = own.entries.into_iter().map(|it| (it.id.clone(), it)).collect();
        let mut terms: HashMap<Id, Term> = own.terms.into_iter().map(|it| (it.id.clone(), it)).collect();
        let figures: HashMap<&Id, &Figure> = main.figures.iter().map(|it| (&it.id, it)).collect();
        let mut lists: HashMap<&str, Vec<Phrasing>> = HashMap::new();
        for list in &self.draft.phrasings {
            lists.entry(&list.id.value).or_default().extend(self.phrasings(&list.texts));
        }
        let mut untranslated = HashSet::new();
        let mut borrow = |id: &Id| {
            untranslated.insert(id.clone());
            lists.remove(id.as_str()).unwrap_or_default()
        };
        Knowledge {
            bot: self.translated_bot(own.bot, &main.bot),
            entries: Vec::from_iter(main.entries.iter().map(|original| match entries.remove(&original.id) {
                Some(own) => Entry {
                    related: if own.related.is_empty() { original.related.clone() } else { own.related },
                    section: own.section.or_else(|| original.section.clone()),
                    picture: own.picture.or_else(|| original.picture.clone()),
                    ..own
                },
                None => Entry { phrasings: borrow(&original.id), ..original.clone() },
            })),
            terms: Vec::from_iter(main.terms.iter().map(|original| match terms.remove(&original.id) {
                Some(own) => Term {
                    related: if own.related.is_empty() { original.related.clone() } else { own.related },
                    section: own.section.or_else(|| original.section.clone()),
                    picture: own.picture.or_else(|| original.picture.clone()),
                    quiz: own.quiz && original.quiz,
                    ..own
                },
                // The quiz speaks one language.
                None => Term { phrasings: borrow(&original.id), quiz: false, ..original.clone() },
            })),
            figures: Vec::from_iter(own.figures.into_iter().map(|own| match figures.get(&own.id) {
                Some(original) => Figure {
                    entry: own.entry.or_else(|| original.entry.clone()),
                    as_of: own.as_of.or_else(|| original.as_of.clone()),
                    review_by: own.review_by.or_else(|| original.review_by.clone()),
                    quiz: own.quiz && original.quiz,
                    ..own
                },
                None => own,
            })),
            untranslated,
            ..own
        }
    }

    /// A greeting in another language would be the wrong first words, so there the bot has its own.
    fn translated_bot(&self, own: Bot, main: &Bot) -> Bot {
        let says = |key: fn(&draft::Bot) -> &Option<DraftText>| {
            self.draft.bot.as_ref().is_some_and(|it| key(&it.value).is_some())
        };
        Bot {
            name: if says(|it| &it.name) { own.name } else { main.name.clone() },
            source: if says(|it| &it.source) { own.source } else { main.source.clone() },
            ..own
        }
    }

    fn knowledge(&self) -> Knowledge {
        Knowledge {
            translations: Vec::new(),
            untranslated: HashSet::new(),
            bot: self.bot(),
            entries: self.each(&self.draft.entries, |item| {
                let entry = &item.value;
                Entry {
                    id: id(&entry.id),
                    question: self.phrasing(&entry.question),
                    phrasings: self.phrasings(&entry.phrasings),
                    answer: self.text(&entry.answer),
                    related: self.references(&entry.related, &entry.id),
                    section: self.optional(&entry.section),
                    picture: self.picture(&entry.picture),
                    location: self.location(&item.header),
                }
            }),
            terms: self.each(&self.draft.terms, |item| {
                let term = &item.value;
                Term {
                    id: id(&term.id),
                    name: self.phrasing(&term.name),
                    also: self.phrasings(&term.also),
                    phrasings: self.phrasings(&term.phrasings),
                    definition: self.text(&term.definition),
                    related: self.references(&term.related, &term.id),
                    section: self.optional(&term.section),
                    picture: self.picture(&term.picture),
                    quiz: term.quiz,
                    location: self.location(&item.header),
                }
            }),
            figures: self.each(&self.draft.figures, |item| {
                let figure = &item.value;
                Figure {
                    id: id(&figure.id),
                    value: figure.value.value.trim().to_string(),
                    what: self.text(&figure.what),
                    entry: self.reference(figure.entry.as_ref()),
                    as_of: figure.as_of.as_ref().map(|day| day.value.clone()),
                    review_by: figure.review_by.as_ref().map(|day| day.value.clone()),
                    quiz: figure.quiz,
                    location: self.location(&item.header),
                }
            }),
            quiz: self.each(&self.draft.quiz, |item| {
                let quiz = &item.value;
                QuizItem {
                    prompt: self.text(&quiz.prompt),
                    correct: self.texts(&quiz.correct),
                    distractors: self.distractors(quiz),
                    order: match quiz.order.as_ref().map(|it| it.value.as_str()) {
                        Some("fixed") => OptionOrder::Fixed(self.texts(&quiz.options)),
                        Some("sorted") => OptionOrder::Sorted,
                        _ => OptionOrder::Shuffled,
                    },
                    difficulty: quiz.difficulty.as_ref().and_then(|it| match it.value.as_str() {
                        "easy" => Some(Difficulty::Easy),
                        "medium" => Some(Difficulty::Medium),
                        "hard" => Some(Difficulty::Hard),
                        _ => None,
                    }),
                    guess: quiz.guess,
                    tags: self.texts(&quiz.tags),
                    explanation: self.optional(&quiz.explanation),
                    entry: self.reference(quiz.entry.as_ref()),
                    picture: self.picture(&quiz.picture),
                    explanation_picture: self.picture(&quiz.explanation_picture),
                    location: self.location(&item.header),
                }
            }),
            out_of_scope: with_examples(
                self.each(&self.draft.out_of_scope, |item| OutOfScope {
                    id: id(&item.value.id),
                    examples: self.phrasings(&item.value.examples),
                    reply: self.text(&item.value.reply),
                    location: self.location(&item.header),
                }),
                |group| &group.examples,
            ),
            small_talk: with_examples(
                self.each(&self.draft.small_talk, |item| SmallTalk {
                    id: id(&item.value.id),
                    examples: self.phrasings(&item.value.examples),
                    reply: self.text(&item.value.reply),
                    location: self.location(&item.header),
                }),
                |group| &group.examples,
            ),
            synonyms: self
                .draft
                .synonyms
                .iter()
                .map(|group| group.iter().map(|word| word.value.trim().to_string()).collect::<Vec<_>>())
                .filter(|group| group.len() > 1)
                .collect(),
            expectations: kept(&self.draft.expectations, self.findings)
                .filter_map(|item| {
                    let entry = self.reference(Some(&item.value.entry));
                    let none = item.value.entry.value == "none";
                    let ask = self.phrasing(&item.value.ask);
                    // An expectation of a table that is left out cannot be held against the folder.
                    (entry.is_some() || none).then_some(Expectation { ask, entry })
                })
                .collect(),
        }
    }

    fn bot(&self) -> Bot {
        let default = Bot::default();
        let nothing = draft::Bot::default();
        let bot = self.draft.bot.as_ref().map_or(&nothing, |it| &it.value);
        let default_greeting = || {
            let texts = Texts::new(self.draft.language(), []);
            texts.label(texts::Text::Greeting, &[])
        };
        Bot {
            name: self.optional(&bot.name).unwrap_or(default.name),
            source: self.optional(&bot.source).unwrap_or(default.source),
            greeting: self.optional(&bot.greeting).unwrap_or_else(default_greeting),
            languages: self.draft.languages(),
            // These have placeholders of their own, which are not figures.
            texts: bot
                .texts
                .iter()
                .filter(|(key, text)| unknown_placeholder(key, &text.value).is_none())
                .map(|(key, text)| {
                    let location = self.location(&text.place);
                    (key.clone(), Phrasing { text: text.value.trim().replace("\r\n", "\n"), location })
                })
                .collect(),
        }
    }

    fn each<T, V>(&self, items: &'a [Item<T>], value: impl Fn(&'a Item<T>) -> V) -> Vec<V> {
        kept(items, self.findings).map(value).collect()
    }

    fn text(&self, text: &DraftText) -> String {
        fill(text.value.trim(), |id| self.values.get(id).copied()).replace("\r\n", "\n")
    }

    fn texts(&self, texts: &[DraftText]) -> Vec<String> {
        texts.iter().map(|text| self.text(text)).collect()
    }

    /// The wrong answers: those that are listed, and those of the options that are not right.
    fn distractors(&self, quiz: &Quiz) -> Vec<String> {
        let locales = Locales::of(&self.draft.languages());
        let correct = self.texts(&quiz.correct);
        let wrong = |option: &String| !correct.iter().any(|it| is_same_answer(it, option, &locales));
        let of_options = self.texts(&quiz.options).into_iter().filter(wrong);
        self.texts(&quiz.distractors).into_iter().chain(of_options).collect()
    }

    fn optional(&self, text: &Option<DraftText>) -> Option<String> {
        text.as_ref().map(|text| self.text(text))
    }

    /// A picture that can be shown, as far as its name shows.
    fn picture(&self, text: &Option<DraftText>) -> Option<Phrasing> {
        let text = text.as_ref().filter(|text| picture::fault(text.value.trim()).is_none())?;
        Some(Phrasing { text: text.value.trim().to_owned(), location: self.location(&text.place) })
    }

    fn phrasing(&self, text: &DraftText) -> Phrasing {
        Phrasing { text: self.text(text), location: self.location(&text.place) }
    }

    fn phrasings(&self, texts: &[DraftText]) -> Vec<Phrasing> {
        // One under `[phrasings]` may be far from its entry: a fault in it costs the entry nothing.
        let kept = texts.iter().filter(|text| !self.findings.is_left_out(&text.place));
        kept.map(|text| self.phrasing(text)).collect()
    }

    /// The references that lead somewhere else, each once.
    fn references(&self, texts: &[DraftText], own: &DraftText) -> Vec<Id> {
        let mut seen = HashSet::from([own.value.as_str()]);
        texts.iter().filter(|it| seen.insert(&it.value)).filter_map(|it| self.reference(Some(it))).collect()
    }

    fn reference(&self, text: Option<&DraftText>) -> Option<Id> {
        text.filter(|it| self.targets.contains(it.value.as_str())).map(id)
    }

    fn location(&self, place: &Place) -> Location {
        let line = self.lines[place.file].line(place.span.start);
        Location { path: Arc::clone(&self.paths[place.file]), line, span: place.span.clone() }
    }
}

fn id(text: &DraftText) -> Id {
    Id(text.value.as_str().into())
}

/// The groups that have an example: the others would never be found.
fn with_examples<T>(mut groups: Vec<T>, examples: impl Fn(&T) -> &Vec<Phrasing>) -> Vec<T> {
    groups.retain(|group| !examples(group).is_empty());
    groups
}

/// The tables that no error leaves out.
fn kept<'i, T>(items: &'i [Item<T>], findings: &'i Findings<'_>) -> impl Iterator<Item = &'i Item<T>> {
    items.iter().filter(|item| !findings.is_left_out(&item.extent))
}
