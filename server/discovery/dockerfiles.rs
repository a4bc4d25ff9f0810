//! The Dockerfiles of a folder, by their names: without hidden folders, and without what `.gitignore` leaves out.

use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use crate::context::dockerfile_name::is_dockerfile_name;

/// What is in and below a folder, in the order of the names: `Some` for a Dockerfile, `None` for everything else, and what
/// could not be looked at. Who is not in for all of it takes as many as are enough.
pub(crate) fn search(folder: &Path) -> impl Iterator<Item = Result<Option<PathBuf>, String>> {
    let walk = WalkBuilder::new(folder).require_git(false).sort_by_file_name(Ord::cmp).build();
    walk.map(|entry| {
        let entry = entry.map_err(|error| error.to_string())?;
        let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
        let is_one = is_file && is_dockerfile_name(&entry.file_name().to_string_lossy());
        Ok(is_one.then(|| entry.into_path()))
    })
}
