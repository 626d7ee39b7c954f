//! Who may read the files of the database: its owner, and nobody else on the machine.

use std::fs::{self, OpenOptions, Permissions};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

/// For the owner to read and write, whatever the umask.
const MODE: u32 = 0o600;

/// Makes the file of a SQLite database where there is none, and takes it away from the group and from others where they
/// have it. What SQLite puts beside it gets the same mode by itself; what lies there already is treated alike.
///
/// What goes wrong here goes wrong again when the database is opened, and is told then; somebody who may read the file
/// without owning it may still do so.
pub(super) fn keep_to_the_owner(database: &Path) {
    let _ = create(database);
    for suffix in ["", "-wal", "-shm"] {
        let file = beside(database, suffix);
        if fs::metadata(&file).is_ok_and(|it| it.mode() & 0o077 != 0) {
            let _ = fs::set_permissions(&file, Permissions::from_mode(MODE));
        }
    }
}

/// Opens a file for writing that only its owner may read, and makes it where there is none.
pub(super) fn create(file: &Path) -> std::io::Result<fs::File> {
    OpenOptions::new().write(true).create(true).truncate(false).mode(MODE).open(file)
}

/// The file that lies beside another one, under its name and a suffix.
pub(super) fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut path = file.to_owned();
    path.as_mut_os_string().push(suffix);
    path
}
