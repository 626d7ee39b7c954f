//! One bot works on a SQLite file: a second one would not see what the first holds in memory.

use std::fs::{File, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::{OpenError, modes};

/// Held while a bot works on a database; the operating system releases it when the process ends, however it does.
#[derive(Debug)]
pub(super) struct InstanceLock {
    _file: File,
}

impl InstanceLock {
    /// Takes the lock on a SQLite file, which is created when it is missing.
    ///
    /// On Linux it is a lock on the database file itself, so that no link can bypass it and nothing can be deleted.
    /// `flock` and the locks of SQLite (`fcntl`) do not see each other there:
    /// <https://man7.org/linux/man-pages/man2/flock.2.html>. On other systems they do, and a file beside it is locked.
    ///
    /// To be called before SQLite opens the file: closing any of a process's handles on a file releases all `fcntl`
    /// locks that it has on it, so a process that is refused must not have any.
    ///
    /// # Errors
    ///
    /// When another process holds it, or the file cannot be created.
    pub(super) fn take(database: &Path) -> Result<InstanceLock, OpenError> {
        let place = || database.display().to_string();
        let failed = |error: io::Error| match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => OpenError::Full { place: place() },
            _ => OpenError::Open { place: place(), reason: error.to_string() },
        };
        let file = modes::create(&path(database).map_err(failed)?).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(InstanceLock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(OpenError::InUse { place: place() }),
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }
}

#[cfg(target_os = "linux")]
fn path(database: &Path) -> io::Result<PathBuf> {
    Ok(database.to_owned())
}

#[cfg(not(target_os = "linux"))]
fn path(database: &Path) -> io::Result<PathBuf> {
    // The file has a unique name only once it exists.
    modes::create(database)?;
    Ok(modes::beside(&std::fs::canonicalize(database)?, ".lock"))
}
