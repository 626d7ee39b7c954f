//! One process owns a database: a second one would not see what the first holds in memory.

use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind};
use std::path::Path;

use super::{OpenError, modes};

/// Held while a bot works on a database; the operating system lets go of it when the process ends, however.
#[derive(Debug)]
pub(super) struct InstanceLock {
    _file: File,
}

impl InstanceLock {
    /// Takes the lock beside a SQLite file that is there, whichever link leads to it.
    ///
    /// # Errors
    ///
    /// When another process holds it, or the file beside the database cannot be made.
    pub(super) fn take(database: &Path) -> Result<InstanceLock, OpenError> {
        let place = || database.display().to_string();
        let failed = |error: io::Error| match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => OpenError::Full { place: place() },
            _ => OpenError::Open { place: place(), reason: error.to_string() },
        };
        let path = modes::beside(&fs::canonicalize(database).map_err(failed)?, ".lock");
        let file = modes::create(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(InstanceLock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(OpenError::InUse { place: place() }),
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }
}
