//! Standard output, also when its reader goes away.

use std::io::{self, Write as _};

/// Writes to standard output, as far as it is read.
pub(super) fn print(text: &str) -> anyhow::Result<()> {
    as_far_as_read(io::stdout().write_all(text.as_bytes()).map_err(Into::into))
}

/// If the reader has seen enough, as `head` does, this is not an error.
pub(super) fn as_far_as_read(written: anyhow::Result<()>) -> anyhow::Result<()> {
    match written {
        Err(error) if is_broken_pipe(&error) => Ok(()),
        written => written,
    }
}

/// Whether the reader is gone.
pub(super) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
