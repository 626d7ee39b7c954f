//! Throws mangled input at every door through which bytes come in. Each door has seeds in `tests/fuzz/<door>/`.
//!
//! An input is a seed after a few random edits, or two spliced. One that makes the door do something that no input
//! before it did joins the seeds for the rest of the run: so the search goes where the code does, without the
//! instrumented build that cargo-fuzz needs a nightly compiler for. What makes a door fail is printed, and belongs
//! among the seeds from then on.
//!
//! An ordinary run is bounded and always the same. Longer, and elsewhere:
//! `FUZZ_SECONDS=600 FUZZ_SEED=7 cargo test fuzz:: -- --nocapture`, so many seconds for each door.

use std::collections::HashSet;
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

use faqbot::chat::{self, Context, Conversation, Event, Library, Me, PersonId};
use faqbot::knowledge::{self, Source};
use faqbot::rich_text::{RichText, markdown, utf16_len};
use faqbot::telegram::{decode, read_json};
use faqbot::time::Timestamp;
use serde_json::{Value, json};

use super::transcripts::stage;

/// Inputs for each door in an ordinary run: a few seconds in a debug build.
const CASES: u64 = 200;
/// So many inputs are kept as seeds at most; then a new one takes the place of another.
const MOST_KEPT: usize = 2_000;

const LONGEST_KEPT: usize = 4_096;

#[test]
fn a_folder_of_any_text_is_read() {
    fuzz("folder", mangle, |bytes| {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let sources = [Source { path: "faq/fuzz.toml".into(), text }];
        let (knowledge, diagnostics) = knowledge::parse(&sources);
        let rendered = knowledge::render(&diagnostics, &sources, false);
        assert!(diagnostics.is_empty() == rendered.is_empty());
        let n_parts = (knowledge.entries.len().min(4), knowledge.terms.len().min(4));
        // What is left of it answers.
        let library = Library::new(knowledge, "2026-06-01");
        library.matcher.ask("how much is it");
        let mut kinds: Vec<String> = diagnostics.iter().map(|it| shape(&it.message)).collect();
        kinds.sort();
        kinds.dedup();
        format!("{n_parts:?} {kinds:?}")
    });
}

#[test]
fn any_update_is_read_and_stepped() {
    let library = stage::library(Path::new("tests/transcripts/folder"));
    let me = Me { id: PersonId(42), username: "library_bot".into(), reads_all_group_messages: false };
    fuzz("update", mangle_json, |bytes| {
        let Some(update) = read_json::<Value>(&String::from_utf8_lossy(bytes)) else {
            return "no JSON".into();
        };
        let Some(arrival) = decode(&update, &me) else { return "nothing".into() };
        // What is stored is read back.
        let stored = serde_json::to_string(&arrival.event).expect("events are written");
        let read: Event = serde_json::from_str(&stored).expect("what was written is read");
        assert_eq!(read, arrival.event);
        let context = Context { library: &library, me: &me, owners: &[PersonId(7)] };
        let mut conversation = Conversation::default();
        let mut did = format!("{:?}", arrival.event);
        for event in [read.clone(), read, Event::Tick] {
            let now = conversation.due().unwrap_or(Timestamp(1_767_614_400_000));
            let (next, effects) = chat::step(context, conversation, event, now);
            let stored = serde_json::to_string(&next).expect("states are written");
            conversation = serde_json::from_str(&stored).expect("what was written is read");
            assert_eq!(conversation, next);
            did.push_str(&format!("{effects:?}"));
        }
        shape(&did)
    });
}

#[test]
fn any_question_is_matched() {
    let library = stage::library(Path::new("tests/transcripts/folder"));
    fuzz("question", mangle, |bytes| {
        // No message is longer.
        let question: String = String::from_utf8_lossy(bytes).chars().take(4_096).collect();
        let found = library.matcher.ask(&question);
        assert!(found.candidates.iter().all(|candidate| (0.0..=1.0).contains(&candidate.confidence)));
        assert!(found.candidates.windows(2).all(|pair| pair[0].confidence >= pair[1].confidence));
        library.matcher.explain(&question);
        let quantities = shape(&format!(
            "{:?}",
            faqbot::quantity::quantities(&question, &faqbot::quantity::Locales::default())
        ));
        format!("{:?} {quantities}", found.outcome)
    });
}

#[test]
fn any_markdown_is_sent() {
    fuzz("markdown", mangle, |bytes| {
        let rich = markdown(&String::from_utf8_lossy(bytes));
        check(&rich);
        for part in rich.split(64) {
            assert!(part.n_chars() <= 64);
            check(&part);
        }
        check(&rich.truncate(20));
        shape(&format!("{:?}", rich.entities.iter().take(12).map(|it| &it.style).collect::<Vec<_>>()))
    });
}

