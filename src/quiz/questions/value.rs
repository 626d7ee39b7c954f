//! A value as it is written, and others in the same notation.

use std::cmp::Ordering;
use std::ops::Range;

use crate::language::digit_value;
use crate::quantity::{Found, Locales, Quantity, Rational, Unit, quantities};

/// Numbers that people choose when they make one up, from 10 to 100; shifted by powers of ten for others.
const ROUND: [u32; 13] = [10, 12, 15, 20, 25, 30, 40, 50, 60, 70, 75, 80, 90];

/// Factors from a number with two significant digits or more to others, so that they are no rounder than it is.
const FACTORS: [f64; 10] = [0.38, 0.54, 0.69, 0.84, 1.23, 1.41, 1.69, 2.08, 2.62, 3.3];

/// How far a made-up number may be from the right one.
const MAX_INVENTED_FACTOR: f64 = 3.5;

/// Two options nearer than this factor split hairs.
const MIN_FACTOR: f64 = 1.19;

/// Time spans as people set them, by the seconds of their unit.
const SECOND_SPANS: [(u32, &[u32]); 5] = [
    (1, &[1, 2, 3, 5, 10, 15, 20, 30, 45, 60, 90, 120]),
    (60, &[1, 2, 3, 5, 10, 15, 20, 30, 45, 60, 90, 120]),
    (3_600, &[1, 2, 3, 4, 6, 8, 12, 18, 24, 36, 48, 72, 96]),
    (86_400, &[1, 2, 3, 5, 7, 10, 14, 21, 28, 30, 45, 60, 90, 100, 120, 180, 365]),
    (604_800, &[1, 2, 3, 4, 6, 8, 10, 12, 16, 20, 26, 52]),
];

/// Time spans as people set them, by the months of their unit.
const MONTH_SPANS: [(u32, &[u32]); 3] = [
    (1, &[1, 2, 3, 4, 6, 9, 12, 15, 18, 24, 30, 36, 48, 60]),
    (3, &[1, 2, 3, 4, 6, 8, 10, 12]),
    (12, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 25, 30, 40, 50, 75, 100]),
];

/// From a month to others, in months: the same month of another year, or another season.
const MONTH_STEPS: [i128; 12] = [-18, -12, -9, -6, -4, -3, 3, 4, 6, 9, 12, 18];

/// From a year to others.
const YEAR_STEPS: [i128; 8] = [-4, -3, -2, -1, 1, 2, 3, 4];

/// The numbers that a hedge admits: "over $13 billion" may be 14, and "up to 30%" may be 20.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bound {
    None,
    AtLeast,
    AtMost,
}

/// A text with exactly one quantity.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Value {
    text: String,
    /// The place of the quantity in the text.
    span: Range<usize>,
    quantity: Quantity,
    /// The languages it is read in.
    locales: Locales,
}

