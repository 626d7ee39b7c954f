//! Measures how the matching fares with few phrasings: folders of 0, 1, 2, 5, 10, 20, 50 and all phrasings an entry beside its
//! question, with and without out-of-scope groups, at the thresholds that the bot chooses by itself.
//!
//! On the article's sets all together (`-- article-last article-fresh` takes these only), and on the public sets where they
//! lie; on the folders that nothing was fitted to (`-- held-out`); on those written for practice if they are named, for the confidence
//! was fitted to them (`-- rail-news`; see `--without` of `fit-confidence`). `--seeds 5` draws the phrasings five times; without it three times. `--k 2,5` takes these sizes only.

use anyhow::Context as _;
use faqbot::knowledge::Knowledge;
use faqbot::matching::evaluation::Case;
use faqbot::matching::{Match, Matcher, Outcome};
use faqbot_bench::sets::{
    Practice, article, cases, exceeded_by, held_out, knowledge, practice, public_sets, shipped,
};
use faqbot_bench::smaller::{Kept, Shuffle, smaller};

/// How many phrasings an entry keeps; `usize::MAX` for all.
const SIZES: [usize; 8] = [0, 1, 2, 5, 10, 20, 50, usize::MAX];

const ARTICLE: [&str; 5] =
    ["article-tune", "article-held-out", "article-fresh", "article-last", "article-strangers"];

/// The public sets, and what their uncovered questions are: for Banking whole entries were left out, CLINC's are about
/// anything, and HINT3's are what people asked two shops without success, most of it about shopping.
const PUBLIC: [(&str, Uncovered); 4] = [
    ("hint3-sofmattress", Uncovered::NearMiss),
    ("hint3-curekart", Uncovered::NearMiss),
    ("banking77-10shot", Uncovered::NearMiss),
    ("clinc150-10shot", Uncovered::OffTopic),
];

/// The share of uncovered questions that may be answered where "right at 5 %" is reported.
const FALSE_SHARE: f64 = 0.05;

const N_BINS: usize = 10;

/// The kinds of question that nothing in the folder answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Uncovered {
    /// On the folder's own subject.
    NearMiss,
    /// On some other subject.
    OffTopic,
    /// Not a question: chat and gibberish.
    Chat,
}

/// A question, and what it is if nothing answers it.
type Question = (Case, Uncovered);

/// What the folders are called together that nothing was fitted to.
const HELD_OUT: &str = "held-out";

/// One question asked of one folder.
struct Asked {
    uncovered: Option<Uncovered>,
    first_right: bool,
    confidence: f64,
    went: Went,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Went {
    /// Answered, rightly or not.
    Answered,
    /// Offered, with the right one among the offers or not.
    Offered(bool),
    Neither,
}

struct Options {
    sets: Vec<String>,
    sizes: Vec<usize>,
    n_seeds: u64,
}

impl Options {
    fn read() -> anyhow::Result<Options> {
        let mut options = Options { sets: Vec::new(), sizes: SIZES.to_vec(), n_seeds: 3 };
        let mut arguments = std::env::args().skip(1);
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().with_context(|| format!("{argument} needs a value"));
            match argument.as_str() {
                "--seeds" => options.n_seeds = value()?.parse().context("reading --seeds")?,
                "--k" => {
                    let size = |it: &str| if it == "all" { Ok(usize::MAX) } else { it.parse() };
                    options.sizes =
                        value()?.split(',').map(size).collect::<Result<_, _>>().context("reading --k")?;
                }
                set => options.sets.push(set.to_owned()),
            }
        }
        Ok(options)
    }

    fn wants(&self, set: &str) -> bool {
        self.sets.is_empty() || self.sets.iter().any(|it| it == set)
    }
}

fn main() -> anyhow::Result<()> {
    let options = Options::read()?;
    println!(
        "{:<29} {:>4} {:>6} {:>6} {:>7} {:>6} | {:>9} {:>9} {:>5} {:>7} | {:>5} {:>6}",
        "percent",
        "K",
        "first",
        "right",
        "offered",
        "wrong",
        "near miss",
        "off-topic",
        "chat",
        "choices",
        "at 5%",
        "ECE"
    );
    let mut questions = Vec::new();
    for set in ARTICLE.into_iter().filter(|it| options.wants(it)) {
        questions.extend(article(set)?);
    }
    if !questions.is_empty() {
        let folders = [(shipped()?, labelled(questions))];
        curve("article, no groups", &folders, false, &options);
        curve("article, groups", &folders, true, &options);
    }
    for it in practice()?.into_iter().filter(|it| options.sets.contains(&it.name)) {
        curve(&it.name, &[(it.folder, labelled(it.messages))], false, &options);
    }
    if options.wants(HELD_OUT) {
        let (english, others): (Vec<Practice>, _) =
            held_out()?.into_iter().partition(|it| it.language == "en");
        for (name, held_out) in [("held out, English", english), ("held out, others", others)] {
            let folders: Vec<(Knowledge, Vec<Question>)> =
                held_out.into_iter().map(|it| (it.folder, labelled(it.messages))).collect();
            curve(&format!("{name}, no groups"), &folders, false, &options);
            curve(&format!("{name}, groups"), &folders, true, &options);
        }
    }
    let sets = public_sets();
    if !sets.is_dir() {
        println!("the public sets are left out: they are not at {} (set PUBLIC_SETS)", sets.display());
        return Ok(());
    }
    for (set, kind) in PUBLIC.into_iter().filter(|(set, _)| options.wants(set)) {
        let folder = knowledge(&sets.join(set))?;
        let questions: Vec<Question> = cases(&sets.join(set).join("test.tsv"))?
            .into_iter()
            .filter(|it| it.kind != "typo")
            .map(|it| (it, kind))
            .collect();
        curve(set, &[(folder, questions)], false, &options);
    }
    Ok(())
}

