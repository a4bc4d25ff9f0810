//! The pages of images, by registry. Written down as rules: nothing is asked of the network.

use crate::semantic::image::Image;

/// The page of an image; `None` where its registry has none that can be known.
pub(super) fn page(image: &Image) -> Option<String> {
    let path = match image.registry() {
        Some(registry) => image.name().strip_prefix(registry)?.trim_start_matches('/'),
        None => image.name(),
    };
    let parts: Vec<&str> = path.split('/').collect();
    let is_name = |part: &&str| {
        let is_plain = |char: char| char.is_ascii_alphanumeric() || matches!(char, '.' | '_' | '-');
        !part.is_empty() && part.chars().all(is_plain)
    };
    if !parts.iter().all(is_name) {
        return None;
    }
    match image.registry() {
        None | Some("docker.io" | "index.docker.io" | "registry-1.docker.io") => docker_hub(&parts),
        // GitHub shows packages under the repository that they come from, which mostly has their name.
        Some("ghcr.io") => match parts.as_slice() {
            [owner, repository, rest @ ..] => {
                let package = [&[*repository], rest].concat().join("%2F");
                Some(format!("https://github.com/{owner}/{repository}/pkgs/container/{package}"))
            }
            _ => None,
        },
        Some("quay.io") if parts.len() > 1 => Some(format!("https://quay.io/repository/{path}")),
        Some("mcr.microsoft.com") => Some(format!("https://mcr.microsoft.com/artifact/mar/{path}")),
        Some("public.ecr.aws") if parts.len() > 1 => Some(format!("https://gallery.ecr.aws/{path}")),
        Some("registry.gitlab.com") => match parts.as_slice() {
            [group, project, ..] => Some(format!("https://gitlab.com/{group}/{project}")),
            _ => None,
        },
        // Google's registries lead to their own pages.
        Some(registry) if is_of_google(registry) => Some(format!("https://{registry}/{path}")),
        Some(_) => None,
    }
}

fn docker_hub(parts: &[&str]) -> Option<String> {
    match parts {
        // The name of nothing at all.
        ["scratch"] => None,
        [name] | ["library", name] => Some(format!("https://hub.docker.com/_/{name}")),
        [user, name] => Some(format!("https://hub.docker.com/r/{user}/{name}")),
        _ => None,
    }
}

fn is_of_google(registry: &str) -> bool {
    registry == "gcr.io" || registry.ends_with(".gcr.io") || registry.ends_with("-docker.pkg.dev")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(image: &str, expected: Option<&str>) {
        assert_eq!(page(&Image::new(image)).as_deref(), expected, "{image}");
    }

    #[test]
    fn docker_hub_has_official_images_and_those_of_users() {
        check("node", Some("https://hub.docker.com/_/node"));
        check("node:22@sha256:ab", Some("https://hub.docker.com/_/node"));
        check("docker.io/library/node", Some("https://hub.docker.com/_/node"));
        check("bitnami/redis:7", Some("https://hub.docker.com/r/bitnami/redis"));
        check("a/b/c", None);
        check("scratch", None);
    }

    #[test]
    fn other_registries_have_pages_of_their_own() {
        check("ghcr.io/a/b:1", Some("https://github.com/a/b/pkgs/container/b"));
        check("ghcr.io/a/b/c", Some("https://github.com/a/b/pkgs/container/b%2Fc"));
        check("ghcr.io/a", None);
        check("quay.io/a/b", Some("https://quay.io/repository/a/b"));
        check("mcr.microsoft.com/a/b:1", Some("https://mcr.microsoft.com/artifact/mar/a/b"));
        check("public.ecr.aws/a/b", Some("https://gallery.ecr.aws/a/b"));
        check("gcr.io/distroless/static", Some("https://gcr.io/distroless/static"));
        check("europe-docker.pkg.dev/a/b/c", Some("https://europe-docker.pkg.dev/a/b/c"));
        check("registry.gitlab.com/a/b/c/d", Some("https://gitlab.com/a/b"));
    }

    #[test]
    fn a_registry_that_is_not_known_has_no_page() {
        check("localhost:5000/a", None);
        check("registry.example.com/a/b", None);
        check("quay.io/", None);
        check("a b", None);
        check("", None);
    }
}
