//! Where an action is asked for: the instruction at the cursor, or those of a selection.

use std::ops::RangeInclusive;

use crate::document::Cx;
use crate::semantic::environment::Environment;
use crate::semantic::facts::Facts;
use crate::syntax::shell::Form;
use crate::syntax::{Ast, Instruction, Item, Kind};
use crate::text::Span;

/// Where an action is asked for.
pub(crate) struct Place<'a> {
    /// In bytes of the document; empty for a cursor.
    pub(crate) span: Span,
    /// The instructions that the span touches, as indexes of the file's.
    pub(crate) items: RangeInclusive<usize>,
    /// The first of them.
    pub(crate) item: &'a Item,
}

impl<'a> Place<'a> {
    /// `None` where the span begins in no instruction (the comments above one are none of it).
    pub(super) fn new(cx: &Cx<'a>, span: &Span) -> Option<Place<'a>> {
        let file = cx.document.file();
        let first = file.index_at(span.start)?;
        let item = file.item(first)?;
        let is_inside = item.span().start <= span.start && span.start <= item.span().end;
        let touches = |item: &&Item| item.span().start < span.end;
        let more = file.items().iter().skip(first + 1).take_while(touches).count();
        is_inside.then(|| Place { span: span.clone(), items: first..=first + more, item })
    }

    /// The instruction that a span begins in or above; `None` where there is none.
    pub(super) fn near(cx: &Cx<'a>, span: &Span) -> Option<Place<'a>> {
        let file = cx.document.file();
        let index = file.index_at(span.start).or(file.items().len().checked_sub(1))?;
        Some(Place { span: span.clone(), items: index..=index, item: file.item(index)? })
    }

    /// The index of the first instruction.
    pub(crate) fn index(&self) -> usize {
        *self.items.start()
    }

    /// The first instruction.
    pub(crate) fn instruction(&self) -> &'a Instruction {
        &self.item.instruction
    }

    /// The first instruction taken apart; nothing is offered inside an ONBUILD.
    pub(crate) fn ast(&self) -> &'a Ast {
        self.instruction().ast()
    }

    /// What surrounds the first instruction, where a POSIX shell reads it.
    pub(crate) fn posix(&self, cx: &Cx<'a>) -> Option<&'a Environment> {
        cx.document.model().environment_at(self.index()).filter(|environment| environment.shell.is_posix())
    }

    /// The shell text of the first instruction, if that is a RUN of one of these forms that a POSIX shell reads
    /// without an error, all of it.
    pub(crate) fn run(&self, cx: &Cx<'a>, forms: &[Form]) -> Option<&'a Facts> {
        let facts = Facts::of(self.instruction())?;
        let is_run = self.ast().kind == Kind::Run && !self.instruction().is_open();
        let is_readable = forms.contains(&facts.script.form()) && !facts.script.has_error();
        (is_run && is_readable && self.posix(cx).is_some()).then_some(facts)
    }
}

/// A name for a new stage: `stem`, with a number where the file has that for a stage, an image or a build context.
pub(super) fn free_stage_name(cx: &Cx<'_>, stem: &str) -> String {
    let (model, items) = (cx.document.model(), cx.document.file().items());
    let is_named = |name: &str| {
        let from = format!("from={name}");
        items.iter().any(|item| {
            let line = || item.instruction.line().text();
            match item.kind {
                Kind::From => line().split([' ', '\t', '/', ':']).any(|word| word.eq_ignore_ascii_case(name)),
                Kind::Copy | Kind::Run | Kind::Onbuild => line().contains(&from),
                _ => false,
            }
        })
    };
    let is_free = |name: &String| model.stage_named(name).is_none() && !is_named(name);
    let numbered = (2..).map(|number| format!("{stem}-{number}"));
    std::iter::once(stem.to_owned()).chain(numbered).find(is_free).unwrap_or_else(|| stem.to_owned())
}
