//! Which rows of the outbox the sender has.

use std::collections::HashSet;

/// The rows that are somewhere in the sender, so that reading the outbox again adds none twice.
#[derive(Debug, Default)]
pub(super) struct KnownRows {
    here: HashSet<i64>,
    /// Rows that were finished since the last reading but one began: news of them may still be on its way.
    gone: [HashSet<i64>; 2],
    /// Rows that came since the last reading began.
    fresh: HashSet<i64>,
}

impl KnownRows {
    /// Whether a row is new: neither here nor finished lately.
    pub(super) fn add(&mut self, seq: i64) -> bool {
        let is_new = !self.gone.iter().any(|gone| gone.contains(&seq)) && self.here.insert(seq);
        if is_new {
            self.fresh.insert(seq);
        }
        is_new
    }

    /// These rows no longer wait here; should they still be in the outbox, they are found there.
    pub(super) fn forget(&mut self, seqs: impl IntoIterator<Item = i64>) {
        for seq in seqs {
            self.here.remove(&seq);
        }
    }

    /// These rows are no longer in the outbox.
    pub(super) fn finished(&mut self, seqs: impl IntoIterator<Item = i64>) {
        for seq in seqs {
            self.here.remove(&seq);
            self.gone[0].insert(seq);
        }
    }

    /// The outbox is about to be read; returns what need not be.
    pub(super) fn begin_reading(&mut self) -> HashSet<i64> {
        self.gone.swap(0, 1);
        self.gone[0].clear();
        self.fresh.clear();
        self.here.clone()
    }

    /// Whether a row came after the reading had begun.
    pub(super) fn is_fresh(&self, seq: i64) -> bool {
        self.fresh.contains(&seq)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_added_once_and_not_while_news_of_it_may_be_on_its_way() {
        let mut known = KnownRows::default();
        assert!(known.add(1) && !known.add(1));
        known.finished([1]);
        assert!(!known.add(1), "it was read before it was finished");
        known.begin_reading();
        assert!(!known.add(1));
        known.begin_reading();
        assert!(known.add(1), "by now it can only be another with its number");
    }

    #[test]
    fn a_forgotten_row_may_come_again() {
        let mut known = KnownRows::default();
        assert!(known.add(1));
        assert_eq!(known.begin_reading(), HashSet::from([1]));
        assert!(!known.is_fresh(1));
        known.forget([1]);
        assert!(known.add(1) && known.is_fresh(1));
    }
}
