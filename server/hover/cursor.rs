//! The place that is asked about, with the instruction around it.

use super::Hover;
use crate::document::Cx;
use crate::semantic::Model;
use crate::syntax::{Ast, Instruction, Item, Part, Zone};
use crate::text::Span;

/// The place that is asked about.
pub(super) struct Cursor<'a> {
    pub(super) cx: &'a Cx<'a>,
    /// In bytes of the document.
    pub(super) offset: usize,
    /// The instruction, as an index of the file's.
    pub(super) index: usize,
    pub(super) item: &'a Item,
    /// In bytes of the instruction's source.
    pub(super) local: usize,
    pub(super) zone: Zone,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(cx: &'a Cx<'a>, offset: usize) -> Option<Cursor<'a>> {
        let file = cx.document.file();
        let index = file.index_at(offset)?;
        let item = file.items().get(index)?;
        let local = offset.checked_sub(item.start)?;
        Some(Cursor { cx, offset, index, item, local, zone: item.instruction.zone_at(local) })
    }

    pub(super) fn instruction(&self) -> &'a Instruction {
        &self.item.instruction
    }

    /// The instruction's parts, or those of the one that an ONBUILD keeps.
    pub(super) fn ast(&self) -> &'a Ast {
        self.instruction().ast().innermost()
    }

    pub(super) fn model(&self) -> &'a Model {
        self.cx.document.model()
    }

    /// Whether it is on a part of the joined line.
    pub(super) fn is_on(&self, part: Part) -> bool {
        // Two words can meet in the joined line, and stand on two lines of the source.
        let place = self.instruction().place(part);
        matches!(self.zone, Zone::Line(offset) if part.touches(offset))
            && (place.start..=place.end).contains(&self.local)
    }

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
