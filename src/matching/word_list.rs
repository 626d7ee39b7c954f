//! Words by their length, searched for those that a slip may have been meant to be.

use std::borrow::Cow;

use super::edit_distance::{Typed, UNLIKELY, are_beside};

/// A word that may be meant.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) text: Cow<'static, str>,
    /// The cost of taking a slip for it, besides its slips.
    pub(crate) cost: f64,
    letters: Letters,
}

/// How often a word has each letter. Letters 32 apart share a place; those of most alphabets are next to each other.
type Letters = [u8; N_PLACES];

const N_PLACES: usize = 32;

/// Words by their number of letters, each list in alphabetical order.
#[derive(Debug, Clone, Default)]
pub(crate) struct WordList {
    by_length: Vec<Vec<Known>>,
}

impl WordList {
    /// Words with the cost of taking a slip for each.
    pub(crate) fn new(words: impl Iterator<Item = (Cow<'static, str>, f64)>) -> WordList {
        let mut by_length: Vec<Vec<Known>> = Vec::new();
        for (text, cost) in words {
            let n_letters = text.chars().count();
            if by_length.len() <= n_letters {
                by_length.resize(n_letters + 1, Vec::new());
            }
            by_length[n_letters].push(Known { letters: letters(&text), cost, text });
        }
        for words in &mut by_length {
            words.sort_by(|a, b| a.text.cmp(&b.text));
            words.shrink_to_fit();
        }
        WordList { by_length }
    }

    pub(crate) fn has(&self, word: &str) -> bool {
        let words = self.of_length(word.chars().count());
        words.binary_search_by(|known| known.text.as_ref().cmp(word)).is_ok()
    }

    /// The words within this many slips, each with its slips; shorter words first, in alphabetical order among those of
    /// one length.
    pub(crate) fn near(&self, word: &str, slips: usize) -> Vec<(&Known, usize)> {
        self.search(word, slips, |words| words)
    }

    /// Those of them that begin with the same letter.
    pub(crate) fn near_with_same_start(&self, word: &str, slips: usize) -> Vec<(&Known, usize)> {
        let Some(first) = word.chars().next() else { return Vec::new() };
        self.search(word, slips, |words| {
            let start = words.partition_point(|known| known.text.chars().next() < Some(first));
            let length = words[start..].partition_point(|known| known.text.starts_with(first));
            &words[start..start + length]
        })
    }

    fn search(&self, word: &str, slips: usize, among: impl Fn(&[Known]) -> &[Known]) -> Vec<(&Known, usize)> {
        let counted = Counted::new(word);
        let n_letters = word.chars().count();
        let mut typed = Typed::new(word);
        let mut near = Vec::new();
        for length in n_letters.saturating_sub(slips)..=n_letters + slips {
            // Most words are ruled out by counting, long before their letters are aligned.
            let alike = |known: &&Known| counted.may_be_from(&known.letters, slips);
            for known in among(self.of_length(length)).iter().filter(alike) {
                near.extend(typed.slips_from(&known.text, slips).map(|slips| (known, slips)));
            }
        }
        near
    }

    fn of_length(&self, n_letters: usize) -> &[Known] {
        self.by_length.get(n_letters).map_or(&[], Vec::as_slice)
    }
}

/// The place where a letter is counted.
fn place(letter: char) -> usize {
    letter as usize % N_PLACES
}

fn letters(word: &str) -> Letters {
    let mut letters = [0; N_PLACES];
    for letter in word.chars() {
        letters[place(letter)] = u8::saturating_add(letters[place(letter)], 1);
    }
    letters
}

/// The letters of a word as typed.
struct Counted {
    letters: Letters,
    places: Vec<Place>,
}

/// A place where the word has letters.
struct Place {
    place: usize,
    /// One of them comes twice in a row.
    is_doubled: bool,
    /// The places of the keys beside theirs.
    beside: Vec<usize>,
}

impl Counted {
    fn new(word: &str) -> Counted {
        let mut places: Vec<Place> = Vec::new();
        let mut before = None;
        for letter in word.chars() {
            let index = places.iter().position(|it| it.place == place(letter)).unwrap_or_else(|| {
                places.push(Place { place: place(letter), is_doubled: false, beside: Vec::new() });
                places.len() - 1
            });
            places[index].is_doubled |= before.replace(letter) == Some(letter);
            places[index].beside.extend(('a'..='z').filter(|it| are_beside(letter, *it)).map(place));
        }
        for place in &mut places {
            place.beside.sort_unstable();
            place.beside.dedup();
        }
        Counted { letters: letters(word), places }
    }

    /// Whether there may be this few slips from a word with these letters, whatever their order.
    ///
    /// A surplus letter is one slip where its key is beside that of a missing one or the letter comes twice in a row,
    /// otherwise it counts as two; a missing letter that no surplus one stands for is one more.
    fn may_be_from(&self, meant: &Letters, slips: usize) -> bool {
        // Bytes, so that the processor takes sixteen at a time; words are shorter than 256 letters.
        let sum = |one: &Letters, other: &Letters| -> usize {
            one.iter()
                .zip(other)
                .map(|(one, other)| u16::from(one.saturating_sub(*other)))
                .sum::<u16>()
                .into()
        };
        let (n_missing, n_extra) = (sum(meant, &self.letters), sum(&self.letters, meant));
        if n_missing.max(n_extra) > slips {
            return false;
        }
        let is_missing = |place: &usize| self.letters[*place] < meant[*place];
        let unlikely = self.places.iter().filter(|it| !it.is_doubled && !it.beside.iter().any(is_missing));
        let n_unlikely: usize =
            unlikely.map(|it| usize::from(self.letters[it.place].saturating_sub(meant[it.place]))).sum();
        n_missing.max(n_extra) + n_unlikely * (UNLIKELY - 1) <= slips
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn counting_rules_out_no_word_that_is_near(typed in "[a-fqwsàб]{1,9}", meant in "[a-fqwsàб]{1,9}") {
            let slips = Typed::new(&typed).slips_from(&meant, 30).expect("no word is further away");
            prop_assert!(Counted::new(&typed).may_be_from(&letters(&meant), slips));
        }
    }

    fn list() -> WordList {
        let words = ["cost", "coast", "boat", "coat", "invest", "cots"];
        WordList::new(words.into_iter().map(|word| (Cow::Borrowed(word), 0.0)))
    }

    fn texts<'a>(near: &[(&'a Known, usize)]) -> Vec<(&'a str, usize)> {
        near.iter().map(|(known, slips)| (known.text.as_ref(), *slips)).collect()
    }

    #[test]
    fn letters_swapped_put_in_left_out_or_wrong_are_one_slip_each() {
        let list = list();
        assert_eq!(texts(&list.near("csot", 1)), [("cost", 1)]);
        assert_eq!(texts(&list.near("coaat", 1)), [("coat", 1), ("coast", 1)]);
        assert_eq!(texts(&list.near("invst", 1)), [("invest", 1)]);
        assert_eq!(texts(&list.near("voat", 1)), [("boat", 1), ("coat", 1)]);
        assert!(list.near("xqzt", 2).is_empty());
    }

    #[test]
    fn only_what_begins_alike_is_found_where_that_is_asked() {
        assert_eq!(texts(&list().near_with_same_start("voat", 1)), []);
        assert_eq!(texts(&list().near_with_same_start("bost", 2)), [("boat", 1)]);
    }

    #[test]
    fn words_are_found_whatever_their_length() {
        assert!(list().has("invest"));
        assert!(!list().has("inves"));
        assert!(!list().has(""));
    }
}
