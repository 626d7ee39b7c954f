//! Adds a phrasing to an entry: to the list that it has under `[phrasings]`, or to a short one in the entry itself.
//!
//! The file is parsed only to find places; the phrasing is inserted, and every other byte stays as it is.

use std::fs::{self, File};
use std::io::{self, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use toml_edit::{Array, Document, Item, TableLike};

use super::{decode, read, shown};
use crate::knowledge::words::words;
use crate::knowledge::{
    Diagnostic, Id, Knowledge, Phrasing, Severity, Source, file_language, parse, toml_string,
};
use crate::language::Language;

/// A longer phrasing is not a question; in characters.
pub const LONGEST_PHRASING: usize = 500;

/// A line with more characters than this is split into one line a phrasing.
const LONGEST_LINE: usize = 100;

/// An entry's own list grows to this many phrasings; more would bury its answer, and go under `[phrasings]`.
const MOST_BESIDE: usize = 8;

/// Adds a phrasing to an entry, term or group, and returns the path of the file that has it now. It is in this language; `None`:
/// in the main one.
///
/// The phrasing may be any text: spaces and line breaks become one space each, and it is escaped as TOML needs it.
/// The file is replaced in one step, so that nobody ever reads half of it; a link stays a link. A phrasing that the
/// entry already has stays as it is: adding it once more, as after a crash, succeeds.
///
/// # Errors
///
/// When the phrasing is empty, too long or already under another entry; when there is no such entry, or its file cannot
/// be written; and when the folder would have an error that it does not have now. Nothing has changed then.
pub fn add_phrasing(
    dir: &Path,
    id: &Id,
    phrasing: &str,
    language: Option<Language>,
) -> anyhow::Result<PathBuf> {
    let _lock = lock(dir)?;
    match plan_phrasing(dir, id, phrasing, language)? {
        PlannedPhrasing::Known(path) => Ok(path),
        PlannedPhrasing::Edit { path, file, text } => {
            file.replace(&text).with_context(|| format!("writing {}", path.display()))?;
            Ok(path)
        }
    }
}

/// Where a phrasing goes.
pub(super) enum PlannedPhrasing {
    /// The entry has it, in this file.
    Known(PathBuf),
    /// The file would hold this text.
    Edit { path: PathBuf, file: TextFile, text: String },
}

/// One at a time, also among several programs. On a file system without locks it goes without.
pub(super) fn lock(dir: &Path) -> anyhow::Result<File> {
    let lock = open_to_lock(dir).with_context(|| format!("opening the folder {}", dir.display()))?;
    let _ = lock.lock();
    Ok(lock)
}

#[cfg(not(windows))]
fn open_to_lock(dir: &Path) -> io::Result<File> {
    File::open(dir)
}

/// Folders cannot be locked on Windows: a hidden file in it is, which readers of the folder leave alone.
#[cfg(windows)]
fn open_to_lock(dir: &Path) -> io::Result<File> {
    File::options().create(true).append(true).open(dir.join(".lock"))
}

/// What [`add_phrasing`] would write.
pub(super) fn plan_phrasing(
    dir: &Path,
    id: &Id,
    phrasing: &str,
    language: Option<Language>,
) -> anyhow::Result<PlannedPhrasing> {
    let phrasing = phrasing.split_whitespace().collect::<Vec<_>>().join(" ");
    ensure!(!phrasing.is_empty(), "a phrasing needs at least one word");
    ensure!(
        phrasing.chars().count() <= LONGEST_PHRASING,
        "a phrasing has at most {LONGEST_PHRASING} characters: word it shorter and add it in an editor"
    );
    let sources = read(dir)?.sources;
    let (folder, diagnostics) = parse(&sources);
    let translation = folder.translations.iter().find(|it| Some(it.bot.language()) == language);
    let knowledge = translation.unwrap_or(&folder);
    if let Some((owner, known)) = find_phrasing(&knowledge.asked(), &phrasing) {
        let place = &known.location;
        if owner == id {
            return Ok(PlannedPhrasing::Known(PathBuf::from(place.path.as_ref())));
        }
        bail!("“{}” is in the folder already: under `{owner}`, {}:{}", known.text, place.path, place.line);
    }
    let (table, path) = find_table(knowledge, id)
        .with_context(|| format!("the folder has no entry, term or group `{id}`"))?;
    let is_own = |it: &&Source| match file_language(&it.text) {
        None => translation.is_none(),
        language => language == Some(knowledge.bot.language()),
    };
    let own: Vec<Source> = sources.iter().filter(is_own).cloned().collect();
    // An entry that is not translated yet has no table in this language.
    let path = own.iter().find(|it| it.path == path).or(own.first()).map_or(path, |it| it.path.as_str());
    let (path, list) = home(&own, table, path, id);
    let path = PathBuf::from(path);
    let shown = shown(&path);

    let file = TextFile::open(&path)?;
    let changed = insert(&file.text, list, id, &phrasing)
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
    Ok(PlannedPhrasing::Edit { path, file, text: changed })
}

/// An error that is in the second list more often than in the first.
pub(super) fn new_error<'d>(before: &[Diagnostic], after: &'d [Diagnostic]) -> Option<&'d Diagnostic> {
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

