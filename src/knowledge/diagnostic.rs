//! A problem in the folder, for the person who can fix it.

use std::ops::Range;

use super::checks;

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Could be better.
    Advice,
    /// Worth fixing; nothing is lost.
    Warning,
    /// What it concerns is left out until it is fixed.
    Error,
}

/// A range of bytes in one file, and a remark about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The path of the [`Source`](super::Source).
    pub path: String,
    pub span: Range<usize>,
    pub text: String,
}

/// One problem: what, where, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    pub severity: Severity,
    /// A stable name of the check, such as `duplicate-id`.
    pub code: &'static str,
    pub message: String,
    pub primary: Label,
    pub context: Vec<Label>,
    pub help: Option<String>,
}

/// Sorts problems in the order in which they are best fixed: first the errors of single files, tables and keys, since
/// they may cause mismatches elsewhere; then the other errors, the warnings, and advice. Each is in file order.
pub fn sort(diagnostics: &mut [Diagnostic]) {
    diagnostics.sort_by_cached_key(|it| {
        let stands_alone = !checks::compares(it.code);
        (std::cmp::Reverse((it.severity, stands_alone)), it.primary.path.clone(), it.primary.span.start)
    });
}