impl Value {
    pub(super) fn read(text: &str, locales: &Locales) -> Option<Value> {
        let mut found = quantities(text, locales);
        let only = found.pop().filter(|_| found.is_empty())?;
        let is_positive = only.quantity.value.numerator() > 0;
        let Found { span, quantity } = only;
        is_positive.then(|| Value { text: text.to_owned(), span, quantity, locales: locales.clone() })
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn unit(&self) -> Unit {
        self.quantity.unit
    }

    pub(super) fn bound(&self) -> Bound {
        let before = self.text[..self.span.start].trim_end().to_lowercase();
        let after = self.text[self.span.end..].trim_start().to_lowercase();
        let lower = ["over", "more than", "at least", "above", "exceeding", "upwards of", "no less than"];
        let upper = ["under", "less than", "at most", "below", "up to", "fewer than", "no more than"];
        if upper.iter().any(|hedge| before.ends_with(hedge)) || after.starts_with("or less") {
            Bound::AtMost
        } else if lower.iter().any(|hedge| before.ends_with(hedge))
            || after.starts_with(['+'])
            || after.starts_with("or more")
        {
            Bound::AtLeast
        } else {
            Bound::None
        }
    }

    /// Whether both may be true of the same thing: "over $13 billion" and "$20 billion".
    pub(super) fn overlaps(&self, other: &Value) -> bool {
        if self.unit() != other.unit() || self.quantity.matches(&other.quantity) {
            return true;
        }
        let (smaller, larger) = match self.cmp_size(other) {
            Ordering::Less => (self, other),
            _ => (other, self),
        };
        smaller.bound() == Bound::AtLeast || larger.bound() == Bound::AtMost
    }

    /// The value of another figure in this notation, if the unit is the same and the value is not.
    pub(super) fn borrow(&self, other: &Value) -> Option<Value> {
        let is_rival = other.unit() == self.unit() && !other.quantity.matches(&self.quantity);
        // Bare numbers count anything: people, offices, years.
        let is_comparable = self.unit() != Unit::Plain || self.words_around() == other.words_around();
        if !is_rival || !is_comparable {
            return None;
        }
        // "€0.10" beside "€20" stays as it is written.
        let style = |value: &Value| -> String {
            value.notation().chars().filter(|c| !"0123456789.,".contains(*c)).collect()
        };
        if style(other) == style(self) {
            return self.replaced(other.notation(), other.quantity);
        }
        self.with(other.quantity)
    }

    fn words_around(&self) -> (String, String) {
        (self.text[..self.span.start].to_lowercase(), self.text[self.span.end..].to_lowercase())
    }

    /// Other numbers that a person might have chosen, in this notation.
    pub(super) fn invent(&self) -> Vec<Value> {
        match self.quantity.unit {
            Unit::Date => {
                MONTH_STEPS.iter().filter_map(|step| self.with(self.months_later(*step)?)).collect()
            }
            Unit::Plain if self.is_year() => YEAR_STEPS
                .iter()
                .filter_map(|step| {
                    self.with(self.quantity_of(Rational::new(self.quantity.value.floor() + step, 1)?))
                })
                .collect(),
            _ => self
                .other_mantissas()
                .into_iter()
                .filter_map(|mantissa| self.with_mantissa(mantissa))
                .collect(),
        }
    }

    /// Larger than 1, whichever is the larger one.
    pub(super) fn factor(&self, other: &Value) -> f64 {
        let (one, other) = (self.size(), other.size());
        (one / other).max(other / one)
    }

    pub(super) fn cmp_size(&self, other: &Value) -> Ordering {
        self.quantity.value.cmp(&other.quantity.value)
    }

    /// Whether the two differ without splitting hairs.
    pub(super) fn is_apart(&self, other: &Value) -> bool {
        if self.quantity.matches(&other.quantity) {
            return false;
        }
        let (mine, theirs) = (self.size(), other.size());
        let is_calendar = self.unit() == Unit::Date || self.is_year();
        let is_count = self.unit() == Unit::Plain && mine.max(theirs) <= 12.0;
        let is_precise = significant_digits(self.mantissa().as_deref().unwrap_or_default()) > 2;
        // 95% and 98%: the remainder to the whole differs.
        let (left, left_to_other) = (100.0 - mine, 100.0 - theirs);
        let is_share = self.unit() == Unit::Percent && left > 0.0 && left_to_other > 0.0;
        is_calendar
            || is_count
            || is_precise
            || self.factor(other) >= MIN_FACTOR
            || is_share && (left / left_to_other).max(left_to_other / left) >= MIN_FACTOR
    }

    fn size(&self) -> f64 {
        to_f64(self.quantity.value)
    }

    fn quantity_of(&self, value: Rational) -> Quantity {
        Quantity { value, unit: self.quantity.unit }
    }

    fn notation(&self) -> &str {
        &self.text[self.span.clone()]
    }

    /// Whether the quantity is written as this crate would write it.
    fn is_canonical(&self) -> bool {
        self.quantity.to_string() == self.notation()
    }

    fn is_year(&self) -> bool {
        let notation = self.notation();
        notation.len() == 4
            && notation.bytes().all(|byte| byte.is_ascii_digit())
            && ("1900".."2100").contains(&notation)
    }

    /// The same text with another quantity.
    fn with(&self, quantity: Quantity) -> Option<Value> {
        if self.is_canonical() {
            return self.replaced(&quantity.to_string(), quantity);
        }
        if self.unit() == Unit::Date {
            let notation = self.locales.date_like(self.notation(), self.quantity, quantity)?;
            return self.replaced(&notation, quantity);
        }
        // As many times larger as the quantity is, the mantissa is too.
        let factor = quantity.value.divided_by(self.quantity.value)?;
        let mantissa = decimal(&self.mantissa()?)?.times(factor)?;
        self.with_mantissa(mantissa)
    }

    /// The same text with other digits before the unit.
    fn with_mantissa(&self, mantissa: Rational) -> Option<Value> {
        let digits = self.mantissa()?;
        let factor = mantissa.divided_by(decimal(&digits)?)?;
        let quantity = self.quantity_of(self.quantity.value.times(factor)?);
        let is_rewritten = self.is_canonical() && !digits.contains(',');
        let replaced = if is_rewritten {
            // May change the scale, and the number of a word: "$500 million" for "$5 billion", "2 days" for "1 day".
            self.replaced(&quantity.to_string(), quantity)?
        } else {
            let written = write_like(&digits, mantissa)?;
            let digits = self.digits_as_written()?;
            let written = self.locales.digits_like(&written, digits);
            self.replaced(&self.notation().replacen(digits, &written, 1), quantity)?
        };
        let is_as_round = decimals(&replaced.mantissa()?) <= decimals(&digits);
        let is_span = matches!(self.unit(), Unit::Seconds | Unit::Months);
        // "7 days" is not a rival of "1 week", nor "2 office" one of "1 office".
        let agrees = if is_span && is_rewritten {
            self.last_word() == replaced.last_word()
        } else {
            self.is_single() == replaced.is_single()
        };
        (is_as_round && agrees).then_some(replaced)
    }

    /// The unit of a time span, in the singular.
    fn last_word(&self) -> Option<&str> {
        self.notation().rsplit(' ').next().map(|word| word.trim_end_matches('s'))
    }

    /// Whether it is about one thing, so that the words around it are in the singular.
    fn is_single(&self) -> bool {
        match self.unit() {
            Unit::Seconds | Unit::Months => self.mantissa().is_some_and(|digits| digits == "1"),
            unit => unit == Unit::Plain && self.quantity.value == Rational::whole(1),
        }
    }

    /// The same text with another notation, if it reads as that quantity and nothing else.
    fn replaced(&self, notation: &str, quantity: Quantity) -> Option<Value> {
        let text = format!("{}{notation}{}", &self.text[..self.span.start], &self.text[self.span.end..]);
        Value::read(&text, &self.locales).filter(|value| value.quantity == quantity)
    }

    /// The digits that the quantity is written with, with English marks: "13" of "$13 billion", "1.5" of «1,5 млрд».
    fn mantissa(&self) -> Option<String> {
        Some(self.locales.digits_in_english(self.digits_as_written()?))
    }

    /// Digits with the marks and spaces between them.
    fn digits_as_written(&self) -> Option<&str> {
        let is_digit = |letter: char| digit_value(letter).is_some();
        let notation = self.notation();
        let digits = &notation[notation.find(is_digit)?..];
        let end = digits.char_indices().find_map(|(index, letter)| {
            let rest = || digits[index + letter.len_utf8()..].chars();
            let goes_on = match letter {
                _ if is_digit(letter) => true,
                ',' | '.' | '٫' | '٬' => rest().next().is_some_and(is_digit),
                // Separates thousands.
                '\'' | '’' => rest().take_while(|it| is_digit(*it)).count() == 3,
                _ => letter.is_whitespace() && rest().take_while(|it| is_digit(*it)).count() == 3,
            };
            (!goes_on).then_some(index)
        });
        Some(&digits[..end.unwrap_or(digits.len())])
    }

    /// Other numbers as round as the mantissa.
    fn other_mantissas(&self) -> Vec<Rational> {
        let Some(digits) = self.mantissa() else { return vec![] };
        let Some(mantissa) = decimal(&digits) else { return vec![] };
        let is_near = |candidate: &Rational| {
            let factor = to_f64(*candidate) / to_f64(mantissa);
            // Beside 1 there is room for 5.
            let most = if to_f64(mantissa) <= 2.0 { 5.0 } else { MAX_INVENTED_FACTOR };
            (1.0 / most..=most).contains(&factor)
        };
        let is_share = self.unit() == Unit::Percent && to_f64(mantissa) <= 100.0;
        let candidates = match self.customary_spans(mantissa) {
            Some(spans) => spans.iter().map(|&span| Rational::whole(span)).collect(),
            None if is_share && to_f64(mantissa) > 80.0 => shares_near(mantissa, &digits),
            None if decimals(&digits) == 2 => prices_near(mantissa),
            None => numbers_near(mantissa, &digits),
        };
        let hundred = Rational::whole(100);
        candidates
            .into_iter()
            .filter(|candidate| is_near(candidate) && !(is_share && *candidate >= hundred))
            .collect()
    }

    /// The usual time spans in the unit that this one is written in, if it is one of them.
    fn customary_spans(&self, mantissa: Rational) -> Option<&'static [u32]> {
        let unit = self.quantity.value.divided_by(mantissa)?;
        let known: &[(u32, &[u32])] = match self.unit() {
            Unit::Seconds => &SECOND_SPANS,
            Unit::Months => &MONTH_SPANS,
            _ => return None,
        };
        let (_, spans) = known.iter().find(|(size, _)| Rational::whole(*size) == unit)?;
        spans.iter().any(|&span| Rational::whole(span) == mantissa).then_some(*spans)
    }

