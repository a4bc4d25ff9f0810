//! The place that is asked about, with the instruction around it.

use crate::document::Cx;
use crate::semantic::Model;
use crate::syntax::{File, Instruction, Item, Part, Zone};
use crate::text::Span;

/// The place that is asked about.
pub(super) struct Place<'a> {
    pub(super) cx: &'a Cx<'a>,
    /// The instruction, as an index of the file's.
    pub(super) index: usize,
    pub(super) item: &'a Item,
    /// In bytes of the instruction's source.
    pub(super) local: usize,
    pub(super) zone: Zone,
}

impl<'a> Place<'a> {
    pub(super) fn new(cx: &'a Cx<'a>, offset: usize) -> Option<Place<'a>> {
        let file = cx.document.file();
        let index = file.index_at(offset)?;
        let item = file.items().get(index)?;
        let local = offset.checked_sub(item.start)?;
        Some(Place { cx, index, item, local, zone: item.instruction.zone_at(local) })
    }

    pub(super) fn instruction(&self) -> &'a Instruction {
        &self.item.instruction
    }

    pub(super) fn file(&self) -> &'a File {
        self.cx.document.file()
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

    /// A span of the instruction `item` as a span of the document.
    pub(super) fn absolute(&self, item: usize, span: Span) -> Option<Span> {
        Some(self.file().items().get(item)?.absolute(span))
    }

    /// A part of the joined line of the instruction `item` as a span of the document.
    pub(super) fn part(&self, item: usize, part: Part) -> Option<Span> {
        let item = self.file().items().get(item)?;
        Some(item.absolute(item.instruction.place(part)))
    }
}
