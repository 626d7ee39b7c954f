//! Words by their length, to be looked through for those that a slip may have been meant to be.

use std::borrow::Cow;

use super::edit_distance::Typed;

/// A word that may be meant.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) text: Cow<'static, str>,
    /// What taking a slip for it costs beside its slips.
    pub(crate) cost: f64,
    letters: CharNgrams,
}

/// How often a word has each letter: a to z, and all others together.
type CharNgrams = [u8; 32];

/// Words, in alphabetical order among those of so many letters.
#[derive(Debug, Clone, Default)]
pub(crate) struct WordList {
    by_length: Vec<Vec<Known>>,
}

impl WordList {
    /// Words with what taking a slip for each costs.
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

    /// The words at most so many slips away, each with its slips; shorter words first, in alphabetical order among those of one
    /// length.
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
        let own_letters = letters(word);
        let n_letters = word.chars().count();
        let mut typed = Typed::new(word);
        let mut near = Vec::new();
        for length in n_letters.saturating_sub(slips)..=n_letters + slips {
            // A letter put in or left out changes one count, a wrong letter two, a swap none: most words
            // are ruled out by counting, long before their letters are aligned.
            let most = 2 * slips - length.abs_diff(n_letters);
            let alike = |known: &&Known| difference(&own_letters, &known.letters) <= most;
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

fn letters(word: &str) -> CharNgrams {
    let mut letters = [0; 32];
    for letter in word.chars() {
        let place = if letter.is_ascii_lowercase() { letter as usize - 'a' as usize } else { 26 };
        letters[place] = u8::saturating_add(letters[place], 1);
    }
    letters
}

/// By how many letters two words differ, wherever these stand.
fn difference(one: &CharNgrams, other: &CharNgrams) -> usize {
    // Bytes, so that the processor takes sixteen at a time; words are shorter than 256 letters.
    usize::from(one.iter().zip(other).map(|(one, other)| u16::from(one.abs_diff(*other))).sum::<u16>())
}

#[cfg(test)]
mod tests {
    use super::*;

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
