//! How the lines of a document end: what a fix must leave as it is.

use crate::document::Document;

/// How the lines of a document end.
pub(super) struct LineEndings {
    /// How many `\n` there are.
    breaks: usize,
    /// How many of them follow a `\r`.
    pairs: usize,
    has_return: bool,
    /// Whether the last line ends.
    is_ended: bool,
    /// Whether the file begins with a byte order mark.
    has_mark: bool,
}

impl LineEndings {
    /// Reads them.
    pub(super) fn of(document: &Document) -> LineEndings {
        let text = document.text();
        let (mut has_return, mut offset) = (false, 0);
        while offset < text.len() && !has_return {
            let (piece, start, _) = text.piece(offset);
            has_return = piece.contains('\r');
            offset = start + piece.len().max(1);
        }
        let whole = if has_return { text.to_string() } else { String::new() };
        LineEndings {
            breaks: if has_return { whole.matches('\n').count() } else { text.line_count() - 1 },
            pairs: whole.matches("\r\n").count(),
            has_return,
            is_ended: text.slice(text.len().saturating_sub(1)..text.len()) == "\n",
            has_mark: text.piece(0).0.starts_with('\u{feff}'),
        }
    }

    /// Whether lines end afterwards as they did.
    pub(super) fn are_kept(&self, after: &LineEndings) -> bool {
        let has_only_pairs = |endings: &LineEndings| endings.breaks == endings.pairs;
        let had_only_pairs = self.breaks > 0 && has_only_pairs(self);
        (self.is_ended, self.has_mark) == (after.is_ended, after.has_mark)
            && (!had_only_pairs || has_only_pairs(after))
            && (self.has_return || !after.has_return)
    }
}
