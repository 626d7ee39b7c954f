//! `faqbot ask`: answers questions at the command line, and shows why.

use std::io::{self, BufRead, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use serde_json::{Value, json};

use super::load;
use super::print::as_far_as_read;
use super::working::Working;
use crate::chat::{self, Library};
use crate::matching::{Match, Outcome};
use crate::time::Timestamp;

/// Answer one question, or one for each line of standard input.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  faqbot ask 'how much did they invest'
  faqbot ask --explain 'how much did they invst'   what matched, how well, and what came second
  faqbot ask --json < questions.txt                for tools: one JSON object a line")]
pub(crate) struct Arguments {
    /// The question. Without it, each line of standard input is one.
    question: Option<String>,

    /// Print one JSON object for each question.
    #[arg(long)]
    json: bool,

    /// Show the ranking, the words that matched and how, and the threshold.
    #[arg(long)]
    explain: bool,
}

pub(crate) fn run(arguments: &Arguments, faq: &Path, now: Timestamp) -> anyhow::Result<ExitCode> {
    let knowledge = load(faq, now)?.knowledge;
    let library = {
        let _working = Working::on("fitting to the folder");
        Library::new(knowledge, &now.day())
    };
    let mut out = io::stdout().lock();
    let written = match &arguments.question {
        Some(question) => answer(question, &library, arguments, &mut out),
        None => answer_lines(&library, arguments, &mut out),
    };
    as_far_as_read(written)?;
    Ok(ExitCode::SUCCESS)
}

fn answer_lines(library: &Library, arguments: &Arguments, out: &mut impl Write) -> anyhow::Result<()> {
    let input = io::stdin().lock();
    if input.is_terminal() {
        writeln!(out, "Type a question and press Enter; end with Ctrl-D.")?;
    }
    // Bytes that are not UTF-8 are read as � rather than ending the whole run.
    for line in input.split(b'\n') {
        let line = line.context("reading the questions from standard input")?;
        let question = String::from_utf8_lossy(&line);
        answer(question.trim_end_matches('\r'), library, arguments, out)?;
    }
    Ok(())
}

fn answer(
    question: &str,
    library: &Library,
    arguments: &Arguments,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let reply = chat::plain_reply(library, question);
    let library = library.asked_in(question, library);
    let explanation = arguments.explain.then(|| library.matcher.explain(question));
    if arguments.json {
        let mut object = to_json(question, &library.matcher.ask(question), &reply.text);
        if let Some(explanation) = explanation {
            object["explanation"] = serde_json::to_value(explanation)?;
        }
        writeln!(out, "{object}")?;
    } else {
        writeln!(out, "{}", reply.text)?;
        for offered in &reply.offered {
            writeln!(out, "[{offered}]")?;
        }
        if let Some(explanation) = explanation {
            write!(out, "\n{explanation}")?;
        }
    }
    out.flush()?;
    Ok(())
}

fn to_json(question: &str, found: &Match, reply: &str) -> Value {
    let outcome = match &found.outcome {
        Outcome::Answer(_) => "answer",
        Outcome::Choose(_) => "choose",
        Outcome::Unknown => "unknown",
        Outcome::SmallTalk(_) => "small_talk",
        Outcome::OutOfScope(_) => "out_of_scope",
    };
    let mut object = json!({
        "question": question,
        "outcome": outcome,
        "candidates": found.candidates,
        "reply": reply,
    });
    match &found.outcome {
        Outcome::Answer(id) | Outcome::SmallTalk(id) | Outcome::OutOfScope(id) => object["id"] = json!(id),
        Outcome::Choose(ids) => object["choices"] = json!(ids),
        Outcome::Unknown => {}
    }
    object
}
