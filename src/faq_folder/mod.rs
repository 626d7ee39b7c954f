//! Reads and watches the folder on disk, and adds phrasings to it.
//!
//! Hidden files and folders are left alone, and so is everything that is not `*.toml`. Links are followed, so a
//! Kubernetes config map (a hidden folder behind links) reads like any other folder.

mod add_phrasing;
mod add_table;
mod change;
mod last_good;
pub mod live;
mod pictures;
mod watch;

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::knowledge::{
    Costs, Diagnostic, Knowledge, Label, Rule, Severity, Source, leads_nowhere, parse_at, sort,
};
use crate::time::Timestamp;

pub use add_phrasing::{LONGEST_PHRASING, add_phrasing};
pub use add_table::{Added, add_entry, add_group};
pub use change::change;
pub use last_good::{LastGood, Look};
pub use watch::{StopWatch, Watch};

/// A larger file is not a text that somebody wrote. In bytes.
const LARGEST_FILE: u64 = 64 * 1024 * 1024;

/// How deep folders may be nested.
const DEEPEST: usize = 32;

pub const RULES: &[Rule] = &[UNREADABLE_FILE, LEFT_OUT_FILE, pictures::MISSING, pictures::UNFIT];

const UNREADABLE_FILE: Rule =
    Rule { code: "unreadable-file", costs: Costs::File, rule: "a file can be opened, and is text in UTF-8" };

const LEFT_OUT_FILE: Rule = Rule {
    code: "left-out-file",
    costs: Costs::Nothing,
    rule: "a file that the bot shall read is named so that it ends in `.toml`",
};

/// Endings of files that somebody may have meant the bot to read.
const NEAR_MISSES: [&str; 9] = ["yaml", "yml", "csv", "tsv", "xlsx", "xls", "ods", "tml", "tom"];

/// A folder as it was at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    pub knowledge: Knowledge,
    /// Everything that is wrong with it, sorted by [`sort`].
    pub diagnostics: Vec<Diagnostic>,
    pub sources: Vec<Source>,
}

/// The texts of a folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Files {
    /// In the order of their paths, without byte order mark and with `\n` at the ends of lines.
    pub sources: Vec<Source>,
    /// What could not be read.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads and checks a folder. `now` decides which figures are overdue.
///
/// Fails only where there is nothing to read; broken files are reported in the diagnostics.
pub fn load(dir: &Path, now: Timestamp) -> anyhow::Result<Loaded> {
    let Files { sources, diagnostics } = read(dir)?;
    let (knowledge, mut found) = parse_at(&sources, now);
    found.extend(pictures::check(dir, &knowledge));
    Ok(Loaded { knowledge, diagnostics: together(diagnostics, found), sources })
}

/// Everything that is wrong with a folder: what could not be read, and what is wrong with the rest.
///
/// A reference that leads nowhere may well lead into a file that could not be read: it is not reported until then.
fn together(mut unreadable: Vec<Diagnostic>, mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let lost = unreadable.iter_mut().find(|it| it.severity == Severity::Error);
    if let Some(help) = lost.and_then(|it| it.help.as_mut()) {
        let n_found = found.len();
        found.retain(|it| !leads_nowhere(it));
        match n_found - found.len() {
            0 => {}
            1 => help.push_str("; one reference may lead into it and cannot be checked before"),
            n => help.push_str(&format!("; {n} references may lead into it and cannot be checked before")),
        }
    }
    unreadable.append(&mut found);
    sort(&mut unreadable);
    unreadable
}

/// A path as people, tools and other machines read it: with `/` on every system.
pub(crate) fn shown(path: &Path) -> String {
    let path = path.display().to_string();
    if cfg!(windows) { path.replace('\\', "/") } else { path }
}

/// Reads every `*.toml` in a folder and the folders in it.
///
/// Fails when the folder is missing, cannot be opened, or holds no such file.
pub fn read(dir: &Path) -> anyhow::Result<Files> {
    let shown = dir.display();
    match fs::metadata(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => bail!(
            "there is no folder {shown}: name another one with --faq, or make one with `faqbot new {shown}`"
        ),
        Err(error) => return Err(error).with_context(|| format!("opening the folder {shown}")),
        Ok(metadata) if !metadata.is_dir() => {
            bail!("{shown} is a file: --faq takes the folder that it lies in")
        }
        Ok(_) => {}
    }
    let mut walk = Walk::default();
    walk.folder(dir, 0).with_context(|| format!("reading the folder {shown}"))?;
    let mut files = walk.files;
    if files.sources.is_empty() && files.diagnostics.iter().all(|it| it.severity != Severity::Error) {
        bail!("the folder {shown} holds no .toml file: make a first one with `faqbot new {shown}`");
    }
    files.sources.sort_by(|one, other| one.path.cmp(&other.path));
    files.diagnostics.sort_by(|one, other| one.primary.path.cmp(&other.primary.path));
    Ok(files)
}

