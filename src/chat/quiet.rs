//! Quiet hours of a group: the bot answers only when asked, without a sound, and starts no quiz.

use serde::{Deserialize, Serialize};

use crate::quiz::daily::{DailyTime, DailyTimeError};
use crate::time::Timestamp;

/// From one time of day to another, at one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct QuietHours {
    from: DailyTime,
    to: DailyTime,
}

/// Why a text does not give hours at a place.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum QuietHoursError {
    NoHours,
    /// There is no such zone; the nearest one that exists.
    NoZone {
        written: String,
        nearest: Option<String>,
    },
}

impl QuietHours {
    /// Reads `22:00-07:00 Europe/Kyiv`, also `22–7 kyiv` and `10 pm - 7 am`. Without a zone it is UTC.
    pub(super) fn parse(text: &str) -> Result<QuietHours, QuietHoursError> {
        let (from, rest) = text.split_once(['-', '–', '—', '−']).ok_or(QuietHoursError::NoHours)?;
        let to = DailyTime::parse(rest.trim()).map_err(|error| match error {
            DailyTimeError::NoTime { .. } => QuietHoursError::NoHours,
            DailyTimeError::NoZone { written, nearest, .. } => QuietHoursError::NoZone { written, nearest },
        })?;
        let from = DailyTime::parse(&format!("{} {}", from.trim(), to.zone()));
        match from {
            Ok(from) if from != to => Ok(QuietHours { from, to }),
            _ => Err(QuietHoursError::NoHours),
        }
    }

    /// The hours used until somebody sets others.
    pub(super) fn usual() -> QuietHours {
        QuietHours::parse("22:00-07:00").expect("it is a time in UTC")
    }

    pub(super) fn is_now(&self, now: Timestamp) -> bool {
        self.to.next(now) < self.from.next(now)
    }

    /// `22:00–07:00 Europe/Kyiv`.
    pub(super) fn shown(&self) -> String {
        format!("{}–{} {}", self.from.clock(), self.to.clock(), self.to.zone())
    }

    /// When they end, by the clock there.
    pub(super) fn end(&self) -> String {
        self.to.clock()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Monday, 2026-06-01, 0:00 UTC.
    const MIDNIGHT: i64 = 1_780_272_000_000;

    #[track_caller]
    fn check(hours: &str, at: &str, expected: bool) {
        let (hour, minute) = at.split_once(':').expect("a time");
        let [hour, minute] = [hour, minute].map(|it| it.parse::<i64>().expect("a number"));
        let now = Timestamp(MIDNIGHT + (hour * 60 + minute) * 60_000);
        let hours = QuietHours::parse(hours).expect("hours");
        assert_eq!(hours.is_now(now), expected, "{} at {at} UTC", hours.shown());
    }

    #[test]
    fn they_begin_and_end_by_the_clock_of_the_place() {
        for (at, expected) in [
            ("21:59", false),
            ("22:00", true),
            ("23:59", true),
            ("00:00", true),
            ("06:59", true),
            ("07:00", false),
        ] {
            check("22:00-07:00", at, expected);
        }
        // Three hours ahead of UTC in summer.
        check("22-7 Kyiv", "18:59", false);
        check("22–7 Europe/Kyiv", "19:00", true);
        check("22 – 7 kyiv", "04:00", false);
        check("1 pm - 3 pm", "14:00", true);
        check("13:00-15:00", "15:00", false);
    }

    #[test]
    fn invalid_hours_are_refused() {
        for text in ["", "22", "late-early", "22-22", "25-7", "-", "22-"] {
            assert_eq!(QuietHours::parse(text), Err(QuietHoursError::NoHours), "{text}");
        }
        let nowhere = QuietHours::parse("22-7 Europe/Kyif");
        let nearest = Some("Europe/Kyiv".to_owned());
        assert_eq!(nowhere, Err(QuietHoursError::NoZone { written: "Europe/Kyif".into(), nearest }));
    }
}
