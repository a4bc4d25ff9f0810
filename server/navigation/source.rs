//! The files of the build context that a copy or a bind mount takes.

use super::{Link, Target};
use crate::context::Lookup;
use crate::context::sources::Sources;
use crate::context::view::View;
use crate::document::cursor::Cursor;
use crate::path;
use crate::semantic::copies::{CopyFrom, CopyStep};
use crate::syntax::Part;

/// A wildcard that takes more files than this leads to the first of them.
const MOST_FILES: usize = 100;

pub(super) fn find(cursor: &Cursor<'_>) -> Option<Link> {
    let (part, source) = copied(cursor).or_else(|| mounted(cursor))?;
    if source.contains("://") || source.starts_with("git@") {
        return None;
    }
    let line = cursor.instruction().line().text();
    let view = View::new(cursor.cx.context);
    let sources = if cursor.instruction().ast().flag(line, "parents").is_some() {
        view.resolve_parents(&source)
    } else {
        view.resolve(&source)
    };
    let paths = match sources {
        Sources::Found(paths) => paths,
        // An ignored file is not copied, but it is the one that is meant.
        Sources::IgnoredAll | Sources::Unknown | Sources::Missing => vec![path::in_context(&source)],
    };
    let is_file = |path: &String| matches!(cursor.cx.context.entry(path), Lookup::File(_));
    let files = paths.into_iter().filter(is_file).take(MOST_FILES);
    let targets: Vec<Target> = files.map(Target::File).collect();
    let origin = cursor.part(cursor.index, part)?;
    (!targets.is_empty()).then_some(Link { origin, targets })
}

/// The source of a COPY or ADD that is here, and what it says.
fn copied(cursor: &Cursor<'_>) -> Option<(Part, String)> {
    let step = CopyStep::of(cursor.file(), cursor.model(), cursor.index)?;
    if step.from != CopyFrom::Context {
        return None;
    }
    let word = step.sources.iter().find(|word| cursor.is_on(word.part))?;
    Some((word.part, word.value.clone()?))
}

/// The source of a bind mount that is here, and what it says.
fn mounted(cursor: &Cursor<'_>) -> Option<(Part, String)> {
    let mounts = cursor.model().bind_mounts(cursor.file(), cursor.index);
    let fields = mounts.iter().filter(|(_, from)| *from == CopyFrom::Context);
    let mut fields = fields.filter_map(|(mount, _)| mount.field(&["source", "src"]));
    let field = fields.find(|field| cursor.is_on(field.value_part))?;
    Some((field.value_part, field.value.clone().filter(|value| !value.contains('$'))?))
}
