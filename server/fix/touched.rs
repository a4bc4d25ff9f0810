//! Which instructions an edit has touched, and what these keep of what was there.

use crate::document::Document;
use crate::semantic::facts::Facts;
use crate::syntax::directives::DirectiveKind;
use crate::syntax::{Item, Kind};
use crate::text::Span;

/// The instructions of two versions of a document without those that are the same in both, at the head and at the tail.
pub(crate) struct Touched<'a> {
    /// Those of the first.
    pub(crate) before: &'a [Item],
    /// Those of the second.
    pub(crate) after: &'a [Item],
}

impl<'a> Touched<'a> {
    /// Compares two versions.
    pub(crate) fn of(before: &'a Document, after: &'a Document) -> Touched<'a> {
        let (mut before, mut after) = (before.file().items(), after.file().items());
        let same = |left: &Item, right: &Item| std::sync::Arc::ptr_eq(&left.instruction, &right.instruction);
        while let ([first, rest @ ..], [other, others @ ..]) = (before, after)
            && same(first, other)
        {
            (before, after) = (rest, others);
        }
        while let ([rest @ .., last], [others @ .., other]) = (before, after)
            && same(last, other)
        {
            (before, after) = (rest, others);
        }
        Touched { before, after }
    }

    /// Whether the instructions of some kinds say what they said.
    pub(super) fn keeps(&self, wanted: fn(Kind) -> bool) -> bool {
        let texts = |items: &'a [Item]| {
            let wanted = items.iter().filter(move |item| wanted(item.kind));
            wanted.map(|item| item.instruction.line().text())
        };
        texts(self.before).eq(texts(self.after))
    }

    pub(super) fn keeps_comments(&self, before: &Document, after: &Document) -> bool {
        let mut kept = comments(self.after, after);
        comments(self.before, before).into_iter().all(|comment| {
            let found = kept.iter().position(|other| *other == comment);
            found.map(|index| kept.swap_remove(index)).is_some()
        })
    }

    /// No instruction is left open that was closed, no shell text unreadable that was readable, and no
    /// instruction unknown that was known.
    pub(super) fn keeps_syntax(&self) -> bool {
        let is_open = |item: &Item| item.instruction.is_open();
        let is_unknown = |item: &Item| item.instruction.ast().innermost().kind == Kind::Unknown;
        let is_unreadable =
            |item: &Item| Facts::of(&item.instruction).is_some_and(|facts| facts.script.has_error());
        let flaws: [&dyn Fn(&Item) -> bool; 3] = [&is_open, &is_unknown, &is_unreadable];
        flaws.into_iter().all(|flaw| {
            let count = |items: &[Item]| items.iter().filter(|item| flaw(item)).count();
            count(self.after) <= count(self.before)
        })
    }
}

/// The comments of some instructions, and those after the last instruction of the file. The frontend's name is none: a
/// fix may need a newer one.
fn comments(items: &[Item], document: &Document) -> Vec<String> {
    let mut comments = Vec::new();
    let syntax = document.file().directives().get(DirectiveKind::Syntax).map(|directive| &directive.span);
    let is_syntax = |item: &Item, span: &Span| {
        syntax.is_some_and(|syntax| syntax.contains(&item.absolute(span.clone()).start))
    };
    for item in items {
        let instruction = &item.instruction;
        let spans = instruction.comments().iter().chain(instruction.inner_comments());
        let spans = spans.filter(|span| !is_syntax(item, span));
        let texts = spans.filter_map(|span| instruction.source().get(span.clone()));
        comments.extend(texts.map(|text| text.trim().to_owned()));
        if instruction.ast().innermost().kind == Kind::Run {
            // Those of a script.
            let bodies = instruction
                .heredocs()
                .iter()
                .filter_map(|heredoc| instruction.source().get(heredoc.body.clone()));
            let lines = bodies.flat_map(str::lines).map(str::trim).filter(|line| line.starts_with('#'));
            comments.extend(lines.map(str::to_owned));
        }
    }
    let tail = document.text().slice(document.file().tail());
    comments.extend(tail.lines().map(str::trim).filter(|line| line.starts_with('#')).map(str::to_owned));
    comments
}
