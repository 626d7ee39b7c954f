//! Chats, written down: each `transcripts/*.chat` is replayed through [`faqbot::chat::step`] and compared with
//! the file. `SNAPSHOTS=overwrite cargo test` rewrites them; the diff is the review.
//!
//! Lines that begin with `>` are what people do, in the small language of `stage/`; all others are what the bot does.

mod forms;
pub(crate) mod stage;

use std::fs;
use std::path::Path;
use std::rc::Rc;

use snapbox::{Assert, Data};

use stage::Stage;

/// The folders with chats; the FAQ folder that each is about is in it, as `folder/`.
const FOLDERS: [&str; 6] = [
    "tests/transcripts",
    "tests/transcripts/languages",
    "tests/transcripts/long-answers",
    "tests/transcripts/pictures",
    "tests/transcripts/quiz",
    "tests/transcripts/ukrainian",
];

#[test]
fn transcripts() {
    for folder in FOLDERS {
        play(Path::new(folder));
    }
    let forms = Data::read_from(Path::new("tests/transcripts/stored-forms.txt"), None).raw();
    Assert::new().action_env("SNAPSHOTS").eq(forms::all(), forms);
}

fn play(folder: &Path) {
    let mut paths: Vec<_> = fs::read_dir(folder)
        .expect("the folder of transcripts is in the repository")
        .map(|entry| entry.expect("it can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "chat"))
        .collect();
    paths.sort();
    assert!(!paths.is_empty());
    let folder = folder.join("folder");
    let library = Rc::new(stage::library(&folder));
    for path in paths {
        let script = fs::read_to_string(&path).expect("transcripts are text");
        let played = Stage::new(&folder, &library).replay(&script);
        Assert::new().action_env("SNAPSHOTS").eq(played, Data::read_from(&path, None).raw());
    }
}
