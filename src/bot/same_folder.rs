//! Whether the bots that share a database answer from the same folder.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::watch;

use crate::chat::Library;
use crate::knowledge::Knowledge;
use crate::stable_hash::stable_hash;
use crate::storage::Storage;

/// How long folders may differ: each bot looks every 5 seconds whether its files have changed.
const PATIENCE: Duration = Duration::from_secs(10);

/// Compares the folder of this bot with that of the bot that leads.
pub(super) struct SameFolder {
    storage: Storage,
    library: watch::Receiver<Arc<Library>>,
    /// Empty before the first comparison: a bot that shares its database with no other makes none.
    own: String,
    difference: Difference,
}

/// Since when two folders differ.
#[derive(Debug, Default, PartialEq, Eq)]
enum Difference {
    #[default]
    None,
    Since(Instant),
    Reported,
}

#[derive(Debug, PartialEq, Eq)]
enum News {
    Differs,
    SameAgain,
}

impl SameFolder {
    pub(super) fn new(storage: Storage, library: watch::Receiver<Arc<Library>>) -> SameFolder {
        SameFolder { storage, library, own: String::new(), difference: Difference::None }
    }

    /// Warns in the log when this bot has answered from another folder for a while.
    ///
    /// # Errors
    ///
    /// When the database cannot be reached.
    pub(super) async fn compare(&mut self) -> anyhow::Result<()> {
        if self.own.is_empty() || self.library.has_changed().unwrap_or(false) {
            self.own = version(&self.library.borrow_and_update().knowledge);
        }
        let differs = if self.storage.shares().now().leads {
            self.storage.note_folder(&self.own).await?;
            false
        } else {
            self.storage.noted_folder().await?.is_some_and(|leaders| leaders != self.own)
        };
        match self.difference.update(differs, Instant::now()) {
            Some(News::Differs) => tracing::warn!(
                "this bot answers from another version of the folder than the bot that leads, so people get different \
                 answers; give all bots the same files in FAQ_DIR (docs/scale-out.md)"
            ),
            Some(News::SameAgain) => tracing::info!("all bots answer from the same folder again"),
            None => {}
        }
        Ok(())
    }
}

impl Difference {
    fn update(&mut self, differs: bool, now: Instant) -> Option<News> {
        match (&*self, differs) {
            (Difference::None, true) => *self = Difference::Since(now),
            (Difference::Since(since), true) if now - *since >= PATIENCE => {
                *self = Difference::Reported;
                return Some(News::Differs);
            }
            (Difference::Reported, false) => {
                *self = Difference::None;
                return Some(News::SameAgain);
            }
            (Difference::Since(_), false) => *self = Difference::None,
            (Difference::None, false) | (Difference::Since(_) | Difference::Reported, true) => {}
        }
        None
    }
}

/// Names the texts that people see, wherever the files lie and however they are cut.
fn version(knowledge: &Knowledge) -> String {
    let mut texts: Vec<&str> = Vec::new();
    for knowledge in [knowledge].into_iter().chain(&knowledge.translations) {
        for entry in &knowledge.entries {
            texts.extend([entry.id.as_str(), &entry.question.text, &entry.answer]);
            texts.extend(entry.phrasings.iter().map(|it| it.text.as_str()));
        }
        for term in &knowledge.terms {
            texts.extend([term.id.as_str(), &term.name.text, &term.definition]);
            texts.extend(term.phrasings.iter().map(|it| it.text.as_str()));
        }
        for item in &knowledge.quiz {
            texts.push(&item.prompt);
            texts.extend(item.correct.iter().chain(&item.distractors).map(String::as_str));
        }
        texts.extend(knowledge.figures.iter().flat_map(|it| [it.what.as_str(), &it.value]));
        for group in &knowledge.out_of_scope {
            texts.push(group.id.as_str());
            texts.extend(group.examples.iter().map(|it| it.text.as_str()));
        }
        for group in &knowledge.small_talk {
            texts.push(group.id.as_str());
            texts.extend(group.examples.iter().map(|it| it.text.as_str()));
        }
        texts.extend(knowledge.bot.texts.values().map(|it| it.text.as_str()));
    }
    texts.sort_unstable();
    format!("{:016x}", stable_hash(&texts.join("\u{1f}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::{Source, parse};

    #[test]
    fn a_difference_that_lasts_is_reported_once() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut difference = Difference::None;
        // A change that has not reached all bots yet.
        assert_eq!(difference.update(true, at(0)), None);
        assert_eq!(difference.update(true, at(6)), None);
        assert_eq!(difference.update(false, at(7)), None);
        assert_eq!(difference.update(true, at(20)), None);
        assert_eq!(difference.update(true, at(31)), Some(News::Differs));
        assert_eq!(difference.update(true, at(60)), None);
        assert_eq!(difference.update(false, at(70)), Some(News::SameAgain));
        assert_eq!(difference.update(false, at(80)), None);
    }

    fn version_of(files: &[(&str, &str)]) -> String {
        let source =
            |(path, text): &(&str, &str)| Source { path: (*path).to_owned(), text: (*text).to_owned() };
        version(&parse(&files.iter().map(source).collect::<Vec<_>>()).0)
    }

    #[test]
    fn a_version_is_what_people_read_wherever_it_lies() {
        const HOURS: &str =
            "[[entry]]\nid = \"hours\"\nquestion = \"When are you open?\"\nanswer = \"At nine.\"\n";
        const PRICE: &str = "[[entry]]\nid = \"price\"\nquestion = \"What is it?\"\nanswer = \"$5.\"\n";
        let both = format!("{PRICE}\n# cut otherwise\n{HOURS}");
        let version = version_of(&[("/a/hours.toml", HOURS), ("/a/price.toml", PRICE)]);
        assert_eq!(version_of(&[("/b/all.toml", &both)]), version);
        assert_ne!(version_of(&[("/b/all.toml", &both.replace("nine", "ten"))]), version);
    }
}
