//! `faqbot new`: a small folder to start from.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};

use super::print::print;
use super::schema::schema;

/// Make a small working folder, about a bakery, to change into your own.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  faqbot new shop
  faqbot --faq shop check
  faqbot --faq shop preview")]
pub(crate) struct Arguments {
    /// The folder to make; it must not hold anything yet.
    dir: PathBuf,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let dir = &arguments.dir;
    let shown = dir.display();
    create(dir)?;
    let next = format!(
        "{shown} holds a small folder about a bakery.\n\n\
         Read {shown}/README.md, change the files, and see what comes of it:\n  \
         faqbot --faq {shown} check\n  faqbot --faq {shown} preview\n"
    );
    print(&next)?;
    Ok(ExitCode::SUCCESS)
}

/// Writes the folder. Never touches a folder that holds something.
fn create(dir: &Path) -> anyhow::Result<()> {
    let shown = dir.display();
    match fs::read_dir(dir) {
        Ok(mut entries) => {
            if entries.next().is_some() {
                bail!("{shown} holds something already: name a folder that is empty or does not exist yet");
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            fs::create_dir_all(dir).with_context(|| format!("making the folder {shown}"))?;
        }
        Err(error) => return Err(error).with_context(|| format!("opening the folder {shown}")),
    }
    let files = [
        ("README.md", manual()),
        ("bakery.toml", include_str!("bakery.toml").to_string()),
        ("bot.toml", include_str!("bot.toml").to_string()),
        ("figures.toml", include_str!("figures.toml").to_string()),
        ("schema.json", schema()),
    ];
    for (name, text) in files {
        let path = dir.join(name);
        fs::write(&path, text).with_context(|| format!("writing {}", path.display()))?;
    }
    Ok(())
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
    use crate::matching::Matcher;
    use crate::rehearsal::rehearse;
    use crate::time::Timestamp;

    #[test]
    fn the_new_folder_works_as_it_is() {
        let parent = std::env::temp_dir().join(format!("faqbot-new-{}", std::process::id()));
        let dir = parent.join("shop");
        create(&dir).expect("a new folder is made");
        let Loaded { knowledge, mut diagnostics, sources } = load(&dir, Timestamp(0)).expect("it is read");
        rehearse(&knowledge, &Matcher::new(&knowledge), &mut diagnostics);
        let told = crate::knowledge::render(&diagnostics, &sources, false);
        let again = create(&dir).expect_err("it holds something now").to_string();
        fs::remove_dir_all(&parent).expect("the folder can be deleted");
        assert_eq!(told, "");
        assert_eq!(knowledge.entries.len(), 3);
        assert!(
            again.ends_with("holds something already: name a folder that is empty or does not exist yet")
        );
    }

    #[test]
    fn the_manual_leads_nowhere_else() {
        assert!(!manual().contains("../tests"));
        assert!(manual().contains("| `toml-syntax` | error | a file is written in TOML |"));
    }
}
