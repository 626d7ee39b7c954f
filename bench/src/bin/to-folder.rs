//! Makes a faqbot folder from a tab-separated file of phrasings: `to-folder train.tsv DIR`.

use std::fs;
use std::path::Path;

use anyhow::Context as _;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [train, folder] = &arguments[..] else {
        anyhow::bail!(
            "usage: to-folder TRAIN.tsv DIR, where each line of the file is a phrasing, a tab and its entry"
        );
    };
    let text = faqbot_bench::sets::folder_text(Path::new(train))?;
    fs::create_dir_all(folder).with_context(|| format!("making the folder {folder}"))?;
    let file = Path::new(folder).join("entries.toml");
    fs::write(&file, text).with_context(|| format!("writing {}", file.display()))
}
