//! What is known about a ranking, from which its confidence follows.
//!
//! Scores alone say little about uncovered questions: near misses share most of their words with an entry. So each of
//! the best is compared with the question in several ways, each of which can be fooled by itself: by scores, by the
//! nearest wordings, by the words that it has and lacks, by naive Bayes, by features that it has in any wording, and by
//! what kind of thing is asked for. Together they also tell better than the scores which of them comes first.

use super::background;
use super::evidence::LeftOut;
use super::index::ReadText;
use super::model::Model;
use super::question_type::QuestionType;
use super::training::ClassKind;
use super::vocabulary::Stem;
use super::word_signals::WordSignals;

/// How many signals there are.
pub(crate) const N_SIGNALS: usize = 42;

/// What each signal is called, in their order.
pub const SIGNAL_NAMES: [&str; N_SIGNALS] = [
    "score",
    "score ahead of the best other",
    "score ahead of the best group or answer",
    "score ahead of small talk",
    "share of all scores",
    "share of all scores, squared",
    "likeness of the nearest wording",
    "likeness ahead of other classes",
    "likeness of the second wording",
    "likeness to the background",
    "topical words covered",
    "topical words unknown",
    "topical words elsewhere",
    "evidence covered",
    "evidence uncovered",
    "evidence uncovered, share",
    "most telling uncovered word",
    "distinctive words of the nearest wording",
    "most telling distinctive word",
    "words of the nearest wording that are missing",
    "words that are not in the nearest wording",
    "strange evidence",
    "strange words",
    "strange names",
    "last word",
    "share of grammar",
    "slips",
    "naive Bayes",
    "naive Bayes ahead of the best other",
    "stems in any wording",
    "pairs in any wording",
    "stems in any class",
    "pairs in any class",
    "odds of the question type",
    "same question type",
    "other question type",
    "negated otherwise",
    "number of wordings",
    "number of entries",
    "number of words",
    "number of topical words",
    "has groups out of scope",
];

/// What is known about a class as the answer to a question.
pub(crate) type Signals = [f64; N_SIGNALS];

/// How likely any stem is in questions about anything, where nothing is known about the language.
const LIKELIHOOD: f64 = 0.0005;

/// The most classes of which signals are computed; those beyond are hardly ever meant.
const MOST_CONTENDERS: usize = 4;

/// Classes with less than this share of the best score do not contend: with all four, the first is right as often in small
/// folders, and less often where there are many phrasings.
const CONTENDS: f64 = 0.7;

/// A question compared with a folder: what its signals have in common, whichever class they are about.
pub(crate) struct Comparison<'m> {
    model: &'m Model,
    text: &'m ReadText,
    similarities: &'m [f64],
    scores: &'m [f64],
    left_out: LeftOut,
    /// How much likelier each class is to be asked with these words than anything is.
    odds: Vec<f64>,
    nearest: Vec<Nearest>,
    asked: QuestionType,
    /// How alike it is to a question about anything.
    of_background: f64,
    /// The sum of all scores, and the root of the sum of their squares.
    sums: [f64; 2],
}

/// The wordings of a class that are most like a question.
#[derive(Debug, Clone, Copy, Default)]
struct Nearest {
    similarity: f64,
    second: f64,
    wording: Option<usize>,
}

