//! What the matcher learns from: every wording in the folder, with what it leads to.

use crate::knowledge::{Id, Knowledge, Location, Phrasing};

/// What a wording leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// An entry or a term: it can be the answer.
    Answer,
    OutOfScope,
    SmallTalk,
}

/// One entry, term or group with its wordings.
#[derive(Debug, Clone)]
pub(crate) struct Class {
    pub(crate) id: Id,
    pub(crate) kind: Kind,
    pub(crate) wordings: Vec<Wording>,
}

/// One way to ask for a class.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Wording {
    pub(crate) text: String,
    /// A person wrote it as a question. The others are made from names and figures, several from one, so
    /// they say nothing about how people ask.
    pub(crate) written: bool,
    /// Where it stands, or what it is made from.
    pub(crate) location: Location,
}

/// All classes, in an order that does not depend on how the folder is cut into files.
pub(crate) fn classes(knowledge: &Knowledge) -> Vec<Class> {
    let written =
        |it: &Phrasing| Wording { text: it.text.clone(), written: true, location: it.location.clone() };
    let made =
        |text: String, location: &Location| Wording { text, written: false, location: location.clone() };
    let mut classes = Vec::new();
    for entry in &knowledge.entries {
        let texts = [&entry.question].into_iter().chain(&entry.phrasings);
        let mut wordings: Vec<Wording> = texts.map(written).collect();
        for figure in knowledge.figures.iter().filter(|figure| figure.entry.as_ref() == Some(&entry.id)) {
            wordings.push(made(figure.value.clone(), &figure.location));
            wordings.push(made(format!("{} is {}", figure.what, figure.value), &figure.location));
        }
        classes.push(Class { id: entry.id.clone(), kind: Kind::Answer, wordings });
    }
    for term in &knowledge.terms {
        let names = [&term.name].into_iter().chain(&term.also);
        let made = |name: &Phrasing| term_wordings(&name.text).map(|text| made(text, &name.location));
        let wordings = names.flat_map(made).collect();
        classes.push(Class { id: term.id.clone(), kind: Kind::Answer, wordings });
    }
    for group in &knowledge.out_of_scope {
        let wordings = group.examples.iter().map(written).collect();
        classes.push(Class { id: group.id.clone(), kind: Kind::OutOfScope, wordings });
    }
    for group in &knowledge.small_talk {
        let wordings = group.examples.iter().map(written).collect();
        classes.push(Class { id: group.id.clone(), kind: Kind::SmallTalk, wordings });
    }
    for class in &mut classes {
        class.wordings.sort_by(|a, b| (&a.text, b.written).cmp(&(&b.text, a.written)));
        class.wordings.dedup_by(|later, first| later.text == first.text);
    }
    classes.sort_by(|a, b| a.id.cmp(&b.id));
    classes
}

/// The ways to ask for a term that its name alone gives.
fn term_wordings(name: &str) -> [String; 5] {
    [
        name.to_owned(),
        format!("what is {name}"),
        format!("what does {name} mean"),
        format!("define {name}"),
        format!("meaning of {name}"),
    ]
}
