//! Tells somebody at a terminal that a command is still at work.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// What a command is doing, on a line of its own that is gone when this is dropped.
///
/// It is shown when the work takes longer than a second, and counts the seconds. Only on a terminal, and on standard
/// error, so that it never gets into what the command prints.
pub(super) struct Working {
    /// Dropped first: it ends the thread.
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Working {
    pub(super) fn on(what: &'static str) -> Working {
        if !io::stderr().is_terminal() {
            return Working { stop: None, thread: None };
        }
        let (stop, stopped) = channel();
        let count = move || {
            let mut seconds = 0;
            while stopped.recv_timeout(Duration::from_secs(1)) == Err(RecvTimeoutError::Timeout) {
                seconds += 1;
                // A terminal that is gone needs no line.
                let _ = write!(io::stderr(), "\r{what} … {seconds} s");
            }
            if seconds > 0 {
                let _ = write!(io::stderr(), "\r\u{1b}[K");
            }
        };
        // Without a thread to be had the work goes on in silence.
        let thread = thread::Builder::new().name("working".into()).spawn(count).ok();
        Working { stop: Some(stop), thread }
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            // It does nothing that could panic.
            let _ = thread.join();
        }
    }
}
