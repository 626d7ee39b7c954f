//! Standard output, and whoever stops reading it.

use std::io::{self, Write as _};

/// Writes to standard output, as far as it is read.
pub(super) fn print(text: &str) -> anyhow::Result<()> {
    as_far_as_read(io::stdout().write_all(text.as_bytes()).map_err(Into::into))
}

/// That whoever reads has seen enough, as `head` does, is no error.
pub(super) fn as_far_as_read(written: anyhow::Result<()>) -> anyhow::Result<()> {
    match written {
        Err(error) if is_broken_pipe(&error) => Ok(()),
        written => written,
    }
}

/// Whether nobody reads any more.
pub(super) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
