//! The lines of one instruction: where continued lines begin, and what goes at the ends of lines.

use std::sync::Arc;

use crate::semantic::environment::Shell;
use crate::syntax::{Instruction, Kind};
use crate::text::Edit;

use super::lines::{BLANKS, Line, LineKind, lines};
use super::operators::{self, Move};
use super::proof;
use super::tight::Reading;
use super::{Style, Wanted};

/// The edits of an instruction's source; none where it would not be the same instruction afterwards. `shell` tells what
/// reads its shell forms, and is asked only where that matters.
pub(super) fn edits(
    instruction: &Instruction,
    shell: &dyn Fn() -> Arc<Shell>,
    style: &Style,
    wanted: &Wanted,
) -> Vec<Edit> {
    if instruction.ast().innermost().kind == Kind::Unknown {
        return Vec::new();
    }
    let lines = lines(instruction);
    let shell = if lines.len() > 1 { shell() } else { Arc::new(Shell::Unknown) };
    let edits = edits_of(instruction, &lines, &shell, style, wanted);
    if edits.is_empty() || proof::is_same(instruction, &edits, &shell) { edits } else { Vec::new() }
}

fn edits_of(
    instruction: &Instruction,
    lines: &[Line],
    shell: &Shell,
    style: &Style,
    wanted: &Wanted,
) -> Vec<Edit> {
    let reading = match lines {
        [_, _, ..] => Reading::new(instruction.ast(), instruction.line().text(), instruction.escape(), shell),
        _ => None,
    };
    let columns = reading.as_ref().map(|reading| columns(instruction, lines, reading, style));
    let moves = match (&reading, &columns) {
        (Some(reading), Some(columns)) => {
            operators::moves(instruction, lines, reading, columns, style.operators, wanted)
        }
        _ => Vec::new(),
    };
    let mut edits = Vec::new();
    for (index, line) in lines.iter().enumerate().filter(|(_, line)| wanted.holds(&line.span())) {
        let column = columns.as_ref().and_then(|columns| columns.get(index).copied().flatten());
        let head = moves.iter().find(|change| change.second == index);
        edits.extend(column.and_then(|column| head_edit(instruction, line, column, head, style)));
        edits.extend(moves.iter().find(|change| change.first == index).map(|change| change.tail.clone()));
        let is_last = index + 1 == lines.len();
        match line.kind {
            // The one that is being typed.
            LineKind::Blank if is_last && instruction.is_open() => {}
            LineKind::Blank if line.is_odd || line.indentation().is_empty() => {}
            LineKind::Blank => edits.push(Edit::delete(line.indentation())),
            LineKind::Comment => {}
            _ if style.trim_trailing_blanks => edits.extend(tail_edit(instruction, line)),
            _ => {}
        }
    }
    edits
}

/// The column at which each line is to begin; `None` for one that stays.
pub(super) fn columns(
    instruction: &Instruction,
    lines: &[Line],
    reading: &Reading<'_>,
    style: &Style,
) -> Vec<Option<usize>> {
    let now = |line: &Line| style.column(instruction.source().get(line.indentation()).unwrap_or_default());
    let movable = |line: &&Line| match line.kind {
        LineKind::Content(joined) => !line.is_odd && reading.is_loose(joined),
        _ => false,
    };
    let least = lines.iter().filter(movable).map(now).min().unwrap_or_default();
    let content = |line: &Line| movable(&line).then(|| now(line) - least + style.width());
    let beside = |index: usize| {
        let is_content = |line: &&Line| matches!(line.kind, LineKind::First | LineKind::Content(_));
        let next = lines.iter().skip(index + 1).find(is_content);
        let neighbour = next.or_else(|| lines.iter().take(index).rev().find(is_content))?;
        if neighbour.kind == LineKind::First { Some(style.width()) } else { content(neighbour) }
    };
    let column = |(index, line): (usize, &Line)| match line.kind {
        LineKind::Content(_) => content(line),
        LineKind::Comment if !line.is_odd => beside(index),
        LineKind::Spacer(joined) if reading.is_loose(joined) => beside(index),
        _ => None,
    };
    lines.iter().enumerate().map(column).collect()
}

/// What brings a line to its column, with an operator that comes or goes there.
fn head_edit(
    instruction: &Instruction,
    line: &Line,
    column: usize,
    change: Option<&Move>,
    style: &Style,
) -> Option<Edit> {
    let mut new_text = style.blanks(column);
    let mut span = line.indentation();
    if let Some(change) = change {
        new_text.push_str(&change.head);
        span.end = change.head_end;
    }
    (instruction.source().get(span.clone()) != Some(&*new_text)).then(|| Edit::replace(span, new_text))
}

/// What takes the blanks at the end of a line away.
fn tail_edit(instruction: &Instruction, line: &Line) -> Option<Edit> {
    let text = instruction.source().get(line.text..line.end)?;
    let kept = text.trim_end_matches(BLANKS);
    // A carriage return would become part of the line break.
    let is_removable = kept.len() < text.len() && !kept.is_empty() && !kept.ends_with('\r');
    is_removable.then(|| Edit::delete(line.text + kept.len()..line.end))
}
