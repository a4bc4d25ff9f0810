//! Stages: where FROM names them, and wherever they are named or counted.

use super::{Occurrence, Said, Subject, Symbol};
use crate::document::cursor::Cursor;
use crate::semantic::copies::CopyFrom;
use crate::semantic::stage_uses::SourceWord;
use crate::semantic::stages::Stage;
use crate::syntax::{Kind, Part};
use crate::text::Span;

/// What a word names: stages of a name, a stage without one, or a stage that is not there.
#[derive(PartialEq, Eq)]
enum Name {
    Stage(String),
    Number(usize),
    Missing(String),
}

pub(super) fn find(cursor: &Cursor<'_>) -> Option<Symbol> {
    let (part, stage, name) = declared(cursor).or_else(|| used(cursor))?;
    let here = cursor.part(cursor.index, inner(cursor, cursor.index, part))?;
    let written = cursor.instruction().str(inner(cursor, cursor.index, part)).to_owned();
    let said = stage.and_then(|stage| said(cursor, stage));
    let mut occurrences = Vec::new();
    let mut through_variable = None;
    for stage in cursor.model().stages().iter().filter(|stage| name_of(stage) == name) {
        if let Some(span) = stage.name_part.and_then(|part| cursor.part(stage.from(), part)) {
            occurrences.push(Occurrence { span, is_declaration: true, is_name: true });
        }
    }
    for word in words(cursor).filter(|word| name_in(cursor, word).is_some_and(|(_, found)| found == name)) {
        let part = inner(cursor, word.item, word.part);
        let Some(span) = cursor.part(word.item, part) else { continue };
        let is_name = says(cursor, word.item, part, &name);
        if !is_name && !is_number(cursor, word.item, part) {
            through_variable = Some(span.clone());
        }
        occurrences.push(Occurrence { span, is_declaration: false, is_name });
    }
    occurrences.sort_by_key(|occurrence| occurrence.span.start);
    let obstacle = match (&name, through_variable) {
        (Name::Number(_), _) => Some("the stage has no name".to_owned()),
        (_, Some(span)) => Some(format!(
            "line {} names the stage in another way, as `{}`",
            cursor.cx.document.line_number(span.start),
            cursor.cx.document.text().slice(span)
        )),
        _ if is_number(cursor, cursor.index, part) => Some("a number is no name".to_owned()),
        _ => None,
    };
    let name = match name {
        Name::Stage(_) | Name::Missing(_) => written,
        Name::Number(number) => number.to_string(),
    };
    Some(Symbol {
        subject: Subject::Stage,
        name,
        here,
        definitions: said.clone().into_iter().collect(),
        declaration: said,
        occurrences,
        obstacle,
    })
}

/// The stage that is named at a place, or whose FROM the place is in.
pub(super) fn at<'a>(cursor: &Cursor<'a>) -> Option<&'a Stage> {
    let own = || cursor.model().stage_at(cursor.index).filter(|stage| stage.from() == cursor.index);
    match declared(cursor).or_else(|| used(cursor)) {
        Some((_, stage, _)) => stage,
        None => own(),
    }
}

fn declared<'a>(cursor: &Cursor<'a>) -> Option<(Part, Option<&'a Stage>, Name)> {
    let stage = cursor.model().stage_at(cursor.index).filter(|stage| stage.from() == cursor.index)?;
    let part = stage.name_part.filter(|part| cursor.is_on(*part))?;
    Some((part, Some(stage), name_of(stage)))
}

fn used<'a>(cursor: &Cursor<'a>) -> Option<(Part, Option<&'a Stage>, Name)> {
    let mut words = words_of(cursor, cursor.index).into_iter();
    let word = words.find(|word| cursor.is_on(word.part))?;
    let (stage, name) = name_in(cursor, &word)?;
    Some((word.part, stage, name))
}

fn name_of(stage: &Stage) -> Name {
    match &stage.name {
        Some(name) => Name::Stage(name.clone()),
        None => Name::Number(stage.index),
    }
}

/// What a word names; `None` where that is no stage.
fn name_in<'a>(cursor: &Cursor<'a>, word: &SourceWord) -> Option<(Option<&'a Stage>, Name)> {
    match &word.source {
        CopyFrom::Stage(stage) => {
            let stage = cursor.model().stages().get(*stage)?;
            Some((Some(stage), name_of(stage)))
        }
        // What FROM does not know is an image; what a copy does not know may be a stage not yet written.
        CopyFrom::Image(name) if is_stage_name(name) && !is_from(cursor, word.item) => {
            Some((None, Name::Missing(name.to_lowercase())))
        }
        _ => None,
    }
}

/// Whether BuildKit takes the word for a stage's name.
pub(super) fn is_stage_name(name: &str) -> bool {
    let is_inner = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_' | '.');
    name.starts_with(|char: char| char.is_ascii_alphabetic()) && name.chars().all(is_inner)
}

fn is_from(cursor: &Cursor<'_>, item: usize) -> bool {
    cursor.file().item(item).is_some_and(|item| item.instruction.ast().kind == Kind::From)
}

/// The words of the file that may name a stage, also those that ONBUILD keeps.
fn words(cursor: &Cursor<'_>) -> impl Iterator<Item = SourceWord> {
    (0..cursor.file().items().len()).flat_map(move |item| words_of(cursor, item))
}

fn words_of(cursor: &Cursor<'_>, item: usize) -> Vec<SourceWord> {
    let mut words = cursor.model().source_words(cursor.file(), item);
    words.extend(cursor.model().trigger_words(cursor.file(), item));
    words
}

/// A word without quotes around it.
fn inner(cursor: &Cursor<'_>, item: usize, part: Part) -> Part {
    let written = text(cursor, item, part);
    let is_quoted = |quote| written.len() >= 2 && written.starts_with(quote) && written.ends_with(quote);
    if is_quoted('"') || is_quoted('\'') { part.within(1..part.len() - 1) } else { part }
}

fn text<'a>(cursor: &Cursor<'a>, item: usize, part: Part) -> &'a str {
    cursor.file().item(item).map_or("", |item| item.instruction.str(part))
}

fn says(cursor: &Cursor<'_>, item: usize, part: Part, name: &Name) -> bool {
    let written = text(cursor, item, part).to_lowercase();
    matches!(name, Name::Stage(name) | Name::Missing(name) if *name == written)
}

fn is_number(cursor: &Cursor<'_>, item: usize, part: Part) -> bool {
    text(cursor, item, inner(cursor, item, part)).parse::<usize>().is_ok()
}

/// The FROM that begins a stage.
fn said(cursor: &Cursor<'_>, stage: &Stage) -> Option<Said> {
    let item = cursor.file().item(stage.from())?;
    let whole: Span = item.span();
    let name = stage.name_part.or(stage.base_part).and_then(|part| cursor.part(stage.from(), part));
    Some(Said { name: name.unwrap_or_else(|| whole.clone()), whole })
}
