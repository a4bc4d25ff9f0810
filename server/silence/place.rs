//! Where a comment of its own line can stand without changing what the lines around it mean.

use crate::document::Document;
use crate::rules::pragma::{self, Scope, Speaker};
use crate::syntax::directives::Directives;
use crate::syntax::{Arguments, Instruction, Item, Kind};
use crate::text::{Edit, Span};

/// Puts a comment after the parser directives, where it hides none of them; `None` in a Dockerfile without instructions.
pub(super) fn at_head(document: &Document, comment: &str) -> Option<Edit> {
    if document.patterns().is_some() {
        return above_pattern(document, 0, comment);
    }
    let item = document.file().items().first()?;
    let head = item.instruction.source().get(..item.instruction.span().start)?;
    line_before(document, item, Directives::end(head), "", comment)
}

/// The line above the one with this byte of an ignore file, without the blanks around it.
pub(super) fn line_above(document: &Document, offset: usize) -> Option<Span> {
    let patterns = document.patterns()?;
    patterns.lines().get(patterns.line_of(offset)?.checked_sub(1)?).cloned()
}

/// Puts a comment above the line with this byte of an ignore file. There a comment begins with the line.
pub(super) fn above_pattern(document: &Document, offset: usize, comment: &str) -> Option<Edit> {
    let text = document.text().slice(0..document.text().len());
    let start = text.get(..offset)?.rfind('\n').map_or(0, |newline| newline + 1);
    let is_marked = start == 0 && text.starts_with('\u{feff}');
    let start = if is_marked { '\u{feff}'.len_utf8() } else { start };
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    Some(Edit::insert(start, format!("{comment}{newline}")))
}

/// Puts a comment above an instruction. What must stand on the very line above it stays there: hadolint's comments,
/// and the description of a stage or an argument.
pub(super) fn above(document: &Document, item: &Item, comment: &str) -> Option<Edit> {
    let instruction = &item.instruction;
    let source = instruction.source();
    let mut line = line_start(item, instruction.span().start)?;
    for span in instruction.comments().iter().rev() {
        let is_next = source.get(span.end..line).is_some_and(|gap| gap.trim_end_matches('\r').trim() == "")
            && source.get(span.end..line)?.matches('\n').count() == 1;
        let text = source.get(span.clone())?;
        if !is_next || !(is_of_hadolint(text) || describes(instruction, text)) {
            break;
        }
        line = line_start(item, span.start)?;
    }
    let indent: String = source.get(line..)?.chars().take_while(|char| matches!(char, ' ' | '\t')).collect();
    line_before(document, item, line, &indent, comment)
}

/// Puts a comment on a line of its own before the line that begins at an offset of an instruction's source, ended as
/// that line.
fn line_before(document: &Document, item: &Item, line: usize, indent: &str, comment: &str) -> Option<Edit> {
    let rest = item.instruction.source().get(line..)?;
    let start = item.start + line;
    let newline = match rest.find('\n') {
        Some(end) => rest.get(..end)?.ends_with('\r'),
        // The last line of the file ends as the one before it would.
        None => document.text().slice(start.saturating_sub(2)..start) == "\r\n",
    };
    let newline = if newline { "\r\n" } else { "\n" };
    Some(Edit::insert(start, format!("{indent}{comment}{newline}")))
}

/// Where the line of a place of an instruction's source begins, after the byte order mark of the file.
fn line_start(item: &Item, place: usize) -> Option<usize> {
    let source = item.instruction.source();
    let start = source.get(..place)?.rfind('\n').map_or(0, |newline| newline + 1);
    let is_marked = item.start + start == 0 && source.starts_with('\u{feff}');
    Some(if is_marked { '\u{feff}'.len_utf8() } else { start })
}

fn is_of_hadolint(comment: &str) -> bool {
    pragma::read(comment)
        .is_some_and(|pragma| pragma.speaker == Speaker::Hadolint && pragma.scope != Scope::File)
}

/// Whether BuildKit takes a comment above an instruction as the description of a stage or an argument.
fn describes(instruction: &Instruction, comment: &str) -> bool {
    let word = comment.trim_start_matches('#').split_whitespace().next().unwrap_or_default();
    let ast = instruction.ast();
    match (ast.kind, &ast.arguments) {
        (Kind::From, Arguments::Words(words)) => {
            words.get(2).is_some_and(|name| instruction.str(*name).eq_ignore_ascii_case(word))
        }
        (Kind::Arg, Arguments::KeyValues(pairs)) => {
            pairs.iter().any(|pair| instruction.str(pair.key) == word)
        }
        _ => false,
    }
}
