//! Throws mangled input at every door through which bytes come in. Each door has seeds in `tests/fuzz/<door>/`;
//! an input is a seed after a few random edits, or two seeds spliced. What makes one fail is printed, and belongs
//! among the seeds from then on.
//!
//! The number of inputs is bounded; `FUZZ_CASES=1000000 cargo test --release fuzz` runs longer, `FUZZ_SEED` elsewhere.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use faqbot::chat::Library;
use faqbot::knowledge::{self, Source};
use faqbot::rich_text::{RichText, markdown, utf16_len};

use super::transcripts::stage;

/// Inputs for each door in an ordinary run: a few seconds in a debug build.
const CASES: u64 = 400;

#[test]
fn a_folder_of_any_text_is_read() {
    fuzz("folder", |bytes| {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let sources = [Source { path: "faq/fuzz.toml".into(), text }];
        let (knowledge, diagnostics) = knowledge::parse(&sources);
        let rendered = knowledge::render(&diagnostics, &sources, false);
        assert!(diagnostics.is_empty() == rendered.is_empty());
        // What is left of it answers.
        let library = Library::new(knowledge, "2026-06-01");
        library.matcher.ask("how much is it");
    });
}

#[test]
fn any_question_is_matched() {
    let library = stage::library(Path::new("tests/transcripts/folder"));
    fuzz("question", |bytes| {
        let question = String::from_utf8_lossy(bytes);
        let found = library.matcher.ask(&question);
        assert!(found.candidates.iter().all(|candidate| (0.0..=1.0).contains(&candidate.confidence)));
        assert!(found.candidates.windows(2).all(|pair| pair[0].confidence >= pair[1].confidence));
        library.matcher.explain(&question);
        knowledge::quantity::quantities(&question);
    });
}

#[test]
fn any_markdown_is_sent() {
    fuzz("markdown", |bytes| {
        let rich = markdown(&String::from_utf8_lossy(bytes));
        check(&rich);
        for part in rich.split(64) {
            assert!(part.n_chars() <= 64);
            check(&part);
        }
        check(&rich.truncate(20));
    });
}

fn check(rich: &RichText) {
    let length = utf16_len(&rich.text);
    assert!(rich.entities.iter().all(|entity| entity.length > 0 && entity.offset + entity.length <= length));
}

/// Runs `target` on mangled seeds, and reports the first input that makes it panic.
fn fuzz(door: &str, target: impl Fn(&[u8])) {
    let setting = |name: &str| std::env::var(name).ok().and_then(|value| value.parse::<u64>().ok());
    let cases = setting("FUZZ_CASES").unwrap_or(CASES);
    let mut random = Random(setting("FUZZ_SEED").unwrap_or(2026));
    let mut paths: Vec<_> = fs::read_dir(Path::new("tests/fuzz").join(door))
        .expect("every door has seeds")
        .map(|entry| entry.expect("it can be read").path())
        .collect();
    paths.sort();
    let seeds: Vec<Vec<u8>> = paths.iter().map(|path| fs::read(path).expect("it can be read")).collect();
    assert!(!seeds.is_empty());
    for seed in &seeds {
        target(seed);
    }
    for case in 0..cases {
        let input = mangle(&seeds, &mut random);
        if catch_unwind(AssertUnwindSafe(|| target(&input))).is_err() {
            panic!("case {case} of {door} fails on {:?}", String::from_utf8_lossy(&input));
        }
    }
}

/// A seed after one to eight edits.
fn mangle(seeds: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut input = seeds[random.below(seeds.len())].clone();
    for _ in 0..=random.below(8) {
        let (from, to) = random.range(input.len());
        match random.below(6) {
            0 => drop(input.drain(from..to)),
            1 => {
                let copy = input[from..to].to_vec();
                input.splice(to..to, copy);
            }
            2 => {
                let other = &seeds[random.below(seeds.len())];
                let (other_from, other_to) = random.range(other.len());
                input.splice(from..to, other[other_from..other_to].iter().copied());
            }
            3 if from < input.len() => input[from] ^= 1 << random.below(8),
            4 => {
                let mean = MEAN[random.below(MEAN.len())];
                input.splice(from..from, mean.bytes());
            }
            _ => {
                let half = input.len() / 2;
                input.rotate_left(half);
            }
        }
        input.truncate(20_000);
    }
    input
}

/// What has broken parsers before.
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
