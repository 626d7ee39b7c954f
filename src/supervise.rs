//! Going on after trouble: pauses that grow, causes as operators read them, and panics caught without revealing what
//! the person wrote.

use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe};
use std::time::Duration;

thread_local! {
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// From now on a panic is logged by its place in the source; its message could quote somebody's words.
pub fn log_panics_by_place() {
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string);
        tracing::error!(place = place.as_deref().unwrap_or("unknown"), "a panic");
        PLACE.with_borrow_mut(|last| *last = place);
    }));
}

/// Runs `work`; a panic in it is an error that names the place, if [`log_panics_by_place`] was called.
pub(crate) fn caught<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    PLACE.with_borrow_mut(|last| *last = None);
    // Anything the closure has half changed is dropped with it: it owns all it changes.
    panic::catch_unwind(AssertUnwindSafe(work)).map_err(|_| {
        PLACE.with_borrow(|place| match place {
            Some(place) => format!("panic at {place}"),
            None => "panic".to_owned(),
        })
    })
}

/// How long to wait before the next try: twice as long after each failure, up to a limit.
#[derive(Debug, Clone)]
pub(crate) struct Backoff {
    first: Duration,
    longest: Duration,
    next: Duration,
}

impl Backoff {
    /// For another machine: half a second at first, 15 s at most.
    pub(crate) fn for_network() -> Backoff {
        Backoff::new(Duration::from_millis(500), Duration::from_secs(15))
    }

    /// For the database, which is back in a moment or needs help: 100 ms at first, 2 s at most.
    pub(crate) fn for_database() -> Backoff {
        Backoff::new(Duration::from_millis(100), Duration::from_secs(2))
    }

    fn new(first: Duration, longest: Duration) -> Backoff {
        Backoff { first, longest, next: first }
    }

    /// The pause after one more failure.
    pub(crate) fn pause(&mut self) -> Duration {
        let pause = self.next;
        self.next = (pause * 2).min(self.longest);
        pause
    }

    /// It worked: the next failure starts with the shortest pause.
    pub(crate) fn reset(&mut self) {
        self.next = self.first;
    }
}

/// What was attempted, down to the cause, on one line. Some errors, such as those of the database, say their cause in
/// their own words as well: it is said once.
pub(crate) fn causes(error: &anyhow::Error) -> String {
    let mut line = String::new();
    for cause in error.chain().map(ToString::to_string).filter(|it| !it.is_empty()) {
        if line.ends_with(&cause) {
            continue;
        }
        if !line.is_empty() {
            line.push_str(": ");
        }
        line.push_str(&cause);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest_and_begin_anew_after_a_success() {
        let mut backoff = Backoff::for_network();
        let pauses: Vec<u128> = (0..7).map(|_| backoff.pause().as_millis()).collect();
        assert_eq!(pauses, [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
        backoff.reset();
        assert_eq!(backoff.pause().as_millis(), 500);
    }

    #[test]
    fn a_cause_that_an_error_says_itself_is_said_once() {
        let disk = anyhow::anyhow!("disk full");
        let error = disk.context("error returned from database: disk full").context("storing what arrived");
        assert_eq!(causes(&error), "storing what arrived: error returned from database: disk full");
    }
}
