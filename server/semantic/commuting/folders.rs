//! Folders that a WORKDIR makes, beside steps that may make them too, or what is above them.
//! Source: BuildKit, `dockerfile2llb/convert.go` (`dispatchWorkdir`): the folder is made for the user in force; Docker
//! reference, "COPY": what is above a target is root's.

use super::Pair;
use super::runs::Reach;
use super::targets::{self, Target};
use crate::path;
use crate::semantic::copies::CopyStep;
use crate::semantic::users::is_root;
use crate::syntax::word::Value;

impl Pair<'_> {
    /// The folder that a WORKDIR leads to.
    fn folder(&self, workdir: usize) -> Option<String> {
        match &self.model.environment_said_at(workdir)?.workdir {
            Value::Known(folder) => Some(path::from_root(folder)),
            _ => None,
        }
    }

    /// A WORKDIR makes its folder for the user in force, a COPY for the owner of what it copies.
    pub(super) fn folder_and_copy(&self, workdir: usize, copy: usize) -> bool {
        let step = CopyStep::of(self.file, self.model, copy);
        let is_absolute = step.and_then(|step| step.target()).is_some_and(|target| target.starts_with('/'));
        let (Some(folder), Some(targets), true) =
            (self.folder(workdir), Target::all(self.file, self.model, copy), is_absolute)
        else {
            return false;
        };
        // The folders above both are made by whichever comes first.
        let is_apart =
            |target: &Target| !target.touches(&folder) && !share_new_folder(&target.path(), &folder);
        let flags = ["chown", "chmod", "link"];
        let is_alike = || flags.iter().all(|flag| !self.has_flag(copy, flag)) && self.is_surely_root(workdir);
        targets.iter().all(is_apart) || is_alike()
    }

    /// Whether a step is known to run as root.
    fn is_surely_root(&self, item: usize) -> bool {
        match self.model.environment_at(item).map(|environment| &environment.user) {
            Some(Value::Known(user)) => is_root(user),
            Some(Value::Unset) => {
                self.model.base_image(item).and_then(|image| image.user).is_some_and(is_root)
            }
            Some(Value::Unknown) | None => false,
        }
    }

    pub(super) fn folder_and_run(&self, workdir: usize, run: usize) -> bool {
        let Some(folder) = self.folder(workdir) else {
            return false;
        };
        match Reach::of(self.file, self.model, run, std::slice::from_ref(&folder)) {
            Reach::Packages { .. } => !targets::is_of_system(&folder) || is_always_there(&folder),
            Reach::Files(files) => {
                files.is_absolute && files.paths.iter().all(|path| !targets::are_related(path, &folder))
            }
            Reach::Unknown => false,
        }
    }
}

/// Whether two paths lie in a folder that an image need not have.
fn share_new_folder(path: &str, other: &str) -> bool {
    let shared = path.split('/').zip(other.split('/')).take_while(|(part, other)| part == other);
    let shared: Vec<&str> = shared.map(|(part, _)| part).collect();
    let folder = shared.join("/");
    !folder.is_empty() && !is_always_there(&folder)
}

/// Folders that every image has.
fn is_always_there(folder: &str) -> bool {
    matches!(
        folder,
        "/" | "/root"
            | "/usr"
            | "/usr/src"
            | "/usr/local"
            | "/usr/local/bin"
            | "/opt"
            | "/srv"
            | "/home"
            | "/var"
    )
}
