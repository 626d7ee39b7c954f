//! `faqbot misses`: the questions that were not answered, and where they belong.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, BufRead, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail, ensure};
use serde_json::{Value, json};

use super::load;
use super::print::{as_far_as_read, is_broken_pipe};
use super::working::Working;
use crate::chat::Library;
use crate::chat::{ChatId, Record};
use crate::faq_folder::{self, shown};
use crate::knowledge::{Id, Knowledge, Location, toml_string};
use crate::language::Language;
use crate::matching::{Candidate, Matcher};
use crate::misses::{Cluster, MissReason, clusters};
use crate::rich_text::markdown;
use crate::settings::GivenDatabase;
use crate::storage::Storage;
use crate::supervise::causes;
use crate::time::Timestamp;

/// List the questions that were not answered, gathered and counted, and add them to the folder.
///
/// A question counts as missed when the bot did not know an answer, when nothing it offered was right, and when
/// its answer got a thumb down. What is added or ignored is not listed again. The bot may be running meanwhile.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  faqbot misses                          list them, the most asked first
  faqbot misses --write                  go through them, and choose where each belongs
  faqbot misses --add 1=opening-hours    add the first of the list to an entry
  faqbot misses --ignore 2 --ignore 3    do not list these again
  faqbot misses --json                   for tools: one JSON object")]
pub(crate) struct Arguments {
    /// Go through the list, and add each to an entry, or ignore it.
    #[arg(long, conflicts_with_all = ["json", "add", "ignore"])]
    write: bool,

    /// Add a question of the list to the entry, term or group with this id.
    #[arg(long, value_name = "N=ID")]
    add: Vec<String>,

    /// Do not list this question again.
    #[arg(long, value_name = "N")]
    ignore: Vec<usize>,

    /// Print one JSON object instead of text.
    #[arg(long, conflicts_with_all = ["add", "ignore"])]
    json: bool,

    #[command(flatten)]
    database: GivenDatabase,
}

/// The most entries named that a question may belong to.
const N_NEAREST: usize = 3;

pub(crate) fn run(arguments: &Arguments, faq: &Path, now: Timestamp) -> anyhow::Result<ExitCode> {
    let knowledge = load(faq, now)?.knowledge;
    let matcher = {
        let _working = Working::on("fitting to the folder");
        Matcher::new(&knowledge)
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let desk = Desk { runtime, storage: None, faq, knowledge, matcher, now };
    desk.work(arguments)
}

/// Where somebody goes through the misses.
struct Desk<'a> {
    runtime: tokio::runtime::Runtime,
    storage: Option<Storage>,
    faq: &'a Path,
    knowledge: Knowledge,
    matcher: Matcher,
    now: Timestamp,
}

