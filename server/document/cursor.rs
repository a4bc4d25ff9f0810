//! The place in a document that something is asked about, with the instruction around it.

use super::Cx;
use crate::semantic::Model;
use crate::syntax::{Ast, File, Instruction, Item, Part, Zone};
use crate::text::Span;

/// The place that is asked about.
pub struct Cursor<'a> {
    /// The document and what is known beside it.
    pub cx: &'a Cx<'a>,
    /// In bytes of the document.
    pub offset: usize,
    /// The instruction, as an index of the file's.
    pub index: usize,
    /// The instruction.
    pub item: &'a Item,
    /// In bytes of the instruction's source.
    pub local: usize,
    /// What the place belongs to.
    pub zone: Zone,
}

impl<'a> Cursor<'a> {
    /// The cursor at a byte of the document; `None` outside of all instructions.
    pub fn new(cx: &'a Cx<'a>, offset: usize) -> Option<Cursor<'a>> {
        let file = cx.document.file();
        let index = file.index_at(offset)?;
        let item = file.item(index)?;
        let local = offset.checked_sub(item.start)?;
        Some(Cursor { cx, offset, index, item, local, zone: item.instruction.zone_at(local) })
    }

    /// The instruction.
    pub fn instruction(&self) -> &'a Instruction {
        &self.item.instruction
    }

    /// The instruction's parts, or those of the one that an ONBUILD keeps.
    pub fn ast(&self) -> &'a Ast {
        self.instruction().ast().innermost()
    }

    /// The file of the document.
    pub fn file(&self) -> &'a File {
        self.cx.document.file()
    }

    /// What the document means.
    pub fn model(&self) -> &'a Model {
        self.cx.document.model()
    }

    /// Whether it is on a part of the joined line.
    pub fn is_on(&self, part: Part) -> bool {
        // Two words can meet in the joined line, and stand on two lines of the source.
        let place = self.instruction().place(part);
        matches!(self.zone, Zone::Line(offset) if part.touches(offset))
            && (place.start..=place.end).contains(&self.local)
    }

    /// A span of the instruction `item` as a span of the document.
    pub fn absolute(&self, item: usize, span: Span) -> Option<Span> {
        Some(self.file().item(item)?.absolute(span))
    }

    /// A part of the joined line of the instruction `item` as a span of the document.
    pub fn part(&self, item: usize, part: Part) -> Option<Span> {
        let item = self.file().item(item)?;
        Some(item.absolute(item.instruction.place(part)))
    }
}
