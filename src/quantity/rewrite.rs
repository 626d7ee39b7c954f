//! Numbers and dates in the notation of others: for the quiz, where wrong options must look like the right one.

use super::locale::ENGLISH_MONTHS;
use super::{Locales, Quantity};
use crate::language::digit_value;

impl Locales {
    fn has_decimal_comma(&self) -> bool {
        self.0.first().is_some_and(|locale| locale.has_decimal_comma)
    }

    /// Digits with their marks as English writes them: "1 500,5" is "1,500.5".
    pub fn digits_in_english(&self, written: &str) -> String {
        let letters: Vec<char> = written.chars().collect();
        let mut english = String::new();
        for (place, letter) in letters.iter().enumerate() {
            let n_digits = letters[place + 1..].iter().take_while(|it| digit_value(**it).is_some()).count();
            match digit_value(*letter) {
                Some(digit) => english.extend(char::from_digit(digit, 10)),
                None => english.push(match letter {
                    '٫' => '.',
                    ',' if self.has_decimal_comma() => '.',
                    '.' if self.has_decimal_comma() && n_digits == 3 => ',',
                    '.' => '.',
                    _ => ',',
                }),
            }
        }
        english
    }

    /// English digits in the script and with the marks of others: "1,500.5" like "2 300,7" is "1 500,5".
    pub fn digits_like(&self, english: &str, written: &str) -> String {
        let is_digit = |letter: &char| digit_value(*letter).is_some();
        let first = written.chars().find(is_digit).unwrap_or('0');
        let zero = u32::from(first) - digit_value(first).unwrap_or_default();
        let decimal = if written.contains('٫') {
            '٫'
        } else if self.has_decimal_comma() {
            ','
        } else {
            '.'
        };
        let groups = written.chars().find(|it| !is_digit(it) && *it != decimal);
        let group = groups.unwrap_or(if self.has_decimal_comma() { ' ' } else { ',' });
        let letter = |letter: char| match letter.to_digit(10) {
            Some(digit) => char::from_u32(zero + digit).unwrap_or(letter),
            None if letter == ',' => group,
            None => decimal,
        };
        english.chars().map(letter).collect()
    }

    /// Another day or month in the notation of this one: "15 марта 2024" for "5 мая 2023". It may read as something else:
    /// the caller must check that. `None` if the parts of the date are not found.
    pub fn date_like(&self, notation: &str, from: Quantity, to: Quantity) -> Option<String> {
        let parts = |date: Quantity| {
            let value = usize::try_from(date.value.floor()).ok()?;
            Some((value / 10_000, value / 100 % 100, value % 100))
        };
        let ((year, month, day), (to_year, to_month, to_day)) = (parts(from)?, parts(to)?);
        let named = self.with_month(notation, month, to_month);
        let text = named.as_deref().unwrap_or(notation);
        let runs = digit_runs(text);
        let value =
            |run: &std::ops::Range<usize>| self.digits_in_english(&text[run.clone()]).parse::<usize>().ok();
        let of_year = runs.iter().position(|run| value(run) == Some(year))?;
        let mut others: Vec<usize> = (0..runs.len()).filter(|it| *it != of_year).collect();
        // Year first: year, month, day; else the month is the second of the two.
        let of_month = match (&named, others.len(), of_year) {
            (Some(_), ..) => None,
            (None, 2, 0) | (None, 1, _) => Some(others.remove(0)),
            (None, 2, _) => Some(others.remove(1)),
            _ => return None,
        };
        let new = |place: usize| {
            let number = match place {
                it if it == of_year => to_year,
                it if Some(it) == of_month => to_month,
                _ if day > 0 => to_day,
                _ => return None,
            };
            let written = &text[runs[place].clone()];
            let width = if written.starts_with(|it| digit_value(it) == Some(0)) { 2 } else { 1 };
            Some(self.digits_like(&format!("{number:0>width$}"), written))
        };
        let mut rewritten = String::new();
        let mut end = 0;
        for (place, run) in runs.iter().enumerate() {
            rewritten.push_str(&text[end..run.start]);
            rewritten.push_str(&new(place)?);
            end = run.end;
        }
        rewritten.push_str(&text[end..]);
        Some(rewritten)
    }

    /// The text with the name of one month replaced by another's, in the same form of the word.
    fn with_month(&self, text: &str, from: usize, to: usize) -> Option<String> {
        let lower = text.to_lowercase();
        let sets =
            self.0.iter().flat_map(|locale| &locale.months).map(|months| months.split_whitespace().collect());
        let english = ENGLISH_MONTHS.to_vec();
        let mut forms: Vec<(String, &str)> = sets
            .chain([english])
            .filter_map(|months: Vec<&str>| {
                Some((months.get(from - 1)?.to_lowercase(), *months.get(to - 1)?))
            })
            .collect();
        forms.sort_by_key(|(from, _)| std::cmp::Reverse(from.len()));
        let (start, from, to) =
            forms.iter().find_map(|(from, to)| Some((lower.find(from.as_str())?, from, to)))?;
        let end = start + from.len();
        // The lower case may be longer or shorter than the original, if only for a few letters.
        let is_capital = text.get(start..end)?.starts_with(char::is_uppercase);
        let mut letters = to.chars();
        let first = letters.next()?;
        let to: String =
            if is_capital { first.to_uppercase().chain(letters).collect() } else { (*to).to_lowercase() };
        Some(format!("{}{to}{}", &text[..start], &text[end..]))
    }
}

/// The runs of digits in a text.
fn digit_runs(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut runs: Vec<std::ops::Range<usize>> = Vec::new();
    for (start, letter) in text.char_indices().filter(|(_, letter)| digit_value(*letter).is_some()) {
        let end = start + letter.len_utf8();
        match runs.last_mut() {
            Some(run) if run.end == start => run.end = end,
            _ => runs.push(start..end),
        }
    }
    runs
}
