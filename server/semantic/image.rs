//! Image references: `registry/path:tag@digest`.
//! Source: the `distribution/reference` grammar that BuildKit parses base images with.

use crate::text::Span;

/// An image reference taken apart. Any text gives one; whether it is valid is not decided here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    text: String,
    registry_end: usize,
    name_end: usize,
    tag: Option<Span>,
    digest: Option<Span>,
}

impl Image {
    /// Reads a reference, as it is after expansion.
    pub fn new(text: &str) -> Image {
        let (name_and_tag, digest) = match text.split_once('@') {
            Some((before, _)) => (before, Some(before.len() + 1..text.len())),
            None => (text, None),
        };
        let path_start = name_and_tag.rfind('/').map_or(0, |slash| slash + 1);
        let last = name_and_tag.get(path_start..).unwrap_or_default();
        let colon = last.find(':').map(|colon| path_start + colon);
        Image {
            text: text.to_owned(),
            registry_end: registry_length(name_and_tag),
            name_end: colon.unwrap_or(name_and_tag.len()),
            tag: colon.map(|colon| colon + 1..name_and_tag.len()),
            digest,
        }
    }

    /// All of it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Registry and path: `ghcr.io/a/b` of `ghcr.io/a/b:1`.
    pub fn name(&self) -> &str {
        self.text.get(..self.name_end).unwrap_or_default()
    }

    /// The registry; `None` for Docker Hub where it is not written.
    pub fn registry(&self) -> Option<&str> {
        self.text.get(..self.registry_end).filter(|registry| !registry.is_empty())
    }

    /// The last part of the path: `node` of `docker.io/library/node:22`.
    pub fn short_name(&self) -> &str {
        self.name().rsplit('/').next().unwrap_or_default()
    }

    /// The tag, without the colon.
    pub fn tag(&self) -> Option<&str> {
        self.text.get(self.tag.clone()?)
    }

    /// The digest, without the `@`.
    pub fn digest(&self) -> Option<&str> {
        self.text.get(self.digest.clone()?)
    }
}

/// A first path element is a registry where it holds a dot or a colon, or is `localhost`.
fn registry_length(name: &str) -> usize {
    match name.split_once('/') {
        Some((first, _)) if first.contains(['.', ':']) || first == "localhost" => first.len(),
        _ => 0,
    }
}

/// Whether BuildKit takes a text for the name of an image.
/// Source: `distribution/reference` (`ParseNormalizedNamed`, `regexp.go`), `opencontainers/go-digest`.
pub fn is_valid(text: &str) -> bool {
    let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'));
    if text.len() == 64 && is_hex(text) {
        return false;
    }
    let (name, digest) = match text.split_once('@') {
        Some((name, digest)) => (name, Some(digest)),
        None => (text, None),
    };
    let (registry, path) = match name.split_once('/') {
        Some((first, rest))
            if first.contains(['.', ':']) || first == "localhost" || first != first.to_lowercase() =>
        {
            (Some(first), rest)
        }
        _ => (None, name),
    };
    let (path, tag) = match path.split_once(':') {
        Some((path, tag)) => (path, Some(tag)),
        None => (path, None),
    };
    registry.is_none_or(is_registry)
        && path.len() <= 255
        && path.split('/').all(is_path_part)
        && tag.is_none_or(is_tag)
        && digest.is_none_or(|digest| {
            digest.split_once(':').is_some_and(|(algorithm, hash)| {
                let lengths = [("sha256", 64), ("sha384", 96), ("sha512", 128)];
                lengths.contains(&(algorithm, hash.len())) && is_hex(hash)
            })
        })
}

fn is_registry(text: &str) -> bool {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !text.ends_with(']') => (host, Some(port)),
        _ => (text, None),
    };
    let is_address = |host: &str| {
        let inner = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        inner.is_some_and(|inner| inner.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b':'))
    };
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    (is_address(host) || host.split('.').all(is_label))
        && port.is_none_or(|port| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Letters and digits, with `.`, `_`, `__` or any number of `-` between them.
fn is_path_part(part: &str) -> bool {
    let is_word_char = |char: char| char.is_ascii_digit() || char.is_ascii_lowercase();
    let is_separator = |text: &str| {
        matches!(text, "." | "_" | "__") || !text.is_empty() && text.bytes().all(|byte| byte == b'-')
    };
    let separators = part.split(is_word_char).filter(|text| !text.is_empty());
    part.starts_with(is_word_char) && part.ends_with(is_word_char) && { separators }.all(is_separator)
}

fn is_tag(tag: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    tag.len() <= 128
        && tag.bytes().next().is_some_and(is_word)
        && tag.bytes().all(|byte| is_word(byte) || matches!(byte, b'.' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_valid_as_docker_has_it() {
        let digest = format!("a@sha256:{}", "0".repeat(64));
        let valid = [
            "a",
            "a/b_c/d__e/f---g.h:Tag_1.2-3",
            "localhost:5000/a",
            "Host/a",
            "[::1]:80/a:b",
            "a.b/c:latest",
            "localhost/a",
            &digest,
        ];
        for text in valid {
            assert!(is_valid(text), "{text}");
        }
        let hex = "0".repeat(64);
        let invalid = [
            "",
            "A",
            "a:",
            "a/",
            "/a",
            "a//b",
            "a:b:c",
            "a:-b",
            "a..b",
            "a___b",
            "-a",
            "a-",
            "a@sha256:0",
            "a b",
            "$a",
            "-h.b/c",
            "http://a",
            &hex,
        ];
        for text in invalid {
            assert!(!is_valid(text), "{text}");
        }
    }

    #[test]
    fn a_reference_falls_into_its_parts() {
        let image = Image::new("localhost:5000/a/node:22-slim@sha256:ab");
        assert_eq!(image.registry(), Some("localhost:5000"));
        assert_eq!(image.name(), "localhost:5000/a/node");
        assert_eq!(image.short_name(), "node");
        assert_eq!((image.tag(), image.digest()), (Some("22-slim"), Some("sha256:ab")));
        let image = Image::new("localhost:5000/node");
        assert_eq!((image.name(), image.tag()), ("localhost:5000/node", None));
        assert_eq!(Image::new("a/node").registry(), None);
        assert_eq!(Image::new("node:").tag(), Some(""));
    }
}
