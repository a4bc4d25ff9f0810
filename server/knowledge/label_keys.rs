//! The keys of labels that tools agree on.
//!
//! Source: the image specification of the Open Container Initiative, `annotations.md`.

/// A key.
#[derive(Debug, PartialEq, Eq)]
pub struct LabelKey {
    /// As it is written.
    pub name: &'static str,
    /// What its value is, in Markdown.
    pub documentation: &'static str,
    /// A value as it may look.
    pub example: &'static str,
}

/// The key whose value is a licence expression.
pub const LICENSES: &str = "org.opencontainers.image.licenses";

/// Every key, sorted.
pub fn all() -> &'static [LabelKey] {
    &ALL
}

/// A key by its name.
pub fn label_key(name: &str) -> Option<&'static LabelKey> {
    all().iter().find(|key| key.name == name)
}

const fn key(name: &'static str, documentation: &'static str, example: &'static str) -> LabelKey {
    LabelKey { name, documentation, example }
}

static ALL: [LabelKey; 15] = [
    key(
        "org.opencontainers.image.authors",
        "Who answers for the image: people or an organisation.",
        "Ada <ada@example.com>",
    ),
    key(
        "org.opencontainers.image.base.digest",
        "The digest of the image that this one is built on.",
        "sha256:…",
    ),
    key(
        "org.opencontainers.image.base.name",
        "The image that this one is built on, with its registry.",
        "docker.io/library/debian:12",
    ),
    key(
        "org.opencontainers.image.created",
        "When the image was built, as RFC 3339 writes a time. It changes with every build.",
        "2026-01-31T12:00:00Z",
    ),
    key(
        "org.opencontainers.image.description",
        "What the software in the image does, for people.",
        "Serves tiles",
    ),
    key(
        "org.opencontainers.image.documentation",
        "The URL of the documentation.",
        "https://example.com/docs",
    ),
    key(LICENSES, "The licences of what is in the image, as an SPDX expression.", "MIT OR Apache-2.0"),
    key("org.opencontainers.image.ref.name", "The name of a target in an image layout.", "v1.2"),
    key("org.opencontainers.image.revision", "The commit that the software was built from.", "3f2a9c1"),
    key(
        "org.opencontainers.image.source",
        "The URL of the source. Registries link the image to it.",
        "https://example.com/source",
    ),
    key("org.opencontainers.image.title", "The name of the image, for people.", "Tile server"),
    key(
        "org.opencontainers.image.url",
        "The URL where more about the image is found.",
        "https://example.com",
    ),
    key("org.opencontainers.image.vendor", "The organisation that distributes the image.", "Example"),
    key(
        "org.opencontainers.image.version",
        "The version of the packaged software; it may match a tag.",
        "1.2.3",
    ),
    key(
        "maintainer",
        "Who answers for the image: what MAINTAINER was for. `org.opencontainers.image.authors` says the same to more tools.",
        "ada@example.com",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_there_once() {
        for key in all() {
            assert_eq!(label_key(key.name), Some(key));
        }
        assert_eq!(label_key("org.opencontainers.image.Title"), None);
    }
}
