//! Formatting while typing: after the escape character at the end of a line, the next line is a continued one. It is
//! indented once that character was typed, and once the line was broken behind it.

use crate::document::Document;
use crate::syntax::{Instruction, Item, Kind};
use crate::text::Edit;

use super::lines::{BLANKS, Line, LineKind, lines};
use super::tight::Reading;
use super::{Style, body, moved, proof, shell_at};

/// What indents the next line after `typed` was typed at an offset, beside which it stands; some clients ask before it
/// is there, and it is thought of as there. None where it continues no line, and where nothing, or what looks like an
/// instruction of its own, is on the next line.
pub fn on_type(document: &Document, style: &Style, offset: usize, typed: char) -> Vec<Edit> {
    if typed == '\n' {
        return broken(document, style, offset).into_iter().collect();
    }
    if document.file().directives().escape() != typed {
        return Vec::new();
    }
    let length = typed.len_utf8();
    let is_typed = |start: usize| document.text().slice(start..start + length).starts_with(typed);
    let before = offset.checked_sub(length).filter(|start| is_typed(*start));
    match before.or_else(|| is_typed(offset).then_some(offset)) {
        Some(start) => indented(document, style, start).into_iter().collect(),
        None => {
            let typed = document.edited(&Edit::insert(offset, typed));
            let edit = indented(&typed, style, offset.min(document.text().len()));
            let back = |edit: Edit| Edit { span: edit.span.start - length..edit.span.end - length, ..edit };
            edit.map(back).into_iter().collect()
        }
    }
}

/// The edit that indents the line of an offset, where the one above was broken behind its escape character.
fn broken(document: &Document, style: &Style, offset: usize) -> Option<Edit> {
    let escape = continued_before(document, offset)?;
    let text = document.text().slice(offset..document.text().len().min(offset + MOST_BLANKS));
    let line = text.split(['\n', '\r']).next().unwrap_or_default();
    if !line.trim_matches(BLANKS).is_empty() {
        return indented(document, style, escape);
    }
    let item = document.file().item(document.file().index_at(escape)?)?;
    let instruction = &item.instruction;
    let lines = lines(instruction);
    let at = lines.iter().position(|line| line.span().contains(&escape.saturating_sub(item.start)))?;
    let above = lines.get(at)?;
    let written = instruction.source().get(above.indentation()).unwrap_or_default();
    let blanks = match above.kind {
        LineKind::First => style.blanks(style.width()),
        // The author has a way to indent in this instruction.
        LineKind::Content(_) => written.to_owned(),
        _ => return None,
    };
    let start = document.text().slice(0..offset).trim_end_matches(BLANKS).len();
    let is_there = document.text().slice(start..offset) == blanks;
    (!is_there && !blanks.is_empty()).then(|| Edit::replace(start..offset, blanks))
}

/// So far a line is looked at for what is not blank.
const MOST_BLANKS: usize = 1_000;

/// The escape character that ends the line above an offset, behind whose break nothing but blanks stands.
fn continued_before(document: &Document, offset: usize) -> Option<usize> {
    let before = document.text().slice(0..offset);
    let line = before.trim_end_matches(BLANKS).strip_suffix('\n')?;
    let line = line.strip_suffix('\r').unwrap_or(line).trim_end_matches(BLANKS);
    let rest = line.strip_suffix(document.file().directives().escape())?;
    Some(rest.len())
}

/// The edit that indents the line after the escape character at `offset`.
fn indented(document: &Document, style: &Style, offset: usize) -> Option<Edit> {
    let index = document.file().index_at(offset)?;
    let item: &Item = document.file().item(index)?;
    let instruction = &item.instruction;
    let offset = offset.checked_sub(item.start)?;
    let lines = lines(instruction);
    let at = lines.iter().position(|line| line.span().contains(&offset))?;
    let (line, next) = (lines.get(at)?, lines.get(at + 1)?);
    let after = instruction.source().get(offset + instruction.escape().len_utf8()..line.end)?;
    let is_content = matches!(line.kind, LineKind::First | LineKind::Content(_));
    if !is_content || !after.trim_matches(BLANKS).is_empty() || starts_instruction(instruction, next) {
        return None;
    }
    let shell = shell_at(document, index);
    let reading = Reading::new(instruction.ast(), instruction.line().text(), instruction.escape(), &shell)?;
    let column = body::columns(instruction, &lines, &reading, style).get(at + 1).copied().flatten()?;
    let now = |line: &Line| style.column(instruction.source().get(line.indentation()).unwrap_or_default());
    let is_content = |line: &Line| matches!(line.kind, LineKind::Content(_));
    let has_others = lines.iter().skip(at + 2).any(is_content);
    let column = match line.kind {
        // The author has a way to indent in this instruction.
        LineKind::Content(_) => Some(now(line)),
        _ if has_others => Some(style.width()),
        _ => None,
    }
    .map_or(Some(column), |column| next.indentation().is_empty().then_some(column))?;
    let blanks = style.blanks(column);
    let is_there = instruction.source().get(next.indentation()) == Some(&*blanks);
    let edit = (!is_there && !blanks.is_empty()).then(|| Edit::replace(next.indentation(), blanks))?;
    proof::is_same(instruction, std::slice::from_ref(&edit), &shell).then(|| moved(item, edit))
}

/// Whether a line at the margin begins with a keyword in capitals: what follows is typed between the two.
fn starts_instruction(instruction: &Instruction, line: &Line) -> bool {
    let text = instruction.source().get(line.start..line.end).unwrap_or_default();
    let word = text.split(char::is_whitespace).next().unwrap_or_default();
    let kind = Kind::of(word);
    kind != Kind::Unknown && kind.keyword() == word
}
