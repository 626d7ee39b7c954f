//! The folder as a running bot uses it: read at the start, and again whenever it changes.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::Context as _;
use tokio::sync::watch;

use crate::chat::Library;
use crate::clock::{Clock as _, SystemClock};
use crate::faq_folder::{self, Files, LastGood, Look, StopWatch, Watch, pictures, shown};
use crate::knowledge::{Diagnostic, Severity, Source, render, sentences, sort};
use crate::monitor;
use crate::supervise::causes;

/// The folder is read this often where nothing reports that it has changed.
pub const RECHECK: Duration = Duration::from_secs(5);

/// A folder, what was computed from it, and what is wrong with it.
pub struct Folder {
    path: PathBuf,
    /// As last read; none when it could not be read.
    files: Option<Files>,
    last_good: LastGood,
    /// What is wrong with the pictures.
    pictures: Vec<Diagnostic>,
    /// The day for which the library was computed: figures become overdue.
    day: String,
    library: watch::Sender<Arc<Library>>,
    trouble: watch::Sender<Option<Trouble>>,
}

/// What is wrong with the folder as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// A sentence for each error, with its file in the folder.
    pub text: Arc<str>,
    /// The errors as `faqbot check` shows them, for the log.
    pub drawn: Arc<str>,
    /// The files that have them, by path, or the folder itself.
    pub places: BTreeSet<String>,
}

/// A folder that is being watched, until this is dropped.
#[derive(Debug)]
pub struct Watched {
    /// Dropped first: it ends the thread.
    stop: Option<StopWatch>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            // Reading may not panic; if it did, it is in the log.
            let _ = thread.join();
        }
    }
}

impl Folder {
    /// Reads the folder. Anything broken in it is logged and left out.
    ///
    /// # Errors
    ///
    /// When there is nothing to read.
    pub fn open(path: &Path) -> anyhow::Result<Folder> {
        let files = faq_folder::read(path)?;
        let now = SystemClock.now();
        let mut last_good = LastGood::default();
        let look = last_good.look(&files, now);
        let pictures = pictures::check(path, &look.knowledge);
        let trouble = trouble(path, &files, &look, &pictures);
        if let Some(trouble) = &trouble {
            tracing::warn!("the folder has errors; what they concern is left out:\n{}", trouble.drawn);
        }
        let library = Library::new(look.knowledge, &now.day());
        monitor::folder_changed(&library);
        faqbot_heap::trim();
        Ok(Folder {
            path: path.to_owned(),
            files: Some(files),
            last_good,
            pictures,
            day: now.day(),
            library: watch::Sender::new(Arc::new(library)),
            trouble: watch::Sender::new(trouble),
        })
    }

    /// The library in use.
    pub fn library(&self) -> watch::Receiver<Arc<Library>> {
        self.library.subscribe()
    }

    /// What is wrong, while something is.
    pub fn trouble(&self) -> watch::Receiver<Option<Trouble>> {
        self.trouble.subscribe()
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Follows every change, on a thread of its own: computing a library is work for the processor.
    ///
    /// # Errors
    ///
    /// When no thread can be had.
    pub fn watch(mut self, recheck: Duration) -> anyhow::Result<Watched> {
        let (mut watch, stop) = Watch::new(&self.path, recheck);
        let follow = move || {
            while watch.wait() {
                // The library stays in use, and the next change is another chance.
                if catch_unwind(AssertUnwindSafe(|| self.look_again())).is_err() {
                    tracing::error!("reading the changed folder has failed");
                }
            }
        };
        let thread = thread::Builder::new().name("folder".into()).spawn(follow);
        let thread = thread.context("starting a thread that watches the folder")?;
        Ok(Watched { stop: Some(stop), thread: Some(thread) })
    }

    fn look_again(&mut self) {
        let now = SystemClock.now();
        let files = match faq_folder::read(&self.path) {
            Ok(files) => files,
            Err(error) => {
                self.files = None;
                let places = BTreeSet::from([shown(&self.path)]);
                let text: Arc<str> = causes(&error).into();
                return self.report(Some(Trouble { drawn: Arc::clone(&text), text, places }));
            }
        };
        // Pictures can change while the texts do not.
        let pictures = pictures::check(&self.path, &self.library.borrow().knowledge);
        if self.files.as_ref() == Some(&files) && self.day == now.day() && self.pictures == pictures {
            return;
        }
        let before = self.last_good.clone();
        let look = self.last_good.look(&files, now);
        self.pictures = pictures::check(&self.path, &look.knowledge);
        let trouble = trouble(&self.path, &files, &look, &self.pictures);
        if self.last_good != before || self.day != now.day() {
            let library = Library::new(look.knowledge, &now.day());
            monitor::folder_changed(&library);
            self.library.send_replace(Arc::new(library));
            faqbot_heap::trim();
            self.day = now.day();
            tracing::info!("the changed folder is live");
        }
        self.files = Some(files);
        self.report(trouble);
    }

    fn report(&self, trouble: Option<Trouble>) {
        let is_news = |was: &mut Option<Trouble>| {
            let is_news = *was != trouble;
            if is_news {
                match (&trouble, &was) {
                    (Some(trouble), _) => {
                        tracing::warn!(
                            "the folder has errors; what worked before stays live:\n{}",
                            trouble.drawn
                        );
                    }
                    (None, _) => tracing::info!("the folder is fixed"),
                }
                was.clone_from(&trouble);
            }
            is_news
        };
        self.trouble.send_if_modified(is_news);
    }
}

/// The errors in the folder as it is.
fn trouble(dir: &Path, files: &Files, look: &Look, pictures: &[Diagnostic]) -> Option<Trouble> {
    let mut errors: Vec<Diagnostic> = look.diagnostics.iter().chain(pictures).cloned().collect();
    sort(&mut errors);
    errors.retain(|it| it.severity == Severity::Error);
    if errors.is_empty() {
        return None;
    }
    let drawn = render(&errors, &files.sources, false).trim_end().into();
    // On a phone the path within the folder is enough.
    let inside = |path: &str| Path::new(path).strip_prefix(dir).map_or(path.into(), shown);
    let sources: Vec<Source> =
        files.sources.iter().map(|it| Source { path: inside(&it.path), text: it.text.clone() }).collect();
    errors.iter_mut().for_each(|it| it.primary.path = inside(&it.primary.path));
    Some(Trouble {
        text: sentences(&errors, &sources).into(),
        drawn,
        places: errors.into_iter().map(|it| it.primary.path).collect(),
    })
}
