//! How a Dockerfile is highlighted: tokens from `queries/containerfile/highlights.scm`, from our own lexers where those
//! know better, and from the shell's grammar in the text that a POSIX shell reads. The tokens of an instruction count
//! from its first byte and are kept with it: an edit pays for the instruction it touches.

mod paint;
mod query;
mod words;

use std::borrow::Cow;
use std::sync::OnceLock;

use crate::document::Document;
use crate::syntax::{Instruction, Item};
use crate::text::Span;
use paint::flatten;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The keyword of an instruction or of the shell.
    Keyword,
    /// A comment.
    Comment,
    /// A parser directive.
    Macro,
    /// An image.
    Type,
    /// A tag or a digest.
    EnumMember,
    /// A stage, or the name of a heredoc.
    Namespace,
    /// A variable.
    Variable,
    /// A key of a mount, or an option of a command.
    Parameter,
    /// A flag, or the key of a label.
    Property,
    /// A value, a path, the lines of a file.
    String,
    /// A number.
    Number,
    /// An operator, punctuation, a continuation.
    Operator,
    /// A command.
    Function,
}

/// What else is to be said of a token: a set of the constants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Modifiers(u8);

impl Modifiers {
    /// Nothing.
    pub const NONE: Modifiers = Modifiers(0);
    /// The name gets its meaning here.
    pub const DECLARATION: Modifiers = Modifiers(1);
    /// Docker advises against it.
    pub const DEPRECATED: Modifiers = Modifiers(2);
    /// It belongs to Docker or to the shell.
    pub const DEFAULT_LIBRARY: Modifiers = Modifiers(4);

    /// A bit for each constant, in their order.
    pub fn bits(self) -> u8 {
        self.0
    }
}

/// A piece of text on one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its first byte.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
    /// What it is.
    pub kind: Kind,
    /// What else is to be said of it.
    pub modifiers: Modifiers,
}

/// Text with its tokens, which count from its first byte, are sorted and do not overlap. It begins where a line does.
pub struct Highlighted<'a> {
    /// Where it begins in the document.
    pub start: usize,
    /// The text.
    pub text: Cow<'a, str>,
    /// Its tokens.
    pub tokens: Cow<'a, [Token]>,
}

/// All text of a document that touches `span`, in order and without gaps.
pub fn highlighted(document: &Document, span: Span) -> impl Iterator<Item = Highlighted<'_>> {
    let items = document.file().items();
    let first = items.partition_point(|item| item.end() < span.start);
    let last = items.partition_point(|item| item.start <= span.end).max(first);
    let tail = document.file().tail();
    let has_tail = tail.start <= span.end && !tail.is_empty();
    let touched = items.get(first..last).unwrap_or_default().iter().zip(first..);
    touched
        .map(|(item, index)| of_item(document, item, index))
        .chain(has_tail.then(|| of_tail(document, &tail)))
}

fn of_item<'a>(document: &'a Document, item: &'a Item, index: usize) -> Highlighted<'a> {
    let environment = document.model().environment_at(index);
    let has_shell = environment.is_none_or(|environment| environment.shell.is_posix());
    let mut tokens = Cow::Borrowed(of_instruction(&item.instruction, has_shell));
    if index == 0 && !document.file().directives().all.is_empty() {
        mark_directives(document, item.start, tokens.to_mut());
    }
    Highlighted { start: item.start, text: Cow::Borrowed(item.instruction.source()), tokens }
}

/// The tokens of an instruction for each kind of shell that may read it.
#[derive(Default)]
struct Kept {
    posix: OnceLock<Vec<Token>>,
    other: OnceLock<Vec<Token>>,
}

fn of_instruction(instruction: &Instruction, has_shell: bool) -> &[Token] {
    let Some(kept) = instruction.tokens().get_or_init(Kept::default) else {
        return &[];
    };
    let slot = if has_shell { &kept.posix } else { &kept.other };
    slot.get_or_init(|| read(instruction, has_shell))
}

fn read(instruction: &Instruction, has_shell: bool) -> Vec<Token> {
    let mut layers = Vec::new();
    words::layers(instruction, &mut layers);
    query::layers(instruction, words::shell_text(instruction).as_ref(), &mut layers);
    if has_shell {
        words::shell_layers(instruction, &mut layers);
    }
    flatten(layers, instruction.source())
}

/// Comments and blank lines after the last instruction.
fn of_tail<'a>(document: &'a Document, tail: &Span) -> Highlighted<'a> {
    let text = document.text().slice(tail.clone());
    let mut tokens = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let comment = line.trim_start_matches('\u{feff}').trim();
        if comment.starts_with('#') {
            let offset = start + line.find('#').unwrap_or_default();
            let layer = paint::Layer {
                span: offset..offset + comment.len(),
                look: Some((Kind::Comment, Modifiers::NONE)),
                height: 0,
            };
            tokens.extend(flatten(vec![layer], &text));
        }
        start += line.len();
    }
    if tail.start == 0 {
        mark_directives(document, 0, &mut tokens);
    }
    Highlighted { start: tail.start, text: Cow::Owned(text), tokens: Cow::Owned(tokens) }
}

/// Shows the comments that are directives as such.
fn mark_directives(document: &Document, start: usize, tokens: &mut [Token]) {
    for directive in &document.file().directives().all {
        let span = &directive.span;
        let is_inside =
            |token: &&mut Token| span.start <= start + token.start && start + token.end <= span.end;
        tokens.iter_mut().filter(is_inside).for_each(|token| token.kind = Kind::Macro);
    }
}

#[cfg(test)]
mod tests;
