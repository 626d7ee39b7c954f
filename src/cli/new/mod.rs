//! `faqbot new`: a small folder to start from.

use std::fs;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail, ensure};

use super::print::print;
use super::schema::schema;
use crate::knowledge::toml_string;
use crate::language::Language;

/// Make a small working folder to change into your own.
///
/// At a terminal it asks for what is not given.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  faqbot new shop                                        asks for a name and what it is about
  faqbot new club --name \"Chess Club\" --starter shop
  faqbot new kurs --name \"Sternkurs\" --starter course --language de
  faqbot --faq shop check
  faqbot --faq shop preview")]
pub(crate) struct Arguments {
    /// The folder to make; it must not hold anything yet.
    dir: PathBuf,

    /// What the bot is called.
    #[arg(long)]
    name: Option<String>,

    /// What to begin with.
    #[arg(long, value_enum)]
    starter: Option<Starter>,

    /// The language you will write in, as a code such as en, de or pt-BR. The examples are in English.
    #[arg(long, value_name = "CODE")]
    language: Option<String>,
}

/// A small folder about something, with what is usual there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Starter {
    /// A club or a shop: opening hours, prices, orders.
    Shop,
    /// An open-source project: installation, bugs, licence.
    Project,
    /// A course, with a quiz on what it teaches.
    Course,
}

impl Starter {
    const ALL: [Starter; 3] = [Starter::Shop, Starter::Project, Starter::Course];

    fn described(self) -> &'static str {
        match self {
            Starter::Shop => "a club or a shop",
            Starter::Project => "an open-source project",
            Starter::Course => "a course with a quiz",
        }
    }

    fn files(self) -> Vec<(&'static str, &'static str)> {
        match self {
            Starter::Shop => {
                vec![
                    ("faq.toml", include_str!("bakery.toml")),
                    ("figures.toml", include_str!("figures.toml")),
                ]
            }
            Starter::Project => vec![("faq.toml", include_str!("project.toml"))],
            Starter::Course => vec![("faq.toml", include_str!("course.toml"))],
        }
    }

    /// A question that it answers.
    fn example(self) -> &'static str {
        match self {
            Starter::Shop => "when are you open?",
            Starter::Project => "how do I install it?",
            Starter::Course => "when does the course take place?",
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let dir = &arguments.dir;
    let shown = dir.display();
    refuse_taken(dir)?;
    let asks = io::stdin().is_terminal() && io::stdout().is_terminal();
    let name = match &arguments.name {
        Some(name) => name.clone(),
        None if asks => ask("What is the bot called?", "FAQ bot")?,
        None => "FAQ bot".into(),
    };
    let starter = match arguments.starter {
        Some(starter) => starter,
        None if asks => ask_starter()?,
        None => Starter::Shop,
    };
    let language = match &arguments.language {
        Some(code) => Some(code.clone()),
        None if asks => Some(ask("Which language will you write in?", "en")?),
        None => None,
    };
    let language = language.filter(|code| code != "en");
    if let Some(code) = &language {
        ensure!(
            Language::from_code(code).is_some(),
            "`{code}` is not a language that is known: write a code such as en, de or pt-BR"
        );
    }
    create(dir, starter, &name, language.as_deref())?;
    let next = format!(
        "{shown} holds a small folder about {}.\n\n\
         Read {shown}/README.md, change the files, and see what comes of it:\n  \
         faqbot --faq {shown} check\n  faqbot --faq {shown} preview\n\n\
         If you have questions and answers already, in a sheet or on a page:\n  \
         faqbot import FILE --into {shown}\n",
        starter.described()
    );
    print(&next)?;
    Ok(ExitCode::SUCCESS)
}

/// Asks at the terminal; an empty answer means the default.
fn ask(question: &str, usual: &str) -> anyhow::Result<String> {
    print(&format!("{question} [{usual}] "))?;
    io::stdout().flush()?;
    let mut line = String::new();
    io::stdin().read_line(&mut line).context("reading your answer")?;
    Ok(Some(line.trim()).filter(|it| !it.is_empty()).unwrap_or(usual).to_owned())
}

fn ask_starter() -> anyhow::Result<Starter> {
    for (n, starter) in (1..).zip(Starter::ALL) {
        print(&format!("  {n}) {}\n", starter.described()))?;
    }
    loop {
        let chosen = ask("What is it about?", "1")?;
        let number = chosen.parse::<usize>().ok().and_then(|it| it.checked_sub(1));
        if let Some(starter) = number.and_then(|it| Starter::ALL.get(it)) {
            return Ok(*starter);
        }
    }
}

