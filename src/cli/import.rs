//! `faqbot import`: the FAQ or quiz of another program becomes a folder, or a part of one.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail, ensure};

use super::pictures::{self, Copy};
use super::print::print;
use super::schema::schema;
use super::working::Working;
use crate::faq_folder::{self, Loaded, shown};
use crate::import::{self, Columns, Finding, Input, Item, Weight, merge, write};
use crate::knowledge::{Bot, Knowledge, Severity, slug};
use crate::time::Timestamp;

/// Take over questions and answers, or a quiz, from files of other programs.
///
/// Reads CSV and TSV, Excel and OpenDocument sheets, Markdown and HTML pages, exports of QnA Maker, QnABot, Rasa and
/// Dialogflow, and quizzes of OpenTDB, Moodle (GIFT), Anki and Red-DiscordBot. New files are added to the folder; nothing
/// that is there is changed. docs/import.md has an example of each.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  faqbot import faq.xlsx                         add a sheet to the folder faq
  faqbot import page.html --into shop            add a web page to another folder, or make it
  faqbot import nlu.yml domain.yml               files that belong together
  faqbot import faq.csv --columns question=B,answer=Text
  faqbot import quiz.gift --dry-run              show what would be written")]
pub(crate) struct Arguments {
    /// The files to read.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    /// The folder to add to; it is made if it does not exist. The folder of --faq if left out.
    #[arg(long, value_name = "DIR")]
    into: Option<PathBuf>,

    /// Show what would be written, and write nothing.
    #[arg(long)]
    dry_run: bool,

    /// Which column holds what, by its heading or its letter: question, answer, alternatives, topic, wrong, explanation,
    /// id, difficulty, tags, picture.
    #[arg(long, value_name = "question=A,answer=B", default_value = "", hide_default_value = true)]
    columns: Columns,

    /// Leave out what cannot be used, and write the rest.
    #[arg(long)]
    skip_errors: bool,
}

/// A larger file is not an FAQ that somebody wrote. In bytes.
const LARGEST_FILE: u64 = 64 * 1024 * 1024;

/// At most this many findings of each severity are reported.
const MOST_TOLD: usize = 20;

pub(crate) fn run(arguments: &Arguments, faq: &Path, now: Timestamp) -> anyhow::Result<ExitCode> {
    let dir = arguments.into.as_deref().unwrap_or(faq);
    let working = Working::on("reading");
    let inputs = arguments.files.iter().map(|path| input(path)).collect::<anyhow::Result<Vec<_>>>()?;
    let existing = existing(dir, now)?;
    let nothing = Knowledge::default();
    let knowledge = existing.as_ref().map_or(&nothing, |it| &it.knowledge);
    let import = import::read(&inputs, &arguments.columns);
    drop(working);
    let working = Working::on_each("taking over", import.items.len());
    let mut merged = merge::merge_each(import.items, knowledge, || working.step());
    let beside: Vec<PathBuf> =
        arguments.files.iter().filter_map(|it| it.parent()).map(Path::to_owned).collect();
    let (pictures, lost) = pictures::to_take_over(&mut merged.items, &beside, dir)?;
    let findings: Vec<Finding> = [import.findings, merged.findings, lost].concat();
    drop(working);

    let mut report = report(&findings);
    let n_errors = findings.iter().filter(|it| it.weight == Weight::Error).count();
    for (name, format) in &import.formats {
        report.push_str(&format!("{name}: read as {format}\n"));
    }
    let counted = counted(&merged.items, merged.n_known);
    if n_errors > 0 && !arguments.skip_errors {
        report.push_str(&match merged.items.is_empty() {
            true => "Nothing was written: correct the errors first.\n".to_owned(),
            false => format!(
                "Nothing was written: correct the errors, or take over the rest with --skip-errors ({counted}).\n"
            ),
        });
        print(&report)?;
        return Ok(ExitCode::FAILURE);
    }
    report.push_str(&format!("{counted}\n"));
    if merged.items.is_empty() {
        report.push_str("There is nothing to write.\n");
        print(&report)?;
        return Ok(ExitCode::SUCCESS);
    }
    let names: Vec<&str> = inputs.iter().map(|it| it.name.as_str()).collect();
    let stem = free_stem(dir, &arguments.files[0])?;
    let files = write::files(&merged.items, &stem, &names.join(" and "));
    if arguments.dry_run {
        for Copy { from, to } in &pictures {
            report.push_str(&format!("Would be copied: {} to {}\n", shown(from), shown(&dir.join(to))));
        }
        for file in &files {
            report.push_str(&format!(
                "\nWould be written to {}:\n\n{}",
                shown(&dir.join(&file.path)),
                file.text
            ));
        }
        print(&report)?;
        return Ok(ExitCode::SUCCESS);
    }
    let working = Working::on("writing and checking");
    write_all(dir, &files, &pictures)?;
    for path in files.iter().map(|it| &it.path).chain(pictures.iter().map(|it| &it.to)) {
        report.push_str(&format!("Written: {}\n", shown(&dir.join(path))));
    }
    let after = faq_folder::load(dir, now)?;
    drop(working);
    report.push_str(&next_steps(dir, existing.as_ref(), &after));
    print(&report)?;
    Ok(ExitCode::SUCCESS)
}

