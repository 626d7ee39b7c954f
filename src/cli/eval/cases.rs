//! Questions in a file, with what they should lead to.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail};

use crate::faq_folder::{decode, shown};
use crate::knowledge::nearest::nearest;
use crate::knowledge::{Id, Knowledge};
use crate::matching::evaluation::Case;

/// The kind that a question without one is counted under.
const NO_KIND: &str = "all";

/// At most this many faults of a file are reported; the rest is counted.
const MOST_LISTED: usize = 10;

/// The questions of a file, and what is odd about them.
#[derive(Debug)]
pub(super) struct Cases {
    pub(super) cases: Vec<Case>,
    /// Expected ids that the folder does not have: such a question cannot come out right.
    pub(super) unknown_ids: Vec<String>,
}

/// Reads a file of tab-separated lines: a header, then question, expected ids, a group's id or `none`, and a kind.
///
/// # Errors
///
/// When it cannot be read as text, holds no questions, or has lines that make no sense: all of them are reported.
pub(super) fn read(path: &Path, knowledge: &Knowledge) -> anyhow::Result<Cases> {
    let shown = shown(path);
    let bytes = fs::read(path).with_context(|| format!("reading the questions in {shown}"))?;
    match decode(bytes) {
        Ok(text) => parse(&shown, &text, knowledge),
        Err(message) => bail!("{shown}: {message}; save it as UTF-8, as “tab-separated text”"),
    }
}

fn parse(shown: &str, text: &str, knowledge: &Knowledge) -> anyhow::Result<Cases> {
    let entries = knowledge.entries.iter().map(|it| it.id.as_str());
    let answers: HashSet<&str> = entries.chain(knowledge.terms.iter().map(|it| it.id.as_str())).collect();
    let outside = knowledge.out_of_scope.iter().map(|it| it.id.as_str());
    let groups: HashSet<&str> = outside.chain(knowledge.small_talk.iter().map(|it| it.id.as_str())).collect();
    let known: HashSet<&str> = answers.union(&groups).copied().collect();
    let mut cases = Vec::new();
    let mut faults = Vec::new();
    let mut unknown_ids = Vec::new();
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    if let Some((_, header)) = lines.next()
        && let Ok(case) = read_line(header)
        && case.expected.iter().all(|id| known.contains(id.as_str()))
    {
        faults.push(format!(
            "{shown}:1: this is a question already: a first line `question`, tab, `expected` is missing"
        ));
    }
    for (index, line) in lines {
        let place = format!("{shown}:{}", index + 1);
        match read_line(line) {
            Err(fault) => faults.push(format!("{place}: {fault}")),
            Ok(mut case) => {
                let n_groups = case.expected.iter().filter(|id| groups.contains(id.as_str())).count();
                if n_groups == case.expected.len() {
                    case.groups = std::mem::take(&mut case.expected);
                } else if n_groups > 0 {
                    faults
                        .push(format!("{place}: either entries answer a question, or a group replies to it"));
                    continue;
                }
                let unknown = case.expected.iter().filter(|id| !known.contains(id.as_str()));
                unknown_ids.extend(unknown.map(|id| unknown_id(&place, id, &known)));
                cases.push(case);
            }
        }
    }
    if !faults.is_empty() {
        bail!("{}", listed(&faults));
    }
    if cases.is_empty() {
        bail!("{shown} holds no questions: after a header line, each line is one");
    }
    Ok(Cases { cases, unknown_ids })
}

fn read_line(line: &str) -> Result<Case, &'static str> {
    let mut fields = line.split('\t');
    let (Some(question), Some(expected)) = (fields.next(), fields.next()) else {
        return Err("a line needs a question, a tab, and the expected ids or `none`");
    };
    let ids: Vec<&str> = expected.split('|').map(str::trim).filter(|id| !id.is_empty()).collect();
    let expected = match ids.as_slice() {
        [] => return Err("after the tab stand the expected ids, joined by `|`, or `none`"),
        ["none"] => Vec::new(),
        ids if ids.contains(&"none") => {
            return Err("`none` stands alone: either ids answer it, or nothing does");
        }
        ids => ids.iter().copied().map(Id::from).collect(),
    };
    let kind = fields.next().map(str::trim).filter(|kind| !kind.is_empty()).unwrap_or(NO_KIND);
    Ok(Case { question: question.to_owned(), expected, groups: Vec::new(), kind: kind.to_owned() })
}

