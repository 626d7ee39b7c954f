//! Notices that a folder may have changed, however it was done.
//!
//! Folders are watched, not files: editors save by renaming a new file over the old one, and a watch on the old one
//! would see it go and then nothing. What exactly happened does not matter: the caller reads the folder again and
//! compares.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, EventKind, ModifyKind};
use notify::{RecommendedWatcher, RecursiveMode, Watcher};

use super::DEEPEST;

/// An editor that saves does several things in a row; this long after the last of them the folder is read.
const CALM: Duration = Duration::from_millis(50);

/// The folder is read after this time even if things go on happening.
const LONGEST_UNREST: Duration = Duration::from_millis(250);

/// Waits for changes of a folder.
pub struct Watch {
    dir: PathBuf,
    /// The folder is read this often where nothing reports that it has changed: network drives, some containers.
    recheck: Duration,
    /// `None`: the system has no watches left.
    watcher: Option<RecommendedWatcher>,
    /// The folders that are watched.
    watched: BTreeMap<PathBuf, Watched>,
    signals: Receiver<Signal>,
    is_warned: bool,
}

/// Ends a [`Watch`], also while it waits, when it is dropped.
#[derive(Debug)]
pub struct StopWatch(Sender<Signal>);

impl Drop for StopWatch {
    fn drop(&mut self) {
        // The other end is gone: it has already stopped.
        let _ = self.0.send(Signal::Stop);
    }
}

enum Signal {
    Happened(notify::Event),
    Stop,
}

/// A folder that is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Watched {
    /// A folder that was deleted and created again is another one.
    identity: Identity,
    /// It holds the folder or a link to it, and things that do not concern us, such as a database.
    is_above: bool,
}

impl Watch {
    /// Begins to watch. Folders that cannot be watched are read every `recheck`, and so is everything else, to be safe.
    pub fn new(dir: &Path, recheck: Duration) -> (Watch, StopWatch) {
        let (sender, signals) = channel();
        let stop = StopWatch(sender.clone());
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            // An error means that events were lost.
            let event = event.unwrap_or_else(|_| notify::Event::new(EventKind::Any));
            let _ = sender.send(Signal::Happened(event));
        });
        let dir = std::path::absolute(dir).unwrap_or_else(|_| dir.to_owned());
        let mut watch =
            Watch { dir, recheck, watcher: None, watched: BTreeMap::new(), signals, is_warned: false };
        match watcher {
            Ok(watcher) => watch.watcher = Some(watcher),
            Err(error) => watch.warn(&error),
        }
        (watch, stop)
    }

    /// Waits until the folder may have changed and has settled. `false`: it was stopped.
    pub fn wait(&mut self) -> bool {
        // A newly watched folder may have changed before.
        let mut is_unrest = self.renew();
        let recheck = Instant::now() + self.recheck;
        while !is_unrest {
            match self.signals.recv_timeout(recheck.saturating_duration_since(Instant::now())) {
                Ok(Signal::Happened(event)) => is_unrest = self.concerns(&event),
                Ok(Signal::Stop) | Err(RecvTimeoutError::Disconnected) => return false,
                Err(RecvTimeoutError::Timeout) => return true,
            }
        }
        let deadline = Instant::now() + LONGEST_UNREST;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.signals.recv_timeout(left.min(CALM)) {
                Ok(Signal::Happened(_)) if !left.is_zero() => {}
                Ok(Signal::Stop) | Err(RecvTimeoutError::Disconnected) => return false,
                Ok(Signal::Happened(_)) | Err(RecvTimeoutError::Timeout) => return true,
            }
        }
    }

    fn concerns(&self, event: &notify::Event) -> bool {
        let is_content = match event.kind {
            EventKind::Access(AccessKind::Close(AccessMode::Write)) => true,
            // Reading the folder must not lead to reading the folder.
            EventKind::Access(_) => return false,
            EventKind::Modify(ModifyKind::Name(_)) => false,
            EventKind::Modify(_) => true,
            _ => false,
        };
        let is_above = |path: &PathBuf| {
            path.parent().and_then(|parent| self.watched.get(parent)).is_some_and(|place| place.is_above)
        };
        // Above the folder only names count: writing into a database beside it does not concern us.
        !is_content || !event.paths.iter().all(is_above)
    }

    /// Watches what is to be watched by now. Returns whether there is something new.
    fn renew(&mut self) -> bool {
        let places = places(&self.dir);
        let Some(watcher) = &mut self.watcher else {
            // Without watches, new folders make no difference.
            return false;
        };
        let gone: Vec<PathBuf> = self
            .watched
            .keys()
            .filter(|path| self.watched.get(*path) != places.get(*path))
            .cloned()
            .collect();
        for path in gone {
            // The system has already let go of a deleted folder.
            let _ = watcher.unwatch(&path);
            self.watched.remove(&path);
        }
        let mut is_new = false;
        let mut failed = None;
        for (path, place) in places {
            if self.watched.contains_key(&path) {
                continue;
            }
            match watcher.watch(&path, RecursiveMode::NonRecursive) {
                Ok(()) => {
                    self.watched.insert(path, place);
                    is_new = true;
                }
                Err(error) => failed = Some(error),
            }
        }
        if let Some(error) = failed {
            self.warn(&error);
        }
        is_new
    }

    fn warn(&mut self, error: &notify::Error) {
        if !std::mem::replace(&mut self.is_warned, true) {
            let (dir, every) = (self.dir.display(), self.recheck);
            tracing::warn!("cannot watch {dir} ({error}); it is read again every {every:?} instead");
        }
    }
}

