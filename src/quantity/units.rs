//! What a number counts: the words and signs around it.

use super::Currency::{self, *};
use super::Unit;
use super::numeral::{scale_word, word};
use super::rational::Rational;
use super::tokens::{Token, TokenKind};

/// A unit after a number, its size in terms of [`Unit`], and the index after it.
pub(super) fn after(tokens: &[Token<'_>], index: usize) -> Option<(Unit, Rational, usize)> {
    let one = Rational::whole(1);
    let index = after_hyphen(tokens, index);
    if let Some(next) = percent(tokens, index) {
        return Some((Unit::Percent, one, next));
    }
    if let Some((currency, next)) = currency_after(tokens, after_of(tokens, index)) {
        return Some((Unit::Currency(currency), one, next));
    }
    let (unit, amount) = match word(tokens, index) {
        "second" | "seconds" | "sec" | "secs" => (Unit::Seconds, 1),
        "minute" | "minutes" | "min" | "mins" => (Unit::Seconds, 60),
        "hour" | "hours" | "hr" | "hrs" => (Unit::Seconds, 3_600),
        "h" if tokens[index].glued() => (Unit::Seconds, 3_600),
        "day" | "days" => (Unit::Seconds, 86_400),
        "week" | "weeks" => (Unit::Seconds, 604_800),
        "month" | "months" => (Unit::Months, 1),
        "year" | "years" | "yr" | "yrs" => (Unit::Months, 12),
        "decade" | "decades" => (Unit::Months, 120),
        // Ten Iranian rials.
        "toman" => (Unit::Currency(Irr), 10),
        _ => return None,
    };
    Some((unit, Rational::whole(amount), index + 1))
}

/// The index after the word that joins a scale and a currency in Romance languages: "millones de dólares", "milliards
/// d'euros".
fn after_of(tokens: &[Token<'_>], index: usize) -> usize {
    let is_scale = index > 0 && scale_word(word(tokens, index - 1)).is_some();
    let elided = tokens.get(index + 1).is_some_and(|mark| mark.is_symbol('\'') || mark.is_symbol('’'));
    match word(tokens, index) {
        "of" if is_scale => index + 1,
        "d" if is_scale && elided => index + 2,
        _ => index,
    }
}

/// The index after a hyphen that joins a number and its unit, as in "30-day"; otherwise the same index.
pub(super) fn after_hyphen(tokens: &[Token<'_>], index: usize) -> usize {
    match tokens.get(index..index + 2) {
        Some([hyphen, unit]) if hyphen.is_symbol('-') && hyphen.glued() && unit.glued() => index + 1,
        _ => index,
    }
}

fn percent(tokens: &[Token<'_>], index: usize) -> Option<usize> {
    match word(tokens, index) {
        "percent" | "pct" => Some(index + 1),
        "per" if word(tokens, index + 1) == "cent" => Some(index + 2),
        _ => tokens.get(index)?.is_symbol('%').then_some(index + 1),
    }
}

/// A currency in front of a number: "$", "US$", "USD".
pub(super) fn currency_before(tokens: &[Token<'_>], index: usize) -> Option<(Currency, usize)> {
    let token = tokens.get(index)?;
    match token.kind {
        // "A$5" is not in US dollars.
        TokenKind::Symbol('$') if token.glued() && index > 0 && tokens[index - 1].kind == TokenKind::Word => {
            None
        }
        TokenKind::Symbol(sign) => currency_sign(sign).map(|currency| (currency, index + 1)),
        TokenKind::Word if token.word == "us" || token.word == "r" => {
            let sign = tokens.get(index + 1).filter(|sign| sign.is_symbol('$') && sign.glued());
            sign.map(|_| (if token.word == "r" { Brl } else { Usd }, index + 2))
        }
        TokenKind::Word => currency_code(&token.word).map(|currency| (currency, index + 1)),
        TokenKind::Digits => None,
    }
}

/// A currency after a number: "$", "USD", "dollars", "US dollars", "pounds sterling".
fn currency_after(tokens: &[Token<'_>], index: usize) -> Option<(Currency, usize)> {
    let token = tokens.get(index)?;
    if let TokenKind::Symbol(sign) = token.kind {
        // In "5 $10" the sign belongs to the second number.
        let leads =
            tokens.get(index + 1).is_some_and(|next| next.is_digits() && (next.glued() || !token.glued()));
        return currency_sign(sign).filter(|_| !leads).map(|currency| (currency, index + 1));
    }
    let country = match word(tokens, index) {
        "us" | "american" => index + 1,
        "u" if word(tokens, index + 2) == "s" && tokens[index + 1].is_symbol('.') => {
            index + if tokens.get(index + 3).is_some_and(|dot| dot.is_symbol('.')) { 4 } else { 3 }
        }
        _ => index,
    };
    if country > index {
        let dollars = matches!(word(tokens, country), "dollar" | "dollars" | "usd")
            || tokens.get(country).is_some_and(|sign| sign.is_symbol('$'));
        return dollars.then_some((Usd, country + 1));
    }
    let currency = match token.word.as_ref() {
        "dollar" | "dollars" | "buck" | "bucks" => Usd,
        "euro" | "euros" => Eur,
        "pound" | "pounds" if word(tokens, index + 1) == "sterling" => return Some((Gbp, index + 2)),
        "pound" | "pounds" | "quid" => Gbp,
        "yen" => Jpy,
        "yuan" | "renminbi" => Cny,
        "rupee" | "rupees" => Inr,
        "franc" | "francs" => Chf,
        "won" if tokens.get(index + 1).is_none_or(|next| next.kind != TokenKind::Word) => Krw,
        code => currency_code(code)?,
    };
    Some((currency, index + 1))
}

fn currency_sign(sign: char) -> Option<Currency> {
    Some(match sign {
        '$' => Usd,
        '€' => Eur,
        '£' => Gbp,
        '¥' => Jpy,
        '₹' => Inr,
        '₩' => Krw,
        '₽' => Rub,
        '₴' => Uah,
        '₸' => Kzt,
        '₺' => Try,
        '₪' => Ils,
        '₫' => Vnd,
        '฿' => Thb,
        _ => return None,
    })
}

fn currency_code(code: &str) -> Option<Currency> {
    Some(match code {
        "usd" => Usd,
        "eur" => Eur,
        "gbp" => Gbp,
        "jpy" => Jpy,
        "cny" | "rmb" => Cny,
        "inr" => Inr,
        "chf" => Chf,
        "krw" => Krw,
        "rub" => Rub,
        "uah" => Uah,
        "kzt" => Kzt,
        "pln" => Pln,
        "czk" => Czk,
        "dkk" => Dkk,
        "sek" => Sek,
        "rsd" => Rsd,
        "try" => Try,
        "ils" => Ils,
        "irr" => Irr,
        "sar" => Sar,
        "aed" => Aed,
        "egp" => Egp,
        "pkr" => Pkr,
        "idr" => Idr,
        "vnd" => Vnd,
        "thb" => Thb,
        "hkd" => Hkd,
        "brl" => Brl,
        "mxn" => Mxn,
        _ => return None,
    })
}
