//! Rasa: intents with examples in one file, their responses often in another.

use std::collections::HashMap;

use super::picture::Picture;
use super::text::{Rich, plain, rich};
use super::yaml::Yaml;
use super::{At, Finding, Import, Item};

/// What the files of Rasa hold together.
#[derive(Default)]
pub(super) struct Pool {
    intents: Vec<Intent>,
    responses: HashMap<String, Response>,
}

struct Intent {
    name: String,
    examples: Vec<String>,
    at: At,
}

struct Response {
    answer: String,
    /// Empty for none.
    picture: String,
    lost: Vec<&'static str>,
    at: At,
    is_used: bool,
}

impl Pool {
    pub(super) fn read(&mut self, file: &str, document: Yaml<'_>) {
        for item in document.get("nlu").into_iter().flat_map(Yaml::items) {
            let Some(name) = item.get("intent").map(Yaml::written) else { continue };
            let at = At::new(file, format!("line {}", item.line()));
            let examples = item.get("examples").map(examples).unwrap_or_default();
            match self.intents.iter_mut().find(|it| it.name == name) {
                Some(known) => known.examples.extend(examples),
                None => self.intents.push(Intent { name, examples, at }),
            }
        }
        for (name, variants) in document.get("responses").into_iter().flat_map(Yaml::pairs) {
            let at = At::new(file, format!("line {}", name.line()));
            let Some(variant) = variants.items().next() else { continue };
            let text = variant.get("text").map(Yaml::written).unwrap_or_default();
            let Rich { text: answer, picture, mut lost } = rich(&text);
            let image = variant.get("image").map(Yaml::written).unwrap_or_default();
            let picture = Picture::at(&image, "").or(picture).map(|it| it.name).unwrap_or_default();
            if picture.is_empty() && !image.is_empty() {
                lost.push("a picture");
            }
            for (key, what) in [("buttons", "buttons"), ("custom", "a custom part")] {
                if variant.get(key).is_some() {
                    lost.push(what);
                }
            }
            if variants.items().count() > 1 {
                lost.push("further wordings of the answer");
            }
            self.responses.insert(name.written(), Response { answer, picture, lost, at, is_used: false });
        }
    }

    /// Brings intents and responses together: `utter_` and the name of the intent.
    pub(super) fn finish(mut self, out: &mut Import) {
        for intent in self.intents {
            let Intent { name, mut examples, at } = intent;
            let short = name.trim_start_matches("ask_").trim_start_matches("faq_");
            let candidates = [format!("utter_{name}"), format!("utter_{short}"), name.clone()];
            let Some(found) = candidates.into_iter().find(|it| self.responses.contains_key(it)) else {
                let message = format!(
                    "the intent `{name}` has no response `utter_{name}`: name the file that has it as well, such as domain.yml"
                );
                out.findings.push(Finding::error(at, message));
                continue;
            };
            let response = self.responses.get_mut(&found).expect("it was just found");
            response.is_used = true;
            if examples.is_empty() || response.answer.is_empty() {
                let what = if examples.is_empty() { "examples" } else { "text in its response" };
                out.findings.push(Finding::error(at, format!("the intent `{name}` has no {what}")));
                continue;
            }
            if !response.lost.is_empty() {
                let message = format!("lost: {}", response.lost.join(", "));
                out.findings.push(Finding::warning(response.at.clone(), message));
            }
            // The best title is an example that asks.
            let asks = examples.iter().position(|it| it.ends_with('?')).unwrap_or(0);
            let question = capitalised(&examples.remove(asks));
            let item = Item::new("entry", at)
                .with("id", name.replace(['/', '_'], "-"))
                .with("question", question)
                .with("phrasings", examples)
                .with("answer", response.answer.clone())
                .with("picture", response.picture.clone());
            out.items.push(item);
        }
        let mut unused: Vec<(&String, &Response)> =
            self.responses.iter().filter(|it| !it.1.is_used).collect();
        unused.sort_by_key(|it| it.0);
        for (name, response) in unused {
            let message = format!("left out: no intent leads to the response `{name}`");
            out.findings.push(Finding::warning(response.at.clone(), message));
        }
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The lines of `- text`, or a list, without the marks of what Rasa calls entities: `[Berlin](city)`.
fn examples(value: Yaml<'_>) -> Vec<String> {
    let lines: Vec<String> = if value.is_list() {
        value.items().map(|it| it.get("text").unwrap_or(it).written()).collect()
    } else {
        value.written().lines().map(|line| line.trim().trim_start_matches('-').trim().to_owned()).collect()
    };
    lines.iter().map(|line| plain(&unmarked(line))).filter(|it| !it.is_empty()).collect()
}

fn unmarked(line: &str) -> String {
    let mut text = String::new();
    let mut rest = line;
    while let Some(open) = rest.find('[') {
        let (before, inside) = rest.split_at(open);
        let marked = inside[1..].split_once(']').and_then(|(words, behind)| {
            let close = match behind.chars().next()? {
                '(' => ')',
                '{' => '}',
                _ => return None,
            };
            let (_, behind) = behind.split_once(close)?;
            Some((words, behind))
        });
        text.push_str(before);
        match marked {
            Some((words, behind)) => {
                text.push_str(words);
                rest = behind;
            }
            None => {
                text.push('[');
                rest = &inside[1..];
            }
        }
    }
    text + rest
}

#[cfg(test)]
mod tests {
    #[test]
    fn marks_of_entities_go() {
        #[track_caller]
        fn check(line: &str, expected: &str) {
            assert_eq!(super::unmarked(line), expected);
        }
        check("to [Berlin](city) [now]{\"entity\": \"time\"}", "to Berlin now");
        check("what is [this", "what is [this");
        check("a [b] c", "a [b] c");
    }
}
