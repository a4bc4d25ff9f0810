//! The instructions of a file, and how an edit changes them: only what it touches is read again.

use std::mem::take;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::ast::Kind;
use super::directives::Directives;
use super::instruction::{Instruction, mark_of};
use super::marks::Marks;
use crate::text::{Edit, Span, Text};

/// The instructions of a file. They lie side by side: each begins where the one before ends, and `tail` is
/// what follows the last.
#[derive(Clone, Debug)]
pub struct File {
    directives: Directives,
    items: Vec<Item>,
    tail_start: usize,
    length: usize,
}

/// An instruction and where it is. What a pass over the whole file asks of each instruction stands here too, where the
/// items lie side by side: on a long file such a pass waits for memory, and need not visit what it does not look for.
#[derive(Clone, Debug)]
pub struct Item {
    /// The byte at which its source begins; its spans count from here.
    pub start: usize,
    /// Which instruction it is.
    pub kind: Kind,
    /// The instruction.
    pub instruction: Arc<Instruction>,
    /// What no other instruction that was ever read has: an edit leaves it to those that it does not touch.
    pub(crate) id: u64,
    /// Room for yes or no answers that the semantic model derives from this instruction alone.
    pub(crate) meanings: Marks<1>,
    /// Room for yes or no answers that the rules derive from this instruction alone.
    pub(crate) picks: Marks<2>,
}

impl Item {
    fn new(start: usize, instruction: Arc<Instruction>) -> Item {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let (kind, id) = (instruction.ast().kind, NEXT.fetch_add(1, Ordering::Relaxed));
        Item { start, kind, instruction, id, meanings: Marks::default(), picks: Marks::default() }
    }

    /// One past the last byte of its source.
    pub fn end(&self) -> usize {
        self.start + self.instruction.source().len()
    }

    /// The instruction's own span (no comments above it) in the file.
    pub fn span(&self) -> Span {
        self.absolute(self.instruction.span())
    }

    /// A span of the instruction as a span of the file.
    pub fn absolute(&self, span: Span) -> Span {
        self.start + span.start..self.start + span.end
    }
}

/// How much text is taken out of the rope at first when an edit is followed.
const WINDOW: usize = 4096;

impl File {
    /// Splits a whole text. Never fails: any text gives a list of instructions.
    pub fn new(source: &str) -> File {
        let directives = Directives::read(source);
        let escape = directives.escape();
        let mut items: Vec<Item> = Vec::new();
        let mut start = 0;
        let mut mark = mark_of(source);
        while let Some(instruction) =
            source.get(start..).and_then(|rest| Instruction::read(rest, escape, take(&mut mark)))
        {
            let item = Item::new(start, Arc::new(instruction));
            start = item.end();
            items.push(item);
        }
        File { directives, items, tail_start: start, length: source.len() }
    }

    /// A file of so many bytes that are all comments and blank lines.
    pub(crate) fn without_instructions(length: usize) -> File {
        File { directives: Directives::default(), items: Vec::new(), tail_start: 0, length }
    }

    /// The file after one edit (inside the old text, at character boundaries) that led to `text`.
    /// Instructions that it does not touch are the same `Arc`s as before.
    pub(crate) fn edited(&self, text: &Text, edit: &Edit) -> File {
        let first = self.items.partition_point(|item| item.end() < edit.span.start);
        let start = self.items.get(first).map_or(self.tail_start, |item| item.start);
        let mut directives = self.directives.clone();
        if start == 0 {
            directives = Directives::read(&text.slice(0..self.head_length(edit)));
            if directives.escape() != self.directives.escape() {
                return File::new(&text.to_string());
            }
        }
        let escape = directives.escape();
        let edit_end = edit.span.start + edit.new_text.len();
        let mut items: Vec<Item> = self.items.iter().take(first).cloned().collect();
        let mut position = start;
        let mut old = self.items.iter().skip(first);
        while let Some(instruction) = read_from(text, position, escape) {
            let same =
                old.next().map(|item| &item.instruction).filter(|old| old.source() == instruction.source());
            let item = Item::new(position, same.map_or_else(|| Arc::new(instruction), Arc::clone));
            position = item.end();
            items.push(item);
            if position < edit_end {
                continue;
            }
            let old_position = position - edit_end + edit.span.end;
            // What stood at the head, a tail alone or the first instruction, may have lost its byte order mark.
            if old_position == self.tail_start && old_position > 0 {
                break;
            }
            if let Ok(met) = self.items.binary_search_by_key(&old_position, |item| item.start)
                && (met > 0 || !self.items.iter().take(1).any(|item| mark_of(item.instruction.source()) > 0))
            {
                items.extend(
                    self.items
                        .iter()
                        .skip(met)
                        .map(|item| Item { start: item.start - edit.span.end + edit_end, ..item.clone() }),
                );
                position = self.tail_start - edit.span.end + edit_end;
                break;
            }
        }
        File { directives, items, tail_start: position, length: text.len() }
    }

    /// The parser directives at the head.
    pub fn directives(&self) -> &Directives {
        &self.directives
    }

    /// The instructions, in order.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// The instruction with this index, with its place in the file; `None` behind the last.
    pub fn item(&self, index: usize) -> Option<&Item> {
        self.items.get(index)
    }

    /// The instruction with this index; `None` behind the last.
    pub fn instruction(&self, index: usize) -> Option<&Instruction> {
        self.items.get(index).map(|item| &*item.instruction)
    }

    /// What follows the last instruction: comments and blank lines.
    pub fn tail(&self) -> Span {
        self.tail_start..self.length
    }

    /// The index of the instruction whose source (comments above it included) holds the byte at `offset`;
    /// at the very end of the file, the last one if it is not closed by a line break.
    pub fn index_at(&self, offset: usize) -> Option<usize> {
        let index = self.items.partition_point(|item| item.start <= offset).checked_sub(1)?;
        let item = self.items.get(index)?;
        let is_inside =
            offset < item.end() || offset == item.end() && !item.instruction.source().ends_with('\n');
        is_inside.then_some(index)
    }

    /// The index of the instruction that what is typed at `offset` would belong to: as [`File::index_at`], and
    /// the last one at the end of the file where that still lacks a line.
    pub fn index_of_typing(&self, offset: usize) -> Option<usize> {
        let last = self.items.last().filter(|item| item.instruction.is_open() && item.end() == offset);
        self.index_at(offset).or_else(|| last.and(self.items.len().checked_sub(1)))
    }

    /// Enough of the text after the edit to hold the directives.
    fn head_length(&self, edit: &Edit) -> usize {
        let first = self.items.first().map_or(self.length, Item::end);
        first.max(edit.span.end) + edit.new_text.len() + WINDOW
    }
}

/// Reads the instruction at `position`, taking more of the text until it surely ends inside.
fn read_from(text: &Text, position: usize, escape: char) -> Option<Instruction> {
    let mut window = WINDOW;
    loop {
        let end = position.saturating_add(window).min(text.len());
        let source = text.slice(position..end);
        let is_whole = position + source.len() >= text.len();
        let mark = if position == 0 { mark_of(&source) } else { 0 };
        let instruction = Instruction::read(&source, escape, mark);
        let is_inside = instruction.as_ref().is_some_and(|found| found.source().len() < source.len());
        if is_whole || is_inside {
            return instruction;
        }
        window = window.saturating_mul(4);
    }
}
