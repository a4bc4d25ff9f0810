//! What is under the cursor.
use crate::document::Cx;
use crate::text::Span;

/// What is shown for a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// The place it is about.
    pub span: Span,
    /// Markdown.
    pub markdown: String,
}

/// What is at a byte offset.
pub fn find(_cx: &Cx<'_>, _offset: usize) -> Option<Hover> {
    None
}
