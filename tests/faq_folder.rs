//! Folders as disks have them: whatever is there, it is read or reported, and nothing breaks.

use std::fs;
use std::path::Path;

use faqbot::faq_folder::{load, read};
use faqbot::time::Timestamp;
use proptest::prelude::*;

/// A folder that is deleted when the test is over.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(tempfile::tempdir().expect("a place for temporary files"))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// The ids of the entries, and the reports about each file, relative to the folder.
    fn read(&self) -> (Vec<String>, Vec<String>) {
        let loaded = load(self.path(), Timestamp(0)).unwrap();
        let ids = loaded.knowledge.entries.iter().map(|entry| entry.id.to_string()).collect();
        let relative = |path: &str| Path::new(path).strip_prefix(self.path()).unwrap().display().to_string();
        let problems =
            loaded.diagnostics.iter().map(|it| format!("{}: {}", relative(&it.primary.path), it.message));
        (ids, problems.collect())
    }
}

fn entry(id: &str) -> String {
    format!("[[entry]]\nid = \"{id}\"\nquestion = \"What is {id}?\"\nanswer = \"It is {id}.\"\n")
}

#[test]
fn a_folder_that_is_not_there_says_what_to_do() {
    #[track_caller]
    fn check(dir: &Path, expected: &str) {
        let error = format!("{:#}", read(dir).unwrap_err());
        assert_eq!(error, expected.replace("DIR", &dir.display().to_string()));
    }
    let folder = Folder::new();
    check(
        &folder.path().join("nowhere"),
        "there is no folder DIR: name another one with --faq, or make one with `faqbot new DIR`",
    );
    check(folder.path(), "the folder DIR holds no .toml file: make a first one with `faqbot new DIR`");
    folder.write("a.toml", entry("a"));
    check(&folder.path().join("a.toml"), "DIR is a file: --faq takes the folder that it lies in");
}

#[test]
fn files_are_found_at_any_depth_and_in_order() {
    let folder = Folder::new();
    folder.write("z.toml", entry("z"));
    folder.write("a/deep/down/b.TOML", entry("b"));
    folder.write("c.toml", entry("c"));
    folder.write(".git/hidden.toml", entry("hidden"));
    folder.write(".swap.toml", entry("swap"));
    folder.write("README.md", "# Not for the bot");
    folder.write("notes.toml~", entry("backup"));
    folder.write("empty.toml", "");
    assert_eq!(folder.read(), (vec!["b".into(), "c".into(), "z".into()], vec![]));
}

#[test]
fn marks_and_line_ends_of_other_systems_make_no_difference() {
    let folder = Folder::new();
    let text = "[[entry]]\r\nid = \"a\"\r\nquestion = \"q\"\r\nanswer = \"\"\"\r\none\r\ntwo\"\"\"\r\n";
    for text in [format!("\u{feff}{text}"), text.replace("\r\n", "\r")] {
        folder.write("a.toml", &text);
        let loaded = load(folder.path(), Timestamp(0)).unwrap();
        assert_eq!(loaded.diagnostics, []);
        assert_eq!(loaded.knowledge.entries[0].answer, "one\ntwo");
        assert_eq!(loaded.knowledge.entries[0].question.location.line, 3);
    }
}

#[test]
fn files_that_are_not_text_are_reported() {
    let folder = Folder::new();
    folder.write("good.toml", entry("good"));
    folder.write("latin.toml", b"[bot]\nname = \"M\xfcller\"\n");
    folder.write("utf16.toml", b"\xff\xfe[\0b\0o\0t\0]\0");
    folder.write("zero.toml", b"\0\0\0\0");
    let (ids, problems) = folder.read();
    assert_eq!(ids, ["good"]);
    assert_eq!(problems.len(), 3, "{problems:?}");
    assert_eq!(problems[0], "latin.toml: this file is not UTF-8: line 2 holds a letter in another encoding");
    assert_eq!(problems[1], "utf16.toml: this file is written in UTF-16");
    assert!(problems[2].starts_with("zero.toml: "), "{problems:?}");
}

