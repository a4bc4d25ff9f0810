//! The start of a heredoc, where an instruction can have one.

use super::cursor::Cursor;
use super::{Completion, Kind};
use crate::syntax::Kind as Instruction;

/// The marker that is offered.
const MARKER: &str = "EOF";

pub(super) fn complete(cursor: &Cursor<'_>) -> Option<Vec<Completion>> {
    let kind = cursor.ast.kind;
    let written = cursor.instruction().str(cursor.word);
    let begins = written.starts_with('<') && "<<EOF".starts_with(written)
        || written.is_empty() && cursor.argument() == 0;
    let has_from = cursor.ast.flag(cursor.line(), "from").is_some();
    let is_last = cursor.line().get(cursor.word.end as usize..).is_some_and(|rest| rest.trim().is_empty());
    // The lines below would become the heredoc's.
    let has_room = cursor.instruction().heredocs().is_empty() && !cursor.instruction().is_multiline();
    if !kind.takes_heredocs() || !begins || has_from || !is_last || !has_room {
        return None;
    }
    let span = cursor.place(cursor.word)?;
    if has_end(cursor) {
        let completion = Completion::new(Kind::Value, format!("<<{MARKER}"), span);
        return Some(vec![completion.detail("with the lines below, up to its end")]);
    }
    let newline = cursor.instruction().newline();
    let (detail, head, snippet) = match kind {
        Instruction::Run => ("a script in the lines below", String::new(), "<<EOF\n$0\nEOF".to_owned()),
        _ => (
            "a file with the lines below",
            " /file".to_owned(),
            "<<EOF ${1:/path/to/file}\n$0\nEOF".to_owned(),
        ),
    };
    let text = format!("<<{MARKER}{head}{newline}{MARKER}");
    let completion = Completion::new(Kind::Value, format!("<<{MARKER}"), span).detail(detail);
    Some(vec![completion.writing(text).snippet(snippet)])
}

/// Whether the lines below end a heredoc of this marker that none of them begins.
fn has_end(cursor: &Cursor<'_>) -> bool {
    let text = cursor.cx.document.text();
    let below = text.slice(cursor.offset..text.len());
    let mut lines = below.lines().skip(1);
    let decides = |line: &&str| line.trim() == MARKER || line.contains("<<");
    lines.find(decides).is_some_and(|line| line.trim() == MARKER)
}
