//! Wordings that the matcher could not tell apart.

use std::collections::HashMap;

use super::{Check, Context, Report};
use crate::knowledge::draft::DraftText;
use crate::knowledge::findings::{Costs, Rule};
use crate::knowledge::words::words;
use crate::stable_hash::stable_hash;

pub(super) const EXAMPLES: Check = Check {
    rule: Rule {
        code: "no-examples",
        costs: Costs::Table,
        rule: "a group has at least one example, in itself or under `[phrasings]`",
    },
    run: check_groups_have_examples,
};

pub(super) const DUPLICATE: Check = Check {
    rule: Rule { code: "duplicate-phrasing", costs: Costs::Nothing, rule: "a phrasing belongs to one entry" },
    run: check_phrasings_belong_to_one,
};

pub(super) const REPEATED: Check = Check {
    rule: Rule { code: "repeated-phrasing", costs: Costs::Nothing, rule: "an entry has each phrasing once" },
    run: check_phrasings_come_once,
};

pub(super) const SIMILAR: Check = Check {
    rule: Rule {
        code: "similar-phrasings",
        costs: Costs::Nothing,
        rule: "phrasings of different entries differ by more than word order or a letter",
    },
    run: check_phrasings_differ,
};

pub(super) const SYNONYMS: Check = Check {
    rule: Rule {
        code: "idle-synonyms",
        costs: Costs::Nothing,
        rule: "a group of synonyms has two words or more, and a word is in one group",
    },
    run: check_synonyms_join_words,
};

pub(super) const BARE: Check = Check {
    rule: Rule {
        code: "one-wording",
        costs: Costs::Advice,
        rule: "most entries have phrasings beside their question, as other people would ask",
    },
    run: check_entries_have_phrasings,
};

/// What phrasings bring, as the end of "give them …": the mean of the five sets measured in `docs/matching.md` without
/// groups, at 0, 2 and 5 phrasings an entry (right answers: 21, 36 and 47 %).
pub const PHRASINGS_BRING: &str = "three phrasings more each, as other people would ask: where it was measured, the bot \
                                   answered 21 of 100 questions rightly from one wording, 36 with two more, and 47 with five";

/// A folder with fewer entries is just begun, and a person knows what is missing.
const FEWEST_ENTRIES: usize = 5;

/// A wording and the id of what it belongs to.
pub(super) struct Wording<'d> {
    owner: &'d str,
    text: &'d DraftText,
    words: Vec<String>,
}

/// Nobody could ever get its reply.
fn check_groups_have_examples(context: &Context<'_>, report: &mut Report<'_, '_>) {
    let draft = context.draft;
    let out_of_scope = draft.out_of_scope.iter().map(|it| ("out_of_scope", &it.value.id, &it.value.examples));
    let small_talk = draft.small_talk.iter().map(|it| ("small_talk", &it.value.id, &it.value.examples));
    for (table, id, examples) in out_of_scope.chain(small_talk) {
        let has_list = || draft.phrasings.iter().any(|it| it.id.value == id.value);
        if !examples.is_empty() || has_list() || draft.lost.contains(&id.value) {
            continue;
        }
        report
            .add(&id.place, "nobody can ask for it", format!("this `[[{table}]]` has no examples"))
            .help("add a line: examples = [\"…\", \"…\"]");
    }
}

/// Said once for the folder, and only where most of it was never worded by anybody else.
fn check_entries_have_phrasings(context: &Context<'_>, report: &mut Report<'_, '_>) {
    let entries = &context.draft.entries;
    let bare: Vec<_> = entries.iter().filter(|it| it.value.phrasings.is_empty()).collect();
    let (Some(first), true) =
        (bare.first(), entries.len() >= FEWEST_ENTRIES && 2 * bare.len() > entries.len())
    else {
        return;
    };
    let message = format!("{} of {} entries have one wording: their question", bare.len(), entries.len());
    report
        .add(&first.value.question.place, "nobody else's words lead here", message)
        .help(format!("give them {PHRASINGS_BRING}"));
}

/// Two entries that claim the same words: it is unclear which is meant.
fn check_phrasings_belong_to_one(context: &Context<'_>, report: &mut Report<'_, '_>) {
    for (first, again) in twins(wordings(context)).filter(|(first, again)| first.owner != again.owner) {
        let message = format!("`{}` and `{}` have the same phrasing", first.owner, again.owner);
        report
            .add(&again.text.place, format!("also under `{}`", again.owner), message)
            .context(&first.text.place, format!("first under `{}`", first.owner))
            .help("delete it where it fits less, or say in it what makes the difference");
    }
}

/// Harmless, but nobody wants to read it twice.
fn check_phrasings_come_once(context: &Context<'_>, report: &mut Report<'_, '_>) {
    for (first, again) in twins(wordings(context)).filter(|(first, again)| first.owner == again.owner) {
        let message = format!("`{}` has the same phrasing twice", first.owner);
        report
            .add(&again.text.place, "again here", message)
            .context(&first.text.place, "first here")
            .help("capital letters and punctuation make no difference: delete one of them");
    }
}

