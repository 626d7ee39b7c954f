//! Questions that people answer with a number: one for each figure with a single number or date.

use super::Material;
use super::draft::QuestionDraft;
use super::figures::{draft, is_money};
use super::value::Bound;
use super::wording::value_question;
use crate::quiz::question::QuestionKind;
use crate::texts::Text;

/// "Over $13 billion" is left out: it is unclear what is nearest to it.
pub(super) fn drafts<'a>(material: &'a Material<'a>) -> impl Iterator<Item = QuestionDraft> + 'a {
    material.facts.iter().filter_map(|fact| {
        let value = fact.value.as_ref().filter(|value| value.bound() == Bound::None)?;
        let what = &fact.figure.what;
        let prompt =
            value_question(material.texts, &material.spelling, what, is_money(value), Text::GuessPrompt);
        let draft = draft(material, fact, QuestionKind::Guess, prompt, fact.figure.value.clone(), Vec::new());
        Some(QuestionDraft { guess: true, ..draft })
    })
}