/// What kind of thing a text tells, without its numbers and what it quotes.
fn shape(text: &str) -> String {
    let mut quote = None;
    let mut shape = String::new();
    for c in text.chars() {
        match quote {
            Some(end) if c == end => quote = None,
            Some(_) => {}
            None if c == '"' || c == '`' => quote = Some(c),
            None if c.is_ascii_digit() => {}
            None => shape.push(c),
        }
    }
    shape
}

fn check(rich: &RichText) {
    let length = utf16_len(&rich.text);
    assert!(rich.entities.iter().all(|entity| entity.length > 0 && entity.offset + entity.length <= length));
}

/// Runs `target` on mangled seeds, and reports the first input that makes it panic. `target` tells what it did.
fn fuzz(door: &str, mangle: impl Fn(&[Vec<u8>], &mut Random) -> Vec<u8>, target: impl Fn(&[u8]) -> String) {
    let setting = |name: &str| std::env::var(name).ok().and_then(|value| value.parse::<u64>().ok());
    let until = setting("FUZZ_SECONDS").map(|seconds| Instant::now() + Duration::from_secs(seconds));
    let mut random = Random(setting("FUZZ_SEED").unwrap_or(2026));
    let mut paths: Vec<_> = fs::read_dir(Path::new("tests/fuzz").join(door))
        .expect("every door has seeds")
        .map(|entry| entry.expect("it can be read").path())
        .collect();
    paths.sort();
    let mut kept: Vec<Vec<u8>> = paths.iter().map(|path| fs::read(path).expect("it can be read")).collect();
    assert!(!kept.is_empty());
    let mut seen = HashSet::new();
    for seed in &kept {
        seen.insert(hash(&target(seed)));
    }
    let mut n_cases = 0;
    while until.map_or(n_cases < CASES, |until| Instant::now() < until) {
        let input = mangle(&kept, &mut random);
        n_cases += 1;
        match catch_unwind(AssertUnwindSafe(|| target(&input))) {
            Err(_) => panic!("case {n_cases} of {door} fails on b\"{}\"", input.escape_ascii()),
            // A long one would only make all that come of it slow.
            Ok(did) if input.len() <= LONGEST_KEPT && seen.insert(hash(&did)) => {
                if kept.len() < MOST_KEPT {
                    kept.push(input);
                } else {
                    let place = random.below(kept.len());
                    kept[place] = input;
                }
            }
            Ok(_) => {}
        }
    }
    report(&format!("{door}: {n_cases} inputs did {} different things", seen.len()));
}

#[expect(clippy::print_stdout, reason = "`--nocapture` shows how far a longer run came")]
fn report(line: &str) {
    println!("{line}");
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
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

/// Half of the time as [`mangle`], else a JSON value with parts replaced by others: that stays JSON.
fn mangle_json(seeds: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let any = |random: &mut Random| -> Option<Value> {
        read_json(&String::from_utf8_lossy(&seeds[random.below(seeds.len())]))
    };
    let Some(mut value) = any(random).filter(|_| random.below(2) == 0) else { return mangle(seeds, random) };
    for _ in 0..=random.below(4) {
        let part = match (random.below(3), any(random)) {
            (0, Some(mut other)) => {
                let place = random.below(n_parts(&other));
                part(&mut other, place).clone()
            }
            _ => mean_json(random),
        };
        let place = random.below(n_parts(&value));
        *self::part(&mut value, place) = part;
    }
    value.to_string().into_bytes()
}

fn mean_json(random: &mut Random) -> Value {
    const COMMANDS: [&str; 14] = [
        "/start",
        "/quiz 3 60",
        "/stop",
        "/top",
        "/daily 09:00 Europe/Kyiv",
        "/practice",
        "/topics",
        "/forgetme",
        "/misses",
        "/why",
        "/define x",
        "/settings",
        "/glossary",
        "@library_bot",
    ];
    match random.below(10) {
        0 => Value::Null,
        1 => json!([]),
        2 => json!({}),
        3 => json!(-1),
        4 => json!(i64::MAX),
        5 => json!(1e300),
        6 => json!(true),
        7 => json!("x".repeat(5_000)),
        8 => json!(MEAN[random.below(MEAN.len())]),
        _ => json!(COMMANDS[random.below(COMMANDS.len())]),
    }
}

/// How many values there are in a value, itself included.
fn n_parts(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(n_parts).sum(),
        Value::Object(fields) => fields.values().map(n_parts).sum(),
        _ => 0,
    }
}

/// One of the values in a value, counted from itself on.
fn part(value: &mut Value, place: usize) -> &mut Value {
    if place == 0 {
        return value;
    }
    let mut place = place - 1;
    let parts: Box<dyn Iterator<Item = &mut Value>> = match value {
        Value::Array(items) => Box::new(items.iter_mut()),
        Value::Object(fields) => Box::new(fields.values_mut()),
        _ => Box::new(std::iter::empty()),
    };
    for inner in parts {
        let n = n_parts(inner);
        if place < n {
            return part(inner, place);
        }
        place -= n;
    }
    unreachable!("there are more parts than that")
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