fn unknown_id(place: &str, id: &Id, known: &HashSet<&str>) -> String {
    let mut names: Vec<&str> = known.iter().copied().collect();
    names.sort_unstable();
    match nearest(id.as_str(), names) {
        Some(nearest) => {
            format!("{place}: there is no entry, term or group `{id}`; did you mean `{nearest}`?")
        }
        None => format!("{place}: there is no entry, term or group `{id}`"),
    }
}

/// The first few lines, and how many more there are.
pub(super) fn listed(lines: &[String]) -> String {
    let mut listed = lines.iter().take(MOST_LISTED).cloned().collect::<Vec<_>>();
    if lines.len() > MOST_LISTED {
        listed.push(format!("… and {} more", lines.len() - MOST_LISTED));
    }
    listed.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::{Source, parse as parse_folder};

    fn knowledge() -> Knowledge {
        let text = "[[entry]]\nid = \"tea\"\nquestion = \"q\"\nanswer = \"a\"\n\n\
                    [[term]]\nid = \"chai\"\nname = \"n\"\ndefinition = \"d\"\n\n\
                    [[small_talk]]\nid = \"hi\"\nexamples = [\"hi\"]\nreply = \"r\"\n";
        parse_folder(&[Source { path: "a.toml".into(), text: text.into() }]).0
    }

    /// Each question with its expected ids and its kind.
    fn read(text: &str) -> Result<Vec<String>, String> {
        let read = parse("x.tsv", text, &knowledge()).map_err(|error| error.to_string())?;
        let expected = |case: &Case| {
            let ids = case.expected.iter().chain(&case.groups).map(Id::as_str);
            ids.collect::<Vec<_>>().join("|")
        };
        let lines = read.cases.iter().map(|it| format!("{} > {} > {}", it.question, expected(it), it.kind));
        Ok(lines.chain(read.unknown_ids).collect())
    }

    #[track_caller]
    fn check_refused(text: &str, expected: &str) {
        assert_eq!(read(text), Err(expected.to_owned()));
    }

    #[test]
    fn questions_are_read() {
        let text = "question\texpected\tkind\nhow hot\ttea | chai\ttypo\textra\n\n  why \tnone\t\nwho\tnone\nhello\thi\n";
        let expected = ["how hot > tea|chai > typo", "  why  >  > all", "who >  > all", "hello > hi > all"];
        assert_eq!(read(text), Ok(expected.map(str::to_owned).to_vec()));
    }

    #[test]
    fn an_id_that_is_not_in_the_folder_is_reported() {
        let expected = [
            "why > teas > all",
            "who > zoo > all",
            "x.tsv:2: there is no entry, term or group `teas`; did you mean `tea`?",
            "x.tsv:3: there is no entry, term or group `zoo`",
        ];
        assert_eq!(read("q\te\nwhy\tteas\nwho\tzoo\n"), Ok(expected.map(str::to_owned).to_vec()));
    }

    #[test]
    fn every_invalid_line_is_reported() {
        check_refused(
            "q\te\nwhy\nwho\t\nwhen\ttea|none\nhow\ttea\nhey\ttea|hi\n",
            "x.tsv:2: a line needs a question, a tab, and the expected ids or `none`\n\
             x.tsv:3: after the tab stand the expected ids, joined by `|`, or `none`\n\
             x.tsv:4: `none` stands alone: either ids answer it, or nothing does\n\
             x.tsv:6: either entries answer a question, or a group replies to it",
        );
        let header =
            "x.tsv:1: this is a question already: a first line `question`, tab, `expected` is missing";
        check_refused("why\ttea\nwho\tnone\n", header);
        check_refused("why\tnone\nwho\tnone\n", header);
        let many = "q\te\n".to_owned() + &"why\n".repeat(12);
        assert!(read(&many).unwrap_err().ends_with("`none`\n… and 2 more"));
        for empty in ["", "q\te\n", "\n\n"] {
            check_refused(empty, "x.tsv holds no questions: after a header line, each line is one");
        }
    }
}
