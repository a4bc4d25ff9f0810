//! What a stage was given of the build context, by the paths that it has there.

use crate::context::Lookup;
use crate::context::view::View;
use crate::document::Cx;
use crate::path;
use crate::semantic::copies::{CopyFrom, CopyStep};
use crate::semantic::stages::Base;
use crate::syntax::word::Value;

/// What is said of a file, and what of a folder.
pub(super) const FILE: &str = "a file of the build context";
const FOLDER: &str = "a folder of the build context";

/// So many entries of a folder are looked at.
const MOST_ENTRIES: usize = 500;

/// What a stage, or one that it is built on, has in an absolute folder by its copies, with what it is. A folder ends with a slash.
pub(super) fn files(cx: &Cx<'_>, stage: usize, folder: &str) -> Vec<(String, String)> {
    let (file, model) = (cx.document.file(), cx.document.model());
    if folder.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut next = Some(stage);
    while let Some(stage) = next.and_then(|stage| model.stages().get(stage)) {
        for index in stage.items.clone() {
            let Some(copy) = CopyStep::of(file, model, index).filter(|copy| copy.from == CopyFrom::Context)
            else {
                continue;
            };
            let workdir = model.environment_at(index).map(|environment| &environment.workdir);
            if let (Some(Value::Known(workdir)), Some(target)) = (workdir, copy.target()) {
                let target =
                    Target { path: path::absolute(workdir, target), is_folder: target.ends_with(['/', '.']) };
                let sources = copy.sources.iter().filter_map(|source| source.value.as_deref());
                found.extend(sources.flat_map(|source| target.files(cx, source, folder)));
            }
        }
        next = match stage.base {
            Base::Stage(base) if base < stage.index => Some(base),
            _ => None,
        };
    }
    found
}

/// Where a copy goes to.
struct Target {
    path: String,
    is_folder: bool,
}

impl Target {
    /// What a source brings to a folder.
    fn files(&self, cx: &Cx<'_>, source: &str, folder: &str) -> Vec<(String, String)> {
        let source = path::in_context(source);
        let entry = |place: String, lookup: Lookup| match lookup {
            Lookup::File(_) => Some((place, FILE.to_owned())),
            Lookup::Folder => Some((format!("{place}/"), FOLDER.to_owned())),
            Lookup::Absent | Lookup::Unknown => None,
        };
        match cx.context.entry(&source) {
            Lookup::File(bytes) if self.is_folder && self.path == folder => {
                entry(path::join(folder, path::name(&source)), Lookup::File(bytes)).into_iter().collect()
            }
            // Of a folder, what is in it is copied.
            Lookup::Folder => {
                let Some(below) = path::below(folder, &self.path) else { return Vec::new() };
                let here = if below.is_empty() { source } else { path::join(&source, below) };
                let view = View::new(cx.context);
                let names = cx.context.list(&here).unwrap_or_default().into_iter().take(MOST_ENTRIES);
                let found = names.filter_map(|name| {
                    let whole = path::join(&here, &name);
                    let is_brought = !view.is_ignored(&whole);
                    entry(path::join(folder, &name), cx.context.entry(&whole)).filter(|_| is_brought)
                });
                found.collect()
            }
            Lookup::File(_) | Lookup::Absent | Lookup::Unknown => Vec::new(),
        }
    }
}
