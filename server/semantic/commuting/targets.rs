//! Where a COPY or ADD writes, judging by its words.

use crate::context::glob::Glob;
use crate::path;
use crate::semantic::Model;
use crate::semantic::added;
use crate::semantic::copies::{CopyStep, CopyWord};
use crate::semantic::dependencies::place;
use crate::semantic::effects;
use crate::syntax::word::Value;
use crate::syntax::{File, Kind};

/// Something that is written. The paths are places: one in a folder that is not known begins with `?`.
pub(super) enum Target {
    /// What lies at a path, or in the folder there.
    Path(String),
    /// Files in a folder whose names a wildcard matches.
    Matching(String, Glob),
}

/// Folders for sources below `/usr/src`, where packages have theirs too.
const PROJECTS: [&str; 9] =
    ["app", "application", "backend", "client", "code", "frontend", "project", "server", "web"];

/// Whether a path lies where packages are installed, or where what installs them is configured.
pub(super) fn is_of_system(path: &str) -> bool {
    let name = |rest: &str| rest.split('/').next().unwrap_or_default().to_owned();
    if let Some(rest) = path::below(path, "/usr/src").filter(|rest| !rest.is_empty()) {
        return !PROJECTS.contains(&name(rest).as_str());
    }
    let is_home = path::is_inside(path, "/home");
    effects::is_of_system(path) && !is_home || path::is_within(path, "/opt")
}

/// Whether two paths are the same, or one lies in the other.
pub(super) fn are_related(path: &str, other: &str) -> bool {
    let is_unknown = path.starts_with('?') || other.starts_with('?');
    is_unknown || path::overlap(path, other)
}

/// The folder that an instruction starts in, with what is known of the base image.
pub(super) fn workdir(model: &Model, item: usize) -> Value {
    match model.environment_at(item).map(|environment| &environment.workdir) {
        Some(Value::Unset) => {
            let known = model.base_image(item).and_then(|image| image.workdir);
            known.map_or(Value::Unknown, |folder| Value::Known(folder.to_owned()))
        }
        Some(workdir) => workdir.clone(),
        None => Value::Unknown,
    }
}

impl Target {
    /// All that a COPY or ADD writes; `None` where that cannot be told.
    pub(super) fn all(file: &File, model: &Model, item: usize) -> Option<Vec<Target>> {
        let instruction = file.instruction(item)?;
        let ast = instruction.ast();
        let copy = CopyStep::of(file, model, item)?;
        let written = copy.target()?;
        let folder = place(&workdir(model, item), written)?;
        let is_folder = written.ends_with(['/', '.']) || copy.sources.len() > 1;
        let keeps_paths = instruction.flag("parents").is_some();
        if !is_folder || keeps_paths || copy.has_heredocs {
            return Some(vec![Target::Path(folder)]);
        }
        let target = |source: &CopyWord| {
            let name = path::name(source.value.as_deref()?);
            let is_taken_apart = ast.kind == Kind::Add && !added::is_called_as_plain_files_are(name);
            if !path::has_extension(name) || is_taken_apart {
                return Some(Target::Path(folder.clone()));
            }
            let inside = || format!("{}/{name}", folder.trim_end_matches('/'));
            match name.contains(['*', '?', '[', '\\']) {
                true => Some(Target::Matching(folder.clone(), Glob::wildcard(name).ok()?)),
                false => Some(Target::Path(inside())),
            }
        };
        copy.sources.iter().map(target).collect()
    }

    /// A path that stands for it: what leaves this alone leaves all of it alone.
    pub(super) fn path(&self) -> String {
        match self {
            Target::Path(path) => path.clone(),
            Target::Matching(folder, _) => format!("{}/-", folder.trim_end_matches('/')),
        }
    }

    /// Whether it may write what lies at a path, or in the folder there, or that folder itself.
    pub(super) fn touches(&self, path: &str) -> bool {
        match self {
            Target::Path(own) => are_related(own, path),
            Target::Matching(folder, _) if folder.starts_with('?') => true,
            Target::Matching(folder, glob) => match path::below(path, folder) {
                Some("") | None => are_related(folder, path),
                Some(rest) => glob.matches(rest.split('/').next().unwrap_or_default()),
            },
        }
    }

    /// Whether it may write what another one writes.
    pub(super) fn meets(&self, other: &Target) -> bool {
        match (self, other) {
            (Target::Matching(..), Target::Path(path)) => self.touches(path),
            (_, Target::Path(path)) => self.touches(path),
            (Target::Path(path), Target::Matching(..)) => other.touches(path),
            (Target::Matching(folder, _), Target::Matching(other, _)) => folder == other,
        }
    }

    /// Whether it may write where packages are installed, or where what installs them is configured.
    pub(super) fn is_of_system(&self) -> bool {
        match self {
            // Files with an extension: no folder of the system is called so.
            Target::Matching(folder, _) => folder != "/" && is_of_system(folder) || folder.starts_with('?'),
            // Whatever the folder is: a file by this name is no configuration there.
            Target::Path(path) if path.starts_with('?') => !is_of_project(path),
            Target::Path(path) => is_of_system(path),
        }
    }
}

/// Whether a name is that of a file which no package manager of a distribution reads.
fn is_of_project(path: &str) -> bool {
    const NAMES: [&str; 10] = ["go", "js", "json", "lock", "md", "py", "rb", "sh", "toml", "txt"];
    path.rsplit_once('.').is_some_and(|(_, extension)| NAMES.contains(&extension))
}
