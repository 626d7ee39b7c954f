//! `faqbot misses`: what was asked and not answered, and where it belongs.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Write};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, bail, ensure};
use serde_json::{Value, json};

use super::load;
use super::print::{as_far_as_read, is_broken_pipe};
use super::working::Working;
use crate::chat::{ChatId, Record};
use crate::faq_folder;
use crate::knowledge::{Id, Knowledge, Location, toml_string};
use crate::matching::{Candidate, Matcher};
use crate::misses::{Cluster, MissReason, clusters};
use crate::settings::GivenDatabase;
use crate::storage::Storage;
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

/// So many entries are named that a question may belong to.
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
        for (n, cluster) in (1..).zip(open) {
            let nearest = cluster.nearest(&self.matcher, N_NEAREST);
            write!(output, "{}", self.described(n, cluster))?;
            loop {
                write!(output, "Add it to (1–{} or an id), (i)gnore, (s)kip, (q)uit? ", nearest.len())?;
                output.flush()?;
                let mut line = String::new();
                if input.read_line(&mut line)? == 0 {
                    return Ok(writeln!(output)?);
                }
                let chosen = line.trim();
                let id = chosen.parse::<usize>().ok().and_then(|place| nearest.get(place.wrapping_sub(1)));
                let done = match chosen {
                    "q" => return Ok(()),
                    "s" | "" => break,
                    "i" => self.ignore(n, cluster, output),
                    _ => self.add(cluster, &id.map_or_else(|| Id::from(chosen), |it| it.id.clone()), output),
                };
                match done {
                    Ok(()) => break,
                    Err(error) if is_broken_pipe(&error) => return Err(error),
                    Err(error) => writeln!(output, "{error:#}")?,
                }
            }
            writeln!(output)?;
        }
        Ok(())
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
        let path = faq_folder::add_phrasing(self.faq, id, cluster.question())?;
        self.remember_settled(cluster)?;
        let question = toml_string(cluster.question());
        Ok(writeln!(output, "added {question} to `{id}` in {}", path.display())?)
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
