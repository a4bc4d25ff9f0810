//! The operators between the commands of two lines: at the end of the first, or at the start of the second.

use crate::settings::format::Operators;
use crate::syntax::{Instruction, Kind};
use crate::text::Edit;

use super::Wanted;
use super::lines::{BLANKS, Line, LineKind};
use super::tight::{Reader, Reading};

/// One operator that goes from one line to another.
#[derive(Clone, Debug)]
pub(super) struct Move {
    /// The index of the line before.
    pub(super) first: usize,
    /// What changes at its end.
    pub(super) tail: Edit,
    /// The index of the line after.
    pub(super) second: usize,
    /// What comes after its indentation.
    pub(super) head: String,
    /// Where that ends which `head` and the indentation replace.
    pub(super) head_end: usize,
}

const OPERATORS: [&str; 3] = ["&&", "||", "|"];

/// The operators that stand on the wrong one of two lines; none outside of the text of a RUN for a POSIX shell. Both
/// lines are wanted, and the second is one that has a column.
pub(super) fn moves(
    instruction: &Instruction,
    lines: &[Line],
    reading: &Reading<'_>,
    columns: &[Option<usize>],
    operators: Operators,
    wanted: &Wanted,
) -> Vec<Move> {
    let is_run = instruction.ast().innermost().kind == Kind::Run;
    if operators == Operators::Keep || !is_run || reading.reader != Reader::PosixShell {
        return Vec::new();
    }
    let is_content = |(_, line): &(usize, &Line)| matches!(line.kind, LineKind::First | LineKind::Content(_));
    let content: Vec<(usize, &Line)> = lines.iter().enumerate().filter(is_content).collect();
    let pairs = content.windows(2).filter_map(|pair| match pair {
        [first, second] => Some((*first, *second)),
        _ => None,
    });
    pairs
        .filter(|(first, second)| wanted.holds(&first.1.span()) && wanted.holds(&second.1.span()))
        .filter(|(_, second)| columns.get(second.0).is_some_and(Option::is_some))
        .filter_map(|((first, line), (second, next))| {
            let (tail, head, head_end) = match operators {
                Operators::Leading => to_start(instruction, reading, line, next)?,
                Operators::Trailing => to_end(instruction, reading, line, next)?,
                Operators::Keep => return None,
            };
            Some(Move { first, tail, second, head, head_end })
        })
        .collect()
}

/// The words of a line that are arguments, and where they begin.
fn arguments<'a>(instruction: &'a Instruction, reading: &Reading<'_>, line: &Line) -> (&'a str, usize) {
    let end = line.words_end(instruction);
    let is_argument = |start: &usize| instruction.line().offset(*start) >= reading.arguments;
    let start = if is_argument(&line.text) {
        line.text
    } else {
        let length = instruction.source().get(line.text..end).unwrap_or_default().len();
        (line.text..line.text + length).find(is_argument).unwrap_or(end)
    };
    (instruction.source().get(start..end).unwrap_or_default(), start)
}

fn is_part_of_operator(char: char) -> bool {
    ";&|<>(".contains(char)
}

fn to_start(
    instruction: &Instruction,
    reading: &Reading<'_>,
    line: &Line,
    next: &Line,
) -> Option<(Edit, String, usize)> {
    let (words, start) = arguments(instruction, reading, line);
    let operator = OPERATORS.into_iter().find(|operator| words.ends_with(operator))?;
    let before = words.strip_suffix(operator)?;
    let left = before.trim_end_matches(BLANKS);
    let (next_words, _) = arguments(instruction, reading, next);
    let operator_start = start + before.len();
    if left.is_empty()
        || before.ends_with(is_part_of_operator)
        || left.ends_with(['\\', ';', '&', '|', '('])
        || next_words.starts_with(['&', '|', ';', ')'])
        || next_words.is_empty()
        || reading.is_tight(instruction.line().offset(operator_start))
    {
        return None;
    }
    let end = operator_start + operator.len();
    let is_followed_by_blank = instruction.source().get(end..)?.starts_with(BLANKS);
    let kept = if is_followed_by_blank { "" } else { " " };
    let tail = Edit::replace(start + left.len()..end, kept);
    Some((tail, format!("{operator} "), next.text))
}

fn to_end(
    instruction: &Instruction,
    reading: &Reading<'_>,
    line: &Line,
    next: &Line,
) -> Option<(Edit, String, usize)> {
    let (words, start) = arguments(instruction, reading, line);
    let (next_words, next_start) = arguments(instruction, reading, next);
    let operator = OPERATORS.into_iter().find(|operator| next_words.starts_with(operator))?;
    let after = next_words.strip_prefix(operator)?;
    let right = after.trim_start_matches(BLANKS);
    if words.is_empty()
        || words.ends_with(is_part_of_operator)
        || words.ends_with('\\')
        || after.starts_with(is_part_of_operator)
        || right.is_empty()
        // It would become a comment line.
        || right.starts_with('#')
    {
        return None;
    }
    let end = start + words.len();
    let is_followed_by_blank = instruction.source().get(end..)?.starts_with(BLANKS);
    let tail = if is_followed_by_blank { format!(" {operator}") } else { format!(" {operator} ") };
    Some((Edit::insert(end, tail), String::new(), next_start + next_words.len() - right.len()))
}
