//! The comments of Layerwise: a new one, or one more name in one that is there.

use super::{Silence, place};
use crate::document::Document;
use crate::rules::Finding;
use crate::rules::pragma::{self, Scope, Speaker};
use crate::syntax::Item;
use crate::text::{Edit, Span};

/// Silences a rule in the instruction of a finding; `None` where the finding stands in none.
pub(super) fn above(document: &Document, finding: &Finding) -> Option<Silence> {
    let rule = finding.narrowest_name();
    if document.patterns().is_some() {
        let edit = place::line_above(document, finding.span.start)
            .and_then(|line| {
                one_more(&document.text().slice(line.clone()), line.start, Scope::Instruction, rule)
            })
            .or_else(|| {
                place::above_pattern(document, finding.span.start, &format!("# layerwise: ignore={rule}"))
            })?;
        return Some(Silence { title: format!("Ignore `{rule}` for this pattern"), edit });
    }
    let item = document.file().item(finding.item)?;
    let edit = { comments(item).rev() }
        .find_map(|(text, start)| one_more(text, start, Scope::Instruction, rule))
        .or_else(|| place::above(document, item, &format!("# layerwise: ignore={rule}")))?;
    Some(Silence { title: format!("Ignore `{rule}` for this instruction"), edit })
}

/// Silences a rule in the whole file.
pub(super) fn of_file(document: &Document, finding: &Finding) -> Option<Silence> {
    let rule = finding.narrowest_name();
    let file = document.file();
    let in_items = || file.items().iter().flat_map(comments);
    // In an ignore file any comment may be it.
    let mut all = document.patterns().into_iter().flat_map(|patterns| patterns.lines().iter().cloned());
    let edit = in_items()
        .find_map(|(text, start)| one_more(text, start, Scope::File, rule))
        .or_else(|| {
            all.find_map(|line| one_more(&document.text().slice(line.clone()), line.start, Scope::File, rule))
        })
        .or_else(|| place::at_head(document, &format!("# layerwise: ignore-file={rule}")))?;
    Some(Silence { title: format!("Ignore `{rule}` in this file"), edit })
}

/// The comments of an instruction, each with where it starts in the document.
fn comments(item: &Item) -> impl DoubleEndedIterator<Item = (&str, usize)> {
    let instruction = &item.instruction;
    let text =
        |span: &Span| Some((instruction.source().get(span.clone())?, item.absolute(span.clone()).start));
    instruction.comments().iter().filter_map(text)
}

/// Adds a name to a comment (its text, and where it starts in the document), if it is one of ours for the same instruction.
fn one_more(text: &str, start: usize, scope: Scope, rule: &str) -> Option<Edit> {
    let pragma = pragma::read(text)?;
    if pragma.speaker != Speaker::Layerwise || pragma.scope != scope {
        return None;
    }
    let comma = if pragma.names.last().is_some_and(|name| name.end == pragma.end) { "," } else { "" };
    Some(Edit::insert(start + pragma.end, format!("{comma}{rule}")))
}
