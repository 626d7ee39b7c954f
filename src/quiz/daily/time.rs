//! When the daily question comes: a time of day at a place.

use jiff::civil;
use jiff::tz::{self, TimeZone};
use serde::{Deserialize, Serialize};

use crate::language::digit_value;
use crate::language::letters::is_invisible;
use crate::time::Timestamp;

/// The longest name of a zone or time that is looked at and repeated to its author, in characters.
const LONGEST: usize = 40;

/// A name less alike than this to what was written does not help: 0.0 (nothing in common) to 1.0 (the same).
const ALIKE: f64 = 0.6;

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// A time of day at a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DailyTime {
    /// Minutes since midnight.
    minute: u16,
    /// A name of the IANA time zone database, such as `Europe/Kyiv`.
    zone: String,
}

/// Why a text is not a time at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DailyTimeError {
    /// It does not begin with a time of day.
    NoTime { written: String },
    /// There is no such zone; the nearest one that exists.
    NoZone { clock: String, written: String, nearest: Option<String> },
}

impl DailyTime {
    /// Reads `09:00 Europe/Kyiv`, also `9`, `9.30` and `9 pm`, digits of any script, and the name of a city alone.
    /// Without a zone it is UTC.
    ///
    /// # Errors
    ///
    /// When it does not begin with a time of day, or names a zone that does not exist.
    pub fn parse(text: &str) -> Result<DailyTime, DailyTimeError> {
        let text: String = text.chars().filter(|letter| !is_invisible(*letter)).map(plain).collect();
        let text = text.trim();
        let end = text.find(|c: char| !(c.is_ascii_digit() || ":.".contains(c))).unwrap_or(text.len());
        let (clock, rest) = text.split_at(end);
        let (half, zone) = half_of_day(rest.trim_start());
        let minute = minute_of(clock, half).ok_or_else(|| DailyTimeError::NoTime {
            written: shortened(text.split_whitespace().next().unwrap_or_default()),
        })?;
        let utc = || DailyTime { minute, zone: "UTC".into() };
        if zone.is_empty() {
            return Ok(utc());
        }
        let zone = zone_named(zone).map_err(|nearest| DailyTimeError::NoZone {
            clock: utc().clock(),
            written: shortened(zone),
            nearest,
        })?;
        Ok(DailyTime { minute, zone })
    }

    /// `09:00`.
    pub fn clock(&self) -> String {
        format!("{:02}:{:02}", self.minute / 60, self.minute % 60)
    }

    /// The name of the zone.
    pub fn zone(&self) -> &str {
        &self.zone
    }

    /// The next time after `now`: one on each day of that place. A time that the clocks jump over comes that much
    /// later; of one that comes twice, when they go back, it is the first.
    pub fn next(&self, now: Timestamp) -> Timestamp {
        let zone = self.rules();
        let clock = civil::time((self.minute / 60) as i8, (self.minute % 60) as i8, 0, 0);
        let next = || {
            let mut date = jiff::Timestamp::from_millisecond(now.0).ok()?.to_zoned(zone.clone()).date();
            loop {
                let at = date.to_datetime(clock).to_zoned(zone.clone()).ok()?;
                let at = Timestamp(at.timestamp().as_millisecond());
                if at > now {
                    return Some(at);
                }
                date = date.tomorrow().ok()?;
            }
        };
        // Beyond the year 9999 nobody plays.
        next().unwrap_or(Timestamp(now.0.saturating_add(DAY_MS)))
    }

    /// When the month began there.
    pub fn month_start(&self, now: Timestamp) -> Timestamp {
        month_start(&self.rules(), now)
    }

    fn rules(&self) -> TimeZone {
        tz::db().get(&self.zone).unwrap_or(TimeZone::UTC)
    }
}

/// When the month began in UTC.
pub fn month_start_in_utc(now: Timestamp) -> Timestamp {
    month_start(&TimeZone::UTC, now)
}

fn month_start(zone: &TimeZone, now: Timestamp) -> Timestamp {
    let start = || {
        let today = jiff::Timestamp::from_millisecond(now.0).ok()?.to_zoned(zone.clone()).date();
        let first = today.first_of_month().to_zoned(zone.clone()).ok()?;
        Some(Timestamp(first.timestamp().as_millisecond()))
    };
    start().unwrap_or(Timestamp(now.0.saturating_sub(30 * DAY_MS)))
}

/// A letter of a time, in ASCII.
fn plain(letter: char) -> char {
    match digit_value(letter).and_then(|value| char::from_digit(value, 10)) {
        Some(digit) => digit,
        None if letter == '：' => ':',
        None => letter,
    }
}