    /// A date this many months later, on a day that every month has.
    fn months_later(&self, months: i128) -> Option<Quantity> {
        let date = self.quantity.value.floor();
        let (year, month, day) = (date / 10_000, date / 100 % 100, date % 100);
        let months = year * 12 + (month - 1) + months;
        let later = months.div_euclid(12) * 10_000 + (months.rem_euclid(12) + 1) * 100 + day.min(28);
        Some(self.quantity_of(Rational::new(later, 1)?))
    }
}

/// "1,250.5" as a number.
fn decimal(digits: &str) -> Option<Rational> {
    let plain: String = digits.chars().filter(|c| *c != ',').collect();
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    let numerator = format!("{whole}{fraction}").parse().ok()?;
    Rational::new(numerator, 10i128.checked_pow(u32::try_from(fraction.len()).ok()?)?)
}

/// How many digits come after the point.
fn decimals(digits: &str) -> usize {
    digits.split_once('.').map_or(0, |(_, fraction)| fraction.len())
}

/// How many digits are significant: 1 in "100", 2 in "13" and in "4.5".
fn significant_digits(digits: &str) -> usize {
    let plain: String = digits.chars().filter(char::is_ascii_digit).collect();
    let plain = plain.trim_start_matches('0');
    if digits.contains('.') { plain.len() } else { plain.trim_end_matches('0').len() }
}

