//! Whether a text is an image reference: `registry/path:tag@digest`.
//! Source: distribution/reference, `ParseNormalizedNamed`, with which BuildKit reads base images.

use super::value;
use crate::text::Span;

/// Why a text is no image reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferenceProblem {
    /// The part of the text that is wrong.
    pub span: Span,
    /// What is wrong with it: the rest of a sentence that begins with that part.
    pub what: &'static str,
}

/// The longest path, in bytes.
const MOST: usize = 255;

/// The first thing that is wrong with a reference, as it is after expansion; `None` for a valid one.
pub fn problem(text: &str) -> Option<ReferenceProblem> {
    let wrong = |span: Span, what| Some(ReferenceProblem { span, what });
    if text.is_empty() {
        return wrong(0..0, "is empty");
    }
    if text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
        return wrong(0..64, "reads as an image id, which cannot be named here");
    }
    let path_start = path_start(text);
    let rest = text.get(path_start..).unwrap_or_default();
    let path_end = path_start + rest.find([':', '@']).unwrap_or(rest.len());
    let path = text.get(path_start..path_end).unwrap_or_default();
    if path.to_lowercase() != path {
        return wrong(path_start..path_end, "has capital letters: a repository's name is in lower case");
    }
    let registry = text.get(..path_start.saturating_sub(1)).unwrap_or_default();
    if !(registry.is_empty() && path_start == 0 || is_registry(registry) || is_component(registry)) {
        return wrong(0..registry.len(), "is no registry's name");
    }
    if !path.split('/').all(is_component) {
        return wrong(path_start..path_end, "is no repository's name");
    }
    // A path of one part on Docker Hub gets `library/` in front.
    if path.len() > MOST {
        return wrong(path_start..path_end, "is longer than 255 characters");
    }
    suffix_problem(text, path_end)
}

/// What is wrong with `:tag@digest`.
fn suffix_problem(text: &str, path_end: usize) -> Option<ReferenceProblem> {
    let suffix = text.get(path_end..).unwrap_or_default();
    let (tag, digest) = match suffix.split_once('@') {
        Some((tag, digest)) => (tag, Some(digest)),
        None => (suffix, None),
    };
    if let Some(name) = tag.strip_prefix(':')
        && !is_tag(name)
    {
        let span = path_end..path_end + tag.len();
        let what =
            if name.is_empty() { "is no tag: the name after the colon is missing" } else { "is no tag" };
        return Some(ReferenceProblem { span, what });
    }
    let digest = digest?;
    let start = path_end + tag.len() + 1;
    let what = "is no digest, such as `sha256:` and 64 hexadecimal digits";
    (!value::is_digest(digest)).then_some(ReferenceProblem { span: start..text.len(), what })
}

/// Where the path begins: behind a first part that holds a dot or a colon, is `localhost`, or has capitals.
fn path_start(text: &str) -> usize {
    match text.split_once('/') {
        Some((first, _))
            if first == "localhost" || first.contains(['.', ':']) || first.to_lowercase() != first =>
        {
            first.len() + 1
        }
        _ => 0,
    }
}

fn is_registry(text: &str) -> bool {
    let host = match text.rsplit_once(':') {
        Some((host, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => text,
    };
    if let Some(address) = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        return !address.is_empty() && address.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b':');
    }
    host.split('.').all(|label| {
        !label.is_empty()
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    })
}

/// Lower-case letters and digits, with one dot, one or two underscores or any number of dashes between.
fn is_component(text: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let is_separator = |text: &str| matches!(text, "." | "_" | "__") || text.bytes().all(|byte| byte == b'-');
    let bytes = text.as_bytes();
    let ends_well = bytes.first().copied().is_some_and(is_word) && bytes.last().copied().is_some_and(is_word);
    let separators = text.split(|char: char| char.is_ascii_lowercase() || char.is_ascii_digit());
    ends_well && { separators }.all(is_separator)
}

fn is_tag(text: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    text.len() <= 128
        && text.bytes().next().is_some_and(is_word)
        && text.bytes().all(|byte| is_word(byte) || matches!(byte, b'.' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_registry_takes_is_no_problem() {
        let digest = format!("a@sha256:{}", "0".repeat(64));
        for text in [
            "node",
            "node:22-Slim",
            "localhost/a",
            "localhost:5000/a/b:1",
            "Example.com/a",
            "REG/a",
            "[::1]:5000/a",
            "a--b/c__d.e",
            "a.b_c/d",
            "index.docker.io/a",
            &digest,
        ] {
            assert_eq!(problem(text), None, "{text}");
        }
    }

    #[test]
    fn what_it_refuses_is_found_where_it_stands() {
        let wrong = |text: &str| problem(text).map(|found| text[found.span].to_owned());
        for (text, part) in [
            ("Node", "Node"),
            ("a/Node:1", "a/Node"),
            ("example.com/A", "A"),
            ("node:", ":"),
            ("node:-a", ":-a"),
            ("node:a:b", ":a:b"),
            ("node@sha256:ab", "sha256:ab"),
            ("a___b", "a___b"),
            ("a..b/c", "a..b"),
            ("-a", "-a"),
            ("a//b", "a//b"),
            ("a/", "a/"),
            ("a:b/c", "a:b"),
            ("{{ base }}", "{{ base }}"),
            ("", ""),
        ] {
            assert_eq!(wrong(text).as_deref(), Some(part), "{text}");
        }
        assert!(wrong(&"a".repeat(64)).is_some());
        assert!(wrong(&"z".repeat(256)).is_some());
    }
}
