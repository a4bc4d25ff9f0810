//! Paths by their text alone, with `/` between their parts, as Go cleans them. Knows no disk and no links.

/// Go's `filepath.Clean`: no empty part, no `.`, no `..` that could be taken back; `.` where nothing is left.
pub(crate) fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if rooted => {}
            _ => parts.push(part),
        }
    }
    let joined = parts.join("/");
    match (rooted, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

/// A source of COPY, ADD or a mount as a path in the context: a leading `/` means the context, and `..` stops
/// there. The context itself is the empty string.
pub(crate) fn in_context(source: &str) -> String {
    let mut path = String::with_capacity(source.len());
    for part in source.split('/') {
        match part {
            "" | "." => {}
            ".." => path.truncate(path.rfind('/').unwrap_or(0)),
            _ if path.is_empty() => path.push_str(part),
            _ => path.extend(["/", part]),
        }
    }
    path
}

/// A path seen from `/`: without empty, `.` and `..` parts, and with a slash before it.
pub(crate) fn from_root(path: &str) -> String {
    let mut cleaned = String::with_capacity(path.len() + 1);
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => cleaned.truncate(cleaned.rfind('/').unwrap_or(0)),
            part => cleaned.extend(["/", part]),
        }
    }
    if cleaned.is_empty() {
        cleaned.push('/');
    }
    cleaned
}

/// A path seen from a folder: absolute and clean.
pub(crate) fn absolute(folder: &str, path: &str) -> String {
    if path.starts_with('/') { from_root(path) } else { from_root(&format!("{folder}/{path}")) }
}

/// The last part of a path; nothing where the path ends with a slash.
pub(crate) fn name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// Whether a name is that of a file. Folders are called `conf.d` and `Shop.Api`.
pub(crate) fn has_extension(name: &str) -> bool {
    let extension = name.trim_start_matches('.').rsplit_once('.').map(|(_, extension)| extension);
    extension.is_some_and(|extension| {
        (2..=5).contains(&extension.len()) && extension.chars().all(|char| char.is_ascii_lowercase())
    })
}

/// The path without its last part; nothing where it has no other, or lies at the root.
pub(crate) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}

/// `path` below `folder`, without it. The folder itself is the empty string; `None` for what lies elsewhere.
pub(crate) fn below<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    let rest = path.strip_prefix(folder.trim_end_matches('/'))?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}

/// Whether a path is the folder, or lies in it.
pub(crate) fn is_within(path: &str, folder: &str) -> bool {
    below(path, folder).is_some()
}

/// Whether a path lies in the folder, and is not the folder itself.
pub(crate) fn is_inside(path: &str, folder: &str) -> bool {
    below(path, folder).is_some_and(|rest| !rest.is_empty())
}

/// Whether two paths are the same, or one lies in the other.
pub(crate) fn overlap(path: &str, other: &str) -> bool {
    is_within(path, other) || is_within(other, path)
}

/// `name` in `folder`, which may be the context itself.
pub(crate) fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// `a`, `a/b` and `a/b/c` for `a/b/c`; nothing for the context itself.
pub(crate) fn ancestry(path: &str) -> impl Iterator<Item = &str> {
    let ends = path.match_indices('/').map(|(offset, _)| offset);
    ends.chain(std::iter::once(path.len()))
        .filter_map(|end| path.get(..end))
        .filter(|ancestor| !ancestor.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cleans_by_text_alone() {
        for (path, cleaned) in [
            ("a/b", "a/b"),
            ("a//b/", "a/b"),
            ("./a/./b", "a/b"),
            ("a/../b", "b"),
            ("a/..", "."),
            ("", "."),
            ("..", ".."),
            ("../../a", "../../a"),
            ("a/../../b", "../b"),
            ("/", "/"),
            ("/..", "/"),
            ("//a/../../b", "/b"),
        ] {
            assert_eq!(clean(path), cleaned, "{path:?}");
        }
    }

    #[test]
    fn a_source_never_leaves_the_context() {
        for (source, path) in [
            (".", ""),
            ("/", ""),
            ("", ""),
            ("../..", ""),
            ("/a", "a"),
            ("./a/", "a"),
            ("../a", "a"),
            ("a/../../b", "b"),
        ] {
            assert_eq!(in_context(source), path, "{source:?}");
        }
    }

    #[test]
    fn a_path_from_the_root_is_absolute_and_clean() {
        for (path, cleaned) in
            [("", "/"), ("/", "/"), ("a/b", "/a/b"), ("//a/./b/", "/a/b"), ("/a/../../b", "/b"), ("..", "/")]
        {
            assert_eq!(from_root(path), cleaned, "{path:?}");
        }
        assert_eq!(absolute("/app", "../a"), "/a");
        assert_eq!(absolute("/app", "/a/"), "/a");
    }

    #[test]
    fn the_last_part_and_what_is_before_it() {
        for (path, folder, last) in
            [("", "", ""), ("a", "", "a"), ("/a", "", "a"), ("a/b/c", "a/b", "c"), ("a/", "a", "")]
        {
            assert_eq!((parent(path), name(path)), (folder, last), "{path:?}");
        }
    }

    #[test]
    fn only_whole_parts_are_below_a_folder() {
        assert_eq!(below("/app/src", "/app"), Some("src"));
        assert_eq!(below("/app", "/app/"), Some(""));
        assert_eq!(below("/app", "/"), Some("app"));
        assert_eq!(below("/apple", "/app"), None);
        assert!(is_within("/app", "/app") && !is_within("/", "/app"));
        assert!(is_inside("/app/src", "/app") && !is_inside("/app", "/app"));
        assert!(overlap("/", "/app") && overlap("/app/src", "/app") && !overlap("/app", "/apple"));
    }

    #[test]
    fn ancestry_goes_down_to_the_path() {
        assert_eq!(ancestry("a/b/c").collect::<Vec<_>>(), ["a", "a/b", "a/b/c"]);
        assert_eq!(ancestry("").count(), 0);
    }
}
