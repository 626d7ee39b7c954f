//! Which text of each file the bot uses while people edit the folder.

use std::collections::BTreeMap;

use super::{Files, together};
use crate::knowledge::{Diagnostic, Knowledge, Severity, Source, parse_at};
use crate::time::Timestamp;

/// The texts that the bot uses: of each file the newest one that breaks nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LastGood {
    texts: Texts,
    /// What is broken all the same, since it was there from the start.
    errors: Vec<Diagnostic>,
}

/// The result of looking at the folder.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    /// What the bot uses from now on.
    pub knowledge: Knowledge,
    /// What is wrong with the files as they are, used or not; sorted by [`sort`](crate::knowledge::sort).
    pub diagnostics: Vec<Diagnostic>,
    /// The files whose last good text stays in use, by path.
    pub held_back: Vec<String>,
}

/// Texts by the paths of their files.
type Texts = BTreeMap<String, String>;

/// With more changed files than this no culprit is searched for: all of them are held back.
const MOST_TRIED: usize = 50;

impl LastGood {
    /// Takes over what has changed in the folder, except files that would break what works.
    ///
    /// A file with a new error keeps its last good text; so does one that breaks another, for instance by removing what
    /// it refers to. A new file has no last good text: its unbroken parts work.
    pub fn look(&mut self, files: &Files, now: Timestamp) -> Look {
        let current = texts(&files.sources);
        let mut all = self.parsed(&current, now);
        let unreadable = files.diagnostics.iter().filter(|it| it.severity == Severity::Error);
        all.errors.extend(unreadable.cloned());
        let diagnostics = together(files.diagnostics.clone(), all.diagnostics.clone());

        let taken = if self.breaks_nothing(&all) {
            (current.clone(), all)
        } else {
            self.without_broken(&current, &all.errors, now)
        };
        let (texts, parsed) = taken;
        let held_back =
            changed(&texts, &current).into_iter().filter(|path| self.texts.contains_key(path)).collect();
        *self = LastGood { texts, errors: parsed.errors };
        Look { knowledge: parsed.knowledge, diagnostics, held_back }
    }

    /// The current texts, with the last good one in the place of each that is broken or breaks another.
    fn without_broken(&self, current: &Texts, errors: &[Diagnostic], now: Timestamp) -> (Texts, Parsed) {
        let mut texts = current.clone();
        let mut broken = self.broken_files(&texts, errors);
        while !broken.is_empty() {
            for path in broken {
                self.put_back(&path, &mut texts);
            }
            let parsed = self.parsed(&texts, now);
            broken = self.broken_files(&texts, &parsed.errors);
            if self.breaks_nothing(&parsed) {
                return (texts, parsed);
            }
        }
        // The rest are changes that break other files: those that do not are taken one by one.
        let mut kept = self.texts.clone();
        let changed = changed(&self.texts, &texts);
        for path in changed.iter().filter(|_| changed.len() <= MOST_TRIED) {
            let mut tried = kept.clone();
            match texts.get(path) {
                Some(text) => drop(tried.insert(path.clone(), text.clone())),
                None => drop(tried.remove(path)),
            }
            if self.breaks_nothing(&self.parsed(&tried, now)) {
                kept = tried;
            }
        }
        let parsed = self.parsed(&kept, now);
        (kept, parsed)
    }

    /// The changed files that have a new error, and a text to go back to.
    fn broken_files(&self, texts: &Texts, errors: &[Diagnostic]) -> Vec<String> {
        let paths = self.new_errors(errors).into_iter().flat_map(|it| self.known_at(&it.primary.path));
        let mut broken: Vec<String> =
            paths.filter(|path| texts.get(*path) != self.texts.get(*path)).cloned().collect();
        broken.sort();
        broken.dedup();
        broken
    }

    fn put_back(&self, path: &str, texts: &mut Texts) {
        if let Some(good) = self.texts.get(path) {
            texts.insert(path.to_owned(), good.clone());
        }
    }

    /// Whether every file that was there before is as whole as it was.
    fn breaks_nothing(&self, parsed: &Parsed) -> bool {
        self.new_errors(&parsed.errors).iter().all(|it| self.known_at(&it.primary.path).next().is_none())
    }

    /// The files in use at this path: the file itself, or all that lie in a folder that cannot be read.
    fn known_at(&self, path: &str) -> impl Iterator<Item = &String> {
        let itself = self.texts.get_key_value(path).map(|(path, _)| path);
        let folder = format!("{path}/");
        let inside = self.texts.range(folder.clone()..).map(|(path, _)| path);
        itself.into_iter().chain(inside.take_while(move |it| it.starts_with(&folder)))
    }

    /// The errors that are not already in use.
    fn new_errors<'e>(&self, errors: &'e [Diagnostic]) -> Vec<&'e Diagnostic> {
        let mut old: Vec<&Diagnostic> = self.errors.iter().collect();
        let is_new = |it: &&Diagnostic| match old.iter().position(|known| is_same(known, it)) {
            Some(known) => {
                old.swap_remove(known);
                false
            }
            None => true,
        };
        errors.iter().filter(is_new).collect()
    }

    fn parsed(&self, texts: &Texts, now: Timestamp) -> Parsed {
        let sources: Vec<Source> =
            texts.iter().map(|(path, text)| Source { path: path.clone(), text: text.clone() }).collect();
        let (knowledge, diagnostics) = parse_at(&sources, now);
        let errors = diagnostics.iter().filter(|it| it.severity == Severity::Error).cloned().collect();
        Parsed { knowledge, diagnostics, errors }
    }
}

struct Parsed {
    knowledge: Knowledge,
    diagnostics: Vec<Diagnostic>,
    errors: Vec<Diagnostic>,
}

/// The same error, though the lines above it may have changed.
fn is_same(one: &Diagnostic, other: &Diagnostic) -> bool {
    one.primary.path == other.primary.path && one.code == other.code && one.message == other.message
}

fn texts(sources: &[Source]) -> Texts {
    sources.iter().map(|source| (source.path.clone(), source.text.clone())).collect()
}

/// The files that differ, came or went.
fn changed(before: &Texts, after: &Texts) -> Vec<String> {
    let mut paths: Vec<&String> = before.keys().chain(after.keys()).collect();
    paths.sort();
    paths.dedup();
    paths.into_iter().filter(|path| before.get(*path) != after.get(*path)).cloned().collect()
}
