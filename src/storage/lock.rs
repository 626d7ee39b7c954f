//! One process owns a database: a second one would not see what the first holds in memory.

use std::fs::{File, TryLockError};

use anyhow::Context as _;

use super::open::sqlite_file;

/// Held while a bot works on a database; the operating system lets go of it when the process ends, however.
#[derive(Debug)]
pub struct InstanceLock {
    _file: Option<File>,
}

impl InstanceLock {
    /// Takes the lock beside a SQLite file. Other databases have none here.
    ///
    /// # Errors
    ///
    /// When another process holds it, or the file beside the database cannot be made.
    pub fn take(database_url: &str) -> anyhow::Result<InstanceLock> {
        let Some(mut path) = sqlite_file(database_url) else { return Ok(InstanceLock { _file: None }) };
        path.as_mut_os_string().push(".lock");
        let file = File::create(&path).with_context(|| {
            format!("cannot write {}; check that the folder of the database exists", path.display())
        })?;
        match file.try_lock() {
            Ok(()) => Ok(InstanceLock { _file: Some(file) }),
            Err(TryLockError::WouldBlock) => anyhow::bail!(
                "another faqbot works on this database ({} is locked); stop it first, or give this one another DATABASE_URL",
                path.display()
            ),
            Err(TryLockError::Error(error)) => {
                Err(error).with_context(|| format!("cannot lock {}", path.display()))
            }
        }
    }
}
