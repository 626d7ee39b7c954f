//! Dense symmetric linear algebra: what a closed-form fit needs, and no more.
//!
//! A package of its own so that it is optimised in debug builds too: a folder is fitted whenever it loads, in every test.
//! Written here rather than taken from a library: libraries choose the widest vectors and fused operations the
//! processor has, so the same folder would give other bits on another machine. Here every sum has one order.

/// A square matrix, row by row.
#[derive(Debug, Clone)]
pub struct Square {
    size: usize,
    cells: Vec<f64>,
}

/// How many scalar products are taken side by side: enough to keep the processor busy.
const SIDE_BY_SIDE: usize = 4;

impl Square {
    /// All cells zero.
    pub fn zero(size: usize) -> Square {
        Square { size, cells: vec![0.0; size * size] }
    }

    /// The cells of one row.
    pub fn row(&self, row: usize) -> &[f64] {
        &self.cells[row * self.size..(row + 1) * self.size]
    }

    /// The cells of one row, to be changed.
    pub fn row_mut(&mut self, row: usize) -> &mut [f64] {
        &mut self.cells[row * self.size..(row + 1) * self.size]
    }

    /// The rows from `first` on, as many as are taken side by side and exist.
    fn rows(&self, first: usize, from: usize, to: usize) -> [&[f64]; SIDE_BY_SIDE] {
        std::array::from_fn(|it| &self.row((first + it).min(self.size - 1))[from..to])
    }

    /// L of the Cholesky factorisation S = L·Lᵀ of a symmetric positive definite matrix, of which only the lower
    /// half is read. `None` if it is not positive definite.
    fn cholesky(mut self) -> Option<Square> {
        for row in 0..self.size {
            for first in (0..=row).step_by(SIDE_BY_SIDE) {
                // What the columns before `first` add is taken for several columns at once.
                let known = dots(&self.row(row)[..first], self.rows(first, 0, first));
                for column in first..(first + SIDE_BY_SIDE).min(row + 1) {
                    let near = dot(&self.row(row)[first..column], &self.row(column)[first..column]);
                    let rest = self.row(row)[column] - known[column - first] - near;
                    let value = if column < row {
                        rest / self.row(column)[column]
                    } else if rest > 0.0 {
                        rest.sqrt()
                    } else {
                        return None;
                    };
                    self.row_mut(row)[column] = value;
                }
            }
        }
        Some(self)
    }

    /// Row i of the result is column i of L⁻¹, where S = L·Lᵀ: zero before i. So S⁻¹ is the matrix of the scalar
    /// products of its rows. `None` if S is not positive definite.
    pub fn inverse_factor(self) -> Option<Square> {
        let factor = self.cholesky()?;
        let size = factor.size;
        let mut inverse = Square::zero(size);
        for first in (0..size).step_by(SIDE_BY_SIDE) {
            let columns = SIDE_BY_SIDE.min(size - first);
            for row in first..size {
                let known = dots(&factor.row(row)[first..row], inverse.rows(first, first, row));
                for column in first..(first + columns).min(row + 1) {
                    let unit = if row == column { 1.0 } else { 0.0 };
                    inverse.row_mut(column)[row] = (unit - known[column - first]) / factor.row(row)[row];
                }
            }
        }
        Some(inverse)
    }

    /// The inverse of a symmetric positive definite matrix; `None` if it is not positive definite.
    pub fn inverse(self) -> Option<Square> {
        let factor = self.inverse_factor()?;
        let mut inverse = Square::zero(factor.size);
        for row in 0..factor.size {
            for column in 0..=row {
                let value = dot(&factor.row(row)[row..], &factor.row(column)[row..]);
                inverse.row_mut(row)[column] = value;
                inverse.row_mut(column)[row] = value;
            }
        }
        Some(inverse)
    }
}

/// The sum of products. Four running sums, so that the processor can work on them side by side; always
/// the same four, so that the result has the same bits everywhere.
pub fn dot(left: &[f64], right: &[f64]) -> f64 {
    let mut sums = [0.0; 4];
    let (left_chunks, right_chunks) = (left.chunks_exact(4), right.chunks_exact(4));
    let rest: f64 = left_chunks.remainder().iter().zip(right_chunks.remainder()).map(|(a, b)| a * b).sum();
    for (a, b) in left_chunks.zip(right_chunks) {
        for lane in 0..4 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
}

/// The scalar products of one row with several others of the same length.
fn dots(left: &[f64], others: [&[f64]; SIDE_BY_SIDE]) -> [f64; SIDE_BY_SIDE] {
    let mut sums = [[0.0; 4]; SIDE_BY_SIDE];
    let whole = left.len() / 4 * 4;
    let others = others.map(|other| &other[..left.len()]);
    for start in (0..whole).step_by(4) {
        let a = &left[start..start + 4];
        for (sums, other) in sums.iter_mut().zip(&others) {
            let b = &other[start..start + 4];
            for lane in 0..4 {
                sums[lane] += a[lane] * b[lane];
            }
        }
    }
    std::array::from_fn(|it| {
        let rest: f64 = left[whole..].iter().zip(&others[it][whole..]).map(|(a, b)| a * b).sum();
        (sums[it][0] + sums[it][1]) + (sums[it][2] + sums[it][3]) + rest
    })
}

/// Adds `factor` times `addend` to `sum`.
pub fn add_scaled(sum: &mut [f64], factor: f64, addend: &[f64]) {
    for (sum, addend) in sum.iter_mut().zip(addend) {
        *sum += factor * addend;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_matrix_times_its_inverse_is_one() {
        for size in [1, 2, 4, 5, 13] {
            let mut matrix = Square::zero(size);
            for row in 0..size {
                for column in 0..size {
                    let distance = row.abs_diff(column) as f64;
                    matrix.row_mut(row)[column] =
                        1.0 / (1.0 + distance) + if row == column { 0.5 } else { 0.0 };
                }
            }
            let inverse = matrix.clone().inverse().expect("diagonally dominant");
            for row in 0..size {
                for column in 0..size {
                    let product = dot(matrix.row(row), inverse.row(column));
                    let expected = if row == column { 1.0 } else { 0.0 };
                    assert!((product - expected).abs() < 1e-12, "{size}: {row} {column}: {product}");
                }
            }
        }
    }

    #[test]
    fn what_is_not_positive_definite_has_no_inverse() {
        assert!(Square::zero(2).inverse().is_none());
    }
}
