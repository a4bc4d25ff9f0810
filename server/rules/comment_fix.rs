//! The fix of a comment that stands after an instruction's arguments.

use super::prelude::*;
use crate::syntax::trailing_comment::trailing_comment;

/// Moves the comment that a finding marks to a line of its own above the instruction; none where the instruction goes
/// on after it.
pub(super) fn move_comment(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let fix = cx.document.file().item(finding.item).and_then(|item| {
        let instruction = &item.instruction;
        let comment = trailing_comment(instruction)?;
        let place = instruction.place(comment.part);
        if item.absolute(place.clone()) != finding.span || comment.part.end != instruction.ast().part().end {
            return None;
        }
        let source = instruction.source();
        let before = source.get(..place.start)?;
        let start = instruction.span().start;
        let line = source.get(..start)?.rfind('\n').map_or(0, |newline| newline + 1);
        let indent = source.get(line..start)?.trim_start_matches('\u{feff}');
        let newline = instruction.newline();
        let text = source.get(place.clone())?;
        let edits = vec![
            Edit::insert(item.start + start, format!("{text}{newline}{indent}")),
            Edit::replace(item.absolute(before.trim_end().len()..place.end), ""),
        ];
        Some(Fix::new("Move the comment to a line of its own", Safety::Suggested, edits))
    });
    fix.into_iter().collect()
}
