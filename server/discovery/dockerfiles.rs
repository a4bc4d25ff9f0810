//! The Dockerfiles of a folder, by their names: without what version control keeps for itself, without the modules of others
//! that `go mod vendor` copies, and without what `.gitignore` leaves out, be it tracked all the same: git's index is not
//! read.

use std::path::{Path, PathBuf};

use ignore::{DirEntry, WalkBuilder};

use crate::context::dockerfile_name::is_dockerfile_name;

/// What is in and below a folder, in the order of the names: `Some` for a Dockerfile, `None` for everything else, and what
/// could not be looked at. Who is not in for all of it takes as many as are enough. A folder that the `.gitignore` files above
/// it leave out is searched all the same: it was named.
pub(crate) fn search(folder: &Path) -> impl Iterator<Item = Result<Option<PathBuf>, String>> {
    let walk = walker(folder).parents(!is_left_out(folder)).build();
    walk.map(|entry| {
        let entry = entry.map_err(|error| error.to_string())?;
        let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
        let is_one = is_file && is_dockerfile_name(&entry.file_name().to_string_lossy());
        Ok(is_one.then(|| entry.into_path()))
    })
}

fn walker(folder: &Path) -> WalkBuilder {
    // Hidden folders have Dockerfiles too: `.devcontainer`, `.docker`, `.github`, `.ci`.
    let is_looked_into = |entry: &DirEntry| {
        let name = entry.file_name().to_string_lossy();
        let is_of_others = match &*name {
            ".git" | ".hg" | ".jj" | ".svn" => true,
            // Source: "go help mod vendor".
            "vendor" => entry.path().join("modules.txt").is_file(),
            _ => false,
        };
        entry.depth() == 0 || !is_of_others
    };
    let mut walk = WalkBuilder::new(folder);
    walk.hidden(false).filter_entry(is_looked_into).require_git(false).sort_by_file_name(Ord::cmp);
    walk
}

/// Whether the `.gitignore` files above a folder, and not its own, leave out all that is in it.
fn is_left_out(folder: &Path) -> bool {
    let has_any = |heeds_parents: bool| {
        let walk = walker(folder).parents(heeds_parents).max_depth(Some(1)).build();
        walk.filter_map(Result::ok).any(|entry| entry.depth() > 0)
    };
    !has_any(true) && has_any(false)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn hidden_folders_are_looked_into_and_those_of_other_projects_are_not() {
        let folder = tempfile::tempdir().unwrap();
        for path in [
            "b/vendor/modules.txt",
            "b/vendor/example.org/c/Dockerfile",
            ".devcontainer/Dockerfile",
            ".git/Dockerfile",
            ".docker/Dockerfile",
            "a/Dockerfile-b",
            "c/vendor/Dockerfile",
            ".gitignore",
        ] {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let found = search(folder.path()).filter_map(|entry| entry.unwrap());
        let found: Vec<PathBuf> =
            found.map(|path| path.strip_prefix(folder.path()).unwrap().to_owned()).collect();
        assert_eq!(
            found,
            [".devcontainer/Dockerfile", ".docker/Dockerfile", "a/Dockerfile-b", "c/vendor/Dockerfile"]
                .map(Path::new)
        );
    }
}
