//! Adds a new entry or out-of-scope group that an owner has written, checked like a file.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};

use super::add_phrasing::{TextFile, new_error};
use super::read;
use crate::import::{At, Item, merge, write};
use crate::knowledge::fill::literal;
use crate::knowledge::{Diagnostic, Id, Severity, Source, parse};

/// The file that new tables go to.
const ADDED: &str = "added.toml";

/// What was added.
#[derive(Debug, Clone, PartialEq)]
pub struct Added {
    pub id: Id,
    pub path: PathBuf,
    /// What is not quite right with it.
    pub warnings: Vec<Diagnostic>,
}

/// Adds an entry with this question and answer; the answer is small Markdown and may use figures.
///
/// # Errors
///
/// When the folder has the question already, the answer is empty or has an error, or the file cannot be written. Nothing
/// has changed then.
pub fn add_entry(dir: &Path, question: &str, answer: &str) -> anyhow::Result<Added> {
    ensure!(!answer.trim().is_empty(), "an answer needs at least one word");
    let keys = vec![("question".into(), words(question).into()), ("answer".into(), answer.trim().into())];
    add(dir, "entry", keys)
}

/// Adds a group of questions that are not answered here, with one example and what to say.
///
/// # Errors
///
/// As [`add_entry`] does.
pub fn add_group(dir: &Path, question: &str, reply: &str) -> anyhow::Result<Added> {
    ensure!(!reply.trim().is_empty(), "a reply needs at least one word");
    let question = words(question);
    let keys = vec![
        ("id".into(), format!("not-covered-{}", merge::readable(&question)).into()),
        ("examples".into(), vec![question].into()),
        ("reply".into(), reply.trim().into()),
    ];
    add(dir, "out_of_scope", keys)
}

/// A stranger's question on one line; braces in it are just braces.
fn words(question: &str) -> String {
    literal(&question.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn add(dir: &Path, table: &str, keys: Vec<(String, toml::Value)>) -> anyhow::Result<Added> {
    // One at a time, also among several programs. A file system without locks goes without.
    let lock = File::open(dir).with_context(|| format!("opening the folder {}", dir.display()))?;
    let _ = lock.lock();

    let sources = read(dir)?.sources;
    let (knowledge, before) = parse(&sources);
    let item = Item { table: table.into(), keys, remarks: Vec::new(), at: At::default() };
    let merged = merge::merge(vec![item], &knowledge);
    let [item] = merged.items.as_slice() else { bail!("the folder has this question already") };
    if let Some(finding) = merged.findings.first() {
        bail!("{}", finding.message);
    }
    let id = Id::from(item.text("id"));
    let block = write::table_text(item);
    let path = dir.join(ADDED);
    let shown = path.display().to_string();
    let old = if path.exists() { Some(TextFile::open(&path)?) } else { None };
    let text = match &old {
        Some(file) => format!("{}\n\n{block}", file.text.trim_end()),
        None => format!(
            "#:schema ./schema.json\n# What was added while the bot runs: move it to where it belongs.\n\n{block}"
        ),
    };
    let mut after: Vec<Source> = sources.into_iter().filter(|it| it.path != shown).collect();
    after.push(Source { path: shown.clone(), text: text.replace("\r\n", "\n") });
    let (_, after) = parse(&after);
    if let Some(error) = new_error(&before, &after) {
        let help = error.help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default();
        bail!("{}{help}", error.message);
    }
    match old {
        Some(file) => file.replace(&text),
        None => create(&path, &text),
    }
    .with_context(|| format!("writing {shown}"))?;
    let mut warnings = after;
    warnings
        .retain(|it| it.severity == Severity::Warning && it.primary.path == shown && !before.contains(it));
    Ok(Added { id, path, warnings })
}

fn create(path: &Path, text: &str) -> anyhow::Result<()> {
    let draft = path.with_file_name(format!(".{ADDED}.{}.new", std::process::id()));
    let written = File::create(&draft)
        .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&draft, path));
    if written.is_err() {
        // It may never have been made; what counts is the first error.
        let _ = fs::remove_file(&draft);
    }
    Ok(written?)
}
