//! Moves steps of a stage past each other: a costly step, with what it needs, above something that differs from build
//! to build, or that below the costly step. Steps keep their comments; what surely belongs together stays in order, see
//! [`commute`].

use std::ops::RangeInclusive;

use super::gain::Gain;
use crate::document::{Cx, Document};
use crate::fix::apply;
use crate::rules::cache::volatile_value_early::volatile;
use crate::rules::has_lost_its_rest;
use crate::semantic::commuting::commute;
use crate::semantic::copies::{CopyFrom, CopyStep};
use crate::semantic::layers::costly_commands;
use crate::syntax::{Item, Kind};
use crate::text::Edit;

/// So many steps lie between two that change places at most.
const MOST_STEPS: usize = 60;

/// So many moves are tried in a stage: somebody waits for the answer.
pub(super) const MOST_TRIES: usize = 200;

/// The document after the first move in a stage that spares reruns; `None` where there is none, or where no more `tries` are
/// left.
pub(super) fn better(cx: &Cx<'_>, stage: usize, tries: &mut usize) -> Option<Document> {
    let (items, found) = (cx.document.file().items(), cx.document.model().stages().get(stage)?);
    let steps = found.from() + 1..found.items.end;
    let is_costly = |index: &usize| {
        let item = items.get(*index).filter(|item| item.kind == Kind::Run);
        item.is_some_and(|item| !costly_commands(&item.instruction).is_empty())
    };
    for lower in steps.clone().filter(is_costly) {
        let first = steps.start.max(lower.saturating_sub(MOST_STEPS));
        for upper in (first..lower).filter(|upper| is_volatile(cx, *upper)) {
            if !commute(cx.document.file(), cx.document.model(), upper, lower) {
                continue;
            }
            *tries = tries.checked_sub(1)?;
            let Some(order) = exchanged(cx, upper, lower) else { continue };
            let Some(after) = rewritten(cx, upper..=lower, &order) else { continue };
            if Gain::between(cx, &after, stage).is_worthwhile() {
                return Some(after);
            }
        }
    }
    None
}

/// Whether something about a step may differ from build to build.
fn is_volatile(cx: &Cx<'_>, index: usize) -> bool {
    let (file, model) = (cx.document.file(), cx.document.model());
    let Some(item) = file.item(index) else {
        return false;
    };
    match item.kind {
        Kind::Copy | Kind::Add => {
            let copy = CopyStep::of(file, model, index);
            copy.is_some_and(|copy| matches!(copy.from, CopyFrom::Context | CopyFrom::Stage(_)))
        }
        Kind::Arg | Kind::Env => !volatile(&item.instruction).is_empty(),
        _ => false,
    }
}

/// The steps from `upper` to `lower` in an order in which `lower` comes first, and as few others as can be have moved;
/// `None` where it depends on `upper`.
fn exchanged(cx: &Cx<'_>, upper: usize, lower: usize) -> Option<Vec<usize>> {
    let commute =
        |first: usize, second: usize| commute(cx.document.file(), cx.document.model(), first, second);
    // What has to come along with the lower one, and what with the upper one.
    let mut rising = vec![lower];
    for index in (upper..lower).rev() {
        if !rising.iter().all(|riser| commute(index, *riser)) {
            rising.push(index);
        }
    }
    let mut sinking = vec![upper];
    for index in upper + 1..=lower {
        if !sinking.iter().all(|sinker| commute(*sinker, index)) {
            sinking.push(index);
        }
    }
    if rising.contains(&upper) || sinking.contains(&lower) {
        return None;
    }
    let is_first = |index: &usize| match sinking.len() < rising.len() {
        true => !sinking.contains(index),
        false => rising.contains(index),
    };
    let (first, rest): (Vec<usize>, Vec<usize>) = (upper..=lower).partition(is_first);
    Some(first.into_iter().chain(rest).collect())
}

/// The document with some steps in another order.
fn rewritten(cx: &Cx<'_>, range: RangeInclusive<usize>, order: &[usize]) -> Option<Document> {
    let file = cx.document.file();
    let items = file.items().get(range.clone())?;
    let is_whole =
        |(index, item): (usize, &Item)| !item.instruction.is_open() && !has_lost_its_rest(file, index);
    if !range.clone().zip(items).all(is_whole) {
        return None;
    }
    let block = |index: usize| {
        let item = file.item(index)?;
        let end = file.item(index + 1).and_then(trailer_end).unwrap_or(item.span().end);
        Some((block_start(item), end))
    };
    let text = |index: usize| block(index).map(|(start, end)| cx.document.text().slice(start..end));
    // What lies between a step and the one above goes with the step; the topmost takes the gap that has become free.
    let gap = |index: usize| {
        let ((_, end), (start, _)) = (block(index.checked_sub(1)?)?, block(index)?);
        Some(cx.document.text().slice(end..start))
    };
    let (top, first) = (*range.start(), *order.first()?);
    let mut after = text(first)?;
    for index in order.iter().skip(1) {
        after.push_str(&gap(if *index == top { first } else { *index })?);
        after.push_str(&text(*index)?);
    }
    let ((start, _), (_, end)) = (block(top)?, block(*range.end())?);
    apply(cx.document, &[Edit::replace(start..end, after)])
}

/// Where a step begins with its comments, in bytes of the document.
fn block_start(item: &Item) -> usize {
    let instruction = &item.instruction;
    let own = instruction.comments().get(trailers(item));
    item.start + own.map_or(instruction.span().start, |comment| comment.start)
}

/// Where the comments end that belong to the step above; `None` where there are none.
fn trailer_end(item: &Item) -> Option<usize> {
    let last = trailers(item).checked_sub(1)?;
    item.instruction.comments().get(last).map(|comment| item.start + comment.end)
}

/// How many of the comments above a step belong to the one before: those right below it, and apart from the rest.
fn trailers(item: &Item) -> usize {
    let instruction = &item.instruction;
    let lines = |start: usize, end: usize| {
        instruction.source().get(start..end).unwrap_or_default().matches('\n').count()
    };
    let comments = instruction.comments();
    let (mut above, mut count) = (0, 0);
    for (index, comment) in comments.iter().enumerate() {
        // The text of a step begins on the line below the one above.
        if lines(above, comment.start) > usize::from(index > 0) {
            break;
        }
        let next = comments.get(index + 1).map_or(instruction.span().start, |next| next.start);
        above = comment.end;
        if lines(comment.end, next) > 1 {
            count = index + 1;
        }
    }
    count
}
