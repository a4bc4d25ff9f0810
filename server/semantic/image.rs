//! Image references: `registry/path:tag@digest`.
//! Source: the `distribution/reference` grammar that BuildKit parses base images with.

use crate::knowledge::images::{self, BaseImage};
use crate::path;
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
        path::name(self.name())
    }

    /// The tag, without the colon.
    pub fn tag(&self) -> Option<&str> {
        self.text.get(self.tag.clone()?)
    }

    /// The numbers that the tag begins with: the first, and the second where there is one. `None` where it begins otherwise.
    pub fn version(&self) -> Option<(u32, Option<u32>)> {
        let mut numbers = self.tag()?.split('-').next()?.split('.').map(str::parse);
        Some((numbers.next()?.ok()?, numbers.next().and_then(Result::ok)))
    }

    /// What is in it, as far as that is known.
    pub fn known(&self) -> Option<BaseImage> {
        images::describe(self.name(), self.tag(), self.digest.is_some())
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

#[cfg(test)]
mod tests {
    use super::*;

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
