//! The variables that the instructions of the new stage mention, and whether they are worth the same there.

use super::subject::Subject;
use crate::knowledge::images::BaseImage;
use crate::knowledge::project_files::is_for_building;
use crate::semantic::variables::Origin;
use crate::syntax::names::{is_name, is_name_char};
use crate::syntax::{Arguments, Item, Kind};

/// The ARGs above `end` that the new stage has to declare as well, in order. `None` where a variable is mentioned that the
/// new stage does not have. `copies` are the copies above `end` that it makes again.
pub(super) fn arguments(
    subject: &Subject<'_>,
    end: usize,
    image: &BaseImage,
    copies: &[usize],
) -> Option<Vec<usize>> {
    let model = subject.cx.document.model();
    let mut arguments: Vec<usize> = Vec::new();
    let taken = subject
        .items()
        .filter(|(index, item)| *index >= end || is_taken(item.kind) || copies.contains(index));
    let mut pending: Vec<usize> = taken.map(|(index, _)| index).collect();
    while let Some(index) = pending.pop() {
        let item = subject.cx.document.file().item(index)?;
        let is_run = item.kind.runs_in_container();
        if item.kind == Kind::Env && is_only_for_building(subject, index) {
            continue;
        }
        for name in mentioned(item.instruction.source().get(item.instruction.span()).unwrap_or_default()) {
            match model.variable(name, index).origin {
                Some(Origin::Env(origin)) if is_only_for_building(subject, origin) => return None,
                Some(Origin::Arg(origin) | Origin::GlobalArg(_, origin) | Origin::BuildArgument(origin)) => {
                    let is_above = subject.stage.items.contains(&origin) && origin < end;
                    if is_above && !is_run && !arguments.contains(&origin) {
                        arguments.push(origin);
                        pending.push(origin);
                    }
                }
                None if !matches!(name, "HOME" | "PATH")
                    && subject.base.may_set(name)
                    && !image.may_set(name) =>
                {
                    return None;
                }
                Some(Origin::Env(_) | Origin::Predefined) | None => {}
            }
        }
    }
    arguments.sort_unstable();
    Some(arguments)
}

/// Whether instructions of this kind are taken over from above.
pub(super) fn is_taken(kind: Kind) -> bool {
    kind == Kind::Env || is_moved(kind)
}

/// Whether only the image that is run has a use for instructions of this kind.
pub(super) fn is_moved(kind: Kind) -> bool {
    kind == Kind::Volume || kind.is_description()
}

/// Whether all that an ENV sets is for tools for building, and no other ENV needs it.
pub(super) fn is_only_for_building(subject: &Subject<'_>, item: usize) -> bool {
    let names = |item: &Item| -> Vec<String> {
        match &item.instruction.ast().arguments {
            Arguments::KeyValues(pairs) => {
                let keys = pairs.iter().map(|pair| item.instruction.str(pair.key).trim_matches(['"', '\'']));
                keys.map(str::to_owned).collect()
            }
            _ => Vec::new(),
        }
    };
    let is_for_building = |names: &[String]| names.iter().all(|name| is_for_building(name));
    let Some(found) = subject.cx.document.file().item(item) else {
        return false;
    };
    let set = names(found);
    let is_mentioned = |other: &Item| {
        let text = other.instruction.source().get(other.instruction.span()).unwrap_or_default();
        mentioned(text).into_iter().any(|name| set.iter().any(|other| other == name))
    };
    let mut others = subject.items().filter(|(index, other)| *index > item && other.kind == Kind::Env);
    !set.is_empty()
        && is_for_building(&set)
        && !others.any(|(_, other)| !is_for_building(&names(other)) && is_mentioned(other))
}

/// The names behind the dollar signs of a text.
pub(super) fn mentioned(text: &str) -> Vec<&str> {
    let parts = text.split('$').skip(1);
    let name = |part: &str| {
        let rest = part.len() - part.trim_start_matches('{').len();
        let length = part.get(rest..)?.find(|char: char| !is_name_char(char));
        let name = part.get(rest..length.map_or(part.len(), |length| rest + length))?;
        is_name(name).then_some(rest..rest + name.len())
    };
    parts.filter_map(|part| part.get(name(part)?)).collect()
}
