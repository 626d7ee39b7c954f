//! What the wordings of a folder ask, apart from their words.

use super::csr::Csr;
use super::evidence::LeftOut;
use super::index::ReadText;
use super::question_type::{N_TYPES, QuestionType, is_negated};
use super::training::Origin;
use super::vocabulary::Stem;

/// What the wordings of a folder ask, apart from their words.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked {
    /// The topical stems of each wording.
    topical: Csr<Stem>,
    negated: Vec<bool>,
    types: Vec<QuestionType>,
    /// How many written wordings of each class are of each type.
    types_of: Vec<[u32; N_TYPES]>,
    all_types: [u32; N_TYPES],
}

impl Asked {
    pub(crate) fn new(texts: &[(ReadText, usize)], origins: &[Origin], n_classes: usize) -> Asked {
        let types: Vec<QuestionType> =
            texts.iter().map(|(text, _)| QuestionType::of_readings(&text.readings)).collect();
        let mut types_of = vec![[0; N_TYPES]; n_classes];
        let mut all_types = [0; N_TYPES];
        for ((kind, (_, class)), origin) in types.iter().zip(texts).zip(origins) {
            if *origin == Origin::Written {
                types_of[*class][*kind as usize] += 1;
                all_types[*kind as usize] += 1;
            }
        }
        Asked {
            topical: texts.iter().map(|(text, _)| topical_stems(text)).collect(),
            negated: texts.iter().map(|(text, _)| is_negated(&text.readings)).collect(),
            types,
            types_of,
            all_types,
        }
    }

    /// The topical stems of a wording.
    pub(crate) fn topical(&self, wording: usize) -> &[Stem] {
        self.topical.get(wording)
    }

    /// Whether a wording says that something is not so.
    pub(crate) fn is_negated(&self, wording: usize) -> bool {
        self.negated[wording]
    }

    pub(crate) fn type_of(&self, wording: usize) -> QuestionType {
        self.types[wording]
    }

    /// How much likelier a class is to be asked with this type of question than the folder as a whole is: log odds,
    /// nearer to 0 the less the class is asked.
    pub(crate) fn type_odds(&self, asked: QuestionType, class: usize, left_out: LeftOut) -> f64 {
        let taken = if left_out == LeftOut::Phrasing(class) { 1.0 } else { 0.0 };
        let of_class = &self.types_of[class];
        let with_type = (f64::from(of_class[asked as usize]) - taken).max(0.0);
        let own = (f64::from(of_class.iter().sum::<u32>()) - taken).max(0.0);
        let all = f64::from(self.all_types.iter().sum::<u32>());
        let base = (f64::from(self.all_types[asked as usize]) + 1.0) / (all + N_TYPES as f64);
        libm::log((with_type + 2.0 * base) / (own + 2.0) / base)
    }
}

fn topical_stems(text: &ReadText) -> Vec<Stem> {
    let topical = text.readings.iter().filter(|it| !it.is_function);
    topical.filter_map(|it| it.stems.first().map(|(stem, _)| *stem)).collect()
}
