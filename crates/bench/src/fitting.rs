//! What the network that says how sure an answer is gets to see: many small folders, each asked questions whose answer is known.

use std::ops::RangeFrom;

use faqbot::knowledge::Knowledge;
use faqbot::language::Language;
use faqbot::matching::evaluation::Case;

use crate::network::Example;
use crate::sets::{Practice, article, knowledge, language_folder, languages, practice, public_sets, shipped};
use crate::simulated::{CHAT, COVERED, Cut, EVERYDAY, NEAR_MISS, Question, asked, examples, practised};
use crate::smaller::{Kept, Shuffle, smaller};

const PUBLIC: [&str; 4] = ["hint3-sofmattress", "hint3-curekart", "banking77-10shot", "clinc150-10shot"];

/// How much the shipped folder counts beside the public sets, which have neither answers nor terms nor groups.
const SHIPPED: f64 = 1.5;

/// What the shipped folder is called, and all folders for practice, where they are left out.
pub const ARTICLE: &str = "article";
pub const PRACTICE: &str = "practice";

/// How much the folders written for practice count beside the public ones.
const PRACTISED: f64 = 1.0;

/// How much the folders for practice in other languages count beside the public sets in these.
const PRACTISED_AS_OTHER: f64 = 0.5;

/// How much the shipped folder, read without the lists of English, counts beside those in other languages.
const SHIPPED_AS_OTHER: f64 = 0.3;

/// How much the questions that were tuned on count beside the shipped folder and the public sets.
const TUNED: f64 = 0.2;

/// A folder, with what to call it.
type Named = (String, Knowledge);

/// The examples for the network of folders in English, and from how many folders; those named are left out.
///
/// # Errors
///
/// When a set cannot be read.
pub fn english(without: &[String], n_folders: &mut usize) -> anyhow::Result<Vec<Example>> {
    let is_out = |name: &str| without.iter().any(|it| it == name);
    let shipped = shipped()?;
    let mut public = Vec::new();
    for set in PUBLIC {
        public.push((set.to_owned(), knowledge(&public_sets().join(set))?));
    }
    for set in languages()?.into_iter().filter(|(language, _)| language == "en") {
        public.push((set.1.clone(), language_folder(&set.0, &set.1)?));
    }
    let mut all = of_public(&public, n_folders);
    let of_all_public = total(&all);
    if !is_out(ARTICLE) {
        let mut of_shipped = of_shipped(&shipped, &public, n_folders);
        scale(&mut of_shipped, SHIPPED * of_all_public);
        let mut tuned = tuned(&shipped, n_folders)?;
        scale(&mut tuned, TUNED * (total(&of_shipped) + of_all_public));
        all.extend(of_shipped.into_iter().chain(tuned));
    }
    if !is_out(PRACTICE) {
        let mut practised = of_practice(|it| it.language == "en" && !is_out(&it.name), n_folders)?;
        scale(&mut practised, PRACTISED * of_all_public);
        all.extend(practised);
    }
    Ok(of_mean_one(all))
}

/// The examples for the network of folders in other languages.
///
/// # Errors
///
/// When a set cannot be read.
pub fn other(without: &[String], n_folders: &mut usize) -> anyhow::Result<Vec<Example>> {
    let is_out = |name: &str| without.iter().any(|it| it == name);
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
    let of_sets = total(&all);
    if !is_out(PRACTICE) {
        let mut practised = of_practice(|it| it.language != "en" && !is_out(&it.name), n_folders)?;
        scale(&mut practised, PRACTISED_AS_OTHER * of_sets);
        all.extend(practised);
    }
    if !is_out(ARTICLE) {
        let mut shipped = shipped()?;
        shipped.bot.languages = vec![Language::from_code("nl").expect("Dutch is a language")];
        let mut of_shipped = of_shipped(&shipped, &[], n_folders);
        scale(&mut of_shipped, SHIPPED_AS_OTHER * of_sets);
        all.extend(of_shipped);
    }
    Ok(of_mean_one(all))
}

fn of_shipped(folder: &Knowledge, others: &[Named], n_folders: &mut usize) -> Vec<Example> {
    let others = phrasings(others.iter().map(|(_, it)| it));
    let mut all = Vec::new();
    let mut seeds = 1..;
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
            let cut = Cut { n_phrasings, share, most_entries, seed: next(&mut seeds) };
            all.extend(examples(folder, &others, cut));
        }
    }
    all
}

fn of_public(folders: &[Named], n_folders: &mut usize) -> Vec<Example> {
    let mut all = Vec::new();
    let mut seeds = 1..;
    for (name, folder) in folders {
        let others = phrasings(folders.iter().filter(|(it, _)| it != name).map(|(_, it)| it));
        for n_phrasings in [0, 1, 2, 3, 5, 8, 12, 20] {
            for most_entries in [6, 15, 2, usize::MAX] {
                *n_folders += 1;
                let cut = Cut { n_phrasings, share: 0.75, most_entries, seed: next(&mut seeds) };
                all.extend(examples(folder, &others, cut));
            }
        }
    }
    all
}

/// More than a folder for practice is cut.
const N_CUTS: usize = 100;

/// The folders written for practice, asked messages from people who had never seen them.
fn of_practice(
    takes_part: impl Fn(&Practice) -> bool,
    n_folders: &mut usize,
) -> anyhow::Result<Vec<Example>> {
    let mut all = Vec::new();
    let numbered = practice()?.into_iter().enumerate();
    for (number, Practice { folder, messages, .. }) in numbered.filter(|(_, it)| takes_part(it)) {
        let mut seeds = (number * N_CUTS) as u64..;
        let messages: Vec<Question> = messages.into_iter().map(question).collect();
        for n_phrasings in [0, 1, 2, 3, 5, 8, usize::MAX] {
            for (share, most_entries) in [(1.0, usize::MAX), (0.8, usize::MAX), (0.7, 15), (0.7, 8), (1.0, 2)]
            {
                *n_folders += 1;
                let cut = Cut { n_phrasings, share, most_entries, seed: next(&mut seeds) };
                all.extend(practised(&folder, &messages, cut));
            }
        }
    }
    Ok(all)
}

/// What the questions that were tuned on yielded, in folders of all sizes.
fn tuned(folder: &Knowledge, n_folders: &mut usize) -> anyhow::Result<Vec<Example>> {
    let questions: Vec<Question> = article("article-tune")?.into_iter().map(question).collect();
    let mut all = Vec::new();
    let mut seeds = 1..;
    for n_phrasings in [0, 1, 2, 5, 10, 20, 50].map(Some).into_iter().chain([None]) {
        for groups in [false, true] {
            *n_folders += 1;
            let mut shuffle = Shuffle::new(next(&mut seeds));
            all.extend(asked(&smaller(folder, Kept { n_phrasings, groups }, &mut shuffle), &questions));
        }
    }
    Ok(all)
}

/// The seed of the next cut: each part counts its own, so that leaving one out does not change the others.
fn next(seeds: &mut RangeFrom<u64>) -> u64 {
    seeds.next().expect("there is no end to them")
}

/// What a labelled question is asked for.
pub fn question(case: Case) -> Question {
    let sort = match case.kind.as_str() {
        _ if !case.expected.is_empty() => COVERED,
        "off" | "off-topic" => EVERYDAY,
        "chit-chat" | "gibberish" => CHAT,
        _ => NEAR_MISS,
    };
    Question { text: case.question, expected: case.expected, sort }
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
