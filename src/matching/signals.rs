//! What is known about a ranking, from which its confidence follows.
//!
//! Scores alone say little about uncovered questions: near misses share most of their words with an entry. So the first
//! of the ranking is compared with the question in several ways, each of which can be fooled by itself: by scores, by
//! the nearest wordings, by the words that it has and lacks, by naive Bayes, by features that it has in any wording,
//! and by what kind of thing is asked for.

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

/// What is known about a ranking.
pub(crate) type Signals = [f64; N_SIGNALS];

/// How likely any stem is in questions about anything, where nothing is known about the language.
const LIKELIHOOD: f64 = 0.0005;

/// The signals of a ranking, and the best of this kind: entries and terms, or out-of-scope groups.
pub(crate) fn signals(
    model: &Model,
    text: &ReadText,
    similarities: &[f64],
    scores: &[f64],
    kind: ClassKind,
    left_out: LeftOut,
) -> (Signals, usize) {
    let Some(top) = best(model, scores, kind, None, left_out) else {
        return ([0.0; N_SIGNALS], 0);
    };
    let of_scores = of_scores(model, scores, top, left_out);
    let (of_likeness, nearest) = of_likeness(model, similarities, top);
    let words = WordSignals::of(model, text, top, nearest, left_out);
    let account = model.evidence.account(&text.readings, &text.concepts, top, left_out);
    let is_english = model.analyzer().is_english();
    let general = |stem: Stem| if is_english { background::likelihood(stem) } else { LIKELIHOOD };
    let odds = model.evidence.odds(&text.readings, left_out, general);
    let others = (0..odds.len()).filter(|it| *it != top && counts(model, *it, left_out));
    let best_other = others.map(|it| odds[it]).reduce(f64::max).unwrap_or(0.0);
    let own = model.wordings_of(top);
    let n_own = own.len() as f64;
    let (here, anywhere) = model.index.shares_in(text, similarities, own);
    let n_entries = model.classes.iter().filter(|it| it.kind == ClassKind::Answer).count() as f64;
    let asked = QuestionType::of_readings(&text.readings);
    let of_nearest = nearest.map_or(QuestionType::Other, |it| model.asked.type_of(it));
    let both_ask = asked != QuestionType::Other && of_nearest != QuestionType::Other;
    let log = |n: f64| libm::log(1.0 + n);
    let signals = [
        of_scores[0],
        of_scores[1],
        of_scores[2],
        of_scores[3],
        of_scores[4],
        of_scores[5],
        of_likeness[0],
        of_likeness[1],
        of_likeness[2],
        if is_english { background::likeness(text) } else { 0.0 },
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
        odds[top],
        odds[top] - best_other,
        here[0],
        here[2],
        anywhere[0],
        anywhere[2],
        model.asked.type_odds(asked, top, left_out),
        flag(both_ask && asked == of_nearest),
        flag(both_ask && asked != of_nearest),
        flag(nearest.is_some_and(|it| model.asked.is_negated(it) != words.is_negated)),
        log(n_own),
        log(n_entries),
        log(text.readings.len() as f64),
        log(account.n_topical),
        flag(model.classes.iter().any(|it| it.kind == ClassKind::OutOfScope)),
    ];
    (signals, top)
}

/// Whether a class stands for something that can be asked, and is not left out.
fn counts(model: &Model, class: usize, left_out: LeftOut) -> bool {
    left_out != LeftOut::Class(class) && model.classes[class].kind != ClassKind::SmallTalk
}

/// The class of a kind with the greatest score.
fn best(
    model: &Model,
    scores: &[f64],
    kind: ClassKind,
    but: Option<usize>,
    left_out: LeftOut,
) -> Option<usize> {
    (0..scores.len())
        .filter(|it| left_out != LeftOut::Class(*it) && model.classes[*it].kind == kind && Some(*it) != but)
        .rev()
        .max_by(|a, b| scores[*a].total_cmp(&scores[*b]))
}

/// The first score, how far it is ahead of the second of its kind, of those of the other kind and of small talk, and its share of all.
fn of_scores(model: &Model, scores: &[f64], top: usize, left_out: LeftOut) -> [f64; 6] {
    let best_of = |kind: ClassKind| {
        let class = best(model, scores, kind, Some(top), left_out);
        class.map_or(0.0, |class| scores[class].max(0.0))
    };
    let kind = model.classes[top].kind;
    let rival = if kind == ClassKind::Answer { ClassKind::OutOfScope } else { ClassKind::Answer };
    let (mut sum, mut squares) = (0.0, 0.0);
    for class in (0..scores.len()).filter(|it| counts(model, *it, left_out)) {
        let score = scores[class].max(0.0);
        sum += score;
        squares += score * score;
    }
    [
        scores[top],
        scores[top] - best_of(kind),
        scores[top] - best_of(rival),
        scores[top] - best_of(ClassKind::SmallTalk),
        share(scores[top].max(0.0), sum),
        share(scores[top].max(0.0), squares.sqrt()),
    ]
}

/// How alike the nearest wording of the first is, how much more so than that of any other, how alike its second nearest is; and the
/// nearest.
fn of_likeness(model: &Model, similarities: &[f64], top: usize) -> ([f64; 3], Option<usize>) {
    let (mut near, mut second, mut near_other, mut nearest) = (0.0, 0.0, 0.0_f64, None);
    for (wording, (class, similarity)) in model.class_of.iter().zip(similarities).enumerate() {
        if *class != top {
            if model.classes[*class].kind != ClassKind::SmallTalk {
                near_other = near_other.max(*similarity);
            }
        } else if *similarity > near {
            (second, near, nearest) = (near, *similarity, Some(wording));
        } else if *similarity > second {
            second = *similarity;
        }
    }
    ([near, near - near_other, second], nearest)
}

fn flag(is_so: bool) -> f64 {
    if is_so { 1.0 } else { 0.0 }
}

pub(super) fn share(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}