#[cfg(unix)]
#[test]
fn links_are_followed_but_not_in_circles() {
    use std::os::unix::fs::symlink;

    let folder = Folder::new();
    // As Kubernetes mounts a config map: every file is a link into a hidden folder.
    folder.write("..2026_01_01/a.toml", entry("a"));
    symlink("..2026_01_01", folder.path().join("..data")).unwrap();
    symlink("..data/a.toml", folder.path().join("a.toml")).unwrap();
    folder.write("sub/b.toml", entry("b"));
    symlink("..", folder.path().join("sub/up")).unwrap();
    symlink("loop", folder.path().join("loop")).unwrap();
    symlink("nowhere.toml", folder.path().join("gone.toml")).unwrap();
    let (ids, problems) = folder.read();
    assert_eq!(ids, ["a", "b"]);
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].starts_with("gone.toml: this file cannot be opened: "), "{problems:?}");
}

/// `/proc/kmsg` keeps its reader waiting for the next line; every file there is said to have no bytes.
#[cfg(target_os = "linux")]
#[test]
fn a_file_that_never_ends_is_not_waited_for() {
    let folder = Folder::new();
    folder.write("a.toml", entry("a"));
    for endless in ["kmsg", "self/status"] {
        let link = folder.path().join(format!("{}.toml", endless.replace('/', "-")));
        std::os::unix::fs::symlink(format!("/proc/{endless}"), link).expect("the folder is ours");
    }
    let (ids, problems) = folder.read();
    assert_eq!((ids, problems), (vec!["a".to_owned()], Vec::new()));
}

#[test]
fn two_thousand_files_and_ten_megabytes_are_read() {
    let folder = Folder::new();
    for index in 0..2_000 {
        folder.write(&format!("{}/{index}.toml", index % 7), entry(&format!("e{index}")));
    }
    let long = "It is a long story. ".repeat(500_000);
    folder.write("long.toml", entry("long").replace("It is long.", &long));
    // The missing quote at the end costs only this entry, however much it swallows.
    let open = entry("open").replace("\"It is open.\"", &format!("\"\"\"{}", &long[..1_000_000]));
    folder.write("open.toml", format!("{open}\n{}", entry("after")));
    let (ids, problems) = folder.read();
    assert_eq!(ids.len(), 2_001);
    assert!(ids.contains(&"after".into()));
    let expected = [
        "long.toml: `answer` has 10000000 letters; at most 20,000 are read",
        "open.toml: the text that begins with \"\"\" has no end",
        "0/0.toml: 2001 of 2001 entries have one wording: their question",
    ];
    assert_eq!(problems, expected);
}

proptest! {
    /// A file that was cut or garbled anywhere is read or reported, and costs no table before the damage.
    #[test]
    fn garbled_files_break_nothing(at in 0_usize..400, cut in 0_usize..40, noise in "[\\PC\n\"\\[\\]=]{0,12}") {
        let whole = format!("{}\n[[figure]]\nid = \"f\"\nvalue = \"$5\"\nwhat = \"w\"\n\n{}", entry("a"), entry("b"));
        let boundary = |at: usize| whole.floor_char_boundary(at.min(whole.len()));
        let garbled = format!("{}{noise}{}", &whole[..boundary(at)], &whole[boundary(at + cut)..]);
        let sources = [faqbot::knowledge::Source { path: "a.toml".into(), text: garbled }];
        let (knowledge, diagnostics) = faqbot::knowledge::parse(&sources);
        faqbot::knowledge::render(&diagnostics, &sources, false);
        let first_is_whole = at > entry("a").len() + 1;
        if first_is_whole && !diagnostics.iter().any(|it| it.code == "duplicate-id" || it.code == "toml-syntax") {
            prop_assert!(knowledge.entries.iter().any(|entry| entry.id.as_str() == "a"));
        }
    }
}
