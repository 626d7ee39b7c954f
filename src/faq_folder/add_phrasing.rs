//! Adds a phrasing to an entry, in the file where the entry stands.
//!
//! The file is read for its places only; the phrasing is put in between, and every other byte stays as it is.

use std::fs::{self, File};
use std::io::Write;
use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use toml_edit::{Array, Document, Item, TableLike};

use super::{decode, read};
use crate::knowledge::fill::literal;
use crate::knowledge::words::words;
use crate::knowledge::{Diagnostic, Id, Knowledge, Phrasing, Severity, Source, parse};

/// A longer phrasing is no question; in characters.
pub const LONGEST_PHRASING: usize = 500;

/// A line with more characters than this is split into one line a phrasing.
const LONGEST_LINE: usize = 100;

/// Adds a phrasing to an entry or term (to `examples` of a group), and returns the path of its file.
///
/// The phrasing may be any text: spaces and line breaks become one space each, and it is escaped as TOML needs it.
/// The file is replaced in one step, so that nobody ever reads half of it; a link stays a link. A phrasing that the
/// entry has already stays as it is: whoever adds it once more, as after a crash, has what they want.
///
/// # Errors
///
/// When the phrasing is empty, too long or under another entry already; when there is no such entry, or its file cannot
/// be written; and when the folder would have an error that it does not have now. Nothing has changed then.
pub fn add_phrasing(dir: &Path, id: &Id, phrasing: &str) -> anyhow::Result<PathBuf> {
    let phrasing = phrasing.split_whitespace().collect::<Vec<_>>().join(" ");
    ensure!(!phrasing.is_empty(), "a phrasing needs at least one word");
    ensure!(
        phrasing.chars().count() <= LONGEST_PHRASING,
        "a phrasing has at most {LONGEST_PHRASING} characters: word it shorter and add it in an editor"
    );
    // One at a time, also among several programs. A file system without locks goes without.
    let lock = File::open(dir).with_context(|| format!("opening the folder {}", dir.display()))?;
    let _ = lock.lock();

    let sources = read(dir)?.sources;
    let (knowledge, diagnostics) = parse(&sources);
    if let Some((owner, known)) = find_phrasing(&knowledge, &phrasing) {
        let place = &known.location;
        if owner == id {
            return Ok(PathBuf::from(place.path.as_ref()));
        }
        bail!("“{}” is in the folder already: under `{owner}`, {}:{}", known.text, place.path, place.line);
    }
    let (table, path) = find_table(&knowledge, id)
        .with_context(|| format!("the folder has no entry, term or group `{id}`"))?;
    let path = PathBuf::from(path);
    let shown = path.display().to_string();

    let file = TextFile::open(&path)?;
    let changed = insert(&file.text, table, id, &phrasing)
        .with_context(|| format!("adding to `{id}` in {shown}; add the phrasing in an editor"))?;
    let changed_sources: Vec<Source> = sources
        .iter()
        .map(|source| {
            let text = if source.path == shown { changed.replace("\r\n", "\n") } else { source.text.clone() };
            Source { path: source.path.clone(), text }
        })
        .collect();
    let (_, diagnostics_then) = parse(&changed_sources);
    if let Some(new) = new_error(&diagnostics, &diagnostics_then) {
        bail!("with this phrasing the folder would be broken: {}", new.message);
    }
    file.replace(&changed).with_context(|| format!("writing {shown}"))?;
    Ok(path)
}

/// An error that is in the second list more often than in the first.
fn new_error<'d>(before: &[Diagnostic], after: &'d [Diagnostic]) -> Option<&'d Diagnostic> {
    let count = |list: &[Diagnostic], it: &Diagnostic| {
        let same = |other: &&Diagnostic| {
            other.code == it.code && other.message == it.message && other.primary.path == it.primary.path
        };
        list.iter().filter(same).count()
    };
    let errors = after.iter().filter(|it| it.severity == Severity::Error);
    errors.into_iter().find(|it| count(before, it) < count(after, it))
}

/// A phrasing with the same words, and what it belongs to.
fn find_phrasing<'k>(knowledge: &'k Knowledge, phrasing: &str) -> Option<(&'k Id, &'k Phrasing)> {
    let entries = knowledge.entries.iter().flat_map(|it| it.wordings().map(move |known| (&it.id, known)));
    let terms = knowledge.terms.iter().flat_map(|it| it.wordings().map(move |known| (&it.id, known)));
    let out_of_scope = knowledge.out_of_scope.iter().map(|it| (&it.id, &it.examples));
    let small_talk = knowledge.small_talk.iter().map(|it| (&it.id, &it.examples));
    let groups =
        out_of_scope.chain(small_talk).flat_map(|(id, examples)| examples.iter().map(move |it| (id, it)));
    let asked = words(phrasing);
    entries.chain(terms).chain(groups).find(|(_, known)| words(&known.text) == asked)
}

/// A kind of table: its name, the key of its phrasings, and the key after which that one is put where it is missing.
#[derive(Debug, Clone, Copy)]
struct Kind {
    name: &'static str,
    list: &'static str,
    after: &'static str,
}

