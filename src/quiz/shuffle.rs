//! Chance from a seed: the same seed gives the same order, on every machine.

/// A stream of pseudo-random numbers (SplitMix64, Steele, Lea and Flood 2014).
///
/// Good enough to mix questions and options; not for secrets.
#[derive(Debug, Clone)]
pub(crate) struct Shuffler(u64);

impl Shuffler {
    pub(crate) fn new(seed: u64) -> Self {
        Shuffler(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`, which is at least 1. The bias, `bound` in 2⁶⁴, is negligible.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let product = u128::from(self.next()) * bound as u128;
        (product >> 64) as usize
    }

    /// Puts the items into a random order (Fisher and Yates).
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_the_published_algorithm() {
        let mut shuffler = Shuffler::new(1_234_567);
        assert_eq!(shuffler.next(), 6_457_827_717_110_365_317);
        assert_eq!(shuffler.next(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn every_order_is_about_equally_likely() {
        let mut seen = std::collections::BTreeMap::<[u8; 3], u32>::new();
        let mut shuffler = Shuffler::new(7);
        for _ in 0..6_000 {
            let mut items = [1, 2, 3];
            shuffler.shuffle(&mut items);
            *seen.entry(items).or_default() += 1;
        }
        assert_eq!(seen.len(), 6);
        assert!(seen.values().all(|&n| (900..1_100).contains(&n)), "{seen:?}");
    }
}
