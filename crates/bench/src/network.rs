//! Trains the small network that says how sure an answer is: one hidden layer, cross entropy, Adam (Kingma and Ba 2015).

use faqbot_linear::{add_scaled, dot};

use crate::smaller::Shuffle;

/// A question, and what is known about the entries that may answer it.
#[derive(Debug, Clone)]
pub struct Example {
    /// In the order of their scores.
    pub contenders: Vec<Contender>,
    pub weight: f64,
}

/// An entry that may be what was asked for.
#[derive(Debug, Clone)]
pub struct Contender {
    pub signals: Vec<f64>,
    /// Whether it answers the question.
    pub right: bool,
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

impl Network {
    /// The log odds that a contender was meant, against none.
    pub fn log_odds(&self, signals: &[f64]) -> f64 {
        let scaled = scale(signals, &self.mean, &self.deviation);
        let units = self.hidden.iter().map(|weights| dot(weights, &scaled).tanh());
        let units: Vec<f64> = units.chain([1.0]).collect();
        dot(&self.output, &units)
    }
}

/// Fits a network with this many hidden units: the same one for the same examples and seed, which draws where it starts.
///
/// A contender's share is its odds among those of all and 1 for none of them; the fit maximizes the likelihood of the right
/// ones, or of none.
pub fn train(examples: &[Example], n_hidden: usize, seed: u64) -> Network {
    let (mean, deviation) = moments(examples);
    let n_signals = mean.len();
    let scaled: Vec<Vec<Vec<f64>>> = examples
        .iter()
        .map(|it| it.contenders.iter().map(|it| scale(&it.signals, &mean, &deviation)).collect())
        .collect();
    let mut shuffle = Shuffle::new(seed);
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
    for _ in 0..N_EPOCHS {
        shuffle.shuffle(&mut order);
        for batch in order.chunks(BATCH) {
            for it in batch {
                let units: Vec<Vec<f64>> = scaled[*it].iter().map(|it| activations(&hidden, it)).collect();
                let log_odds: Vec<f64> = units.iter().map(|it| dot(&output.values, it)).collect();
                let misses = misses(&examples[*it].contenders, &log_odds);
                for ((signals, units), miss) in scaled[*it].iter().zip(&units).zip(misses) {
                    let miss = examples[*it].weight * miss / batch.len() as f64;
                    for (unit, weights) in hidden.iter_mut().enumerate() {
                        let slope = miss * output.values[unit] * (1.0 - units[unit] * units[unit]);
                        add_scaled(&mut weights.gradient, slope, signals);
                    }
                    add_scaled(&mut output.gradient, miss, units);
                }
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

/// The mean and the standard deviation of each signal of the first contenders.
fn moments(examples: &[Example]) -> (Vec<f64>, Vec<f64>) {
    let firsts: Vec<(&[f64], f64)> = examples
        .iter()
        .filter_map(|it| it.contenders.first().map(|first| (&first.signals[..], it.weight)))
        .collect();
    let n_signals = firsts.first().map_or(0, |(signals, _)| signals.len());
    let total: f64 = firsts.iter().map(|(_, weight)| weight).sum();
    let mean_of =
        |of: &dyn Fn(&[f64]) -> f64| firsts.iter().map(|(it, weight)| weight * of(it)).sum::<f64>() / total;
    let mean: Vec<f64> = (0..n_signals).map(|signal| mean_of(&|it| it[signal])).collect();
    let deviation = (0..n_signals)
        .map(|signal| mean_of(&|it| (it[signal] - mean[signal]).powi(2)).sqrt())
        .map(|it| if it > 1e-6 { it } else { 1.0 })
        .collect();
    (mean, deviation)
}

/// Signals in deviations from their mean and, last, a 1 for the bias.
fn scale(signals: &[f64], mean: &[f64], deviation: &[f64]) -> Vec<f64> {
    let signals = signals.iter().zip(mean).zip(deviation);
    let deviations = signals.map(|((it, mean), deviation)| (it - mean) / deviation);
    deviations.map(|it| it.clamp(-MOST_DEVIATIONS, MOST_DEVIATIONS)).chain([1.0]).collect()
}

/// What the hidden units give and, last, a 1 for the bias.
fn activations(hidden: &[Weights], scaled: &[f64]) -> Vec<f64> {
    hidden.iter().map(|weights| dot(&weights.values, scaled).tanh()).chain([1.0]).collect()
}

/// How much too great the share of each contender is: the slope of the loss by its log odds.
fn misses(contenders: &[Contender], log_odds: &[f64]) -> Vec<f64> {
    let greatest = log_odds.iter().copied().fold(0.0, f64::max);
    let odds: Vec<f64> = log_odds.iter().map(|it| (it - greatest).exp()).collect();
    let all = odds.iter().sum::<f64>() + (-greatest).exp();
    let right: f64 = odds.iter().zip(contenders).filter(|(_, it)| it.right).map(|(odds, _)| odds).sum();
    let wanted = |odds: f64, it: &Contender| if it.right { odds / right } else { 0.0 };
    odds.iter().zip(contenders).map(|(odds, it)| odds / all - wanted(*odds, it)).collect()
}
