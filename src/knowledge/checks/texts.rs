//! Formatting that would not show.

use super::{Check, Context, Report};
use crate::knowledge::findings::{Costs, Rule};
use crate::rich_text::markdown;

pub(super) const FORMATTING: Check = Check {
    rule: Rule {
        code: "open-formatting",
        costs: Costs::Nothing,
        rule: "what is opened with `**`, `` ` `` or `[` is closed again in the same paragraph, and links begin with https://",
    },
    run: check_formatting_is_closed,
};

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
            ("](", "this is no link that Telegram takes", "a link is written `[words](https://…)`"),
            (
                "`",
                "this mark makes nothing code",
                "close it with another one, or write a backslash before it to show it",
            ),
        ] {
            if !shown.contains(mark) {
                continue;
            }
            let last = text.value.rfind(mark).unwrap_or_default();
            let place = report.within(text, last..last + mark.len());
            report.add(&place, "shown as it is", message).help(help);
        }
    }
}
