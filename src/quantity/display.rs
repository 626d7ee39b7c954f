//! The canonical notation of a quantity.

use std::fmt;

use super::date::MONTHS;
use super::rational::Rational;
use super::{Currency, Quantity, Unit};

/// "$100 billion", "20:1", "13%", "September 2023", "14 days", "1,500".
impl fmt::Display for Quantity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = Number(self.value);
        match self.unit {
            // "2023" may be a year: only from five digits on does a bare number have commas.
            Unit::Plain if self.value.denominator() == 1 && self.value.numerator().abs() < 10_000 => {
                write!(formatter, "{}", self.value.numerator())
            }
            Unit::Plain => write!(formatter, "{number}"),
            Unit::Percent => write!(formatter, "{number}%"),
            Unit::Ratio if self.value.decimals().is_some() => write!(formatter, "{number}:1"),
            Unit::Ratio => write!(formatter, "{}:{}", self.value.numerator(), self.value.denominator()),
            Unit::Currency(currency) => {
                let minus = if self.value.numerator() < 0 { "-" } else { "" };
                let magnitude = if minus.is_empty() { number } else { Number(self.value.negated()) };
                match sign(currency) {
                    Ok(sign) => write!(formatter, "{minus}{sign}{magnitude}"),
                    Err(code) => write!(formatter, "{minus}{magnitude} {code}"),
                }
            }
            Unit::Seconds => {
                let units = [(86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")];
                span(formatter, self.value, &units)
            }
            Unit::Months => span(formatter, self.value, &[(12, "year"), (1, "month")]),
            Unit::Date => {
                let value = self.value.floor();
                let (year, month, day) = (value / 10_000, value / 100 % 100, value % 100);
                let month = MONTHS[(month.clamp(1, 12) - 1) as usize];
                if day == 0 {
                    write!(formatter, "{month} {year}")
                } else {
                    write!(formatter, "{day} {month} {year}")
                }
            }
        }
    }
}

/// The sign that goes before a number, or the code that goes after it.
fn sign(currency: Currency) -> Result<char, &'static str> {
    match currency {
        Currency::Usd => Ok('$'),
        Currency::Eur => Ok('€'),
        Currency::Gbp => Ok('£'),
        Currency::Jpy => Ok('¥'),
        Currency::Inr => Ok('₹'),
        Currency::Krw => Ok('₩'),
        Currency::Cny => Err("CNY"),
        Currency::Chf => Err("CHF"),
        Currency::Rub => Err("RUB"),
        Currency::Uah => Err("UAH"),
        Currency::Kzt => Err("KZT"),
        Currency::Pln => Err("PLN"),
        Currency::Czk => Err("CZK"),
        Currency::Dkk => Err("DKK"),
        Currency::Sek => Err("SEK"),
        Currency::Rsd => Err("RSD"),
        Currency::Try => Err("TRY"),
        Currency::Ils => Err("ILS"),
        Currency::Irr => Err("IRR"),
        Currency::Sar => Err("SAR"),
        Currency::Aed => Err("AED"),
        Currency::Egp => Err("EGP"),
        Currency::Pkr => Err("PKR"),
        Currency::Idr => Err("IDR"),
        Currency::Vnd => Err("VND"),
        Currency::Thb => Err("THB"),
        Currency::Hkd => Err("HKD"),
        Currency::Brl => Err("BRL"),
        Currency::Mxn => Err("MXN"),
    }
}

/// A time span in the largest unit that it has a whole number of.
fn span(formatter: &mut fmt::Formatter<'_>, value: Rational, units: &[(u32, &str)]) -> fmt::Result {
    let mut in_units =
        units.iter().filter_map(|(size, name)| Some((value.divided_by(Rational::whole(*size))?, name)));
    let (count, name) = in_units
        .clone()
        .find(|(count, _)| count.denominator() == 1)
        .or_else(|| in_units.next_back())
        .unwrap_or((value, &units[0].1));
    let plural = if count == Rational::whole(1) { "" } else { "s" };
    write!(formatter, "{} {name}{plural}", Number(count))
}

#[derive(Clone, Copy)]
struct Number(Rational);

impl fmt::Display for Number {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SCALES: [(i128, &str); 3] =
            [(1_000_000_000_000, " trillion"), (1_000_000_000, " billion"), (1_000_000, " million")];
        let value = self.0;
        let scaled = SCALES.iter().find_map(|(scale, name)| {
            let scaled = value.divided_by(Rational::new(*scale, 1)?)?;
            let short = scaled.decimals().is_some_and(|decimals| decimals <= 3);
            (scaled.numerator().abs() >= scaled.denominator() && short).then_some((scaled, *name))
        });
        let (value, scale) = scaled.unwrap_or((value, ""));
        let Some(decimals) = value.decimals() else {
            return write!(formatter, "{}/{}", value.numerator(), value.denominator());
        };
        let whole = value.numerator() / value.denominator();
        let minus = if value.numerator() < 0 { "-" } else { "" };
        write!(formatter, "{minus}{}", grouped(whole.abs()))?;
        if decimals > 0 {
            let rest = value.numerator().abs() % value.denominator();
            let fraction = rest * (10i128.pow(decimals as u32) / value.denominator());
            write!(formatter, ".{fraction:0decimals$}")?;
        }
        formatter.write_str(scale)
    }
}

/// With a comma before every three digits from the right.
fn grouped(value: i128) -> String {
    let digits = value.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

impl Rational {
    /// How many decimals write it exactly; `None` when no 18 do.
    fn decimals(self) -> Option<usize> {
        (0..=18)
            .find(|decimals| 10i128.pow(*decimals) % self.denominator() == 0)
            .map(|decimals| decimals as usize)
    }
}
