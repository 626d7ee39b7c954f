//! Closest guess: people send numbers, and the nearest one wins.

use serde::{Deserialize, Serialize};

use crate::quantity::{Locales, Quantity, Unit, quantities};

/// A message longer than this many characters is talk, not a guess.
const MAX_GUESS: usize = 60;

/// A guess this many times larger or smaller than the answer is a joke: it is not ranked, and never wins.
const JOKE_FACTOR: f64 = 100.0;

/// A solo player is right within this fraction of the answer.
const CLOSE: f64 = 0.1;

/// A solo player who guesses a day is right within half a year, and a year within this many years.
const CLOSE_DAYS: f64 = 183.0;
const CLOSE_YEARS: f64 = 3.0;

/// A number that somebody sent, and how near it came. (The short names keep a stored round small.)
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guess {
    /// As it was written.
    #[serde(rename = "n")]
    pub text: String,
    /// How far off it is, as the bits of a non-negative number: these sort as the numbers do.
    #[serde(rename = "d")]
    distance: u64,
    /// So far off that it is not serious: it never wins.
    #[serde(rename = "j", default, skip_serializing_if = "std::ops::Not::not")]
    pub is_joke: bool,
    /// Near enough to count for a solo player.
    #[serde(rename = "c", default, skip_serializing_if = "std::ops::Not::not")]
    pub is_close: bool,
}

impl Guess {
    /// Reads a message as a guess; `None` if it is not one: without a number, with several, too long, or a question.
    pub fn read(text: &str, answer: &str, locales: &Locales) -> Option<Guess> {
        let text = text.trim();
        if text.chars().count() > MAX_GUESS || text.contains(['?', '？', '؟']) {
            return None;
        }
        let found = quantities(text, locales);
        let [only] = found.as_slice() else { return None };
        let text = text.get(only.span.clone())?;
        let (mut distance, mut is_joke, mut is_close) = (f64::INFINITY, true, false);
        if let Some((right, sent, measure)) = measured(answer, text, locales) {
            distance = (sent - right).abs();
            let factor = sent / right;
            let is_plausible = (1.0 / JOKE_FACTOR..=JOKE_FACTOR).contains(&factor);
            is_joke = measure == Measure::Number && right != 0.0 && !is_plausible;
            is_close = distance
                <= match measure {
                    Measure::Days => CLOSE_DAYS,
                    Measure::Number if is_year(right) => CLOSE_YEARS,
                    Measure::Number => CLOSE * right.abs(),
                };
        }
        Some(Guess { text: text.to_owned(), distance: distance.to_bits(), is_joke, is_close })
    }

    /// Sorts the nearest first, and jokes last.
    pub(super) fn rank(&self) -> (bool, u64) {
        (self.is_joke, self.distance)
    }
}

