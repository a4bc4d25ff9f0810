//! Where what is under the cursor is said and used, and how it is renamed: stages, variables, the markers of heredocs;
//! and the files that a copy takes. A chain of finders, one for each subject. Nothing in comments and in the
//! lines of heredocs that no one expands.

mod heredoc;
mod hierarchy;
mod moved;
mod rename;
mod source;
mod stage;
mod variable;

use crate::document::Cx;
use crate::document::cursor::Cursor;
use crate::text::Span;
pub use hierarchy::{StageNode, StageUse, stage_node, used, users};
pub use moved::{Moved, follow};
pub use rename::{Renaming, prepare_rename, rename, rename_with_others};

/// Where something is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The words that were asked about.
    pub origin: Span,
    /// The places, the most telling first.
    pub targets: Vec<Target>,
}

/// A place where something is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// In the document.
    Here(Said),
    /// A file of the build context, by its path there.
    File(String),
}

/// A place of the document that says what something is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// All that says it: an instruction, the name and value of a variable.
    pub whole: Span,
    /// The name alone.
    pub name: Span,
}

/// A place of the document that names something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// The name, or what stands for it: a number, a variable.
    pub span: Span,
    /// Whether the place says what the thing is.
    pub is_declaration: bool,
    /// Whether the name itself is written there.
    is_name: bool,
}

/// Places that say the same name in the same letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Linked {
    /// The places, in order.
    pub spans: Vec<Span>,
    /// The names that could stand there, as a regular expression.
    pub pattern: &'static str,
}

/// Something that has a name, as seen from one place that names it.
struct Symbol {
    subject: Subject,
    name: String,
    /// The place that was asked about.
    here: Span,
    /// What gives the place its meaning, the strongest first.
    definitions: Vec<Said>,
    /// What makes the name known at the place.
    declaration: Option<Said>,
    /// Every place that names it, in order.
    occurrences: Vec<Occurrence>,
    /// Why it cannot be renamed.
    obstacle: Option<String>,
}

/// What kind of thing has the name.
enum Subject {
    Stage,
    Variable,
    /// The marker of the heredoc of an index, in an instruction of an index.
    Heredoc(usize, usize),
}

fn symbol(cx: &Cx<'_>, offset: usize) -> Option<Symbol> {
    let cursor = Cursor::new(cx, offset)?;
    heredoc::find(&cursor).or_else(|| variable::find(&cursor)).or_else(|| stage::find(&cursor))
}

/// What gives the name at a byte offset its meaning, or the files that a path there copies. Of a variable, what gives
/// the value comes first, then what that replaces: the value may be made from it. `None` where nothing in the file or
/// in the build context does.
pub fn definition(cx: &Cx<'_>, offset: usize) -> Option<Link> {
    match symbol(cx, offset) {
        Some(symbol) => link(symbol.here, symbol.definitions),
        None => source::find(&Cursor::new(cx, offset)?),
    }
}

/// What makes the name at a byte offset known there: as [`definition`], but one place at most, and a declaration is its
/// own.
pub fn declaration(cx: &Cx<'_>, offset: usize) -> Option<Link> {
    match symbol(cx, offset) {
        Some(symbol) => link(symbol.here, symbol.declaration.into_iter().collect()),
        None => source::find(&Cursor::new(cx, offset)?),
    }
}

fn link(origin: Span, said: Vec<Said>) -> Option<Link> {
    let targets: Vec<Target> = said.into_iter().map(Target::Here).collect();
    (!targets.is_empty()).then_some(Link { origin, targets })
}

/// The name of the stage at a byte offset, in lower case; `None` where there is none that has a name.
pub fn stage_at(cx: &Cx<'_>, offset: usize) -> Option<String> {
    let symbol = symbol(cx, offset).filter(|symbol| matches!(symbol.subject, Subject::Stage))?;
    let name = symbol.name.to_lowercase();
    cx.document.model().stage_named(&name)?.name.clone()
}

/// The name of the argument at a byte offset, which the build can give a value; `None` where there is none.
pub fn argument_at(cx: &Cx<'_>, offset: usize) -> Option<String> {
    let cursor = Cursor::new(cx, offset)?;
    heredoc::find(&cursor).is_none().then(|| variable::argument(&cursor))?
}

/// Every place that names what is at a byte offset, in order; none where nothing has a name.
pub fn occurrences(cx: &Cx<'_>, offset: usize) -> Vec<Occurrence> {
    symbol(cx, offset).map(|symbol| symbol.occurrences).unwrap_or_default()
}

/// The places that say the same name in the same letters as the one at a byte offset, so that they can be typed as one;
/// `None` where one of them stands for the name otherwise, or the name cannot be changed.
pub fn linked(cx: &Cx<'_>, offset: usize) -> Option<Linked> {
    let symbol = symbol(cx, offset).filter(|symbol| symbol.obstacle.is_none())?;
    let named = symbol.occurrences.into_iter().filter(|occurrence| occurrence.is_name);
    let spans: Vec<Span> = named.map(|occurrence| occurrence.span).collect();
    let text = cx.document.text();
    let written = text.slice(symbol.here.clone());
    let is_same =
        spans.contains(&symbol.here) && spans.iter().all(|span| text.slice(span.clone()) == written);
    let pattern = match symbol.subject {
        Subject::Stage => "[A-Za-z][A-Za-z0-9._-]*",
        Subject::Variable => "[A-Za-z_][A-Za-z0-9_]*",
        Subject::Heredoc(..) => "[A-Za-z_][A-Za-z0-9._-]*",
    };
    is_same.then_some(Linked { spans, pattern })
}

#[cfg(test)]
mod tests;
