//! Many small folders cut out of a few large ones, each asked the questions it has lost or, for practice, messages
//! from people who had never seen it: for fitting the confidence.

use faqbot::knowledge::{Id, Knowledge, Phrasing};
use faqbot::language::Language;
use faqbot::matching::Matcher;
use faqbot_linear::map_each;

use crate::network::{Contender, Example};
use crate::smaller::{Kept, Shuffle, smaller};

/// Questions of each sort, as shares of what people ask.
const SHARES: [f64; N_SORTS] = [0.62, 0.20, 0.09, 0.05, 0.04];

const N_SORTS: usize = 5;

/// What sort of question it is: numbers of [`SHARES`].
pub const COVERED: usize = 0;
/// On the folder's own subject.
pub const NEAR_MISS: usize = 1;
/// What people ask any bot.
pub const EVERYDAY: usize = 2;
/// What people ask a bot about another subject.
pub const OTHER_FOLDER: usize = 3;
pub const CHAT: usize = 4;

/// How many of these a folder is asked.
const N_EVERYDAY: usize = 120;
const N_OTHER_FOLDER: usize = 60;

/// A question, and the entry that answers it.
#[derive(Debug, Clone)]
pub struct Question {
    pub text: String,
    pub expected: Vec<Id>,
    pub sort: usize,
}

/// How much of a folder is kept.
#[derive(Debug, Clone, Copy)]
pub struct Cut {
    pub n_phrasings: usize,
    /// The share of its entries and terms that is kept,
    pub share: f64,
    /// but at most this many.
    pub most_entries: usize,
    /// Every other seed keeps half of the out-of-scope groups (all of them for practice), every third no small talk.
    pub seed: u64,
}

/// The examples from a small folder asked the questions it has lost, questions of other folders, and the background.
pub fn examples(folder: &Knowledge, others: &[String], cut: Cut) -> Vec<Example> {
    let (folder, mut questions, mut shuffle) = cut_out(folder, cut);
    let mut others: Vec<&str> = others.iter().map(String::as_str).collect();
    shuffle.shuffle(&mut others);
    let question = |text: &&str, sort| Question { text: (*text).to_owned(), expected: Vec::new(), sort };
    questions.extend(others.iter().take(N_OTHER_FOLDER).map(|it| question(it, OTHER_FOLDER)));
    if folder.bot.languages.contains(&Language::ENGLISH) {
        let background = include_str!("../../../src/matching/lexicon/background.txt").lines();
        let mut background: Vec<&str> =
            background.filter(|it| !it.starts_with('#') && !it.is_empty()).collect();
        shuffle.shuffle(&mut background);
        questions.extend(background.iter().take(N_EVERYDAY).map(|it| question(it, EVERYDAY)));
    }
    asked(&folder, &questions)
}

/// The examples from a folder asked these questions.
pub fn asked(folder: &Knowledge, questions: &[Question]) -> Vec<Example> {
    let matcher = Matcher::new(folder);
    let counts: [usize; N_SORTS] =
        std::array::from_fn(|sort| questions.iter().filter(|it| it.sort == sort).count());
    map_each(questions, |question| {
        let contenders = matcher.signals(&question.text).into_iter().map(|(id, signals)| {
            let right = question.expected.contains(&id);
            Contender { signals, right }
        });
        let weight = SHARES[question.sort] / counts[question.sort] as f64;
        Example { contenders: contenders.collect(), weight }
    })
}

/// The examples from a folder of which so much is kept, asked messages from people who had never seen it.
pub fn practised(folder: &Knowledge, messages: &[Question], cut: Cut) -> Vec<Example> {
    let mut shuffle = Shuffle::new(cut.seed);
    let kept = Kept { n_phrasings: Some(cut.n_phrasings), groups: cut.seed.is_multiple_of(2) };
    let mut folder = smaller(folder, kept, &mut shuffle);
    let ids = kept_ids(&folder, cut, &mut shuffle);
    keep(&mut folder, &ids);
    let message = |it: &Question| {
        let expected: Vec<Id> = it.expected.iter().filter(|id| ids.contains(id)).cloned().collect();
        let sort = if it.sort == COVERED && expected.is_empty() { NEAR_MISS } else { it.sort };
        Question { text: it.text.clone(), expected, sort }
    };
    asked(&folder, &messages.iter().map(message).collect::<Vec<_>>())
}

/// The entries and terms that are kept.
fn kept_ids(folder: &Knowledge, cut: Cut, shuffle: &mut Shuffle) -> Vec<Id> {
    let entries = folder.entries.iter().map(|it| it.id.clone());
    let mut ids: Vec<Id> = entries.chain(folder.terms.iter().map(|it| it.id.clone())).collect();
    ids.sort();
    shuffle.shuffle(&mut ids);
    ids.truncate(cut.most_entries.min((cut.share * ids.len() as f64) as usize).max(1));
    ids
}

/// Takes all other entries and terms out.
fn keep(folder: &mut Knowledge, ids: &[Id]) {
    folder.entries.retain(|it| ids.contains(&it.id));
    folder.terms.retain(|it| ids.contains(&it.id));
    folder.figures.retain(|it| it.entry.as_ref().is_none_or(|id| ids.contains(id)));
}

fn cut_out(folder: &Knowledge, cut: Cut) -> (Knowledge, Vec<Question>, Shuffle) {
    let Cut { n_phrasings, seed, .. } = cut;
    let mut shuffle = Shuffle::new(seed * 1000 + n_phrasings as u64);
    let mut folder = folder.clone();
    let ids = kept_ids(&folder, cut, &mut shuffle);
    let n_asked = (300 / ids.len()).clamp(3, 40);
    let mut questions = Vec::new();
    let mut lose = |phrasings: &mut Vec<Phrasing>, kept: usize, n: usize, expected: &[Id], sort| {
        shuffle.shuffle(phrasings);
        let lost = phrasings.split_off(kept.min(phrasings.len()));
        let question = |it: Phrasing| Question { text: it.text, expected: expected.to_vec(), sort };
        questions.extend(lost.into_iter().take(n).map(question));
    };
    let entries = folder.entries.iter_mut().map(|it| (&it.id, &mut it.phrasings));
    for (id, phrasings) in entries.chain(folder.terms.iter_mut().map(|it| (&it.id, &mut it.phrasings))) {
        match ids.contains(id) {
            true => lose(phrasings, n_phrasings, n_asked, std::slice::from_ref(id), COVERED),
            false => lose(phrasings, n_phrasings, 4, &[], NEAR_MISS),
        }
    }
    let n_groups = if seed % 2 == 1 { folder.out_of_scope.len() / 2 } else { 0 };
    for (number, group) in folder.out_of_scope.iter_mut().enumerate() {
        let kept = if number < n_groups { n_phrasings + 1 } else { 0 };
        lose(&mut group.examples, kept, 4, &[], NEAR_MISS);
    }
    folder.out_of_scope.truncate(n_groups);
    for group in &mut folder.small_talk {
        lose(&mut group.examples, n_phrasings + 1, 2, &[], CHAT);
    }
    if seed.is_multiple_of(3) {
        folder.small_talk.clear();
    }
    keep(&mut folder, &ids);
    (folder, questions, shuffle)
}