/// Wordings with the same words in the same order, each with the first one that has them.
fn twins<'w, 'd>(wordings: &'w [Wording<'d>]) -> impl Iterator<Item = (&'w Wording<'d>, &'w Wording<'d>)> {
    let mut first: HashMap<&[String], &Wording<'_>> = HashMap::new();
    wordings.iter().filter_map(move |wording| {
        let known = *first.entry(&wording.words).or_insert(wording);
        (!std::ptr::eq(known, wording)).then_some((known, wording))
    })
}

/// How many wordings that share all words but one are compared with each other; it limits the time for a folder of
/// thousands of nearly equal entries.
const MOST_COMPARED: usize = 20;

/// Two entries whose words differ by a letter or their order: one slip of the finger and the wrong one answers.
fn check_phrasings_differ(context: &Context<'_>, report: &mut Report<'_, '_>) {
    let wordings = wordings(context);
    let sorted: Vec<Vec<&str>> = wordings
        .iter()
        .map(|wording| {
            let mut words: Vec<&str> = wording.words.iter().map(String::as_str).collect();
            words.sort_unstable();
            words
        })
        .collect();
    // Wordings that are the same when one word of each is left out meet under the sum of the other words' hashes.
    let mut meeting: HashMap<u64, Vec<usize>> = HashMap::new();
    let mut reported: Vec<bool> = vec![false; wordings.len()];
    for (index, words) in sorted.iter().enumerate() {
        // In a short wording each word carries too much.
        if words.len() < 3 {
            continue;
        }
        let hashes: Vec<u64> = words.iter().map(|word| stable_hash(word)).collect();
        let sum = hashes.iter().copied().fold(0, u64::wrapping_add);
        for left_out in hashes {
            let others = meeting.entry(sum.wrapping_sub(left_out)).or_default();
            for &other in others.iter().rev().take(MOST_COMPARED) {
                let (first, again) = (&wordings[other], &wordings[index]);
                if reported[index] || first.owner == again.owner || !are_alike(&sorted[other], words) {
                    continue;
                }
                if first.words == again.words {
                    continue;
                }
                reported[index] = true;
                let message =
                    format!("`{}` and `{}` have nearly the same phrasing", first.owner, again.owner);
                report
                    .add(&again.text.place, format!("under `{}`", again.owner), message)
                    .context(&first.text.place, format!("under `{}`", first.owner))
                    .help("say in both what makes the difference, or keep one of them");
            }
            if others.last() != Some(&index) {
                others.push(index);
            }
        }
    }
}

/// Whether two lists of sorted words are the same but for one slip in one longer word.
fn are_alike(one: &[&str], other: &[&str]) -> bool {
    let only_in = |these: &[&str], those: &[&str]| -> Vec<String> {
        let mut rest = those.to_vec();
        let mut only = Vec::new();
        for word in these {
            match rest.iter().position(|it| it == word) {
                Some(position) => drop(rest.swap_remove(position)),
                None => only.push((*word).to_string()),
            }
        }
        only
    };
    match (only_in(one, other).as_slice(), only_in(other, one).as_slice()) {
        ([], []) => true,
        // "invest" and "invests", but not "2023" and "2024", nor "buy" and "bud".
        ([mine], [theirs]) => {
            let is_word = |word: &str| word.chars().count() >= 5 && word.chars().all(char::is_alphabetic);
            is_word(mine) && is_word(theirs) && strsim::osa_distance(mine, theirs) == 1
        }
        _ => false,
    }
}

/// Everything that a question may be found by, in file order within each kind.
fn wordings<'c, 'd>(context: &'c Context<'d>) -> &'c [Wording<'d>] {
    context.wordings.get_or_init(|| read_wordings(context))
}

fn read_wordings<'d>(context: &Context<'d>) -> Vec<Wording<'d>> {
    let draft = context.draft;
    let mut wordings = Vec::new();
    let mut add = |owner: &'d DraftText, texts: &mut dyn Iterator<Item = &'d DraftText>| {
        let wording = |text| Wording { owner: &owner.value, text, words: words(&context.filled(text)) };
        wordings.extend(texts.map(wording));
    };
    for entry in draft.entries.iter().map(|it| &it.value) {
        add(&entry.id, &mut std::iter::once(&entry.question).chain(&entry.phrasings));
    }
    for term in draft.terms.iter().map(|it| &it.value) {
        add(&term.id, &mut std::iter::once(&term.name).chain(&term.also).chain(&term.phrasings));
    }
    for group in draft.out_of_scope.iter().map(|it| &it.value) {
        add(&group.id, &mut group.examples.iter());
    }
    for group in draft.small_talk.iter().map(|it| &it.value) {
        add(&group.id, &mut group.examples.iter());
    }
    wordings
}

/// A group of one joins nothing; a word in two groups joins both, which is rarely meant.
fn check_synonyms_join_words(context: &Context<'_>, report: &mut Report<'_, '_>) {
    let mut seen: HashMap<String, &DraftText> = HashMap::new();
    for group in &context.draft.synonyms {
        if let [lonely] = group.as_slice() {
            report
                .add(
                    &lonely.place,
                    "alone in its group",
                    format!("nothing means the same as “{}” here", lonely.value),
                )
                .help("add a word that means the same, or delete the group");
        }
        for word in group {
            if let Some(first) = seen.insert(words(&word.value).join(" "), word) {
                report
                    .add(&word.place, "again here", format!("“{}” is a synonym twice", word.value))
                    .context(&first.place, "first here")
                    .help("put everything that means the same into one group");
            }
        }
    }
}
