//! What is said of the place that is asked about.

use super::Hover;
use crate::document::cursor::Cursor;
use crate::syntax::{Instruction, Part};
use crate::text::Span;

impl Cursor<'_> {
    /// A hover about a part of the joined line.
    pub(super) fn hover(&self, part: Part, markdown: String) -> Hover {
        Hover { span: self.item.absolute(self.instruction().place(part)), markdown }
    }

    /// The line of a part of an instruction, as people count.
    pub(super) fn line_of(&self, item: usize, part: impl FnOnce(&Instruction) -> Option<Part>) -> u32 {
        let items = self.cx.document.file().items();
        let start = items.get(item).map_or(0, |item| {
            let span: Span = match part(&item.instruction) {
                Some(part) => item.instruction.place(part),
                None => item.instruction.span(),
            };
            item.start + span.start
        });
        self.cx.document.line_number(start)
    }
}
