//! Asks the folder its own phrasings as if they were not in it: the only questions that come with a folder.

use super::calibration::{Contest, Example, ExampleKind};
use super::evidence::LeftOut;
use super::index::{Index, ReadText};
use super::kernel_ridge::{LeaveOut, Ridge, kernel};
use super::model::{Model, Scored};
use super::training::{ClassKind, Origin};
use crate::stable_hash::stable_hash;
use faqbot_linear::{Square, map_each};

/// Where no closed form gives all scores at once, about this many wordings of a folder are asked to find out how sure
/// to be. With 800 to 2,000 the article's questions are answered alike within a point; 1,500 take a sixth of a second
/// longer to load.
const MAX_EXAMPLES: usize = 400;

/// The data for leaving wordings out of a folder.
#[derive(Debug)]
pub(crate) struct CrossValidation {
    /// Where the fit is to all wordings.
    pub(crate) closed_form: Option<ClosedForm>,
    /// Each wording with its class.
    pub(crate) texts: Vec<(ReadText, usize)>,
    pub(crate) origins: Vec<Origin>,
}

/// A fit to all wordings from which any of them can be taken out without fitting again.
#[derive(Debug)]
pub(crate) struct ClosedForm {
    leave_out: LeaveOut,
    /// The lower half: it is symmetric.
    similarities: Square,
}

impl ClosedForm {
    /// Fits all wordings to their classes.
    pub(crate) fn fit(
        index: &Index,
        class_of: Vec<usize>,
        ridges: &[f64],
        n_classes: usize,
    ) -> (Ridge, ClosedForm) {
        let similarities = Square::from_rows(class_of.len(), |row, cells| {
            cells[..=row].copy_from_slice(&index.similarities_of_wording(row, row + 1));
        });
        let gram = Square::from_rows(class_of.len(), |row, cells| {
            for (cell, similarity) in cells[..=row].iter_mut().zip(similarities.row(row)) {
                *cell = kernel(*similarity);
            }
        });
        let (ridge, leave_out) = Ridge::new(gram, class_of, ridges, n_classes);
        (ridge, ClosedForm { leave_out, similarities })
    }

    /// How alike a wording is to each of them.
    fn similarities(&self, wording: usize, n_wordings: usize) -> Vec<f64> {
        let before = self.similarities.row(wording)[..=wording].iter().copied();
        before.chain((wording + 1..n_wordings).map(|other| self.similarities.row(other)[wording])).collect()
    }
}

/// A wording asked while it is left out.
struct Asked {
    scores: Vec<f64>,
    similarities: Vec<f64>,
}

/// A wording asked while it alone is left out.
struct LeftOutAlone {
    scores: Vec<f64>,
    similarities: Vec<f64>,
    contest: Contest,
}

impl CrossValidation {
    /// What the ranking would have been for each phrasing that a person wrote, had it or its whole class not been
    /// in the folder; for a sample of them where there are many.
    pub(crate) fn examples(&self, model: &Model) -> Vec<Example> {
        let every = match self.closed_form {
            Some(_) => 1,
            None => self.texts.len().div_ceil(MAX_EXAMPLES),
        };
        let classes: Vec<usize> = (0..model.classes.len()).collect();
        map_each(&classes, |class| self.examples_of(model, *class, every)).concat()
    }

    /// How many wordings that a person wrote a class has on average.
    pub(crate) fn mean_wordings(&self, model: &Model) -> f64 {
        let written = self.origins.iter().filter(|it| **it == Origin::Written).count();
        written as f64 / model.classes.len().max(1) as f64
    }

