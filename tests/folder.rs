//! A folder that is gone when the test is over.

use std::path::Path;

#[derive(Debug)]
pub(crate) struct TempFolder(tempfile::TempDir);

impl TempFolder {
    pub(crate) fn new() -> TempFolder {
        TempFolder(tempfile::tempdir().expect("the system's folder for such things can be written"))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn database_url(&self) -> String {
        format!("sqlite:{}/faqbot.db", self.path().display())
    }
}
