//! From signals about a ranking to the probability that its first answer is right.
//!
//! A small neural network, fitted once to hundreds of small folders ([`fitted`](super::fitted)), gives log odds. At load they are
//! stretched and shifted by what a folder's own phrasings show (Platt scaling): every phrasing left out once, so that its entry should
//! come first, and every entry left out once, so that nothing should.

use super::signals::{N_SIGNALS, Signals};
use faqbot_linear::dot;

/// A ranking of a question whose right answer is known, and its result.
#[derive(Debug, Clone)]
pub(crate) struct Example {
    pub(crate) signals: Signals,
    pub(crate) kind: ExampleKind,
    /// Whether the first answer was right.
    pub(crate) right: bool,
}

/// The sort of question that an example is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExampleKind {
    /// A phrasing of an entry or term, left out alone.
    Covered,
    /// A phrasing whose entry was left out, or the example of a group: nothing could have been right.
    NearMiss,
}

/// How many units the hidden layer has. 6 are a point worse, 24 no better.
pub(crate) const N_HIDDEN: usize = 12;

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
                (network.log_odds(&it.signals), counts, if it.right { 1.0 } else { 0.0 })
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

    pub(crate) fn probability(&self, signals: &Signals) -> f64 {
        logistic(self.slope * self.network.log_odds(signals) + self.intercept)
    }
}

fn logistic(log_odds: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-log_odds))
}
