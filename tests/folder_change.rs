//! An owner's changes in the folder from the chat: checked like a file, written once, and taken back without undoing
//! anybody else's work.

use std::fs;
use std::path::Path;

use faqbot::chat::{ChangedFolder, FileEdit, FolderChange};
use faqbot::faq_folder::{add_phrasing, change};
use faqbot::knowledge::Id;

const TEA: &str = "[[entry]]\r\nid = \"steep\"\r\nquestion = \"How long should green tea steep?\"\r\n\
                   phrasings = [\"brewing time\"]\r\nanswer = \"Two minutes.\"\r\n";

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Folder {
        let folder = Folder(tempfile::tempdir().expect("a place for temporary files"));
        fs::write(folder.path().join("tea.toml"), TEA).expect("it can be written");
        folder
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn text(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.path().join(name)).ok()
    }

    fn change(&self, it: &FolderChange) -> Result<ChangedFolder, String> {
        change(self.path(), it, false).map_err(|error| format!("{error:#}"))
    }

    fn edit(&self, it: &FolderChange) -> FileEdit {
        self.change(it).expect("it can be changed so").edit.expect("something was written")
    }
}

fn phrasing(text: &str) -> FolderChange {
    FolderChange::Phrasing { id: Id::from("steep"), phrasing: text.into(), language: None }
}

fn entry(question: &str) -> FolderChange {
    FolderChange::Entry { question: question.into(), answer: "Loosely, in a tin.".into(), phrasing: None }
}

fn group(example: &str, reply: &str) -> FolderChange {
    FolderChange::OutOfScope { example: example.into(), reply: reply.into() }
}

#[test]
fn a_change_that_is_only_checked_is_not_written() {
    let folder = Folder::new();
    let checked = change(folder.path(), &entry("How do I keep tea?"), true).expect("it can be added");
    assert_eq!((checked.text.as_str(), checked.edit), ("Loosely, in a tin.", None));
    assert_eq!(folder.text("added.toml"), None);
}

/// A bot that crashed after it had written, and before it had noted that, writes again.
#[test]
fn a_change_that_is_made_twice_is_made_once() {
    let folder = Folder::new();
    for it in
        [phrasing("how many minutes"), entry("How do I keep tea?"), group("is coffee better", "No idea.")]
    {
        folder.edit(&it);
        let texts = (folder.text("tea.toml"), folder.text("added.toml"));
        assert_eq!(folder.change(&it).expect("it is there").edit, None);
        assert_eq!((folder.text("tea.toml"), folder.text("added.toml")), texts);
    }
    // The same question with another answer is not the same.
    let other = FolderChange::Entry {
        question: "How do I keep tea?".into(),
        answer: "Cool and dark.".into(),
        phrasing: None,
    };
    let error = folder.change(&other).expect_err("it has an answer");
    assert!(error.contains("the same question has another answer"), "{error}");
}

#[test]
fn two_groups_with_the_same_words_are_two() {
    let folder = Folder::new();
    folder.edit(&group("is coffee better", "No idea."));
    folder.edit(&group("better is coffee?!", "Ask at the café."));
    let text = folder.text("added.toml").expect("written");
    assert_eq!(text.matches("[[out_of_scope]]").count(), 2, "{text}");
}

#[test]
fn every_byte_is_as_it_was_once_all_is_taken_back() {
    let folder = Folder::new();
    let mut edits: Vec<FileEdit> = Vec::new();
    for it in [
        phrasing("how many minutes"),
        entry("How do I keep tea?"),
        phrasing("tea timer"),
        entry("Which pot?"),
    ] {
        edits.push(folder.edit(&it));
    }
    // In an order of their own: others have been added before and after.
    for index in [1, 0, 3, 2] {
        folder.edit_back(&edits[index]);
    }
    assert_eq!(folder.text("tea.toml").as_deref(), Some(TEA));
    let added = folder.text("added.toml");
    assert!(added.as_ref().is_none_or(|text| !text.contains("[[entry]]")), "{added:?}");
}

impl Folder {
    fn edit_back(&self, edit: &FileEdit) {
        let undo = FolderChange::Undo(edit.clone());
        assert_eq!(self.change(&undo), Ok(ChangedFolder::default()));
    }
}

#[test]
fn a_file_that_was_made_for_it_goes_again_and_twice_is_once() {
    let folder = Folder::new();
    let edit = folder.edit(&entry("How do I keep tea?"));
    folder.edit_back(&edit);
    assert_eq!(folder.text("added.toml"), None);
    folder.edit_back(&edit);
}

#[test]
fn changes_by_others_stay() {
    let folder = Folder::new();
    let edit = folder.edit(&entry("How do I keep tea?"));
    let text = folder.text("added.toml").expect("written");
    fs::write(folder.path().join("added.toml"), text.replace("Loosely", "Tightly"))
        .expect("it can be written");
    let error = folder.change(&FolderChange::Undo(edit)).expect_err("it is not as it was");
    assert!(error.contains("has been changed since then"), "{error}");
    assert!(folder.text("added.toml").is_some_and(|text| text.contains("Tightly")));

    // Further down somebody may make other changes.
    let edit = folder.edit(&phrasing("how many minutes"));
    add_phrasing(folder.path(), &Id::from("steep"), "tea timer", None).expect("it can be added");
    folder.edit_back(&edit);
    let text = folder.text("tea.toml").expect("it is there");
    assert!(text.contains("[\"brewing time\", \"tea timer\"]"), "{text}");
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_says_so() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new();
    let path = folder.path().join("tea.toml");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).expect("it is ours");
    let error = folder.change(&phrasing("how many minutes")).expect_err("it is read-only");
    assert!(error.contains("read-only"), "{error}");
    assert_eq!(folder.text("tea.toml").as_deref(), Some(TEA));
}
