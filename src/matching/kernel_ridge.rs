//! Kernel ridge regression from similarities to classes.
//!
//! With k = exp(K − 1) of the wordings' similarities K, Y one-hot classes and λ on the diagonal, G = k + diag λ,
//! A = G⁻¹ · Y, and a question scores k(question, phrasings) · A. It is worth 7.5 points over the nearest phrasing
//! on HINT3, because what all entries share stops counting.

use super::training::Origin;
use faqbot_linear::{Square, add_scaled, dot, each_part};

/// The ridge of a class of average size. Larger classes get more: λ · √(size / mean size).
/// From 0.03 to 0.4 the accuracies move by less than half a point.
const LAMBDA: f64 = 0.1;

/// How much more the ridge of a sentence of an answer is: it says less about how people ask than a phrasing does.
/// From 0.2 to 1 it makes no difference; without, the article's answers are half a point worse.
const ANSWER_LAMBDA: f64 = 0.5;

#[derive(Debug, Clone)]
pub(crate) struct Ridge {
    n_classes: usize,
    /// A, row by row: what a phrasing adds to each class. In single precision, as it stays in memory.
    weights: Vec<f32>,
}

/// exp(K − 1): 1 for the same text. From exp(0.8 (K − 1)) to exp(1.5 (K − 1)) the accuracies move by less than half a point.
pub(crate) fn kernel(similarity: f64) -> f64 {
    libm::exp(similarity - 1.0)
}

/// λ of each wording, given its class and origin.
pub(crate) fn ridges(class_of: &[usize], origins: &[Origin], n_classes: usize) -> Vec<f64> {
    let mut sizes = vec![0.0; n_classes];
    for class in class_of {
        sizes[*class] += 1.0;
    }
    let mean = class_of.len() as f64 / n_classes.max(1) as f64;
    let ridge = |(class, origin): (&usize, &Origin)| {
        let of_class = LAMBDA * f64::sqrt(sizes[*class] / mean);
        of_class + if *origin == Origin::Answer { ANSWER_LAMBDA } else { 0.0 }
    };
    class_of.iter().zip(origins).map(ridge).collect()
}

/// Scores of the folder's own phrasings, had they not been in it.
#[derive(Debug)]
pub(crate) struct LeaveOut {
    /// Its rows' scalar products are G⁻¹.
    factor: Square,
    class_of: Vec<usize>,
    n_classes: usize,
    /// A, row by row.
    weights: Vec<f64>,
}

impl Ridge {
    /// Fits the kernel of all wordings with each other, row by row, to their classes, with a ridge for each.
    pub(crate) fn new(
        mut kernel: Square,
        class_of: Vec<usize>,
        ridges: &[f64],
        n_classes: usize,
    ) -> (Ridge, LeaveOut) {
        let n_phrasings = class_of.len();
        for (wording, ridge) in ridges.iter().enumerate() {
            kernel.row_mut(wording)[wording] += ridge;
        }
        let factor = kernel.inverse_factor().expect("a kernel plus a positive ridge is positive definite");
        // A = L⁻ᵀ · (L⁻¹ · Y), and row i of `factor` is column i of L⁻¹.
        let mut half = vec![0.0; n_phrasings * n_classes];
        for (phrasing, class) in class_of.iter().enumerate() {
            for (row, value) in factor.row(phrasing).iter().enumerate().skip(phrasing) {
                half[row * n_classes + class] += value;
            }
        }
        let mut weights = vec![0.0; n_phrasings * n_classes];
        each_part(&mut weights, n_classes, |phrasing, sum| {
            for (row, value) in factor.row(phrasing).iter().enumerate().skip(phrasing) {
                add_scaled(sum, *value, &half[row * n_classes..(row + 1) * n_classes]);
            }
        });
        let ridge = Ridge { n_classes, weights: weights.iter().map(|it| *it as f32).collect() };
        (ridge, LeaveOut { factor, class_of, n_classes, weights })
    }

