//! A page for people: what the folder answers, with its figures filled in.

use super::IN_LANGUAGE;
use crate::knowledge::{Entry, Id, Knowledge, Phrasing, Term};

/// Answers and definitions under their sections, with their pictures. Of a translation only what is translated; `language` is
/// its code.
pub fn markdown(knowledge: &Knowledge, language: Option<&str>) -> String {
    let is_written = |id: &Id| !knowledge.untranslated.contains(id);
    let entries = knowledge.entries.iter().filter(|it| is_written(&it.id)).map(|entry| {
        let Entry { id, phrasings, related, picture, .. } = entry;
        let note =
            Note { table: "entry", id, phrasings, also: &[], related, picture: picture.as_ref(), language };
        (&entry.section, note.block(&entry.question.text, &entry.answer))
    });
    let terms = knowledge.terms.iter().filter(|it| is_written(&it.id)).map(|term| {
        let Term { id, phrasings, also, related, picture, .. } = term;
        let note = Note { table: "term", id, phrasings, also, related, picture: picture.as_ref(), language };
        (&term.section, note.block(&term.name.text, &term.definition))
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

/// What readers need not see, kept for importing the page again.
struct Note<'k> {
    table: &'static str,
    id: &'k Id,
    phrasings: &'k [Phrasing],
    also: &'k [Phrasing],
    related: &'k [Id],
    picture: Option<&'k Phrasing>,
    language: Option<&'k str>,
}

impl Note<'_> {
    fn block(&self, title: &str, text: &str) -> String {
        let picture = self.picture.map(|it| format!("![](<{}>)\n\n", it.text)).unwrap_or_default();
        format!("\n### {title}\n\n{}\n\n{picture}{}\n", self.comment(), text.trim())
    }

    fn comment(&self) -> String {
        let texts = |list: &[Phrasing]| list.iter().map(|it| it.text.clone()).collect::<Vec<_>>();
        let mut note = serde_json::json!({
            "table": self.table, "id": self.id, "phrasings": texts(self.phrasings), "also": texts(self.also),
            "related": self.related,
        });
        if let Some(picture) = self.picture {
            note["picture"] = picture.text.as_str().into();
        }
        if let Some(language) = self.language {
            note[IN_LANGUAGE] = language.into();
        }
        // Two hyphens would end the comment.
        format!("<!-- faqbot {} -->", note.to_string().replace("--", "-\\u002d"))
    }
}
