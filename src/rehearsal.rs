//! Asks a folder its own questions, before people do: checks that only the whole bot can make.

use std::collections::HashSet;

use crate::knowledge::{Costs, Diagnostic, Id, Knowledge, Label, Location, Phrasing, Rule, sort};
use crate::matching::{Matcher, Outcome};
use faqbot_linear::map_each;

pub const RULES: &[Rule] = &[NOT_FIRST, FAILED_EXPECTATION];

const NOT_FIRST: Rule = Rule {
    code: "not-first",
    costs: Costs::Nothing,
    rule: "an entry comes first for its own question and phrasings",
};

const FAILED_EXPECTATION: Rule = Rule {
    code: "failed-expectation",
    costs: Costs::Nothing,
    rule: "a question in `[[expect]]` leads to the entry that is expected, or to none",
};

/// Up to this many wordings, a folder's questions are asked within some four seconds on two cores.
const MOST_WORDINGS: usize = 10_000;

/// Whether asking the folder its own questions takes no longer than somebody wants to wait.
pub fn is_quick(knowledge: &Knowledge) -> bool {
    let wordings = knowledge.in_all_languages().flat_map(|it| {
        let entries = it.entries.iter().map(|it| it.wordings().count());
        let terms = it.terms.iter().map(|it| it.wordings().count());
        let out_of_scope = it.out_of_scope.iter().map(|it| it.examples.len());
        let small_talk = it.small_talk.iter().map(|it| it.examples.len());
        entries.chain(terms).chain(out_of_scope).chain(small_talk)
    });
    wordings.sum::<usize>() <= MOST_WORDINGS
}

/// Adds everything that turns out differently from what the folder means; the list is sorted afterwards.
///
/// A wording that is already reported, such as the same phrasing under two entries, is skipped.
pub fn rehearse(knowledge: &Knowledge, matcher: &Matcher, diagnostics: &mut Vec<Diagnostic>) {
    let mut found = Vec::new();
    check_own_questions_come_first(knowledge, matcher, &mut found);
    check_expectations_hold(knowledge, matcher, &mut found);
    let reported: HashSet<(&str, usize)> = diagnostics
        .iter()
        .flat_map(|it| std::iter::once(&it.primary).chain(&it.context))
        .map(|label| (label.path.as_str(), label.span.start))
        .collect();
    found.retain(|it| !reported.contains(&(it.primary.path.as_str(), it.primary.span.start)));
    diagnostics.append(&mut found);
    sort(diagnostics);
}

/// Asks the questions of each other language in that language.
pub fn rehearse_translations(knowledge: &Knowledge, diagnostics: &mut Vec<Diagnostic>) {
    for translation in &knowledge.translations {
        let asked = translation.asked();
        rehearse(&asked, &Matcher::new(&asked), diagnostics);
    }
}

/// A question in the very words of a phrasing must get its entry.
fn check_own_questions_come_first(
    knowledge: &Knowledge,
    matcher: &Matcher,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let entries = knowledge.entries.iter().flat_map(|it| it.wordings().map(move |wording| (&it.id, wording)));
    let terms = knowledge.terms.iter().flat_map(|it| it.wordings().map(move |wording| (&it.id, wording)));
    let asked: Vec<(&Id, &Phrasing)> = entries.chain(terms).collect();
    let found = map_each(&asked, |(id, wording)| led_astray(id, &wording.text, matcher));
    for ((id, wording), other) in asked.into_iter().zip(found) {
        let Some(other) = other else { continue };
        let message = format!("“{}” leads to `{other}` first, not to `{id}`", wording.text);
        let mut diagnostic = diagnostic(&NOT_FIRST, message, wording, format!("belongs to `{id}`"));
        if let Some(location) = location(knowledge, &other) {
            diagnostic.context.push(label(location, format!("`{other}` is found instead")));
        }
        diagnostic.help =
            Some("make this wording more specific, or delete what is too similar in the other one".into());
        diagnostics.push(diagnostic);
    }
}

/// The entry that comes first for a question instead of `id`.
fn led_astray(id: &Id, question: &str, matcher: &Matcher) -> Option<Id> {
    let found = matcher.ask(question);
    match found.outcome {
        Outcome::SmallTalk(other) | Outcome::OutOfScope(other) => Some(other),
        _ => found.candidates.into_iter().next().map(|first| first.id).filter(|first| first != id),
    }
}

/// The folder's own test.
fn check_expectations_hold(knowledge: &Knowledge, matcher: &Matcher, diagnostics: &mut Vec<Diagnostic>) {
    for expectation in &knowledge.expectations {
        let found = matcher.ask(&expectation.ask.text);
        let (holds, got) = match (&expectation.entry, &found.outcome) {
            (Some(expected), Outcome::Answer(got)) => (expected == got, format!("leads to `{got}`")),
            (Some(expected), Outcome::Choose(offered)) => {
                let ids: Vec<String> = offered.iter().map(|id| format!("`{id}`")).collect();
                (offered.contains(expected), format!("offers {}", ids.join(", ")))
            }
            (None, Outcome::Answer(got)) => (false, format!("is answered with `{got}`")),
            (None, _) => (true, String::new()),
            (Some(_), Outcome::Unknown) => (false, "is not understood".into()),
            (Some(_), Outcome::SmallTalk(got)) => (false, format!("is taken for small talk, `{got}`")),
            (Some(_), Outcome::OutOfScope(got)) => (false, format!("is taken for out of scope, `{got}`")),
        };
        if holds {
            continue;
        }
        let (wanted, help) = match &expectation.entry {
            Some(id) => (
                format!("should lead to `{id}`"),
                format!("add a phrasing to `{id}` in the words that are missing there"),
            ),
            None => (
                "should not be answered".into(),
                "add it to the examples of an `[[out_of_scope]]` group".into(),
            ),
        };
        let message = format!("“{}” {got}", expectation.ask.text);
        let mut diagnostic = diagnostic(&FAILED_EXPECTATION, message, &expectation.ask, wanted);
        diagnostic.help = Some(help);
        diagnostics.push(diagnostic);
    }
}

fn diagnostic(rule: &Rule, message: String, place: &Phrasing, text: String) -> Diagnostic {
    Diagnostic {
        severity: rule.severity(),
        code: rule.code,
        message,
        primary: label(&place.location, text),
        context: Vec::new(),
        help: None,
    }
}

fn label(location: &Location, text: String) -> Label {
    Label { path: location.path.to_string(), span: location.span.clone(), text }
}

fn location<'k>(knowledge: &'k Knowledge, id: &Id) -> Option<&'k Location> {
    let entry = knowledge.entry(id).map(|entry| &entry.question.location);
    let term = || knowledge.term(id).map(|term| &term.name.location);
    let groups = || {
        let out_of_scope = knowledge.out_of_scope.iter().map(|it| (&it.id, &it.location));
        let small_talk = knowledge.small_talk.iter().map(|it| (&it.id, &it.location));
        out_of_scope.chain(small_talk).find(|(it, _)| *it == id).map(|(_, location)| location)
    };
    entry.or_else(term).or_else(groups)
}