impl Desk<'_> {
    fn work(mut self, arguments: &Arguments) -> anyhow::Result<ExitCode> {
        let storage = self.runtime.block_on(Storage::open_existing(&arguments.database.url()))?;
        let misses = self.runtime.block_on(async {
            let mut transaction = storage.begin().await?;
            let misses = transaction.misses().await?;
            transaction.commit().await?;
            anyhow::Ok(misses)
        })?;
        self.storage = Some(storage);
        let open = clusters(&misses, &self.matcher);
        let mut output = io::stdout().lock();
        let result = if arguments.json {
            let list: Vec<Value> = (1..).zip(&open).map(|(n, it)| self.to_json(n, it)).collect();
            writeln!(output, "{:#}", json!({ "misses": list })).map_err(Into::into)
        } else if arguments.write {
            self.go_through(&open, &mut io::stdin().lock(), &mut output)
        } else if !arguments.add.is_empty() || !arguments.ignore.is_empty() {
            self.settle(arguments, &open, &mut output)
        } else {
            self.list(&open, &mut output)
        };
        if let Some(storage) = &self.storage {
            self.runtime.block_on(storage.close());
        }
        as_far_as_read(result)?;
        Ok(ExitCode::SUCCESS)
    }

    fn list(&self, open: &[Cluster], output: &mut impl Write) -> anyhow::Result<()> {
        for (n, cluster) in (1..).zip(open) {
            writeln!(output, "{}", self.described(n, cluster))?;
        }
        let hint = match open.len() {
            0 => "Every question was answered.",
            _ => "Go through them with `faqbot misses --write`.",
        };
        Ok(writeln!(output, "{hint}")?)
    }

    fn go_through(
        &self,
        open: &[Cluster],
        input: &mut impl BufRead,
        output: &mut impl Write,
    ) -> anyhow::Result<()> {
        if open.is_empty() {
            return self.list(open, output);
        }
        let mut n = 0;
        // The last action is settled only with the next step, so that it can be undone.
        let mut last: Option<Done> = None;
        while let Some(cluster) = open.get(n) {
            let mut offered: Vec<Id> =
                cluster.nearest(&self.matcher, N_NEAREST).into_iter().map(|it| it.id).collect();
            write!(output, "{}", self.described(n + 1, cluster))?;
            loop {
                let Some(chosen) = asked(&self.prompt(offered.len(), last.is_some()), input, output)? else {
                    self.settle_last(&mut last, open)?;
                    return Ok(writeln!(output)?);
                };
                let done = match chosen.as_str() {
                    "q" => return self.settle_last(&mut last, open),
                    "s" | "" => Ok(None),
                    "i" => {
                        writeln!(output, "ignored {}: {}", n + 1, toml_string(cluster.question()))?;
                        Ok(Some(Vec::new()))
                    }
                    "u" if last.is_some() => {
                        n = self.undo(last.take().expect("it was just looked at"), output)?;
                        break;
                    }
                    "n" => self.new_entry(cluster, input, output),
                    "c" => self.not_covered(cluster, input, output),
                    words => match self.id(words, &offered) {
                        Some(id) => self.add_to(cluster, &id, output).map(Some),
                        None => {
                            offered = self.found(words, output)?;
                            continue;
                        }
                    },
                };
                match done {
                    Ok(files) => {
                        self.settle_last(&mut last, open)?;
                        last = files.map(|files| Done { n, files });
                        n += 1;
                        break;
                    }
                    Err(error) if is_broken_pipe(&error) => return Err(error),
                    Err(error) => writeln!(output, "{}", causes(&error))?,
                }
            }
            writeln!(output)?;
        }
        // The last one can be undone, too.
        let Some(done) = last.take() else { return Ok(()) };
        if asked("Done. (u)ndo the last, or (q)uit? ", input, output)?.as_deref() == Some("u") {
            let n = self.undo(done, output)?;
            return self.go_through(&open[n..], input, output);
        }
        self.settle_last(&mut Some(done), open)
    }

    fn prompt(&self, n_offered: usize, can_undo: bool) -> String {
        let undo = if can_undo { "(u)ndo, " } else { "" };
        format!(
            "Add it to (1–{n_offered}, an id, or words to look for), (n)ew entry, not (c)overed, (i)gnore, (s)kip, {undo}(q)uit? "
        )
    }

    /// The entry that somebody means: by its number or its id.
    fn id(&self, chosen: &str, offered: &[Id]) -> Option<Id> {
        let nth = chosen.parse::<usize>().ok().and_then(|place| offered.get(place.checked_sub(1)?));
        let id = Id::from(chosen);
        let groups = self.knowledge.out_of_scope.iter().map(|it| &it.id);
        let groups = groups.chain(self.knowledge.small_talk.iter().map(|it| &it.id));
        let is_known = self.knowledge.entry(&id).is_some()
            || self.knowledge.term(&id).is_some()
            || groups.into_iter().any(|it| *it == id);
        nth.cloned().or(is_known.then_some(id))
    }

    /// Lists the entries that words lead to: those that have them in their question or id, and what the matching finds.
    fn found(&self, words: &str, output: &mut impl Write) -> anyhow::Result<Vec<Id>> {
        const N_FOUND: usize = 9;
        let sought = words.trim_start_matches('?').trim().to_lowercase();
        let titles = self.knowledge.entries.iter().map(|it| (&it.id, &it.question.text));
        let titles = titles.chain(self.knowledge.terms.iter().map(|it| (&it.id, &it.name.text)));
        let mut found: Vec<Id> = titles
            .filter(|(id, title)| {
                sought.is_empty() || id.as_str().contains(&sought) || title.to_lowercase().contains(&sought)
            })
            .map(|(id, _)| id.clone())
            .collect();
        if !sought.is_empty() {
            found.extend(self.matcher.rank(&sought, N_FOUND).into_iter().map(|it| it.id));
        }
        let mut seen = BTreeSet::new();
        found.retain(|id| seen.insert(id.clone()));
        if !sought.is_empty() {
            found.truncate(N_FOUND);
        }
        for (place, id) in (1..).zip(&found) {
            writeln!(output, "   {place}) {id} “{}”", self.title(id))?;
        }
        Ok(found)
    }

    fn title(&self, id: &Id) -> &str {
        let entry = self.knowledge.entry(id).map(|it| it.question.text.as_str());
        entry.or_else(|| self.knowledge.term(id).map(|it| it.name.text.as_str())).unwrap_or_default()
    }

    /// The language of a question, where the folder is in several languages.
    fn language_of(&self, cluster: &Cluster) -> Option<Language> {
        if self.knowledge.translations.is_empty() {
            return None;
        }
        let library = Library::new(self.knowledge.clone(), &self.now.day());
        Some(library.asked_in(cluster.question(), &library).language())
    }

    fn add_to(&self, cluster: &Cluster, id: &Id, output: &mut impl Write) -> anyhow::Result<Vec<Changed>> {
        let before = self.snapshot();
        let path = faq_folder::add_phrasing(self.faq, id, cluster.question(), self.language_of(cluster))?;
        writeln!(output, "added {} to `{id}` in {}", toml_string(cluster.question()), shown(&path))?;
        Ok(self.changed_since(before))
    }

    /// Asks for an answer, shows it as people will see it, and adds it.
    fn new_entry(
        &self,
        cluster: &Cluster,
        input: &mut impl BufRead,
        output: &mut impl Write,
    ) -> anyhow::Result<Option<Vec<Changed>>> {
        let question = asked(&format!("Question [{}]: ", cluster.question()), input, output)?;
        let question = question.filter(|it| !it.is_empty()).unwrap_or_else(|| cluster.question().to_owned());
        let Some(answer) = paragraph("Answer, ended by a line with a dot alone:", input, output)? else {
            bail!("nothing was added");
        };
        writeln!(output, "\n{}\n", markdown(&answer).text)?;
        if asked("Add it like this? (y)es, (n)o ", input, output)?.as_deref() != Some("y") {
            bail!("nothing was added");
        }
        let before = self.snapshot();
        let added = faq_folder::add_entry(self.faq, &question, &answer)?;
        writeln!(output, "added `{}` to {}", added.id, shown(&added.path))?;
        for warning in &added.warnings {
            writeln!(output, "  warning: {}", warning.message)?;
        }
        if question != cluster.question() {
            // The words of the person who asked lead there, too; they may be the same but for a comma.
            faq_folder::add_phrasing(self.faq, &added.id, cluster.question(), None)?;
        }
        Ok(Some(self.changed_since(before)))
    }

    /// Makes it an example of what is not answered here: in an existing group, or in a new one.
    fn not_covered(
        &self,
        cluster: &Cluster,
        input: &mut impl BufRead,
        output: &mut impl Write,
    ) -> anyhow::Result<Option<Vec<Changed>>> {
        let groups = &self.knowledge.out_of_scope;
        for (place, group) in (1..).zip(groups) {
            writeln!(
                output,
                "   {place}) {} “{}”",
                group.id,
                group.reply.lines().next().unwrap_or_default()
            )?;
        }
        let chosen = asked(&format!("Which group (1–{} or an id), or (n)ew? ", groups.len()), input, output)?;
        let chosen = chosen.unwrap_or_default();
        let by_number = chosen.parse::<usize>().ok().and_then(|place| groups.get(place.checked_sub(1)?));
        let group = by_number.or_else(|| groups.iter().find(|it| it.id.as_str() == chosen));
        if let Some(group) = group {
            return self.add_to(cluster, &group.id, output).map(Some);
        }
        ensure!(chosen == "n", "there is no such group");
        let Some(reply) = paragraph("What the bot says, ended by a line with a dot alone:", input, output)?
        else {
            bail!("nothing was added");
        };
        let before = self.snapshot();
        let added = faq_folder::add_group(self.faq, cluster.question(), &reply)?;
        writeln!(output, "added `{}` to {}", added.id, shown(&added.path))?;
        Ok(Some(self.changed_since(before)))
    }

    fn snapshot(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let sources = faq_folder::read(self.faq).map(|it| it.sources).unwrap_or_default();
        sources
            .into_iter()
            .filter_map(|it| Some((PathBuf::from(&it.path), fs::read(&it.path).ok()?)))
            .collect()
    }

    /// What has changed since then, for undoing it.
    fn changed_since(&self, before: Vec<(PathBuf, Vec<u8>)>) -> Vec<Changed> {
        let before: BTreeMap<PathBuf, Vec<u8>> = before.into_iter().collect();
        let now = self.snapshot().into_iter();
        let changed = now.map(|(path, after)| Changed { before: before.get(&path).cloned(), path, after });
        changed.filter(|it| it.before.as_ref() != Some(&it.after)).collect()
    }

    /// Puts the files back as they were, and goes back to the question.
    fn undo(&self, done: Done, output: &mut impl Write) -> anyhow::Result<usize> {
        for Changed { path, before, after } in &done.files {
            let shown = path.display();
            ensure!(
                fs::read(path).is_ok_and(|now| now == *after),
                "somebody has changed {shown} meanwhile: undo it in an editor"
            );
            match before {
                Some(before) => fs::write(path, before).with_context(|| format!("writing {shown}"))?,
                None => fs::remove_file(path).with_context(|| format!("deleting {shown}"))?,
            }
        }
        writeln!(output, "undone")?;
        Ok(done.n)
    }

    fn settle_last(&self, last: &mut Option<Done>, open: &[Cluster]) -> anyhow::Result<()> {
        last.take().map_or(Ok(()), |done| self.remember_settled(&open[done.n]))
    }

    fn settle(&self, arguments: &Arguments, open: &[Cluster], output: &mut impl Write) -> anyhow::Result<()> {
        let nth = |n: usize| {
            n.checked_sub(1).and_then(|index| open.get(index)).with_context(|| {
                format!("there is no question {n}: the list has {}, see `faqbot misses`", open.len())
            })
        };
        let mut additions = Vec::new();
        for addition in &arguments.add {
            let (n, id) = addition.split_once('=').unwrap_or((addition, ""));
            let n: Option<usize> = n.trim().parse().ok();
            let (Some(n), false) = (n, id.trim().is_empty()) else {
                bail!("--add {addition} makes no sense: write for example --add 1=opening-hours");
            };
            additions.push((n, nth(n)?, Id::from(id.trim())));
        }
        let ignored: Vec<(usize, &Cluster)> =
            arguments.ignore.iter().map(|n| Ok((*n, nth(*n)?))).collect::<anyhow::Result<_>>()?;
        for (n, _) in &ignored {
            ensure!(additions.iter().all(|(other, ..)| other != n), "question {n} is both added and ignored");
        }
        for (_, cluster, id) in additions {
            self.add(cluster, &id, output)?;
        }
        for (n, cluster) in ignored {
            self.ignore(n, cluster, output)?;
        }
        Ok(())
    }

    fn add(&self, cluster: &Cluster, id: &Id, output: &mut impl Write) -> anyhow::Result<()> {
        let path = faq_folder::add_phrasing(self.faq, id, cluster.question(), self.language_of(cluster))?;
        self.remember_settled(cluster)?;
        let question = toml_string(cluster.question());
        Ok(writeln!(output, "added {question} to `{id}` in {}", shown(&path))?)
    }

    fn ignore(&self, n: usize, cluster: &Cluster, output: &mut impl Write) -> anyhow::Result<()> {
        self.remember_settled(cluster)?;
        Ok(writeln!(output, "ignored {n}: {}", toml_string(cluster.question()))?)
    }

    fn remember_settled(&self, cluster: &Cluster) -> anyhow::Result<()> {
        let storage = self.storage.as_ref().expect("it was opened before anything else");
        let questions = cluster.misses().iter().map(|miss| miss.question.clone()).collect();
        self.runtime.block_on(async {
            let mut transaction = storage.begin().await?;
            // Misses belong to no chat.
            let record = Record::SettleMisses { questions };
            transaction.record(ChatId(0), &record, self.now).await?;
            transaction.commit().await
        })
    }

    /// A question in all its words, with what may answer it, and TOML to paste.
    fn described(&self, n: usize, cluster: &Cluster) -> String {
        use std::fmt::Write as _;
        let mut text = String::new();
        let mut line = |line: String| writeln!(text, "{line}").expect("writing to a string does not fail");
        let (first, last) = (cluster.first().day(), cluster.last().day());
        let days = if first == last { first } else { format!("{first} to {last}") };
        let times = if cluster.count() == 1 { "once".into() } else { format!("{} times", cluster.count()) };
        line(format!("{n}. {} – {times}, {days}", toml_string(cluster.question())));
        let reasons: Vec<String> =
            cluster.reasons().into_iter().map(|(why, n)| format!("{n} {}", reason(why))).collect();
        line(format!("   why: {}", reasons.join(", ")));
        for (place, candidate) in (1..).zip(cluster.nearest(&self.matcher, N_NEAREST)) {
            let Nearest { title, location } = self.nearest(&candidate);
            let (path, row) = (&location.path, location.line);
            line(format!("   {place}) {:.2} {} “{title}” {path}:{row}", candidate.confidence, candidate.id));
        }
        line("   to paste into a list of phrasings:".into());
        for miss in cluster.misses() {
            line(format!("     {},", toml_string(&miss.question)));
        }
        text
    }

    fn to_json(&self, n: usize, cluster: &Cluster) -> Value {
        let nearest: Vec<Value> = cluster
            .nearest(&self.matcher, N_NEAREST)
            .iter()
            .map(|candidate| {
                let Nearest { title, location } = self.nearest(candidate);
                json!({
                    "id": candidate.id, "confidence": candidate.confidence, "title": title,
                    "path": location.path.as_ref(), "line": location.line,
                })
            })
            .collect();
        let wordings: Vec<Value> = cluster
            .misses()
            .iter()
            .map(|miss| json!({ "question": miss.question, "count": miss.count, "toml": toml_string(&miss.question) }))
            .collect();
        let reasons: BTreeMap<String, u32> =
            cluster.reasons().into_iter().map(|(why, n)| (reason(why).replace(' ', "_"), n)).collect();
        json!({
            "n": n, "question": cluster.question(), "count": cluster.count(),
            "first": cluster.first().day(), "last": cluster.last().day(),
            "reasons": reasons, "wordings": wordings, "nearest": nearest,
        })
    }

    fn nearest(&self, candidate: &Candidate) -> Nearest<'_> {
        let entry = self.knowledge.entry(&candidate.id).map(|it| (&it.question.text, &it.location));
        let term = || self.knowledge.term(&candidate.id).map(|it| (&it.name.text, &it.location));
        let (title, location) = entry.or_else(term).expect("candidates are entries and terms of this folder");
        Nearest { title, location }
    }
}