/// A number in the notation of other digits: with as many decimals, and commas if those have any.
fn write_like(digits: &str, number: Rational) -> Option<String> {
    let decimals = decimals(digits);
    let scaled = number.times(Rational::new(10i128.checked_pow(u32::try_from(decimals).ok()?)?, 1)?)?;
    if scaled.denominator() != 1 {
        return None;
    }
    // "$13bn" beside "$4.7bn", but "$13.00" beside "$4.70".
    let decimals = if decimals == 1 && number.denominator() == 1 { 0 } else { decimals };
    let scaled = if decimals == 0 { number } else { scaled };
    let plain = format!("{:0>width$}", scaled.numerator(), width = decimals + 1);
    let (whole, fraction) = plain.split_at(plain.len() - decimals);
    let mut written = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if digits.contains(',') && index > 0 && (whole.len() - index).is_multiple_of(3) {
            written.push(',');
        }
        written.push(digit);
    }
    if decimals > 0 {
        written = format!("{written}.{fraction}");
    }
    Some(written)
}

fn to_f64(number: Rational) -> f64 {
    number.numerator() as f64 / number.denominator() as f64
}

/// Other numbers of the same precision: 15 or 25 for 20, 150 or 250 for 100, 16 or 22 for 13, 12.3 for 4.7.
fn numbers_near(number: Rational, digits: &str) -> Vec<Rational> {
    let size = to_f64(number);
    if size <= 0.0 {
        return vec![];
    }
    let place = last_place(digits);
    if significant_digits(digits) >= 2 {
        return FACTORS.iter().filter_map(|factor| rounded_to_last_digit(size * factor, place)).collect();
    }
    // Halves of the place are as round: 15 between 10 and 20. But a whole thing cannot be halved.
    let half = if place > 0 { tenfold(5, place - 1) } else { tenfold(1, place) };
    let power = size.log10().floor() as i32 - 1;
    (power - 1..=power + 1)
        .flat_map(|power| ROUND.iter().filter_map(move |&round| tenfold(round, power)))
        .filter(|round| {
            half.and_then(|half| round.divided_by(half)).is_some_and(|halves| halves.denominator() == 1)
        })
        .chain(smaller_scale(size))
        .collect()
}

