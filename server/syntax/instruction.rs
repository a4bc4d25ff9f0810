//! One instruction with everything that belongs to it: the comments above it, its continuation lines, its
//! heredocs. Immutable and without a place of its own: all its spans count from its first byte, so that it
//! stays the same while the file around it changes.
//! Source of the boundaries: BuildKit, `frontend/dockerfile/parser/parser.go` (`Parse`).

use std::sync::OnceLock;

use super::ast::Ast;
use super::flags::Flag;
use super::heredoc::{self, Heredoc};
use super::joined::{Joined, Part};
use super::slot::Slot;
use super::tree::Tree;
use crate::text::Span;

/// The byte order mark.
const MARK: char = '\u{feff}';

/// The length of the byte order mark that a file begins with.
pub(super) fn mark_of(source: &str) -> usize {
    if source.starts_with(MARK) { MARK.len_utf8() } else { 0 }
}

/// One instruction.
#[derive(Debug)]
pub struct Instruction {
    source: Box<str>,
    escape: char,
    start: usize,
    end: usize,
    comments: Vec<Span>,
    inner_comments: Vec<Span>,
    blank_lines: Vec<Span>,
    line: Joined,
    heredocs: Vec<Heredoc>,
    is_open: bool,
    ast: Ast,
    tree: OnceLock<Option<Tree>>,
    facts: Slot,
    findings: Slot,
    tokens: Slot,
    variables: Slot,
    base_image: Slot,
    shell_check: Slot,
}

impl Instruction {
    /// Reads the first instruction of `source`, with the trivia before it; `None` where there is none. `mark` is the
    /// length of a byte order mark before it, which only the start of a file can have.
    pub(super) fn read(source: &str, escape: char, mark: usize) -> Option<Instruction> {
        let mut reader = Reader { source, position: 0 };
        let mut comments = Vec::new();
        let start = loop {
            let line = reader.line()?;
            let text = source.get(line.start.max(mark)..line.end).unwrap_or_default();
            let trimmed = text.trim_start();
            let start = line.end - trimmed.len();
            if trimmed.starts_with('#') {
                comments.push(start..line.end);
            } else if !trimmed.is_empty() {
                reader.position = line.start;
                break start;
            }
        };
        Some(Instruction::read_at(reader, start, escape, comments))
    }

    fn read_at(mut reader: Reader<'_>, start: usize, escape: char, comments: Vec<Span>) -> Instruction {
        let source = reader.source;
        let mut joined = Joined::default();
        let mut inner_comments = Vec::new();
        let mut blank_lines = Vec::new();
        let mut end = start;
        let mut is_open = true;
        let mut is_first = true;
        while let Some(line) = reader.line() {
            let text_start = if is_first { start } else { line.start };
            let text = source.get(text_start..line.end).unwrap_or_default();
            let trimmed = text.trim_start();
            if !is_first && trimmed.starts_with('#') {
                inner_comments.push(line.end - trimmed.len()..line.end);
                end = line.end;
                continue;
            }
            if !is_first && trimmed.is_empty() {
                blank_lines.push(line.start..reader.position);
                end = line.end;
                continue;
            }
            end = line.end;
            is_first = false;
            match continued(text, escape) {
                Some(piece) => joined.push(piece, text_start),
                None => {
                    joined.push(text, text_start);
                    is_open = false;
                    break;
                }
            }
        }
        let ast = Ast::parse(joined.text(), 0, escape);
        let mut heredocs = Vec::new();
        if ast.takes_heredocs() {
            for marker in heredoc::markers(joined.text()) {
                let body_start = reader.position;
                let (body_end, terminator) = reader.heredoc(&marker.name, marker.chomp);
                is_open |= terminator.is_none();
                end = terminator.as_ref().map_or(source.len(), |span| span.end);
                heredocs.push(Heredoc {
                    name: marker.name,
                    marker: marker.part,
                    expand: marker.expand,
                    chomp: marker.chomp,
                    body: body_start..body_end,
                    end: terminator,
                });
            }
        }
        Instruction {
            source: source.get(..reader.position).unwrap_or_default().into(),
            escape,
            start,
            end,
            comments,
            inner_comments,
            blank_lines,
            line: joined,
            heredocs,
            is_open,
            ast,
            tree: OnceLock::new(),
            facts: Slot::default(),
            findings: Slot::default(),
            tokens: Slot::default(),
            variables: Slot::default(),
            base_image: Slot::default(),
            shell_check: Slot::default(),
        }
    }

    /// The first instruction of another source, read with the same escape character; `None` where there is none.
    pub(crate) fn with_source(&self, source: &str) -> Option<Instruction> {
        // What is no mark is the beginning of a word.
        let mark = if self.start > 0 { mark_of(&self.source).min(mark_of(source)) } else { 0 };
        Instruction::read(source, self.escape, mark)
    }

