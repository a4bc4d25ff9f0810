//! Folders that a COPY has filled, or takes out of a stage: what a mount there would hide.

use super::Model;
use super::copies::{CopyFrom, CopyStep, CopyWord};
use super::dependencies::place;
use super::folder_copies::FolderCopy;
use super::late_installs::ranges_above;
use crate::path;
use crate::syntax::word::Value;
use crate::syntax::{File, Kind};

/// Whether a COPY or ADD above the instruction `item`, in its stage or in one that this is built on, may have brought
/// something to a folder of the image, which is absolute.
pub fn is_brought(file: &File, model: &Model, item: usize, folder: &str) -> bool {
    let is_copy =
        |step: &usize| file.item(*step).is_some_and(|item| matches!(item.kind, Kind::Copy | Kind::Add));
    let brings = |step: usize| {
        let Some(copy) = CopyStep::of(file, model, step) else {
            return false;
        };
        let is_of_context = copy.from == CopyFrom::Context;
        let target = copy.destination.as_ref().and_then(|word| value(file, model, step, word));
        let target = target.and_then(|target| place(&model.folder_at(step), &target));
        match target.as_deref() {
            None => !is_of_context,
            Some(target) if path::is_within(target, folder) => true,
            // A project brings its own files to where it is worked on, and no caches.
            Some(target) if is_of_context => {
                let is_whole = FolderCopy::of(file, model, step).is_some();
                let is_worked_in = model.folder_at(step) == Value::Known(target.to_owned());
                is_whole && !is_worked_in && !is_home(target) && path::is_within(folder, target)
            }
            Some(target) => path::is_within(folder, target),
        }
    };
    ranges_above(model, item).into_iter().flatten().filter(is_copy).any(brings)
}

/// Whether a COPY takes a folder above `folder`, or that one itself, out of a stage, or out of one that is built on it.
pub fn is_taken_along(file: &File, model: &Model, stage: usize, folder: &str) -> bool {
    let stage_copies = model.stage_copies(file).iter().filter(|(_, other)| model.has_base(*other, stage));
    let takes = |step: usize| {
        let sources = CopyStep::of(file, model, step).map(|copy| copy.sources.as_slice()).unwrap_or_default();
        let root = Value::Known("/".to_owned());
        let mut places = sources.iter().filter_map(|source| place(&root, source.value.as_deref()?));
        places.any(|place| path::is_within(folder, &place))
    };
    stage_copies.map(|(step, _)| *step).any(takes)
}

/// Whether a folder is the root of the image, or may be the home of a user.
fn is_home(folder: &str) -> bool {
    matches!(folder, "/" | "/root") || folder.strip_prefix("/home/").is_some_and(|name| !name.contains('/'))
}

/// What a word of a COPY says; also where it is nothing but a variable that the base image sets.
fn value(file: &File, model: &Model, step: usize, word: &CopyWord) -> Option<String> {
    word.value.clone().or_else(|| {
        let written = file.instruction(step)?.str(word.part).strip_prefix('$')?;
        let name = written.trim_start_matches('{').trim_end_matches('}');
        let environment = &model.base_image(step)?.environment;
        environment.iter().find(|(known, _)| *known == name)?.1.map(str::to_owned)
    })
}
