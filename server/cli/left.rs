//! What `fix` leaves as it is, and why.

use crate::cli::report::{Checked, Summary};
use crate::document::{Cx, Document};
use crate::fix::{Fixer, line_without_instruction};
use crate::rules::{self, Finding, is_of_template};
use crate::text::Encoding;

/// Findings that were not repaired, by the fixes that are offered for them.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Left {
    summary: Summary,
}

impl Left {
    /// The wanted findings of a file that stays as it is.
    pub(super) fn of(cx: &Cx<'_>, wanted: &dyn Fn(&Finding) -> bool) -> Left {
        let findings: Vec<Finding> = rules::run(cx).into_iter().filter(wanted).collect();
        let offers = Fixer::new(cx).offers_each(&findings.iter().collect::<Vec<_>>());
        let checked: Vec<Checked> =
            findings.into_iter().zip(offers).map(|(finding, offers)| Checked { finding, offers }).collect();
        Left { summary: Summary::of(cx, &checked) }
    }

    /// Those of two files together.
    pub(super) fn plus(self, other: &Left) -> Left {
        Left { summary: self.summary.plus(&other.summary) }
    }

    /// Why nothing was fixed, where only the findings of some rules were wanted, or of all.
    pub(super) fn why_nothing_was_fixed(&self, rules: &[String]) -> String {
        let Summary { error, warning, info, hint, fixable, safe, suggested, waiting, .. } = self.summary;
        let of_rules: Vec<String> = rules.iter().map(|rule| format!(" of `{rule}`")).collect();
        let of_rules = of_rules.join(" or");
        let count = error + warning + info + hint;
        if count == 0 {
            return format!("nothing to fix: no findings{of_rules}");
        }
        let findings = if count == 1 { "1 finding" } else { &format!("{count} findings") };
        let not_safe = fixable.saturating_sub(safe + suggested + waiting);
        let parts = [
            (suggested, "repaired only with `--suggested`"),
            (waiting, "left alone while a line is no instruction"),
            (not_safe, "repaired only in an editor, one by one: the fix is unsafe"),
            (count - fixable.min(count) + safe, "without a fix"),
        ];
        let parts = parts.into_iter().filter(|(count, _)| *count > 0);
        let parts: Vec<String> = parts.map(|(count, how)| format!("{count} {how}")).collect();
        format!("nothing was fixed: {findings}{of_rules}, {}", parts.join(", "))
    }
}

/// Why all of a file but its syntax stays as it is; `None` where every line is an instruction.
pub(super) fn why_left_alone(name: &str, document: &Document) -> Option<String> {
    let item = line_without_instruction(document)?;
    let keyword = item.absolute(item.instruction.place(item.instruction.ast().keyword));
    let line = document.text().position(keyword.start, Encoding::Utf8).line + 1;
    Some(match is_of_template(&item.instruction) {
        true => format!("{name} is left alone: line {line} is for a template engine"),
        false => format!("{name} is left alone but for its syntax: line {line} is no instruction"),
    })
}