/// Never touches a folder that holds something.
fn refuse_taken(dir: &Path) -> anyhow::Result<()> {
    let shown = dir.display();
    match fs::read_dir(dir) {
        Ok(mut entries) => {
            if entries.next().is_some() {
                bail!("{shown} holds something already: name a folder that is empty or does not exist yet");
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error).with_context(|| format!("opening the folder {shown}")),
    }
    Ok(())
}

/// Writes the folder.
fn create(dir: &Path, starter: Starter, name: &str, language: Option<&str>) -> anyhow::Result<()> {
    refuse_taken(dir)?;
    fs::create_dir_all(dir).with_context(|| format!("making the folder {}", dir.display()))?;
    let mut files =
        vec![("README.md", manual()), ("bot.toml", bot(starter, name, language)), ("schema.json", schema())];
    files.extend(starter.files().into_iter().map(|(name, text)| (name, text.to_owned())));
    for (name, text) in files {
        let path = dir.join(name);
        fs::write(&path, text).with_context(|| format!("writing {}", path.display()))?;
    }
    Ok(())
}

/// The file that says who the bot is.
fn bot(starter: Starter, name: &str, language: Option<&str>) -> String {
    let language = language.map(|code| format!("language = {}\n", toml_string(code))).unwrap_or_default();
    let example = starter.example();
    format!(
        "#:schema ./schema.json\n# Who the bot is.\n\n[bot]\nname = {}\n{language}greeting = \"\"\"\n\
         **Hello!** Ask me in your own words, for example *{example}*\n\
         See what I know with /topics, or test yourself with /quiz.\n\"\"\"\n",
        toml_string(name.trim())
    )
}

/// The manual of the folder that ships with the bot, without the links that lead out of it.
fn manual() -> String {
    let manual = include_str!("../../../faq/README.md").replace("Each code leads to an example.\n", "");
    let lines =
        manual.lines().map(|line| match line.strip_prefix("| [").and_then(|rest| rest.split_once("](")) {
            Some((code, rest)) => {
                let after = rest.split_once(')').map_or("", |(_, after)| after);
                format!("| {code}{after}\n")
            }
            None => format!("{line}\n"),
        });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faq_folder::{Loaded, load};
    use crate::knowledge::Id;
    use crate::matching::{Matcher, Outcome};
    use crate::rehearsal::rehearse;
    use crate::time::Timestamp;

    /// What a stranger may ask, in words that are not in the folder; and the entry that answers.
    const QUESTIONS: [(Starter, [(&str, &str); 10]); 3] = [
        (
            Starter::Shop,
            [
                ("when do you open", "opening-hours"),
                ("are you open on sunday morning?", "opening-hours"),
                ("what time do you close today", "opening-hours"),
                ("do you deliver to my home", "delivery"),
                ("how much does delivery cost", "delivery"),
                ("can you bring rolls to my house", "delivery"),
                ("i want to order a cake", "cake"),
                ("can i get a wedding cake", "cake"),
                ("what is sourdough?", "sourdough"),
                ("opening hours", "opening-hours"),
            ],
        ),
        (
            Starter::Project,
            [
                ("what does it do", "what-is-it"),
                ("how can i install this", "install"),
                ("where do i download it", "install"),
                ("does it run on windows?", "systems"),
                ("is there a mac version", "systems"),
                ("how to upgrade", "update"),
                ("i found a bug", "bug"),
                ("how can i help", "contribute"),
                ("which license is it", "licence"),
                ("can my company use it for free", "licence"),
            ],
        ),
        (
            Starter::Course,
            [
                ("when does it start", "dates"),
                ("what time are the lessons", "dates"),
                ("where is the course", "place"),
                ("which room is it", "place"),
                ("how much does it cost", "price"),
                ("is there a student discount", "price"),
                ("how do i register", "sign-up"),
                ("i will miss a lesson", "missed"),
                ("do i need a telescope", "knowledge"),
                ("what is a light-year", "light-year"),
            ],
        ),
    ];

    #[test]
    fn a_new_folder_is_clean_and_answers_what_people_ask() {
        for (starter, questions) in QUESTIONS {
            let parent = std::env::temp_dir().join(format!("faqbot-new-{}-{starter:?}", std::process::id()));
            let dir = parent.join("shop");
            create(&dir, starter, "The \"Bot\"", None).expect("a new folder is made");
            let Loaded { knowledge, mut diagnostics, sources } =
                load(&dir, Timestamp(0)).expect("it is read");
            let matcher = Matcher::new(&knowledge);
            rehearse(&knowledge, &matcher, &mut diagnostics);
            let problems = crate::knowledge::render(&diagnostics, &sources, false);
            let again = create(&dir, starter, "Bot", None).expect_err("it holds something now").to_string();
            fs::remove_dir_all(&parent).expect("the folder can be deleted");
            assert_eq!((problems.as_str(), knowledge.bot.name.as_str()), ("", "The \"Bot\""), "{starter:?}");
            assert!(again.contains("holds something already"), "{again}");
            let mut wrong = Vec::new();
            for (question, expected) in questions {
                let outcome = matcher.ask(question).outcome;
                if outcome != Outcome::Answer(Id::from(expected)) {
                    wrong.push(format!("{question} → {outcome:?}"));
                }
            }
            assert_eq!(wrong, Vec::<String>::new(), "{starter:?}");
        }
    }

    #[test]
    fn the_manual_leads_nowhere_else() {
        assert!(!manual().contains("../tests"));
        assert!(manual().contains("| `toml-syntax` | error | a file is written in TOML |"));
    }
}
