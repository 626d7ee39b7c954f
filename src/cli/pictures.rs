//! The files of pictures, which come and go with the tables that name them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use crate::faq_folder::shown;
use crate::import::{Finding, Item};
use crate::knowledge::{is_on_the_web, is_picture};

/// A picture to be copied into a folder.
#[derive(Debug)]
pub(super) struct Copy {
    pub(super) from: PathBuf,
    /// Its path in the folder.
    pub(super) to: String,
}

/// Finds the pictures that items name, by their paths from one of the folders that the imported files lie in.
///
/// Where the folder `into` has another picture of that name, the items name it otherwise. One that is nowhere stays named, so
/// that it works once it is put there: a warning says where.
pub(super) fn to_take_over(
    items: &mut [Item],
    from: &[PathBuf],
    into: &Path,
) -> anyhow::Result<(Vec<Copy>, Vec<Finding>)> {
    let (mut copies, mut findings) = (Vec::<Copy>::new(), Vec::new());
    for item in items {
        let at = item.at.clone();
        for name in item.pictures_mut().filter(|it| is_file_name(it)) {
            let Some(found) = from.iter().map(|dir| dir.join(&*name)).find(|it| it.is_file()) else {
                let place = into.join(&*name);
                if !place.is_file() {
                    let message =
                        format!("the picture {name} is not beside the file: put it at {}", shown(&place));
                    findings.push(Finding::warning(at.clone(), message));
                }
                continue;
            };
            if let Some(copy) = copies.iter().find(|it| it.from == found) {
                name.clone_from(&copy.to);
                continue;
            }
            let bytes = fs::read(&found).with_context(|| format!("reading {}", found.display()))?;
            let is_free =
                |name: &String| !copies.iter().any(|it| it.to == *name) && !into.join(name).exists();
            let has_it = |name: &String| fs::read(into.join(name)).is_ok_and(|it| it == bytes);
            let numbered = (2..1000).map(|n| numbered(name, n));
            let to = std::iter::once(name.clone())
                .chain(numbered)
                .find(|it| is_free(it) || has_it(it))
                .with_context(|| format!("there are too many pictures named {name}"))?;
            let is_new = is_free(&to);
            name.clone_from(&to);
            if is_new {
                copies.push(Copy { from: found, to });
            }
        }
    }
    Ok((copies, findings))
}

/// Copies the pictures that items name from a folder to where the file with the items will be. Returns how many there are.
///
/// # Errors
///
/// When another picture is in the place of one; then none is copied. When one cannot be copied.
pub(super) fn copy_beside(items: &[Item], faq: &Path, file: &Path) -> anyhow::Result<usize> {
    let beside = file.parent().unwrap_or(Path::new(""));
    // `check` reports those that are missing.
    let files: Vec<(PathBuf, PathBuf)> = file_names(items)
        .into_iter()
        .map(|name| (faq.join(name), beside.join(name)))
        .filter(|(from, _)| from.is_file())
        .collect();
    let mut missing = Vec::new();
    for (from, to) in &files {
        let bytes = fs::read(from).with_context(|| format!("reading {}", from.display()))?;
        match fs::read(to) {
            Ok(there) if there == bytes => {}
            Ok(_) => bail!(
                "{} is another picture than that of the folder: delete it, or write to another place",
                shown(to)
            ),
            Err(_) => missing.push((from, to)),
        }
    }
    for (from, to) in missing {
        let copied = fs::create_dir_all(to.parent().unwrap_or(beside)).and_then(|()| fs::copy(from, to));
        copied.with_context(|| format!("copying {} to {}", from.display(), shown(to)))?;
    }
    Ok(files.len())
}

/// How many files of pictures items name.
pub(super) fn count(items: &[Item]) -> usize {
    file_names(items).len()
}

/// The paths of pictures that items name, each once.
fn file_names(items: &[Item]) -> BTreeSet<&str> {
    items.iter().flat_map(Item::pictures).filter(|it| is_file_name(it)).collect()
}

fn is_file_name(name: &str) -> bool {
    is_picture(name) && !is_on_the_web(name)
}

/// `map-2.png` for `map.png`.
fn numbered(name: &str, n: usize) -> String {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    format!("{stem}-{n}.{ending}")
}