/// `am` or `pm` at the beginning, and the rest.
fn half_of_day(text: &str) -> (Option<bool>, &str) {
    for (name, is_afternoon) in [("am", false), ("pm", true)] {
        let Some(head) = text.get(..name.len()).filter(|head| head.eq_ignore_ascii_case(name)) else {
            continue;
        };
        let rest = &text[head.len()..];
        if !rest.starts_with(char::is_alphanumeric) {
            return (Some(is_afternoon), rest.trim_start());
        }
    }
    (None, text)
}

/// Minutes since midnight.
fn minute_of(clock: &str, is_afternoon: Option<bool>) -> Option<u16> {
    let (hours, minutes) = clock.split_once([':', '.']).unwrap_or((clock, "00"));
    let number = |text: &str| text.parse::<u16>().ok().filter(|_| text.len() <= 2);
    let (hours, minutes) = (number(hours)?, number(minutes).filter(|_| minutes.len() == 2)?);
    let hours = match is_afternoon {
        None => hours,
        Some(is_afternoon) if (1..=12).contains(&hours) => hours % 12 + if is_afternoon { 12 } else { 0 },
        Some(_) => return None,
    };
    (hours <= 23 && minutes <= 59).then_some(hours * 60 + minutes)
}

/// The zone of a name, in any case; the name of its city alone will do. Otherwise the nearest name, if one is near.
fn zone_named(written: &str) -> Result<String, Option<String>> {
    let wanted = shortened(written).to_lowercase();
    let wanted = wanted.split(|c: char| c.is_whitespace() || c == '_').collect::<Vec<_>>().join("_");
    let names: Vec<String> = tz::db().available().map(|name| name.as_str().to_owned()).collect();
    // `Etc/GMT+3` is three hours west of Greenwich: nobody who writes GMT+3 means that.
    let with_city = || names.iter().filter(|name| name.contains('/') && !name.starts_with("Etc/"));
    let same = names.iter().find(|name| name.to_lowercase() == wanted);
    if let Some(name) = same.or_else(|| with_city().find(|name| city(name) == wanted)) {
        return Ok(name.clone());
    }
    let alike = |name: &str| {
        let whole = strsim::normalized_damerau_levenshtein(&wanted, &name.to_lowercase());
        whole.max(strsim::normalized_damerau_levenshtein(&city(&wanted), &city(name)))
    };
    let nearest = with_city().map(|name| (alike(name), name)).max_by(|(a, _), (b, _)| a.total_cmp(b));
    Err(nearest.filter(|(alike, _)| *alike >= ALIKE).map(|(_, name)| name.clone()))
}

/// The last part of a zone's name, in lower case.
fn city(name: &str) -> String {
    name.rsplit('/').next().unwrap_or(name).to_lowercase()
}

