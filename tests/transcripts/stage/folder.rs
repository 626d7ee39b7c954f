//! The folder that a chat is about, and what becomes of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use faqbot::chat::{ChangedFolder, Failure, FolderChange, Library};
use faqbot::faq_folder;
use faqbot::knowledge::{self, Severity, Source};

use super::paper::Paper;

/// The folder on disk stays as it is; changes are made to a copy.
pub(super) struct Folder<'a> {
    path: &'a Path,
    /// What the bot knows.
    pub(super) library: Rc<Library>,
    /// The folder as owners have changed it.
    changed: Option<tempfile::TempDir>,
    /// Why the folder cannot be changed next time.
    pub(super) failure: Option<Failure>,
}

impl<'a> Folder<'a> {
    /// A library, made from the folder of this path.
    pub(super) fn new(path: &'a Path, library: &Rc<Library>) -> Self {
        Folder { path, library: library.clone(), changed: None, failure: None }
    }

    /// Its texts change.
    pub(super) fn say(&mut self, new: &str, old: &str) {
        self.library = Rc::new(library_with(self.path, |text| text.replace(old, new)));
    }

    /// Somebody changes the file that owners add to.
    pub(super) fn write(&mut self, new: &str, old: &str) {
        let file = self.changed().join("added.toml");
        let text = fs::read_to_string(&file).expect("there is one");
        assert!(text.contains(old), "{text}");
        fs::write(&file, text.replace(old, new)).expect("it can be written");
    }

    /// Does to a copy of the folder what the bot does to its own; it goes live at once.
    pub(super) fn change(
        &mut self,
        change: &FolderChange,
        only_check: bool,
        paper: &mut Paper,
    ) -> Result<ChangedFolder, Failure> {
        let dir = self.changed();
        if !only_check && let Some(failure) = self.failure.take() {
            paper.line("(the folder cannot be written)");
            return Err(failure);
        }
        let changed = faq_folder::change(&dir, change, only_check).map_err(|error| {
            Failure::Other(format!("{error:#}").replace(&dir.display().to_string().replace('\\', "/"), "faq"))
        })?;
        if let Some(edit) = &changed.edit {
            paper.line(&format!("(writes into {})", edit.path));
            for line in edit.inserted.trim().lines() {
                paper.line(&format!("  | {line}"));
            }
        } else if !only_check {
            paper.line("(puts the folder back as it was)");
        }
        if !only_check {
            self.library = Rc::new(library(&dir));
        }
        Ok(changed)
    }

    fn changed(&mut self) -> PathBuf {
        self.changed.get_or_insert_with(|| copy_of(self.path)).path().to_owned()
    }
}

pub(crate) fn library(folder: &Path) -> Library {
    library_with(folder, |text| text)
}

/// The folder with its texts changed.
fn library_with(folder: &Path, change: impl Fn(String) -> String) -> Library {
    let mut paths: Vec<_> =
        fs::read_dir(folder).expect("it exists").map(|entry| entry.expect("it can be read").path()).collect();
    paths.sort();
    let sources: Vec<Source> = paths
        .iter()
        .map(|path| Source {
            path: path.display().to_string(),
            text: change(fs::read_to_string(path).expect("it is text")),
        })
        .collect();
    let (knowledge, diagnostics) = knowledge::parse(&sources);
    let sound = diagnostics.iter().all(|diagnostic| diagnostic.severity != Severity::Error);
    assert!(sound, "{}", knowledge::render(&diagnostics, &sources, false));
    Library::new(knowledge, "2026-06-01")
}

/// A folder of its own for a chat in which owners change it.
fn copy_of(folder: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().expect("a place for temporary files");
    for entry in fs::read_dir(folder).expect("it exists") {
        let entry = entry.expect("it can be read");
        fs::copy(entry.path(), copy.path().join(entry.file_name())).expect("it can be copied");
    }
    copy
}