impl<'m> Comparison<'m> {
    pub(crate) fn new(
        model: &'m Model,
        text: &'m ReadText,
        similarities: &'m [f64],
        scores: &'m [f64],
        left_out: LeftOut,
    ) -> Comparison<'m> {
        let is_english = model.analyzer().is_english();
        let general = |stem: Stem| if is_english { background::likelihood(stem) } else { LIKELIHOOD };
        let of_background = if is_english { background::likeness(text) } else { 0.0 };
        let mut it = Comparison {
            model,
            text,
            similarities,
            scores,
            left_out,
            odds: model.evidence.odds(&text.readings, left_out, general),
            nearest: nearest(model, similarities),
            asked: QuestionType::of_readings(&text.readings),
            of_background,
            sums: [0.0; 2],
        };
        let positive = || (0..scores.len()).filter(|class| it.counts(*class)).map(|it| scores[it].max(0.0));
        it.sums = [positive().sum(), positive().map(|it| it * it).sum::<f64>().sqrt()];
        it
    }

    /// The classes of a kind that score best and nearly as well, in the order of their scores.
    pub(crate) fn contenders(&self, kind: ClassKind) -> Vec<usize> {
        let is_there = |it: &usize| self.left_out != LeftOut::Class(*it);
        let of_kind = (0..self.scores.len()).filter(|it| self.model.classes[*it].kind == kind);
        let mut classes: Vec<usize> = of_kind.filter(is_there).collect();
        classes.sort_by(|a, b| self.scores[*b].total_cmp(&self.scores[*a]).then(a.cmp(b)));
        let best = classes.first().map_or(0.0, |it| self.scores[*it]);
        let is_near = |(place, class): (usize, &usize)| place == 0 || self.scores[*class] >= CONTENDS * best;
        let n = classes.iter().enumerate().take(MOST_CONTENDERS).take_while(|it| is_near(*it)).count();
        classes.truncate(n);
        classes
    }

    /// What is known about a class as the answer.
    pub(crate) fn signals(&self, class: usize) -> Signals {
        let Comparison { model, text, similarities, left_out, asked, .. } = *self;
        let of_scores = self.of_scores(class);
        let near = self.nearest[class];
        let others = || (0..self.odds.len()).filter(|it| *it != class && self.counts(*it));
        let near_other = others().map(|it| self.nearest[it].similarity).fold(0.0, f64::max);
        let best_other = others().map(|it| self.odds[it]).reduce(f64::max).unwrap_or(0.0);
        let words = WordSignals::of(model, text, class, near.wording, left_out);
        let account = model.evidence.account(&text.readings, &text.concepts, class, left_out);
        let own = model.wordings_of(class);
        let n_own = own.len() as f64;
        let (here, anywhere) = model.index.shares_in(text, similarities, own);
        let n_entries = model.classes.iter().filter(|it| it.kind == ClassKind::Answer).count() as f64;
        let of_nearest = near.wording.map_or(QuestionType::Other, |it| model.asked.type_of(it));
        let both_ask = asked != QuestionType::Other && of_nearest != QuestionType::Other;
        let log = |n: f64| libm::log(1.0 + n);
        [
            of_scores[0],
            of_scores[1],
            of_scores[2],
            of_scores[3],
            of_scores[4],
            of_scores[5],
            near.similarity,
            near.similarity - near_other,
            near.second,
            self.of_background,
            account.covered,
            account.unknown,
            account.elsewhere,
            words.covered,
            words.uncovered,
            words.uncovered_share,
            words.most_uncovered,
            words.distinctive,
            words.most_telling,
            words.missing,
            words.not_in_nearest,
            words.strange,
            words.strange_words,
            words.strange_names,
            words.last,
            words.function_share,
            words.slips,
            self.odds[class],
            self.odds[class] - best_other,
            here[0],
            here[2],
            anywhere[0],
            anywhere[2],
            model.asked.type_odds(asked, class, left_out),
            flag(both_ask && asked == of_nearest),
            flag(both_ask && asked != of_nearest),
            flag(near.wording.is_some_and(|it| model.asked.is_negated(it) != words.is_negated)),
            log(n_own),
            log(n_entries),
            log(text.readings.len() as f64),
            log(account.n_topical),
            flag(model.classes.iter().any(|it| it.kind == ClassKind::OutOfScope)),
        ]
    }

    /// Its score, how far it is ahead of the best other of its kind, of those of the other kind and of small talk, and its
    /// share of all.
    fn of_scores(&self, class: usize) -> [f64; 6] {
        let kind = self.model.classes[class].kind;
        let rival = if kind == ClassKind::Answer { ClassKind::OutOfScope } else { ClassKind::Answer };
        let score = self.scores[class];
        [
            score,
            score - self.best_of(kind, class),
            score - self.best_of(rival, class),
            score - self.best_of(ClassKind::SmallTalk, class),
            share(score.max(0.0), self.sums[0]),
            share(score.max(0.0), self.sums[1]),
        ]
    }

    /// The greatest score of another class of this kind, 0 if there is none.
    fn best_of(&self, kind: ClassKind, but: usize) -> f64 {
        let is_other = |it: &usize| *it != but && self.left_out != LeftOut::Class(*it);
        let others = (0..self.scores.len()).filter(is_other);
        let of_kind = others.filter(|it| self.model.classes[*it].kind == kind);
        of_kind.map(|it| self.scores[it]).fold(0.0, f64::max)
    }

    /// Whether a class stands for something that can be asked, and is not left out.
    fn counts(&self, class: usize) -> bool {
        self.left_out != LeftOut::Class(class) && self.model.classes[class].kind != ClassKind::SmallTalk
    }
}

/// The nearest wordings of each class.
fn nearest(model: &Model, similarities: &[f64]) -> Vec<Nearest> {
    let of_class = |class: usize| {
        model.wordings_of(class).fold(Nearest::default(), |near, wording| {
            let similarity = similarities[wording];
            if similarity > near.similarity {
                Nearest { similarity, second: near.similarity, wording: Some(wording) }
            } else {
                Nearest { second: near.second.max(similarity), ..near }
            }
        })
    };
    (0..model.classes.len()).map(of_class).collect()
}

fn flag(is_so: bool) -> f64 {
    if is_so { 1.0 } else { 0.0 }
}

pub(super) fn share(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}
