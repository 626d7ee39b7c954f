//! Dense symmetric linear algebra: what a closed-form fit needs, and no more.
//!
//! A package of its own so that it is optimised in debug builds too: a folder is fitted whenever it loads, in every test.
//! Written here rather than taken from a library: libraries choose the widest vectors and fused operations the
//! processor has, so the same folder would give other bits on another machine. Here every sum has one order.

use rayon::prelude::*;

/// A square matrix, row by row.
#[derive(Debug, Clone)]
pub struct Square {
    size: usize,
    cells: Vec<f64>,
}

/// How many scalar products are taken side by side: enough to keep the processor busy.
const SIDE_BY_SIDE: usize = 4;

/// How many columns are worked out together. Few enough that the rows they need stay in a processor's own memory: with 64
/// a folder takes a fifth longer to load.
const BLOCK: usize = 16;

impl Square {
    /// All cells zero.
    pub fn zero(size: usize) -> Square {
        Square { size, cells: vec![0.0; size * size] }
    }

    /// A matrix whose rows are filled in one by one, on as many processors as there are.
    pub fn from_rows(size: usize, fill: impl Fn(usize, &mut [f64]) + Send + Sync) -> Square {
        let mut square = Square::zero(size);
        each_part(&mut square.cells, size, fill);
        square
    }

    /// The cells of one row.
    pub fn row(&self, row: usize) -> &[f64] {
        &self.cells[row * self.size..(row + 1) * self.size]
    }

    /// The cells of one row, to be changed.
    pub fn row_mut(&mut self, row: usize) -> &mut [f64] {
        &mut self.cells[row * self.size..(row + 1) * self.size]
    }

    /// L of the Cholesky factorisation S = L·Lᵀ of a symmetric positive definite matrix, of which only the lower
    /// half is read. `None` if it is not positive definite.
    fn cholesky(mut self) -> Option<Square> {
        let size = self.size;
        for start in (0..size).step_by(BLOCK) {
            let end = (start + BLOCK).min(size);
            for row in start..end {
                let (above, rest) = self.cells.split_at_mut(row * size);
                let cells = &mut rest[..size];
                eliminate(above, size, cells, start..row);
                let pivot = cells[row] - dot(&cells[..row], &cells[..row]);
                if pivot <= 0.0 || pivot.is_nan() {
                    return None;
                }
                cells[row] = pivot.sqrt();
            }
            let (above, below) = self.cells.split_at_mut(end * size);
            each_part(below, rows_at_once(size, 1) * size, |_, rows| {
                rows.chunks_mut(size).for_each(|row| eliminate(above, size, row, start..end));
            });
        }
        Some(self)
    }

    /// x where S·x = `right`, for a symmetric positive definite matrix, of which only the lower half is read. `None` if it is
    /// not positive definite.
    pub fn solve(self, right: &[f64]) -> Option<Vec<f64>> {
        let factor = self.cholesky()?;
        let mut solution = right.to_vec();
        for row in 0..factor.size {
            let known = dot(&factor.row(row)[..row], &solution[..row]);
            solution[row] = (solution[row] - known) / factor.row(row)[row];
        }
        for row in (0..factor.size).rev() {
            let (before, from) = solution.split_at_mut(row);
            from[0] /= factor.row(row)[row];
            add_scaled(before, -from[0], &factor.row(row)[..row]);
        }
        Some(solution)
    }

