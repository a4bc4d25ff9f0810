//! Ignore files as documents of their own: `.dockerignore` and `<Dockerfile>.dockerignore`. In: such a text, and the
//! build context that it belongs to; out: what is found in it, and what is at a place of it. A pattern that cannot be
//! judged, for the folder is not known or too big, is left alone.

mod completion;
mod definition;
mod finding;
mod hover;
mod listing;

use crate::context::ignore::{IgnoreFile, Pattern};
use crate::document::Cx;
use crate::text::Span;

pub use completion::complete;
pub use definition::definition;
pub use finding::find;
pub use hover::hover;

/// An ignore file with the places of its patterns.
struct Reading {
    ignore: IgnoreFile,
    /// Every line without the blanks around it.
    lines: Vec<Span>,
}

impl Reading {
    fn new(cx: &Cx<'_>) -> Reading {
        let text = cx.document.text().to_string();
        let mut start = 0;
        let line = |line: &str| {
            let trimmed = line.trim_start_matches('\u{feff}').trim_start();
            let first = start + line.len() - trimmed.len();
            start += line.len() + 1;
            first..first + trimmed.trim_end().len()
        };
        Reading { ignore: IgnoreFile::new(&text), lines: text.split('\n').map(line).collect() }
    }

    /// The place of a pattern, with its `!`.
    fn span(&self, line: usize) -> Span {
        self.lines.get(line).cloned().unwrap_or_default()
    }

    /// The pattern at a byte offset, and its index.
    fn at(&self, offset: usize) -> Option<(usize, &Pattern)> {
        let is_there = |pattern: &Pattern| {
            let span = self.span(pattern.line());
            (span.start..=span.end).contains(&offset)
        };
        self.ignore.patterns().iter().enumerate().find(|(_, pattern)| is_there(pattern))
    }
}

/// Whether a pattern is nothing but a path.
fn is_plain(pattern: &str) -> bool {
    !pattern.contains(['*', '?', '[', ']', '\\', '^'])
}

#[cfg(test)]
mod tests {
    use crate::context::BuildContext;
    use crate::context::shell_check::NoShellCheck;
    use crate::document::{Cx, Document};
    use crate::settings::Settings;

    /// Calls `look` with an ignore file and the folder that it belongs to.
    pub(super) fn look<T>(source: &str, context: &dyn BuildContext, look: impl FnOnce(&Cx<'_>) -> T) -> T {
        let (document, settings) = (Document::new(source), Settings::default());
        look(&Cx { document: &document, context, shell_check: &NoShellCheck, settings: &settings })
    }
}
