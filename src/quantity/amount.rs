//! Everything but dates: money, shares, ratios, time spans, bare numbers.

use super::numeral::{Numeral, digits, fraction, scale, scale_word, small_number_word, word, words};
use super::rational::Rational;
use super::tokens::{Token, TokenKind, joined};
use super::{Currency, Quantity, Reading, Unit, units};

/// What begins at `index`, and the index after it. The first number of a range has the scale and the unit of the second.
pub(super) fn read(tokens: &[Token<'_>], index: usize) -> Option<(Reading, usize)> {
    let (reading, next) = read_one(tokens, index)?;
    Some((range(tokens, reading, next).unwrap_or(reading), next))
}

/// The first number of "5–10%", "$5-10 billion", "6-12 months", where `next` is the index of the dash.
fn range(tokens: &[Token<'_>], first: Reading, next: usize) -> Option<Reading> {
    let Reading::Quantity(first) = first else { return None };
    let dash = tokens.get(next).filter(|dash| dash.is_symbol('-') || dash.is_symbol('–'))?;
    if !tokens[next - 1].is_digits() || !dash.glued() || !tokens.get(next + 1)?.glued() {
        return None;
    }
    let (Reading::Quantity(second), _) = read_one(tokens, next + 1)? else { return None };
    let start = units::currency_before(tokens, next + 1).map_or(next + 1, |(_, start)| start);
    let Some(Numeral::Value(number, _)) = digits(tokens, start) else { return None };
    if first.value >= number {
        return None;
    }
    let unit = match (first.unit, second.unit) {
        (_, Unit::Ratio | Unit::Date) => return None,
        (Unit::Plain, unit) => unit,
        (unit, other) if other == unit || other == Unit::Plain => unit,
        _ => return None,
    };
    Some(quantity(first.value.times(second.value.divided_by(number)?)?, unit))
}

fn read_one(tokens: &[Token<'_>], index: usize) -> Option<(Reading, usize)> {
    let (negative, start) = sign(tokens, index);
    let (currency, start) = match units::currency_before(tokens, start) {
        Some((currency, next)) => (Some(currency), next),
        None => (None, start),
    };
    let (value, next) = match digits(tokens, start) {
        Some(Numeral::NoNumber(next)) => return Some((Reading::Other, next)),
        Some(Numeral::Value(value, next)) => {
            if let Some(next) = other(tokens, start, next) {
                return Some((Reading::Other, next));
            }
            (value, next)
        }
        None => match fold(tokens, start) {
            Some(found) => return Some(found),
            None => words(tokens, start, |at| currency.is_some() || units::after(tokens, at).is_some())?,
        },
    };
    if currency.is_none()
        && let Some((value, next)) = ratio(tokens, value, next)
    {
        return Some((quantity(value, Unit::Ratio), next));
    }
    let in_digits = tokens[next - 1].is_digits();
    let (value, next) = scaled(tokens, value, next)?;
    // "3rd", "2fa", "4o": digits with letters of their own are names.
    let ends_glued = tokens.get(next).is_some_and(|token| token.kind == TokenKind::Word && token.glued());
    let unit = match currency {
        Some(currency) => match units::after(tokens, next) {
            Some((unit, _, after)) if unit == Unit::Currency(currency) => {
                Some((unit, Rational::whole(1), after))
            }
            _ => Some((Unit::Currency(currency), Rational::whole(1), next)),
        },
        None => units::after(tokens, next).filter(|(_, _, after)| !is_year(tokens, start, *after)),
    };
    let (unit, one, after) = match unit {
        Some((_, _, after)) if after == next && ends_glued => return Some((Reading::Other, next + 1)),
        Some(unit) => unit,
        None if ends_glued && (in_digits || tokens[next - 1].glued()) => {
            return Some((Reading::Other, next + 1));
        }
        None => (Unit::Plain, Rational::whole(1), next),
    };
    let value = value.times(one)?;
    if let Unit::Currency(currency) = unit
        && let Some(after) = for_every_one(tokens, currency, after)
    {
        return Some((quantity(value, Unit::Ratio), after));
    }
    Some((quantity(if negative { value.negated() } else { value }, unit), after))
}

/// Whether these are a year and the word for it, as in many languages: "2023 год", "2023年". Not so in English.
fn is_year(tokens: &[Token<'_>], start: usize, after: usize) -> bool {
    let [number, unit] = &tokens[start..after] else { return false };
    let is_foreign = unit.word == "year" && !unit.text.to_lowercase().starts_with("year");
    is_foreign
        && number.text.len() == 4
        && number.small_number().is_some_and(|it| (1900..=2100).contains(&it))
}

fn quantity(value: Rational, unit: Unit) -> Reading {
    Reading::Quantity(Quantity { value, unit })
}

/// A minus sign that belongs to the number: glued to it, and to nothing before it.
fn sign(tokens: &[Token<'_>], index: usize) -> (bool, usize) {
    match tokens.get(index..index + 2) {
        Some([minus, next])
            if (minus.is_symbol('-') || minus.is_symbol('−'))
                && !minus.glued()
                && next.glued()
                && next.kind != TokenKind::Word =>
        {
            (true, index + 1)
        }
        _ => (false, index),
    }
}

/// Where digits from `start` to `next` are not a number but part of a name ("S3", "GPT-4"), a time of day ("10:30") or
/// a fraction ("1/2"): the index after all of it.
fn other(tokens: &[Token<'_>], start: usize, next: usize) -> Option<usize> {
    if tokens[start].glued() && start > 0 {
        let before = &tokens[start - 1];
        let is_name = |token: &Token<'_>| {
            token.kind == TokenKind::Word && units::currency_before(tokens, start - 1).is_none()
        };
        let hyphenated =
            before.is_symbol('-') && before.glued() && start > 1 && tokens[start - 2].kind == TokenKind::Word;
        if is_name(before) || hyphenated {
            // The letters glued to it belong to the name as well: "gpt-4o".
            let letters =
                tokens.get(next).is_some_and(|token| token.kind == TokenKind::Word && token.glued());
            return Some(next + usize::from(letters));
        }
    }
    let parts = joined(tokens, next, '/');
    if parts.len() > 1 {
        return Some(next + 2 * (parts.len() - 1));
    }
    let parts = joined(tokens, next, ':');
    let is_time = match parts.as_slice() {
        [hour, minute] => minute.text.len() == 2 && at_most(hour, 24) && at_most(minute, 59),
        more => more.len() > 2,
    };
    is_time.then(|| next + 2 * (parts.len() - 1))
}

fn at_most(token: &Token<'_>, limit: u32) -> bool {
    token.small_number().is_some_and(|number| number <= limit)
}

/// "for every $1", "per dollar" after a sum of the same currency: the index after it.
fn for_every_one(tokens: &[Token<'_>], currency: Currency, index: usize) -> Option<usize> {
    let start = match (word(tokens, index), word(tokens, index + 1)) {
        ("for" | "on", "every" | "each") => index + 2,
        ("per", _) => index + 1,
        _ => return None,
    };
    let (signed, start) = match units::currency_before(tokens, start) {
        Some((sign, next)) if sign == currency => (true, next),
        _ => (false, start),
    };
    let next = match digits(tokens, start) {
        Some(Numeral::Value(value, next)) if value == Rational::whole(1) => next,
        None if word(tokens, start) == "one" => start + 1,
        None if !signed => start,
        _ => return None,
    };
    match units::after(tokens, next) {
        Some((Unit::Currency(named), _, after)) if named == currency => Some(after),
        _ => (signed && scale(tokens, next).is_none()).then_some(next),
    }
}

/// The scales and fractions after a number: "5 hundred million", "2 and a half million", "2½ million", "13+ billion",
/// "1 billion and a half".
fn scaled(tokens: &[Token<'_>], value: Rational, next: usize) -> Option<(Rational, usize)> {
    let (mut value, mut next) = with_fraction(tokens, value, next)?;
    let unscaled = next;
    for _ in 0..3 {
        let plus = tokens.get(next).is_some_and(|token| token.is_symbol('+') && token.glued());
        let start = if plus { next + 1 } else { units::after_hyphen(tokens, next) };
        // "A 10-K filing", "a 5-m pole": one letter after a hyphen is not a scale.
        let is_letter = start > next && !plus && word(tokens, start).len() == 1;
        let Some((factor, after)) = scale(tokens, start).filter(|_| !is_letter) else { break };
        value = value.times(factor)?;
        next = after;
    }
    if let Some((rest, after)) = smaller_part(tokens, next) {
        (value, next) = (value.plus(rest)?, after);
    }
    if next > unscaled { with_fraction(tokens, value, next) } else { Some((value, next)) }
}

/// The smaller part after a great scale of Chinese, Japanese or Korean, without a gap: "5000万" of "3億5000万".
fn smaller_part(tokens: &[Token<'_>], next: usize) -> Option<(Rational, usize)> {
    let (before, here) = (tokens.get(next.checked_sub(1)?)?, tokens.get(next)?);
    if !matches!(before.word.as_ref(), "e4" | "e8" | "e12") || before.span.end != here.span.start {
        return None;
    }
    let Some(Numeral::Value(number, after)) = digits(tokens, next) else { return None };
    let (rest, after) = scaled(tokens, number, after)?;
    let whole = Rational::new(scale_word(&before.word)?, 1)?;
    (rest < whole).then_some((rest, after))
}

/// The number with a fraction that follows it; after a scale the fraction is one of the scale.
fn with_fraction(tokens: &[Token<'_>], value: Rational, next: usize) -> Option<(Rational, usize)> {
    let Some((fraction, after)) = fraction(tokens, next) else { return Some((value, next)) };
    let scale = Rational::new(scale_word(word(tokens, next - 1)).unwrap_or(1), 1)?;
    Some((value.plus(fraction.times(scale)?)?, after))
}

/// "twentyfold", in one word.
fn fold(tokens: &[Token<'_>], index: usize) -> Option<(Reading, usize)> {
    let times = small_number_word(word(tokens, index).strip_suffix("fold")?)?;
    Some((quantity(Rational::whole(times), Unit::Ratio), index + 1))
}

/// The sign of a ratio after a number: ":1", "to 1", "for every 1", "times", "x", "fold".
fn ratio(tokens: &[Token<'_>], value: Rational, next: usize) -> Option<(Rational, usize)> {
    if let Some([colon, digits_after, ..]) = tokens.get(next..)
        && colon.is_symbol(':')
        && colon.gap == digits_after.gap
        && let Some(Numeral::Value(below, after)) = digits(tokens, next + 1)
    {
        return Some((value.divided_by(below)?, after));
    }
    let to = units::after_hyphen(tokens, next);
    let to_one = match (word(tokens, to), word(tokens, to + 1)) {
        ("to", _) => one(tokens, units::after_hyphen(tokens, to + 1)),
        ("for", "every" | "each") => one(tokens, to + 2),
        _ => None,
    };
    if let Some(after) = to_one {
        return Some((value, after));
    }
    let counted = |at: usize| matches!(word(tokens, at), "a" | "an" | "per" | "each" | "every");
    let is_ratio = match word(tokens, to) {
        "fold" => true,
        "times" => !counted(to + 1),
        "x" => to == next && !tokens.get(to + 1).is_some_and(Token::is_digits),
        _ => {
            to == next && tokens.get(to)?.is_symbol('×') && !tokens.get(to + 1).is_some_and(Token::is_digits)
        }
    };
    is_ratio.then_some((value, to + 1))
}

/// A bare "1" or "one" that no larger number begins with.
fn one(tokens: &[Token<'_>], index: usize) -> Option<usize> {
    let next = match digits(tokens, index) {
        Some(Numeral::Value(value, next)) if value == Rational::whole(1) => next,
        None if word(tokens, index) == "one" && words(tokens, index, |_| false).is_none() => index + 1,
        _ => return None,
    };
    (scale(tokens, next).is_none() && units::after(tokens, next).is_none()).then_some(next)
}
