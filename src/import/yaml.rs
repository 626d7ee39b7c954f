//! YAML, with the line of each value.

use saphyr::{LoadableYamlNode as _, MarkedYaml, Scalar, YamlData};

use super::{At, Finding, Import, rasa, trivia};

/// Reads a file of Rasa into the pool, anything else as a trivia list.
pub(super) fn read(name: &str, text: &str, rasa: &mut rasa::Pool, out: &mut Import) {
    let documents = match MarkedYaml::load_from_str(text) {
        Ok(documents) => documents,
        Err(error) => {
            let at = At::new(name, format!("line {}", error.marker().line()));
            return out
                .findings
                .push(Finding::error(at, format!("this is not written in YAML: {}", error.info())));
        }
    };
    for document in &documents {
        let node = Yaml { node: document, text };
        let is_rasa = node.pairs().any(|(key, _)| {
            ["nlu", "responses", "intents", "rules", "stories"].contains(&key.written().as_str())
        });
        if is_rasa { rasa.read(name, node) } else { trivia::read(name, node, out) }
    }
}

/// A node and the text it is in.
#[derive(Clone, Copy)]
pub(super) struct Yaml<'y> {
    node: &'y MarkedYaml<'y>,
    text: &'y str,
}

impl<'y> Yaml<'y> {
    /// Counted from 1.
    pub(super) fn line(self) -> usize {
        self.node.span.start.line()
    }

    pub(super) fn pairs(self) -> impl Iterator<Item = (Yaml<'y>, Yaml<'y>)> {
        let mapping = match &self.node.data {
            YamlData::Mapping(mapping) => Some(mapping),
            _ => None,
        };
        let with = move |node| Yaml { node, text: self.text };
        mapping.into_iter().flatten().map(move |(key, value)| (with(key), with(value)))
    }

    pub(super) fn items(self) -> impl Iterator<Item = Yaml<'y>> {
        let list = match &self.node.data {
            YamlData::Sequence(list) => list.as_slice(),
            _ => &[],
        };
        list.iter().map(move |node| Yaml { node, text: self.text })
    }

    pub(super) fn get(self, key: &str) -> Option<Yaml<'y>> {
        self.pairs().find(|(it, _)| it.written() == key).map(|(_, value)| value)
    }

    pub(super) fn is_list(self) -> bool {
        matches!(self.node.data, YamlData::Sequence(_))
    }

    /// A single value as a person wrote it: `yes`, `1.50` and `2024` are texts here.
    pub(super) fn written(self) -> String {
        match &self.node.data {
            YamlData::Value(Scalar::String(text)) => text.to_string(),
            YamlData::Value(_) => {
                let (start, end) = (self.node.span.start.index(), self.node.span.end.index());
                let written: String = self.text.chars().skip(start).take(end.saturating_sub(start)).collect();
                written.trim().to_owned()
            }
            YamlData::Representation(text, ..) => text.to_string(),
            _ => String::new(),
        }
    }
}
