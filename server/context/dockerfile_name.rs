//! How Dockerfiles are called.

/// Ends of a name after `Dockerfile.` or `Dockerfile-` that make it something else than a Dockerfile: ignore files, templates,
/// backups, and sources about Dockerfiles.
const OTHER_KINDS: [&str; 47] = [
    "bak",
    "c",
    "cc",
    "cpp",
    "cs",
    "css",
    "diff",
    "dockerignore",
    "erb",
    "go",
    "h",
    "hpp",
    "html",
    "in",
    "ipynb",
    "j2",
    "java",
    "jinja",
    "jinja2",
    "js",
    "json",
    "jsx",
    "kt",
    "kts",
    "lock",
    "md",
    "mustache",
    "orig",
    "patch",
    "ps1",
    "py",
    "rb",
    "rej",
    "rs",
    "rst",
    "scss",
    "sh",
    "swp",
    "template",
    "tmpl",
    "toml",
    "tpl",
    "ts",
    "tsx",
    "vue",
    "yaml",
    "yml",
];

/// Whether a file of this name is a Dockerfile.
pub(crate) fn is_dockerfile_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["dockerfile", "containerfile"].iter().any(|kind| {
        if name.strip_suffix(kind).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')) {
            return true;
        }
        let Some(suffix) = name.strip_prefix(kind).and_then(|rest| rest.strip_prefix(['.', '-'])) else {
            return false;
        };
        let end = suffix.rsplit('.').next().unwrap_or(suffix);
        !end.is_empty() && !OTHER_KINDS.contains(&end) && !end.ends_with('~')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_dockerfiles() {
        for name in [
            "Dockerfile",
            "dockerfile",
            "Containerfile",
            "Dockerfile.prod",
            "Dockerfile.alpine3.20",
            "Dockerfile.php",
            "Dockerfile-jdk21",
            "Containerfile-ubi9.4",
            "Containerfile.dev",
            "api.Dockerfile",
            "api.dockerfile",
            "web.Containerfile",
        ] {
            assert!(is_dockerfile_name(name), "{name}");
        }
    }

    #[test]
    fn names_of_other_files() {
        for name in [
            "Dockerfile.dockerignore",
            ".dockerignore",
            "Dockerfile.j2",
            "Dockerfile.prod.tmpl",
            "dockerfile.go",
            "Dockerfile.cs",
            "dockerfile-lint.js",
            "Dockerfile-",
            "Dockerfile-template",
            "Dockerfile.prod~",
            "MyDockerfile",
            "Dockerfiles",
            "docker-compose.yml",
        ] {
            assert!(!is_dockerfile_name(name), "{name}");
        }
    }
}
