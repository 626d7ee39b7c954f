//! Every door through which bytes come in, on the inputs in `tests/fuzz/<door>/` and on some that are mangled from them.
//!
//! It is bounded and always the same. The search for more follows the code, in an instrumented build: see
//! `crates/fuzz`. Its finds are kept among these inputs.

pub(crate) mod doors;

use std::fs;
use std::panic::catch_unwind;
use std::path::Path;

use self::doors::DOORS;

/// Mangled inputs for each door: a few seconds in a debug build.
const CASES: u64 = 100;

#[test]
fn any_bytes_are_taken_at_every_door() {
    for (door, take) in DOORS {
        let mut paths: Vec<_> = fs::read_dir(Path::new("tests/fuzz").join(door))
            .expect("every door has inputs")
            .map(|entry| entry.expect("it can be read").path())
            .collect();
        paths.sort();
        let seeds: Vec<Vec<u8>> = paths.iter().map(|path| fs::read(path).expect("it can be read")).collect();
        let mut random = Random(2026);
        let mangled = (0..CASES).map(|_| mangle(&seeds, &mut random));
        for input in seeds.iter().cloned().chain(mangled) {
            if catch_unwind(|| take(&input)).is_err() {
                panic!("{door} fails on b\"{}\"", input.escape_ascii());
            }
        }
    }
}

/// An input after one to eight edits.
fn mangle(seeds: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut input = seeds[random.below(seeds.len())].clone();
    for _ in 0..=random.below(8) {
        let (from, to) = random.range(input.len());
        match random.below(4) {
            0 => drop(input.drain(from..to)),
            1 => {
                let other = &seeds[random.below(seeds.len())];
                let (other_from, other_to) = random.range(other.len());
                input.splice(from..to, other[other_from..other_to].iter().copied());
            }
            2 if from < input.len() => input[from] ^= 1 << random.below(8),
            _ => {
                let mean = MEAN[random.below(MEAN.len())];
                input.splice(from..from, mean.bytes());
            }
        }
        input.truncate(20_000);
    }
    input
}

/// Inputs that have broken parsers before.
const MEAN: [&str; 20] = [
    "\"\"\"",
    "[[",
    "]]",
    "{",
    "}",
    "\\",
    "\u{0}",
    "\u{feff}",
    "\r\n",
    "\u{202e}",
    "e\u{301}\u{301}\u{301}",
    "👨‍👩‍👧",
    "-0",
    "1e400",
    "99999999999999999999",
    "$",
    "{aws}",
    "**",
    "[a](https://b)",
    "'",
];

/// SplitMix64 (Steele, Lea & Flood 2014, <https://doi.org/10.1145/2660193.2660195>).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound.max(1) as u64).expect("it is below a usize")
    }

    /// A short range within `0..=length`.
    fn range(&mut self, length: usize) -> (usize, usize) {
        let from = self.below(length + 1);
        (from, (from + self.below(40)).min(length))
    }
}