/// A walk through a folder.
#[derive(Default)]
struct Walk {
    files: Files,
    /// Folders that were entered, by their real paths: links may lead in a circle.
    entered: HashSet<PathBuf>,
}

impl Walk {
    fn folder(&mut self, dir: &Path, depth: usize) -> io::Result<()> {
        if depth > DEEPEST || !self.entered.insert(fs::canonicalize(dir)?) {
            return Ok(());
        }
        let mut entries = fs::read_dir(dir)?.collect::<io::Result<Vec<_>>>()?;
        // The order of a folder differs between file systems.
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            // Office programs lock a file by one that begins like the second.
            if name.starts_with('.') || name.starts_with("~$") {
                continue;
            }
            let is_toml = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml"));
            match fs::metadata(&path) {
                Ok(metadata) if metadata.is_dir() => {
                    if let Err(error) = self.folder(&path, depth + 1) {
                        self.unreadable(&path, format!("this folder cannot be read: {error}"), ACCESS);
                    }
                }
                Ok(metadata) if is_toml && metadata.is_file() => self.file(&path, metadata.len()),
                // A device or a pipe could keep us waiting for ever.
                Ok(_) if is_toml => self.unreadable(
                    &path,
                    "this is not a regular file".into(),
                    "put a text file in its place",
                ),
                Ok(metadata) if metadata.is_file() && is_near_miss(&name) => {
                    let help = if name.to_lowercase().contains(".toml.") {
                        "rename it so that it ends in .toml"
                    } else {
                        "take it over with `faqbot import`, or move it to another folder"
                    };
                    self.found(&LEFT_OUT_FILE, &path, format!("`{name}` is left out"), help);
                }
                Ok(_) => {}
                Err(error) if is_toml => {
                    self.unreadable(&path, format!("this file cannot be opened: {error}"), ACCESS);
                }
                Err(_) => {}
            }
        }
        Ok(())
    }

    fn file(&mut self, path: &Path, length: u64) {
        if length > LARGEST_FILE {
            let megabytes = length / (1024 * 1024);
            let message = format!("this file has {megabytes} MB; at most 64 MB are read");
            return self.unreadable(path, message, "split it into several files");
        }
        match read_at_most(path, length) {
            Ok(bytes) => match decode(bytes) {
                Ok(text) => self.files.sources.push(Source { path: shown(path), text }),
                Err(message) => {
                    self.unreadable(
                        path,
                        message,
                        "save it as UTF-8 in your editor (“Save as…”, “Encoding”)",
                    );
                }
            },
            Err(error) => self.unreadable(path, format!("this file cannot be read: {error}"), ACCESS),
        }
    }

    fn unreadable(&mut self, path: &Path, message: String, help: &str) {
        self.found(&UNREADABLE_FILE, path, message, help);
    }

    fn found(&mut self, rule: &Rule, path: &Path, message: String, help: &str) {
        self.files.diagnostics.push(Diagnostic {
            severity: rule.severity(),
            code: rule.code,
            message,
            primary: Label { path: shown(path), span: 0..0, text: String::new() },
            context: Vec::new(),
            help: Some(help.to_string()),
        });
    }
}

/// The bytes of a file, up to its stated size: some never end, or make the reader wait for the next byte, and state a
/// size of zero (`/proc/kmsg`).
fn read_at_most(path: &Path, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if length > 0 {
        File::open(path)?.take(length).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

/// Whether somebody may have meant the bot to read this file.
fn is_near_miss(name: &str) -> bool {
    let name = name.to_lowercase();
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    name.contains(".toml.") && ["txt", "toml"].contains(&ending) || NEAR_MISSES.contains(&ending)
}

const ACCESS: &str = "see that it exists and that the bot may read it";

/// The text of a file, without byte order mark and with `\n` at the ends of lines; or what is wrong with it.
pub(crate) fn decode(bytes: Vec<u8>) -> Result<String, String> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err("this file is written in UTF-16".into());
    }
    match String::from_utf8(bytes) {
        Ok(text) => {
            let text = text.strip_prefix('\u{feff}').unwrap_or(&text).replace("\r\n", "\n");
            // Some old programs end a line with only a carriage return.
            Ok(if text.contains('\n') { text } else { text.replace('\r', "\n") })
        }
        Err(error) => {
            let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let line = valid.iter().filter(|byte| **byte == b'\n').count() + 1;
            Err(format!("this file is not UTF-8: line {line} holds a letter in another encoding"))
        }
    }
}
