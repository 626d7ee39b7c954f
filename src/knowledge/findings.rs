//! Where problems are collected while a folder is read and checked.

use super::draft::Place;
use super::{Diagnostic, Label, Severity, Source, diagnostic};

/// Something that can be wrong with a folder, under a stable name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Such as `duplicate-id`.
    pub code: &'static str,
    pub costs: Costs,
    /// The rule that is broken, in a few words: "an id names one thing".
    pub rule: &'static str,
}

/// What is lost until a problem is fixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Costs {
    /// Nothing, and all works well: advice.
    Advice,
    /// Nothing: a warning.
    Nothing,
    /// Only the faulty part, such as one reference.
    Part,
    /// The whole table that it is in.
    Table,
    /// The whole content of the file.
    File,
}

impl Rule {
    pub fn severity(&self) -> Severity {
        match self.costs {
            Costs::Advice => Severity::Advice,
            Costs::Nothing => Severity::Warning,
            Costs::Part | Costs::Table | Costs::File => Severity::Error,
        }
    }
}

/// The problems found so far.
pub(super) struct Findings<'s> {
    sources: &'s [Source],
    diagnostics: Vec<Diagnostic>,
    /// Places whose faults leave out their table.
    faults: Vec<Place>,
}

impl<'s> Findings<'s> {
    pub(super) fn new(sources: &'s [Source]) -> Findings<'s> {
        Findings { sources, diagnostics: Vec::new(), faults: Vec::new() }
    }

    /// Adds a problem; context and help may be added to what it returns.
    pub(super) fn report(
        &mut self,
        rule: &Rule,
        place: &Place,
        label: impl Into<String>,
        message: impl Into<String>,
    ) -> Finding<'_> {
        if rule.costs == Costs::Table {
            self.faults.push(place.clone());
        }
        self.diagnostics.push(Diagnostic {
            severity: rule.severity(),
            code: rule.code,
            message: message.into(),
            primary: label_at(self.sources, place, label),
            context: Vec::new(),
            help: None,
        });
        let diagnostic = self.diagnostics.last_mut().expect("one was just pushed");
        Finding { sources: self.sources, diagnostic }
    }

    pub(super) fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|it| it.severity == Severity::Error)
    }

    pub(super) fn has_no_sources(&self) -> bool {
        self.sources.is_empty()
    }

    pub(super) fn path(&self, place: &Place) -> &'s str {
        &self.sources[place.file].path
    }

    pub(super) fn source(&self, place: &Place) -> &'s str {
        &self.sources[place.file].text
    }

    /// Whether a fault within this table leaves it out.
    pub(super) fn is_left_out(&self, extent: &Place) -> bool {
        let first = self.faults.partition_point(|fault| fault.order() < extent.order());
        self.faults[first..]
            .iter()
            .take_while(|fault| fault.file == extent.file && fault.span.start < extent.span.end)
            .any(|fault| extent.contains(fault))
    }

    /// Ends the collecting: from here on [`Findings::is_left_out`] may be asked.
    pub(super) fn sort(&mut self) {
        self.faults.sort_by_key(Place::order);
        diagnostic::sort(&mut self.diagnostics);
    }

    pub(super) fn into_diagnostics(self) -> Vec<Diagnostic> {
        self.diagnostics
    }
}

fn label_at(sources: &[Source], place: &Place, text: impl Into<String>) -> Label {
    Label { path: sources[place.file].path.clone(), span: place.span.clone(), text: text.into() }
}

/// A problem that was just reported.
pub(super) struct Finding<'f> {
    sources: &'f [Source],
    diagnostic: &'f mut Diagnostic,
}

impl Finding<'_> {
    /// Shows another related place.
    pub(super) fn context(self, place: &Place, label: impl Into<String>) -> Self {
        self.diagnostic.context.push(label_at(self.sources, place, label));
        self
    }

    /// Says what to do.
    pub(super) fn help(self, help: impl Into<String>) -> Self {
        self.diagnostic.help = Some(help.into());
        self
    }
}
