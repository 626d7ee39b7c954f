//! Questions that were not answered: how they are grouped.

use std::fs;
use std::path::Path;

use faqbot::faq_folder;
use faqbot::knowledge::{self, Source};
use faqbot::matching::Matcher;
use faqbot::misses::{Cluster, Gatherer, Miss, MissReason, clusters};
use faqbot::time::Timestamp;

fn matcher(toml: &str) -> Matcher {
    let (knowledge, diagnostics) =
        knowledge::parse(&[Source { path: "faq/a.toml".into(), text: toml.into() }]);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    Matcher::new(&knowledge)
}

fn library() -> Matcher {
    let path = "tests/transcripts/folder/library.toml";
    matcher(&fs::read_to_string(path).expect("it is in the repository"))
}

/// A question that was asked `count` times, the last time at second `count`.
fn miss(question: &str, count: u32) -> Miss {
    let last = Timestamp(i64::from(count) * 1000);
    Miss { question: question.into(), why: MissReason::Unknown, count, first: Timestamp(0), last }
}

fn questions(clusters: &[Cluster]) -> Vec<Vec<&str>> {
    clusters.iter().map(|it| it.misses().iter().map(|miss| miss.question.as_str()).collect()).collect()
}

#[track_caller]
fn check(asked: &[(&str, u32)], expected: &[&[&str]]) {
    let misses: Vec<Miss> = asked.iter().map(|(question, count)| miss(question, *count)).collect();
    assert_eq!(questions(&clusters(&misses, &library())), expected);
}

#[test]
fn the_same_words_ask_the_same() {
    check(
        &[
            ("How tall is Mount Everest?", 2),
            ("how tall is mount everest", 5),
            ("mount everest, how tall is it", 1),
        ],
        &[&["how tall is mount everest", "How tall is Mount Everest?", "mount everest, how tall is it"]],
    );
}

#[test]
fn one_rare_word_makes_the_difference() {
    check(
        &[("are dogs allowed", 2), ("are cats allowed", 1), ("how long may I keep a book", 1)],
        &[&["are dogs allowed"], &["are cats allowed"], &["how long may I keep a book"]],
    );
}

#[test]
fn signs_and_foreign_letters_gather_too() {
    check(&[("👍", 1), ("👍", 1), ("где кошка", 1), ("", 1)], &[&["👍", "👍"], &[""], &["где кошка"]]);
}

#[test]
fn a_cluster_counts_and_dates_all_of_its_misses() {
    let mut misses = [miss("is there parking", 3), miss("Is there parking?", 4)];
    misses[0].first = Timestamp(500);
    misses[1].first = Timestamp(700);
    misses[1].why = MissReason::Disliked;
    let clusters = clusters(&misses, &library());
    let [cluster] = clusters.as_slice() else { panic!("{clusters:?}") };
    assert_eq!((cluster.question(), cluster.count()), ("Is there parking?", 7));
    assert_eq!((cluster.first(), cluster.last()), (Timestamp(500), Timestamp(4000)));
    assert_eq!(cluster.reasons(), [(MissReason::Unknown, 3), (MissReason::Disliked, 4)]);
}

#[test]
fn the_order_of_the_misses_does_not_matter() {
    let asked = asked_about_the_article();
    let misses: Vec<Miss> = asked.iter().map(|(question, _)| miss(question, 1)).collect();
    let backwards: Vec<Miss> = misses.iter().rev().cloned().collect();
    let matcher = article();
    assert_eq!(clusters(&misses, &matcher), clusters(&backwards, &matcher));
}

/// Reading a long question costs as much as answering it, so a thousand of them are read as they come.
#[test]
fn misses_are_read_only_once() {
    let matcher = library();
    let mut misses: Vec<Miss> =
        (0..30).map(|n| miss(&format!("where is shelf {n} in the garden"), 1)).collect();
    let gatherer = Gatherer::default();
    misses.iter().for_each(|miss| gatherer.read(&miss.question, &matcher));
    assert_eq!(gatherer.n_known(), 30);
    let gathered = gatherer.clusters(&misses, &matcher);
    assert_eq!(gathered, clusters(&misses, &matcher));
    assert_eq!(gatherer.n_known(), 30);
    // One more is read, and settled ones are forgotten.
    misses.drain(..10);
    misses.push(miss("are dogs allowed", 1));
    assert_eq!(gatherer.clusters(&misses, &matcher), clusters(&misses, &matcher));
    assert_eq!(gatherer.n_known(), 21);
}

/// Questions grouped together belong together: the number behind the threshold of `src/misses.rs`.
#[test]
fn alike_questions_mean_the_same() {
    let asked = asked_about_the_article();
    let misses: Vec<Miss> = asked.iter().map(|(question, _)| miss(question, 1)).collect();
    let meanings = |question: &str| -> Vec<&str> {
        let (_, expected) = asked.iter().find(|(it, _)| it == question).expect("it was asked");
        expected.split('|').collect()
    };
    let (mut n_joined, mut n_right) = (0, 0);
    for cluster in clusters(&misses, &article()) {
        let leader = meanings(cluster.question());
        for miss in &cluster.misses()[1..] {
            n_joined += 1;
            n_right += usize::from(meanings(&miss.question).iter().any(|it| leader.contains(it)));
        }
    }
    assert!(n_joined >= 30 && n_right * 100 >= n_joined * 90, "{n_right} of {n_joined}");
}

fn article() -> Matcher {
    let loaded = faq_folder::load(Path::new("faq"), Timestamp(0)).expect("it is in the repository");
    Matcher::new(&loaded.knowledge)
}

/// Questions about the shipped folder, with the entry that each asks for.
fn asked_about_the_article() -> Vec<(String, String)> {
    let tables = ["tests/matching/article-tune.tsv", "tests/matching/article-held-out.tsv"];
    let lines = tables.map(|path| fs::read_to_string(path).expect("it is in the repository")).join("\n");
    let columns = lines.lines().filter_map(|line| {
        let mut columns = line.split('\t');
        Some((columns.next()?.to_owned(), columns.next()?.to_owned()))
    });
    let mut asked: Vec<(String, String)> =
        columns.filter(|(question, expected)| question != "question" && expected != "none").collect();
    asked.dedup();
    asked
}
