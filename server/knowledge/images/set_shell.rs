//! Images that have set a SHELL, which the images that are built on them keep. By hand: no table names it.
//! Sources, as of 2026-08-21: CircleCI-Public/cimg-base (`24.04/Dockerfile`), jupyter/docker-stacks
//! (`images/docker-stacks-foundation/Dockerfile`), home-assistant/docker-base (`alpine/Dockerfile`, `debian/Dockerfile`),
//! bitnami/containers (`bitnami/node/24/debian-12/Dockerfile`), apache/airflow (`Dockerfile`), mamba-org/micromamba-docker
//! (`_dockerfile_shell.sh`, which hands on to bash).

use super::name;

type Words = &'static [&'static str];

const ASH: Words = &["/bin/ash", "-o", "pipefail", "-c"];
const BASH: Words = &["/bin/bash", "-o", "pipefail", "-c"];
const STRICT_BASH: Words = &["/bin/bash", "-o", "errexit", "-o", "nounset", "-o", "pipefail", "-c"];

const IMAGES: [(&str, Words); 7] = [
    ("apache/airflow", STRICT_BASH),
    ("bitnami/", STRICT_BASH),
    ("bitnamilegacy/", STRICT_BASH),
    ("cimg/", &["/bin/bash", "-exo", "pipefail", "-c"]),
    ("jupyter/", BASH),
    ("mambaorg/micromamba", BASH),
    ("quay.io/jupyter/", BASH),
];

/// The SHELL that an image has set, by its registry and path; `None` where none is known.
pub fn set_shell(name: &str) -> Option<Words> {
    let name = name::canonical(name);
    // It is put together from packages, without a Dockerfile.
    if matches!(name, "bitnami/minideb" | "bitnamilegacy/minideb") {
        return None;
    }
    let is_called = |start: &str| match start.strip_suffix('/') {
        Some(_) => name.starts_with(start),
        None => name == start,
    };
    let found = IMAGES.iter().find(|(start, _)| is_called(start)).map(|(_, words)| *words);
    found.or_else(|| of_home_assistant(name))
}

/// The shell of Home Assistant's bases for add-ons: `ghcr.io/home-assistant/amd64-base-python`.
fn of_home_assistant(name: &str) -> Option<Words> {
    let image =
        ["ghcr.io/home-assistant/", "homeassistant/"].iter().find_map(|start| name.strip_prefix(start))?;
    let mut words = image.split('-').skip_while(|word| *word != "base");
    words.next()?;
    let is_debian = words.any(|word| matches!(word, "debian" | "raspbian" | "ubuntu"));
    Some(if is_debian { BASH } else { ASH })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_image_has_set_is_known_by_its_name() {
        for (name, words) in [
            ("cimg/python", IMAGES[3].1),
            ("docker.io/bitnami/node", STRICT_BASH),
            ("quay.io/jupyter/base-notebook", BASH),
            ("ghcr.io/home-assistant/amd64-base-python", ASH),
            ("homeassistant/aarch64-base-debian", BASH),
        ] {
            assert_eq!(set_shell(name), Some(words), "{name}");
        }
        for name in [
            "debian",
            "bitnami/minideb",
            "mambaorg/micromamba-server",
            "me/cimg/a",
            "homeassistant/home-assistant",
        ] {
            assert_eq!(set_shell(name), None, "{name}");
        }
    }
}