    /// The examples of one class, of which every `every`-th wording is asked.
    fn examples_of(&self, model: &Model, class: usize, every: usize) -> Vec<Example> {
        let answers = model.classes[class].kind == ClassKind::Answer;
        let own: Vec<usize> = model.wordings_of(class).collect();
        let is_asked = |wording: &usize| {
            self.origins[*wording] == Origin::Written && is_sampled(&model.wording(*wording).0.text, every)
        };
        let asked: Vec<usize> = own.iter().copied().filter(is_asked).collect();
        let mut closed = self.closed_form_scores(&own);
        let (mut class_left_out, mut left_out_alone) = (Vec::new(), Vec::new());
        for wording in asked {
            let similarities = self.similarities(model, wording);
            let text = &self.texts[wording].0;
            let scores = closed.get_mut(wording - own[0]).map(std::mem::take);
            let asked = Asked::without(model, similarities.clone(), &own, scores);
            let Asked { scores, similarities: without } = asked;
            let contest = model.contest(text, &without, &scores, LeftOut::Class(class));
            class_left_out.extend(Example::of(&contest, ExampleKind::NearMiss, None));
            let contest = self.left_out_alone(model, wording, similarities).contest;
            left_out_alone.extend(match answers {
                true => Example::of(&contest, ExampleKind::Covered, Some(class)),
                false => Example::of(&contest, ExampleKind::NearMiss, None),
            });
        }
        class_left_out.extend(left_out_alone);
        class_left_out
    }

    /// Where the fit is to all wordings, the scores of these, had none of them been in the folder.
    fn closed_form_scores(&self, left_out: &[usize]) -> Vec<Vec<f64>> {
        match &self.closed_form {
            Some(it) if !left_out.is_empty() => it.leave_out.scores(left_out),
            _ => Vec::new(),
        }
    }

    /// How alike a wording is to each of the folder.
    fn similarities(&self, model: &Model, wording: usize) -> Vec<f64> {
        match &self.closed_form {
            Some(it) => it.similarities(wording, self.texts.len()),
            None => model.index.similarities_of_wording(wording, self.texts.len()),
        }
    }

    /// One wording asked as if it alone were not in the folder, given how alike it is to each.
    fn left_out_alone(&self, model: &Model, wording: usize, similarities: Vec<f64>) -> LeftOutAlone {
        let scores = self.closed_form_scores(&[wording]).pop();
        let Asked { scores, similarities } = Asked::without(model, similarities, &[wording], scores);
        let (text, class) = &self.texts[wording];
        let contest = model.contest(text, &similarities, &scores, LeftOut::Phrasing(*class));
        LeftOutAlone { scores, similarities, contest }
    }

    /// Each phrasing that a person wrote, scored as if it were not in the folder, in the folder's order.
    pub(crate) fn leave_one_out(&self, model: &Model) -> Vec<(usize, Scored)> {
        let written = (0..self.texts.len()).filter(|wording| self.origins[*wording] == Origin::Written);
        let written: Vec<usize> = written.collect();
        map_each(&written, |wording| {
            let alone = self.left_out_alone(model, *wording, self.similarities(model, *wording));
            let LeftOutAlone { scores, similarities, contest } = alone;
            let text = self.texts[*wording].0.clone();
            let contenders = model.sure_of(&text, &similarities, &contest);
            (*wording, Scored { text, similarities, scores, contenders, is_exact: false })
        })
    }
}

impl Asked {
    /// Given how alike a wording is to each of the folder, and its scores where a closed form has them.
    fn without(
        model: &Model,
        mut similarities: Vec<f64>,
        left_out: &[usize],
        scores: Option<Vec<f64>>,
    ) -> Asked {
        left_out.iter().for_each(|it| similarities[*it] = 0.0);
        let scores = scores.unwrap_or_else(|| model.fit.scores(&similarities, &model.index));
        Asked { scores, similarities }
    }
}

/// Whether a text belongs to a sample of one in `every`: by its letters alone, not by anything else in the folder.
fn is_sampled(text: &str, every: usize) -> bool {
    stable_hash(text).is_multiple_of(every as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_of_one_in_ten_is_about_a_tenth_and_one_in_one_is_all() {
        let texts: Vec<String> = (0..10_000).map(|number| format!("how do I mend part {number}")).collect();
        let n_sampled = |every| texts.iter().filter(|text| is_sampled(text, every)).count();
        assert!((900..1100).contains(&n_sampled(10)), "{}", n_sampled(10));
        assert_eq!(n_sampled(1), texts.len());
    }
}
