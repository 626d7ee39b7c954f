//! Exact numbers.

use std::cmp::Ordering;

/// The largest numerator and denominator: a product of both still fits an `i128`, so that comparing is exact.
const LIMIT: i128 = 1_000_000_000_000_000_000;

/// An exact fraction in lowest terms, with at most 18 digits above and below the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rational {
    numerator: i128,
    /// Positive.
    denominator: i128,
}

impl Rational {
    /// `None` when the fraction has no value or too many digits.
    pub fn new(numerator: i128, denominator: i128) -> Option<Rational> {
        if denominator == 0 || numerator == i128::MIN || denominator == i128::MIN {
            return None;
        }
        let divisor = greatest_common_divisor(numerator.abs(), denominator.abs()) * denominator.signum();
        let reduced = Rational { numerator: numerator / divisor, denominator: denominator / divisor };
        (reduced.numerator.abs() <= LIMIT && reduced.denominator <= LIMIT).then_some(reduced)
    }

    /// A whole number of at most 18 digits.
    pub fn whole(value: u32) -> Rational {
        Rational { numerator: value.into(), denominator: 1 }
    }

    pub fn numerator(self) -> i128 {
        self.numerator
    }

    pub fn denominator(self) -> i128 {
        self.denominator
    }

    /// The next whole number towards minus infinity.
    pub fn floor(self) -> i128 {
        self.numerator.div_euclid(self.denominator)
    }

    pub fn times(self, other: Rational) -> Option<Rational> {
        Rational::new(self.numerator * other.numerator, self.denominator * other.denominator)
    }

    pub fn divided_by(self, other: Rational) -> Option<Rational> {
        Rational::new(self.numerator * other.denominator, self.denominator * other.numerator)
    }

    pub fn plus(self, other: Rational) -> Option<Rational> {
        let numerator = self.numerator * other.denominator + other.numerator * self.denominator;
        Rational::new(numerator, self.denominator * other.denominator)
    }

    pub fn negated(self) -> Rational {
        Rational { numerator: -self.numerator, ..self }
    }
}

impl Ord for Rational {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.numerator * other.denominator).cmp(&(other.numerator * self.denominator))
    }
}

impl PartialOrd for Rational {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn greatest_common_divisor(mut one: i128, mut other: i128) -> i128 {
    while other != 0 {
        (one, other) = (other, one % other);
    }
    one
}
