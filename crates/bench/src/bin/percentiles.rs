//! Times 1,000 different questions once each, and reports how much memory a folder takes.
//!
//! `-- 600` takes that many invented phrasings; without it, the shipped folder. One folder a run, so that no other is
//! in the memory reported.

use std::time::Instant;

use anyhow::Context as _;
use faqbot::matching::Matcher;
use faqbot_bench::peers::phrasings;
use faqbot_bench::sets::{invented, shipped};

const N_QUESTIONS: usize = 1000;

fn main() -> anyhow::Result<()> {
    let knowledge = match std::env::args().nth(1) {
        Some(n) => invented(n.parse().context("how many phrasings?")?),
        None => shipped()?,
    };
    let start = Instant::now();
    let matcher = Matcher::new(&knowledge);
    println!("load       {:?}", start.elapsed());
    faqbot_heap::trim();
    if let Ok(status) = std::fs::read_to_string("/proc/self/status") {
        for line in status.lines().filter(|line| line.starts_with("VmRSS") || line.starts_with("VmHWM")) {
            println!("{line}");
        }
    }
    let texts = phrasings(&knowledge);
    // The first half of one phrasing and the second of another: the words are the folder's, the questions are not.
    let question = |nth: usize| {
        let (one, other) =
            (&texts[nth % texts.len()].0, &texts[(nth * 13 + nth / texts.len()) % texts.len()].0);
        let half = |text: &str| text.split_whitespace().count().div_ceil(2);
        let first = one.split_whitespace().take(half(one));
        let second = other.split_whitespace().skip(half(other));
        first.chain(second).collect::<Vec<_>>().join(" ")
    };
    let questions: Vec<String> = (0..N_QUESTIONS).map(question).collect();
    let mut times: Vec<_> = questions
        .iter()
        .map(|question| {
            let start = Instant::now();
            std::hint::black_box(matcher.ask(question));
            start.elapsed()
        })
        .collect();
    times.sort();
    for percent in [50, 95, 99] {
        println!("{percent} % took at most {:?}", times[times.len() * percent / 100 - 1]);
    }
    Ok(())
}
