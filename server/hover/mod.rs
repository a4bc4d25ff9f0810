//! What is under the cursor: a chain of finders, one for each subject, the most particular first. What the
//! rules have to say of the place follows. Nothing in ordinary comments and in heredoc data.

mod argument;
mod base_image;
mod comment;
mod cursor;
mod finding;
mod flag;
mod folder;
mod image;
mod keyword;
mod layer;
pub(crate) mod markup;
mod mount;
mod origin;
mod path;
mod signal;
mod stage;
mod variable;
mod word;

use crate::document::Cx;
use crate::document::cursor::Cursor;
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
pub fn find(cx: &Cx<'_>, offset: usize) -> Option<Hover> {
    if let Some(hover) = comment::find(cx, offset) {
        return Some(hover);
    }
    let cursor = Cursor::new(cx, offset)?;
    let subject = variable::find(&cursor)
        .or_else(|| stage::find(&cursor))
        .or_else(|| image::find(&cursor))
        .or_else(|| path::find(&cursor))
        .or_else(|| mount::find(&cursor))
        .or_else(|| flag::find(&cursor))
        .or_else(|| keyword::find(&cursor))
        .or_else(|| folder::find(&cursor))
        .or_else(|| signal::find(&cursor))
        .or_else(|| argument::find(&cursor))
        .or_else(|| word::find(&cursor));
    finding::add(&cursor, subject)
}

#[cfg(test)]
mod tests;
