//! Brings a question as typed into the words that are compared.

use unicode_normalization::char::is_combining_mark;

use super::analyzer::Analyzer;
use super::lexicon;
use crate::language::letters::{is_vowel_mark, plain, visible};
use crate::language::script_of;
use crate::quantity::{Quantity, Unit, quantities};

/// A word of a text, normalised.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Word {
    pub(crate) text: String,
    /// Its value, if it is a number with its unit, however it was written.
    pub(crate) value: Option<Quantity>,
}

/// The most words of a text that are looked at: a message of 4,096 characters has some 700.
const MAX_WORDS: usize = 800;

/// The words of a text, in order, each number with its unit as one word.
///
/// Small counts ("2 days", "one") are words like any other: what they count matters more than how many.
pub(crate) fn words(text: &str, analyzer: &Analyzer) -> Vec<Word> {
    let text = &visible(text);
    let mut words = Vec::new();
    let mut end = 0;
    for found in quantities(text, analyzer.locales()) {
        let quantity = found.quantity;
        let small = quantity.unit == Unit::Plain && quantity.value.floor() < SMALL_NUMBERS_END;
        let span = matches!(quantity.unit, Unit::Seconds | Unit::Months);
        if small || span {
            continue;
        }
        push_words(&text[end..found.span.start], analyzer, &mut words);
        let written: String = plain_words(&text[found.span.clone()], analyzer).concat();
        words.push(Word { text: written, value: Some(quantity) });
        end = found.span.end;
    }
    push_words(&text[end..], analyzer, &mut words);
    if words.is_empty() {
        words.extend(signs(text).map(|sign| Word { text: sign.into(), value: None }));
    }
    words.truncate(MAX_WORDS);
    words
}

/// The emoji and other signs of a message that has no words, without punctuation and variation selectors.
fn signs(text: &str) -> impl Iterator<Item = char> {
    let varies = |it: char| matches!(it, '\u{fe00}'..='\u{fe0f}' | '\u{200d}' | '\u{1f3fb}'..='\u{1f3ff}');
    let is_punctuation = |it: char| it.is_ascii_punctuation() || matches!(it, '\u{2000}'..='\u{206f}');
    let is_sign = move |it: &char| {
        !(it.is_whitespace()
            || it.is_control()
            || is_combining_mark(*it)
            || varies(*it)
            || is_punctuation(*it))
    };
    text.chars().filter(is_sign)
}

/// Plain numbers below this are words, not values.
const SMALL_NUMBERS_END: i128 = 1000;

fn push_words(text: &str, analyzer: &Analyzer, words: &mut Vec<Word>) {
    words.extend(plain_words(text, analyzer).into_iter().map(|text| Word { text, value: None }));
}

/// The words of a text without regard to numbers: letters as in [`plain`], everything that is not a letter or digit
/// taken as a gap; in English, short forms written out and possessives dropped. Without spaces, each letter is a word.
pub(crate) fn plain_words(text: &str, analyzer: &Analyzer) -> Vec<String> {
    let plain = plain(&visible(text));
    let mut words = Vec::new();
    let is_gap = |letter: char| {
        let is_apostrophe = letter == '\'' && !analyzer.parts_at_apostrophes();
        !letter.is_alphanumeric() && !is_apostrophe && !is_vowel_mark(letter)
    };
    for run in plain.split(is_gap) {
        for token in segments(run) {
            let token = token.trim_matches('\'');
            if analyzer.is_english() {
                push_written_out(token, &mut words);
            } else if !token.is_empty() {
                words.push(token.replace('\'', ""));
            }
        }
    }
    words
}

/// A run of letters, cut where the script has no spaces: before and after each letter, which keeps its marks.
///
/// As many Chinese and Japanese questions find their entry as with a dictionary's words, and more of those with typos.
fn segments(run: &str) -> Vec<&str> {
    let stands_alone = |letter: char| script_of(letter).is_some_and(|script| script.is_without_spaces());
    let mut segments = Vec::new();
    let (mut start, mut alone) = (0, false);
    for (index, letter) in run.char_indices() {
        if is_vowel_mark(letter) {
            continue;
        }
        let before = std::mem::replace(&mut alone, stands_alone(letter));
        if (alone || before) && index > start {
            segments.push(&run[start..index]);
            start = index;
        }
    }
    segments.push(&run[start..]);
    segments
}

/// Contracted endings.
const ENDINGS: &[(&str, &str)] =
    &[("n't", "not"), ("'re", "are"), ("'ve", "have"), ("'ll", "will"), ("'d", "would"), ("'m", "am")];

/// Words after which `'s` means *is*; after any other it is a possessive and dropped.
const BEFORE_IS: &[&str] =
    &["it", "he", "she", "that", "this", "there", "here", "what", "where", "who", "how", "when", "why"];

