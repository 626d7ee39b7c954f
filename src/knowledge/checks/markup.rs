//! Marks that people would see instead of their effect.

use super::{Check, Context, Report};
use crate::knowledge::draft::DraftText;
use crate::knowledge::findings::{Costs, Rule};
use crate::rich_text::{RichText, Style, markdown, utf16_len};

pub(super) const DEAD: Check = Check {
    rule: Rule {
        code: "dead-markup",
        costs: Costs::Nothing,
        rule: "an answer has no HTML and no pictures; a question, a prompt and an option have no formatting at all",
    },
    run: check_markup_works,
};

/// They come with text pasted from a page or taken over from another bot.
fn check_markup_works(context: &Context<'_>, report: &mut Report<'_, '_>) {
    let draft = context.draft;
    let entries = draft.entries.iter().map(|it| &it.value);
    let terms = draft.terms.iter().map(|it| &it.value);
    let quiz = draft.quiz.iter().map(|it| &it.value);
    let groups = draft.out_of_scope.iter().map(|it| &it.value.reply);
    let talk = draft.small_talk.iter().map(|it| &it.value.reply);
    let rich = entries.clone().map(|it| &it.answer).chain(terms.clone().map(|it| &it.definition));
    for text in rich.chain(groups).chain(talk).chain(quiz.clone().flat_map(|it| &it.explanation)) {
        let shown = without_code(&markdown(&text.value));
        let found = tag(&shown)
            .map(|tag| (tag, "HTML is shown as it is typed: write **bold**, *italic* or [words](https://…)"));
        let picture = || {
            shown
                .contains("![")
                .then_some(("![", "a text shows no pictures: name one with `picture = \"…\"`, or link to it"))
        };
        if let Some((mark, help)) = found.or_else(picture) {
            warn(text, mark, help, report);
        }
    }
    let titles = entries.flat_map(|it| std::iter::once(&it.question).chain(&it.section));
    let names = terms.flat_map(|it| std::iter::once(&it.name).chain(&it.also).chain(&it.section));
    let polls = quiz.flat_map(|it| {
        std::iter::once(&it.prompt).chain(&it.correct).chain(&it.distractors).chain(&it.options)
    });
    for text in titles.chain(names).chain(polls) {
        let value = text.value.as_str();
        let mark = tag(value).or_else(|| entity(value)).or_else(|| {
            let link = value.find("](http").map(|_| "](");
            link.or_else(|| ["**", "`"].into_iter().find(|mark| value.matches(mark).count() > 1))
        });
        if let Some(mark) = mark {
            warn(text, mark, "write it as plain text: buttons, lists and polls have no formatting", report);
        }
    }
}

fn warn(text: &DraftText, mark: &str, help: &str, report: &mut Report<'_, '_>) {
    let place = match text.value.find(mark) {
        Some(at) => report.within(text, at..at + mark.len()),
        None => text.place.clone(),
    };
    report.add(&place, "shown as it is", format!("`{mark}` means nothing here")).help(help);
}

/// The text as shown, without the code in it: there, a tag is meant.
fn without_code(rich: &RichText) -> String {
    let mut shown = String::new();
    let mut at = 0;
    for letter in rich.text.chars() {
        let is_code = rich.entities.iter().any(|it| {
            matches!(it.style, Style::Code | Style::Pre) && (it.offset..it.offset + it.length).contains(&at)
        });
        at += utf16_len(letter.encode_utf8(&mut [0; 4]));
        shown.push(if is_code { ' ' } else { letter });
    }
    shown
}

/// HTML tags that people write; `<name>` of something else is most likely meant as it is.
const TAGS: &str = "a b i u s p br hr em strong strike del ins code pre ul ol li div span img table tr td th h1 h2 h3 h4 h5 h6 blockquote \
                    font small sup sub center iframe video details summary";

fn tag(text: &str) -> Option<&str> {
    text.match_indices('<').find_map(|(at, _)| {
        let end = text[at..].find('>')? + at;
        let name = text[at + 1..end].trim_start_matches('/').split([' ', '/']).next()?.to_lowercase();
        TAGS.split_whitespace().any(|it| it == name).then(|| &text[at..=end])
    })
}

/// `&quot;`, `&#039;`.
fn entity(text: &str) -> Option<&str> {
    text.match_indices('&').find_map(|(at, _)| {
        let end = text[at..].find(';')? + at;
        let name = &text[at + 1..end];
        let is_number = name.strip_prefix('#').is_some_and(|it| {
            it.trim_start_matches('x').bytes().all(|it| it.is_ascii_hexdigit()) && !it.is_empty()
        });
        let known = [
            "amp", "lt", "gt", "quot", "apos", "nbsp", "eacute", "uuml", "ouml", "auml", "ndash", "mdash",
            "hellip", "rsquo", "lsquo", "deg",
        ];
        (is_number || known.contains(&name)).then(|| &text[at..=end])
    })
}
