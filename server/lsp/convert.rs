//! The only translator between byte spans and the protocol's positions, and between our words and its.

use tower_lsp::ls_types::{
    DiagnosticSeverity, DiagnosticTag, MarkupContent, MarkupKind, Position, Range, TextEdit,
};

use super::plain;
use crate::rules::{Severity, Tag};
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

/// What editors show of a text that is found.
pub(crate) fn tag(tag: Tag) -> DiagnosticTag {
    match tag {
        Tag::Unnecessary => DiagnosticTag::UNNECESSARY,
        Tag::Deprecated => DiagnosticTag::DEPRECATED,
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

/// Finds the positions of many offsets: one look into the rope serves all that are near each other, and no byte is
/// counted twice while they ascend.
pub(crate) struct Positions<'a> {
    text: &'a Text,
    encoding: Encoding,
    /// A piece of the text, and where it begins.
    piece: &'a str,
    start: usize,
    /// So many bytes of the piece are counted; `line` is the line there, which begins at `line_start` of the
    /// piece, or in an earlier one.
    counted: usize,
    line: usize,
    line_start: Option<usize>,
}

impl<'a> Positions<'a> {
    /// For the offsets of a text.
    pub(crate) fn new(text: &'a Text, encoding: Encoding) -> Positions<'a> {
        let mut positions =
            Positions { text, encoding, piece: "", start: 0, counted: 0, line: 0, line_start: None };
        positions.look(0);
        positions
    }

    /// The range of a span; as [`range`] gives it.
    pub(crate) fn range(&mut self, span: &Span) -> Range {
        Range { start: self.position(span.start), end: self.position(span.end) }
    }

    fn look(&mut self, offset: usize) {
        (self.piece, self.start, self.line) = self.text.piece(offset);
        (self.counted, self.line_start) = (0, (self.start == 0).then_some(0));
    }

    fn position(&mut self, offset: usize) -> Position {
        if offset < self.start + self.counted || offset >= self.start + self.piece.len() {
            self.look(offset);
        }
        let mut inside = offset.saturating_sub(self.start).min(self.piece.len());
        while !self.piece.is_char_boundary(inside) {
            inside -= 1;
        }
        self.count_to(inside);
        let Some(column) = self.line_start.and_then(|start| self.piece.get(start..inside)) else {
            return range(self.text, &(offset..offset), self.encoding).start;
        };
        let column = match self.encoding {
            Encoding::Utf8 => column.len(),
            _ if column.is_ascii() => column.len(),
            Encoding::Utf16 => column.encode_utf16().count(),
            Encoding::Utf32 => column.chars().count(),
        };
        Position { line: clamp(self.line), character: clamp(column) }
    }

    fn count_to(&mut self, inside: usize) {
        let new = self.piece.get(self.counted..inside).unwrap_or_default();
        // Inside a `\r\n` the line has not ended yet.
        let is_split = self.piece.as_bytes().get(inside) == Some(&b'\n');
        let new = if is_split { new.strip_suffix('\r').unwrap_or(new) } else { new };
        if let Some(last) = new.bytes().rposition(|byte| byte == b'\n' || byte == b'\r') {
            self.line += line_breaks(new);
            self.line_start = Some(self.counted + last + 1);
        }
        self.counted += new.len();
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
