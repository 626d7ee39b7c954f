//! From signals about the best classes to the probability of each that it was meant, and of none of them.
//!
//! A small neural network, fitted once to hundreds of small folders ([`fitted`](super::fitted)), gives each class its log odds against
//! none; together they are a softmax (McFadden's conditional logit). At load the log odds of the first are stretched and shifted by
//! what a folder's own phrasings show (Platt scaling): every phrasing left out once, so that its entry should come first, and every
//! entry left out once, so that nothing should.

use super::fitted::N_HIDDEN;
use super::signals::{N_SIGNALS, Signals};
use faqbot_linear::dot;

/// A question whose right answer is known, and whether it was found.
#[derive(Debug, Clone)]
pub(crate) struct Example {
    /// The log odds that the first contender was meant.
    pub(crate) log_odds: f64,
    pub(crate) kind: ExampleKind,
    /// Whether the first was right.
    pub(crate) right: bool,
}

impl Example {
    /// A question for which only this class is right, if any. Where none contends, nothing can be learnt about how sure to be.
    pub(crate) fn of(contest: &Contest, kind: ExampleKind, right: Option<usize>) -> Option<Example> {
        let first = contest.first()?;
        Some(Example { log_odds: contest.log_odds(), kind, right: right == Some(first) })
    }
}

/// Classes of which at most one was meant, the likeliest first, each with its probability before a folder's own phrasings are
/// considered: 0 to 1, together less than 1.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Contest(pub(crate) Vec<(usize, f64)>);

/// Probabilities nearer to 0 or 1 than this are rounded to it, so that their log odds are finite.
const CERTAIN: f64 = 1e-12;

impl Contest {
    pub(crate) fn first(&self) -> Option<usize> {
        self.0.first().map(|(class, _)| *class)
    }

    /// The log odds that the first was meant; very low where none contends.
    pub(crate) fn log_odds(&self) -> f64 {
        let share = self.0.first().map_or(0.0, |(_, share)| *share).clamp(CERTAIN, 1.0 - CERTAIN);
        libm::log(share / (1.0 - share))
    }
}

/// The sort of question that an example is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExampleKind {
    /// A phrasing of an entry or term, left out alone.
    Covered,
    /// A phrasing whose entry was left out, or the example of a group: nothing could have been right.
    NearMiss,
}

/// Signals are kept within this many deviations of their mean: stranger ones are no more certain.
const MOST_DEVIATIONS: f64 = 5.0;

/// log odds = v · tanh(W · (signals − mean) / deviation + b) + c.
#[derive(Debug)]
pub(crate) struct Network {
    pub(crate) mean: Signals,
    pub(crate) deviation: Signals,
    /// W and, last in each row, b.
    pub(crate) hidden: [[f64; N_SIGNALS + 1]; N_HIDDEN],
    /// v and, last, c.
    pub(crate) output: [f64; N_HIDDEN + 1],
}

impl Network {
    fn log_odds(&self, signals: &Signals) -> f64 {
        let mut scaled = [1.0; N_SIGNALS + 1];
        for (it, signal) in signals.iter().enumerate() {
            let deviations = (signal - self.mean[it]) / self.deviation[it];
            scaled[it] = deviations.clamp(-MOST_DEVIATIONS, MOST_DEVIATIONS);
        }
        let mut units = [1.0; N_HIDDEN + 1];
        for (unit, weights) in units.iter_mut().zip(&self.hidden) {
            *unit = libm::tanh(dot(weights, &scaled));
        }
        dot(&self.output, &units)
    }
}

/// The network, stretched and shifted for a folder.
#[derive(Debug, Clone)]
pub(crate) struct Confidence {
    network: &'static Network,
    slope: f64,
    intercept: f64,
}

/// How strongly the slope is pulled to 1 and the intercept to 0, divided by the wordings that an entry has on average:
/// as by this many examples. With few wordings an entry, one left out misses more than a real question, and says less.
const PULL: [f64; 2] = [300.0, 30.0];

/// The share of covered questions among those that people ask: two of three on the article, fewer in HINT3's shops.
const COVERED: f64 = 0.65;

/// Newton's method settles in a handful of steps; this bounds it.
const MAX_STEPS: usize = 25;

impl Confidence {
    /// The confidence before a folder is seen.
    pub(crate) fn new(network: &'static Network) -> Confidence {
        Confidence { network, slope: 1.0, intercept: 0.0 }
    }

