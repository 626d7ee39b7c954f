//! How a phrasing gets into a file: every other byte stays as it is.
//!
//! `add_phrasing/*.toml` are files as people write them; beside each is the expected result.
//! `SNAPSHOTS=overwrite cargo test` rewrites that.

use std::fs;
use std::path::{Path, PathBuf};

use faqbot::faq_folder::{self, LONGEST_PHRASING, add_phrasing};
use faqbot::knowledge::Id;
use faqbot::language::Language;
use faqbot::time::Timestamp;
use snapbox::{Assert, Data};

const EXAMPLES: &str = "tests/add_phrasing";

/// A folder of one's own with one file in it.
struct Folder(tempfile::TempDir);

impl Folder {
    fn with(text: &str) -> Folder {
        let folder = Folder(tempfile::tempdir().expect("a place for temporary files"));
        fs::write(folder.file(), text).expect("it can be written");
        folder
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn file(&self) -> PathBuf {
        self.path().join("tea.toml")
    }

    fn text(&self) -> String {
        fs::read_to_string(self.file()).expect("it can be read")
    }

    fn add(&self, id: &str, phrasing: &str) -> Result<PathBuf, String> {
        add_phrasing(self.path(), &Id::from(id), phrasing, None).map_err(|error| format!("{error:#}"))
    }

    /// All wordings of the entry `steep`, as the bot reads them.
    fn phrasings(&self) -> Vec<String> {
        let loaded = faq_folder::load(self.path(), Timestamp(0)).expect("it is a folder");
        let entry = loaded.knowledge.entry(&Id::from("steep")).expect("it has the entry").clone();
        entry.phrasings.into_iter().map(|it| it.text).collect()
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.path()).expect("it is a folder");
        let names =
            entries.map(|it| it.expect("it can be read").file_name().into_string().expect("it is text"));
        // What is locked where folders cannot be.
        names.filter(|it| it != ".lock").collect()
    }
}

const TEA: &str = r#"
[[entry]]
id = "steep"
question = "How long should green tea steep?"
phrasings = ["brewing time"]
answer = "Two minutes."

[[small_talk]]
id = "thanks"
examples = ["thank you"]
reply = "Welcome!"
"#;

#[test]
fn every_way_to_lay_out_a_list_is_kept() {
    let mut n_examples = 0;
    for entry in fs::read_dir(EXAMPLES).expect("it is in the repository") {
        let path = entry.expect("it can be read").path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        n_examples += 1;
        let folder = Folder::with(&fs::read_to_string(&path).expect("it is text"));
        let before = folder.phrasings();
        let added = ["is it done after \"one\" minute?", "and iced?"];
        for phrasing in added {
            folder.add("steep", phrasing).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        }
        assert_eq!(folder.phrasings(), [before, added.map(str::to_owned).to_vec()].concat());
        let after = path.with_extension("after");
        Assert::new().action_env("SNAPSHOTS").eq(folder.text(), Data::read_from(&after, None).raw());
    }
    assert!(n_examples > 5);
}

/// A phrasing in another language goes to the files in that language, even if the entry is not translated yet.
#[test]
fn a_phrasing_goes_to_its_language() {
    let folder = Folder::with(TEA);
    let german =
        "language = \"de\"\n\n[[small_talk]]\nid = \"thanks\"\nexamples = [\"danke\"]\nreply = \"Gern!\"\n";
    fs::write(folder.path().join("tee.toml"), german).expect("it can be written");
    let add = |id: &str, phrasing: &str, code: Option<&str>| {
        let language = code.map(|code| Language::from_code(code).expect("a language"));
        let path = add_phrasing(folder.path(), &Id::from(id), phrasing, language).expect("it can be added");
        path.file_name().expect("it has a name").to_string_lossy().into_owned()
    };
    assert_eq!(add("steep", "wie lange zieht grüner Tee", Some("de")), "tee.toml");
    assert_eq!(add("thanks", "vielen Dank", Some("de")), "tee.toml");
    assert_eq!(add("steep", "how long for green tea", None), "tea.toml");
    let german = fs::read_to_string(folder.path().join("tee.toml")).expect("it can be read");
    assert!(german.contains("[phrasings]\nsteep = [\"wie lange zieht grüner Tee\"]"), "{german}");
    assert!(german.contains("examples = [\"danke\", \"vielen Dank\"]"), "{german}");
    // It is already there, in that language.
    assert_eq!(add("thanks", "danke!", Some("de")), "tee.toml");
}

