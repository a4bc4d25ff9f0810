//! Findings with their fixes, counted; and the forms in which they are printed.

pub(super) mod form;
mod gitlab;
mod json;
mod lines;
mod place;
mod sarif;
mod text;

use serde::Serialize;

use crate::document::Cx;
use crate::fix::{Fix, Safety, waiting};
use crate::rules::{Finding, Severity};

/// A finding and the fixes that are offered for it.
pub(super) struct Checked {
    pub(super) finding: Finding,
    pub(super) offers: Vec<Fix>,
}

/// How much was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Summary {
    pub(super) files: usize,
    pub(super) error: usize,
    pub(super) warning: usize,
    pub(super) info: usize,
    pub(super) hint: usize,
    /// Findings for which any fix is offered.
    pub(super) fixable: usize,
    /// Findings that `fix` repairs.
    #[serde(skip)]
    pub(super) safe: usize,
    /// Findings that `fix --suggested` repairs and `fix` does not.
    #[serde(skip)]
    pub(super) suggested: usize,
    /// Findings that either would repair if every line of their file were an instruction.
    #[serde(skip)]
    pub(super) waiting: usize,
}

impl Summary {
    /// The summary of one file.
    pub(super) fn of(cx: &Cx<'_>, findings: &[Checked]) -> Summary {
        let of_severity =
            |severity| findings.iter().filter(|checked| checked.finding.severity == severity).count();
        let waits = waiting(cx.document);
        let best = |checked: &Checked| {
            let best = checked.offers.iter().map(|fix| fix.safety).max();
            // Their fixes are offered as unsafe; what they would be else, the rule says.
            let is_unsafe = checked.finding.rule.safety.is_none_or(|safety| safety == Safety::Unsafe);
            best.map(|best| (best, !is_unsafe && waits(&checked.finding)))
        };
        let best: Vec<(Safety, bool)> = findings.iter().filter_map(best).collect();
        let of_safety = |safety| best.iter().filter(|best| **best == (safety, false)).count();
        Summary {
            files: 1,
            error: of_severity(Severity::Error),
            warning: of_severity(Severity::Warning),
            info: of_severity(Severity::Info),
            hint: of_severity(Severity::Hint),
            fixable: best.len(),
            safe: of_safety(Safety::Safe),
            suggested: of_safety(Safety::Suggested),
            waiting: best.iter().filter(|(_, waits)| *waits).count(),
        }
    }

    /// Two summaries together.
    #[must_use]
    pub(super) fn plus(self, other: &Summary) -> Summary {
        Summary {
            files: self.files + other.files,
            error: self.error + other.error,
            warning: self.warning + other.warning,
            info: self.info + other.info,
            hint: self.hint + other.hint,
            fixable: self.fixable + other.fixable,
            safe: self.safe + other.safe,
            suggested: self.suggested + other.suggested,
            waiting: self.waiting + other.waiting,
        }
    }
}
