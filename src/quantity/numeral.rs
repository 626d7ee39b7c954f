//! The number itself, in digits or in words, without its unit.

use super::rational::Rational;
use super::tokens::{Gap, Token, TokenKind};
use super::units::after_hyphen;

/// A numeral at `index` and the index after it.
pub(super) enum Numeral {
    Value(Rational, usize),
    /// Digits that are not a number: "1.2.3", or more digits than anybody means.
    NoNumber(usize),
}

/// Reads digits with their groups and decimals, and an exponent: `5`, `5,000.50`, `5 000`, `5.000.000`, `.5`, `5e9`, `½`.
pub(super) fn digits(tokens: &[Token<'_>], index: usize) -> Option<Numeral> {
    let first = tokens.get(index)?;
    if first.is_symbol('.') {
        let fraction = tokens.get(index + 1).filter(|next| next.is_digits() && next.glued())?;
        return Some(value("0", &fraction.text, index + 2));
    }
    if let Some(fraction) = fraction_sign(first) {
        return Some(Numeral::Value(fraction, index + 1));
    }
    if !first.is_digits() {
        return None;
    }
    // The groups that follow, each with the separator before it.
    let mut groups: Vec<(char, &str)> = Vec::new();
    let mut next = index + 1;
    loop {
        match (tokens.get(next), tokens.get(next + 1)) {
            (
                Some(Token {
                    kind: TokenKind::Symbol(separator @ (',' | '.' | '\'' | '’' | '_')),
                    gap: Gap::None,
                    ..
                }),
                Some(group),
            ) if group.is_digits() && group.glued() => {
                groups.push((*separator, &group.text));
                next += 2;
            }
            (Some(group), _) if is_spaced_group(first, &groups, group) => {
                groups.push((' ', &group.text));
                next += 1;
            }
            _ => break,
        }
    }
    let is_thousands = |(_, group): &(char, &str)| group.len() == 3;
    let one_separator = groups.windows(2).all(|pair| pair[0].0 == pair[1].0);
    let whole = |groups: &[(char, &str)]| {
        groups.iter().fold(first.text.to_string(), |whole, (_, group)| whole + group)
    };
    let grouped = first.text.len() <= 3;
    let numeral = match groups.as_slice() {
        [] => exponent(tokens, first, next).unwrap_or_else(|| value(&first.text, "", next)),
        // English and, above all, code write "1.500" for one and a half; "1,500" has thousands.
        [('.', fraction)] => value(&first.text, fraction, next),
        [(',', group)] if !(grouped && group.len() == 3) => match group.len() {
            1 | 2 => value(&first.text, group, next),
            _ => Numeral::NoNumber(next),
        },
        all if grouped && one_separator && all.iter().all(is_thousands) => value(&whole(all), "", next),
        [front @ .., (mark @ (',' | '.'), fraction)]
            if grouped
                && front
                    .iter()
                    .all(|group| is_thousands(group) && group.0 != *mark && group.0 == front[0].0) =>
        {
            value(&whole(front), fraction, next)
        }
        _ => Numeral::NoNumber(next),
    };
    Some(numeral)
}

/// Whether `group` continues "5 000 000": three digits after one space, and nothing but such groups before.
fn is_spaced_group(first: &Token<'_>, groups: &[(char, &str)], group: &Token<'_>) -> bool {
    group.is_digits()
        && group.gap == Gap::Space
        && group.text.len() == 3
        && first.text.len() <= 3
        && groups.iter().all(|(separator, _)| *separator == ' ')
}

/// `5e9`: digits, the letter, digits, all glued.
fn exponent<'t>(tokens: &[Token<'t>], first: &Token<'t>, next: usize) -> Option<Numeral> {
    let power = match (tokens.get(next), tokens.get(next + 1)) {
        (Some(letter), Some(power))
            if letter.glued() && letter.word == "e" && power.is_digits() && power.glued() =>
        {
            power
        }
        _ => return None,
    };
    let scaled =
        power.small_number().filter(|power| *power <= 15).map(|power| Rational::whole(10u32).power(power));
    let value = first.text.parse().ok().and_then(|base| Rational::new(base, 1)).zip(scaled.flatten());
    Some(match value.and_then(|(base, scale)| base.times(scale)) {
        Some(value) => Numeral::Value(value, next + 2),
        None => Numeral::NoNumber(next + 2),
    })
}

