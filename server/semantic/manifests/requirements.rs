//! Files of requirements, of pip and conda, with those that they include.

use super::is_there;
use crate::context::BuildContext;
use crate::context::view::View;
use crate::path;
use crate::semantic::folder_copies::FolderCopy;

/// A requirements file may include others; so many are followed.
const MOST_FILES: usize = 16;

/// The requirements files with those they include; `None` where one names a path that is no such file.
pub(super) fn requirements(
    context: &dyn BuildContext,
    view: &View<'_>,
    copy: &FolderCopy,
    starts: Vec<String>,
) -> Option<Vec<String>> {
    let mut files: Vec<String> = Vec::new();
    let mut pending = starts;
    while let Some(file) = pending.pop() {
        if files.contains(&file) {
            continue;
        }
        if files.len() >= MOST_FILES || !is_there(view, &file)? {
            return None;
        }
        let text = context.read(&file)?.replace("\\\r\n", " ").replace("\\\n", " ");
        let folder = path::parent(&file);
        let is_environment = file.ends_with(".yml") || file.ends_with(".yaml");
        if is_environment && !is_whole_environment(&text) {
            return None;
        }
        for line in text.lines().filter(|_| !is_environment) {
            if let Some(included) = included(line)? {
                // A path that leaves what is copied comes from somewhere else.
                let path = path::clean(&path::join(folder, included));
                let is_inside = copy.source.is_empty() && !path.starts_with("..")
                    || path.strip_prefix(&copy.source).is_some_and(|rest| rest.starts_with('/'));
                pending.push(is_inside.then_some(path)?);
            }
        }
        files.push(file);
    }
    Some(files)
}

/// The file that a line of a requirements file includes, if it includes one; `None` where it names another path.
fn included(line: &str) -> Option<Option<&str>> {
    let line = match line.find(" #") {
        Some(comment) => line.get(..comment).unwrap_or_default(),
        None => line,
    };
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return Some(None);
    }
    for option in ["--requirement", "--constraint", "-r", "-c"] {
        if let Some(rest) = line.strip_prefix(option) {
            let file = rest.trim_start_matches(['=', ' ', '\t']);
            let is_plain = !file.is_empty() && !file.contains([' ', '$', '\\']) && !file.starts_with('/');
            let is_remote = file.contains("://");
            return if is_remote { Some(None) } else { is_plain.then_some(Some(file)) };
        }
    }
    if line.starts_with('-') {
        return is_harmless(line).then_some(None);
    }
    let words: Vec<&str> = line.split_whitespace().collect();
    let is_path = |word: &&str| {
        word.contains("file:")
            || !word.contains("://")
                && (word.contains(['/', '\\']) || word.starts_with('.') || is_archive(word))
    };
    let marker = words.iter().position(|word| word.starts_with(';') || word.starts_with("--hash"));
    let named = words.get(..marker.unwrap_or(words.len())).unwrap_or_default();
    (!named.iter().any(is_path)).then_some(None)
}

/// Whether an option of a requirements file names no file of the project: `--find-links wheels` does.
/// Source: pip, "Requirements File Format".
fn is_harmless(line: &str) -> bool {
    let (option, value) = line.split_once(['=', ' ', '\t']).unwrap_or((line, ""));
    let is_remote = value.contains("://") && !value.contains("file:");
    match option {
        "--no-index" | "--pre" | "--prefer-binary" | "--require-hashes" => true,
        "--no-binary" | "--only-binary" | "--trusted-host" | "--use-feature" => !value.contains('/'),
        "-i" | "--index-url" | "--pypi-url" | "--extra-index-url" | "-f" | "--find-links" => is_remote,
        _ => false,
    }
}

pub(super) fn is_archive(word: &str) -> bool {
    const ENDS: [&str; 13] = [
        ".tar",
        ".tar.bz2",
        ".tar.gz",
        ".tar.lz",
        ".tar.lzma",
        ".tar.xz",
        ".tbz",
        ".tgz",
        ".tlz",
        ".txz",
        ".whl",
        ".zip",
        ".egg",
    ];
    ENDS.iter().any(|end| word.ends_with(end))
}

/// Whether an environment of conda names packages alone: pip's part of it may name files as well.
fn is_whole_environment(text: &str) -> bool {
    let item = |line: &str| line.trim().trim_start_matches("- ").trim_start_matches(['"', '\'']).to_owned();
    text.lines().map(item).all(|item| !item.starts_with(['-', '.', '/']) && !item.contains("file:"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_requirements_are_told_apart() {
        assert_eq!(included("-r base.txt # b"), Some(Some("base.txt")));
        assert_eq!(included("--constraint=c/d.txt"), Some(Some("c/d.txt")));
        for line in [
            "",
            "# ./a",
            "a==1",
            "a[b]>=1 ; python_version < '3'",
            "git+https://a/b.git",
            "a @ https://b/c.whl",
            "-i https://a/b",
            "-f https://a/b",
            "--extra-index-url=https://a/b",
            "--pre",
            "--only-binary :all:",
            "a==1 --hash=sha256:a/b",
        ] {
            assert_eq!(included(line), Some(None), "{line}");
        }
        for line in [
            "./a",
            "-e .",
            "-e ../b",
            "a/b.whl",
            "b.tar.gz",
            "-e git+https://a/b.git",
            "a @ file:///b",
            "--find-links wheels/",
            "--find-links wheels",
            "--find-links=wheels",
            "-f wheels",
            "-fwheels",
            "-f file:///wheels",
            "-i wheels",
            "--find-links ${A}",
            "-e a",
            "--no-such-option a",
            "b.tar.xz",
            "-r $A",
            "-r /a",
        ] {
            assert_eq!(included(line), None, "{line}");
        }
    }

    #[test]
    fn an_environment_that_names_files_is_seen() {
        assert!(is_whole_environment("name: a\ndependencies:\n  - python=3.12\n  - pip:\n      - flask\n"));
        assert!(!is_whole_environment("dependencies:\n  - pip:\n    - -r requirements.txt\n"));
        assert!(!is_whole_environment("dependencies:\n  - pip:\n    - -e .\n"));
        assert!(!is_whole_environment("dependencies:\n  - pip:\n    - ./a\n"));
        assert!(!is_whole_environment("dependencies:\n  - pip:\n    - -f wheels\n"));
    }
}
