//! What the folders above a build context say of it.

use std::fs;
use std::path::{Path, PathBuf};

use super::{MOST_ENTRIES, read_text};
use crate::context::making::{self, Around};

/// A context deeper in its repository than this is taken for one in none.
const MOST_DEPTH: usize = 32;

/// The `.gitignore` files of the folders above a folder, up to the one with the `.git`: the path of the folder from there, and
/// the text. None where it is in no repository, or at its top.
pub(super) fn git_ignore_files(folder: &Path) -> Vec<(String, String)> {
    let mut files = Vec::new();
    let Ok(folder) = folder.canonicalize() else { return files };
    for above in folder.ancestors().take(MOST_DEPTH) {
        let way = folder.strip_prefix(above).unwrap_or(Path::new(""));
        let parts: Option<Vec<&str>> = way.iter().map(|part| part.to_str()).collect();
        if above != folder
            && let (Some(parts), Some(text)) = (parts, read_text(&above.join(".gitignore")))
        {
            files.push((parts.join("/"), text));
        }
        // A worktree and a submodule have a file of that name.
        if above.join(".git").exists() {
            return files;
        }
    }
    Vec::new()
}

/// The files that say how something is built, of the folders above a context up to the one with the `.git`, and of the folder `home`
/// of the Dockerfile where that is deeper in the context than these are looked for. In no repository there is nothing around.
pub(super) fn making(folder: &Path, home: Option<&Path>) -> Around {
    let (Ok(folder), home) = (folder.canonicalize(), home.and_then(|home| home.canonicalize().ok())) else {
        return Around::default();
    };
    let above: Vec<&Path> = folder.ancestors().take(MOST_DEPTH).collect();
    let end = above.iter().position(|above| above.join(".git").exists());
    let above = end.and_then(|end| above.get(..=end)).unwrap_or_default();
    let root = above.last().copied().unwrap_or(&folder);
    let from_root = |path: &Path| {
        let parts: Option<Vec<&str>> =
            path.strip_prefix(root).ok()?.iter().map(|part| part.to_str()).collect();
        Some(parts?.join("/"))
    };
    let (Some(way), depth) =
        (from_root(&folder), |home: &Path| home.strip_prefix(&folder).map(|way| way.iter().count()))
    else {
        return Around::default();
    };
    let home = home.filter(|home| depth(home).is_ok_and(|depth| depth > 1));
    let mut files = Vec::new();
    for place in home.iter().map(PathBuf::as_path).chain(above.iter().skip(1).copied()) {
        let Some(own) = from_root(place) else { continue };
        for (below, path) in making::paths(&|below| names(&place.join(below))) {
            let below = place.join(below);
            // What lies in the context is found there.
            if files.len() < MOST_FILES
                && (home.as_deref() == Some(place) || !below.starts_with(&folder))
                && let Some(text) = read_text(&place.join(path))
            {
                files.push((from_root(&below).unwrap_or_else(|| own.clone()), text));
            }
        }
    }
    Around { way, files }
}

/// So many files are read above a context.
const MOST_FILES: usize = 96;

/// The names in a folder, sorted; none of one with too many.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().take(MOST_ENTRIES);
    let mut names: Vec<String> =
        entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    names.sort_unstable();
    names
}

#[cfg(test)]
mod tests {

    use super::*;

    #[test]
    fn the_files_up_to_the_repository_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir_all(root.join("repository/a/b")).unwrap();
        for (path, text) in
            [(".gitignore", "0"), ("repository/.gitignore", "1"), ("repository/a/b/.gitignore", "2")]
        {
            fs::write(root.join(path), text).unwrap();
        }
        let found = |path: &str| git_ignore_files(&root.join(path));
        assert_eq!(found("repository/a/b"), []);
        fs::write(root.join("repository/.git"), "gitdir: elsewhere").unwrap();
        assert_eq!(found("repository/a/b"), [("a/b".to_owned(), "1".to_owned())]);
        assert_eq!(found("repository"), []);
        assert_eq!(found("nowhere"), []);
    }

    #[test]
    fn what_builds_it_is_read_up_to_the_repository() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for (path, text) in [
            ("r/Makefile", "1"),
            ("r/.github/workflows/a.yml", "2"),
            ("r/other/build.sh", "3"),
            ("r/a/b/build.sh", "own"),
            ("r/a/b/c/d/build.sh", "4"),
            ("r/readme.txt", "none"),
            ("Makefile", "none"),
        ] {
            let path = root.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let found = |home: &str| {
            let around = making(&root.join("r/a/b"), Some(&root.join(home)));
            let texts: Vec<String> =
                around.files.into_iter().map(|(folder, text)| format!("{folder}:{text}")).collect();
            (around.way, texts.join(" "))
        };
        assert_eq!(found("r/a/b"), (String::new(), String::new()));
        fs::create_dir(root.join("r/.git")).unwrap();
        assert_eq!(found("r/a/b"), ("a/b".to_owned(), ":1 .github/workflows:2 other:3".to_owned()));
        assert_eq!(found("r/a/b/c/d").1, "a/b/c/d:4 :1 .github/workflows:2 other:3");
    }
}
