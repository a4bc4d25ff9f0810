//! Whether what is typed is whole as it stands. Editors take what they propose on Enter: a proposal that changes nothing
//! costs the author of a whole word the new line.

use super::cursor::Cursor;
use super::{Asked, Completion, Kind};
use crate::document::Cx;
use crate::path;
use crate::syntax::Kind as Instruction;

/// Whether the word that ends at a byte offset is all that one of these would write, but for the slash behind a folder, or
/// names a folder that whatever is proposed only adds to.
pub fn is_whole(cx: &Cx<'_>, offset: usize, completions: &[Completion]) -> bool {
    let is_written = |completion: &Completion| {
        let span = &completion.edit.span;
        let written = cx.document.text().slice(span.start.min(offset)..offset);
        let text = completion.edit.new_text.as_str();
        let is_same = written == text || text.strip_suffix('/').is_some_and(|folder| written == folder);
        completion.snippet.is_none() && span.end == offset && !written.is_empty() && is_same
    };
    completions.iter().any(is_written)
        || Cursor::new(cx, offset, Asked::ByTyping).is_some_and(|cursor| is_folder(&cursor, completions))
}

/// Whether the word before the cursor names a folder, by a dot or a slash at its end or as one that others lie in, where a
/// line can end with it. A source is never the last word.
fn is_folder(cursor: &Cursor<'_>, completions: &[Completion]) -> bool {
    let can_be_last = match cursor.ast.kind {
        Instruction::Copy | Instruction::Add => cursor.argument() > 0,
        Instruction::Workdir | Instruction::Volume => true,
        _ => false,
    };
    let word = cursor.before(cursor.word.start as usize);
    let is_end = cursor.joined == cursor.word.end as usize;
    let is_dots = matches!(path::name(word), "." | "..");
    let is_above = |other: &Completion| {
        other.kind == Kind::Folder && !word.is_empty() && path::is_inside(&other.edit.new_text, word)
    };
    let is_known = word.ends_with('/') || is_dots || completions.iter().any(is_above);
    can_be_last && is_end && !word.starts_with('-') && is_known
}
