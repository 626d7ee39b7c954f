//! A folder that is gone when the test is over.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

#[derive(Debug)]
pub(crate) struct TempFolder(PathBuf);

impl TempFolder {
    pub(crate) fn new() -> TempFolder {
        static N_MADE: AtomicU32 = AtomicU32::new(0);
        let number = N_MADE.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("faqbot-test-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).expect("the system's folder for such things can be written");
        TempFolder(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn database_url(&self) -> String {
        format!("sqlite://{}/faqbot.db", self.0.display())
    }
}

impl Drop for TempFolder {
    fn drop(&mut self) {
        // What stays behind in the system's folder harms nobody.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
