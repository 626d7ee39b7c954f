//! Fits the network that says how sure an answer is, and writes it to `src/matching/fitted.rs`.
//!
//! Small folders are cut out of the shipped one, of those written for practice (`crates/bench/practice`) and of the phrasings of the
//! public sets, which must be at hand (`PUBLIC_SETS`). The questions in `tests/matching` and those of the public sets play no part in
//! it, except `article-tune.tsv`.
//!
//! `--without` leaves parts out, to measure how a folder fares that is unlike all others: `article` (the shipped folder and
//! its questions), `practice`, or folders of it (`rail-news,public-library`).

use std::fmt::Write as _;
use std::path::Path;

use anyhow::bail;
use faqbot_bench::fitting::{ARTICLE, PRACTICE, english, other};
use faqbot_bench::network::{Network, train};
use faqbot_bench::sets::{practice, public_sets};

/// How many units the hidden layer has: with 6 right answers are one to two points fewer, with 32 half a point more at most; see
/// `ablation`.
const N_HIDDEN: usize = 16;

/// The line at which the fitted part of the file begins.
const UNITS: &str = "/// How many units the hidden layers have.";

/// Of the random start; another one moves the results by about a point.
const SEED: u64 = 1;

fn main() -> anyhow::Result<()> {
    if !public_sets().is_dir() {
        bail!("the public sets are not at {} (set PUBLIC_SETS)", public_sets().display());
    }
    let without = without()?;
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../src/matching/fitted.rs");
    let old = std::fs::read_to_string(&file)?;
    let mut text = old.split(UNITS).next().unwrap_or("").to_owned();
    write!(text, "{UNITS}\npub(crate) const N_HIDDEN: usize = {N_HIDDEN};\n\n")?;
    let mut n_folders = 0;
    let english = train(&english(&without, &mut n_folders)?, N_HIDDEN, SEED);
    write!(text, "/// For folders in English.\n{}\n", written("ENGLISH", &english))?;
    println!("English: {n_folders} folders");
    n_folders = 0;
    let other = train(&other(&without, &mut n_folders)?, N_HIDDEN, SEED);
    write!(
        text,
        "/// For folders in other languages, where no word is known to be grammar.\n{}",
        written("OTHER", &other)
    )?;
    println!("other languages: {n_folders} folders");
    std::fs::write(&file, text.trim_end().to_owned() + "\n")?;
    println!("wrote {}; now `cargo fmt`", file.display());
    Ok(())
}

/// The names after `--without`.
fn without() -> anyhow::Result<Vec<String>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let names = match &arguments[..] {
        [] => return Ok(Vec::new()),
        [option, names] if option == "--without" => names,
        _ => bail!("only --without NAMES is known, with commas between the names"),
    };
    let names: Vec<String> = names.split(',').map(str::to_owned).collect();
    let practice = practice()?;
    let is_known =
        |name: &String| [ARTICLE, PRACTICE].contains(&&**name) || practice.iter().any(|it| it.name == *name);
    match names.iter().find(|name| !is_known(name)) {
        Some(unknown) => bail!("{unknown} is neither {ARTICLE} nor {PRACTICE} nor a folder of it"),
        None => Ok(names),
    }
}

/// The constant that holds a network.
fn written(name: &str, network: &Network) -> String {
    let list = |values: &[f64]| {
        let values: Vec<String> = values.iter().map(|it| format!("{it:.4}")).collect();
        format!("[{}]", values.join(", "))
    };
    let hidden: Vec<String> = network.hidden.iter().map(|it| list(it)).collect();
    format!(
        "pub(crate) static {name}: Network = Network {{\n    mean: {},\n    deviation: {},\n    hidden: [{}],\n    output: {},\n}};\n",
        list(&network.mean),
        list(&network.deviation),
        hidden.join(", "),
        list(&network.output)
    )
}
