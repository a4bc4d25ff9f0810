//! The marker of a heredoc and the line that ends it.

use super::{Occurrence, Said, Subject, Symbol};
use crate::document::cursor::Cursor;
use crate::syntax::heredoc::Heredoc;
use crate::syntax::{Part, Zone};
use crate::text::Span;

pub(super) fn find(cursor: &Cursor<'_>) -> Option<Symbol> {
    let instruction = cursor.instruction();
    let mut named = instruction.heredocs().iter().enumerate();
    let (index, heredoc) = match cursor.zone {
        Zone::Line(_) => named.find(|(_, heredoc)| {
            name_part(heredoc, instruction.str(heredoc.marker)).is_some_and(|part| cursor.is_on(part))
        })?,
        Zone::HeredocEnd(index) => named.nth(index)?,
        _ => return None,
    };
    let name = cursor.part(cursor.index, name_part(heredoc, instruction.str(heredoc.marker))?)?;
    let end = end_span(heredoc).map(|span| cursor.item.absolute(span));
    let here = match &end {
        Some(end) if matches!(cursor.zone, Zone::HeredocEnd(_)) => end.clone(),
        _ => name.clone(),
    };
    let said = Said { whole: cursor.part(cursor.index, heredoc.marker)?, name: name.clone() };
    let is_plain = cursor.cx.document.text().slice(name.clone()) == heredoc.name;
    let start = Occurrence { span: name, is_declaration: true, is_name: true };
    let end = end.map(|span| Occurrence { span, is_declaration: false, is_name: true });
    Some(Symbol {
        subject: Subject::Heredoc(cursor.index, index),
        name: heredoc.name.clone(),
        here,
        definitions: vec![said.clone()],
        declaration: Some(said),
        occurrences: [start].into_iter().chain(end).collect(),
        obstacle: (!is_plain).then(|| format!("`{}` is quoted in parts", heredoc.name)),
    })
}

/// The name in the marker, without `<<`, `-` and quotes around it; `None` for an empty name.
fn name_part(heredoc: &Heredoc, marker: &str) -> Option<Part> {
    let (_, rest) = marker.split_once("<<")?;
    let name = if heredoc.chomp { rest.strip_prefix('-')? } else { rest };
    let name = name.trim_start();
    let (mut start, mut end) = (marker.len() - name.len(), marker.len());
    for quote in ['"', '\''] {
        if name.len() >= 2 && name.starts_with(quote) && name.ends_with(quote) {
            (start, end) = (start + 1, end - 1);
        }
    }
    (start < end && !heredoc.name.is_empty()).then(|| heredoc.marker.within(start..end))
}

/// The name in the line that ends it, in bytes of the instruction's source.
fn end_span(heredoc: &Heredoc) -> Option<Span> {
    let line = heredoc.end.clone()?;
    // Tabs before it are no part of the name.
    Some(line.end.checked_sub(heredoc.name.len())?..line.end)
}
