//! Which build an ignore file belongs to: `<Dockerfile>.dockerignore` to that of the Dockerfile, `.dockerignore` to those
//! with its folder.

use std::path::{Path, PathBuf};

use crate::context::BuildContext;

/// The ignore file of a build context; behind a Dockerfile's name, that of its builds.
pub(crate) const IGNORE_FILE: &str = ".dockerignore";

/// Whether a file of this name says what a build leaves out.
pub fn is_ignore_file(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(IGNORE_FILE))
}

/// The Dockerfile whose build a file belongs to: the file itself, unless it is the ignore file of one.
pub fn owner(path: PathBuf) -> PathBuf {
    let name = path.file_name().and_then(|name| name.to_str());
    let dockerfile = name.and_then(|name| name.strip_suffix(IGNORE_FILE)).filter(|name| !name.is_empty());
    dockerfile.map(|name| path.with_file_name(name)).unwrap_or(path)
}

/// The folder of a `.dockerignore`: whatever is built with another one never reads it. `None` for other files.
pub fn own_context(path: &Path) -> Option<&Path> {
    path.parent().filter(|_| path.ends_with(IGNORE_FILE))
}

/// The ignore file that the builds with a context read; `None` where there is none.
pub fn in_force(context: &dyn BuildContext) -> Option<PathBuf> {
    let (path, _) = context.ignore_file()?;
    Some(Path::new(&context.root()?).join(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ignore_file_belongs_to_its_dockerfile_or_to_its_folder() {
        for (path, is_one, dockerfile, folder) in [
            ("a/.dockerignore", true, "a/.dockerignore", Some("a")),
            ("a/Dockerfile.dockerignore", true, "a/Dockerfile", None),
            ("a/Dockerfile", false, "a/Dockerfile", None),
            ("a/.gitignore", false, "a/.gitignore", None),
        ] {
            let path = Path::new(path);
            assert_eq!((is_ignore_file(path), own_context(path)), (is_one, folder.map(Path::new)));
            assert_eq!(owner(path.to_owned()), Path::new(dockerfile));
        }
    }
}
