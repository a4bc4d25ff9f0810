//! What the rules find at the place, below whatever else there is to say of it.

use super::Hover;
use crate::document::cursor::Cursor;
use crate::rules::{Finding, Pass, page, run_pass};
use crate::settings::severity_name;
use crate::syntax::Zone;
use crate::text::Span;

/// The hover with the findings at the place; they alone where there is nothing else.
pub(super) fn add(cursor: &Cursor<'_>, hover: Option<Hover>) -> Option<Hover> {
    if !matches!(cursor.zone, Zone::Line(_) | Zone::HeredocBody(_)) {
        return hover;
    }
    let findings = run_pass(cursor.cx, Pass::Text).into_iter();
    let here: Vec<Finding> = findings.filter(|finding| touches(&finding.span, cursor.offset)).collect();
    let Some(first) = here.first() else {
        return hover;
    };
    let section: Vec<String> = here.iter().map(shown).collect();
    let section = section.join("\n\n");
    Some(match hover {
        Some(hover) => Hover { markdown: format!("{}\n\n---\n\n{section}", hover.markdown), ..hover },
        None => Hover { span: first.span.clone(), markdown: section },
    })
}

fn touches(span: &Span, offset: usize) -> bool {
    span.start <= offset && offset <= span.end
}

fn shown(finding: &Finding) -> String {
    let severity = severity_name(finding.severity);
    format!("**`{}`** ({severity}): {}", finding.rule.id, page::summary(finding.rule))
}