/// What to do with what came in.
fn next_steps(dir: &Path, before: Option<&Loaded>, after: &Loaded) -> String {
    let shown = dir.display();
    let found = |severity, one: &str, many: &str| {
        let count = |it: &Loaded| it.diagnostics.iter().filter(|it| it.severity == severity).count();
        match count(after).saturating_sub(before.map_or(0, count)) {
            0 => None,
            1 => Some(format!("1 {one}")),
            n => Some(format!("{n} {many}")),
        }
    };
    let found = [found(Severity::Error, "error", "errors"), found(Severity::Warning, "warning", "warnings")];
    let found: Vec<String> = found.into_iter().flatten().collect();
    let mut text = match found.is_empty() {
        true => "\nNext, see how well it answers, and read what came in:\n".to_owned(),
        false => {
            format!("\nFix what check reports ({}), then see how well it answers:\n", found.join(", "))
        }
    };
    text.push_str(&format!("  faqbot --faq {shown} check\n  faqbot --faq {shown} preview\n"));
    if after.knowledge.bot.name == Bot::default().name {
        text.push_str(&format!(
            "\nThe bot has no name yet. Give it one in a file {shown}/bot.toml:\n  \
             [bot]\n  name = \"…\"\n  greeting = \"Hello! Ask me about …\"\n"
        ));
    }
    text
}

fn input(path: &Path) -> anyhow::Result<Input> {
    let shown = path.display();
    let metadata = fs::metadata(path).with_context(|| format!("opening {shown}"))?;
    ensure!(!metadata.is_dir(), "{shown} is a folder: name the files in it");
    let megabytes = metadata.len() / (1024 * 1024);
    ensure!(
        metadata.len() <= LARGEST_FILE,
        "{shown} has {megabytes} MB; at most 64 MB are read: save only the part with the questions, as CSV"
    );
    let bytes = fs::read(path).with_context(|| format!("reading {shown}"))?;
    let name = path.file_name().map_or_else(|| shown.to_string(), |name| name.to_string_lossy().into_owned());
    Ok(Input { name, bytes })
}

/// The folder as it is; `None` if there is none, or nothing of the bot in it.
fn existing(dir: &Path, now: Timestamp) -> anyhow::Result<Option<Loaded>> {
    let is_empty = match fs::read_dir(dir) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => true,
        Err(error) => return Err(error).with_context(|| format!("opening the folder {}", dir.display())),
    };
    if is_empty {
        return Ok(None);
    }
    match faq_folder::load(dir, now) {
        Ok(loaded) => Ok(Some(loaded)),
        // Other files are no reason not to add to it.
        Err(_) if fs::metadata(dir).is_ok_and(|it| it.is_dir()) => Ok(None),
        Err(error) => Err(error),
    }
}

/// A name for the new files that no file has.
fn free_stem(dir: &Path, from: &Path) -> anyhow::Result<String> {
    let stem = from.file_stem().map(|it| slug(&it.to_string_lossy())).filter(|it| !it.is_empty());
    let stem = stem.unwrap_or_else(|| "imported".into());
    let is_free = |name: &String| {
        !dir.join(format!("{name}.toml")).exists() && !dir.join(format!("phrasings/{name}.toml")).exists()
    };
    let numbered = (2..1000).map(|n| format!("{stem}-{n}"));
    std::iter::once(stem.clone())
        .chain(numbered)
        .find(is_free)
        .context("there are too many files of this name")
}

