//! The place where something is typed inside an instruction, and the word around it.

use super::Asked;
use crate::document::Cx;
use crate::syntax::{Arguments, Ast, Instruction, Item, Kind, Part, Zone};
use crate::text::Span;

/// The place where something is typed inside an instruction.
pub(super) struct Cursor<'a> {
    pub(super) cx: &'a Cx<'a>,
    /// In bytes of the document.
    pub(super) offset: usize,
    /// Why it is asked.
    pub(super) asked: Asked,
    /// The instruction, as an index of the file's.
    pub(super) index: usize,
    item: &'a Item,
    /// In the joined line.
    pub(super) joined: usize,
    /// The instruction's parts, or those of the one that an ONBUILD keeps, once the cursor is behind its keyword.
    pub(super) ast: &'a Ast,
    /// The word around the cursor, in the joined line.
    pub(super) word: Part,
    /// Where the arguments before the word begin: behind the last flag, else behind the keyword.
    arguments_start: usize,
}

impl<'a> Cursor<'a> {
    /// `None` where the words of no instruction are typed.
    pub(super) fn new(cx: &'a Cx<'a>, offset: usize, asked: Asked) -> Option<Cursor<'a>> {
        let file = cx.document.file();
        let index = file.index_of_typing(offset)?;
        let item = file.item(index)?;
        let instruction = &*item.instruction;
        let local = offset.checked_sub(item.start)?;
        let (joined, word) = match instruction.zone_at(local) {
            Zone::Line(joined) => {
                let word = word_at(instruction.line().text(), joined);
                let place = instruction.place(word);
                // At a continuation, the word may be all on the other line: what is typed here would change it.
                if !word.is_empty() && !(place.start..=place.end).contains(&local) {
                    return None;
                }
                (joined, word)
            }
            // The words before a continuation go on at the start of the next line, unless a blank stands there.
            Zone::Blank(joined) => {
                let line = instruction.source().get(..local)?.rsplit('\n').next()?;
                let ends_in_word = !instruction.line().text().get(..joined)?.ends_with(char::is_whitespace);
                if ends_in_word && line.is_empty() {
                    return None;
                }
                (joined, Part::new(joined, joined))
            }
            Zone::Comment(_) | Zone::HeredocBody(_) | Zone::HeredocEnd(_) | Zone::Outside => return None,
        };
        let ast = ast_at(instruction.ast(), word);
        let flags = ast.flags.iter().filter(|flag| flag.part.end <= word.start);
        let arguments_start = flags.map(|flag| flag.part.end).max().unwrap_or(ast.keyword.end) as usize;
        Some(Cursor { cx, offset, asked, index, item, joined, ast, word, arguments_start })
    }

    pub(super) fn instruction(&self) -> &'a Instruction {
        &self.item.instruction
    }

    /// The joined line.
    pub(super) fn line(&self) -> &'a str {
        self.instruction().line().text()
    }

    /// The joined line from an offset up to the cursor.
    pub(super) fn before(&self, start: usize) -> &'a str {
        self.line().get(start..self.joined).unwrap_or_default()
    }

    /// Whether the cursor is in the keyword.
    pub(super) fn is_in_keyword(&self) -> bool {
        !self.word.is_empty() && self.word.start == self.ast.keyword.start
    }

    /// Whether it is only by a blank that somebody has asked, who goes on with words of their own.
    pub(super) fn is_behind_blank(&self) -> bool {
        self.word.is_empty() && self.asked == Asked::ByTyping
    }

    /// How many arguments stand between the flags and the word.
    pub(super) fn argument(&self) -> usize {
        let before = self.line().get(self.arguments_start..self.word.start as usize);
        before.unwrap_or_default().split_whitespace().count()
    }

    /// Whether nothing but flags stands before the word.
    pub(super) fn is_among_flags(&self) -> bool {
        !self.is_in_keyword() && self.argument() == 0
    }

    /// The flag that the cursor is in, if it is in the value: the name without dashes, and where the value is.
    pub(super) fn flag_value(&self) -> Option<(&'a str, Part)> {
        let word = self.instruction().str(self.word);
        let (name, _) = word.strip_prefix("--")?.split_once('=')?;
        let start = self.word.start as usize + 2 + name.len() + 1;
        let is_inside = self.is_among_flags() && start <= self.joined;
        is_inside.then(|| (name, Part::new(start, self.word.end as usize)))
    }

    /// The line of an instruction, as people count.
    pub(super) fn line_number(&self, item: usize) -> u32 {
        let start = self.cx.document.file().item(item).map_or(0, |item| item.span().start);
        self.cx.document.line_number(start)
    }

    /// Where a part of the joined line stands in the document, to be replaced; `None` where it is on several lines.
    pub(super) fn place(&self, part: Part) -> Option<Span> {
        if part.is_empty() {
            return Some(self.offset..self.offset);
        }
        let is_whole = !self.instruction().line().is_broken(part);
        is_whole.then(|| self.item.absolute(self.instruction().place(part)))
    }
}

/// The instruction that an ONBUILD keeps, once the cursor is behind its keyword.
fn ast_at(ast: &Ast, word: Part) -> &Ast {
    match &ast.arguments {
        Arguments::Trigger(kept) if ast.kind == Kind::Onbuild && kept.keyword.start < word.start => kept,
        _ => ast,
    }
}

/// The word around an offset: what blanks leave together.
fn word_at(line: &str, offset: usize) -> Part {
    let before = line.get(..offset).unwrap_or_default();
    let after = line.get(offset..).unwrap_or_default();
    let start = before.trim_end_matches(|char: char| !char.is_whitespace()).len();
    let end = offset + after.find(char::is_whitespace).unwrap_or(after.len());
    Part::new(start, end)
}