    /// The text, from the end of the instruction before (its comments and blank lines come first) to the
    /// end of its own last line, with the line break.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The escape character in force.
    pub fn escape(&self) -> char {
        self.escape
    }

    /// From the keyword to the end of the last line, heredocs included, without the line break.
    pub fn span(&self) -> Span {
        self.start..self.end
    }

    /// The comments above it, from the `#` to the end of the line; the parser directives of the file's
    /// head are among them.
    pub fn comments(&self) -> &[Span] {
        &self.comments
    }

    /// Comment lines between its continued lines, from the `#` to the end of the line.
    pub fn inner_comments(&self) -> &[Span] {
        &self.inner_comments
    }

    /// Blank lines between its continued lines, with their line breaks.
    pub fn blank_lines(&self) -> &[Span] {
        &self.blank_lines
    }

    /// What it says once continuations, comments and blank lines are gone, without heredoc bodies.
    pub fn line(&self) -> &Joined {
        &self.line
    }

    /// The heredocs it begins, in order.
    pub fn heredocs(&self) -> &[Heredoc] {
        &self.heredocs
    }

    /// Whether the file ends before it does: in a continued line or a heredoc.
    pub fn is_open(&self) -> bool {
        self.is_open
    }

    /// Keyword, flags and arguments.
    pub fn ast(&self) -> &Ast {
        &self.ast
    }

    /// Its first flag of a name, without dashes; not that of what an ONBUILD keeps.
    pub fn flag(&self, name: &str) -> Option<&Flag> {
        self.ast.flag(self.line.text(), name)
    }

    /// The text of a part of the joined line.
    pub fn str(&self, part: Part) -> &str {
        self.line.str(part)
    }

    /// Where a part of the joined line stands in the source.
    pub fn place(&self, part: Part) -> Span {
        self.line.span(part)
    }

    /// Whether it covers more than one line.
    pub fn is_multiline(&self) -> bool {
        self.source.get(self.span()).is_some_and(|text| text.contains('\n'))
    }

    /// The grammar's tree of the instruction without the comments above it, made on first use; `None` where the
    /// parser gives up.
    pub fn tree(&self) -> Option<&Tree> {
        self.tree.get_or_init(|| Tree::parse(&self.source, self.span(), self.escape)).as_ref()
    }

    /// How its lines end: `\r\n` where any of them does, else `\n`.
    pub fn newline(&self) -> &'static str {
        if self.source.contains("\r\n") { "\r\n" } else { "\n" }
    }

    /// Room for what the semantic model derives from this instruction alone.
    pub(crate) fn facts(&self) -> &Slot {
        &self.facts
    }

    /// Room for what the rules find in this instruction alone.
    pub(crate) fn findings(&self) -> &Slot {
        &self.findings
    }

    /// Room for how this instruction is highlighted.
    pub(crate) fn tokens(&self) -> &Slot {
        &self.tokens
    }

    /// Room for what is known of the image that this FROM writes out.
    pub(crate) fn base_image(&self) -> &Slot {
        &self.base_image
    }

    /// Room for what a program that checks shell text has said of this instruction.
    pub(crate) fn shell_check(&self) -> &Slot {
        &self.shell_check
    }

    /// Room for the variables that this instruction reads.
    pub(crate) fn variables(&self) -> &Slot {
        &self.variables
    }
}

/// The text before a continuation; `None` where the line is not continued. BuildKit's expression is
/// `([^\\])\\[ \t]*$|^\\[ \t]*$`: an escape character after another one does not continue.
fn continued(text: &str, escape: char) -> Option<&str> {
    let text = text.trim_end_matches([' ', '\t']).strip_suffix(escape)?;
    (!text.ends_with(escape)).then_some(text)
}

/// Lines as Docker reads them: `\n` alone ends one.
struct Reader<'a> {
    source: &'a str,
    position: usize,
}

impl Reader<'_> {
    /// The next line without its line break (`\n` and any `\r` before it).
    fn line(&mut self) -> Option<Span> {
        let rest = self.source.get(self.position..).filter(|rest| !rest.is_empty())?;
        let length = rest.find('\n').map_or(rest.len(), |offset| offset + 1);
        let start = self.position;
        self.position += length;
        let text = rest.get(..length).unwrap_or_default();
        Some(start..start + text.trim_end_matches(['\r', '\n']).len())
    }

    /// The end of a heredoc's body, and the line that ends it.
    fn heredoc(&mut self, name: &str, chomp: bool) -> (usize, Option<Span>) {
        loop {
            let body_end = self.position;
            let Some(line) = self.line() else {
                return (body_end, None);
            };
            let text = self.source.get(line.clone()).unwrap_or_default();
            let text = if chomp { text.trim_start_matches('\t') } else { text };
            if text == name {
                return (body_end, Some(line));
            }
        }
    }
}
