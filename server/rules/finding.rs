//! A finding: what is wrong, where, and how bad.

use std::sync::Arc;

use super::{Rule, Severity};
use crate::text::Span;

/// One problem in one place.
#[derive(Clone)]
pub struct Finding {
    /// The rule that found it.
    pub rule: &'static Rule,
    /// The instruction it is in, as an index of the file's.
    pub item: usize,
    /// Where, in bytes of the document.
    pub span: Span,
    /// What, as a sentence without a full stop.
    pub message: Arc<str>,
    /// The codes of other tools for exactly this problem.
    pub also: &'static [&'static str],
    /// How bad, after the settings.
    pub severity: Severity,
    /// Other places that explain it, such as the COPY that spoils a RUN, or that are the same once more.
    pub related: Vec<Related>,
}

/// A place that belongs to a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// Where, in bytes of the document.
    pub span: Span,
    /// What is there, as a sentence without a full stop.
    pub message: Arc<str>,
}

/// What all findings of a rule say of the text they stand on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tag {
    /// It does nothing: editors fade it out.
    Unnecessary,
    /// Docker advises against it: editors strike it out.
    Deprecated,
}

impl Finding {
    /// The name that silences findings of just this kind.
    pub(crate) fn narrowest_name(&self) -> &'static str {
        // A rule that can carry any code names none of them.
        let code = self.also.first().filter(|_| self.rule.also.is_empty());
        code.copied().unwrap_or(self.rule.id)
    }

    /// The code that a finding of ShellCheck has there; none of other findings.
    pub(crate) fn shell_check_code(&self) -> Option<&'static str> {
        self.also.first().copied().filter(|_| self.rule.id == "shellcheck")
    }

    /// The codes of other tools that its message does not name.
    #[cfg(feature = "cli")]
    pub(crate) fn unnamed_codes(&self) -> impl Iterator<Item = &'static str> {
        self.also.iter().copied().filter(|code| !self.message.contains(code))
    }

    /// Whether a comment or a setting calls it by this name: its rule's id, or one of its codes in any case.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        name == self.rule.id || self.also.iter().any(|code| code.eq_ignore_ascii_case(name))
    }
}

impl std::fmt::Debug for Finding {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} at {:?}: {}", self.rule.id, self.span, self.message)
    }
}
