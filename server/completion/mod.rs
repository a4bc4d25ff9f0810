//! What can be typed at a place: a chain of completers, one for each subject; the first that the place belongs to
//! answers. Half-typed text is the normal case. Nothing in ordinary comments, in the data of
//! heredocs and in quoted words.

mod argument;
mod brought;
mod caches;
mod command;
mod comment;
mod cursor;
mod flag;
mod heredoc;
mod image;
mod keyword;
mod modifier;
mod mount;
mod name;
mod path;
mod shell;
mod stage;
mod user;
mod value;
mod variable;
mod whole;

use crate::document::Cx;
use crate::syntax::Zone;
use crate::text::{Edit, Span};
use cursor::Cursor;
pub use whole::is_whole;

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
    /// A file of the build context.
    File,
    /// A folder, of the build context or of the image.
    Folder,
    /// A program, or a sub-command of one.
    Command,
    /// The name of a rule.
    Rule,
    /// What a user is called.
    User,
}

/// Why it is asked what can be typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Somebody wants to see what there is.
    ByHand,
    /// Something was typed, perhaps only a blank: what nobody may want is left out.
    ByTyping,
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
    /// What is written instead where places can be filled in, in the protocol's notation.
    pub snippet: Option<String>,
    /// Whether nobody is to write it any more.
    pub is_deprecated: bool,
}

impl Completion {
    /// What is written as it is called.
    fn new(kind: Kind, label: impl Into<String>, span: Span) -> Completion {
        let label = label.into();
        Completion {
            edit: Edit::replace(span, label.clone()),
            label,
            kind,
            detail: None,
            documentation: None,
            snippet: None,
            is_deprecated: false,
        }
    }

    fn detail(self, detail: impl Into<String>) -> Completion {
        Completion { detail: Some(detail.into()), ..self }
    }

    fn documentation(self, documentation: Option<String>) -> Completion {
        Completion { documentation, ..self }
    }

    /// With another text than the label.
    fn writing(self, text: impl Into<String>) -> Completion {
        Completion { edit: Edit { new_text: text.into(), ..self.edit }, ..self }
    }

    fn deprecated(self, is_deprecated: bool) -> Completion {
        Completion { is_deprecated, ..self }
    }

    fn snippet(self, snippet: impl Into<String>) -> Completion {
        Completion { snippet: Some(snippet.into()), ..self }
    }
}

/// What can be typed at a byte offset; the client filters by what is already there.
pub fn complete(cx: &Cx<'_>, offset: usize, asked: Asked) -> Vec<Completion> {
    let Some(cursor) = Cursor::new(cx, offset, asked) else {
        let comment = || comment::complete(cx, offset, asked);
        let script = || script(cx, offset, asked);
        return keyword::at_line_start(cx, offset).or_else(comment).or_else(script).unwrap_or_default();
    };
    variable::complete(&cursor)
        .or_else(|| modifier::complete(&cursor))
        .or_else(|| keyword::complete(&cursor))
        .or_else(|| mount::complete(&cursor))
        .or_else(|| stage::complete(&cursor))
        .or_else(|| user::of_flag(&cursor))
        .or_else(|| value::complete(&cursor))
        .unwrap_or_else(|| arguments(&cursor))
}

/// In the lines of a heredoc that a RUN has a shell read.
fn script(cx: &Cx<'_>, offset: usize, asked: Asked) -> Option<Vec<Completion>> {
    let index = cx.document.file().index_of_typing(offset)?;
    let item = cx.document.file().item(index)?;
    match item.instruction.zone_at(offset.checked_sub(item.start)?) {
        Zone::HeredocBody(_) => {
            variable::in_script(cx, index, offset).or_else(|| shell::at(cx, index, offset, asked))
        }
        _ => None,
    }
}

/// `None` where the cursor is not in its subject.
type Completer = fn(&Cursor<'_>) -> Option<Vec<Completion>>;

/// What stands behind the keyword, one thing beside the other.
fn arguments(cursor: &Cursor<'_>) -> Vec<Completion> {
    let kinds: [Completer; 7] = [
        path::complete,
        name::complete,
        user::complete,
        argument::complete,
        shell::complete,
        heredoc::complete,
        flag::complete,
    ];
    kinds.into_iter().filter_map(|complete| complete(cursor)).flatten().collect()
}

#[cfg(test)]
mod tests;
