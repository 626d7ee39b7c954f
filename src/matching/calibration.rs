//! From signals about a ranking to the probability that its first answer is right.
//!
//! A logistic regression, fitted at load on the folder itself: every phrasing left out once (its entry should
//! come first), and every entry left out once (nothing should come first).

use faqbot_linear::{Square, dot};

/// How many signals there are.
pub(crate) const N_SIGNALS: usize = 9;

/// What is known about a ranking.
pub(crate) type Signals = [f64; N_SIGNALS];

/// A ranking of a phrasing of the folder that was left out, and what became of it.
#[derive(Debug, Clone)]
pub(crate) struct Example {
    pub(crate) signals: Signals,
    /// Whether the first answer was right.
    pub(crate) right: bool,
    /// Nothing in the folder could have been right: the phrasing's entry was left out.
    pub(crate) near_miss: bool,
}

/// P(right) = 1 / (1 + exp(−(bias + Σ weight · (signal − mean) / deviation))).
#[derive(Debug, Clone)]
pub(crate) struct Confidence {
    mean: Signals,
    deviation: Signals,
    /// One for each signal, and the bias.
    weights: [f64; N_SIGNALS + 1],
}

/// Pulls the weights to zero where the folder says little.
const RIDGE: f64 = 8.0;

/// Newton's method settles in a handful of steps; this bounds it.
const MAX_STEPS: usize = 25;

impl Confidence {
    pub(crate) fn fit(examples: &[Example]) -> Confidence {
        let n = examples.len().max(1) as f64;
        let moment =
            |of: &dyn Fn(&Signals) -> f64| examples.iter().map(|it| of(&it.signals)).sum::<f64>() / n;
        let mean: Signals = std::array::from_fn(|signal| moment(&|it| it[signal]));
        let deviation: Signals = std::array::from_fn(|signal| {
            let variance = moment(&|it| (it[signal] - mean[signal]) * (it[signal] - mean[signal]));
            if variance > 1e-12 { variance.sqrt() } else { 1.0 }
        });
        let mut fitted = Confidence { mean, deviation, weights: [0.0; N_SIGNALS + 1] };
        for _ in 0..MAX_STEPS {
            let Some(step) = fitted.newton_step(examples) else { break };
            for (weight, step) in fitted.weights.iter_mut().zip(&step) {
                *weight += step;
            }
            if step.iter().all(|step| step.abs() < 1e-9) {
                break;
            }
        }
        fitted
    }

    /// Inverse curvature times gradient of the penalised log likelihood.
    fn newton_step(&self, examples: &[Example]) -> Option<Vec<f64>> {
        let mut gradient: Vec<f64> = self.weights.iter().map(|weight| -RIDGE * weight).collect();
        gradient[N_SIGNALS] = 0.0;
        let mut curvature = Square::zero(N_SIGNALS + 1);
        for signal in 0..N_SIGNALS {
            curvature.row_mut(signal)[signal] = RIDGE;
        }
        curvature.row_mut(N_SIGNALS)[N_SIGNALS] = 1e-6;
        for example in examples {
            let scaled = self.scaled(&example.signals);
            let probability = self.probability(&example.signals);
            let miss = if example.right { 1.0 } else { 0.0 } - probability;
            let spread = probability * (1.0 - probability);
            for (row, value) in scaled.iter().enumerate() {
                gradient[row] += miss * value;
                for (cell, other) in curvature.row_mut(row).iter_mut().zip(&scaled) {
                    *cell += spread * value * other;
                }
            }
        }
        let inverse = curvature.inverse()?;
        Some((0..=N_SIGNALS).map(|row| dot(inverse.row(row), &gradient)).collect())
    }

    fn scaled(&self, signals: &Signals) -> [f64; N_SIGNALS + 1] {
        std::array::from_fn(|it| {
            if it == N_SIGNALS { 1.0 } else { (signals[it] - self.mean[it]) / self.deviation[it] }
        })
    }

    pub(crate) fn probability(&self, signals: &Signals) -> f64 {
        1.0 / (1.0 + libm::exp(-dot(&self.weights, &self.scaled(signals))))
    }
}