/// Questions of the article's sets, or messages of practice, each with what it is if nothing answers it.
fn labelled(cases: Vec<Case>) -> Vec<Question> {
    let labelled = |case: Case| {
        let kind = kind(&case.kind);
        (case, kind)
    };
    cases.into_iter().map(labelled).collect()
}

/// What an uncovered question is, by its label.
fn kind(label: &str) -> Uncovered {
    match label {
        "off" | "off-topic" => Uncovered::OffTopic,
        "chit-chat" | "gibberish" => Uncovered::Chat,
        _ => Uncovered::NearMiss,
    }
}

/// A line for each number of phrasings that the folders have, each with its questions.
fn curve(name: &str, folders: &[(Knowledge, Vec<Question>)], groups: bool, options: &Options) {
    let entries = || folders.iter().flat_map(|(folder, _)| &folder.entries);
    let most = entries().map(|it| it.phrasings.len()).max().unwrap_or(0);
    for size in &options.sizes {
        let n_phrasings = (*size != usize::MAX).then_some(*size);
        if n_phrasings.is_some_and(|n| n >= most) {
            continue;
        }
        let n_seeds = if n_phrasings.is_some() { options.n_seeds } else { 1 };
        let mut asked = Vec::new();
        for seed in 0..n_seeds {
            for (folder, questions) in folders {
                let folder = smaller(folder, Kept { n_phrasings, groups }, &mut Shuffle::new(seed));
                let matcher = Matcher::new(&folder);
                asked.extend(questions.iter().map(|(case, kind)| ask(&matcher, case, *kind)));
            }
        }
        let size = n_phrasings.map_or("all".to_owned(), |it| it.to_string());
        print(name, &size, &asked);
    }
}

fn ask(matcher: &Matcher, case: &Case, uncovered: Uncovered) -> Asked {
    let Match { outcome, candidates } = matcher.ask(&case.question);
    let is_right = |id| case.expected.contains(id);
    let went = match &outcome {
        Outcome::Answer(_) => Went::Answered,
        Outcome::Choose(ids) => Went::Offered(ids.iter().any(is_right)),
        Outcome::Unknown | Outcome::SmallTalk(_) | Outcome::OutOfScope(_) => Went::Neither,
    };
    let first = candidates.first();
    Asked {
        uncovered: case.expected.is_empty().then_some(uncovered),
        first_right: first.is_some_and(|it| is_right(&it.id)),
        confidence: first.map_or(0.0, |it| it.confidence),
        went,
    }
}

fn print(name: &str, size: &str, asked: &[Asked]) {
    let percent = |of: &dyn Fn(&Asked) -> bool, among: &dyn Fn(&Asked) -> bool| {
        let among: Vec<&Asked> = asked.iter().filter(|it| among(it)).collect();
        if among.is_empty() {
            return "–".to_owned();
        }
        let n = among.iter().filter(|it| of(it)).count();
        format!("{:.1}", 100.0 * n as f64 / among.len() as f64)
    };
    let covered = |it: &Asked| it.uncovered.is_none();
    let answered = |it: &Asked| it.went == Went::Answered;
    let answered_of = |kind: Uncovered| percent(&answered, &|it| it.uncovered == Some(kind));
    let uncovered = asked.iter().filter(|it| it.uncovered.is_some());
    let threshold = exceeded_by(FALSE_SHARE, uncovered.map(|it| it.confidence).collect());
    println!(
        "{name:<29} {size:>4} {:>6} {:>6} {:>7} {:>6} | {:>9} {:>9} {:>5} {:>7} | {:>5} {:>6.3}",
        percent(&|it| it.first_right, &covered),
        percent(&|it| answered(it) && it.first_right, &covered),
        percent(&|it| it.went == Went::Offered(true), &covered),
        percent(&|it| answered(it) && !it.first_right, &covered),
        answered_of(Uncovered::NearMiss),
        answered_of(Uncovered::OffTopic),
        answered_of(Uncovered::Chat),
        percent(&|it| matches!(it.went, Went::Offered(_)), &|it| it.uncovered.is_some()),
        percent(&|it| it.first_right && it.confidence > threshold, &covered),
        calibration_error(asked),
    );
}

/// How far confidences are from the share of first candidates that are right, uncovered questions counting as wrong: the mean over ten
/// equal ranges of confidence, each counting by its questions (expected calibration error, Naeini et al. 2015). 0 to 1.
fn calibration_error(asked: &[Asked]) -> f64 {
    let mut bins = [(0.0, 0.0); N_BINS];
    for it in asked {
        let bin = &mut bins[((it.confidence * N_BINS as f64) as usize).min(N_BINS - 1)];
        bin.0 += it.confidence;
        bin.1 += if it.first_right { 1.0 } else { 0.0 };
    }
    bins.iter().map(|(sure, right)| (sure - right).abs()).sum::<f64>() / asked.len().max(1) as f64
}
