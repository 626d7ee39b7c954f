//! Signs that would be shown instead of their effect.

use super::{Check, Context, Report};
use crate::knowledge::fill::{Brace, braces};
use crate::knowledge::findings::{Costs, Rule};
use crate::knowledge::nearest::nearest;
use crate::knowledge::read::slug;
use crate::rich_text::markdown;
use crate::texts::placeholder_names;

pub(super) const FORMATTING: Check = Check {
    rule: Rule {
        code: "open-formatting",
        costs: Costs::Nothing,
        rule: "what is opened with `**`, `` ` `` or `[` is closed again in the same paragraph, and links begin with https://",
    },
    run: check_formatting_is_closed,
};

pub(super) const BRACES: Check = Check {
    rule: Rule {
        code: "stray-brace",
        costs: Costs::Nothing,
        rule: "a brace belongs to the `{id}` of a figure; a brace itself is written twice, `{{` or `}}`",
    },
    run: check_braces_mean_something,
};

/// People would see a brace, and most likely an id, in the place of a value.
fn check_braces_mean_something(context: &Context<'_>, report: &mut Report<'_, '_>) {
    let draft = context.draft;
    for text in draft.texts() {
        let value = text.value.as_str();
        let mut end = 0;
        for (span, _) in braces(value).filter(|(_, brace)| *brace == Brace::Stray) {
            if span.start < end {
                continue;
            }
            let rest = &value[span.end..];
            let inside = rest.split(['{', '}', '\n']).next().unwrap_or_default();
            let is_closed = value[span.clone()] == *"{" && rest[inside.len()..].starts_with('}');
            let (length, message) = if is_closed {
                (inside.len() + 1, format!("`{{{inside}}}` is not the place of a figure"))
            } else {
                (0, format!("this `{}` belongs to no figure", &value[span.clone()]))
            };
            end = span.end + length;
            let figures = || draft.figures.iter().map(|it| it.value.id.value.as_str());
            let first_word = inside.trim_start().split(' ').next().unwrap_or_default();
            let meant = [inside, first_word].into_iter().find_map(|it| nearest(&slug(it), figures()));
            let help = match meant {
                Some(figure) => format!("write `{{{figure}}}` if the figure is meant"),
                None => "a figure is written `{id}`, without a space".to_string(),
            };
            report
                .add(&report.within(text, span.start..end), "shown as it is", message)
                .help(format!("{help}; where a brace itself is meant, write it twice: `{{{{` or `}}}}`"));
        }
    }
    // These have placeholders of another kind, and no way to write a brace.
    for text in draft.bot.iter().flat_map(|it| it.value.texts.values()) {
        let n_placeholders = placeholder_names(&text.value).len();
        let stray = ["{", "}"].into_iter().find(|it| text.value.matches(it).count() > n_placeholders);
        if let Some(stray) = stray {
            report
                .add(&text.place, "shown as it is", format!("a `{stray}` in this text has no other half"))
                .help("a value is written `{name}`; write this text without other braces");
        }
    }
}

/// People would see the asterisks.
fn check_formatting_is_closed(context: &Context<'_>, report: &mut Report<'_, '_>) {
    let draft = context.draft;
    let answers = draft.entries.iter().map(|it| &it.value.answer);
    let definitions = draft.terms.iter().map(|it| &it.value.definition);
    let out_of_scope = draft.out_of_scope.iter().map(|it| &it.value.reply);
    let small_talk = draft.small_talk.iter().map(|it| &it.value.reply);
    let explanations = draft.quiz.iter().flat_map(|it| &it.value.explanation);
    let bot = draft.bot.iter().flat_map(|it| it.value.greeting.iter().chain(&it.value.source));
    for text in
        answers.chain(definitions).chain(out_of_scope).chain(small_talk).chain(explanations).chain(bot)
    {
        // A backslash or a code block means that the mark itself is meant.
        if text.value.contains('\\') || text.value.contains('`') && text.value.matches('`').count() % 2 == 0 {
            continue;
        }
        let shown = markdown(&text.value).text;
        for (mark, message, help) in [
            (
                "**",
                "`**` makes nothing bold here",
                "close it with `**`, without a space inside, or write `\\*` to show it",
            ),
            ("](", "Telegram does not take this as a link", "a link is written `[words](https://…)`"),
            (
                "`",
                "this mark makes nothing code",
                "close it with another one, or write a backslash before it to show it",
            ),
        ] {
            // A picture is reported by a rule of its own.
            if !shown.contains(mark) || mark == "](" && shown.contains("![") {
                continue;
            }
            let last = text.value.rfind(mark).unwrap_or_default();
            let place = report.within(text, last..last + mark.len());
            report.add(&place, "shown as it is", message).help(help);
        }
    }
}
