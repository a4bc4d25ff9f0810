//! An instruction taken away whole; what is said around it stays.

use crate::syntax::{Instruction, Item};
use crate::text::Edit;

/// The edits that take an instruction away. Comments between its lines stay where they are, whole lines. `None` where a comment
/// above it speaks to a linter: it would then be about the next instruction.
pub(crate) fn remove_instruction(item: &Item) -> Option<Vec<Edit>> {
    let instruction = &item.instruction;
    let mut texts = instruction.comments().iter().filter_map(|span| instruction.source().get(span.clone()));
    if texts.any(|text| ["layerwise", "hadolint", "check="].iter().any(|word| text.contains(word))) {
        return None;
    }
    // Its indentation and its own line break go with it.
    let whole = instruction.span().start..instruction.source().len();
    let mut edits = Vec::new();
    let mut start = line_start(instruction, whole.start);
    for comment in instruction.inner_comments() {
        edits.push(Edit::delete(item.absolute(start..line_start(instruction, comment.start))));
        start = line_end(instruction, comment.end);
    }
    edits.push(Edit::delete(item.absolute(start..whole.end)));
    edits.retain(|edit| !edit.span.is_empty());
    Some(edits)
}

fn line_start(instruction: &Instruction, offset: usize) -> usize {
    let before = instruction.source().get(..offset).unwrap_or_default();
    before.rfind('\n').map_or(0, |newline| newline + 1)
}

fn line_end(instruction: &Instruction, offset: usize) -> usize {
    let after = instruction.source().get(offset..).unwrap_or_default();
    offset + after.find('\n').map_or(after.len(), |newline| newline + 1)
}
