//! Numbers are values: "$100B", "100bn USD" and "one hundred billion dollars" are one [`Quantity`].
//!
//! [`quantities`] finds them in running text, in English, in the languages of a folder, and in the sloppy notations people
//! type.
//! Text that only looks like a number is left alone: "GPT-4", "AWS S3", "covid-19", "3rd", "10:30", version numbers,
//! and the word "one" by itself.

mod amount;
mod date;
mod display;
mod locale;
mod numeral;
mod rational;
mod rewrite;
mod tokens;
mod units;

use std::ops::Range;

use locale::{Locale, locales};
pub use rational::Rational;
use tokens::{Token, tokens};

use crate::language::Language;

/// A number with its unit, independent of how it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Quantity {
    /// In units of `unit`: whole currency units, percent, seconds, …
    pub value: Rational,
    pub unit: Unit,
}

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Unit {
    /// No unit, or one that is not known here: "5 billion", "2 entries", "2023".
    Plain,
    Currency(Currency),
    Percent,
    /// "20:1", "20 to 1", "20x", "twenty times", "20-fold": how many to one.
    Ratio,
    /// A time span of fixed length; minutes, hours, days and weeks are counted in seconds.
    Seconds,
    /// A time span by the calendar; years and decades are counted in months.
    Months,
    /// A day or a month of a year. The value is `yyyymmdd`, with `00` for a day that is not given.
    Date,
}

/// A currency people name in FAQs, by its code of ISO 4217.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Currency {
    Usd,
    Eur,
    Gbp,
    Jpy,
    Cny,
    Inr,
    Chf,
    Krw,
    Rub,
    Uah,
    Kzt,
    Pln,
    Czk,
    Dkk,
    Sek,
    Rsd,
    Try,
    Ils,
    Irr,
    Sar,
    Aed,
    Egp,
    Pkr,
    Idr,
    Vnd,
    Thb,
    Hkd,
    Brl,
    Mxn,
}

/// A quantity and its place, as a range of bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub span: Range<usize>,
    pub quantity: Quantity,
}

impl Quantity {
    /// Whether both may mean the same: equal values, and equal units unless one side names none.
    ///
    /// "5 billion" matches "$5 billion", "20" matches "20:1", and "2023-09-25" matches "September 2023";
    /// "$5 billion" does not match "€5 billion". A bare number matches neither a date nor a time span.
    pub fn matches(&self, other: &Quantity) -> bool {
        match (self.unit, other.unit) {
            (Unit::Date, Unit::Date) => {
                let (mine, theirs) = (self.value.floor(), other.value.floor());
                mine == theirs || (mine / 100 == theirs / 100 && (mine % 100 == 0 || theirs % 100 == 0))
            }
            (mine, theirs) if mine == theirs => self.value == other.value,
            (Unit::Plain, named) | (named, Unit::Plain) => {
                matches!(named, Unit::Currency(_) | Unit::Percent | Unit::Ratio) && self.value == other.value
            }
            _ => false,
        }
    }
}

/// The languages in which numbers, units and dates are read, besides English.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Locales(Vec<&'static Locale>);

impl Locales {
    /// Those of a folder's languages that write numbers in their own way.
    pub fn of(languages: &[Language]) -> Locales {
        Locales(locales(languages))
    }

    /// Whether a word, in lower case and without accents, is one that counts or is counted by: a scale, a currency, a unit, a
    /// month. Each differs from the others by a letter or two, and means another value.
    pub fn counts(&self, word: &str) -> bool {
        self.0.iter().any(|locale| locale.translated(word).is_some() || locale.is_scale_with_ending(word))
    }
}

/// All quantities of a text, in its order, none overlapping another.
pub fn quantities(text: &str, locales: &Locales) -> Vec<Found> {
    let tokens = tokens(text, &locales.0);
    let mut found = Vec::new();
    let mut index = 0;
    while index < tokens.len() {
        let Some((reading, next)) = read(&tokens, index) else {
            index += 1;
            continue;
        };
        if let Reading::Quantity(quantity) = reading {
            let span = tokens[index].span.start..tokens[next - 1].span.end;
            found.push(Found { span, quantity });
        }
        index = next;
    }
    found
}

