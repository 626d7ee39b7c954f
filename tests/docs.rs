//! The documents: every link within the repository leads somewhere, and every path in them exists.

use std::fs;
use std::path::{Path, PathBuf};

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// The folders whose files are named in documents.
const ROOTS: [&str; 7] = [".ci", "crates", "deploy", "docs", "faq", "src", "tests"];

#[test]
fn links_and_paths_in_the_documents_lead_somewhere() {
    let documents: Vec<PathBuf> =
        [".", "docs", "faq", "tests", ".github"].into_iter().flat_map(documents).collect();
    assert!(documents.len() >= 14, "{documents:?}");
    let dead: Vec<String> = documents.iter().flat_map(|path| dead(path)).collect();
    assert!(dead.is_empty(), "{}", dead.join("\n"));
}

/// The Markdown files of a folder, without those of its folders.
fn documents(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder is in the repository");
    let paths = entries.map(|entry| entry.expect("it can be read").path());
    paths.filter(|path| path.extension().is_some_and(|extension| extension == "md")).collect()
}

fn dead(document: &Path) -> Vec<String> {
    let text = fs::read_to_string(document).expect("documents are text");
    let folder = document.parent().expect("it is in a folder");
    let is_dead = |event: Event<'_>| match event {
        Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
            let (path, heading) = dest_url.split_once('#').unwrap_or((&dest_url, ""));
            let target = if path.is_empty() { document.to_owned() } else { folder.join(path) };
            let is_elsewhere = dest_url.contains("://");
            let leads =
                is_elsewhere || target.exists() && (heading.is_empty() || has_heading(&target, heading));
            (!leads).then(|| dest_url.into_string())
        }
        Event::Code(code) => {
            let is_path = code.split_once('/').is_some_and(|(root, _)| ROOTS.contains(&root))
                && !code.contains(['*', '<', '…', ' ', '{']);
            (is_path && !Path::new(&*code).exists()).then(|| code.into_string())
        }
        _ => None,
    };
    let dead = Parser::new_ext(&text, Options::ENABLE_TABLES).filter_map(is_dead);
    dead.map(|it| format!("{}: {it}", document.display())).collect()
}

/// Whether a document has this heading, as its address is made from it: lower case, with hyphens for spaces.
fn has_heading(document: &Path, heading: &str) -> bool {
    let text = fs::read_to_string(document).expect("documents are text");
    let (mut headings, mut current) = (Vec::new(), None);
    for event in Parser::new_ext(&text, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::Heading { .. }) => current = Some(String::new()),
            Event::End(TagEnd::Heading(_)) => headings.extend(current.take()),
            Event::Text(text) | Event::Code(text) => current.iter_mut().for_each(|it| it.push_str(&text)),
            _ => {}
        }
    }
    let address = |it: &String| {
        let kept = it.to_lowercase().replace(' ', "-");
        kept.chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_')).collect::<String>()
    };
    headings.iter().any(|it| address(it) == heading)
}