/// What a new file holds.
enum Content<'p> {
    Text(String),
    /// The same as another file.
    Picture(&'p Path),
}

/// Writes all files or none: under other names first, and a name taken in the meantime is left alone.
fn write_all(dir: &Path, files: &[write::Written], pictures: &[Copy]) -> anyhow::Result<()> {
    let schema_path = dir.join("schema.json");
    let mut all: Vec<(PathBuf, Content)> =
        files.iter().map(|it| (dir.join(&it.path), Content::Text(it.text.clone()))).collect();
    all.extend(pictures.iter().map(|it| (dir.join(&it.to), Content::Picture(&it.from))));
    if !schema_path.exists() {
        all.push((schema_path, Content::Text(schema())));
    }
    let mut written: Vec<(PathBuf, PathBuf)> = Vec::new();
    let result = all.iter().try_for_each(|(path, content)| {
        let folder = path.parent().context("a file lies in a folder")?;
        fs::create_dir_all(folder).with_context(|| format!("making the folder {}", folder.display()))?;
        let name = path.file_name().context("a file has a name")?.to_string_lossy();
        let draft = folder.join(format!(".{name}.{}.new", std::process::id()));
        written.push((draft.clone(), path.clone()));
        let mut file = fs::File::create(&draft).with_context(|| format!("writing {}", draft.display()))?;
        let filled = match content {
            Content::Text(text) => file.write_all(text.as_bytes()),
            Content::Picture(from) => {
                fs::File::open(from).and_then(|mut from| std::io::copy(&mut from, &mut file)).map(|_| ())
            }
        };
        filled.and_then(|()| file.sync_all()).with_context(|| format!("writing {}", draft.display()))
    });
    let result = result.and_then(|()| {
        for (draft, path) in &written {
            if path.exists() {
                bail!("{} was made by somebody else just now: try again", path.display());
            }
            fs::rename(draft, path).with_context(|| format!("writing {}", path.display()))?;
        }
        Ok(())
    });
    for (draft, _) in &written {
        // Those already renamed are gone.
        let _ = fs::remove_file(draft);
    }
    result
}

/// Errors first, each with its place; only the first ones if there are many.
fn report(findings: &[Finding]) -> String {
    let mut text = String::new();
    for (weight, name) in [(Weight::Error, "error"), (Weight::Warning, "warning")] {
        let these: Vec<&Finding> = findings.iter().filter(|it| it.weight == weight).collect();
        for finding in these.iter().take(MOST_TOLD) {
            text.push_str(&format!("{name}: {}: {}\n", finding.at, finding.message));
        }
        if these.len() > MOST_TOLD {
            text.push_str(&format!("… and {} more {name}s\n", these.len() - MOST_TOLD));
        }
    }
    text
}

/// "12 answers, 3 quiz questions; 2 left out, which are there already or come twice".
fn counted(items: &[Item], n_known: usize) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for item in items {
        *counts.entry(item.table.as_str()).or_default() += 1;
    }
    let named = |(table, count): (&str, usize)| {
        let (one, many) = match table {
            "entry" => ("answer", "answers"),
            "quiz" => ("quiz question", "quiz questions"),
            "term" => ("term", "terms"),
            "figure" => ("figure", "figures"),
            "out_of_scope" => ("out-of-scope group", "out-of-scope groups"),
            "small_talk" => ("small-talk group", "small-talk groups"),
            "expect" => ("expectation", "expectations"),
            "bot" => ("[bot] table", "[bot] tables"),
            "synonyms" => ("list of synonyms", "lists of synonyms"),
            "phrasings" => ("list of phrasings", "lists of phrasings"),
            other => (other, other),
        };
        format!("{count} {}", if count == 1 { one } else { many })
    };
    let new: Vec<String> = counts.into_iter().map(named).collect();
    let new = if new.is_empty() { "nothing new".to_owned() } else { new.join(", ") };
    match n_known {
        0 => new,
        1 => format!("{new}; one left out, which is there already or comes twice"),
        n => format!("{new}; {n} left out, which are there already or come twice"),
    }
}