    /// Row i of the result is column i of L⁻¹, where S = L·Lᵀ: zero before i. So S⁻¹ is the matrix of the scalar
    /// products of its rows. `None` if S is not positive definite.
    pub fn inverse_factor(self) -> Option<Square> {
        let factor = self.cholesky()?;
        let size = factor.size;
        let mut inverse = Square::zero(size);
        let n_rows = rows_at_once(size, BLOCK);
        each_part(&mut inverse.cells, n_rows * size, |part, rows| {
            for (nth, rows) in rows.chunks_mut(BLOCK * size).enumerate() {
                invert(&factor, rows, part * n_rows + nth * BLOCK);
            }
        });
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

/// The same columns of some rows, as many as are taken side by side; past the last row, the last again.
fn side_by_side(
    cells: &[f64],
    size: usize,
    first: usize,
    columns: std::ops::Range<usize>,
) -> [&[f64]; SIDE_BY_SIDE] {
    let last = cells.len() / size - 1;
    std::array::from_fn(|it| &cells[(first + it).min(last) * size..][columns.clone()])
}

/// How many rows of a matrix one thread takes at a time: `usual`, or all of a small one, which is done before a thread would
/// have started.
fn rows_at_once(size: usize, usual: usize) -> usize {
    if size <= 4 * BLOCK { size.max(1) } else { usual }
}

/// Works out the `columns` of one row of a Cholesky factor, given the finished rows above and the columns before.
fn eliminate(above: &[f64], size: usize, row: &mut [f64], columns: std::ops::Range<usize>) {
    for first in columns.clone().step_by(SIDE_BY_SIDE) {
        // What the columns before `first` add is taken for several columns at once.
        let known = dots(&row[..first], side_by_side(above, size, first, 0..first));
        for column in first..(first + SIDE_BY_SIDE).min(columns.end) {
            let other = &above[column * size..][..=column];
            let near = dot(&row[first..column], &other[first..column]);
            row[column] = (row[column] - known[column - first] - near) / other[column];
        }
    }
}

/// Works out some columns of L⁻¹ from column `first` on, each as a row of `cells`, which are zero.
fn invert(factor: &Square, cells: &mut [f64], first: usize) {
    let size = factor.size;
    for row in first..size {
        let pivot = factor.row(row)[row];
        for (nth, cells) in cells.chunks_mut(SIDE_BY_SIDE * size).enumerate() {
            let first = first + nth * SIDE_BY_SIDE;
            if row < first {
                break;
            }
            let known = dots(&factor.row(row)[first..row], side_by_side(cells, size, 0, first..row));
            for column in 0..(cells.len() / size).min(row + 1 - first) {
                let unit = if row == first + column { 1.0 } else { 0.0 };
                cells[column * size + row] = (unit - known[column]) / pivot;
            }
        }
    }
}

/// Calls `work` with the number and the content of each part of `items`, `length` of them each (the last may have
/// fewer), on as many processors as there are. No part sees another, so the result does not depend on their number.
///
/// The threads stay (rayon's): with new ones for each call a fit of 1,800 wordings takes a third longer.
pub fn each_part<T: Send>(items: &mut [T], length: usize, work: impl Fn(usize, &mut [T]) + Send + Sync) {
    items.par_chunks_mut(length.max(1)).enumerate().for_each(|(part, items)| work(part, items));
}

/// What `work` makes of each item, in their order, on as many processors as there are.
pub fn map_each<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Send + Sync) -> Vec<R> {
    items.par_iter().map(work).collect()
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
        for size in [1, 2, 4, 5, 13, 150, 300] {
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
            let right: Vec<f64> = (0..size).map(|it| it as f64 - 2.5).collect();
            let solution = matrix.clone().solve(&right).expect("diagonally dominant");
            for (row, expected) in right.iter().enumerate() {
                let product = dot(matrix.row(row), &solution);
                assert!((product - expected).abs() < 1e-9, "{size}: {row}: {product}");
            }
        }
    }

    #[test]
    fn results_come_in_the_order_of_the_items() {
        let items: Vec<usize> = (0..100).collect();
        let expected: Vec<usize> = items.iter().map(|it| it * it).collect();
        assert_eq!(map_each(&items, |it| it * it), expected);
        assert_eq!(map_each(&[], |it: &usize| *it), []);
    }

    #[test]
    fn an_indefinite_matrix_has_no_inverse() {
        assert!(Square::zero(2).inverse().is_none());
    }
}
