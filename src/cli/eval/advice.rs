//! What a maintainer can do about questions that went wrong.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use serde::Serialize;

use crate::knowledge::{Id, Knowledge, Phrasing};
use crate::matching::Matcher;
use crate::matching::evaluation::Confusion;
use crate::misses::{ALIKE, Words};

/// How many confusions are shown, and how many questions of each.
const N_SHOWN: usize = 10;
const N_QUESTIONS: usize = 3;

/// A wording that shares less than this with a question is not what misled it.
const MISLEADING: f64 = 0.3;

/// An entry with fewer wordings does not know enough of how people ask.
const FEW_WORDINGS: usize = 5;

/// Questions that nothing in the folder answers, by the entry that they were answered with all the same.
pub(super) type FalseAnswers = BTreeMap<Id, Vec<String>>;

/// How many questions each entry has, and how many of them it did not answer.
pub(super) type Unanswered = BTreeMap<Id, (usize, usize)>;

/// Mistakes made less often than this do not stand out.
const STANDS_OUT: usize = 2;

/// The one next step that gains most.
pub(super) fn next_step(
    unanswered: &Unanswered,
    confusions: &[Confusion],
    false_answers: &FalseAnswers,
) -> String {
    let mut pairs: BTreeMap<(&Id, &Id), usize> = BTreeMap::new();
    for it in confusions {
        let pair = ((&it.expected).min(&it.found), (&it.expected).max(&it.found));
        *pairs.entry(pair).or_default() += it.questions.len();
    }
    let pair = pairs.into_iter().max_by_key(|(_, n)| *n);
    let worst = unanswered.iter().max_by_key(|(_, (_, n))| *n);
    let falsely = false_answers.iter().max_by_key(|(_, questions)| questions.len());
    let steps = [
        worst.map(|(id, (all, n))| {
            let step = format!("give `{id}` phrasings in other words: {n} of {all} that ask for it were not answered");
            (*n, step)
        }),
        pair.map(|((one, other), n)| {
            (n, format!("tell `{one}` and `{other}` apart: {n} questions for one were taken for the other"))
        }),
        falsely.map(|(id, questions)| {
            let n = questions.len();
            (n, format!("give an out-of-scope group the {n} questions that `{id}` answered, though nothing here does"))
        }),
    ];
    // Of equally frequent ones, the first.
    let best = steps.into_iter().flatten().rev().max_by_key(|(n, _)| *n).filter(|(n, _)| *n >= STANDS_OUT);
    best.map_or_else(
        || {
            "nothing stands out; ask people who do not know the folder, and measure their questions"
                .to_owned()
        },
        |(_, step)| step,
    )
}

/// Looks up in a folder what has misled its bot.
pub(super) struct Adviser<'k> {
    matcher: &'k Matcher,
    /// The wordings of each entry and term.
    wordings: HashMap<&'k Id, Vec<(&'k Phrasing, Words)>>,
}

/// Questions of one entry for which another one came first, and what to do about it.
#[derive(Debug, Serialize)]
pub(super) struct Advised<'c> {
    #[serde(flatten)]
    confusion: &'c Confusion,
    causes: Vec<Cause>,
    help: String,
}

/// A question and the wording of the wrong entry that it is most like.
#[derive(Debug, Serialize)]
struct Cause {
    question: String,
    /// File and line, where it is in the folder.
    place: Option<String>,
    misled_by: Option<Misleading>,
}

#[derive(Debug, Serialize)]
struct Misleading {
    phrasing: String,
    place: String,
    /// From 0 to 1.
    similarity: f64,
}

