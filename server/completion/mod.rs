//! What can be typed at a place.
use crate::document::Cx;
use crate::text::Edit;

/// What a completion stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An instruction's keyword.
    Instruction,
    /// A build stage.
    Stage,
}

/// One thing that can be typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// What is shown in the list.
    pub label: String,
    /// What it is.
    pub kind: Kind,
    /// Beside the label, short.
    pub detail: Option<String>,
    /// Markdown.
    pub documentation: Option<String>,
    /// What is changed when it is taken.
    pub edit: Edit,
}

/// What can be typed at a byte offset; the client filters by what is already there.
pub fn complete(_cx: &Cx<'_>, _offset: usize) -> Vec<Completion> {
    Vec::new()
}
