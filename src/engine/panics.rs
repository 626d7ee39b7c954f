//! Catching a panic without telling what the person wrote.

use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe};

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

/// Runs `work`; a panic in it is an error that names the place, where [`log_panics_by_place`] was called.
pub(crate) fn caught<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    PLACE.with_borrow_mut(|last| *last = None);
    // What the closure has half changed is dropped with it: it owns all it changes.
    panic::catch_unwind(AssertUnwindSafe(work)).map_err(|_| {
        PLACE.with_borrow(|place| match place {
            Some(place) => format!("panic at {place}"),
            None => "panic".to_owned(),
        })
    })
}
