//! How fast a folder is fitted and a question matched, beside string measures and a search engine.

use criterion::{Criterion, criterion_group, criterion_main};
use faqbot::matching::Matcher;
use faqbot_bench::peers::{SearchEngine, most_alike, phrasings};
use faqbot_bench::sets::invented;

/// A question with a typical slip in it.
const QUESTION: &str = "hi, can you tell me abuot the corden filgam please";

fn matching(criterion: &mut Criterion) {
    for n in [600, 10_000] {
        let knowledge = invented(n);
        let mut group = criterion.benchmark_group(format!("{n} phrasings"));
        group.sample_size(10);
        group.bench_function("load", |bencher| bencher.iter(|| Matcher::new(&knowledge)));
        let matcher = Matcher::new(&knowledge);
        group.sample_size(100);
        group.bench_function("question", |bencher| bencher.iter(|| matcher.ask(QUESTION)));
        let longest: String = format!("{QUESTION}? ").chars().cycle().take(4096).collect();
        group.bench_function("message of 4,096 characters", |bencher| bencher.iter(|| matcher.ask(&longest)));
        let phrasings = phrasings(&knowledge);
        group.bench_function("Jaro–Winkler", |bencher| {
            bencher.iter(|| most_alike(&phrasings, QUESTION, strsim::jaro_winkler));
        });
        group.bench_function("Sørensen–Dice", |bencher| {
            bencher.iter(|| most_alike(&phrasings, QUESTION, strsim::sorensen_dice));
        });
        let engine = SearchEngine::new(&phrasings).expect("an index in memory");
        group.bench_function("tantivy, stems, fuzzy", |bencher| {
            bencher.iter(|| engine.first(QUESTION).expect("a query of words"));
        });
    }
}

criterion_group!(benches, matching);
criterion_main!(benches);
