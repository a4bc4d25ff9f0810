//! The only translator between byte spans and the protocol's positions, and between our words and its.

use tower_lsp::ls_types::{DiagnosticSeverity, MarkupContent, MarkupKind, Position, Range, TextEdit};

use super::plain;
use crate::rules::Severity;
use crate::text::{self, Edit, Encoding, Span, Text};

/// The byte offset of a position; clamped to the text.
pub(crate) fn offset(text: &Text, position: Position, encoding: Encoding) -> usize {
    let Position { line, character } = position;
    text.offset(text::Position { line, character }, encoding)
}

/// The byte span of a range; clamped to the text. A range whose end is before its start is empty.
pub(crate) fn span(text: &Text, range: Range, encoding: Encoding) -> Span {
    let start = offset(text, range.start, encoding);
    start..offset(text, range.end, encoding).max(start)
}

/// The range of one span. For many, see [`Positions`].
pub(crate) fn range(text: &Text, span: &Span, encoding: Encoding) -> Range {
    let position = |offset| {
        let text::Position { line, character } = text.position(offset, encoding);
        Position { line, character }
    };
    Range { start: position(span.start), end: position(span.end) }
}

/// Edits of a text.
pub(crate) fn text_edits(text: &Text, edits: &[Edit], encoding: Encoding) -> Vec<TextEdit> {
    let text_edit = |edit: &Edit| TextEdit::new(range(text, &edit.span, encoding), edit.new_text.clone());
    edits.iter().map(text_edit).collect()
}

/// A severity.
pub(crate) fn severity(severity: Severity) -> DiagnosticSeverity {
    match severity {
        Severity::Error => DiagnosticSeverity::ERROR,
        Severity::Warning => DiagnosticSeverity::WARNING,
        Severity::Info => DiagnosticSeverity::INFORMATION,
        Severity::Hint => DiagnosticSeverity::HINT,
    }
}

/// Markdown as the client takes it.
pub(crate) fn markup(markdown: &str, kind: &MarkupKind) -> MarkupContent {
    let value = match kind {
        MarkupKind::Markdown => markdown.to_owned(),
        MarkupKind::PlainText => plain::text(markdown),
    };
    MarkupContent { kind: kind.clone(), value }
}

/// Finds the positions of many offsets: one look into the rope serves all that are near each other. Fastest where
/// they ascend.
pub(crate) struct Positions<'a> {
    text: &'a Text,
    encoding: Encoding,
    piece: &'a str,
    start: usize,
    line: usize,
}

impl<'a> Positions<'a> {
    /// For the offsets of a text.
    pub(crate) fn new(text: &'a Text, encoding: Encoding) -> Positions<'a> {
        let (piece, start, line) = text.piece(0);
        Positions { text, encoding, piece, start, line }
    }

    /// The range of a span; as [`range`] gives it.
    pub(crate) fn range(&mut self, span: &Span) -> Range {
        Range { start: self.position(span.start), end: self.position(span.end) }
    }

    fn position(&mut self, offset: usize) -> Position {
        if offset < self.start || offset >= self.start + self.piece.len() {
            (self.piece, self.start, self.line) = self.text.piece(offset);
        }
        let mut inside = offset.saturating_sub(self.start).min(self.piece.len());
        while !self.piece.is_char_boundary(inside) {
            inside -= 1;
        }
        let (before, after) = self.piece.split_at(inside);
        // Inside a `\r\n` the line has not ended yet.
        let ended =
            if after.starts_with('\n') { before.strip_suffix('\r').unwrap_or(before) } else { before };
        let Some(line_break) = ended.bytes().rposition(|byte| byte == b'\n' || byte == b'\r') else {
            // The line begins in another piece.
            return range(self.text, &(offset..offset), self.encoding).start;
        };
        let column = before.get(line_break + 1..).unwrap_or_default();
        let column = match self.encoding {
            Encoding::Utf8 => column.len(),
            _ if column.is_ascii() => column.len(),
            Encoding::Utf16 => column.encode_utf16().count(),
            Encoding::Utf32 => column.chars().count(),
        };
        Position { line: clamp(self.line + line_breaks(ended)), character: clamp(column) }
    }
}

fn line_breaks(text: &str) -> usize {
    let count = |wanted: u8| text.bytes().filter(|byte| *byte == wanted).count();
    match count(b'\r') {
        0 => count(b'\n'),
        returns => count(b'\n') + returns - text.matches("\r\n").count(),
    }
}

fn clamp(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(source: &str, step: usize) {
        let text = Text::new(source);
        for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
            let mut positions = Positions::new(&text, encoding);
            for start in (0..source.len() + 2).step_by(step) {
                let span = start..start + 3;
                assert_eq!(positions.range(&span), range(&text, &span, encoding), "{start} in {source:?}");
            }
            // Backwards too, though it is slower.
            assert_eq!(positions.range(&(0..1)), range(&text, &(0..1), encoding));
        }
    }

    proptest! {
        #[test]
        fn positions_and_the_rope_agree(source in "[a-b\r\n\u{c}é🐳\u{2028}]{0,40}") {
            check(&source, 1);
        }

        #[test]
        fn positions_and_the_rope_agree_across_pieces(source in "[a-b\r\n é🐳]{20,40}", count in 50..120usize) {
            check(&source.repeat(count), 101);
        }
    }

    #[test]
    fn a_range_that_ends_before_it_starts_is_empty() {
        let text = Text::new("FROM a\n");
        let range = Range::new(Position::new(0, 4), Position::new(0, 1));
        assert_eq!(span(&text, range, Encoding::Utf16), 4..4);
    }
}
