//! A question on its way: made, not yet checked against the limits.

use super::order::arrange;
use super::wording::{plain, shortened};
use crate::knowledge::limits::MAX_READ_UP_TITLE;
use crate::knowledge::{Difficulty, Entry, Id, Knowledge, Location, OptionOrder, is_same_answer};
use crate::quantity::{Locales, quantities};
use crate::quiz::question::{
    MAX_EXPLANATION, MAX_OPTION, MAX_OPTIONS, MAX_PROMPT, MIN_OPTIONS, Question, QuestionKind, ReadUp,
};
use crate::texts::{Text, Texts};

/// The fewest distractors of a generated question: with fewer, guessing pays.
const MIN_MADE: usize = 2;

pub(super) struct QuestionDraft {
    pub(super) id: String,
    pub(super) kind: QuestionKind,
    pub(super) prompt: String,
    /// The right options, usually one.
    pub(super) correct: Vec<String>,
    /// Best first.
    pub(super) distractors: Vec<String>,
    pub(super) order: OptionOrder,
    pub(super) difficulty: Option<Difficulty>,
    pub(super) tags: Vec<String>,
    /// People are to send the right number instead of choosing it.
    pub(super) guess: bool,
    /// Markdown.
    pub(super) explanation: String,
    pub(super) read_up: Option<ReadUp>,
    pub(super) section: Option<String>,
    pub(super) topics: Vec<String>,
}

impl QuestionDraft {
    /// The question, if it keeps the limits and enough distractors are left that are wrong and differ: one, if it was
    /// written by hand; two, if it was made.
    pub(super) fn finish(self, texts: &Texts, locales: &Locales) -> Option<Question> {
        if self.guess {
            return self.finish_guess(texts, locales);
        }
        let fits = |option: &str| (1..=MAX_OPTION).contains(&option.chars().count());
        let prompt = one_line(&self.prompt);
        let mut options: Vec<String> = Vec::new();
        let mut add = |option: &str| {
            let option = one_line(option);
            if fits(&option) && !options.iter().any(|it| is_same_answer(it, &option, locales)) {
                options.push(option);
            }
        };
        self.correct.iter().for_each(|correct| add(correct));
        self.distractors.iter().for_each(|distractor| add(distractor));
        options.truncate(MAX_OPTIONS);
        let correct: Vec<String> = self.correct.iter().map(|correct| one_line(correct)).collect();
        let is_right = |option: &String| correct.iter().any(|it| is_same_answer(it, option, locales));
        let n_wrong = options.iter().filter(|option| !is_right(option)).count();
        let n_wanted = if self.kind == QuestionKind::Written { MIN_OPTIONS - 1 } else { MIN_MADE };
        let is_fair = (1..=MAX_PROMPT).contains(&prompt.chars().count())
            && !correct.is_empty()
            && correct.iter().all(|correct| fits(correct))
            && n_wrong >= n_wanted;
        if !is_fair {
            return None;
        }
        let n_kept = arrange(&mut options, &self.order, locales);
        let keys = (0..options.len()).filter(|&index| is_right(&options[index])).collect();
        Some(Question {
            explanation: with_pointer(texts, &plain(&self.explanation), self.read_up.as_ref()),
            id: self.id,
            kind: self.kind,
            prompt,
            options,
            keys,
            n_kept,
            difficulty: self.difficulty,
            tags: self.tags,
            read_up: self.read_up,
            section: self.section,
            topics: self.topics,
            guess: None,
            picture: None,
            explanation_picture: None,
        })
    }
}

impl QuestionDraft {
    /// The question that people answer with a number.
    fn finish_guess(self, texts: &Texts, locales: &Locales) -> Option<Question> {
        let (prompt, answer) = (one_line(&self.prompt), one_line(self.correct.first()?));
        let fits = (1..=MAX_PROMPT).contains(&prompt.chars().count())
            && answer.chars().count() <= MAX_OPTION
            && quantities(&answer, locales).len() == 1;
        fits.then(|| Question {
            explanation: with_pointer(texts, &plain(&self.explanation), self.read_up.as_ref()),
            id: self.id,
            kind: self.kind,
            prompt,
            options: Vec::new(),
            keys: vec![0],
            n_kept: 0,
            difficulty: self.difficulty,
            tags: self.tags,
            read_up: self.read_up,
            section: self.section,
            topics: self.topics,
            guess: Some(answer),
            picture: None,
            explanation_picture: None,
        })
    }
}

/// The explanation, and on a line of its own the pointer to what to read.
fn with_pointer(texts: &Texts, explanation: &str, read_up: Option<&ReadUp>) -> String {
    let Some(read_up) = read_up else { return shortened(explanation, MAX_EXPLANATION) };
    let pointer = pointer(texts, &plain(&read_up.title));
    let room = MAX_EXPLANATION.saturating_sub(pointer.chars().count() + 1);
    match shortened(explanation, room) {
        explanation if explanation.is_empty() => pointer,
        explanation => format!("{explanation}\n{pointer}"),
    }
}

/// The pointer to what to read, on a line that leaves room for an explanation.
fn pointer(texts: &Texts, title: &str) -> String {
    let title = shortened(title, MAX_READ_UP_TITLE);
    let pointer = texts.label(Text::QuizRead, &[("title", title.into())]);
    shortened(&one_line(&pointer), MAX_EXPLANATION)
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The entry that a question about it leads to.
pub(super) fn read_up(entry: &Entry) -> ReadUp {
    ReadUp { id: entry.id.clone(), title: entry.question.text.clone() }
}

/// The title of an entry or term, for questions that point to it by its id.
pub(super) fn find_read_up(knowledge: &Knowledge, id: &Id) -> Option<ReadUp> {
    let of_term = || {
        let term = knowledge.term(id)?;
        Some(ReadUp { id: term.id.clone(), title: term.name.text.clone() })
    };
    knowledge.entry(id).map(read_up).or_else(of_term)
}

/// The section of an entry or term.
pub(super) fn section(knowledge: &Knowledge, id: &Id) -> Option<String> {
    let of_entry = knowledge.entry(id).map(|entry| &entry.section);
    of_entry.or_else(|| knowledge.term(id).map(|term| &term.section)).cloned().flatten()
}

/// The name of a file as a topic: people name files for their content.
pub(super) fn file_topic(location: &Location) -> String {
    let name = location.path.rsplit(['/', '\\']).next().unwrap_or_default();
    name.strip_suffix(".toml").unwrap_or(name).to_owned()
}