const ENTRY: Kind = Kind { name: "entry", list: "phrasings", after: "question" };
const TERM: Kind = Kind { name: "term", list: "phrasings", after: "name" };
const OUT_OF_SCOPE: Kind = Kind { name: "out_of_scope", list: "examples", after: "id" };
const SMALL_TALK: Kind = Kind { name: "small_talk", list: "examples", after: "id" };

/// The kind of table that has this id, and its file.
fn find_table<'k>(knowledge: &'k Knowledge, id: &Id) -> Option<(Kind, &'k str)> {
    let entries = knowledge.entries.iter().map(|it| (ENTRY, &it.id, &it.location));
    let terms = knowledge.terms.iter().map(|it| (TERM, &it.id, &it.location));
    let out_of_scope = knowledge.out_of_scope.iter().map(|it| (OUT_OF_SCOPE, &it.id, &it.location));
    let small_talk = knowledge.small_talk.iter().map(|it| (SMALL_TALK, &it.id, &it.location));
    let mut all = entries.chain(terms).chain(out_of_scope).chain(small_talk);
    all.find(|(_, it, _)| *it == id).map(|(kind, _, location)| (kind, location.path.as_ref()))
}

/// The text of a file with a phrasing put in.
fn insert(text: &str, kind: Kind, id: &Id, phrasing: &str) -> anyhow::Result<String> {
    let document = Document::parse(text).context("it does not parse")?;
    let tables: Vec<&dyn TableLike> = match document.get(kind.name) {
        Some(Item::ArrayOfTables(tables)) => tables.iter().map(|table| table as &dyn TableLike).collect(),
        Some(Item::Value(list)) => {
            let list = list.as_array().context("it is written in an unusual way")?;
            list.iter().filter_map(|it| it.as_inline_table()).map(|it| it as &dyn TableLike).collect()
        }
        _ => Vec::new(),
    };
    let has_id = |table: &&&dyn TableLike| table.get("id").and_then(Item::as_str) == Some(id.as_str());
    let table = tables.iter().find(has_id).context("it has changed just now")?;
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let page = Page { text, newline };
    let (place, inserted) = match table.get(kind.list) {
        Some(list) => {
            let list = list.as_array().with_context(|| format!("its `{}` is no list", kind.list))?;
            page.into_list(list, &toml_string(phrasing))?
        }
        None => {
            ensure!(
                document.get(kind.name).is_some_and(Item::is_array_of_tables),
                "it is written on one line"
            );
            let anchor =
                table.get(kind.after).and_then(Item::span).context("it is written in an unusual way")?;
            let line_end = page.end_of_line(anchor.end).context("it is written in an unusual way")?;
            let indent = page.indent(anchor.start);
            (line_end..line_end, format!("{newline}{indent}{} = [{}]", kind.list, toml_string(phrasing)))
        }
    };
    let mut changed = text.to_owned();
    changed.replace_range(place, &inserted);
    Ok(changed)
}

/// A file's text, and how its lines end.
#[derive(Clone, Copy)]
struct Page<'t> {
    text: &'t str,
    newline: &'t str,
}

