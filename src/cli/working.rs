//! Shows somebody at a terminal that a command is still at work, and how far along it is.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// What a command is doing, on a line of its own that disappears when this is dropped.
///
/// It is shown when the work takes longer than a second. Only on a terminal, and on standard error, so that it never
/// mixes with what the command prints.
pub(super) struct Working {
    bar: ProgressBar,
    /// Dropped first: it ends the thread.
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Working {
    /// For work of unknown length: the seconds are counted.
    pub(super) fn on(what: &'static str) -> Working {
        Working::begin(ProgressBar::no_length(), "{msg} … {elapsed}", what)
    }

    /// For this many things, one after the other: see [`Working::step`].
    pub(super) fn on_each(what: &'static str, n: usize) -> Working {
        let bar = ProgressBar::new(n as u64);
        Working::begin(bar, "{msg} [{bar:30}] {human_pos} of {human_len}, {eta} left", what)
    }

    fn begin(bar: ProgressBar, template: &str, what: &'static str) -> Working {
        bar.set_draw_target(ProgressDrawTarget::hidden());
        bar.set_style(ProgressStyle::with_template(template).expect("it is one").progress_chars("█▌ "));
        bar.set_message(what);
        let (stop, stopped) = channel();
        let shown = bar.clone();
        let show = move || {
            if stopped.recv_timeout(Duration::from_secs(1)) == Err(RecvTimeoutError::Timeout) {
                // Without a terminal it stays hidden.
                shown.set_draw_target(ProgressDrawTarget::stderr());
                shown.enable_steady_tick(Duration::from_millis(200));
            }
        };
        // If no thread can be had, the work goes on in silence.
        let thread = thread::Builder::new().name("working".into()).spawn(show).ok();
        Working { bar, stop: Some(stop), thread }
    }

    /// One more is done.
    pub(super) fn step(&self) {
        self.bar.inc(1);
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            // It does nothing that could panic.
            let _ = thread.join();
        }
        self.bar.finish_and_clear();
    }
}
