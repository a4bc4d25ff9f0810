//! What stands between instructions: comments, which begin at the margin, and blank lines, of which some are enough.

use crate::document::Document;
use crate::syntax::{Item, Kind};
use crate::text::{Edit, Span};

use super::lines::BLANKS;
use super::{Style, Wanted};

/// The edits above an instruction, and of the blanks before its keyword.
pub(super) fn above(document: &Document, item: &Item, style: &Style, wanted: &Wanted) -> Vec<Edit> {
    let instruction = &item.instruction;
    let keyword = instruction.span().start;
    let rest = instruction.source().get(keyword..).unwrap_or_default();
    let first_line = rest.split('\n').next().unwrap_or_default();
    let gap = Gap {
        text: instruction.source().get(..keyword).unwrap_or_default(),
        start: item.start,
        line_end: item.start + keyword + first_line.len(),
        trims_last: instruction.ast().kind != Kind::Unknown,
    };
    // A byte order mark is none, except where it is the first thing that is read.
    let most_blank_lines = match rest.starts_with('\u{feff}') {
        true => usize::MAX,
        false => most_blank_lines(document, item.start, style),
    };
    gap.edits(most_blank_lines, wanted)
}

/// The edits below the last instruction, and at the very end.
pub(super) fn at_end(document: &Document, style: &Style, wanted: &Wanted) -> Vec<Edit> {
    let tail = document.file().tail();
    let text = document.text().slice(tail.clone());
    let start = tail.start;
    let blank_start = if style.trim_final_newlines { blank_lines_at_end(&text) } else { text.len() };
    let (text, blank_lines) = text.split_at_checked(blank_start).unwrap_or((&text, ""));
    let gap = Gap { text, start, line_end: start + text.len(), trims_last: true };
    let mut edits = gap.edits(most_blank_lines(document, start, style), wanted);
    let blank_lines = start + blank_start..start + blank_start + blank_lines.len();
    if !blank_lines.is_empty() {
        edits.extend(wanted.holds(&blank_lines).then(|| Edit::delete(blank_lines)));
    } else if style.final_newline && lacks_line_break(document) && wanted.holds(&last_line(document)) {
        edits.push(Edit::insert(tail.end, line_break(document)));
    }
    edits
}

/// A blank line ends the parser directives: where they can be, one stays.
fn most_blank_lines(document: &Document, start: usize, style: &Style) -> usize {
    let is_head = document.file().items().first().is_none_or(|item| item.start == start);
    style.max_blank_lines.max(usize::from(is_head))
}

/// Comments and blank lines.
struct Gap<'a> {
    text: &'a str,
    /// Where it begins in the document.
    start: usize,
    /// Where its last line ends in the document: after the words that follow, if any do.
    line_end: usize,
    /// Whether blanks on its last line go, where nothing else is on it.
    trims_last: bool,
}

impl Gap<'_> {
    fn edits(&self, most_blank_lines: usize, wanted: &Wanted) -> Vec<Edit> {
        let mut edits = Vec::new();
        let mut blank_lines = 0;
        let mut start = self.start;
        for line in self.text.split_inclusive('\n') {
            let bom = if start == 0 && line.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
            let words = line.get(bom..).unwrap_or_default().trim_end_matches(['\r', '\n']);
            let trimmed = words.trim_start_matches(BLANKS);
            let blanks = start + bom..start + bom + words.len() - trimmed.len();
            let is_whole = line.ends_with('\n');
            let is_blank = trimmed.is_empty() && is_whole && bom == 0;
            blank_lines = if is_blank { blank_lines + 1 } else { 0 };
            let can_go = trimmed.starts_with('#') || trimmed.is_empty() && (is_whole || self.trims_last);
            let line_end = if is_whole { start + bom + words.len() } else { self.line_end };
            let next_start = start + line.len();
            match wanted.holds(&(start..line_end)) {
                true if blank_lines > most_blank_lines => edits.push(Edit::delete(start..next_start)),
                true if can_go && !blanks.is_empty() => edits.push(Edit::delete(blanks)),
                _ => {}
            }
            start = next_start;
        }
        edits
    }
}

/// Where the blank lines begin that a text ends with.
fn blank_lines_at_end(text: &str) -> usize {
    let mut start = text.len();
    for line in text.split_inclusive('\n').rev() {
        if !line.trim_end_matches(['\r', '\n']).trim_matches(BLANKS).is_empty() {
            break;
        }
        start -= line.len();
    }
    start
}

/// Whether a last line with words in it has no line break, and would be the same with one.
fn lacks_line_break(document: &Document) -> bool {
    let text = document.text();
    let end = text.slice(text.len().saturating_sub(1)..text.len());
    let is_open = document.file().items().last().is_some_and(|item| item.instruction.is_open());
    !is_open && !end.is_empty() && !end.ends_with(['\n', '\r'])
}

fn last_line(document: &Document) -> Span {
    let text = document.text();
    let start = match document.file().tail() {
        tail if tail.is_empty() => document.file().items().last().map_or(0, |item| item.start),
        tail => tail.start,
    };
    let last = text.slice(start..text.len());
    let length = last.rsplit('\n').next().unwrap_or_default().len();
    text.len() - length..text.len()
}

fn line_break(document: &Document) -> &'static str {
    let tail = document.text().slice(document.file().tail());
    let is_windows = |item: &Item| item.instruction.newline() == "\r\n";
    if document.file().items().iter().any(is_windows) || tail.contains("\r\n") { "\r\n" } else { "\n" }
}
