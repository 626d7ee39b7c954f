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
    ids.sort_by_key(|id| id.place.order());
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
