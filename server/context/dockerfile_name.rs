//! How Dockerfiles are called.

/// Extensions of a name after `Dockerfile` that make it something else than a Dockerfile: ignore files, templates,
/// backups, and sources about Dockerfiles.
const OTHER_KINDS: [&str; 50] = [
    "adoc",
    "bak",
    "bats",
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
    "txt",
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
        let Some(suffix) = name.strip_prefix(kind).filter(|rest| rest.starts_with(['.', '-'])) else {
            return false;
        };
        let is_other = match suffix.rsplit_once('.') {
            Some((_, end)) => end.is_empty() || OTHER_KINDS.contains(&end),
            // `Dockerfile-java` is called after what it builds.
            None => matches!(suffix, "-" | "-bak" | "-in" | "-j2" | "-orig" | "-template" | "-tmpl" | "-tpl"),
        };
        !is_other && !suffix.ends_with('~')
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use regex::Regex;

    /// Names of Dockerfiles, and of other files.
    const DOCKERFILES: [&str; 13] = [
        "Dockerfile",
        "dockerfile",
        "Containerfile",
        "Dockerfile.prod",
        "Dockerfile.alpine3.20",
        "Dockerfile.php",
        "Dockerfile-jdk21",
        "Dockerfile-java",
        "Containerfile-ubi9.4",
        "Containerfile.dev",
        "api.Dockerfile",
        "api.dockerfile",
        "web.Containerfile",
    ];
    const OTHERS: [&str; 18] = [
        "Dockerfile-notes.txt",
        "dockerfile-copy.bats",
        "Dockerfile.j2",
        "Dockerfile.md",
        "Dockerfile.bak",
        "Dockerfile.prod.tmpl",
        "dockerfile.go",
        "Dockerfile.cs",
        "dockerfile-lint.js",
        "Dockerfile-",
        "Dockerfile-template",
        "Dockerfile.prod~",
        "MyDockerfile",
        "MyDockerfile.html",
        "Dockerfiles",
        "Dockerfile.d/readme.md",
        "docker-compose.yml",
        "README.md",
    ];

    /// A file of the repository.
    fn read(path: &str) -> String {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        std::fs::read_to_string(path).expect("a file of the repository")
    }

    /// The definitions take these names, in a folder too, and leave the others.
    #[track_caller]
    fn check(takes: impl Fn(&str) -> bool, others: &[&str]) {
        for name in DOCKERFILES {
            assert!(takes(name) && takes(&format!("a/{name}")), "{name}");
        }
        for name in others {
            assert!(!takes(name) && !takes(&format!("a/{name}")), "{name}");
        }
    }

    #[test]
    fn names_are_told_by_the_last_part_of_a_path() {
        check(|path| is_dockerfile_name(path.rsplit('/').next().unwrap_or(path)), &OTHERS);
        assert!(!is_dockerfile_name(".dockerignore") && !is_dockerfile_name("Dockerfile.dockerignore"));
    }

    #[test]
    fn pre_commit_hands_over_the_same_files_and_ignore_files() {
        let hooks = read(".pre-commit-hooks.yaml");
        let regex = |key: &str| {
            let line = hooks.lines().find_map(|line| line.trim().strip_prefix(key)).expect("a line");
            Regex::new(line.trim_matches('\'')).expect("a regular expression")
        };
        let (files, others) = (regex("files: &files "), regex("exclude: &others "));
        let takes = |path: &str| files.is_match(path) && !others.is_match(path);
        check(takes, &OTHERS);
        assert!(takes(".dockerignore") && takes("a/Dockerfile.dockerignore"));
    }

    #[test]
    fn emacs_takes_the_same_files() {
        let package = read("editors/emacs/layerwise.el");
        let regex = |name: &str| {
            let (_, rest) = package.split_once(&format!("(defconst {name}\n")).expect("a constant");
            let (value, _) = rest.split_once(")\n\n").expect("an end");
            // Every other part between quotes is a string; the last is the documentation.
            let strings: Vec<&str> = value.split('"').skip(1).step_by(2).collect();
            let (_, parts) = strings.split_last().expect("strings");
            let source = parts.concat().replace("\\\\", "\\");
            let source = source.replace("\\(?:", "(?:").replace("\\|", "|").replace("\\)", ")");
            Regex::new(&source.replace("\\`", "^").replace("\\'", "$")).expect("a regular expression")
        };
        let (files, others) = (regex("layerwise-file-names"), regex("layerwise-other-names"));
        check(|path| files.is_match(path) && !others.is_match(path), &OTHERS);
    }

    #[test]
    fn the_extension_takes_them_too() {
        let package: serde_json::Value =
            serde_json::from_str(&read("editors/vscode/package.json")).expect("JSON");
        let language = &package["contributes"]["languages"][0];
        let texts = |key: &str| -> Vec<String> {
            let list = language[key].as_array().expect("a list");
            list.iter().filter_map(|text| text.as_str()).map(str::to_lowercase).collect()
        };
        let (names, ends, patterns) = (texts("filenames"), texts("extensions"), texts("filenamePatterns"));
        let takes = |path: &str| {
            let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
            names.contains(&name)
                || ends.iter().any(|end| name.ends_with(end))
                || patterns.iter().any(|pattern| name.starts_with(pattern.trim_end_matches('*')))
        };
        // Its patterns cannot leave something out.
        let others: Vec<&str> = OTHERS
            .into_iter()
            .filter(|name| {
                name.contains('/')
                    || !["dockerfile.", "dockerfile-"]
                        .iter()
                        .any(|start| name.to_lowercase().starts_with(start))
            })
            .collect();
        check(takes, &others);
    }
}
