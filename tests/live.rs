//! The folder while people edit it.

use std::fs;
#[cfg(unix)]
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use faqbot::chat::Library;
use faqbot::faq_folder::live::{Folder, Trouble, Watched};
use faqbot::knowledge::Id;
use tokio::sync::watch;

/// How long a change may take on a busy machine before a test gives up; no test waits that long.
const LIMIT: Duration = Duration::from_secs(30);

/// So long that only events can have made a change live.
const NEVER: Duration = Duration::from_secs(3600);

struct Live {
    dir: tempfile::TempDir,
    library: watch::Receiver<Arc<Library>>,
    trouble: watch::Receiver<Option<Trouble>>,
    _watched: Watched,
}

fn entry(id: &str, answer: &str) -> String {
    format!("[[entry]]\nid = \"{id}\"\nquestion = \"What about {id}?\"\nanswer = \"{answer}\"\n")
}

/// A watched folder that `set` has filled. `faq` is its name inside the temporary one.
fn live(faq: &str, recheck: Duration, set: impl FnOnce(&Path)) -> Live {
    let dir = tempfile::tempdir().expect("a place for temporary files");
    set(dir.path());
    let folder = Folder::open(&dir.path().join(faq)).expect("it can be read");
    let (library, trouble) = (folder.library(), folder.trouble());
    let watched = folder.watch(recheck).expect("a thread");
    Live { dir, library, trouble, _watched: watched }
}

/// A folder `faq` with one file, `tea.toml`.
fn tea() -> Live {
    live("faq", NEVER, |dir| {
        fs::create_dir(dir.join("faq")).unwrap();
        fs::write(dir.join("faq/tea.toml"), entry("tea", "one")).unwrap();
    })
}

impl Live {
    fn path(&self, path: &str) -> PathBuf {
        self.dir.path().join(path)
    }

    /// Waits until an entry has this answer, or is gone.
    async fn until(&mut self, id: &str, answer: Option<&str>) {
        let id = Id::from(id);
        let is_so = |library: &Arc<Library>| {
            library.knowledge.entry(&id).map(|entry| entry.answer.as_str()) == answer
        };
        let changed = tokio::time::timeout(LIMIT, self.library.wait_for(is_so)).await;
        assert!(changed.is_ok(), "{id} has the answer {answer:?} in time");
    }

    async fn until_trouble(&mut self, part: Option<&str>) {
        let is_so = |trouble: &Option<Trouble>| match (trouble, part) {
            (Some(trouble), Some(part)) => trouble.text.contains(part),
            (trouble, part) => trouble.is_none() && part.is_none(),
        };
        let seen = tokio::time::timeout(LIMIT, self.trouble.wait_for(is_so)).await;
        assert!(seen.is_ok(), "{part:?} is seen in time");
    }

    fn answer(&self, id: &str) -> Option<String> {
        self.library.borrow().knowledge.entry(&Id::from(id)).map(|entry| entry.answer.clone())
    }
}

#[tokio::test]
async fn saved_in_place() {
    let mut live = tea();
    for answer in ["two", "three"] {
        fs::write(live.path("faq/tea.toml"), entry("tea", answer)).unwrap();
        live.until("tea", Some(answer)).await;
    }
}

#[tokio::test]
async fn saved_by_renaming_a_new_file_over_the_old_one() {
    let mut live = tea();
    for answer in ["two", "three"] {
        fs::write(live.path("faq/.tea.toml.swp"), entry("tea", answer)).unwrap();
        fs::rename(live.path("faq/.tea.toml.swp"), live.path("faq/tea.toml")).unwrap();
        live.until("tea", Some(answer)).await;
    }
}

#[tokio::test]
async fn saved_by_deleting_and_writing_anew() {
    let mut live = tea();
    for answer in ["two", "three"] {
        fs::remove_file(live.path("faq/tea.toml")).unwrap();
        fs::write(live.path("faq/tea.toml"), entry("tea", answer)).unwrap();
        live.until("tea", Some(answer)).await;
    }
}

#[tokio::test]
async fn saved_by_moving_the_old_one_to_a_backup() {
    let mut live = tea();
    for answer in ["two", "three"] {
        fs::rename(live.path("faq/tea.toml"), live.path("faq/tea.toml~")).unwrap();
        fs::write(live.path("faq/tea.toml"), entry("tea", answer)).unwrap();
        live.until("tea", Some(answer)).await;
    }
}

