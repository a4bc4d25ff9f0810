//! The names under which one image can be had.
//! Source: distribution/reference, `ParseNormalizedNamed`; the mirrors of Docker's official images at Amazon and Google.

/// Where all official images are, beside `library`: Docker Hub's namespaces for one architecture each.
const ARCHITECTURES: [&str; 9] =
    ["amd64", "arm32v5", "arm32v6", "arm32v7", "arm64v8", "i386", "ppc64le", "riscv64", "s390x"];

/// The name in the tables: without registry and `library/` for Docker Hub, and the name there for a mirror of it.
pub(super) fn canonical(name: &str) -> &str {
    if let Some(official) = name.strip_prefix("public.ecr.aws/docker/library/") {
        return official;
    }
    let hubs = ["docker.io/", "index.docker.io/", "registry-1.docker.io/", "mirror.gcr.io/"];
    let name = hubs.iter().find_map(|hub| name.strip_prefix(hub)).unwrap_or(name);
    match name.split_once('/') {
        Some(("library", official)) => official,
        Some((architecture, official)) if ARCHITECTURES.contains(&architecture) => official,
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_image_has_many_names() {
        for name in [
            "node",
            "library/node",
            "docker.io/node",
            "docker.io/library/node",
            "public.ecr.aws/docker/library/node",
            "mirror.gcr.io/library/node",
            "arm64v8/node",
        ] {
            assert_eq!(canonical(name), "node", "{name}");
        }
        assert_eq!(canonical("ghcr.io/library/node"), "ghcr.io/library/node");
        assert_eq!(canonical("me/node"), "me/node");
    }
}
