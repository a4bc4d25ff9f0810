//! The comments of Layerwise: a new one, or one more name in one that is there.

use super::{Silence, place};
use crate::document::Document;
use crate::rules::Finding;
use crate::rules::pragma::{self, Scope, Speaker};
use crate::text::{Edit, Span};

/// Silences a rule in the instruction of a finding; `None` where the finding stands in none.
pub(super) fn above(document: &Document, finding: &Finding) -> Option<Silence> {
    let rule = finding.narrowest_name();
    if document.patterns().is_some() {
        let edit = place::line_above(document, finding.span.start)
            .and_then(|comment| one_more(document, comment, Scope::Instruction, rule))
            .or_else(|| {
                place::above_pattern(document, finding.span.start, &format!("# layerwise: ignore={rule}"))
            })?;
        return Some(Silence { title: format!("Ignore `{rule}` for this pattern"), edit });
    }
    let item = document.file().item(finding.item)?;
    let comments = item.instruction.comments().iter().rev().map(|span| item.absolute(span.clone()));
    let edit = { comments }
        .find_map(|comment| one_more(document, comment, Scope::Instruction, rule))
        .or_else(|| place::above(document, item, &format!("# layerwise: ignore={rule}")))?;
    Some(Silence { title: format!("Ignore `{rule}` for this instruction"), edit })
}

/// Silences a rule in the whole file.
pub(super) fn of_file(document: &Document, finding: &Finding) -> Option<Silence> {
    let rule = finding.narrowest_name();
    let file = document.file();
    let in_items = file
        .items()
        .iter()
        .flat_map(|item| item.instruction.comments().iter().map(|span| item.absolute(span.clone())));
    // In an ignore file any comment may be it.
    let all = document.patterns().into_iter().flat_map(|patterns| patterns.lines().iter().cloned());
    let edit = { in_items.chain(all) }
        .find_map(|comment| one_more(document, comment, Scope::File, rule))
        .or_else(|| place::at_head(document, &format!("# layerwise: ignore-file={rule}")))?;
    Some(Silence { title: format!("Ignore `{rule}` in this file"), edit })
}

/// Adds a name to a comment, if it is one of ours for the same instruction.
fn one_more(document: &Document, comment: Span, scope: Scope, rule: &str) -> Option<Edit> {
    let text = document.text().slice(comment.clone());
    let pragma = pragma::read(&text)?;
    if pragma.speaker != Speaker::Layerwise || pragma.scope != scope {
        return None;
    }
    let comma = if pragma.names.last().is_some_and(|name| name.end == pragma.end) { "," } else { "" };
    Some(Edit::insert(comment.start + pragma.end, format!("{comma}{rule}")))
}
