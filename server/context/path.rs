//! Paths as Go cleans them: by their text alone, with `/` between their parts. Knows no disk and no links.

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

/// The last part of a path; nothing where the path ends with a slash.
pub(crate) fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
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
    fn ancestry_goes_down_to_the_path() {
        assert_eq!(ancestry("a/b/c").collect::<Vec<_>>(), ["a", "a/b", "a/b/c"]);
        assert_eq!(ancestry("").count(), 0);
    }
}
