//! A page for people: what the folder answers, with its figures filled in.

use crate::knowledge::{Id, Knowledge, Phrasing};

/// Answers and definitions under their sections.
pub fn markdown(knowledge: &Knowledge) -> String {
    let entries = knowledge.entries.iter().map(|entry| {
        let note = note("entry", &entry.id, &entry.phrasings, &[], &entry.related);
        (&entry.section, block(&entry.question.text, &note, &entry.answer))
    });
    let terms = knowledge.terms.iter().map(|term| {
        let note = note("term", &term.id, &term.phrasings, &term.also, &term.related);
        (&term.section, block(&term.name.text, &note, &term.definition))
    });
    let mut sections: Vec<(&str, Vec<String>)> = Vec::new();
    for (section, block) in entries.chain(terms) {
        let section = section.as_deref().unwrap_or_default();
        match sections.iter_mut().find(|(name, _)| *name == section) {
            Some((_, blocks)) => blocks.push(block),
            None => sections.push((section, vec![block])),
        }
    }
    let mut page = format!("# {}\n", knowledge.bot.name);
    for (section, blocks) in sections {
        if !section.is_empty() {
            page.push_str(&format!("\n## {section}\n"));
        }
        blocks.iter().for_each(|block| page.push_str(block));
    }
    page
}

fn block(title: &str, note: &str, text: &str) -> String {
    format!("\n### {title}\n\n{note}\n\n{}\n", text.trim())
}

/// What readers need not see, kept for importing the page again.
fn note(table: &str, id: &Id, phrasings: &[Phrasing], also: &[Phrasing], related: &[Id]) -> String {
    let texts = |list: &[Phrasing]| list.iter().map(|it| it.text.clone()).collect::<Vec<_>>();
    let note = serde_json::json!({
        "table": table, "id": id, "phrasings": texts(phrasings), "also": texts(also), "related": related,
    });
    // Two hyphens would end the comment.
    format!("<!-- faqbot {} -->", note.to_string().replace("--", "-\\u002d"))
}