/// A stranger's words stay words, whatever they are.
#[test]
fn any_text_is_escaped() {
    for text in [
        r#"say "tea""#,
        r"c:\tea\n",
        "\"\"\"",
        "'''",
        "# tea",
        "tea]",
        "tea\u{7}\u{1b}[31m",
        "te\u{202e}a",
        "茶は？",
        "👩‍👩‍👧 tea",
        "\"]\n[[entry]]\nid = \"x\"",
        "{steep}",
        "{{steep}",
        "{no such figure}",
        "\u{feff}tea",
        "tea\u{2028}time",
    ] {
        let folder = Folder::with(TEA);
        folder.add("steep", text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
        let expected = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(folder.phrasings(), ["brewing time", &expected], "{}", folder.text());
        assert_eq!(folder.text().lines().count(), TEA.lines().count(), "one line stays one line");
    }
}

#[test]
fn spaces_and_line_breaks_become_one_space() {
    let folder = Folder::with(TEA);
    folder.add("steep", "  how \r\n\t long \n").expect("it is added");
    assert_eq!(folder.phrasings(), ["brewing time", "how long"]);
}

#[track_caller]
fn check_refused(id: &str, phrasing: &str, expected: &str) {
    let folder = Folder::with(TEA);
    let error = folder.add(id, phrasing).expect_err("it is refused");
    assert!(error.contains(expected), "{error}");
    assert_eq!((folder.text().as_str(), folder.names()), (TEA, vec!["tea.toml".to_owned()]));
}

#[test]
fn useless_phrasings_are_refused() {
    check_refused("steep", " \n ", "needs at least one word");
    check_refused("steep", &"long ".repeat(LONGEST_PHRASING / 4), "at most 500 characters");
    check_refused("coffee", "how strong", "no entry, term or group `coffee`");
    check_refused("thanks", "Brewing  time?", "in the folder already: under `steep`");
    check_refused("thanks", "how long should GREEN,tea steep", "in the folder already: under `steep`");
}

/// Adding may be tried again after a crash in the middle of it.
#[test]
fn adding_twice_adds_once() {
    let folder = Folder::with(TEA);
    folder.add("steep", "how long").expect("it is added");
    let text = folder.text();
    assert_eq!(folder.add("steep", "How long?"), Ok(folder.file()));
    assert_eq!(folder.text(), text);
    assert_eq!(folder.add("steep", "thank you").map_err(|it| it.contains("under `thanks`")), Err(true));
}

#[test]
fn a_file_of_windows_keeps_its_line_ends_and_its_mark() {
    let windows = format!(
        "\u{feff}{}",
        TEA.replace('\n', "\r\n").replace("[\"brewing time\"]", "[\r\n  \"brewing time\"\r\n]")
    );
    let folder = Folder::with(&windows);
    folder.add("steep", "how long").expect("it is added");
    let expected = windows.replace("\"brewing time\"", "\"brewing time\",\r\n  \"how long\"");
    assert_eq!(folder.text(), expected);
}

#[test]
fn mixed_line_ends_stay_as_they_are() {
    let mixed = TEA.replace("[\"brewing time\"]", "[\n  \"brewing time\"\r\n]");
    let folder = Folder::with(&mixed);
    folder.add("steep", "how long").expect("it is added");
    let expected = mixed.replace("\"brewing time\"", "\"brewing time\",\r\n  \"how long\"");
    assert_eq!(folder.text(), expected);
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link_and_permissions_stay() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let real = Folder::with(TEA);
    fs::set_permissions(real.file(), fs::Permissions::from_mode(0o640)).expect("it is ours");
    let linked = Folder(tempfile::tempdir().expect("a place for temporary files"));
    symlink(real.file(), linked.file()).expect("it can be linked");
    linked.add("steep", "how long").expect("it is added");
    assert!(fs::symlink_metadata(linked.file()).expect("it is there").is_symlink());
    assert!(real.text().contains("\"brewing time\", \"how long\"]"));
    assert_eq!(fs::metadata(real.file()).expect("it is there").permissions().mode() & 0o777, 0o640);
    assert_eq!((real.names(), linked.names()), (vec!["tea.toml".to_owned()], vec!["tea.toml".to_owned()]));
}

#[test]
fn a_file_that_does_not_parse_is_left_alone() {
    let broken = format!("{TEA}\nthis is [no TOML\n");
    let folder = Folder::with(&broken);
    let error = folder.add("steep", "how long").expect_err("it is refused");
    assert!(error.contains("tea.toml") || error.contains("no entry"), "{error}");
    assert_eq!(folder.text(), broken);
}

/// Two owners at once: neither phrasing is lost.
#[test]
fn many_at_once_lose_nothing() {
    let folder = Folder::with(TEA);
    std::thread::scope(|scope| {
        for n in 0..8 {
            let folder = &folder;
            scope.spawn(move || folder.add("steep", &format!("how long for cup {n}")).expect("it is added"));
        }
    });
    assert_eq!(folder.phrasings().len(), 9, "{}", folder.text());
}
