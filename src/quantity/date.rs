//! Months and days of a year, in words and in digits.

use super::rational::Rational;
use super::tokens::{Token, TokenKind, joined};
use super::{Quantity, Reading, Unit};

/// A date that begins at `index`, and the index after it. A year alone is a plain number.
pub(super) fn read(tokens: &[Token<'_>], index: usize) -> Option<(Reading, usize)> {
    let token = tokens.get(index)?;
    if token.is_digits() {
        let within = token.glued()
            && index > 0
            && !matches!(tokens[index - 1].kind, TokenKind::Symbol('(' | '"' | '“' | '['));
        if within {
            None
        } else {
            in_digits(tokens, index).or_else(|| day_first(tokens, index)).or_else(|| eastern(tokens, index))
        }
    } else {
        if let Some(found) = numbered(tokens, index) {
            return Some(found);
        }
        let (month, next) = month(tokens, index)?;
        if let Some((year, next)) = year(tokens, next) {
            return Some((date(year, month, 0), next));
        }
        let (day, next) = day(tokens, next)?;
        let (year, next) = year(tokens, next)?;
        Some((date(year, month, day), next))
    }
}

fn date(year: u32, month: u32, day: u32) -> Reading {
    Reading::Quantity(Quantity {
        value: Rational::whole(year * 10_000 + month * 100 + day),
        unit: Unit::Date,
    })
}

/// "25 September 2023", "25th of September, 2023".
fn day_first(tokens: &[Token<'_>], index: usize) -> Option<(Reading, usize)> {
    let (day, next) = day(tokens, index)?;
    let of = tokens.get(next).is_some_and(|token| token.word == "of");
    // "25-Sep-2023", and "25. September 2023" as in German.
    let hyphen = tokens.get(next).is_some_and(|token| token.is_symbol('-') || token.is_symbol('.'));
    let (month, next) = month(tokens, next + usize::from(of || hyphen))?;
    let (year, next) = year(tokens, next)?;
    Some((date(year, month, day), next))
}

/// "2023年9月25日", "2023년 9월": the Chinese, Japanese and Korean order.
fn eastern(tokens: &[Token<'_>], index: usize) -> Option<(Reading, usize)> {
    let word = |at: usize| tokens.get(at).map_or("", |token| token.word.as_ref());
    let year = full_year(tokens.get(index)?).filter(|_| word(index + 1) == "year")?;
    let month = tokens.get(index + 2)?.small_number().filter(|month| (1..=12).contains(month))?;
    if word(index + 3) != "月" {
        return None;
    }
    let day = tokens.get(index + 4).and_then(Token::small_number).filter(|day| (1..=31).contains(day));
    match day.filter(|_| word(index + 5) == "日") {
        Some(day) => Some((date(year, month, day), index + 6)),
        None => Some((date(year, month, 0), index + 4)),
    }
}

/// "ngày 25 tháng 9 năm 2023", "tháng 9 năm 2023": day, month and year by number, as in Vietnamese.
fn numbered(tokens: &[Token<'_>], index: usize) -> Option<(Reading, usize)> {
    let after = |name: &str, at: usize| {
        let named = tokens.get(at).is_some_and(|token| token.word == name);
        tokens.get(at + 1).filter(|_| named)?.small_number()
    };
    let day = after("day", index);
    let at = if day.is_some() { index + 2 } else { index };
    let month = after("month", at).filter(|month| (1..=12).contains(month))?;
    after("year", at + 2)?;
    let year = full_year(tokens.get(at + 3)?)?;
    Some((date(year, month, day.filter(|day| *day <= 31).unwrap_or_default()), at + 4))
}

/// "25", "25th".
fn day(tokens: &[Token<'_>], index: usize) -> Option<(u32, usize)> {
    let day = tokens.get(index)?;
    let number = day.small_number().filter(|number| day.text.len() <= 2 && (1..=31).contains(number))?;
    match tokens.get(index + 1) {
        Some(next) if next.glued() && matches!(next.word.as_ref(), "st" | "nd" | "rd" | "th") => {
            Some((number, index + 2))
        }
        Some(next) if next.glued() && next.kind == TokenKind::Word => None,
        _ => Some((number, index + 1)),
    }
}

/// "2023" or "'23", after what may join it to a month: a comma, a hyphen, a slash, "of".
fn year(tokens: &[Token<'_>], index: usize) -> Option<(u32, usize)> {
    let joins = tokens.get(index).is_some_and(|token| {
        token.word == "of" || matches!(token.kind, TokenKind::Symbol(',' | '-' | '/' | '.'))
    });
    let index = index + usize::from(joins);
    let token = tokens.get(index)?;
    if matches!(token.kind, TokenKind::Symbol('\'' | '’' | '‘')) {
        let digits = tokens.get(index + 1).filter(|digits| digits.glued() && digits.text.len() == 2)?;
        return Some((2000 + digits.small_number()?, index + 2));
    }
    full_year(token).map(|year| (year, index + 1))
}

fn full_year(token: &Token<'_>) -> Option<u32> {
    token.small_number().filter(|year| token.text.len() == 4 && (1900..=2100).contains(year))
}

/// The months of a year, in their order.
pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A month by name, in full or short, with the full stop of its short form.
fn month(tokens: &[Token<'_>], index: usize) -> Option<(u32, usize)> {
    let word = tokens.get(index)?.word.as_ref();
    let position = MONTHS
        .iter()
        .position(|month| month.eq_ignore_ascii_case(word) || month[..3].eq_ignore_ascii_case(word));
    let position = if word == "sept" { 8 } else { position? };
    let dotted = tokens.get(index + 1).is_some_and(|dot| dot.is_symbol('.') && dot.glued());
    Some((position as u32 + 1, index + 1 + usize::from(dotted)))
}

/// "2023-09", "2023-09-25", "09/2023", "25.09.2023", "09/25/2023".
///
/// In "12/11/2023" it is unclear which is the day: that is not a date, nor three numbers.
fn in_digits(tokens: &[Token<'_>], index: usize) -> Option<(Reading, usize)> {
    let (parts, sign) = parts(tokens, index)?;
    let next = index + 2 * parts.len() - 1;
    let short = |token: &Token<'_>| token.small_number().filter(|_| token.text.len() <= 2);
    let (year, month, day) = match parts.as_slice() {
        [first, second] => match (full_year(first), full_year(second)) {
            (Some(year), None) if sign != '.' => (year, short(second)?, 0),
            // "9.2023" is a decimal.
            (None, Some(year)) if sign != '.' || first.text.len() == 2 => (year, short(first)?, 0),
            _ => return None,
        },
        [first, second, third] => match (full_year(first), full_year(third)) {
            (Some(year), None) => (year, short(second)?, short(third)?),
            (None, Some(year)) => match (short(first)?, short(second)?) {
                (day, month) if sign == '.' || day > 12 || day == month => (year, month, day),
                (month, day) if day > 12 => (year, month, day),
                _ => return Some((Reading::Other, next)),
            },
            _ => return None,
        },
        _ => return None,
    };
    let valid = (1..=12).contains(&month) && day <= 31 && (parts.len() == 2 || day > 0);
    valid.then(|| (date(year, month, day), next))
}

/// Two or more runs of digits glued by one sign.
fn parts<'a, 't>(tokens: &'a [Token<'t>], index: usize) -> Option<(Vec<&'a Token<'t>>, char)> {
    let TokenKind::Symbol(sign @ ('-' | '/' | '.')) = tokens.get(index + 1)?.kind else { return None };
    let parts = joined(tokens, index + 1, sign);
    Some((parts, sign))
}