impl Rational {
    fn power(self, exponent: u32) -> Option<Rational> {
        (0..exponent).try_fold(Rational::whole(1), |product, _| product.times(self))
    }
}

/// The number with these digits before and after its decimal mark.
fn value(whole: &str, fraction: &str, next: usize) -> Numeral {
    let fraction = fraction.trim_end_matches('0');
    let digits = format!("{whole}{fraction}");
    let value = (digits.len() <= 30)
        .then(|| digits.parse().ok())
        .flatten()
        .and_then(|digits| Rational::new(digits, 10i128.pow(fraction.len() as u32)));
    match value {
        Some(value) => Numeral::Value(value, next),
        None => Numeral::NoNumber(next),
    }
}

/// Reads a number in words: "one hundred and five thousand", "half a billion", "two and a half million".
///
/// A lone "one", "hundred" or "thousand" is a figure of speech, not a number, unless `followed_by_unit` says that a
/// unit is at the index after it: "one dollar", "a hundred dollars".
pub(super) fn words(
    tokens: &[Token<'_>],
    index: usize,
    followed_by_unit: impl Fn(usize) -> bool,
) -> Option<(Rational, usize)> {
    if let Some(part) = part(tokens, index) {
        return Some(part);
    }
    let (value, n_words, next) = whole_words(tokens, index)?;
    let (value, next) = decimals(tokens, value, next)?;
    let of_speech = n_words == 1 && [1, 100, 1000].map(Rational::whole).contains(&value);
    let goes_on = followed_by_unit(next) || fraction(tokens, next).is_some() || scale(tokens, next).is_some();
    (!of_speech || goes_on).then_some((value, next))
}

/// A whole number in words, how many words it has (an article not counted), and the index after it.
fn whole_words(tokens: &[Token<'_>], index: usize) -> Option<(Rational, usize, usize)> {
    let article = matches!(word(tokens, index), "a" | "an");
    let mut at = if article { index + 1 } else { index };
    let mut n_words = 0;
    // "two hundred five thousand twenty": the group below the next scale collects in `group`, the rest in `total`.
    let mut total = Rational::whole(0);
    let mut group = article.then_some(1);
    loop {
        let hyphen = n_words > 0 && tokens.get(at).is_some_and(|token| token.is_symbol('-'));
        let and = n_words > 0
            && word(tokens, at) == "and"
            && matches!(word(tokens, at - 1), "hundred" | "thousand");
        let here = if hyphen || and { at + 1 } else { at };
        let next_word = word(tokens, here);
        if let Some(small) = small_number_word(next_word) {
            group = match group {
                None => Some(small),
                Some(_) if n_words == 0 => break,
                Some(tens) if tens % 100 >= 20 && tens % 10 == 0 && (1..10).contains(&small) => {
                    Some(tens + small)
                }
                Some(hundreds) if hundreds > 0 && hundreds % 100 == 0 => Some(hundreds + small),
                Some(_) => break,
            };
        } else if let Some(scale) = scale_word(next_word).filter(|_| !and) {
            match group {
                // A lone "billion" has no number before it; a lone "hundred" may have "billion" after it.
                None if matches!(scale, 100 | 1000) && n_words == 0 => group = Some(scale as u32),
                None => break,
                Some(below) if scale == 100 && below < 100 => group = Some(below * 100),
                Some(_) if scale == 100 => break,
                Some(below) => {
                    total = total.plus(Rational::whole(below).times(Rational::new(scale, 1)?)?)?;
                    group = None;
                }
            }
        } else {
            break;
        }
        n_words += 1;
        at = here + 1;
    }
    let value = total.plus(Rational::whole(group.unwrap_or(0)))?;
    (n_words > 0).then_some((value, n_words, at))
}

/// "point five" after a whole number.
fn decimals(tokens: &[Token<'_>], whole: Rational, index: usize) -> Option<(Rational, usize)> {
    let digit = |at: usize| small_number_word(word(tokens, at)).filter(|digit| *digit < 10);
    if word(tokens, index) != "point" || digit(index + 1).is_none() {
        return Some((whole, index));
    }
    let (mut value, mut place, mut at) = (whole, Rational::whole(1), index + 1);
    while let Some(digit) = digit(at) {
        place = place.divided_by(Rational::whole(10))?;
        value = value.plus(Rational::whole(digit).times(place)?)?;
        at += 1;
    }
    Some((value, at))
}

/// The word at `index` in lower case; empty where there is none.
pub(super) fn word<'t>(tokens: &'t [Token<'_>], index: usize) -> &'t str {
    tokens.get(index).map_or("", |token| token.word.as_ref())
}

/// "half a billion", "a quarter of a million": a part of a scale.
fn part(tokens: &[Token<'_>], index: usize) -> Option<(Rational, usize)> {
    let start = if word(tokens, index) == "a" { index + 1 } else { index };
    let part = match word(tokens, start) {
        "half" => Rational::new(1, 2)?,
        "quarter" => Rational::new(1, 4)?,
        _ => return None,
    };
    let of = if word(tokens, start + 1) == "of" { start + 2 } else { start + 1 };
    if !matches!(word(tokens, of), "a" | "one") {
        return None;
    }
    let scale = scale_word(word(tokens, of + 1))?;
    Some((part.times(Rational::new(scale, 1)?)?, of + 2))
}

/// "and a half", "-and-a-half", "½" after a number, and the index after it.
pub(super) fn fraction(tokens: &[Token<'_>], index: usize) -> Option<(Rational, usize)> {
    if let Some(fraction) = tokens.get(index).and_then(fraction_sign) {
        return Some((fraction, index + 1));
    }
    let mut at = index;
    for said in ["and", "a", "half"] {
        let here = after_hyphen(tokens, at);
        if word(tokens, here) != said {
            return None;
        }
        at = here + 1;
    }
    Some((Rational::new(1, 2)?, at))
}

fn fraction_sign(token: &Token<'_>) -> Option<Rational> {
    let TokenKind::Symbol(sign) = token.kind else { return None };
    match sign {
        '½' => Rational::new(1, 2),
        '¼' => Rational::new(1, 4),
        '¾' => Rational::new(3, 4),
        '⅓' => Rational::new(1, 3),
        '⅔' => Rational::new(2, 3),
        _ => None,
    }
}

/// A scale after a number, in letters or in short: "billion", "bn", "B", "k", "hundred".
pub(super) fn scale(tokens: &[Token<'_>], index: usize) -> Option<(Rational, usize)> {
    let token = tokens.get(index)?;
    let word = token.word.as_ref();
    // "5 t shirts", "a 5 k run": one letter after a space is a scale only where it is usual.
    let value = match word {
        "k" | "t" if !token.glued() => return None,
        "k" | "thou" => 1_000,
        "m" | "mn" | "mm" | "mil" | "mill" | "mio" | "mln" => 1_000_000,
        "b" | "bn" | "bil" | "bln" | "mrd" | "md" => 1_000_000_000,
        "t" | "tn" | "trn" | "tril" => 1_000_000_000_000,
        _ => scale_word(word)?,
    };
    let short = word.len() <= 4 && scale_word(word).is_none();
    let dotted = short && tokens.get(index + 1).is_some_and(|next| next.is_symbol('.') && next.glued());
    // The full stop belongs to the abbreviation only where the text goes on: "12 mio. CHF".
    let goes_on = tokens.get(index + 2).is_some_and(|next| !next.glued());
    Some((Rational::new(value, 1)?, index + 1 + usize::from(dotted && goes_on)))
}

/// Scales in full, with the slips people make in them.
pub(super) fn scale_word(word: &str) -> Option<i128> {
    Some(match word {
        "e1" => 10,
        "dozen" => 12,
        "hundred" | "hundreds" | "hunderd" => 100,
        "thousand" | "thousands" | "thousend" => 1_000,
        // The unit that Chinese, Japanese and Korean count in has no English word.
        "e4" => 10_000,
        "lakh" | "lakhs" => 100_000,
        "million" | "millions" | "milion" | "milions" | "millon" => 1_000_000,
        "crore" | "crores" => 10_000_000,
        "e8" => 100_000_000,
        "billion" | "billions" | "bilion" | "bilions" | "billon" | "milliard" => 1_000_000_000,
        "e12" | "trillion" | "trillions" | "trilion" | "trillon" => 1_000_000_000_000,
        _ => return None,
    })
}

/// The number words below a hundred that are one word.
pub(super) fn small_number_word(word: &str) -> Option<u32> {
    const WORDS: [&str; 20] = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];
    const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    let position = |words: &[&str]| words.iter().position(|it| *it == word).map(|position| position as u32);
    match word {
        "fourty" => Some(40),
        _ => position(&WORDS).or_else(|| position(&TENS).map(|tens| (tens + 2) * 10)),
    }
}