/// For a single unit of something, part of it: "$500 million" for "$1 billion".
fn smaller_scale(size: f64) -> Vec<Rational> {
    let parts: &[i128] = if size < 3.0 { &[400, 500, 600, 750, 800] } else { &[] };
    parts.iter().filter_map(|&part| Rational::new(part, 1_000)).collect()
}

/// Other shares near the whole, as far from it as people would say: 90% or 98% for 95%.
fn shares_near(share: Rational, digits: &str) -> Vec<Rational> {
    let hundred = Rational::whole(100);
    let Some(left) = hundred.plus(share.negated()).filter(|left| left.numerator() > 0) else {
        return [50, 60, 75, 80, 90, 95].map(Rational::whole).to_vec();
    };
    let place = last_place(digits).min(0);
    let steps = [0.2, 0.4, 0.5, 2.0, 3.0, 4.0];
    let lefts = steps.iter().filter_map(|step| rounded(to_f64(left) * step, place));
    lefts.filter_map(|left| hundred.plus(left.negated())).collect()
}

/// Other prices with the same cents: $39.99 or $59.99 for $49.99.
fn prices_near(price: Rational) -> Vec<Rational> {
    let whole = Rational::whole(to_f64(price).round() as u32);
    let Some(cents) = price.plus(whole.negated()) else { return vec![] };
    let others = numbers_near(whole, &whole.numerator().to_string()).into_iter();
    others.filter_map(|other| other.plus(cents)).filter(|price| price.numerator() > 0).collect()
}

/// The power of ten of the last significant digit: 0 in "13", 1 in "20", -1 in "4.5".
fn last_place(digits: &str) -> i32 {
    let decimals = decimals(digits);
    if decimals > 0 {
        return -(decimals as i32);
    }
    let plain = digits.trim_end_matches(['0', ',']);
    digits[plain.len()..].bytes().filter(u8::is_ascii_digit).count() as i32
}

fn tenfold(number: u32, power: i32) -> Option<Rational> {
    let scale = 10i128.checked_pow(power.unsigned_abs())?;
    let number = i128::from(number);
    if power < 0 { Rational::new(number, scale) } else { Rational::new(number.checked_mul(scale)?, 1) }
}

/// A number rounded to a power of ten.
fn rounded(number: f64, place: i32) -> Option<Rational> {
    tenfold((number / 10f64.powi(place)).round() as u32, place).filter(|number| number.numerator() > 0)
}

/// A number rounded to a power of ten, whose last digit is not 0: it would look rounder.
fn rounded_to_last_digit(number: f64, place: i32) -> Option<Rational> {
    let rounded = (number / 10f64.powi(place)).round() as u32;
    tenfold(if rounded.is_multiple_of(10) { rounded + 1 } else { rounded }, place)
}