/// What is found at one place of a text.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Reading {
    Quantity(Quantity),
    /// Digits that are not a quantity, such as a time of day or a version number: to be skipped as a whole.
    Other,
}

/// What begins at `index`, and the index after it.
fn read(tokens: &[Token<'_>], index: usize) -> Option<(Reading, usize)> {
    date::read(tokens, index).or_else(|| amount::read(tokens, index))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Compares the canonical notation of everything found with `expected`, joined by `; `.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let found: Vec<String> =
            quantities(text, &Locales::default()).iter().map(|found| found.quantity.to_string()).collect();
        assert_eq!(found.join("; "), expected, "in {text:?}");
    }

    #[test]
    fn money_in_any_notation_is_one_value() {
        for text in [
            "$100 billion",
            "$100B",
            "$ 100 B",
            "$100bn",
            "$100 bn.",
            "US$100bn",
            "usd100bn",
            "USD 100 billion",
            "100bn USD",
            "100 B$",
            "100b $",
            "100 billion dollars",
            "100 billions dollars",
            "100 billion us dollars",
            "100 billion U.S. dollars",
            "100 bil dollars",
            "100 bilion bucks",
            "100,000,000,000 dollars",
            "100 000 000 000 dollars",
            "100.000.000.000 dollars",
            "$100'000'000'000",
            "$100,000,000,000.00",
            "$100e9",
            "$0.1 trillion",
            "$.1tn",
            "$100,000 million",
            "one hundred billion dollars",
            "a hundred billion dollars",
            "hundred billion dollars",
            "One-Hundred Billion Dollars",
            "$100+ billion",
            "100+ billion dollars",
            "over $100 billion",
            "(~$100 billion)",
        ] {
            check(text, "$100 billion");
        }
        check("$5 billion", "$5 billion");
        check("five billion dollars", "$5 billion");
        check("$4.5bn", "$4.5 billion");
        check("4,5 Mrd euro", "€4.5 billion");
        check("£20k", "£20,000");
        check("12 mio. CHF", "12 million CHF");
        check("¥1,500", "¥1,500");
        check("three crore rupees", "₹30 million");
        check("$1,234.56", "$1,234.56");
        check("-$5", "-$5");
        check("€4,5 Mrd.", "€4.5 billion");
        check("a five-billion-dollar deal", "$5 billion");
        check("100-billion-dollar", "$100 billion");
        check("one-and-a-half billion dollars", "$1.5 billion");
        check("$2½ million", "$2.5 million");
        check("$1_000_000", "$1 million");
        check("$20 or €30?", "$20; €30");
        check("5 $10", "5; $10");
    }

    #[test]
    fn bare_numbers() {
        for text in
            ["5 billion", "5bn", "5 b", "5B", "5 billions", "5 bil", "5e9", "5 000 000 000", "5,000,000,000"]
        {
            check(text, "5 billion");
        }
        check("5.000.000.000", "5 billion");
        check("5\u{a0}000\u{202f}000 000", "5 billion");
        check("half a billion", "500 million");
        check("half a billion dollars", "$500 million");
        check("a quarter of a million", "250,000");
        check("five hundred million", "500 million");
        check("5½ million", "5.5 million");
        check("½", "0.5");
        check("1.5bn", "1.5 billion");
        check("a billion and a half", "1.5 billion");
        check("1 billion and a half", "1.5 billion");
        check("two dozen", "24");
        check("half a dozen", "6");
        check("two and a half billion", "2.5 billion");
        check("2 and a half million", "2.5 million");
        check("one point five trillion", "1.5 trillion");
        check("two hundred and five thousand and twenty-one", "205,021");
        check("a million", "1 million");
        check("1.500", "1.5");
        check("2 entries", "2");
        check("two sides", "2");
        check("in 2023", "2023");
        check("from 5 to 10", "5; 10");
        check("5-10 people", "5; 10");
        check("-5 degrees", "-5");
        check("50 m", "50 million");
        check("a 10-K filing", "10");
    }

    #[test]
    fn ratios() {
        for text in [
            "20:1",
            "20 : 1",
            "20 to 1",
            "20-to-1",
            "twenty to one",
            "twenty-to-one",
            "20x",
            "20 x",
            "20×",
            "20 times",
            "twenty times",
            "20-fold",
            "20fold",
            "twentyfold",
            "twenty-fold",
            "20 for every 1",
            "$20 for every $1",
            "20 dollars for every dollar",
            "20 dollars for each one dollar",
            "$20 per $1",
        ] {
            check(text, "20:1");
        }
        check("3:2", "1.5:1");
        check("4:3", "4:3");
        check("5 times a week", "5");
        check("20 x 30 cm", "20; 30");
        check("one to one support", "");
        check("one time", "");
        check("$20 per €1", "$20; €1");
        check("$20 for every $1 billion", "$20; $1 billion");
        check("$20 per person", "$20");
    }

    #[test]
    fn both_ends_of_a_range_have_its_unit() {
        check("$5-10 billion", "$5 billion; 10 billion");
        check("$5–$10bn", "$5 billion; $10 billion");
        check("$5bn-$10bn", "$5 billion; $10 billion");
        check("10–15%", "10%; 15%");
        check("6-12 months", "6 months; 1 year");
        check("5-10 million users", "5 million; 10 million");
        check("5-10-15%", "5; 10%; 15%");
        check("10-5%", "10; 5%");
        check("5 - 10%", "5; 10%");
        check("$5-€10 billion", "$5; €10 billion");
    }

    #[test]
    fn dates() {
        for text in [
            "September 2023",
            "Sept 2023",
            "sept. 2023",
            "September '23",
            "september’23",
            "sep-2023",
            "Sep, 2023",
            "september of 2023",
            "2023-09",
            "2023/09",
            "09/2023",
            "9/2023",
            "09.2023",
            "09-2023",
        ] {
            check(text, "September 2023");
        }
        for text in [
            "25 September 2023",
            "25th of September, 2023",
            "September 25, 2023",
            "Sept 25th 2023",
            "2023-09-25",
            "25.09.2023",
            "25/09/2023",
            "09/25/2023",
        ] {
            check(text, "25 September 2023");
        }
        check("may 2023", "May 2023");
        check("what may happen", "");
        check("may 20", "20");
        check("12/11/2023", "");
        check("2023-24", "2023; 24");
        check("in September 2023.", "September 2023");
        check("Q3 2023", "2023");
    }

    #[test]
    fn shares_and_time_spans() {
        for text in ["13%", "13 %", "13 percent", "13 per cent", "13pct", "thirteen percent"] {
            check(text, "13%");
        }
        check("2.5%", "2.5%");
        check("a 5-percent stake", "5%");
        check("two weeks", "14 days");
        check("14 days", "14 days");
        check("a 30-day trial", "30 days");
        check("30 seconds", "30 seconds");
        check("90 minutes", "90 minutes");
        check("24h", "1 day");
        check("36 hrs", "36 hours");
        check("one year", "1 year");
        check("18 months", "18 months");
        check("a decade", "");
        check("two decades", "20 years");
    }

    #[test]
    fn words_that_only_look_like_numbers() {
        for text in [
            "AWS S3",
            "GPT-4",
            "gpt-4o",
            "covid-19",
            "H100",
            "2fa",
            "3rd",
            "1st",
            "version 1.2.3",
            "at 10:30",
            "10:30:15",
            "one of the largest",
            "billions",
            "2023Q3",
            "the hundred",
            "may",
            "a",
            "half",
            "$",
            "1/2",
            "",
        ] {
            check(text, "");
        }
    }

    /// The same for a folder in this language.
    #[track_caller]
    fn check_in(code: &str, texts: &[&str], expected: &str) {
        let locales = Locales::of(&[Language::from_code(code).unwrap()]);
        for text in texts {
            let found = quantities(text, &locales);
            let found: Vec<String> = found.iter().map(|found| found.quantity.to_string()).collect();
            assert_eq!(found.join("; "), expected, "in {text:?} in {code}");
        }
    }

    #[test]
    fn money_in_other_languages() {
        check_in(
            "ru",
            &[
                "5 млрд долларов",
                "5 миллиардов $",
                "$5 млрд",
                "5000 млн долларов",
                "5\u{a0}000\u{a0}000\u{a0}000 $",
            ],
            "$5 billion",
        );
        check_in("ru", &["1,5 млрд €", "€1,5 млрд", "1500 млн евро", "1.5 млрд евро"], "€1.5 billion");
        check_in("ru", &["7 млн руб", "7 000 000 ₽", "7 миллионов рублей"], "7 million RUB");
        check_in("ru", &["5 тыс. руб.", "5000 р"], "5,000 RUB");
        check_in("ru", &["сто миллионов рублей"], "100 million RUB");
        check_in("uk", &["5 млрд ₴", "5 мільярдів гривень", "5 млрд. грн"], "5 billion UAH");
        check_in("de", &["1.500 Euro", "1.500,00 €", "1500 EUR", "1,5 Tsd. Euro"], "€1,500");
        check_in("de", &["5 Mrd. Dollar", "5 Milliarden Dollar", "0,005 Billionen Dollar"], "$5 billion");
        check_in(
            "fr",
            &["5 milliards d'euros", "5 Mds €", "5\u{202f}000\u{202f}000\u{202f}000 €"],
            "€5 billion",
        );
        check_in(
            "es",
            &["5 mil millones de dólares", "$5.000.000.000", "5000 millones de dólares"],
            "$5 billion",
        );
        check_in("es", &["1 billón"], "1 trillion");
        check_in("pt-br", &["R$ 5 bilhões", "5 bilhões de reais", "R$ 5 bi"], "5 billion BRL");
        check_in("it", &["5 miliardi di euro", "5 mld €"], "€5 billion");
        check_in("nl", &["5 miljard euro", "5 mld euro"], "€5 billion");
        check_in("id", &["Rp5.000", "5 ribu rupiah", "5rb rupiah"], "5,000 IDR");
        check_in("id", &["5 miliar dolar"], "$5 billion");
        check_in("tr", &["5 milyar lira", "5.000.000.000 TL", "₺5 milyar"], "5 billion TRY");
        check_in("hi", &["5 करोड़ रुपये", "₹5 करोड़", "५ करोड़ रुपये", "500 लाख रुपए"], "₹50 million");
        check_in("hi", &["5 अरब डॉलर"], "$5 billion");
        check_in("fa", &["۵۰۰۰ تومان", "۵٬۰۰۰ تومان", "5 هزار تومان"], "50,000 IRR");
        check_in("fa", &["۵ میلیارد دلار", "٥ میلیارد دلار"], "$5 billion");
        check_in("ar", &["٥ مليار دولار", "٥٬٠٠٠ مليون دولار"], "$5 billion");
        check_in("ja", &["50億ドル", "5000000000ドル", "５０億ドル"], "$5 billion");
        check_in("ja", &["3億5000万円"], "¥350 million");
        check_in("zh", &["50亿美元"], "$5 billion");
        check_in("zh", &["1万5千元", "15000元"], "15,000 CNY");
        check_in("ko", &["5억 원", "5억원"], "₩500 million");
        check_in("vi", &["5 tỷ đồng", "5.000.000.000đ"], "5 billion VND");
        check_in("th", &["5 ล้านบาท", "๕ ล้านบาท"], "5 million THB");
    }

    #[test]
    fn dates_and_time_spans_in_other_languages() {
        let march = "15 March 2024";
        check_in(
            "ru",
            &["15 марта 2024", "15 марта 2024 г.", "15.03.2024", "2024-03-15", "15/03/2024"],
            march,
        );
        check_in("de", &["15. März 2024", "15.3.2024"], march);
        check_in("fr", &["15 mars 2024"], march);
        check_in("fr", &["1er mars 2024"], "1 March 2024");
        check_in("es", &["15 de marzo de 2024"], march);
        check_in("pt-br", &["15 de março de 2024"], march);
        check_in("zh", &["2024年3月15日", "2024年3月15号"], march);
        check_in("ja", &["2024年3月15日に"], march);
        check_in("ko", &["2024년 3월 15일"], march);
        check_in("vi", &["ngày 15 tháng 3 năm 2024", "15/3/2024"], march);
        check_in("fa", &["۱۵ مارس ۲۰۲۴"], march);
        check_in("uk", &["12/11/2023"], "12 November 2023");
        check_in("ru", &["в марте 2024"], "March 2024");
        check_in("ru", &["в 2024 году"], "2024");
        check_in("zh", &["2024年"], "2024");
        check_in("ru", &["5 лет", "60 месяцев"], "5 years");
        check_in("ru", &["30 минут"], "30 minutes");
        check_in("ja", &["3年間"], "3 years");
        check_in("ru", &["13 процентов", "13 %"], "13%");
        check_in("ar", &["١٣٪"], "13%");
    }

    #[test]
    fn digits_of_other_scripts_are_numbers_in_any_folder() {
        check("１２ people", "12");
        check("＄５bn", "$5 billion");
        check("٢٠٢٤", "2024");
        check("५० percent", "50%");
        check("hundred bn", "100 billion");
        check("10 yr", "10 years");
    }

    #[test]
    fn languages_that_are_not_those_of_the_folder_are_not_read() {
        check_in("en", &["5 млрд"], "5");
        check_in("de", &["5 billion"], "5 trillion");
    }

    #[test]
    fn a_missing_unit_matches_any() {
        #[track_caller]
        fn check(one: &str, other: &str, expected: bool) {
            let (one, other) = (
                quantities(one, &Locales::default())[0].quantity,
                quantities(other, &Locales::default())[0].quantity,
            );
            assert_eq!(one.matches(&other), expected, "{one} and {other}");
            assert_eq!(other.matches(&one), expected, "{other} and {one}");
        }
        check("5 billion", "$5B", true);
        check("20", "20:1", true);
        check("13", "13%", true);
        check("$5", "€5", false);
        check("$20", "20:1", false);
        check("2023-09-25", "September 2023", true);
        check("2023-09-25", "2023-09-26", false);
        check("August 2023", "September 2023", false);
        check("3", "3 years", false);
        check("36 months", "3 years", true);
    }

    #[test]
    fn a_span_covers_the_whole_notation() {
        let text = "It is over $13 billion (13%).";
        let found: Vec<&str> =
            quantities(text, &Locales::default()).into_iter().map(|found| &text[found.span]).collect();
        assert_eq!(found, ["$13 billion", "13%"]);
    }

    #[test]
    fn absurd_numbers_are_left_alone() {
        let nines = "9".repeat(10_000);
        for text in [&nines, "1e99999", "999999999999999999999999 trillion trillion", "99999999999999999999"]
        {
            check(text, "");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_survived(text in "\\PC*") {
            quantities(&text, &Locales::default());
        }

        #[test]
        fn any_mixture_of_number_parts_is_survived(
            parts in proptest::collection::vec(proptest::sample::select(&[
                "$", "5", "000", "2023", "09", ".", ",", ":", "-", "/", " ", "'", "one", "hundred", "billion", "b", "x",
                "to", "1", "and", "a", "half", "point", "sep", "%", "usd", "th", "e", "+", "times", "€", "é", "½", "–", "dozen",
                "for", "every", "dollar", "_",
            ][..]), 0..24),
        ) {
            let text = parts.concat();
            let mut end = 0;
            for found in quantities(&text, &Locales::default()) {
                assert!(found.span.start >= end && found.span.end > found.span.start);
                assert!(text.is_char_boundary(found.span.start) && text.is_char_boundary(found.span.end));
                end = found.span.end;
            }
        }
    }
}
