//! Diagnostics as a maintainer sees them.

use std::collections::HashMap;
use std::fmt::Write;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Element, Level, Renderer, Snippet};

use super::lines::Lines;
use super::{Diagnostic, Label, Severity, Source};

/// Labels of one file that are further apart than this many bytes are shown as two excerpts.
///
/// It keeps an excerpt short, and drawing it fast, however long the file is.
const NEAR: usize = 4_000;

/// Writes each diagnostic with the lines it is about, and what to do, as compilers do. Empty for no diagnostics.
pub fn render(diagnostics: &[Diagnostic], sources: &[Source], colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let texts: HashMap<&str, (&str, Lines<'_>)> = sources
        .iter()
        .map(|source| (source.path.as_str(), (source.text.as_str(), Lines::of(&source.text))))
        .collect();
    let mut rendered = String::new();
    for diagnostic in diagnostics {
        let level = match diagnostic.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Advice => Level::NOTE.with_name("advice"),
        };
        let mut group = level
            .primary_title(diagnostic.message.as_str())
            .id(diagnostic.code)
            .elements([] as [Element<'_>; 0]);
        for excerpt in excerpts(diagnostic) {
            let path = excerpt[0].1.path.as_str();
            match texts.get(path).filter(|(text, _)| !text.is_empty()) {
                Some((text, lines)) => group = group.element(snippet(path, text, lines, &excerpt)),
                None => group = group.element(annotate_snippets::Origin::path(path)),
            }
        }
        if let Some(help) = &diagnostic.help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        writeln!(rendered, "{}\n", renderer.render(&[group])).expect("writing to a string does not fail");
    }
    rendered
}

/// One sentence for each diagnostic, with its file and line: for a phone, where drawings break.
pub fn sentences(diagnostics: &[Diagnostic], sources: &[Source]) -> String {
    let sentence = |it: &Diagnostic| {
        let source = sources.iter().find(|source| source.path == it.primary.path);
        let path = &it.primary.path;
        match source.map(|source| Lines::of(&source.text).line(it.primary.span.start)) {
            Some(line) => format!("{path}, line {line}: {}.", it.message),
            None => format!("{path}: {}.", it.message),
        }
    };
    diagnostics.iter().map(sentence).collect::<Vec<_>>().join("\n")
}

type Marked<'d> = (AnnotationKind, &'d Label);

/// The labels of a diagnostic, with those close together in one list; the primary one comes first.
fn excerpts(diagnostic: &Diagnostic) -> Vec<Vec<Marked<'_>>> {
    let mut excerpts: Vec<Vec<Marked<'_>>> = vec![vec![(AnnotationKind::Primary, &diagnostic.primary)]];
    for label in &diagnostic.context {
        let marked = (AnnotationKind::Context, label);
        let near = excerpts.iter_mut().find(|excerpt| {
            excerpt[0].1.path == label.path && excerpt[0].1.span.start.abs_diff(label.span.start) <= NEAR
        });
        match near {
            Some(excerpt) => excerpt.push(marked),
            None => excerpts.push(vec![marked]),
        }
    }
    excerpts
}

/// The lines from the first label to the last one.
fn snippet<'t>(
    path: &'t str,
    text: &'t str,
    lines: &Lines<'_>,
    labels: &[Marked<'t>],
) -> Snippet<'t, annotate_snippets::Annotation<'t>> {
    let spans: Vec<Range<usize>> =
        labels.iter().map(|(_, label)| whole_characters(text, &label.span)).collect();
    let first = spans.iter().map(|span| span.start).min().unwrap_or(0);
    let last = spans.iter().map(|span| span.end).max().unwrap_or(text.len());
    let shown = lines.around(&(first..last));
    let start = shown.start;
    let annotations = labels.iter().zip(spans).map(|((kind, label), span)| {
        kind.span(span.start - start..span.end - start).label(label.text.as_str())
    });
    Snippet::source(&text[shown]).line_start(lines.line(start)).path(path).annotations(annotations)
}

fn whole_characters(text: &str, span: &Range<usize>) -> Range<usize> {
    let start = text.floor_char_boundary(span.start);
    start..text.ceil_char_boundary(span.end).max(start)
}
