//! Stages: where FROM names them, and wherever they are named or counted.

use super::place::Place;
use super::{Occurrence, Said, Subject, Symbol};
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

pub(super) fn find(place: &Place<'_>) -> Option<Symbol> {
    let (part, stage, name) = declared(place).or_else(|| used(place))?;
    let here = place.part(place.index, inner(place, place.index, part))?;
    let written = place.instruction().str(inner(place, place.index, part)).to_owned();
    let said = stage.and_then(|stage| said(place, stage));
    let mut occurrences = Vec::new();
    let mut through_variable = None;
    for stage in place.model().stages().iter().filter(|stage| name_of(stage) == name) {
        if let Some(span) = stage.name_part.and_then(|part| place.part(stage.from(), part)) {
            occurrences.push(Occurrence { span, is_declaration: true, is_name: true });
        }
    }
    for word in words(place).filter(|word| name_in(place, word).is_some_and(|(_, found)| found == name)) {
        let part = inner(place, word.item, word.part);
        let Some(span) = place.part(word.item, part) else { continue };
        let is_name = says(place, word.item, part, &name);
        if !is_name && !is_number(place, word.item, part) {
            through_variable = Some(span.clone());
        }
        occurrences.push(Occurrence { span, is_declaration: false, is_name });
    }
    occurrences.sort_by_key(|occurrence| occurrence.span.start);
    let obstacle = match (&name, through_variable) {
        (Name::Number(_), _) => Some("the stage has no name".to_owned()),
        (_, Some(span)) => Some(format!(
            "line {} names the stage in another way, as `{}`",
            place.cx.document.line_number(span.start),
            place.cx.document.text().slice(span)
        )),
        _ if is_number(place, place.index, part) => Some("a number is no name".to_owned()),
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
pub(super) fn at<'a>(place: &Place<'a>) -> Option<&'a Stage> {
    let own = || place.model().stage_at(place.index).filter(|stage| stage.from() == place.index);
    match declared(place).or_else(|| used(place)) {
        Some((_, stage, _)) => stage,
        None => own(),
    }
}

fn declared<'a>(place: &Place<'a>) -> Option<(Part, Option<&'a Stage>, Name)> {
    let stage = place.model().stage_at(place.index).filter(|stage| stage.from() == place.index)?;
    let part = stage.name_part.filter(|part| place.is_on(*part))?;
    Some((part, Some(stage), name_of(stage)))
}

fn used<'a>(place: &Place<'a>) -> Option<(Part, Option<&'a Stage>, Name)> {
    let mut words = words_of(place, place.index).into_iter();
    let word = words.find(|word| place.is_on(word.part))?;
    let (stage, name) = name_in(place, &word)?;
    Some((word.part, stage, name))
}

fn name_of(stage: &Stage) -> Name {
    match &stage.name {
        Some(name) => Name::Stage(name.clone()),
        None => Name::Number(stage.index),
    }
}

/// What a word names; `None` where that is no stage.
fn name_in<'a>(place: &Place<'a>, word: &SourceWord) -> Option<(Option<&'a Stage>, Name)> {
    match &word.source {
        CopyFrom::Stage(stage) => {
            let stage = place.model().stages().get(*stage)?;
            Some((Some(stage), name_of(stage)))
        }
        // What FROM does not know is an image; what a copy does not know may be a stage not yet written.
        CopyFrom::Image(name) if is_stage_name(name) && !is_from(place, word.item) => {
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

fn is_from(place: &Place<'_>, item: usize) -> bool {
    place.file().items().get(item).is_some_and(|item| item.instruction.ast().kind == Kind::From)
}

/// The words of the file that may name a stage, also those that ONBUILD keeps.
fn words(place: &Place<'_>) -> impl Iterator<Item = SourceWord> {
    (0..place.file().items().len()).flat_map(move |item| words_of(place, item))
}

fn words_of(place: &Place<'_>, item: usize) -> Vec<SourceWord> {
    let mut words = place.model().source_words(place.file(), item);
    words.extend(place.model().trigger_words(place.file(), item));
    words
}

/// A word without quotes around it.
fn inner(place: &Place<'_>, item: usize, part: Part) -> Part {
    let written = text(place, item, part);
    let is_quoted = |quote| written.len() >= 2 && written.starts_with(quote) && written.ends_with(quote);
    if is_quoted('"') || is_quoted('\'') { part.within(1..part.len() - 1) } else { part }
}

fn text<'a>(place: &Place<'a>, item: usize, part: Part) -> &'a str {
    place.file().items().get(item).map_or("", |item| item.instruction.str(part))
}

fn says(place: &Place<'_>, item: usize, part: Part, name: &Name) -> bool {
    let written = text(place, item, part).to_lowercase();
    matches!(name, Name::Stage(name) | Name::Missing(name) if *name == written)
}

fn is_number(place: &Place<'_>, item: usize, part: Part) -> bool {
    text(place, item, inner(place, item, part)).parse::<usize>().is_ok()
}

/// The FROM that begins a stage.
fn said(place: &Place<'_>, stage: &Stage) -> Option<Said> {
    let item = place.file().items().get(stage.from())?;
    let whole: Span = item.span();
    let name = stage.name_part.or(stage.base_part).and_then(|part| place.part(stage.from(), part));
    Some(Said { name: name.unwrap_or_else(|| whole.clone()), whole })
}
