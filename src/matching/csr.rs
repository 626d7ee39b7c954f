//! Many short lists in one piece of memory: a folder has some 100,000 features, most of them in one or two phrasings.

/// Lists that are numbered from 0 and do not change.
#[derive(Debug, Clone)]
pub(crate) struct Csr<T> {
    /// Where each list ends and the next begins.
    ends: Vec<u32>,
    items: Vec<T>,
}

impl<T> Default for Csr<T> {
    fn default() -> Self {
        Csr { ends: Vec::new(), items: Vec::new() }
    }
}

impl<T> Csr<T> {
    /// The list of this number; empty if there are fewer.
    pub(crate) fn get(&self, number: usize) -> &[T] {
        let Some(end) = self.ends.get(number) else { return &[] };
        let start = if number == 0 { 0 } else { self.ends[number - 1] };
        &self.items[start as usize..*end as usize]
    }
}

/// That something has the item of a number, and how often. In four bytes, as a folder has a million of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Occurrence(u32);

impl Occurrence {
    /// `amount` is a count, in whatever unit its list has.
    ///
    /// # Panics
    ///
    /// From 2²⁴ items on.
    pub(crate) fn new(number: usize, amount: u8) -> Occurrence {
        assert!(number < 1 << 24, "a folder has fewer than 16 million wordings, words and features");
        Occurrence((number as u32) << 8 | u32::from(amount))
    }

    /// The same amount of another item.
    fn with_number(self, number: usize) -> Occurrence {
        Occurrence::new(number, (self.0 & 0xff) as u8)
    }

    pub(crate) fn number(self) -> usize {
        (self.0 >> 8) as usize
    }

    pub(crate) fn amount(self) -> f32 {
        // Through a signed number, which processors turn into a float in one step.
        (self.0 & 0xff) as i32 as f32
    }
}

impl<T: Copy + Default> Csr<T> {
    /// `n` lists of items, each put into that of its number, in the order in which they come: a counting sort.
    pub(crate) fn sorted(n: usize, items: impl Iterator<Item = (usize, T)> + Clone) -> Csr<T> {
        let mut ends = vec![0_u32; n];
        for (number, _) in items.clone() {
            ends[number] += 1;
        }
        let mut total = 0;
        let mut next: Vec<u32> = Vec::with_capacity(n);
        for end in &mut ends {
            next.push(total);
            total += *end;
            *end = total;
        }
        let mut sorted = vec![T::default(); total as usize];
        for (number, item) in items {
            let next = &mut next[number];
            sorted[*next as usize] = item;
            *next += 1;
        }
        Csr { ends, items: sorted }
    }
}

impl<T> Csr<T> {
    /// All lists, in the order of their numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &[T]> + Clone {
        (0..self.ends.len()).map(|number| self.get(number))
    }
}

impl Csr<Occurrence> {
    /// For each of `n` items the numbers of the lists that have it, ascending, with the amounts there.
    pub(crate) fn turned_over(&self, n: usize) -> Csr<Occurrence> {
        let occurrences = self
            .iter()
            .enumerate()
            .flat_map(|(list, items)| items.iter().map(move |item| (item.number(), item.with_number(list))));
        Csr::sorted(n, occurrences)
    }
}

impl<T> FromIterator<Vec<T>> for Csr<T> {
    fn from_iter<I: IntoIterator<Item = Vec<T>>>(lists: I) -> Self {
        let mut all = Csr::default();
        for list in lists {
            all.items.extend(list);
            all.ends.push(u32::try_from(all.items.len()).expect("a folder fits into memory many times over"));
        }
        all.ends.shrink_to_fit();
        all.items.shrink_to_fit();
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turned_over_each_item_has_the_lists_that_had_it() {
        let occurrences = |items: &[(usize, u8)]| -> Vec<Occurrence> {
            items.iter().map(|(number, amount)| Occurrence::new(*number, *amount)).collect()
        };
        let lists: Csr<Occurrence> =
            [occurrences(&[(1, 5), (2, 1)]), vec![], occurrences(&[(1, 255)])].into_iter().collect();
        let turned_over = lists.turned_over(4);
        let expected = [vec![], occurrences(&[(0, 5), (2, 255)]), occurrences(&[(0, 1)]), vec![]];
        assert_eq!([0, 1, 2, 3].map(|item| turned_over.get(item).to_vec()), expected);
    }

    #[test]
    fn each_list_is_found_by_its_number() {
        let lists: Csr<u8> = [vec![1, 2], vec![], vec![3]].into_iter().collect();
        assert_eq!([lists.get(0), lists.get(1), lists.get(2), lists.get(3)], [&[1, 2][..], &[], &[3], &[]]);
    }
}