impl Page<'_> {
    /// What is to be put where to make a value the last one of a list, laid out as the others are.
    fn into_list(self, list: &Array, value: &str) -> anyhow::Result<(Range<usize>, String)> {
        let Page { text, newline } = self;
        let span = list.span().context("it has no place")?;
        let values: Vec<Range<usize>> = list.iter().filter_map(toml_edit::Value::span).collect();
        ensure!(values.len() == list.len(), "a value has no place");
        let (Some(first), Some(last)) = (values.first(), values.last()) else {
            let end = span.end - 1;
            return Ok(if text[span.clone()].contains('\n') {
                // Behind the comments in it, on a line of its own.
                let line_start = text[..end].rfind('\n').map_or(0, |newline| newline + 1);
                let indent = self.indent(span.start);
                (line_start..line_start, format!("{indent}  {value},{newline}"))
            } else {
                (span.start..span.end, format!("[{value}]"))
            });
        };
        let between = |from: usize, to: usize| text[from..to].contains('\n');
        let is_split = between(span.start, first.start)
            || values.windows(2).any(|pair| between(pair[0].end, pair[1].start))
            || between(last.end, span.end);
        if is_split {
            let comma = self.comma(last.end, span.end);
            let behind = comma.map_or(last.end, |comma| comma + 1);
            let line_end = self.end_of_line(behind).unwrap_or(behind);
            let mark = if comma.is_some() { "," } else { "" };
            let line = format!("{newline}{}{value}{mark}", self.indent_of_values(list, &span, &values));
            return Ok(match comma {
                Some(_) => (line_end..line_end, line),
                // The comma belongs before the comment on the line of what was the last value.
                None => (last.end..line_end, format!(",{}{line}", &text[last.end..line_end])),
            });
        }
        let line_start = text[..span.start].rfind('\n').map_or(0, |newline| newline + 1);
        let line_end = text[span.end..].find(['\r', '\n']).map_or(text.len(), |end| span.end + end);
        let length = text[line_start..line_end].chars().count() + 2 + value.chars().count();
        if length <= LONGEST_LINE {
            let comma = self.comma(last.end, span.end);
            return Ok(match comma {
                Some(comma) => (comma + 1..comma + 1, format!(" {value},")),
                None => (last.end..last.end, format!(", {value}")),
            });
        }
        let indent = self.indent(span.start);
        let values = values.into_iter().map(|value| &text[value]).chain([value]);
        let lines: String = values.map(|value| format!("{indent}  {value},{newline}")).collect();
        Ok((span, format!("[{newline}{lines}{indent}]")))
    }

    /// The spaces before the values of a list: those of the last value that begins a line.
    fn indent_of_values(&self, list: &Array, span: &Range<usize>, values: &[Range<usize>]) -> String {
        debug_assert_eq!(list.len(), values.len());
        let begins_line = |at: usize| self.text[self.line_start(at)..at].trim().is_empty();
        match values.iter().rev().find(|value| begins_line(value.start)) {
            Some(value) => self.indent(value.start).to_owned(),
            None => format!("{}  ", self.indent(span.start)),
        }
    }

    fn line_start(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |newline| newline + 1)
    }

    /// The spaces at the beginning of the line that holds this byte.
    fn indent(&self, at: usize) -> &str {
        let line = &self.text[self.line_start(at)..];
        &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
    }

    /// The first comma that is not in a comment.
    fn comma(&self, from: usize, to: usize) -> Option<usize> {
        let mut is_comment = false;
        self.text[from..to]
            .bytes()
            .position(|byte| {
                is_comment = match byte {
                    b'#' => true,
                    b'\n' => false,
                    _ => is_comment,
                };
                byte == b',' && !is_comment
            })
            .map(|comma| from + comma)
    }

    /// Where the line ends, if there is nothing but a comment up to there.
    fn end_of_line(&self, from: usize) -> Option<usize> {
        let rest = &self.text[from..];
        let end = rest.find('\n').unwrap_or(rest.len());
        let line = rest[..end].strip_suffix('\r').unwrap_or(&rest[..end]);
        let blank = line.trim_start_matches([' ', '\t']);
        (blank.is_empty() || blank.starts_with('#')).then_some(from + line.len())
    }
}

/// A text as TOML writes it, on one line. What a person could not see in an editor is written as its number.
pub fn toml_string(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    // `{words}` in a question are just words; they would stand for a figure.
    for letter in literal(text).chars() {
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            // Control characters, marks that turn the direction of writing, and spaces without width.
            '\u{0}'..='\u{1f}'
            | '\u{7f}'..='\u{9f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}' => quoted.push_str(&format!("\\u{:04X}", u32::from(letter))),
            _ => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

/// A file as it is on disk.
struct TextFile {
    /// The file itself, where the path is a link.
    path: PathBuf,
    bytes: Vec<u8>,
    /// Without byte order mark.
    text: String,
}

const BYTE_ORDER_MARK: &str = "\u{feff}";

impl TextFile {
    fn open(path: &Path) -> anyhow::Result<TextFile> {
        let shown = path.display();
        let path = fs::canonicalize(path).with_context(|| format!("looking for {shown}"))?;
        let bytes = fs::read(&path).with_context(|| format!("reading {shown}"))?;
        if let Err(message) = decode(bytes.clone()) {
            bail!("{shown}: {message}");
        }
        let text = String::from_utf8(bytes.clone()).with_context(|| format!("reading {shown}"))?;
        let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&text).to_owned();
        Ok(TextFile { path, bytes, text })
    }

    /// Puts a new file in the place of this one: whoever reads sees the old text or the new one.
    fn replace(&self, text: &str) -> anyhow::Result<()> {
        let folder = self.path.parent().context("a file lies in a folder")?;
        // Hidden, so that whoever reads the folder leaves it alone.
        let name = self.path.file_name().context("a file has a name")?.to_string_lossy();
        let new = folder.join(format!(".{name}.{}.new", std::process::id()));
        let written = self.write(&new, text).and_then(|()| {
            ensure!(fs::read(&self.path)? == self.bytes, "somebody else has changed it just now: try again");
            Ok(fs::rename(&new, &self.path)?)
        });
        if written.is_err() {
            // It may never have been made; what counts is the first error.
            let _ = fs::remove_file(&new);
        }
        written
    }

    fn write(&self, new: &Path, text: &str) -> anyhow::Result<()> {
        let permissions = fs::metadata(&self.path)?.permissions();
        ensure!(
            !permissions.readonly(),
            "it is read-only: allow writing to it, or add the phrasing in an editor"
        );
        let mut file = File::create(new)?;
        if self.bytes.starts_with(BYTE_ORDER_MARK.as_bytes()) {
            file.write_all(BYTE_ORDER_MARK.as_bytes())?;
        }
        file.write_all(text.as_bytes())?;
        file.set_permissions(permissions)?;
        Ok(file.sync_all()?)
    }
}
