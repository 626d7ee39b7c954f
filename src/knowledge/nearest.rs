//! "Did you mean …?"

/// The candidate that `typed` is most likely a slip of; `None` when none is close.
///
/// Restricted Damerau–Levenshtein, with one letter wrong, and one more for every three; ties go to the first.
pub(crate) fn nearest<'c>(typed: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let typed = typed.to_lowercase();
    if typed.is_empty() {
        return None;
    }
    candidates
        .into_iter()
        .map(|candidate| (strsim::osa_distance(&typed, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| {
            *distance <= 1 + (candidate.chars().count().max(typed.chars().count()) - 1) / 3
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// "did you mean `x`?" for the nearest candidate; otherwise all of them, if they are few.
pub(crate) fn did_you_mean<'c>(
    typed: &str,
    candidates: impl IntoIterator<Item = &'c str> + Clone,
) -> Option<String> {
    if let Some(nearest) = nearest(typed, candidates.clone()) {
        return Some(format!("did you mean `{nearest}`?"));
    }
    let all: Vec<String> = candidates.into_iter().map(|candidate| format!("`{candidate}`")).collect();
    match all.as_slice() {
        [] => None,
        few if few.len() <= 12 => Some(format!("known here: {}", few.join(", "))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn slips_are_understood() {
        #[track_caller]
        fn check(typed: &str, expected: Option<&str>) {
            assert_eq!(nearest(typed, ["entry", "phrasings", "figure", "quiz"]), expected, "for {typed:?}");
        }
        check("entries", Some("entry"));
        check("Entry", Some("entry"));
        check("phrasing", Some("phrasings"));
        check("phrsaings", Some("phrasings"));
        check("figuer", Some("figure"));
        check("author", None);
        check("", None);
    }
}
