//! The lines of one instruction as they stand in its source, without its heredocs.

use crate::syntax::Instruction;
use crate::text::Span;

/// One line of an instruction; offsets are bytes of its source.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// Where it begins; the first line begins at the keyword.
    pub(super) start: usize,
    /// Where its text begins, after spaces and tabs.
    pub(super) text: usize,
    /// Where it ends, before the line break.
    pub(super) end: usize,
    /// What it is.
    pub(super) kind: LineKind,
    /// Whether its text begins with a blank that is no space and no tab.
    pub(super) is_odd: bool,
}

/// What a line of an instruction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LineKind {
    /// The one with the keyword.
    First,
    /// A continued one, with where it begins in the joined line.
    Content(usize),
    /// A continued one with nothing on it but the escape character.
    Spacer(usize),
    /// A comment.
    Comment,
    /// Nothing but blanks.
    Blank,
}

impl Line {
    /// All of it, without the line break.
    pub(super) fn span(&self) -> Span {
        self.start..self.end
    }

    /// The spaces and tabs at its start.
    pub(super) fn indentation(&self) -> Span {
        self.start..self.text
    }

    /// Where its words end: before the escape character and the blanks around it.
    pub(super) fn words_end(&self, instruction: &Instruction) -> usize {
        let text = instruction.source().get(self.text..self.end).unwrap_or_default();
        let text = text.trim_end_matches(BLANKS);
        let words = match text.strip_suffix(instruction.escape()) {
            Some(words) if !words.ends_with(instruction.escape()) => words.trim_end_matches(BLANKS),
            _ => text,
        };
        self.text + words.len()
    }
}

/// What formatting counts as a blank. Docker and shells know more of them; those are left where they are.
pub(super) const BLANKS: [char; 2] = [' ', '\t'];

/// The lines of an instruction up to its heredocs, in order.
pub(super) fn lines(instruction: &Instruction) -> Vec<Line> {
    let source = instruction.source();
    let end = instruction.heredocs().first().map_or(source.len(), |heredoc| heredoc.body.start);
    let mut start = instruction.span().start;
    let mut lines = Vec::new();
    for whole in source.get(start..end).unwrap_or_default().split_inclusive('\n') {
        let text = whole.trim_end_matches(['\r', '\n']);
        let trimmed = text.trim_start_matches(BLANKS);
        let text_start = start + text.len() - trimmed.len();
        let kind = match trimmed.trim_start() {
            _ if lines.is_empty() => LineKind::First,
            "" => LineKind::Blank,
            words if words.starts_with('#') => LineKind::Comment,
            words => {
                let joined = instruction.line().offset(start);
                let only_escape =
                    words.trim_end_matches(BLANKS).strip_suffix(instruction.escape()) == Some("");
                if only_escape { LineKind::Spacer(joined) } else { LineKind::Content(joined) }
            }
        };
        let is_odd = trimmed.starts_with(char::is_whitespace);
        lines.push(Line { start, text: text_start, end: start + text.len(), kind, is_odd });
        start += whole.len();
    }
    lines
}
