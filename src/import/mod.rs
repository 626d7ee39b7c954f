//! Reads the FAQs and quizzes of other programs: bytes in, items and findings out.
//!
//! Data flows through these files: bytes → [`decode`] → [`format`](mod@format) → one reader a format → [`Item`]s →
//! [`merge`] with a folder → [`write`](mod@write) as TOML. No reader ever fails as a whole: anything it cannot use is a
//! [`Finding`] with its place.

mod anki;
mod decode;
mod format;
mod gift;
mod html;
mod json;
mod markdown;
pub mod merge;
mod picture;
mod rasa;
mod rows;
mod sheet;
mod text;
mod trivia;
pub mod write;
mod yaml;

use std::fmt;

pub use format::Format;
pub use rows::Columns;

/// A file as it was given.
#[derive(Debug, Clone)]
pub struct Input {
    /// As the person would name it; its ending is a hint at the format.
    pub name: String,
    pub bytes: Vec<u8>,
}

/// The place of something in an input: the file, and the row, line or heading in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct At {
    pub file: String,
    /// Such as `row 12, column B “Answer”`; empty for the file as a whole.
    pub place: String,
}

impl At {
    fn new(file: &str, place: impl Into<String>) -> At {
        At { file: file.into(), place: place.into() }
    }
}

impl fmt::Display for At {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place.as_str() {
            "" => formatter.write_str(&self.file),
            place => write!(formatter, "{}, {place}", self.file),
        }
    }
}

/// The keys that name pictures.
const PICTURES: [&str; 2] = ["picture", "explanation_picture"];

/// One table of a folder, on its way there.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Such as `entry`.
    pub table: String,
    /// Its keys in the order in which they are written. Texts are as in a folder: small Markdown, figures in braces.
    pub keys: Vec<(String, toml::Value)>,
    /// Comments to write above it.
    pub remarks: Vec<String>,
    pub at: At,
}

impl Item {
    fn new(table: &str, at: At) -> Item {
        Item { table: table.into(), keys: Vec::new(), remarks: Vec::new(), at }
    }

    /// Adds a key, unless its value is empty.
    fn with(mut self, key: &str, value: impl Into<toml::Value>) -> Item {
        let value = value.into();
        let is_empty = match &value {
            toml::Value::String(text) => text.trim().is_empty(),
            toml::Value::Array(array) => array.is_empty(),
            _ => false,
        };
        if !is_empty {
            self.keys.push((key.into(), value));
        }
        self
    }

    pub fn get(&self, key: &str) -> Option<&toml::Value> {
        self.keys.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// A key's text; empty where it has none.
    pub fn text(&self, key: &str) -> &str {
        self.get(key).and_then(toml::Value::as_str).unwrap_or_default()
    }

    /// The pictures that it names: paths, and web addresses.
    pub fn pictures(&self) -> impl Iterator<Item = &str> {
        let named = self.keys.iter().filter(|(key, _)| PICTURES.contains(&key.as_str()));
        named.filter_map(|(_, value)| value.as_str())
    }

    /// As [`Item::pictures`], to name them otherwise.
    pub fn pictures_mut(&mut self) -> impl Iterator<Item = &mut String> {
        let named = self.keys.iter_mut().filter(|(key, _)| PICTURES.contains(&key.as_str()));
        named.filter_map(|(_, value)| match value {
            toml::Value::String(name) => Some(name),
            _ => None,
        })
    }

    /// A key's list of texts; empty where it has none.
    pub fn list(&self, key: &str) -> Vec<&str> {
        let array = self.get(key).and_then(toml::Value::as_array);
        array.into_iter().flatten().filter_map(toml::Value::as_str).collect()
    }
}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Cannot be used: nothing is written unless the person says so.
    Error,
    /// Used, but something was lost or looks wrong.
    Warning,
}

/// Something that a person should know about an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub weight: Weight,
    pub at: At,
    pub message: String,
}

impl Finding {
    pub(crate) fn error(at: At, message: impl Into<String>) -> Finding {
        Finding { weight: Weight::Error, at, message: message.into() }
    }

    pub(crate) fn warning(at: At, message: impl Into<String>) -> Finding {
        Finding { weight: Weight::Warning, at, message: message.into() }
    }
}

/// What the inputs hold.
#[derive(Debug, Clone, Default)]
pub struct Import {
    pub items: Vec<Item>,
    pub findings: Vec<Finding>,
    /// The format of each input that was recognised, by its name.
    pub formats: Vec<(String, Format)>,
}

/// Reads all inputs. They may belong together, as intents and responses of Rasa do.
pub fn read(inputs: &[Input], columns: &Columns) -> Import {
    let mut import = Import::default();
    let mut rasa = rasa::Pool::default();
    for input in inputs {
        let name = input.name.as_str();
        let out = &mut import;
        let format = match format::recognise(input) {
            Ok(format) => format,
            Err(message) => {
                out.findings.push(Finding::error(At::new(name, ""), message));
                continue;
            }
        };
        out.formats.push((name.to_owned(), format));
        if format == Format::Sheet {
            match sheet::grids(input) {
                Ok(grids) => grids.iter().for_each(|grid| rows::read(grid, columns, out)),
                Err(message) => out.findings.push(Finding::error(At::new(name, ""), message)),
            }
            continue;
        }
        let text = match decode::decode(&input.bytes) {
            Ok(decoded) => {
                if let Some(note) = decoded.note {
                    out.findings.push(Finding::warning(At::new(name, ""), note));
                }
                decoded.text
            }
            Err(message) => {
                out.findings.push(Finding::error(At::new(name, ""), message));
                continue;
            }
        };
        match format {
            Format::Sheet => {}
            Format::Delimited => rows::read(&rows::grid(name, &text), columns, out),
            Format::Markdown => markdown::read(name, &text, out),
            Format::Html => html::read(name, &text, out),
            Format::Json => json::read(name, &text, out),
            Format::Yaml => yaml::read(name, &text, &mut rasa, out),
            Format::Gift => gift::read(name, &text, out),
            Format::Anki => anki::read(name, &text, out),
        }
    }
    rasa.finish(&mut import);
    import.items.retain(|item| match text::nothing_left(item).or_else(|| text::too_long(item)) {
        Some(message) => {
            import.findings.push(Finding::error(item.at.clone(), message));
            false
        }
        None => true,
    });
    import
}
