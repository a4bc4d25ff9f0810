//! What can be typed at a place: a chain of completers, one for each subject; the first that the place belongs to
//! answers. Half-typed text is the normal case. Nothing in comments, in heredocs and in quoted words.

mod cursor;
mod flag;
mod image;
mod keyword;
mod stage;
mod value;
mod variable;

use crate::document::Cx;
use crate::text::Edit;
use cursor::Cursor;

/// What a completion stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An instruction's keyword.
    Instruction,
    /// A build stage.
    Stage,
    /// An image, or a tag of one.
    Image,
    /// A flag of an instruction.
    Flag,
    /// A value that a flag or an instruction takes.
    Value,
    /// A variable.
    Variable,
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
pub fn complete(cx: &Cx<'_>, offset: usize) -> Vec<Completion> {
    let Some(cursor) = Cursor::new(cx, offset) else {
        return keyword::at_line_start(cx, offset).unwrap_or_default();
    };
    variable::complete(&cursor)
        .or_else(|| keyword::complete(&cursor))
        .or_else(|| stage::complete(&cursor))
        .or_else(|| value::complete(&cursor))
        .or_else(|| flag::complete(&cursor))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests;
