//! Which file of the build context a COPY or ADD puts at a place of the image.

use super::Model;
use super::copies::{CopyFrom, CopyStep};
use super::dependencies::{place, within};
use super::folder_copies::FolderCopy;
use super::late_installs::ranges_above;
use crate::context::BuildContext;
use crate::context::sources::Sources;
use crate::context::view::View;
use crate::path;
use crate::syntax::File;

/// The file of the context that the step `item` brings to `target`, an absolute path; `None` where it brings none, or
/// that is not known.
pub fn arrival(file: &File, model: &Model, view: &View<'_>, item: usize, target: &str) -> Option<String> {
    let copy = CopyStep::of(file, model, item).filter(|copy| copy.from == CopyFrom::Context)?;
    if let Some(folder) = FolderCopy::of(file, model, item) {
        let source = folder.source_of(target)?;
        return is_found(view, &source).then_some(source);
    }
    let written = copy.target()?;
    let folder = place(&model.environment_at(item)?.workdir, written)?;
    let (_, name) = target.rsplit_once('/')?;
    let is_folder = written.ends_with(['/', '.']) || copy.sources.len() > 1;
    let is_meant = |source: &String| path::name(source) == name;
    let lands = match is_folder {
        true => format!("{}/{name}", folder.trim_end_matches('/')),
        false => folder,
    };
    let mut sources =
        copy.sources.iter().filter_map(|source| source.value.as_deref()).filter(|_| lands == target);
    sources.find_map(|source| match view.resolve(source) {
        Sources::Found(paths) => paths.into_iter().find(|path| !is_folder || is_meant(path)),
        // A file that is named is there, or the build fails.
        Sources::Unknown if is_meant(&source.to_owned()) => Some(path::in_context(source)),
        Sources::Missing | Sources::IgnoredAll | Sources::Unknown => None,
    })
}

/// The text of a file as a command of the step `item` finds it that runs in `folder`, a [`place`], and names it so: one of the
/// context that a step above has brought there.
pub fn text_for(
    file: &File,
    model: &Model,
    view: &View<'_>,
    context: &dyn BuildContext,
    (item, folder): (usize, &str),
    written: &str,
) -> Option<String> {
    let target = within(folder, written)?;
    let mut above = ranges_above(model, item).into_iter().flat_map(Iterator::rev);
    let path = above.find_map(|above| arrival(file, model, view, above, &target))?;
    context.read(&path)
}

fn is_found(view: &View<'_>, path: &str) -> bool {
    matches!(view.resolve(path), Sources::Found(paths) if paths.iter().any(|found| found == path))
}