/// How a number is to be written, from the answer: "$5 billion" gives "$… billion". `None` for dates, and for numbers
/// in words.
pub fn blank(answer: &str, locales: &Locales) -> Option<String> {
    if single(answer, locales)?.unit == Unit::Date {
        return None;
    }
    let digits = digits(answer)?;
    Some(format!("{}…{}", &answer[..digits.start], &answer[digits.end..]))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Measure {
    Number,
    Days,
}

/// Both as numbers on one scale; `None` where they cannot be compared, such as a price and a date.
///
/// A bare number is in the unit of the answer, and also in its thousands or billions if it is small: to "$5 billion",
/// "7" means seven billion, and "7,000,000,000" is taken literally.
fn measured(answer: &str, guess: &str, locales: &Locales) -> Option<(f64, f64, Measure)> {
    let (right, sent) = (single(answer, locales)?, single(guess, locales)?);
    let (value, number) = (size(right), size(sent));
    let scale = mantissa(answer).filter(|mantissa| *mantissa != 0.0).map_or(1.0, |it| value / it);
    let is_bare = sent.unit == Unit::Plain && mantissa(guess).is_some_and(|it| it == number.abs());
    let pair = match (right.unit, sent.unit) {
        (Unit::Date, Unit::Date) => (days(value)?, days(number)?, Measure::Days),
        (Unit::Date, Unit::Plain) if is_year(number) => {
            (days(value)?, days(number * 10_000.0)?, Measure::Days)
        }
        (Unit::Plain, Unit::Date) => (value, (number / 10_000.0).floor(), Measure::Number),
        (Unit::Seconds | Unit::Months, Unit::Seconds | Unit::Months) => {
            (seconds(right), seconds(sent), Measure::Number)
        }
        (Unit::Seconds | Unit::Months, Unit::Plain) => {
            (seconds(right), seconds(right) / value * number * scale, Measure::Number)
        }
        (_, Unit::Plain) if is_bare && scale >= 1_000.0 && number.abs() < (scale / 1_000.0).max(1_000.0) => {
            (value, number * scale, Measure::Number)
        }
        (Unit::Date, _) | (_, Unit::Date | Unit::Seconds | Unit::Months) => return None,
        (Unit::Currency(_), Unit::Currency(_)) | (_, Unit::Plain) | (Unit::Plain, _) => {
            (value, number, Measure::Number)
        }
        (one, other) if one == other => (value, number, Measure::Number),
        _ => return None,
    };
    Some(pair)
}

fn single(text: &str, locales: &Locales) -> Option<Quantity> {
    match quantities(text, locales).as_slice() {
        [only] => Some(only.quantity),
        _ => None,
    }
}

fn size(quantity: Quantity) -> f64 {
    quantity.value.numerator() as f64 / quantity.value.denominator() as f64
}

fn seconds(quantity: Quantity) -> f64 {
    /// A twelfth of a Gregorian year, 365.2425 days.
    const MONTH: f64 = 2_629_746.0;
    if quantity.unit == Unit::Months { size(quantity) * MONTH } else { size(quantity) }
}

fn is_year(number: f64) -> bool {
    (1_000.0..=2_200.0).contains(&number) && number.fract() == 0.0
}

/// About how many days a date, `yyyymmdd`, is after the year 0. A missing part is taken from the middle.
fn days(date: f64) -> Option<f64> {
    let date = if date.abs() < 1e9 { date as i64 } else { return None };
    let (year, month, day) = (date / 10_000, date / 100 % 100, date % 100);
    let month_days = match (month, day) {
        (0, _) => 182.0,
        (month, 0) => (month - 1) as f64 * 30.44 + 15.0,
        (month, day) => (month - 1) as f64 * 30.44 + day as f64,
    };
    Some(year as f64 * 365.2425 + month_days)
}

/// The first number in digits of a text, as written: the 5 of "$5 billion".
fn mantissa(text: &str) -> Option<f64> {
    let written = &text[digits(text)?];
    // A comma between groups of three digits only separates them; any other is a decimal point.
    let groups: Vec<&str> = written.split([',', '\'', '’', '_', ' ', '\u{a0}', '\u{202f}']).collect();
    let separates = groups.len() > 1
        && groups[1..].iter().all(|group| group.split('.').next().is_some_and(|it| it.len() == 3));
    let number = if separates { groups.concat() } else { written.replace(',', ".") };
    number.parse().ok()
}

/// The place of the first number in digits.
fn digits(text: &str) -> Option<std::ops::Range<usize>> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let is_part = |c: char| c.is_ascii_digit() || ".,'’_ \u{a0}\u{202f}".contains(c);
    let end = text[start..].find(|c| !is_part(c)).map_or(text.len(), |at| start + at);
    let written = text[start..end].trim_end_matches(|c: char| !c.is_ascii_digit());
    Some(start..start + written.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, answer: &str) -> Guess {
        Guess::read(text, answer, &Locales::default()).unwrap_or_else(|| panic!("{text} is no guess"))
    }

    #[test]
    fn a_guess_is_a_short_message_with_one_number() {
        #[track_caller]
        fn check(text: &str, expected: Option<&str>) {
            let guess = Guess::read(text, "$5 billion", &Locales::default());
            assert_eq!(guess.as_ref().map(|guess| guess.text.as_str()), expected, "{text}");
        }
        check("5", Some("5"));
        check("  about $4.5bn I think!", Some("$4.5bn"));
        check("five billion dollars", Some("five billion dollars"));
        check("September 2023", Some("September 2023"));
        check("no idea", None);
        check("5 or 6", None);
        check("is it 5?", None);
        check("", None);
        check(&"9".repeat(4_096), None);
        check(&"9".repeat(60), None);
    }

    #[test]
    fn guesses_are_read_in_the_notation_of_the_answer() {
        #[track_caller]
        fn check(answer: &str, guess: &str, expected: f64) {
            let (_, number, _) = measured(answer, guess, &Locales::default())
                .unwrap_or_else(|| panic!("{guess} for {answer}"));
            assert!((number - expected).abs() <= expected.abs() * 1e-9, "{guess} for {answer}: {number}");
        }
        check("$5 billion", "7", 7e9);
        check("$5 billion", "7,5", 7.5e9);
        check("$5 billion", "7,000,000,000", 7e9);
        check("$5 billion", "900 million", 9e8);
        check("$5 billion", "€6bn", 6e9);
        check("$5 billion", "six billion", 6e9);
        check("$1,200", "900", 900.0);
        check("20:1", "15", 15.0);
        check("20:1", "15x", 15.0);
        check("30%", "25", 25.0);
        check("2023", "May 2021", 2021.0);
        check("10 years", "8", 8.0 * 12.0 * 2_629_746.0);
        check("90 minutes", "2 hours", 7_200.0);
        check("90 minutes", "60", 3_600.0);
        assert_eq!(measured("$5 billion", "5 years", &Locales::default()), None);
        assert_eq!(measured("September 2023", "$5", &Locales::default()), None);
    }

    #[test]
    fn the_nearest_guess_wins_and_jokes_never_do() {
        #[track_caller]
        fn nearer(answer: &str, one: &str, other: &str) {
            let rank = |text| read(text, answer).rank();
            assert!(rank(one) < rank(other), "{one} is nearer to {answer} than {other}");
        }
        nearer("$5 billion", "4", "7");
        nearer("$5 billion", "$5.1bn", "$4.8 billion");
        nearer("$5 billion", "400 billion", "$1");
        nearer("$5 billion", "400 billion", "-5");
        nearer("September 2023", "2023-10-01", "2022");
        nearer("2023", "2020", "1999");
        assert_eq!(read("4", "$5 billion").rank(), read("6", "$5 billion").rank());
        assert!(["0", "$1", "5 years"].into_iter().all(|text| read(text, "$5 billion").is_joke));
        assert!(!read("100", "$5 billion").is_joke);
    }

    #[test]
    fn alone_a_tenth_is_close_enough() {
        #[track_caller]
        fn check(answer: &str, guess: &str, expected: bool) {
            assert_eq!(read(guess, answer).is_close, expected, "{guess} for {answer}");
        }
        check("$100 billion", "91", true);
        check("$100 billion", "89", false);
        check("2023", "2021", true);
        check("2023", "2010", false);
        check("September 2023", "2023", true);
        check("September 2023", "2021", false);
    }

    #[test]
    fn a_blank_shows_how_to_write_it() {
        assert_eq!(blank("$5 billion", &Locales::default()).as_deref(), Some("$… billion"));
        assert_eq!(blank("over $1,200", &Locales::default()).as_deref(), Some("over $…"));
        assert_eq!(blank("20:1", &Locales::default()).as_deref(), Some("…:1"));
        assert_eq!(blank("September 2023", &Locales::default()), None);
    }
}