fn shortened(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HOUR: i64 = 60 * 60 * 1_000;

    fn time(text: &str) -> DailyTime {
        DailyTime::parse(text).unwrap_or_else(|error| panic!("{text}: {error:?}"))
    }

    /// A time in UTC, as `2026-03-29T01:30:00Z`.
    fn utc(text: &str) -> Timestamp {
        Timestamp(text.parse::<jiff::Timestamp>().expect("a time").as_millisecond())
    }

    fn shown(at: Timestamp) -> String {
        jiff::Timestamp::from_millisecond(at.0).expect("a time").to_string()
    }

    #[test]
    fn a_time_is_read_as_people_write_it() {
        #[track_caller]
        fn check(text: &str, clock: &str, zone: &str) {
            let time = time(text);
            assert_eq!((time.clock().as_str(), time.zone()), (clock, zone), "{text}");
        }
        check("09:00 Europe/Kyiv", "09:00", "Europe/Kyiv");
        check("9 europe/kyiv", "09:00", "Europe/Kyiv");
        check("9.30 New York", "09:30", "America/New_York");
        check("9pm berlin", "21:00", "Europe/Berlin");
        check("12 am UTC", "00:00", "UTC");
        check("9 AM America/Sao_Paulo", "09:00", "America/Sao_Paulo");
        check("23:59", "23:59", "UTC");
        check("٠٩:٣٠ Asia/Riyadh", "09:30", "Asia/Riyadh");
        check("۰۹:۳۰ Tehran", "09:30", "Asia/Tehran");
        check("０９：３０ Tokyo", "09:30", "Asia/Tokyo");
        check("\u{200f}09:00 Amman", "09:00", "Asia/Amman");
        check("9 Amsterdam", "09:00", "Europe/Amsterdam");
    }

    #[test]
    fn an_invalid_time_or_zone_is_named() {
        for text in
            ["", "noon", "25:00", "24:00", "9:60", "9:5", "13 pm", "0 am", "123", "9:000", "-1", "9:", ":"]
        {
            let error = DailyTime::parse(text);
            assert!(matches!(error, Err(DailyTimeError::NoTime { .. })), "{text}: {error:?}");
        }
        #[track_caller]
        fn check(text: &str, expected: Option<&str>) {
            let Err(DailyTimeError::NoZone { nearest, written, .. }) = DailyTime::parse(text) else {
                panic!("there is a zone {text}")
            };
            assert!(written.chars().count() <= LONGEST);
            assert_eq!(nearest.as_deref(), expected, "{text}");
        }
        check("9:00 Europe/Kyev", Some("Europe/Kyiv"));
        check("9:00 Amercia/New_York", Some("America/New_York"));
        check("9:00 GMT+3", None);
        check("9:00 +03:00", None);
        check(&format!("9:00 {}", "x".repeat(4_096)), None);
    }

    #[test]
    fn it_comes_at_the_same_time_of_day_when_the_clocks_change() {
        let time = time("09:00 Europe/Kyiv");
        assert_eq!(shown(time.next(utc("2026-10-24T05:59:59Z"))), "2026-10-24T06:00:00Z");
        assert_eq!(shown(time.next(utc("2026-10-24T06:00:00Z"))), "2026-10-25T07:00:00Z");
        assert_eq!(shown(time.next(utc("2027-03-27T12:00:00Z"))), "2027-03-28T06:00:00Z");
    }

    #[test]
    fn a_time_that_the_clocks_jump_over_comes_as_much_later() {
        // 3:00 is 4:00 on that night.
        let time = time("3:30 Europe/Kyiv");
        assert_eq!(shown(time.next(utc("2026-03-28T12:00:00Z"))), "2026-03-29T01:30:00Z");
        assert_eq!(shown(time.next(utc("2026-03-29T01:30:00Z"))), "2026-03-30T00:30:00Z");
    }

    #[test]
    fn of_a_time_that_comes_twice_it_is_the_first() {
        // 4:00 is 3:00 on that night.
        let time = time("3:30 Europe/Kyiv");
        let first = time.next(utc("2026-10-24T12:00:00Z"));
        assert_eq!(shown(first), "2026-10-25T00:30:00Z");
        assert_eq!(shown(time.next(first)), "2026-10-26T01:30:00Z");
        assert_eq!(shown(time.next(utc("2026-10-25T01:00:00Z"))), "2026-10-26T01:30:00Z");
    }

    #[test]
    fn a_day_that_a_place_left_out_has_none() {
        // Samoa went from 29 to 31 December 2011.
        let time = time("09:00 Pacific/Apia");
        let first = time.next(utc("2011-12-29T00:00:00Z"));
        assert_eq!(shown(first), "2011-12-29T19:00:00Z");
        assert_eq!(shown(time.next(first)), "2011-12-30T19:00:00Z");
    }

    #[test]
    fn a_month_begins_where_the_place_is() {
        let now = utc("2026-05-31T22:00:00Z");
        assert_eq!(shown(time("9 Kyiv").month_start(now)), "2026-05-31T21:00:00Z");
        assert_eq!(shown(time("9 New York").month_start(now)), "2026-05-01T04:00:00Z");
        assert_eq!(shown(month_start_in_utc(now)), "2026-05-01T00:00:00Z");
    }

    proptest! {
        #[test]
        fn in_every_zone_it_comes_once_a_day(zone in any::<prop::sample::Index>(), minute in 0..1_440_u16, day in 0..20_000_i64) {
            let zones: Vec<String> = tz::db().available().map(|name| name.as_str().to_owned()).collect();
            let time = DailyTime { minute, zone: zones[zone.index(zones.len())].clone() };
            let mut now = Timestamp(day * DAY_MS);
            for _ in 0..3 {
                let next = time.next(now);
                prop_assert!(next > now);
                // A place may leave out a day or have it twice, and its clocks jump by two hours at most.
                prop_assert!(next.0 - now.0 <= 2 * DAY_MS + 2 * HOUR, "{:?} after {}", next, shown(now));
                now = next;
            }
        }

        #[test]
        fn whatever_is_written_is_read_or_refused(text in r"[0-9٠-٩:. apm]{0,8}\PC{0,30}") {
            if let Ok(time) = DailyTime::parse(&text) {
                prop_assert!(time.minute < 24 * 60 && tz::db().get(time.zone()).is_ok());
            }
        }
    }
}
