//! What the checks have found, before the settings and the comments are asked.

use std::sync::Arc;

use super::Rule;
use crate::text::Span;

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
    pub(crate) fn push(&mut self, span: Span, message: impl Into<Arc<str>>) -> Codes<'_> {
        self.push_at(0, span, message)
    }

    /// A finding at a span of the instruction `item` of the file.
    pub(crate) fn push_at(&mut self, item: usize, span: Span, message: impl Into<Arc<str>>) -> Codes<'_> {
        let found = Found { rule: self.rule, item, span, message: message.into(), also: self.codes };
        self.found.push(found);
        Codes(self.found.last_mut())
    }
}

/// The codes of the finding just made.
pub(crate) struct Codes<'a>(Option<&'a mut Found>);

impl Codes<'_> {
    /// The codes of other tools for exactly this problem.
    pub(crate) fn also(self, codes: &'static [&'static str]) {
        if let Some(found) = self.0 {
            found.also = codes;
        }
    }
}