/// Kubernetes: the files are links through `..data`, a link that is replaced in one step.
#[cfg(unix)]
#[tokio::test]
async fn a_config_map_is_swapped() {
    let version = |dir: &Path, name: &str, answer: &str| {
        fs::create_dir(dir.join(name)).unwrap();
        fs::write(dir.join(name).join("tea.toml"), entry("tea", answer)).unwrap();
    };
    let mut live = live("", NEVER, |dir| {
        version(dir, "..1", "one");
        symlink("..1", dir.join("..data")).unwrap();
        symlink("..data/tea.toml", dir.join("tea.toml")).unwrap();
    });
    for (name, answer) in [("..2", "two"), ("..3", "three")] {
        version(live.dir.path(), name, answer);
        symlink(name, live.path("..data_tmp")).unwrap();
        fs::rename(live.path("..data_tmp"), live.path("..data")).unwrap();
        live.until("tea", Some(answer)).await;
    }
}

/// A release on a server: the folder itself is reached through a link.
#[cfg(unix)]
#[tokio::test]
async fn a_link_on_the_way_is_swapped() {
    let release = |dir: &Path, name: &str, answer: &str| {
        fs::create_dir_all(dir.join(name).join("faq")).unwrap();
        fs::write(dir.join(name).join("faq/tea.toml"), entry("tea", answer)).unwrap();
    };
    let mut live = live("current/faq", NEVER, |dir| {
        release(dir, "1", "one");
        symlink("1", dir.join("current")).unwrap();
    });
    for (name, answer) in [("2", "two"), ("3", "three")] {
        release(live.dir.path(), name, answer);
        symlink(name, live.path("next")).unwrap();
        fs::rename(live.path("next"), live.path("current")).unwrap();
        live.until("tea", Some(answer)).await;
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_linked_file_is_saved_where_it_lies() {
    let mut live = live("faq", NEVER, |dir| {
        fs::create_dir(dir.join("faq")).unwrap();
        fs::create_dir(dir.join("elsewhere")).unwrap();
        fs::write(dir.join("elsewhere/tea.toml"), entry("tea", "one")).unwrap();
        symlink("../elsewhere/tea.toml", dir.join("faq/tea.toml")).unwrap();
    });
    fs::write(live.path("elsewhere/tea.toml"), entry("tea", "two")).unwrap();
    live.until("tea", Some("two")).await;
}

#[tokio::test]
async fn folders_come_and_go() {
    let mut live = tea();
    fs::create_dir_all(live.path("faq/drinks/hot")).unwrap();
    fs::write(live.path("faq/drinks/hot/coffee.toml"), entry("coffee", "one")).unwrap();
    live.until("coffee", Some("one")).await;
    fs::write(live.path("faq/drinks/hot/coffee.toml"), entry("coffee", "two")).unwrap();
    live.until("coffee", Some("two")).await;
    fs::remove_dir_all(live.path("faq/drinks")).unwrap();
    live.until("coffee", None).await;
}

#[tokio::test]
async fn the_whole_folder_is_replaced() {
    let mut live = tea();
    fs::create_dir(live.path("new")).unwrap();
    fs::write(live.path("new/tea.toml"), entry("tea", "two")).unwrap();
    fs::rename(live.path("faq"), live.path("old")).unwrap();
    live.until_trouble(Some("there is no folder")).await;
    assert_eq!(live.answer("tea").as_deref(), Some("one"));
    fs::rename(live.path("new"), live.path("faq")).unwrap();
    live.until("tea", Some("two")).await;
    live.until_trouble(None).await;
    fs::write(live.path("faq/tea.toml"), entry("tea", "three")).unwrap();
    live.until("tea", Some("three")).await;
}

/// Where nothing reports changes, such as on network drives, looking again now and then does.
#[tokio::test]
async fn without_events_the_folder_is_read_now_and_then() {
    let mut live = live("faq", Duration::from_millis(20), |dir| {
        fs::create_dir(dir.join("faq")).unwrap();
        fs::write(dir.join("faq/tea.toml"), entry("tea", "one")).unwrap();
    });
    fs::write(live.path("faq/tea.toml"), entry("tea", "two")).unwrap();
    live.until("tea", Some("two")).await;
}

#[tokio::test]
async fn a_broken_file_keeps_its_last_good_text_and_the_others_change() {
    let mut live = tea();
    fs::write(live.path("faq/coffee.toml"), entry("coffee", "one")).unwrap();
    live.until("coffee", Some("one")).await;

    fs::write(live.path("faq/tea.toml"), format!("{}\nthis is [no TOML", entry("tea", "two"))).unwrap();
    live.until_trouble(Some("tea.toml, line 6")).await;
    fs::write(live.path("faq/coffee.toml"), entry("coffee", "two")).unwrap();
    live.until("coffee", Some("two")).await;
    assert_eq!(live.answer("tea").as_deref(), Some("one"));

    fs::write(live.path("faq/tea.toml"), entry("tea", "three")).unwrap();
    live.until("tea", Some("three")).await;
    live.until_trouble(None).await;
}
