//! Trains the small network that says how sure an answer is: one hidden layer, cross entropy, Adam (Kingma and Ba 2015).

use faqbot_linear::{add_scaled, dot};

use crate::smaller::Shuffle;

/// What is known about a ranking, and whether its first answer was right.
#[derive(Debug, Clone)]
pub struct Example {
    pub signals: Vec<f64>,
    pub right: bool,
    pub weight: f64,
}

/// log odds = v · tanh(W · (signals − mean) / deviation + b) + c.
#[derive(Debug, Clone)]
pub struct Network {
    pub mean: Vec<f64>,
    pub deviation: Vec<f64>,
    /// W and, last in each row, b.
    pub hidden: Vec<Vec<f64>>,
    /// v and, last, c.
    pub output: Vec<f64>,
}

const N_EPOCHS: usize = 16;

const BATCH: usize = 512;

/// The step size at first; in the end it is a twentieth of this.
const RATE: f64 = 0.004;

/// How strongly weights are pulled to 0.
const DECAY: f64 = 1e-5;

/// Signals are kept within this many deviations of their mean, as where they are used.
const MOST_DEVIATIONS: f64 = 5.0;

/// One weight, with the running means of its gradient and of the square of it.
#[derive(Debug, Clone, Default)]
struct Weights {
    values: Vec<f64>,
    gradient: Vec<f64>,
    mean: Vec<f64>,
    square: Vec<f64>,
}

impl Weights {
    fn new(values: Vec<f64>) -> Weights {
        let zero = vec![0.0; values.len()];
        Weights { values, gradient: zero.clone(), mean: zero.clone(), square: zero }
    }

    fn step(&mut self, rate: f64, steps: i32) {
        const FORGET: f64 = 0.9;
        const FORGET_SQUARE: f64 = 0.999;
        for it in 0..self.values.len() {
            let gradient = std::mem::take(&mut self.gradient[it]) + DECAY * self.values[it];
            self.mean[it] = FORGET * self.mean[it] + (1.0 - FORGET) * gradient;
            self.square[it] = FORGET_SQUARE * self.square[it] + (1.0 - FORGET_SQUARE) * gradient * gradient;
            let mean = self.mean[it] / (1.0 - FORGET.powi(steps));
            let square = self.square[it] / (1.0 - FORGET_SQUARE.powi(steps));
            self.values[it] -= rate * mean / (square.sqrt() + 1e-8);
        }
    }
}

/// Fits a network with this many hidden units: the same one for the same examples.
pub fn train(examples: &[Example], n_hidden: usize) -> Network {
    let n_signals = examples.first().map_or(0, |it| it.signals.len());
    let total: f64 = examples.iter().map(|it| it.weight).sum();
    let mean_of =
        |of: &dyn Fn(&Example) -> f64| examples.iter().map(|it| it.weight * of(it)).sum::<f64>() / total;
    let mean: Vec<f64> = (0..n_signals).map(|signal| mean_of(&|it| it.signals[signal])).collect();
    let deviation: Vec<f64> = (0..n_signals)
        .map(|signal| mean_of(&|it| (it.signals[signal] - mean[signal]).powi(2)).sqrt())
        .map(|it| if it > 1e-6 { it } else { 1.0 })
        .collect();
    let scaled: Vec<Vec<f64>> = examples
        .iter()
        .map(|it| {
            let signals = it.signals.iter().zip(&mean).zip(&deviation);
            let deviations = signals.map(|((it, mean), deviation)| (it - mean) / deviation);
            deviations.map(|it| it.clamp(-MOST_DEVIATIONS, MOST_DEVIATIONS)).chain([1.0]).collect()
        })
        .collect();
    let mut shuffle = Shuffle::new(1);
    let mut uniform = |most: f64| most * (shuffle.below(1 << 20) as f64 / f64::from(1 << 19) - 1.0);
    let most = (6.0 / (n_signals + n_hidden) as f64).sqrt();
    let mut hidden: Vec<Weights> = (0..n_hidden)
        .map(|_| {
            Weights::new((0..=n_signals).map(|it| if it < n_signals { uniform(most) } else { 0.0 }).collect())
        })
        .collect();
    let most = (6.0 / (n_hidden + 1) as f64).sqrt();
    let mut output =
        Weights::new((0..=n_hidden).map(|it| if it < n_hidden { uniform(most) } else { 0.0 }).collect());
    let mut order: Vec<usize> = (0..examples.len()).collect();
    let n_steps = (N_EPOCHS * examples.len().div_ceil(BATCH)) as f64;
    let mut steps = 0;
    let mut units = vec![1.0; n_hidden + 1];
    for _ in 0..N_EPOCHS {
        shuffle.shuffle(&mut order);
        for batch in order.chunks(BATCH) {
            for it in batch {
                for (unit, weights) in units.iter_mut().zip(&hidden) {
                    *unit = dot(&weights.values, &scaled[*it]).tanh();
                }
                let probability = 1.0 / (1.0 + (-dot(&output.values, &units)).exp());
                let right = if examples[*it].right { 1.0 } else { 0.0 };
                let miss = examples[*it].weight * (probability - right) / batch.len() as f64;
                for (unit, weights) in hidden.iter_mut().enumerate() {
                    let slope = miss * output.values[unit] * (1.0 - units[unit] * units[unit]);
                    add_scaled(&mut weights.gradient, slope, &scaled[*it]);
                }
                add_scaled(&mut output.gradient, miss, &units);
            }
            let rate = RATE * (1.0 - 0.95 * f64::from(steps) / n_steps);
            steps += 1;
            hidden.iter_mut().for_each(|it| it.step(rate, steps));
            output.step(rate, steps);
        }
    }
    let hidden = hidden.into_iter().map(|it| it.values).collect();
    Network { mean, deviation, hidden, output: output.values }
}