    /// The score of each class for a question, given its kernel with each phrasing.
    pub(crate) fn scores(&self, kernel: &[f64]) -> Vec<f64> {
        let mut scores = vec![0.0; self.n_classes];
        for (row, value) in self.weights.chunks_exact(self.n_classes.max(1)).zip(kernel) {
            for (score, weight) in scores.iter_mut().zip(row) {
                *score += value * f64::from(*weight);
            }
        }
        scores
    }

    /// What a phrasing adds to a class, per unit of kernel.
    pub(crate) fn weight(&self, phrasing: usize, class: usize) -> f64 {
        f64::from(self.weights[phrasing * self.n_classes + class])
    }
}

impl LeaveOut {
    /// The scores of the phrasings B, had none of them been in the folder, without fitting again:
    /// f = Y_B − (G⁻¹_BB)⁻¹ · A_B.
    pub(crate) fn scores(&self, left_out: &[usize]) -> Vec<Vec<f64>> {
        let mut block = Square::zero(left_out.len());
        for (row, phrasing) in left_out.iter().enumerate() {
            for (column, other) in left_out.iter().enumerate().take(row + 1) {
                let start = *phrasing.max(other);
                let value = dot(&self.factor.row(*phrasing)[start..], &self.factor.row(*other)[start..]);
                block.row_mut(row)[column] = value;
                block.row_mut(column)[row] = value;
            }
        }
        let block = block.inverse().expect("a block of a positive definite matrix is one too");
        (0..left_out.len())
            .map(|row| {
                let mut scores = vec![0.0; self.n_classes];
                scores[self.class_of[left_out[row]]] = 1.0;
                for (value, other) in block.row(row).iter().zip(left_out) {
                    add_scaled(&mut scores, -value, self.row(*other));
                }
                scores
            })
            .collect()
    }

    /// What a phrasing adds to each class, per unit of kernel.
    fn row(&self, phrasing: usize) -> &[f64] {
        &self.weights[phrasing * self.n_classes..(phrasing + 1) * self.n_classes]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Five phrasings of two classes, somewhat alike within a class.
    fn kernel_of(phrasings: &[usize]) -> Square {
        let mut square = Square::zero(phrasings.len());
        for (row, one) in phrasings.iter().enumerate() {
            for (column, other) in phrasings.iter().enumerate() {
                let similarity = if one == other {
                    1.0
                } else if one % 2 == other % 2 {
                    0.6
                } else {
                    0.1 * one.min(other).to_owned() as f64
                };
                square.row_mut(row)[column] = kernel(similarity);
            }
        }
        square
    }

    #[test]
    fn a_phrasing_scores_highest_in_its_own_class() {
        let phrasings = [0, 1, 2, 3, 4];
        let (ridge, _) = Ridge::new(kernel_of(&phrasings), vec![0, 1, 0, 1, 0], &[LAMBDA; 5], 2);
        for phrasing in phrasings {
            let scores = ridge.scores(kernel_of(&phrasings).row(phrasing));
            assert!(scores[phrasing % 2] > scores[1 - phrasing % 2], "{phrasing}: {scores:?}");
        }
    }

    #[test]
    fn leaving_out_in_closed_form_is_fitting_without() {
        let all = [0, 1, 2, 3, 4];
        let (_, leave_out) = Ridge::new(kernel_of(&all), vec![0, 0, 0, 0, 0], &[LAMBDA; 5], 1);
        let left_out = leave_out.scores(&[4]).remove(0);
        let (_, without) = Ridge::new(kernel_of(&all[..4]), vec![0, 0, 0, 0], &[LAMBDA; 4], 1);
        let kernel = kernel_of(&all);
        let fitted: f64 = all[..4].iter().map(|it| kernel.row(4)[*it] * without.row(*it)[0]).sum();
        assert!((left_out[0] - fitted).abs() < 1e-12, "{left_out:?} {fitted:?}");
    }
}
