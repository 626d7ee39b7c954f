//! Question sets: `train.tsv` (phrasing, entry) becomes a folder, `test.tsv` is asked.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use faqbot::knowledge::{Id, Knowledge, Source, parse};
use faqbot::language::Language;
use faqbot::matching::evaluation::Case;

/// Where the public sets lie: the folder in `PUBLIC_SETS`, else `../shared/bench` beside the checkout.
pub fn public_sets() -> PathBuf {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/bench");
    std::env::var_os("PUBLIC_SETS").map_or_else(beside, PathBuf::from)
}

/// The rows of a tab-separated file, without its header.
pub fn rows(path: &Path) -> anyhow::Result<Vec<Vec<String>>> {
    let text = fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    Ok(text.lines().skip(1).map(|line| line.split('\t').map(str::to_owned).collect()).collect())
}

/// The folder of a set, as one TOML file: each label an entry, its first phrasing the question.
pub fn folder_text(train: &Path) -> anyhow::Result<String> {
    let mut entries: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in rows(train)? {
        let [phrasing, entry] = &row[..] else { anyhow::bail!("{}: two columns a line", train.display()) };
        let phrasings = entries.entry(entry.clone()).or_default();
        if !phrasings.contains(phrasing) {
            phrasings.push(phrasing.clone());
        }
    }
    let mut text = String::new();
    for (id, phrasings) in entries {
        let quoted = |text: &str| toml::Value::from(text).to_string();
        let others: Vec<String> = phrasings[1..].iter().map(|it| format!("  {},\n", quoted(it))).collect();
        text += &format!(
            "[[entry]]\nid = {}\nquestion = {}\nphrasings = [\n{}]\nanswer = {}\n\n",
            quoted(&id),
            quoted(&phrasings[0]),
            others.concat(),
            quoted("An answer.")
        );
    }
    Ok(text)
}

/// The folder of a set.
pub fn knowledge(set: &Path) -> anyhow::Result<Knowledge> {
    let text = folder_text(&set.join("train.tsv"))?;
    Ok(parse(&[Source { path: "set.toml".into(), text }]).0)
}

/// The questions of a set.
pub fn cases(file: &Path) -> anyhow::Result<Vec<Case>> {
    let case = |row: Vec<String>| Case {
        question: row[0].clone(),
        expected: row[1].split('|').filter(|id| *id != "none").map(Id::from).collect(),
        groups: Vec::new(),
        kind: row.get(2).cloned().unwrap_or_default(),
    };
    Ok(rows(file)?.into_iter().map(case).collect())
}

/// The questions of one of the article's sets: `article-tune`, for example.
///
/// # Errors
///
/// When the file cannot be read.
pub fn article(set: &str) -> anyhow::Result<Vec<Case>> {
    cases(&Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../tests/matching/{set}.tsv")))
}

/// The confidence that this share of questions exceeds, 0 to 1: where answers would have to begin for no more of them to get one.
pub fn exceeded_by(share: f64, mut confidences: Vec<f64>) -> f64 {
    confidences.sort_by(|one, other| other.total_cmp(one));
    confidences.get((share * confidences.len() as f64) as usize).copied().unwrap_or(0.0)
}

/// A folder that was written for practice, and messages to a bot on its subject from people who had not seen it.
pub struct Practice {
    pub language: String,
    pub name: String,
    pub folder: Knowledge,
    pub messages: Vec<Case>,
}

/// Those that the confidence is fitted to, in the order of their languages and names.
///
/// # Errors
///
/// When a file cannot be read.
pub fn practice() -> anyhow::Result<Vec<Practice>> {
    practice_in("practice")
}

/// Those that nothing is fitted to.
///
/// # Errors
///
/// When a file cannot be read.
pub fn held_out() -> anyhow::Result<Vec<Practice>> {
    practice_in("held-out")
}

fn practice_in(folder: &str) -> anyhow::Result<Vec<Practice>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut all = Vec::new();
    for language in names(&root)?.into_iter().filter(|it| root.join(it).is_dir()) {
        let of_language = root.join(&language);
        for name in names(&of_language)?.iter().filter_map(|it| it.strip_suffix(".toml")) {
            let folder = folder_in(&language, &of_language.join(format!("{name}.toml")))?;
            let messages = cases(&of_language.join(format!("{name}.tsv")))?;
            all.push(Practice { language: language.clone(), name: name.to_owned(), folder, messages });
        }
    }
    Ok(all)
}

/// The shipped folder.
pub fn shipped() -> anyhow::Result<Knowledge> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../faq");
    Ok(parse(&faqbot::faq_folder::read(&folder)?.sources).0)
}

/// `n` phrasings in entries of 13, made from the words of a folder: for speed, not for quality.
pub fn invented(n: usize) -> Knowledge {
    // A linear congruential generator (Knuth's MMIX constants): the same folder every time.
    let mut state = 1_u64;
    let mut next = move |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let syllables =
        ["ba", "cor", "den", "fil", "gam", "hu", "ker", "lo", "mir", "nes", "pol", "ra", "sti", "tu", "ven"];
    let words: Vec<String> =
        (0..n / 3).map(|_| (0..2 + next(2)).map(|_| syllables[next(syllables.len())]).collect()).collect();
    let mut text = String::new();
    for entry in 0..n.div_ceil(13) {
        let own: Vec<usize> = (0..6).map(|_| next(words.len())).collect();
        let mut phrasing = || {
            let word = |index: usize| words[index].as_str();
            let common = ["how do i", "what is the", "can you tell me about", "where can i find"][next(4)];
            format!("{common} {} {} {}", word(own[next(6)]), word(own[next(6)]), word(next(words.len())))
        };
        let phrasings: Vec<String> = (0..12).map(|_| format!("{:?}", phrasing())).collect();
        text += &format!(
            "[[entry]]\nid = \"entry-{entry}\"\nquestion = {:?}\nphrasings = [{}]\nanswer = \"An answer.\"\n\n",
            phrasing(),
            phrasings.join(", ")
        );
    }
    parse(&[Source { path: "invented.toml".into(), text }]).0
}

/// The question sets in several languages, each with its language, in order.
pub fn languages() -> anyhow::Result<Vec<(String, String)>> {
    let root = public_sets().join("languages");
    let mut sets = Vec::new();
    for language in names(&root)? {
        sets.extend(names(&root.join(&language))?.into_iter().map(|set| (language.clone(), set)));
    }
    Ok(sets)
}

/// The names of the files and folders in a folder, in order.
fn names(folder: &Path) -> anyhow::Result<Vec<String>> {
    let entries = fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    let names = entries.map(|it| Ok(it?.file_name().to_string_lossy().into_owned()));
    let mut names: Vec<String> = names.collect::<std::io::Result<_>>()?;
    names.sort();
    Ok(names)
}

/// The folder of a set in one of these languages.
pub fn language_folder(language: &str, set: &str) -> anyhow::Result<Knowledge> {
    // Hindi in Latin letters is a folder of its own kind: none of the lists and stems of Hindi fit it.
    let code = language.strip_suffix("-latn").unwrap_or(language);
    folder_in(code, &public_sets().join("languages").join(language).join(set).join("faq/set.toml"))
}

/// A folder of one file, in a language.
fn folder_in(language: &str, path: &Path) -> anyhow::Result<Knowledge> {
    let text = fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    let mut knowledge = parse(&[Source { path: "set.toml".into(), text }]).0;
    knowledge.bot.languages =
        vec![Language::from_code(language).with_context(|| format!("{language} is no language"))?];
    Ok(knowledge)
}
