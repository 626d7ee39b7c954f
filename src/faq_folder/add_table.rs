//! Adds a new entry or out-of-scope group that an owner has written, checked like a file.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};

use super::add_phrasing::{TextFile, lock, new_error};
use super::{read, shown};
use crate::import::{At, Item, merge, write};
use crate::knowledge::fill::literal;
use crate::knowledge::{Diagnostic, Id, Knowledge, OutOfScope, Severity, Source, parse};

/// The file that new tables go to.
const ADDED: &str = "added.toml";

/// What was added.
#[derive(Debug, Clone, PartialEq)]
pub struct Added {
    pub id: Id,
    pub path: PathBuf,
    /// Warnings about it.
    pub warnings: Vec<Diagnostic>,
}

/// Adds an entry with this question and answer; the answer is small Markdown and may use figures.
///
/// # Errors
///
/// When the folder already has the question, the answer is empty or has an error, or the file cannot be written.
/// Nothing has changed then.
pub fn add_entry(dir: &Path, question: &str, answer: &str) -> anyhow::Result<Added> {
    write(dir, NewTable::entry(question, answer, None)?)
}

/// Adds a group of questions that are not answered here, with one example and what to say.
///
/// # Errors
///
/// As for [`add_entry`].
pub fn add_group(dir: &Path, question: &str, reply: &str) -> anyhow::Result<Added> {
    write(dir, NewTable::group(question, reply)?)
}

fn write(dir: &Path, table: NewTable) -> anyhow::Result<Added> {
    let _lock = lock(dir)?;
    let Some(plan) = plan_table(dir, table)? else { bail!("the folder has this question already") };
    plan.write()?;
    let PlannedTable { id, path, warnings, .. } = plan;
    Ok(Added { id, path, warnings })
}

/// A table that somebody has written.
pub(super) struct NewTable {
    table: &'static str,
    keys: Vec<(String, toml::Value)>,
}

impl NewTable {
    /// An entry; `phrasing` is the original question, if its words differ from `question`.
    pub(super) fn entry(question: &str, answer: &str, phrasing: Option<&str>) -> anyhow::Result<NewTable> {
        ensure!(!answer.trim().is_empty(), "an answer needs at least one word");
        let mut keys =
            vec![("question".into(), words(question).into()), ("answer".into(), answer.trim().into())];
        if let Some(phrasing) = phrasing {
            keys.push(("phrasings".into(), vec![words(phrasing)].into()));
        }
        Ok(NewTable { table: "entry", keys })
    }

    /// A group of questions that are not answered here.
    pub(super) fn group(example: &str, reply: &str) -> anyhow::Result<NewTable> {
        ensure!(!reply.trim().is_empty(), "a reply needs at least one word");
        let keys =
            vec![("examples".into(), vec![words(example)].into()), ("reply".into(), reply.trim().into())];
        Ok(NewTable { table: "out_of_scope", keys })
    }
}

/// A stranger's question on one line; braces in it are just braces.
fn words(question: &str) -> String {
    literal(&question.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// A table with its place, ready to be written.
pub(super) struct PlannedTable {
    pub(super) id: Id,
    pub(super) path: PathBuf,
    /// Its answer or reply, with its figures filled in.
    pub(super) text: String,
    pub(super) warnings: Vec<Diagnostic>,
    /// The file as it is; none: there is no such file.
    pub(super) file: Option<TextFile>,
    /// What the file would hold.
    pub(super) changed: String,
}

impl PlannedTable {
    pub(super) fn write(&self) -> anyhow::Result<()> {
        match &self.file {
            Some(file) => file.replace(&self.changed),
            None => create(&self.path, &self.changed),
        }
        .with_context(|| format!("writing {}", self.path.display()))
    }
}

/// Where a table goes, and what the folder would say about it. None: the folder already has it.
pub(super) fn plan_table(dir: &Path, new: NewTable) -> anyhow::Result<Option<PlannedTable>> {
    let NewTable { table, mut keys } = new;
    let sources = read(dir)?.sources;
    let (knowledge, before) = parse(&sources);
    if table == "out_of_scope" {
        let Some(id) = free_group_id(&knowledge, &keys) else { return Ok(None) };
        keys.insert(0, ("id".into(), id.into()));
    }
    let item = Item { table: table.into(), keys, remarks: Vec::new(), at: At::default() };
    let merged = merge::merge(vec![item], &knowledge);
    let [item] = merged.items.as_slice() else { return Ok(None) };
    if let Some(finding) = merged.findings.first() {
        bail!("{}", finding.message);
    }
    let id = Id::from(item.text("id"));
    let block = write::table_text(item);
    let path = dir.join(ADDED);
    let shown = shown(&path);
    let file = if path.exists() { Some(TextFile::open(&path)?) } else { None };
    let changed = match &file {
        Some(file) => format!("{}\n\n{block}", file.text.trim_end()),
        None => format!(
            "#:schema ./schema.json\n# What was added while the bot runs: move it to where it belongs.\n\n{block}"
        ),
    };
    let mut after: Vec<Source> = sources.into_iter().filter(|it| it.path != shown).collect();
    after.push(Source { path: shown.clone(), text: changed.replace("\r\n", "\n") });
    let (then, after) = parse(&after);
    if let Some(error) = new_error(&before, &after) {
        let help = error.help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default();
        bail!("{}{help}", error.message);
    }
    let answer = then.entry(&id).map(|it| it.answer.clone());
    let reply = || then.out_of_scope.iter().find(|it| it.id == id).map(|it| it.reply.clone());
    let text = answer.or_else(reply).unwrap_or_default();
    let mut warnings = after;
    warnings
        .retain(|it| it.severity == Severity::Warning && it.primary.path == shown && !before.contains(it));
    Ok(Some(PlannedTable { id, path, text, warnings, file, changed }))
}

/// An id for a new group. None: a group already gives this reply to this question.
fn free_group_id(knowledge: &Knowledge, keys: &[(String, toml::Value)]) -> Option<String> {
    let value = |key: &str| keys.iter().find(|(it, _)| it == key).map(|(_, value)| value);
    let reply = value("reply").and_then(toml::Value::as_str).unwrap_or_default();
    let example = value("examples").and_then(|it| it.get(0)?.as_str()).unwrap_or_default();
    let has_it =
        |group: &OutOfScope| group.reply == reply && group.examples.iter().any(|it| it.text == example);
    if knowledge.out_of_scope.iter().any(has_it) {
        return None;
    }
    let base = format!("not-covered-{}", merge::readable(example));
    // Room for a number after it.
    let base = base[..base.len().min(Id::MAX_LEN - 4)].trim_end_matches('-');
    let is_taken = |id: &String| {
        let id = Id::from(id.as_str());
        let groups = knowledge.out_of_scope.iter().map(|it| &it.id);
        let groups = groups.chain(knowledge.small_talk.iter().map(|it| &it.id));
        knowledge.entry(&id).is_some()
            || knowledge.term(&id).is_some()
            || groups.into_iter().any(|it| *it == id)
    };
    (1..).map(|n| if n == 1 { base.to_owned() } else { format!("{base}-{n}") }).find(|id| !is_taken(id))
}

fn create(path: &Path, text: &str) -> anyhow::Result<()> {
    let draft = path.with_file_name(format!(".{ADDED}.{}.new", std::process::id()));
    let written = File::create(&draft)
        .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&draft, path));
    if written.is_err() {
        // It may never have been created; it is the first error that counts.
        let _ = fs::remove_file(&draft);
    }
    Ok(written?)
}