fn push_written_out(token: &str, words: &mut Vec<String>) {
    if token.is_empty() {
        return;
    }
    if let Some(long) = lexicon::written_out(token) {
        words.extend(long.iter().map(|word| (*word).to_owned()));
        return;
    }
    if let Some(owner) = token.strip_suffix("'s") {
        words.push(owner.replace('\'', ""));
        if BEFORE_IS.contains(&owner) {
            words.push("is".into());
        }
        return;
    }
    for (ending, word) in ENDINGS {
        if let Some(start) = token.strip_suffix(ending).filter(|start| !start.is_empty()) {
            words.push(start.replace('\'', ""));
            words.push((*word).into());
            return;
        }
    }
    words.push(token.replace('\'', ""));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let words: Vec<String> = words(text, &Analyzer::new(&[Language::ENGLISH]))
            .into_iter()
            .map(|word| word.value.map_or(word.text, |value| format!("[{value}]")))
            .collect();
        assert_eq!(words.join(" "), expected);
    }

    #[test]
    fn case_accents_and_punctuation_do_not_matter() {
        check("  What IS… café/résumé?! ", "what is cafe resume");
        check("ﬁne Ａmazon", "fine amazon");
    }

    #[test]
    fn contractions_are_written_out() {
        check("Can't I? won’t they, doesn't it", "can not i will not they does not it");
        check("what's they're I'd whats", "what is they are i would what is");
    }

    #[test]
    fn shorthand_is_written_out() {
        check("wat r u gonna do abt it, pls", "what are you going to do about it please");
    }

    #[test]
    fn possessives_are_dropped() {
        check("Amazon's investors' money", "amazon investors money");
    }

    #[test]
    fn signs_count_where_there_are_no_words() {
        check("?!… ''' — ", "");
        check("👍🏽", "👍");
        check("❤️ 🚀!", "❤ 🚀");
        check("thanks 👍", "thanks");
    }

    #[test]
    fn a_number_with_its_unit_is_one_word() {
        for notation in [
            "$5B",
            "5bn usd",
            "5 billion dollars",
            "five billion dollars",
            "$5,000,000,000",
            "5 000 000 000 $",
        ] {
            check(&format!("is it {notation} now"), "is it [$5 billion] now");
        }
        for notation in ["20:1", "20 to 1", "20x", "twenty times"] {
            check(&format!("why {notation}?"), "why [20:1]");
        }
        check("since Sept 2023", "since [September 2023]");
    }

    /// The words as in a folder of this language.
    #[track_caller]
    fn check_in(code: &str, text: &str, expected: &str) {
        let language = Language::from_code(code).unwrap();
        let words = plain_words(text, &Analyzer::new(&[language]));
        assert_eq!(words.join(" "), expected);
    }

    #[test]
    fn english_short_forms_are_english_only() {
        check_in("de", "im Versand", "im versand");
        check_in("sr", "u gradu", "u gradu");
        check_in("nl", "foto's", "fotos");
    }

    #[test]
    fn an_apostrophe_parts_words_where_it_does() {
        check_in("fr", "l’argent d'Amazon", "l argent d amazon");
        check_in("tr", "Ankara'da", "ankara da");
        check_in("uk", "п’ять об'єктів", "пять обєктів");
    }

    #[test]
    fn vowels_stay_and_accents_go() {
        check_in("hi", "कीट की क़ीमत", "कीट की कीमत");
        check_in("vi", "Đặt hàng", "dat hang");
        check_in("tr", "IŞIKLI ışıklı", "isikli isikli");
        check_in("ru", "Ёж йод", "еж йод");
        check_in("ar", "كَمْ أسعار", "کم اسعار");
    }

    #[test]
    fn each_letter_is_a_word_where_there_are_no_spaces() {
        check_in("zh", "周末iPhone几点开门", "周 末 iphone 几 点 开 门");
        check_in("ja", "3月のカードです", "3 月 の カ ー ト て す");
        check_in("th", "ค่าส่งเท่าไหร่", "ค่ า ส่ ง เ ท่ า ไ ห ร่");
    }

    #[test]
    fn what_cannot_be_seen_is_no_letter() {
        check("de\u{200b}liv\u{ad}ery\u{feff} t\u{2060}ime\u{200f}", "delivery time");
        check("de\u{e0061}liv\u{202a}ery", "delivery");
        check_in("fa", "می\u{200c}شود", "می شود");
        check_in("hi", "क\u{200d}ष", "कष");
    }

    #[test]
    fn digits_of_all_scripts_are_digits() {
        check_in("fa", "۱۴۰۳ ١٤٠٣", "1403 1403");
        check("room １２", "room 12");
    }

    #[test]
    fn small_counts_are_words() {
        check("2 days or one", "2 days or one");
    }
}