/// The folders in which a change may affect what is read from this one.
fn places(dir: &Path) -> BTreeMap<PathBuf, Watched> {
    let mut inside = BTreeSet::new();
    folders(dir, 0, &mut inside);
    let mut above = BTreeSet::new();
    above.extend(dir.parent().and_then(|parent| fs::canonicalize(parent).ok()));
    above.extend(fs::canonicalize(dir).ok().and_then(|real| real.parent().map(Path::to_owned)));
    links_on_the_way(dir, 0, &mut above);
    let place = |path: PathBuf, is_above| {
        let metadata = fs::metadata(&path).ok()?;
        Some((path, Watched { identity: identity(&metadata), is_above }))
    };
    let above = above.difference(&inside).filter_map(|path| place(path.clone(), true));
    let mut places: BTreeMap<PathBuf, Watched> = above.collect();
    places.extend(inside.into_iter().filter_map(|path| place(path, false)));
    places
}

/// Device and inode.
#[cfg(unix)]
type Identity = (u64, u64);

#[cfg(unix)]
fn identity(metadata: &fs::Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt as _;
    (metadata.dev(), metadata.ino())
}

/// When it was created, where the file system says so: the standard library reads no file numbers on Windows.
#[cfg(not(unix))]
type Identity = Option<std::time::SystemTime>;

#[cfg(not(unix))]
fn identity(metadata: &fs::Metadata) -> Identity {
    metadata.created().ok()
}

/// The folder, the folders in it, and those that its links lead into; by their real paths.
fn folders(dir: &Path, depth: usize, found: &mut BTreeSet<PathBuf>) {
    let Ok(real) = fs::canonicalize(dir) else { return };
    if depth > DEEPEST || !found.insert(real) {
        return;
    }
    let Ok(entries) = fs::read_dir(dir) else { return };
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        let path = entry.path();
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_symlink() {
            links_on_the_way(&path, 0, found);
        }
        if fs::metadata(&path).is_ok_and(|metadata| metadata.is_dir()) {
            folders(&path, depth + 1, found);
        }
    }
}

/// For each link on the way to this path, the folder that holds it, and the folder that the way ends in.
fn links_on_the_way(path: &Path, depth: usize, found: &mut BTreeSet<PathBuf>) {
    let mut way = PathBuf::new();
    for component in path.components() {
        way.push(component);
        let Some(folder) = way.parent() else { continue };
        let Ok(target) = fs::read_link(&way) else { continue };
        found.extend(fs::canonicalize(folder).ok());
        if depth < DEEPEST {
            let target = folder.join(target);
            found.extend(target.parent().and_then(|parent| fs::canonicalize(parent).ok()));
            links_on_the_way(&target, depth + 1, found);
        }
    }
}
