//! What the checks have found, before the settings and the comments are asked.

use std::sync::Arc;

use super::{Related, Rule, Severity};
use crate::document::Cx;
use crate::text::Span;

/// What looks at some instructions of a file, given by their indexes.
pub(crate) type StepsCheck = fn(&Cx<'_>, &[usize], &mut Findings);

/// One finding of a check.
#[derive(Clone)]
pub(crate) struct Found {
    /// The rule, as an index of [`super::ALL`].
    pub(super) rule: usize,
    /// The instruction, as an index of the file's; 0 where the check saw one instruction alone.
    pub(super) item: usize,
    /// Where, in bytes of the instruction's source.
    pub(super) span: Span,
    pub(super) message: Arc<str>,
    pub(super) also: &'static [&'static str],
    /// Other places that explain it, or are the same once more.
    pub(super) related: Vec<Related>,
    /// How bad it is where that is not as bad as the rule says, and no user has set that.
    pub(super) severity: Option<Severity>,
    /// The option of the rule without which it is not reported.
    pub(super) option: Option<&'static str>,
}

/// What the checks have found so far.
pub(crate) struct Findings {
    rule: usize,
    codes: &'static [&'static str],
    pub(super) found: Vec<Found>,
}

impl Findings {
    pub(super) fn new() -> Findings {
        Findings { rule: 0, codes: &[], found: Vec::new() }
    }

    /// From now on the findings are those of this rule.
    pub(super) fn begin(&mut self, index: usize, rule: &'static Rule) {
        self.rule = index;
        // A rule with one code carries it always; with several, each finding says which.
        self.codes = if rule.also.len() == 1 { rule.also } else { &[] };
    }

    /// A finding at a span of the instruction that is looked at.
    pub(crate) fn push(&mut self, span: Span, message: impl Into<Arc<str>>) -> Pushed<'_> {
        self.push_at(0, span, message)
    }

    /// A finding at a span of the instruction `item` of the file.
    pub(crate) fn push_at(&mut self, item: usize, span: Span, message: impl Into<Arc<str>>) -> Pushed<'_> {
        let (rule, also, message) = (self.rule, self.codes, message.into());
        let (severity, related, option) = (None, Vec::new(), None);
        self.found.push(Found { rule, item, span, message, also, severity, related, option });
        Pushed(self.found.last_mut())
    }
}

/// The finding just made.
pub(crate) struct Pushed<'a>(Option<&'a mut Found>);

impl Pushed<'_> {
    /// The codes of other tools for exactly this problem.
    pub(crate) fn also(self, codes: &'static [&'static str]) -> Self {
        self.change(|found| found.also = codes)
    }

    /// A build fails of it: an error, where the rule is at its default level, also if that is lower.
    pub(crate) fn fails_build(self) -> Self {
        self.severity(Severity::Error)
    }

    /// How bad it is, where the rule is at its default level.
    pub(crate) fn severity(self, severity: Severity) -> Self {
        self.change(|found| found.severity = Some(severity))
    }

    /// It is reported only where this option of the rule is `true`.
    pub(crate) fn where_asked(self, option: &'static str) -> Self {
        self.change(|found| found.option = Some(option))
    }

    /// One more place of the document that explains it, in its bytes. Only for checks that see the file: those of one
    /// instruction are kept while it moves.
    pub(crate) fn related(self, span: Span, message: impl Into<Arc<str>>) -> Self {
        let related = Related { span, message: message.into() };
        self.change(|found| found.related.push(related))
    }

    fn change(mut self, change: impl FnOnce(&mut Found)) -> Self {
        if let Some(found) = self.0.as_deref_mut() {
            change(found);
        }
        self
    }
}
