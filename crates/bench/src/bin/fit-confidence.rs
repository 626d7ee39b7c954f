//! Fits the network that says how sure an answer is, and writes it to `src/matching/fitted.rs`.
//!
//! Small folders are cut out of the shipped one and of the phrasings of the public sets, which must be at hand (`PUBLIC_SETS`). The
//! questions in `tests/matching` and those of the public sets play no part in it, except `article-tune.tsv`.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::bail;
use faqbot::knowledge::Knowledge;
use faqbot::language::Language;
use faqbot_bench::network::{Example, Network, train};
use faqbot_bench::sets::{cases, knowledge, language_folder, languages, public_sets, shipped};
use faqbot_bench::simulated::{CHAT, COVERED, Cut, EVERYDAY, NEAR_MISS, Question, asked, examples};
use faqbot_bench::smaller::{Kept, Shuffle, smaller};

const PUBLIC: [&str; 4] = ["hint3-sofmattress", "hint3-curekart", "banking77-10shot", "clinc150-10shot"];

/// How many units the hidden layer has.
const N_HIDDEN: usize = 12;

/// The shipped folder is the only one that has answers, terms and groups: it counts this much more than all others.
const SHIPPED: f64 = 1.5;

/// How much the shipped folder, read without the lists of English, counts beside those in other languages.
const SHIPPED_AS_OTHER: f64 = 0.3;

/// How much the questions that were tuned on count beside the rest.
const TUNED: f64 = 0.2;

fn main() -> anyhow::Result<()> {
    if !public_sets().is_dir() {
        bail!("the public sets are not at {} (set PUBLIC_SETS)", public_sets().display());
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../src/matching/fitted.rs");
    let old = std::fs::read_to_string(&file)?;
    let mut text = old.split("/// For folders in English.").next().unwrap_or("").to_owned();
    let mut n_folders = 0;
    let english = train(&english(&mut n_folders)?, N_HIDDEN);
    write!(text, "/// For folders in English.\n{}\n", written("ENGLISH", &english))?;
    println!("English: {n_folders} folders");
    n_folders = 0;
    let other = train(&other(&mut n_folders)?, N_HIDDEN);
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

/// A folder, with what to call it.
type Named = (String, Knowledge);

fn english(n_folders: &mut usize) -> anyhow::Result<Vec<Example>> {
    let shipped = shipped()?;
    let mut public = Vec::new();
    for set in PUBLIC {
        public.push((set.to_owned(), knowledge(&public_sets().join(set))?));
    }
    for set in languages()?.into_iter().filter(|(language, _)| language == "en") {
        public.push((set.1.clone(), language_folder(&set.0, &set.1)?));
    }
    let mut of_shipped = of_shipped(&shipped, &public, n_folders);
    let of_public = of_public(&public, n_folders);
    scale(&mut of_shipped, SHIPPED * total(&of_public));
    of_shipped.extend(of_public);
    let mut tuned = tuned(&shipped, n_folders)?;
    scale(&mut tuned, TUNED * total(&of_shipped));
    of_shipped.extend(tuned);
    Ok(of_mean_one(of_shipped))
}

fn other(n_folders: &mut usize) -> anyhow::Result<Vec<Example>> {
    let mut by_language: Vec<(String, Vec<Named>)> = Vec::new();
    for (language, set) in languages()?.into_iter().filter(|(language, _)| language != "en") {
        let folder = (set.clone(), language_folder(&language, &set)?);
        match by_language.last_mut().filter(|(it, _)| *it == language) {
            Some((_, folders)) => folders.push(folder),
            None => by_language.push((language, vec![folder])),
        }
    }
    let mut all = Vec::new();
    for (_, folders) in &by_language {
        all.extend(of_public(folders, n_folders));
    }
    let mut shipped = shipped()?;
    shipped.bot.languages = vec![Language::from_code("nl").expect("Dutch is a language")];
    let mut of_shipped = of_shipped(&shipped, &[], n_folders);
    scale(&mut of_shipped, SHIPPED_AS_OTHER * total(&all));
    all.extend(of_shipped);
    Ok(of_mean_one(all))
}

fn of_shipped(folder: &Knowledge, others: &[Named], n_folders: &mut usize) -> Vec<Example> {
    let others = phrasings(others.iter().map(|(_, it)| it));
    let mut all = Vec::new();
    for n_phrasings in [0, 1, 2, 3, 5, 8, 10, 15, 20, 30, 50, 80, 120] {
        for (share, most_entries) in [
            (0.8, usize::MAX),
            (0.7, usize::MAX),
            (0.6, usize::MAX),
            (0.8, usize::MAX),
            (0.8, 10),
            (0.8, 4),
            (0.8, 15),
            (0.8, 1),
            (0.8, 2),
        ] {
            *n_folders += 1;
            let cut = Cut { n_phrasings, share, most_entries, seed: *n_folders as u64 };
            all.extend(examples(folder, &others, cut));
        }
    }
    all
}

fn of_public(folders: &[Named], n_folders: &mut usize) -> Vec<Example> {
    let mut all = Vec::new();
    for (name, folder) in folders {
        let others = phrasings(folders.iter().filter(|(it, _)| it != name).map(|(_, it)| it));
        for n_phrasings in [0, 1, 2, 3, 5, 8] {
            for most_entries in [6, 15, 2, usize::MAX] {
                *n_folders += 1;
                let cut = Cut { n_phrasings, share: 0.75, most_entries, seed: *n_folders as u64 };
                all.extend(examples(folder, &others, cut));
            }
        }
    }
    all
}

/// What the questions that were tuned on yielded, in folders of all sizes.
fn tuned(folder: &Knowledge, n_folders: &mut usize) -> anyhow::Result<Vec<Example>> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/matching");
    let questions: Vec<Question> = cases(&tests.join("article-tune.tsv"))?
        .into_iter()
        .map(|it| {
            let sort = match it.kind.as_str() {
                _ if !it.expected.is_empty() => COVERED,
                "off-topic" => EVERYDAY,
                "chit-chat" | "gibberish" => CHAT,
                _ => NEAR_MISS,
            };
            Question { text: it.question, expected: it.expected, sort }
        })
        .collect();
    let mut all = Vec::new();
    for n_phrasings in [0, 1, 2, 5, 10, 20, 50].map(Some).into_iter().chain([None]) {
        for groups in [false, true] {
            *n_folders += 1;
            let mut shuffle = Shuffle::new(*n_folders as u64);
            all.extend(asked(&smaller(folder, Kept { n_phrasings, groups }, &mut shuffle), &questions));
        }
    }
    Ok(all)
}

fn phrasings<'k>(folders: impl Iterator<Item = &'k Knowledge>) -> Vec<String> {
    let entries = folders.flat_map(|it| &it.entries);
    entries.flat_map(|it| it.phrasings.iter().map(|it| it.text.clone())).collect()
}

fn total(examples: &[Example]) -> f64 {
    examples.iter().map(|it| it.weight).sum()
}

/// Lets examples count as much as this together.
fn scale(examples: &mut [Example], to: f64) {
    let by = to / total(examples);
    examples.iter_mut().for_each(|it| it.weight *= by);
}

fn of_mean_one(mut examples: Vec<Example>) -> Vec<Example> {
    let n = examples.len() as f64;
    scale(&mut examples, n);
    examples
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
