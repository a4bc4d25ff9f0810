//! Formatting: indentation of continuation lines, blanks at the ends of lines, blank lines between instructions.
//! What is inside strings, heredocs and comments stays byte for byte, and an instruction that cannot be shown to mean
//! the same afterwards stays as it is. Pure: gives edits, and knows nothing of editors or files.

mod body;
mod gaps;
mod lines;
mod operators;
mod proof;
mod scan;
mod tight;
mod typing;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::document::Document;
use crate::semantic::environment::Shell;
use crate::settings::format::{FormatSettings, Indent, Operators};
use crate::syntax::Item;
use crate::text::{Edit, Span};

pub use typing::on_type;

/// How a document is to look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Style {
    /// One step of indentation.
    pub indent: Indent,
    /// How many columns a tab is wide, at least one.
    pub tab_size: usize,
    /// Where the operators between commands stand.
    pub operators: Operators,
    /// The most blank lines in a row between instructions.
    pub max_blank_lines: usize,
    /// Whether blanks at the ends of lines go.
    pub trim_trailing_blanks: bool,
    /// Whether a line break is put at the end of the file where there is none.
    pub final_newline: bool,
    /// Whether blank lines at the end of the file go.
    pub trim_final_newlines: bool,
}

impl Default for Style {
    /// What the command line does where nothing is set.
    fn default() -> Style {
        Style {
            indent: Indent::Spaces(4),
            tab_size: 4,
            operators: Operators::Keep,
            max_blank_lines: 2,
            trim_trailing_blanks: true,
            final_newline: true,
            trim_final_newlines: true,
        }
    }
}

impl Style {
    /// The same style with what is set beating what is in it.
    #[must_use]
    pub fn with_settings(self, settings: &FormatSettings) -> Style {
        Style {
            indent: settings.indent.unwrap_or(self.indent),
            operators: settings.operators.unwrap_or(self.operators),
            max_blank_lines: settings.max_blank_lines.unwrap_or(self.max_blank_lines),
            ..self
        }
    }

    /// The width of one step of indentation, in columns.
    fn width(&self) -> usize {
        match self.indent {
            Indent::Tab => self.tab_size.max(1),
            Indent::Spaces(count) => count.max(1),
        }
    }

    /// Blanks that reach to a column.
    fn blanks(&self, column: usize) -> String {
        match self.indent {
            Indent::Tab => {
                let size = self.tab_size.max(1);
                "\t".repeat(column / size) + &" ".repeat(column % size)
            }
            Indent::Spaces(_) => " ".repeat(column),
        }
    }

    /// The column that blanks reach to.
    fn column(&self, blanks: &str) -> usize {
        let size = self.tab_size.max(1);
        blanks
            .bytes()
            .fold(0, |column, byte| if byte == b'\t' { (column / size + 1) * size } else { column + 1 })
    }
}

/// The lines that may change.
#[derive(Clone, Debug)]
struct Wanted(Option<Span>);

impl Wanted {
    /// Whether a line (without its line break) may change. A selection that ends where a line begins does not hold it.
    fn holds(&self, line: &Span) -> bool {
        let Some(span) = &self.0 else { return true };
        let ends_before = span.end < line.start || span.end == line.start && span.start < line.start;
        span.start <= line.end && !ends_before
    }
}

/// The edits that format a document, or those of its lines that `selection` (bytes of the document) touches: in order,
/// apart, each within one line but for the blank lines that go. None where nothing is to do.
pub fn edits(document: &Document, style: &Style, selection: Option<Span>) -> Vec<Edit> {
    let wanted = Wanted(selection);
    let mut edits = Vec::new();
    for (index, item) in document.file().items().iter().enumerate() {
        edits.extend(gaps::above(document, item, style, &wanted));
        let shell = || shell_at(document, index);
        let changes = body::edits(&item.instruction, &shell, style, &inside(item, &wanted));
        edits.extend(changes.into_iter().map(|edit| moved(item, edit)));
    }
    edits.extend(gaps::at_end(document, style, &wanted));
    edits
}

/// An edit of an instruction's source as one of the document.
fn moved(item: &Item, edit: Edit) -> Edit {
    Edit { span: item.absolute(edit.span), new_text: edit.new_text }
}

/// What is wanted of an instruction, in bytes of its source.
fn inside(item: &Item, wanted: &Wanted) -> Wanted {
    let Some(span) = &wanted.0 else { return Wanted(None) };
    if span.end < item.start || span.start > item.end() {
        // No line has this place.
        return Wanted(Some(usize::MAX..usize::MAX));
    }
    // One byte before the source is no place in it, but tells that the selection began there.
    let start = span.start.saturating_sub(item.start);
    let is_from_above = span.start < item.start;
    let end = span.end - item.start;
    Wanted(Some(if is_from_above && end == 0 { usize::MAX..usize::MAX } else { start..end }))
}

/// The shell that reads the shell forms of an instruction.
fn shell_at(document: &Document, index: usize) -> Arc<Shell> {
    let environment = document.model().environment_at(index);
    environment
        .map_or_else(|| Arc::new(before_any_stage(document)), |environment| Arc::clone(&environment.shell))
}

fn before_any_stage(document: &Document) -> Shell {
    if document.file().directives().escape() == '`' { Shell::Unknown } else { Shell::default_posix() }
}