/// A kind of table: its name, and the key of its phrasings.
#[derive(Debug, Clone, Copy)]
struct TableKind {
    name: &'static str,
    list: &'static str,
}

const ENTRY: TableKind = TableKind { name: "entry", list: "phrasings" };
const TERM: TableKind = TableKind { name: "term", list: "phrasings" };
const OUT_OF_SCOPE: TableKind = TableKind { name: "out_of_scope", list: "examples" };
const SMALL_TALK: TableKind = TableKind { name: "small_talk", list: "examples" };

/// The kind of table that has this id, and its file.
fn find_table<'k>(knowledge: &'k Knowledge, id: &Id) -> Option<(TableKind, &'k str)> {
    let entries = knowledge.entries.iter().map(|it| (ENTRY, &it.id, &it.location));
    let terms = knowledge.terms.iter().map(|it| (TERM, &it.id, &it.location));
    let out_of_scope = knowledge.out_of_scope.iter().map(|it| (OUT_OF_SCOPE, &it.id, &it.location));
    let small_talk = knowledge.small_talk.iter().map(|it| (SMALL_TALK, &it.id, &it.location));
    let mut all = entries.chain(terms).chain(out_of_scope).chain(small_talk);
    all.find(|(_, it, _)| *it == id).map(|(kind, _, location)| (kind, location.path.as_ref()))
}

/// The list that a phrasing goes to.
#[derive(Debug, Clone, Copy)]
enum List {
    /// The one in the table itself.
    Beside(TableKind),
    /// The one under `[phrasings]`, which may have to be made.
    Apart,
}

/// The file and the list for a phrasing: where the entry has its others, otherwise with those of its neighbours.
fn home<'s>(sources: &'s [Source], kind: TableKind, own: &'s str, id: &Id) -> (&'s str, List) {
    let lists: Vec<(&str, Vec<String>)> =
        sources.iter().map(|source| (source.path.as_str(), lists_apart(&source.text))).collect();
    if let Some((path, _)) = lists.iter().find(|(_, ids)| ids.iter().any(|it| it == id.as_str())) {
        return (path, List::Apart);
    }
    let own_text = sources.iter().find(|it| it.path == own).map_or("", |it| it.text.as_str());
    if (1..MOST_BESIDE).contains(&n_beside(own_text, kind, id)) {
        return (own, List::Beside(kind));
    }
    let neighbours = ids(own_text);
    let n_neighbours = |ids: &[String]| ids.iter().filter(|it| neighbours.contains(it)).count();
    let nearest = lists.iter().max_by_key(|(path, ids)| (n_neighbours(ids), *path == own));
    (nearest.filter(|(_, ids)| n_neighbours(ids) > 0).map_or(own, |(path, _)| path), List::Apart)
}

/// The ids that have a list under `[phrasings]`.
fn lists_apart(text: &str) -> Vec<String> {
    let Ok(document) = Document::parse(text) else { return Vec::new() };
    let lists = document.get("phrasings").and_then(Item::as_table_like);
    lists.into_iter().flat_map(|it| it.iter()).map(|(id, _)| id.to_owned()).collect()
}

/// The ids of the tables in a text.
fn ids(text: &str) -> Vec<String> {
    let Ok(document) = Document::parse(text) else { return Vec::new() };
    let kinds = [ENTRY, TERM, OUT_OF_SCOPE, SMALL_TALK];
    let tables = kinds.iter().filter_map(|kind| document.get(kind.name)?.as_array_of_tables());
    tables.flatten().filter_map(|it| Some(it.get("id")?.as_str()?.to_owned())).collect()
}

