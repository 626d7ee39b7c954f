//! What each group of signals brings: the network that says how sure an answer is, fitted without it.
//!
//! Measured on the article's questions that nothing was fitted to, in folders with few phrasings and no out-of-scope groups, and in the
//! whole folder: the share of right answers where so many of the near misses are answered as the goals allow. Three networks with
//! other random starts are fitted for each line, and their mean is printed; `--starts 1` takes one.

use anyhow::Context as _;
use faqbot::matching::{Matcher, SIGNAL_NAMES};
use faqbot_bench::fitting::{english, question};
use faqbot_bench::network::{Contender, Example, Network, train};
use faqbot_bench::sets::{article, exceeded_by, shipped};
use faqbot_bench::simulated::{NEAR_MISS, Question};
use faqbot_bench::smaller::{Kept, Shuffle, smaller};
use faqbot_linear::map_each;

/// What is left out, by the names of its signals; and how many hidden units there are.
const LINES: [(&str, &[&str], usize); 15] = [
    ("all", &[], 16),
    ("6 hidden units", &[], 6),
    ("32 hidden units", &[], 32),
    ("without scores ahead of others", &["score ahead"], 16),
    ("without shares of all scores", &["share of all scores"], 16),
    ("without the nearest wordings", &["likeness of", "likeness ahead"], 16),
    ("without the background", &["likeness to the background"], 16),
    ("without topical words", &["topical words"], 16),
    ("without evidence of rare words", &["evidence", "most telling uncovered", "strange"], 16),
    ("without distinctive words", &["distinctive", "that are"], 16),
    ("without the last word", &["last word"], 16),
    ("without slips and grammar", &["slips", "share of grammar"], 16),
    ("without naive Bayes", &["naive Bayes"], 16),
    ("without stems and pairs in any", &["in any"], 16),
    ("without question types", &["question type", "negated"], 16),
];

/// Phrasings an entry, whether with groups, and the share of near misses that may be answered.
const FOLDERS: [(Option<usize>, bool, f64); 4] =
    [(Some(2), false, 0.08), (Some(5), false, 0.12), (Some(10), false, 0.12), (None, true, 0.03)];

const SETS: [&str; 4] = ["article-held-out", "article-fresh", "article-last", "article-strangers"];

const N_SEEDS: u64 = 2;

/// A question asked, with what contends.
struct Asked {
    contenders: Vec<Contender>,
    is_covered: bool,
    is_near_miss: bool,
}

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let n_starts = match &arguments[..] {
        [] => 3,
        [option, n] if option == "--starts" => n.parse().context("reading --starts")?,
        _ => anyhow::bail!("only --starts N is known"),
    };
    let examples = english(&[], &mut 0)?;
    let asked = asked()?;
    println!("| {:<32} | K = 2 | 5 | 10 | whole | first, K = 5 |", "");
    for (name, left_out, n_hidden) in LINES {
        let muted = muted(left_out);
        let silence = |contenders: &[Contender]| silenced(contenders, &muted);
        let examples: Vec<Example> =
            examples.iter().map(|it| Example { contenders: silence(&it.contenders), ..it.clone() }).collect();
        let of_folder = |asked: &Vec<Asked>| {
            asked.iter().map(|it| Asked { contenders: silence(&it.contenders), ..*it }).collect()
        };
        let asked: Vec<Vec<Asked>> = asked.iter().map(of_folder).collect();
        let starts: Vec<u64> = (1..=n_starts).collect();
        let networks: Vec<Network> = map_each(&starts, |seed| train(&examples, n_hidden, *seed));
        let mean =
            |of: &dyn Fn(&Network) -> f64| networks.iter().map(of).sum::<f64>() / networks.len() as f64;
        let right = asked.iter().zip(FOLDERS).map(|(asked, (.., allowed))| {
            format!("{:.1}", 100.0 * mean(&|network| right(network, asked, allowed)))
        });
        let first = 100.0 * mean(&|network| first_right(network, &asked[1]));
        println!("| {name:<32} | {} | {first:.1} |", right.collect::<Vec<_>>().join(" | "));
    }
    Ok(())
}

/// The article's questions, asked of each of the folders.
fn asked() -> anyhow::Result<Vec<Vec<Asked>>> {
    let folder = shipped()?;
    let mut questions: Vec<Question> = Vec::new();
    for set in SETS {
        questions.extend(article(set)?.into_iter().map(question));
    }
    let of_folder = |(n_phrasings, groups, _): (Option<usize>, bool, f64)| {
        let n_seeds = if n_phrasings.is_some() { N_SEEDS } else { 1 };
        let mut asked = Vec::new();
        for seed in 0..n_seeds {
            let folder = smaller(&folder, Kept { n_phrasings, groups }, &mut Shuffle::new(seed));
            let matcher = Matcher::new(&folder);
            asked.extend(questions.iter().map(|question| Asked {
                contenders: contenders(&matcher, question),
                is_covered: !question.expected.is_empty(),
                is_near_miss: question.sort == NEAR_MISS,
            }));
        }
        asked
    };
    Ok(FOLDERS.into_iter().map(of_folder).collect())
}

fn contenders(matcher: &Matcher, question: &Question) -> Vec<Contender> {
    let signals = matcher.signals(&question.text).into_iter();
    signals.map(|(id, signals)| Contender { signals, right: question.expected.contains(&id) }).collect()
}

/// The places of the signals whose names have one of these in them.
fn muted(left_out: &[&str]) -> Vec<usize> {
    let is_muted = |name: &str| left_out.iter().any(|it| name.contains(it));
    let places: Vec<usize> = (0..SIGNAL_NAMES.len()).filter(|it| is_muted(SIGNAL_NAMES[*it])).collect();
    assert_eq!(places.is_empty(), left_out.is_empty(), "no signal is called {left_out:?}");
    places
}

/// The contenders with these signals silenced.
fn silenced(contenders: &[Contender], muted: &[usize]) -> Vec<Contender> {
    let mut contenders = contenders.to_vec();
    for it in &mut contenders {
        muted.iter().for_each(|place| it.signals[*place] = 0.0);
    }
    contenders
}

/// Whether the likeliest contender is right, and its probability; wrong and 0 where nothing contends.
fn first(network: &Network, asked: &Asked) -> (bool, f64) {
    let odds: Vec<f64> = asked.contenders.iter().map(|it| network.log_odds(&it.signals).exp()).collect();
    let all = 1.0 + odds.iter().sum::<f64>();
    let first = asked.contenders.iter().zip(odds).max_by(|a, b| a.1.total_cmp(&b.1));
    first.map_or((false, 0.0), |(contender, odds)| (contender.right, odds / all))
}

/// The share of covered questions whose first contender is right.
fn first_right(network: &Network, asked: &[Asked]) -> f64 {
    share(asked.iter().filter(|it| it.is_covered), |it| first(network, it).0)
}

/// The share of covered questions answered rightly where answers begin so that this share of the near misses gets one.
fn right(network: &Network, asked: &[Asked], allowed: f64) -> f64 {
    let near_misses = asked.iter().filter(|it| it.is_near_miss);
    let bar = exceeded_by(allowed, near_misses.map(|it| first(network, it).1).collect());
    share(asked.iter().filter(|it| it.is_covered), |it| {
        let (is_right, sure) = first(network, it);
        is_right && sure > bar
    })
}

fn share<'a>(among: impl Iterator<Item = &'a Asked> + Clone, counts: impl Fn(&Asked) -> bool) -> f64 {
    among.clone().filter(|it| counts(it)).count() as f64 / among.count() as f64
}
