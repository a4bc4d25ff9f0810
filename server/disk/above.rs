//! What the folders above a build context say of it.

use std::path::Path;

use super::read_text;

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

#[cfg(test)]
mod tests {
    use std::fs;

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
}