/// How many phrasings are in the table itself.
fn n_beside(text: &str, kind: TableKind, id: &Id) -> usize {
    let Ok(document) = Document::parse(text) else { return 0 };
    let has_id = |table: &&dyn TableLike| table.get("id").and_then(Item::as_str) == Some(id.as_str());
    let list = tables(document.get(kind.name)).into_iter().find(has_id).and_then(|it| it.get(kind.list));
    list.and_then(Item::as_array).map_or(0, Array::len)
}

/// The tables of one kind, in whatever way they are written.
fn tables(item: Option<&Item>) -> Vec<&dyn TableLike> {
    match item {
        Some(Item::ArrayOfTables(tables)) => tables.iter().map(|table| table as &dyn TableLike).collect(),
        Some(Item::Value(list)) => {
            let inline = list.as_array().into_iter().flatten().filter_map(|it| it.as_inline_table());
            inline.map(|it| it as &dyn TableLike).collect()
        }
        _ => Vec::new(),
    }
}

/// The text of a file with a phrasing put in.
fn insert(text: &str, list: List, id: &Id, phrasing: &str) -> anyhow::Result<String> {
    let document = Document::parse(text).context("it does not parse")?;
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let page = Page { text, newline };
    let value = toml_string(phrasing);
    let (place, inserted) = match list {
        List::Beside(kind) => {
            let has_id = |table: &&dyn TableLike| table.get("id").and_then(Item::as_str) == Some(id.as_str());
            let table = tables(document.get(kind.name))
                .into_iter()
                .find(has_id)
                .context("it has changed just now")?;
            let list = table.get(kind.list).and_then(Item::as_array).context("it has changed just now")?;
            page.into_list(list, &value)?
        }
        List::Apart => {
            let line = format!("{id} = [{value}]");
            match document.get("phrasings") {
                None => {
                    let gap = if text.is_empty() || text.ends_with('\n') { "" } else { newline };
                    let end = text.len()..text.len();
                    (end, format!("{gap}{newline}[phrasings]{newline}{line}{newline}"))
                }
                Some(lists) => {
                    let lists = lists.as_table().context("its `[phrasings]` is written in an unusual way")?;
                    match lists.get(id.as_str()) {
                        Some(list) => {
                            let list =
                                list.as_array().with_context(|| format!("its `{id}` is not a list"))?;
                            page.into_list(list, &value)?
                        }
                        None => {
                            let ends = lists.iter().filter_map(|(_, list)| Some(list.span()?.end));
                            let last = ends.chain(lists.span().map(|it| it.end)).max();
                            let last = last.context("its `[phrasings]` has no place")?;
                            let end = page.end_of_line(last).context("it is written in an unusual way")?;
                            (end..end, format!("{newline}{line}"))
                        }
                    }
                }
            }
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
    /// What to insert where, so that a value becomes the last one of a list, laid out like the others.
    fn into_list(self, list: &Array, value: &str) -> anyhow::Result<(Range<usize>, String)> {
        let Page { text, newline } = self;
        let span = list.span().context("it has no place")?;
        let values: Vec<Range<usize>> = list.iter().filter_map(toml_edit::Value::span).collect();
        ensure!(values.len() == list.len(), "a value has no place");
        let (Some(first), Some(last)) = (values.first(), values.last()) else {
            let end = span.end - 1;
            return Ok(if text[span.clone()].contains('\n') {
                // After the comments in it, on a line of its own.
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

/// A file as it is on disk.
pub(super) struct TextFile {
    /// The file itself, where the path is a link.
    path: PathBuf,
    bytes: Vec<u8>,
    /// Without byte order mark.
    pub(super) text: String,
}

const BYTE_ORDER_MARK: &str = "\u{feff}";

impl TextFile {
    pub(super) fn open(path: &Path) -> anyhow::Result<TextFile> {
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

    /// Puts a new file in the place of this one: readers see the old text or the new one.
    pub(super) fn replace(&self, text: &str) -> anyhow::Result<()> {
        let folder = self.path.parent().context("a file lies in a folder")?;
        // Hidden, so that readers of the folder leave it alone.
        let name = self.path.file_name().context("a file has a name")?.to_string_lossy();
        let new = folder.join(format!(".{name}.{}.new", std::process::id()));
        let written = self.write(&new, text).and_then(|()| {
            ensure!(fs::read(&self.path)? == self.bytes, "somebody else has changed it just now: try again");
            Ok(fs::rename(&new, &self.path)?)
        });
        if written.is_err() {
            // It may never have been created; it is the first error that counts.
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
