//! `faqbot misses`, as a maintainer uses it. `misses_command/` has its output;
//! `SNAPSHOTS=overwrite cargo test` rewrites it.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use faqbot::chat::{ChatId, Record};
use faqbot::misses::MissReason;
use faqbot::storage::Storage;
use faqbot::time::Timestamp;
use snapbox::{Assert, Data};

/// Monday, 2026-06-01, 12:00 UTC.
const START: i64 = 1_780_315_200_000;

const DAY: i64 = 24 * 60 * 60 * 1000;

/// A folder of one's own, with the folder of the transcripts in it and a database with some misses.
struct Desk(tempfile::TempDir);

impl Desk {
    async fn new() -> Desk {
        let desk = Desk(tempfile::tempdir().expect("a place for temporary files"));
        fs::create_dir(desk.0.path().join("faq")).unwrap();
        fs::copy("tests/transcripts/folder/library.toml", desk.file()).unwrap();
        let database = format!("sqlite://{}", desk.0.path().join("faqbot.db").display());
        let storage = Storage::open(&database).await.expect("it can be made");
        for (question, why, day) in [
            ("who painted the mona lisa", MissReason::Unknown, 0),
            ("who painted the mona lisa", MissReason::Unknown, 1),
            ("Mona Lisa painted by who\u{1b}[31m?", MissReason::NoneOfThese, 3),
            ("can my dog come along", MissReason::Disliked, 2),
        ] {
            let mut transaction = storage.begin().await.unwrap();
            let record = Record::Miss { question: question.into(), why };
            transaction.record(ChatId(7), &record, Timestamp(START + day * DAY)).await.unwrap();
            transaction.commit().await.unwrap();
        }
        storage.close().await;
        desk
    }

    fn file(&self) -> std::path::PathBuf {
        self.0.path().join("faq/library.toml")
    }

    /// What the command prints, and whether it succeeds.
    fn misses(&self, arguments: &[&str], input: &str) -> (String, bool) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_faqbot"))
            .arg("misses")
            .args(arguments)
            .current_dir(self.0.path())
            .env_clear()
            .env("DATABASE_URL", "sqlite://faqbot.db")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary is built");
        let mut stdin = command.stdin.take().expect("it is piped");
        // It may have ended without reading.
        let _ = stdin.write_all(input.as_bytes());
        drop(stdin);
        let output = command.wait_with_output().expect("it ends");
        let text = [output.stdout, output.stderr].concat();
        (String::from_utf8(text).expect("it prints text"), output.status.success())
    }

    #[track_caller]
    fn check(&self, arguments: &[&str], input: &str, expected: &str) {
        let (printed, success) = self.misses(arguments, input);
        assert!(success, "{printed}");
        let path = Path::new("tests/misses_command").join(expected);
        Assert::new().action_env("SNAPSHOTS").eq(printed, Data::read_from(&path, None).raw());
    }

    #[track_caller]
    fn check_refused(&self, arguments: &[&str], expected: &str) {
        let (printed, success) = self.misses(arguments, "");
        assert!(!success && printed.contains(expected), "{printed}");
    }
}

#[tokio::test]
async fn the_list_has_counts_days_and_what_is_to_be_pasted() {
    let desk = Desk::new().await;
    desk.check(&[], "", "list.txt");
    let (json, _) = desk.misses(&["--json"], "");
    let json: serde_json::Value = serde_json::from_str(&json).expect("it is JSON");
    let first = &json["misses"][0];
    assert_eq!((&first["question"], &first["count"]), (&"who painted the mona lisa".into(), &3.into()));
    assert_eq!((&first["first"], &first["last"]), (&"2026-06-01".into(), &"2026-06-04".into()));
    assert_eq!(first["reasons"], serde_json::json!({ "unknown": 2, "none_of_these": 1 }));
}

#[tokio::test]
async fn added_and_ignored_misses_are_not_listed_again() {
    let desk = Desk::new().await;
    desk.check(&["--add", "1=events", "--ignore", "2"], "", "settled.txt");
    assert!(fs::read_to_string(desk.file()).unwrap().contains("\"who painted the mona lisa\""));
    desk.check(&[], "", "nothing-left.txt");
}

#[tokio::test]
async fn going_through_them_asks_for_each() {
    let desk = Desk::new().await;
    desk.check(&["--write"], "no-such-entry\nevents\ni\n", "write.txt");
    assert!(fs::read_to_string(desk.file()).unwrap().contains("\"who painted the mona lisa\""));
    desk.check(&["--write"], "", "nothing-left.txt");
}

/// A new answer, a question that is not covered, and both undone.
#[tokio::test]
async fn a_miss_can_become_a_new_answer_or_be_left_uncovered_and_undone() {
    let desk = Desk::new().await;
    let before = fs::read_to_string(desk.file()).unwrap();
    let new = "n\n\n**Leonardo**, in a [book](https://example.org).\nTwice.\n.\ny\n";
    desk.check(
        &["--write"],
        &format!("{new}u\nn\nWho made the Mona Lisa?\nLeonardo.\n.\ny\nc\nn\nWe know nothing of dogs.\n.\n"),
        "new.txt",
    );
    let added = fs::read_to_string(desk.0.path().join("faq/added.toml")).unwrap();
    let expected = snapbox::Data::read_from(Path::new("tests/misses_command/added.toml"), None).raw();
    Assert::new().action_env("SNAPSHOTS").eq(added, expected);
    assert!(fs::read_to_string(desk.file()).unwrap().starts_with(&before));
    desk.check(&[], "", "nothing-left.txt");
}

#[tokio::test]
async fn an_answer_that_is_broken_is_not_added() {
    let desk = Desk::new().await;
    let (printed, _) = desk.misses(&["--write"], "n\n\nIt costs {nothing-known}.\n.\ny\nq\n");
    assert!(printed.contains("there is no figure `nothing-known`"), "{printed}");
    assert!(!desk.0.path().join("faq/added.toml").exists());
    desk.check(&[], "", "list.txt");
}

#[tokio::test]
async fn invalid_input_changes_nothing() {
    let desk = Desk::new().await;
    let before = fs::read_to_string(desk.file()).unwrap();
    desk.check_refused(&["--add", "1"], "write for example --add 1=opening-hours");
    desk.check_refused(&["--add", "1=events", "--ignore", "1"], "both added and ignored");
    desk.check_refused(&["--add", "1=events", "--ignore", "7"], "there is no question 7: the list has 2");
    desk.check_refused(&["--add", "1=coffee"], "no entry, term or group `coffee`");
    assert_eq!(fs::read_to_string(desk.file()).unwrap(), before);
    fs::remove_file(desk.0.path().join("faqbot.db")).unwrap();
    desk.check_refused(&[], "there is no database faqbot.db yet");
    assert!(!desk.0.path().join("faqbot.db").exists());
}
