//! Settings of tools in the home of a user, where that is a folder which files of the project are copied to.

use super::is_there;
use crate::context::view::View;
use crate::path;
use crate::semantic::dependencies::DependencyInstall;
use crate::semantic::folder_copies::FolderCopy;

/// Files that tools read in the home of who runs them. Source: netrc(5), git-config(1), ssh_config(5), and the manual of each
/// package manager.
const HOME_SETTINGS: [&str; 21] = [
    ".bundle/config",
    ".cargo/config.toml",
    ".composer/auth.json",
    ".composer/config.json",
    ".condarc",
    ".config/composer",
    ".config/git",
    ".config/go/env",
    ".config/pip/pip.conf",
    ".config/pypoetry",
    ".config/uv",
    ".gemrc",
    ".gitconfig",
    ".gradle",
    ".m2",
    ".netrc",
    ".npmrc",
    ".nuget",
    ".pip/pip.conf",
    ".ssh",
    ".yarnrc",
];

/// `None` where what is copied brings settings to the home of who runs an install, or may do so, that are not among the
/// files which the install is known to read.
pub(super) fn has_no_other(
    view: &View<'_>,
    copy: &FolderCopy,
    install: &DependencyInstall,
    home: Option<&str>,
    files: &[String],
) -> Option<()> {
    let folders = match home {
        Some(home) => vec![copy.source_of(home)],
        // It may be any; most likely the folder of the project.
        None => vec![Some(copy.source.clone()), copy.source_of(&install.folder)],
    };
    for folder in folders.into_iter().flatten() {
        for name in HOME_SETTINGS {
            let path = path::join(&folder, name);
            (files.contains(&path) || !is_there(view, &path)?).then_some(())?;
        }
    }
    Some(())
}
