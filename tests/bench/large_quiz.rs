//! What a folder of thousands of questions costs, compared with one of a hundred: making them, beginning a round,
//! drawing the question of a day. In the same run, so that the machine does not matter: it is fine for the cost to grow
//! at most as the folder does.

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

use faqbot::knowledge::{Knowledge, Source, parse};
use faqbot::quiz::daily::{Daily, DailyTime, Event, step};
use faqbot::quiz::{History, QuizOptions, deck, questions};
use faqbot::texts::Texts;
use faqbot::time::Timestamp;

const SMALL: usize = 100;
const LARGE: usize = 5_000;

/// How often each is done; the median counts.
const TIMES: usize = 15;

/// How long each thing takes in both folders, as lines of a table.
pub(crate) fn measure() -> String {
    let (small, large) = (times(SMALL), times(LARGE));
    let mut report = format!("{LARGE} questions, and {SMALL} of the same kind\n");
    for ((what, small), (_, large)) in small.into_iter().zip(large) {
        let ratio = large.as_secs_f64() / small.as_secs_f64();
        writeln!(report, "  {what:<44} {large:>9.2?}  {small:>9.2?}  {ratio:>6.1}×").expect("text grows");
    }
    report
}

/// A folder with this many questions: every other one is written without wrong options, which are made then.
fn folder(n: usize) -> Knowledge {
    let mut text = String::new();
    for n in 0..n {
        let topic = ["history", "rivers", "music", "bread", "stars"][n % 5];
        writeln!(text, "[[quiz]]\nprompt = \"What is number {n} about {topic}?\"").expect("text grows");
        if n % 2 == 0 {
            writeln!(
                text,
                "correct = \"This {n}\"\ndistractors = [\"That {n}\", \"Neither {n}\", \"Both {n}\"]"
            )
        } else {
            writeln!(text, "correct = \"${}\"", 7 + n * 3)
        }
        .expect("text grows");
        writeln!(text, "tags = [\"{topic}\"]\n").expect("text grows");
        if n % 10 == 0 {
            let value = 5 + n * 3;
            writeln!(text, "[[figure]]\nid = \"f{n}\"\nvalue = \"${value}\"\nwhat = \"the price of {n}\"\n")
                .expect("text grows");
        }
    }
    parse(&[Source { path: "faq/quiz.toml".into(), text }]).0
}

fn times(n: usize) -> Vec<(&'static str, Duration)> {
    let knowledge = folder(n);
    let texts = Texts::default();
    let made = questions(&knowledge, &texts, "2026-01-01").quiz;
    assert!(made.len() >= n, "{} of {n}", made.len());
    let wish = |topic: Option<&str>| QuizOptions {
        n_questions: 10,
        topic: topic.map(str::to_owned),
        ..QuizOptions::default()
    };
    // A chat that was asked as much as it remembers.
    let history = History::default().with_deck(&made[..made.len().min(1_000)], Timestamp(1));
    let daily = Daily::new(DailyTime::parse("9").expect("a time"), 7, Timestamp(0));
    let due = daily.due().expect("it is on");
    vec![
        ("making all questions, with wrong options", median(|_| questions(&knowledge, &texts, "2026-01-01"))),
        ("beginning a round", median(|seed| deck(&made, &wish(None), &history, seed))),
        ("beginning a round about a tag", median(|seed| deck(&made, &wish(Some("music")), &history, seed))),
        (
            "beginning a round about what is in questions",
            median(|seed| deck(&made, &wish(Some("number about rivers")), &history, seed)),
        ),
        ("drawing the question of a day", median(|_| step(daily.clone(), &made, Event::Tick, due))),
    ]
}

fn median<T>(mut act: impl FnMut(u64) -> T) -> Duration {
    let mut times: Vec<Duration> = (0..TIMES as u64)
        .map(|seed| {
            let begin = Instant::now();
            black_box(act(seed));
            begin.elapsed()
        })
        .collect();
    times.sort();
    times[TIMES / 2]
}
