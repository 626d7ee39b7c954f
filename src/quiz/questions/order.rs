//! Which options of a question keep their place.

use crate::knowledge::OptionOrder;
use crate::quantity::{Locales, Quantity, quantities};

/// Options that refer to the others, as people write them, in lower case: they make sense only after these.
const ABOUT_THE_OTHERS: [&str; 40] = [
    "all of the above",
    "all of these",
    "all of them",
    "all the above",
    "none of the above",
    "none of these",
    "none of them",
    "both of the above",
    "both of them",
    "neither of them",
    "other",
    "another answer",
    "alle genannten",
    "alles davon",
    "keine davon",
    "keines davon",
    "nichts davon",
    "tous les précédents",
    "toutes les réponses",
    "aucun des précédents",
    "aucune de ces réponses",
    "todas las anteriores",
    "todo lo anterior",
    "ninguna de las anteriores",
    "todas as anteriores",
    "nenhuma das anteriores",
    "tutte le precedenti",
    "nessuna delle precedenti",
    "alle bovenstaande",
    "geen van bovenstaande",
    "wszystkie powyższe",
    "żadne z powyższych",
    "усе перелічене",
    "все перелічене",
    "жодне з переліченого",
    "жодна з відповідей",
    "все перечисленное",
    "ничего из перечисленного",
    "yukarıdakilerin hepsi",
    "hiçbiri",
];

/// Pairs that everybody expects in this order, in lower case.
const PAIRS: [[&str; 2]; 16] = [
    ["true", "false"],
    ["yes", "no"],
    ["right", "wrong"],
    ["richtig", "falsch"],
    ["wahr", "falsch"],
    ["ja", "nein"],
    ["vrai", "faux"],
    ["oui", "non"],
    ["verdadero", "falso"],
    ["verdadeiro", "falso"],
    ["sí", "no"],
    ["sim", "não"],
    ["vero", "falso"],
    ["prawda", "fałsz"],
    ["так", "ні"],
    ["правда", "ложь"],
];

/// Brings the options into the order in which they are shown. Returns how many of them, the last ones, keep their
/// place there when others are shuffled.
pub(super) fn arrange(options: &mut [String], order: &OptionOrder, locales: &Locales) -> usize {
    match order {
        OptionOrder::Fixed(listed) => {
            let place = |option: &String| listed.iter().position(|it| it.trim() == option.trim());
            options.sort_by_key(|option| place(option).unwrap_or(listed.len()));
            options.len()
        }
        OptionOrder::Sorted if sort_by_size(options, locales) => options.len(),
        OptionOrder::Sorted | OptionOrder::Shuffled if is_pair(options) => options.len(),
        OptionOrder::Sorted | OptionOrder::Shuffled => {
            options.sort_by_key(|option| is_about_the_others(option));
            options.iter().filter(|option| is_about_the_others(option)).count()
        }
    }
}

/// Sorts numbers and dates of one unit; leaves everything else as it is.
fn sort_by_size(options: &mut [String], locales: &Locales) -> bool {
    let size = |option: &String| match quantities(option, locales).as_slice() {
        [only] => Some(only.quantity),
        _ => None,
    };
    let Some(sizes) = options.iter().map(size).collect::<Option<Vec<Quantity>>>() else { return false };
    if sizes.iter().any(|size| size.unit != sizes[0].unit) {
        return false;
    }
    options.sort_by_cached_key(size);
    true
}

/// Whether these are a pair such as true and false; it is brought into its order.
fn is_pair(options: &mut [String]) -> bool {
    let [one, other] = options else { return false };
    let (first, second) = (bare(one), bare(other));
    if PAIRS.contains(&[second.as_str(), first.as_str()]) {
        std::mem::swap(one, other);
        return true;
    }
    PAIRS.contains(&[first.as_str(), second.as_str()])
}

fn is_about_the_others(option: &str) -> bool {
    ABOUT_THE_OTHERS.contains(&bare(option).as_str())
}

fn bare(option: &str) -> String {
    option.trim().trim_end_matches(['.', '!']).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(options: &str, order: &OptionOrder, expected: &str, n_kept: usize) {
        let mut options: Vec<String> = options.split(", ").map(str::to_owned).collect();
        let kept = arrange(&mut options, order, &Locales::default());
        assert_eq!((options.join(", ").as_str(), kept), (expected, n_kept));
    }

    #[test]
    fn options_about_the_others_come_last_by_themselves() {
        let shuffled = OptionOrder::Shuffled;
        check("All of the above, Cake, Bread", &shuffled, "Cake, Bread, All of the above", 1);
        check("None of these., Cake, All of these", &shuffled, "Cake, None of these., All of these", 2);
        check("Alles davon, Kuchen, Brot", &shuffled, "Kuchen, Brot, Alles davon", 1);
        check("All of Europe, Cake", &shuffled, "All of Europe, Cake", 0);
    }

    #[test]
    fn true_comes_before_false() {
        let shuffled = OptionOrder::Shuffled;
        check("False, True", &shuffled, "True, False", 2);
        check("Yes, No", &shuffled, "Yes, No", 2);
        check("Ні, Так", &shuffled, "Так, Ні", 2);
        check("Cake, Bread", &shuffled, "Cake, Bread", 0);
    }

    #[test]
    fn numbers_and_dates_are_sorted_by_size() {
        let sorted = OptionOrder::Sorted;
        check("$5 billion, $900 million, $13bn", &sorted, "$900 million, $5 billion, $13bn", 3);
        check("1999, 1666, 2001", &sorted, "1666, 1999, 2001", 3);
        check("September 2023, May 1999", &sorted, "May 1999, September 2023", 2);
        check("5 kg, many", &sorted, "5 kg, many", 0);
        check("$5, 5 years", &sorted, "$5, 5 years", 0);
    }

    #[test]
    fn a_fixed_order_is_as_it_is_listed() {
        let fixed = OptionOrder::Fixed(["Small", "Medium", "Large"].map(str::to_owned).to_vec());
        check("Medium, Small, Large", &fixed, "Small, Medium, Large", 3);
    }
}
