//! New names for what has one: checked, so that nothing that was apart becomes one and nothing that was one falls
//! apart.

use std::collections::HashSet;

use super::stage::is_stage_name;
use super::{Subject, Symbol, symbol, variable};
use crate::document::Cx;
use crate::document::cursor::Cursor;
use crate::knowledge::variables;
use crate::semantic::copies::CopyFrom;
use crate::semantic::stages::Base;
use crate::syntax::names::is_name;
use crate::text::{Edit, Span};

/// What comes of the wish to rename something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Renaming<T> {
    /// It can be done.
    Allowed(T),
    /// It cannot be done, and why.
    Refused(String),
}

/// What would be renamed at a byte offset: where it stands and how it is called, or why it cannot be. `None` where
/// nothing has a name.
pub fn prepare_rename(cx: &Cx<'_>, offset: usize) -> Option<Renaming<(Span, String)>> {
    let symbol = symbol(cx, offset)?;
    Some(match symbol.obstacle {
        Some(obstacle) => Renaming::Refused(obstacle),
        None => Renaming::Allowed((symbol.here, symbol.name)),
    })
}

/// Renames what is at a byte offset, everywhere in the document: the edits, in order. `None` where nothing has a name.
pub fn rename(cx: &Cx<'_>, offset: usize, new_name: &str) -> Option<Renaming<Vec<Edit>>> {
    renamed(cx, symbol(cx, offset)?, new_name)
}

/// As [`rename`], for what a build is given by its name: every argument of the name gets that value.
pub fn rename_with_others(cx: &Cx<'_>, offset: usize, new_name: &str) -> Option<Renaming<Vec<Edit>>> {
    let symbol = match symbol(cx, offset)? {
        Symbol { subject: Subject::Variable, .. } => variable::with_others(&Cursor::new(cx, offset)?)?,
        other => other,
    };
    renamed(cx, symbol, new_name)
}

fn renamed(cx: &Cx<'_>, symbol: Symbol, new_name: &str) -> Option<Renaming<Vec<Edit>>> {
    let refusal = symbol.obstacle.clone().or_else(|| match symbol.subject {
        Subject::Stage => stage_refusal(cx, &symbol, new_name),
        Subject::Variable => variable_refusal(cx, &symbol, new_name),
        Subject::Heredoc(item, index) => heredoc_refusal(cx, item, index, new_name),
    });
    if let Some(refusal) = refusal {
        return Some(Renaming::Refused(refusal));
    }
    let named = symbol.occurrences.into_iter().filter(|occurrence| occurrence.is_name);
    let edits = named.map(|occurrence| Edit::replace(occurrence.span, new_name)).collect();
    Some(Renaming::Allowed(edits))
}

fn stage_refusal(cx: &Cx<'_>, symbol: &Symbol, new_name: &str) -> Option<String> {
    if !is_stage_name(new_name) {
        return Some(format!(
            "`{new_name}` is no name for a stage: a letter comes first, then letters, digits, `-`, `_` and `.`"
        ));
    }
    let (document, lower) = (cx.document, new_name.to_lowercase());
    if lower == symbol.name.to_lowercase() {
        return None;
    }
    if matches!(lower.as_str(), "scratch" | "context") {
        return Some(format!("`{new_name}` has a meaning of its own"));
    }
    if document.model().stage_named(&lower).is_some() {
        return Some(format!("there is a stage `{new_name}` already"));
    }
    let (file, model) = (document.file(), document.model());
    let words = (0..file.items().len()).flat_map(|item| model.source_words(file, item));
    let is_taken =
        |source: &CopyFrom| matches!(source, CopyFrom::Image(name) if name.to_lowercase() == lower);
    let is_image = words.into_iter().any(|word| is_taken(&word.source));
    is_image.then(|| format!("`{new_name}` is the name of an image here"))
}

fn variable_refusal(cx: &Cx<'_>, symbol: &Symbol, new_name: &str) -> Option<String> {
    if !is_name(new_name) {
        return Some(format!(
            "`{new_name}` is no name for a variable: a letter or `_` comes first, then letters, digits and `_`"
        ));
    }
    if new_name == symbol.name {
        return None;
    }
    if variables::variable(new_name).is_some() {
        return Some(format!("`{new_name}` is a name that the builder gives"));
    }
    let (file, model) = (cx.document.file(), cx.document.model());
    let stage_of =
        |item: usize| model.stage_at(item).filter(|stage| stage.from() != item).map(|stage| stage.index);
    let items = symbol.occurrences.iter().filter_map(|occurrence| file.index_at(occurrence.span.start));
    let stages: HashSet<Option<usize>> = items.map(stage_of).collect();
    let bases: HashSet<Option<usize>> =
        stages.iter().flatten().flat_map(|stage| chain(cx, *stage)).map(Some).collect();
    // Where one stage is built on the other, they share their variables.
    let shares = |stage: Option<usize>| {
        stages.contains(&stage)
            || bases.contains(&stage)
            || stage.is_some_and(|stage| chain(cx, stage).any(|base| stages.contains(&Some(base))))
    };
    let mentions = model.variable_mentions(file, new_name);
    let taken = mentions.iter().find(|mention| shares(stage_of(mention.item)))?;
    let offset = file.item(taken.item)?.start + taken.span.start;
    let line = cx.document.line_number(offset);
    Some(format!("there is a variable `{new_name}` already, in line {line}"))
}

/// The stages that a stage is built on, the nearest first.
fn chain<'a>(cx: &'a Cx<'_>, stage: usize) -> impl Iterator<Item = usize> + use<'a> {
    let document = cx.document;
    let base = move |stage: usize| match document.model().stages().get(stage)?.base {
        Base::Stage(base) => Some(base),
        Base::Scratch | Base::Image(_) | Base::Unknown => None,
    };
    std::iter::successors(base(stage), move |stage| base(*stage))
}

fn heredoc_refusal(cx: &Cx<'_>, item: usize, index: usize, new_name: &str) -> Option<String> {
    let is_inner = |char: char| char.is_alphanumeric() || matches!(char, '_' | '-' | '.');
    let is_first = |char: char| char.is_alphabetic() || char == '_';
    if !new_name.starts_with(is_first) || !new_name.chars().all(is_inner) {
        return Some(format!(
            "`{new_name}` is no marker: a letter or `_` comes first, then letters, digits, `-`, `_` and `.`"
        ));
    }
    let instruction = cx.document.file().instruction(item)?;
    let heredoc = instruction.heredocs().get(index)?;
    let body = instruction.source().get(heredoc.body.clone())?;
    let ends =
        |line: &str| if heredoc.chomp { line.trim_start_matches('\t') == new_name } else { line == new_name };
    body.lines().any(ends).then(|| format!("`{new_name}` is a line of the text"))
}
