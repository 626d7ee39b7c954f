//! Many short lists in one piece of memory: a folder has some 100,000 features, most of them in one or two phrasings.

/// Lists that are numbered from 0 and do not change.
#[derive(Debug, Clone)]
pub(crate) struct Lists<T> {
    /// Where each list ends and the next begins.
    ends: Vec<u32>,
    items: Vec<T>,
}

impl<T> Default for Lists<T> {
    fn default() -> Self {
        Lists { ends: Vec::new(), items: Vec::new() }
    }
}

impl<T> Lists<T> {
    /// The list of this number; empty, if there are not so many.
    pub(crate) fn get(&self, number: usize) -> &[T] {
        let Some(end) = self.ends.get(number) else { return &[] };
        let start = if number == 0 { 0 } else { self.ends[number - 1] };
        &self.items[start as usize..*end as usize]
    }
}

impl Lists<(u32, f32)> {
    /// For each of `n` items the numbers of the lists that have it, ascending, with the weight there.
    pub(crate) fn turned_over(lists: &[Vec<(u32, f32)>], n: usize) -> Lists<(u32, f32)> {
        let mut ends = vec![0_u32; n];
        for (item, _) in lists.iter().flatten() {
            ends[*item as usize] += 1;
        }
        let mut total = 0;
        let mut next: Vec<u32> = Vec::with_capacity(n);
        for end in &mut ends {
            next.push(total);
            total += *end;
            *end = total;
        }
        let mut items = vec![(0, 0.0); total as usize];
        for (list, (item, weight)) in
            lists.iter().enumerate().flat_map(|(list, it)| it.iter().map(move |it| (list, it)))
        {
            let next = &mut next[*item as usize];
            items[*next as usize] = (list as u32, *weight);
            *next += 1;
        }
        Lists { ends, items }
    }
}

impl<T> FromIterator<Vec<T>> for Lists<T> {
    fn from_iter<I: IntoIterator<Item = Vec<T>>>(lists: I) -> Self {
        let mut all = Lists::default();
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
        let lists = Lists::turned_over(&[vec![(1, 0.5), (2, 1.0)], vec![], vec![(1, 2.0)]], 4);
        let expected: [&[(u32, f32)]; 4] = [&[], &[(0, 0.5), (2, 2.0)], &[(0, 1.0)], &[]];
        assert_eq!([0, 1, 2, 3].map(|item| lists.get(item)), expected);
    }

    #[test]
    fn each_list_is_found_by_its_number() {
        let lists: Lists<u8> = [vec![1, 2], vec![], vec![3]].into_iter().collect();
        assert_eq!([lists.get(0), lists.get(1), lists.get(2), lists.get(3)], [&[1, 2][..], &[], &[3], &[]]);
    }
}