    /// Fits the slope and the intercept to a folder's own phrasings, given how many an entry has on average.
    pub(crate) fn fit(network: &'static Network, examples: &[Example], mean_wordings: f64) -> Confidence {
        let n_covered = examples.iter().filter(|it| it.kind == ExampleKind::Covered).count() as f64;
        let n_others = examples.len() as f64 - n_covered;
        let mut fitted = Confidence::new(network);
        if n_covered == 0.0 || n_others == 0.0 {
            return fitted;
        }
        let others = n_covered * (1.0 - COVERED) / COVERED / n_others;
        let examples: Vec<(f64, f64, f64)> = examples
            .iter()
            .map(|it| {
                let counts = if it.kind == ExampleKind::Covered { 1.0 } else { others };
                (it.log_odds, counts, if it.right { 1.0 } else { 0.0 })
            })
            .collect();
        let pull = PULL.map(|it| it / mean_wordings.max(1.0));
        for _ in 0..MAX_STEPS {
            let mut gradient = [pull[0] * (1.0 - fitted.slope), -pull[1] * fitted.intercept];
            // The curvature is symmetric: slope with slope, slope with intercept, intercept with intercept.
            let mut curvature = [pull[0], 0.0, pull[1]];
            for (log_odds, counts, right) in &examples {
                let probability = logistic(fitted.slope * log_odds + fitted.intercept);
                let miss = counts * (right - probability);
                let spread = counts * probability * (1.0 - probability);
                gradient[0] += miss * log_odds;
                gradient[1] += miss;
                curvature[0] += spread * log_odds * log_odds;
                curvature[1] += spread * log_odds;
                curvature[2] += spread;
            }
            let [a, b, d] = curvature;
            let determinant = a * d - b * b;
            let step = [
                (d * gradient[0] - b * gradient[1]) / determinant,
                (a * gradient[1] - b * gradient[0]) / determinant,
            ];
            fitted.slope += step[0];
            fitted.intercept += step[1];
            if step.iter().all(|step| step.abs() < 1e-9) {
                break;
            }
        }
        fitted
    }

    /// Lets classes contend, given the signals of each.
    pub(crate) fn contest(&self, contenders: &[(usize, Signals)]) -> Contest {
        let log_odds: Vec<f64> = contenders.iter().map(|(_, it)| self.network.log_odds(it)).collect();
        // The greatest is taken out, so that no exponential overflows; that of none is 0.
        let greatest = log_odds.iter().copied().fold(0.0, f64::max);
        let odds: Vec<f64> = log_odds.iter().map(|it| libm::exp(it - greatest)).collect();
        let all = odds.iter().sum::<f64>() + libm::exp(-greatest);
        let mut shares: Vec<(usize, f64)> =
            contenders.iter().zip(&odds).map(|((class, _), it)| (*class, it / all)).collect();
        // A stable sort: of equals, the one with the greater score.
        shares.sort_by(|a, b| b.1.total_cmp(&a.1));
        Contest(shares)
    }

    /// The probability of each contender that it was meant, in the same order. The others keep their ratio to the first,
    /// unless that is more than the first leaves.
    pub(crate) fn probabilities(&self, contest: &Contest) -> Vec<f64> {
        let Some((_, best)) = contest.0.first() else { return Vec::new() };
        let first = logistic(self.slope * contest.log_odds() + self.intercept);
        let left = (1.0 - first) / (1.0 - best.min(1.0 - CERTAIN));
        let of = |share: f64| share * (first / best).min(left);
        contest
            .0
            .iter()
            .enumerate()
            .map(|(place, (_, it))| if place == 0 { first } else { of(*it) })
            .collect()
    }
}

fn logistic(log_odds: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-log_odds))
}

#[cfg(test)]
mod tests {
    use super::super::fitted::ENGLISH;
    use super::*;

    /// The network's means, moved by this many deviations.
    fn signals(by: f64) -> Signals {
        std::array::from_fn(|it| ENGLISH.mean[it] + by * ENGLISH.deviation[it])
    }

    fn sure(slope: f64, intercept: f64, contenders: &[(usize, Signals)]) -> (Contest, Vec<f64>) {
        let confidence = Confidence { network: &ENGLISH, slope, intercept };
        let contest = confidence.contest(contenders);
        let probabilities = confidence.probabilities(&contest);
        (contest, probabilities)
    }

    #[test]
    fn contenders_share_one_certainty_in_order_however_a_folder_stretches_it() {
        let contenders: Vec<(usize, Signals)> =
            [0.3, -0.4, 0.9, 0.0].into_iter().map(signals).enumerate().collect();
        for (slope, intercept) in [(1.0, 0.0), (0.4, -2.0), (3.0, 4.0), (1.5, -6.0)] {
            let (_, probabilities) = sure(slope, intercept, &contenders);
            assert!(probabilities.is_sorted_by(|a, b| a >= b), "{probabilities:?}");
            assert!(probabilities.iter().sum::<f64>() <= 1.0, "{probabilities:?}");
        }
    }

    #[test]
    fn a_rival_makes_the_first_less_sure_and_nothing_is_sure_without_contenders() {
        let (_, alone) = sure(1.0, 0.0, &[(7, signals(0.3))]);
        let (contest, beside) = sure(1.0, 0.0, &[(7, signals(0.3)), (8, signals(0.3))]);
        assert_eq!(contest.first(), Some(7), "of equals, the one with the greater score");
        assert!(beside[0] < alone[0] && beside[0] == beside[1], "{alone:?} {beside:?}");
        let (nobody, none) = sure(1.0, 0.0, &[]);
        assert!(nobody.first().is_none() && nobody.log_odds().is_finite() && none.is_empty());
    }
}
