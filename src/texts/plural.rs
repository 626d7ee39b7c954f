//! The form of a word that a number takes.

use icu_locale_core::Locale;
use icu_plurals::{PluralCategory, PluralRules, PluralRulesOptions};

use crate::language::Language;

/// Of the forms in a wording, the one that a number takes. They are in the order *zero, one, two, few, many,
/// other*, as many of these as the language has for whole numbers: English has *one* and *other*, Russian *one*, *few* and
/// *many*, Arabic all six, Indonesian *other* alone. With too few forms the last one stands for the rest; two where the
/// language has one are *one* and *other*.
pub(super) fn form<'f>(language: Language, number: i64, forms: &[&'f str]) -> &'f str {
    let form = match rules(language).map(|rules| (categories(&rules), rules)) {
        Some((categories, rules)) if categories.len() > 1 => {
            let category = rules.category_for(number.unsigned_abs());
            categories.iter().position(|it| *it == category).unwrap_or(usize::MAX)
        }
        _ => usize::from(number != 1),
    };
    forms.get(form).or(forms.last()).copied().unwrap_or_default()
}

/// The forms that a word takes after a whole number, in the order in which a wording has them.
///
/// Each with CLDR's name for it and some numbers that take it: `one (1, 21, 31)`.
pub fn plural_forms(language: Language) -> Vec<String> {
    let Some(rules) = rules(language) else { return Vec::new() };
    let example = |category: PluralCategory| {
        let taking = (0..=1_000_u64).filter(|number| rules.category_for(*number) == category);
        let numbers: Vec<String> = taking.take(3).map(|number| number.to_string()).collect();
        format!("{} ({})", name(category), numbers.join(", "))
    };
    categories(&rules).into_iter().map(example).collect()
}

/// Whether it is known which form a number takes.
pub fn has_plural_rules(language: Language) -> bool {
    plural_forms(language).len() > 1 || ONE_FORM.contains(&language.base())
}

/// The languages in which a word has one form after every number (CLDR: *other* alone). Where the rules give others one
/// form, they know nothing about them.
const ONE_FORM: [&str; 19] = [
    "bm", "bo", "dz", "id", "ig", "ja", "jv", "km", "ko", "lo", "ms", "my", "su", "th", "to", "vi", "wo",
    "yo", "zh",
];

fn name(category: PluralCategory) -> &'static str {
    match category {
        PluralCategory::Zero => "zero",
        PluralCategory::One => "one",
        PluralCategory::Two => "two",
        PluralCategory::Few => "few",
        PluralCategory::Many => "many",
        PluralCategory::Other => "other",
    }
}

/// How many forms a word has after a whole number.
#[cfg(test)]
pub(super) fn n_forms(language: Language) -> usize {
    plural_forms(language).len().max(1)
}

/// CLDR's rules for a language; for one without rules, those by which every number takes the same form.
fn rules(language: Language) -> Option<PluralRules> {
    let locale: Locale = language.base().parse().ok()?;
    PluralRules::try_new(locale.into(), PluralRulesOptions::default()).ok()
}

/// The categories that whole numbers take, in CLDR's order. (Some languages have more: for fractions and full millions.)
fn categories(rules: &PluralRules) -> Vec<PluralCategory> {
    use PluralCategory::{Few, Many, One, Other, Two, Zero};
    // Every rule for smaller numbers repeats within each hundred, and 0 to 110 show where.
    let taken: Vec<PluralCategory> = (0..=110_u64).map(|number| rules.category_for(number)).collect();
    [Zero, One, Two, Few, Many, Other].into_iter().filter(|it| taken.contains(it)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(code: &str, forms: &str, expected: &[(i64, &str)]) {
        let language = Language::from_code(code).expect("a language");
        let forms: Vec<&str> = forms.split('|').collect();
        for (number, expected) in expected {
            assert_eq!(form(language, *number, &forms), *expected, "{code} {number}");
        }
    }

    #[test]
    fn each_language_counts_in_its_own_way() {
        check("en", "day|days", &[(0, "days"), (1, "day"), (2, "days"), (21, "days")]);
        check("fr", "jour|jours", &[(0, "jour"), (1, "jour"), (2, "jours"), (1_000_000, "jours")]);
        let russian = [(1, "день"), (3, "дня"), (5, "дней"), (11, "дней"), (21, "день"), (112, "дней")];
        check("ru", "день|дня|дней", &russian);
        // 21 is many in Polish, where it is one in Russian; 22 is other in Czech, where it is few in Polish.
        check("pl", "dzień|dni|dni (m)", &[(1, "dzień"), (22, "dni"), (21, "dni (m)"), (5, "dni (m)")]);
        check("cs", "den|dny|dní", &[(1, "den"), (2, "dny"), (22, "dní"), (5, "dní")]);
        let arabic = [(0, "0"), (1, "1"), (2, "2"), (7, "3-10"), (11, "11-99"), (100, "100"), (103, "3-10")];
        check("ar", "0|1|2|3-10|11-99|100", &arabic);
        check("id", "hari", &[(0, "hari"), (1, "hari"), (2, "hari")]);
    }

    #[test]
    fn forms_are_named_with_numbers_that_take_them() {
        let forms = |code: &str| plural_forms(Language::from_code(code).expect("a language")).join(" ");
        assert_eq!(forms("ru"), "one (1, 21, 31) few (2, 3, 4) many (0, 5, 6)");
        assert_eq!(forms("en"), "one (1) other (0, 2, 3)");
        assert_eq!(forms("ja"), "other (0, 1, 2)");
    }

    #[test]
    fn languages_without_rules_are_known() {
        let has_rules = |code: &str| has_plural_rules(Language::from_code(code).expect("a language"));
        assert!(["ru", "en", "ja", "yo", "ar"].into_iter().all(has_rules));
        assert!(!["tt", "ba", "qu"].into_iter().any(has_rules));
    }

    #[test]
    fn a_wording_with_too_few_forms_keeps_its_last_one() {
        check("ru", "день|дни", &[(1, "день"), (3, "дни"), (5, "дни")]);
        check("zh", "日", &[(1, "日"), (2, "日")]);
    }

    #[test]
    fn two_forms_are_one_and_other_where_the_language_has_one() {
        check("id", "hari|hari-hari", &[(1, "hari"), (2, "hari-hari")]);
    }
}
