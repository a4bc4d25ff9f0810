//! Images to run what another image builds: the same release of the same distribution, without the tools.

use super::name::canonical;
use super::table::Repository;
use super::tag::{self, Release, Tag};

/// The plain image of a release, the slim one where there is one: `debian:bookworm-slim`, `alpine:3.20`. `None` where the
/// tables have none, or the release has no number.
pub fn distribution(release: &Release) -> Option<String> {
    let (name, tag) = match release.family.id {
        "debian" => ("debian", format!("{}-slim", release.codename()?)),
        "alpine" => ("alpine", release.number.clone()?),
        _ => return None,
    };
    exists(name, &tag).then(|| format!("{name}:{tag}"))
}

/// The tag of the same image with its release in it, so that it stays that one: `1.22-bookworm` for `1.22`; the tag itself
/// where it says so already. `None` where there is none in the tables.
pub fn with_release(name: &str, written: Option<&str>) -> Option<String> {
    let repository = Repository::named(canonical(name))?;
    let tag = Tag::new(repository, written.unwrap_or("latest"));
    let suffix = tag.suffix.as_deref()?;
    if tag::release(suffix).is_some_and(|release| release.number.is_some()) {
        return written.map(str::to_owned);
    }
    let (version, base) = (tag.version?, tag.base?);
    let release = base.split('+').next().filter(|release| release.len() > 1)?;
    let candidates = match suffix {
        "" => vec![release.to_owned()],
        "alpine" => vec![release.to_owned()],
        _ => vec![format!("{release}-{suffix}"), format!("{suffix}-{release}")],
    };
    let found =
        candidates.into_iter().find(|candidate| repository.base(&version, candidate) == Some(base))?;
    (!tag.has_day).then(|| format!("{}{found}", tag.head))
}

/// Whether the tables have a tag, or know the distribution that it is built on.
pub fn exists(name: &str, tag: &str) -> bool {
    let repository = Repository::named(canonical(name));
    repository.is_some_and(|repository| {
        let tag = Tag::new(repository, tag);
        tag.base.is_some() && !tag.has_day
    })
}

#[cfg(test)]
mod tests {
    use super::super::describe;
    use super::*;

    #[test]
    fn a_release_has_its_plain_image() {
        let plain = |name: &str, tag: &str| distribution(&describe(name, Some(tag), false)?.release?);
        assert_eq!(plain("golang", "1.22-bookworm").as_deref(), Some("debian:bookworm-slim"));
        assert_eq!(plain("rust", "1.79-slim-bullseye").as_deref(), Some("debian:bullseye-slim"));
        assert_eq!(plain("golang", "1.22-alpine3.20").as_deref(), Some("alpine:3.20"));
        assert_eq!(plain("eclipse-temurin", "21-jdk-jammy"), None);
        assert_eq!(plain("golang", "1.22-windowsservercore"), None);
    }

    #[test]
    fn a_tag_is_held_to_its_release() {
        for (name, tag, held) in [
            ("golang", "1.22", "1.22-bookworm"),
            ("golang", "1.22-bookworm", "1.22-bookworm"),
            ("golang", "1.25-alpine", "1.25-alpine3.24"),
            ("golang", "1.22-alpine3.19", "1.22-alpine3.19"),
            ("rust", "1.79-slim", "1.79-slim-bookworm"),
            ("node", "20-slim", "20-bookworm-slim"),
        ] {
            assert_eq!(with_release(name, Some(tag)).as_deref(), Some(held), "{name}:{tag}");
        }
        assert_eq!(with_release("golang", Some("1.99")), None);
        assert_eq!(with_release("me/golang", Some("1.22")), None);
    }
}
