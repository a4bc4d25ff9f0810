//! What the rules find at the place: which rules, below whatever else there is to say of it, or what they look for where
//! there is nothing else.

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
    Some(match hover {
        // The editor shows the messages itself.
        Some(hover) => {
            let named: Vec<String> = here.iter().map(named).collect();
            Hover {
                markdown: format!("{}\n\n---\n\nFound here: {}", hover.markdown, named.join(", ")),
                ..hover
            }
        }
        None => {
            let section: Vec<String> = here.iter().map(shown).collect();
            Hover { span: first.span.clone(), markdown: section.join("\n\n") }
        }
    })
}

fn touches(span: &Span, offset: usize) -> bool {
    span.start <= offset && offset <= span.end
}

/// The rule of a finding in one word.
fn named(finding: &Finding) -> String {
    format!("`{}` ({})", finding.rule.id, severity_name(finding.severity))
}

fn shown(finding: &Finding) -> String {
    let severity = severity_name(finding.severity);
    format!("**`{}`** ({severity}): {}", finding.rule.id, page::summary(finding.rule))
}
