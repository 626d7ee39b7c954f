//! Names that must be unique.

use std::collections::HashMap;

use super::{Check, Context, Report};
use crate::knowledge::Id;
use crate::knowledge::findings::{Costs, Rule};

pub(super) const UNIQUE: Check = Check {
    rule: Rule {
        code: "duplicate-id",
        costs: Costs::Table,
        rule: "an id names one entry, term or group; figures have ids of their own",
    },
    run: check_ids_are_unique,
};

/// A link or a stored answer could not tell twins apart.
fn check_ids_are_unique(context: &Context<'_>, report: &mut Report<'_, '_>) {
    let mut ids: Vec<_> = context.draft.ids().collect();
    // Of a file and its copy, the copy is the one to go.
    ids.sort_by_key(|id| (is_copy(report.findings.path(&id.place)), id.place.order()));
    let mut seen = HashMap::new();
    for id in ids {
        if let Some(first) = seen.insert(&id.value, id) {
            seen.insert(&id.value, first);
            let other = format!("{}-2", id.value);
            let example = if Id::is_id(&other) { format!(", for example `{other}`") } else { String::new() };
            report
                .add(&id.place, "used again here", format!("the id `{}` is used twice", id.value))
                .context(&first.place, "first used here")
                .help(format!("give this one an id of its own{example}"));
        }
    }
}

/// Whether a file is named as programs name copies: `faq (1).toml`, `faq - Copy.toml`, `Copy of faq.toml`, `faq copy 2.toml`.
fn is_copy(path: &str) -> bool {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path).to_lowercase();
    let stem = name.strip_suffix(".toml").unwrap_or(&name).trim_end();
    let without_number = stem.trim_end_matches(|letter: char| letter.is_ascii_digit()).trim_end();
    let numbered = stem
        .strip_suffix(')')
        .and_then(|it| it.rsplit_once('('))
        .is_some_and(|(_, number)| !number.is_empty() && number.bytes().all(|it| it.is_ascii_digit()));
    numbered || stem.starts_with("copy of ") || without_number.ends_with(" copy")
}

#[cfg(test)]
mod tests {
    use super::is_copy;

    #[test]
    fn copies_are_known_by_their_names() {
        for copy in ["faq/menu (1).toml", "menu - Copy.toml", "Copy of menu.toml", "menu copy 2.toml"] {
            assert!(is_copy(copy), "{copy}");
        }
        for own in ["faq/menu.toml", "menu (old).toml", "hardcopy.toml", "menu-2.toml"] {
            assert!(!is_copy(own), "{own}");
        }
    }
}
