//! What an owner changes in the folder while the bot runs: checked like a file, written in one step, taken back.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use super::add_phrasing::{PlannedPhrasing, TextFile, lock, new_error, plan_phrasing};
use super::add_table::{NewTable, plan_table};
use super::{read, shown};
use crate::chat::{ChangedFolder, FileEdit, FolderChange};
use crate::knowledge::{Diagnostic, Source, parse};
use crate::stable_hash::stable_hash;

/// Changes the folder, or only checks whether it can be changed so.
///
/// A change already made changes nothing more: repeating it, as after a crash, succeeds.
///
/// # Errors
///
/// When the folder would have an error that it does not have now, when somebody else has changed what is to be taken
/// back, and when the file cannot be written. Nothing has changed then.
pub fn change(dir: &Path, change: &FolderChange, only_check: bool) -> anyhow::Result<ChangedFolder> {
    let _lock = lock(dir)?;
    let table = match change {
        FolderChange::Phrasing { id, phrasing, language } => {
            let PlannedPhrasing::Edit { path, file, text } = plan_phrasing(dir, id, phrasing, *language)?
            else {
                return Ok(ChangedFolder::default());
            };
            if only_check {
                return Ok(ChangedFolder::default());
            }
            file.replace(&text).with_context(|| format!("writing {}", path.display()))?;
            let edit = Some(edit(dir, &path, Some(&file.text), &text));
            return Ok(ChangedFolder { edit, ..ChangedFolder::default() });
        }
        FolderChange::Entry { question, answer, phrasing } => {
            NewTable::entry(question, answer, phrasing.as_deref())?
        }
        FolderChange::OutOfScope { example, reply } => NewTable::group(example, reply)?,
        FolderChange::Undo(edit) => {
            if !only_check {
                take_back(dir, edit)?;
            }
            return Ok(ChangedFolder::default());
        }
    };
    let Some(plan) = plan_table(dir, table)? else { return Ok(ChangedFolder::default()) };
    let mut edited = None;
    if !only_check {
        plan.write()?;
        let before = plan.file.as_ref().map(|file| file.text.as_str());
        edited = Some(edit(dir, &plan.path, before, &plan.changed));
    }
    let sentence = |it: &Diagnostic| match &it.help {
        Some(help) => format!("{}: {help}", it.message),
        None => it.message.clone(),
    };
    let warnings = plan.warnings.iter().map(sentence).collect();
    Ok(ChangedFolder { text: plan.text, warnings, edit: edited })
}

/// The one place where two texts differ.
fn edit(dir: &Path, path: &Path, before: Option<&str>, after: &str) -> FileEdit {
    let old = before.unwrap_or_default();
    let same = |one: &mut dyn Iterator<Item = char>, other: &mut dyn Iterator<Item = char>| -> usize {
        one.zip(other).take_while(|(one, other)| one == other).map(|(c, _)| c.len_utf8()).sum()
    };
    let head = same(&mut old.chars(), &mut after.chars());
    let tail = same(&mut old[head..].chars().rev(), &mut after[head..].chars().rev());
    FileEdit {
        // Other bots may have the folder at another path.
        path: shown(path.strip_prefix(dir).unwrap_or(path)),
        at: head,
        removed: old[head..old.len() - tail].to_owned(),
        inserted: after[head..after.len() - tail].to_owned(),
        hash: stable_hash(after),
        is_new: before.is_none(),
    }
}

/// Puts a file's text back as it was, as far as what was changed in it is still there.
fn take_back(dir: &Path, edit: &FileEdit) -> anyhow::Result<()> {
    let path: PathBuf = dir.join(&edit.path);
    let shown = shown(&path);
    if edit.is_new && !path.exists() {
        return Ok(());
    }
    let file = TextFile::open(&path)?;
    let text = &file.text;
    if edit.is_new && stable_hash(text) == edit.hash {
        return fs::remove_file(&path).with_context(|| format!("deleting {shown}"));
    }
    // Somebody may have edited other parts of the file.
    let at_its_place = text.get(edit.at..).is_some_and(|rest| rest.starts_with(&edit.inserted));
    let mut places = text.match_indices(&edit.inserted).map(|(at, _)| at);
    let at = match (at_its_place, places.next(), places.next()) {
        (true, ..) => edit.at,
        (false, Some(at), None) => at,
        _ => bail!("{shown} has been changed since then: undo it in an editor"),
    };
    let mut changed = text.clone();
    changed.replace_range(at..at + edit.inserted.len(), &edit.removed);
    let sources = read(dir)?.sources;
    let (_, before) = parse(&sources);
    let then = sources.into_iter().map(|source| match source.path == shown {
        true => Source { path: source.path, text: changed.replace("\r\n", "\n") },
        false => source,
    });
    let (_, after) = parse(&then.collect::<Vec<_>>());
    if let Some(error) = new_error(&before, &after) {
        bail!("without it the folder would be broken: {}", error.message);
    }
    file.replace(&changed).with_context(|| format!("writing {shown}"))
}
