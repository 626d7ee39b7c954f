//! The only place that looks at a clock.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use tokio::sync::watch;

use crate::time::Timestamp;

/// Knows the time, and waits for it.
pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;

    /// Ends when `now` has reached `time`; at once if it already has.
    fn sleep_until(&self, time: Timestamp) -> Pin<Box<dyn Future<Output = ()> + Send>>;
}

/// The time of the machine, except that it never goes back: if the machine's clock is set back, this one goes on from
/// where it was until the next start. Otherwise a wait of a minute would last for as long as the clock was set back.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

/// The last time returned, and when that was by a clock that nobody sets.
static LAST: Mutex<Option<(Timestamp, Instant)>> = Mutex::new(None);

/// The time to return when the machine's clock shows this.
fn steady(last: Option<(Timestamp, Instant)>, shown: Timestamp, at: Instant) -> Timestamp {
    match last {
        Some((returned, then)) if shown < returned => returned + at.saturating_duration_since(then),
        _ => shown,
    }
}

/// The machine's clock may be set while we sleep; waking this often limits how late we notice.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the shell's clock")]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let shown = Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX));
        let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
        let at = Instant::now();
        let now = steady(*last, shown, at);
        *last = Some((now, at));
        now
    }

    fn sleep_until(&self, time: Timestamp) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(async move {
            loop {
                let left = time.since(SystemClock.now());
                if left.is_zero() {
                    return;
                }
                tokio::time::sleep(left.min(LONGEST_SLEEP)).await;
            }
        })
    }
}

/// A clock that stands still until it is moved on: time as a value, for tests.
#[derive(Debug, Clone)]
pub struct ManualClock(Arc<watch::Sender<Timestamp>>);

impl ManualClock {
    pub fn at(now: Timestamp) -> ManualClock {
        ManualClock(Arc::new(watch::Sender::new(now)))
    }

    /// Moves on, and wakes everything that waits for a time up to then.
    pub fn advance(&self, by: Duration) {
        self.0.send_modify(|now| *now = *now + by);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.0.borrow()
    }

    fn sleep_until(&self, time: Timestamp) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let mut now = self.0.subscribe();
        Box::pin(async move {
            if now.wait_for(|now| *now >= time).await.is_err() {
                // Nobody is left who could move the clock on.
                std::future::pending::<()>().await;
            }
        })
    }
}

/// The time of a database that several bots share: that of its server, carried on by this machine's monotonic clock.
/// So it does not matter what the clocks of the machines say.
#[derive(Debug, Clone)]
pub struct DatabaseClock {
    origin: Instant,
    /// Milliseconds since 1970 at `origin`; zero until the server has first answered.
    at_origin: Arc<AtomicI64>,
}

impl Default for DatabaseClock {
    fn default() -> DatabaseClock {
        DatabaseClock { origin: Instant::now(), at_origin: Arc::default() }
    }
}

impl DatabaseClock {
    /// The server was asked at `asked`, and answers just now that it is `time`: by now it is that, or later by at most
    /// the time that the answer took. An answer that took long, because this machine was busy or this process was
    /// stopped, says little, and changes nothing that it does not contradict.
    pub(crate) fn set(&self, time: Timestamp, asked: Instant) {
        let took = i64::try_from(asked.elapsed().as_millis()).unwrap_or(i64::MAX);
        let earliest = time.0 - self.elapsed();
        let at_origin = match self.at_origin.load(Ordering::Relaxed) {
            0 => earliest + took / 2,
            known => known.clamp(earliest, earliest.saturating_add(took)),
        };
        // Time should not jump back and forth for a few milliseconds.
        if (self.at_origin.load(Ordering::Relaxed) - at_origin).abs() > 50 {
            self.at_origin.store(at_origin, Ordering::Relaxed);
        }
    }

    fn elapsed(&self) -> i64 {
        i64::try_from(self.origin.elapsed().as_millis()).unwrap_or(i64::MAX)
    }
}

impl Clock for DatabaseClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.at_origin.load(Ordering::Relaxed) + self.elapsed())
    }

    fn sleep_until(&self, time: Timestamp) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let clock = self.clone();
        Box::pin(async move {
            loop {
                let left = time.since(clock.now());
                if left.is_zero() {
                    return;
                }
                tokio::time::sleep(left.min(LONGEST_SLEEP)).await;
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_took_long_does_not_make_the_shared_clock_wrong() {
        let second = Duration::from_secs(1);
        let noon = Timestamp(1_767_614_400_000);
        let clock = DatabaseClock::default();
        let began = Instant::now();
        clock.set(noon, began);
        let is_at =
            |time: Timestamp| (clock.now() - Duration::from_millis(500)) < time && time <= clock.now();
        assert!(is_at(noon), "{:?}", clock.now());
        // The process was stopped for twenty seconds, before or after the server looked at its clock.
        if let Some(asked) = began.checked_sub(20 * second) {
            clock.set(noon, asked);
            assert!(is_at(noon), "{:?}", clock.now());
            clock.set(noon - 20 * second, asked);
            assert!(is_at(noon), "{:?}", clock.now());
        }
        // The server's clock was set.
        clock.set(noon + 60 * second, Instant::now());
        assert!(is_at(noon + 60 * second), "{:?}", clock.now());
        clock.set(noon, Instant::now());
        assert!(is_at(noon), "{:?}", clock.now());
    }

    #[test]
    fn answers_in_no_time_do_not_contradict_each_other() {
        let clock = DatabaseClock::default();
        for _ in 0..1_000_000 {
            clock.set(Timestamp(1_767_614_400_000), Instant::now());
        }
    }

    #[test]
    fn a_clock_that_is_set_back_goes_on_from_where_it_was() {
        let (noon, second) = (Timestamp(1_767_614_400_000), Duration::from_secs(1));
        let begin = Instant::now();
        assert_eq!(steady(None, noon, begin), noon);
        let yesterday = noon - Duration::from_secs(24 * 60 * 60);
        assert_eq!(steady(Some((noon, begin)), yesterday, begin + second), noon + second);
        // If it is set forward, or wakes after a long sleep, it shows what the machine shows.
        let tomorrow = noon + Duration::from_secs(24 * 60 * 60);
        assert_eq!(steady(Some((noon, begin)), tomorrow, begin + second), tomorrow);
    }
}
