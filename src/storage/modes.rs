//! Who may read the files of the database: its owner, and nobody else on the machine.
//!
//! Where files have no modes (Windows), the folder decides.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};

/// For the owner to read and write, whatever the umask.
#[cfg(unix)]
const MODE: u32 = 0o600;

/// Creates the file of a SQLite database if there is none, and removes access for the group and others if they
/// have it. Files that SQLite puts beside it get the same mode by themselves; existing ones are treated alike.
///
/// Errors here occur again when the database is opened, and are reported then; somebody who may read the file
/// without owning it may still do so.
pub(super) fn keep_to_the_owner(database: &Path) {
    let _ = create(database);
    #[cfg(unix)]
    for suffix in ["", "-wal", "-shm"] {
        use std::os::unix::fs::MetadataExt as _;
        let file = beside(database, suffix);
        if std::fs::metadata(&file).is_ok_and(|it| it.mode() & 0o077 != 0) {
            let _ = restrict(&file);
        }
    }
}

/// Removes access to a file for everybody but its owner.
#[cfg(unix)]
pub(super) fn restrict(file: &Path) -> std::io::Result<()> {
    std::fs::set_permissions(file, std::os::unix::fs::PermissionsExt::from_mode(MODE))
}

#[cfg(not(unix))]
pub(super) fn restrict(_file: &Path) -> std::io::Result<()> {
    Ok(())
}

/// Opens a file for writing that only its owner may read, and creates it if there is none.
pub(super) fn create(file: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, MODE);
    options.open(file)
}

/// The file beside another one, under its name and a suffix.
pub(super) fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut path = file.to_owned();
    path.as_mut_os_string().push(suffix);
    path
}
