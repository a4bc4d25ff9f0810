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

/// The range of one span. For many, see [`Lines`].
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

/// A text laid out for many positions at once: reading a rope piece by piece costs more than the analysis.
pub(crate) struct Lines {
    text: String,
    starts: Vec<usize>,
    encoding: Encoding,
}

impl Lines {
    /// Lays out a text. Costs a copy.
    pub(crate) fn new(text: &Text, encoding: Encoding) -> Lines {
        let text = text.to_string();
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for (index, byte) in bytes.iter().enumerate() {
            let ends = match byte {
                b'\n' => true,
                b'\r' => bytes.get(index + 1) != Some(&b'\n'),
                _ => false,
            };
            if ends {
                starts.push(index + 1);
            }
        }
        Lines { text, starts, encoding }
    }

    /// The range of a span; as [`range`] gives it.
    pub(crate) fn range(&self, span: &Span) -> Range {
        Range { start: self.position(span.start), end: self.position(span.end) }
    }

    fn position(&self, offset: usize) -> Position {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let start = self.starts.get(line).copied().unwrap_or_default();
        let before = self.text.get(start..offset).unwrap_or_default();
        let column = match self.encoding {
            Encoding::Utf8 => before.len(),
            _ if before.is_ascii() => before.len(),
            Encoding::Utf16 => before.encode_utf16().count(),
            Encoding::Utf32 => before.chars().count(),
        };
        Position { line: clamp(line), character: clamp(column) }
    }
}

fn clamp(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn laid_out_lines_and_the_rope_agree(source in "[a-b\r\n\u{c}é🐳\u{2028}]{0,40}") {
            let text = Text::new(&source);
            for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
                let lines = Lines::new(&text, encoding);
                for start in 0..source.len() + 2 {
                    let span = start..start + 3;
                    prop_assert_eq!(lines.range(&span), range(&text, &span, encoding));
                }
            }
        }
    }

    #[test]
    fn a_range_that_ends_before_it_starts_is_empty() {
        let text = Text::new("FROM a\n");
        let range = Range::new(Position::new(0, 4), Position::new(0, 1));
        assert_eq!(span(&text, range, Encoding::Utf16), 4..4);
    }
}