/// A file that was changed, or made.
struct Changed {
    path: PathBuf,
    before: Option<Vec<u8>>,
    after: Vec<u8>,
}

/// What was done with a question.
struct Done {
    /// Its place in the list.
    n: usize,
    files: Vec<Changed>,
}

/// A line that somebody types; `None` at the end of the input.
fn asked(
    question: &str,
    input: &mut impl BufRead,
    output: &mut impl Write,
) -> anyhow::Result<Option<String>> {
    write!(output, "{question}")?;
    output.flush()?;
    let mut line = String::new();
    Ok((input.read_line(&mut line)? > 0).then(|| line.trim().to_owned()))
}

/// Several lines, up to one with only a dot; `None` when there is nothing.
fn paragraph(
    question: &str,
    input: &mut impl BufRead,
    output: &mut impl Write,
) -> anyhow::Result<Option<String>> {
    writeln!(output, "{question}")?;
    output.flush()?;
    let mut text = String::new();
    loop {
        let mut line = String::new();
        if input.read_line(&mut line)? == 0 || line.trim() == "." {
            break;
        }
        text.push_str(&line);
    }
    Ok(Some(text.trim().to_owned()).filter(|it| !it.is_empty()))
}

/// An entry or term that comes near.
struct Nearest<'k> {
    title: &'k str,
    location: &'k Location,
}

fn reason(why: MissReason) -> &'static str {
    match why {
        MissReason::Unknown => "unknown",
        MissReason::NoneOfThese => "none of these",
        MissReason::Disliked => "disliked",
    }
}