impl<'k> Adviser<'k> {
    pub(super) fn new(knowledge: &'k Knowledge, matcher: &'k Matcher) -> Adviser<'k> {
        let with_words = |phrasing: &'k Phrasing| (phrasing, Words::of(&phrasing.text, matcher));
        let entries = knowledge.entries.iter().map(|it| (&it.id, it.wordings().map(with_words).collect()));
        let terms = knowledge.terms.iter().map(|it| (&it.id, it.wordings().map(with_words).collect()));
        let wordings = entries.chain(terms).collect();
        Adviser { matcher, wordings }
    }

    /// The worst confusions, with what has caused them.
    pub(super) fn advise<'c>(&self, confusions: &'c [Confusion]) -> Vec<Advised<'c>> {
        confusions.iter().take(N_SHOWN).map(|it| self.advised(it)).collect()
    }

    fn advised<'c>(&self, confusion: &'c Confusion) -> Advised<'c> {
        let (expected, found) = (&confusion.expected, &confusion.found);
        let own = self.wordings_of(expected);
        let causes: Vec<Cause> = confusion
            .questions
            .iter()
            .take(N_QUESTIONS)
            .map(|question| Cause {
                question: question.clone(),
                place: own.iter().find(|(it, _)| it.text == *question).map(|(it, _)| place(it)),
                misled_by: self.misleading(question, found),
            })
            .collect();
        let closest =
            causes.iter().filter_map(|it| Some(it.misled_by.as_ref()?.similarity)).fold(0.0, f64::max);
        let help = if own.is_empty() {
            format!("the folder has no `{expected}`: add it, or expect another entry")
        } else if closest >= ALIKE {
            "say in both wordings what makes the difference, or delete the one that fits less".to_owned()
        } else if own.len() < FEW_WORDINGS {
            format!("`{expected}` has few wordings: add some of these, and others that people use")
        } else if closest > 0.0 {
            format!("give `{expected}` more phrasings in such words, or take them out of `{found}`")
        } else {
            format!("give `{expected}` more phrasings in such words")
        };
        Advised { confusion, causes, help }
    }

    fn wordings_of(&self, id: &Id) -> &[(&'k Phrasing, Words)] {
        self.wordings.get(id).map_or(&[], Vec::as_slice)
    }

    /// The wording of an entry that a question is most like.
    fn misleading(&self, question: &str, entry: &Id) -> Option<Misleading> {
        let words = Words::of(question, self.matcher);
        let alike = self.wordings_of(entry).iter().map(|(it, its_words)| (words.similarity(its_words), *it));
        let (similarity, phrasing) = alike.max_by(|one, other| one.0.total_cmp(&other.0))?;
        (similarity >= MISLEADING).then(|| Misleading {
            phrasing: phrasing.text.clone(),
            place: place(phrasing),
            similarity,
        })
    }
}

fn place(phrasing: &Phrasing) -> String {
    format!("{}:{}", phrasing.location.path, phrasing.location.line)
}

/// The confusions as lines to read.
pub(super) fn confusions_text(advised: &[Advised<'_>]) -> String {
    let mut text = String::new();
    let mut line = |line: String| writeln!(text, "{line}").expect("writing to a string does not fail");
    for Advised { confusion, causes, help } in advised {
        let (n, expected, found) = (confusion.questions.len(), &confusion.expected, &confusion.found);
        line(format!("  {n} × `{expected}` taken for `{found}`"));
        for cause in causes {
            let place = cause.place.as_ref().map_or(String::new(), |place| format!("  {place}"));
            line(format!("      “{}”{place}", cause.question));
            if let Some(Misleading { phrasing, place, .. }) = &cause.misled_by {
                line(format!("        is like “{phrasing}”  {place}"));
            }
        }
        if let more @ 1.. = confusion.questions.len() - causes.len() {
            line(format!("      and {more} more"));
        }
        line(format!("      help: {help}"));
    }
    text
}

/// The answers that nobody should have got, as lines to read.
pub(super) fn false_answers_text(false_answers: &FalseAnswers) -> String {
    let mut worst: Vec<(&Id, &Vec<String>)> = false_answers.iter().collect();
    worst.sort_by_key(|(_, questions)| std::cmp::Reverse(questions.len()));
    let mut text = String::new();
    for (id, questions) in worst.into_iter().take(N_SHOWN) {
        let shown: Vec<String> = questions.iter().take(N_QUESTIONS).map(|it| format!("“{it}”")).collect();
        writeln!(text, "  {} × with `{id}`: {}", questions.len(), shown.join(", "))
            .expect("writing to a string does not fail");
    }
    text + "      help: give the out-of-scope or small-talk group that they belong to more examples in such words\n"
}
